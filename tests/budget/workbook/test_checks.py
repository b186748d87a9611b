"""Every check of a workbook can fail, fails when its matter is broken, and names the cell to look at.

One overwritten cell turns one check FALSE; the checks that rest on the cell wait for it.
"""

import datetime

import openpyxl
import pytest

from budget import workbook
from tests.budget.workbook.altering import cell, figures, put, set_figures, swapped_budgets, unseen
from tests.budget.workbook.reading import check_results, column_of, is_formula, opened, row_of, to_alter
from tests.libreoffice import named, needs_libreoffice, recalculated, saved

HEADS_ANY = "Young people brought within reach of at least one"


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


def unsourced(book: openpyxl.Workbook) -> None:
    sheet = book["Assumptions"]
    sheet[f"{column_of(sheet, 'Source, or assumption')}9"] = "   "


def half_a_term(book: openpyxl.Workbook) -> None:
    book["Term dates"][f"B{row_of(book['Term dates'], 'Term 1')}"] = datetime.date(2026, 9, 3)


def overwritten_source(book: openpyxl.Workbook) -> None:
    book["Sources"][f"C{row_of(book['Sources'], 'bus_pass.price')}"] = " "


# What breaks each check, in copies of the workbook: no break of a copy touches another's check, as tried one by one.
# The checks of overwritten cells, for which most of these wait, do not see it (`unseen`).
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
        "Years: the first of the three years is that of the split": cell("Profile", "E33", 1.5),
        "Years: each of the three years is what it adds to the year before": cell("Profile", "I34", 1.5),
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

PLAN_CELLS = "Plan: every cell is what its inputs give"
NO_FORMULA = "{}: no formula has been overwritten"
# Each alone in a copy in which a price has been changed before: the one check that turns FALSE, and the cell it names.
ALONE = {
    "cost": (cell("Plan", "P5", 1.0), PLAN_CELLS, "Plan!P5"),
    "price": (cell("Plan", "L5", 1.0), PLAN_CELLS, "Plan!L5"),
    "takers": (cell("Plan", "J5", 1.0), PLAN_CELLS, "Plan!J5"),
    "contribution_above_price": (put("Plan", "Contribution a taker", 9_000, row=10), PLAN_CELLS, "Plan!M10"),
    "cohort": (put("Plan", "Cohort", "X01999999", row=6), PLAN_CELLS, None),
    "total": (lambda book: put("Plan", "Cost", 1.0, row=row_of(book["Plan"], "Total", "B"))(book), "Plan", "Plan!P89"),
    "vehicles": (put("Services", "Cost", 5.0), "Services", "Services!L5"),
    "line": (put("Budget lines", "Gross", 5.0), "Budget lines", "'Budget lines'!H5"),
    "dear": (figures({"moped_loan.contribution": 9_000}), "No contribution is above its price", "Plan!M16"),
}
SHEETS_WITH_FORMULAS = [name for name in workbook.SHEETS if name not in ("Limits", "Checks", "Sources", "Scenario")]

CHECK_NAMES = [name for copy in BREAKS for name in copy] + [PLAN_CELLS]
CHECK_NAMES += [name for name in SEEN_AFTER_A_CHANGE if name not in CHECK_NAMES]
CHECK_NAMES += [NO_FORMULA.format(name) for name in SHEETS_WITH_FORMULAS]

# What breaks each check of limits, grants and promises, all in one copy of the workbook that has them all.
LIMIT_BREAKS = {
    "Limit 1 is kept: spend at most, as a share of the plan's total, for each district": cell("Limits", "C5", 0.1),
    "Limit 2 is kept: people at least 3, district Tidewold Coast": cell("Limits", "C6", 400),
    "Limit 3 is kept: spend at most £150,000, Shared taxi": cell("Limits", "C7", -1),
    "Cohorts that must be funded have their offer": cell("Limits", "C15", "X01999999"),
    "Vehicles promised are bought: Minibus to Harrowmere College from the south-east": put("Services", "Vehicles", 0),
    "Grant =Bus grant pays no more than it is": cell("Budget lines", "H41", 114_337),
    "Grant Rural grant pays no more than it is": cell("Budget lines", "H42", 114_337),
    "What no grant may pay for is within the council's own money": figures({"bus_pass.price": 9_000}),
}


