"""`python -m budget report`: a plan, or two compared, as a Word document for members of the council."""

import argparse
import datetime
from dataclasses import replace
from functools import partial
from pathlib import Path

from budget.commands.shared import (
    add_shared,
    load_county,
    pence_of_option,
    raise_faults,
    read_applicants,
    read_scenario,
)
from budget.planning import plan as planning
from budget.scenarios.scenario import Scenario
from data.command_line import DONE, NO_PLAN, check_output, say, show, write_whole
from data.faults import Fault, gathered


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `report`."""
    add_shared(parser, "--bundle", "--budget", "--scenario")
    parser.add_argument("--against", type=Path, metavar="OTHER.toml", help="a scenario to compare the plan with")
    add_shared(parser, "--applicants", "--journeys")
    parser.add_argument("--out", type=Path, required=True, metavar="REPORT.docx", help="write the report here")


def command(arguments: argparse.Namespace) -> int:
    """Make the plan, or the two, and write the report. Returns 3 where no plan can satisfy the limits."""
    from budget import report  # it brings matplotlib, a second that the other commands do without

    check_output(arguments.out, ".docx", "The report is a Word document.")
    scenarios = _scenarios(arguments)
    county = load_county(arguments)
    applicants = read_applicants(arguments.applicants, county)
    today = datetime.date.today()
    plans = []
    for scenario in scenarios:
        say(f"Planning “{scenario.name}”.")
        plans.append(planning.make(county, scenario, today, applicants))
    write_whole(arguments.out, report.to_bytes(plans[0], next(iter(plans[1:]), None), progress=say))
    show(f"Wrote {arguments.out}.")
    return NO_PLAN if plans[0].allocation.status == "infeasible" else DONE


def _scenarios(arguments: argparse.Namespace) -> list[Scenario]:
    """Return the plan's scenario and the one of --against, where given; --budget, where given, sets that of both.

    Raises InputError with the faults of both files.
    """
    faults: list[Fault] = []
    budget_pence = pence_of_option(faults, arguments.budget, "--budget")
    scenarios = [
        gathered(faults, partial(read_scenario, path), Scenario(), path.name if path else "")
        for path in (arguments.scenario, *filter(None, [arguments.against]))
    ]
    raise_faults("report", faults)
    if budget_pence is None:
        return scenarios
    return [replace(scenario, budget_pence=budget_pence) for scenario in scenarios]
