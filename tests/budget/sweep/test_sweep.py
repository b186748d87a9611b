import datetime
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from budget.allocation.inputs.limits import Limit, Limits
from budget.allocation.inputs.objective import Objective
from budget.sweep import sweep
from budget.sweep.sweep import Job, Outcome
from data import bundle
from data.example import FOLDER
from data.faults import InputError

DAY = datetime.date(2026, 9, 1)
CHECKSUM = bundle.load(FOLDER).manifest.checksum
GRID = {
    "base": {"reserve": 10, "figures": {"college_minutes": 70}},
    "grid": {"budget": [100, 200], "figures": {"bus_pass.price": [850, 900, 950]}},
    "scenario": [{"name": "by hand", "kinds": ["bus_pass"], "figures": {"bus_pass.take_up": 0.5}}, {"budget": 300}],
}


def asked(**changes) -> list:
    return sweep.from_mapping(GRID | changes, "sweep.toml", DAY)


def job(number=1, folder=str(FOLDER), **scenario) -> Job:
    return Job(number, replace(sweep.Scenario(day=DAY), **scenario), folder, CHECKSUM)


def test_a_grid_is_every_combination_its_last_list_turning_fastest_and_the_list_comes_after():
    made = asked()
    budgets_and_prices = [(each.budget_pence, each.figures.get("bus_pass.price")) for each in made]
    assert budgets_and_prices == [
        (10_000, 850), (10_000, 900), (10_000, 950), (20_000, 850), (20_000, 900), (20_000, 950),
        (75_000_000, None), (30_000, None),
    ]  # fmt: skip


def test_every_scenario_has_the_base_beneath_it_figure_by_figure():
    for each in asked():
        assert each.reserve_pence == 1_000
        assert each.figures["college_minutes"] == 70
    assert asked()[6].figures == {"college_minutes": 70, "bus_pass.take_up": 0.5}


def test_a_scenario_without_a_name_is_named_by_what_sets_it_apart():
    names = [each.name for each in asked()]
    assert names[0] == "budget 100, bus_pass.price 850"
    assert names[6:] == ["by hand", "budget 300"]
    lists = {"kinds": ["bus_pass", "minibus"], "limit": [{"measure": "spend", "at_most": 5.0}], "must_fund": []}
    (made,) = asked(grid={}, scenario=[lists])
    assert made.name == "kinds bus_pass + minibus, limit measure spend at_most 5.0, must_fund none"


def test_the_day_is_settled_for_all_when_the_sweep_begins():
    assert {each.day for each in asked()} == {DAY}
    other = datetime.date(2027, 1, 1)
    assert {each.day for each in asked(base={"day": other})} == {other}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"gird": {}}, 'Did you mean "grid"'),
        ({"grid": {"budget": 5}}, "must be a list"),
        ({"grid": {"budget": []}}, "must be a list"),
        ({"grid": {"figures": {"bus_pass.price": 5}}}, "grid.bus_pass.price"),
        ({"grid": [1]}, "must be a table"),
        ({"scenario": {"name": "x"}}, "must be tables"),
        ({"grid": {}, "scenario": []}, "lists no scenario"),
        ({"grid": {"budget": list(range(1000)), "reserve": list(range(1000))}}, "at most 100,000"),
        ({"grid": {"budgit": [1]}}, 'Did you mean "budget"'),
    ],
)
def test_a_sweep_that_cannot_be_is_refused_with_what_to_do(changes, said):
    with pytest.raises(InputError, match=said):
        asked(**changes)


def test_the_faults_of_all_scenarios_are_said_at_once():
    with pytest.raises(InputError) as caught:
        asked(grid={"budget": [-1, 5], "decay": ["stepp"]}, scenario=[{"gap": 7}])
    assert [fault.where for fault in caught.value.faults] == [
        "scenario 1, budget", "scenario 1, decay", "scenario 2, decay", "scenario 3, gap",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"budget_pence": 1},
        {"figures": {"bus_pass.price": 901.0}},
        {"day": datetime.date(2026, 9, 2)},
        {"gap": 0.0},
        {"kinds": ("bus_pass",)},
        {"limits": Limits((Limit("spend", at_most=Fraction(1, 3)),))},
        {"objective": Objective("fair_first")},
    ],
)
def test_whatever_changes_a_plan_changes_the_key_of_its_job(other):
    assert job(**other).key != job().key


