"""`python -m budget prices`: the form Your prices as a workbook, to be filled in and given to `plan --prices`."""

import argparse
import datetime
from pathlib import Path

from budget.commands.shared import add_shared, check_workbook_path, read_scenario
from budget.planning import assumed
from budget.workbook import prices_form
from data.command_line import DONE, print_result, write_output
from data.figures import ASSUMPTION


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `prices`."""
    add_shared(parser, "--scenario")
    parser.add_argument("--out", type=Path, required=True, metavar="PRICES.xlsx", help="write the form (.xlsx) here")
    add_shared(parser, "--json")


def command(arguments: argparse.Namespace) -> int:
    """Write the form, filled in as far as the scenario is, and say how many of its figures are assumptions."""
    check_workbook_path(arguments.out)
    scenario = read_scenario(arguments.scenario)
    rows = prices_form.rows(scenario)
    write_output(arguments.out, prices_form.to_bytes(scenario, scenario.day or datetime.date.today()))
    count = sum(assumed.provenance(row.figure) == ASSUMPTION for row in rows)
    print_result(
        arguments.json,
        lambda: {"figures": len(rows), "assumptions": count, "out": str(arguments.out)},
        lambda: f"{count} of {len(rows)} prices and take-ups are assumptions.",
    )
    return DONE
