"""`python -m budget`: how the money is spent, from the command line."""

import argparse
import sys

from budget import allocate_command
from data.command_line import run


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m budget", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    allocate = commands.add_parser("allocate", help="spend a budget on any table of offers")
    allocate_command.add_arguments(allocate)
    allocate.set_defaults(run=allocate_command.command)
    chosen = parser.parse_args(arguments)
    return run(chosen.run, chosen)


if __name__ == "__main__":
    sys.exit(main())
