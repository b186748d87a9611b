"""The whole frontier from one pass against each point solved on its own, and against one solve, in the same run.

The instances are those of `benchmarks.allocation`. `python -m benchmarks.frontier` prints 500 cohorts; `5000` after it
adds that size, `33755` England's, both against one solve alone.
"""

import sys

from benchmarks.allocation import cpu, instance, limited
from budget.allocation.allocate import allocate
from budget.allocation.curve.frontier import even_budgets, trace

POINTS = 25
NAIVE_UP_TO = 500
MOST_SOLVES = 3  # the whole frontier is to take no longer than three single solves


def main(largest: int = 500) -> None:
    print(f"frontier: {POINTS} budgets; CPU seconds, and how many times as fast as a solve for each in the same run")
    for cohorts in (500, 5_000, 33_755):
        if cohorts <= largest:
            for share in (0.0, 0.1):
                compare(cohorts, share)
    with_limits()


def with_limits(cohorts: int = 500) -> None:
    """Print how long it takes where limits ask for a solve at each budget, which no bound is set for."""
    offers, services, budget_pence = instance(cohorts, 0.1)
    offers, limits = limited(offers, cohorts)
    budgets = even_budgets(budget_pence, 2 * budget_pence, POINTS)[1:]
    seconds, frontier = cpu(lambda: trace(offers, services=services, limits=limits, budgets_pence=budgets))
    single, _ = cpu(lambda: allocate(offers, budget_pence, services=services, limits=limits))
    gap = frontier.points["gap"].max()
    print(
        f"{cohorts:>6,} cohorts, 34 limits  {frontier.way} {seconds:6.2f}  one solve {single:6.2f}: "
        f"{seconds / single:4.1f} solves  largest gap {gap:.1e}",
        flush=True,
    )


def compare(cohorts: int, share: float) -> None:
    """Print one size."""
    offers, services, budget_pence = instance(cohorts, share)
    budgets = even_budgets(0, 2 * budget_pence, POINTS)[1:]
    seconds, frontier = cpu(lambda: trace(offers, services=services, budgets_pence=budgets))
    single, _ = cpu(lambda: allocate(offers, budget_pence, services=services))
    line = f"{cohorts:>6,} cohorts, {share:.0%} on services  one pass {seconds:6.2f}"
    if cohorts <= NAIVE_UP_TO:
        each, plans = cpu(lambda: [allocate(offers, budget, services=services) for budget in budgets])
        worst = max(plan.access - high for plan, high in zip(plans, frontier.points["bound"], strict=True))
        assert worst <= 1e-6, "a plan brings more than the bound of its budget"
        line += f"  each solved {each:7.2f}  {each / seconds:6.1f}x"
    gap = frontier.points["gap"].max()
    print(f"{line}  one solve {single:6.2f}: {seconds / single:4.1f} solves  largest gap {gap:.1e}", flush=True)
    if gap > 0.0001 or seconds > MOST_SOLVES * single:
        print(f"       beyond what is promised: a gap of 0.0001 in the time of {MOST_SOLVES} solves", flush=True)


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:2]))
