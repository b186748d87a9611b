"""The Checks sheet: every check is a formula that gives TRUE or FALSE, can fail, and says what to do when it does.

Checks against the model's own totals say whether this workbook is the plan as it was solved. They hold back once an
assumption has been changed, as the totals then differ by intention; all others go on being tested.
"""

from dataclasses import dataclass

from openpyxl.formatting.rule import CellIsRule
from openpyxl.workbook.defined_name import DefinedName

from budget.workbook import styles
from budget.workbook.assumptions import FLOWS, PARTLY, SOLVE_AGAIN, Assumptions
from budget.workbook.book import Book, Column, Formula, Grid
from budget.workbook.content import Content, pounds
from budget.workbook.offers_sheets import Grids
from budget.workbook.results import LAST_MONTH, MONTHS, TEACHING_DAYS, districts_grid, known_months, profile_grid
from budget.workbook.summary import kinds_grid

SHEET = "Checks"
COLUMNS = (
    Column("name", "Check", 66, "text", "wrapped"),
    Column("left", "This workbook", 20, "calc", "money"),
    Column("right", "Must agree with", 20, "calc", "money"),
    Column("leeway", "Leeway", 11, "model", "number"),
    Column("result", "Passes", 10, "calc", "verdict"),
    Column("kind", "Tested", 36, "text", "wrapped"),
    Column("advice", "Where it does not pass", 84, "text", "wrapped"),
)
ALWAYS = "always"
AS_SOLVED = "until an assumption is changed"
HELD_BACK = "held back: assumptions changed"
CHANGED_LABEL = "Assumptions changed since the plan was solved"
CHANGED_ROW = 4
MASTER_ROW = 5
HEAD = 7
ACCESS_LEEWAY = 0.01  # of a young person: each row is rounded to a millionth

EQUAL = "=IFERROR(ABS({left}-{right})<={leeway},FALSE)"
AT_MOST = "=IFERROR({left}<={right}+{leeway},FALSE)"
AS_SOLVED_EQUAL = "=IFERROR(OR({changed}>0,ABS({left}-{right})<={leeway}),FALSE)"
HALF_A_PENNY = 0.001  # sums of pennies in binary are seldom exact; a tenth of a penny tells a penny from none


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what is compared with what, how, and what a failure means."""

    name: str
    left: object  # Formula, or a figure of the model
    right: object
    shown: str
    test: str
    advice: str
    leeway: float = 0.0


def write(book: Book, grids: Grids, assumptions: Assumptions, content: Content) -> None:
    """Write the sheet and define all_checks_pass."""
    sheet = book.sheet(SHEET)
    sheet.heading(
        "Checks",
        "Those tested until an assumption is changed compare with the model's own totals (grey). Once a yellow cell "
        "differs from its value as solved the plan is no longer the one solved, and they hold back.",
    )
    checks = all_checks(grids, assumptions, content)
    grid = Grid(SHEET, COLUMNS, len(checks), head=HEAD)
    changed = f"={assumptions.changed((FLOWS, PARTLY, SOLVE_AGAIN))}"
    sheet.put(CHANGED_ROW, 1, CHANGED_LABEL)
    sheet.put(CHANGED_ROW, 2, Formula(changed, 0), "calc", "count")
    sheet.put(MASTER_ROW, 1, "All checks pass", "section")
    results = f"{grid.at('result', grid.first)}:{grid.at('result', grid.last)}"
    sheet.put(MASTER_ROW, 2, Formula(f"=AND({results})", True), "figure", "verdict")
    sheet.table(grid, [_row(grid, row, check) for row, check in enumerate(checks, grid.first)])
    for row, check in enumerate(checks, grid.first):
        _restyle(sheet, grid, row, check)
    for cells in (results, f"B{MASTER_ROW}"):
        for word, fill in (("TRUE", styles.GREEN_FILL), ("FALSE", styles.RED_FILL)):
            sheet.worksheet.conditional_formatting.add(cells, CellIsRule("equal", [word], fill=fill))
    sheet.worksheet.conditional_formatting.add(
        f"B{CHANGED_ROW}", CellIsRule("greaterThan", ["0"], fill=styles.AMBER_FILL)
    )
    book.workbook.defined_names["all_checks_pass"] = DefinedName(
        "all_checks_pass", attr_text=f"{SHEET}!$B${MASTER_ROW}"
    )
    sheet.widths(COLUMNS)
    sheet.page(freeze=f"A{HEAD + 1}", repeat=f"{HEAD}:{HEAD}")


def _restyle(sheet, grid: Grid, row: int, check: Check) -> None:
    """Show the two sides in the check's own unit, and what comes from the model as such."""
    for key, value in (("left", check.left), ("right", check.right)):
        role = "calc" if isinstance(value, Formula) else "model"
        sheet.put(row, [column.key for column in COLUMNS].index(key) + 1, value, role, check.shown)


