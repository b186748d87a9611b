import datetime
import pickle
import threading
from dataclasses import replace
from fractions import Fraction
from functools import partial

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.allocation.allocate import allocate
from budget.allocation.inputs.limits import limits_from
from budget.allocation.inputs.objective import Objective
from budget.planning import by_group, reasons
from budget.planning import plan as planning
from budget.scenarios.scenario import Scenario
from data import bundle
from data.example import FOLDER
from data.faults import InputError
from tests.budget.offers.places import area_table, county, destination_table, journey
from tests.budget.workbook import workbook_plans

DAY = datetime.date(2026, 9, 1)
EXAMPLE = bundle.load(FOLDER)


@pytest.fixture(scope="module")
def plan() -> planning.Plan:
    return planning.make(EXAMPLE, Scenario(), DAY)


def test_the_example_county_gets_a_plan_that_is_proved_and_within_budget(plan):
    allocation = plan.allocation
    assert allocation.status == "optimal"
    assert allocation.gap <= 0.0001
    assert 0 < allocation.spent_pence <= allocation.budget_pence


def test_the_example_s_budget_is_tight_so_that_choosing_matters(plan):
    assert not reasons.not_funded(plan).empty
    assert plan.allocation.access_per_extra_1000_pounds > 0


def test_only_areas_in_target_are_funded(plan):
    assert set(plan.allocation.chosen.index.get_level_values("cohort")) <= set(plan.targeting.in_target)


def test_every_cohort_is_either_funded_or_listed_with_a_reason(plan):
    funded = plan.allocation.chosen.index.get_level_values("cohort").tolist()
    left = reasons.not_funded(plan)
    assert sorted(funded + left.index.tolist()) == plan.choices.cohorts.index.tolist()
    assert left["reason"].str.len().gt(0).all()


@pytest.mark.parametrize("table", [by_group.by_district, by_group.by_kind])
def test_spend_by_group_adds_up_to_the_spend(plan, table):
    assert table(plan)["cost_pence"].sum() == plan.allocation.spent_pence


def test_a_county_of_one_district_is_shown_by_its_wards_or_its_neighbourhoods_and_no_spend_is_lost(plan):
    assert by_group.by_part(plan)[0] == "district"
    codes = plan.county.areas.index
    named = [f"Marrow {n // 4:03d}{'ABCD'[n % 4]}" for n in range(len(codes))]
    areas = plan.county.areas.assign(district_name="Marrow", area_name=named)
    where = areas[["easting_m", "northing_m"]].assign(name=["East", *["West"] * (len(codes) - 1)], kind="ward")
    wards = where.assign(area_code=codes).iloc[:-1]  # the last area's ward is not known
    for names, what, parts in (
        (wards, "ward", {"East", "West", "not known"}),
        (None, "neighbourhood", {name[:-1] for name in named}),
    ):
        one = replace(plan, county=replace(plan.county, areas=areas, names=names))
        found, table = by_group.by_part(one)
        assert (found, table["cost_pence"].sum()) == (what, plan.allocation.spent_pence)
        assert set(table.index) <= parts


@given(st.integers(0, 10**9), st.lists(st.integers(1, 5000), min_size=1, max_size=9))
def test_sharing_a_vehicle_loses_no_penny(pence, riders):
    shares = by_group.shared_out(pence, pd.Series(riders) / 100)
    assert shares.sum() == pence
    assert all(abs(share - pence * n / sum(riders)) < 1 for share, n in zip(shares, riders, strict=True))


def test_the_same_scenario_gives_the_same_plan(plan):
    again = planning.make(EXAMPLE, Scenario(), DAY)
    pd.testing.assert_frame_equal(again.allocation.chosen, plan.allocation.chosen)


def test_more_money_never_brings_less_within_reach():
    reached = [
        planning.make(EXAMPLE, Scenario(budget_pence=pounds * 100, gap=0), DAY).allocation.access
        for pounds in (0, 50_000, 250_000, 750_000, 1_500_000)
    ]
    assert reached[0] == 0
    assert reached == sorted(reached)


def test_a_reserve_is_not_spent():
    held = Scenario(budget_pence=30_000_000, reserve_pence=10_000_000)
    assert planning.make(EXAMPLE, held, DAY).allocation.spent_pence <= 20_000_000


def test_a_kind_not_on_offer_is_not_in_the_plan():
    only = planning.make(EXAMPLE, Scenario(kinds=("bus_pass",)), DAY)
    assert set(only.allocation.chosen["kind"]) == {"bus_pass"}


def test_a_plan_on_estimates_alone_says_so(plan):
    assert plan.estimated_share == 1


def test_a_measured_bus_lowers_the_share_that_rests_on_estimates():
    areas = area_table([{"east_km": 12, "north_km": 0}, {"east_km": 0, "north_km": 12}])
    places = destination_table(("C1", "college", 0, 0), ("W1", "employment_centre", 0, 0))
    timetable = pd.DataFrame([journey("A1", "C1", "bus", 40)])
    here = planning.make(county(areas, places, timetable), Scenario(kinds=("bus_pass",)), DAY)
    there = planning.make(county(areas, places), Scenario(kinds=("bus_pass",)), DAY)
    assert here.estimated_share < 1 == there.estimated_share


