import datetime
import itertools
import math
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.allocation import instance as large_instance
from budget.allocation.aims import robust
from budget.allocation.aims.robust_problem import Deviations, RobustProblem
from budget.allocation.aims.robust_thresholds import by_thresholds
from budget.allocation.inputs.limits import Limit, Limits, PartFunding
from budget.allocation.inputs.objective import Objective
from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Solution
from budget.offers import ranges
from budget.planning import plan as planning
from budget.risk import robust_plan
from budget.scenarios.scenario import Scenario
from data import bundle
from data.example import FOLDER
from data.faults import InputError
from tests.budget.allocation.allocations import integers_of, offers_of, services_of
from tests.budget.allocation.model.test_pulp_model import MINIBUS, RIDERS, TWO_COHORTS, lines
from tests.draws import draws

DAY = datetime.date(2026, 9, 1)
EXAMPLE = bundle.load(FOLDER)
GOLDEN = Path(__file__).with_name("golden")


def problem(offers, services=None, ceiling=15_000, limits=None) -> IntegerProblem:
    return integers_of(offers, ceiling, services, limits or Limits(), filtered=False)


@st.composite
def instances(draw):
    """A few cohorts with a few offers, perhaps a minibus, deviations, a budget and a Γ."""
    offers = [
        {
            "cohort": f"C{cohort}",
            "option": f"o{option}",
            "cost_pence": draw(st.integers(0, 90)),
            "access": float(draw(st.integers(0, 30))),
        }
        for cohort in range(draw(st.integers(1, 4)))
        for option in range(draw(st.integers(1, 2)))
    ]
    rides = draw(st.booleans())
    if rides:
        offers.append({"cohort": "C0", "option": "m", "cost_pence": 1, "access": 25.0, "service": "bus"})
        offers.append({"cohort": "C9", "option": "m", "cost_pence": 2, "access": 9.0, "service": "bus"})
    fleet = {"service": "bus", "unit_cost_pence": draw(st.integers(1, 60)), "seats_per_unit": 1, "max_units": 2}
    services = services_of(fleet) if rides else services_of()
    made = problem(offers_of(*offers), services, draw(st.integers(0, 300)))
    deviations = Deviations(
        [draw(st.integers(0, 60)) for _ in made.cohort], [draw(st.integers(0, 40)) for _ in made.max_units]
    )
    return made, deviations, draw(st.integers(0, 5))


def every_plan(made: IntegerProblem):
    """Yield every plan of one offer each and every number of vehicles, whatever it costs, if the seats suffice."""
    groups = [[None, *offers] for offers in made.by_cohort().values()]
    seats = {row.units[0]: row for row in made.rows if row.kind == "seats"}
    for choice in itertools.product(*groups):
        offers = tuple(sorted(i for i in choice if i is not None))
        for units in itertools.product(*(range(most + 1) for most in made.max_units)):
            taken = {
                s: sum(c for i, c in zip(row.offers, row.on_offers, strict=True) if i in offers)
                for s, row in seats.items()
            }
            if all(taken[s] <= -row.on_units[0] * units[s] for s, row in seats.items()):
                yield Solution(offers, units)


def costs_in_every_bad_year(made: IntegerProblem, deviations: Deviations, plan: Solution, gamma: int):
    """Yield the spend of a plan for every set of at most Γ cohorts and services at their worst."""
    parts = [deviations.on_offers[i] for i in plan.offers]
    parts += [d * count for d, count in zip(deviations.on_units, plan.units, strict=True)]
    for count in range(min(gamma, len(parts)) + 1):
        for worst in itertools.combinations(parts, count):
            yield plan.spend_pence(made) + sum(worst)


@draws(30)
@given(instances())
def test_a_robust_plan_is_the_best_of_all_that_keep_the_budget_in_every_bad_year(instance):
    made, deviations, gamma = instance
    ceiling = made.rows[0].right
    found = robust.solve(RobustProblem(made, deviations, gamma, gap=0))
    best = max(
        plan.value(made)
        for plan in every_plan(made)
        if max(costs_in_every_bad_year(made, deviations, plan, gamma)) <= ceiling
    )
    assert found.is_proved
    assert found.plan.value(made) == best
    assert max(costs_in_every_bad_year(made, deviations, found.plan, gamma)) <= ceiling