def _row(grid: Grid, row: int, check: Check) -> tuple:
    parts = {key: grid.at(key, row) for key in ("left", "right", "leeway")}
    test = check.test.format(**parts, changed=f"$B${CHANGED_ROW}")
    tested: object = ALWAYS
    if check.test == AS_SOLVED_EQUAL:
        tested = Formula(f'=IF($B${CHANGED_ROW}>0,"{HELD_BACK}","{AS_SOLVED}")', AS_SOLVED)
    return (check.name, check.left, check.right, check.leeway, Formula(test, True), tested, check.advice)


def all_checks(grids: Grids, assumptions: Assumptions, content: Content) -> list[Check]:
    """Return the checks in the order of the sheet."""
    return [
        *_against_the_model(grids, content),
        *_of_the_cohorts(grids, content),
        *_of_the_money(grids, assumptions, content),
        *_of_the_breakdowns(grids, content),
        *_of_the_profile(content),
        *_of_the_inputs(assumptions),
    ]


def _against_the_model(grids: Grids, content: Content) -> list[Check]:
    allocation = content.plan.allocation
    advice = "A cell has been overwritten: compare this sheet with the workbook as it was exported."
    parts = (
        ("Spend", "spend_total", pounds(content.spend_pence), pounds(allocation.spent_pence), "money", HALF_A_PENNY),
        ("Takers", "people_total", content.people, float(allocation.people), "people", HALF_A_PENNY),
        ("Access", "access_total", content.access, float(allocation.access), "access", ACCESS_LEEWAY),
    )
    return [
        Check(f"{what} is the model's", Formula(f"={name}", known), model, shown, AS_SOLVED_EQUAL, advice, leeway)
        for what, name, known, model, shown, leeway in parts
    ]


def _of_the_cohorts(grids: Grids, content: Content) -> list[Check]:
    plan, left_out = grids.plan, grids.not_funded
    cohorts = content.plan.choices.cohorts
    count = f"=COUNT({plan.column('low_income')})"
    both = f"{count}+COUNT({left_out.column('low_income')})"
    people = f"={plan.total('low_income')}+{left_out.total('low_income')}"
    everyone = int((cohorts["people"].astype(float) * 100).round().sum()) / 100
    rows = len(content.funded)
    overwritten = "A row has been added, deleted or overwritten on Plan or Not funded."
    return [
        Check("Cohorts funded are the model's", Formula(count, rows), rows, "count", EQUAL, overwritten),
        Check(
            "Every cohort in target is on Plan or on Not funded",
            Formula(both, len(cohorts)),
            len(cohorts),
            "count",
            EQUAL,
            overwritten,
        ),
        Check(
            "Their low-income young people are the model's",
            Formula(people, everyone),
            everyone,
            "people",
            EQUAL,
            overwritten,
            HALF_A_PENNY,
        ),
        Check(
            "No cohort is offered twice",
            Formula(f"=MAX(0,{plan.column('times')})", min(rows, 1)),
            1,
            "count",
            AT_MOST,
            "See the column Times offered on Plan: one cohort receives one offer.",
        ),
        Check(
            "No cohort is both funded and not funded",
            Formula(f"=SUM({left_out.column('on_plan')})", 0),
            0,
            "count",
            EQUAL,
            "See the column Times on Plan of Not funded.",
        ),
        Check(
            "No cohort has more takers than young people",
            Formula(f"=SUMPRODUCT(--({plan.column('takers')}>{plan.column('low_income')}))", 0),
            0,
            "count",
            EQUAL,
            "A take-up on Assumptions is above 100%, or a number on Plan has been overwritten.",
        ),
    ]


