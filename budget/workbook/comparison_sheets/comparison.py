"""Scenarios side by side as an Excel workbook: a base to choose, live differences from it, charts, and checks.

By kind, By district and By decile → Comparison → Checks. The figures of each plan are its own (grey); every total,
difference and count is a formula over them. Who gains and who loses is listed against the base that the comparison was
made with.
"""

import datetime
import io

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from budget.accounts.statement import pounds, ratio
from budget.planning.comparison import Comparison
from budget.workbook import known_values, styles
from budget.workbook.book import Book, Column, Formula, Grid, Sheet
from budget.workbook.comparison_sheets import changes
from budget.workbook.comparison_sheets import checks as comparison_checks
from budget.workbook.comparison_sheets import groups as groups_sheets
from budget.workbook.comparison_sheets.groups import MEASURES, NO_PLAN, NOTHING, SHEETS, difference, numbered
from data.documents.sheet_text import safe_text

SHEET, SCENARIOS = "Comparison", "Scenarios"
SHEET_NAMES = (
    SHEET,
    SCENARIOS,
    changes.INPUTS,
    *(groups.sheet for groups in SHEETS),
    changes.SUMMARY,
    changes.LIST,
    comparison_checks.SHEET,
)
BASE_ROW, CHECK_ROW, HEAD = 4, 5, 8
CHART_ROWS, CHART_CM = 20, (9.0, 24.0)
COLUMNS = (
    Column("no", "No.", 8, "model", "count"),
    Column("name", "Scenario", 40, "text", "wrapped"),
    Column("outcome", "Outcome", 16, "text", "wrapped"),
    Column("budget", "Budget", 18, "model", "money"),
    Column("cost_pence", "Spend", 18, "calc", "money"),
    Column("unspent", "Not spent", 18, "calc", "money"),
    Column("people", "Takers", 12, "calc", "people"),
    Column("access", "Access", 12, "calc", "access"),
    Column("cohorts", "Areas given support", 11, "calc", "count"),
    Column("targets", "Areas in target", 11, "model", "count"),
    Column("each", "Spend for each brought within reach", 17, "calc", "money"),
    Column("d_cost_pence", "Spend less the base's", 18, "calc", "money"),
    Column("d_people", "Takers less the base's", 13, "calc", "people"),
    Column("d_access", "Access less the base's", 13, "calc", "access"),
    Column("d_cohorts", "Areas less the base's", 13, "calc", "count"),
)
FACTS = (
    Column("no", "No.", 8, "model", "count"),
    Column("name", "Scenario", 34, "text", "wrapped"),
    Column("proof", "How good the plan is known to be", 54, "text", "wrapped"),
    Column("conflicts", "Limits that cannot be kept together", 60, "text", "wrapped"),
    Column("day", "Day of the rules", 18, "text", "date"),
    Column("policy", "Targeting policy", 24, "text", "wrapped"),
    Column("base", "Price base", 24, "text", "wrapped"),
    Column("hash", "Scenario, SHA-256", 68, "text"),
    Column("bundle", "County bundle, SHA-256", 68, "text"),
)
OUTCOMES = {"infeasible": NO_PLAN, "time_limit": "stopped at the time limit"}
KIND = SHEETS[0]  # the sheet that the totals are read from


def to_bytes(compared: Comparison) -> bytes:
    """Return the comparison as a workbook (.xlsx); the same plans give the same bytes."""
    book = Book(Workbook())
    book.workbook.remove(book.workbook.active)
    pairs = changes.pairs_of(compared)
    grid = Grid(SHEET, COLUMNS, len(compared.plans), HEAD)
    checks = comparison_checks.of(compared, grid, pairs)
    _write(book, compared, grid, comparison_checks.all_pass(checks))
    _write_scenarios(book, compared)
    changes.write_inputs(book, compared, pairs)
    for groups in SHEETS:
        groups_sheets.write(book, groups, compared)
    changes.write_summary(book, compared, pairs)
    changes.write_list(book, compared, pairs)
    comparison_checks.write(book, checks)
    return _saved(book, compared)


