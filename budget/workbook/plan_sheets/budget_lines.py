"""The sheet Budget lines: the plan by cost centre and subjective, as the ledger knows it, up to the whole budget."""

from budget.accounts.ledger import CONTINGENCY, EXPENDITURE, INCOME, NO, SPARE, YES, LedgerLine, contingency_wanted
from budget.accounts.statement import Content, pounds
from budget.planning.applicants_report import charges_in_words
from budget.planning.left_over import paid_for_in_words
from budget.workbook.book import Book, Sheet
from budget.workbook.grid import BLANK, Column, Formula, Grid
from budget.workbook.plan_sheets import limit_workings

SHEET = "Budget lines"
HEAD = 4
LINES = (
    Column("line", "Line", 7, "text", "count"),
    Column("centre", "Cost centre", 18, "input", "text"),
    Column("subjective", "Subjective", 26, "input", "text"),
    Column("label", "Scheme", 36, "text", "wrapped"),
    Column("option", "Option", 14, "text", working=True),
    Column("mode", "Mode", 10, "text", working=True),
    Column("kind", "Type", 14, "text"),
    Column("gross", "Gross", 16, "calc", "money"),
    Column("income", "Income", 15, "calc", "money"),
    Column("net", "Net", 16, "calc", "money", "=ROUND({gross}-{income},2)"),
    Column("original", "Original budget, as solved", 16, "model", "money"),
    Column("virement", "Virement", 15, "input", "money"),
    Column("revised", "Revised budget", 16, "calc", "money", "=ROUND({original}+N({virement}),2)"),
    Column("spare", "Revised budget less net", 15, "calc", "money", "=ROUND({revised}-{net},2)"),
    Column("advance", "Paid in advance for the year", 11, "input", "text"),
    Column("source", "Source of the codes", 19, "text"),
)
OFFERS = "SUMIFS({plan[gross]},{plan[option]},{option})"
VEHICLES = "SUMIFS({services[cost]},{services[kind]},{option})"
GROSS = {  # by the type of a line; income has none
    EXPENDITURE: f"=ROUND({OFFERS}+{VEHICLES},2)",
    CONTINGENCY: "=MAX(0,MIN({wanted},ROUND({value[budget]}-spend_total,2)))",
    SPARE: "=ROUND({value[budget]}-spend_total-{contingency},2)",
}
RECEIVED = "=ROUND(SUMIFS({plan[income]},{plan[option]},{option}),2)"
FUNDING = (  # in the columns of the lines above it
    Column("number", "No.", 7, "text", "count"),
    Column("what", "Who pays", 18, "text"),
    Column("note", "", 30, "text"),
    Column("source", "What with", 42, "text", "wrapped"),
    Column("given", "Given", 14, "calc", "money"),
    Column("mode", "", 10, "text"),
    Column("kind", "", 14, "text"),
    Column("pays", "Pays", 16, "calc", "money"),
    Column("left", "To return, or not to claim", 15, "calc", "money", "=ROUND({given}-{pays},2)"),
    Column("claimed", "Claimed", 16, "input", "money"),
    Column("received", "Received", 16, "input", "money"),
    Column("owed", "Claimed, not received", 15, "calc", "money", "=ROUND(N({claimed})-N({received}),2)"),
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
CHARGES_NOTE = "It is on no line here and pays for nothing in this plan: post it as income once it has been received."
VAT_NOTE = "Amounts are without VAT, which is not modelled: ask the VAT officer, above all for taxis and minibuses."


def lay_out(content: Content) -> Grid:
    """Lay out the lines."""
    return Grid(SHEET, LINES, len(content.ledger.lines), head=HEAD)


def lay_out_funding(content: Content) -> Grid:
    """Lay out who pays: young people, each grant, the council."""
    return Grid(SHEET, FUNDING, len(content.plan.allocation.grants) + 2, head=lay_out(content).total_row + 8)


def names(content: Content) -> dict[str, object]:
    """Return the names of cells for formulas: {wanted} is the contingency that the share asks for."""
    grid = lay_out(content)
    funding = lay_out_funding(content)
    grants = range(funding.first + 1, funding.last)
    return {
        "lines": grid,
        "funding": funding,
        "grant_pays": [funding.cell("pays", row) for row in grants],
        "grant_place": [f"{SHEET}!{funding.at('pays', row)}" for row in grants],
        "wanted": grid.fixed("gross", grid.total_row + 3),
        "contingency": grid.at("gross", _contingency_row(grid, content)),
    }


def _contingency_row(grid: Grid, content: Content) -> int:
    return grid.first + [line.kind for line in content.ledger.lines].index(CONTINGENCY)


def write(book: Book, content: Content) -> None:
    """Write the sheet."""
    sheet, grid = book.sheet(SHEET, "Budget lines: the plan as the ledger knows it", NOTE), lay_out(content)
    rows = [_row(number, line) for number, line in enumerate(content.ledger.lines, start=1)]
    added = ("gross", "income", "net", "original", "virement", "revised", "spare")
    sheet.table(grid, rows, sums=added, totals={"label": "Total: the budget"}, name="BudgetLines")
    _write_contingency(sheet, grid, content)
    _write_funding(sheet, content)
    end = lay_out_funding(content).total_row + 2
    for row, text in enumerate(_notes(content), end):
        sheet.put(row, 1, text, "note")
    _validate(sheet, grid)
    sheet.page_for(grid, "E")


def _notes(content: Content) -> list[str]:
    """Return what is said beneath the lines: of passes, of VAT, and of charges that are on no line."""
    charged = "" if content.plan.applicants is None else charges_in_words(content.plan)
    return [ADVANCE_NOTE, VAT_NOTE, *([f"{charged} {CHARGES_NOTE}"] if charged else [])]


def _row(number: int, line: LedgerLine) -> tuple:
    net, virement = pounds(line.net_pence), pounds(line.virement_pence)
    gross = Formula(GROSS[line.kind], pounds(line.gross_pence)) if line.kind in GROSS else None
    income = Formula(RECEIVED, pounds(line.income_pence)) if line.kind == INCOME else None
    codes = (line.cost_centre, line.subjective, line.label, line.option or None, line.mode or None, line.kind)
    revised = pounds(line.net_pence + line.virement_pence)
    amounts = (gross, income, net, net, virement, revised, virement)
    return (number, *codes, *amounts, line.in_advance, line.provenance)


def _write_contingency(sheet: Sheet, grid: Grid, content: Content) -> None:
    """Write the contingency that the share asks for, and how much of it the budget does not leave."""
    wanted = contingency_wanted(content.spend_pence, content.ledger.finance)
    line_row, row, column = _contingency_row(grid, content), grid.total_row + 3, grid.number("gross")
    missing = wanted - content.ledger.lines[line_row - grid.first].gross_pence
    asked = Formula("=ROUND(ROUND({value[finance.contingency_share]}*spend_total,8),2)", pounds(wanted))
    less = Formula(f"=ROUND({grid.at('gross', row)}-{{contingency}},2)", pounds(missing))
    sheet.put(row - 1, 1, "Contingency", "section")
    sheet.put(row, 1, "Contingency asked for: the share on Assumptions of the spend")
    sheet.put(row, column, asked, "calc", "money")
    sheet.put(row + 1, 1, "Contingency that the budget has no room for: hold more back as a reserve and solve again")
    sheet.put(row + 1, column, less, "calc", "money")


def _write_funding(sheet: Sheet, content: Content) -> None:
    """Write who pays the gross spend: young people, each grant as solved, and the council's own money."""
    grid, grants = lay_out_funding(content), content.plan.allocation.grants.to_dict("records")
    sheet.put(grid.head - 1, 1, "Who pays for the gross spend", "section")
    income = int(content.funded["income_pence"].sum())
    paid = Formula(f'=SUMIFS({{lines.all[income]}},{{lines.all[kind]}},"{INCOME}")', pounds(income))
    if limit_workings.is_needed(content):
        pays = limit_workings.paid_each(content)
    else:
        pays = [Formula("=0", 0.0) for _ in grants]
    used = sum(round(float(each.known) * 100) for each in pays)
    from_grants = f"-SUM({grid.at('pays', grid.first + 1)}:{grid.at('pays', grid.last - 1)})" if grants else ""
    own = Formula(f"=ROUND(spend_total{from_grants},2)", pounds(content.spend_pence - used))
    rows: list[dict[str, object]] = [
        {"what": "Young people", "source": "Contributions, on the lines of income", "pays": paid},
        *(_grant_row(number, content, formula) for number, formula in enumerate(pays)),
        {"what": "The council", "source": "The rest, from its own money", "pays": own},
    ]
    numbered = ({"number": number} | row for number, row in enumerate(rows, start=1))
    sheet.table(grid, numbered, sums=["pays"], totals={"what": "Total: gross spend"})
    if grants:
        cells = [f"{grid.at(key, grid.first + 1)}:{grid.at(key, grid.last - 1)}" for key in ("claimed", "received")]
        error = "Enter pounds, 0 or more: what has been claimed of the grant, or received."
        sheet.validate(cells, "decimal", 0, MOST_VIREMENT, title="Not an amount", error=error, blank=True)


def _grant_row(number: int, content: Content, pays: Formula) -> dict[str, object]:
    """Return the row of a grant, 0 being the first: on what condition it is given, what it is, pays and leaves."""
    grant = content.plan.scenario.limits.grants[number]
    return {
        "what": grant.name,
        "source": f"May pay only for {paid_for_in_words(content.plan, grant)}",
        "given": Formula(f"={{grant_amount[{number}]}}", pounds(grant.amount_pence)),
        "pays": pays,
        "left": round(grant.amount_pence / 100 - float(pays.known), 2),
        "claimed": BLANK,
        "received": BLANK,
        "owed": 0.0,
    }


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
