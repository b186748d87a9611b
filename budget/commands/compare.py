"""`python -m budget compare`: any number of scenarios side by side, and a workbook with live differences."""

import argparse
import datetime
from collections.abc import Sequence
from pathlib import Path

from budget.commands.plan import check_out
from budget.planning import comparison as comparing
from budget.planning import plan as planning
from budget.planning.comparison import GAINS, LOSES, NEITHER, Comparison
from budget.scenarios import scenario_file
from budget.scenarios.scenario import CASES, Scenario, cases_of
from budget.workbook.comparison_sheets import comparison as workbook
from data import bundle, own_files
from data.command_line import DONE, NO_PLAN, print_json, say, show, write_whole
from data.example import FOLDER as EXAMPLE
from data.faults import Fault, InputError

MOST = 60  # scenarios side by side: what a sheet can show and a reader follow; beyond that there is `sweep`
NAME_SHOWN = 34  # characters of a name on the terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `compare`."""
    parser.add_argument("scenarios", type=Path, nargs="+", metavar="SCENARIO.toml", help="scenario files, two or more")
    parser.add_argument("--bundle", type=Path, default=EXAMPLE, help="a county bundle (the made-up example if absent)")
    parser.add_argument("--journeys", type=Path, help="a travel matrix (CSV or Parquet) that overrides estimates")
    parser.add_argument("--cases", action="store_true", help="plan each with low, central and high take-up")
    parser.add_argument(
        "--any-bundle", action="store_true", help="plan also where a scenario was made for another bundle"
    )
    parser.add_argument(
        "--why", action="store_true", help="plan once more for each input that differs, to say what it does alone"
    )
    parser.add_argument("--out", type=Path, help="write the workbook (.xlsx) here")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def command(arguments: argparse.Namespace) -> int:
    """Plan for each scenario and compare. Returns 3 where not one of them has a plan."""
    asked = read(arguments.scenarios)
    check_out(arguments.out)
    base = CASES.index("central") if arguments.cases else 0
    asked = [case for scenario in asked for case in cases_of(scenario)] if arguments.cases else asked
    if not 2 <= len(asked) <= MOST:
        raise InputError("compare", [f"{len(asked)} scenarios: give 2 to {MOST}, or one with --cases."])
    county = bundle.load(arguments.bundle)
    if arguments.journeys:
        county = own_files.with_journeys(county, arguments.journeys)
    today = datetime.date.today()
    compared = comparing.compare(_plans(county, asked, today, any_bundle=arguments.any_bundle), base)
    compared = comparing.with_effects(compared, say) if arguments.why else compared
    if arguments.out:
        write_whole(arguments.out, workbook.to_bytes(compared))
        say(f"Wrote {arguments.out}.")
    if arguments.json:
        print_json(to_json(compared))
    else:
        show(in_words(compared))
    return DONE if any(map(compared.has_plan, range(len(asked)))) else NO_PLAN


def _plans(county: bundle.County, asked: Sequence[Scenario], today: datetime.date, *, any_bundle: bool):
    """Return the plan of each scenario. Raises InputError with the faults of them all."""
    plans, faults = [], []
    for scenario in asked:
        say(f"Planning for “{scenario.name}”.")
        try:
            told = say if any_bundle else None
            plans.append(planning.make(county, scenario, today, on_other_bundle=told))
        except InputError as error:
            faults += [
                Fault(f"{scenario.name}, {fault.where}".removesuffix(", "), fault.problem) for fault in error.faults
            ]
    if faults:
        raise InputError("compare", faults)
    return plans


def read(paths: Sequence[Path]) -> list[Scenario]:
    """Read scenario files; one that has no name is called after its file. Raises InputError with every fault of all."""
    scenarios, faults = [], []
    for path in paths:
        try:
            scenario = scenario_file.read_named(path)
        except InputError as error:
            faults += [Fault(f"{path.name}, {fault.where}".removesuffix(", "), fault.problem) for fault in error.faults]
        except OSError as error:
            faults.append(Fault(path.name, f"cannot be read: {error.strerror or error}."))
        else:
            scenarios.append(scenario)
    if faults:
        raise InputError("compare", faults)
    return scenarios