def _of_the_money(grids: Grids, assumptions: Assumptions, content: Content) -> list[Check]:
    plan, services = grids.plan, grids.services
    budget, reserve = assumptions.cell("budget"), assumptions.cell("reserve")
    scenario, spend = content.plan.scenario, pounds(content.spend_pence)
    to_spend = pounds(content.plan.allocation.budget_pence - scenario.reserve_pence)
    net, cost = (
        content.funded["gross_pence"] - content.funded["income_pence"],
        pounds(content.funded["cost_pence"].sum()),
    )
    vehicles = pounds(content.services["cost_pence"].sum())
    no_riders = "A vehicle without takers has no district to charge: see Services, and the take-up on Assumptions."
    return [
        Check(
            "Spend is within the budget less the reserve",
            Formula("=spend_total", spend),
            Formula(f"=ROUND({budget}-{reserve},2)", to_spend),
            "money",
            AT_MOST,
            "With these assumptions the plan costs more than there is: solve again.",
            HALF_A_PENNY,
        ),
        Check(
            "Gross less income is the cost of the offers",
            Formula(f"={plan.total('gross')}-{plan.total('income')}", pounds(net.sum())),
            Formula(f"={plan.total('cost')}", cost),
            "money",
            EQUAL,
            "A cell of Gross, Income or Cost on Plan has been overwritten.",
            HALF_A_PENNY,
        ),
        Check(
            "No service lacks seats or has too many vehicles",
            Formula(f"=COUNTIF({services.column('enough')},FALSE)", 0),
            0,
            "count",
            EQUAL,
            "With these assumptions a service has more takers than seats, or more vehicles than allowed: solve again.",
        ),
        Check(
            "Vehicles are shared out in full",
            Formula(f"={plan.total('vehicle')}", vehicles),
            Formula(f"={services.total('cost')}", vehicles),
            "money",
            EQUAL,
            no_riders,
            HALF_A_PENNY,
        ),
    ]


def _of_the_breakdowns(grids: Grids, content: Content) -> list[Check]:
    districts, kinds = districts_grid(content), kinds_grid(content)
    spend, overwritten = pounds(content.spend_pence), "A row or a code on Plan or here has been overwritten."
    in_target = len(content.plan.choices.cohorts)
    sides = (
        ("Districts: spend adds up", districts.total("spend"), "spend_total", spend, "money", HALF_A_PENNY),
        ("Districts: takers add up", districts.total("takers"), "people_total", content.people, "people", HALF_A_PENNY),
        (
            "Districts: access adds up",
            districts.total("access"),
            "access_total",
            content.access,
            "access",
            ACCESS_LEEWAY,
        ),
        (
            "Summary: spend by kind of support adds up",
            kinds.total("spend"),
            "spend_total",
            spend,
            "money",
            HALF_A_PENNY,
        ),
    )
    checks = [
        Check(name, Formula(f"={left}", known), Formula(f"={right}", known), shown, EQUAL, overwritten, leeway)
        for name, left, right, known, shown, leeway in sides
    ]
    cohorts = Formula(f"={districts.total('cohorts')}", in_target)
    return [*checks, Check("Districts: cohorts in target add up", cohorts, in_target, "count", EQUAL, overwritten)]


def _of_the_profile(content: Content) -> list[Check]:
    grid = profile_grid()
    row = grid.first + MONTHS.index(LAST_MONTH)
    own_share = f"={grid.total('gross')}*{grid.cell('share', row)}"
    months = known_months(content)["gross"]
    share = pounds(sum(months)) * TEACHING_DAYS[LAST_MONTH] / sum(TEACHING_DAYS.values())
    spend = pounds(content.spend_pence)
    return [
        Check(
            "Profile: the months add up to the year",
            Formula(f"={grid.total('net')}", spend),
            Formula("=spend_total", spend),
            "money",
            EQUAL,
            "A month on Profile has been overwritten, or Assumptions has no teaching days.",
            HALF_A_PENNY,
        ),
        Check(
            f"Profile: {LAST_MONTH} takes pennies only",
            Formula(f"={grid.cell('gross', row)}", pounds(months[MONTHS.index(LAST_MONTH)])),
            Formula(own_share, share),
            "money",
            EQUAL,
            f"A month on Profile has been overwritten: {LAST_MONTH} has taken the difference.",
            len(MONTHS) / 100,
        ),
    ]


def _of_the_inputs(assumptions: Assumptions) -> list[Check]:
    grid = assumptions.grid
    named = f"=SUMPRODUCT(--(LEN(TRIM({grid.column('provenance')}))=0))"
    return [
        Check(
            "No figure lacks a source or the word assumption",
            Formula(named, 0),
            0,
            "count",
            EQUAL,
            "Say on Assumptions where each figure comes from.",
        ),
        Check(
            "No figure is outside what its unit allows",
            Formula(f"=COUNTIF({grid.column('allowed')},FALSE)", 0),
            0,
            "count",
            EQUAL,
            "See the column Allowed on Assumptions.",
        ),
    ]