def _saved(book: Book, compared: Comparison) -> bytes:
    plan = compared.plans[compared.base]
    properties = book.workbook.properties
    properties.title = safe_text(f"{plan.county.manifest.name}: {len(compared.plans)} scenarios side by side")[:255]
    properties.subject = "Transport support for young people: scenarios compared"
    properties.creator = "Farebridge"
    properties.created = datetime.datetime.combine(plan.day, datetime.time())
    book.workbook.calculation.fullCalcOnLoad = True
    saved = io.BytesIO()
    book.workbook.save(saved)
    names = book.workbook.sheetnames
    known = {number: book.known[name] for number, name in enumerate(names, start=1)}
    charts = [book.charts[name] for name in names if name in book.charts]
    return known_values.finished(saved.getvalue(), known, plan.day, charts)


def _write(book: Book, compared: Comparison, grid: Grid, passes: bool) -> None:
    """Write the first sheet: the base, the scenarios with totals and differences, a chart for each measure."""
    sheet = book.sheet(SHEET)
    manifest = compared.plans[compared.base].county.manifest
    sheet.heading(
        f"{manifest.name}: {len(compared.plans)} scenarios side by side",
        "Choose the base by its number in the yellow cell: every difference in this workbook follows, but for "
        "Gains and losses, Changes and Inputs, which keep to the base the comparison was made with.",
    )
    if manifest.made_up:
        sheet.put(3, 1, "This county is made up: the figures describe no real place.", "warning")
    _base(sheet, compared, grid)
    sheet.put(CHECK_ROW, 1, "Checks")
    master = Formula(f"={comparison_checks.MASTER_CELL}", passes)
    sheet.put(CHECK_ROW, 2, master, "figure", "verdict")
    words = 'All checks pass.","A check does not pass: the sheet Checks says which.'
    known = words.split('","')[0 if passes else 1]
    sheet.put(CHECK_ROW, 3, Formula(f'=IF({comparison_checks.MASTER_CELL},"{words}")', known))
    for rule in styles.verdict_rules(comparison_checks.MASTER_CELL):
        sheet.worksheet.conditional_formatting.add(f"B{CHECK_ROW}", rule)
    sheet.table(grid, [_row(grid, row, compared, place) for place, row in enumerate(range(grid.first, grid.last + 1))])
    for number, measure in enumerate(MEASURES[:3]):
        _chart(sheet, grid, measure, grid.last + 2 + number * CHART_ROWS)
    sheet.widths(COLUMNS)
    sheet.page(freeze=f"C{grid.first}", repeat=f"{grid.head}:{grid.head}", paper=8)


def _base(sheet: Sheet, compared: Comparison, grid: Grid) -> None:
    """Write the cell that chooses the base, and its name beside it."""
    sheet.put(BASE_ROW, 1, "Base")
    sheet.put(BASE_ROW, 2, compared.base + 1, "input", "count")
    name = safe_text(compared.names[compared.base])
    names = f"{grid.at('name', grid.first)}:{grid.at('name', grid.last)}"
    sheet.put(BASE_ROW, 3, Formula(f"=INDEX({names},$B${BASE_ROW})", name))
    most = len(compared.plans)
    validation = DataValidation(
        type="whole", operator="between", formula1="1", formula2=str(most), allow_blank=False, showErrorMessage=True
    )
    validation.errorTitle, validation.error = "No such scenario", f"Give a scenario's number, 1 to {most}."
    validation.promptTitle, validation.prompt = "Base", f"The number of the scenario to compare with, 1 to {most}."
    validation.showInputMessage = True
    validation.add(f"B{BASE_ROW}")
    sheet.worksheet.add_data_validation(validation)
    names = sheet.book.workbook.defined_names
    names["base_scenario"] = DefinedName("base_scenario", attr_text=f"{SHEET}!$B${BASE_ROW}")


def outcome(compared: Comparison, place: int) -> str:
    """Return in a few words how a scenario was solved."""
    allocation = compared.plans[place].allocation
    if allocation.status in OUTCOMES:
        return OUTCOMES[allocation.status]
    return "proved best" if allocation.gap == 0 else f"best within {max(allocation.gap, 0.0001):.2%}"


