"""Medium cases, from a seed each, and what a model in CP-SAT says that shares nothing with the library."""

import json
import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from random import Random

import pandas as pd

from budget.allocation.allocate import allocate
from budget.allocation.inputs.limits import Limit, Limits, Share
from budget.allocation.inputs.objective import Objective
from tests.budget.allocation.allocations import offer, offers_of, services_of

KINDS = {"pass": 300, "moped": 900, "taxi": 1500, "minibus": 100}  # pounds, roughly, for what one taker costs
DISTRICTS = ("North", "South", "East")
PARTS = 1_000_000  # of a share, in the independent model
MILLI = 1000
COHORTS = {"most_access": 30, "least_cost": 30, "fair_first": 16}  # by aim: the fairest share of 30 takes seconds
AIMS = tuple(COHORTS)


def county(draw: Random, cohorts: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw offers of thousandths of access and hundredths of people, and two services."""
    rows = []
    for cohort in range(cohorts):
        for kind in draw.sample(sorted(KINDS), draw.randint(1, 4)):
            people, service = draw.randint(50, 600) / 100, draw.choice(("m1", "m2")) if kind == "minibus" else None
            cost = int(people * KINDS[kind] * draw.uniform(0.6, 1.4)) * 100
            access = round(people * draw.uniform(0.2, 1.0), 3)
            of = {
                "district": DISTRICTS[cohort % 3],
                "kind": kind,
                "people": people,
                "seats": people,
                "service": service,
            }
            rows.append(offer(f"C{cohort:02d}", kind, cost, access, **of))
    fleet = [
        {"service": name, "unit_cost_pence": draw.randint(8, 25) * 10_000, "seats_per_unit": 8, "max_units": 2}
        for name in ("m1", "m2")
    ]
    return offers_of(*rows), services_of(*(each | {"kind": "minibus", "district": "North"} for each in fleet))


def limits(draw: Random) -> tuple[Limit, ...]:
    """Draw up to three limits: shares and amounts, by kind, by district and over all."""
    share = [
        Limit("spend", at_most=Share(Fraction(draw.randint(35, 60), 100)), each="kind"),
        Limit("people", at_least=Share(Fraction(draw.randint(10, 28), 100)), each="district"),
        Limit("access", at_most=Share(Fraction(draw.randint(40, 55), 100)), each="district"),
        Limit("people", at_least=Share(Fraction(draw.randint(10, 40), 100)), where={"kind": ("minibus",)}),
        Limit("access", at_least=Fraction(draw.randint(1, 8)), each="district"),
        Limit("spend", at_most=Fraction(draw.randint(1000, 6000)), where={"kind": ("taxi", "moped")}),
    ]
    return tuple(draw.sample(share, draw.randint(0, 3)))


def case(seed: int, aim: str):
    """Return the tables, limits, budget and access to reach of a case."""
    draw = Random(f"cp-sat {seed}")
    return county(draw, COHORTS[aim]), limits(draw), draw.randint(4_000, 12_000) * 100, draw.randint(8, 20)


def in_json(seed: int, aim: str) -> dict:
    """Return a case as the independent model reads it."""
    (offers, services), asked, budget_pence, access = case(seed, aim)
    told = []
    for limit in asked:
        figure, sign = (limit.at_most, 1) if limit.at_most is not None else (limit.at_least, -1)
        is_share = isinstance(figure, Share)
        exact = figure.share if isinstance(figure, Share) else figure
        told.append(
            {"measure": limit.measure, "where": dict(limit.where), "each": limit.each, "sign": sign}
            | {"is_share": is_share, "figure": [exact.numerator, exact.denominator]}
        )
    rows, fleet = (json.loads(table.reset_index().to_json(orient="records")) for table in (offers, services))
    return {"rows": rows, "fleet": fleet, "limits": told, "budget_pence": budget_pence, "access": access, "aim": aim}


def independent(keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], int | None]:
    """Return the best of cases by seed and aim, None where there is no plan, all worked out in one process."""
    program = [sys.executable, str(Path(__file__).with_name("cp_sat_process.py"))]
    told = json.dumps([in_json(*key) for key in keys])
    done = subprocess.run(program, input=told, capture_output=True, text=True, check=True)
    return dict(zip(keys, json.loads(done.stdout), strict=True))


def disagreement(seed: int, aim: str, best: int | None) -> str:
    """Return what the library says that the best of the independent model contradicts; nothing where they agree."""
    (offers, services), asked, budget_pence, access = case(seed, aim)
    objective = Objective(aim, access=Fraction(access) if aim == "least_cost" else None)
    unhurried = {"time_limit_seconds": 900.0}  # so that a busy machine does not end the search
    plan = allocate(offers, budget_pence, services=services, limits=Limits(asked), objective=objective, **unhurried)
    if best is None:
        return "" if plan.status == "infeasible" else f"{plan.status}, where there is no plan"
    if plan.status != "optimal":
        return f"{plan.status}, where there is a plan"
    if aim == "most_access":
        found, bound = plan.access * MILLI, plan.bound * MILLI
    elif aim == "least_cost":
        best, found, bound = -best, -plan.spent_pence, -plan.bound * 100
    else:
        found, bound = float(plan.fairness.share * PARTS), float(plan.fairness.bound * PARTS)
    if found > best + 1:
        return f"{found}, where the best is {best}"
    if best > bound + 1:
        return f"at most {bound}, where the best is {best}"
    return "" if found >= best - 0.0001 * abs(bound) - 1 else f"{found} called optimal, where the best is {best}"
