"""How fast a plan is found: each figure as a ratio of two ways measured in the same run, in CPU seconds.

The instance is generated: cohorts with 16 options each (six kinds of support at one to four levels), one cohort in ten
on a shared service, and, for the line with limits, floors on access in 33 districts and a cap on one kind.
`python -m benchmarks.allocation` prints 500 and 5,000 cohorts; with 33755 after it, all of England too,
where the plain way with CBC takes eight minutes or is stopped after fifteen: its ratio is then "at least".

The plain ways: the model as a PuLP tutorial writes it, solved by PuLP's bundled CBC; and the same model given to HiGHS
as arrays, PuLP and its time left out. "Here" is `allocate`, from the offers table to the checked plan.
"""

import resource
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pulp

from budget.allocation.allocate import allocate
from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.limits import Limits, limits_from
from budget.allocation.inputs.objective import Objective
from budget.allocation.inputs.tables import CheckedTables, checked_tables
from budget.allocation.model.highs import arrays_of
from budget.allocation.model.highs_process import run_highs
from budget.allocation.model.integer_problem import to_integers
from budget.allocation.model.pulp_model import build

LEVELS = (4, 3, 3, 3, 2, 1)
SIZES = (500, 5_000)
GAP = 0.0001
LIMIT_SECONDS = 900.0


def main(largest: int = max(SIZES)) -> None:
    print("allocation: CPU seconds, and how many times as fast as the plain way in the same run")
    for cohorts in (*SIZES, 33_755):
        if cohorts <= largest:
            for line in [here(cohorts, share) for share in (0.0, 0.1)]:  # before the plain ways take memory
                compare(*line)
            if cohorts in SIZES:
                compare_with_limits(cohorts)
                fairest(cohorts)


def here(cohorts: int, share: float) -> tuple[int, float, float, str]:
    """Return a size, the CPU seconds from table to checked plan, and what came of it in words."""
    offers, services, budget_pence = instance(cohorts, share)
    seconds, plan = cpu(lambda: allocate(offers, budget_pence, services=services, gap=GAP))
    words = f"here {seconds:6.2f}, {plan.status}, gap {plan.gap:.1e}, {_peak_megabytes():.0f} MB at most so far"
    return cohorts, share, seconds, words


def compare(cohorts: int, share: float, seconds: float, words: str) -> None:
    """Print the whole way from table to checked plan beside the plain ways, for one size."""
    offers, services, budget_pence = instance(cohorts, share)
    tables = checked_tables(offers, services)
    label = f"{cohorts:>6,} cohorts, {share:.0%} on services"
    _line(label, "PuLP and CBC", lambda: plain_plan(tables, budget_pence), seconds, words)
    if cohorts in SIZES:
        arrays = arrays_of(
            build(to_integers(AllocationProblem.checked(offers, budget_pence, services=services), filtered=False)).lp
        )
        _line(label, "HiGHS, arrays", lambda: highs_alone(arrays), seconds, words)


def fairest(cohorts: int) -> None:
    """Print how far apart the fairest share and its bound are, with services that cross 33 districts."""
    offers, services, budget_pence = instance(cohorts, 0.1)
    offers, _ = limited(offers, cohorts)
    fair = Objective("fair_first")
    seconds, plan = cpu(lambda: allocate(offers, budget_pence, services=services, objective=fair, gap=GAP))
    share, bound = plan.fairness.share, plan.fairness.bound
    apart = float((bound - share) / bound)
    print(
        f"{cohorts:>6,} cohorts, 10% on services  fair first     here {seconds:6.2f}, {plan.status}, "
        f"gap {plan.gap:.1e}, share {float(share):.5f}, {apart:.1e} below what no plan passes",
        flush=True,
    )


def compare_with_limits(cohorts: int) -> None:
    """Print the same with floors by district and a cap, against HiGHS alone."""
    offers, services, budget_pence = instance(cohorts, 0.1)
    offers, limits = limited(offers, cohorts)
    seconds, plan = cpu(lambda: allocate(offers, budget_pence, services=services, limits=limits, gap=GAP))
    here = f"here {seconds:6.2f}, {plan.status}, gap {plan.gap:.1e}, {len(plan.limits)} limits"
    problem = AllocationProblem.checked(offers, budget_pence, services=services, limits=limits)
    arrays = arrays_of(build(to_integers(problem, filtered=False)).lp)
    _line(f"{cohorts:>6,} cohorts, 10% on services", "HiGHS, arrays", lambda: highs_alone(arrays), seconds, here)


def _line(label: str, way: str, work: Callable, seconds: float, here: str) -> None:
    started = time.perf_counter()
    other = cpu(work)[0]
    least = "at least " if time.perf_counter() - started >= LIMIT_SECONDS else ""  # it was stopped, with no proof
    print(f"{label}  {way:<14} {least}{other:8.2f}  {here}  {least}{other / seconds:7.1f}x", flush=True)


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def highs_alone(arrays) -> object:
    """Solve arrays with HiGHS as it comes, at the same gap."""
    return run_highs(arrays, {"mip_rel_gap": GAP, "threads": 1, "time_limit": LIMIT_SECONDS})


