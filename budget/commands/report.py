"""`python -m budget report`: a plan, or two compared, as a Word document for members of the council."""

import argparse
import datetime
from dataclasses import replace
from pathlib import Path

from budget.offers import applicants as applicants_table
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.scenarios import scenario as scenarios
from budget.scenarios import scenario_file
from data import bundle, own_files
from data.command_line import DONE, NO_PLAN, check_folder, say, show, write_whole
from data.example import FOLDER as EXAMPLE
from data.faults import Fault, InputError
from eligibility.runs.decisions_file import read_decisions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `report`."""
    parser.add_argument("--bundle", type=Path, default=EXAMPLE, help="a county bundle (the made-up example if absent)")
    parser.add_argument("--budget", help="pounds for the year, such as 750000 (each scenario's own if absent)")
    parser.add_argument("--scenario", type=Path, help="the scenario file (TOML) of the plan (the default if absent)")
    parser.add_argument("--against", type=Path, metavar="OTHER.toml", help="a scenario to compare the plan with")
    parser.add_argument(
        "--applicants", type=Path, metavar="DECISIONS.xlsx", help="plan for the people of this decisions workbook"
    )
    parser.add_argument("--journeys", type=Path, help="a travel matrix (CSV or Parquet) that overrides estimates")
    parser.add_argument("--out", type=Path, required=True, metavar="REPORT.docx", help="write the report here")


def command(arguments: argparse.Namespace) -> int:
    """Make the plan, or the two, and write the report. Returns 3 where no plan can satisfy the limits."""
    from budget import report  # it brings matplotlib, a second that the other commands do without

    _check_out(arguments.out)
    asked = _scenarios(arguments)
    county = bundle.load(arguments.bundle)
    if arguments.journeys:
        county = own_files.with_journeys(county, arguments.journeys)
    applicants = None
    if arguments.applicants:
        applicants = applicants_table.from_decisions(
            read_decisions(arguments.applicants), county, arguments.applicants.name
        )
    today = datetime.date.today()
    plans: list[Plan] = []
    for scenario in asked:
        say(f"Planning {scenario.name}.")
        plans.append(planning.make(county, scenario, today, applicants))
    plan, against = (*plans, None)[:2]
    write_whole(arguments.out, report.to_bytes(plan, against, progress=say))
    show(f"Wrote {arguments.out}.")
    return NO_PLAN if plan.allocation.status == "infeasible" else DONE


def _scenarios(arguments: argparse.Namespace) -> list[scenarios.Scenario]:
    """Return the scenario of the plan and, where one is named, that to compare it with; the budget given goes for both.

    Raises InputError with the faults of both files.
    """
    found, faults = [], []
    changes = {}
    if arguments.budget is not None:
        try:
            changes["budget_pence"] = scenarios.pence(arguments.budget, "--budget")
        except InputError as error:
            faults += [Fault("--budget", fault.problem) for fault in error.faults]
    for path in filter(None, (arguments.scenario, arguments.against)):
        try:
            found.append(scenario_file.read(path))
        except InputError as error:
            faults += [Fault(f"{path.name}, {fault.where}".rstrip(", "), fault.problem) for fault in error.faults]
    if faults:
        raise InputError("report", faults)
    if arguments.scenario is None:
        found.insert(0, scenarios.Scenario())
    return [replace(scenario, **changes) for scenario in found]


def _check_out(path: Path) -> None:
    """Refuse a report's path that cannot be written, before the work rather than after it."""
    if path.suffix != ".docx":
        raise InputError("--out", [f"{path} does not end in .docx. The report is a Word document."])
    if path.is_dir():
        raise InputError("--out", [f"{path} is a folder. Name a file in it, such as {path / 'report.docx'}."])
    check_folder(path.parent, f"--out {path}")
