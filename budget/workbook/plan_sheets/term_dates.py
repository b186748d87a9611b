"""The sheet Term dates: how the academic year is spread over the months, by the council's terms or a plain calendar.

Until terms are written in, the plain calendar is used. Which offers are chosen does not depend on this sheet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openpyxl.utils.datetime import to_excel

from budget.accounts.ledger import Ledger
from budget.accounts.statement import Content
from budget.scenarios.finance import (
    FIRST_MONTH,
    MONTHS,
    PLAIN_CALENDAR,
    PROFILES,
    Finance,
    days_by_term,
    month_end,
)
from budget.workbook.book import Book, Sheet
from budget.workbook.grid import BLANK, Column, Formula, Grid

SHEET = "Term dates"
METHOD_ROW, START_ROW = 4, 5
FEWEST_TERMS, SPARE_TERMS = 6, 2
FEWEST_CLOSED, SPARE_CLOSED = 8, 4
EVEN = 1  # what every month weighs where the year is spread by months
MONTHS_HEAD = 7
TEACHING_DAYS, BY_MONTHS = WAYS = tuple(way.replace("_", " ") for way in PROFILES)  # as a person writes them
TERMS = (
    Column("name", "Term", 12, "text"),
    Column("first", "First day", 19, "input", "date"),
    Column("last", "Last day", 19, "input", "date"),
    Column("days", "Teaching days", 19, "calc", "count"),
    Column("before", "In the plan's first month, before it starts", 9, "calc", "count"),
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
    """Where the calendar stands: the months, beneath them the terms and the closed days."""

    months: Grid
    terms: Grid
    closed: Grid


def lay_out(finance: Finance) -> TermDates:
    """Lay out the sheet."""
    count = max(FEWEST_TERMS, len(finance.terms) + SPARE_TERMS)
    days = max(FEWEST_CLOSED, len(finance.closed) + SPARE_CLOSED)
    terms = Grid(SHEET, TERMS, count, head=MONTHS_HEAD + len(MONTHS) + 4)
    closed = Grid(SHEET, CLOSED, days, head=terms.last + 3)
    return TermDates(Grid(SHEET, _month_columns(terms, closed), len(MONTHS), head=MONTHS_HEAD), terms, closed)


def names(finance: Finance) -> dict[str, object]:
    """Return the names of cells for formulas: {weight_of[0]} is that of April, {weights} all months' together.

    {whole_of} and {whole_weights} are those of a whole year, whenever the plan starts.
    """
    calendar = lay_out(finance)
    months = calendar.months
    rows = range(months.first, months.last + 1)
    return {
        "terms": calendar.terms,
        "weight_of": [months.cell("weight", row) for row in rows],
        "weights": months.totals["weight"],
        "whole_of": [months.cell("whole", row) for row in rows],
        "whole_weights": months.totals["whole"],
        "method": f"'{SHEET}'!$B${METHOD_ROW}",
    }


def _month_columns(terms: Grid, closed: Grid) -> tuple[Column, ...]:
    days = "=IF(COUNT(" + terms.all["first"] + ")=0,{plain},{by_terms})"
    whole = f'=IF($B${METHOD_ROW}="{BY_MONTHS}",{{even}},{{days}})'
    start, no_terms = f"$B${START_ROW}", f"COUNT({terms.all['first']})=0"
    part = f"ROUND({{plain}}*NETWORKDAYS({start},{{last}})/NETWORKDAYS({{first}},{{last}}),0)"
    left = f"IF({no_terms},{part},{{by_terms}}-SUM({terms.all['before']}))"
    weight = f'=IF({{last}}<{start},0,IF(OR({{first}}>={start},$B${METHOD_ROW}="{BY_MONTHS}"),{{whole}},{left}))'
    return (
        Column("period", "Period", 12, "text", "count"),
        Column("first", "First day", 19, "model", "date"),
        Column("last", "Last day", 19, "calc", "date", "=EOMONTH({first},0)"),
        Column("plain", "Plain calendar, teaching days", 19, "input", "count"),
        *(
            Column(f"term{n}", f"Days in term {n}", 9, "calc", "count", _days_in_term(terms, terms.head + n, closed))
            for n in range(1, terms.rows + 1)
        ),
        Column("by_terms", "Days by the terms", 11, "calc", "count", f"=SUM({{term1}}:{{term{terms.rows}}})"),
        Column("days", "Teaching days", 11, "calc", "count", days),
        Column("even", "Weight by months", 11, "input", "count"),
        Column("whole", "Weight in a whole year", 11, "calc", "count", whole),
        Column("weight", "Weight used", 11, "calc", "count", weight),
    )


def _days_in_term(terms: Grid, row: int, closed: Grid) -> str:
    first, last = terms.fixed("first", row), terms.fixed("last", row)
    days = f"NETWORKDAYS(MAX({first},{{first}}),MIN({last},{{last}}),{closed.all['day']})"
    return f'=IF(OR({first}="",{last}=""),0,MAX(0,{days}))'


def write(book: Book, content: Content) -> None:
    """Write the sheet."""
    finance, calendar = content.ledger.finance, lay_out(content.ledger.finance)
    sheet = book.sheet(SHEET, "Term dates: how the year is spread over the months", NOTE)
    sheet.put(METHOD_ROW, 1, "Spread by", "text")
    sheet.put(METHOD_ROW, 2, WAYS[PROFILES.index(finance.profile)], "input", "text")
    words = f"{TEACHING_DAYS}, as buses and taxis run; or {BY_MONTHS}, every month by its weight in the column beside."
    sheet.put(METHOD_ROW, 3, words, "note")
    sheet.put(START_ROW, 1, "First day", "text")
    sheet.put(START_ROW, 2, finance.start or content.ledger.month_starts()[FIRST_MONTH - 4], "model", "date")
    words = (
        f"Of the plan: no month before it has any spend. Source of the way to spread: {finance.provenance('profile')}."
    )
    sheet.put(START_ROW, 3, words, "note")
    months = calendar.months
    added = [column.key for column in months.columns if column.key not in ("period", "first", "last")]
    sheet.table(months, _months(content.ledger), sums=added, sortable=False, totals={"period": "Year"}, name="Months")
    _write_terms(sheet, calendar, content.ledger)
    sheet.put(calendar.closed.head - 1, 1, "Closed days within a term", "section")
    days = [*finance.closed, *[BLANK] * (calendar.closed.rows - len(finance.closed))]
    sheet.table(calendar.closed, [(f"Closed {number}", day, BLANK) for number, day in enumerate(days, 1)])
    _validate(sheet, calendar)
    sheet.page_for(months, "A")


def _months(ledger: Ledger) -> Iterator[dict[str, object]]:
    """Yield the known values of each month."""
    no_days = (0,) * len(MONTHS)
    terms = lay_out(ledger.finance).terms.rows
    for number, start in enumerate(ledger.month_starts()):
        days = [term[number] for term in (*ledger.days_by_term, *[no_days] * (terms - len(ledger.days_by_term)))]
        yield {
            "period": number + 1,
            "first": start,
            "last": int(to_excel(month_end(start))),
            "plain": PLAIN_CALENDAR[number],
            **{f"term{n}": count for n, count in enumerate(days, start=1)},
            "by_terms": sum(days),
            "days": sum(days) if ledger.finance.terms else PLAIN_CALENDAR[number],
            "even": EVEN,
            "whole": ledger.whole_weights[number],
            "weight": ledger.weights[number],
        }


def _write_terms(sheet: Sheet, calendar: TermDates, ledger: Ledger) -> None:
    grid, months, terms = calendar.terms, calendar.months, ledger.finance.terms
    sheet.put(grid.head - 1, 1, "Terms", "section")
    rows = []
    start = f"$B${START_ROW}"
    days_before = (
        f"NETWORKDAYS(MAX({{first}},EOMONTH({start},-1)+1),MIN({{last}},{start}-1),{calendar.closed.all['day']})"
    )
    formula = f'=IF(OR({{first}}="",{{last}}=""),0,MAX(0,{days_before}))'
    before = [*_before_the_plan(ledger), *[0] * (grid.rows - len(terms))]
    for number in range(grid.rows):
        dates: Sequence[object] = terms[number] if number < len(terms) else (BLANK, BLANK)
        days = sum(ledger.days_by_term[number]) if number < len(terms) else 0
        total = f"={months.at(f'term{number + 1}', months.total_row)}"
        rows.append((f"Term {number + 1}", *dates, Formula(total, days), Formula(formula, before[number])))
    sheet.table(grid, rows)
    source = ledger.finance.provenance("terms")
    sheet.put(grid.head - 1, 2, f"Source: {source}. Half terms and holidays lie between the terms.", "note")


def _before_the_plan(ledger: Ledger) -> list[int]:
    """Return by term the teaching days before the plan's first day in that day's month."""
    start, left = ledger.finance.start, days_by_term(ledger.finance, ledger.year)
    at = [n for n, first in enumerate(ledger.month_starts()) if start and first < start <= month_end(first)]
    return [sum(term[n] - part[n] for n in at) for term, part in zip(ledger.days_by_term, left, strict=True)]


def _validate(sheet: Sheet, calendar: TermDates) -> None:
    """Let Excel refuse another way of spreading, a date outside the academic year, or fewer than no days."""
    ways, title = f'"{",".join(WAYS)}"', "Not a way to spread"
    sheet.validate([f"B{METHOD_ROW}"], "list", ways, title=title, error=f"Choose one of {', '.join(WAYS)}.")
    months = calendar.months
    september = months.fixed("first", months.first + MONTHS.index("September"))
    august = months.fixed("last", months.first + MONTHS.index("August"))
    days = [calendar.terms.cells("first"), calendar.terms.cells("last"), calendar.closed.cells("day")]
    title = "Not in the academic year"
    error = "Write a day from 1 September to 31 August of this academic year, or leave the cell empty."
    sheet.validate(days, "date", september, august, title=title, error=error, blank=True)
    error = "Enter a number of days, or a weight, from 0 to 31."
    sheet.validate([months.cells("plain"), months.cells("even")], "decimal", 0, 31, error=error)
