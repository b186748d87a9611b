"""Many scenarios: what a sweep file asks for, one scenario at a time, and the row that each becomes.

    [base]                            # keys of a scenario file, shared by all
    kinds = ["bus_pass", "minibus"]

    [grid]                            # every combination of these lists of values
    budget = [500000, 750000]
    [grid.figures]
    "bus_pass.price" = [850, 900, 950]

    [[scenario]]                      # and these besides, each the base with its own keys over it
    name = "Nothing but passes"
    kinds = ["bus_pass"]

The grid comes first, its last list turning fastest, then the list. Nothing here knows where a scenario is run
(`budget.sweep.sweep_run`): a `Job` holds all that it needs, and its row is the same wherever that is.
"""

import datetime
import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path

import pandas as pd

from budget.allocation.model.highs import NAME as SOLVER
from budget.planning import by_group, reasons
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.scenarios import scenario_file
from budget.scenarios.differences import canonical, fingerprint
from budget.scenarios.scenario import Scenario
from data import bundle, figures
from data.bundle import County
from data.faults import Fault, InputError

FORMAT = 1  # raise when a row comes to hold something else: journals of before are then not taken up
MOST_SCENARIOS = 100_000
NESTED = ("figures", "targeting", "risk")
RESULTS = (
    "status", "problem", "access", "bound", "gap", "spent_pence", "people", "cohorts_funded", "cohorts_not_funded",
    "access_per_extra_1000_pounds", "share_of_access_on_estimates", "conflicts",
)  # fmt: skip
FAILED = "failed"
COLUMN_OF = {"gap": "gap_asked", "bundle": "bundle_asked"}  # a field whose name is also another column's


@dataclass(frozen=True, slots=True)
class Job:
    """One scenario to plan for: its place in the sweep, and the bundle as a folder and the checksum it must have."""

    number: int
    scenario: Scenario  # with its day settled
    folder: str
    checksum: str

    @property
    def key(self) -> str:
        """A hash of all that determines the result: scenario, bundle and solver, not its name or place in the sweep."""
        scenario = fingerprint(self.scenario)
        content = {"format": FORMAT, "solver": SOLVER, "bundle": self.checksum, "scenario": scenario}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one job: the results by column, and what went to each group, as plain values."""

    results: dict
    groups: tuple[dict, ...] = ()  # group ("district" or "kind"), name, cohorts, people, cost_pence, access

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
    shape = {"base": dict, "grid": dict, "scenario": list}
    faults = [
        Fault(key, f"is not known in a sweep.{figures.did_you_mean(key, shape)}") for key in raw if key not in shape
    ]
    faults += [
        Fault(key, "has the wrong shape: see the sweep file's keys.") for key in shape if not _fits(raw, key, shape)
    ]
    if faults:
        raise InputError(subject, faults)
    base = raw.get("base", {})
    asked = [*_grid(raw.get("grid", {}), faults), *raw.get("scenario", [])]
    if not faults and not asked:
        faults.append(Fault("", "asks for no scenario. Give it a [grid] of lists, or [[scenario]] tables."))
    made = {}
    for number, changes in enumerate(asked, start=1):
        entry = _over(base, changes)
        try:
            made[number] = scenario_file.from_mapping(entry, f"scenario {number}", settings=False)
        except InputError as error:
            faults += [Fault(f"scenario {number}, {fault.where}", fault.problem) for fault in error.faults]
    if faults:
        raise InputError(subject, faults)
    return [_named(scenario, asked[number - 1], number, today) for number, scenario in made.items()]


def _fits(raw: Mapping, key: str, shape: Mapping[str, type]) -> bool:
    given = raw.get(key, shape[key]())
    return isinstance(given, shape[key]) and (key != "scenario" or all(isinstance(each, Mapping) for each in given))


def _over(base: Mapping, changes: Mapping) -> dict:
    """Return the base with the changes over it, figure by figure where both have a table of figures."""
    merged = dict(base) | dict(changes)
    for key in NESTED:
        if isinstance(base.get(key), Mapping) and isinstance(changes.get(key), Mapping):
            merged[key] = dict(base[key]) | dict(changes[key])
    return merged


def _grid(raw: Mapping, faults: list[Fault]) -> list[dict]:
    """Return every combination of a grid's lists, each as the keys of a scenario."""
    axes: list[tuple[str, str | None, list]] = []
    for key, given in raw.items():
        entries = given.items() if key in NESTED and isinstance(given, Mapping) else [(None, given)]
        axes += [(key, name, values) for name, values in entries]
    for key, name, values in axes:
        if not isinstance(values, list) or not values:
            faults.append(Fault(f"grid.{name or key}", "must be a list of at least one value, such as [850, 900]."))
    count = 1
    for _, _, values in axes:
        count *= len(values) if isinstance(values, list) else 1
    if count > MOST_SCENARIOS:
        faults.append(Fault("grid", f"makes {count:,} scenarios; at most {MOST_SCENARIOS:,} are run at once."))
    if faults or not axes:
        return []
    return [_point(axes, values) for values in itertools.product(*(values for _, _, values in axes))]


