"""A run as an Excel workbook that an admissions officer works from: text and numbers, no formula anywhere.

    Decisions            a row a person: outcome, why, what is needed, charged; `decisions_file` reads it back
    Reasons              a row a criterion: value seen, threshold, verdict, source and address
    Evidence to request  a row a piece of evidence that could still change an outcome or a contribution
    Errors               a row a fault: row, column, value, what is wrong and how to write it
    Summary              counts without small numbers
    Policy               the rules in words, how distances were measured and the file was read, every row accounted for

Cells are streamed, so that a hundred thousand applicants fit in memory, and nothing lies on disk meanwhile.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from data.bundle import County
from data.sheet_bytes import keep_in_memory, without_clock
from data.sheet_text import NOT_ALLOWED, could_become_a_formula, put_text
from eligibility import wording
from eligibility.applications import Run
from eligibility.compare import differences
from eligibility.reasons import reasons
from eligibility.run_summary import NOTE, Counts, summary
from eligibility.run_tables import DECISIONS, ERRORS, EVIDENCE, REASONS, decisions_table, evidence_table, rules_used

SHEETS = ("Decisions", "Reasons", "Evidence to request", "Errors", "Summary", "Policy")
POUNDS = ("low_pence", "high_pence")
WIDTHS = {"row": 9, "person_id": 16, "name": 24, "outcome": 32, "decided_by": 60, "refer_reasons": 50, "needed": 60}
WIDTHS |= {"measured": 50, "notes": 50, "label": 44, "evidence": 70, "settles": 32, "problem": 100, "value": 30}
WIDTHS |= {
    "observed": 24,
    "required": 24,
    "source": 60,
    "address": 60,
    "decided_on": 14,
    "rules_of": 14,
    "duplicate_of": 30,
}
USUAL_WIDTH = 18
A4 = 9  # as Excel numbers papers
MOST_ROWS = 1_048_575  # of a sheet beneath its headings
PEOPLE_AT_A_TIME = 5000  # whose reasons are in memory together
SHORT = 1000  # characters; a longer text is looked at whole before it is streamed
HEAD_FONT, HEAD_FILL = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", fgColor="FF1D4E6B")
TITLE_FONT, WRAPPED = Font(bold=True, size=14), Alignment(wrap_text=True, vertical="top")
MONEY, DAY = "£#,##0.00", "d mmmm yyyy"


def to_bytes(run: Run, county: County) -> bytes:
    """Return the workbook (.xlsx) of a run; the same run gives the same bytes.

    Where a row a criterion would be more than a sheet holds, the sheet of reasons has the criteria that settled an
    outcome or could still change it, and says so.
    """
    book = Workbook(write_only=True)
    _write_table(book, "Decisions", DECISIONS, [decisions_table(run)])
    _write_table(book, "Reasons", REASONS, _reasons(run))
    _write_table(book, "Evidence to request", EVIDENCE, [evidence_table(run)])
    _write_table(book, "Errors", ERRORS, [run.errors])
    _write_summary(book, summary(run, county.areas["district_name"].to_dict()))
    _write_policy(book, run)
    book.properties.title = "Decisions on transport support"
    book.properties.creator = "Farebridge"
    return without_clock(book, run.decisions.decided_on)


def _has_every_reason(run: Run) -> bool:
    return len(run.people) * len(run.rules.criteria) <= MOST_ROWS


def _reasons(run: Run) -> Iterator[pd.DataFrame]:
    """Give the reasons of some people at a time, for want of memory for all."""
    short = not _has_every_reason(run)
    for start in range(0, len(run.people), PEOPLE_AT_A_TIME):
        people = run.people.iloc[start : start + PEOPLE_AT_A_TIME]
        parts = []
        for group in run.groups:
            some = people.loc[people.index.isin(group.rows)]
            made = replace(run.decisions, verdicts=run.decisions.verdicts.loc[some.index])
            parts.append(reasons(some, made, group.rules, only_settling=short))
        table = pd.concat(parts).sort_values("row", kind="stable") if len(parts) > 1 else parts[0]
        yield table.assign(person_id=table["row"].map(people["person_id"]), rules_of=table["row"].map(run.days))


def _write_table(book: Workbook, name: str, columns: Mapping[str, str], parts: Iterable[pd.DataFrame]) -> None:
    """Write tables one beneath the other as one sheet, or as several where they are longer than a sheet."""
    sheet, written, number = _new_sheet(book, name, columns), 0, 1
    for table in parts:
        for row in zip(*(_cells(sheet, column, table[column]) for column in columns), strict=True):
            if written == MOST_ROWS:
                _finish(sheet, len(columns), written)
                number += 1
                sheet, written = _new_sheet(book, f"{name} {number}", columns), 0
            sheet.append(row)
            written += 1
    _finish(sheet, len(columns), written)


def _new_sheet(book: Workbook, name: str, columns: Mapping[str, str]) -> Worksheet:
    """Add a sheet with headings that stay in sight."""
    sheet = book.create_sheet(name)
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(column, USUAL_WIDTH)
    sheet.freeze_panes = "C2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", A4, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    keep_in_memory(sheet)
    sheet.append([_styled(sheet, heading, HEAD_FONT, HEAD_FILL) for heading in columns.values()])
    return sheet


def _finish(sheet: Worksheet, width: int, rows: int) -> None:
    sheet.auto_filter.ref = f"A1:{get_column_letter(width)}{rows + 1}"


def _cells(sheet: Worksheet, column: str, values: pd.Series) -> Iterable:
    """Give the cells of a column: whole numbers, pounds, dates, or text that stays text."""
    if column in POUNDS:
        return (None if pd.isna(pence) else _formatted(sheet, int(pence) / 100, MONEY) for pence in values)
    if pd.api.types.is_integer_dtype(values):
        return (int(value) for value in values)
    memory: dict[str, bool] = {}
    return (_text_or_date(sheet, value, memory) for value in values.to_numpy(dtype=object))


def _text_or_date(sheet: Worksheet, value: object, memory: dict[str, bool]) -> object:
    if isinstance(value, date):
        return _formatted(sheet, value, DAY)
    if value is None or value is pd.NA or value == "" or value != value:
        return None
    text = str(value)
    # most texts are harmless and short: they may be streamed as they are, which is several times faster
    if text not in memory:
        harmless = len(text) <= SHORT and not (
            could_become_a_formula(text) or text.startswith("#") or NOT_ALLOWED.search(text)
        )
        memory[text] = harmless
    return text if memory[text] else _safe(sheet, text)


def _safe(sheet: Worksheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    put_text(cell, text)
    return cell


def _styled(sheet: Worksheet, text: str, font: Font, fill: PatternFill | None = None) -> WriteOnlyCell:
    cell = _safe(sheet, text)
    cell.font = font
    if fill is not None:
        cell.fill = fill
    return cell


def _formatted(sheet: Worksheet, value: float | date, number_format: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = number_format
    return cell


def _write_summary(book: Workbook, tables: Sequence[Counts]) -> None:
    sheet = book.create_sheet("Summary")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 80, 14
    keep_in_memory(sheet)
    sheet.append([_styled(sheet, "Summary", TITLE_FONT)])
    sheet.append([_wrapped(sheet, NOTE)])
    for table in tables:
        sheet.append([])
        sheet.append(
            [_styled(sheet, table.title, HEAD_FONT, HEAD_FILL), _styled(sheet, "People", HEAD_FONT, HEAD_FILL)]
        )
        for label, count in table.rows:
            sheet.append([_safe(sheet, label), count])
        if table.total is not None:
            sheet.append([_styled(sheet, "Total", Font(bold=True)), table.total])


def _wrapped(sheet: Worksheet, text: str) -> WriteOnlyCell:
    cell = _safe(sheet, text)
    cell.alignment = WRAPPED
    return cell


def _write_policy(book: Workbook, run: Run) -> None:
    sheet = book.create_sheet("Policy")
    sheet.column_dimensions["A"].width = 140
    keep_in_memory(sheet)
    for line in policy_lines(run):
        sheet.append([_styled(sheet, line[2:], TITLE_FONT) if line.startswith("# ") else _wrapped(sheet, line)])


def policy_lines(run: Run) -> list[str]:
    """Return how the run was made, as lines; those that begin with "# " are headings."""
    own = ", ".join(f"{name} = {value}" for name, value in run.rules.stamp.council_values)
    columns = [f"{match.heading}: {_taken(match)}" for match in run.mapping.columns]
    absent = [f"Not in the file, hence not known of anybody: {target.label}." for target in run.mapping.missing]
    every = "every criterion" if _has_every_reason(run) else "those that settled an outcome or could still change it"
    return [
        "# Every row accounted for",
        f"{run.rows_in:,} rows: {len(run.people):,} decided, {run.rows_with_errors:,} in the error report.",
        f"{run.duplicates['row'].nunique():,} rows may be the same as another; none was merged.",
        "# What decided",
        *rules_used(run),
        *([f"The council's own values: {own}."] if own else []),
        f"Decided on {run.decisions.decided_on}. Bundle: {run.county}. The reasons list {every}.",
        "Nobody is refused by an estimate, nor finally by this tool: an officer decides.",
        "# How distance was measured",
        run.how_measured,
        "# How the file was read",
        *run.said,
        *columns,
        *absent,
        *_rules(run),
    ]


def _rules(run: Run) -> Iterator[str]:
    """Give the rules in full for the first day on which any were used, and for each later change what differs."""
    for number, group in enumerate(run.groups):
        if number == 0:
            yield "# The rules"
            yield from wording.prose(group.rules.policy, group.rules)
            continue
        yield f"# What differs from {group.rules.day:%-d %B %Y}"
        found = differences(run.groups[number - 1].rules, group.rules)
        if not found:
            yield "No number and no charge. Ages are taken in another academic year."
        for difference in found:
            yield f"Before: {difference.before or 'none'}"
            yield f"From then: {difference.after or 'none'}"


def _taken(match) -> str:  # noqa: ANN001
    if not match.target:
        return f"not read. {match.note}".strip()
    unit = f", bare numbers in {match.unit}" if match.unit else ""
    return f"read as {match.target}{unit} ({match.how})"
