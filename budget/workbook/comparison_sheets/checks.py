"""The Checks of a comparison: each table against the model's own totals, and the list of changes against the tables."""

from openpyxl.formatting.rule import CellIsRule
from openpyxl.workbook.defined_name import DefinedName

from budget.accounts.statement import pounds
from budget.planning.comparison import Comparison
from budget.planning.plan_changes import LOSES_SUPPORT
from budget.workbook import styles
from budget.workbook.book import Book, Column, Formula, Grid
from budget.workbook.check import ACCESS_LEEWAY, AT_MOST, EQUAL, HALF_A_PENNY, Check, none_of
from budget.workbook.comparison_sheets.changes import Pair, list_grid
from budget.workbook.comparison_sheets.groups import BASE_CELL, MEASURES, SHEETS, Groups, Measure, heading, total

SHEET = "Checks"
MASTER_ROW, HEAD = 4, 6
MASTER_CELL = f"{SHEET}!$B${MASTER_ROW}"
COLUMNS = (
    Column("name", "Check", 76, "text", "wrapped"),
    Column("left", "This workbook", 20, "calc", "money"),
    Column("right", "Must agree with", 20, "calc", "money"),
    Column("leeway", "Leeway", 11, "model", "number"),
    Column("result", "Passes", 10, "calc", "verdict"),
    Column("advice", "Where it does not pass", 84, "text", "wrapped"),
)
LEEWAYS = {"cost_pence": HALF_A_PENNY, "people": 0.001, "access": ACCESS_LEEWAY, "cohorts": 0.0}
OWN = "A figure on this sheet was overwritten, or a row taken out. Make the comparison again."
LISTED = "A row of Changes was taken out or overwritten. Make the comparison again."


def of(compared: Comparison, scenarios: Grid, pairs: list[Pair]) -> list[Check]:
    """Return the checks; `scenarios` is the table of the first sheet."""
    checks = [_base_is_one(compared)]
    for place in range(len(compared.plans)):
        if compared.has_plan(place):
            checks += [_adds_up(compared, groups, measure, place) for groups in SHEETS for measure in MEASURES]
            checks.append(_within_budget(compared, scenarios, place))
    checks.append(_base_less_itself(compared, scenarios))
    for pair in pairs:
        if pair.compared:
            checks += [_changes_add_up(compared, scenarios, pairs, pair, measure) for measure in MEASURES[:3]]
    listed = list_grid(pairs)
    unexplained = f'=SUMPRODUCT(({listed.column("change")}="{LOSES_SUPPORT}")*(LEN({listed.column("why")})=0))'
    name = "Every area that loses its support is given a reason"
    return [*checks, none_of(name, Formula(unexplained, 0), LISTED)]


def _named(compared: Comparison, place: int) -> str:
    return heading(place + 1, compared.names[place])


def model_total(compared: Comparison, measure: Measure, place: int) -> float | int:
    """Return a scenario's total as the model has it."""
    allocation = compared.plans[place].allocation
    return {
        "cost_pence": pounds(allocation.spent_pence),
        "people": float(allocation.people),
        "access": float(allocation.access),
        "cohorts": len(allocation.chosen),
    }[measure.column]


def _adds_up(compared: Comparison, groups: Groups, measure: Measure, place: int) -> Check:
    left = Formula(
        f"={groups.grids(compared)[measure.column].total(f's{place + 1}')}", total(groups, compared, measure, place)
    )
    name = f"{_named(compared, place)}: {groups.sheet.lower()}, {measure.heading.lower()} comes to the model's total"
    right, leeway = model_total(compared, measure, place), LEEWAYS[measure.column]
    return Check(name, left, right, measure.shown, EQUAL, OWN, leeway)


def _within_budget(compared: Comparison, scenarios: Grid, place: int) -> Check:
    row, allocation = scenarios.first + place, compared.plans[place].allocation
    left = Formula(f"={scenarios.cell('cost_pence', row)}", pounds(allocation.spent_pence))
    right = Formula(f"={scenarios.cell('budget', row)}", pounds(allocation.budget_pence))
    name = f"{_named(compared, place)}: spend is within the budget"
    return Check(
        name, left, right, "money", AT_MOST, "The plan spends more than its budget: do not use it.", HALF_A_PENNY
    )


