"""Term dates and Budget lines read back: what was changed of the calendar, the codes and the virements."""

import datetime
from collections.abc import Sequence
from dataclasses import replace

from budget.accounts.ledger import CONTINGENCY, EXPENDITURE, INCOME, NO, SPARE, YES, academic_year
from budget.allocation.inputs.limits import exact
from budget.offers.catalogue import Catalogue
from budget.scenarios.finance import (
    COST_CENTRE,
    MOST_VIREMENT_PENCE,
    PLAIN_CALENDAR,
    PROFILES,
    LedgerCodes,
    finance_from,
)
from budget.scenarios.scenario import Scenario
from budget.workbook.book import Grid
from budget.workbook.plan_sheets import budget_lines, term_dates
from budget.workbook.plan_sheets.term_dates import TermDates
from budget.workbook.read_back.cells import Cell, Reader, is_near, is_number, plain
from budget.workbook.read_back.changed_cells import Change
from data.wording import pounds

EMPTY = "empty"
ONLY_HERE = "is the workbook's alone and no part of a scenario: write it into the new workbook again."


def term_dates_read(reader: Reader, scenario: Scenario, changes: list[Change], kept: list[str]) -> Scenario:
    """Return the scenario with what was changed on Term dates: the way of spreading, terms and closed days."""
    where = term_dates.lay_out(scenario.finance)
    profile = _profile(reader, scenario.finance.profile, changes)
    before, faults = len(changes), len(reader.faults)
    terms = _terms(reader, where, scenario, changes)
    closed = _closed(reader, where, scenario, changes, kept)
    _calendar(reader, where, kept)
    finance = replace(scenario.finance, profile=profile)
    if len(reader.faults) == faults and len(changes) > before:
        found: list = []
        read = finance_from({"terms": [list(term) for term in terms], "closed": list(closed)}, found)
        place = f"{term_dates.SHEET}, {where.terms.at('first', where.terms.first)}"
        for fault in found:
            reader.wrong(place, f"{fault.where.removeprefix('finance, ')}: {fault.problem}")
        finance = replace(finance, terms=read.terms, closed=read.closed)
    return replace(scenario, finance=finance)


def _profile(reader: Reader, was: str, changes: list[Change]) -> str:
    cell = reader.at(term_dates.SHEET, "B", term_dates.METHOD_ROW)
    text = reader.text(cell)
    if text is None or text == was:
        return was
    if text not in PROFILES:
        reader.wrong(cell, f"is {cell.shown()}; the year is spread by {' or by '.join(PROFILES)}.")
        return was
    label = "Profile over the year"
    changes.append(Change(cell.place, "finance.profile", label, was.replace("_", " "), text.replace("_", " ")))
    return text


def _day(
    reader: Reader, cell: Cell, was: datetime.date | None, scenario: Scenario, changed: tuple[list[Change], str, str]
) -> datetime.date | None:
    """Return a cell's day; one that was changed goes to the changes under its key and label."""
    day = reader.day(cell)
    if day == was:
        return day
    year = academic_year(scenario.day)
    first, last = datetime.date(year, 9, 1), datetime.date(year + 1, 8, 31)
    if day is not None and not first <= day <= last:
        reader.wrong(cell, f"is {day}, outside the academic year of this plan, {first} to {last}. Write a day in it.")
    changes, key, label = changed
    changes.append(Change(cell.place, key, label, str(was or EMPTY), str(day or EMPTY)))
    return day


def _rows(reader: Reader, grid: Grid, words: str, needed: Sequence[str]) -> list[int]:
    """Return the rows of a table whose names are words and a number, in the order of the numbers."""
    names = [(f"{words} {number}",) for number in range(1, grid.rows + 1)]
    places = reader.table(grid, ("name",), names, needed)
    return [places[name] for name in names] if len(places) == len(names) else []


def _terms(reader: Reader, where: TermDates, scenario: Scenario, changes: list[Change]) -> list:
    grid, given, terms = where.terms, scenario.finance.terms, []
    for number, row in enumerate(_rows(reader, grid, "Term", ("first", "last"))):
        was = given[number] if number < len(given) else (None, None)
        cells = [reader.at(grid.sheet, grid.letter(key), row) for key in ("first", "last")]
        days = [
            _day(reader, cell, before, scenario, (changes, "finance.terms", f"Term {number + 1}, {words}"))
            for cell, before, words in zip(cells, was, ("first day", "last day"), strict=True)
        ]
        if [cell.is_empty for cell in cells].count(True) == 1:
            missing = next(cell for cell in cells if cell.is_empty)
            reader.wrong(missing, "is empty, and its term has one of its two days. Write both, or neither.")
        elif None not in days:
            terms.append(tuple(days))
    return terms


def _closed(
    reader: Reader, where: TermDates, scenario: Scenario, changes: list[Change], kept: list[str]
) -> list[datetime.date]:
    grid, given, days = where.closed, scenario.finance.closed, []
    for number, row in enumerate(_rows(reader, grid, "Closed", ("day",))):
        was = given[number] if number < len(given) else None
        label = f"Closed day {number + 1}"
        cell = reader.at(grid.sheet, grid.letter("day"), row)
        days.append(_day(reader, cell, was, scenario, (changes, "finance.closed", label)))
        what = reader.at(grid.sheet, grid.letter("what"), row)
        if not what.is_empty:
            kept.append(f"{what.place}: what a closed day is {ONLY_HERE}")
    return [day for day in days if day is not None]