def test_neither_name_nor_place_nor_order_of_figures_changes_the_key_of_a_job():
    figures = {"bus_pass.price": 901.0, "college_minutes": 70}
    backwards = dict(reversed(figures.items()))
    assert job(5, name="x", figures=figures).key == job(6, name="y", figures=backwards, folder="elsewhere").key


def test_another_bundle_is_another_job():
    assert replace(job(), checksum="0").key != job().key


def test_a_scenario_that_cannot_be_planned_for_says_why_in_its_outcome():
    failed = sweep.run_job(job(figures={"bus_pas.price": 1.0})).results
    assert failed["status"] == "failed"
    assert 'Did you mean "bus_pass.price"' in failed["problem"]
    assert failed["spent_pence"] is None


def test_a_mistake_of_the_program_is_one_scenario_s_failure_too():
    assert "AttributeError" in sweep.run_job(job(figures=None)).results["problem"]


def test_a_bundle_that_has_changed_since_is_not_planned_for():
    assert "has changed" in sweep.run_job(replace(job(), checksum="another")).results["problem"]


def test_an_outcome_is_that_of_the_plan():
    outcome = sweep.run_job(job())
    plan = sweep.planning.make(bundle.load(FOLDER), job().scenario, DAY)
    assert outcome.results["spent_pence"] == plan.allocation.spent_pence
    assert outcome.results["access"] == plan.allocation.access
    spent = dict.fromkeys(("kind", "district"), 0)
    for row in outcome.groups:
        spent[row["group"]] += row["cost_pence"]
    assert spent == {"kind": plan.allocation.spent_pence, "district": plan.allocation.spent_pence}


def done(*numbers: int) -> dict:
    good = Outcome({**Outcome.failed("").results, "status": "optimal", "access": 1.5, "spent_pence": 7})
    outcomes = {1: good, 2: Outcome.failed("why"), 3: good}
    jobs = {1: job(1, figures={"bus_pass.price": 1.0}), 2: job(2), 3: job(3, risk={"chance": 0.1})}
    return {number: (jobs[number], outcomes[number]) for number in numbers}


def test_a_row_for_each_scenario_in_the_order_of_the_sweep_whatever_the_order_they_came_in():
    pd.testing.assert_frame_equal(sweep.results_table(done(3, 1, 2)), sweep.results_table(done(1, 2, 3)))
    assert sweep.results_table(done(3, 1, 2))["number"].tolist() == [1, 2, 3]


def test_columns_have_one_name_each_and_what_is_not_set_is_empty():
    table = sweep.results_table(done(1, 2, 3))
    assert table.columns.is_unique
    assert table["figures.bus_pass.price"].isna().tolist() == [False, True, True]
    assert table["risk.chance"].isna().tolist() == [True, True, False]
    assert table["spent_pence"].isna().tolist() == [False, True, False]
    assert table["gap_asked"].tolist() == [0.0001] * 3


def test_the_table_keeps_its_columns_and_types_when_everything_failed():
    some, none = (sweep.results_table(done(*numbers)).dtypes for numbers in ((1, 2), (2,)))
    assert none.drop("number").to_dict() == {name: some[name] for name in none.index if name != "number"}


def test_a_sweep_file_is_read_from_toml(tmp_path: Path):
    path = tmp_path / "sweep.toml"
    path.write_text('[grid]\nbudget = [1, 2]\n[grid.figures]\n"bus_pass.price" = [3, 4]\n', encoding="utf-8")
    assert len(sweep.read(path, DAY)) == 4
