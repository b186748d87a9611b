"""The model as it is written down: one golden .lp file for each family of constraints, compared as sets of lines.

A test on the best plan alone would miss a constraint that is dropped or turned round where it does not bind. After a
wanted change write the files again with `python -m tests.budget.allocation.model.test_pulp_model` and read the
difference.
"""

from fractions import Fraction
from pathlib import Path

import pytest

from budget.allocation.aims.fairness import needs, share_as_units
from budget.allocation.inputs.limits import Grant, Limit, Limits, PartFunding, Share
from budget.allocation.inputs.objective import MOST_ACCESS, Objective
from budget.allocation.inputs.tables import checked_tables
from budget.allocation.model.pulp_model import Goal, Model, build, build_tight
from tests.budget.allocation.allocations import integers_of, offers_of, services_of

GOLDEN = Path(__file__).with_name("golden")
TWO_COHORTS = offers_of(
    {"cohort": "A", "option": "bus", "cost_pence": 5400, "access": 3.5, "district": "East", "vehicles": 0.0},
    {"cohort": "A", "option": "moped", "cost_pence": 9000, "access": 4.0, "district": "East", "vehicles": 1.0},
    {"cohort": "B", "option": "moped", "cost_pence": 8000, "access": 2.0, "district": "West", "vehicles": 2.0},
)
RIDERS = offers_of(
    {"cohort": "A", "option": "minibus", "cost_pence": 0, "access": 3.0, "people": 2.5, "service": "m"},
    {"cohort": "B", "option": "minibus", "cost_pence": 100, "access": 2.0, "people": 1.25, "service": "m"},
)
MINIBUS = services_of({"service": "m", "unit_cost_pence": 300, "seats_per_unit": 3, "max_units": 2})
NOBODY = services_of()


def model(offers=TWO_COHORTS, services=NOBODY, limits=None, goal=None, objective=MOST_ACCESS) -> Model:
    return build(integers_of(offers, 15_000, services, limits or Limits(), objective), goal)


def fair() -> Model:
    offers = checked_tables(TWO_COHORTS).offers
    problem = integers_of(TWO_COHORTS, 15_000, objective=Objective("fair_first"))
    return build(share_as_units(problem, offers, "district", needs(offers, "district")))


def together() -> Model:
    return build_tight(integers_of(RIDERS.assign(people=2.5), 15_000, MINIBUS))


def in_halves() -> Model:
    limits = Limits(part_funding=PartFunding(2, {"option": ("moped",)}))
    return build(integers_of(TWO_COHORTS, 15_000, limits=limits))


CASES = {
    "one_offer_each_and_the_budget": lambda: model(),
    "must_fund": lambda: model(limits=Limits(must_fund=("B",))),
    "seats_and_whole_services": lambda: model(RIDERS, MINIBUS),
    "cap_on_a_resource": lambda: model(limits=Limits((Limit("vehicles", at_most=Fraction(2)),))),
    "floor_in_a_group": lambda: model(
        limits=Limits((Limit("spend", at_least=Fraction("80.00"), where={"district": ("West",)}),))
    ),
    "share_for_each_group": lambda: model(
        limits=Limits((Limit("access", at_most=Share(Fraction(3, 4)), each="district"),))
    ),
    "least_spend": lambda: model(goal=Goal(False, (5400, 9000, 8000), ())),
    "least_cost_that_reaches": lambda: model(RIDERS, MINIBUS, objective=Objective("least_cost", access=Fraction(3))),
    "fair_first": fair,
    "ring_fenced_grants": lambda: model(
        limits=Limits(
            grants=(
                Grant("east", 4_000, {"district": ("East",)}),
                Grant("mopeds", 5_000, {"option": ("moped",)}),
            )
        )
    ),
    "promised_already": lambda: model(
        RIDERS, MINIBUS, limits=Limits(committed=(("B", "minibus"),), committed_units={"m": 1})
    ),
    "part_funding": in_halves,
    "service_patterns": together,
}


def lines(path: Path) -> set[str]:
    return {line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()}


@pytest.mark.parametrize("name", CASES)
def test_the_model_is_written_down_as_its_golden_file_says(name, tmp_path):
    CASES[name]().lp.writeLP(str(tmp_path / "model.lp"))
    assert lines(tmp_path / "model.lp") == lines(GOLDEN / f"{name}.lp")


def test_every_family_of_constraints_is_in_a_golden_file():
    written = " ".join(path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.lp"))
    for family in (
        "one_offer_",
        "budget:",
        "seats_",
        "limit_",
        "rides_",
        "reach_",
        "fair_",
        "total_",
        "grants_",
        "promised_",
        "one_pattern_",
        "units_run_",
        "in_pattern_",
    ):
        assert family in written
    assert {path.stem for path in GOLDEN.glob("*.lp")} == set(CASES)


def test_columns_stay_in_the_order_of_the_offers_beyond_ten():
    offers = offers_of(*({"cohort": f"C{n:02d}", "option": "x", "cost_pence": 5, "access": 1.0} for n in range(12)))
    built = model(offers)
    assert [variable.name for variable in built.lp.variables()] == [variable.name for variable in built.fund]


if __name__ == "__main__":
    for name, make in CASES.items():
        make().lp.writeLP(str(GOLDEN / f"{name}.lp"))
