"""The sheet Budget lines: the plan as the ledger knows it, by cost centre and subjective, tied to the budget."""

from openpyxl.worksheet.datavalidation import DataValidation

from budget.accounts.ledger import CONTINGENCY, EXPENDITURE, INCOME, NO, YES, Line, contingency_wanted
from budget.accounts.statement import Content, pounds
from budget.workbook.book import Book, Column, Formula, Grid, Sheet
from budget.workbook.plan_sheets.assumptions import Assumptions
from budget.workbook.plan_sheets.offer_columns import Grids

SHEET = "Budget lines"
HEAD = 4
LINES = (
    Column("line", "Line", 7, "text", "count"),
    Column("centre", "Cost centre", 18, "input", "text"),
    Column("subjective", "Subjective", 30, "input", "text"),
    Column("label", "Scheme", 42, "text", "wrapped"),
    Column("option", "Option", 14, "text"),
    Column("mode", "Mode", 10, "text"),
    Column("kind", "Type", 14, "text"),
    Column("gross", "Gross", 16, "calc", "money"),
    Column("income", "Income", 15, "calc", "money"),
    Column("net", "Net", 16, "calc", "money"),
    Column("original", "Original budget, as solved", 16, "model", "money"),
    Column("virement", "Virement", 15, "input", "money"),
    Column("revised", "Revised budget", 16, "calc", "money"),
    Column("spare", "Revised budget less net", 15, "calc", "money"),
    Column("advance", "Paid in advance for the year", 11, "input", "text"),
    Column("source", "Source of the codes", 19, "text"),
)
FUNDING = (  # in the columns of the lines above it
    Column("number", "No.", 7, "text", "count"),
    Column("what", "Who pays", 18, "text"),
    Column("note", "", 30, "text"),
    Column("source", "What with", 42, "text"),
    Column("given", "Given", 14, "model", "money"),
    Column("mode", "", 10, "text"),
    Column("kind", "", 14, "text"),
    Column("pays", "Pays", 16, "calc", "money"),
)
MOST_VIREMENT = 100_000_000_000  # pounds
NOTE = (
    "Yellow cells are the council's: cost centre, subjective, virement. Gross is what is paid out, income what is "
    "received, net gross less income. A line's original budget is its net when the plan was solved."
)
ADVANCE_NOTE = (
    "An annual pass is paid for in September: what falls after 31 March is a prepayment (Profile by line). That passes "
    "are paid so and other support as it is used is an assumption: change the yellow cells."
)
VAT_NOTE = "Amounts are without VAT, which is not modelled: ask the VAT officer, above all for taxis and minibuses."


def grid_of(content: Content) -> Grid:
    """Lay out the lines."""
    return Grid(SHEET, LINES, len(content.ledger.lines), head=HEAD)


def _asked_row(content: Content) -> int:
    """Return the row of the contingency that the share asks for, in the column Gross."""
    return grid_of(content).total_row + 3


def funding_grid(content: Content) -> Grid:
    """Lay out who pays: young people, each grant, the council."""
    return Grid(SHEET, FUNDING, len(content.plan.allocation.grants) + 2, head=grid_of(content).total_row + 8)


def write(book: Book, grids: Grids, assumptions: Assumptions, content: Content) -> None:
    """Write the sheet."""
    sheet = book.sheet(SHEET)
    sheet.heading("Budget lines: the plan as the ledger knows it", NOTE)
    grid, lines = grid_of(content), content.ledger.lines
    rows = [_row(row, line, grid, grids, assumptions, content) for row, line in enumerate(lines, grid.first)]
    known = {
        "gross": sum(line.gross_pence for line in lines),
        "income": sum(line.income_pence for line in lines),
        "net": sum(line.net_pence for line in lines),
        "original": sum(line.net_pence for line in lines),
        "virement": sum(line.virement_pence for line in lines),
        "revised": sum(line.net_pence + line.virement_pence for line in lines),
        "spare": sum(line.virement_pence for line in lines),
    }
    totals = {key: Formula(f"=SUM({grid.own(key)})", pounds(pence)) for key, pence in known.items()}
    sheet.table(grid, rows, totals=totals | {"label": "Total: the budget"}, name="BudgetLines")
    _contingency(sheet, assumptions, content)
    _funding(sheet, content)
    end = funding_grid(content).total_row + 2
    for number, text in enumerate((ADVANCE_NOTE, VAT_NOTE)):
        sheet.put(end + number, 1, text, "note")
    _validate(sheet, grid)
    sheet.widths(LINES)
    sheet.page(freeze=f"E{grid.first}", repeat=f"{grid.head}:{grid.head}", paper=8)


def _row(row: int, line: Line, grid: Grid, grids: Grids, assumptions: Assumptions, content: Content) -> tuple:
    here = {column.key: grid.at(column.key, row) for column in LINES}
    gross, income = _amounts(line, here, grid, grids, assumptions, content)
    return (
        row - grid.head,
        line.cost_centre,
        line.subjective,
        line.label,
        line.option or None,
        line.mode or None,
        line.kind,
        gross,
        income,
        Formula(f"=ROUND({here['gross']}-{here['income']},2)", pounds(line.net_pence)),
        pounds(line.net_pence),
        pounds(line.virement_pence),
        Formula(f"=ROUND({here['original']}+{here['virement']},2)", pounds(line.net_pence + line.virement_pence)),
        Formula(f"=ROUND({here['revised']}-{here['net']},2)", pounds(line.virement_pence)),
        line.in_advance,
        line.provenance,
    )


