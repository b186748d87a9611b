"""`python -m budget frontier`: access for every budget, with a bound that no plan can pass, and where the knee is."""

import argparse
import datetime
from pathlib import Path

from budget.allocation.curve.frontier import MOST_POINTS, ONE_PASS, POINTS, Frontier
from budget.planning import plan as planning
from budget.planning import plan_frontier
from budget.scenarios import scenario as scenarios
from budget.scenarios import scenario_file
from data import bundle, own_files
from data.command_line import DONE, NO_PLAN, print_json, show
from data.example import FOLDER as EXAMPLE
from data.faults import Fault, InputError
from data.wording import pounds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `frontier`."""
    parser.add_argument("--bundle", type=Path, default=EXAMPLE, help="a county bundle (the made-up example if absent)")
    parser.add_argument("--from", dest="lowest", default="0", help="pounds to begin at (0 if absent)")
    parser.add_argument("--to", dest="highest", help="pounds to end at (what buys all there is, if absent)")
    parser.add_argument("--steps", type=int, default=POINTS, help=f"how many steps between them ({POINTS} if absent)")
    parser.add_argument("--scenario", type=Path, help="a scenario file (TOML): settings, prices, limits")
    parser.add_argument("--journeys", type=Path, help="a travel matrix (CSV or Parquet) that overrides estimates")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def command(arguments: argparse.Namespace) -> int:
    """Trace the curve and print it. Returns 3 where no budget of it has a plan."""
    lowest, highest = _ends(arguments)
    scenario = scenario_file.read(arguments.scenario) if arguments.scenario else scenarios.Scenario()
    county = bundle.load(arguments.bundle)
    if arguments.journeys:
        county = own_files.with_journeys(county, arguments.journeys)
    plan = planning.make(county, scenario, datetime.date.today())
    frontier = plan_frontier.trace_plan(plan, from_pence=lowest, to_pence=highest, steps=arguments.steps)
    if arguments.json:
        print_json({"county": county.manifest.name} | frontier.to_json())
    else:
        show(in_words(frontier))
    return NO_PLAN if (frontier.points["status"] == "infeasible").all() else DONE


def _ends(arguments: argparse.Namespace) -> tuple[int, int | None]:
    """Return the two ends in pence. Raises InputError with every fault."""
    faults, ends = [], []
    for option, given in (("--from", arguments.lowest), ("--to", arguments.highest)):
        try:
            ends.append(None if given is None else scenarios.pence(given, option))
        except InputError as error:
            faults += [Fault(option, fault.problem) for fault in error.faults]
            ends.append(None)
    if not 1 <= arguments.steps <= MOST_POINTS:
        faults.append(Fault("--steps", f"{arguments.steps} is not a number of steps. Give 1 to {MOST_POINTS:,}."))
    if not faults and ends[1] is not None and ends[1] <= ends[0]:
        faults.append(Fault("--to", "must be more than --from."))
    if faults:
        raise InputError("frontier", faults)
    return ends[0], ends[1]


def in_words(frontier: Frontier) -> str:
    """Return the curve as a table for a person at a terminal, and what it says."""
    lines = [f"{'budget':>14} {'access':>12} {'no more than':>13} {'£1,000 more buys':>17}  status"]
    for pence, row in frontier.points.iterrows():
        figures = f"{row['access']:>12,.3f} {row['bound']:>13,.3f} {row['access_per_extra_1000_pounds']:>17.4f}"
        if row["status"] == "infeasible":
            figures = f"{'no plan keeps every limit':>44}"
        lines.append(f"{pounds(int(pence)):>14} {figures}  {row['status']}")
    if frontier.knee_pence is not None:
        lines.append(
            f"The knee is at {pounds(frontier.knee_pence)}: beyond it each pound buys less than the average pound does."
        )
    if frontier.all_pence is not None:
        lines.append(f"{pounds(frontier.all_pence)} buys all the access there is on offer.")
    if frontier.way != ONE_PASS:
        lines.append("With limits each budget was solved on its own; between two points access lies between theirs.")
    return "\n".join([*lines, *frontier.notes])
