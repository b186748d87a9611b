"""What a council asks of a plan besides the budget, and how it is read from TOML.

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

"spend" counts the offers and the services; another measure counts a service where the services table has the column.
A measure "capital" is the column `capital_pence`, in pounds; so for any column that ends in `_pence`. A service
belongs to a group by its own column or, where it has none, where all who can ride on it belong to the group.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, ValidationInfo, field_validator

from budget.allocation.inputs.toml_tables import Groups, TomlTable, checked
from budget.allocation.inputs.toml_tables import exact as exact
from budget.allocation.inputs.toml_tables import is_number as is_number
from data.faults import InputError

TOP_KEYS = ("limit", "must_fund", "committed", "grant", "part_funding", "objective")
PARTS = 10
MOST_PARTS = 100
MOST_GRANTS = 8  # 2^8 sets of grants, each with its row, at the worst


@dataclass(frozen=True, slots=True)
class Share:
    """A part, between 0 and 1, of the plan's own total of a measure."""

    share: Fraction


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap or a floor (or both) on a measure, over all offers, a group of them, or each of several groups."""

    measure: str
    at_most: Fraction | Share | None = None
    at_least: Fraction | Share | None = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    each: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """Money within the budget that may pay only for the offers and services of a group."""

    name: str
    amount_pence: int
    pays_for: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PartFunding:
    """Where a cohort may be funded in part: one offer for k/`parts` of it, k whole. () is everywhere."""

    parts: int = PARTS
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """Everything a council asks of a plan besides the budget.

    `committed` are offers (cohort, option) that the plan must hold, `committed_units` the least units of a service.
    """

    limits: tuple[Limit, ...] = ()
    must_fund: tuple[str, ...] = ()
    committed: tuple[tuple[str, str], ...] = ()
    committed_units: Mapping[str, int] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    part_funding: PartFunding | None = None


NO_LIMITS = Limits()


def read_limits(path: str | Path) -> Limits:
    """Read a limits file. Raises InputError with every fault; OSError where the file cannot be read."""
    return limits_from(read_table(path), subject=str(path))


def read_table(path: str | Path) -> dict[str, Any]:
    """Read a limits file as TOML with exact decimals. Raises InputError with the line where it is not TOML."""
    try:
        return tomllib.loads(Path(path).read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(str(path), [f"This is not a TOML file in UTF-8 ({error}). Mend the line it names."]) from error


def limits_from(table: Mapping[str, Any], *, subject: str = "limits") -> Limits:
    """Make limits of a table as read from TOML, with the keys of this module. Raises InputError with every fault.

    The key `objective` is left to `budget.allocation.inputs.objective`.
    """
    read = checked(LimitsTable, table, subject)
    parts = read.part_funding
    promised = dict.fromkeys(promise for promise in read.committed if isinstance(promise[1], str))
    units: dict[str, int] = {}
    for service, count in read.committed:
        if isinstance(count, int):
            units[service] = max(count, units.get(service, 0))
    return Limits(
        limits=tuple(Limit(t.measure, t.at_most, t.at_least, t.where, t.each, t.name) for t in read.limit),
        must_fund=tuple(dict.fromkeys(read.must_fund)),
        committed=tuple((cohort, str(option)) for cohort, option in promised),
        committed_units=units,
        grants=tuple(Grant(t.name, t.amount, t.pays_for) for t in read.grant),
        part_funding=None
        if read.part_funding is None
        else PartFunding(read.part_funding.parts, read.part_funding.where),
    )


# ---- The tables of the file ----


def _figure(value: object) -> Fraction | Share:
    if isinstance(value, Mapping):
        share = value.get("share")
        if set(value) == {"share"} and is_number(share) and 0 <= share <= 1:
            return Share(exact(share))
        raise ValueError("Write a share between 0 and 1, such as { share = 0.15 }.")
    if not is_number(value):
        raise ValueError("Write a number, or a share such as { share = 0.15 }.")
    return exact(value)  # type: ignore[arg-type]  # a number, as is_number says


def _pence(value: object) -> int:
    pence = exact(value) * 100 if is_number(value) else Fraction(-1)  # type: ignore[arg-type]  # a number there
    if pence < 0 or pence.denominator != 1:
        raise ValueError("Write pounds, 0 or more, with at most two decimals.")
    return int(pence)


def _promise(value: object) -> tuple[str, str | int]:
    """Return (cohort, option), or (service, units)."""
    given = value if isinstance(value, Mapping) else {}
    names = {"cohort", "option"} if "cohort" in given else {"service"}
    is_text = all(isinstance(given.get(name), str) for name in names)
    if is_text and set(given) == {"cohort", "option"}:
        return given["cohort"], given["option"]
    if is_text and set(given) == {"service", "units"} and type(given["units"]) is int:
        return given["service"], given["units"]
    raise ValueError(PROMISE)


def _part_funding(value: object) -> object:
    if isinstance(value, bool):
        return {} if value else None
    if not isinstance(value, Mapping):
        raise ValueError("Write true, or a table [part_funding] with parts and where.")
    return value


PROMISE = 'Write { cohort = "…", option = "…" } or { service = "…", units = 1 }.'
TEXT = "Write text in quotes."
Figure = Annotated[Fraction | Share, PlainValidator(_figure)]


class LimitTable(TomlTable):
    """A [[limit]]."""

    hints = {"share": "For a share write at_most = { share = 0.15 }."}
    measure: str = Field(description='There is no measure in quotes. Name a column, or "spend", "people" or "access".')
    at_most: Figure | None = None
    at_least: Figure | None = Field(None, validate_default=True)
    where: Groups = {}
    each: str | None = Field(None, description=TEXT)
    name: str | None = Field(None, description=TEXT)

    @field_validator("at_least")
    @classmethod
    def _has_a_side(cls, value: object, info: ValidationInfo) -> object:
        if value is None and info.data.get("at_most", "wrong") is None:
            raise ValueError("Give at_most or at_least, or both.")
        return value


class GrantTable(TomlTable):
    """A [[grant]]; its amount becomes pence."""

    name: str = Field(description="Give the grant a name in quotes.")
    amount: Annotated[int, PlainValidator(_pence)] = Field(description="Write pounds, 0 or more.")
    pays_for: Groups = Field(description='Say what it may pay for, such as { kind = ["bus_pass"] }.', min_length=1)


class PartFundingTable(TomlTable):
    """[part_funding]."""

    parts: int = Field(PARTS, ge=1, le=MOST_PARTS, description=f"Write a whole number from 1 to {MOST_PARTS}.")
    where: Groups = {}


class LimitsTable(TomlTable):
    """A whole limits file."""

    limit: list[LimitTable] = Field([], description="Write each limit under its own heading [[limit]].")
    must_fund: list[str] = Field([], description='Write a list of cohorts in quotes, such as ["E01026092"].')
    committed: list[Annotated[tuple[str, str | int], PlainValidator(_promise)]] = Field(
        [], description=f"Write a list of what is promised already. {PROMISE}"
    )
    grant: list[GrantTable] = Field([], description="Write each grant under its own heading [[grant]].")
    part_funding: Annotated[PartFundingTable | None, BeforeValidator(_part_funding)] = None
    objective: Any = None

    @field_validator("grant")
    @classmethod
    def _few_grants(cls, grants: list[GrantTable]) -> list[GrantTable]:
        if len(grants) > MOST_GRANTS:
            raise ValueError(f"There are {len(grants)} grants; at most {MOST_GRANTS} are kept apart.")
        return grants

    @field_validator("committed")
    @classmethod
    def _one_offer_each(cls, promises: list[tuple[str, str | int]]) -> list[tuple[str, str | int]]:
        cohorts = [cohort for cohort, option in dict.fromkeys(promises) if isinstance(option, str)]
        if twice := sorted({cohort for cohort in cohorts if cohorts.count(cohort) > 1}):
            raise ValueError(
                " ".join(f"Cohort {cohort} is promised two offers; it can receive one." for cohort in twice)
            )
        return promises
