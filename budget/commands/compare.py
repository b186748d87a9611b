"""`python -m budget compare`: any number of scenarios side by side, and a workbook with live differences."""

import argparse
import datetime
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from budget.commands.shared import add_shared, check_workbook_path, load_county, raise_faults
from budget.planning import comparison as comparing
from budget.planning import plan as planning
from budget.planning import plan_changes
from budget.planning.comparison import Comparison
from budget.planning.plan import Plan
from budget.scenarios import scenario_file
from budget.scenarios.scenario import CASES, Scenario, cases_of
from budget.workbook.comparison_sheets import comparison as workbook
from data.bundle import County
from data.command_line import DONE, NO_PLAN, print_result, say, write_output
from data.faults import Fault, InputError, cannot_use, gathered
from data.wording import exact_pounds

MOST_SCENARIOS = 60  # that a sheet can show and a reader can follow; for more there is `sweep`
NAME_WIDTH = 34  # characters of a name on the terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `compare`."""
    parser.add_argument("scenarios", type=Path, nargs="+", metavar="SCENARIO.toml", help="scenario files, two or more")
    add_shared(parser, "--bundle", "--journeys")
    parser.add_argument("--cases", action="store_true", help="plan each with low, central and high take-up")
    add_shared(parser, "--any-bundle")
    parser.add_argument(
        "--why", action="store_true", help="plan once more for each input that differs, to say what it does alone"
    )
    add_shared(parser, "--out", "--json")


def command(arguments: argparse.Namespace) -> int:
    """Plan for each scenario and compare. Returns 3 where not one of them has a plan."""
    scenarios = read(arguments.scenarios)
    check_workbook_path(arguments.out)
    base = CASES.index("central") if arguments.cases else 0
    if arguments.cases:
        scenarios = [case for scenario in scenarios for case in cases_of(scenario)]
    if not 2 <= len(scenarios) <= MOST_SCENARIOS:
        raise InputError("compare", [f"{len(scenarios)} scenarios: give 2 to {MOST_SCENARIOS}, or one with --cases."])
    plans = _plans(load_county(arguments), scenarios, any_bundle=arguments.any_bundle)
    compared = comparing.compare(plans, base)
    compared = comparing.with_effects(compared, say) if arguments.why else compared
    if arguments.out:
        write_output(arguments.out, workbook.to_bytes(compared))
    print_result(arguments.json, lambda: to_json(compared), lambda: in_words(compared))
    return DONE if any(map(compared.has_plan, range(len(scenarios)))) else NO_PLAN


def _plans(county: County, scenarios: Sequence[Scenario], *, any_bundle: bool) -> list[Plan]:
    """Return the plan of each scenario. Raises InputError with the faults of them all."""
    faults: list[Fault] = []
    plans: list[Plan | None] = []
    today, warn = datetime.date.today(), say if any_bundle else None
    for scenario in scenarios:
        say(f"Planning for “{scenario.name}”.")
        make = partial(planning.make, county, scenario, today, on_other_bundle=warn)
        plans.append(gathered(faults, make, None, scenario.name))
    raise_faults("compare", faults)
    return [plan for plan in plans if plan is not None]


def read(paths: Sequence[Path]) -> list[Scenario]:
    """Read scenario files; one without a name is called after its file. Raises InputError with the faults of all."""
    faults: list[Fault] = []
    scenarios = []
    for path in paths:
        try:
            scenarios.append(gathered(faults, partial(scenario_file.read_named, path), Scenario(), path.name))
        except OSError as error:
            faults.append(Fault(path.name, f"cannot be read: {cannot_use(error).faults[0].problem}"))
    raise_faults("compare", faults)
    return scenarios


def to_json(compared: Comparison) -> dict:
    """Return a comparison as plain values; money in pence, null where there is no plan."""
    totals = [
        {"scenario": name, **_values(row), "conflicts": list(plan.allocation.conflicts)}
        for (name, row), plan in zip(compared.totals.iterrows(), compared.plans, strict=True)
    ]
    groups = {
        f"by_{name}": [
            {name: group, "scenario": scenario, **_values(row)} for (group, scenario), row in table.iterrows()
        ]
        for name in ("district", "decile", "kind")
        for table in [getattr(compared, f"by_{name}")]
    }
    pairs = [_pair_json(compared, a, b) for a, b in compared.pairs]
    county = compared.plans[0].county.manifest
    where = {"county": county.name, "bundle_checksum": county.checksum, "base": compared.names[compared.base]}
    return where | {"scenarios": totals} | groups | {"pairs": pairs}


def _pair_json(compared: Comparison, a: int, b: int) -> dict:
    changes = compared.changes(a, b)
    return {
        "from": compared.names[a],
        "to": compared.names[b],
        "compared": compared.has_plan(a) and compared.has_plan(b),
        "inputs": [
            asdict(each) | ({"alone": _values(compared.effects[a, b].loc[each.key])} if compared.effects else {})
            for each in compared.reasons(a, b)
        ],
        **{effect: asdict(side) for effect, side in plan_changes.affected(changes).items()},
        "changes": [{"cohort": str(cohort), **_values(row)} for cohort, row in changes.iterrows()],
    }


def _values(row: pd.Series) -> dict[str, Any]:
    """Return a row as plain Python values by column, None for what is missing."""
    values = row.astype(object).where(row.notna(), None).items()
    return {str(key): value.item() if hasattr(value, "item") else value for key, value in values}


def in_words(compared: Comparison) -> str:
    """Return the comparison as text for the terminal."""
    lines = [f"{'':<{NAME_WIDTH}} {'spend':>15} {'people':>10} {'within reach':>12} {'score':>10} {'areas':>6}"]
    for place, (name, row) in enumerate(compared.totals.iterrows()):
        short = name if len(name) <= NAME_WIDTH else name[: NAME_WIDTH - 1] + "…"
        if compared.has_plan(place):
            figures = f"{row['people']:>10,.2f} {row['within_reach_at_least_one']:>12,.2f} {row['access']:>10,.2f} "
            figures += f"{row['cohorts_funded']:>6,}"
            lines.append(f"{short:<{NAME_WIDTH}} {exact_pounds(row['spent_pence']):>15} {figures}")
        else:
            lines += [f"{short:<{NAME_WIDTH}} no plan can satisfy its limits. These cannot be kept together:"]
            lines += [f"  {conflict}" for conflict in compared.plans[place].allocation.conflicts]
    for a, b in compared.pairs:
        lines += ["", f"From “{compared.names[a]}” to “{compared.names[b]}”"]
        reasons = [
            f"  {each.words}{comparing.effect_in_words(compared, a, b, each.key)}" for each in compared.reasons(a, b)
        ]
        lines += reasons or ["  No input differs."]
        if compared.has_plan(a) and compared.has_plan(b):
            lines += [f"  {line}" for line in plan_changes.sides_in_words(compared.changes(a, b))]
    return "\n".join(lines)
