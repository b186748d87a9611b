"""The workbook of a comparison: what LibreOffice computes, what follows the base, and that every check can fail."""

import io
import re
import zipfile
from dataclasses import replace
from functools import cache

import pytest

from budget.allocation.inputs.limits import Limits
from budget.planning import comparison
from budget.planning import plan as planning
from budget.scenarios.scenario import Scenario
from budget.workbook import printing
from budget.workbook.comparison_sheets import checks
from budget.workbook.comparison_sheets import comparison as workbook
from tests import draws
from tests.budget.planning.test_comparison import SCENARIOS, nobody
from tests.budget.workbook import workbook_plans as plans
from tests.budget.workbook.reading import differing, known_of, opened, to_alter
from tests.libreoffice import keep_pictures, needs_libreoffice, printed, recalculated, saved
from tests.made import Made


@cache
def planned(name):
    return planning.make(plans.county(), SCENARIOS[name], plans.DAY)


def compared_plans(*names, base=0):
    return comparison.compare([planned(name) for name in names], base)


def hostile():
    names = ["=1+1", plans.HOSTILE[3], "a\x00?~*", "n" * 40_000]
    plan = plans.hostile()
    return comparison.compare([replace(plan, scenario=replace(plan.scenario, name=name)) for name in names], 1)


CASES = {
    "some": lambda: compared_plans("base", "dearer", "impossible", "more", "fewer"),
    "later_base": lambda: compared_plans("parts", "protected", base=1),
    "base_without_a_plan": lambda: compared_plans("impossible", "base", "more"),
    "nobody": lambda: comparison.compare([nobody(), nobody()]),
    "no_plan_at_all": lambda: compared_plans("impossible", "impossible"),
    "hostile": hostile,
}


def put(sheet, cell, value):
    def breaks(book):
        assert book[sheet][cell].value is not None, f"{sheet} {cell} is empty already"
        book[sheet][cell].value = value

    return breaks


def column(sheet, heading, head):
    return next(cell.column_letter for cell in sheet[head] if cell.value == heading)


def unexplained(book):
    sheet = book["Changes"]
    place = column(sheet, "What changes", 4)
    row = next(cell.row for cell in sheet[place] if cell.value == "loses support")
    sheet[f"{column(sheet, 'Why there is none', 4)}{row}"].value = None


def dropped_change(number, heading):
    def breaks(book):
        sheet = book["Changes"]
        place = column(sheet, heading, 4)
        row = next(cell.row for cell in sheet["A"] if cell.value == number)
        sheet[f"{place}{row}"].value = 99_999

    return breaks


# name of a check -> what is done to the workbook of "some" so that it does not pass
BREAKS = {
    "The base is one of the scenarios": put("Comparison", "B4", 2.5),
    "The base differs from itself by nothing": put("Comparison", "P9", 5),
    "1. As now: spend is within the budget": put("Comparison", "D9", 1),
    "Every area that loses its support is given a reason": unexplained,
    "4 less 1: what changes area by area is the whole change in spend, with vehicles":
        dropped_change(4, "Cost, difference"),
    "2 less 1: what changes area by area is the whole change in young people expected to take support up":
        dropped_change(2, "Takers, difference"),
    "2 less 1: what changes area by area is the whole change in young people brought within reach":
        dropped_change(2, "Within reach, difference"),
    "2 less 1: what changes area by area is the whole change in access score":
        dropped_change(2, "Access score, difference"),
}  # fmt: skip
HEADS = ("spend, with vehicles", "young people expected to take support up",
         "young people brought within reach", "access score", "areas given support")  # fmt: skip


def overwritten(sheet, section):
    def breaks(book):
        row = next(cell.row for cell in book[sheet]["A"] if str(cell.value).lower() == section) + 2
        book[sheet][f"B{row}"].value += 1

    return breaks


for sheet in ("By kind", "By district", "By decile"):
    for section in HEADS:
        name = f"1. As now: {sheet.lower()}, {section} comes to the model's total"
        BREAKS[name] = overwritten(sheet, section)


