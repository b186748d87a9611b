"""Read the scenarios that a sweep file lists, plan for one of them, and make a table of the results.

    [base]                            # keys of a scenario file, shared by all
    kinds = ["bus_pass", "minibus"]

    [grid]                            # every combination of these lists of values
    budget = [500000, 750000]
    [grid.figures]
    "bus_pass.price" = [850, 900, 950]

    [[scenario]]                      # and these, each the base with its own keys in place of the base's
    name = "Nothing but passes"
    kinds = ["bus_pass"]

The scenarios of the grid come first, its last list varying fastest, then those of the list. `budget.sweep.sweep_run`
decides where a scenario is run: a `Job` has everything that it needs, and its result is the same on every machine.
"""

import datetime
import hashlib
import itertools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import Field

from budget.allocation.inputs.toml_tables import Table, read_table
from budget.allocation.model.highs import NAME as SOLVER
from budget.planning import by_group, reasons, within_reach
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.scenarios import scenario_file
from budget.scenarios.differences import canonical, fingerprint
from budget.scenarios.scenario import Scenario
from data import bundle, figures
from data.bundle import County
from data.faults import Fault, InputError

FORMAT = 2  # of a row; raise it when a row changes, so that journals in the old format are not read
MOST_SCENARIOS = 100_000
NESTED = ("figures", "targeting", "risk")
RESULTS = (
    "status", "problem", "access", "bound", "gap", "spent_pence", "people", "cohorts_funded", "cohorts_not_funded",
    "access_per_extra_1000_pounds", "share_of_access_on_estimates", "conflicts",
    *(f"within_reach_{name}" for name in within_reach.COUNTS),
)  # fmt: skip
FAILED = "failed"
COLUMN_OF = {"gap": "gap_asked", "bundle": "bundle_asked"}  # a field whose name is also another column's


class SweepTable(Table):
    """The keys of a sweep file."""

    base: dict[str, Any] = Field({}, description="must be a table [base] of keys of a scenario file.")
    grid: dict[str, Any] = Field({}, description="must be a table [grid] of lists of values.")
    scenario: list[dict[str, Any]] = Field([], description="must be tables, each under its own heading [[scenario]].")


