"""Term dates and Budget lines read back: what was changed of the calendar, the codes and the virements."""

import datetime
from collections.abc import Sequence
from dataclasses import replace

from budget.accounts.ledger import CONTINGENCY, EXPENDITURE, INCOME, NO, SPARE, YES
from budget.allocation.inputs.limits import exact
from budget.offers.catalogue import Catalogue, Kind
from budget.scenarios.finance import (
    COST_CENTRE,
    PLAIN_CALENDAR,
    PROFILES,
    LedgerCodes,
    academic_year,
)
from budget.scenarios.finance_toml import MOST_VIREMENT_PENCE, finance_from
from budget.scenarios.scenario import Scenario
from budget.workbook.grid import Grid
from budget.workbook.plan_sheets import budget_lines, term_dates
from budget.workbook.plan_sheets.term_dates import EVEN, TermDates
from budget.workbook.read_back.cells import ReadCell, WorkbookReader, is_near, plain
from data.faults import Fault
from data.wording import pounds

EMPTY = "empty"


def read_term_dates(reader: WorkbookReader, scenario: Scenario) -> Scenario:
    """Return the scenario with what was changed on Term dates: the way of spreading, terms and closed days."""
    calendar = term_dates.lay_out(scenario.finance)
    profile = _profile(reader, scenario.finance.profile)
    changes, faults = len(reader.changes), len(reader.faults)
    terms = _terms(reader, calendar, scenario)
    closed = _closed_days(reader, calendar, scenario)
    _check_calendar(reader, calendar, scenario)
    finance = replace(scenario.finance, profile=profile)
    if len(reader.faults) == faults and len(reader.changes) > changes:
        problems: list[Fault] = []
        read = finance_from({"terms": [list(term) for term in terms], "closed": list(closed)}, problems)
        place = f"{term_dates.SHEET}, {calendar.terms.at('first', calendar.terms.first)}"
        for fault in problems:
            reader.wrong(place, f"{fault.where.removeprefix('finance, ')}: {fault.problem}")
        finance = replace(finance, terms=read.terms, closed=read.closed)
    return replace(scenario, finance=finance)


def _profile(reader: WorkbookReader, was: str) -> str:
    cell = reader.at(term_dates.SHEET, "B", term_dates.METHOD_ROW)
    text = reader.text(cell)
    ways = dict(zip(term_dates.WAYS, PROFILES, strict=True))
    now = was if text is None else ways.get(text, text)  # older workbooks have the word of the scenario file
    if now not in PROFILES:
        reader.wrong(cell, f"is {cell.in_words()}; the year is spread by {' or by '.join(ways)}.")
        return was
    if now != was:
        before, after = (way.replace("_", " ") for way in (was, now))
        reader.change(cell, "finance.profile", "Profile over the year", before, after)
    return now


def _day(
    reader: WorkbookReader, cell: ReadCell, was: datetime.date | None, year: int, key: str, label: str
) -> datetime.date | None:
    """Return a cell's day, and add it to the changes where it was changed; `year` is that of the September."""
    day = reader.day(cell)
    if day == was:
        return day
    first, last = datetime.date(year, 9, 1), datetime.date(year + 1, 8, 31)
    if day is not None and not first <= day <= last:
        reader.wrong(cell, f"is {day}, outside the academic year of this plan, {first} to {last}. Write a day in it.")
    reader.change(cell, key, label, str(was or EMPTY), str(day or EMPTY))
    return day


def _rows(reader: WorkbookReader, grid: Grid, words: str, needed: Sequence[str]) -> list[int]:
    """Return the rows of a table whose names are words and a number, in the order of the numbers."""
    names = [(f"{words} {number}",) for number in range(1, grid.rows + 1)]
    places = reader.table(grid, ("name",), names, needed)
    return [places[name] for name in names] if len(places) == len(names) else []


def _terms(reader: WorkbookReader, calendar: TermDates, scenario: Scenario) -> list[tuple]:
    grid, given, terms = calendar.terms, scenario.finance.terms, []
    for number, row in enumerate(_rows(reader, grid, "Term", ("first", "last"))):
        was = given[number] if number < len(given) else (None, None)
        cells = list(reader.row(grid, row, ("first", "last")).values())
        days = [
            _day(reader, cell, before, _year(scenario), "finance.terms", f"Term {number + 1}, {words}")
            for cell, before, words in zip(cells, was, ("first day", "last day"), strict=True)
        ]
        if [cell.is_empty for cell in cells].count(True) == 1:
            missing = next(cell for cell in cells if cell.is_empty)
            reader.wrong(missing, "is empty, and its term has one of its two days. Write both, or neither.")
        elif None not in days:
            terms.append(tuple(days))
    return terms


def _year(scenario: Scenario) -> int:
    """Return the year of the September in which the academic year of a settled scenario begins."""
    assert scenario.day is not None, "a workbook's scenario says its day"
    return academic_year(scenario.finance.start or scenario.day)


def _closed_days(reader: WorkbookReader, calendar: TermDates, scenario: Scenario) -> list[datetime.date]:
    grid, given, days = calendar.closed, scenario.finance.closed, []
    for number, row in enumerate(_rows(reader, grid, "Closed", ("day",))):
        was = given[number] if number < len(given) else None
        cells = reader.row(grid, row, ("day", "what"))
        days.append(_day(reader, cells["day"], was, _year(scenario), "finance.closed", f"Closed day {number + 1}"))
        if not cells["what"].is_empty:
            reader.ignore(cells["what"], "what a closed day is")
    return [day for day in days if day is not None]


