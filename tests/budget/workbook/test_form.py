"""The form of a workbook: sheets, names, inputs, protection, formulas without figures of their own, and print."""

import datetime
import io
import zipfile
from dataclasses import replace

import pytest
from lxml import etree

from budget import workbook
from budget.workbook import known_values
from tests.budget.workbook import workbook_plans as plans
from tests.budget.workbook.altering import CHANGES, set_figures
from tests.budget.workbook.reading import constants, formulas, opened, to_alter
from tests.libreoffice import keep_pictures, needs_libreoffice, printed, saved


def test_the_sheets_and_names_are_those_of_the_design(books):
    book = opened(books["default"])
    assert tuple(book.sheetnames) == workbook.SHEETS
    assert set(book.defined_names) == set(workbook.NAMES)


def test_nothing_in_the_file_knows_the_clock(books):
    with zipfile.ZipFile(io.BytesIO(books["default"])) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 24, 0, 0, 0)}
    properties = opened(books["default"]).properties
    assert properties.created == properties.modified == datetime.datetime(2026, 11, 24)


def test_excel_is_asked_to_recalculate_on_opening(books):
    assert opened(books["default"]).calculation.fullCalcOnLoad


def test_no_cells_are_merged_and_every_sheet_repeats_its_header_in_print(books):
    for sheet in opened(books["default"]):
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes
        assert sheet.page_setup.fitToHeight == 0


def test_no_function_is_used_that_older_excel_or_libreoffice_lack(books):
    lacking = ("XLOOKUP", "FILTER(", "LET(", "OFFSET(", "INDIRECT(", "UNIQUE(", "SORT(", "SEQUENCE(")
    assert [f for f in formulas(books["limited"]).values() for name in lacking if name in f] == []


@pytest.mark.parametrize("name", ["limited", "mileage_by_terms", "uneven_in_parts"])
def test_no_formula_holds_a_figure_of_its_own(books, name):
    """Nought and one say whether there is anything; the digits that a rounding keeps are pennies, or below them."""
    assert [(at, text) for at, text in formulas(books[name]).items() for _ in constants(text)] == []


def test_a_figure_hidden_in_a_formula_would_be_found():
    assert constants("=ROUND(A1*1.2,2)+IF(A1=0,0,1)") == ["1.2"]
    assert constants("=SUM(A1:A9)/12") == ["12"]
    assert constants("=ROUND(2,A1)") == ["2"]


def test_results_are_protected_without_a_password_and_inputs_are_not(books):
    book = opened(books["limited"])
    inputs = [cell for sheet in book for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
    sheets = {"Cover", "Assumptions", "Limits", "Term dates", "Budget lines", "Frontier"}
    assert {cell.parent.title for cell in inputs} == sheets
    assert all(cell.style.startswith("Plan input") for cell in inputs)
    assert not [cell for cell in inputs if cell.data_type == "f"]
    for sheet in book:
        protection = sheet.protection
        assert protection.sheet and not protection.password
        assert not (protection.autoFilter or protection.formatColumns or protection.formatRows or protection.sort)


def test_every_input_on_assumptions_limits_term_dates_and_budget_lines_is_validated(books):
    book = opened(books["limited"])
    for name in ("Assumptions", "Limits", "Term dates", "Budget lines"):
        checked = [rule.sqref for rule in book[name].data_validations.dataValidation]
        inputs = [cell for row in book[name].iter_rows() for cell in row if not cell.protection.locked]
        free = [cell.coordinate for cell in inputs if not any(cell.coordinate in ranges for ranges in checked)]
        words = [at for at in free if at.startswith("C") and name == "Term dates"]  # what a closed day is
        assert set(free) == set(words)


def test_every_sheet_says_what_is_printed_and_repeats_its_title(books):
    for sheet in opened(books["default"]):
        assert sheet.print_area.startswith("'") or sheet.print_area.startswith(sheet.title)
        chart_apart = sheet.title in ("Profile", "Frontier")  # a head above a chart would be that of no table
        assert bool(sheet.print_title_rows) is not (chart_apart or sheet.title == "Sources"), sheet.title


def test_every_table_has_a_header_in_each_column(books):
    for sheet in opened(books["limited"]):
        for table in sheet.tables.values():
            head = sheet[table.ref][0]
            assert [cell.value for cell in head] == [column.name for column in table.tableColumns]


def test_how_long_the_solver_took_is_not_in_the_workbook(books):
    slower = replace(plans.default().allocation, seconds={"build": 99.0, "solve": 99.0})
    slow = replace(plans.default(), allocation=slower)
    assert workbook.to_bytes(slow) == books["default"]


def test_every_chart_says_in_words_what_it_shows(books):
    book = opened(books["default"])
    assert [sheet.title for sheet in book if sheet._charts] == ["Summary", "Districts", "Profile", "Risk", "Frontier"]
    with zipfile.ZipFile(io.BytesIO(books["default"])) as archive:
        drawings = [archive.read(f"xl/drawings/drawing{number}.xml").decode() for number in range(1, 6)]
    for drawing, words in zip(drawings, ("Bar", "Bar", "Stacked column", "Bar", "Line"), strict=True):
        assert f'descr="{words} chart.' in drawing


def test_every_sheet_but_plan_prints_on_a4_and_plan_shows_fourteen_columns(books):
    for name in ("default", "limited"):
        for sheet in opened(books[name]):
            assert int(sheet.page_setup.paperSize) == (8 if sheet.title == "Plan" else 9), sheet.title
    sheet = opened(books["default"])["Plan"]
    letters = [cell.column_letter for cell in sheet[4] if cell.value]
    assert sum(not sheet.column_dimensions[letter].hidden for letter in letters) == 14


def test_fonts_are_written_in_the_order_of_the_standard_and_titles_do_not_overlay_charts(books):
    with zipfile.ZipFile(io.BytesIO(books["default"])) as archive:
        fonts = etree.fromstring(archive.read("xl/styles.xml")).iter("{*}font")
        orders = [[known_values.FONT_PARTS.index(etree.QName(part).localname) for part in font] for font in fonts]
        charts = [archive.read(name) for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert orders and all(order == sorted(order) for order in orders)
    assert len(charts) == 5
    assert all(chart.count(b'overlay val="0"') >= chart.count(b"<title>") > 0 for chart in charts)


@needs_libreoffice
def test_libreoffice_prints_it_as_it_is_and_when_altered(books, tmp_path):
    some = {name: books[name] for name in ("default", "none_in_target", "hostile")}
    some["changed"] = saved(set_figures(to_alter(books["default"]), CHANGES))
    some["error"] = saved(set_figures(to_alter(books["default"]), {"bus_pass.price": "=1/0"}))
    made = printed(some, tmp_path)
    assert all(content.startswith(b"%PDF") for content in made.values())
    keep_pictures({"plan": made["default"]})
