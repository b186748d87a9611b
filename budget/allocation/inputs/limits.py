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

from data.faults import Fault, InputError

KEYS = ("measure", "at_most", "at_least", "where", "each", "name")
TOP_KEYS = ("limit", "must_fund", "committed", "grant", "part_funding", "objective")
PARTS = 10
MOST_PARTS = 100
MOST_EXPONENT = 400  # of a number as a power of ten: beyond what a double holds
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


def read_table(path: str | Path) -> dict:
    """Read a limits file as TOML with exact decimals. Raises InputError with the line where it is not TOML."""
    try:
        return tomllib.loads(Path(path).read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(str(path), [f"This is not a TOML file in UTF-8 ({error}). Mend the line it names."]) from error


def limits_from(table: Mapping, *, subject: str = "limits") -> Limits:
    """Make limits of a table as read from TOML, with the keys of this module. Raises InputError with every fault.

    The key `objective` is left to `budget.allocation.inputs.objective`.
    """
    faults: list[Fault] = []
    if unknown := sorted(set(table) - set(TOP_KEYS)):
        faults.append(Fault("", f"Unknown key {', '.join(unknown)}. Known: {', '.join(TOP_KEYS)}."))
    must_fund = table.get("must_fund", [])
    if not isinstance(must_fund, list) or not all(isinstance(cohort, str) for cohort in must_fund):
        faults.append(Fault("must_fund", 'Write a list of cohorts in quotes, such as ["E01026092"].'))
        must_fund = []
    limits = [_limit(entry, where, faults) for where, entry in _entries(table, "limit", faults)]
    grants = [_grant(entry, where, faults) for where, entry in _entries(table, "grant", faults)]
    if len(grants) > MOST_GRANTS:
        faults.append(Fault("grant", f"There are {len(grants)} grants; at most {MOST_GRANTS} are kept apart."))
    committed, units = _committed(table.get("committed", []), faults)
    part_funding = _part_funding(table.get("part_funding"), faults)
    if faults:
        raise InputError(subject, faults)
    return Limits(tuple(limits), tuple(dict.fromkeys(must_fund)), committed, units, tuple(grants), part_funding)


def _entries(table: Mapping, key: str, faults: list[Fault]) -> list[tuple[str, Mapping]]:
    entries = table.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        faults.append(Fault(key, f"Write each {key} under its own heading [[{key}]]."))
        return []
    return [(f"{key} {number}", entry) for number, entry in enumerate(entries, start=1)]


def _unknown(entry: Mapping, known: tuple[str, ...], where: str, faults: list[Fault], hint: str = "") -> None:
    if unknown := sorted(set(entry) - set(known)):
        faults.append(Fault(where, f"Unknown key {', '.join(unknown)}. Known: {', '.join(known)}.{hint}"))


def _limit(entry: Mapping, where: str, faults: list[Fault]) -> Limit:
    _unknown(entry, KEYS, where, faults, " For a share write at_most = { share = 0.15 }." if "share" in entry else "")
    for key in ("measure", "each", "name"):
        if key in entry and not isinstance(entry[key], str):
            faults.append(Fault(f"{where}, {key}", "Write text in quotes."))
    if "measure" not in entry:
        faults.append(Fault(where, 'There is no measure. Name a column, or "spend", "people" or "access".'))
    if "at_most" not in entry and "at_least" not in entry:
        faults.append(Fault(where, "Give at_most or at_least, or both."))
    return Limit(
        measure=str(entry.get("measure", "")),
        at_most=_figure(entry, "at_most", where, faults),
        at_least=_figure(entry, "at_least", where, faults),
        where=groups_of(entry.get("where", {}), f"{where}, where", faults),
        each=entry.get("each"),
        name=entry.get("name"),
    )


def _figure(entry: Mapping, key: str, where: str, faults: list[Fault]) -> Fraction | Share | None:
    figure = entry.get(key)
    if figure is None:
        return None
    if isinstance(figure, Mapping):
        share = figure.get("share")
        if set(figure) == {"share"} and is_number(share) and 0 <= share <= 1:
            return Share(exact(share))
        faults.append(Fault(f"{where}, {key}", "Write a share between 0 and 1, such as { share = 0.15 }."))
    elif is_number(figure):
        return exact(figure)
    else:
        faults.append(Fault(f"{where}, {key}", "Write a number, or a share such as { share = 0.15 }."))
    return None


def is_number(value: object) -> bool:
    """Say whether a value from TOML is a finite number, and not one like 1e999999999 that would fill the memory."""
    is_kind = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return is_kind and Decimal(value).is_finite() and abs(Decimal(value).adjusted()) <= MOST_EXPONENT


def exact(value: int | float | Decimal) -> Fraction:
    """Return a number from TOML as the decimal that was written."""
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def groups_of(where: object, place: str, faults: list[Fault]) -> dict[str, tuple[str, ...]]:
    """Read a group, such as { district = "East Lindsey" }, as values by column."""
    if not isinstance(where, Mapping):
        faults.append(Fault(place, 'Write a table, such as { district = "East Lindsey" }.'))
        return {}
    return {
        column: tuple(str(value) for value in (values if isinstance(values, list) else [values]))
        for column, values in where.items()
    }


def _grant(entry: Mapping, where: str, faults: list[Fault]) -> Grant:
    _unknown(entry, ("name", "amount", "pays_for"), where, faults)
    if not isinstance(entry.get("name"), str):
        faults.append(Fault(f"{where}, name", "Give the grant a name in quotes."))
    amount = entry.get("amount")
    pence = exact(amount) * 100 if is_number(amount) else Fraction(-1)
    if pence < 0 or pence.denominator != 1:
        faults.append(Fault(f"{where}, amount", "Write pounds, 0 or more, with at most two decimals."))
    if not entry.get("pays_for"):
        faults.append(Fault(f"{where}, pays_for", 'Say what it may pay for, such as { kind = ["bus_pass"] }.'))
    group = groups_of(entry.get("pays_for", {}), f"{where}, pays_for", faults)
    return Grant(str(entry.get("name", "")), int(pence), group)


def _committed(given: object, faults: list[Fault]) -> tuple[tuple[tuple[str, str], ...], dict[str, int]]:
    help_text = 'Write { cohort = "…", option = "…" } or { service = "…", units = 1 }.'
    if not isinstance(given, list) or not all(isinstance(entry, Mapping) for entry in given):
        faults.append(Fault("committed", f"Write a list of what is promised already. {help_text}"))
        return (), {}
    offers: list[tuple[str, str]] = []
    units: dict[str, int] = {}
    for number, entry in enumerate(given, start=1):
        count = entry.get("units")
        if set(entry) == {"cohort", "option"} and all(isinstance(value, str) for value in entry.values()):
            offers.append((entry["cohort"], entry["option"]))
        elif set(entry) == {"service", "units"} and isinstance(entry["service"], str) and type(count) is int:
            units[entry["service"]] = max(count, units.get(entry["service"], 0))
        else:
            faults.append(Fault(f"committed {number}", help_text))
    cohorts = [cohort for cohort, _ in dict.fromkeys(offers)]
    for cohort in sorted({cohort for cohort in cohorts if cohorts.count(cohort) > 1}):
        faults.append(Fault("committed", f"Cohort {cohort} is promised two offers; it can receive one."))
    return tuple(dict.fromkeys(offers)), units


def _part_funding(given: object, faults: list[Fault]) -> PartFunding | None:
    if given is None or given is False:
        return None
    if given is True:
        return PartFunding()
    if not isinstance(given, Mapping):
        faults.append(Fault("part_funding", "Write true, or a table [part_funding] with parts and where."))
        return None
    _unknown(given, ("parts", "where"), "part_funding", faults)
    parts = given.get("parts", PARTS)
    if type(parts) is not int or not 1 <= parts <= MOST_PARTS:
        faults.append(Fault("part_funding, parts", f"Write a whole number from 1 to {MOST_PARTS}."))
        parts = PARTS
    return PartFunding(parts, groups_of(given.get("where", {}), "part_funding, where", faults))
