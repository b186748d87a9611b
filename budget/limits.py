"""Limits a council puts on a plan, read from TOML, and the integer rows they become.

    must_fund = ["E01026092"]                     # cohorts that must receive an offer

    [[limit]]
    measure  = "vehicles"                         # a column of numbers, or "spend" (pounds), "people", "access"
    at_most  = 28                                 # or at_least; a number, or { share = 0.15 } of the plan's total
    where    = { district = "East Lindsey" }      # optional: one value of a column, or a list of them
    each     = "district"                         # optional: one such limit for each value of a column
    name     = "vehicles we own"                  # optional: what to call it when it cannot be kept

"spend" counts the offers and the services; another measure counts a service where the services table has the column.
A service belongs to a group only where the services table has the group's column too.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import numpy as np
import pandas as pd

from budget.offers_table import FAULTS_SHOWN, whole
from data.faults import Fault, InputError

KEYS = ("measure", "at_most", "at_least", "where", "each", "name")


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
class Limits:
    """Everything a council asks of a plan besides the budget."""

    limits: tuple[Limit, ...] = ()
    must_fund: tuple[str, ...] = ()


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class LimitRow:
    """Σ on_offers·x + Σ on_units·units `sense` right, in integers; divided by `scale` it is in the measure's unit."""

    measure: str
    words: str
    on_offers: list[int]
    on_units: list[int]
    sense: str
    right: int
    scale: int


