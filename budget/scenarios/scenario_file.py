"""Read and write a scenario as a TOML file that a person can edit; what is written reads back equal.

name = "Dearer passes"
budget = 750000                 # pounds
reserve = 0                     # pounds held back
kinds = ["bus_pass", "minibus"] # absent: every kind in the catalogue
policy = "isolated-areas"        # "isolated-from-a-choice", "deprived-and-isolated-areas" or a file's path
day = 2026-09-01                # the day whose rules apply; absent: today
decay = "step"                  # or "logistic", "exponential"
take_up_case = "central"        # or "low", "high": every take-up at that end of its range
price_base = "September 2026 prices"
seed = 20261124                 # of the simulation of risk
bundle = "3f0c…"                # optional checksums: a plan with another bundle, policy or catalogue is refused
policy_sha256 = "…"
figures_sha256 = "…"

[figures]                       # prices, take-up, thresholds, weights: see catalogue.toml and travel.toml
"bus_pass.price" = 950
college_minutes = 75

[targeting]                     # parameters of the targeting policy; rural classes as a list of codes, ["RSF1"]
minimum_km_to_college = 8.0

[risk]                          # how far take-up and prices may be off: see catalogue.toml and risk.toml
"bus_pass.take_up.low" = 0.5
chance = 0.1

[finance]                       # what the ledger needs: see budget/scenarios/finance.py

[[journey]] and [[withdrawn]]   # buses to fund and lines that go: see budget/scenarios/services_toml.py

must_fund, committed, part_funding, [[grant]], [[limit]] and [objective] are as in budget/allocation/inputs/limits.py
and objective.py.
"""

import datetime
from collections.abc import Mapping
from dataclasses import fields, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import tomli_w
from pydantic import Field

from budget.allocation.inputs.limits import NO_LIMITS, TOP_KEYS, limits_from
from budget.allocation.inputs.objective import MOST_ACCESS, objective_from
from budget.allocation.inputs.toml_tables import Number, Pounds, Setting, Table, read_table
from budget.offers.access import DECAYS, Decay
from budget.offers.catalogue import default_catalogue
from budget.offers.ranges import range_ends, risk_settings
from budget.scenarios import scenario_settings, services_toml, tickets_file
from budget.scenarios.finance import Finance
from budget.scenarios.finance_toml import finance_from, to_mapping
from budget.scenarios.limits_toml import in_pounds, limits_table, objective_table
from budget.scenarios.scenario import CASES, Scenario, TakeUpCase
from data.faults import Fault, InputError, gathered
from data.figures import Figure
from data.opening.archive import ZIP
from data.opening.files import content_of
from data.opening.toml_text import parse_toml
from eligibility.rules import library
from eligibility.rules.policy import Parameter

MONEY = {"budget": "budget_pence", "reserve": "reserve_pence"}
FIGURES = ("figures", "targeting", "risk")
PARTS_OF_FILE = {*TOP_KEYS, "finance", *services_toml.KEYS, tickets_file.KEY}  # read by their own modules
GIVE_TOML = (
    "Give the scenario's own text file, which --save-scenario writes (.toml); a plan's workbook is read by "
    "--from-workbook, or on the page Plan."
)
HEADER = "# A scenario of Farebridge: all that determines a plan. Money in pounds; delete a line for its default.\n"


A_CHECKSUM = "must be a checksum of 64 digits and letters a to f in quotation marks. Leave it out for any."
Text = Annotated[str, Field(description="must be a text in quotation marks, not {value}.")]
Checksum = Annotated[str, Field(pattern="^([0-9a-f]{64})?$", description=A_CHECKSUM)]


def _figures(key: str) -> Any:
    return Field({}, description=f"must be a table of numbers under the heading [{key}].")


class ScenarioTable(Table):
    """The keys of a scenario file, its limits, objective and finance apart."""

    name: Text = ""
    budget: Pounds = 0
    reserve: Pounds = 0
    kinds: list[str] = Field([], description='must be a list of kinds, such as ["bus_pass", "minibus"].')
    policy: Text = ""
    day: datetime.date | None = Field(None, description="must be a date, written 2026-09-01 without quotation marks.")
    decay: Decay = Field("step", description=f"must be one of {', '.join(DECAYS)}.")
    take_up_case: TakeUpCase = Field("central", description=f"must be one of {', '.join(CASES)}.")
    price_base: Text = ""
    seed: int = Field(0, ge=0, lt=2**63, description="must be a whole number of 0 or more, such as 20261124.")
    bundle: Checksum = ""
    policy_sha256: Checksum = ""
    figures_sha256: Checksum = ""
    figures: dict[str, Number] = _figures("figures")
    targeting: dict[str, Setting] = _figures("targeting")
    risk: dict[str, Number] = _figures("risk")
    gap: Number = Field(0.0, ge=0, lt=1, description="must be a number from 0 to below 1, such as 0.0001.")
    time_limit_seconds: Number = Field(60.0, gt=0, description="must be a number of seconds above 0.")


