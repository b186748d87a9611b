import io
import re
import zipfile
from functools import cache

import openpyxl
import pandas as pd
import pytest

from data.faults import InputError
from eligibility.deciding.reasons import CHARGE, OUTCOME
from eligibility.runs import decisions_workbook
from eligibility.runs.applications import Run
from eligibility.runs.decisions_file import from_bytes, read_decisions
from eligibility.runs.decisions_workbook import SHEETS, to_bytes
from eligibility.runs.tables import decisions_table, evidence_table
from tests.eligibility.data import make_applicants
from tests.eligibility.example_people import DAY, ELIGIBLE, county, csv_of, run_of

WIDEST_DIGIT_PX = 9  # of DejaVu Sans at 11 points, which stands in for Calibri where there is none


@cache
def the_run() -> Run:
    return run_of(make_applicants.FILE.read_bytes())


@cache
def the_bytes() -> bytes:
    return to_bytes(the_run(), county())


@cache
def the_book() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(the_bytes()))


@cache
def the_reading() -> pd.DataFrame:
    return from_bytes(the_bytes(), "decisions.xlsx")


def run_of_three() -> Run:
    others = [ELIGIBLE | {"person_id": "A2", "nearest_suitable": ""}, ELIGIBLE | {"person_id": "A3", "full_time": "no"}]
    return run_of(csv_of(ELIGIBLE, *others))


@cache
def few() -> bytes:
    """Return the workbook of three people, which openpyxl loads and saves in a moment."""
    return to_bytes(run_of_three(), county())


def column(sheet: str, heading: str) -> list:
    rows = list(the_book()[sheet].iter_rows(values_only=True))
    return [row[rows[0].index(heading)] for row in rows[1:]]


def test_the_workbook_has_its_sheets_in_order():
    assert tuple(the_book().sheetnames) == SHEETS


def test_there_is_no_formula_anywhere():
    with zipfile.ZipFile(io.BytesIO(the_bytes())) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == len(SHEETS)
    assert not any(re.search(rb"<f[ >]", sheet) for sheet in sheets)


def test_no_cell_is_an_error_or_a_formula_whatever_the_file_held():
    assert {cell.data_type for sheet in the_book() for row in sheet for cell in row} <= {"s", "inlineStr", "n", "d"}


@pytest.mark.parametrize("name", ['=HYPERLINK("https://example.org","x")', "+441522000000", "@SUM(A1:A9)", "-2+3"])
def test_a_name_that_is_a_formula_stays_text(name):
    cells = [cell for cell in the_book()["Decisions"]["C"] if cell.value == name]
    in_errors = name in column("Errors", "Value")
    assert in_errors or [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)]


def test_a_value_in_the_error_report_stays_text():
    run = run_of(csv_of(ELIGIBLE, ELIGIBLE | {"person_id": "A2", "full_time": "=cmd|' /C calc'!A0"}))
    book = openpyxl.load_workbook(io.BytesIO(to_bytes(run, county())))
    cell = book["Errors"]["C2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=cmd|' /C calc'!A0", "s", True)


def test_control_characters_and_essays_are_shown_as_a_cell_can_hold_them():
    names = [name for name in column("Decisions", "Name") if name]
    assert "Bell␇ Ringer" in names or any("Bell" in str(value) for value in column("Errors", "Value"))
    assert max(len(name) for name in names) <= 32_767


