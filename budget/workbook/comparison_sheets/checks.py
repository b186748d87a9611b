"""The Checks of a comparison: each table against the model's own totals, and the list of changes against the tables."""

from collections.abc import Iterator

from budget.accounts.statement import pounds
from budget.planning.comparison import Comparison
from budget.planning.plan_changes import LOSES_SUPPORT
from budget.planning.within_reach import at_least_one
from budget.workbook.book import Book
from budget.workbook.check import (
    ACCESS_LEEWAY,
    ADVICE,
    AT_MOST,
    EQUAL,
    HALF_A_PENNY,
    SHEET,
    SIDES,
    Check,
    none_of,
    write_checks,
)  # fmt: skip
from budget.workbook.comparison_sheets import groups
from budget.workbook.comparison_sheets.changes import ScenarioPair
from budget.workbook.comparison_sheets.groups import BASE_CELL, MEASURES, SHEETS
from budget.workbook.grid import Column, Formula, Grid

MASTER_ROW, HEAD = 4, 6  # of the table of checks
MASTER_CELL = f"{SHEET}!$B${MASTER_ROW}"
COLUMNS = (Column("name", "Check", 76, "text", "wrapped"), *SIDES, ADVICE)
LEEWAYS = {"cost_pence": HALF_A_PENNY, "people": 0.001, "cohorts": 0.0}
LEEWAYS |= dict.fromkeys(("access", "within_reach"), ACCESS_LEEWAY)
OWN = "A figure on this sheet was overwritten, or a row taken out. Make the comparison again."
LISTED = "A row of Changes was taken out or overwritten. Make the comparison again."


def list_checks(compared: Comparison, scenarios: Grid, pairs: list[ScenarioPair]) -> list[Check]:
    """Return the checks; `scenarios` is the table of the first sheet."""
    planned = [place for place in range(len(compared.plans)) if compared.has_plan(place)]
    lost = f'({{changes[change]}}="{LOSES_SUPPORT}")*(LEN({{changes[why]}})=0)'
    return [
        _base_is_one(compared),
        *(check for place in planned for check in _of_a_plan(compared, scenarios, place)),
        _base_less_itself(),
        *(check for pair in pairs if pair.compared for check in _of_a_pair(compared, scenarios, pair)),
        none_of("Every area that loses its support is given a reason", f"=SUMPRODUCT({lost})", LISTED),
    ]


def _of_a_plan(compared: Comparison, scenarios: Grid, place: int) -> Iterator[Check]:
    model, name = compared.plans[place].allocation, groups.heading(place + 1, compared.names[place])
    totals = {"cost_pence": pounds(model.spent_pence), "people": float(model.people), "access": float(model.access)}
    totals["within_reach"] = at_least_one(model)
    totals["cohorts"] = len(model.chosen)
    for sheet in SHEETS:
        for measure in MEASURES:
            here = groups.total_cell(sheet, compared, measure, place)
            what = f"{name}: {sheet.sheet.lower()}, {measure.heading.lower()} comes to the model's total"
            total, leeway = totals[measure.column], LEEWAYS[measure.column]
            yield Check(what, here, total, measure.format, EQUAL, OWN, leeway)
    row = scenarios.first + place
    spend = Formula(f"={scenarios.cell('cost_pence', row)}", pounds(model.spent_pence))
    budget = Formula(f"={scenarios.cell('budget', row)}", pounds(model.budget_pence))
    advice = "The plan spends more than its budget: do not use it."
    yield Check(f"{name}: spend is within the budget", spend, budget, "money", AT_MOST, advice, HALF_A_PENNY)


def _base_is_one(compared: Comparison) -> Check:
    most = len(compared.plans)
    test = f"=IF(COUNT({BASE_CELL})=0,1,IF(AND({BASE_CELL}>=1,{BASE_CELL}<={most},{BASE_CELL}=INT({BASE_CELL})),0,1))"
    return none_of("The base is one of the scenarios", test, f"Put a whole number from 1 to {most} in {BASE_CELL}.")


def _base_less_itself() -> Check:
    """Check that the differences follow the base: its own are nought."""
    parts = [f"ABS(N(INDEX({{scenarios[d_{measure.column}]}},{BASE_CELL})))" for measure in MEASURES]
    advice = "A difference on the sheet Comparison was overwritten. Make the comparison again."
    return none_of("The base differs from itself by nothing", f"={'+'.join(parts)}", advice)


def _of_a_pair(compared: Comparison, scenarios: Grid, pair: ScenarioPair) -> Iterator[Check]:
    """Yield checks that the changes by area add up to the whole difference between the two scenarios."""
    here, base = pair.number - 1, compared.base
    for measure in MEASURES[:4]:
        key, decimals = measure.column, measure.decimals
        rises = (pair.changes[f"{key}_after"] - pair.changes[f"{key}_before"]).astype(float)
        known = sum(pounds(round(rise)) if key == "cost_pence" else rise for rise in rises)
        left = Formula(f"=SUMIFS({{changes[{key}]}},{{changes[no]}},{pair.number})", round(known, decimals))
        cell, of_base = (scenarios.cell(key, scenarios.first + place) for place in (here, base))
        totals = [groups.total(SHEETS[0], compared, measure, place) for place in (here, base)]
        right = Formula(f"={cell}-{of_base}", groups.known_difference(totals[0], totals[1], measure))
        whole = f"what changes area by area is the whole change in {measure.heading.lower()}"
        yield Check(f"{pair.number} less {base + 1}: {whole}", left, right, measure.format, EQUAL, LISTED, LEEWAYS[key])


def write(book: Book, checks: list[Check]) -> None:
    """Write the sheet and define all_checks_pass."""
    sheet = book.sheet(SHEET, "Checks", "Grey figures are the model's own; the others are read from the sheets.")
    write_checks(sheet, COLUMNS, checks, MASTER_ROW)
