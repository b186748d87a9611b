"""What is changed on Assumptions and the other inputs flows through the workbook as the model has it."""

from dataclasses import replace

import openpyxl
import pytest
from openpyxl.formula.translate import Translator

from budget.scenarios.finance import teaching_days
from budget.workbook.check import HELD_BACK
from tests.budget.workbook import workbook_plans as plans
from tests.budget.workbook.altering import CHANGES, set_figures
from tests.budget.workbook.reading import check_results, column_of, is_formula, row_of, to_alter
from tests.libreoffice import named, needs_libreoffice, recalculated, saved


def turned_over(book: openpyxl.Workbook) -> openpyxl.Workbook:
    """Reverse the rows of Plan as Excel's sort does: formulas move and keep reading their own row."""
    sheet = book["Plan"]
    last = row_of(sheet, "Total", "B") - 1
    rows = [[(cell.coordinate, cell.value) for cell in row] for row in sheet.iter_rows(min_row=5, max_row=last)]
    for row, moved in zip(range(5, last + 1), reversed(rows), strict=True):
        for cell, (origin, value) in zip(sheet[row], moved, strict=True):
            cell.value = Translator(value, origin).translate_formula(cell.coordinate) if is_formula(value) else value
    return book


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


@pytest.fixture(scope="module")
def computed(books, tmp_path_factory) -> dict[str, openpyxl.Workbook]:
    """The default workbook, and copies in which somebody has changed something, as LibreOffice computes them."""

    def changed(change, name: str = "default") -> bytes:
        return saved(change(to_alter(books[name])))

    altered = {
        "default": books["default"],
        "changed": changed(lambda book: set_figures(book, CHANGES)),
        "dearer": changed(lambda book: set_figures(book, {"bus_pass.price": 901})),
        "slower": changed(lambda book: set_figures(book, {"college_minutes": 75})),
        "other_terms": changed(plain_days([3])),
        "no_terms": changed(plain_days([0] * 12)),
        "nobody_rides": changed(lambda book: set_figures(book, {"minibus.take_up": 0}), "minibuses_only"),
        "other_ledger": changed(other_ledger),
        "terms_typed": changed(with_terms),
        "sorted": changed(turned_over),
        "error": changed(lambda book: set_figures(book, {"bus_pass.price": "=1/0"})),
    }
    return recalculated(altered, tmp_path_factory.mktemp("libreoffice"))


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
    assert profile["E34"].value == pytest.approx(1.1)
    assert profile["H34"].value == pytest.approx(spend / 2 + 1.1 * spend * 7 / 12, abs=0.2)  # seven months of the next
    assert profile["H35"].value == pytest.approx(1.1 * spend * 5 / 12 + profile["E35"].value * spend * 7 / 12, abs=0.2)
    shown = next(row for row in summary.iter_rows() if str(row[0].value).startswith("2027 to 2028"))
    assert shown[1].value == profile["H34"].value
    checked = next(
        row for row in book["Checks"].iter_rows() if str(row[0].value).startswith("Years: each of the three")
    )
    assert checked[1].value == pytest.approx(sum(profile[f"H{row}"].value for row in (33, 34, 35)))
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
    assert set(results.values()) == {True, False, "waits"}
    assert named(computed["error"], "all_checks_pass") is False
