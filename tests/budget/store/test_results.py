"""What of a plan is kept: its totals and what it chose, and never anything of a person."""

import csv
import io
import json
from pathlib import Path

import pytest

from budget.offers.applicants import Applicants
from budget.planning import reasons
from budget.scenarios.scenario import Scenario
from budget.scenarios.scenario_file import from_text
from budget.store import library as store
from budget.store import results as store_results
from data.faults import InputError
from tests.budget.offers import test_applicants
from tests.budget.offers.test_applicants import decision
from tests.budget.store.stores import results
from tests.budget.workbook import workbook_plans

PLANS = (
    workbook_plans.default, workbook_plans.one_cohort, workbook_plans.none_in_target, workbook_plans.impossible,
    workbook_plans.out_of_time, workbook_plans.hostile, workbook_plans.limited, workbook_plans.least_cost,
)  # fmt: skip


@pytest.mark.parametrize("make", PLANS, ids=lambda make: make.__name__)
def test_the_results_of_every_sort_of_plan_are_kept_to_the_penny(make):
    plan = make()
    kept = store_results.unpacked(store_results.results_of(plan).packed())
    assert kept == store_results.results_of(plan)
    assert kept.spent_pence == plan.allocation.spent_pence
    assert kept.proof == reasons.proof(plan)
    assert not store_results.that_cannot_be(kept, plan.scenario)
    assert kept.conflicts == tuple(plan.allocation.conflicts)
    chosen = [(row.cohort, row.option, row.cost_pence) for row in kept.chosen]
    assert chosen == [(*index, row["cost_pence"]) for index, row in plan.allocation.chosen.iterrows()]
    assert kept.summary()["cohorts"] == len(chosen)


def test_the_same_plan_makes_the_same_bytes():
    assert store_results.results_of(workbook_plans.default()).packed() == results().packed()


def test_results_of_a_plan_for_applicants_are_refused_with_the_reason():
    plan = test_applicants.planned(decision(1), decision(2))
    assert isinstance(plan.applicants, Applicants)
    assert len(plan.allocation.chosen)
    with pytest.raises(InputError) as caught:
        store_results.results_of(plan)
    for words in ("for applicants", "nothing about a person is saved", "Save the scenario without results"):
        assert words in str(caught.value)


def test_of_a_plan_for_applicants_the_library_file_holds_no_trace(tmp_path):
    plan = test_applicants.planned(decision(1, person_id="Zebedee Quill"), decision(2, person_id="Zebedee Quill 2"))
    with store.open_library(f"sqlite:///{tmp_path / 'x.sqlite'}") as library:
        library.save(plan.scenario, author="Ana", note="for the spring panel")
        for name in (one.name for one in library.list()):
            library.export(library.find(name).id, author="Ana")
    content = b"".join(path.read_bytes() for path in Path(tmp_path).iterdir())
    assert b"for the spring panel" in content
    for text in (b"Zebedee", b"row 1", b"row 2"):
        assert text not in content


def changed(**values) -> bytes:
    return json.dumps(json.loads(results().to_json()) | values).encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: b"", "Invalid JSON"),
        (lambda: b"[1]", "valid dictionary|object"),
        (lambda: b"[" * 100_000, "Invalid JSON|recursion"),
        (lambda: b'{"format": 1}', "county: Field required"),
        (lambda: changed(extra="x"), "extra: Extra inputs are not permitted"),
        (lambda: changed(access=-1), "access: Input should be greater than or equal to 0"),
        (lambda: changed(access="203"), "access: Input should be a valid number"),
        (lambda: changed(spent_pence=1.5), "spent_pence"),
        (lambda: changed(spent_pence=1), "spent_pence is 1, but chosen and services come to"),
        (lambda: changed(kinds=[]), "kinds come to 0 pence"),
        (lambda: changed(districts=[]), "districts come to 0 pence"),
        (lambda: changed(status="perfect"), "status"),
        (lambda: changed(county="x" * 100_001), "county: String should have at most"),
        (lambda: changed(access=99.25).replace(b"99.25", b"NaN"), "access"),
        (lambda: changed(access=99.25).replace(b"99.25", b"1e999"), "access|Invalid"),
    ],
)
def test_what_is_no_results_is_refused_with_every_fault(content, said):
    with pytest.raises(InputError, match=said):
        store_results.from_json(content())


def test_results_that_name_applicants_are_refused_wherever_they_come_from():
    chosen = json.loads(results().to_json())["chosen"]
    with pytest.raises(InputError, match="1 cohorts are applicants"):
        store_results.from_json(changed(chosen=[chosen[0] | {"cohort": "row 0017"}, *chosen[1:]]))


def test_of_very_many_faults_the_first_are_listed_and_the_others_counted():
    with pytest.raises(InputError) as caught:
        store_results.from_json(changed(chosen=[{}] * 1000))
    assert len(caught.value.faults) == store_results.MOST_FAULTS + 1
    assert "more faults like these" in str(caught.value.faults[-1])


def test_what_was_chosen_opens_in_a_spreadsheet_and_starts_no_formula():
    hostile = results().model_copy(
        update={"chosen": tuple(row.model_copy(update={"area": "=1+1", "district": " @x"}) for row in results().chosen)}
    )
    rows = list(csv.reader(io.StringIO(hostile.to_csv().decode("utf-8-sig"))))
    assert rows[0] == list(store_results.COLUMNS)
    assert {tuple(row[1:3]) for row in rows[1:]} == {("'=1+1", "' @x")}
    assert sum(int(row[5]) for row in rows[1:]) == sum(row.cost_pence for row in results().chosen)


def test_the_applicants_of_a_scenario_are_found_wherever_its_limits_name_them():
    text = (
        'must_fund = ["row 7", "E01000001"]\n[[committed]]\ncohort = "row 8"\noption = "bus_pass"\n'
        '[[limit]]\nmeasure = "spend"\nat_most = 5\nwhere = { cohort = "row 9" }\n'
    )
    assert store_results.applicants_in(from_text(text).limits) == ["row 7", "row 8", "row 9"]
    assert store_results.applicants_in(Scenario().limits) == []
