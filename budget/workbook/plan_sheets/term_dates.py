"""The sheet Term dates: how the academic year is spread over the months, by the council's terms or a plain calendar.

While no term is written in, the plain calendar serves. Nothing here changes which offers are chosen.
"""

import datetime
from dataclasses import dataclass

from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.datavalidation import DataValidation

from budget.accounts.ledger import FEWEST_CLOSED, FEWEST_TERMS, SPARE_CLOSED, SPARE_TERMS, Ledger
from budget.accounts.statement import Content
from budget.scenarios.finance import MONTHS, PLAIN_CALENDAR, PROFILES, Finance
from budget.workbook.book import BLANK, Book, Column, Formula, Grid, Sheet

SHEET = "Term dates"
METHOD_ROW = 4
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
        return self.months.total("weight")


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


def write(book: Book, where: TermDates, content: Content) -> None:
    """Write the sheet."""
    sheet = book.sheet(SHEET)
    ledger = content.ledger
    sheet.heading("Term dates: how the year is spread over the months", NOTE)
    sheet.put(METHOD_ROW, 1, "Spread by", "text")
    sheet.put(METHOD_ROW, 2, ledger.finance.profile, "input", "text")
    words = f"{TEACHING_DAYS}, as buses and taxis run; or {BY_MONTHS}, every month by its weight in the column beside."
    sheet.put(METHOD_ROW, 3, words, "note")
    sheet.put(METHOD_ROW + 1, 1, f"Source: {ledger.finance.provenance('profile')}.", "note")
    _months(sheet, where, ledger)
    _terms(sheet, where, ledger)
    _closed(sheet, where, ledger)
    _validate(sheet, where)
    sheet.widths(where.months.columns)
    sheet.page(freeze=f"A{MONTHS_HEAD + 1}", repeat=f"{MONTHS_HEAD}:{MONTHS_HEAD}", paper=8)


def _months(sheet: Sheet, where: TermDates, ledger: Ledger) -> None:
    grid, terms = where.months, where.terms
    filled = f"COUNT({terms.own('first')})"
    rows = []
    for number, start in enumerate(ledger.month_starts()):
        row = grid.first + number
        here = {column.key: grid.at(column.key, row) for column in grid.columns}
        by_term = [_in_term(number, n, here, where, ledger) for n in range(terms.rows)]
        known = sum(term.known for term in by_term)
        last_term = f"term{terms.rows}"
        rows.append(
            (
                number + 1,
                start,
                Formula(f"=EOMONTH({here['first']},0)", _month_end(start)),
                PLAIN_CALENDAR[number],
                *by_term,
                Formula(f"=SUM({here['term1']}:{here[last_term]})", known),
                Formula(
                    f"=IF({filled}=0,{here['plain']},{here['by_terms']})",
                    known if ledger.finance.terms else PLAIN_CALENDAR[number],
                ),
                1,
                Formula(
                    f'=IF($B${METHOD_ROW}="{BY_MONTHS}",{here["even"]},{here["days"]})',
                    ledger.weights[number],
                ),
            )
        )
    sheet.table(grid, rows, totals=_totals(grid, rows) | {"period": "Year"}, name="Months")


def _in_term(month: int, term: int, here: dict[str, str], where: TermDates, ledger: Ledger) -> Formula:
    grid, row = where.terms, where.terms.first + term
    first, last = f"${grid.letter('first')}${row}", f"${grid.letter('last')}${row}"
    days = f"NETWORKDAYS(MAX({first},{here['first']}),MIN({last},{here['last']}),{where.closed.own('day')})"
    known = ledger.days_by_term[term][month] if term < len(ledger.days_by_term) else 0
    return Formula(f'=IF(OR({first}="",{last}=""),0,MAX(0,{days}))', known)


def _totals(grid: Grid, rows: list[tuple]) -> dict[str, Formula]:
    totals = {}
    for number, column in enumerate(grid.columns):
        if number < len(("period", "first", "last")):
            continue
        values = [getattr(row[number], "known", row[number]) for row in rows]
        cells = f"{grid.at(column.key, grid.first)}:{grid.at(column.key, grid.last)}"
        totals[column.key] = Formula(f"=SUM({cells})", sum(values))
    return totals


def _terms(sheet: Sheet, where: TermDates, ledger: Ledger) -> None:
    grid = where.terms
    sheet.put(grid.head - 1, 1, "Terms", "section")
    rows = []
    for number in range(grid.rows):
        given = ledger.finance.terms[number] if number < len(ledger.finance.terms) else (BLANK, BLANK)
        days = sum(ledger.days_by_term[number]) if number < len(ledger.days_by_term) else 0
        cells = where.months.letter(f"term{number + 1}")
        rows.append((f"Term {number + 1}", *given, Formula(f"={cells}{where.months.total_row}", days)))
    sheet.table(grid, rows)
    source = ledger.finance.provenance("terms")
    sheet.put(grid.head - 1, 2, f"Source: {source}. Half terms and holidays lie between the terms.", "note")


def _closed(sheet: Sheet, where: TermDates, ledger: Ledger) -> None:
    grid = where.closed
    sheet.put(grid.head - 1, 1, "Closed days within a term", "section")
    days = [*ledger.finance.closed, *[BLANK] * (grid.rows - len(ledger.finance.closed))]
    sheet.table(grid, [(f"Closed {number}", day, BLANK) for number, day in enumerate(days, 1)])


def _validate(sheet: Sheet, where: TermDates) -> None:
    """Let Excel refuse another way of spreading, a date outside the academic year, or fewer than no days."""
    method = DataValidation(type="list", formula1=f'"{",".join(PROFILES)}"', allow_blank=False, showErrorMessage=True)
    method.errorTitle, method.error = "Not a way to spread", f"Choose one of {', '.join(PROFILES)}."
    method.add(f"B{METHOD_ROW}")
    months = where.months
    september, august = months.first + MONTHS.index("September"), months.first + MONTHS.index("August")
    dates = DataValidation(
        type="date",
        operator="between",
        formula1=f"${months.letter('first')}${september}",
        formula2=f"${months.letter('last')}${august}",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Not in the academic year",
        error="Write a day from 1 September to 31 August of this academic year, or leave the cell empty.",
    )
    for grid, keys in ((where.terms, ("first", "last")), (where.closed, ("day",))):
        for key in keys:
            dates.add(f"{grid.at(key, grid.first)}:{grid.at(key, grid.last)}")
    numbers = DataValidation(
        type="decimal",
        operator="between",
        formula1="0",
        formula2="31",
        allow_blank=False,
        showErrorMessage=True,
        errorTitle="Not allowed",
        error="Enter a number of days, or a weight, from 0 to 31.",
    )
    for key in ("plain", "even"):
        numbers.add(f"{months.at(key, months.first)}:{months.at(key, months.last)}")
    for rule in (method, dates, numbers):
        sheet.worksheet.add_data_validation(rule)


def _month_end(start: datetime.date) -> int:
    """Return the last day of the month that begins on `start`, as the number that a cell holds."""
    following = (start.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
    return int(to_excel(following)) - 1