def _base_is_one(compared: Comparison) -> Check:
    most = len(compared.plans)
    test = f"=IF(COUNT({BASE_CELL})=0,1,IF(AND({BASE_CELL}>=1,{BASE_CELL}<={most},{BASE_CELL}=INT({BASE_CELL})),0,1))"
    return none_of(
        "The base is one of the scenarios", Formula(test, 0), f"Put a whole number from 1 to {most} in {BASE_CELL}."
    )


def _base_less_itself(compared: Comparison, scenarios: Grid) -> Check:
    """Check that the differences follow the base: the base's own are nought."""
    keys = ("d_cost_pence", "d_people", "d_access", "d_cohorts")
    parts = [f"ABS(N(INDEX({scenarios.column(key)},{BASE_CELL})))" for key in keys]
    return none_of(
        "The base differs from itself by nothing",
        Formula(f"={'+'.join(parts)}", 0),
        "A difference on the sheet Comparison was overwritten. Make the comparison again.",
    )


def _changes_add_up(compared: Comparison, scenarios: Grid, pairs: list[Pair], pair: Pair, measure: Measure) -> Check:
    """Check that what changes area by area is the whole difference between the two scenarios."""
    listed, key = list_grid(pairs), measure.column
    rise = sum(_rises(pair, measure))
    left = Formula(f"=SUMIFS({listed.column(key)},{listed.column('no')},{pair.number})", round(rise, measure.decimals))
    here, base = pair.number - 1, compared.base
    cells = [scenarios.cell(key, scenarios.first + place) for place in (here, base)]
    totals = [total(SHEETS[0], compared, measure, place) for place in (here, base)]
    right = Formula(f"={cells[0]}-{cells[1]}", round(totals[0] - totals[1], measure.decimals))
    name = f"{pair.number} less {base + 1}: what changes area by area is the whole change in {measure.heading.lower()}"
    return Check(name, left, right, measure.shown, EQUAL, LISTED, LEEWAYS[key])


def _rises(pair: Pair, measure: Measure) -> list[float]:
    before, after = (pair.changes[f"{measure.column}_{side}"] for side in ("before", "after"))
    rises = (after - before).astype(float)
    return [pounds(round(rise)) if measure.column == "cost_pence" else rise for rise in rises]


def all_pass(checks: list[Check]) -> bool:
    """Return the known value of the master check."""
    return all(check.passes for check in checks)


def write(book: Book, checks: list[Check]) -> None:
    """Write the sheet and define all_checks_pass."""
    sheet = book.sheet(SHEET)
    sheet.heading("Checks", "Grey figures are the model's own; the others are read from the sheets.")
    grid = Grid(SHEET, COLUMNS, len(checks), HEAD)
    results = f"{grid.at('result', grid.first)}:{grid.at('result', grid.last)}"
    sheet.put(MASTER_ROW, 1, "All checks pass", "section")
    sheet.put(MASTER_ROW, 2, Formula(f"=AND({results})", all_pass(checks)), "figure", "verdict")
    sheet.table(grid, [_row(grid, row, check) for row, check in enumerate(checks, grid.first)])
    for row, check in enumerate(checks, grid.first):
        for number, side in ((2, check.left), (3, check.right)):
            sheet.put(row, number, side, "calc" if isinstance(side, Formula) else "model", check.shown)
    for cells in (results, f"B{MASTER_ROW}"):
        for word, fill in (("TRUE", styles.GREEN_FILL), ("FALSE", styles.RED_FILL)):
            sheet.worksheet.conditional_formatting.add(cells, CellIsRule("equal", [word], fill=fill))
    book.workbook.defined_names["all_checks_pass"] = DefinedName("all_checks_pass", attr_text=MASTER_CELL)
    sheet.widths(COLUMNS)
    sheet.page(freeze=f"A{grid.first}", repeat=f"{HEAD}:{HEAD}")


def _row(grid: Grid, row: int, check: Check) -> tuple:
    parts = {key: grid.at(key, row) for key in ("left", "right", "leeway")}
    result = Formula(check.test.format(**parts), check.passes)
    return (check.name, check.left, check.right, check.leeway, result, check.advice)
