"""Trace the frontier of a plan: what other budgets would bring under the same scenario."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from budget.allocation.curve.frontier import ONE_PASS, POINTS, Frontier, trace_problem
from budget.allocation.result import Allocation
from budget.offers.catalogue import PURPOSES
from budget.planning.plan import Plan, replan
from data.wording import percent, pounds

TOTALS = ("within_reach", *(f"within_reach_{purpose}" for purpose in PURPOSES))  # people, for each point


def trace_plan(
    plan: Plan,
    *,
    from_pence: int = 0,
    to_pence: int | None = None,
    steps: int = POINTS,
    time_limit_seconds: float | None = None,
    report: Callable[[str, float], None] = lambda text, part: None,
) -> Frontier:
    """Return what each budget buys under a plan's scenario, with its limits and reserve.

    The budgets run by default from 0 to what buys all the access there is. `allocation_at` makes the plan for one of
    them. The time limit is for the whole curve, by default the scenario's; `report` receives the progress. Raises
    InputError for budgets or steps that make no curve.
    """
    scenario = plan.scenario
    seconds = time_limit_seconds or scenario.time_limit_seconds
    problem = replace(plan.problem, gap=scenario.gap, time_limit_seconds=seconds)
    return trace_problem(problem, from_pence=from_pence, to_pence=to_pence, steps=steps, totals=TOTALS, report=report)


def allocation_at(plan: Plan, budget_pence: int) -> Allocation:
    """Return the allocation of the same scenario with another budget."""
    return replan(plan, replace(plan.scenario, budget_pence=budget_pence)).allocation


def table(plan: Plan, frontier: Frontier) -> pd.DataFrame:
    """Return the points with what enters and leaves since the point before, in words; one row for each budget.

    Index budget_pence; status, access, bound, spent_pence, people, cohorts, access_per_extra_1000_pounds, the people
    of TOTALS, enters and
    leaves ("Harrowmere 12 (Free bus pass); …", empty where the order in which money buys most is not known).
    """
    names = plan.choices.cohorts["area_name"]
    labels = {kind.id: kind.label for kind in plan.catalogue.kinds}

    def worded(offers: list[tuple[str, str]]) -> str:
        return "; ".join(f"{names[cohort]} ({_option(option, labels)})" for cohort, option in offers)

    changes = frontier.changes()
    points = frontier.points.drop(columns=["concave_bound", "gap"])
    return points.assign(enters=[worded(new) for new, _ in changes], leaves=[worded(gone) for _, gone in changes])


def _option(option: str, labels: dict[str, str]) -> str:
    """Name an option, or the part of one: "bus_pass, 50%"."""
    kind, comma, part = option.partition(", ")
    return f"{labels.get(kind, kind)}{comma}{part}"


def sentences(plan: Plan, frontier: Frontier) -> list[str]:
    """Return what the curve shows: the knee, what buys all there is, and what the next pounds bring."""
    points = frontier.points[frontier.points["status"] != "infeasible"]
    if points.empty:
        return ["No budget of this curve has a plan that keeps every limit."]
    found = [_knee(frontier), _all(plan, frontier, float(points["access"].max())), _next(plan, points)]
    if plan.scenario.objective.aim == "least_cost":
        found.append(
            "The scenario asks for the least cost, which no budget changes; the curve shows the highest access score "
            "that each budget could buy."
        )
    return [sentence for sentence in found if sentence]


def turning_point(frontier: Frontier, knee_pence: int) -> str:
    """Return what the turning point is, and of which budgets: a curve solved point by point has one of its own ends."""
    ends = [pounds(_whole(int(pence))) for pence in frontier.points.index[[0, -1]]]
    of_which = "from nothing to all" if frontier.way == ONE_PASS else f"from {' to '.join(ends)}"
    beyond = f"beyond it each pound buys less than the average pound does on the whole, {of_which}."
    return f"The turning point is at {pounds(knee_pence)}: {beyond}"


def _knee(frontier: Frontier) -> str:
    knee, everything = frontier.knee_pence, frontier.points["access"].max()
    if knee is None:
        return ""
    knee_words = turning_point(frontier, _whole(knee))
    upto = frontier.steps[frontier.steps["budget_pence"] <= knee]
    if upto.empty or not everything:
        return knee_words
    brings = float(upto["access"].iloc[-1])
    return f"{knee_words} Up to there it buys an access score of {brings:,.1f}."


def _all(plan: Plan, frontier: Frontier, most: float) -> str:
    if frontier.all_pence is None:
        return ""
    enough = f"{pounds(_whole(frontier.all_pence))} buys the highest access score there is"
    if plan.allocation.budget_pence >= frontier.all_pence:
        return f"{enough}: this plan's budget is enough for that."
    return f"{enough}; this plan's {pounds(plan.allocation.budget_pence)} buys {plan.allocation.access:,.1f}."


def _next(plan: Plan, points: pd.DataFrame) -> str:
    """Say what £1,000 more brings at the first budget and at the plan's own."""
    more = points["access_per_extra_1000_pounds"].dropna()
    upto = more[more.index <= plan.allocation.budget_pence]
    if upto.empty or not more.iloc[0] > 0:
        return ""
    first, here = more.iloc[0], upto.iloc[-1]
    return (
        f"£1,000 more raises the access score by about {first:,.2f} at a budget of {pounds(int(more.index[0]))}, and "
        f"by about {here:,.3f} at this plan's."
    )


def _whole(pence: int) -> int:
    """Return pence rounded up to whole pounds, so that a cost is never shown lower than it is."""
    return -(-pence // 100) * 100


def method_in_words(frontier: Frontier) -> str:
    """Say how the curve was made, how many of its points are proved and how far they can be from the best."""
    points = frontier.points[frontier.points["status"] != "infeasible"]
    proved = int((points["status"] == "optimal").sum())
    furthest = float(points["gap"].max()) if len(points) else 0.0
    if frontier.way == ONE_PASS:
        done = "All of it comes from one pass over the order in which money buys most."
    else:
        done = (
            "Each point was solved on its own, as the limits or the aim require; between points the score lies between."
        )
    short = f"no plan exceeds one by more than {percent(furthest, 2)}" if furthest else "no plan exceeds any of them"
    return " ".join(
        [
            f"{done} Each of the {len(points)} points is a plan that was checked to the penny; {proved} are proved "
            f"best within the gap asked, and {short}.",
            *frontier.notes,
        ]
    )
