"""Remake a plan from a period on: what is promised, paid and ordered stays; say what changes, and save it."""

import argparse
import datetime
from dataclasses import replace
from pathlib import Path

from budget import workbook
from budget.accounts import statement
from budget.commands import monitor
from budget.commands.shared import add_shared, check_workbook_path, load_county, read_scenario
from budget.monitoring import forecast, replan
from budget.monitoring.replan import Replanned
from budget.planning import plan as planning
from budget.planning import reasons
from budget.scenarios import scenario_file
from budget.scenarios.finance import MONTHS
from data.command_line import DONE, NO_PLAN, check_folder, print_result, say, write_output
from data.faults import Fault, InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `replan`."""
    add_shared(parser, "--bundle", "--scenario", "--journeys")
    monitor.add_actuals(parser)
    parser.add_argument("--from-period", type=int, required=True, metavar="PERIOD", help="the first to plan anew")
    parser.add_argument(
        "--save-scenario", type=Path, metavar="FILE.toml", help="write the scenario of the plan from the period on here"
    )
    parser.add_argument("--out", type=Path, help="write the workbook (.xlsx) of the plan from the period on here")
    add_shared(parser, "--json")


def command(arguments: argparse.Namespace) -> int:
    """Remake the plan. Returns 3 where no plan keeps what is promised within the money left."""
    check_workbook_path(arguments.out)
    if arguments.save_scenario:
        check_folder(arguments.save_scenario.parent, f"--save-scenario {arguments.save_scenario}")
    scenario, actuals = read_scenario(arguments.scenario), monitor.read_actuals(arguments)
    if actuals is None:
        raise InputError("replan", [Fault("--actuals", "is missing. Give the ledger's file.")])
    plan = planning.make(load_county(arguments), scenario, datetime.date.today())
    if plan.allocation.status == "infeasible":
        say(reasons.proof(plan))
        return NO_PLAN
    ledger = statement.draw_up(plan).ledger
    monitored = forecast.monitor(ledger, actuals, year=arguments.year, closed=arguments.closed)
    found = replan.replan(plan, ledger, monitored, arguments.from_period)
    print_result(arguments.json, lambda: to_json(found), lambda: "\n".join(found.in_words()))
    if found.plan is None:
        return NO_PLAN
    if arguments.save_scenario:
        name = f"{scenario.name}, from period {found.period}"
        text = scenario_file.to_text(replace(found.plan.pinned_scenario, name=name))
        write_output(arguments.save_scenario, text.encode())
    if arguments.out:
        write_output(arguments.out, workbook.to_bytes(found.plan))
    return DONE


def to_json(found: Replanned) -> dict:
    """Return the plan from the period on as plain values; money in pence."""
    return {
        "status": found.plan.allocation.status if found.plan else "infeasible",
        "from_period": found.period,
        "budget_pence": found.budget_pence,
        "spent_to_date_pence": found.spent_pence,
        "from_period_on_pence": found.later_pence,
        "adjustments_pence": found.adjusted_pence,
        "on_order_pence": found.ordered_pence,
        "confirmed_savings_pence": found.saved_pence,
        "overspends_pence": found.over_pence,
        "extra_full_year_pence": found.extra_pence,
        "extra_this_year_pence": found.extra_this_year_pence,
        "profile": [
            {"period": period, "month": MONTHS[period - 1], "kept_pence": kept, "new_pence": new}
            for period, kept, new in found.profile
        ],
        "changes": [
            {"cohort": str(cohort), "before": str(row["before"]), "after": str(row["after"])}
            for cohort, row in found.changed.iterrows()
        ],
        "in_words": found.in_words(),
    }