def test_a_county_with_nobody_in_target_gets_an_empty_plan():
    areas = area_table([{"east_km": 1, "north_km": 0, "rural_urban": "Urban: Nearer to a major town or city"}])
    places = destination_table(("C1", "college", 0, 0), ("W1", "employment_centre", 0, 0))
    empty = planning.make(county(areas, places), Scenario(), DAY)
    assert empty.allocation.chosen.empty
    assert empty.allocation.spent_pence == 0
    assert empty.estimated_share is None
    assert by_group.by_district(empty).empty
    assert by_group.by_kind(empty)["cost_pence"].sum() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"figures": {"bus_pas.price": 1.0}},
        {"figures": {"bus_pass.take_up": 1.5}},
        {"kinds": ("rocket",)},
        {"policy": "targeting-defolt"},
        {"targeting": {"minimum_km_to_colledge": 3.0}},
    ],
)
def test_a_scenario_that_names_what_is_not_there_is_refused(wrong):
    with pytest.raises(InputError):
        planning.make(EXAMPLE, replace(Scenario(), **wrong), DAY)


@pytest.mark.parametrize(
    ("aim", "claims", "nearly"),
    [
        ("most_access", "no plan for this money has a higher access score", "below the highest of any plan for this"),
        ("least_cost", "no plan that does what was asked costs less", "more than the cheapest plan that does what was"),
        ("fair_first", "no plan that raises the worst-off as far has a higher", "highest of any plan that raises the"),
    ],
)
@pytest.mark.parametrize(("status", "gap"), [("optimal", 0.0), ("optimal", 0.00005), ("time_limit", 0.03)])
def test_the_proof_claims_only_what_the_plan_was_to_be_best_at(plan, aim, claims, nearly, status, gap):
    said = reasons.proof(replace(plan, allocation=replace(plan.allocation, aim=aim, status=status, gap=gap)))
    assert (claims in said) == (status == "optimal" and gap == 0)
    assert ("at most 0.01% " in said and nearly in said) == (status == "optimal" and gap > 0)
    assert "{" not in said and "than that" not in said
    if status == "time_limit":
        assert "at most 3.00% " in said


@pytest.mark.parametrize("money", [{"budget_pence": 0}, {"budget_pence": 1000, "reserve_pence": 1000}])
def test_where_there_is_no_money_nothing_is_called_the_best(money):
    assert reasons.proof(planning.make(EXAMPLE, Scenario(**money), DAY)) == "There is no money to spend."


def test_where_nobody_is_in_target_nothing_is_called_the_best():
    assert reasons.proof(workbook_plans.none_in_target()) == "There is no choice to make."


def test_a_plan_under_limits_is_called_best_within_them(plan):
    limited = replace(plan.scenario, limits=limits_from({"must_fund": ["X01000012"]}))
    assert "within these limits" in reasons.proof(planning.solve_again(plan, limited))


def test_a_plan_cannot_be_given_another_question_without_being_made_again(plan):
    dearer = replace(plan.scenario, budget_pence=plan.scenario.budget_pence + 1)
    with pytest.raises(ValueError, match="differ in budget_pence: make the plan again"):
        replace(plan, scenario=dearer)
    assert replace(plan, scenario=replace(plan.scenario, name="Renamed")).problem is plan.problem


def test_every_fault_of_a_scenario_is_said_at_once():
    wrong = Scenario(
        figures={"bus_pas.price": 1.0, "bus_pass.take_up": 1.5},
        kinds=("rocket",),
        targeting={"minimum_km_to_colledge": 3.0},
    )
    with pytest.raises(InputError) as refused:
        planning.make(EXAMPLE, wrong, DAY)
    said = str(refused.value)
    for name in ("bus_pas.price", "bus_pass.take_up", "rocket", "minimum_km_to_colledge"):
        assert name in said


def test_the_county_is_not_altered_by_planning():
    before = EXAMPLE.areas.copy()
    planning.make(EXAMPLE, Scenario(), DAY)
    pd.testing.assert_frame_equal(EXAMPLE.areas, before)


@pytest.mark.parametrize("pounds", [750_000, 1_500_000])
def test_what_is_brought_within_reach_is_bought_for_the_least_whatever_gap_is_allowed(pounds):
    made = planning.make(EXAMPLE, Scenario(budget_pence=pounds * 100, gap=0.05), DAY)
    reached = Fraction(made.allocation.access).limit_denominator(10**6)
    least = allocate(
        made.choices.offers,
        made.allocation.spent_pence,
        services=made.choices.services,
        objective=Objective("least_cost", reached),
        gap=0,
    )
    assert made.allocation.spent_pence == least.spent_pence


def test_what_is_worked_out_of_a_plan_is_worked_out_once_and_no_reader_alters_it(plan):
    worked_out = []

    @planning.once
    def table(plan: planning.Plan) -> pd.DataFrame:
        worked_out.append(plan)
        return pd.DataFrame({"pence": [plan.allocation.spent_pence]})

    found = table(plan)
    found["more"] = 1
    assert table(plan).columns.tolist() == ["pence"]
    another = replace(plan, with_pending=plan.allocation)
    assert table(another).equals(table(plan))
    assert len(worked_out) == 2


def test_what_is_worked_out_is_worked_out_by_one_of_those_who_ask_at_once_here_and_in_another_process(plan):
    others_may_begin = []

    @planning.once
    def figure(plan: planning.Plan) -> int:
        ask = partial(plan.worked_out.lock.acquire, blocking=False)
        other = threading.Thread(target=lambda: others_may_begin.append(ask()))
        other.start()
        other.join()
        return plan.allocation.spent_pence

    for each in (replace(plan), pickle.loads(pickle.dumps(plan))):
        assert figure(each) == plan.allocation.spent_pence
    assert others_may_begin == [False, False]
