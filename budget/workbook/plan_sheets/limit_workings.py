"""The sheet Limit workings: what each offer and vehicle adds to each limit, and which grants may pay for it.

The amounts are read from Plan and Services, so that they follow Assumptions; to which group of a limit a row belongs is
the model's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from budget.accounts.statement import Content, pounds
from budget.allocation.inputs.groups import in_group, members_by_group, services_in_group
from budget.allocation.inputs.limit_rows import money_column
from budget.planning.within_reach import MICRO
from budget.workbook.book import Book
from budget.workbook.grid import Column, Formula, Grid

SHEET = "Limit workings"
OFFER, SERVICE = "offer", "vehicles"
OF_PLAN = {"spend": "cost", "people": "takers", "access": "access"}  # measure -> column of Plan
FORMATS = {"spend": "money", "people": "people", "access": "access"}
KEYS = (Column("key", "Cohort or service", 16, "text"), Column("what", "What it is", 12, "text"))
NOTE = (
    "One row an offer or a service of the plan. Spend, people and access score are read from Plan and Services; the "
    "number under a limit is the group of it, on Limits, that the row counts in."
)
SUBSETS = (
    Column("first", "Grants up to no.", 16, "text", "count"),
    Column("words", "Grants used up", 12, "text"),
    Column("amount", "Their amounts", 16, "calc", "money"),
    Column("others", "What the others may pay for", 16, "calc", "money"),
    Column("most", "Both", 16, "calc", "money", "=ROUND({amount}+{others},2)"),
)
SUBSETS_NOTE = "Together the grants up to a number pay the least of these sums (maximum flow is minimum cut)."


@dataclass(frozen=True, slots=True)
class Bought:
    """What a plan buys, one row an offer or a service: its measures, its group in each limit, the grants for it."""

    keys: list[str]
    offers: int  # how many of the rows are offers
    amounts: dict[str, list[float]]  # by measure
    groups: list[list[int]]  # by limit: the number of the group, 0 in none
    payers: list[str]  # the grants that may pay: "G1", "G1 G2"


def is_needed(content: Content) -> bool:
    """Return whether there is a plan and something besides the budget that it must keep to."""
    limits = content.plan.scenario.limits
    return content.plan.allocation.status != "infeasible" and bool(limits.limits or limits.grants)


def bought(content: Content) -> Bought:
    """Return what the plan buys."""
    plan, funded, services = content.plan, content.funded, content.services
    limits, all_offers, all_services = plan.scenario.limits, plan.choices.offers, plan.choices.services
    at = all_offers.index.get_indexer(pd.MultiIndex.from_frame(funded[["cohort", "option"]]))
    services_at = all_services.index.get_indexer(services.index)
    groups = []
    for limit in limits.limits:
        number = np.zeros(len(funded) + len(services), dtype=int)
        for group, (_, offers_in, services_in) in enumerate(members_by_group(limit, all_offers, all_services), 1):
            number[np.concatenate([offers_in[at], services_in[services_at]])] = group
        groups.append(number.tolist())
    pays = [
        np.concatenate([
            in_group(grant.pays_for, all_offers)[at],
            services_in_group(grant.pays_for, all_offers, all_services)[services_at],
        ])
        for grant in limits.grants
    ]  # fmt: skip
    rows = range(len(funded) + len(services))
    payers = [" ".join(f"G{n}" for n, may in enumerate(pays, 1) if may[row]) for row in rows]
    amounts = {measure: _amounts(measure, content) for measure in _measures(content)}
    return Bought([*funded["cohort"], *services["key"]], len(funded), amounts, groups, payers)


def _measures(content: Content) -> list[str]:
    """Return spend, by which grants pay, and whatever else a limit counts."""
    return [*dict.fromkeys(["spend", *(limit.measure for limit in content.plan.scenario.limits.limits)])]


def _amounts(measure: str, content: Content) -> list[float]:
    """Return what each row adds to a measure, in its unit; money in pounds."""
    funded, services, plan = content.funded, content.services, content.plan
    if measure == "spend":
        return [*map(pounds, funded["cost_pence"]), *map(pounds, services["cost_pence"])]
    if measure == "people":
        return [*(funded["people_micro"] / MICRO), *[0.0] * len(services)]
    column = money_column(measure, plan.choices.offers, plan.choices.services)
    name, parts = column or measure, 100 if column else 1
    own = funded[name].astype(float).fillna(0.0) / parts if name in funded else [0.0] * len(funded)
    each = plan.choices.services.get(name, pd.Series(0.0, index=plan.choices.services.index))
    units = services["units"] * each.reindex(services.index).astype(float).fillna(0.0) / parts
    return [*map(float, own), *map(float, units)]


def lay_out(content: Content) -> Grid:
    """Lay out what is bought."""
    limits = content.plan.scenario.limits
    columns = [
        Column(f"m_{name}", name.capitalize(), 16, "calc", FORMATS.get(name, "number")) for name in _measures(content)
    ]
    columns.append(Column("payers", "Grants that may pay", 16, "model", "text"))
    columns += [Column(f"l_{n}", f"Limit {n}", 16, "model", "count") for n in range(1, len(limits.limits) + 1)]
    rows = len(content.funded) + len(content.services) if is_needed(content) else 0
    return Grid(SHEET, (*KEYS, *columns), rows)


def lay_out_subsets(content: Content) -> Grid:
    """Lay out what some of the grants can pay, beneath what is bought."""
    return Grid(SHEET, SUBSETS, len(list(_subsets(content))), head=lay_out(content).total_row + 4)


def _subsets(content: Content) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield how many grants are looked at, and which of them are used up, 0 being the first grant."""
    for first in range(1, len(content.plan.scenario.limits.grants) + 1):
        for size in range(first + 1):
            yield from ((first, used) for used in combinations(range(first), size))


