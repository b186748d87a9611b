"""The workbook: recalculated by LibreOffice to the model's pennies, and every check able to fail."""

import datetime
import hashlib
import io
import itertools
import os
import random
import subprocess
import sys
import zipfile
from dataclasses import replace
from functools import cache, lru_cache

import openpyxl
import pandas as pd
import pytest
from lxml import etree
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.formula.translate import Translator
from openpyxl.utils.datetime import to_excel

from budget import workbook
from budget.allocation.inputs.grants import paid_by
from budget.planning import by_group, left_over
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.risk import simulation
from budget.risk.risk_report import robust_sentence
from budget.scenarios.differences import fingerprint
from budget.scenarios.finance import teaching_days
from budget.workbook import known_values
from budget.workbook.check import HELD_BACK
from budget.workbook.grid import quoted
from budget.workbook.plan_sheets import checks, curve
from data import travel
from data.documents.sheet_text import safe_text
from tests import ROOT, draws
from tests.budget.workbook import workbook_plans as plans
from tests.libreoffice import keep_pictures, named, needs_libreoffice, printed, recalculated, saved
from tests.made import Made
from tests.opendata import needs_opendata
from tests.sheet_cells import formula_cells

MADE = {
    "default": plans.default,
    "nothing_to_spend": lambda: plans.with_values(budget_pence=0),
    "by_months_with_a_reserve": lambda: plans.with_values(reserve_pence=5_000_000, finance=plans.BY_MONTHS),
    "one_cohort": plans.one_cohort,
    "none_in_target": plans.none_in_target,
    "impossible": plans.impossible,
    "out_of_time": plans.out_of_time,
    "minibuses_only": lambda: plans.with_values(kinds=("minibus",)),
    "mileage_by_terms": lambda: plans.with_values(kinds=("mileage", "moped_loan"), finance=plans.BY_TERMS),
    "graded_reach": lambda: plans.with_values(decay="logistic"),
    "limited": plans.limited,
    "least_cost": plans.least_cost,
    "fair_first": plans.fair_first,
    "robust": lambda: plans.robust().plan,
    "hostile": plans.hostile,
    "tying": lambda: plans.generated(300, 1, plans.TYING),
    "uneven_in_parts": lambda: plans.generated(120, 2, plans.UNEVEN, parts=9),
    "choice_in_parts": lambda: plans.generated(
        80, 3, plans.UNEVEN | {"academic_share": 0.35}, parts=7, where=plans.county_with_a_choice
    ),
}
HEADS_ANY = "Young people brought within reach of at least one"
CHANGES = {
    "academic_share": 0.3,
    "bus_pass.price": 951.15,
    "bus_pass.take_up": 0.61,
    "mileage.price_per_mile": 0.47,
    "mileage.journeys_a_day": 2,
    "moped_loan.contribution": 700.05,
    "shared_taxi.vehicle_price": 9456.78,
    "shared_taxi.price_per_mile": 1.37,
    "minibus.vehicle_price": 47123.45,
    "college_weight": 0.7,
    "work_weight": 0.2,
    "weeks_a_year": 36,
}


@lru_cache(maxsize=6)
def opened(content: bytes, **options) -> openpyxl.Workbook:
    """Open a workbook to look at it; what is to be altered is opened by `to_alter`."""
    return openpyxl.load_workbook(io.BytesIO(content), **options)


def formulas(content: bytes) -> dict[tuple[str, str], str]:
    """Return every formula by its sheet and cell."""
    return {at: formula for at, (formula, _) in formula_cells(content).items()}


def known_of(content: bytes) -> dict[tuple[str, str], object]:
    """Return the value that each formula brings along, by its sheet and cell."""
    return {at: value for at, (_, value) in formula_cells(content).items()}


def same(known, value) -> bool:
    """Whether a known value is what was computed; numbers to far less than a penny."""
    if isinstance(known, bool) or not isinstance(known, (int, float)):
        return known == ("" if value is None and known == "" else value)  # openpyxl reads an empty text as nothing
    if isinstance(value, (datetime.date, datetime.time)):
        value = to_excel(value)
    return isinstance(value, (int, float)) and abs(known - value) <= 1e-7


def differing(content: bytes, computed: openpyxl.Workbook) -> list[tuple]:
    """Return the cells whose known value is not what was computed, with both."""
    values = ((at, known, computed[at[0]][at[1]].value) for at, known in known_of(content).items())
    return [(at, known, value) for at, known, value in values if not same(known, value)]


def row_of(sheet, text: str, column: str = "A") -> int:
    return next(cell.row for cell in sheet[column] if cell.value == text)


def column_of(sheet, header: str, row: int = 4) -> str:
    return next(cell.column_letter for cell in sheet[row] if cell.value == header)


def to_alter(content: bytes) -> openpyxl.Workbook:
    """Open a workbook to alter it."""
    return openpyxl.load_workbook(io.BytesIO(content))


def turned_over(book: openpyxl.Workbook) -> openpyxl.Workbook:
    """Reverse the rows of Plan as Excel's sort does: formulas move and keep reading their own row."""
    sheet = book["Plan"]
    last = row_of(sheet, "Total", "B") - 1
    rows = [[(cell.coordinate, cell.value) for cell in row] for row in sheet.iter_rows(min_row=5, max_row=last)]
    for row, moved in zip(range(5, last + 1), reversed(rows), strict=True):
        for cell, (origin, value) in zip(sheet[row], moved, strict=True):
            cell.value = Translator(value, origin).translate_formula(cell.coordinate) if is_formula(value) else value
    return book


def is_formula(value) -> bool:
    return isinstance(value, str) and value.startswith("=")


def set_figures(book: openpyxl.Workbook, values: dict) -> openpyxl.Workbook:
    sheet = book["Assumptions"]
    for name, value in values.items():
        sheet[f"C{row_of(sheet, name)}"] = value
    return book


def put(sheet: str, header: str, value, row: int = 5):
    """Return a way to break a workbook: overwrite one cell beneath a header; a function is given what was there."""

    def breaks(book: openpyxl.Workbook) -> None:
        cell = book[sheet][f"{column_of(book[sheet], header)}{row}"]
        cell.value = value(cell.value) if callable(value) else value

    return breaks


def swapped_budgets(book: openpyxl.Workbook) -> None:
    """Give two budget lines each other's original budget, which leaves their sum."""
    sheet = book["Budget lines"]
    sheet["K5"], sheet["K7"] = sheet["K7"].value, sheet["K5"].value


