"""The form Your prices: every price and take-up that a council can sign, in one table, on screen and as a sheet.

    rows(scenario)            what each figure is now, where it comes from and what would replace it
    to_bytes(scenario, day)   the form as a workbook, for whoever knows the contracts to fill in
    read(content, name, …)    what was filled in
    applied(scenario, own)    the scenario with it

What is filled in goes where every other change of a price goes: `figures` and `risk` of the scenario. A cell that is
left empty changes nothing. A price that is confirmed is the council's own from then on, although it is the same.
"""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from budget.offers import ranges as ranges_file
from budget.offers.catalogue import ENDS, KIND_FIGURES, Catalogue, default_catalogue
from budget.scenarios.scenario import Scenario
from budget.workbook import long_texts, printing
from budget.workbook.book import BLANK, Book, Sheet
from budget.workbook.grid import HEAD_ROW, Column, Grid
from budget.workbook.plan_sheets.assumptions import number_format
from budget.workbook.read_back import opening
from budget.workbook.read_back.cells import WorkbookReader, plain
from data.faults import Fault, InputError
from data.figures import UNITS, Figure, value_problem

SHEET = "Your prices"
ASKED = (  # of each kind of support, in this order
    "price", "price_per_mile", "journeys_a_day", "vehicle_price", "vehicle_seats", "contribution", "weekly_cost",
    "pays_weekly", "take_up",
)  # fmt: skip
FARES = ("bus_fare", "train_fare")
OWN = ("value", *ENDS)  # what may be filled in: the figure, and the ends of its range
NOTE = (
    "Fill in the yellow cells that you know and leave the others empty. The lowest and the highest are what the figure "
    "may turn out to be. Then give the file to the screen Plan, under Your prices, or to --prices on the command line."
)
ANEW = "Put the row back as it was exported, or fill in a new form (python -m budget prices)."
FILL_IN_ENDS = "Fill in its lowest and its highest on either side of it, or both equal to it."
COLUMNS = (
    Column("kind", "Kind of support", 24, "text", "wrapped"),
    Column("label", "Figure", 26, "text", "wrapped"),
    Column("unit", "Unit", 14, "text"),
    Column("now", "In use now", 14, "model", "number"),
    Column("value", "Your own", 14, "input", "number"),
    Column("low", "Your lowest", 14, "input", "number"),
    Column("high", "Your highest", 14, "input", "number"),
    Column("provenance", "Where the figure in use is from", 30, "text", "wrapped"),
    Column("note", "Note, and what would replace it", 50, "text", "wrapped"),
    Column("name", "Name", 24, "text"),
)

Filled = Mapping[str, Mapping[str, float | None]]  # what is filled in, by the name of the figure and by OWN


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One figure of the form: what it is, its value in use, and what the council has set already (None: nothing)."""

    name: str
    kind: str
    label: str
    figure: Figure
    has_range: bool
    own: Mapping[str, float | None]  # by OWN


def rows(scenario: Scenario) -> tuple[PriceRow, ...]:
    """Return every row of the form, kind by kind, the fares last.

    Raises InputError for a scenario whose figures are not known or not allowed.
    """
    catalogue = default_catalogue().with_values(scenario.figures)
    kinds = [
        (f"{kind.id}.{name}", kind.label, KIND_FIGURES[name][0])
        for kind in catalogue.kinds
        for name in ASKED
        if f"{kind.id}.{name}" in catalogue.figures
    ]
    fares = [(name, "Fares", catalogue.figures.figure(name).label) for name in FARES]
    return tuple(_row(name, kind, label, catalogue, scenario) for name, kind, label in [*kinds, *fares])


def _row(name: str, kind: str, label: str, catalogue: Catalogue, scenario: Scenario) -> PriceRow:
    own = {"value": scenario.figures.get(name), **{end: scenario.risk.get(f"{name}.{end}") for end in ENDS}}
    return PriceRow(name, kind, label, catalogue.figures.figure(name), name in catalogue.ranges_as_shipped, own)


def applied(scenario: Scenario, own: Filled) -> Scenario:
    """Return the scenario with what the form holds; None changes nothing.

    Raises InputError with every fault: a name that the form does not have, a value that its unit does not allow, an
    end of a figure that has no range, a figure that is not between its ends.
    """
    if faults := _value_faults(scenario, own):
        words = {row.name: f"{row.kind}, {row.label}" for row in rows(scenario)}
        raise InputError(SHEET, [Fault(words.get(name, name), problem) for name, _, problem in faults])
    figures, risk = _with_own(scenario, own)
    return replace(scenario, figures=figures, risk=risk)


def _with_own(scenario: Scenario, own: Filled) -> tuple[dict[str, float], dict[str, float]]:
    """Return the scenario's `figures` and `risk` with what is filled in."""
    given = [(name, key, value) for name, entry in own.items() for key, value in entry.items() if value is not None]
    figures = {name: value for name, key, value in given if key not in ENDS}
    ends = {f"{name}.{key}": value for name, key, value in given if key in ENDS}
    return dict(scenario.figures) | figures, dict(scenario.risk) | ends


