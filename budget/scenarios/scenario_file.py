"""A scenario as a TOML file that a person can edit: read with every fault listed, written so that it reads back equal.

name = "Dearer passes"
budget = 750000                 # pounds
reserve = 0                     # pounds held back
kinds = ["bus_pass", "minibus"] # absent: every kind in the catalogue
policy = "targeting-default"
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

[targeting]                     # parameters of the targeting policy
minimum_km_to_college = 8.0

[risk]                          # how far take-up and prices may be off: see risk.toml
"bus_pass.take_up.low" = 0.5
chance = 0.1

[finance]                       # what the ledger needs: see budget/scenarios/finance.py

must_fund, committed, part_funding, [[grant]], [[limit]] and [objective] are as in budget/allocation/inputs/limits.py
and objectives.py.
"""

import datetime
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from decimal import Decimal, Inexact, localcontext
from fractions import Fraction
from pathlib import Path

import tomli_w

from budget.allocation.inputs.limits import PARTS, TOP_KEYS, Limit, Limits, Share, is_number, limits_from
from budget.allocation.inputs.objective import MOST_ACCESS, Objective, objective_from
from budget.offers.access import DECAYS
from budget.offers.catalogue import default_catalogue
from budget.offers.ranges import default_file
from budget.scenarios import scenario_settings
from budget.scenarios.finance import DEFAULT, finance_from, to_mapping
from budget.scenarios.scenario import CASES, Scenario, pence
from data.faults import Fault, InputError
from data.suggest import did_you_mean
from eligibility.rules import library

MONEY = {"budget": "budget_pence", "reserve": "reserve_pence"}
FIGURES = ("figures", "targeting", "risk")
TEXTS = ("name", "policy", "price_base")
CHECKSUMS = ("bundle", "policy_sha256", "figures_sha256")
CHECKSUM = re.compile("[0-9a-f]{64}")
MOST_DIGITS = 200  # of a decimal that is written
HEADER = "# A scenario of Farebridge: all that determines a plan. Money in pounds; delete a line for its default.\n"


def read(path: Path) -> Scenario:
    """Read a scenario file. Raises InputError with every fault in it, OSError where it cannot be read."""
    try:
        text = path.read_bytes().decode("utf-8-sig")  # Windows Notepad may begin it with a mark
    except UnicodeDecodeError:
        raise InputError(path.name, ["is not text in UTF-8. Save it again with that encoding."]) from None
    return from_text(text, path.name)


def read_named(path: Path) -> Scenario:
    """Read a scenario file as `read` does; one that has no name is called after its file."""
    scenario = read(path)
    return replace(scenario, name=path.stem) if scenario.name == Scenario().name else scenario


def from_text(text: str, subject: str = "scenario") -> Scenario:
    """Make a scenario of TOML. Raises InputError with every fault: of its keys, figures, kinds, policy and risks."""
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise InputError(subject, [f"is not a TOML file: {error}. Mend that line and run again."]) from None
    except ValueError as error:  # a whole number of thousands of digits
        raise InputError(subject, [f"has a number that is out of all reason: {error}."]) from None
    return from_mapping(raw, subject)


def from_mapping(raw: Mapping, subject: str, *, settings: bool = True) -> Scenario:
    """Make a scenario of the keys of its file. Raises InputError with every fault.

    With `settings` its figures, kinds, policy and risks are looked up as well; without, that is left to the plan.
    """
    faults: list[Fault] = []
    known = {item.name for item in fields(Scenario)} - {"limits", *MONEY.values()} | {*MONEY, *TOP_KEYS}
    values = _parts(raw, faults)
    for key, given in raw.items():
        if key in TOP_KEYS or key == "finance":
            continue
        if key not in known:
            faults.append(Fault(key, f"is not known in a scenario. {did_you_mean(key, known)}"))
        elif key in MONEY:
            try:
                values[MONEY[key]] = pence(given, key)
            except InputError as error:
                faults += [Fault(key, fault.problem) for fault in error.faults]
        elif key in FIGURES:
            values[key] = _numbers(key, given, faults)
        elif problem := _problem(key, given):
            faults.append(Fault(key, problem))
        else:
            values[key] = _value(given)
    scenario = Scenario(**values)
    if settings:
        faults += _settings_faults(scenario)
    if faults:
        raise InputError(subject, faults)
    return scenario