def sorted_in_part(book: openpyxl.Workbook) -> openpyxl.Workbook:
    """Reverse the first columns of Plan alone, as a sort of some columns does."""
    sheet = book["Plan"]
    last = row_of(sheet, "Total", "B") - 1
    for column in "ABCDE":
        values = [sheet[f"{column}{row}"].value for row in range(5, last + 1)]
        for row, value in zip(range(5, last + 1), reversed(values), strict=True):
            sheet[f"{column}{row}"] = value
    return book


def with_numbers_for_formulas(book: openpyxl.Workbook) -> openpyxl.Workbook:
    """Overwrite the last formula of each sheet with a number."""
    for name in SHEETS_WITH_FORMULAS:
        cells = [cell for row in book[name].iter_rows() for cell in row if is_formula(cell.value)]
        cells[-1].value = 0
    return book


def overlap(book: openpyxl.Workbook) -> None:
    book["Not funded"]["A5"] = book["Plan"]["B5"].value


def twice_left_out(book: openpyxl.Workbook) -> None:
    book["Not funded"]["A6"] = book["Not funded"]["A5"].value


def figures(values: dict):
    return lambda book: set_figures(book, values)


def unsourced(book: openpyxl.Workbook) -> None:
    sheet = book["Assumptions"]
    sheet[f"{column_of(sheet, 'Source, or assumption')}9"] = "   "


def cell(sheet: str, place: str, value):
    """Return a way to break a workbook: overwrite one cell; a function is given what was there."""

    def breaks(book: openpyxl.Workbook) -> None:
        book[sheet][place] = value(book[sheet][place].value) if callable(value) else value

    return breaks


def beside(sheet: str, words: str, column: str, value):
    """Return a way to break a workbook: overwrite a cell of the row whose first column has these words."""
    return lambda book: cell(sheet, f"{column}{row_of(book[sheet], words)}", value)(book)


def plain_days(days: list[int]):
    """Return a way to change the plain calendar, April first."""

    def changes(book: openpyxl.Workbook) -> openpyxl.Workbook:
        for row, value in enumerate(days, 8):
            book["Term dates"][f"D{row}"] = value
        return book

    return changes


def with_terms(book: openpyxl.Workbook) -> openpyxl.Workbook:
    """Write in term dates as a finance officer would."""
    sheet = book["Term dates"]
    for number, (first, last) in enumerate(plans.TERMS[:6]):
        row = row_of(sheet, f"Term {number + 1}")
        sheet[f"B{row}"], sheet[f"C{row}"] = first, last
    sheet[f"B{row_of(sheet, 'Closed 1')}"] = plans.BY_TERMS.closed[0]
    return book


def other_ledger(book: openpyxl.Workbook) -> openpyxl.Workbook:
    """Change the budget, inflation, contingency, codes and the way the year is spread."""
    book["Term dates"]["B4"] = "months"
    lines = book["Budget lines"]
    lines["B5"], lines["C5"], lines["L5"], lines["L13"] = "C9", "4711", 100.25, -100.25
    changed = {"finance.inflation_year_2": 0.1, "finance.contingency_share": 0.02, "budget": 800_000}
    return set_figures(book, changed)


def half_a_term(book: openpyxl.Workbook) -> None:
    book["Term dates"][f"B{row_of(book['Term dates'], 'Term 1')}"] = datetime.date(2026, 9, 3)


def overwritten_source(book: openpyxl.Workbook) -> None:
    book["Sources"][f"C{row_of(book['Sources'], 'bus_pass.price')}"] = " "


