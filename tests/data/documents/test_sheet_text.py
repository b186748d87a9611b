import io
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from data.documents.sheet_bytes import keep_in_memory, without_clock
from data.documents.sheet_text import LONGEST_TEXT, csv_cell, put_text, safe_text

HOSTILE = ["=1+1", "+44 1522", "-2", "@SUM(A1)", "\t=1", "#N/A", "#REF!", "＝1", "'quoted", "|x", "%1", " =1+1"]


def saved(text: str):
    book = Workbook()
    put_text(book.active["A1"], text)
    content = io.BytesIO()
    book.save(content)
    return load_workbook(content).active["A1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_outside_text_is_text_after_saving(text):
    cell = saved(text)
    assert (cell.value, cell.data_type) == (text, "s")


@pytest.mark.parametrize("text", [text for text in HOSTILE if not text.startswith("#")])
def test_what_a_program_may_take_for_a_formula_is_marked_as_text(text):
    assert saved(text).quotePrefix


def test_control_characters_are_shown_and_not_dropped():
    assert safe_text("a\x00b\x1f\ud800c") == "a␀b␟\ufffdc"


def test_marks_that_turn_the_order_of_letters_round_do_not_reach_a_letter_or_a_workbook():
    assert safe_text("Ann\u202egnp.exe\u2066\x85\x7f") == "Ann" + "\ufffd" + "gnp.exe" + "\ufffd" * 3


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_in_a_csv_file_begins_as_a_formula_does(text):
    assert csv_cell(text)[0] not in "=+-@\t\r" and text in csv_cell(text)
    assert csv_cell(-2) == -2


def test_a_text_beyond_what_a_cell_holds_says_that_it_was_cut():
    cut = safe_text("😀" * 40_000)
    assert len(cut.encode("utf-16-le")) // 2 <= LONGEST_TEXT
    assert cut.endswith("[…cut]")
    assert safe_text("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT


def test_equal_workbooks_are_equal_bytes():
    def made() -> bytes:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        keep_in_memory(sheet)
        sheet.append(["x"])
        return without_clock(book, date(2026, 9, 1))

    one, two = made(), made()
    assert one == two
    assert load_workbook(io.BytesIO(one)).properties.modified.date() == date(2026, 9, 1)
