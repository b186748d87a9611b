import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget import workbook
from budget.workbook import prices_form
from budget.workbook.plan_sheets import plan_sheet
from data.faults import InputError
from data.opening.wire import NoResult
from eligibility.applicants import headings
from eligibility.applicants.applicant_file import read_bytes
from tests.draws import draws
from tests.libreoffice import converted, needs_libreoffice

TABLE = "Ref,Name,DOB\nA1,Zoë,31/01/2008\nA2,Bryn,1/2/2009\n"


def read(content: bytes, name: str = "a.csv"):
    return read_bytes(content, name, headings.score)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_is_read_in_the_encodings_that_offices_use(encoding):
    assert read(TABLE.encode(encoding)).rows[0] == ("A1", "Zoë", "31/01/2008")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_file_is_read_with_any_usual_separator(separator):
    assert read(TABLE.replace(",", separator).encode()).rows[1] == ("A2", "Bryn", "1/2/2009")


def test_excel_s_own_line_about_the_separator_is_obeyed():
    assert read(("sep=;\r\n" + TABLE.replace(",", ";")).encode()).headings == ("Ref", "Name", "DOB")


def test_a_comma_inside_quotes_does_not_choose_the_separator():
    content = 'Ref;"a, b, c, d";DOB\nA1;x;31/01/2008\n'
    assert read(content.encode()).headings == ("Ref", "a, b, c, d", "DOB")


def test_a_title_above_the_headings_is_passed_over_and_rows_keep_their_numbers():
    raw = read(("Applications 2026,,\n,,\n" + TABLE).encode())
    assert raw.row_numbers == (4, 5)
    assert any("row 3" in note for note in raw.notes)


def test_blank_rows_are_no_applicants_and_are_counted():
    raw = read((TABLE + ",,\nA3,x,y\n").encode())
    assert raw.row_numbers == (2, 3, 5)
    assert "Passed over: 1 blank row." in raw.notes


def test_a_row_too_short_or_too_long_is_reported_and_not_dropped():
    raw = read((TABLE + "A3,only\nA4,a,b,c\nA5,a,b,,\n").encode())
    assert [number for number, _ in raw.broken] == [4, 5, 6]
    assert raw.row_numbers == (2, 3)


def test_a_line_break_inside_quotes_is_one_row():
    assert read(b'Ref,Name,DOB\nA1,"two\nlines",31/01/2008\n').row_numbers == (2,)


def test_a_heading_that_stands_twice_gets_a_number():
    assert read(b"Ref,Notes,Notes\nA1,x,y\n").headings == ("Ref", "Notes", "Notes (2)")


def test_a_workbook_is_read_from_the_sheet_whose_headings_are_known():
    book = openpyxl.Workbook()
    book.active.append(["something", "else"])
    sheet = book.create_sheet("Form")
    for row in (["Ref", "Name", "DOB"], ["A1", "Zoë", 39478]):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    raw = read(content.getvalue(), "a.xlsx")
    assert raw.rows == (("A1", "Zoë", 39478.0),)
    assert 'Read the sheet "Form", not "Sheet".' in raw.notes


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"  \n ", "is empty"),
        (b"Ref,Name,DOB\n", "no rows"),
        (b"PK\x03\x04broken", "cannot be opened"),
        (b"\xd0\xcf\x11\xe0broken", "cannot be opened"),
        (b"\x89PNG\x00\x01", "neither text nor a workbook"),
        (b"Ref,\x81\n1,2\n", "encoding"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, why):
    with pytest.raises(InputError, match=why):
        read(content)


def test_each_line_that_a_stray_quotation_mark_draws_into_one_cell_is_reported_with_its_own_text():
    raw = read(('Ref,Name,DOB\nA1,"Zoë,1/2/2009\nA2,x,1/2/2009\nA3,y,1/2/2009\nA4,"z",1/2/2009\n').encode())
    assert [number for number, _ in raw.broken] == [2, 3, 4, 5]
    assert all("lines 2 to 5" in problem for _, problem in raw.broken)
    assert [text.partition(",")[0] for text in raw.broken_text] == ["A1", "A2", "A3", "A4"]


