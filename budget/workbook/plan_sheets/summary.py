"""The Summary sheet: what the money buys, how sure that is, and whether the workbook is still the plan as solved."""

from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.pagebreak import Break

from budget.accounts.statement import MICRO, Content, each, pounds, ratio
from budget.planning import left_over
from budget.planning.applicants_report import headline
from budget.planning.reasons import proof
from budget.risk.risk_report import robust_sentence
from budget.workbook import styles
from budget.workbook.book import Book, Column, Formula, Grid, Sheet
from budget.workbook.plan_sheets import limits_sheet
from budget.workbook.plan_sheets.assumptions import FLOWS, PARTLY, SOLVE_AGAIN, Assumptions
from budget.workbook.plan_sheets.offer_columns import Grids
from budget.workbook.plan_sheets.profile import known_three, three_grid

SHEET = "Summary"
KINDS = (
    Column("label", "Kind of support", 52, "text"),
    Column("option", "Option", 20, "text"),
    Column("cohorts", "Cohorts", 12, "calc", "count"),
    Column("takers", "Takers", 14, "calc", "people"),
    Column("cost", "Cost of offers", 17, "calc", "money"),
    Column("vehicle", "Vehicles", 16, "calc", "money"),
    Column("spend", "Spend", 17, "calc", "money"),
    Column("share", "Share of spend", 12, "calc", "share"),
    Column("access", "Access", 13, "calc", "access"),
    Column("each", "Spend for each within reach", 17, "calc", "money"),
)
AS_SOLVED = "Inputs are as they were when this plan was solved."
CHANGED = "Inputs changed since this plan was solved: the plan may no longer be the best. Solve it again."
ACCESS = (
    "Access counts young people brought within reach: takers, by the weight of college and of work as each comes "
    "within the time and cost set. It is not a forecast of more people in education or work."
)
NONE = "nobody reached"
YEARS_ROW = 26
KINDS_HEAD = 32
KEY_ROWS = 9
YEARS = (
    "September to March of this plan",
    "a full year, were the plan to go on",
    "the year after, were the plan to go on",
)
AMONG_SAFE = "Among plans that keep the budget at their worst: "
CHART_TITLE = "Spend by kind of support"
CHART_WORDS = (
    "Bar chart. One bar for each kind of support, in the order of the table on this sheet; its length is the spend in "
    "pounds, vehicles included. The figures are in the table."
)
FIGURES_ROW = 7  # the first of the five figures
NAMES = ("budget_total", "spend_total", "unspent_total", "people_total", "access_total")


def kinds_grid(content: Content) -> Grid:
    """Lay out the spend by kind of support."""
    return Grid(SHEET, KINDS, len(content.plan.catalogue.kinds), head=KINDS_HEAD)


def write(book: Book, grids: Grids, assumptions: Assumptions, content: Content, passes: bool) -> None:
    """Write the sheet and define the names of the five figures."""
    sheet = book.sheet(SHEET)
    plan, manifest = content.plan, content.plan.county.manifest
    sheet.title(f"{plan.scenario.name}: {manifest.name}")
    stamp = plan.targeting.rules.stamp
    sheet.put(2, 1, f"Areas in target by policy {stamp.policy_id} as on {stamp.day}, file {stamp.sha256[:12]}", "note")
    sheet.put(
        3, 1, f"Made on {plan.day.day} {plan.day:%B %Y}. County bundle {manifest.checksum[:12] or 'not saved'}.", "note"
    )
    if manifest.made_up:
        sheet.put(4, 1, "This county is made up: the figures describe no real place.", "warning")
    if plan.applicants is not None:
        sheet.put(5, 1, f"Each cohort is one applicant. {headline(plan)}.", "note")
    _figures(sheet, book, grids, assumptions, content)
    _state(sheet, grids, assumptions, content, passes)
    _kinds(sheet, grids, content)
    _years(sheet, content)
    key = kinds_grid(content).total_row + 3
    sheet.worksheet.row_breaks.append(Break(id=key - 1))
    _key(sheet, key)
    _chart(sheet, content, key + KEY_ROWS)
    sheet.widths(KINDS)
    sheet.page(freeze="A6", repeat="1:3")


