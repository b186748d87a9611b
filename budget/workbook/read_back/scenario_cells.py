"""The sheet Scenario read back: what the plan was made from, as it was when it was solved."""

from dataclasses import dataclass

from budget.scenarios import scenario_file
from budget.scenarios.differences import fingerprint
from budget.scenarios.scenario import Scenario
from budget.workbook.plan_sheets import scenario_sheet as sheet_of
from budget.workbook.plan_sheets.scenario_sheet import SHEET
from budget.workbook.read_back.cells import Cell, Reader, is_number, plain
from data.faults import Fault, InputError

ALTERED = (
    "was altered. Put back what stood there; what may be changed is yellow, on Assumptions, Limits, Term dates and "
    "Budget lines, and all else with a scenario file (--scenario)."
)
MOST_SCENARIO_ROWS = 90_000


@dataclass(frozen=True, slots=True)
class Solved:
    """What a workbook's plan was made from."""

    scenario: Scenario  # settled: with its day, bundle and versions
    for_applicants: bool
    county: str
    matrices: tuple[str, ...]  # checksums of the travel matrices it was made with
    gamma: int | None  # how many cohorts at their worst it is safe against, None where that was not asked


def solved(reader: Reader) -> Solved | None:
    """Return what the plan was made from; None, and the faults, where the sheet does not say so any more."""
    if not reader.sheets[SHEET]:
        return None
    before = len(reader.faults)
    facts = _facts(reader)
    if len(reader.faults) > before:
        return None
    rows = int(facts[sheet_of.ROWS])
    text = _text(reader, rows)
    if len(reader.faults) > before:
        return None
    try:
        scenario = scenario_file.from_text(text, SHEET)
    except InputError as error:
        reader.faults += [Fault(f"{SHEET}, {fault.where}".removesuffix(", "), fault.problem) for fault in error.faults]
        return None
    place = f"{SHEET}, B{sheet_of.facts_grid().first}"
    if fingerprint(scenario) != facts[sheet_of.FINGERPRINT]:
        reader.wrong(place, f"is not the checksum of the scenario file beneath it: one of the two {ALTERED}")
        return None
    gamma, matrices = facts[sheet_of.ROBUST], facts[sheet_of.MATRIX]
    return Solved(
        scenario,
        facts[sheet_of.PLANNED_FOR] == sheet_of.APPLICANTS,
        facts[sheet_of.COUNTY],
        () if matrices == sheet_of.NONE else tuple(matrices.split(", ")),
        None if gamma == sheet_of.NONE else int(gamma),
    )


def _facts(reader: Reader) -> dict[str, str]:
    grid = sheet_of.facts_grid()
    names = (
        sheet_of.FINGERPRINT, sheet_of.PLANNED_FOR, sheet_of.COUNTY, sheet_of.MATRIX, sheet_of.ROBUST, sheet_of.ROWS
    )  # fmt: skip
    places = reader.table(grid, ("what",), [(name,) for name in names], ("text", "check"))
    facts = {}
    for (what,), row in places.items():
        cells = {key: reader.at(SHEET, grid.letter(key), row) for key in ("text", "check")}
        facts[what] = _checked(reader, what, cells["text"], "", cells["check"])
    if facts.get(sheet_of.ROWS, "").isdigit() and 0 < int(facts[sheet_of.ROWS]) <= MOST_SCENARIO_ROWS:
        return facts
    if not reader.faults:
        reader.wrong(f"{SHEET}, B{grid.last}", "is not a number of rows. Export the workbook anew.")
    return facts


def _text(reader: Reader, rows: int) -> str:
    """Return the scenario file; every row that is missing, altered, in another place or there twice is a fault."""
    grid = sheet_of.lines_grid(rows)
    places = reader.table(grid, ("number",), [(number,) for number in range(1, rows + 1)], ("text", "more", "check"))
    parts = []
    for (number,), row in sorted(places.items()):
        text, more, check = (reader.at(SHEET, grid.letter(key), row) for key in ("text", "more", "check"))
        goes_on = plain(more.value)
        parts += [_checked(reader, number, text, goes_on, check), "" if goes_on == sheet_of.GOES_ON else "\n"]
    return "".join(parts)


def _checked(reader: Reader, key: object, cell: Cell, more: str, check: Cell) -> str:
    """Return a row's text, and add a fault where it is not the one that its check was made of."""
    number = is_number(cell) and cell.value == int(cell.value)
    text = "" if cell.value is None else str(int(cell.value)) if number else str(cell.value)
    if cell.kind == "f" or sheet_of.check_of(key, text, more) != plain(check.value):
        reader.wrong(cell, ALTERED)
    return text
