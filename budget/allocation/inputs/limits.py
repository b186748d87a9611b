"""Limits on a plan besides its budget, and how they are read from TOML.

    must_fund = ["E01026092"]                     # cohorts that must receive an offer
    committed = [                                 # promised already: an offer, or units of a service
        { cohort = "E01026093", option = "bus_pass" }, { service = "minibus-3", units = 1 }
    ]

    [part_funding]                                # where a part of a cohort may be funded: in `parts` equal parts
    parts = 10                                    # optional; 10 if absent
    where = { kind = "bursary" }                  # optional: one value of a column, or a list of them

    [[grant]]                                     # money of the budget that may pay only for some things
    name     = "Bus grant"
    amount   = 120000                             # pounds; a part of the budget, not more of it
    pays_for = { kind = ["bus_pass", "minibus"] }

    [[limit]]
    measure  = "vehicles"                         # a column of numbers, or "spend" (pounds), "people", "access"
    at_most  = 28                                 # or at_least; a number, or { share = 0.15 } of the plan's total
    where    = { district = "East Lindsey" }      # optional: one value of a column, or a list of them
    each     = "district"                         # optional: one such limit for each value of a column
    name     = "vehicles we own"                  # optional: what to call it when it cannot be kept

"spend" counts the offers and the services; another measure counts a service where the services table has its column.
The measure "capital" is the column `capital_pence`, in pounds, and so for any column that ends in `_pence`. A service
belongs to a group by its own column or, where it has none, where all its riders belong to the group.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo

from budget.allocation.inputs.toml_tables import FORBID, Text, Where, checked
from budget.allocation.inputs.toml_tables import exact as exact
from budget.allocation.inputs.toml_tables import is_number as is_number
from data.opening.files import content_of
from data.opening.toml_text import parse_toml
from data.wording import listed

TOP_KEYS = ("limit", "must_fund", "committed", "grant", "part_funding", "objective")
PARTS = 10
MOST_PARTS = 100
MOST_GRANTS = 8  # 2^8 sets of grants, each with its row, at the worst
LARGEST_DENOMINATOR, SIMPLE = 10**6, 1000  # of a share
NEAR = Fraction(1, 10**9)  # how far a share may be from a simple fraction to be taken as that
MEASURE = 'There is no measure in quotes. Name a column, or "spend", "people" or "access".'
PROMISE = 'Write { cohort = "…", option = "…" } or { service = "…", units = 1 }.'
WHOLE_PARTS = f"Write a whole number from 1 to {MOST_PARTS}."


def _figure(value: object, info: ValidationInfo) -> "Fraction | Share | None":
    if value is None:  # a side that is not written
        if info.field_name == "at_least" and info.data.get("at_most", "wrong") is None:
            raise ValueError("Give at_most or at_least, or both.")
        return None
    if isinstance(value, Mapping):
        share = value.get("share")
        if set(value) == {"share"} and is_number(share) and 0 <= share <= 1:
            return Share(exact(share))
        raise ValueError("Write a share between 0 and 1, such as { share = 0.15 }.")
    if not is_number(value):
        raise ValueError("Write a number, or a share such as { share = 0.15 }.")
    return exact(value)


def _pence(value: object) -> int:
    pence = exact(value) * 100 if is_number(value) else Fraction(-1)
    if pence < 0 or pence.denominator != 1:
        raise ValueError("Write pounds, 0 or more, with at most two decimals.")
    return int(pence)


@dataclass(frozen=True, slots=True)
class Share:
    """A share, between 0 and 1, of the plan's own total of a measure."""

    share: Fraction


Figure = Annotated[Fraction | Share | None, PlainValidator(_figure), Field(validate_default=True)]


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap or a floor (or both) on a measure, over all offers, a group of them, or each of several groups."""

    __pydantic_config__ = FORBID
    measure: Annotated[str, Field(description=MEASURE)]
    at_most: Figure = None
    at_least: Figure = None
    where: Where = field(default_factory=dict)
    each: Text = None
    name: Text = None


@dataclass(frozen=True, slots=True)
class Grant:
    """Money within the budget that may pay only for the offers and services of a group."""

    __pydantic_config__ = FORBID
    name: Annotated[str, Field(description="Give the grant a name in quotes.")]
    amount_pence: Annotated[int, PlainValidator(_pence), Field(alias="amount", description="Write pounds, 0 or more.")]
    pays_for: Annotated[
        Where, Field(min_length=1, description='Say what it may pay for, such as { kind = ["bus_pass"] }.')
    ]


@dataclass(frozen=True, slots=True)
class PartFunding:
    """Where a cohort may be funded in part, in `parts` equal parts; an empty `where` is everywhere."""

    __pydantic_config__ = FORBID
    parts: Annotated[int, Field(strict=True, ge=1, le=MOST_PARTS, description=WHOLE_PARTS)] = PARTS
    where: Where = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits on a plan besides its budget.

    `committed` are offers (cohort, option) that the plan must hold, `committed_units` the least units by service.
    """

    limits: tuple[Limit, ...] = ()
    must_fund: tuple[str, ...] = ()
    committed: tuple[tuple[str, str], ...] = ()
    committed_units: Mapping[str, int] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    part_funding: PartFunding | None = None


