"""A plan's workbook read back: unchanged the same plan, changed just that change, damaged refused by its cell."""

import datetime
import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st
from openpyxl import Workbook

from budget import workbook
from budget.accounts import ledger, statement
from budget.planning import plan as planning
from budget.scenarios import scenario_settings
from budget.scenarios.differences import differences, fingerprint
from budget.workbook.book import Book
from budget.workbook.plan_sheets import (
    assumptions,
    budget_lines,
    curve,
    limits_sheet,
    scenario_sheet,
    term_dates,
)
from budget.workbook.read_back import read_back
from data.faults import InputError
from tests.budget.scenarios.any_scenario import SCENARIO
from tests.budget.workbook import workbook_plans as plans
from tests.draws import draws, some
from tests.libreoffice import converted, needs_libreoffice, saved


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def row_of(sheet, text: object, column: str = "A") -> int:
    return next(cell.row for cell in sheet[column] if cell.value == text)


def value_cell(book: Workbook, name: str) -> str:
    return f"C{row_of(book['Assumptions'], name)}"


def set_figures(book: Workbook, values: dict) -> None:
    for name, value in values.items():
        book["Assumptions"][value_cell(book, name)] = value


def back(book: Workbook | bytes) -> read_back.ReadBack:
    return read_back.from_bytes(book if isinstance(book, bytes) else saved(book), "plan.xlsx")


def faults(book: Workbook | bytes) -> dict[str, str]:
    """Return what is wrong with a workbook by its place."""
    with pytest.raises(InputError) as caught:
        back(book)
    places = [fault.where for fault in caught.value.faults]
    return {place: " ".join(f.problem for f in caught.value.faults if f.where == place) for place in places}


@pytest.fixture(scope="module")
def limited() -> planning.Plan:
    finance = replace(plans.BY_MONTHS, terms=plans.TERMS, closed=plans.BY_TERMS.closed)
    plan = plans.limited()
    scenario = replace(plan.scenario, name="=1+1 " + "long " * 8000 + "\ufffe _x0041_", finance=finance)
    return replace(plan, scenario=scenario)


@pytest.fixture(scope="module")
def made(limited) -> dict[str, bytes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve, "STEPS", 2)
        return {
            "default": workbook.to_bytes(plans.default()),
            "limited": workbook.to_bytes(limited),
            "low": workbook.to_bytes(plans.with_values(take_up_case="low")),
        }


# ---- Unchanged ----


@pytest.mark.parametrize("name", ["default", "limited"])
def test_an_unchanged_workbook_is_the_scenario_it_was_solved_with(made, limited, name):
    plan = limited if name == "limited" else plans.default()
    came = back(made[name])
    assert came.changes == () and came.not_read_back == ()
    assert came.scenario == plan.pinned_scenario
    assert fingerprint(came.scenario) == fingerprint(plan.pinned_scenario)


def test_an_unchanged_workbook_gives_the_same_plan_and_the_same_bytes(made):
    again = planning.make(plans.county(), back(made["default"]).scenario, datetime.date(2030, 1, 1))
    assert again.allocation.chosen.equals(plans.default().allocation.chosen)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve, "STEPS", 2)
        assert back(workbook.to_bytes(again)).scenario == back(made["default"]).scenario


@needs_libreoffice
def test_what_libreoffice_saves_reads_back_alike(made, tmp_path_factory):
    changed = opened(made["limited"])
    set_figures(changed, {"bus_pass.price": 950.55, "bus_pass.take_up": 0.6123})
    changed["Limits"]["C7"] = 123456.78
    changed["Term dates"][f"B{row_of(changed['Term dates'], 'Term 1')}"] = datetime.date(2026, 9, 7)
    given = {name: made[name] for name in ("default", "limited")} | {"changed": saved(changed)}
    folder = tmp_path_factory.mktemp("libreoffice")
    for name, path in converted(given, folder, "xlsx", "xlsx:Calc MS Excel 2007 XML").items():
        assert back(path.read_bytes()) == back(given[name]), name


def test_rows_that_were_sorted_read_back_alike(made):
    book = opened(made["default"])
    sheet = book["Assumptions"]
    last = row_of(sheet, "finance.inflation_year_3")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=last)]
    for row, values in zip(range(5, last + 1), reversed(rows), strict=True):
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column).value = value
    assert back(book) == back(made["default"])


# ---- Changed ----


def test_a_price_that_was_changed_is_the_difference_and_the_new_plan_differs_as_it_says(made):
    book = opened(made["default"])
    set_figures(book, {"bus_pass.price": 1350, "budget": 500_000})
    came = back(book)
    old = plans.default().pinned_scenario
    assert came.scenario == replace(old, budget_pence=50_000_000, figures={"bus_pass.price": 1350})
    assert {change.words for change in came.changes} == {each.words for each in differences(old, came.scenario)}
    new = planning.make(plans.county(), came.scenario, plans.DAY)
    by_hand = plans.with_values(budget_pence=50_000_000, figures={"bus_pass.price": 1350})
    assert new.allocation.chosen.equals(by_hand.allocation.chosen)
    assert new.allocation.spent_pence <= 50_000_000 < plans.default().allocation.spent_pence


