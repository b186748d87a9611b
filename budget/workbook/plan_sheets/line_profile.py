"""The sheet Profile by line: each line of the ledger by period, April to March, to the penny."""

from budget.accounts.ledger import FIRST_YEAR, LAST, SECOND_YEAR, YES, LedgerLine
from budget.accounts.statement import Content, money_width, pounds
from budget.scenarios.finance import MONTHS
from budget.workbook.book import Book
from budget.workbook.grid import Column, Formula, Grid
from budget.workbook.plan_sheets import budget_lines
from budget.workbook.plan_sheets.term_dates import TermDates

SHEET = "Profile by line"
PERIODS = tuple(f"p{number}" for number in range(1, len(MONTHS) + 1))
NOTE = (
    "A line's net by period, by the weights of Term dates; July, the last month of teaching, takes the odd pennies. "
    "Income is below nought. Periods 6 to 12 come first in time: they belong to the first of the two financial years."
)


def lay_out(content: Content) -> Grid:
    """Lay out the sheet."""
    first, second, _ = content.ledger.years
    money = money_width(sum(line.gross_pence for line in content.ledger.profiled()))
    columns = (
        Column("line", "Line", 6, "text", "count"),
        Column("centre", "Cost centre", 17, "calc", "text"),
        Column("subjective", "Subjective", 27, "calc", "text"),
        Column("label", "Scheme", 27, "text", "wrapped"),
        Column("kind", "Type", 13, "text"),
        Column("net", "Net", money, "calc", "money"),
        *(
            Column(key, f"{number} {start:%b %Y}", money, "calc", "money")
            for number, (key, start) in enumerate(zip(PERIODS, content.ledger.month_starts(), strict=True), start=1)
        ),
        Column("year", "Year", money, "calc", "money"),
        Column("odd", "Odd pennies in July", 10, "calc", "money"),
        Column("first", f"In {first}", money, "calc", "money"),
        Column("second", f"In {second}", money, "calc", "money"),
        Column("prepaid", "Prepaid at 31 March", money, "calc", "money"),
    )
    return Grid(SHEET, columns, len(content.ledger.profiled()))


def write(book: Book, terms: TermDates, content: Content) -> None:
    """Write the sheet."""
    sheet = book.sheet(SHEET, "Profile by line: each line of the ledger by period", NOTE)
    grid, lines = lay_out(content), content.ledger.profiled()
    rows = [_row(grid, number, line, terms, content) for number, line in enumerate(lines)]
    added = ("net", *PERIODS, "year", "odd", "first", "second", "prepaid")
    odd = Formula(f"=SUM({grid.own['odd']})", sum(_odd(line, content) for line in lines))
    sheet.table(grid, rows, sums=added, totals={"label": "Total: the spend", "odd": odd}, name="ProfileByLine")
    source = f"Source of the weights: {content.ledger.finance.provenance('terms')}."
    sheet.put(grid.total_row + 2, 1, source, "note")
    sheet.page_for(grid, "G", paper=8)


def _row(grid: Grid, number: int, line: LedgerLine, terms: TermDates, content: Content) -> tuple:
    row, budget = grid.first + number, budget_lines.lay_out(content)
    here = grid.row(row)
    budget_cells = {key: budget.cell(key, budget.first + number) for key in ("centre", "subjective", "net", "advance")}
    months = content.ledger.by_month(line)
    second = sum(months[n] for n in SECOND_YEAR)
    periods = [period(here, n, terms, months[n]) for n in range(len(MONTHS))]
    share = f"{here['net']}*{terms.weight(LAST)}/{terms.all_weights}"
    return (
        number + 1,
        Formula(f"={budget_cells['centre']}", line.cost_centre),
        Formula(f"={budget_cells['subjective']}", line.subjective),
        line.label,
        line.kind,
        Formula(f"={budget_cells['net']}", pounds(line.net_pence)),
        *periods,
        Formula(f"=ROUND(SUM({here[PERIODS[0]]}:{here[PERIODS[-1]]}),2)", pounds(line.net_pence)),
        Formula(f"=IF({terms.all_weights}=0,{here[PERIODS[LAST]]},{here[PERIODS[LAST]]}-{share})", _odd(line, content)),
        _sum(here, FIRST_YEAR, line.net_pence - second),
        _sum(here, SECOND_YEAR, second),
        Formula(
            f'=IF({budget_cells["advance"]}="{YES}",{here["second"]},0)',
            pounds(second if line.in_advance == YES else 0),
        ),
    )


def period(here: dict[str, str], month: int, terms: TermDates, known: int) -> Formula:
    """Return a month's part of a line's net, by its weight; July has what the others leave. `known` is in pence."""
    if month == LAST:
        before, after = f"{here['p1']}:{here[PERIODS[LAST - 1]]}", f"{here[PERIODS[LAST + 1]]}:{here[PERIODS[-1]]}"
        return Formula(f"=ROUND({here['net']}-SUM({before},{after}),2)", pounds(known))
    weight, every = terms.weight(month), terms.all_weights
    return Formula(f"=IF({every}=0,0,ROUND(ROUND({here['net']}*{weight}/{every},8),2))", pounds(known))


def _sum(here: dict[str, str], months: range, known: int) -> Formula:
    return Formula(f"=ROUND(SUM({here[PERIODS[months[0]]]}:{here[PERIODS[months[-1]]]}),2)", pounds(known))


def _odd(line: LedgerLine, content: Content) -> float:
    """Return what July holds beyond its share, in pounds."""
    weights = content.ledger.weights
    return pounds(content.ledger.by_month(line)[LAST]) - pounds(line.net_pence) * weights[LAST] / sum(weights)