def to_json(compared: Comparison) -> dict:
    """Return a comparison as plain values; money in pence, null where there is no plan."""
    totals = [
        {"scenario": name, **_plain(row), "conflicts": list(plan.allocation.conflicts)}
        for (name, row), plan in zip(compared.totals.iterrows(), compared.plans, strict=True)
    ]
    groups = {
        f"by_{name}": [
            {name: group, "scenario": scenario, **_plain(row)} for (group, scenario), row in table.iterrows()
        ]
        for name, table in (
            ("district", compared.by_district),
            ("decile", compared.by_decile),
            ("kind", compared.by_kind),
        )
    }
    pairs = [_pair_json(compared, a, b) for a, b in compared.pairs]
    county = compared.plans[0].county.manifest
    where = {"county": county.name, "bundle_checksum": county.checksum, "base": compared.names[compared.base]}
    return where | {"scenarios": totals} | groups | {"pairs": pairs}


def _pair_json(compared: Comparison, a: int, b: int) -> dict:
    changes = compared.changes(a, b)
    found = comparing.sides(changes)
    return {
        "from": compared.names[a],
        "to": compared.names[b],
        "compared": compared.has_plan(a) and compared.has_plan(b),
        "inputs": [
            {"key": each.key, "before": each.before, "after": each.after, "words": each.words}
            | ({"alone": _plain(compared.effects[a, b].loc[each.key])} if compared.effects else {})
            for each in compared.reasons(a, b)
        ],
        **{
            effect: {"areas": side.areas, "people": side.people, "access": side.access}
            for effect, side in found.items()
        },
        "changes": [{"cohort": str(cohort), **_plain(row)} for cohort, row in changes.iterrows()],
    }


def _plain(row) -> dict:
    return {key: None if value is None or value != value else _number(value) for key, value in _items(row)}


def _items(row):
    """Return a row's items with what is missing as None, which unlike NA can be compared."""
    return [(key, value) for key, value in row.astype(object).where(row.notna(), None).items()]


def _number(value: object) -> object:
    return value.item() if hasattr(value, "item") else value


def in_words(compared: Comparison) -> str:
    """Say how the scenarios compare, for a person at a terminal."""
    lines = [f"{'':<{NAME_SHOWN}} {'spend':>15} {'people':>10} {'access':>10} {'areas':>6}"]
    for place, (name, row) in enumerate(compared.totals.iterrows()):
        short = name if len(name) <= NAME_SHOWN else name[: NAME_SHOWN - 1] + "…"
        if compared.has_plan(place):
            money = f"£{row['spent_pence'] / 100:,.2f}"
            lines.append(
                f"{short:<{NAME_SHOWN}} {money:>15} {row['people']:>10,.2f} {row['access']:>10,.2f} "
                f"{row['cohorts_funded']:>6,}"
            )
        else:
            lines += [f"{short:<{NAME_SHOWN}} no plan can satisfy its limits. These cannot be kept together:"]
            lines += [f"  {conflict}" for conflict in compared.plans[place].allocation.conflicts]
    for a, b in compared.pairs:
        lines += ["", f"From “{compared.names[a]}” to “{compared.names[b]}”"]
        reasons = [
            f"  {each.words}{comparing.alone_in_words(compared, a, b, each.key)}" for each in compared.reasons(a, b)
        ]
        lines += reasons or ["  No input differs."]
        if compared.has_plan(a) and compared.has_plan(b):
            lines += _sides_in_words(compared, a, b)
    return "\n".join(lines)


def _sides_in_words(compared: Comparison, a: int, b: int) -> list[str]:
    found = compared.sides(a, b)
    lines = []
    for effect, words in ((GAINS, "gain"), (LOSES, "lose")):
        side = found[effect]
        areas = f"{side.areas:,} {'area' if side.areas == 1 else 'areas'}"
        lines.append(f"  {areas} {words}: {side.people:,.2f} takers, {abs(side.access):,.2f} access")
    if found[NEITHER].areas:
        lines.append(f"  {found[NEITHER].areas:,} more are treated otherwise and neither gain nor lose")
    return lines
