"""The sheet Coverage: which low-income young people the rules look at and leave out, and what would settle the rest."""

from collections.abc import Iterator
from dataclasses import dataclass

from budget.accounts.statement import Content, ratio
from budget.planning import coverage, not_settled
from budget.planning.coverage import Coverage
from budget.planning.loosened import Loosened
from budget.workbook.book import Book
from budget.workbook.grid import Column, Grid
from eligibility.rules.policy import TEXT

SHEET = "Coverage"
OF_APPLICANTS = "This plan is for applicants, wherever they live: the rules for areas leave none of them out."
THEN = "=IF({coverage.totals[people]}=0,0,({covered}+{people})/{coverage.totals[people]})"
GROUPS = (
    Column("where", "Where the county's low-income young people live", 60, "text", "wrapped"),
    Column("areas", "Areas", 12, "model", "count"),
    Column("people", "Low-income young people", 14, "model", "people"),
    Column("share", "Share of them", 12, "calc", "share", "=IF({sum[people]}=0,0,{people}/{sum[people]})"),
)
LOOSENED = (
    Column("rule", "Rule, loosened by one notch", 60, "text", "wrapped"),
    Column("areas", "Areas it would add", 12, "model", "count"),
    Column("people", "Low-income young people it would add", 14, "model", "people"),
    Column("then", "Share in target then", 12, "calc", "share", THEN),
    Column("now", "Asks now", 24, "text", "wrapped"),
    Column("looser", "Would ask", 24, "text", "wrapped"),
    Column("notch", "A notch is", 24, "text", "wrapped"),
)
UNSETTLED = (
    Column("needs", "What is known of it and what would settle it", 60, "text", "wrapped"),
    Column("routes", "Routes to measure", 12, "model", "count"),
    Column("people", "Low-income young people", 14, "model", "people"),
    Column("times", "Times to find", 12, "model", "count"),
    Column("name", "Area", 24, "text", "wrapped"),
    Column("district", "District", 24, "text", "wrapped"),
    Column("area", "Area code", 24, "text"),
)
ADVICE = (
    "`python -m budget plan --matrix-template FILE.csv` and the plan screen give the journeys to measure as a table to "
    "fill in; --journeys reads it."
)


@dataclass(frozen=True, slots=True)
class CoverageTables:
    """Where the three tables of the sheet stand."""

    groups: Grid
    loosened: Grid
    unsettled: Grid


def lay_out(content: Content) -> CoverageTables:
    """Lay out the tables, one beneath the other."""
    known = coverage.of_plan(content.plan)
    groups = Grid(SHEET, GROUPS, len(known.groups))
    loosened = Grid(SHEET, LOOSENED, len(known.loosened), head=groups.total_row + 3)
    unsettled = Grid(SHEET, UNSETTLED, len(content.plan.targeting.not_settled), head=loosened.last + 4)
    return CoverageTables(groups, loosened, unsettled)


def write(book: Book, content: Content) -> None:
    """Write the sheet Coverage."""
    title = "Coverage: whom the rules for areas look at, and whom they leave out"
    if content.plan.applicants is not None:
        book.sheet(SHEET, title, OF_APPLICANTS).page(freeze="A3")
        return
    known, tables = coverage.of_plan(content.plan), lay_out(content)
    sheet = book.sheet(SHEET, title, f"Counted by the rate of {known.measure}. Numbers are expected ones.")
    totals = {"where": "The county", "share": ratio(known.people, known.people)}
    sheet.table(tables.groups, _groups(known), sums=("areas", "people"), sortable=False, totals=totals)
    sheet.put(tables.loosened.head - 1, 1, "What each rule would add, one at a time", "section")
    book.names["covered"] = tables.groups.cell("people", tables.groups.first)  # the first group, empty or not
    none = "No rule has a number that can be loosened by a notch."
    sheet.table(tables.loosened, _loosened(known), empty=none)
    sheet.put(tables.unsettled.head - 2, 1, "Areas that the data do not settle", "section")
    sheet.put(tables.unsettled.head - 1, 1, ADVICE, "note")
    sheet.table(tables.unsettled, _unsettled(content), empty="The data settle every area.")
    sheet.widths(LOOSENED)
    sheet.page(freeze="B3", repeat="1:2")


def _groups(known: Coverage) -> Iterator[tuple]:
    for group in known.groups:
        yield (group.label, group.areas, group.people, ratio(group.people, known.people))


def _loosened(known: Coverage) -> Iterator[tuple]:
    covered = known.people_in("in_target")
    for each in known.loosened:
        then = ratio(round(covered + each.people, 2), known.people)
        yield (each.rule, each.areas, each.people, then, *_asked(each), each.notch)


def _asked(each: Loosened) -> tuple[str, str]:
    if each.unit == TEXT:
        return ("the classes that the policy names", "these and the rural classes nearer to a major town or city")
    return each.quantities


def _unsettled(content: Content) -> Iterator[tuple]:
    for area in not_settled.to_measure(content.plan).areas.itertuples():
        yield (area.needs, area.routes, area.people, area.times, area.area_name, area.district, area.Index)