def _figures(sheet: Sheet, book: Book, grids: Grids, assumptions: Assumptions, content: Content) -> None:
    """Write the five figures, each under its defined name."""
    budget, spend = content.plan.allocation.budget_pence, content.spend_pence
    plan, services = grids.plan, grids.services
    cells = {name: f"B{FIGURES_ROW + number}" for number, name in enumerate(NAMES)}
    rows = (
        ("Budget", f"={assumptions.cell('budget')}", pounds(budget), "money", "for the academic year"),
        (
            "Spend",
            f"=ROUND({plan.total('cost')}+{services.total('cost')},2)",
            pounds(spend),
            "money",
            "offers, net of contributions, and vehicles",
        ),
        (
            "Unspent",
            f"=ROUND({cells['budget_total']}-{cells['spend_total']},2)",
            pounds(budget - spend),
            "money",
            "the reserve included; negative where spend is above budget",
        ),
        ("Young people", f"=ROUND({plan.total('takers')},6)", content.people, "people", "expected to take up an offer"),
        ("Access", f"=ROUND({plan.total('access')},6)", content.access, "access", "young people brought within reach"),
    )
    sheet.put(FIGURES_ROW - 1, 1, "The plan in five figures", "section")
    for row, (label, formula, known, shown, words) in enumerate(rows, FIGURES_ROW):
        sheet.put(row, 1, label, "figure")
        sheet.put(row, 2, Formula(formula, known), "figure", shown)
        sheet.put(row, 3, words, "note")
        sheet.worksheet.row_dimensions[row].height = 20
    for name, cell in cells.items():
        target = f"{SHEET}!${cell[0]}${cell[1:]}"
        book.workbook.defined_names[name] = DefinedName(name, attr_text=target)


def _state(sheet: Sheet, grids: Grids, assumptions: Assumptions, content: Content, passes: bool) -> None:
    """Write how good the plan is, what it rests on, and whether the workbook still is the plan."""
    plan, allocation = grids.plan, content.plan.allocation
    flows, solve = (f"={assumptions.changed(effects)}" for effects in ((FLOWS,), (SOLVE_AGAIN, PARTLY)))
    estimated = ratio(float((content.funded["estimated_share"] * content.funded["access"]).sum()), content.access)
    solve += f"+{limits_sheet.changed(content.plan.scenario)}"
    price = allocation.access_per_extra_1000_pounds
    first = FIGURES_ROW + len(NAMES) + 1
    sheet.put(first, 1, "How far to rely on it", "section")
    spend_each = f'=IF(access_total=0,"{NONE}",ROUND(spend_total/access_total,2))'
    reserve = pounds(content.plan.scenario.reserve_pence)
    rows = [
        ("Held back as a reserve", Formula(f"={assumptions.cell('reserve')}", reserve), "money"),
        ("How good the plan is, as solved", _how_good(content), "text"),
        ("What is left, as solved", _left(content), "text"),
        ("Access that £1,000 more would buy, as solved", "not known" if price is None else round(price, 6), "access"),
        (
            "Spend for each young person brought within reach",
            Formula(spend_each, each(pounds(content.spend_pence), content.access) if content.access else NONE),
            "money",
        ),
        ("Share of access on estimated journeys", Formula(f"={plan.total('estimated')}", estimated), "share"),
        ("Assumptions changed that flow through", Formula(flows, 0), "count"),
        ("Assumptions and limits changed that need a new solve", Formula(solve, 0), "count"),
    ]
    for row, (label, value, shown) in enumerate(rows, first + 1):
        sheet.put(row, 1, label)
        role = "calc" if isinstance(value, Formula) else "text" if shown == "text" else "model"
        sheet.put(row, 2, value, role, shown)
    last = first + len(rows)
    inputs = f'=IF(B{last - 1}+B{last}=0,"{AS_SOLVED}","{CHANGED}")'
    sheet.put(last + 1, 1, "Inputs")
    sheet.put(last + 1, 2, Formula(inputs, AS_SOLVED), "calc", "text")
    sheet.put(last + 2, 1, "All checks pass (see Checks)")
    sheet.put(last + 2, 2, Formula("=all_checks_pass", passes), "calc", "text")
    sheet.put(last + 3, 1, ACCESS, "note")
    rules = sheet.worksheet.conditional_formatting
    rules.add(f"B{last + 1}", FormulaRule([f"B{last - 1}+B{last}>0"], fill=styles.AMBER_FILL))
    for word, fill in (("TRUE", styles.GREEN_FILL), ("FALSE", styles.RED_FILL)):
        rules.add(f"B{last + 2}", CellIsRule("equal", [word], fill=fill))
    sheet.put(KINDS_HEAD - 1, 1, "Spend by kind of support", "section")


def _how_good(content: Content) -> str:
    return f"{AMONG_SAFE if content.robust else ''}{proof(content.plan)}"


def _left(content: Content) -> str:
    """Say what is left and why; what a plan made safe leaves is its safety."""
    words = robust_sentence(content.robust) if content.robust else left_over.in_words(content.plan)
    return words or "Nothing."


def _years(sheet: Sheet, content: Content) -> None:
    """Write what falls in each of three financial years, were the plan to go on."""
    grid, known = three_grid(content), known_three(content)
    sheet.put(YEARS_ROW, 1, "Net cost by financial year", "section")
    for number, (year, words) in enumerate(zip(content.ledger.years, YEARS, strict=True)):
        sheet.put(YEARS_ROW + 1 + number, 1, f"{year}: {words}")
        cell = Formula(f"={grid.cell('net', grid.first + number)}", known[number]["net"])
        sheet.put(YEARS_ROW + 1 + number, 2, cell, "calc", "money")


