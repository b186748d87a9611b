"""Write a run as an Excel workbook that an admissions officer works from: text and numbers, no formula anywhere.

    Decisions            a row a person: outcome, why, what is needed, charge; `decisions_file` reads it back
    Reasons              a row a criterion: value seen, threshold, verdict, source and address
    Evidence to request  a row a piece of evidence that could still change an outcome or a contribution
    Errors               a row a fault: row, column, value, what is wrong and how to write it
    Summary              counts without small numbers
    Policy               the rules in words, how distances were measured and the file was read, every row accounted for
    Kept from before     where there was a round before: its decisions about people of whom none was made now
    Since last round     where there was one: who is new, changed, gone or kept as it was sent, and why

On paper (A3 across) each sheet has its headings on every page; *Decisions* is printed up to the column *Check*. Cells
are streamed, so that a hundred thousand applicants fit in memory, and no temporary file is written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

import pandas as pd
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from data.access import Right, needs
from data.bundle import County
from data.documents.sheet_bytes import keep_in_memory, without_clock
from eligibility.deciding.reasons import reasons
from eligibility.runs import decisions_cells as style
from eligibility.runs import rounds
from eligibility.runs.applications import Run
from eligibility.runs.lines import policy_lines
from eligibility.runs.summary import NOTE, Counts, summary
from eligibility.runs.tables import CHANGES, DECISIONS, ERRORS, EVIDENCE, KEPT, REASONS, decisions_table, evidence_table

SINCE = "Since last round"
SHEETS = ("Decisions", "Reasons", "Evidence to request", "Errors", "Summary", "Policy")
WIDTHS = {"row": 10, "person_id": 14, "name": 20, "outcome": 17, "decided_by": 48, "refer_reasons": 38, "needed": 48}
WIDTHS |= {"contribution": 13, "low_pence": 13, "high_pence": 13, "notes": 30, "measured": 50, "duplicate_of": 30}
WIDTHS |= {"label": 44, "evidence": 70, "settles": 32, "column": 24, "value": 30, "problem": 100}
WIDTHS |= {"observed": 24, "required": 24, "source": 60, "address": 60, "decided_on": 18, "rules_of": 18}
WIDTHS |= {"in_words": 48, "officer_reason": 40, "since_why": 60, "why": 80, "how": 24, "since": 24}
USUAL_WIDTH = 18
LAST_PRINTED = {"Decisions": "notes"}  # the last column of a sheet that goes to paper, where it is not the last of all
POLICY_WIDTH, SUMMARY_WIDTHS = 76, (62, 14)  # on upright A4, also in the widest font that may stand in for Calibri
MOST_WRAPPED = 20_000  # rows of a sheet whose long texts are wrapped: nobody prints more, and Excel measures every row
MOST_ROWS = 1_048_575  # of a sheet beneath its headings
PEOPLE_AT_A_TIME = 5000  # whose reasons are in memory together


@needs(Right.PEOPLE)
def to_bytes(run: Run, county: County) -> bytes:
    """Return the workbook (.xlsx) of a run; the same run gives the same bytes.

    Where a sheet cannot hold every reason, it has those that settled an outcome or could still change it, and says so.
    """
    book = Workbook(write_only=True)
    every_reason = len(run.people) * len(run.rules.criteria)
    stands = rounds.standing(run)
    _write_table(book, "Decisions", DECISIONS, [decisions_table(run, stands)], wrapped=len(run.people) <= MOST_WRAPPED)
    _write_table(book, "Reasons", REASONS, _reasons(run), wrapped=every_reason <= MOST_WRAPPED)
    evidence = evidence_table(run)
    _write_table(book, "Evidence to request", EVIDENCE, [evidence], wrapped=len(evidence) <= MOST_WRAPPED)
    _write_table(book, "Errors", ERRORS, [run.errors], wrapped=len(run.errors) <= MOST_WRAPPED)
    _write_summary(book, summary(run, county.areas["district_name"].to_dict(), stands))
    _write_policy(book, run, rounds.counts(run, stands))
    if run.carried:
        _write_table(book, SINCE, CHANGES, [rounds.changes(run, stands)], wrapped=len(run.people) <= MOST_WRAPPED)
        _write_table(book, KEPT, DECISIONS, [rounds.kept(run)], wrapped=len(run.people) <= MOST_WRAPPED)
    book.properties.title = "Decisions on transport support"
    book.properties.creator = "Farebridge"
    return without_clock(book, run.decisions.decided_on)


def _has_every_reason(run: Run) -> bool:
    return len(run.people) * len(run.rules.criteria) <= MOST_ROWS


def _reasons(run: Run) -> Iterator[pd.DataFrame]:
    short = not _has_every_reason(run)
    for start in range(0, len(run.people), PEOPLE_AT_A_TIME):
        people = run.people.iloc[start : start + PEOPLE_AT_A_TIME]
        parts = []
        for group in run.groups:
            rows = people.index[people.index.isin(group.rows)]
            parts.append(reasons(run.decisions.about(rows), group.rules, only_settling=short))
        table = pd.concat(parts).sort_values("row", kind="stable") if len(parts) > 1 else parts[0]
        yield table.assign(person_id=table["row"].map(people["person_id"]), rules_of=table["row"].map(run.days))


def _write_table(
    book: Workbook, name: str, columns: Mapping[str, str], parts: Iterable[pd.DataFrame], *, wrapped: bool
) -> None:
    """Write tables one beneath the other, on further sheets where they are longer than one."""
    sheet, written, number = _new_sheet(book, name, columns), 0, 1
    printed = _printed(name, columns)
    widths = [int(_width(column) * style.SHARE_FILLED) for column in printed]
    memory: dict[tuple[str, int], int] = {}
    for table in parts:
        columns_of_cells = (style.cells(sheet, name, table[name], wrapped and name in printed) for name in columns)
        for row in zip(*columns_of_cells, strict=True):
            if written == MOST_ROWS:
                _finish(sheet, name, columns, written)
                number += 1
                sheet, written = _new_sheet(book, f"{name} {number}", columns), 0
            if wrapped:
                lines = style.lines_needed(row[: len(printed)], widths, memory)
                sheet.row_dimensions[written + 2].height = style.LINE_POINTS * lines
            sheet.append(row)
            written += 1
    _finish(sheet, name, columns, written)


def _sheet(book: Workbook, name: str, widths: Iterable[int], page: tuple[str, int, str], panes: str = "") -> Worksheet:
    sheet = book.create_sheet(name)
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = panes
    style.set_page(sheet, *page)
    keep_in_memory(sheet)
    return sheet


def _new_sheet(book: Workbook, name: str, columns: Mapping[str, str]) -> Worksheet:
    sheet = _sheet(book, name, map(_width, columns), ("landscape", style.A3, "&A: personal data"), "C2")
    sheet.print_title_rows = "1:1"
    sheet.row_dimensions[1].height = 2 * style.LINE_POINTS
    heads = [style.styled(sheet, heading, *style.HEAD) for heading in columns.values()]
    for cell in heads:
        cell.alignment = style.WRAPPED
    sheet.append(heads)
    return sheet


def _printed(name: str, columns: Mapping[str, str]) -> list[str]:
    names = list(columns)
    return names[: names.index(LAST_PRINTED.get(name, names[-1])) + 1]


def _width(column: str) -> int:
    return WIDTHS.get(column, USUAL_WIDTH)


def _finish(sheet: Worksheet, name: str, columns: Mapping[str, str], rows: int) -> None:
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{rows + 1}"
    sheet.print_area = f"A1:{get_column_letter(len(_printed(name, columns)))}{rows + 1}"


def _write_summary(book: Workbook, tables: Sequence[Counts]) -> None:
    sheet, number = _sheet(book, "Summary", SUMMARY_WIDTHS, ("portrait", style.A4, "&A")), count(2)
    first, _ = SUMMARY_WIDTHS
    sheet.append([style.styled(sheet, "Summary", style.TITLE_FONT)])
    style.append_wrapped(sheet, next(number), style.safe(sheet, NOTE), first)
    for table in tables:
        next(number)
        sheet.append([])
        title, people = (style.styled(sheet, text, *style.HEAD) for text in (table.title, "People"))
        style.append_wrapped(sheet, next(number), title, first, people)
        for label, counted in table.rows:
            style.append_wrapped(sheet, next(number), style.safe(sheet, label), first, counted)
        if table.total is not None:
            last = style.styled(sheet, "Total", style.TOTAL_FONT)
            style.append_wrapped(sheet, next(number), last, first, table.total)


def _write_policy(book: Workbook, run: Run, since: dict[str, dict[str, int]]) -> None:
    sheet = _sheet(book, "Policy", [POLICY_WIDTH], ("portrait", style.A4, "&A"))
    for number, line in enumerate(policy_lines(run, since, every_reason=_has_every_reason(run)), start=1):
        if line.startswith("# "):
            sheet.row_dimensions[number].height = 2 * style.LINE_POINTS
            sheet.append([style.styled(sheet, line[2:], style.TITLE_FONT)])
        else:
            style.append_wrapped(sheet, number, style.safe(sheet, line), POLICY_WIDTH)