def _row(grid: Grid, row: int, compared: Comparison, place: int) -> tuple:
    plan = compared.plans[place]
    budget = pounds(plan.allocation.budget_pence)
    start = [place + 1, compared.names[place], outcome(compared, place), budget]
    targets = len(plan.targeting.in_target)
    if not compared.has_plan(place):
        return (*start, *[NO_PLAN] * 5, targets, NO_PLAN, *[NOTHING] * 4)
    totals = {measure.column: _total(compared, measure, place) for measure in MEASURES}
    spend, access = totals["cost_pence"], totals["access"]
    here = {key: grid.at(key, row) for key in ("budget", "cost_pence", "access")}
    unspent = Formula(f"=ROUND({here['budget']}-{here['cost_pence']},2)", round(budget - spend.known, 2))
    each = Formula(f"=IF({here['access']}=0,0,{here['cost_pence']}/{here['access']})", ratio(spend.known, access.known))
    between = []
    for measure in MEASURES:
        column = f"{grid.letter(measure.column)}${grid.first}:{grid.letter(measure.column)}${grid.last}"
        of_base = _total(compared, measure, compared.base)
        base = f"INDEX({column},$B${BASE_ROW})"
        known = of_base.known if isinstance(of_base, Formula) else of_base
        between.append(
            difference(grid.at(measure.column, row), base, totals[measure.column].known, known, measure.decimals)
        )
    return (*start, spend, unspent, totals["people"], access, totals["cohorts"], targets, each, *between)


def _total(compared: Comparison, measure, place: int) -> Formula | str:
    """Return a scenario's total of a measure: what the sheet By kind adds up."""
    known = groups_sheets.total(KIND, compared, measure, place)
    if known == NO_PLAN:
        return NO_PLAN
    return Formula(f"={KIND.grids(compared)[measure.column].total(f's{place + 1}')}", known)


def _chart(sheet: Sheet, grid: Grid, measure, row: int) -> None:
    chart = BarChart()
    chart.type, chart.grouping = "bar", "clustered"
    chart.title = measure.heading
    chart.x_axis.title, chart.y_axis.title = "Scenario", measure.heading
    chart.x_axis.scaling.orientation = "maxMin"  # the first scenario at the top
    chart.y_axis.crosses = "max"  # and the figures beneath it
    chart.y_axis.scaling.min = 0  # a bar cut short makes little differences look large
    chart.y_axis.number_format = measure.axis
    worksheet = sheet.worksheet
    place = [column.key for column in COLUMNS].index(measure.column) + 1
    chart.add_data(Reference(worksheet, min_col=place, min_row=grid.head, max_row=grid.last), titles_from_data=True)
    chart.set_categories(Reference(worksheet, min_col=2, min_row=grid.first, max_row=grid.last))
    chart.height, chart.width = CHART_CM
    words = f"Bar chart of {measure.heading.lower()}, one bar a scenario in the order of the table above it."
    sheet.chart(chart, row, words)


def _write_scenarios(book: Book, compared: Comparison) -> None:
    """Write what each scenario is: how good its plan is, what conflicts, and the checksums that determine it."""
    sheet = book.sheet(SCENARIOS)
    sheet.heading(
        "Scenarios", "The hash is of everything that determines the plan: two scenarios with one hash have one plan."
    )
    rows = []
    for (number, name), plan in zip(numbered(compared), compared.plans, strict=True):
        totals = compared.totals.loc[compared.names[number - 1]]
        manifest = plan.county.manifest
        rows.append(
            (
                number,
                name,
                totals["proof"] if compared.has_plan(number - 1) else "No plan can satisfy the limits.",
                totals["conflicts"],
                plan.day,
                plan.scenario.policy,
                plan.scenario.price_base or "not said",
                totals["fingerprint"],
                manifest.checksum if manifest.tables else "not saved",
            )
        )
    sheet.table(Grid(SCENARIOS, FACTS, len(rows)), rows)
    sheet.widths(FACTS)
    sheet.page(freeze="C5", repeat="4:4", paper=8)