# What breaks each check, in copies of the workbook: no break of a copy touches another's check, as tried one by one.
BREAKS = (
    {
        "Cohorts funded are the model's": put("Plan", "Low-income young people", None),
        "No cohort is offered twice": lambda book: put("Plan", "Cohort", book["Plan"]["B5"].value, row=6)(book),
        "No cohort is both funded and not funded": overlap,
        "Every cohort not funded has its reason": put("Not funded", "Why it is not funded", " "),
        "No cohort is twice on Not funded": twice_left_out,
        "No cohort has more takers than young people": figures({"bus_pass.take_up": 1.01}),
        "Income is what the takers contribute, to a few pennies a row": put("Plan", "Income", 5.0),
        "No service lacks seats or has too many vehicles": figures({"minibus.vehicle_seats": 15}),
        "Districts: spend adds up": put("Plan", "District code", "X09999999", row=7),
        "Summary: spend by kind of support adds up": put("Plan", "Option", "nothing", row=8),
        "Districts: cohorts in target add up": put("Districts", "Cohorts in target", lambda n: n + 1),
        "Budget lines: original budgets are the budget as solved": put(
            "Budget lines", "Original budget, as solved", 5.0
        ),
        "Budget lines: virements come to nought": put("Budget lines", "Virement", -2500.0),
        "Budget lines: who pays adds up to the gross spend": cell("Budget lines", "H36", 5.0),
        "Profile: each line's periods add up to its year": put("Profile by line", "Year", 5.0),
        "Years: the first of the three years is that of the split": cell("Profile", "E31", 1.5),
        "Years: each of the three years is what it adds to the year before": cell("Profile", "I32", 1.5),
        "No figure lacks a source or the word assumption": unsourced,
        "No line lacks a cost centre or a subjective": put("Budget lines", "Cost centre", "  "),
        "Every figure of the catalogue is on Sources with where it comes from": overwritten_source,
        "The year is spread in one of the two ways": cell("Term dates", "B4", "weeks"),
    },
    {
        "Takers is the model's": put("Plan", "Takers", 1.0),
        "Every cohort in target is on Plan or on Not funded": put("Not funded", "Low-income young people", None),
        "Each cohort on Eligibility is once on Plan or once on Not funded": put("Not funded", "Cohort", "X01999999"),
        "Vehicles are shared out in full": put("Plan", "Share of vehicles", 5.0, row=13),
        "Districts: takers add up": put("Districts", "Takers", 1.0),
        "Districts: access score adds up": put("Districts", "Access score", 1.0),
        "Districts: people within reach add up": put("Districts", HEADS_ANY, 1.0),
        "Coverage: every area is in one group": put("Coverage", "Areas", 1),
        "Budget lines: expenditure less income is the spend": put("Budget lines", "Gross", 5.0),
        "Profile: July takes pennies only": put("Profile by line", "1 Apr 2027", 5.0),
    },
    {
        "Spend is the model's": put("Plan", "Cost", 1.0),
        "Access score is the model's": put("Plan", "Access score", 1.0),
        "Within reach is the model's": put("Plan", HEADS_ANY, 1.0),
        "Coverage: its groups hold the county's low-income young people": put(
            "Coverage", "Low-income young people", lambda n: n + 1
        ),
        "Their low-income young people are the model's": put("Not funded", "Low-income young people", lambda n: n + 1),
        "Budget lines: all lines are the budget": put("Budget lines", "Net", 5.0, row=24),
        "Profile: the months add up to the spend": cell("Profile", "H8", 123.45),
        "Years: the lines in each financial year add up to the spend": put("Profile by line", "In 2026 to 2027", 5.0),
    },
    {
        "Spend is within the budget less the reserve": figures({"reserve": 5000}),
        "Years: the two financial years add up to the spend": cell("Profile", "H21", 123.45),
        "No figure is outside what its unit allows": figures({"college_minutes": "an hour"}),
        "No term ends before it begins or lacks a day": half_a_term,
    },
)
# Whatever has been changed on Assumptions before, these turn FALSE, and name the cell.
SEEN_AFTER_A_CHANGE = {
    "Plan: every cell is what its inputs give": (put("Plan", "Cost", 1.0), "Plan!P5"),
    "Spend is that of Plan workings": (put("Plan", "Takers", 1.0, row=6), None),
    "Takers is that of Plan workings": (put("Plan", "Takers", 1.0, row=7), None),
    "Access score is that of Plan workings": (put("Plan", "Access score", 1.0, row=8), None),
    "Within reach is that of Plan workings": (put("Plan", HEADS_ANY, 1.0, row=9), None),
    "Vehicles bought are the model's": (put("Services", "Vehicles", lambda units: units + 1), None),
    "No contribution is above its price": (put("Plan", "Contribution a taker", 9_000, row=10), "Plan!M10"),
    "Budget lines: each original budget is the line's as solved": (swapped_budgets, "'Budget lines'!K5"),
    "Budget lines: virements come to nought": (put("Budget lines", "Virement", 99.0, row=9), "'Budget lines'!L9"),
    "Budget lines: no text stands for a virement": (
        put("Budget lines", "Virement", "2,500", row=10),
        "'Budget lines'!L10",
    ),
}
SHEETS_WITH_FORMULAS = [name for name in workbook.SHEETS if name not in ("Limits", "Checks", "Sources", "Scenario")]
NO_FORMULA = "{}: no formula has been overwritten"
CHECK_NAMES = [name for copy in BREAKS for name in copy]
CHECK_NAMES += [name for name in SEEN_AFTER_A_CHANGE if name not in CHECK_NAMES]
CHECK_NAMES += [NO_FORMULA.format(name) for name in SHEETS_WITH_FORMULAS]
# What breaks each check of limits, grants and promises, all in one copy of the workbook that has them all.
LIMIT_BREAKS = {
    "Limit 1 is kept: spend at most, as a share of the plan's total, for each district": cell("Limits", "C5", 0.1),
    "Limit 2 is kept: people at least 3, district Tidewold Coast": cell("Limits", "C6", 400),
    "Limit 3 is kept: spend at most £150,000, kind shared_taxi": cell("Limits", "C7", -1),
    "Cohorts that must be funded have their offer": cell("Limits", "C15", "X01999999"),
    "Vehicles promised are bought: minibus-X-C1-south-east": put("Services", "Vehicles", 0),
    "Grant =Bus grant pays no more than it is": cell("Budget lines", "H41", 114_337),
    "Grant Rural grant pays no more than it is": cell("Budget lines", "H42", 114_337),
    "What no grant may pay for is within the council's own money": figures({"bus_pass.price": 9_000}),
}


@cache
def planned(name: str) -> Plan:
    """Return the plan of a workbook, made once."""
    return MADE[name]()


