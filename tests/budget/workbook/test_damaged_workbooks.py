"""A workbook that was damaged is refused by its cell, with every fault at once."""

import datetime
import io
import zipfile

import pytest
from openpyxl import Workbook

from budget.workbook.read_back import read_back
from tests.budget.workbook.altering import set_figures
from tests.budget.workbook.input_sheets import faults, value_cell
from tests.budget.workbook.reading import to_alter
from tests.draws import some

DAMAGES = {
    "text for a number": ("Assumptions", "C20", "lots", "where a number belongs"),
    "a formula for a number": ("Assumptions", "C20", "=900+50", "formulas are not read"),
    "an error": ("Assumptions", "C20", "#REF!", "where a number belongs"),
    "a truth": ("Assumptions", "C20", True, "where a number belongs"),
    "a date for a number": ("Assumptions", "C20", datetime.date(2026, 1, 1), "where a number belongs"),
    "emptied": ("Assumptions", "C20", None, "is empty"),
    "beyond the most": ("Assumptions", "C21", -1, "must lie from"),
    "part of a penny": ("Assumptions", "C20", 900.001, "two decimals"),
    "another unit": ("Assumptions", "D20", "£ a week", "the unit was"),
    "another name": ("Assumptions", "A20", "bus_pas.price", "bus_pass.price is missing"),
    "twice": ("Assumptions", "A20", "budget", "is in row 5 already"),
    "a copy beneath the table": ("Assumptions", "A900", "budget", "is in row 5 already"),
    "another as solved": ("Assumptions", "E20", 901, "what it was solved with was"),
    "another heading": ("Assumptions", "C4", "Old value", "must be the heading"),
    "another limit": ("Limits", "B7", "spend at most, kind minibus", "what is asked was"),
    "a share above one": ("Limits", "C5", 1.5, "must lie from 0% to 100%"),
    "half a unit": ("Limits", "C10", 1.5, "whole number"),
    "half a penny of a grant": ("Limits", "C8", 1.005, "part of a penny"),
    "a formula of a limit": ("Limits", "C7", "=Assumptions!C5", "formulas are not read"),
    "a line of the scenario": ("Scenario", "B16", "budget = 1", "was altered"),
    "a checksum of the scenario": ("Scenario", "B5", "0" * 64, "was altered"),
    "a row of the scenario": ("Scenario", "A16", None, "is missing"),
    "another way to spread": ("Term dates", "B4", "weeks", "spread by"),
    "half a term": ("Term dates", "B24", None, "is empty, and its term"),
    "no date": ("Term dates", "B24", "soon", "where a date belongs"),
    "a day of another year": ("Term dates", "B24", datetime.date(2025, 9, 3), "outside the academic year"),
    "no calendar": ("Term dates", "D8", "many", "where a number belongs"),
    "no code": ("Budget lines", "B5", None, "is empty"),
    "a formula for a code": ("Budget lines", "C5", "=1+1", "formulas are not read"),
    "no amount": ("Budget lines", "L5", "some", "where a number belongs"),
    "half a penny": ("Budget lines", "L5", 0.005, "two decimals"),
    "another line": ("Budget lines", "G5", "Spending", "is missing, and “Spending” stands there"),
}


@pytest.mark.parametrize("what", some(list(DAMAGES)))
def test_each_damage_is_refused_by_its_cell(inputs, what):
    sheet, cell, value, words = DAMAGES[what]
    book = to_alter(inputs["limited"])
    book[sheet][cell] = value
    problems = faults(book)
    assert words in problems[f"{sheet}, {cell}"], problems


def test_two_cost_centres_for_one_kind_are_refused(inputs):
    book = to_alter(inputs["default"])
    lines = book["Budget lines"]
    spent, received = [c.row for c in lines["E"] if c.value == "bus_pass"][:2]
    lines[f"B{spent}"], lines[f"B{received}"] = "A1", "B2"
    assert "two cost centres" in faults(book)[f"Budget lines, B{received}"]


def test_terms_that_overlap_are_refused(inputs):
    book = to_alter(inputs["limited"])
    book["Term dates"]["C24"] = datetime.date(2026, 11, 30)
    assert "begins before another ends" in faults(book)["Term dates, B24"]


def test_every_fault_is_said_at_once(inputs):
    book = to_alter(inputs["limited"])
    wrong = set()
    for sheet, cell, value, _ in DAMAGES.values():
        if sheet != "Scenario" and cell not in ("C4", "A20", "G5"):  # without its heading or its name no row is read
            book[sheet][cell] = value
            wrong.add(f"{sheet}, {cell}")
    assert set(faults(book)) == wrong
    book["Scenario"]["B16"] = "budget = 1"
    assert {"Scenario, B16", "Assumptions, C21", "Limits, C5"} <= set(faults(book))


def test_a_row_or_a_column_that_was_put_in_is_named(made):
    book = to_alter(made["default"])
    book["Assumptions"].insert_cols(3)
    assert "must be the heading “Value”" in faults(book)["Assumptions, C4"]
    book = to_alter(made["default"])
    book["Scenario"].delete_rows(17)
    assert "is missing" in " ".join(faults(book).values())


@pytest.mark.parametrize("sheet", some(read_back.SHEETS))
def test_a_sheet_that_is_missing_is_named(made, sheet):
    book = to_alter(made["default"])
    del book[sheet]
    assert "the sheet is missing" in faults(book)[f"{sheet}, A1"]


def test_a_workbook_that_is_no_plan_is_said_to_be_another():
    said = faults(Workbook())[""]
    assert "is another workbook: it has none of the sheets" in said and "Give the .xlsx file" in said


def test_a_figure_that_leaves_its_range_is_named_by_its_cell(inputs):
    book = to_alter(inputs["low"])
    set_figures(book, {"bus_pass.take_up": 0.99})
    assert "does not lie between" in faults(book)[f"Assumptions, {value_cell(book, 'bus_pass.take_up')}"]


def test_what_is_no_workbook_is_refused_with_what_to_give(made):
    assert "is not a workbook" in faults(b"name = 1")[""]
    assert "password" in faults(b"\xd0\xcf\x11\xe0" + b"\0" * 600)[""]
    assert "cut short" in faults(made["default"][:5000])[""]
    assert "is a damaged workbook" in faults(broken(made["default"], "xl/worksheets/sheet1.xml", b"<worksheet><a"))[""]
    assert "is a damaged workbook" in faults(broken(made["default"], "xl/workbook.xml", b"<!DOCTYPE a>"))[""]
    bomb = broken(made["default"], "xl/sharedStrings.xml", b"\0" * (200 << 20))
    assert len(bomb) < 1 << 20
    assert "would unpack to" in faults(bomb)[""]


def broken(content: bytes, member: str, text: bytes) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            every = member == "xl/worksheets/sheet1.xml" and name.startswith("xl/worksheets/sheet")
            new.writestr(name, text if name == member or every else old.read(name))
        if member not in old.namelist():
            new.writestr(member, text)
    return result.getvalue()