def test_a_figure_put_back_to_the_catalogues_own_gives_the_plain_scenario(made):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve, "STEPS", 2)
        dearer = workbook.to_bytes(plans.with_values(figures={"bus_pass.price": 1350}))
    book = opened(dearer)
    set_figures(book, {"bus_pass.price": 900})
    assert fingerprint(back(book).scenario) == fingerprint(back(made["default"]).scenario)


def test_each_number_of_the_limits_comes_back(made, limited):
    book = opened(made["limited"])
    old = limited.pinned_scenario
    for number, value in enumerate([0.5, 4, 100_000, 41_000.5, 80_000, 2, 9], start=5):
        book["Limits"][f"C{number}"] = value
    came = back(book)
    assert [change.place for change in came.changes] == [f"Limits, C{row}" for row in range(5, 12)]
    entries = limits_sheet.limit_numbers(came.scenario)
    assert [entry.value for entry in entries] == [0.5, 4, 100_000, 41_000.5, 80_000, 2, 9]
    assert [entry.label for entry in entries] == [entry.label for entry in limits_sheet.limit_numbers(old)]
    assert replace(came.scenario, limits=old.limits) == old


def test_take_up_of_a_low_case_changes_its_low_end_and_not_the_central_figure(made):
    book = opened(made["low"])
    set_figures(book, {"bus_pass.take_up": 0.55})
    came = back(book).scenario
    assert came.figures == {} and came.risk == {"bus_pass.take_up.low": 0.55}
    assert scenario_settings.settings_of(came).catalogue.figures["bus_pass.take_up"] == 0.55


def test_codes_virements_and_term_dates_come_back_into_the_ledgers_settings(made, limited):
    book = opened(made["limited"])
    lines, dates = book["Budget lines"], book["Term dates"]
    spent = row_of(lines, "bus_discount", "E")
    received = next(c.row for c in lines["E"] if c.value == "bus_discount" and c.row > spent)
    lines[f"B{spent}"], lines[f"C{spent}"], lines[f"L{spent}"] = 4711, "R100", -12.34
    lines[f"C{received}"] = "R900"
    dates["B4"] = "teaching_days"
    dates[f"C{row_of(dates, 'Term 6')}"] = datetime.date(2027, 7, 20)
    dates[f"B{row_of(dates, 'Closed 2')}"] = datetime.date(2026, 9, 4)
    finance = back(book).scenario.finance
    line = finance.line("bus_discount")
    assert (line.cost_centre, line.subjective, line.income_subjective) == ("4711", "R100", "R900")
    assert line.virement_pence == -1234
    assert finance.profile == "teaching_days" and finance.terms[5][1] == datetime.date(2027, 7, 20)
    assert finance.closed == (datetime.date(2026, 9, 4), datetime.date(2027, 5, 3))
    assert finance.lines["minibus"] == limited.scenario.finance.lines["minibus"]


def test_what_a_scenario_cannot_hold_is_told_and_not_lost_in_silence(made):
    book = opened(made["default"])
    lines, dates = book["Budget lines"], book["Term dates"]
    spare = row_of(lines, "Not allocated", "G")
    lines[f"L{spare}"], lines["O5"], dates["D8"] = -500, "no", 3
    dates[f"C{row_of(dates, 'Closed 1')}"] = "May Day"
    came = back(book)
    assert came.changes == ()
    for place in (f"Budget lines, L{spare}", "Budget lines, O5", "Term dates, D8", "Term dates, C"):
        assert sum(place in words for words in came.not_read_back) == 1, place


# ---- Damaged ----

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
def test_each_damage_is_refused_by_its_cell(made, what):
    sheet, cell, value, words = DAMAGES[what]
    book = opened(made["limited"])
    book[sheet][cell] = value
    problems = faults(book)
    assert words in problems[f"{sheet}, {cell}"], problems


def test_two_cost_centres_for_one_kind_are_refused(made):
    book = opened(made["default"])
    lines = book["Budget lines"]
    spent, received = [c.row for c in lines["E"] if c.value == "bus_pass"][:2]
    lines[f"B{spent}"], lines[f"B{received}"] = "A1", "B2"
    assert "two cost centres" in faults(book)[f"Budget lines, B{received}"]


def test_terms_that_overlap_are_refused(made):
    book = opened(made["limited"])
    book["Term dates"]["C24"] = datetime.date(2026, 11, 30)
    assert "begins before another ends" in faults(book)["Term dates, B24"]


def test_every_fault_is_said_at_once(made):
    book = opened(made["limited"])
    wrong = set()
    for sheet, cell, value, _ in DAMAGES.values():
        if sheet != "Scenario" and cell not in ("C4", "A20", "G5"):  # without its heading or its name no row is read
            book[sheet][cell] = value
            wrong.add(f"{sheet}, {cell}")
    assert set(faults(book)) == wrong
    book["Scenario"]["B16"] = "budget = 1"
    assert {"Scenario, B16", "Assumptions, C21", "Limits, C5"} <= set(faults(book))