def _calendar(reader: Reader, where: TermDates, kept: list[str]) -> None:
    """Tell of weights of months that were changed by hand: a scenario has terms in their place."""
    grid = where.months
    numbers = [(number,) for number in range(1, len(PLAIN_CALENDAR) + 1)]
    for (number,), row in reader.table(grid, ("period",), numbers, ("plain", "even"), total="Year").items():
        for key, was in (("plain", PLAIN_CALENDAR[number - 1]), ("even", 1)):
            cell = reader.at(grid.sheet, grid.letter(key), row)
            value = reader.number(cell)
            if value is not None and not is_near(value, was):
                kept.append(f"{cell.place}: a month's days or weight by hand ({was} → {value:g}) {ONLY_HERE}")


def budget_lines_read(
    reader: Reader, scenario: Scenario, catalogue: Catalogue, changes: list[Change], kept: list[str]
) -> Scenario:
    """Return the scenario with the codes and virements that were changed on Budget lines."""
    kinds = [kind.id for kind in catalogue.kinds]
    keys = [(kind, what) for what in (EXPENDITURE, INCOME) for kind in kinds] + [("", CONTINGENCY), ("", SPARE)]
    grid = Grid(budget_lines.SHEET, budget_lines.LINES, len(keys), head=budget_lines.HEAD)
    needed = ("centre", "subjective", "virement", "advance")
    places = reader.table(grid, ("option", "kind"), keys, needed)
    cells = {
        key: {name: reader.at(grid.sheet, grid.letter(name), row) for name in needed} for key, row in places.items()
    }
    lines = dict(scenario.finance.lines)
    whole = [kind for kind in catalogue.kinds if {(kind.id, EXPENDITURE), (kind.id, INCOME)} <= set(cells)]
    for kind in whole:
        old = scenario.finance.line(kind.id)
        new = _line(reader, kind.label, old, cells[kind.id, EXPENDITURE], cells[kind.id, INCOME], (changes, kind.id))
        if new != old:
            lines[kind.id] = new
    _told_only(reader, catalogue, cells, kept)
    return replace(scenario, finance=replace(scenario.finance, lines=lines))


def _line(
    reader: Reader, label: str, old: LedgerCodes, spent: dict, received: dict, changed: tuple[list[Change], str]
) -> LedgerCodes:
    """Return a kind's line with what was changed of it; its cost centre serves what is spent and what is received."""
    new = old
    centres = [
        (cells["centre"], text)
        for cells in (spent, received)
        if (text := _code(reader, cells["centre"], old.cost_centre)) is not None
    ]
    if len({text for _, text in centres}) > 1:
        places = " and ".join(cell.place for cell, _ in centres)
        reader.wrong(centres[1][0], f"{label} has two cost centres ({places}). Write one, in either cell or in both.")
    elif centres:
        new = replace(new, cost_centre=centres[0][1])
    for key, cells in (("subjective", spent), ("income_subjective", received)):
        text = _code(reader, cells["subjective"], getattr(old, key))
        if text is not None:
            new = replace(new, **{key: text})
    pence = _pence(reader, spent["virement"], old.virement_pence)
    new = replace(new, virement_pence=pence)
    changes, kind = changed
    at = {"cost_centre": centres[0][0] if centres else None, "virement_pence": spent["virement"]}
    at |= {"subjective": spent["subjective"], "income_subjective": received["subjective"]}
    for name, cell in at.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            if name == "virement_pence":
                before, after = pounds(before), pounds(after)
            words = f"{label}, {name.removesuffix('_pence').replace('_', ' ')}"
            changes.append(Change(cell.place, f"finance.lines.{kind}.{name}", words, before, after))
    return new


def _code(reader: Reader, cell: Cell, was: str) -> str | None:
    """Return a code that was changed; None where it is as it was, or cannot be read."""
    if cell.kind != "f" and plain(cell.value) == plain(was):
        return None
    return reader.text(cell)


def _pence(reader: Reader, cell: Cell, was: int) -> int:
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


def _told_only(
    reader: Reader, catalogue: Catalogue, cells: dict[tuple[str, str], dict[str, Cell]], kept: list[str]
) -> None:
    """Tell of changed cells that a scenario has no place for."""
    texts = {CONTINGENCY: ("Contingency", COST_CENTRE), SPARE: ("Not allocated", COST_CENTRE)}
    annual = {kind.id for kind in catalogue.kinds if kind.paid_in_advance}
    for (option, kind), line in cells.items():
        advance = YES if kind == EXPENDITURE and option in annual else NO
        if plain(line["advance"].value) != advance:
            kept.append(f"{line['advance'].place}: whether a year is paid for in advance {ONLY_HERE}")
        if kind in texts:
            for name, was in zip(("subjective", "centre"), texts[kind], strict=True):
                if plain(line[name].value) != was:
                    kept.append(f"{line[name].place}: a code of {kind} {ONLY_HERE}")
        virement = line["virement"]
        if kind == EXPENDITURE or virement.is_empty:
            continue
        if not is_number(virement):
            reader.number(virement)
        elif virement.value:
            kept.append(f"{virement.place}: a virement of {pounds(round(virement.value * 100))} on {kind} {ONLY_HERE}")