def read_limits(path: str | Path) -> Limits:
    """Read a limits file. Raises InputError with every fault; OSError where the file cannot be read."""
    try:
        table = tomllib.loads(Path(path).read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(str(path), [f"This is not a TOML file in UTF-8 ({error}). Mend the line it names."]) from error
    return limits_from(table, subject=str(path))


def limits_from(table: Mapping, *, subject: str = "limits") -> Limits:
    """Make limits of a table as read from TOML: `must_fund` and a list `limit`. Raises InputError with every fault."""
    faults: list[Fault] = []
    if unknown := sorted(set(table) - {"limit", "must_fund"}):
        faults.append(Fault("", f"Unknown key {', '.join(unknown)}. Known: limit, must_fund."))
    must_fund = table.get("must_fund", [])
    if not isinstance(must_fund, list) or not all(isinstance(cohort, str) for cohort in must_fund):
        faults.append(Fault("must_fund", 'Write a list of cohorts in quotes, such as ["E01026092"].'))
        must_fund = []
    entries = table.get("limit", [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        faults.append(Fault("limit", "Write each limit under its own heading [[limit]]."))
        entries = []
    limits = [_limit(entry, f"limit {number}", faults) for number, entry in enumerate(entries, start=1)]
    if faults:
        raise InputError(subject, faults)
    return Limits(tuple(limits), tuple(dict.fromkeys(must_fund)))


def _limit(entry: Mapping, where: str, faults: list[Fault]) -> Limit:
    if unknown := sorted(set(entry) - set(KEYS)):
        hint = " For a share write at_most = { share = 0.15 }." if "share" in unknown else ""
        faults.append(Fault(where, f"Unknown key {', '.join(unknown)}. Known: {', '.join(KEYS)}.{hint}"))
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
        where=_groups(entry.get("where", {}), where, faults),
        each=entry.get("each"),
        name=entry.get("name"),
    )


def _figure(entry: Mapping, key: str, where: str, faults: list[Fault]) -> Fraction | Share | None:
    figure = entry.get(key)
    if figure is None:
        return None
    if isinstance(figure, Mapping):
        share = figure.get("share")
        if set(figure) == {"share"} and _is_number(share) and 0 <= share <= 1:
            return Share(Fraction(share))
        faults.append(Fault(f"{where}, {key}", "Write a share between 0 and 1, such as { share = 0.15 }."))
    elif _is_number(figure):
        return Fraction(figure)
    else:
        faults.append(Fault(f"{where}, {key}", "Write a number, or a share such as { share = 0.15 }."))
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite()


def _groups(where: object, place: str, faults: list[Fault]) -> dict[str, tuple[str, ...]]:
    if not isinstance(where, Mapping):
        faults.append(Fault(f"{place}, where", 'Write a table, such as { district = "East Lindsey" }.'))
        return {}
    return {
        column: tuple(str(value) for value in (values if isinstance(values, list) else [values]))
        for column, values in where.items()
    }


def limit_rows(limits: Limits, offers: pd.DataFrame, services: pd.DataFrame) -> list[LimitRow]:
    """Return a row for each cap and floor, over the checked tables, in the order they were written.

    Raises InputError with every fault: a cohort, column or value that is not there, text or blanks in a measure.
    """
    faults = _cohort_faults(limits, offers)
    rows: list[LimitRow] = []
    for number, limit in enumerate(limits.limits, start=1):
        own = _column_faults(limit, offers, services, f"limit {number}")
        faults += own
        if not own:
            rows += _rows(limit, offers, services)
    if faults:
        raise InputError("limits", faults)
    return rows


def _cohort_faults(limits: Limits, offers: pd.DataFrame) -> list[Fault]:
    known = set(offers.index.get_level_values("cohort"))
    return [
        Fault("must_fund", f'Cohort "{cohort}" has no offer in the offers table. Correct its name or take it out.')
        for cohort in limits.must_fund
        if cohort not in known
    ]


def _column_faults(limit: Limit, offers: pd.DataFrame, services: pd.DataFrame, where: str) -> list[Fault]:
    faults = []
    known = ", ".join(map(str, [*offers.index.names, *offers.columns]))
    for column in [*limit.where, *([limit.each] if limit.each else [])]:
        if column not in offers.columns and column not in offers.index.names:
            faults.append(Fault(where, f'There is no column "{column}". Columns: {known}.'))
    for column, values in limit.where.items():
        present = set() if column not in [*offers.columns, *offers.index.names] else set(_labels(offers, column))
        absent = [value for value in values if present and value not in present]
        faults += [Fault(where, f'No offer has "{value}" in column {column}. Check the spelling.') for value in absent]
    if limit.measure in ("spend", "people", "access"):
        return faults
    if limit.measure not in offers.columns and limit.measure not in services.columns:
        faults.append(Fault(where, f'The measure "{limit.measure}" is not a column. Columns: {known}.'))
    elif limit.measure in offers.columns:
        numbers = pd.to_numeric(offers[limit.measure], errors="coerce")
        for cohort, option in offers.index[~np.isfinite(numbers.astype(float))][:FAULTS_SHOWN]:
            faults.append(Fault(where, f"{limit.measure} of cohort {cohort}, option {option} is not a number."))
    return faults


def _labels(table: pd.DataFrame, column: str) -> list[str]:
    """Return the values of a column or index level as text, whole numbers without a decimal point."""
    values = table.index.get_level_values(column) if column in table.index.names else table[column]
    return [
        str(int(v)) if isinstance(v, float) and v.is_integer() else "" if pd.isna(v) else str(v)
        for v in values.tolist()
    ]


def _rows(limit: Limit, offers: pd.DataFrame, services: pd.DataFrame) -> Iterator[LimitRow]:
    on_offers, on_units, scale = _measures(limit.measure, offers, services)
    for group in _each(limit, offers):
        inside = [_inside(group, table) for table in (offers, services)]
        for figure, sense in ((limit.at_most, "<="), (limit.at_least, ">=")):
            if figure is None:
                continue
            words = _words(limit, figure, sense, group)
            if isinstance(figure, Share):
                part, of = figure.share.numerator, figure.share.denominator
                shares = [
                    [c * (of * i - part) for c, i in zip(cs, ins, strict=True)]
                    for cs, ins in zip((on_offers, on_units), inside, strict=True)
                ]
                yield LimitRow(limit.measure, words, *shares, sense, 0, scale * of)
                continue
            within = [
                [c * i for c, i in zip(cs, ins, strict=True)]
                for cs, ins in zip((on_offers, on_units), inside, strict=True)
            ]
            right = floor(figure * scale) if sense == "<=" else ceil(figure * scale)
            yield LimitRow(limit.measure, words, *within, sense, right, scale)


def _measures(measure: str, offers: pd.DataFrame, services: pd.DataFrame) -> tuple[list[int], list[int], int]:
    """Return what each offer and each unit of a service adds to a measure, as integers, and their scale."""
    if measure == "spend":
        return offers["cost_pence"].tolist(), services["unit_cost_pence"].astype(int).tolist(), 100
    on_offers = _column(measure, offers)
    integers, scale = whole(np.concatenate([on_offers, _column(measure, services)]))
    return integers[: len(offers)], integers[len(offers) :], scale


def _column(measure: str, table: pd.DataFrame) -> np.ndarray:
    if measure not in table.columns:
        return np.zeros(len(table))
    return pd.to_numeric(table[measure], errors="coerce").fillna(0.0).to_numpy(float)


def _each(limit: Limit, offers: pd.DataFrame) -> Iterator[dict[str, tuple[str, ...]]]:
    if limit.each is None:
        yield dict(limit.where)
        return
    labels = np.array(_labels(offers, limit.each), dtype=object)
    for value in sorted(set(labels[np.array(_inside(limit.where, offers), dtype=bool)]) - {""}):
        yield {**limit.where, limit.each: (value,)}


def _inside(group: Mapping[str, tuple[str, ...]], table: pd.DataFrame) -> list[int]:
    inside = np.ones(len(table), dtype=int)
    for column, values in group.items():
        if column not in table.columns and column not in table.index.names:
            return [0] * len(table)
        inside &= np.isin(np.array(_labels(table, column), dtype=object).astype(str), list(values)).astype(int)
    return inside.tolist()


def _words(limit: Limit, figure: Fraction | Share, sense: str, group: Mapping[str, tuple[str, ...]]) -> str:
    if isinstance(figure, Share):
        amount = f"{float(figure.share):.4g} of the plan's total"
    elif limit.measure == "spend":
        amount = f"£{float(figure):,.2f}".removesuffix(".00")
    else:
        amount = f"{float(figure):,.6g}"
    side = "at most" if sense == "<=" else "at least"
    groups = "".join(f", {column} {' or '.join(values)}" for column, values in group.items())
    plain = f"{limit.measure} {side} {amount}{groups}"
    return f"{limit.name} ({plain})" if limit.name else plain
