"""The sheet Profile: the academic year's spend by period, over two financial years, and over three."""

from openpyxl.worksheet.pagebreak import Break

from budget.accounts.ledger import EXPENDITURE, FIRST_YEAR, INCOME, SECOND_YEAR, YES
from budget.accounts.statement import Content, pounds
from budget.scenarios.finance import MONTHS
from budget.workbook.book import Book, Sheet
from budget.workbook.charts import bar_chart
from budget.workbook.grid import BLANK, Column, Formula, Grid
from budget.workbook.plan_sheets import line_profile
from budget.workbook.plan_sheets.term_dates import TermDates

SHEET = "Profile"
NOTE = (
    "Sums of Profile by line. Costs are shown when the support is used, by the weights of Term dates; a pass paid for "
    "in September is used until July, and what is left of it at 31 March is a prepayment."
)
CHART_WORDS = (
    "Stacked column chart. Across: the twelve periods from April to March. Up: net spend in pounds, in two colours: "
    "{first} holds September to March, periods 6 to 12; {second} holds April to August, periods 1 to 5. The figures "
    "are in the table on this sheet."
)


AMOUNTS = (
    Column("year", "Financial year", 16, "text"),
    Column("weight", "Teaching days, or weight", 13, "calc", "count"),
    Column("share", "Share of the year", 11, "calc", "fine_share"),
    Column("gross", "Gross (offers and vehicles)", 18, "calc", "money"),
    Column("income", "Income", 16, "calc", "money"),
    Column("net", "Net spend", 18, "calc", "money"),
)
PERIODS = (Column("period", "Period", 9, "text", "count"), Column("month", "Month", 24, "text"), *AMOUNTS)
SPLIT = (Column("label", "", 9, "text"), Column("months", "Months", 24, "text"), *AMOUNTS)


def lay_out_months(content: Content) -> Grid:
    """Lay out the months."""
    first, second, _ = content.ledger.years
    years = (Column("first", f"In {first}", 18, "calc", "money"), Column("second", f"In {second}", 18, "calc", "money"))
    return Grid(SHEET, (*PERIODS, *years), len(MONTHS))


def lay_out_split(content: Content) -> Grid:
    """Lay out the two financial years beneath the months."""
    return Grid(SHEET, SPLIT, 2, head=lay_out_months(content).total_row + 3)


def write(book: Book, terms: TermDates, content: Content) -> Sheet:
    """Write the sheet but for the three years and the chart."""
    sheet = book.sheet(SHEET, "Profile: the academic year's spend by period, April to March", NOTE)
    _write_months(sheet, terms, content)
    _write_split(sheet, content)
    _write_effect(sheet, content)
    sheet.page_for(lay_out_months(content), "C")
    return sheet


def _write_months(sheet: Sheet, terms: TermDates, content: Content) -> None:
    grid, ledger, by_line = lay_out_months(content), content.ledger, line_profile.lay_out(content)
    first, second, _ = ledger.years
    kinds, whole = by_line["kind"], f"{grid.letter('weight')}${grid.total_row}"
    rows = []
    for number, start in enumerate(ledger.month_starts()):
        here, known = grid.row(grid.first + number), sums_of_months(content, range(number, number + 1))
        period, is_second = by_line[line_profile.PERIODS[number]], number in SECOND_YEAR
        net = Formula(f"={here['net']}", known["net"])
        rows.append(
            (
                number + 1,
                f"{start:%B %Y}",
                second if is_second else first,
                Formula(f"={terms.weight(number)}", known["weight"]),
                Formula(f"=IF({whole}=0,0,{here['weight']}/{whole})", known["share"]),
                Formula(f'=SUMIFS({period},{kinds},"{EXPENDITURE}")', known["gross"]),
                Formula(f'=-SUMIFS({period},{kinds},"{INCOME}")', known["income"]),
                Formula(f"=ROUND({here['gross']}-{here['income']},2)", known["net"]),
                *((BLANK, net) if is_second else (net, BLANK)),
            )
        )
    added = ("weight", "share", "gross", "income", "net", "first", "second")
    sheet.table(grid, rows, sums=added, sortable=False, totals={"period": "Year"}, name="Periods")


def _write_split(sheet: Sheet, content: Content) -> None:
    grid, months = lay_out_split(content), lay_out_months(content)
    sheet.put(grid.head - 1, 1, "Split over two financial years", "section")
    first, second, _ = content.ledger.years
    rows = []
    parts = ((first, "September to March", FIRST_YEAR), (second, "April to August", SECOND_YEAR))
    for row, (year, words, numbers) in enumerate(parts, grid.first):
        where = f"{months.own['year']},{grid.at('year', row)}"
        known = sums_of_months(content, numbers)
        cells = [Formula(f"=SUMIFS({months.own[key]},{where})", value) for key, value in known.items()]
        rows.append((None, words, year, *cells))
    added = ("weight", "share", "gross", "income", "net")
    sheet.table(grid, rows, sums=added, sortable=False, totals={"label": "Year"})


def sums_of_months(content: Content, numbers: range) -> dict[str, float]:
    """Return the known sums of some months, 0 being April: weight, share of the year, and pounds."""
    ledger = content.ledger
    spent, received = (ledger.months_of(kind) for kind in (EXPENDITURE, INCOME))
    gross, income = sum(spent[n] for n in numbers), -sum(received[n] for n in numbers)
    weight = sum(ledger.weights[n] for n in numbers)
    amounts = {"gross": pounds(gross), "income": pounds(income), "net": pounds(gross - income)}
    return {"weight": weight, "share": weight / sum(ledger.weights), **amounts}


def _write_effect(sheet: Sheet, content: Content) -> None:
    """Write what a full year costs more than its part in the first financial year, and the prepayment at 31 March."""
    grid, by_line, ledger = lay_out_split(content), line_profile.lay_out(content), content.ledger
    paid_ahead = [ledger.by_month(line) for line in ledger.profiled() if line.in_advance == YES]
    prepaid = pounds(sum(months[n] for months in paid_ahead for n in SECOND_YEAR))
    rest = sums_of_months(content, SECOND_YEAR)["net"]
    effect = Formula(f"=ROUND({grid.at('net', grid.total_row)}-{grid.at('net', grid.first)},2)", rest)
    lines = (
        (f"Full-year effect: what a whole year costs more than the part of it in {ledger.years[0]}", effect),
        ("Prepayment at 31 March for what was paid for in advance", Formula(f"={by_line.totals['prepaid']}", prepaid)),
    )
    for row, (words, amount) in enumerate(lines, start=grid.total_row + 2):
        sheet.put(row, 2, words)
        sheet.put(row, grid.number("net"), amount, "calc", "money")


def write_chart(sheet: Sheet, content: Content, row: int) -> None:
    """Draw the net spend by period at a row, on a printed page of its own."""
    grid, axes, size = lay_out_months(content), ("Period", "Net spend"), (9.5, 28)
    chart = bar_chart(
        sheet, grid, ["first", "second"], "month", title="Net spend by period", axes=axes, size=size, gap=60
    )
    chart.grouping, chart.overlap = "stacked", 100
    first, second, _ = content.ledger.years
    sheet.chart(chart, row, CHART_WORDS.format(first=first, second=second))
    sheet.worksheet.row_breaks.append(Break(id=row - 1))
