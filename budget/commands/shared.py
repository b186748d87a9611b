"""What the commands of `python -m budget` share: options, the county and the scenario that they name."""

import argparse
from dataclasses import replace
from pathlib import Path

from budget.allocation.inputs import money
from budget.offers import applicants as applicants_table
from budget.offers.applicants import Applicants
from budget.scenarios import scenario_file
from budget.scenarios.scenario import Scenario
from data import bundle, own_files
from data.bundle import County
from data.command_line import check_output
from data.example import FOLDER as EXAMPLE
from data.faults import Fault, InputError, gathered
from eligibility.runs.decisions_file import read_decisions

WARNINGS_SHOWN = 4  # in the text of a plan
DESCRIPTIONS: dict[str, dict] = {
    "--bundle": {"type": Path, "default": EXAMPLE, "help": "a county bundle (the made-up example if absent)"},
    "--journeys": {"type": Path, "help": "a travel matrix (CSV or Parquet) that overrides estimates"},
    "--absent": {
        "choices": list(own_files.WHAT_ABSENT_MEANS), "metavar": "CHOICE",
        "help": own_files.ABSENT_HELP,
    },
    "--scenario": {"type": Path, "help": "a scenario file (TOML): settings, prices, limits (the default if absent)"},
    "--budget": {"help": "pounds for the year, such as 750000 (the scenario's if absent)"},
    "--applicants": {
        "type": Path, "metavar": "DECISIONS.xlsx", "help": "plan for the applicants in this decisions workbook"
    },
    "--any-bundle": {"action": "store_true", "help": "plan also where a scenario was made for another bundle"},
    "--out": {"type": Path, "help": "write the workbook (.xlsx) here"},
    "--json": {"action": "store_true", "help": "print one JSON object and nothing else"},
}  # fmt: skip


def add_shared(parser: argparse.ArgumentParser, *options: str) -> None:
    """Add options that several commands have, by name, such as "--bundle"."""
    for option in options:
        parser.add_argument(option, **DESCRIPTIONS[option])
        if option == "--journeys":
            parser.add_argument("--absent", **DESCRIPTIONS["--absent"])


def load_county(arguments: argparse.Namespace) -> County:
    """Return the county of --bundle with the travel times of --journeys, where given.

    --absent is about that matrix or, without it, the bundle's own. Raises InputError where there is neither.
    """
    county = bundle.load(arguments.bundle)
    if arguments.journeys:
        return own_files.with_journeys(county, arguments.journeys, arguments.absent)
    return own_files.with_absent(county, arguments.absent) if arguments.absent else county


def warning_lines(county: County) -> list[str]:
    """Return what a bundle and its travel matrix warn of as lines for the terminal, the first few; the rest counted."""
    warnings = county.manifest.warnings
    lines = [f"Warning     {each}" for each in warnings[:WARNINGS_SHOWN]]
    if more := len(warnings) - len(lines):
        lines.append(f"Warning     and {more:,} more, which --json prints")
    return lines


def read_scenario(path: Path | None) -> Scenario:
    """Return the scenario of a file, or the default scenario where there is no file."""
    return scenario_file.read(path) if path else Scenario()


def with_budget(scenario: Scenario, budget: str | None) -> Scenario:
    """Return the scenario with the budget of --budget (pounds) where it is given."""
    return scenario if budget is None else replace(scenario, budget_pence=money.pence(budget, "--budget"))


def pence_of_option(faults: list[Fault], pounds: str | None, option: str) -> int | None:
    """Return the pounds of an option in pence, None where it is not given; add a fault where they are no amount."""
    return None if pounds is None else gathered(faults, lambda: money.pence(pounds, option), None, option)


def read_applicants(path: Path | None, county: County) -> Applicants | None:
    """Return the applicants of a decisions workbook; None where there is no path, as the plan is then for areas."""
    return None if path is None else applicants_table.from_decisions(read_decisions(path), county, path.name)


def check_workbook_path(path: Path | None) -> None:
    """Raise InputError where the workbook of --out cannot be written, before the work is done."""
    if path is not None:
        check_output(path, ".xlsx", "The workbook is an Excel file.")


def raise_faults(subject: str, faults: list[Fault]) -> None:
    """Raise InputError where there are faults."""
    if faults:
        raise InputError(subject, faults)