def limited(offers: pd.DataFrame, cohorts: int) -> tuple[pd.DataFrame, Limits]:
    """Return the offers with districts, and a floor on access in each and a cap on one kind's takers."""
    number = offers["cohort"].str[1:].astype(int)
    mopeds = offers["people"].where(offers["option"].str.startswith("kind_2"), 0.0)
    floor = {"measure": "access", "at_least": cohorts * 0.045, "each": "district"}
    cap = {"measure": "mopeds", "at_most": cohorts / 20}
    table = offers.assign(district="D" + (number % 33).astype(str), mopeds=mopeds)
    return table, limits_from({"limit": [floor, cap]})


def cpu(work: Callable) -> tuple[float, object]:
    """Return the CPU seconds of this process and its children, and what the work returns."""
    before = _cpu_seconds()
    result = work()
    return _cpu_seconds() - before, result


def _cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def instance(cohorts: int, share: float, seed: int = 2026) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Return invented offers, services and a budget (a quarter of the dearest options' cost)."""
    draw = np.random.default_rng(seed)
    kinds = [
        (f"kind_{kind}_level_{level}", level / most) for kind, most in enumerate(LEVELS) for level in range(1, most + 1)
    ]
    count = len(kinds)
    people = np.round(draw.gamma(2.0, 3.0, cohorts) + 0.3, 2)
    depth = np.tile([part for _, part in kinds], cohorts)
    of = np.repeat(np.arange(cohorts), count)
    takers = np.round(people[of] * depth, 2)
    offers = pd.DataFrame(
        {
            "cohort": [f"E{number:08d}" for number in of],
            "option": [name for name, _ in kinds] * cohorts,
            "people": takers,
            "cost_pence": (takers * 40_000 * depth**0.4 * draw.uniform(0.6, 1.5, len(of))).astype(int),
            "access": np.round(
                takers * draw.uniform(0.3, 1.0, len(of)) * np.repeat(draw.uniform(0.3, 1.0, cohorts), count), 3
            ),
            "service": None,
        }
    )
    fleet = max(round(cohorts * share / 7), 1) if share else 0
    riding = np.flatnonzero(draw.random(cohorts) < share)
    minibus = pd.DataFrame(
        {
            "cohort": [f"E{number:08d}" for number in riding],
            "option": "minibus",
            "people": people[riding],
            "cost_pence": 1_000,
            "access": np.round(people[riding] * draw.uniform(0.7, 1.0, len(riding)), 3),
            "service": [f"S{riding_number * fleet // max(len(riding), 1):05d}" for riding_number in range(len(riding))],
        }
    )
    services = pd.DataFrame(
        {
            "service": [f"S{number:05d}" for number in range(fleet)],
            "unit_cost_pence": draw.integers(400_000, 1_600_000, fleet),
            "seats_per_unit": 16,
            "max_units": 2,
        }
    )
    dearest = int(offers.groupby("cohort")["cost_pence"].max().sum())
    return pd.concat([offers, minibus] if fleet else [offers]), services, dearest // 4


def plain_model(tables: CheckedTables, budget_pence: int) -> pulp.LpProblem:
    """Write the formulation as a PuLP tutorial would: sums of products over dictionaries."""
    offers, services = tables.offers, tables.services
    lp = pulp.LpProblem("plain", pulp.LpMaximize)
    fund = {key: lp.add_variable(f"fund_{n}", 0, 1, pulp.LpInteger) for n, key in enumerate(offers.index)}
    units = {
        name: lp.add_variable(f"units_{n}", 0, int(most), pulp.LpInteger)
        for n, (name, most) in enumerate(services["max_units"].items())
    }
    cost, access, people = (offers[name].to_dict() for name in ("cost_pence", "access", "people"))
    lp += pulp.lpSum(access[key] * fund[key] for key in fund)
    spend = pulp.lpSum(cost[key] * fund[key] for key in fund)
    spend += pulp.lpSum(int(services.loc[name, "unit_cost_pence"]) * units[name] for name in units)
    lp += spend <= budget_pence
    for _, keys in offers.groupby(level="cohort").groups.items():
        lp += pulp.lpSum(fund[key] for key in keys) <= 1
    for name, keys in offers.groupby("service").groups.items():
        lp += (
            pulp.lpSum(people[key] * fund[key] for key in keys)
            <= int(services.loc[name, "seats_per_unit"]) * units[name]
        )
    return lp


def plain_plan(tables: CheckedTables, budget_pence: int) -> object:
    """Write the plain model and solve it with PuLP's bundled CBC at the gap that `allocate` keeps."""
    lp = plain_model(tables, budget_pence)
    lp.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=GAP, timeLimit=LIMIT_SECONDS, threads=1))
    return lp


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:2]))
