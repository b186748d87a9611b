"""A run as an Excel workbook that an admissions officer works from: text and numbers, no formula anywhere.

    Decisions            a row a person: outcome, why, what is needed, charged; `decisions_file` reads it back
    Reasons              a row a criterion: value seen, threshold, verdict, source and address
    Evidence to request  a row a piece of evidence that could still change an outcome or a contribution
    Errors               a row a fault: row, column, value, what is wrong and how to write it
    Summary              counts without small numbers
    Policy               the rules in words, how distances were measured and the file was read, every row accounted for

On paper (A3 across) each sheet has its headings on every page; of *Decisions* the columns that a person reads are
printed, up to *Check*, and those that say how a decision was made are not.

Cells are streamed, so that a hundred thousand applicants fit in memory, and nothing lies on disk meanwhile.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
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
WIDTHS = {"row": 10, "person_id": 14, "name": 20, "outcome": 17, "decided_by": 48, "refer_reasons": 38, "needed": 48}
WIDTHS |= {"contribution": 13, "low_pence": 13, "high_pence": 13, "notes": 30, "measured": 50, "duplicate_of": 30}
WIDTHS |= {"label": 44, "evidence": 70, "settles": 32, "column": 24, "value": 30, "problem": 100}
WIDTHS |= {"observed": 24, "required": 24, "source": 60, "address": 60, "decided_on": 18, "rules_of": 18}
USUAL_WIDTH = 18
A3, A4 = 8, 9  # as Excel numbers papers
LAST_PRINTED = {"Decisions": "notes"}  # the last column of a sheet that goes to paper, where it is not the last of all
LINE_POINTS, MOST_LINES = 15, 27  # of a row: Excel's tallest is 409 points
SHARE_FILLED = 0.95  # of a column's width that is sure to hold text: a stand-in for Calibri may be wider
POLICY_WIDTH = 92
MOST_WRAPPED = 20_000  # rows of a sheet whose long texts are wrapped: nobody prints more, and Excel measures every row
MOST_ROWS = 1_048_575  # of a sheet beneath its headings
PEOPLE_AT_A_TIME = 5000  # whose reasons are in memory together
SHORT = 1000  # characters; a longer text is looked at whole before it is streamed
HEAD_FONT, HEAD_FILL = Font(name="Calibri", bold=True, color="FFFFFFFF"), PatternFill("solid", fgColor="FF1D4E6B")
TITLE_FONT = Font(name="Calibri", bold=True, size=14)
WRAPPED = Alignment(wrap_text=True, vertical="top", horizontal="left", indent=1)
TOP = Alignment(vertical="top")
RULED = Border(bottom=Side(style="hair", color="FF9AA5B1"))
MONEY, DAY = "£#,##0.00", "d mmmm yyyy"


def to_bytes(run: Run, county: County) -> bytes:
    """Return the workbook (.xlsx) of a run; the same run gives the same bytes.

    Where a row a criterion would be more than a sheet holds, the sheet of reasons has the criteria that settled an
    outcome or could still change it, and says so.
    """
    book = Workbook(write_only=True)
    every_reason = len(run.people) * len(run.rules.criteria)
    _write_table(book, "Decisions", DECISIONS, [decisions_table(run)], wrapped=len(run.people) <= MOST_WRAPPED)
    _write_table(book, "Reasons", REASONS, _reasons(run), wrapped=every_reason <= MOST_WRAPPED)
    evidence = evidence_table(run)
    _write_table(book, "Evidence to request", EVIDENCE, [evidence], wrapped=len(evidence) <= MOST_WRAPPED)
    _write_table(book, "Errors", ERRORS, [run.errors], wrapped=len(run.errors) <= MOST_WRAPPED)
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


def _write_table(
    book: Workbook, name: str, columns: Mapping[str, str], parts: Iterable[pd.DataFrame], *, wrapped: bool
) -> None:
    """Write tables one beneath the other as one sheet, or as several where they are longer than a sheet."""
    sheet, written, number = _new_sheet(book, name, columns), 0, 1
    printed = _printed(name, columns)
    widths = [int(_width(column) * SHARE_FILLED) for column in printed]
    memory: dict[tuple[str, int], int] = {}
    for table in parts:
        for row in zip(
            *(_cells(sheet, column, table[column], wrapped and column in printed) for column in columns), strict=True
        ):
            if written == MOST_ROWS:
                _finish(sheet, name, columns, written)
                number += 1
                sheet, written = _new_sheet(book, f"{name} {number}", columns), 0
            if wrapped:
                sheet.row_dimensions[written + 2].height = LINE_POINTS * _lines(row[: len(printed)], widths, memory)
            sheet.append(row)
            written += 1
    _finish(sheet, name, columns, written)


def _new_sheet(book: Workbook, name: str, columns: Mapping[str, str]) -> Worksheet:
    """Add a sheet with headings that stay in sight."""
    sheet = book.create_sheet(name)
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _width(column)
    sheet.freeze_panes = "C2"
    sheet.print_title_rows = "1:1"
    _set_page(sheet, "landscape", A3, "&A: personal data")
    keep_in_memory(sheet)
    sheet.row_dimensions[1].height = 2 * LINE_POINTS
    heads = [_styled(sheet, heading, HEAD_FONT, HEAD_FILL) for heading in columns.values()]
    for cell in heads:
        cell.alignment = WRAPPED
    sheet.append(heads)
    return sheet


def _set_page(sheet: Worksheet, orientation: str, paper: int, footer: str) -> None:
    """Print a sheet on as many pages as it takes, each as wide as the sheet."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = orientation, paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.4, bottom=0.6, footer=0.3)
    sheet.oddFooter.left.text, sheet.oddFooter.center.text = footer, "Page &P of &N"


