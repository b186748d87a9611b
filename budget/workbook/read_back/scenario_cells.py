"""The sheet Scenario read back: what the plan was made from, as it was when it was solved."""

from dataclasses import dataclass

from budget.scenarios import scenario_file
from budget.scenarios.differences import fingerprint
from budget.scenarios.scenario import Scenario
from budget.workbook.plan_sheets import scenario_sheet as sheet_of
from budget.workbook.plan_sheets.scenario_sheet import SHEET
from budget.workbook.read_back.cells import ReadCell, WorkbookReader, plain
from data.faults import Fault, InputError

ALTERED = (
    "was altered. Put back what stood there; what may be changed is yellow, on Assumptions, Limits, Term dates and "
    "Budget lines, and all else with a scenario file (--scenario)."
)
MOST_SCENARIO_ROWS = 90_000


@dataclass(frozen=True, slots=True)
class PlanOrigin:
    """What the plan of a workbook was made from."""

    scenario: Scenario  # settled: with its day, bundle and versions
    for_applicants: bool
    county: str
    matrices: tuple[str, ...]  # checksums of the travel matrices it was made with
    gamma: int | None  # how many cohorts at their worst the plan is safe against; None where it was not made safe


def read_origin(reader: WorkbookReader) -> PlanOrigin | None:
    """Return what the plan was made from; None, with faults added, where the sheet no longer says it."""
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
    return PlanOrigin(
        scenario,
        facts[sheet_of.PLANNED_FOR] == sheet_of.APPLICANTS,
        facts[sheet_of.COUNTY],
        () if matrices == sheet_of.NONE else tuple(matrices.split(", ")),
        None if gamma == sheet_of.NONE else int(gamma),
    )


def _facts(reader: WorkbookReader) -> dict[str, str]:
    grid = sheet_of.facts_grid()
    names = (
        sheet_of.FINGERPRINT, sheet_of.PLANNED_FOR, sheet_of.COUNTY, sheet_of.MATRIX, sheet_of.ROBUST, sheet_of.ROWS
    )  # fmt: skip
    places = reader.table(grid, ("what",), [(name,) for name in names], ("text", "check"))
    facts = {}
    for (what,), row in places.items():
        cells = reader.row(grid, row, ("text", "check"))
        facts[what] = _checked(reader, what, cells["text"], "", cells["check"])
    if facts.get(sheet_of.ROWS, "").isdigit() and 0 < int(facts[sheet_of.ROWS]) <= MOST_SCENARIO_ROWS:
        return facts
    if not reader.faults:
        reader.wrong(f"{SHEET}, B{grid.last}", "is not a number of rows. Export the workbook anew.")
    return facts


def _text(reader: WorkbookReader, rows: int) -> str:
    """Return the scenario file; each row that is missing, altered, moved or there twice is a fault."""
    grid = sheet_of.lines_grid(rows)
    places = reader.table(grid, ("number",), [(number,) for number in range(1, rows + 1)], ("text", "more", "check"))
    parts = []
    for (number,), row in sorted(places.items()):
        text, more, check = reader.row(grid, row, ("text", "more", "check")).values()
        goes_on = plain(more.value)
        parts += [_checked(reader, number, text, goes_on, check), "" if goes_on == sheet_of.GOES_ON else "\n"]
    return "".join(parts)


def _checked(reader: WorkbookReader, key: object, cell: ReadCell, more: str, check: ReadCell) -> str:
    """Return a row's text, and add a fault where its checksum is not that of the row."""
    text = "" if cell.value is None else str(int(cell.value)) if cell.is_whole else str(cell.value)
    if cell.kind == "f" or sheet_of.check_of(key, text, more) != plain(check.value):
        reader.wrong(cell, ALTERED)
    return text