@draws(150)
@given(
    st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
)
def test_any_bytes_are_read_or_refused_in_words(content):
    try:
        raw = read(content)
    except InputError as error:
        assert str(error)
    else:
        assert all(len(row) == len(raw.headings) for row in raw.rows)
        assert len(raw.row_numbers) == len(raw.rows)


def book_of(**sheets: list[list]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


APPLICANTS = [["Reference", "Date of birth", "Postcode"], ["A1", "31/01/2009", "XM1 1AA"]]


def test_a_hidden_sheet_is_not_read_in_place_of_one_in_sight():
    book = book_of(Old=[*APPLICANTS, *APPLICANTS[1:]], New=APPLICANTS)
    book["Old"].sheet_state = "hidden"
    raw = read_bytes(saved(book), "a.xlsx", headings.score)
    assert len(raw.rows) == 1 and 'Read the sheet "New", not "Old" (hidden).' in raw.notes


def test_a_second_sheet_of_applicants_is_said_to_be_unread_with_what_to_do():
    raw = read_bytes(saved(book_of(May=APPLICANTS, June=APPLICANTS, Notes=[["Read me"]])), "a.xlsx", headings.score)
    told = [note for note in raw.notes if "has headings of applicants too" in note]
    assert len(told) == 1 and told[0].startswith('The sheet "June"') and "file of its own" in told[0]


def test_a_pdf_is_refused_as_such():
    with pytest.raises(InputError, match="is a PDF, not a table"):
        read_bytes(b"%PDF-1.4 text", "a.pdf", headings.score)


def without_results() -> bytes:
    """Return a workbook as programs that cannot calculate save it: formulas without results, in the last column too."""
    return saved(book_of(Sheet=[[*APPLICANTS[0], "Name"], ["A1", "31/01/2009", "=B9&C9", "=1+1"]]))


def test_a_formula_saved_without_its_result_is_not_an_empty_cell():
    (row,) = read_bytes(without_results(), "a.xlsx", headings.score).rows
    assert row == ("A1", "31/01/2009", "=B9&C9", "=1+1")
    assert [type(cell) is NoResult for cell in row] == [False, False, True, True]


@needs_libreoffice
def test_a_formula_s_result_is_read_its_error_is_one_and_a_look_up_that_found_nothing_is_a_gap(tmp_path):
    cells = ["=1/0", '=IF(TRUE(),"","x")', "=NA()", '="XM1 "&"1AA"']
    book = {"a": saved(book_of(Sheet=[[*APPLICANTS[0], "Name"], cells]))}
    path = converted(book, tmp_path, "xlsx", "xlsx:Calc MS Excel 2007 XML")["a"]
    assert read_bytes(path.read_bytes(), "a.xlsx", headings.score).rows == (("#DIV/0!", "", "", "XM1 1AA"),)


@needs_libreoffice
def test_a_workbook_of_another_kind_than_its_name_says_is_read_as_what_it_is(tmp_path):
    path = converted({"a": saved(book_of(Sheet=APPLICANTS))}, tmp_path, "xls", "xls")["a"]
    assert read_bytes(path.read_bytes(), "renamed.xlsx", headings.score).rows == (tuple(APPLICANTS[1]),)


@pytest.mark.parametrize(
    ("sheets", "known"),
    [
        (workbook.SHEETS, "is a plan's workbook that Farebridge wrote"),
        (("Comparison", "Scenarios", "Inputs", "Gains and losses", "Changes"), "is a comparison of plans"),
        ((prices_form.SHEET,), "is the form Your prices of Farebridge"),
    ],
)
def test_a_workbook_of_ours_that_holds_no_applicants_is_known_for_what_it_is(sheets, known):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in sheets:
        book.create_sheet(name).append([f"About {name}"])
    content = io.BytesIO()
    book.save(content)
    with pytest.raises(InputError, match=known):
        read(content.getvalue(), "a.xlsx")


def test_the_sheet_plan_saved_by_itself_is_known_too():
    text = ",".join(f'"{column.header}"' for column in plan_sheet.COLUMNS)
    with pytest.raises(InputError, match="is a plan's workbook"):
        read(f"Plan: what is bought\n{text}\n1,E01000001\n".encode())