def _point(axes: list[tuple[str, str | None, list]], values: tuple) -> dict:
    point: dict = {}
    for (key, name, _), value in zip(axes, values, strict=True):
        if name is None:
            point[key] = value
        else:
            point.setdefault(key, {})[name] = value
    return point


def _named(scenario: Scenario, changes: Mapping, number: int, today: datetime.date) -> Scenario:
    """Return a scenario with its day settled, named by what sets it apart where the file gives it no name."""
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


def jobs(asked: list[Scenario], county: County, folder: Path) -> list[Job]:
    """Return the jobs of a sweep, numbered from 1."""
    checksum = county.manifest.checksum
    return [Job(number, scenario, str(folder.resolve()), checksum) for number, scenario in enumerate(asked, start=1)]


def run_job(job: Job) -> Outcome:
    """Plan for one scenario, in whatever process this is. What goes wrong is in the outcome, and is never raised.

    An exception would have to survive its way between processes, and one scenario's must not end the others.
    """
    try:
        county = _county(job.folder, job.checksum)
        return _outcome(planning.make(county, job.scenario, job.scenario.day))
    except InputError as error:
        return Outcome.failed("; ".join(map(str, error.faults)))
    except Exception as error:  # noqa: BLE001 - the boundary between scenarios; said in its row, whatever it is
        return Outcome.failed(f"{type(error).__name__}: {error}")


@lru_cache(maxsize=2)
def _county(folder: str, checksum: str) -> County:
    """Load a bundle once in each process, and only the one that was asked for."""
    county = bundle.load(Path(folder))
    if county.manifest.checksum != checksum:
        raise InputError(folder, ["The bundle has changed since the sweep began. Start the sweep again."])
    return county


def _outcome(plan: Plan) -> Outcome:
    allocation = plan.allocation
    values = (
        allocation.status, "", allocation.access, allocation.bound, allocation.gap, allocation.spent_pence,
        allocation.people, len(allocation.chosen), len(reasons.not_funded(plan)),
        allocation.access_per_extra_1000_pounds, plan.estimated_share, "; ".join(allocation.conflicts),
    )  # fmt: skip
    tables = {"kind": by_group.by_kind(plan), "district": by_group.by_district(plan)}
    groups = tuple(
        {"group": group, "name": str(name), "cohorts": int(row["cohorts"]), "people": round(float(row["people"]), 6)}
        | {"cost_pence": int(row["cost_pence"]), "access": round(float(row["access"]), 6)}
        for group, table in tables.items()
        for name, row in table.iterrows()
    )
    return Outcome(dict(zip(RESULTS, values, strict=True)), groups)


def results_table(done: Mapping[int, tuple[Job, Outcome]]) -> pd.DataFrame:
    """Return one row a scenario, in the order of the sweep: its inputs, then its results.

    The columns are those of a scenario, a figure that any scenario sets as `figures.NAME`; money in pence. What a
    scenario does not set is empty, and what failed has a status and a problem and no results.
    """
    rows = [_inputs(job) | done[number][1].results for number in sorted(done) for job in [done[number][0]]]
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
    for name, value in asdict(job.scenario).items():
        column = COLUMN_OF.get(name, name)
        if name in NESTED:
            row |= {f"{name}.{figure}": float(given) for figure, given in value.items()}
        elif isinstance(value, (bool, int, float, str, datetime.date)):
            row[column] = value
        else:
            row[column] = json.dumps(canonical(value), ensure_ascii=False, sort_keys=True)
    return row


def groups_table(done: Mapping[int, tuple[Job, Outcome]]) -> pd.DataFrame:
    """Return what went to each kind and district in each scenario, one row each, in the order of the sweep."""
    rows = [{"number": number, **each} for number in sorted(done) for each in done[number][1].groups]
    columns = ["number", "group", "name", "cohorts", "people", "cost_pence", "access"]
    table = pd.DataFrame(rows, columns=columns)
    numbers = {"number": "int64", "cohorts": "int64", "people": "float64", "cost_pence": "int64", "access": "float64"}
    return table.astype(numbers)