def together(name: str) -> str:
    """Return the workbook in which a check is broken: few, as LibreOffice is slow, and none touches another's check."""
    for part in ("by kind", "The base is", "less"):
        if part in name:
            return part
    return "others"


SHEETS = (
    "Comparison", "Scenarios", "Inputs", "By kind", "By district", "By decile", "Gains and losses", "Changes", "Checks"
)  # fmt: skip


@pytest.fixture(scope="module")
def comparisons():
    return Made(lambda name: CASES[name]())


@pytest.fixture(scope="module")
def books(comparisons):
    return Made(lambda name: workbook.to_bytes(comparisons[name]))


@pytest.fixture(scope="module")
def computed(books, tmp_path_factory):
    altered = {}
    for part in {together(name): None for name in BREAKS}:
        book = to_alter(books["some"])
        for name, breaks in BREAKS.items():
            if together(name) == part:
                breaks(book)
        altered[part] = saved(book)
    other = to_alter(books["some"])
    other["Comparison"]["B4"].value = 4
    return recalculated(
        books.all_of(CASES) | altered | {"other_base": saved(other)}, tmp_path_factory.mktemp("libreoffice")
    )


@pytest.mark.parametrize("name", draws.some(list(CASES)))
def test_the_sheets_are_in_order_and_every_formula_shows_its_value(books, name):
    assert tuple(opened(books[name], data_only=True).sheetnames) == SHEETS
    assert [cell for cell, value in known_of(books[name]).items() if value is None] == []


@needs_libreoffice
@pytest.mark.parametrize("name", CASES)
def test_every_known_value_is_what_libreoffice_computes_and_all_checks_pass(books, computed, name):
    assert differing(books[name], computed[name]) == []
    assert computed[name]["Checks"][f"B{checks.MASTER_ROW}"].value is True


@needs_libreoffice
@pytest.mark.parametrize("name", BREAKS)
def test_each_check_fails_when_the_workbook_is_broken(computed, name):
    book = computed[together(name)]
    sheet = book["Checks"]
    result = {sheet[f"A{row}"].value: sheet[f"E{row}"].value for row in range(checks.HEAD + 1, sheet.max_row + 1)}
    assert result[name] is False
    assert sheet[f"B{checks.MASTER_ROW}"].value is not True


def test_every_kind_of_check_has_a_way_to_fail(comparisons, books):
    """Scenarios are numbered: one of each kind stands for the others."""
    sheet = opened(books["some"], data_only=True)["Checks"]
    names = {sheet[f"A{row}"].value for row in range(checks.HEAD + 1, sheet.max_row + 1)}
    kinds = {re.sub(r"^\d+(\. .*?:| less \d+:)", "", name) for name in names}
    assert kinds == {re.sub(r"^\d+(\. .*?:| less \d+:)", "", name) for name in BREAKS}


@needs_libreoffice
def test_another_base_gives_the_differences_from_it(comparisons, computed):
    compared, sheet = comparisons["some"], computed["other_base"]["Comparison"]
    assert sheet["C4"].value == "More"
    spends = [plan.allocation.spent_pence for plan in compared.plans]
    for place in (0, 1, 3, 4):
        assert round(sheet[f"P{9 + place}"].value * 100, 6) == spends[place] - spends[3]
    assert sheet["P11"].value == "–"
    kinds = computed["other_base"]["By kind"]
    total = next(cell.row for cell in kinds["A"] if cell.value == "Total")
    letter = column(kinds, "1: change from the base", 5)
    assert round(kinds[f"{letter}{total}"].value * 100, 6) == spends[0] - spends[3]
    assert computed["other_base"]["Checks"][f"B{checks.MASTER_ROW}"].value is True


def test_a_scenario_without_a_plan_is_shown_as_such_with_its_conflicts(books):
    book = opened(books["some"], data_only=True)
    assert [cell.value for cell in book["Comparison"][11]][2:6] == ["no plan", 10, "no plan", "no plan"]
    assert "short of what must be funded" in book["Scenarios"]["D7"].value


