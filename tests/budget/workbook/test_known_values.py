"""Every formula brings the value along that LibreOffice computes, which is the model's to the penny."""

import itertools
import random
from dataclasses import replace

import openpyxl
import pytest

from budget import workbook
from budget.allocation.inputs.grants import paid_by
from budget.planning import by_group
from budget.workbook import known_values
from tests import draws
from tests.budget.workbook import workbook_plans as plans
from tests.budget.workbook.books import MADE, planned
from tests.budget.workbook.reading import column_of, differing, known_of
from tests.libreoffice import named, needs_libreoffice, recalculated


@pytest.fixture(scope="module")
def computed(books, tmp_path_factory) -> dict[str, openpyxl.Workbook]:
    """The workbook of each plan as LibreOffice computes it, in one run."""
    return recalculated(books.all_of(MADE), tmp_path_factory.mktemp("libreoffice"))


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


@needs_libreoffice
def test_hostile_names_survive_as_text_through_libreoffice(computed):
    names = {cell.value for cell in computed["hostile"]["Plan"]["C"]} | {
        cell.value for cell in computed["hostile"]["Eligibility"]["B"]
    }
    assert {"=1+1", "+44 1522 552222", "-2+3", "#REF!", "TRUE", "1e5", "*", "{=1+1}"} <= names


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
