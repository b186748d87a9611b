import datetime
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.offers import ranges
from budget.offers.catalogue import Range
from budget.planning import plan as planning
from budget.risk import risk_report, simulation
from budget.scenarios.scenario import Scenario
from data import bundle
from data.example import FOLDER
from data.figures import Figure
from tests.draws import draws

DAY = datetime.date(2026, 9, 1)
EXAMPLE = bundle.load(FOLDER)


def made(**scenario) -> planning.Plan:
    return planning.make(EXAMPLE, Scenario(**scenario), DAY)


@pytest.fixture(scope="module")
def plan() -> planning.Plan:
    return made()


@pytest.fixture(scope="module")
def passes() -> planning.Plan:
    return made(kinds=("bus_pass",))


def simulated(plan, given=None, **options) -> simulation.Risk:
    return simulation.simulate(plan, ranges.ranges_of(plan.catalogue, given), **options)


def a_range(low: float, central: float, high: float) -> Range:
    def figure(value):
        return Figure("bus_pass.take_up", "Take-up", "share", value, None, "")

    return Range(figure(low), figure(central), figure(high))


@draws(25)
@given(st.floats(0, 0.4), st.floats(0.05, 0.95), st.floats(0.1, 0.6), st.integers(0, 2**32))
def test_draws_have_the_planned_figure_as_their_mean_and_stay_between_their_ends(low, place, width, seed):
    each = a_range(low, low + place * width, low + width)
    drawn = simulation.figures_drawn(ranges.Ranges((each,), ranges.risk_settings()), 4_000, seed)[each.name]
    assert each.low.value <= drawn.min() <= drawn.max() <= each.high.value
    assert abs(drawn.mean() - each.central.value) <= 5 * drawn.std() / np.sqrt(4_000) + 1e-12


def test_a_figure_without_a_spread_is_always_itself():
    drawn = simulation.figures_drawn(ranges.Ranges((a_range(0.5, 0.5, 0.5),), ranges.risk_settings()), 100, 1)
    assert set(drawn["bus_pass.take_up"]) == {0.5}


def test_on_average_a_plan_of_passes_spends_and_brings_what_was_planned(passes):
    found = simulated(passes)
    for drawn, planned in (
        (found.draws.spend_pence, passes.allocation.spent_pence),
        (found.draws.people, passes.allocation.people),
        (found.draws.access_micro / simulation.MICRO, passes.allocation.access),
    ):
        assert abs(drawn.mean() - planned) < 4 * drawn.std() / np.sqrt(len(drawn))


def test_spend_and_access_follow_the_same_take_up(passes):
    draws = simulated(passes).draws
    assert np.corrcoef(draws.people, draws.access_micro)[0, 1] > 0.95
    assert np.corrcoef(draws.people, draws.spend_pence)[0, 1] > 0.3


def test_a_draw_costed_again_in_plain_python_comes_to_the_same_penny(plan):
    uncertain = ranges.ranges_of(plan.catalogue)
    figures = simulation.figures_drawn(uncertain, 50, 7)
    groups = simulation.groups_of(plan)
    takers = simulation.takers_drawn(groups, plan.catalogue, figures, 50, 7)
    drawn = simulation.costs_of_draws(groups, plan, takers, figures)
    for draw in range(0, 50, 7):
        prices = {name: values[draw] for name, values in figures.items()}
        spend, people, micro = naively(plan, groups.to_dict("records"), takers[:, draw].tolist(), prices)
        assert spend == drawn.spend_pence[draw]
        assert people == drawn.people[draw]
        assert micro == drawn.access_micro[draw]


def naively(plan, groups, takers, prices) -> tuple[int, int, int]:
    """Cost one draw by hand: loops, whole numbers and the rules of the module's docstring."""
    spend = people = micro = 0
    for service in sorted({group["service"] for group in groups}):
        cost = gain = riders = 0
        for group, count in zip(groups, takers, strict=True):
            if group["service"] == service:
                kind = plan.catalogue.kind(group["kind"])
                flat = plan.catalogue.pence(kind, "price")
                factor = prices.get(f"{kind.id}.price", 0) / plan.catalogue.value(kind, "price", 0) if flat else 1
                price = group["unit_price_pence"] if f"{kind.id}.price" not in prices else int(flat * factor + 0.5)
                cost += count * (price - group["unit_contribution_pence"])
                gain += count * group["micro"]
                riders += count
        seats = riders
        if service:
            units = int(plan.allocation.services.loc[service, "units"])
            seats = units * int(plan.choices.services.loc[service, "seats_per_unit"])
            kind, _, _ = service.partition("-")
            flat = plan.catalogue.figures[f"{kind}.vehicle_price"]
            each = 100 * prices[f"{kind}.vehicle_price"]
            miles = int(plan.choices.services.loc[service, "unit_cost_pence"]) - 100 * flat
            if miles:
                each += miles * prices[f"{kind}.price_per_mile"] / plan.catalogue.figures[f"{kind}.price_per_mile"]
            spend += units * int(each + 0.5)
        seated = min(seats, riders)
        spend += cost * seated // max(riders, 1)
        micro += gain * seated // max(riders, 1)
        people += seated
    return spend, people, micro


