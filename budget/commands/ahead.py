"""What a plan's offers would cost in the years ahead as cohorts age, against what is spent today."""

import argparse
import datetime
from pathlib import Path

from budget.accounts import statement
from budget.accounts.ahead import MOST_YEARS, YearAhead, years_ahead
from budget.accounts.statement import Content
from budget.commands.shared import add_shared, load_county, read_scenario
from budget.planning import plan as planning
from budget.planning import reasons
from data import bundle
from data.command_line import DONE, NO_PLAN, print_result, say
from data.faults import Fault, InputError
from data.wording import exact_pounds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `ahead`."""
    add_shared(parser, "--bundle", "--scenario", "--journeys")
    parser.add_argument(
        "--cohort",
        action="append",
        default=[],
        type=Path,
        metavar="BUNDLE",
        help="the same places built with --ages 15-17, 14-16 or 13-15: those who are 16 to 18 in one, two, three years",
    )
    parser.add_argument(
        "--inflation",
        action="append",
        default=[],
        metavar="KIND=RATE,…",
        help='of a kind of support, by year ahead, such as "shared_taxi=0.04,0.03,0.03" (the scenario\'s if absent)',
    )
    add_shared(parser, "--json")


def command(arguments: argparse.Namespace) -> int:
    """Print the years ahead. Returns 3 where no plan can satisfy the limits."""
    plan = planning.make(load_county(arguments), read_scenario(arguments.scenario), datetime.date.today())
    if plan.allocation.status == "infeasible":
        say(reasons.proof(plan))
        return NO_PLAN
    rates = _rates(arguments.inflation, [kind.id for kind in plan.catalogue.kinds])
    content = statement.draw_up(plan)
    years = years_ahead(content, [bundle.load(path) for path in arguments.cohort], rates)
    print_result(arguments.json, lambda: to_json(content, years), lambda: in_words(content, years))
    return DONE


def _rates(given: list[str], kinds: list[str]) -> dict[str, tuple[float, ...]]:
    faults, rates = [], {}
    for text in given:
        kind, _, numbers = text.partition("=")
        try:
            rates[kind] = tuple(float(number) for number in numbers.split(","))
        except ValueError:
            rates[kind] = ()
        if kind not in kinds or not 1 <= len(rates[kind]) <= MOST_YEARS or not all(-0.5 <= r <= 1 for r in rates[kind]):
            problem = f"must be a kind of support ({', '.join(kinds)}) and one to three rates from -0.5 to 1."
            faults.append(Fault(f"--inflation {text}", problem))
    if faults:
        raise InputError("ahead", faults)
    return rates


def in_words(content: Content, years: list[YearAhead]) -> str:
    """Return the years as a table for the terminal."""
    labels = {kind.id: kind.label for kind in content.plan.catalogue.kinds}
    lines = [f"{'Academic year from September':<44}" + "".join(f"{year.year:>16}" for year in years)]
    lines.append(
        f"{'Young people in the areas funded':<44}" + "".join(f"{year.young_people:>16,.0f}" for year in years)
    )
    lines.append(f"{'Takers, about':<44}" + "".join(f"{year.takers:>16,.0f}" for year in years))
    for kind in dict.fromkeys(kind for year in years for kind in year.pence):
        lines.append(f"{labels[kind]:<44}" + "".join(f"{year.pence.get(kind, 0) / 100:>16,.2f}" for year in years))
    lines.append(f"{'Net cost':<44}" + "".join(f"{year.total_pence / 100:>16,.2f}" for year in years))
    before = content.ledger.finance.baseline_pence
    if before is None:
        lines.append("What is spent today is not said: write a baseline under [finance.lines.KIND] in the scenario.")
    else:
        more = "".join(f"{(year.total_pence - before) / 100:>16,.2f}" for year in years)
        lines.append(f"{f'Growth, or saving below zero, on {exact_pounds(before)}':<44}{more}")
    if len(years) == 1:
        lines.append("Only the plan's own year is here: give --cohort BUNDLE for each year ahead (see --help).")
    lines.append("Nobody moves, and low income and take-up stay as they are: assumptions. Vehicles are whole.")
    return "\n".join(lines)


def to_json(content: Content, years: list[YearAhead]) -> dict:
    """Return the years as plain values; money in pence."""
    before = content.ledger.finance.baseline_pence
    return {
        "baseline_pence": before,
        "years": [
            {
                "year": year.year,
                "young_people": year.young_people,
                "takers": round(year.takers, 6),
                "pence": dict(year.pence),
                "total_pence": year.total_pence,
                "growth_pence": None if before is None else year.total_pence - before,
            }
            for year in years
        ],
    }