def _parts(raw: Mapping, faults: list[Fault]) -> dict:
    """Read the limits, the objective and the finance settings of a scenario, or gather their faults."""
    values: dict = {}
    for name, read_part in (
        ("limits", lambda: limits_from({key: raw[key] for key in TOP_KEYS if key in raw})),
        ("objective", lambda: objective_from(raw.get("objective"))),
    ):
        try:
            values[name] = read_part()
        except InputError as error:
            faults += error.faults
    return values | {"finance": finance_from(raw.get("finance", {}), faults)}


def _settings_faults(scenario: Scenario) -> list[Fault]:
    """Return what is wrong with figures, kinds, policy and risks; what else is wrong is left out of the scenario."""
    try:
        scenario_settings.of(scenario, with_ranges=bool(scenario.risk))
    except InputError as error:
        return list(error.faults)
    return []


def _value(given: object) -> object:
    if isinstance(given, list):
        return tuple(given)
    return float(given) if isinstance(given, Decimal) else given


def _numbers(key: str, given: object, faults: list[Fault]) -> dict[str, float]:
    """Return a table of figures; what is no number is a fault and left out."""
    if not isinstance(given, Mapping):
        faults.append(Fault(key, f"must be a table of numbers under the heading [{key}]."))
        return {}
    faults += [
        Fault(f"{key}, {name}", f"must be a number, not {_short(value)}.")
        for name, value in given.items()
        if not _is_finite(value)
    ]
    return {name: _value(value) for name, value in given.items() if _is_finite(value)}


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        return 'a table (write a name with a dot in quotation marks: "bus_pass.price")'
    return repr(value)[:60]


def _problem(key: str, given: object) -> str | None:
    """Say what is wrong with the shape of one value of a scenario file, or None."""
    if key in TEXTS and not isinstance(given, str):
        return f"must be a text in quotation marks, not {given!r}."
    if key in CHECKSUMS and not (isinstance(given, str) and (not given or CHECKSUM.fullmatch(given))):
        return "must be a checksum of 64 digits and letters a to f in quotation marks. Leave it out for any."
    if key == "kinds" and not (isinstance(given, list) and all(isinstance(kind, str) for kind in given)):
        return 'must be a list of kinds, such as ["bus_pass", "minibus"].'
    if key == "day" and type(given) is not datetime.date:
        return "must be a date, written 2026-09-01 without quotation marks."
    for name, allowed in (("decay", DECAYS), ("take_up_case", CASES)):
        if key == name and given not in allowed:
            return f"must be one of {', '.join(allowed)}."
    if key == "seed" and not (type(given) is int and 0 <= given < 2**63):
        return "must be a whole number of 0 or more, such as 20261124."
    if key == "gap" and not (_is_finite(given) and 0 <= given < 1):
        return "must be a number from 0 to below 1, such as 0.0001."
    if key == "time_limit_seconds" and not (_is_finite(given) and given > 0):
        return "must be a number of seconds above 0."
    return None


def _is_finite(value: object) -> bool:
    try:
        return is_number(value) and math.isfinite(float(value))
    except OverflowError:  # a whole number beyond the largest double
        return False


