"""Plans to make workbooks of: the example's, its edge cases, and generated ones full of halves of a penny."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pandas as pd

from budget.allocation.inputs.limits import NO_LIMITS, Limits, PartFunding, limits_from
from budget.allocation.inputs.objective import Objective
from budget.allocation.inputs.part_funding import with_parts
from budget.allocation.inputs.tables import checked_tables
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.risk import robust_plan
from budget.risk.robust_plan import RobustPlan
from budget.scenarios.finance import Finance, LedgerCodes
from budget.scenarios.scenario import Scenario
from data import bundle, example
from data.bundle import County
from eligibility.rules.criteria import Verdict

DAY = datetime.date(2026, 11, 24)

# half the rows of these tie at half a penny, half a hundredth of a person, or half a penny of mileage
TYING = {
    "bus_pass.price": 12.50,
    "bus_pass.take_up": 0.5,
    "bus_discount.price": 3.35,
    "bus_discount.take_up": 0.25,
    "mileage.price_per_mile": 0.05,
    "mileage.journeys_a_day": 1,
    "mileage.take_up": 0.35,
    "weeks_a_year": 37,
    "moped_loan.price": 1100.10,
    "moped_loan.contribution": 0.35,
    "moped_loan.take_up": 0.125,
    "shared_taxi.price": 0.35,
    "shared_taxi.vehicle_price": 8000.01,
    "shared_taxi.price_per_mile": 1.37,
    "shared_taxi.take_up": 0.6125,
    "minibus.vehicle_price": 44999.99,
    "deprived_weight": 1.35,
    "college_weight": 0.45,
}
UNEVEN = {
    "bus_pass.price": 899.99,
    "bus_pass.take_up": 0.6667,
    "mileage.price_per_mile": 0.47,
    "mileage.journeys_a_day": 2.5,
    "days_a_week": 4.5,
    "moped_loan.contribution": 759.95,
    "minibus.contribution": 0.00,
    "minibus.price": 1.15,
    "minibus.vehicle_price": 33333.33,
    "work_weight": 0.333333,
}


@cache
def county() -> County:
    """Return the example county."""
    return bundle.load(example.FOLDER)


@cache
def county_with_a_choice() -> County:
    """Return the example county with what its colleges offer: two of the sixth forms are too small to be a choice."""
    offered = {
        "X-C1": (310.0, 900.0), "X-C2": (12.0, 420.0), "X-S1": (140.0, 20.0), "X-S2": (55.0, 0.0), "X-S3": (40.0, 8.0),
        "X-S4": (90.0, 65.0),
    }  # fmt: skip
    studies = pd.DataFrame.from_dict(offered, orient="index", columns=["academic", "technical"])
    return replace(county(), destinations=county().destinations.join(studies))


@cache
def default() -> Plan:
    """Return the plan that the app opens on."""
    return planning.make(county(), Scenario(), DAY)


def with_values(**values) -> Plan:
    """Return a plan for the example county under a scenario."""
    return planning.make(county(), Scenario(**values), DAY)


@cache
def one_cohort() -> Plan:
    """Return a plan for a county with one area in target."""
    area = default().allocation.chosen.index.get_level_values("cohort")[:1]
    alone = replace(county(), areas=county().areas.loc[area])
    return planning.make(alone, Scenario(), DAY)


@cache
def none_in_target() -> Plan:
    """Return a plan for a county where no area is in target."""
    outcome = default().targeting.outcome
    near = replace(county(), areas=county().areas.loc[outcome.index[outcome == Verdict.FAIL]])
    return planning.make(near, Scenario(budget_pence=100), DAY)


TERMS = (
    (datetime.date(2026, 9, 3), datetime.date(2026, 10, 23)),
    (datetime.date(2026, 11, 2), datetime.date(2026, 12, 18)),
    (datetime.date(2027, 1, 4), datetime.date(2027, 2, 12)),
    (datetime.date(2027, 2, 22), datetime.date(2027, 3, 25)),
    (datetime.date(2027, 4, 12), datetime.date(2027, 5, 28)),
    (datetime.date(2027, 6, 7), datetime.date(2027, 7, 22)),
    (datetime.date(2027, 8, 23), datetime.date(2027, 8, 31)),
)
BY_TERMS = Finance(terms=TERMS, closed=(datetime.date(2027, 5, 3),), contingency_share=0.0123456)
BY_MONTHS = Finance(
    lines={
        "bus_pass": LedgerCodes("C1234", "=4010", "9310", -250_000),
        "minibus": LedgerCodes("C1234", "4020", "@9310", 250_000),
    },
    profile="months",
    contingency_share=0.05,
    inflation=(0.031, 0.027),
)


@cache
def limited() -> Plan:
    """Return a plan under every kind of limit at once."""
    chosen = default().allocation.chosen.index
    first, second = chosen.get_level_values("cohort")[:2]
    option = chosen.get_level_values("option")[1]
    district = default().allocation.chosen["district"].iloc[-1]
    service = default().choices.offers.loc[second, "service"].dropna().iloc[0]  # nobody else could ride it: it is empty
    asked = {
        "must_fund": [first],
        "committed": [{"cohort": second, "option": option}, {"service": service, "units": 1}],
        "part_funding": {"parts": 7, "where": {"kind": ["shared_taxi", "bus_pass", "moped_loan", "minibus"]}},
        "grant": [
            {"name": "=Bus grant", "amount": 40_000, "pays_for": {"kind": ["bus_pass"]}},
            {"name": "Rural grant", "amount": 90_000, "pays_for": {"kind": ["minibus", "shared_taxi"]}},
        ],
        "limit": [
            {"measure": "spend", "at_most": {"share": 0.6}, "each": "district"},
            {"measure": "people", "at_least": 3, "where": {"district": district}},
            {"measure": "spend", "at_most": 150_000, "where": {"kind": "shared_taxi"}},
        ],
    }
    return with_values(budget_pence=29_999_999, limits=limits_from(asked))


@cache
def least_cost() -> Plan:
    """Return the cheapest plan that reaches a stated access."""
    return with_values(objective=Objective("least_cost", Fraction(120)))


@cache
def fair_first() -> Plan:
    """Return a plan for every third area of the county that raises the worst-off district first."""
    third = replace(county(), areas=county().areas.iloc[::3])
    return planning.make(third, Scenario(budget_pence=13_000_000, objective=Objective("fair_first")), DAY)


@cache
def robust() -> RobustPlan:
    """Return the default plan made to keep its budget when any five cohorts come out at their worst."""
    return robust_plan.make(default(), default().ranges, "5")


def impossible() -> Plan:
    """Return a plan as it is where no plan can keep every limit."""
    allocation = default().allocation
    nothing = replace(
        allocation,
        status="infeasible",
        chosen=allocation.chosen.iloc[:0],
        services=allocation.services.iloc[:0],
        access=0.0,
        people=0.0,
        spent_pence=0,
        conflicts=("the budget is £12 short of what must be funded",),
        access_per_extra_1000_pounds=None,
    )
    return replace(default(), allocation=nothing)


def out_of_time() -> Plan:
    """Return a plan as it is where the solver ran out of time."""
    return replace(default(), allocation=replace(default().allocation, status="time_limit", gap=0.0321))


def generated(
    areas: int, seed: int, figures: dict[str, float], parts: int = 1, where: Callable[[], County] = county
) -> Plan:
    """Return a plan of many cohorts, each with one offer, or part of one, drawn at random, whatever it costs."""
    random = np.random.default_rng(seed)
    places = county().areas.sample(areas, replace=True, random_state=seed).copy()
    places.index = pd.Index([f"X02{number:06d}" for number in range(areas)], name="area_code")
    places["young_people"] = random.integers(1, 900, areas).astype(float)
    places["low_income_rate"] = random.uniform(0.05, 0.9, areas)
    places["easting_m"] += random.uniform(-9000, 9000, areas)
    places["imd_decile"] = pd.array(random.integers(1, 4, areas), dtype="Int64")
    scenario = Scenario(
        budget_pence=0,
        limits=Limits(part_funding=PartFunding(parts)) if parts > 1 else NO_LIMITS,
        figures=figures | {"minibus.vehicles_at_most": 1000, "shared_taxi.vehicles_at_most": 1000},
        targeting={"minimum_km_to_college": 0, "minimum_km_to_work": 0},
    )
    plan = planning.make(replace(where(), areas=places), scenario, DAY)
    offers = with_parts(checked_tables(plan.choices.offers, plan.choices.services), scenario.limits).offers
    chosen = offers.sample(frac=1, random_state=seed).groupby(level="cohort").head(1).sort_index()
    riders = chosen.groupby("service")["seats"].sum()
    known = plan.choices.services.reindex(riders.index)
    units = np.ceil(riders / known["seats_per_unit"]).astype("int64")
    services = pd.DataFrame({"units": units, "cost_pence": units * known["unit_cost_pence"].astype("int64")})
    spent = int(chosen["cost_pence"].sum() + services["cost_pence"].sum())
    allocation = replace(
        plan.allocation,
        chosen=chosen,
        services=services.rename_axis("service"),
        spent_pence=spent,
        budget_pence=spent + 1,
        people=round(float(chosen["people"].sum()), 6),
        access=round(float(chosen["access"].sum()), 6),
    )
    asked = {
        "scenario": replace(scenario, budget_pence=spent + 1),
        "problem": replace(plan.problem, budget_pence=spent + 1),
    }
    return replace(plan, **asked, allocation=allocation)


HOSTILE = [
    "=1+1",
    "+44 1522 552222",
    "-2+3",
    '@SUM(1+1)*cmd|" /C calc"!A0',
    "\t=1+1",
    "\r=1+1",
    " =HYPERLINK(\"http://127.0.0.1\",\"x\")",
    "a\x00b\x07c\x1fd",
    "＝1+1",
    "#REF!",
    "{=1+1}",
    "TRUE",
    "1e5",
    "<script>&amp;'\"",
    "*",
    "?~",
    "L" * 40_000,
    "𝔘" * 20_000,
]  # fmt: skip


@cache
def hostile() -> Plan:
    """Return the default plan with names that would rather be something else."""
    areas = county().areas.copy()
    names = (HOSTILE * len(areas))[: len(areas)]
    areas["area_name"] = pd.array(names, dtype="string")
    districts = sorted(set(areas["district_code"]))
    renamed = dict(zip(districts, HOSTILE, strict=False))
    areas["district_name"] = areas["district_code"].map(renamed).astype("string")
    areas["district_code"] = areas["district_code"].map(
        dict(zip(districts, ["*", "=1", ">0", "A" * 300], strict=False))
    )
    manifest = replace(county().manifest, name="=cmd|' /C calc'!A0\x07", warnings=("=1+1", "+1"))
    return planning.make(
        replace(county(), areas=areas, manifest=manifest), Scenario(name="=2+2" + "\x01" + "n" * 40_000), DAY
    )
