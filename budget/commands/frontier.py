"""`python -m budget frontier`: what every budget brings, with a bound that no plan can pass, and where the knee is."""

import argparse
import datetime

from budget.allocation.curve.frontier import MOST_POINTS, ONE_PASS, POINTS, Frontier
from budget.commands.shared import add_shared, load_county, pence_of_option, raise_faults, read_scenario
from budget.planning import plan as planning
from budget.planning import plan_frontier
from data.command_line import DONE, NO_PLAN, print_result
from data.faults import Fault
from data.wording import pounds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `frontier`."""
    add_shared(parser, "--bundle")
    parser.add_argument("--from", dest="lowest", default="0", help="pounds to begin at (0 if absent)")
    parser.add_argument("--to", dest="highest", help="pounds to end at (what buys all there is, if absent)")
    parser.add_argument("--steps", type=int, default=POINTS, help=f"how many steps between them ({POINTS} if absent)")
    add_shared(parser, "--scenario", "--journeys", "--json")


def command(arguments: argparse.Namespace) -> int:
    """Trace the curve and print it. Returns 3 where no budget of it has a plan."""
    lowest, highest = _ends_pence(arguments)
    scenario, county = read_scenario(arguments.scenario), load_county(arguments)
    plan = planning.make(county, scenario, datetime.date.today())
    frontier = plan_frontier.trace_plan(plan, from_pence=lowest, to_pence=highest, steps=arguments.steps)
    print_result(
        arguments.json, lambda: {"county": county.manifest.name} | frontier.to_json(), lambda: in_words(frontier)
    )
    return NO_PLAN if (frontier.points["status"] == "infeasible").all() else DONE


def _ends_pence(arguments: argparse.Namespace) -> tuple[int, int | None]:
    """Return the lowest and the highest budget; None for what buys everything. Raises InputError with every fault."""
    faults: list[Fault] = []
    lowest = pence_of_option(faults, arguments.lowest, "--from") or 0
    highest = pence_of_option(faults, arguments.highest, "--to")
    if not 1 <= arguments.steps <= MOST_POINTS:
        faults.append(Fault("--steps", f"{arguments.steps} is not a number of steps. Give 1 to {MOST_POINTS:,}."))
    if not faults and highest is not None and highest <= lowest:
        faults.append(Fault("--to", "must be more than --from."))
    raise_faults("frontier", faults)
    return lowest, highest


def in_words(frontier: Frontier) -> str:
    """Return the curve as a table for the terminal, with a sentence on each thing that it shows."""
    lines = [f"{'budget':>14} {'within reach':>12} {'score':>12} {'no more than':>13} {'£1,000 more buys':>17}  status"]
    for pence, row in frontier.points.iterrows():
        figures = f"{row['within_reach']:>12,.2f} {row['access']:>12,.3f} {row['bound']:>13,.3f} "
        figures += f"{row['access_per_extra_1000_pounds']:>17.4f}"
        if row["status"] == "infeasible":
            figures = f"{'no plan keeps every limit':>57}"
        lines.append(f"{pounds(int(pence)):>14} {figures}  {row['status']}")
    if frontier.knee_pence is not None:
        lines.append(plan_frontier.turning_point(frontier, frontier.knee_pence))
    if frontier.all_pence is not None:
        lines.append(f"{pounds(frontier.all_pence)} buys the highest access score there is.")
    if frontier.way != ONE_PASS:
        lines.append(
            "With limits each budget was solved on its own; between two points the access score lies between theirs."
        )
    return "\n".join([*lines, *frontier.notes])
