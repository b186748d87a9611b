"""What a plan makes of each limit, in exact fractions from the tables; it shares no arithmetic with the model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from budget.allocation.inputs.grants import Paid, paid_by
from budget.allocation.inputs.limits import Limit, Limits, Share
from budget.allocation.inputs.tables import CheckedTables
from budget.allocation.inputs.toml_tables import exact


@dataclass(frozen=True, slots=True)
class Reading:
    """A cap or a floor at a plan: what the measure is, and what it may be at most or must be at least."""

    measure: str
    sense: str  # "<=" or ">="
    group: Mapping[str, tuple[str, ...]]
    value: Fraction
    allowed: Fraction

    @property
    def spare(self) -> Fraction:
        """How far inside the limit the plan is; below 0 it breaks it."""
        return (self.allowed - self.value) if self.sense == "<=" else (self.value - self.allowed)


Record = dict[str, Any]  # a row of the offers or the services table, by column
Funded = list[tuple[Record, int]]  # rows of the tables that a plan pays for, and how many times


def funded(limits: Limits, tables: CheckedTables, places: Sequence[int], units: Sequence[int]) -> Funded:
    """Return what a plan pays for; nothing where there is neither a limit nor a grant to check."""
    if not limits.limits and not limits.grants:
        return []
    chosen = [(row, 1) for row in _records(tables.offers.iloc[list(places)])]
    return chosen + _bought_services(tables, limits, units)


def readings(limits: Limits, tables: CheckedTables, paid_for: Funded) -> list[Reading]:
    """Return a reading for every cap and floor, in the order in which they were written and by group."""
    return [reading for limit in limits.limits for reading in _readings(limit, tables, paid_for)]


def _bought_services(tables: CheckedTables, limits: Limits, units: Sequence[int]) -> Funded:
    """Return the services of a plan and their units, each with its riders' values in the columns of groups."""
    columns = {column for limit in limits.limits for column in [*limit.where, *([limit.each] if limit.each else [])]}
    columns |= {column for grant in limits.grants for column in grant.pays_for}
    offers = tables.offers.reset_index()
    bought = []
    for row, count in zip(_records(tables.services), units, strict=True):
        if not count:
            continue
        riders = offers[offers["service"] == row["service"]]
        agreed = {c: {label(v) for v in riders[c].unique()} for c in columns - set(row) & set(riders.columns)}
        bought.append((row | {column: labels for column, labels in agreed.items() if labels}, count))
    return bought


def _readings(limit: Limit, tables: CheckedTables, paid_for: Funded) -> Iterator[Reading]:
    amounts = [(row, _measure(limit.measure, row) * count) for row, count in paid_for]
    amounts = [(row, amount) for row, amount in amounts if amount]
    total = sum((amount for _, amount in amounts), Fraction(0))
    for group, inside in _by_group(limit, tables, amounts):
        value = sum(inside, Fraction(0))
        for figure, sense in ((limit.at_most, "<="), (limit.at_least, ">=")):
            if figure is not None:
                allowed = figure.share * total if isinstance(figure, Share) else Fraction(figure)
                yield Reading(limit.measure, sense, group, value, allowed)


def _by_group(
    limit: Limit, tables: CheckedTables, amounts: list[tuple[Record, Fraction]]
) -> Iterator[tuple[dict[str, tuple[str, ...]], list[Fraction]]]:
    """Yield each group that a limit counts, with the amounts of what belongs to it."""
    if not limit.each:
        group = dict(limit.where)
        yield group, [amount for row, amount in amounts if belongs(row, group)]
        return
    wider = {column: values for column, values in limit.where.items() if column != limit.each}
    by_value: dict[str, list[Fraction]] = {}
    for row, amount in amounts:
        own = row.get(limit.each, "")
        values = own if isinstance(own, set) else {label(own)}  # a service of several groups belongs to none of them
        if len(values) == 1 and belongs(row, wider):
            by_value.setdefault(next(iter(values)), []).append(amount)
    kinds = tables.offers.reset_index()[list({**limit.where, limit.each: ()})].drop_duplicates().to_dict("records")
    for value in sorted({label(row[limit.each]) for row in kinds if belongs(row, limit.where)} - {""}):
        yield {**limit.where, limit.each: (value,)}, by_value.get(value, [])


def _records(table: pd.DataFrame) -> list[Record]:
    names = [*table.index.names, *table.columns]
    columns = [table.index.get_level_values(name).tolist() for name in table.index.names]
    columns += [table[name].tolist() for name in table.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def belongs(row: Record, group: Mapping[str, Sequence[str]]) -> bool:
    """Say whether an offer or a service belongs to a group; a set stands for what the riders of a service are."""
    for column, values in group.items():
        own = row.get(column, "")
        if not ((own <= set(values)) if isinstance(own, set) else column in row and label(own) in values):
            return False
    return True


def label(value: object) -> str:
    """Return a value as it is written in a limit: whole numbers without a decimal point, a blank as nothing."""
    if pd.isna(value):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _measure(measure: str, row: Record) -> Fraction:
    if measure == "spend":
        return Fraction(_pence(row), 100)
    if measure not in row and f"{measure}_pence" in row:
        value, unit = row[f"{measure}_pence"], 100
    else:
        value, unit = row.get(measure, 0), 1
    return Fraction(0) if pd.isna(value) or value == "" else exact(float(value)) / unit


def _pence(row: Record) -> int:
    return int(row["cost_pence"] if "cost_pence" in row else row["unit_cost_pence"])


def grants_used(limits: Limits, paid_for: Funded) -> Paid:
    """Return what each grant can pay of a plan, and what is left for the rest of the budget."""
    costs: dict[frozenset[int], int] = {}
    for row, count in paid_for:
        payers = frozenset(g for g, grant in enumerate(limits.grants) if belongs(row, grant.pays_for))
        costs[payers] = costs.get(payers, 0) + _pence(row) * count
    return paid_by([grant.amount_pence for grant in limits.grants], costs)