@pytest.fixture(scope="module", autouse=True)
def time_for_curves():
    """Let no curve end by the clock, so that what else the machine does changes no workbook."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve, "SECONDS", 900.0)
        yield


@pytest.fixture
def few_steps(monkeypatch):
    """Leave the curve of the frontier short where it is not looked at: each of its points is a solve."""
    monkeypatch.setattr(curve, "STEPS", 2)


@pytest.fixture(scope="module")
def books() -> Made:
    """The workbook of each plan of MADE, by its name."""

    def book_of(name: str) -> bytes:
        if name == "default":
            return workbook.to_bytes(plans.default())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(curve, "STEPS", 2)  # the others' frontiers are not looked at, and each point is a solve
            return workbook.to_bytes(planned(name), robust=plans.robust() if name == "robust" else None)

    return Made(book_of)


@pytest.fixture(scope="module")
def altered(books) -> dict[str, bytes]:
    """Workbooks as somebody left them: figures changed, or one cell broken for each check."""
    made = {
        "changed": saved(set_figures(to_alter(books["default"]), CHANGES)),
        "dearer": saved(set_figures(to_alter(books["default"]), {"bus_pass.price": 901})),
        "slower": saved(set_figures(to_alter(books["default"]), {"college_minutes": 75})),
        "other_terms": saved(plain_days([3])(to_alter(books["default"]))),
        "no_terms": saved(plain_days([0] * 12)(to_alter(books["default"]))),
        "nobody_rides": saved(set_figures(to_alter(books["minibuses_only"]), {"minibus.take_up": 0})),
        "other_ledger": saved(other_ledger(to_alter(books["default"]))),
        "terms_typed": saved(with_terms(to_alter(books["default"]))),
        "sorted": saved(turned_over(to_alter(books["default"]))),
        "error": saved(set_figures(to_alter(books["default"]), {"bus_pass.price": "=1/0"})),
    }
    after = set_figures(to_alter(books["default"]), {"bus_pass.price": 901})
    for breaks, _ in SEEN_AFTER_A_CHANGE.values():
        breaks(after)
    limited = to_alter(books["limited"])
    for breaks in LIMIT_BREAKS.values():
        breaks(limited)
    made |= {
        "overwritten_after": saved(after),
        "limits_broken": saved(limited),
        "sorted_in_part": saved(sorted_in_part(to_alter(books["default"]))),
        "numbers": saved(with_numbers_for_formulas(to_alter(books["default"]))),
    }
    for number, copy in enumerate(BREAKS):
        book = to_alter(books["default"])
        for breaks in copy.values():
            breaks(book)
        made[f"broken{number}"] = saved(book)
    return made


@pytest.fixture(scope="module")
def computed(books, altered, tmp_path_factory) -> dict[str, openpyxl.Workbook]:
    """Every workbook of this module as LibreOffice computes it, in one run."""
    return recalculated(books.all_of(MADE) | altered, tmp_path_factory.mktemp("libreoffice"))


def check_results(book: openpyxl.Workbook) -> dict[str, bool]:
    sheet = book["Checks"]
    return {sheet[f"A{row}"].value: sheet[f"E{row}"].value for row in range(checks.HEAD + 1, sheet.max_row + 1)}


# ---- Shape ----


def test_the_sheets_and_names_are_those_of_the_design(books):
    book = opened(books["default"])
    assert tuple(book.sheetnames) == workbook.SHEETS
    assert set(book.defined_names) == set(workbook.NAMES)


def test_the_same_plan_gives_the_same_bytes_in_another_process(books):
    command = (
        "import hashlib; from budget import workbook; from budget.workbook.plan_sheets import curve;"
        "from tests.budget.workbook import workbook_plans as plans; curve.SECONDS = 900.0;"
        "print(hashlib.sha256(workbook.to_bytes(plans.default())).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    other = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, env=environment, check=True)
    assert other.stdout.strip() == hashlib.sha256(books["default"]).hexdigest()


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


def constants(formula: str) -> list[str]:
    """Return the numbers in a formula but 0 and 1, and but the digits of ROUND, ROUNDUP and ROUNDDOWN."""
    found, calls = [], []
    for token in Tokenizer(formula).items:
        if token.subtype == Token.OPEN:
            calls.append([token.value.upper(), 0])
        elif token.subtype == Token.CLOSE:
            calls.pop()
        elif token.type == Token.SEP and token.subtype == Token.ARG:
            calls[-1][1] += 1
        elif token.type == Token.OPERAND and token.subtype == Token.NUMBER:
            is_digits = calls and calls[-1] in (["ROUND(", 1], ["ROUNDUP(", 1], ["ROUNDDOWN(", 1])
            if not is_digits and token.value not in ("0", "1"):
                found.append(token.value)
    return found


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
        assert sheet.print_title_rows or sheet.title == "Sources"


def test_every_table_has_a_header_in_each_column(books):
    for sheet in opened(books["limited"]):
        for table in sheet.tables.values():
            head = sheet[table.ref][0]
            assert [cell.value for cell in head] == [column.name for column in table.tableColumns]


def test_how_long_the_solver_took_is_not_in_the_workbook(books):
    slower = replace(plans.default().allocation, seconds={"build": 99.0, "solve": 99.0})
    slow = replace(plans.default(), allocation=slower)
    assert workbook.to_bytes(slow) == books["default"]


# ---- Known values ----


@pytest.mark.parametrize("name", draws.some(list(MADE)))
def test_every_formula_shows_its_value_to_a_reader_that_does_not_recalculate(books, name):
    assert [cell for cell, value in known_of(books[name]).items() if value is None] == []


@needs_libreoffice
@pytest.mark.parametrize("name", MADE)
def test_every_known_value_is_what_libreoffice_computes(books, computed, name):
    assert differing(books[name], computed[name]) == []


@needs_libreoffice
@pytest.mark.parametrize("name", MADE)
def test_libreoffice_computes_the_models_spend_to_the_penny_and_all_checks_pass(computed, name):
    allocation = planned(name).allocation
    book = computed[name]
    assert round(named(book, "spend_total") * 100, 6) == allocation.spent_pence
    assert round(named(book, "budget_total") * 100, 6) == allocation.budget_pence
    assert round(named(book, "unspent_total") * 100, 6) == allocation.budget_pence - allocation.spent_pence
    assert named(book, "people_total") == pytest.approx(allocation.people, abs=1e-9)
    assert named(book, "access_total") == pytest.approx(allocation.access, abs=1e-6)
    assert named(book, "all_checks_pass") is True


@needs_libreoffice
@pytest.mark.parametrize("name", ["tying", "uneven_in_parts"])
def test_each_offer_costs_the_models_pence_also_where_half_a_penny_ties(computed, name):
    plan = planned(name)
    sheet = computed[name]["Plan"]
    columns = {
        key: column_of(sheet, key) for key in ("Takers", "Price a taker", "Cost", "Cost with vehicles", "Access score")
    }
    chosen = by_group.with_vehicle_share(plan)
    for row, offer in enumerate(chosen.itertuples(), 5):
        cells = {key: sheet[f"{letter}{row}"].value for key, letter in columns.items()}
        assert round(cells["Takers"], 9) == round(offer.people, 6)
        assert round(cells["Price a taker"] * 100, 6) == offer.unit_price_pence
        assert round(cells["Cost"] * 100, 6) == offer.cost_pence
        assert round(cells["Cost with vehicles"] * 100, 6) == offer.whole_cost_pence
        assert cells["Access score"] == pytest.approx(offer.access, abs=1e-9)


def test_the_generated_plans_do_hold_ties():
    plan = planned("tying")
    chosen = plan.allocation.chosen
    hundredths = (chosen["people"] * 100).round().astype(int)
    tied = hundredths * (chosen["unit_price_pence"] - chosen["unit_contribution_pence"]) % 100 == 50
    assert tied.sum() > 20
    assert set(chosen["kind"]) >= {"bus_pass", "mileage", "minibus", "moped_loan"}


def test_a_formula_without_a_known_value_never_leaves_the_house():
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = b'<worksheet xmlns="%b"><c r="A1"><f>1</f></c></worksheet>' % main
    with pytest.raises(ValueError, match="A1: the formula has no known value"):
        known_values.with_values(sheet, {}, "sheet1.xml")
    with pytest.raises(ValueError, match="known values without a formula"):
        known_values.with_values(sheet, {"A1": 1, "B2": 1}, "sheet1.xml")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_known_value_that_is_no_number_never_leaves_the_house(value):
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A1"><f/></c></worksheet>'
    )
    with pytest.raises(ValueError, match="A1"):
        known_values.with_values(sheet, {"A1": value}, "sheet1.xml")


def test_a_plan_that_does_not_add_up_gets_no_workbook():
    wrong = replace(plans.default().allocation, spent_pence=plans.default().allocation.spent_pence + 1)
    with pytest.raises(ValueError, match="pence"):
        workbook.to_bytes(replace(plans.default(), allocation=wrong))


# ---- Changes on Assumptions ----


@needs_libreoffice
def test_changed_assumptions_give_what_the_model_says_the_same_offers_then_cost(computed):
    plan = plans.default()
    then = plans.with_values(figures=CHANGES).choices
    same = then.offers.loc[plan.allocation.chosen.index]
    vehicles = plan.allocation.services["units"] * then.services["unit_cost_pence"].reindex(
        plan.allocation.services.index
    )
    book = computed["changed"]
    assert round(named(book, "spend_total") * 100, 6) == same["cost_pence"].sum() + vehicles.sum()
    assert named(book, "people_total") == pytest.approx(same["people"].sum(), abs=1e-9)
    assert named(book, "access_total") == pytest.approx(same["access"].sum(), abs=1e-5)
    sheet = book["Districts"]
    total = row_of(sheet, "Total")
    assert sheet[f"{column_of(sheet, 'Spend')}{total}"].value == pytest.approx(named(book, "spend_total"), abs=0.001)
    profile = book["Profile"]
    assert profile["H17"].value == pytest.approx(named(book, "spend_total"), abs=0.001)


@needs_libreoffice
def test_a_changed_price_changes_the_summary_and_says_that_the_plan_may_no_longer_be_the_best(computed):
    before, after = computed["default"], computed["dearer"]
    takers = plans.default().allocation.chosen.query("kind == 'bus_pass'")["people"].sum()
    assert named(after, "spend_total") - named(before, "spend_total") == pytest.approx(takers, abs=0.01)
    assert (
        "Inputs changed since this plan was solved" in after["Summary"][f"B{row_of(after['Summary'], 'Inputs')}"].value
    )
    assert before["Summary"][f"B{row_of(before['Summary'], 'Inputs')}"].value.startswith("Inputs are as they were")


@needs_libreoffice
def test_checks_against_the_model_hold_back_once_an_assumption_has_changed(computed):
    sheet = computed["dearer"]["Checks"]
    row = row_of(sheet, "Spend is the model's")
    assert sheet[f"F{row}"].value == HELD_BACK
    assert named(computed["dearer"], "all_checks_pass") is True


@needs_libreoffice
def test_a_changed_figure_that_cannot_flow_through_is_said_to_need_a_new_solve(computed):
    sheet = computed["slower"]["Summary"]
    assert sheet[f"B{row_of(sheet, 'Assumptions and limits changed that need a new solve')}"].value == 1
    assert named(computed["slower"], "spend_total") == named(computed["default"], "spend_total")


@needs_libreoffice
def test_other_term_dates_move_the_profile_and_leave_the_plan_as_solved(computed):
    book = computed["other_terms"]
    april = row_of(book["Profile"], "April 2027", "B")
    assert book["Profile"][f"H{april}"].value < computed["default"]["Profile"][f"H{april}"].value
    assert book["Profile"]["H17"].value == pytest.approx(named(book, "spend_total"), abs=0.001)
    assert named(book, "all_checks_pass") is True
    assert book["Summary"][f"B{row_of(book['Summary'], 'Inputs')}"].value.startswith("Inputs are as they were")


@needs_libreoffice
def test_budget_inflation_contingency_and_codes_flow_to_lines_profile_summary_and_checks(computed):
    book, before = computed["other_ledger"], computed["default"]
    lines, profile, summary = book["Budget lines"], book["Profile"], book["Summary"]
    spend = named(book, "spend_total")
    assert spend == named(before, "spend_total")
    assert (book["Profile by line"]["B5"].value, book["Profile by line"]["C5"].value) == ("C9", "4711")
    assert lines["M5"].value == pytest.approx(lines["K5"].value + 100.25)
    contingency = row_of(lines, "Contingency", "G")
    assert lines[f"H{contingency}"].value == pytest.approx(round(spend * 0.02, 2), abs=0.005)
    assert lines[f"J{row_of(lines, 'Total: the budget', 'D')}"].value == pytest.approx(800_000)
    assert profile["H21"].value == pytest.approx(spend / 2, abs=0.2)  # November to March, and April to August
    assert profile["E32"].value == pytest.approx(1.1)
    assert profile["H32"].value == pytest.approx(spend / 2 + 1.1 * spend * 7 / 12, abs=0.2)  # seven months of the next
    assert profile["H33"].value == pytest.approx(1.1 * spend * 5 / 12 + profile["E33"].value * spend * 7 / 12, abs=0.2)
    shown = next(row for row in summary.iter_rows() if str(row[0].value).startswith("2027 to 2028"))
    assert shown[1].value == profile["H32"].value
    checked = next(
        row for row in book["Checks"].iter_rows() if str(row[0].value).startswith("Years: each of the three")
    )
    assert checked[1].value == pytest.approx(sum(profile[f"H{row}"].value for row in (31, 32, 33)))
    assert named(book, "all_checks_pass") is True


@needs_libreoffice
def test_term_dates_written_in_give_the_teaching_days_that_a_scenario_with_them_has(computed):
    finance = replace(plans.BY_TERMS, terms=plans.TERMS[:6], start=plans.DAY)
    sheet = computed["terms_typed"]["Term dates"]
    letter = column_of(sheet, "Weight used", 7)
    assert tuple(sheet[f"{letter}{row}"].value for row in range(8, 20)) == teaching_days(finance, 2026)
    december = row_of(computed["default"]["Profile"], "December 2026", "B")
    shares = [computed[name]["Profile"][f"H{december}"].value for name in ("terms_typed", "default")]
    assert 0 < shares[0] < shares[1]  # of all the days left of the year, the council's terms have more in July
    assert named(computed["terms_typed"], "all_checks_pass") is True


@needs_libreoffice
def test_a_vehicle_that_nobody_rides_any_more_is_not_lost_in_silence(computed):
    assert check_results(computed["nobody_rides"])["Vehicles are shared out in full"] is False


@needs_libreoffice
def test_sorting_the_plan_changes_no_total_and_no_districts_spend(computed):
    assert computed["sorted"]["Plan"]["B5"].value != computed["default"]["Plan"]["B5"].value
    assert named(computed["sorted"], "all_checks_pass") is True
    spends = [[cell.value for cell in computed[name]["Districts"]["K"]] for name in ("sorted", "default")]
    assert spends[0] == spends[1]


@needs_libreoffice
def test_a_year_without_teaching_days_fails_its_check_and_divides_by_nothing(computed):
    assert named(computed["no_terms"], "all_checks_pass") is False
    assert not any(
        isinstance(c.value, str) and c.value.startswith("#") for r in computed["no_terms"]["Profile"] for c in r
    )


@needs_libreoffice
def test_an_error_in_a_price_makes_checks_false_rather_than_errors(computed):
    results = check_results(computed["error"])
    assert set(results.values()) == {True, False}
    assert named(computed["error"], "all_checks_pass") is False


def test_every_check_has_a_way_to_fail(books):
    assert sorted(check_results(opened(books["default"], data_only=True))) == sorted(CHECK_NAMES)


@needs_libreoffice
@pytest.mark.parametrize("name", CHECK_NAMES)
def test_each_check_turns_false_when_its_matter_is_broken(computed, name):
    others = "numbers" if name.endswith("overwritten") else "overwritten_after"
    book = computed[next((f"broken{n}" for n, breaks in enumerate(BREAKS) if name in breaks), others)]
    assert check_results(book)[name] is False
    assert named(book, "all_checks_pass") is False


@needs_libreoffice
@pytest.mark.parametrize("name", SEEN_AFTER_A_CHANGE)
def test_a_changed_input_holds_back_no_check_of_an_overwritten_cell_and_the_cell_is_named(computed, name):
    book = computed["overwritten_after"]
    assert book["Checks"]["B4"].value == 1
    assert check_results(book)[name] is False
    _, place = SEEN_AFTER_A_CHANGE[name]
    assert place is None or book["Checks"][f"H{row_of(book['Checks'], name)}"].value == place


@needs_libreoffice
@pytest.mark.parametrize("name", LIMIT_BREAKS)
def test_each_limit_grant_and_promise_turns_false_when_it_is_not_kept(computed, name):
    assert check_results(computed["limited"])[name] is True
    assert check_results(computed["limits_broken"])[name] is False


def test_every_check_of_a_limit_has_a_way_to_fail(books):
    all_checks = [check_results(opened(books[name], data_only=True)) for name in ("limited", "default")]
    named_so = ("Limit ", "Cohorts that", "Vehicles promised", "Grant ", "What no grant")
    found = [name for name in all_checks[0] if name.startswith(named_so) and "workings" not in name]
    assert found == list(LIMIT_BREAKS)
    assert not [name for name in all_checks[1] if name.startswith(named_so[3:])]


@needs_libreoffice
def test_rows_sorted_in_part_turn_the_check_of_plan_false(computed):
    assert check_results(computed["sorted_in_part"])["Plan: every cell is what its inputs give"] is False


@needs_libreoffice
def test_a_number_in_place_of_a_formula_is_seen_on_every_sheet(computed):
    results = check_results(computed["numbers"])
    names = [NO_FORMULA.format(name) for name in SHEETS_WITH_FORMULAS]
    assert {name: results[name] for name in names} == dict.fromkeys(names, False)


# ---- Text from outside ----


def test_text_from_outside_never_becomes_a_formula(books):
    assert set(formula_cells(books["hostile"])) == set(formula_cells(books["out_of_time"]))


def test_text_that_looks_like_a_formula_stays_text_when_somebody_edits_its_cell(books):
    book = opened(books["hostile"])
    texts = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "s"]
    risky = [cell for cell in texts if str(cell.value).lstrip(" ").startswith(tuple("=+-@\t\r＝"))]
    outside = [cell for cell in risky if not str(cell.value).startswith("- ")]
    assert len(outside) > 20
    assert all(cell.quotePrefix for cell in risky)


@needs_libreoffice
def test_hostile_names_survive_as_text_through_libreoffice(computed):
    names = {cell.value for cell in computed["hostile"]["Plan"]["C"]} | {
        cell.value for cell in computed["hostile"]["Eligibility"]["B"]
    }
    assert {"=1+1", "+44 1522 552222", "-2+3", "#REF!", "TRUE", "1e5", "*", "{=1+1}"} <= names


def test_control_characters_are_shown_not_dropped():
    assert safe_text("a\x00b\x07c\x1fd\ud800") == "a␀b␇c␟d\ufffd"


@pytest.mark.parametrize("letter", ["L", "𝔘"])
def test_text_beyond_excels_limit_is_cut_with_a_mark(letter):
    cut = safe_text(letter * 40_000)
    assert len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert cut.endswith("[…cut]")


def test_a_text_too_long_for_a_cell_is_whole_on_a_sheet_of_its_own(books):
    book = opened(books["hostile"])
    name = planned("hostile").scenario.name
    assert len(name) > 40_000
    parts: dict[int, str] = {}
    for number, _, text in book["Long texts"].iter_rows(min_row=5, max_col=3, values_only=True):
        parts[number] = parts.get(number, "") + text
    assert {safe_part(name), "L" * 40_000, "𝔘" * 20_000} <= set(parts.values())
    shown = book["Cover"][f"B{row_of(book['Cover'], 'Scenario')}"].value
    assert shown.startswith("=2+2␁nnn") and shown.endswith("the whole text is no. 2 on the sheet Long texts]")
    assert parts[2] == safe_part(name)
    assert "Long texts" not in opened(books["default"]).sheetnames


def safe_part(text: str) -> str:
    return "".join(safe_text(part) for part in text)


def test_text_within_the_limit_is_left_alone():
    assert safe_text("n" * 32_767) == "n" * 32_767


# ---- What a reader is told ----


def test_a_made_up_county_says_so_and_claims_no_official_data(books):
    book = opened(books["default"])
    assert "made up" in book["Summary"]["A4"].value
    texts = [cell.value for cell in book["Sources"]["A"] if cell.value]
    assert any("holds no official data" in text for text in texts)
    assert not any("Crown copyright" in text for text in texts)


def test_official_data_are_attributed_as_their_licences_ask(few_steps):
    manifest = replace(plans.county().manifest, made_up=False)
    plan = replace(plans.default(), county=replace(plans.county(), manifest=manifest))
    texts = " ".join(str(cell.value) for cell in opened(workbook.to_bytes(plan))["Sources"]["A"])
    assert "Contains OS data © Crown copyright and database right 2026" in texts
    assert "Open Government Licence v3.0" in texts


def test_sources_names_the_files_the_figures_the_ledgers_rates_and_an_imported_matrix(few_steps):
    journeys = pd.DataFrame({"source": ["r5 of the council"] * 3, "as_of": ["2026-09"] * 3})
    journeys = journeys.reindex(columns=travel.JOURNEY_COLUMNS)
    plan = replace(plans.default(), county=replace(plans.county(), journeys=journeys))
    texts = {cell.value for row in opened(workbook.to_bytes(plan))["Sources"].iter_rows() for cell in row if cell.value}
    manifest, policy = plan.county.manifest, plan.targeting.rules.policy
    assert {source.title for source in manifest.sources} | {source.title for source in policy.sources.values()} <= texts
    assert set(plan.catalogue.figures.by_name) | {"inflation", "terms", "r5 of the council", "2026-09"} <= texts


def test_a_long_note_keeps_to_its_column_so_that_sources_print_in_a_size_to_read(few_steps):
    note = "a provider of which something has to be said; " * 40
    columns = {"destinations": {"source": "x", "note": note, "estimated": False}}
    manifest = replace(plans.county().manifest, columns=columns, warnings=(note,))
    plan = replace(plans.default(), county=replace(plans.county(), manifest=manifest))
    cells = [cell for row in opened(workbook.to_bytes(plan))["Sources"].iter_rows() for cell in row if cell.value]
    assert note in [cell.value for cell in cells]
    assert max(len(str(cell.value)) for cell in cells if not cell.alignment.wrap_text) <= 190


@pytest.mark.parametrize("budget", [0, 75_000_000, 10**10])
def test_summary_says_what_is_left_and_why_as_the_other_surfaces_do(budget, few_steps):
    plan = plans.with_values(budget_pence=budget)
    sheet = opened(workbook.to_bytes(plan))["Summary"]
    said = sheet[f"B{row_of(sheet, 'What is left, as solved')}"].value
    assert said == (left_over.in_words(plan) or "Nothing.")


def test_what_a_robust_plan_leaves_is_said_to_be_its_safety(books):
    sheet = opened(books["robust"])["Summary"]
    assert sheet[f"B{row_of(sheet, 'What is left, as solved')}"].value == robust_sentence(plans.robust())
    good = sheet[f"B{row_of(sheet, 'How good the plan is, as solved')}"].value
    assert good.startswith("Among plans that keep the budget at their worst: ")


def test_the_cover_names_what_made_the_plan_and_leaves_room_to_sign(few_steps):
    book = opened(workbook.to_bytes(plans.default(), prepared_by="=A. Planner"), data_only=True)
    sheet = book["Cover"]
    rows = {row[0].value: row[1].value for row in sheet.iter_rows()}
    plan = plans.default()
    whole = {row[0].value: row[1].value for row in book["Scenario"].iter_rows()}
    assert whole["Scenario, SHA-256"] == fingerprint(plan.pinned_scenario)
    assert whole["Scenario, SHA-256"].startswith(rows["Reference"])
    assert whole["County bundle, SHA-256"] == plan.county.manifest.checksum
    assert whole["Policy file, SHA-256"] == plan.targeting.rules.stamp.sha256
    assert [sheet[f"A{row}"].value for row in range(5, 9)] == ["Budget", "Spend", "Left", "Young people within reach"]
    assert [sheet[f"B{row}"].value for row in (5, 6)] == [750_000, plan.allocation.spent_pence / 100]
    assert rows["Up to date"].startswith("Yes")
    assert rows["Financial years"] == "2026 to 2027 and 2027 to 2028, April to March"
    assert rows["Prepared by"] == "=A. Planner"
    assert {"Reviewed by", "Approved by", "Section 151 officer"} <= set(rows)
    assert all(word in rows["Made with"] for word in ("Farebridge ", "HiGHS ", "PuLP "))
    assert rows["All checks pass"] is True


def test_the_cover_leads_to_every_sheet(books):
    book = opened(books["default"])
    places = {cell.hyperlink.location for row in book["Cover"].iter_rows() for cell in row if cell.hyperlink}
    assert places == {f"{quoted(name)}!A1" for name in workbook.SHEETS[1:]}


def test_codes_and_grants_of_the_council_stand_on_budget_lines(books):
    sheet = opened(books["by_months_with_a_reserve"], data_only=True)["Budget lines"]
    assert [sheet[f"{letter}5"].value for letter in "BCDL"] == ["C1234", "=4010", "Free bus pass", -2500]
    assert sheet[f"C{row_of(sheet, 'Contributions: Minibus', 'D')}"].value == "@9310"
    sheet = opened(books["limited"], data_only=True)["Budget lines"]
    grants = {sheet[f"B{row}"].value: sheet[f"H{row}"].value for row in range(30, sheet.max_row)}
    used = planned("limited").allocation.grants
    assert {name: grants[name] for name in used["grant"]} == dict(
        zip(used["grant"], used["used_pence"] / 100, strict=True)
    )


def test_the_limited_plan_holds_a_part_a_vehicle_that_runs_empty_and_both_grants():
    plan = planned("limited")
    assert (plan.allocation.chosen["part"] < 1).any()
    assert set(plan.allocation.services.index) - set(plan.allocation.chosen["service"].dropna())
    assert (plan.allocation.grants["used_pence"] > 0).all()


def test_a_plan_that_cannot_be_says_why(books):
    sheet = opened(books["impossible"])["Summary"]
    assert "£12 short" in sheet[f"B{row_of(sheet, 'How good the plan is, as solved')}"].value


def test_every_area_in_target_or_not_settled_is_listed_with_its_verdicts(books):
    sheet = opened(books["default"])["Eligibility"]
    targeting = plans.default().targeting
    codes = [cell.value for cell in sheet["A"]]
    assert set(targeting.in_target) | set(targeting.not_settled) <= set(codes)
    outcomes = [sheet[f"D{row}"].value for row in range(6, sheet.max_row)]
    assert outcomes.count("in target") == len(targeting.in_target)
    assert outcomes.count("not settled") == len(targeting.not_settled)


def test_every_figure_of_the_plan_is_on_assumptions_with_its_provenance(books):
    sheet = opened(books["default"])["Assumptions"]
    rows = {sheet[f"A{row}"].value: sheet[f"H{row}"].value for row in range(5, sheet.max_row + 1)}
    for name, figure in plans.default().catalogue.figures.by_name.items():
        assert rows[name] == figure.provenance


def test_a_kind_that_is_not_on_offer_has_no_figures_here(books):
    names = {cell.value for cell in opened(books["minibuses_only"])["Assumptions"]["A"]}
    assert "minibus.vehicle_price" in names
    assert "bus_pass.price" not in names


# ---- Frontier ----


def test_the_frontier_never_falls_and_stays_under_what_no_plan_can_pass(books):
    sheet = opened(books["default"], data_only=True)["Frontier"]
    rows = [[cell.value for cell in row[:11]] for row in sheet.iter_rows(min_row=5) if isinstance(row[2].value, float)]
    budgets, access, bound = zip(*(row[:3] for row in rows if row[4] is not None), strict=True)
    assert list(budgets) == sorted(budgets)
    assert list(access) == sorted(access)
    assert all(have <= most + 1e-9 for have, most in zip(access, bound, strict=True))
    assert rows[-1][10] == 1


def test_the_frontier_says_where_this_plan_and_the_knee_stand(books):
    sheet = opened(books["default"], data_only=True)["Frontier"]
    row = row_of(sheet, "Budgets to know") + 2
    allocation = plans.default().allocation
    assert sheet[f"A{row}"].value == allocation.budget_pence / 100
    assert sheet[f"B{row}"].value == pytest.approx(allocation.access)
    assert sheet[f"C{row + 1}"].value.startswith("The turning point")
    assert 0 < sheet[f"A{row + 1}"].value < sheet[f"A{row + 2}"].value


def test_the_frontier_has_a_chart_with_a_title_axes_and_a_description(books):
    (chart,) = opened(books["default"])["Frontier"]._charts
    assert len(chart.series) == 2
    assert chart.series[0].val.numRef.f.startswith("'Frontier'!$B$")
    assert chart.x_axis.title is not None


def test_every_chart_says_in_words_what_it_shows(books):
    book = opened(books["default"])
    assert [sheet.title for sheet in book if sheet._charts] == ["Summary", "Districts", "Profile", "Risk", "Frontier"]
    with zipfile.ZipFile(io.BytesIO(books["default"])) as archive:
        drawings = [archive.read(f"xl/drawings/drawing{number}.xml").decode() for number in range(1, 6)]
    for drawing, words in zip(drawings, ("Bar", "Bar", "Stacked column", "Bar", "Line"), strict=True):
        assert f'descr="{words} chart.' in drawing


def test_cohorts_left_out_show_the_budget_at_which_they_come_in(books):
    sheet = opened(books["default"], data_only=True)["Not funded"]
    entry, reason = column_of(sheet, "Comes in at a budget of"), column_of(sheet, "Why it is not funded")
    budgets = [sheet[f"{entry}{row}"].value for row in range(5, row_of(sheet, "Total"))]
    assert any(budgets)
    assert all(value is None or value > plans.default().allocation.budget_pence / 100 for value in budgets)
    assert all(sheet[f"{reason}{row}"].value.endswith(".") for row in range(5, row_of(sheet, "Total")))


# ---- Print, and real data ----


@needs_libreoffice
def test_libreoffice_prints_it_as_it_is_and_when_altered(books, altered, tmp_path):
    some = {name: books[name] for name in ("default", "none_in_target", "hostile")}
    some |= {name: altered[name] for name in ("changed", "error")}
    made = printed(some, tmp_path)
    assert all(content.startswith(b"%PDF") for content in made.values())
    keep_pictures({"plan": made["default"]})


@needs_opendata
@needs_libreoffice
@pytest.mark.parametrize(("council", "policy"), [("Lincolnshire", "isolated-areas"), ("England", "targeting-default")])
def test_a_workbook_of_real_data_recalculates_to_the_models_pennies(council, policy, real_county, tmp_path):
    plan = planning.make(real_county(council), plans.Scenario(policy=policy), plans.DAY)
    content = workbook.to_bytes(plan)
    book = recalculated({"plan": content}, tmp_path)["plan"]
    assert plan.allocation.spent_pence > 0
    assert round(named(book, "spend_total") * 100, 6) == plan.allocation.spent_pence
    assert named(book, "all_checks_pass") is True
    assert differing(content, book) == []


# ---- Grants, risk, and sheets on one page ----


def some_grants(random) -> tuple[list[int], dict[frozenset[int], int]]:
    """Return amounts of grants in pence, and what there is to pay by the set of grants that may pay for it."""
    count = random.randint(1, 4)
    sets = [frozenset(n for n in range(count) if random.random() < 0.5) for _ in range(5)]
    return [random.randint(0, 500) for _ in range(count)], {each: random.randint(0, 400) for each in sets}


@pytest.mark.parametrize("seed", range(40))
def test_what_grants_pay_together_by_the_least_of_sums_is_what_augmenting_paths_find(seed):
    amounts, costs = some_grants(random.Random(seed))
    paid, before = [], 0
    for first in range(1, len(amounts) + 1):
        upto = min(
            sum(amounts[n] for n in used)
            + sum(cost for payers, cost in costs.items() if payers & set(range(first)) - set(used))
            for size in range(first + 1)
            for used in itertools.combinations(range(first), size)
        )
        paid.append(upto - before)
        before = upto
    assert sum(paid) == sum(paid_by(amounts, costs).by_grant)
    assert all(0 <= pays <= amount for pays, amount in zip(paid, amounts, strict=True))


def test_every_sheet_but_plan_prints_on_a4_and_plan_shows_fourteen_columns(books):
    for name in ("default", "limited"):
        for sheet in opened(books[name]):
            assert int(sheet.page_setup.paperSize) == (8 if sheet.title == "Plan" else 9), sheet.title
    sheet = opened(books["default"])["Plan"]
    letters = [cell.column_letter for cell in sheet[4] if cell.value]
    assert sum(not sheet.column_dimensions[letter].hidden for letter in letters) == 14


def test_the_months_of_the_profile_stand_in_order_of_date(books):
    sheet = opened(books["default"])["Profile"]
    months = [datetime.datetime.strptime(sheet[f"B{row}"].value, "%B %Y") for row in range(5, 17)]
    assert months == sorted(months)
    heads = [cell.value for cell in opened(books["default"])["Profile by line"][4]]
    assert heads.index("6 Sep 2026") < heads.index("12 Mar 2027") < heads.index("1 Apr 2027")


def test_the_risk_stands_on_its_sheet_on_summary_and_on_the_cover(books):
    book = opened(books["default"], data_only=True)
    chance = simulation.simulate(plans.default(), plans.default().ranges).chance_of_overspending
    summary = book["Summary"]
    row = row_of(summary, "Chance of spending more than the budget, as solved")
    assert book["Risk"]["B5"].value == summary[f"B{row}"].value == pytest.approx(chance)
    cover = {row[0].value: row[1].value for row in book["Cover"].iter_rows()}
    assert cover["Chance of overspending, as solved"] == pytest.approx(chance)
    enough = [book["Risk"][f"B{row}"].value for row in (11, 12)]
    assert enough == sorted(enough) and enough[0] > book["Risk"]["B6"].value


def test_fonts_are_written_in_the_order_of_the_standard_and_titles_do_not_overlay_charts(books):
    with zipfile.ZipFile(io.BytesIO(books["default"])) as archive:
        fonts = etree.fromstring(archive.read("xl/styles.xml")).iter("{*}font")
        orders = [[known_values.FONT_PARTS.index(etree.QName(part).localname) for part in font] for font in fonts]
        charts = [archive.read(name) for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert orders and all(order == sorted(order) for order in orders)
    assert len(charts) == 5
    assert all(chart.count(b'overlay val="0"') >= chart.count(b"<title>") > 0 for chart in charts)


def test_the_frontier_stops_where_nothing_more_can_be_bought(books):
    sheet = opened(books["default"], data_only=True)["Frontier"]
    access = [row[1].value for row in sheet.iter_rows(min_row=5) if isinstance(row[3].value, (int, float))]
    assert access.index(max(access)) == len(access) - 1
