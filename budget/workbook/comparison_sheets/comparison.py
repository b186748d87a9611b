"""Scenarios side by side as an Excel workbook: a base to choose, live differences from it, charts, and checks.

By kind, By district and By decile → Comparison → Checks. The figures of each plan are its own (grey); every total,
difference and count is a formula over them. Who gains and who loses is listed against the base that the comparison was
made with.
"""

import math

from openpyxl.worksheet.pagebreak import Break

from budget.accounts.statement import pounds, ratio
from budget.offers.catalogue import PURPOSES
from budget.planning.comparison import Comparison
from budget.workbook import printing
from budget.workbook.book import MADE_UP, Book, Sheet
from budget.workbook.charts import bar_chart
from budget.workbook.check import all_pass, write_master_check
from budget.workbook.comparison_sheets import changes, groups
from budget.workbook.comparison_sheets import checks as comparison_checks
from budget.workbook.comparison_sheets.groups import MEASURES, NO_PLAN, NOTHING, SHEETS, Measure
from budget.workbook.grid import Column, Formula, Grid
from data.documents.sheet_text import safe_text

SHEET, SCENARIOS = "Comparison", "Scenarios"
BASE_ROW, CHECK_ROW, HEAD = 4, 5, 8
CHARTS_CM, LEAST_CM, EACH_CM = 24.0, 7.2, 0.6  # width of the charts; their height, and of it for each scenario
PAGE_CM = 24.0  # of charts on a page, which prints at seven tenths of its size
COLUMNS = (
    Column("no", "No.", 8, "model", "count"),
    Column("name", "Scenario", 26, "text", "wrapped"),
    Column("outcome", "Outcome", 13, "text", "wrapped"),
    Column("budget", "Budget", 15, "model", "money"),
    Column("cost_pence", "Spend", 15, "calc", "money"),
    Column("unspent", "Not spent", 15, "calc", "money"),
    Column("people", "Takers", 9, "calc", "people"),
    Column("within_reach", "Young people brought within reach of at least one", 11, "calc", "people"),
    Column("within_college", "Of college", 9, "model", "people"),
    Column("within_work", "Of work", 9, "model", "people"),
    Column("within_both", "Of both", 9, "calc", "people"),
    Column("access", "Access score", 10, "calc", "access"),
    Column("cohorts", "Areas given support", 9, "calc", "count"),
    Column("targets", "Areas in target", 8, "model", "count"),
    Column("each", "Spend for each brought within reach", 15, "calc", "money"),
    Column("d_cost_pence", "Spend: change from the base", 15, "calc", "money"),
    Column("d_people", "Takers: change from the base", 11, "calc", "people"),
    Column("d_within_reach", "Within reach: change from the base", 11, "calc", "people"),
    Column("d_access", "Access score: change from the base", 11, "calc", "access"),
    Column("d_cohorts", "Areas: change from the base", 11, "calc", "count"),
)
FACTS = (
    Column("no", "No.", 5, "model", "count"),
    Column("name", "Scenario", 26, "text", "wrapped"),
    Column("proof", "How good the plan is known to be", 40, "text", "wrapped"),
    Column("conflicts", "Limits that cannot be kept together", 40, "text", "wrapped"),
    Column("day", "Day of the rules", 16, "text", "date"),
    Column("policy", "Targeting policy", 18, "text", "wrapped"),
    Column("base", "Price base", 16, "text", "wrapped"),
    Column("hash", "Scenario, SHA-256", 38, "text", "wrapped"),
    Column("bundle", "County bundle, SHA-256", 38, "text", "wrapped"),
)
EVERY, SOME = "All checks pass.", "A check does not pass: the sheet Checks says which."
NOTE = (
    "Choose the base by its number in the yellow cell: every difference in this workbook follows, but for "
    "Gains and losses, Changes and Inputs, which keep to the base the comparison was made with."
)
OUTCOMES = {"infeasible": NO_PLAN, "time_limit": "stopped at the time limit"}
KIND = SHEETS[0]  # the sheet that the totals are read from


def to_bytes(compared: Comparison) -> bytes:
    """Return the comparison as a workbook (.xlsx); the same plans give the same bytes."""
    pairs, grid = changes.list_pairs(compared), Grid(SHEET, COLUMNS, len(compared.plans), HEAD)
    book = Book(names={"scenarios": grid, "changes": changes.list_grid(pairs)})
    checks = comparison_checks.list_checks(compared, grid, pairs)
    _write(book, compared, grid, all_pass(checks))
    _write_scenarios(book, compared)
    changes.write_inputs(book, compared, pairs)
    for sheet in SHEETS:
        groups.write(book, sheet, compared)
    changes.write_summary(book, compared, pairs)
    changes.write_list(book, compared, pairs)
    comparison_checks.write(book, checks)
    plan = compared.plans[compared.base]
    title = f"{plan.county.manifest.name}: {len(compared.plans)} scenarios side by side"
    return book.saved(plan.day, title, subject="Transport support for young people: scenarios compared")


