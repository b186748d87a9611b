"""`python -m budget`: plan how the money is spent, and follow it, from the command line."""

import argparse
import sys
from collections.abc import Collection
from importlib import import_module

from data.command_line import run
from data.command_line.parsing import CommandParser

COMMANDS = {
    "plan": "from a county bundle and a budget to the best plan and its workbook",
    "allocate": "spend a budget on any table of offers",
    "frontier": "what every budget brings within reach, and where more money buys little",
    "compare": "any number of scenarios side by side, and who gains and loses between them",
    "monitor": "a plan against the ledger's actuals: forecast, variance, balance",
    "ahead": "what a plan costs in the years ahead as cohorts age, against what is spent today",
    "replan": "a plan remade from a period on, with what is promised, paid and ordered kept",
    "prices": "the form on which a council fills in its own prices",
    "report": "a plan, or two compared, as a Word document for members",
    "scenarios": "the library of scenarios: save, list, compare versions, export, import",
    "sweep": "plan for many scenarios, on this machine or a Dask cluster",
}

ELSEWHERE = {  # options that somebody may look for at a command that has none: where it is said there
    "plan": {
        "--limits": "The limits of a plan are written in its scenario file: give that with --scenario.",
        "--offers": "A table of offers is planned with the command allocate.",
    },
    "compare": {"--limits": "The limits of a plan are written in its scenario file."},
}


def make_parser(loaded: Collection[str] = tuple(COMMANDS)) -> argparse.ArgumentParser:
    """Return the parser of all commands; only the modules budget.commands.NAME of those in `loaded` are imported."""
    parser = CommandParser(prog="python -m budget", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in COMMANDS.items():
        if name not in loaded:
            commands.add_parser(name, help=text)
            continue
        module = import_module(f"budget.commands.{name}")
        command = commands.add_parser(name, help=text, description=module.__doc__)
        module.add_arguments(command)
        command.elsewhere = ELSEWHERE.get(name, {})
        command.set_defaults(run=module.command)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parsed = make_parser(arguments[:1]).parse_args(arguments)
    return run(parsed.run, parsed)


if __name__ == "__main__":
    sys.exit(main())
