"""The sheet Budget lines: the plan by cost centre and subjective, as the ledger knows it, up to the whole budget."""

from budget.accounts.ledger import CONTINGENCY, EXPENDITURE, INCOME, NO, YES, LedgerLine, contingency_wanted
from budget.accounts.statement import Content, pounds
from budget.workbook.book import Book, Sheet
from budget.workbook.grid import Column, Formula, Grid
from budget.workbook.plan_sheets.assumptions import Assumptions
from budget.workbook.plan_sheets.offer_columns import OfferTables

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


def lay_out(content: Content) -> Grid:
    """Lay out the lines."""
    return Grid(SHEET, LINES, len(content.ledger.lines), head=HEAD)


def lay_out_funding(content: Content) -> Grid:
    """Lay out who pays: young people, each grant, the council."""
    return Grid(SHEET, FUNDING, len(content.plan.allocation.grants) + 2, head=lay_out(content).total_row + 8)


def _wanted_row(grid: Grid) -> int:
    """Return the row of the contingency that the share asks for, in the column Gross."""
    return grid.total_row + 3


def _contingency_row(content: Content) -> int:
    return lay_out(content).first + [line.kind for line in content.ledger.lines].index(CONTINGENCY)


def write(book: Book, tables: OfferTables, assumptions: Assumptions, content: Content) -> None:
    """Write the sheet."""
    sheet = book.sheet(SHEET, "Budget lines: the plan as the ledger knows it", NOTE)
    grid, lines = lay_out(content), content.ledger.lines
    rows = [_row(row, line, grid, tables, assumptions, content) for row, line in enumerate(lines, grid.first)]
    added = ("gross", "income", "net", "original", "virement", "revised", "spare")
    sheet.table(grid, rows, sums=added, totals={"label": "Total: the budget"}, name="BudgetLines")
    _write_contingency(sheet, grid, assumptions, content)
    _write_funding(sheet, grid, content)
    end = lay_out_funding(content).total_row + 2
    for row, text in enumerate((ADVANCE_NOTE, VAT_NOTE), end):
        sheet.put(row, 1, text, "note")
    _validate(sheet, grid)
    sheet.page_for(grid, "E", paper=8)


def _row(
    row: int, line: LedgerLine, grid: Grid, tables: OfferTables, assumptions: Assumptions, content: Content
) -> tuple:
    here, net, virement = grid.row(row), pounds(line.net_pence), pounds(line.virement_pence)
    gross, income = _amounts(line, here, tables, assumptions, content)
    codes = (line.cost_centre, line.subjective, line.label, line.option or None, line.mode or None, line.kind)
    return (
        row - grid.head,
        *codes,
        gross,
        income,
        Formula(f"=ROUND({here['gross']}-{here['income']},2)", net),
        net,
        virement,
        Formula(f"=ROUND({here['original']}+{here['virement']},2)", pounds(line.net_pence + line.virement_pence)),
        Formula(f"=ROUND({here['revised']}-{here['net']},2)", virement),
        line.in_advance,
        line.provenance,
    )


def _amounts(
    line: LedgerLine, here: dict[str, str], tables: OfferTables, assumptions: Assumptions, content: Content
) -> tuple[Formula | None, Formula | None]:
    """Return the gross and the income of a line; None where the line has none of it."""
    gross, income = pounds(line.gross_pence), pounds(line.income_pence)
    grid, plan, services = lay_out(content), tables.plan, tables.services
    if line.kind == EXPENDITURE:
        offers = f"SUMIFS({plan['gross']},{plan['option']},{here['option']})"
        vehicles = f"SUMIFS({services['cost']},{services['kind']},{here['option']})"
        return Formula(f"=ROUND({offers}+{vehicles},2)", gross), None
    if line.kind == INCOME:
        received = f"SUMIFS({plan['income']},{plan['option']},{here['option']})"
        return None, Formula(f"=ROUND({received},2)", income)
    unspent = f"{assumptions.cell('budget')}-spend_total"
    if line.kind == CONTINGENCY:
        wanted = grid.fixed("gross", _wanted_row(grid))
        return Formula(f"=MAX(0,MIN({wanted},ROUND({unspent},2)))", gross), None
    return Formula(f"=ROUND({unspent}-{grid.at('gross', _contingency_row(content))},2)", gross), None


