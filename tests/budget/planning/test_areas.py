"""What a plan does with each area: every area has one status, and the tables add up to the plan."""

import datetime

import pandas as pd
import pytest

from budget.allocation.why.sentences import NOTHING_HELPS
from budget.planning import plan as plans
from budget.planning import reasons
from budget.planning.areas import STATUSES, by_area, figures_behind, funded, offers_to, pence_each
from budget.scenarios.scenario import Scenario
from data import bundle, example

DAY = datetime.date(2026, 11, 24)


def make(**settings) -> plans.Plan:
    return plans.make(bundle.load(example.FOLDER), Scenario(**settings), DAY)


@pytest.fixture(scope="module")
def plan():
    return make(budget_pence=40_000_000)


def test_every_area_has_one_status_in_the_order_of_the_county(plan):
    areas = by_area(plan)
    assert areas.index.equals(plan.county.areas.index)
    assert set(areas["status"]) <= set(STATUSES)


def test_the_areas_in_target_are_those_funded_and_those_not(plan):
    areas = by_area(plan)
    shown = areas.index[areas["status"].isin(["funded", "not_funded"])]
    assert set(shown) == set(plan.targeting.in_target)
    assert set(areas.index[areas["status"] == "not_settled"]) == set(plan.targeting.not_settled)


def test_what_is_spent_in_the_areas_is_what_the_plan_spends(plan):
    assert by_area(plan)["whole_cost_pence"].sum() == plan.allocation.spent_pence
    assert funded(plan)["whole_cost_pence"].sum() == plan.allocation.spent_pence


def test_only_funded_areas_have_a_kind(plan):
    areas = by_area(plan)
    assert areas["kind"].notna().equals(areas["status"] == "funded")


def test_what_is_funded_is_named_for_a_person(plan):
    table = funded(plan)
    assert set(table["label"]) <= {kind.label for kind in plan.catalogue.kinds}
    assert table["area_name"].notna().all()
    riders = plan.allocation.chosen["service"].notna().to_numpy()
    assert table.loc[riders, "service"].str.startswith("Minibus to").all()


def test_one_offer_to_a_funded_area_is_funded_and_it_is_the_one_chosen(plan):
    cohort, option = plan.allocation.chosen.index[0]
    offers = offers_to(plan, cohort)
    assert offers.index[offers["result"] == "funded"].tolist() == [option]
    assert offers.index.tolist() == [kind.id for kind in plan.catalogue.kinds]


def test_a_kind_that_brings_nothing_says_so_and_has_no_cost(plan):
    offers = offers_to(plan, plan.allocation.chosen.index[0][0])
    nothing = offers[offers["access"].isna()]
    assert (nothing["result"] == "brings nothing more within reach here").all()
    assert nothing["cost_pence"].isna().all()


def test_offers_that_ride_on_a_vehicle_that_does_not_run_say_so():
    offers = make(budget_pence=0)
    ridden = [offers_to(offers, cohort).loc["minibus", "result"] for cohort in offers.choices.cohorts.index]
    assert "only by a vehicle that does not run in this plan" in ridden


def test_an_area_outside_the_target_has_no_offers(plan):
    outside = plan.county.areas.index.difference(plan.targeting.in_target)
    assert offers_to(plan, outside[0]).empty


def test_nothing_for_nothing():
    plan = make(budget_pence=0)
    assert pence_each(plan) is None
    assert funded(plan).empty
    assert set(by_area(plan)["status"]) <= set(STATUSES) - {"funded"}


def test_the_cost_of_each_is_the_spend_over_the_people_within_reach_and_not_over_the_score(plan):
    allocation = plan.allocation
    people = allocation.chosen["within_reach"].sum()
    assert people > allocation.access
    assert pence_each(plan) == pytest.approx(allocation.spent_pence / people, abs=0.5)


def test_the_plan_is_not_altered(plan):
    chosen = plan.allocation.chosen.copy(deep=True)
    by_area(plan), funded(plan), offers_to(plan, plan.choices.cohorts.index[0])
    pd.testing.assert_frame_equal(plan.allocation.chosen, chosen)


def figures(plan: plans.Plan, funded: bool) -> tuple[pd.Series, dict[str, str]]:
    why = reasons.explanation(plan).cohorts
    row = why[(why["funded"] == funded) & why["best_option"].notna()].iloc[0]
    return row, dict(figures_behind(plan, row))


def test_the_figures_behind_what_is_funded_are_its_own_and_the_next_best(plan):
    row, said = figures(plan, True)
    assert said["Funded"].endswith(f"for {row['access']:,.2f} of the access score")
    assert said["The next best"].startswith(plan.catalogue.kind(row["best_option"]).label)
    assert not set(said) & {"Kept out by", "It would get"}


def test_the_figures_behind_what_is_not_funded_hold_its_cost_the_plans_and_the_budget_it_comes_in_at(plan):
    row, said = figures(plan, False)
    assert said["Cost for a point of the access score here"] == pounds(row["pence_per_access"])
    assert said["What this plan's last pounds pay for a point"] == pounds(row["plan_pence_per_access"])
    assert said["Kept out by"] and said["If it had to be funded for the same money"]
    about, _, entry = said["It comes in, at the latest, by a budget of"].rpartition("£")
    assert bool(about) != row["entry_is_exact"]  # where whole vehicles come between, the budget is not exact
    again = make(budget_pence=int(entry.replace(",", "")) * (105 if about else 100))
    assert row.name in again.allocation.chosen.index.get_level_values("cohort")


def pounds(pence: float) -> str:
    return f"£{round(pence / 100):,}"


def test_where_nothing_helps_there_are_no_figures_behind_it(plan):
    why = reasons.explanation(plan).cohorts
    assert figures_behind(plan, why[why["kept_out_by"] == NOTHING_HELPS].iloc[0]) == []