def read(path: Path) -> Scenario:
    """Read a scenario file. Raises InputError with every fault in it, OSError where it cannot be read."""
    return from_text(content_of(path), path.name)


def read_named(path: Path) -> Scenario:
    """Read a scenario file as `read` does; one that has no name is called after its file."""
    scenario = read(path)
    return replace(scenario, name=path.stem) if scenario.name == Scenario().name else scenario


def from_text(text: str | bytes, subject: str = "scenario") -> Scenario:
    """Make a scenario of TOML. Raises InputError with every fault: of its keys, figures, kinds, policy and risks."""
    if isinstance(text, bytes) and text.startswith(ZIP):
        raise InputError(subject, [f"is a workbook or another packed file. {GIVE_TOML}"])
    return from_mapping(parse_toml(text, subject, Decimal), subject)


def from_mapping(raw: Mapping, subject: str, *, settings: bool = True) -> Scenario:
    """Make a scenario of the keys of its file. Raises InputError with every fault.

    With `settings` its figures, kinds, policy and risks are looked up as well; without, that is left to the plan.
    """
    faults: list[Fault] = []
    limits = {key: raw[key] for key in TOP_KEYS if key in raw}
    values: dict[str, Any] = {
        "limits": gathered(faults, lambda: limits_from(limits), NO_LIMITS),
        "objective": gathered(faults, lambda: objective_from(raw.get("objective")), MOST_ACCESS),
        "finance": finance_from(raw.get("finance", {}), faults),
        "journeys": services_toml.journeys_from(raw.get("journey", []), faults),
        "withdrawn": services_toml.withdrawn_from(raw.get("withdrawn", []), faults),
        "tickets": tickets_file.tickets_from(raw.get(tickets_file.KEY, []), faults),
    }
    rest = {key: given for key, given in raw.items() if key not in PARTS_OF_FILE}
    for key, value in read_table(ScenarioTable, rest, faults, known=PARTS_OF_FILE).items():
        values[MONEY.get(key, key)] = tuple(value) if isinstance(value, list) else value
    scenario = Scenario(**values)
    if settings:  # values with other faults are not in the scenario
        check = partial(scenario_settings.settings_of, scenario, with_ranges=bool(scenario.risk))
        gathered(faults, check, None)
    if faults:
        raise InputError(subject, faults)
    return scenario


def to_text(scenario: Scenario) -> str:
    """Return a scenario as TOML that reads back to an equal one, with the name and unit of each figure in a comment.

    Values at their defaults are left out, but for the name, budget and policy. Raises InputError where a limit's
    number has no end as a decimal.
    """
    default = Scenario()
    top: dict = {"name": scenario.name} | {key: in_pounds(getattr(scenario, name)) for key, name in MONEY.items()}
    for item in fields(Scenario):
        value = getattr(scenario, item.name)
        is_plain = isinstance(value, (str, int, float, datetime.date)) or item.name == "kinds"
        if is_plain and item.name not in ("name", *MONEY.values()) and value != getattr(default, item.name):
            top[item.name] = list(value) if item.name == "kinds" else value
    top.setdefault("policy", scenario.policy)
    top |= limits_table(scenario.limits)
    if scenario.objective != MOST_ACCESS:
        top["objective"] = objective_table(scenario.objective)
    top |= services_toml.tables_of(scenario.journeys, scenario.withdrawn) | tickets_file.tables_of(scenario.tickets)
    if scenario.finance != Finance():
        top["finance"] = to_mapping(scenario.finance)
    return HEADER + tomli_w.dumps(top) + "".join(_figures_text(scenario, key) for key in FIGURES)


def _figures_text(scenario: Scenario, key: str) -> str:
    """Return a table of figures at the end of a file, each line with a comment that says what the figure is."""
    values = getattr(scenario, key)
    if not values:
        return ""
    lines = []
    for name, value in values.items():
        words = figure_words(scenario, key, name)
        comment = f"  # {words[0]} ({words[1]})" if words else ""
        lines.append(tomli_w.dumps({name: value}).rstrip("\n") + comment + "\n")
    return f"\n[{key}]\n" + "".join(lines)


def figure_words(scenario: Scenario, key: str, name: str) -> tuple[str, str] | None:
    """Return the label and unit of a figure, a targeting parameter or a risk; None where it is not known."""
    known: Mapping[str, Figure | Parameter] = {**risk_settings().by_name, **range_ends(default_catalogue()).by_name}
    if key == "figures":
        known = default_catalogue().figures.by_name
    elif key == "targeting":
        try:
            known = library.find(scenario.policy).parameters
        except (InputError, OSError):
            return None
    return (known[name].label, known[name].unit) if name in known else None


def pinned(scenario: Scenario, **changes: Any) -> Scenario:
    """Return a scenario with `changes`, and with its policy and the shipped figures named by their checksums."""
    policy = scenario_settings.settings_of(scenario).policy
    figures = scenario_settings.shipped_figures_sha256()
    return replace(scenario, **{"policy_sha256": policy.sha256, "figures_sha256": figures, **changes})