def _write_contingency(sheet: Sheet, grid: Grid, assumptions: Assumptions, content: Content) -> None:
    """Write the contingency that the share asks for, and how much of it the budget does not leave."""
    wanted = contingency_wanted(content.spend_pence, content.ledger.finance)
    line_row, row, column = _contingency_row(content), _wanted_row(grid), grid.number("gross")
    missing = wanted - content.ledger.lines[line_row - grid.first].gross_pence
    share = assumptions.cell("finance.contingency_share")
    sheet.put(row - 1, 1, "Contingency", "section")
    sheet.put(row, 1, "Contingency asked for: the share on Assumptions of the spend")
    sheet.put(row, column, Formula(f"=ROUND(ROUND({share}*spend_total,8),2)", pounds(wanted)), "calc", "money")
    sheet.put(row + 1, 1, "What the budget does not leave of it: hold more back as a reserve and solve again")
    less = Formula(f"=ROUND({grid.at('gross', row)}-{grid.at('gross', line_row)},2)", pounds(missing))
    sheet.put(row + 1, column, less, "calc", "money")


def _write_funding(sheet: Sheet, lines: Grid, content: Content) -> None:
    """Write who pays the gross spend: young people, each grant as solved, and the council's own money."""
    grid, grants = lay_out_funding(content), content.plan.allocation.grants.to_dict("records")
    sheet.put(grid.head - 1, 1, "Who pays for the gross spend", "section")
    income = int(content.funded["income_pence"].sum())
    paid = Formula(f'=SUMIFS({lines.own["income"]},{lines.own["kind"]},"{INCOME}")', pounds(income))
    rows: list[tuple] = [(1, "Young people", None, "Contributions, on the lines of income", None, None, None, paid)]
    for number, grant in enumerate(grants, start=2):
        words = "As solved: what of the plan the grant may pay for"
        amounts = (pounds(grant["amount_pence"]), None, None, pounds(grant["used_pence"]))
        rows.append((number, str(grant["grant"]), None, words, *amounts))
    used = sum(int(grant["used_pence"]) for grant in grants)
    from_grants = f"-SUM({grid.at('pays', grid.first + 1)}:{grid.at('pays', grid.last - 1)})" if grants else ""
    own = Formula(f"=ROUND(spend_total{from_grants},2)", pounds(content.spend_pence - used))
    rows.append((len(rows) + 1, "The council", None, "The rest, from its own money", None, None, None, own))
    sheet.table(grid, rows, sums=["pays"], totals={"what": "Total: gross spend"})
    for row, grant in enumerate(grants, start=grid.first + 1):
        sheet.put(row, grid.number("pays"), pounds(grant["used_pence"]), "model", "money")


def _validate(sheet: Sheet, grid: Grid) -> None:
    """Let Excel refuse a code that is empty, a virement that is no amount, and anything but yes or no."""
    title, error = "A code is needed", "Every line needs a cost centre and a subjective."
    sheet.validate([grid.cells("centre"), grid.cells("subjective")], "textLength", 0, title=title, error=error)
    title, error = "Not an amount", "Enter pounds: above nought into the line, below nought out of it."
    sheet.validate(
        [grid.cells("virement")], "decimal", -MOST_VIREMENT, MOST_VIREMENT, title=title, error=error, blank=True
    )
    title, error = "Yes or no", "Is the whole year paid for in advance: yes or no."
    sheet.validate([grid.cells("advance")], "list", f'"{YES},{NO}"', title=title, error=error)
