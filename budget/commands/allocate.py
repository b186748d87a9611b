"""`python -m budget allocate`: the allocation on any table in the offers shape."""

import argparse
from pathlib import Path

from budget.allocation.allocate import allocate
from budget.allocation.inputs import limits as limits_file
from budget.allocation.inputs.limit_rows import limit_rows
from budget.allocation.inputs.limit_wording import result_in_words
from budget.allocation.inputs.limits import NO_LIMITS, Limits, limits_from
from budget.allocation.inputs.objective import MOST_ACCESS, Objective, objective_from
from budget.allocation.inputs.tables import checked_tables, read_table
from budget.allocation.result import Allocation
from budget.scenarios.scenario import pence
from data.command_line import NO_PLAN, print_json, say, show
from data.faults import Fault, InputError
from data.wording import pounds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.add_argument("--offers", type=Path, required=True, help="CSV: cohort, option, cost_pence, access and more")
    parser.add_argument("--services", type=Path, help="CSV: service, unit_cost_pence, seats_per_unit, max_units")
    parser.add_argument("--limits", type=Path, help="TOML: limits, grants, promises, the objective")
    parser.add_argument("--budget", required=True, help="pounds, at most two decimals")
    parser.add_argument("--reserve", default="0", help="pounds of the budget to leave unspent (default 0)")
    parser.add_argument("--gap", default="0.0001", help="how far from the best the plan may be (default 0.0001)")
    parser.add_argument("--time-limit", default="60", metavar="SECONDS", help="default 60")
    parser.add_argument("--json", action="store_true", help="print one JSON object on standard output")


def command(arguments: argparse.Namespace) -> int | None:
    """Read the tables, allocate, and print the plan. Raises InputError with the faults of every input."""
    faults: list[Fault] = []
    budget_pence = _gathered(faults, lambda: pence(arguments.budget, "--budget"))
    reserve_pence = _gathered(faults, lambda: pence(arguments.reserve, "--reserve"))
    gap = _gathered(faults, lambda: _number(arguments.gap, "--gap"))
    seconds = _gathered(faults, lambda: _number(arguments.time_limit, "--time-limit"))
    limits, objective = _asked(arguments.limits, faults)
    services = _gathered(faults, lambda: read_table(arguments.services) if arguments.services else None)
    offers = _gathered(faults, lambda: read_table(arguments.offers))
    if offers is not None:
        tables = _gathered(faults, lambda: checked_tables(offers, services, subject=str(arguments.offers)))
        if tables is not None and limits is not None:
            _gathered(faults, lambda: limit_rows(limits, tables.offers, tables.services))
    if faults:
        raise InputError("allocate", faults)
    plan = allocate(
        tables.offers,
        budget_pence,
        services=tables.services,
        limits=limits,
        objective=objective,
        reserve_pence=reserve_pence,
        gap=gap,
        time_limit_seconds=seconds,
    )
    for note in (*tables.notes, *plan.notes):
        say(note)
    if arguments.json:
        print_json(plan.to_json())
    else:
        show(in_words(plan))
    return NO_PLAN if plan.status == "infeasible" else None


def _asked(path: Path | None, faults: list[Fault]) -> tuple[Limits | None, Objective | None]:
    """Read limits and the objective from one file, or gather the faults of both."""
    if path is None:
        return NO_LIMITS, MOST_ACCESS
    table = _gathered(faults, lambda: limits_file.read_table(path))
    if table is None:
        return None, None
    limits = _gathered(faults, lambda: limits_from(table, subject=str(path)))
    return limits, _gathered(faults, lambda: objective_from(table.get("objective"), str(path)))


def _gathered(faults: list[Fault], read):
    """Return what `read` returns, or gather its faults and return None."""
    try:
        return read()
    except InputError as error:
        subject = "" if error.subject in ("offers", "limits") else f"{error.subject}: "
        faults += [Fault(f"{subject}{fault.where}".removesuffix(": "), fault.problem) for fault in error.faults]
        return None


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InputError(option, [f'"{text}" is not a number.']) from error


def in_words(plan: Allocation) -> str:
    """Say what a plan is, for a person at a terminal."""
    if plan.status == "infeasible":
        return "\n".join(
            ["No plan keeps every limit. These cannot be kept together:", *map("  {}".format, plan.conflicts)]
        )
    lines = [f"{'cohort':<20} {'option':<20} {'people':>10} {'cost':>14} {'access':>12}"]
    for (cohort, option), row in plan.chosen.iterrows():
        lines.append(
            f"{cohort:<20} {option:<20} {row['people']:>10,.10g} {pounds(int(row['cost_pence'])):>14} "
            f"{row['access']:>12,.10g}"
        )
    lines += [
        f"service {name}: {row['units']} for {pounds(int(row['cost_pence']))}" for name, row in plan.services.iterrows()
    ]
    lines.append(f"Access {plan.access:,.10g} for {plan.people:,.10g} people, spending {pounds(plan.spent_pence)}")
    lines[-1] += f" of {pounds(plan.budget_pence)}."
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
        return f"No plan can do it for less than £{plan.bound:,.2f}: {proof} within {plan.gap:.4%} of the least."
    if plan.status == "optimal" and plan.gap == 0:
        return f"Proved best: no plan can bring more than {plan.bound:,.10g}."
    return f"No plan can bring more than {plan.bound:,.10g}: {proof} within {plan.gap:.4%} of the best."