def _value_faults(scenario: Scenario, own: Filled, unread: Collection[str] = ()) -> list[tuple[str, str, str]]:
    """Return every fault of what is filled in: the name of the figure, which of OWN (the first filled in), the fault.

    A figure whose values are wrong by themselves, or one of `unread`, is not looked at with its range.
    """
    known = {row.name: row for row in rows(scenario)}
    faults = []
    for name, entry in own.items():
        if name not in known:
            faults.append((name, OWN[0], "is not on the form Your prices. Take the row out."))
            continue
        for key, value in entry.items():
            if value is None:
                continue
            if key in ENDS and not known[name].has_range:
                faults.append((name, key, "has no range. Leave its lowest and its highest empty."))
            elif problem := value_problem(replace(known[name].figure, value=value)):
                faults.append((name, key, problem))
    wrong = {*unread, *(name for name, _, _ in faults)}
    figures, risk = _with_own(scenario, {name: entry for name, entry in own.items() if name not in wrong})
    try:
        ranges_file.ranges_of(default_catalogue().with_values(figures), risk, remedy=FILL_IN_ENDS)
    except InputError as error:
        for fault in error.faults:
            filled = [key for key, value in own.get(fault.where, {}).items() if value is not None]
            if fault.where not in wrong:
                faults.append((fault.where, next(iter(filled), OWN[0]), f"The figure {fault.problem}"))
    return faults


def to_bytes(scenario: Scenario, day: datetime.date) -> bytes:
    """Return the form as a workbook (.xlsx), filled in as far as the scenario is; equal scenarios give equal bytes."""
    book, lines = Book(), rows(scenario)
    sheet = book.sheet(SHEET, f"Your prices: {scenario.name}", NOTE)
    grid = Grid(SHEET, COLUMNS, len(lines))
    sheet.table(grid, [_cells(line) for line in lines])
    for number, line in enumerate(lines, grid.first):
        _dress(sheet, grid, number, line)
    sheet.page_for(grid, "C")
    long_texts.write(book)
    for each in book.workbook:
        printing.set_print_area(each)
    about = {"subject": "A council's own prices", "lastModifiedBy": "Farebridge", "language": "en-GB"}
    return book.saved(day, "Your prices", **about)


def _cells(row: PriceRow) -> tuple:
    ends = [BLANK if row.own[end] is None else row.own[end] for end in ENDS] if row.has_range else [None, None]
    value = BLANK if row.own["value"] is None else row.own["value"]
    figure = row.figure
    start = (row.kind, row.label, figure.unit, figure.value, value, *ends)
    return (*start, figure.provenance, figure.note or None, row.name)