def paid_by_first(content: Content) -> list[float]:
    """Return the pounds that the first grant can pay, the first two, and so on."""
    sums: dict[int, list[int]] = {}
    for first, _, _, taken, cost in _sums(content, bought(content)):
        sums.setdefault(first, []).append(taken + cost)
    return [pounds(min(sums[first])) for first in sorted(sums)]


def paid_cells(content: Content, first: int) -> str:
    """Return the cells of which the least is what the first grants can pay together."""
    grid = lay_out_subsets(content)
    at = [row for row, (number, _) in enumerate(_subsets(content), grid.first) if number == first]
    return f"{grid.cell('most', at[0])}:{grid.fixed('most', at[-1])}"


def paid_each(content: Content) -> list[Formula]:
    """Return what each grant pays: what it and those before it can pay, less what those before it can."""
    known, before, formulas = paid_by_first(content), "", []
    for number, upto in enumerate(known):
        cells = f"MIN({paid_cells(content, number + 1)})"
        pays = round(upto - (known[number - 1] if number else 0), 2)
        formulas.append(Formula(f"=ROUND({cells}{before},2)", pays))
        before = f"-{cells}"
    return formulas


def write(book: Book, content: Content) -> None:
    """Write the sheet, where there is something to keep to."""
    if not is_needed(content):
        return
    sheet = book.sheet(SHEET, "Limit workings: what counts in each limit and grant", NOTE)
    grid, found = lay_out(content), bought(content)
    rows = (_row(number, content, found) for number in range(len(found.keys)))
    sums = [column.key for column in grid.columns if column.key.startswith("m_")]
    sheet.table(grid, rows, sums=sums, totals={"key": "Total"}, empty="Nothing is bought.")
    subsets = lay_out_subsets(content)
    if subsets.rows:
        sheet.put(subsets.head - 2, 1, "What the grants can pay", "section")
        sheet.put(subsets.head - 1, 1, SUBSETS_NOTE, "note")
        sheet.table(subsets, _subset_rows(content, found))
    sheet.page_for(grid, "C")


def _row(number: int, content: Content, found: Bought) -> dict[str, object]:
    is_offer = number < found.offers
    values: dict[str, object] = {"key": found.keys[number], "what": OFFER if is_offer else SERVICE}
    for measure, amounts in found.amounts.items():
        known, formula = amounts[number], None
        if is_offer and measure in OF_PLAN:
            formula = f"=SUMIFS({{plan[{OF_PLAN[measure]}]}},{{plan[cohort]}},{{key}})"
        elif measure == "spend":
            formula = "=SUMIFS({services[cost]},{services[key]},{key})"
        values[f"m_{measure}"] = Formula(formula, known) if formula else known
    values |= {f"l_{n}": groups[number] or None for n, groups in enumerate(found.groups, 1)}
    return values | {"payers": found.payers[number] or None}


def _sums(content: Content, found: Bought) -> Iterator[tuple[int, tuple[int, ...], list[str], int, int]]:
    """Yield each of `_subsets` with what the others may pay for, by who may, and both sums.

    The sums are in pence: the amounts of the grants used up, and the cost of what the others may pay for.
    """
    grants = content.plan.scenario.limits.grants
    by_payers: dict[str, int] = {}
    for payers, amount in zip(found.payers, found.amounts["spend"], strict=True):
        by_payers[payers] = by_payers.get(payers, 0) + round(amount * 100)
    for first, used in _subsets(content):
        others = {f"G{n + 1}" for n in range(first) if n not in used}
        kinds = [payers for payers in by_payers if others & set(payers.split())]
        yield first, used, kinds, sum(grants[n].amount_pence for n in used), sum(by_payers[each] for each in kinds)


def _subset_rows(content: Content, found: Bought) -> Iterator[dict[str, object]]:
    """Yield what each set of grants and the things that the others may pay for come to."""
    for first, used, kinds, taken, cost in _sums(content, found):
        words = " ".join(f"G{n + 1}" for n in used) or "none"
        sums = "+".join(f'SUMIFS({{limit_parts[m_spend]}},{{limit_parts[payers]}},"{payers}")' for payers in kinds)
        yield {
            "first": first,
            "words": words,
            "amount": Formula(f"={'+'.join(f'{{grant_amount[{n}]}}' for n in used)}", pounds(taken)) if used else 0,
            "others": Formula(f"={sums}", pounds(cost)) if kinds else 0,
            "most": pounds(cost + taken),
        }
