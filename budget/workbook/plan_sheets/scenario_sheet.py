"""The sheet Scenario: the scenario file of the plan, line by line, so that the workbook can be read back.

Each row has a checksum, so that a row that was altered can be named. Inputs to change are on Assumptions, Limits, Term
dates and Budget lines.
"""

import hashlib
import re

from budget.accounts.statement import Content
from budget.planning.plan import Plan
from budget.scenarios.differences import fingerprint
from budget.scenarios.scenario_file import to_text
from budget.workbook.book import Book
from budget.workbook.grid import Column, Grid
from data.documents.sheet_text import NOT_ALLOWED

SHEET = "Scenario"
FACTS = (
    Column("what", "What", 42, "text"),
    Column("text", "Is", 95, "model", "wrapped"),
    Column("more", "Goes on", 10, "model", "text"),
    Column("check", "Check", 12, "model", "text"),
)
CHECKSUMS = (Column("of", "Checksum of", 42, "text"), Column("is", "Is", 95, "model", "wrapped"))
LINES = (Column("number", "Row", 42, "text", "count"), *FACTS[1:])
FINGERPRINT, PLANNED_FOR, COUNTY = "Scenario, SHA-256", "Planned for", "County"
MATRIX, ROBUST, ROWS = "Travel matrices", "Cohorts at their worst that it is safe against", "Rows of the scenario file"
AREAS, APPLICANTS = "areas in target", "applicants found eligible"
NONE = "none"
MATRIX_TITLE = "Travel matrix"  # of a source, see data.own_files
PART = 2_000  # characters in a row; a longer line goes on in the next
GOES_ON = "yes"
NOTE = (
    "For the record, and for reading this workbook back: leave it as it is. What can be changed is yellow, on "
    "Assumptions, Limits, Term dates and Budget lines."
)
# What a cell cannot hold, or Excel takes for a character of its own (_x000D_), is written as TOML's own escape.
NOT_IN_A_CELL = re.compile(f"\t|{NOT_ALLOWED.pattern}|_x(?=[0-9A-Fa-f]{{4}}_)")


def facts_grid() -> Grid:
    """Lay out what the plan was made with, the scenario apart."""
    return Grid(SHEET, FACTS, len((FINGERPRINT, PLANNED_FOR, COUNTY, MATRIX, ROBUST, ROWS)))


def lines_grid(rows: int) -> Grid:
    """Lay out the scenario file."""
    return Grid(SHEET, LINES, rows, head=facts_grid().last + 3)


def rows_of(text: str) -> list[tuple[str, str]]:
    """Return a scenario file as the sheet's rows: the text, and "yes" where its line goes on in the next row."""
    rows = []
    for line in NOT_IN_A_CELL.sub(_escaped, text).removesuffix("\n").split("\n"):
        parts = [line[start : start + PART] for start in range(0, len(line), PART)] or [""]
        rows += [(part, GOES_ON) for part in parts[:-1]] + [(parts[-1], "")]
    return rows


def _escaped(match: re.Match) -> str:
    return "_\\u0078" if match[0] == "_x" else f"\\u{ord(match[0]):04X}"


def check_of(key: object, text: str, more: str) -> str:
    """Return the checksum of a row, for its column Check: of its key, its text and whether it goes on."""
    return hashlib.sha256(f"{key}\n{text}\n{more}".encode()).hexdigest()[:8]


def write(book: Book, content: Content) -> None:
    """Write the sheet."""
    sheet = book.sheet(SHEET, "Scenario: all that determines this plan", NOTE)
    scenario = content.plan.pinned_scenario
    rows = rows_of(to_text(scenario))
    gamma = content.robust.gamma if content.robust else NONE
    facts = [
        (FINGERPRINT, fingerprint(scenario)),
        (PLANNED_FOR, AREAS if content.plan.applicants is None else APPLICANTS),
        (COUNTY, _one_line(content.plan.county.manifest.name)),
        (MATRIX, ", ".join(matrices(content.plan)) or NONE),
        (ROBUST, str(gamma)),
        (ROWS, str(len(rows))),
    ]
    sheet.table(facts_grid(), [(what, text, None, check_of(what, text, "")) for what, text in facts])
    lines = lines_grid(len(rows))
    sheet.put(lines.head - 1, 1, "The scenario file", "section")
    parts = enumerate(rows, start=1)
    sheet.table(lines, [(number, text, more or None, check_of(number, text, more)) for number, (text, more) in parts])
    manifest, stamp = content.plan.county.manifest, content.plan.targeting.rules.stamp
    checksums = [
        ("Scenario as it was written", f"{fingerprint(content.plan.scenario)}, before its day and files were named"),
        ("County bundle, SHA-256", manifest.checksum if manifest.tables else "not saved"),
        ("Policy file, SHA-256", stamp.sha256),
    ]
    beneath = Grid(SHEET, CHECKSUMS, len(checksums), head=lines.last + 4)
    sheet.put(beneath.head - 1, 1, "Checksums of what it was made with", "section")
    sheet.table(beneath, checksums)
    sheet.widths(FACTS)
    sheet.page(freeze="A4", repeat="4:4")


def _one_line(text: str) -> str:
    """Return a name as one line, which a cell keeps as it is."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:PART]


def matrices(plan: Plan) -> list[str]:
    """Return the checksums of the travel matrices that a plan was made with."""
    return [source.sha256 for source in plan.county.manifest.sources if source.title == MATRIX_TITLE]