def _write(book: Book, compared: Comparison, grid: Grid, passes: bool) -> None:
    """Write the first sheet: the base, the scenarios with totals and differences, a chart for each measure."""
    manifest = compared.plans[compared.base].county.manifest
    sheet = book.sheet(SHEET, f"{manifest.name}: {len(compared.plans)} scenarios side by side", NOTE)
    if manifest.made_up:
        sheet.put(3, 1, MADE_UP, "warning")
    _write_base(sheet, compared, grid)
    master = comparison_checks.MASTER_CELL
    sheet.put(CHECK_ROW, 1, "Checks")
    write_master_check(sheet, CHECK_ROW, master, passes)
    sheet.put(CHECK_ROW, 3, Formula(f'=IF({master},"{EVERY}","{SOME}")', EVERY if passes else SOME))
    sheet.table(grid, [_row(grid, compared, place) for place in range(len(compared.plans))])
    sheet.worksheet.row_breaks.append(Break(id=grid.last + 1))  # the charts have a page of their own
    height = max(LEAST_CM, EACH_CM * (grid.rows + 4))
    rows, a_page = math.ceil(height / printing.ROW_CM) + 1, max(1, int(PAGE_CM / height))
    for number, measure in enumerate(MEASURES[:3]):
        row = grid.last + 2 + number * rows
        _chart(sheet, grid, measure, row, height)
        if number and number % a_page == 0:
            sheet.worksheet.row_breaks.append(Break(id=row - 1))
    sheet.page_for(grid, "C", chart_apart=True)


def _write_base(sheet: Sheet, compared: Comparison, grid: Grid) -> None:
    sheet.put(BASE_ROW, 1, "Base")
    sheet.put(BASE_ROW, 2, compared.base + 1, "input", "count")
    name = safe_text(compared.names[compared.base])
    sheet.put(BASE_ROW, 3, Formula(f"=INDEX({grid.cells('name')},$B${BASE_ROW})", name))
    most = len(compared.plans)
    title, error = "No such scenario", f"Give a scenario's number, 1 to {most}."
    rule = sheet.validate([f"B{BASE_ROW}"], "whole", 1, most, title=title, error=error)
    rule.promptTitle, rule.prompt = "Base", f"The number of the scenario to compare with, 1 to {most}."
    rule.showInputMessage = True
    sheet.book.define("base_scenario", f"{SHEET}!$B${BASE_ROW}")


def outcome(compared: Comparison, place: int) -> str:
    """Say in a few words how a scenario was solved."""
    allocation = compared.plans[place].allocation
    if allocation.status in OUTCOMES:
        return OUTCOMES[allocation.status]
    return "proved best" if allocation.gap == 0 else f"best within {max(allocation.gap, 0.0001):.2%}"


def _row(grid: Grid, compared: Comparison, place: int) -> tuple:
    plan = compared.plans[place]
    budget, targets = pounds(plan.allocation.budget_pence), len(plan.targeting.in_target)
    start = [place + 1, compared.names[place], outcome(compared, place), budget]
    if not compared.has_plan(place):
        return (*start, *[NO_PLAN] * 9, targets, NO_PLAN, *[NOTHING] * len(MEASURES))
    spend, people, reach, access, cohorts = (groups.total_cell(KIND, compared, m, place) for m in MEASURES)
    known = float(spend.known), float(reach.known)
    unspent = Formula("=ROUND({budget}-{cost_pence},2)", round(budget - known[0], 2))
    each = Formula("=IF({within_reach}=0,0,{cost_pence}/{within_reach})", ratio(*known))
    of = [round(float(compared.totals.iloc[place][f"within_reach_{purpose}"]), 6) for purpose in PURPOSES]
    both = Formula("=ROUND({within_college}+{within_work}-{within_reach},6)", round(sum(of) - known[1], 6))
    between = []
    for measure in MEASURES:
        letter, of_base = grid.letter(measure.column), groups.total(KIND, compared, measure, compared.base)
        base = f"INDEX({letter}${grid.first}:{letter}${grid.last},$B${BASE_ROW})"
        value = groups.known_difference(groups.total(KIND, compared, measure, place), of_base, measure)
        between.append(Formula(groups.less_base(f"{{{measure.column}}}", base, measure), value))
    return (*start, spend, unspent, people, reach, *of, both, access, cohorts, targets, each, *between)


def _chart(sheet: Sheet, grid: Grid, measure: Measure, row: int, height: float) -> None:
    title, axes, size = measure.heading, ("Scenario", measure.heading), (height, CHARTS_CM)
    chart = bar_chart(sheet, grid, [measure.column], "name", title=title, axes=axes, size=size, across=True, gap=50)
    chart.y_axis.number_format = measure.axis
    words = f"Bar chart of {measure.heading.lower()}, one bar a scenario in the order of the table above it."
    sheet.chart(chart, row, words)


def _write_scenarios(book: Book, compared: Comparison) -> None:
    """Write what each scenario is: how good its plan is, which limits conflict, and the checksums that determine it."""
    note = "The hash is of everything that determines the plan: two scenarios with one hash have one plan."
    sheet, grid = book.sheet(SCENARIOS, "Scenarios", note), Grid(SCENARIOS, FACTS, len(compared.plans))
    rows = []
    for place, (name, plan) in enumerate(zip(compared.names, compared.plans, strict=True)):
        totals, manifest = compared.totals.loc[name], plan.county.manifest
        proof = totals["proof"] if compared.has_plan(place) else "No plan can satisfy the limits."
        hashes = (totals["fingerprint"], manifest.checksum if manifest.tables else "not saved")
        rules = (plan.day, plan.scenario.policy, plan.scenario.price_base or "not said")
        rows.append((place + 1, name, proof, totals["conflicts"], *rules, *hashes))
    sheet.table(grid, rows)
    sheet.page_for(grid, "C")
