"""Ten problems of a made-up county with limits of the kind that members ask for, from a seed.

700 areas in 33 districts, nine kinds of support (an area is offered four to seven of them), twelve minibuses that areas
of one part of the county share, and a tenth of the money that every offer at once would cost. Prices, take-up and what
each kind brings are invented, of the size of the catalogue's (`budget/offers/catalogue.toml`).

`python -m benchmarks.county` prints each here (CPU seconds, gap) and, where the aim is not fair first, the same model
given to HiGHS as arrays and to CP-SAT for a minute each; numbers after it choose among the cases.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.allocation import cpu
from budget.allocation.allocate import solve
from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.limits import Limits, limits_from
from budget.allocation.inputs.objective import MOST_ACCESS, Objective
from budget.allocation.model.highs import arrays_of
from budget.allocation.model.highs_process import run_highs
from budget.allocation.model.integer_problem import IntegerProblem, to_integers
from budget.allocation.model.pulp_model import build

AREAS, DISTRICTS, SERVICES = 700, 33, 12
KINDS = {  # what one taker costs in pounds, the part of an area's people that takes it, and what it brings each of them
    "bus_pass": (900, 0.35, 0.5),
    "bus_discount": (450, 0.25, 0.3),
    "bursary": (400, 0.3, 0.35),
    "mileage": (760, 0.15, 0.5),
    "cycle_loan": (275, 0.1, 0.25),
    "ebike_loan": (450, 0.12, 0.4),
    "moped_loan": (2100, 0.08, 0.75),
    "shared_taxi": (5200, 0.3, 0.95),
    "minibus": (350, 0.3, 0.9),
}
BY_DISTANCE = ("mileage", "shared_taxi")  # prices that differ between areas
FAIR = Objective("fair_first", by="district")


@dataclass(frozen=True)
class Case:
    """What is asked of the county: limits as TOML has them, an objective, and the money."""

    limits: Mapping[str, object]
    objective: Objective = MOST_ACCESS


def _each(measure: str, by: str, **figures: float | Mapping[str, float]) -> dict[str, object]:
    return {"measure": measure, "each": by, **figures}


KINDS_30 = _each("spend", "kind", at_most={"share": 0.3})
CASES = {
    "at most 30% of spend on each kind": Case({"limit": [KINDS_30]}),
    "the same, fair first": Case({"limit": [KINDS_30]}, FAIR),
    "20% of people by minibus": Case(
        {"limit": [{"measure": "people", "at_least": {"share": 0.2}, "where": {"kind": "minibus"}}]}
    ),
    "2% of access in each district": Case({"limit": [_each("access", "district", at_least={"share": 0.02})]}),
    "fair first": Case({}, FAIR),
    "2.5% of spend in each district": Case({"limit": [_each("spend", "district", at_least={"share": 0.025})]}),
    "5% of people a district, 30% of spend a kind, fair first": Case(
        {"limit": [_each("people", "district", at_most={"share": 0.05}), KINDS_30]}, FAIR
    ),
    "2% to 4% of people a district, 25% of spend a kind": Case(
        {
            "limit": [
                _each("people", "district", at_most={"share": 0.04}, at_least={"share": 0.02}),
                _each("spend", "kind", at_most={"share": 0.25}),
            ]
        }
    ),
    "8 of access in each district, 9 vehicles, 20 promises, a grant": Case(
        {
            "limit": [_each("access", "district", at_least=8), {"measure": "vehicles", "at_most": 9}],
            "must_fund": [f"E{number:05d}" for number in range(0, 700, 35)],
            "grant": [{"name": "Bus grant", "amount": 90_000, "pays_for": {"kind": ["bus_pass", "bus_discount"]}}],
        }
    ),
    "least cost of 450 access, 30% of spend on each kind": Case(
        {"limit": [KINDS_30]}, Objective("least_cost", access=Fraction(450))
    ),
}


def county(seed: int = 2026) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Return invented offers, services and a budget in pence."""
    draw = np.random.default_rng(seed)
    young = np.round(draw.gamma(2.0, 4.5, AREAS) + 0.5, 2)
    near = draw.random((AREAS, len(KINDS))) < 0.3  # where a kind brings half of what it does elsewhere
    offered = np.argsort(draw.random((AREAS, len(KINDS))), axis=1) < draw.integers(4, 8, AREAS)[:, None]
    rows = []
    for area in range(AREAS):
        distance = draw.uniform(0.82, 1.18)
        for number, (kind, (price, takers, brings)) in enumerate(KINDS.items()):
            if offered[area, number]:
                people = max(round(float(young[area]) * takers * draw.uniform(0.8, 1.2), 2), 0.1)
                each = brings * (0.5 if near[area, number] else 1.0)
                service = f"S{area * SERVICES // AREAS:02d}" if kind == "minibus" else None
                rows.append(
                    {
                        "cohort": f"E{area:05d}",
                        "option": kind,
                        "people": people,
                        "cost_pence": round(people * price * (distance if kind in BY_DISTANCE else 1.0) * 100),
                        "access": round(people * each, 3),
                        "district": f"D{area * DISTRICTS // AREAS:02d}",
                        "kind": kind,
                        "service": service,
                    }
                )
    offers = pd.DataFrame(rows)
    services = pd.DataFrame(
        {
            "service": [f"S{number:02d}" for number in range(SERVICES)],
            "unit_cost_pence": draw.integers(38, 58, SERVICES) * 100_000,
            "seats_per_unit": 16,
            "max_units": draw.integers(1, 4, SERVICES),
            "vehicles": 1,
        }
    )
    return offers, services, int(offers["cost_pence"].sum()) // 10


