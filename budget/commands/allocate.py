"""`python -m budget allocate`: spend a budget on any table of offers."""

import argparse
import time
from functools import partial
from pathlib import Path

from budget.allocation.allocate import solve
from budget.allocation.inputs.allocation_problem import AllocationProblem, Settings
from budget.allocation.inputs.limit_wording import result_in_words
from budget.allocation.inputs.limits import NO_LIMITS, Limits, limits_from, read_toml
from budget.allocation.inputs.money import pence
from budget.allocation.inputs.objective import MOST_ACCESS, Objective, objective_from
from budget.allocation.inputs.tables import LARGEST_PENCE, read_table
from budget.allocation.result import Allocation
from data.command_line import NO_PLAN, print_result, say
from data.faults import Fault, InputError, gathered
from data.wording import exact_pounds, pounds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `allocate`."""
    parser.add_argument("--offers", type=Path, required=True, help="CSV: cohort, option, cost_pence, access and more")
    parser.add_argument("--services", type=Path, help="CSV: service, unit_cost_pence, seats_per_unit, max_units")
    parser.add_argument("--limits", type=Path, help="TOML: limits, grants, promises, the objective")
    parser.add_argument("--budget", required=True, help="pounds to spend, at most two decimals")
    parser.add_argument("--reserve", default="0", help="pounds of the budget to leave unspent (default 0)")
    parser.add_argument("--gap", default="0.0001", help="how far from the best the plan may be (default 0.0001)")
    parser.add_argument("--time-limit", default="60", metavar="SECONDS", help="seconds to solve for (default 60)")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def command(arguments: argparse.Namespace) -> int | None:
    """Read the tables, allocate, and print the plan. Raises InputError with the faults of every input."""
    started = time.perf_counter()
    problem = _problem(arguments)
    plan = solve(problem, started)
    for note in plan.notes:
        say(note)
    print_result(arguments.json, lambda: _in_json(problem, plan), lambda: in_words(plan))
    return NO_PLAN if plan.status == "infeasible" else None


def _in_json(problem: AllocationProblem, plan: Allocation) -> dict[str, object]:
    """Return the plan with what £1,000 more would buy, whose solve is imported only here."""
    from budget.allocation.why import more_money

    return plan.to_json() | more_money.in_json(problem, plan)


def _problem(arguments: argparse.Namespace) -> AllocationProblem:
    """Return the checked problem of all that the command line names; what cannot be read is left out of the check."""
    faults: list[Fault] = []
    budget_pence = gathered(faults, lambda: pence(arguments.budget), LARGEST_PENCE, "--budget")
    settings: Settings = {
        "reserve_pence": gathered(faults, lambda: pence(arguments.reserve), 0, "--reserve"),
        "gap": gathered(faults, lambda: _number(arguments.gap), 0.0, "--gap"),
        "time_limit_seconds": gathered(faults, lambda: _number(arguments.time_limit), 1.0, "--time-limit"),
    }
    settings["limits"], settings["objective"] = _limits_and_objective(arguments.limits, faults)
    if path := arguments.services:
        settings["services"] = gathered(faults, lambda: read_table(path), None, str(path))
    file = str(arguments.offers)
    offers, problem = gathered(faults, lambda: read_table(arguments.offers), None, file), None
    if offers is not None:
        check = partial(AllocationProblem.checked, offers, budget_pence, **settings, file=file)
        problem = gathered(faults, check, None)
    if problem is None or faults:
        raise InputError("allocate", faults)
    return problem


def _limits_and_objective(path: Path | None, faults: list[Fault]) -> tuple[Limits, Objective]:
    """Return the limits and the objective of one file; where there is no file, or it has faults, the defaults."""
    if path is None:
        return NO_LIMITS, MOST_ACCESS
    table: dict = gathered(faults, lambda: read_toml(path), {}, str(path))
    limits = gathered(faults, lambda: limits_from(table, subject=str(path)), NO_LIMITS, str(path))
    return limits, gathered(faults, lambda: objective_from(table.get("objective"), str(path)), MOST_ACCESS, str(path))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InputError("", [f'"{text}" is not a number.']) from error


def in_words(plan: Allocation) -> str:
    """Return a plan as text for the terminal."""
    if plan.status == "infeasible":
        conflicts = (f"  {conflict}" for conflict in plan.conflicts)
        return "\n".join(["No plan keeps every limit. These cannot be kept together:", *conflicts])
    lines = [f"{'cohort':<20} {'option':<20} {'people':>10} {'cost':>14} {'access':>12}"]
    for (cohort, option), row in plan.chosen.iterrows():
        lines.append(
            f"{cohort:<20} {option:<20} {row['people']:>10,.10g} {pounds(int(row['cost_pence'])):>14} "
            f"{row['access']:>12,.10g}"
        )
    lines += [
        f"service {name}: {row['units']} for {pounds(int(row['cost_pence']))}" for name, row in plan.services.iterrows()
    ]
    lines.append(
        f"Access {plan.access:,.10g} for {plan.people:,.10g} people, spending {pounds(plan.spent_pence)} of "
        f"{pounds(plan.budget_pence)}."
    )
    lines.append(_proof(plan))
    if plan.fairness is not None:
        share, most = float(plan.fairness.share), float(plan.fairness.bound)
        lines.append(
            f"The worst-off {plan.fairness.by} receives {share:.1%} of its need; no plan gives it more than {most:.1%}."
        )
    lines += [f"limit {result_in_words(row)}" for row in plan.limits.to_dict("records")]
    lines += [
        f"grant {row['grant']}: {pounds(row['used_pence'])} used of {pounds(row['amount_pence'])}"
        for row in plan.grants.to_dict("records")
    ]
    return "\n".join([*lines, *plan.conflicts])


def _proof(plan: Allocation) -> str:
    proof = "proved" if plan.status == "optimal" else "not yet proved better than"
    if plan.aim == "least_cost":
        least = exact_pounds(round(plan.bound * 100))
        return f"No plan can do it for less than {least}: {proof} within {plan.gap:.4%} of the least."
    if plan.status == "optimal" and plan.gap == 0:
        return f"Proved best: no plan can bring more than {plan.bound:,.10g}."
    return f"No plan can bring more than {plan.bound:,.10g}: {proof} within {plan.gap:.4%} of the best."
