"""How fast a plan's risk is simulated, against the same years drawn one by one in plain Python; and robust plans.

The plan is that of the made-up example county; both ways draw the same distributions. `python -m benchmarks.risk`.
"""

import datetime
import random
import time

from benchmarks.allocation import instance
from budget.allocation.aims import robust
from budget.allocation.aims.robust_problem import Deviations, RobustProblem
from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.model.integer_problem import to_integers
from budget.offers import ranges
from budget.planning import plan as planning
from budget.risk import simulation
from budget.scenarios.scenario import Scenario
from data import bundle
from data.example import FOLDER

PLAIN_DRAWS = 300


def main() -> None:
    plan = planning.make(bundle.load(FOLDER), Scenario(), datetime.date(2026, 9, 1))
    uncertain = ranges.ranges_of(plan.catalogue)
    plain = cpu(lambda: [plain_year(plan, uncertain, random.Random(n)) for n in range(PLAIN_DRAWS)]) / PLAIN_DRAWS
    quick = cpu(lambda: simulation.simulate(plan, uncertain)) / simulation.DRAWS
    print(f"risk: {len(plan.allocation.chosen)} funded cohorts, CPU microseconds a simulated year")
    print(f"  plain Python loop {plain * 1e6:8.1f}  here {quick * 1e6:8.1f}  {plain / quick:6.1f}x")
    robust_plan()


def cpu(work) -> float:
    """Return the CPU seconds that some work takes."""
    before = time.process_time()
    work()
    return time.process_time() - before


def plain_year(plan: planning.Plan, uncertain: ranges.Ranges, draw: random.Random) -> tuple[int, int]:
    """Return spend and access of one year, person by person, as a first attempt would be written."""
    weight = uncertain.settings["beta_weight"]
    figures = {}
    for each in uncertain.ranges:
        low, high = each.low.value, each.high.value
        place = (each.central.value - low) / (high - low)
        figures[each.name] = low + (high - low) * draw.betavariate(weight * place, weight * (1 - place))
    spend = micro = 0
    aboard: dict[str, int] = {}
    for offer in plan.allocation.chosen.to_dict("records"):
        kind = offer["kind"]
        take_up = plan.catalogue.figures[f"{kind}.take_up"]
        offered = offer["people"] / take_up
        people = int(offered) + (draw.random() < offered % 1)
        takers = sum(draw.random() < figures[f"{kind}.take_up"] for _ in range(people))
        if offer["service"] == offer["service"] and offer["service"] is not None:
            seats = 16 * int(plan.allocation.services.loc[offer["service"], "units"])
            takers = min(takers, seats - aboard.get(offer["service"], 0))
            aboard[offer["service"]] = aboard.get(offer["service"], 0) + takers
        price = offer["unit_price_pence"]
        if f"{kind}.price" in figures:
            price = round(price * figures[f"{kind}.price"] / plan.catalogue.figures[f"{kind}.price"])
        spend += takers * (price - offer["unit_contribution_pence"])
        micro += takers * round(offer["access_per_taker"] * 1_000_000)
    for row in plan.allocation.services.to_dict("records"):
        central = plan.catalogue.figures["minibus.vehicle_price"]
        spend += round(row["cost_pence"] * figures["minibus.vehicle_price"] / central)
    return spend, micro


def robust_plan() -> None:
    """Print the time, gap and price of robust plans of 500 cohorts with 16 options each, a tenth on services."""
    offers, services, budget_pence = instance(500, 0.1)
    problem = to_integers(AllocationProblem.checked(offers, budget_pence, services=services), filtered=False)
    deviations = Deviations([cost // 4 for cost in problem.cost_pence], [cost // 4 for cost in problem.unit_cost_pence])
    print("robust: 500 cohorts of 16 options, a tenth on services, every cost up to a quarter more; wall seconds")
    best = None
    for text in ("0", "sqrt", "10%"):
        gamma = robust.gamma_of(text, robust.uncertain(problem))
        began = time.perf_counter()
        found = robust.solve(RobustProblem(problem, deviations, gamma, gap=0.001), time_limit_seconds=60)
        value = found.plan.value(problem)
        best = best or value
        print(
            f"  {text:>5} (any {gamma:3d} at their worst)  {time.perf_counter() - began:6.1f} s  "
            f"gap {(found.bound - value) / found.bound:.1e}  access given up {1 - value / best:.2%}"
        )


if __name__ == "__main__":
    main()