def to_text(scenario: Scenario) -> str:
    """Return a scenario as TOML that reads back to an equal one; each figure with what it is and its unit beside it.

    What stands at its default is left out, the name, budget and policy excepted. Raises InputError where a limit's
    number has no end as a decimal.
    """
    plain = Scenario()
    top: dict = {"name": scenario.name}
    for key, name in MONEY.items():
        top[key] = _pounds(getattr(scenario, name))
    for item in fields(Scenario):
        value = getattr(scenario, item.name)
        is_plain = isinstance(value, (str, int, float, datetime.date)) or item.name == "kinds"
        if is_plain and item.name not in ("name", *MONEY.values()) and value != getattr(plain, item.name):
            top[item.name] = list(value) if item.name == "kinds" else value
    top.setdefault("policy", scenario.policy)
    top |= _limits_table(scenario.limits)
    if scenario.objective != MOST_ACCESS:
        top["objective"] = _objective_table(scenario.objective)
    if scenario.finance != DEFAULT:
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
    if key == "targeting":
        try:
            known = library.find(scenario.policy).parameters
        except (InputError, OSError):
            return None
    else:
        risks = default_file()
        known = default_catalogue().figures.by_name if key == "figures" else risks.settings.by_name | risks.ends.by_name
    return (known[name].label, known[name].unit) if name in known else None


def _pounds(amount_pence: int) -> int | Decimal:
    return amount_pence // 100 if amount_pence % 100 == 0 else Decimal(amount_pence).scaleb(-2)


def _decimal(value: Fraction) -> int | Decimal:
    """Return a fraction as the decimal it is. Raises InputError where it has no end, as a third has none."""
    if value.denominator == 1:
        return int(value)
    with localcontext() as context:
        context.prec = MOST_DIGITS
        context.traps[Inexact] = True
        try:
            return Decimal(value.numerator) / Decimal(value.denominator)
        except Inexact:
            problem = f"{value} cannot be written as a decimal. Give the limit a number with an end."
            raise InputError("scenario", [Fault("limit", problem)]) from None


def _limits_table(limits: Limits) -> dict:
    table: dict = {}
    if limits.must_fund:
        table["must_fund"] = list(limits.must_fund)
    committed: list[dict] = [{"cohort": cohort, "option": option} for cohort, option in limits.committed]
    committed += [{"service": service, "units": units} for service, units in limits.committed_units.items()]
    if committed:
        table["committed"] = committed
    if limits.part_funding is not None:
        parts = {"parts": limits.part_funding.parts} if limits.part_funding.parts != PARTS else {}
        where = {"where": _group(limits.part_funding.where)} if limits.part_funding.where else {}
        table["part_funding"] = parts | where or True
    if limits.grants:
        table["grant"] = [
            {"name": grant.name, "amount": _pounds(grant.amount_pence), "pays_for": _group(grant.pays_for)}
            for grant in limits.grants
        ]
    if limits.limits:
        table["limit"] = [_limit_table(limit) for limit in limits.limits]
    return table


def _limit_table(limit: Limit) -> dict:
    table: dict = {"measure": limit.measure}
    for side in ("at_most", "at_least"):
        figure = getattr(limit, side)
        if figure is not None:
            table[side] = {"share": _decimal(figure.share)} if isinstance(figure, Share) else _decimal(figure)
    if limit.where:
        table["where"] = _group(limit.where)
    return table | {key: getattr(limit, key) for key in ("each", "name") if getattr(limit, key) is not None}


def _group(where: Mapping[str, tuple[str, ...]]) -> dict:
    return {column: values[0] if len(values) == 1 else list(values) for column, values in where.items()}


def _objective_table(objective: Objective) -> dict:
    table: dict = {"aim": objective.aim}
    if objective.access is not None:
        table["access"] = _decimal(objective.access)
    if objective.by != MOST_ACCESS.by:
        table["by"] = objective.by
    return table


def settled(scenario: Scenario, **changes: object) -> Scenario:
    """Return a scenario with the policy and the figures that ship named by their checksums, and `changes` made."""
    checksums = {
        "policy_sha256": scenario_settings.of(scenario).policy.sha256,
        "figures_sha256": scenario_settings.shipped_figures_sha256(),
    }
    return replace(scenario, **{**checksums, **changes})
