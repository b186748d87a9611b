"""`python -m budget`: how the money is spent, from the command line."""

import argparse
import sys

from budget import (
    allocate_command,
    compare_command,
    frontier_command,
    monitor_command,
    plan_command,
    report_command,
    scenarios_command,
    sweep_command,
)
from data.command_line import run

COMMANDS = {
    "plan": (plan_command, "from a county bundle and a budget to the best plan and its workbook"),
    "allocate": (allocate_command, "spend a budget on any table of offers"),
    "frontier": (frontier_command, "access for every budget, and where more money buys little"),
    "compare": (compare_command, "any number of scenarios side by side, and who gains and loses between them"),
    "monitor": (monitor_command, "a plan held against the ledger's actuals: forecast, variance, balance"),
    "report": (report_command, "a plan, or two compared, as a Word document for members"),
    "scenarios": (scenarios_command, "the library of scenarios: save, list, compare versions, export, import"),
    "sweep": (sweep_command, "plan for many scenarios, on this machine or a Dask cluster"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m budget", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (module, text) in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=module.__doc__)
        module.add_arguments(command)
        command.set_defaults(run=module.command)
    chosen = parser.parse_args(arguments)
    return run(chosen.run, chosen)


if __name__ == "__main__":
    sys.exit(main())