def _printed(name: str, columns: Mapping[str, str]) -> list[str]:
    """Return the columns of a sheet that go to paper."""
    names = list(columns)
    return names[: names.index(LAST_PRINTED.get(name, names[-1])) + 1]


def _width(column: str) -> int:
    return WIDTHS.get(column, USUAL_WIDTH)


def _lines(row: Sequence, widths: Sequence[int], memory: dict[tuple[str, int], int]) -> int:
    """Return how many lines a row takes when its texts are wrapped: no program measures that when it opens a file."""
    most = 1
    for cell, width in zip(row, widths, strict=True):
        text = cell.value if isinstance(cell, Cell) else None
        if isinstance(text, str) and len(text) > width:
            key = text, width
            if key not in memory:
                memory[key] = min(len(textwrap.wrap(text, width)), MOST_LINES)
            most = max(most, memory[key])
    return most


def _finish(sheet: Worksheet, name: str, columns: Mapping[str, str], rows: int) -> None:
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{rows + 1}"
    sheet.print_area = f"A1:{get_column_letter(len(_printed(name, columns)))}{rows + 1}"


def _cells(sheet: Worksheet, column: str, values: pd.Series, wrapped: bool) -> Iterable:
    """Give the cells of a column: whole numbers, pounds, dates, or text that stays text."""
    cells = _plain_cells(sheet, column, values)
    if not wrapped:
        return cells
    styles: dict[str, StyleArray] = {}  # of each number format
    return (_wrapped_cell(sheet, cell, styles) for cell in cells)


def _plain_cells(sheet: Worksheet, column: str, values: pd.Series) -> Iterable:
    if column in POUNDS:
        return (None if pd.isna(pence) else _formatted(sheet, int(pence) / 100, MONEY) for pence in values)
    if pd.api.types.is_integer_dtype(values):
        return (int(value) for value in values)
    memory: dict[str, bool] = {}
    return (_text_or_date(sheet, value, memory) for value in values.to_numpy(dtype=object))


def _wrapped_cell(sheet: Worksheet, value: object, styles: dict[str, StyleArray]) -> WriteOnlyCell:
    """Return a cell with its text wrapped and at the top, as every cell beside a tall one must be."""
    cell = value if isinstance(value, Cell) else WriteOnlyCell(sheet, value)
    kind = f"{cell.number_format} {cell.quotePrefix}"
    if kind not in styles:
        cell.alignment = TOP if cell.number_format == MONEY else WRAPPED
        cell.border = RULED
        styles[kind] = cell._style  # noqa: SLF001 (through the public name each cell's style would be looked up anew)
    cell._style = styles[kind]  # noqa: SLF001
    return cell


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
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 100, 14
    _set_page(sheet, "portrait", A4, "&A")
    keep_in_memory(sheet)
    sheet.append([_styled(sheet, "Summary", TITLE_FONT)])
    _append_wrapped(sheet, 2, NOTE, 80)
    for table in tables:
        sheet.append([])
        sheet.append(
            [_styled(sheet, table.title, HEAD_FONT, HEAD_FILL), _styled(sheet, "People", HEAD_FONT, HEAD_FILL)]
        )
        for label, count in table.rows:
            sheet.append([_safe(sheet, label), count])
        if table.total is not None:
            sheet.append([_styled(sheet, "Total", Font(bold=True)), table.total])


def _append_wrapped(sheet: Worksheet, number: int, text: str, width: int) -> None:
    """Append a row of one wrapped text, as tall as it takes."""
    cell = _safe(sheet, text)
    cell.alignment = WRAPPED
    sheet.row_dimensions[number].height = LINE_POINTS * _lines([cell], [int(width * SHARE_FILLED)], {})
    sheet.append([cell])


def _write_policy(book: Workbook, run: Run) -> None:
    sheet = book.create_sheet("Policy")
    sheet.column_dimensions["A"].width = POLICY_WIDTH
    _set_page(sheet, "portrait", A4, "&A")
    keep_in_memory(sheet)
    for number, line in enumerate(policy_lines(run), start=1):
        if line.startswith("# "):
            sheet.row_dimensions[number].height = 2 * LINE_POINTS
            sheet.append([_styled(sheet, line[2:], TITLE_FONT)])
        else:
            _append_wrapped(sheet, number, line, POLICY_WIDTH)


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
        f"Facts as the register facts.toml describes them (sha256 {run.rules.stamp.facts_sha256}).",
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