@dataclass(frozen=True, slots=True)
class Job:
    """One scenario to plan for: its place in the sweep, and the bundle as a folder and the checksum it must have."""

    number: int
    scenario: Scenario  # with a day
    folder: str
    checksum: str

    @property
    def key(self) -> str:
        """A hash of all that determines the result: scenario, bundle and solver, not its name or place in the sweep."""
        return hashlib.sha256(json.dumps(self.content(), sort_keys=True).encode()).hexdigest()

    def content(self) -> dict:
        """Return what `key` is the hash of."""
        scenario = fingerprint(self.scenario)
        return {"format": FORMAT, "solver": SOLVER, "bundle": self.checksum, "scenario": scenario}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one job: its results by column, and what each group is given, as plain values."""

    results: dict
    groups: tuple[
        dict, ...
    ] = ()  # group ("district" or "kind"), name, cohorts, people, cost_pence, access, within_reach

    @classmethod
    def failed(cls, problem: str) -> "Outcome":
        """Return the outcome of a scenario that could not be planned for."""
        return cls(dict.fromkeys(RESULTS) | {"status": FAILED, "problem": problem, "conflicts": ""})


def read(path: Path, today: datetime.date) -> list[Scenario]:
    """Read a sweep file. Raises InputError with every fault of every scenario in it.

    `today` becomes the day of the scenarios that name none, so that all are planned for the same one.
    """
    return from_mapping(figures.read_toml(path), path.name, today)


def from_mapping(raw: Mapping, subject: str, today: datetime.date) -> list[Scenario]:
    """Make the scenarios of a sweep from the keys of its file. Raises InputError with every fault."""
    faults: list[Fault] = []
    table = read_table(SweepTable, raw, faults)
    if faults:
        raise InputError(subject, faults)
    changes_by_scenario = [*_grid(table.get("grid", {}), faults), *table.get("scenario", [])]
    if not faults and not changes_by_scenario:
        faults.append(Fault("", "lists no scenario. Give it a [grid] of lists, or [[scenario]] tables."))
    scenarios = []
    for number, changes in enumerate(changes_by_scenario, start=1):
        entry = _over(table.get("base", {}), changes)
        try:
            scenario = scenario_file.from_mapping(entry, f"scenario {number}", settings=False)
            scenarios.append(_named(scenario, changes, number, today))
        except InputError as error:
            faults += [Fault(f"scenario {number}, {fault.where}", fault.problem) for fault in error.faults]
    if faults:
        raise InputError(subject, faults)
    return scenarios


def _over(base: Mapping, changes: Mapping) -> dict:
    """Return the base with the changes in place of its own keys, figure by figure in tables of figures."""
    both = (key for key in NESTED if isinstance(base.get(key), Mapping) and isinstance(changes.get(key), Mapping))
    return {**base, **changes, **{key: {**base[key], **changes[key]} for key in both}}


def _grid(raw: Mapping, faults: list[Fault]) -> list[dict]:
    """Return every combination of a grid's lists, each as the keys of a scenario."""
    axes: list[tuple[str, str | None, Any]] = []
    for key, given in raw.items():
        nested = key in NESTED and isinstance(given, Mapping)
        axes += [(key, name, values) for name, values in given.items()] if nested else [(key, None, given)]
    for key, name, values in axes:
        if not isinstance(values, list) or not values:
            faults.append(Fault(f"grid.{name or key}", "must be a list of at least one value, such as [850, 900]."))
    count = math.prod(len(values) for _, _, values in axes if isinstance(values, list))
    if count > MOST_SCENARIOS:
        faults.append(Fault("grid", f"makes {count:,} scenarios; at most {MOST_SCENARIOS:,} are run at once."))
    if faults or not axes:
        return []
    return [_point(axes, values) for values in itertools.product(*(values for _, _, values in axes))]


def _point(axes: list[tuple[str, str | None, list]], values: tuple) -> dict:
    point: dict = {}
    for (key, name, _), value in zip(axes, values, strict=True):
        point[key] = value if name is None else point.get(key, {}) | {name: value}
    return point


def _named(scenario: Scenario, changes: Mapping, number: int, today: datetime.date) -> Scenario:
    """Return a scenario with a day, and with a name made of its changes where the file gives none."""
    words = []
    for key, value in changes.items():
        parts = value.items() if key in NESTED else [(key, value)]
        words += [f"{name} {_words(each)}" for name, each in parts]
    name = changes.get("name") or ", ".join(words) or f"scenario {number}"
    return replace(scenario, name=name, day=scenario.day or today)


def _words(value: object) -> str:
    """Return one value of a scenario as a name shows it: lists joined by +, tables as their keys and values."""
    if isinstance(value, Mapping):
        return " ".join(f"{key} {_words(each)}" for key, each in value.items())
    if isinstance(value, list):
        return " + ".join(map(_words, value)) or "none"
    return str(value)


def jobs(scenarios: list[Scenario], county: County, folder: Path) -> list[Job]:
    """Return the jobs of a sweep, numbered from 1."""
    checksum = county.manifest.checksum
    return [
        Job(number, scenario, str(folder.resolve()), checksum) for number, scenario in enumerate(scenarios, start=1)
    ]


def run_job(job: Job) -> Outcome:
    """Plan for one scenario, in any process. Errors are reported in the outcome and never raised.

    An exception may not survive the way between processes, and one scenario's must not end the others.
    """
    try:
        county = load_county(job.folder, job.checksum)
        assert job.scenario.day is not None  # a sweep gives every scenario a day
        return _outcome(planning.make(county, job.scenario, job.scenario.day))
    except InputError as error:
        return Outcome.failed("; ".join(map(str, error.faults)))
    except Exception as error:  # noqa: BLE001 - the boundary between scenarios; the row reports it
        return Outcome.failed(f"{type(error).__name__}: {error}")