def test_the_same_run_gives_the_same_bytes_and_nothing_lies_on_disk_while_they_are_made(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a temporary file was asked for")

    again, first = run_of_three(), few()
    monkeypatch.setattr("openpyxl.worksheet._writer.create_temporary_file", refuse)
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    monkeypatch.setattr("tempfile._mkstemp_inner", refuse)
    assert to_bytes(again, county()) == first


def test_a_row_a_person_and_each_person_once():
    assert column("Decisions", "Row of the file") == the_run().people.index.tolist()


def test_a_row_a_criterion_for_every_person():
    of_outcome = [
        c for c, of in zip(column("Reasons", "Criterion"), column("Reasons", "Concerns"), strict=True) if of == OUTCOME
    ]
    assert len(of_outcome) == len(the_run().people) * len(set(of_outcome))


def test_the_reasons_say_what_each_contribution_rests_on():
    rows = zip(*(column("Reasons", name) for name in ("Row of the file", "Concerns", "Decisive")), strict=True)
    told = {row for row, concerns, decisive in rows if concerns == CHARGE and decisive != "no"}
    charged = the_run().decisions.contribution["label"].notna()
    assert told == set(the_run().people.index[charged])


def test_only_evidence_that_could_still_change_something_or_must_be_seen_is_asked_for():
    asked = evidence_table(the_run())
    settled = the_run().people.index[
        ~(the_run().decisions.needed | the_run().decisions.contribution_needed | the_run().to_see).any(axis=1)
    ]
    assert not set(asked["row"]) & set(settled)
    assert (asked["evidence"].str.len() > 0).all()


def test_every_error_is_in_the_workbook_with_row_column_value_and_problem():
    mine = list(zip(*(column("Errors", h) for h in ("Row of the file", "Column", "What is wrong")), strict=True))
    theirs = [(e.row, e.column or None, e.problem) for e in the_run().errors.itertuples()]
    assert mine == theirs


def test_the_policy_sheet_accounts_for_every_row():
    lines = [row[0] for row in the_book()["Policy"].iter_rows(values_only=True)]
    assert any(line.startswith("600 rows: 4") and "in the error report" in line for line in lines)
    assert any("sha256" in line for line in lines)


def test_the_summary_shows_no_count_below_five():
    counts = [row[1] for row in the_book()["Summary"].iter_rows(values_only=True) if isinstance(row[1], int | float)]
    assert counts and min(counts) >= 5


def test_a_run_of_few_people_shows_no_count_at_all():
    book = openpyxl.load_workbook(io.BytesIO(to_bytes(run_of(csv_of(ELIGIBLE)), county())))
    assert not [row for row in book["Summary"].iter_rows(values_only=True) if isinstance(row[1], int | float)]


def test_only_people_of_the_file_are_in_the_workbook_and_no_date_of_birth_or_postcode_of_those_decided():
    text = zipfile.ZipFile(io.BytesIO(the_bytes())).read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"XM\d+ \d[A-Z]{2}", text)
    assert "date_of_birth" not in text


def test_decisions_are_read_back_as_they_were():
    written = decisions_table(the_run())
    for name in ("person_id", "outcome", "area_code", "destination_id", "policy_id", "policy_sha256"):
        assert the_reading()[name].fillna("").tolist() == written[name].fillna("").tolist()
    for name in ("low_pence", "high_pence"):
        assert the_reading()[name].fillna(-1).tolist() == written[name].fillna(-1).tolist()
    assert set(the_reading()["decided_on"]) == {DAY}


def test_evidence_and_errors_are_whole():
    assert len(column("Evidence to request", "What")) == len(evidence_table(the_run()))
    assert len(column("Errors", "What is wrong")) == len(the_run().errors)


def test_a_workbook_sorted_and_saved_again_by_an_officer_is_read():
    book = openpyxl.load_workbook(io.BytesIO(few()))
    sheet = book["Decisions"]
    sheet.insert_cols(3)
    sheet["C1"] = "My own notes"
    content = io.BytesIO()
    book.save(content)
    assert from_bytes(content.getvalue(), "x")["outcome"].tolist() == from_bytes(few(), "x")["outcome"].tolist()


