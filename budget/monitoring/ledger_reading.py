"""What is said of how a ledger's file was read: columns not read, and periods that may be meant otherwise."""

from collections.abc import Iterator

from budget.monitoring.layouts import Columns
from budget.monitoring.ledger_cells import YEAR_AND_NUMBER, when
from eligibility.applicants.applicant_file import RawTable
from eligibility.applicants.values import plain


def notes_of_reading(raw: RawTable, found: Columns) -> Iterator[str]:
    """Yield a sentence on each column that is not read, and on each way of writing a period that may be misread."""
    if unread := found.unread(raw.headings):
        yield f"Columns not read: {', '.join(unread)}."
    across = [plain(raw.headings[at]) for at in found.months]
    if across and all(heading.isdigit() for heading in across) and len(across[0]) < 3:
        yield f"The columns {', '.join(across)} are read as periods (1 is April)."
    cells = [plain(row[found.places["period"]]) for row in raw.rows] if "period" in found.places else []
    if numbered := next((text for text in cells if YEAR_AND_NUMBER.fullmatch(text.lower().removesuffix(".0"))), ""):
        yield _read_as(numbered, 'Where it is a month, write "Sep-26" in its place.')
    if adjusted := next((text for text in cells if text.lower().startswith("adj") and text[-1:].isdigit()), ""):
        yield _read_as(adjusted, "")


def _read_as(text: str, remedy: str) -> str:
    if (found := when(text)) is None:
        return f'"{text}" is not a period.'
    said = f'"{text}" is read as period {found.period} of the financial year that begins in {found.year}.'
    return f"{said} {remedy}".strip()
