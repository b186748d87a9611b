"""The Checks of a comparison: each table against the model's own totals, and the list of changes against the tables."""

from budget.accounts.statement import pounds
from budget.planning.comparison import LOSES_SUPPORT, Comparison
from budget.workbook import check
from budget.workbook.book import Book
from budget.workbook.check import ACCESS_LEEWAY, ADVICE, AT_MOST, EQUAL, HALF_A_PENNY, SHEET, SIDES, Check, none_of
from budget.workbook.comparison_sheets import groups
from budget.workbook.comparison_sheets.changes import ScenarioPair, list_grid
from budget.workbook.comparison_sheets.groups import BASE_CELL, MEASURES, SHEETS, GroupSheet, Measure
from budget.workbook.grid import Column, Formula, Grid

MASTER_ROW, HEAD = 4, 6
MASTER_CELL = f"{SHEET}!$B${MASTER_ROW}"
COLUMNS = (Column("name", "Check", 76, "text", "wrapped"), *SIDES, ADVICE)
LEEWAYS = {"cost_pence": HALF_A_PENNY, "people": 0.001, "access": ACCESS_LEEWAY, "cohorts": 0.0}
OVERSPENT = "The plan spends more than its budget: do not use it."
OWN = "A figure on this sheet was overwritten, or a row taken out. Make the comparison again."
LISTED = "A row of Changes was taken out or overwritten. Make the comparison again."


def list_checks(compared: Comparison, scenarios: Grid, pairs: list[ScenarioPair]) -> list[Check]:
    """Return the checks; `scenarios` is the table of the first sheet."""
    checks = [_base_is_one(compared)]
    for place in range(len(compared.plans)):
        if compared.has_plan(place):
            checks += [_adds_up(compared, sheet, measure, place) for sheet in SHEETS for measure in MEASURES]
            checks.append(_within_budget(compared, scenarios, place))
    checks.append(_base_less_itself(compared, scenarios))
    for pair in pairs:
        if pair.compared:
            checks += [_changes_add_up(compared, scenarios, pairs, pair, measure) for measure in MEASURES[:3]]
    listed = list_grid(pairs)
    lost = f'({listed.column("change")}="{LOSES_SUPPORT}")*(LEN({listed.column("why")})=0)'
    return [*checks, none_of("Every area that loses its support is given a reason", f"=SUMPRODUCT({lost})", LISTED)]


def _named(compared: Comparison, place: int) -> str:
    return groups.heading(place + 1, compared.names[place])


def model_total(compared: Comparison, measure: Measure, place: int) -> float | int:
    """Return the model's own total of a scenario."""
    allocation = compared.plans[place].allocation
    return {
        "cost_pence": pounds(allocation.spent_pence),
        "people": float(allocation.people),
        "access": float(allocation.access),
        "cohorts": len(allocation.chosen),
    }[measure.column]


def _adds_up(compared: Comparison, sheet: GroupSheet, measure: Measure, place: int) -> Check:
    cell = sheet.grids(compared)[measure.column].total(f"s{place + 1}")
    left = Formula(f"={cell}", groups.total(sheet, compared, measure, place))
    name = f"{_named(compared, place)}: {sheet.sheet.lower()}, {measure.heading.lower()} comes to the model's total"
    right, leeway = model_total(compared, measure, place), LEEWAYS[measure.column]
    return Check(name, left, right, measure.format, EQUAL, OWN, leeway)


def _within_budget(compared: Comparison, scenarios: Grid, place: int) -> Check:
    row, allocation = scenarios.first + place, compared.plans[place].allocation
    left = Formula(f"={scenarios.cell('cost_pence', row)}", pounds(allocation.spent_pence))
    right = Formula(f"={scenarios.cell('budget', row)}", pounds(allocation.budget_pence))
    name = f"{_named(compared, place)}: spend is within the budget"
    return Check(name, left, right, "money", AT_MOST, OVERSPENT, HALF_A_PENNY)


def _base_is_one(compared: Comparison) -> Check:
    most = len(compared.plans)
    test = f"=IF(COUNT({BASE_CELL})=0,1,IF(AND({BASE_CELL}>=1,{BASE_CELL}<={most},{BASE_CELL}=INT({BASE_CELL})),0,1))"
    return none_of("The base is one of the scenarios", test, f"Put a whole number from 1 to {most} in {BASE_CELL}.")


def _base_less_itself(compared: Comparison, scenarios: Grid) -> Check:
    """Check that the differences follow the base: its own are nought."""
    keys = ("d_cost_pence", "d_people", "d_access", "d_cohorts")
    parts = [f"ABS(N(INDEX({scenarios.column(key)},{BASE_CELL})))" for key in keys]
    name, advice = "The base differs from itself by nothing", "A difference on the sheet Comparison was overwritten. "
    return none_of(name, f"={'+'.join(parts)}", f"{advice}Make the comparison again.")


def _changes_add_up(
    compared: Comparison, scenarios: Grid, pairs: list[ScenarioPair], pair: ScenarioPair, measure: Measure
) -> Check:
    """Check that the changes by area add up to the whole difference between the two scenarios."""
    listed, key = list_grid(pairs), measure.column
    rise = sum(_rises(pair, measure))
    left = Formula(f"=SUMIFS({listed.column(key)},{listed.column('no')},{pair.number})", round(rise, measure.decimals))
    here, base = pair.number - 1, compared.base
    cell, of_base = (scenarios.cell(key, scenarios.first + place) for place in (here, base))
    known, known_of_base = (groups.total(SHEETS[0], compared, measure, place) for place in (here, base))
    between = groups.difference(cell, of_base, known, known_of_base, measure.decimals).known
    right = Formula(f"={cell}-{of_base}", between)
    name = f"{pair.number} less {base + 1}: what changes area by area is the whole change in {measure.heading.lower()}"
    return Check(name, left, right, measure.format, EQUAL, LISTED, LEEWAYS[key])


def _rises(pair: ScenarioPair, measure: Measure) -> list[float]:
    before, after = (pair.changes[f"{measure.column}_{side}"] for side in ("before", "after"))
    rises = (after - before).astype(float)
    return [pounds(round(rise)) if measure.column == "cost_pence" else rise for rise in rises]


def write(book: Book, checks: list[Check]) -> None:
    """Write the sheet and define all_checks_pass."""
    sheet = book.sheet(SHEET, "Checks", "Grey figures are the model's own; the others are read from the sheets.")
    grid = Grid(SHEET, COLUMNS, len(checks), HEAD)
    rows = [_row(grid, row, each) for row, each in enumerate(checks, grid.first)]
    check.write_checks(sheet, grid, checks, rows, MASTER_ROW)


def _row(grid: Grid, row: int, one: Check) -> tuple:
    result = Formula(one.test.format(**grid.row(row)), one.passes)
    return (one.name, one.left, one.right, one.leeway, result, one.advice)