def test_an_outcome_that_is_none_is_reported_by_row():
    book = openpyxl.load_workbook(io.BytesIO(few()))
    book["Decisions"]["D3"] = "maybe"
    content = io.BytesIO()
    book.save(content)
    with pytest.raises(InputError, match="Decisions, row 3, Outcome"):
        from_bytes(content.getvalue(), "x")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"Outcome": "eligible"}, "has another Outcome than the rules gave"),
        ({"Officer's outcome": "eligible"}, "an officer's decision that lacks: Officer, "),
        ({"Contribution from (£)": -450}, "is below £0"),
        ({"Contribution from (£)": 900, "Contribution to (£)": 450}, "is above “Contribution to (£)”"),
    ],
)
def test_what_was_altered_by_hand_is_not_believed(changed, told):
    book = openpyxl.load_workbook(io.BytesIO(few()))
    sheet = book["Decisions"]
    places = {cell.value: cell.column for cell in sheet[1]}
    row = next(row for row in range(2, 5) if sheet.cell(row, places["Outcome"]).value.startswith("refer"))
    for heading, value in changed.items():
        sheet.cell(row, places[heading]).value = value
    content = io.BytesIO()
    book.save(content)
    with pytest.raises(InputError) as caught:
        from_bytes(content.getvalue(), "decisions.xlsx")
    assert [told in str(fault) and f"row {row}" in fault.where for fault in caught.value.faults] == [True]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"Ref,Name\n"])
def test_what_is_no_decisions_workbook_says_so(content):
    with pytest.raises(InputError, match="Give the file that `assess` wrote"):
        from_bytes(content, "x.xlsx")


def test_another_workbook_is_refused(tmp_path):
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(InputError, match="lacks the sheets Decisions, .* and Policy"):
        read_decisions(path)


def test_on_paper_a_sheet_is_as_wide_as_the_page_with_its_headings_on_each_and_only_what_a_person_reads():
    book = the_book()
    for name in ("Decisions", "Reasons", "Evidence to request", "Errors"):
        sheet = book[name]
        assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$1", "landscape")
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    last = book["Decisions"].print_area.split(":")[1].replace("$", "")
    assert book["Decisions"][f"{last.rstrip('0123456789')}1"].value == "Check"


@pytest.mark.parametrize("name", ["Summary", "Policy"])
def test_an_upright_sheet_fits_its_paper_in_a_font_wider_than_excels_own(name):
    """A sheet of one column is not made smaller to fit: LibreOffice without Calibri would cut its lines off."""
    sheet = the_book()[name]
    letters = sum(column.width for column in sheet.column_dimensions.values())
    inches = 8.27 - sheet.page_margins.left - sheet.page_margins.right
    assert letters * WIDEST_DIGIT_PX + 10 <= inches * 96


def test_a_long_line_of_the_summary_is_wrapped_and_hides_no_count():
    sheet = the_book()["Summary"]
    long = [cell for cell in sheet["A"] if cell.value and len(cell.value) > sheet.column_dimensions["A"].width]
    counted = [cell for cell in long if cell.offset(0, 1).value is not None]
    assert counted and all(cell.alignment.wrap_text for cell in counted)
    assert all(sheet.row_dimensions[cell.row].height >= 30 for cell in counted)


def test_every_row_is_as_tall_as_its_wrapped_texts_as_no_program_measures_it():
    sheet = the_book()["Decisions"]
    heads = [cell.value for cell in sheet[1]]
    why = heads.index("Decided by")
    for row in sheet.iter_rows(min_row=2, max_row=60):
        lines = len(row[why].value) / sheet.column_dimensions[row[why].column_letter].width
        assert sheet.row_dimensions[row[0].row].height >= 15 * lines
        assert row[why].alignment.wrap_text


def test_a_long_run_is_not_wrapped_and_still_has_every_row(monkeypatch):
    monkeypatch.setattr(decisions_workbook, "MOST_WRAPPED", 2)
    sheet = openpyxl.load_workbook(io.BytesIO(few.__wrapped__()))["Decisions"]
    assert sheet.max_row == 4 and not sheet["E2"].alignment.wrap_text