def _chart(sheet: Sheet, content: Content, row: int) -> None:
    grid = kinds_grid(content)
    chart = BarChart()
    chart.type, chart.gapWidth, chart.title, chart.height, chart.width = "bar", 50, CHART_TITLE, 9.5, 28
    worksheet, keys = sheet.worksheet, [column.key for column in KINDS]
    chart.add_data(
        Reference(worksheet, min_col=keys.index("spend") + 1, min_row=grid.head, max_row=grid.last),
        titles_from_data=True,
    )
    chart.set_categories(Reference(worksheet, min_col=1, min_row=grid.first, max_row=grid.last))
    chart.x_axis.scaling.orientation, chart.y_axis.crosses = "maxMin", "max"  # in the order of the table
    chart.x_axis.title, chart.y_axis.title = None, "Spend, vehicles included"
    sheet.chart(chart, row, CHART_WORDS)


def _kinds(sheet: Sheet, grids: Grids, content: Content) -> None:
    grid = kinds_grid(content)
    groups, vehicles = content.funded.groupby("option"), content.services.groupby("kind")["cost_pence"].sum()
    known = {
        "cohorts": groups.size(),
        "takers": groups["people_micro"].sum() / MICRO,
        "cost": groups["cost_pence"].sum() / 100,
        "vehicle": vehicles / 100,
        "spend": groups["cost_pence"].sum().add(vehicles, fill_value=0) / 100,
        "access": groups["access"].sum().astype(float).round(6),
    }
    rows = [
        _kind_row(row, kind, {key: values.get(kind.id, 0) for key, values in known.items()}, grid, grids, content)
        for row, kind in enumerate(content.plan.catalogue.kinds, grid.first)
    ]
    whole = {
        "cohorts": len(content.funded),
        "takers": content.people,
        "cost": pounds(content.funded["cost_pence"].sum()),
        "vehicle": pounds(content.services["cost_pence"].sum()),
        "spend": pounds(content.spend_pence),
        "share": ratio(content.spend_pence, content.spend_pence),
        "access": content.access,
    }
    totals: dict[str, object] = {
        key: Formula(f"=SUM({grid.at(key, grid.first)}:{grid.at(key, grid.last)})", value)
        for key, value in whole.items()
    }
    totals["each"] = _each(grid, grid.total_row, whole["spend"], whole["access"])
    sheet.table(grid, rows, totals=totals | {"label": "Total"})


def _each(grid: Grid, row: int, spend: float, access: float) -> Formula:
    spend_cell, access_cell = grid.at("spend", row), grid.at("access", row)
    return Formula(f"=IF({access_cell}=0,0,ROUND({spend_cell}/{access_cell},2))", each(spend, access))


def _kind_row(row: int, kind, known: dict, grid: Grid, grids: Grids, content: Content) -> tuple:
    plan, services = grids.plan, grids.services
    option, code = grid.at("option", row), plan.column("option")

    def summed(key: str) -> Formula:
        return Formula(f"=SUMIFS({plan.column(key)},{code},{option})", float(known[key]))

    whole = f"{grid.letter('spend')}${grid.total_row}"
    return (
        kind.label,
        kind.id,
        Formula(f"=COUNTIFS({code},{option})", int(known["cohorts"])),
        summed("takers"),
        summed("cost"),
        Formula(f"=SUMIFS({services.column('cost')},{services.column('kind')},{option})", float(known["vehicle"])),
        Formula(f"=ROUND({grid.at('cost', row)}+{grid.at('vehicle', row)},2)", float(known["spend"])),
        Formula(
            f"=IF({whole}=0,0,{grid.at('spend', row)}/{whole})",
            ratio(float(known["spend"]), pounds(content.spend_pence)),
        ),
        summed("access"),
        _each(grid, row, float(known["spend"]), float(known["access"])),
    )


def _key(sheet: Sheet, row: int) -> None:
    """Say what the colours mean and how money moves through the sheets."""
    sheet.put(row, 1, "How to read this workbook", "section")
    for number, (role, words) in enumerate(
        (
            ("input", "An assumption: change it on the sheet Assumptions and every sheet follows."),
            ("model", "A figure from the model: which offers were chosen, young people, miles, reach."),
            ("calc", "A formula."),
            ("total", "A total, by formula."),
        ),
        start=row + 1,
    ):
        sheet.put(number, 1, "example", role).protection = Protection(locked=True)
        sheet.put(number, 2, words)
    sheet.put(
        row + 6,
        1,
        "Assumptions → Plan and Services → Districts, Profile, Summary → Checks. Money is in pounds.",
        "note",
    )
