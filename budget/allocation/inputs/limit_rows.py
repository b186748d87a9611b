"""The integer rows that a council's limits become, over the checked tables, in the order they were written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import ceil, floor

import numpy as np
import pandas as pd

from budget.allocation.inputs.limit_wording import limit_name
from budget.allocation.inputs.limits import Grant, Limit, Limits, Share
from budget.allocation.inputs.tables import FAULTS_SHOWN, whole
from data.faults import Fault, InputError


@dataclass(frozen=True, slots=True)
class LimitRow:
    """Σ on_offers·x + Σ on_units·units `sense` right, in integers; divided by `scale` it is in the measure's unit.

    `offers` and `units` are the positions with a coefficient.
    """

    measure: str
    words: str
    offers: np.ndarray
    on_offers: np.ndarray
    units: np.ndarray
    on_units: np.ndarray
    sense: str
    right: int
    scale: int
    share: Fraction | None = None  # of the plan's total, where the limit is one


def limit_rows(limits: Limits, offers: pd.DataFrame, services: pd.DataFrame) -> list[LimitRow]:
    """Return a row for each cap and floor, in the order they were written.

    Raises InputError with every fault: a cohort, column or value that is not there, text or blanks in a measure.
    """
    faults = _cohort_faults(limits, offers) + _service_faults(limits, services)
    rows: list[LimitRow] = []
    for number, limit in enumerate(limits.limits, start=1):
        own = _column_faults(limit, offers, services, f"limit {number}")
        faults += own
        if not own:
            rows += _rows(limit, offers, services)
    groups = [(f"grant {grant.name}", grant.pays_for) for grant in limits.grants]
    if limits.part_funding is not None:
        groups.append(("part_funding", limits.part_funding.where))
    for where, group in groups:
        faults += group_faults(group, offers, where)
    if faults:
        raise InputError("limits", faults)
    return rows


def grant_rows(grants: tuple[Grant, ...], ceiling_pence: int, offers: pd.DataFrame, services: pd.DataFrame):
    """Return a row for each set of grants that matters: what only they and the council's own money may pay for.

    A plan can be paid for just where, for every set of grants, the cost of what no other grant may pay for is at most
    the set and the council's own money together (the condition of P. Hall, 1935, for transports: maximum flow is
    minimum cut). The set of all grants is the budget itself, and not repeated here.
    """
    rows = []
    payers = [
        np.concatenate([inside(g.pays_for, offers), _inside_services(g.pays_for, offers, services)]) for g in grants
    ]
    patterns = (
        {frozenset(np.flatnonzero(column).tolist()) for column in np.array(payers).T.tolist()} if grants else set()
    )
    costs = np.concatenate([offers["cost_pence"].to_numpy("int64"), services["unit_cost_pence"].to_numpy("int64")])
    own = ceiling_pence - sum(grant.amount_pence for grant in grants)
    for size in range(len(grants)):
        for chosen in combinations(range(len(grants)), size):
            if set(chosen) != set().union(*(pattern for pattern in patterns if pattern <= set(chosen))):
                continue  # a smaller set asks for the same
            others = [payers[g] for g in range(len(grants)) if g not in chosen]
            on = np.where(np.any(others, axis=0), 0, costs)
            if not on.any():
                continue  # nothing is for these alone to pay
            right = own + sum(grants[g].amount_pence for g in chosen)
            words = (
                "money that is not a grant's"
                if not chosen
                else "money outside the grants but " + " and ".join(grants[g].name for g in chosen)
            )
            rows.append(_sparse("spend", words, on[: len(offers)], on[len(offers) :], "<=", right, 100))
    return rows


def _sparse(measure, words, on_offers, on_units, sense, right, scale) -> LimitRow:
    at, of = np.flatnonzero(on_offers), np.flatnonzero(on_units)
    return LimitRow(measure, words, at, on_offers[at], of, on_units[of], sense, right, scale)


def _cohort_faults(limits: Limits, offers: pd.DataFrame) -> list[Fault]:
    if not limits.must_fund and not limits.committed:
        return []
    known = set(offers.index.get_level_values("cohort"))
    faults = [
        Fault("must_fund", f'Cohort "{cohort}" has no offer in the offers table. Correct its name or take it out.')
        for cohort in limits.must_fund
        if cohort not in known
    ]
    for cohort, option in limits.committed:
        if (cohort, option) not in offers.index:
            faults.append(Fault("committed", f'There is no offer "{option}" for cohort "{cohort}". Check both names.'))
    return faults


def _service_faults(limits: Limits, services: pd.DataFrame) -> list[Fault]:
    faults = []
    for service, units in limits.committed_units.items():
        if service not in services.index:
            faults.append(Fault("committed", f'"{service}" is not in the services table. Check its name.'))
        elif not 0 <= units <= services.loc[service, "max_units"]:
            most = int(services.loc[service, "max_units"])
            faults.append(Fault("committed", f"{units} units of {service} are promised; it has at most {most}."))
    return faults


def group_faults(group: Mapping[str, tuple[str, ...]], offers: pd.DataFrame, where: str) -> list[Fault]:
    """Return the faults of a group: columns that are not there, and values that no offer has."""
    faults = []
    known = ", ".join(map(str, [*offers.index.names, *offers.columns]))
    for column, values in group.items():
        if column not in offers.columns and column not in offers.index.names:
            faults.append(Fault(where, f'There is no column "{column}". Columns: {known}.'))
            continue
        present = set(labels_of(offers, column)[1])
        faults += [
            Fault(where, f'No offer has "{value}" in column {column}. Check the spelling.')
            for value in values
            if present and value not in present
        ]
    return faults


def _column_faults(limit: Limit, offers: pd.DataFrame, services: pd.DataFrame, where: str) -> list[Fault]:
    faults = group_faults({**({limit.each: ()} if limit.each else {}), **limit.where}, offers, where)
    if limit.measure in ("spend", "people", "access"):
        return faults
    column = money_column(limit.measure, offers, services) or limit.measure
    if column not in offers.columns and column not in services.columns:
        known = ", ".join(map(str, [*offers.index.names, *offers.columns]))
        faults.append(Fault(where, f'The measure "{limit.measure}" is not a column. Columns: {known}.'))
    for table, kind in ((offers, "cohort {}, option {}"), (services, "service {}")):
        if column in table.columns:
            numbers = pd.to_numeric(table[column], errors="coerce").astype(float)
            for key in table.index[~np.isfinite(numbers)][:FAULTS_SHOWN]:
                named = kind.format(*(key if isinstance(key, tuple) else (key,)))
                faults.append(Fault(where, f"{column} of {named} is not a number."))
    return faults


def money_column(measure: str, offers: pd.DataFrame, services: pd.DataFrame) -> str | None:
    """Return the column of pence that a measure in pounds names, such as capital_pence for "capital"; else None."""
    column = f"{measure}_pence"
    own = measure in offers.columns or measure in services.columns
    return column if not own and (column in offers.columns or column in services.columns) else None


def labels_of(table: pd.DataFrame, column: str) -> tuple[np.ndarray, list[str]]:
    """Return the values of a column or index level as text, as codes and what each code says; "" is a blank.

    Whole numbers are written without a decimal point.
    """
    values = table.index.get_level_values(column) if column in table.index.names else table[column]
    codes, kinds = pd.factorize(values, use_na_sentinel=False)
    words = ["" if pd.isna(v) else str(int(v)) if isinstance(v, float) and v.is_integer() else str(v) for v in kinds]
    return codes, words


def inside(group: Mapping[str, tuple[str, ...]], table: pd.DataFrame) -> np.ndarray:
    """Say of each row of a table whether it belongs to a group; a table without the column does not."""
    belongs = np.ones(len(table), dtype=bool)
    for column, values in group.items():
        if column not in table.columns and column not in table.index.names:
            return np.zeros(len(table), dtype=bool)
        codes, words = labels_of(table, column)
        belongs &= np.array([word in values for word in words], dtype=bool)[codes] if len(table) else belongs
    return belongs


def _inside_services(group: Mapping[str, tuple[str, ...]], offers: pd.DataFrame, services: pd.DataFrame) -> np.ndarray:
    """Say of each service whether it belongs to a group: by its own column, else where all its riders belong."""
    belongs = np.ones(len(services), dtype=bool)
    for column, values in group.items():
        if column in services.columns or column in services.index.names:
            belongs &= inside({column: values}, services)
            continue
        riders = offers["service"].notna().to_numpy()
        outside = set(offers["service"].to_numpy()[riders & ~inside({column: values}, offers)])
        ridden = set(offers["service"].to_numpy()[riders])
        belongs &= np.array([name in ridden and name not in outside for name in services.index], dtype=bool)
    return belongs


def _rows(limit: Limit, offers: pd.DataFrame, services: pd.DataFrame) -> Iterator[LimitRow]:
    on_offers, on_units, scale = _measures(limit.measure, offers, services)
    is_money = limit.measure == "spend" or money_column(limit.measure, offers, services) is not None
    for group, *within in _insides(limit, offers, services):
        for figure, sense in ((limit.at_most, "<="), (limit.at_least, ">=")):
            if figure is None:
                continue
            words = limit_name(limit, figure, sense, group, is_money=is_money)
            if isinstance(figure, Share):
                part, of = figure.share.numerator, figure.share.denominator
                kind = on_offers.dtype if of < 2**20 else object
                both = [
                    c.astype(kind) * (of * i.astype(kind) - part)
                    for c, i in zip((on_offers, on_units), within, strict=True)
                ]
                yield replace(_sparse(limit.measure, words, *both, sense, 0, scale * of), share=figure.share)
                continue
            both = [c * i for c, i in zip((on_offers, on_units), within, strict=True)]
            right = floor(figure * scale) if sense == "<=" else ceil(figure * scale)
            yield _sparse(limit.measure, words, *both, sense, right, scale)


def _insides(limit: Limit, offers: pd.DataFrame, services: pd.DataFrame) -> Iterator[tuple]:
    """Give each group that a limit counts, with which offers and which services belong to it; labels are read once."""
    if limit.each is None:
        group = dict(limit.where)
        yield group, inside(group, offers), _inside_services(group, offers, services)
        return
    wider = {column: values for column, values in limit.where.items() if column != limit.each}
    within, served = inside(wider, offers), _inside_services(wider, offers, services)
    codes, words = labels_of(offers, limit.each)
    of_offers, of_services = np.array(words, dtype=object)[codes], _labels_of_services(limit.each, offers, services)
    for group in each_group(limit, offers):
        (value,) = group[limit.each]
        yield group, within & (of_offers == value), served & (of_services == value)


def _labels_of_services(column: str, offers: pd.DataFrame, services: pd.DataFrame) -> np.ndarray:
    """Return the label of each service: its own, else the one that all its riders have; None where they differ."""
    if column in services.columns or column in services.index.names:
        codes, words = labels_of(services, column)
        return np.array(words, dtype=object)[codes] if len(codes) else np.array([], dtype=object)
    riders = offers[offers["service"].notna().to_numpy()]
    codes, words = labels_of(riders, column)
    found: dict[str, set[str]] = {}
    for service, code in zip(riders["service"].tolist(), codes.tolist(), strict=True):
        found.setdefault(service, set()).add(words[code])
    labels = (found.get(name, set()) for name in services.index)
    return np.array([next(iter(each)) if len(each) == 1 else None for each in labels], dtype=object)


def _measures(measure: str, offers: pd.DataFrame, services: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, int]:
    """Return what each offer and each unit of a service adds to a measure, as integers, and their scale."""
    if measure == "spend":
        integers = [*offers["cost_pence"].tolist(), *services["unit_cost_pence"].astype(int).tolist()]
        scale = 100
    else:
        column = money_column(measure, offers, services)
        figures = np.concatenate([_column(column or measure, table) for table in (offers, services)])
        integers, scale = whole(figures)
        scale *= 100 if column else 1
    fits = not integers or max(map(abs, integers)) < 2**40  # room for a share's denominator
    both = np.array(integers, dtype="int64" if fits else object)
    return both[: len(offers)], both[len(offers) :], scale


def _column(measure: str, table: pd.DataFrame) -> np.ndarray:
    if measure not in table.columns:
        return np.zeros(len(table))
    return pd.to_numeric(table[measure], errors="coerce").fillna(0.0).to_numpy(float)


def each_group(limit: Limit, offers: pd.DataFrame) -> Iterator[dict[str, tuple[str, ...]]]:
    """Give the groups that a limit counts, in the order of its rows; a group is values by column."""
    if limit.each is None:
        yield dict(limit.where)
        return
    codes, words = labels_of(offers, limit.each)
    for value in sorted({words[code] for code in np.unique(codes[inside(limit.where, offers)])} - {""}):
        yield {**limit.where, limit.each: (value,)}


def promised_rows(limits: Limits, services: pd.DataFrame) -> list[LimitRow]:
    """Return a row for each service of which units were promised already."""
    none, rows = np.array([], dtype="int64"), []
    for service, units in limits.committed_units.items():
        if units:
            at = np.array([services.index.get_loc(service)])
            words = f"{units} units of service {service}, promised already"
            rows.append(LimitRow("units", words, none, none, at, np.array([1]), ">=", units, 1))
    return rows