@lru_cache(maxsize=2)
def load_county(folder: str, checksum: str) -> County:
    """Load a bundle once in each process. Raises InputError where its checksum is another."""
    county = bundle.load(Path(folder))
    if county.manifest.checksum != checksum:
        raise InputError(folder, ["The bundle has changed since the sweep began. Start the sweep again."])
    return county


def _outcome(plan: Plan) -> Outcome:
    allocation, counted = plan.allocation, within_reach.counts(plan)
    values = (
        allocation.status, "", allocation.access, allocation.bound, allocation.gap, allocation.spent_pence,
        allocation.people, len(allocation.chosen), len(reasons.not_funded(plan)),
        allocation.access_per_extra_1000_pounds, plan.estimated_share, "; ".join(allocation.conflicts),
        *(counted[name].people for name in within_reach.COUNTS),
    )  # fmt: skip
    tables = {"kind": by_group.by_kind(plan), "district": by_group.by_district(plan)}
    groups = tuple(
        {"group": group, "name": str(name), "cohorts": int(row["cohorts"]), "people": round(float(row["people"]), 6)}
        | {
            "cost_pence": int(row["cost_pence"]),
            **{name: round(float(row[name]), 6) for name in ("access", "within_reach")},
        }
        for group, table in tables.items()
        for name, row in table.iterrows()
    )
    return Outcome(dict(zip(RESULTS, values, strict=True)), groups)


def results_table(done: Mapping[int, tuple[Job, Outcome]]) -> pd.DataFrame:
    """Return one row for each scenario, in the order of the sweep: its inputs, then its results.

    The columns are those of a scenario, a figure that any scenario sets as `figures.NAME`; money in pence. What a
    scenario does not set is empty, and what failed has a status and a problem and no results.
    """
    rows = [_inputs(job) | outcome.results for _, (job, outcome) in sorted(done.items())]
    set_somewhere = sorted({name for row in rows for name in row if name.partition(".")[0] in NESTED})
    fixed = [COLUMN_OF.get(item.name, item.name) for item in fields(Scenario) if item.name not in NESTED]
    columns = ["number", *fixed, *set_somewhere, "bundle", *RESULTS]
    table = pd.DataFrame(rows, columns=columns)
    for name in (*set_somewhere, *(n for n in RESULTS if n not in ("status", "problem", "conflicts"))):
        table[name] = table[name].astype("float64")
    for name in ("spent_pence", "cohorts_funded", "cohorts_not_funded"):
        table[name] = table[name].astype("Int64")
    return table


def _inputs(job: Job) -> dict:
    row: dict = {"number": job.number, "bundle": job.checksum}
    for item in fields(Scenario):
        value, column = getattr(job.scenario, item.name), COLUMN_OF.get(item.name, item.name)
        if item.name in NESTED:
            row |= {f"{item.name}.{figure}": float(given) for figure, given in value.items()}
        elif isinstance(value, (bool, int, float, str, datetime.date)):
            row[column] = value
        else:
            row[column] = json.dumps(canonical(value), ensure_ascii=False, sort_keys=True)
    return row


def groups_table(done: Mapping[int, tuple[Job, Outcome]]) -> pd.DataFrame:
    """Return what each kind and district is given in each scenario, in the order of the sweep."""
    rows = [{"number": number, **each} for number, (_, outcome) in sorted(done.items()) for each in outcome.groups]
    columns = ["number", "group", "name", "cohorts", "people", "cost_pence", "access", "within_reach"]
    numbers = {"number": "int64", "cohorts": "int64", "people": "float64", "cost_pence": "int64"}
    numbers |= {"access": "float64", "within_reach": "float64"}
    return pd.DataFrame(rows, columns=columns).astype(numbers)