@pytest.fixture(scope="module")
def computed(books, tmp_path_factory) -> dict[str, openpyxl.Workbook]:
    """Workbooks in which cells are broken, as LibreOffice computes them, and one that is whole."""
    after = {"": set_figures(to_alter(books["default"]), {"bus_pass.price": 901})}
    for breaks, _ in SEEN_AFTER_A_CHANGE.values():
        breaks(after[""])
    for name, (breaks, _, _) in ALONE.items():
        after[name] = set_figures(to_alter(books["default"]), {"bus_pass.price": 901})
        breaks(after[name])
    limited = to_alter(books["limited"])
    for breaks in LIMIT_BREAKS.values():
        breaks(limited)
    unseen(after[""], books["default"])
    altered = {
        "limited": books["limited"],
        **{f"after_{name}": saved(book) for name, book in after.items()},
        "limits_broken": saved(unseen(limited, books["limited"])),
        "sorted_in_part": saved(sorted_in_part(to_alter(books["default"]))),
        "numbers": saved(with_numbers_for_formulas(to_alter(books["default"]))),
    }
    for number, copy in enumerate(BREAKS):
        book = to_alter(books["default"])
        for breaks in copy.values():
            breaks(book)
        altered[f"broken{number}"] = saved(unseen(book, books["default"]))
    return recalculated(altered, tmp_path_factory.mktemp("libreoffice"))


def test_every_check_has_a_way_to_fail(books):
    assert sorted(check_results(opened(books["default"], data_only=True))) == sorted(CHECK_NAMES)


@needs_libreoffice
@pytest.mark.parametrize("name", CHECK_NAMES)
def test_each_check_turns_false_when_its_matter_is_broken(computed, name):
    others = "numbers" if name.endswith("overwritten") else "after_cost" if name == PLAN_CELLS else "after_"
    book = computed[next((f"broken{n}" for n, breaks in enumerate(BREAKS) if name in breaks), others)]
    assert check_results(book)[name] is False
    assert named(book, "all_checks_pass") is False


@needs_libreoffice
@pytest.mark.parametrize("name", SEEN_AFTER_A_CHANGE)
def test_a_changed_input_holds_back_no_check_of_an_overwritten_cell_and_the_cell_is_named(computed, name):
    book = computed["after_"]
    assert book["Checks"]["B4"].value == 1
    assert check_results(book)[name] is False
    _, place = SEEN_AFTER_A_CHANGE[name]
    assert place is None or book["Checks"][f"H{row_of(book['Checks'], name)}"].value == place


@needs_libreoffice
@pytest.mark.parametrize("name", ALONE)
def test_one_mistake_turns_one_check_false_which_names_the_cell_and_those_that_rest_on_it_wait(computed, name):
    _, check, place = ALONE[name]
    sheet, results = computed[f"after_{name}"]["Checks"], check_results(computed[f"after_{name}"])
    check = check if check in results else NO_FORMULA.format(check)
    assert [other for other, passes in results.items() if passes is False] == [check]
    assert named(computed[f"after_{name}"], "all_checks_pass") is False
    row = row_of(sheet, check)
    assert place is None or sheet[f"H{row}"].value == place
    waiting = [row_of(sheet, other) for other, passes in results.items() if passes == "waits"]
    assert {sheet[f"F{other}"].value for other in waiting} <= {f"see row {row} first"}
    assert bool(waiting) is (name != "dear")


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
def test_rows_sorted_in_part_turn_the_check_of_plan_false_and_no_other(computed):
    results = check_results(computed["sorted_in_part"])
    assert [name for name, passes in results.items() if passes is False] == [PLAN_CELLS]


@needs_libreoffice
def test_a_number_in_place_of_a_formula_is_seen_on_every_sheet(computed):
    results = check_results(computed["numbers"])
    names = [NO_FORMULA.format(name) for name in SHEETS_WITH_FORMULAS]
    assert {name: results[name] for name in names} == dict.fromkeys(names, False)