@draws(25)
@given(instances())
def test_thresholds_find_robust_plans_and_bounds_that_none_of_all_plans_passes(instance):
    made, deviations, gamma = instance
    robust_problem = RobustProblem(made, deviations, gamma, gap=0.0)

    def keeps(plan: Solution) -> bool:
        return max(costs_in_every_bad_year(made, deviations, plan, gamma)) <= made.rows[0].right

    found, bound = by_thresholds(robust_problem, time.perf_counter() + 900)
    best = max(plan.value(made) for plan in every_plan(made) if keeps(plan))
    assert found.value(made) <= best <= bound
    if not made.max_units:
        assert found.value(made) == best == bound


def test_a_large_problem_comes_to_the_same_by_thresholds_as_by_the_plain_formulation():
    offers, services, budget_pence = large_instance(100, 0.1)
    made = problem(offers, services, budget_pence)
    deviations = Deviations([cost // 4 for cost in made.cost_pence], [cost // 4 for cost in made.unit_cost_pence])
    assert len(made.cohort) >= robust.LARGE
    robust_problem = RobustProblem(made, deviations, 10, gap=0.002)
    quick = robust.solve(robust_problem)
    plain, bound, _ = robust._direct(robust_problem, time.perf_counter() + 900, None)
    assert quick.is_proved
    assert quick.plan.value(made) <= bound
    assert plain.value(made) <= quick.bound
    assert quick.worst_pence <= budget_pence


@given(instances(), st.randoms(use_true_random=False))
def test_the_worst_spend_by_sorting_is_the_worst_of_every_set_of_bad_cohorts(instance, random):
    made, deviations, gamma = instance
    plan = random.choice(list(every_plan(made)))
    worst = RobustProblem(made, deviations, gamma).worst_spend_pence(plan)
    assert worst == max(costs_in_every_bad_year(made, deviations, plan, gamma))


@pytest.mark.parametrize(
    ("text", "gamma"), [("0", 0), (" 20 ", 20), ("sqrt", 23), ("10%", 51), ("0%", 0), ("2.5%", 13), ("100%", 501)]
)
def test_gamma_is_a_number_a_share_or_a_root_rounded_up(text, gamma):
    assert robust.gamma_of(text, 501) == gamma


@pytest.mark.parametrize("text", ["-1", "many", "110%", "%", "", "1.5", "1/0%"])
def test_a_gamma_that_is_no_number_of_cohorts_is_refused(text, plain):
    with pytest.raises(InputError, match="--robust"):
        robust_plan.make(plain, ranges.ranges_of(plain.catalogue), text)


def golden_model():
    made = problem(TWO_COHORTS)
    return robust.robust_model(RobustProblem(made, Deviations([600, 900, 700], []), 1), 15_000)


def golden_model_with_a_service():
    made = problem(RIDERS, MINIBUS)
    return robust.robust_model(RobustProblem(made, Deviations([0, 50], [100]), 2), 15_000)


MODELS = {"robust_budget": golden_model, "robust_vehicles": golden_model_with_a_service}


@pytest.mark.parametrize("name", MODELS)
def test_the_robust_model_is_written_down_as_its_golden_file_says(name, tmp_path):
    MODELS[name]().lp.writeLP(str(tmp_path / "model.lp"))
    assert lines(tmp_path / "model.lp") == lines(GOLDEN / f"{name}.lp")


def test_no_plan_at_all_is_said_and_nothing_returned():
    made = problem(TWO_COHORTS, ceiling=8_100, limits=Limits(must_fund=("B",)))
    found = robust.solve(RobustProblem(made, Deviations([0, 0, 500], []), 1))
    assert (found.plan, found.infeasible) == (None, True)


def test_a_plan_cut_off_by_its_time_is_no_worse_than_the_start_and_not_called_proved():
    many = offers_of(
        *(
            {"cohort": f"C{n:03d}", "option": "x", "cost_pence": 977 + 13 * n % 311, "access": 90.0 + 17 * n % 53}
            for n in range(200)
        )
    )
    made = problem(many, ceiling=60_000)
    start = Solution((3, 5), ())
    robust_problem = RobustProblem(made, Deviations([300 + n for n in range(200)], []), 14, gap=0)
    found = robust.solve(robust_problem, time_limit_seconds=1e-6, start=start)
    assert found.plan.value(made) >= start.value(made)
    assert found.is_proved == (found.bound == found.plan.value(made))


@pytest.fixture(scope="module")
def plain() -> planning.Plan:
    return planning.make(EXAMPLE, Scenario(gap=0.001), DAY)


@pytest.fixture(scope="module")
def by_gamma(plain) -> dict[str, robust_plan.RobustPlan]:
    uncertain = ranges.ranges_of(plain.catalogue)
    return {text: robust_plan.make(plain, uncertain, text) for text in ("0", "10%", "sqrt", "1000")}


def test_with_no_cohort_at_its_worst_the_robust_plan_is_as_good_as_the_plain_one(plain, by_gamma):
    allocation = by_gamma["0"].plan.allocation
    assert allocation.access == pytest.approx(plain.allocation.access, rel=0.002)
    assert by_gamma["0"].worst_pence == allocation.spent_pence


def test_each_robust_plan_keeps_the_budget_at_its_worst(plain, by_gamma):
    for found in by_gamma.values():
        allocation = found.plan.allocation
        assert allocation.spent_pence <= found.worst_pence <= plain.allocation.budget_pence
        assert allocation.status == "optimal"


def test_with_every_cohort_at_its_worst_the_worst_is_the_high_case(plain, by_gamma):
    found = by_gamma["1000"]
    high = robust_plan.high_case(plain, ranges.ranges_of(plain.catalogue)).choices
    offers = found.plan.allocation.chosen.index
    vehicles = found.plan.allocation.services["units"]
    dear = high.offers.loc[offers, "cost_pence"].sum() + (vehicles * high.services["unit_cost_pence"]).sum()
    assert found.worst_pence == dear


def test_more_safety_never_brings_more_and_its_price_is_said(by_gamma):
    access = [each.plan.allocation.access for each in sorted(by_gamma.values(), key=lambda each: each.gamma)]
    assert all(more >= less * 0.998 for more, less in itertools.pairwise(access))
    assert by_gamma["sqrt"].access_given_up > 0


def test_a_gap_of_a_robust_plan_is_that_of_its_bound(by_gamma):
    for found in by_gamma.values():
        allocation = found.plan.allocation
        assert allocation.access <= allocation.bound
        assert Fraction(allocation.gap).limit_denominator(10**9) <= Fraction(1, 1000)


def made_robust(gamma: str, **scenario) -> robust_plan.RobustPlan:
    plan = planning.make(EXAMPLE, Scenario(gap=0.02, **scenario), DAY)
    return robust_plan.make(plan, ranges.ranges_of(plan.catalogue), gamma)


def test_a_robust_plan_keeps_the_limits_too(plain):
    cohort = plain.choices.offers.index[0][0]
    limits = Limits((Limit("people", at_most=Fraction(20), each="district"),), must_fund=(cohort,))
    found = made_robust("5", limits=limits).plan.allocation
    assert cohort in found.chosen.index.get_level_values("cohort")
    assert found.chosen.groupby("district")["people"].sum().max() <= 20
    assert (found.limits["slack"] >= 0).all()
    assert len(found.limits) > 0


def test_a_part_of_a_cohort_deviates_by_its_part():
    limits, kinds = Limits(part_funding=PartFunding(3)), ("bus_pass", "shared_taxi")
    found = made_robust("2", budget_pence=3_345_600, kinds=kinds, limits=limits)
    chosen, services = found.plan.allocation.chosen, found.plan.allocation.services["units"]
    high = robust_plan.high_case(found.plain, ranges.ranges_of(found.plain.catalogue)).choices
    whole = high.offers["cost_pence"].reindex(chosen.index)
    at_worst = [
        math.ceil(cost * Fraction(round(part * 3), 3)) for cost, part in zip(whole, chosen["part"], strict=True)
    ]
    more = [worst - cost for worst, cost in zip(at_worst, chosen["cost_pence"], strict=True)]
    dearer = high.services["unit_cost_pence"] - found.plain.choices.services["unit_cost_pence"]
    more += [units * dearer[service] for service, units in services.items()]
    assert (chosen["part"] < 1).any() and found.plan.allocation.status == "optimal"
    assert found.worst_pence == found.plan.allocation.spent_pence + sum(sorted(more)[-2:])
    assert found.plan.allocation.spent_pence < found.worst_pence <= 3_345_600


def test_where_nothing_keeps_the_budget_at_its_worst_the_plan_says_so(plain):
    promised = tuple(plain.allocation.chosen.index)
    found = made_robust("1000", limits=Limits(committed=promised)).plan.allocation
    assert found.status == "infeasible"
    assert "at their worst" in found.conflicts[0]
    assert (len(found.chosen), found.spent_pence) == (0, 0)


def test_another_objective_is_refused_rather_than_ignored():
    with pytest.raises(InputError, match="most access only"):
        made_robust("5", objective=Objective("least_cost", Fraction(50)))


if __name__ == "__main__":
    for name, make in MODELS.items():
        make().lp.writeLP(str(GOLDEN / f"{name}.lp"))
