"""Read a decisions workbook back, for `budget plan --applicants`."""

from pathlib import Path

import pandas as pd

from data.faults import Fault, InputError
from data.opening.archive import OLE, ZIP
from data.opening.child import opened
from data.opening.files import content_of
from eligibility.deciding.decide import OUTCOMES
from eligibility.runs.tables import DECISIONS, ERRORS, EVIDENCE, REASONS

SHEETS = {"Decisions": DECISIONS, "Reasons": REASONS, "Evidence to request": EVIDENCE, "Errors": ERRORS}
PENCE = ("low_pence", "high_pence")
DAYS = ("decided_on", "rules_of")


def read_decisions(path: str | Path) -> pd.DataFrame:
    """Read a decisions workbook from a file; see `from_bytes`. Raises OSError where it cannot be opened."""
    path = Path(path)
    return from_bytes(content_of(path), path.name)


def from_bytes(content: bytes, name: str) -> pd.DataFrame:
    """Read the decisions of a workbook, whose rows officers may have sorted and whose outcomes they may have changed.

    Returns a row a person with the columns of `tables.DECISIONS`: texts as strings, low_pence and high_pence as Int64,
    days as dates, gaps missing. Raises InputError where it is no such workbook, and with every outcome and contribution
    that cannot be read.
    """
    if not content.startswith((ZIP, OLE)):
        raise InputError(name, ["is not a workbook that can be opened. Give the file that `assess` wrote."])
    book = {sheet: rows for sheet, _, rows in opened("data.opening.workbook:read_workbook", content, name)["sheets"]}
    lacking = [sheet for sheet in (*SHEETS, "Policy") if sheet not in book]
    if lacking:
        raise InputError(name, [f"lacks the sheets {lacking}. Give the file that `assess` wrote."])
    tables = {sheet: _table(book, sheet, columns, name) for sheet, columns in SHEETS.items()}
    return _typed(tables["Decisions"], name)


def _table(book: dict[str, list[list]], sheet: str, columns: dict[str, str], name: str) -> pd.DataFrame:
    parts = [part for part in book if part == sheet or part.removeprefix(f"{sheet} ").isdigit()]
    rows: list[list] = []
    for part in parts:
        grid = book[part]
        headings = [str(cell).strip() for cell in grid[0]] if grid else []
        lost = [heading for heading in columns.values() if heading not in headings]
        if lost:
            raise InputError(
                f"{name}, sheet {part}", [f"lacks the columns {lost}. Put them back as `assess` wrote them."]
            )
        places = [headings.index(heading) for heading in columns.values()]
        rows += [[row[place] for place in places] for row in grid[1:] if any(cell != "" for cell in row)]
    table = pd.DataFrame(rows, columns=list(columns), dtype=object)
    return table.mask(table.map(lambda cell: isinstance(cell, str) and cell == ""), None)


def _typed(table: pd.DataFrame, name: str) -> pd.DataFrame:
    faults: list[Fault] = []
    for position, outcome in enumerate(table["outcome"]):
        if outcome not in OUTCOMES:
            faults.append(Fault(f"Decisions, row {position + 2}, Outcome", f"must be one of {', '.join(OUTCOMES)}."))
    new: dict[str, object] = {}
    for column in PENCE:
        pounds = pd.to_numeric(table[column], errors="coerce")
        for position in (pounds.isna() & table[column].notna()).to_numpy().nonzero()[0]:
            faults.append(Fault(f"Decisions, row {position + 2}, {DECISIONS[column]}", "is not an amount in pounds."))
        new[column] = (pounds * 100).round().astype("Int64")
    if faults:
        raise InputError(name, faults)
    text_columns = [column for column in table if column not in (*PENCE, "row", *DAYS)]
    texts = {column: table[column].map(_text, na_action="ignore").astype("string") for column in text_columns}
    row = pd.to_numeric(table["row"], errors="coerce").astype("Int64")
    days = {column: table[column].map(lambda day: day.date() if hasattr(day, "date") else day) for column in DAYS}
    return table.assign(**texts, **new, row=row, **days)


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
