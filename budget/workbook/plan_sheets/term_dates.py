"""The sheet Term dates: how the academic year is spread over the months, by the council's terms or a plain calendar.

Until terms are written in, the plain calendar is used. Which offers are chosen does not depend on this sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.utils.datetime import to_excel

from budget.accounts.ledger import Ledger, month_end
from budget.accounts.statement import Content
from budget.scenarios.finance import MONTHS, PLAIN_CALENDAR, PROFILES, Finance
from budget.workbook.book import Book, Sheet
from budget.workbook.grid import BLANK, Column, Formula, Grid

SHEET = "Term dates"
METHOD_ROW = 4
FEWEST_TERMS, SPARE_TERMS = 6, 2
FEWEST_CLOSED, SPARE_CLOSED = 8, 4
MONTHS_HEAD = 7
TEACHING_DAYS, BY_MONTHS = PROFILES
TERMS = (
    Column("name", "Term", 12, "text"),
    Column("first", "First day", 19, "input", "date"),
    Column("last", "Last day", 19, "input", "date"),
    Column("days", "Teaching days", 19, "calc", "count"),
)
CLOSED = (
    Column("name", "Closed", 12, "text"),
    Column("day", "Day", 19, "input", "date"),
    Column("what", "What it is", 19, "input", "text"),
)
NOTE = (
    "Yellow cells are the council's to change. Write in the first and last day of each half term, and the days within "
    "them without teaching; until then the plain calendar serves. Which offers are chosen does not depend on it."
)


@dataclass(frozen=True, slots=True)
class TermDates:
    """Where the calendar stands, for the formulas of other sheets."""

    months: Grid
    terms: Grid
    closed: Grid
    method: str = f"'{SHEET}'!$B${METHOD_ROW}"

    def weight(self, month: int) -> str:
        """Return the cell of what a month weighs, 0 being April."""
        return self.months.cell("weight", self.months.first + month)

    @property
    def all_weights(self) -> str:
        """Return the cell of what the months weigh together."""
        return self.months.totals["weight"]


def lay_out(finance: Finance) -> TermDates:
    """Lay out the sheet: the months, beneath them the terms and the closed days."""
    terms = max(FEWEST_TERMS, len(finance.terms) + SPARE_TERMS)
    closed = max(FEWEST_CLOSED, len(finance.closed) + SPARE_CLOSED)
    months = Grid(SHEET, _month_columns(terms), len(MONTHS), head=MONTHS_HEAD)
    grid = Grid(SHEET, TERMS, terms, head=months.total_row + 3)
    return TermDates(months, grid, Grid(SHEET, CLOSED, closed, head=grid.last + 3))


def _month_columns(terms: int) -> tuple[Column, ...]:
    return (
        Column("period", "Period", 12, "text", "count"),
        Column("first", "First day", 19, "model", "date"),
        Column("last", "Last day", 19, "calc", "date"),
        Column("plain", "Plain calendar, teaching days", 19, "input", "count"),
        *(Column(f"term{n}", f"Days in term {n}", 9, "calc", "count") for n in range(1, terms + 1)),
        Column("by_terms", "Days by the terms", 11, "calc", "count"),
        Column("days", "Teaching days", 11, "calc", "count"),
        Column("even", "Weight by months", 11, "input", "count"),
        Column("weight", "Weight used", 11, "calc", "count"),
    )


def write(book: Book, calendar: TermDates, content: Content) -> None:
    """Write the sheet."""
    sheet, finance = (
        book.sheet(SHEET, "Term dates: how the year is spread over the months", NOTE),
        content.ledger.finance,
    )
    sheet.put(METHOD_ROW, 1, "Spread by", "text")
    sheet.put(METHOD_ROW, 2, finance.profile, "input", "text")
    words = f"{TEACHING_DAYS}, as buses and taxis run; or {BY_MONTHS}, every month by its weight in the column beside."
    sheet.put(METHOD_ROW, 3, words, "note")
    sheet.put(METHOD_ROW + 1, 1, f"Source: {finance.provenance('profile')}.", "note")
    _write_months(sheet, calendar, content.ledger)
    _write_terms(sheet, calendar, content.ledger)
    _write_closed_days(sheet, calendar.closed, finance)
    _validate(sheet, calendar)
    sheet.page_for(calendar.months, "A", paper=8)


def _write_months(sheet: Sheet, calendar: TermDates, ledger: Ledger) -> None:
    grid = calendar.months
    rows = [_month(number, calendar, ledger) for number in range(len(MONTHS))]
    added = [column.key for column in grid.columns if column.key not in ("period", "first", "last")]
    sheet.table(grid, rows, sums=added, sortable=False, totals={"period": "Year"}, name="Months")


def _month(number: int, calendar: TermDates, ledger: Ledger) -> tuple:
    grid, start, plain = calendar.months, ledger.month_starts()[number], PLAIN_CALENDAR[number]
    here = grid.row(grid.first + number)
    by_term = [_days_in_term(number, term, here, calendar, ledger) for term in range(calendar.terms.rows)]
    known = sum(days[number] for days in ledger.days_by_term)
    last_term = here[f"term{calendar.terms.rows}"]
    days = f"=IF(COUNT({calendar.terms.own['first']})=0,{here['plain']},{here['by_terms']})"
    weight = f'=IF($B${METHOD_ROW}="{BY_MONTHS}",{here["even"]},{here["days"]})'
    return (
        number + 1,
        start,
        Formula(f"=EOMONTH({here['first']},0)", int(to_excel(month_end(start)))),
        plain,
        *by_term,
        Formula(f"=SUM({here['term1']}:{last_term})", known),
        Formula(days, known if ledger.finance.terms else plain),
        1,
        Formula(weight, ledger.weights[number]),
    )


def _days_in_term(month: int, term: int, here: dict[str, str], calendar: TermDates, ledger: Ledger) -> Formula:
    row = calendar.terms.first + term
    first, last = calendar.terms.fixed("first", row), calendar.terms.fixed("last", row)
    days = f"NETWORKDAYS(MAX({first},{here['first']}),MIN({last},{here['last']}),{calendar.closed.own['day']})"
    known = ledger.days_by_term[term][month] if term < len(ledger.days_by_term) else 0
    return Formula(f'=IF(OR({first}="",{last}=""),0,MAX(0,{days}))', known)


def _write_terms(sheet: Sheet, calendar: TermDates, ledger: Ledger) -> None:
    grid, months, terms = calendar.terms, calendar.months, ledger.finance.terms
    sheet.put(grid.head - 1, 1, "Terms", "section")
    rows = []
    for number in range(grid.rows):
        dates: Sequence[object] = terms[number] if number < len(terms) else (BLANK, BLANK)
        days = sum(ledger.days_by_term[number]) if number < len(terms) else 0
        total = f"={months.at(f'term{number + 1}', months.total_row)}"
        rows.append((f"Term {number + 1}", *dates, Formula(total, days)))
    sheet.table(grid, rows)
    source = ledger.finance.provenance("terms")
    sheet.put(grid.head - 1, 2, f"Source: {source}. Half terms and holidays lie between the terms.", "note")


def _write_closed_days(sheet: Sheet, grid: Grid, finance: Finance) -> None:
    sheet.put(grid.head - 1, 1, "Closed days within a term", "section")
    days = [*finance.closed, *[BLANK] * (grid.rows - len(finance.closed))]
    sheet.table(grid, [(f"Closed {number}", day, BLANK) for number, day in enumerate(days, 1)])


def _validate(sheet: Sheet, calendar: TermDates) -> None:
    """Let Excel refuse another way of spreading, a date outside the academic year, or fewer than no days."""
    ways, title = f'"{",".join(PROFILES)}"', "Not a way to spread"
    sheet.validate([f"B{METHOD_ROW}"], "list", ways, title=title, error=f"Choose one of {', '.join(PROFILES)}.")
    months = calendar.months
    september = months.fixed("first", months.first + MONTHS.index("September"))
    august = months.fixed("last", months.first + MONTHS.index("August"))
    days = [calendar.terms.cells("first"), calendar.terms.cells("last"), calendar.closed.cells("day")]
    title = "Not in the academic year"
    error = "Write a day from 1 September to 31 August of this academic year, or leave the cell empty."
    sheet.validate(days, "date", september, august, title=title, error=error, blank=True)
    error = "Enter a number of days, or a weight, from 0 to 31."
    sheet.validate([months.cells("plain"), months.cells("even")], "decimal", 0, 31, error=error)