def test_a_row_or_a_column_that_was_put_in_is_named(made):
    book = opened(made["default"])
    book["Assumptions"].insert_cols(3)
    assert "must be the heading “Value”" in faults(book)["Assumptions, C4"]
    book = opened(made["default"])
    book["Scenario"].delete_rows(17)
    assert "is missing" in " ".join(faults(book).values())


@pytest.mark.parametrize("sheet", some(read_back.SHEETS))
def test_a_sheet_that_is_missing_is_named(made, sheet):
    book = opened(made["default"])
    del book[sheet]
    assert "the sheet is missing" in faults(book)[f"{sheet}, A1"]


def test_a_workbook_that_is_no_plan_is_said_to_be_another():
    said = faults(Workbook())[""]
    assert "is another workbook: it has none of the sheets" in said and "Give the .xlsx file" in said


def test_a_figure_that_leaves_its_range_is_named_by_its_cell(made):
    book = opened(made["low"])
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


# ---- Any scenario ----


def asked(scenario) -> planning.Plan:
    """Return the default plan as if it had been made under a scenario."""
    plan = plans.default()
    problem = replace(plan.problem, **{name: getattr(scenario, name) for name in planning.ASKED})
    return replace(plan, scenario=scenario, problem=problem)


def inputs_of(scenario) -> bytes:
    """Return the sheets that are read back, of the default plan as if it had been made under a scenario."""
    plan = replace(asked(scenario), catalogue=scenario_settings.settings_of(scenario).catalogue, day=plans.DAY)
    plan = replace(plan, allocation=replace(plan.allocation, status="infeasible"))  # limits of any kind
    content = statement.draw_up(plans.default())
    content = replace(content, plan=plan, ledger=ledger.make_ledger(plan, content.funded, content.services))
    book = Book(names=workbook.names_of(content))
    assumptions.write(book, content)
    limits_sheet.write(book, content)
    term_dates.write(book, content)
    budget_lines.write(book, content)
    scenario_sheet.write(book, content)
    return saved(book.workbook)


@pytest.mark.parametrize("pounds", [406633.3, 1250.1, 0.29, 750000.07])
def test_a_budget_with_pence_that_no_binary_fraction_is_comes_back_to_the_penny(made, pounds):
    book = opened(made["default"])
    set_figures(book, {"budget": pounds})
    assert back(book).scenario.budget_pence == round(pounds * 100)


USABLE = SCENARIO.map(lambda scenario: replace(scenario, policy="targeting-default", day=plans.DAY, risk={}))


@draws(15, suppress_health_check=list(HealthCheck))
@given(USABLE, st.data())
def test_any_scenario_comes_back_equal_and_one_changed_cell_is_one_change(scenario, data):
    try:
        given_back = inputs_of(scenario)
    except InputError:
        assume(False)
    old = asked(scenario).pinned_scenario
    came = back(given_back)
    assert came.changes == ()
    assert all("is gone" in said for said in came.not_read_back)  # only the sheets that are read back were written
    assert came.scenario == old and fingerprint(came.scenario) == fingerprint(old)

    book = opened(given_back)
    catalogue = scenario_settings.settings_of(scenario).catalogue
    lines = assumptions.rows_of(scenario, catalogue, for_applicants=False)
    line = data.draw(st.sampled_from([line for line in lines if not line.name.endswith(".take_up")]))
    value = round(data.draw(st.floats(max(line.least, -0.5), min(line.most, 1e6))), 2)
    assume(value != line.value and line.least <= value <= line.most)
    set_figures(book, {line.name: value})
    came = back(book)
    assert [change.place for change in came.changes] == [f"Assumptions, {value_cell(book, line.name)}"]
    assert [change.words for change in came.changes if not change.key.startswith("finance.")] == [
        each.words for each in differences(old, came.scenario) if not each.key.startswith("finance.")
    ]
    assert len(differences(old, came.scenario)) == 1


def test_a_cell_written_over_outside_yellow_and_a_sheet_that_is_gone_are_told():
    book = opened(workbook.to_bytes(plans.default()))
    book["Plan"]["P5"], book["Plan"]["J7"] = 5, 1
    del book["Frontier"]
    said = read_back.from_bytes(saved(book), "plan.xlsx").lines()
    assert read_back.NOTHING not in said
    assert any("the sheet Frontier is gone" in line for line in said)
    assert any(line.startswith("Not read back: Plan, P5, J7: a value stands where a formula stood") for line in said)


def test_an_opendocument_spreadsheet_is_refused_in_a_sentence():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office:document-content/>")
    with pytest.raises(InputError, match="OpenDocument spreadsheet"):
        read_back.from_bytes(file.getvalue(), "plan.ods")