def _check_calendar(reader: WorkbookReader, calendar: TermDates, scenario: Scenario) -> None:
    """Note weights of months that were changed by hand: a scenario has terms in their place."""
    grid = calendar.months
    numbers = [(number,) for number in range(1, len(PLAIN_CALENDAR) + 1)]
    for (number,), row in reader.table(grid, ("period",), numbers, ("plain", "even"), total="Year").items():
        plain_days, even = reader.row(grid, row, ("plain", "even")).values()
        for cell, was in ((plain_days, PLAIN_CALENDAR[number - 1]), (even, EVEN)):
            value = reader.number(cell)
            if value is not None and not is_near(value, was):
                reader.ignore(cell, f"a month's days or weight by hand ({was} → {value:g})")


def read_budget_lines(reader: WorkbookReader, scenario: Scenario, catalogue: Catalogue) -> Scenario:
    """Return the scenario with the codes and virements that were changed on Budget lines."""
    kinds = [kind.id for kind in catalogue.kinds]
    keys = [(kind, what) for what in (EXPENDITURE, INCOME) for kind in kinds] + [("", CONTINGENCY), ("", SPARE)]
    grid = Grid(budget_lines.SHEET, budget_lines.LINES, len(keys), head=budget_lines.HEAD)
    needed = ("centre", "subjective", "virement", "advance")
    places = reader.table(grid, ("option", "kind"), keys, needed)
    cells = {key: reader.row(grid, row, needed) for key, row in places.items()}
    lines = dict(scenario.finance.lines)
    for kind in catalogue.kinds:
        spent, received = cells.get((kind.id, EXPENDITURE)), cells.get((kind.id, INCOME))
        if spent is not None and received is not None:
            lines[kind.id] = _line(reader, kind, scenario.finance.line(kind.id), spent, received)
    _note_ignored(reader, catalogue, cells)
    return replace(scenario, finance=replace(scenario.finance, lines=lines))


def _line(
    reader: WorkbookReader, kind: Kind, old: LedgerCodes, spent: dict[str, ReadCell], received: dict[str, ReadCell]
) -> LedgerCodes:
    """Return a kind's line with what was changed of it; its cost centre serves what is spent and what is received."""
    both = [cells["centre"] for cells in (spent, received)]
    centres = [(cell, text) for cell in both if (text := _code(reader, cell, old.cost_centre)) is not None]
    new = replace(
        old,
        cost_centre=centres[0][1] if centres else old.cost_centre,
        subjective=_code(reader, spent["subjective"], old.subjective) or old.subjective,
        income_subjective=_code(reader, received["subjective"], old.income_subjective) or old.income_subjective,
        virement_pence=_pence(reader, spent["virement"], old.virement_pence),
    )
    if len({text for _, text in centres}) > 1:
        places = " and ".join(cell.place for cell, _ in centres)
        reader.wrong(
            centres[1][0], f"{kind.label} has two cost centres ({places}). Write one, in either cell or in both."
        )
        new = replace(new, cost_centre=old.cost_centre)
    for name, cell, in_words in (
        ("cost_centre", centres[0][0] if centres else spent["centre"], str),
        ("virement_pence", spent["virement"], pounds),
        ("subjective", spent["subjective"], str),
        ("income_subjective", received["subjective"], str),
    ):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            words = f"{kind.label}, {name.removesuffix('_pence').replace('_', ' ')}"
            reader.change(cell, f"finance.lines.{kind.id}.{name}", words, in_words(before), in_words(after))
    return new


def _code(reader: WorkbookReader, cell: ReadCell, was: str) -> str | None:
    """Return a code that was changed; None where it is as it was, or cannot be read."""
    if cell.kind != "f" and plain(cell.value) == plain(was):
        return None
    return reader.text(cell)


def _pence(reader: WorkbookReader, cell: ReadCell, was: int) -> int:
    """Return a virement in pence; as it was where it cannot be read."""
    if cell.is_empty:
        return 0
    value = reader.number(cell)
    if value is None or is_near(value, was / 100):
        return was
    pence = exact(value) * 100
    if pence.denominator != 1 or abs(pence) > MOST_VIREMENT_PENCE:
        reader.wrong(cell, f"is {value!r}; a virement is in pounds with at most two decimals, up to a hundred billion.")
        return was
    return int(pence)


def _note_ignored(reader: WorkbookReader, catalogue: Catalogue, cells: dict[tuple, dict[str, ReadCell]]) -> None:
    """Note changed cells that a scenario has no place for."""
    annual = {kind.id for kind in catalogue.kinds if kind.paid_in_advance}
    codes = {CONTINGENCY: ("Contingency", COST_CENTRE), SPARE: ("Not allocated", COST_CENTRE)}
    for (option, kind), line in cells.items():
        advance = YES if kind == EXPENDITURE and option in annual else NO
        if plain(line["advance"].value) != advance:
            reader.ignore(line["advance"], "whether a year is paid for in advance")
        for name, was in zip(("subjective", "centre"), codes.get(kind, ()), strict=False):
            if plain(line[name].value) != was:
                reader.ignore(line[name], f"a code of {kind}")
        virement = line["virement"]
        if kind == EXPENDITURE or virement.is_empty:
            continue
        if not virement.is_number:
            reader.number(virement)
        elif virement.value:
            reader.ignore(virement, f"a virement of {pounds(round(virement.value * 100))} on {kind}")
