"""A plan's workbook read back: unchanged the same plan, changed just that change, damaged refused by its cell."""

import datetime
import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st

from budget import workbook
from budget.planning import plan as planning
from budget.scenarios import scenario_settings
from budget.scenarios.differences import differences, fingerprint
from budget.scenarios.scenario import Scenario
from budget.workbook.plan_sheets import (
    assumptions,
    limits_sheet,
)
from budget.workbook.read_back import read_back
from data.faults import InputError
from tests.budget.scenarios.any_scenario import SCENARIO
from tests.budget.workbook import workbook_plans as plans
from tests.budget.workbook.altering import set_figures
from tests.budget.workbook.books import planned
from tests.budget.workbook.input_sheets import asked, back, inputs_of, value_cell
from tests.budget.workbook.reading import row_of, to_alter
from tests.draws import draws
from tests.libreoffice import converted, needs_libreoffice, saved


@pytest.fixture(scope="module")
def limited() -> planning.Plan:
    return planned("long_and_limited")


# ---- Unchanged ----


@pytest.mark.parametrize("name", ["default", "limited"])
def test_an_unchanged_workbook_is_the_scenario_it_was_solved_with(made, limited, name):
    plan = limited if name == "limited" else plans.default()
    came = back(made[name])
    assert came.changes == () and came.not_read_back == ()
    assert came.scenario == plan.pinned_scenario
    assert fingerprint(came.scenario) == fingerprint(plan.pinned_scenario)


def test_an_unchanged_workbook_gives_the_same_plan_and_the_same_bytes(made, few_steps):
    again = planning.make(plans.county(), back(made["default"]).scenario, datetime.date(2030, 1, 1))
    assert again.allocation.chosen.equals(plans.default().allocation.chosen)
    assert back(workbook.to_bytes(again)).scenario == back(made["default"]).scenario


@needs_libreoffice
def test_what_libreoffice_saves_reads_back_alike(made, tmp_path_factory):
    changed = to_alter(made["limited"])
    set_figures(changed, {"bus_pass.price": 950.55, "bus_pass.take_up": 0.6123})
    changed["Limits"]["C7"] = 123456.78
    changed["Term dates"][f"B{row_of(changed['Term dates'], 'Term 1')}"] = datetime.date(2026, 9, 7)
    given = {name: made[name] for name in ("default", "limited")} | {"changed": saved(changed)}
    folder = tmp_path_factory.mktemp("libreoffice")
    for name, path in converted(given, folder, "xlsx", "xlsx:Calc MS Excel 2007 XML").items():
        assert back(path.read_bytes()) == back(given[name]), name


def test_rows_that_were_sorted_read_back_alike(made):
    book = to_alter(made["default"])
    sheet = book["Assumptions"]
    last = row_of(sheet, "finance.inflation_year_3")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=last)]
    for row, values in zip(range(5, last + 1), reversed(rows), strict=True):
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column).value = value
    assert back(book) == back(made["default"])


# ---- Changed ----


def test_a_price_that_was_changed_is_the_difference_and_the_new_plan_differs_as_it_says(made):
    book = to_alter(made["default"])
    set_figures(book, {"bus_pass.price": 1350, "budget": 500_000})
    came = back(book)
    old = plans.default().pinned_scenario
    assert came.scenario == replace(old, budget_pence=50_000_000, figures={"bus_pass.price": 1350})
    assert {change.words for change in came.changes} == {each.words for each in differences(old, came.scenario)}
    new = planning.make(plans.county(), came.scenario, plans.DAY)
    by_hand = plans.with_values(budget_pence=50_000_000, figures={"bus_pass.price": 1350})
    assert new.allocation.chosen.equals(by_hand.allocation.chosen)
    assert new.allocation.spent_pence <= 50_000_000 < plans.default().allocation.spent_pence


def test_a_figure_put_back_to_the_catalogues_own_gives_the_plain_scenario(inputs):
    book = to_alter(inputs_of(Scenario(figures={"bus_pass.price": 1350})))
    set_figures(book, {"bus_pass.price": 900})
    assert fingerprint(back(book).scenario) == fingerprint(back(inputs["default"]).scenario)


def test_each_number_of_the_limits_comes_back(inputs, limited):
    book = to_alter(inputs["limited"])
    old = limited.pinned_scenario
    for number, value in enumerate([0.5, 4, 100_000, 41_000.5, 80_000, 2, 9], start=5):
        book["Limits"][f"C{number}"] = value
    came = back(book)
    assert [change.place for change in came.changes] == [f"Limits, C{row}" for row in range(5, 12)]
    entries = limits_sheet.limit_numbers(came.scenario)
    assert [entry.value for entry in entries] == [0.5, 4, 100_000, 41_000.5, 80_000, 2, 9]
    assert [entry.label for entry in entries] == [entry.label for entry in limits_sheet.limit_numbers(old)]
    assert replace(came.scenario, limits=old.limits) == old


def test_limits_of_a_workbook_made_when_they_stood_there_by_their_ids_come_back(inputs, limited):
    book, numbers = to_alter(inputs["limited"]), limits_sheet.limit_numbers(limited.pinned_scenario)
    book["Limits"]["C7"] = 100_000
    for row, number in enumerate(numbers, start=5):
        book["Limits"][f"B{row}"] = number.asked
        book["Limits"][f"K{row}"] = book["Limits"][f"L{row}"] = None
    assert [change.place for change in back(book).changes] == ["Limits, C7"]
    book["Limits"]["B7"] = "spend at most, kind minibus"
    with pytest.raises(InputError, match="what is asked was 'spend at most, kind shared_taxi'"):
        back(book)


def test_take_up_of_a_low_case_changes_its_low_end_and_not_the_central_figure(inputs):
    book = to_alter(inputs["low"])
    set_figures(book, {"bus_pass.take_up": 0.55})
    came = back(book).scenario
    assert came.figures == {} and came.risk == {"bus_pass.take_up.low": 0.55}
    assert scenario_settings.settings_of(came).catalogue.figures["bus_pass.take_up"] == 0.55


def test_codes_virements_and_term_dates_come_back_into_the_ledgers_settings(inputs, limited):
    book = to_alter(inputs["limited"])
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


def test_what_a_scenario_cannot_hold_is_told_and_not_lost_in_silence(inputs):
    book = to_alter(inputs["default"])
    lines, dates = book["Budget lines"], book["Term dates"]
    spare = row_of(lines, "Not allocated", "G")
    lines[f"L{spare}"], lines["O5"], dates["D8"] = -500, "no", 3
    dates[f"C{row_of(dates, 'Closed 1')}"] = "May Day"
    came = back(book)
    assert came.changes == ()
    for place in (f"Budget lines, L{spare}", "Budget lines, O5", "Term dates, D8", "Term dates, C"):
        assert sum(place in words for words in came.not_read_back) == 1, place


# ---- Any scenario ----


@pytest.mark.parametrize("pounds", [406633.3, 1250.1, 0.29, 750000.07])
def test_a_budget_with_pence_that_no_binary_fraction_is_comes_back_to_the_penny(inputs, pounds):
    book = to_alter(inputs["default"])
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

    book = to_alter(given_back)
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


def test_a_cell_written_over_outside_yellow_and_a_sheet_that_is_gone_are_told(made):
    book = to_alter(made["default"])
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