def _dress(sheet: Sheet, grid: Grid, number: int, row: PriceRow) -> None:
    """Write a row's numbers in their unit, and let Excel refuse what the unit does not allow."""
    least, most = UNITS[row.figure.unit]
    keys = OWN if row.has_range else OWN[:1]
    for key in ("now", *keys):
        sheet.worksheet[grid.at(key, number)].number_format = number_format(row.figure.unit)
    cells = [grid.at(key, number) for key in keys]
    error = f"Enter a number from {least:,.10g} to {most:,.10g} ({row.figure.unit}), or nothing."
    sheet.validate(cells, "decimal", f"{least:.10g}", f"{most:.10g}", error=error, blank=True)


def read(content: bytes, name: str, scenario: Scenario | None = None) -> dict[str, dict[str, float | None]]:
    """Return what a filled-in form holds, by the name of the figure and by OWN; rows that were taken out are left out.

    `scenario` is the one that it is to be applied to, the default where it is None. Raises InputError with every
    fault, each with its cell: a heading that is not there, a filled cell whose row has no name or the name of another
    figure, a row that is not known or is there twice, a value that is no number or is not allowed (`applied`). No
    formula is evaluated.
    """
    scenario = scenario or Scenario()
    reader = opening.opened(content, name, [SHEET])
    grid = Grid(SHEET, COLUMNS, len(reader.sheets[SHEET]) - HEAD_ROW)  # to the end of the sheet, whatever was taken out
    numbers = range(grid.first, grid.last + 1)
    names = {row: plain(reader.at(SHEET, grid.letter("name"), row).value) for row in numbers}
    named = set(names.values())
    there = [(row.name,) for row in rows(scenario) if row.name in named]
    found = {} if reader.faults else reader.table(grid, ["name"], there, ["kind", "label", "unit", *OWN])
    if not reader.faults:
        _check_names(reader, grid, names, scenario)
    own, unread = {}, set()
    for (one,), row in found.items():
        faults = len(reader.faults)
        own[one] = _filled(reader, grid, row)
        if len(reader.faults) > faults:
            unread.add(one)
    for one, key, problem in _value_faults(scenario, own, unread):
        reader.wrong(f"{SHEET}, {grid.at(key, found[one,])}" if (one,) in found else one, problem)
    if reader.faults:
        raise InputError(name, reader.faults)
    return own


def _check_names(reader: WorkbookReader, grid: Grid, names: Mapping[int, str], scenario: Scenario) -> None:
    """Add a fault for every filled cell in a row without a name, with that of another figure, or in another unit."""
    words = {row.name: (plain(row.kind), plain(row.label)) for row in rows(scenario)}
    units = {row.name: plain(row.figure.unit) for row in rows(scenario)}
    if not words.keys() & set(names.values()):
        reader.wrong(f"{SHEET}, {grid.at('name', grid.first)}", f"no row of the form is left with its name. {ANEW}")
    for row, name in names.items():
        filled = [cell for cell in reader.row(grid, row, OWN).values() if not cell.is_empty]
        here = tuple(plain(cell.value) for cell in reader.row(grid, row, ["kind", "label"]).values())
        place, unit = grid.at("name", row), reader.row(grid, row, ["unit"])["unit"]
        if filled and name in units and plain(unit.value) != units[name]:
            reader.wrong(unit, f"holds {unit.in_words()}. Put “{units[name]}” back, and write the figure in that unit.")
        for cell in filled:
            if not name:
                reader.wrong(cell, f"holds {cell.in_words()} in a row without a name in {place}. {ANEW}")
            elif name in words and here != words[name]:
                is_now = f"“{', '.join(here)}” in its first two columns and the name {name} in {place}"
                reader.wrong(cell, f"stands in a row with {is_now}, which are two figures. {ANEW}")


def _filled(reader: WorkbookReader, grid: Grid, row: int) -> dict[str, float | None]:
    cells = reader.row(grid, row, OWN)
    return {key: None if cell.is_empty else reader.number(cell) for key, cell in cells.items()}