def test_money_and_people_are_whole_in_every_draw(plan):
    draws = simulated(plan, draws=100).draws
    for figures in (draws.spend_pence, draws.people, draws.access_micro, draws.turned_away):
        assert figures.dtype == np.int64
        assert (figures >= 0).all()


def test_a_full_minibus_turns_the_rest_away_and_costs_no_more_for_them():
    plan = made(kinds=("minibus",))
    low, high = (simulated(plan, {"minibus.take_up.high": end, **CERTAIN}) for end in (0.61, 0.99))
    seats = (plan.allocation.services["units"] * 16).sum()
    assert high.draws.people.max() <= seats
    told = risk_report.sentences_without_cases(risk_report.RiskReport(ranges.ranges_of(plan.catalogue), high, (), None))
    assert any(each.startswith("Full vehicles turn away") for each in told)  # minibuses, taxis or buses
    assert high.turned_away.mean > low.turned_away.mean > 0
    assert set(high.draws.spend_pence) == set(low.draws.spend_pence) == {plan.allocation.spent_pence}


CERTAIN = {"minibus.vehicle_price.low": 45_000, "minibus.vehicle_price.high": 45_000}


@pytest.mark.parametrize("chance", [0.01, 0.05, 0.2])
def test_the_cover_is_the_least_that_leaves_the_chance_accepted(plan, chance):
    found = simulated(plan, {"chance": chance})
    enough = found.planned_pence + found.cover_pence
    spend = found.draws.spend_pence
    assert (spend > enough).mean() <= chance < (spend > enough - 1).mean()


def test_money_in_reserve_is_there_to_be_spent_before_the_budget_is_overspent(passes):
    held = replace(passes, allocation=replace(passes.allocation, budget_pence=10**9))
    assert simulated(held).chance_of_overspending == 0
    assert simulated(held).short_pence == 0


def test_bands_are_draws_that_occur_in_order(plan):
    found = simulated(plan, draws=999)
    for band, drawn in ((found.spend_pence, found.draws.spend_pence), (found.people, found.draws.people)):
        assert band.low <= band.middle <= band.high
        assert {band.low, band.middle, band.high} <= set(drawn.tolist())


def test_a_spread_that_all_kinds_share_widens_the_band(plan):
    apart, together = (
        simulated(plan, {"take_up_in_common": part, "prices_in_common": part}).draws.spend_pence.std()
        for part in (0.0, 1.0)
    )
    assert together > 1.1 * apart


def test_the_same_seed_gives_the_same_draws_and_another_gives_others(plan):
    first, again, other = (simulated(plan, draws=50, seed=seed).draws.spend_pence for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_offers_alike_are_drawn_as_one_and_lose_nobody(plan):
    groups = simulation.groups_of(plan)
    chosen = plan.allocation.chosen
    take_up = chosen["kind"].map(lambda kind: plan.catalogue.figures[f"{kind}.take_up"])
    assert len(groups) < len(chosen)
    assert groups["offered"].sum() == pytest.approx((chosen["people"] / take_up).sum())


def test_a_plan_that_funds_nobody_has_no_risk():
    found = simulated(made(budget_pence=0))
    assert found.spend_pence.high == found.access.high == found.chance_of_overspending == found.cover_pence == 0


def test_the_plan_is_not_altered_by_simulating_it(plan):
    before = plan.allocation.chosen.copy()
    simulated(plan, draws=10)
    pd.testing.assert_frame_equal(plan.allocation.chosen, before)


def test_millionths_of_access_are_exact(plan):
    groups = simulation.groups_of(plan)
    a_taker = {Fraction(int(micro), simulation.MICRO) for micro in groups["micro"]}
    assert a_taker <= {Fraction(str(value)) for value in plan.allocation.chosen["access_per_taker"]}