def _amounts(line: Line, here: dict[str, str], grid: Grid, grids: Grids, assumptions: Assumptions, content: Content):
    """Return the gross and the income of a line; None where the line has none of it."""
    gross, income = pounds(line.gross_pence), pounds(line.income_pence)
    plan, services = grids.plan, grids.services
    own = here["option"]
    if line.kind == EXPENDITURE:
        offers = f"SUMIFS({plan.column('gross')},{plan.column('option')},{own})"
        vehicles = f"SUMIFS({services.column('cost')},{services.column('kind')},{own})"
        return Formula(f"=ROUND({offers}+{vehicles},2)", gross), None
    if line.kind == INCOME:
        return None, Formula(f"=ROUND(SUMIFS({plan.column('income')},{plan.column('option')},{own}),2)", income)
    if line.kind == CONTINGENCY:
        asked = f"${grid.letter('gross')}${_asked_row(content)}"
        left = f"{assumptions.cell('budget')}-spend_total"
        return Formula(f"=MAX(0,MIN({asked},ROUND({left},2)))", gross), None
    held = grid.at("gross", grid.first + [other.kind for other in content.ledger.lines].index(CONTINGENCY))
    return Formula(f"=ROUND({assumptions.cell('budget')}-spend_total-{held},2)", gross), None


def _contingency(sheet: Sheet, assumptions: Assumptions, content: Content) -> None:
    """Write the contingency that the share asks for, and what of it the budget does not leave."""
    grid, lines = grid_of(content), content.ledger.lines
    spend = content.spend_pence
    wanted = contingency_wanted(spend, content.ledger.finance)
    at = [line.kind for line in lines].index(CONTINGENCY)
    row, held = _asked_row(content), lines[at].gross_pence
    share = assumptions.cell("finance.contingency_share")
    sheet.put(row - 1, 1, "Contingency", "section")
    sheet.put(row, 1, "Contingency asked for: the share on Assumptions of the spend")
    sheet.put(row, 8, Formula(f"=ROUND(ROUND({share}*spend_total,8),2)", pounds(wanted)), "calc", "money")
    sheet.put(row + 1, 1, "What the budget does not leave of it: hold more back as a reserve and solve again")
    known = pounds(wanted - held)
    sheet.put(
        row + 1,
        8,
        Formula(f"=ROUND({grid.at('gross', row)}-{grid.at('gross', grid.first + at)},2)", known),
        "calc",
        "money",
    )


def _funding(sheet: Sheet, content: Content) -> None:
    """Write who pays the gross spend: young people, each grant as solved, and the council's own money."""
    grid, lines = funding_grid(content), grid_of(content)
    sheet.put(grid.head - 1, 1, "Who pays for the gross spend", "section")
    income = int(content.funded["income_pence"].sum())
    gross = content.spend_pence + income
    grants = content.plan.allocation.grants.to_dict("records")
    paid = Formula(f'=SUMIFS({lines.own("income")},{lines.own("kind")},"{INCOME}")', pounds(income))
    rows = [(1, "Young people", None, "Contributions, on the lines of income", None, None, None, paid)]
    for number, grant in enumerate(grants, start=2):
        words = "As solved: what of the plan the grant may pay for"
        amounts = (pounds(grant["amount_pence"]), None, None, pounds(grant["used_pence"]))
        rows.append((number, str(grant["grant"]), None, words, *amounts))
    used = sum(int(grant["used_pence"]) for grant in grants)
    from_grants = f"-SUM({grid.at('pays', grid.first + 1)}:{grid.at('pays', grid.last - 1)})" if grants else ""
    own = Formula(f"=ROUND(spend_total{from_grants},2)", pounds(content.spend_pence - used))
    rows.append((len(rows) + 1, "The council", None, "The rest, from its own money", None, None, None, own))
    total = Formula(f"=SUM({grid.own('pays')})", pounds(gross))
    sheet.table(grid, rows, totals={"what": "Total: gross spend", "pays": total})
    for number, _ in enumerate(grants, start=1):
        sheet.put(grid.first + number, len(FUNDING), rows[number][-1], "model", "money")


def _validate(sheet: Sheet, grid: Grid) -> None:
    """Let Excel refuse a code that is empty, a virement that is no amount, and anything but yes or no."""
    codes = DataValidation(
        type="textLength",
        operator="greaterThan",
        formula1="0",
        allow_blank=False,
        showErrorMessage=True,
        errorTitle="A code is needed",
        error="Every line needs a cost centre and a subjective.",
    )
    amounts = DataValidation(
        type="decimal",
        operator="between",
        formula1=str(-MOST_VIREMENT),
        formula2=str(MOST_VIREMENT),
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Not an amount",
        error="Enter pounds: above nought into the line, below nought out of it.",
    )
    answers = DataValidation(type="list", formula1=f'"{YES},{NO}"', allow_blank=False, showErrorMessage=True)
    answers.errorTitle, answers.error = "Yes or no", "Is the whole year paid for in advance: yes or no."
    for rule, keys in ((codes, ("centre", "subjective")), (amounts, ("virement",)), (answers, ("advance",))):
        for key in keys:
            rule.add(f"{grid.at(key, grid.first)}:{grid.at(key, grid.last)}")
        sheet.worksheet.add_data_validation(rule)