def problem(name: str, seed: int = 2026, **settings: float) -> AllocationProblem:
    """Return one of the cases, checked."""
    offers, services, budget_pence = county(seed)
    case = CASES[name]
    limits: Limits = limits_from(case.limits)
    return AllocationProblem.checked(
        offers, budget_pence, services=services, limits=limits, objective=case.objective, **settings
    )


def told(integers: IntegerProblem) -> str:
    """Return a model in integers as `benchmarks._cp_sat_process` reads it."""
    rows = [
        {"sense": row.sense, "right": row.right, "offers": row.offers, "on_offers": row.on_offers}
        | {"units": row.units, "on_units": row.on_units}
        for row in integers.rows
    ]
    names = ("value", "unit_value", "cohort", "max_units")
    figures = {name: list(getattr(integers, name)) for name in names}
    return json.dumps(figures | {"must_fund": sorted(integers.must_fund), "rows": rows})


def by_highs(integers: IntegerProblem) -> str:
    """Return how HiGHS alone does with a model, in words."""
    arrays = arrays_of(build(integers).lp)
    options = {"mip_rel_gap": 1e-4, "threads": 1, "time_limit": 60.0}
    seconds, answer = cpu(lambda: run_highs(arrays, options))
    gap = abs(answer.bound - answer.objective) / abs(answer.bound)
    return f"HiGHS {seconds:6.1f} {answer.status:<8} {gap:.1e}"


def by_cp_sat(integers: IntegerProblem) -> str:
    """Return how CP-SAT does with a model, in words."""
    program = [sys.executable, str(Path(__file__).with_name("_cp_sat_process.py"))]
    run = partial(subprocess.run, program, input=told(integers), capture_output=True, text=True, check=True)
    seconds, done = cpu(run)
    answer = json.loads(done.stdout)
    gap = abs(answer["bound"] - answer["value"]) / abs(answer["bound"])
    return f"CP-SAT {seconds:6.1f} {answer['status']:<8} {gap:.1e}"


def main(chosen: Sequence[int] = ()) -> None:
    """Print a line for each case, or for those chosen by number."""
    print("CPU seconds, status, gap; beside them the same linearised model on HiGHS alone and on CP-SAT")
    for number, name in enumerate(CASES):
        if chosen and number not in chosen:
            continue
        asked = problem(name)
        seconds, plan = cpu(lambda asked=asked: solve(asked))
        line = f"{number} {name:<58} {seconds:6.1f} {plan.status:<10} {plan.gap:.1e}"
        if asked.objective.aim != "fair_first":
            integers = to_integers(asked, filtered=False)
            line += f"   {by_highs(integers)}   {by_cp_sat(integers)}"
        print(line, flush=True)


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]])
