"""The sheet Profile by line: each line of the ledger by period, September to August, to the penny."""

from collections.abc import Iterable, Sequence
from typing import Any

from budget.accounts.ledger import FIRST_YEAR, LAST, SECOND_YEAR, YES, LedgerLine
from budget.accounts.statement import Content, money_width, pounds
from budget.scenarios.finance import MONTHS
from budget.workbook.book import Book
from budget.workbook.grid import Column, Formula, Grid
from budget.workbook.plan_sheets import budget_lines

SHEET = "Profile by line"
PERIODS = tuple(f"p{number}" for number in range(1, len(MONTHS) + 1))
FROM_APRIL = tuple(range(len(MONTHS)))
BY_DATE = (*FIRST_YEAR, *SECOND_YEAR)  # the academic year's months: September first
JULY = f"{{{PERIODS[LAST]}}}"
ODD = f"=IF({{weights}}=0,{JULY},{JULY}-{{net}}*{{weight_of[{LAST}]}}/{{weights}})"
NOTE = (
    "A line's net by period, by the weights of Term dates; July, the last month of teaching, takes the odd pennies. "
    "Income is below nought. Periods 6 to 12 belong to the first of the two financial years, and 1 to 5 to the second."
)


def _cells(months: Sequence[int]) -> str:
    """Return for a formula the cells of a line's months that follow each other."""
    return f"{{{PERIODS[months[0]]}}}:{{{PERIODS[months[-1]]}}}"


def period_columns(headers: Iterable[str], width: float, order: Sequence[int] = FROM_APRIL) -> tuple[Column, ...]:
    """Return the columns of the periods in an order: a line's net by their weights; July has what the others leave.

    `headers` are those of periods 1 to 12; the order names a period by its place, April being 0.
    """
    july, named = order.index(LAST), list(headers)
    others = f"{_cells(order[:july])},{_cells(order[july + 1 :])}"
    columns = []
    for month in order:
        key, header = PERIODS[month], named[month]
        share = f"=IF({{weights}}=0,0,ROUND(ROUND({{net}}*{{weight_of[{month}]}}/{{weights}},8),2))"
        formula = f"=ROUND({{net}}-SUM({others}),2)" if month == LAST else share
        columns.append(Column(key, header, width, "calc", "money", formula))
    return tuple(columns)


def lay_out(content: Content) -> Grid:
    """Lay out the sheet."""
    first, second, _ = content.ledger.years
    money = money_width(sum(line.gross_pence for line in content.ledger.profiled()))
    headers = (f"{number} {start:%b %Y}" for number, start in enumerate(content.ledger.month_starts(), start=1))
    columns = (
        Column("line", "Line", 6, "text", "count"),
        Column("centre", "Cost centre", 17, "calc", "text", working=True),
        Column("subjective", "Subjective", 27, "calc", "text", working=True),
        Column("label", "Scheme", 27, "text", "wrapped"),
        Column("kind", "Type", 13, "text", working=True),
        Column("net", "Net", money, "calc", "money", working=True),
        *period_columns(headers, money, BY_DATE),
        Column("year", "Year", money, "calc", "money", f"=ROUND(SUM({_cells(BY_DATE)}),2)"),
        Column("odd", "Odd pennies in July", 10, "calc", "money", ODD, working=True),
        Column("first", f"In {first}", money, "calc", "money", f"=ROUND(SUM({_cells(FIRST_YEAR)}),2)"),
        Column("second", f"In {second}", money, "calc", "money", f"=ROUND(SUM({_cells(SECOND_YEAR)}),2)"),
        Column("prepaid", "Prepaid at 31 March", money, "calc", "money"),
    )
    return Grid(SHEET, columns, len(content.ledger.profiled()))


def write(book: Book, content: Content) -> None:
    """Write the sheet."""
    sheet, grid = book.sheet(SHEET, "Profile by line: each line of the ledger by period", NOTE), lay_out(content)
    rows = [_row(number, line, content) for number, line in enumerate(content.ledger.profiled())]
    added = ("net", *PERIODS, "year", "odd", "first", "second", "prepaid")
    odd = Formula("=SUM({all[odd]})", sum(row["odd"] for row in rows))
    sheet.table(grid, rows, sums=added, totals={"label": "Total: the spend", "odd": odd}, name="ProfileByLine")
    source = f"Source of the weights: {content.ledger.finance.provenance('terms')}."
    sheet.put(grid.total_row + 2, 1, source, "note")
    sheet.page_for(grid, "G")


def _row(number: int, line: LedgerLine, content: Content) -> dict[str, Any]:
    budget, months, weights = budget_lines.lay_out(content), content.ledger.by_month(line), content.ledger.weights
    known: dict[str, str | float] = {
        "centre": line.cost_centre,
        "subjective": line.subjective,
        "net": pounds(line.net_pence),
    }
    second = sum(months[n] for n in SECOND_YEAR)
    prepaid = f'=IF({budget.cell("advance", budget.first + number)}="{YES}",{{second}},0)'
    return {
        "line": number + 1,
        **{key: Formula(f"={budget.cell(key, budget.first + number)}", value) for key, value in known.items()},
        "label": line.label,
        "kind": line.kind,
        **dict(zip(PERIODS, map(pounds, months), strict=True)),
        "year": known["net"],
        "odd": pounds(months[LAST]) - pounds(line.net_pence) * weights[LAST] / sum(weights),
        "first": pounds(line.net_pence - second),
        "second": pounds(second),
        "prepaid": Formula(prepaid, pounds(second if line.in_advance == YES else 0)),
    }