def test_names_that_would_be_formulas_stay_text(books):
    book = opened(books["hostile"])
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" or re.match(
                    r"=(IF|INDEX|SUM|ROUND|ABS|AND|COUNT|'?By|Ch|Comp)", cell.value
                )
    assert book["Comparison"]["B9"].value == "=1+1"
    assert book["Comparison"]["B9"].data_type == "s"
    assert book["Comparison"]["B9"].quotePrefix


@pytest.mark.parametrize("name", ["some", "hostile"])
def test_every_chart_says_what_it_shows_and_starts_at_nought(books, name):
    with zipfile.ZipFile(io.BytesIO(books[name])) as archive:
        drawings = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/drawings/drawing")]
        charts = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/charts/chart")]
    said = re.findall(r'cNvPr [^>]*descr="([^"]+)"', "".join(drawings))
    assert len(said) == len(charts) == 18
    assert all('<c:min val="0"' in chart or '<min val="0"' in chart for chart in charts)


def test_the_base_can_only_be_one_of_the_scenarios(books):
    (validation,) = opened(books["some"])["Comparison"].data_validations.dataValidation
    assert (validation.type, validation.formula1, validation.formula2) == ("whole", "1", "5")


def test_the_same_plans_give_the_same_bytes(comparisons, books):
    assert workbook.to_bytes(comparisons["some"]) == books["some"]


def test_no_cells_are_merged_and_every_sheet_is_protected_but_for_the_base(books):
    book = opened(books["some"])
    assert not any(sheet.merged_cells.ranges for sheet in book)
    assert all(sheet.protection.sheet for sheet in book)
    unlocked = [
        (sheet.title, cell.coordinate)
        for sheet in book for row in sheet.iter_rows() for cell in row
        if cell.value is not None and not cell.protection.locked
    ]  # fmt: skip
    assert unlocked == [("Comparison", "B4")]


def test_a_vehicle_that_nobody_rides_on_is_not_lost_between_the_sheets():
    idle = Scenario(
        "Idle", budget_pence=30_000_000, kinds=("minibus", "bus_pass"),
        figures={"minibus.take_up": 0.01},
    )  # fmt: skip
    plan = planning.make(plans.county(), idle, plans.DAY)
    service = plan.choices.services.index[0]
    bound = planning.make(plans.county(), replace(idle, limits=Limits(committed_units={service: 2})), plans.DAY)
    assert bound.allocation.services["units"].sum() >= 2
    compared = comparison.compare([plan, bound])
    content = workbook.to_bytes(compared)
    assert opened(content, data_only=True)["Checks"][f"B{checks.MASTER_ROW}"].value is True


def test_what_each_input_does_alone_stands_beside_it_where_it_was_asked_for(comparisons, books):
    compared = comparison.with_effects(compared_plans("more", "dearer"))
    sheet = opened(workbook.to_bytes(compared))["Inputs"]
    alone = compared.effects[0, 1].iloc[0]
    assert [sheet[f"{letter}5"].value for letter in "CGHIJ"] == [
        "Free bus pass: price a taker: £900 a year → £1,100 a year", alone["cost_pence"] / 100,
        pytest.approx(alone["people"]), pytest.approx(alone["within_reach"]), pytest.approx(alone["access"]),
    ]  # fmt: skip
    assert opened(books["some"])["Inputs"]["G4"].value is None


@needs_libreoffice
def test_libreoffice_prints_it_as_it_is(books, tmp_path):
    some = {name: books[name] for name in ("some", "no_plan_at_all")}
    made = printed(some, tmp_path)
    assert all(content.startswith(b"%PDF") for content in made.values())
    keep_pictures({"comparison": made["some"]})


def test_every_sheet_prints_on_a4_in_a_size_to_read_and_wide_ones_on_several_pages_with_their_names(books):
    for sheet in opened(books["some"]):
        assert int(sheet.page_setup.paperSize) == 9, sheet.title
        wide = sum(d.width for letter, d in sheet.column_dimensions.items() if not d.hidden and letter <= "Z")
        assert wide <= printing.READABLE * sheet.page_setup.fitToWidth, sheet.title
    names = {sheet.title: sheet.print_title_cols for sheet in opened(books["some"]) if sheet.page_setup.fitToWidth > 1}
    assert names == {"Changes": "$A:$C"}
