"""Everything that determines a plan, in one value that reads from a file a person can edit.

name = "Dearer passes"
budget = 750000                 # pounds
reserve = 0                     # pounds held back
kinds = ["bus_pass", "minibus"] # absent: every kind in the catalogue
policy = "targeting-default"
day = 2026-09-01                # the day whose rules apply; absent: today
decay = "step"                  # or "logistic", "exponential"

[figures]                       # prices, take-up, thresholds, speeds: see catalogue.toml and travel.toml
"bus_pass.price" = 950
college_minutes = 75

[targeting]                     # parameters of the targeting policy
minimum_km_to_college = 8.0

[risk]                          # how far take-up and prices may be off: see risk.toml
"bus_pass.take_up.low" = 0.5
chance = 0.1

must_fund, committed, part_funding, [[grant]], [[limit]] and [objective] are as in budget/limits.py and objectives.py.
"""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path

from budget.access import DECAYS
from budget.limits import NO_LIMITS, TOP_KEYS, Limits, limits_from
from budget.objectives import MOST_ACCESS, Objective, objective_from
from data import figures
from data.faults import Fault, InputError
from data.suggest import did_you_mean

MOST_POUNDS = 100_000_000_000  # more than all of English local government spends in a year: a slip of the keyboard


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a plan is made from, beside the county bundle. Money in pence."""

    name: str = "Plan"
    budget_pence: int = 75_000_000
    reserve_pence: int = 0
    kinds: tuple[str, ...] = ()  # () is every kind in the catalogue
    policy: str = "targeting-default"
    day: datetime.date | None = None  # None: the caller's today
    decay: str = "step"
    figures: Mapping[str, float] = field(default_factory=dict)
    targeting: Mapping[str, float] = field(default_factory=dict)
    risk: Mapping[str, float] = field(default_factory=dict)
    gap: float = 0.0001
    time_limit_seconds: float = 60.0
    limits: Limits = NO_LIMITS
    objective: Objective = MOST_ACCESS


def pence(pounds: object, where: str = "budget") -> int:
    """Return pounds as whole pence. Raises InputError for what is no amount, negative, absurd or has half pennies.

    >>> pence("1,234.50")
    123450
    """
    text = str(pounds).strip().replace(",", "").removeprefix("£")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise InputError(where, [f"{pounds!r} is not an amount. Write pounds, such as 750000 or 1250.50."])
    if amount < 0:
        raise InputError(where, [f"£{text} is negative. Write nought or more."])
    if amount > MOST_POUNDS:
        raise InputError(where, [f"£{text} is more than £{MOST_POUNDS:,}. Write pounds, not pence."])
    if amount * 100 != int(amount * 100):
        raise InputError(where, [f"£{text} has a part of a penny. Write at most two decimals."])
    return int(amount * 100)


def read(path: Path) -> Scenario:
    """Read a scenario file. Raises InputError with every fault in it."""
    return from_mapping(figures.read_toml(path), path.name)


def from_mapping(raw: Mapping, subject: str) -> Scenario:
    """Make a scenario from the keys of its file. Raises InputError with every fault."""
    faults: list[Fault] = []
    names = {"budget": "budget_pence", "reserve": "reserve_pence"}
    known = {item.name for item in fields(Scenario)} - {"limits", *names.values()} | {*names, *TOP_KEYS}
    values = _limits(raw, faults)
    for key, given in raw.items():
        if key in TOP_KEYS:
            continue
        if key not in known:
            faults.append(Fault(key, f"is not known in a scenario. {did_you_mean(key, known)}"))
        elif key in names:
            try:
                values[names[key]] = pence(given, key)
            except InputError as error:
                faults += [Fault(key, fault.problem) for fault in error.faults]
        elif problem := _problem(key, given):
            faults.append(Fault(key, problem))
        else:
            values[key] = tuple(given) if key == "kinds" else given
    if faults:
        raise InputError(subject, faults)
    return Scenario(**values)


def _limits(raw: Mapping, faults: list[Fault]) -> dict[str, Limits | Objective]:
    """Read the limits and the objective of a scenario, or gather their faults."""
    values: dict[str, Limits | Objective] = {}
    for name, read_part in (
        ("limits", lambda: limits_from({key: raw[key] for key in TOP_KEYS if key in raw})),
        ("objective", lambda: objective_from(raw.get("objective"))),
    ):
        try:
            values[name] = read_part()
        except InputError as error:
            faults += error.faults
    return values


def _problem(key: str, given: object) -> str | None:
    """Say what is wrong with one value of a scenario file, or None; figures are checked where they are used."""
    if key in ("name", "policy") and not isinstance(given, str):
        return f"must be a text in quotation marks, not {given!r}."
    if key == "kinds" and not (isinstance(given, list) and all(isinstance(kind, str) for kind in given)):
        return 'must be a list of kinds, such as ["bus_pass", "minibus"].'
    if key == "day" and type(given) is not datetime.date:
        return "must be a date, written 2026-09-01 without quotation marks."
    if key == "decay" and given not in DECAYS:
        return f"must be one of {', '.join(DECAYS)}."
    if key in ("figures", "targeting", "risk"):
        wrong = (
            [name for name, value in given.items() if not _is_number(value)] if isinstance(given, Mapping) else ["it"]
        )
        return f"must hold numbers; {', '.join(wrong)} is not one." if wrong else None
    if key == "gap" and not (_is_number(given) and 0 <= given < 1):
        return "must be a number from 0 to below 1, such as 0.0001."
    if key == "time_limit_seconds" and not (_is_number(given) and given > 0):
        return "must be a number of seconds above 0."
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
