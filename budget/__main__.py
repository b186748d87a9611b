"""`python -m budget`: how the money is spent, from the command line."""

import argparse
import sys
from importlib import import_module

from data.command_line import run

COMMANDS = {
    "plan": "from a county bundle and a budget to the best plan and its workbook",
    "allocate": "spend a budget on any table of offers",
    "frontier": "access for every budget, and where more money buys little",
    "compare": "any number of scenarios side by side, and who gains and loses between them",
    "monitor": "a plan held against the ledger's actuals: forecast, variance, balance",
    "report": "a plan, or two compared, as a Word document for members",
    "scenarios": "the library of scenarios: save, list, compare versions, export, import",
    "sweep": "plan for many scenarios, on this machine or a Dask cluster",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status. Only its own module, budget.commands.NAME, is loaded."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(prog="python -m budget", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in COMMANDS.items():
        if name not in arguments[:1]:
            commands.add_parser(name, help=text)
            continue
        module = import_module(f"budget.commands.{name}")
        command = commands.add_parser(name, help=text, description=module.__doc__)
        module.add_arguments(command)
        command.set_defaults(run=module.command)
    chosen = parser.parse_args(arguments)
    return run(chosen.run, chosen)


if __name__ == "__main__":
    sys.exit(main())