NO_LIMITS = Limits()


def with_small_shares(limits: Limits) -> tuple[Limits, list[str]]:
    """Return limits whose shares are fractions that integers can carry, and a note for each that was changed.

    A share of more than six decimals is taken as the nearest fraction with a denominator of at most `SIMPLE`, if one is
    within `NEAR` of it, else of at most `LARGEST_DENOMINATOR`: 0.666666666666667 is two thirds.
    """
    notes: list[str] = []

    def small(figure: Fraction | Share | None, number: int) -> Fraction | Share | None:
        if not isinstance(figure, Share) or figure.share.denominator <= LARGEST_DENOMINATOR:
            return figure
        near = figure.share.limit_denominator(SIMPLE)
        if abs(near - figure.share) > NEAR:
            near = figure.share.limit_denominator(LARGEST_DENOMINATOR)
        notes.append(f"Limit {number}: the share {float(figure.share)} is taken as {near}.")
        return Share(near)

    changed = tuple(
        replace(limit, at_most=small(limit.at_most, number), at_least=small(limit.at_least, number))
        for number, limit in enumerate(limits.limits, start=1)
    )
    return (replace(limits, limits=changed), notes) if notes else (limits, notes)


def _promise(value: object) -> tuple[str, str | int]:
    """Return (cohort, option), or (service, units)."""
    given = value if isinstance(value, Mapping) else {}
    if set(given) == {"cohort", "option"} and all(isinstance(name, str) for name in given.values()):
        return given["cohort"], given["option"]
    if set(given) == {"service", "units"} and isinstance(given["service"], str) and type(given["units"]) is int:
        return given["service"], given["units"]
    raise ValueError(PROMISE)


def _one_offer_each(promises: tuple[tuple[str, str | int], ...]) -> tuple[tuple[str, str | int], ...]:
    cohorts = [cohort for cohort, option in dict.fromkeys(promises) if isinstance(option, str)]
    if twice := sorted({cohort for cohort in cohorts if cohorts.count(cohort) > 1}):
        raise ValueError(f"Cohort {listed(twice)} is promised two offers. A cohort can receive one.")
    return promises


def _few_of_own_names(grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
    if len(grants) > MOST_GRANTS:
        raise ValueError(f"There are {len(grants)} grants; at most {MOST_GRANTS} are allowed.")
    names = [grant.name for grant in grants]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"Two grants are named {listed(twice)}. Give each grant a name of its own.")
    return grants


def _part_funding(value: object) -> object:
    if isinstance(value, bool):
        return {} if value else None
    if not isinstance(value, Mapping):
        raise ValueError("Write true, or a table [part_funding] with parts and where.")
    return value


@dataclass(frozen=True, slots=True)
class LimitsFile:
    """The keys of a limits file; a field's description is its fault's text where its own check does not say more."""

    __pydantic_config__ = FORBID
    limit: Annotated[tuple[Limit, ...], Field(description="Write each limit under its own heading [[limit]].")] = ()
    must_fund: Annotated[
        tuple[str, ...], Field(description='Write a list of cohorts in quotes, such as ["E01026092"].')
    ] = ()
    committed: Annotated[
        tuple[Annotated[tuple[str, str | int], PlainValidator(_promise)], ...],
        AfterValidator(_one_offer_each),
        Field(description=f"Write a list of what is promised already. {PROMISE}"),
    ] = ()
    grant: Annotated[
        tuple[Grant, ...],
        AfterValidator(_few_of_own_names),
        Field(description="Write each grant under its own heading [[grant]]."),
    ] = ()
    part_funding: Annotated[PartFunding | None, BeforeValidator(_part_funding)] = None
    objective: Any = None


def read_limits(path: str | Path) -> Limits:
    """Read a limits file. Raises InputError with every fault; OSError where the file cannot be read."""
    return limits_from(read_toml(path), subject=str(path))


def read_toml(path: str | Path) -> dict[str, Any]:
    """Read a limits file as TOML with exact decimals. Raises InputError with the line where it is not TOML."""
    return parse_toml(content_of(Path(path)), str(path), Decimal)


def limits_from(table: Mapping[str, Any], *, subject: str = "limits") -> Limits:
    """Make limits of a table as read from TOML, with the keys of this module. Raises InputError with every fault.

    The key `objective` is left to `budget.allocation.inputs.objective`.
    """
    read = checked(LimitsFile, table, subject)
    offers = {(cohort, option): None for cohort, option in read.committed if isinstance(option, str)}
    units: dict[str, int] = {}
    for service, count in read.committed:
        if isinstance(count, int):
            units[service] = max(count, units.get(service, 0))
    must_fund = tuple(dict.fromkeys(read.must_fund))
    return Limits(read.limit, must_fund, tuple(offers), units, read.grant, read.part_funding)
