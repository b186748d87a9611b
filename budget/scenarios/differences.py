"""Compare scenarios: whether two are the same, and what differs between them, in words a councillor reads.

The fingerprint is of what a scenario states. A price that is stated and equals the catalogue's gives another
fingerprint than no price, since only the first still holds when the catalogue changes. `differences` compares the
values in use, and does not list such a price.
"""

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

from budget.allocation import Grant, Limit, Limits, Objective
from budget.allocation.inputs.limit_wording import group_in_words, limit_in_words
from budget.offers.catalogue import default_catalogue
from budget.offers.ranges import risk_settings
from budget.scenarios.finance import Finance, LedgerCodes, default_lines
from budget.scenarios.scenario import Scenario
from budget.scenarios.scenario_file import FIGURES, figure_words
from budget.scenarios.scenario_settings import SHOWN
from data.faults import InputError
from data.wording import counted, long_date, miles, percent, pounds
from eligibility.rules import library

FORM = 1  # of what is hashed; raise it when a default of a scenario changes, for a default is left out
FORM_KINDS = (  # that the catalogue had when this form was settled
    "bus_pass", "bus_discount", "bursary", "mileage", "cycle_loan", "ebike_loan", "moped_loan", "shared_taxi",
    "minibus",
)  # fmt: skip

LABELS = {
    "budget_pence": "Budget", "reserve_pence": "Held back", "kinds": "Kinds of support", "policy": "Targeting policy",
    "policy_sha256": "Version of the targeting policy", "figures_sha256": "Version of the catalogue",
    "bundle": "County bundle", "day": "Day whose rules apply", "decay": "How reach falls with time",
    "take_up_case": "Case of take-up", "price_base": "Price base", "seed": "Seed of the simulation",
    "gap": "How far from the best is accepted", "time_limit_seconds": "Time limit",
    "journeys": "Buses that may be funded", "withdrawn": "Lines withdrawn",
    "tickets": "Tickets of operators or zones",
}  # fmt: skip
ALTER_THE_PLAN = (
    "budget_pence", "reserve_pence", "kinds", "day", "decay", "take_up_case", "gap", "time_limit_seconds", "objective",
    "journeys", "withdrawn", "tickets",
)  # fmt: skip
PARTS_OF_LIMITS = {
    "limit": ("limits",), "must_fund": ("must_fund",), "committed": ("committed", "committed_units"),
    "grant": ("grants",), "part_funding": ("part_funding",),
}  # fmt: skip
AIMS = {
    "most_access": "the highest access score",
    "least_cost": "the least cost",
    "fair_first": "the fairest share first",
}
# of Finance and its lines: not hashed where they are not set, so that what was saved before keeps its hash
LATER = {"start", "prepayments_code", "accruals_code", "virements", "project", "baseline_pence"}
FINANCE_LABELS = {
    "profile": "Profile over the year", "terms": "Term dates", "closed": "Closed days",
    "contingency_share": "Contingency", "inflation": "Inflation, years 2 and 3",
    "start": "First day of the plan", "prepayments_code": "Code of prepayments", "accruals_code": "Code of accruals",
    "virements": "Virements recorded",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One input that differs: its key ("figures.bus_pass.price"), both values in words, and the whole as a sentence."""

    key: str
    before: str
    after: str
    words: str


def fingerprint(scenario: Scenario) -> str:
    """Return a hash (sha256, hexadecimal) of everything in a scenario but its name.

    The same in every version of Python, whatever the order of its tables or whether 1 was written as 1.0.
    """
    default = replace(Scenario(), policy=library.FIRST_TARGETING)  # left out when FORM 1 began, so older hashes hold
    values = {
        item.name: canonical(sorted(scenario.kinds) if item.name == "kinds" else getattr(scenario, item.name))
        for item in fields(Scenario)
        if item.name != "name" and getattr(scenario, item.name) != getattr(default, item.name)
    }
    if "finance" in values:
        values["finance"] = canonical(_hashed_finance(scenario.finance))
    text = json.dumps({"form": FORM, "scenario": values}, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _hashed_finance(finance: Finance) -> dict:
    """Return the ledger's part of a scenario as it is hashed.

    `lines` holds every kind in the catalogue. A kind that was added since is left out where its line is the
    catalogue's, or each new kind would change the fingerprint of every scenario that was saved before it.
    """
    plain = default_lines()
    lines = {
        kind: _without_later(codes, LedgerCodes())
        for kind, codes in finance.lines.items()
        if kind in FORM_KINDS or codes != plain.get(kind)
    }
    return _without_later(finance, Finance()) | {"lines": lines}


def _without_later(value: Finance | LedgerCodes, default: Finance | LedgerCodes) -> dict:
    """Return the fields; those that came after the first form of the hash only where they are set."""
    return {
        item.name: getattr(value, item.name)
        for item in fields(value)
        if item.name not in LATER or getattr(value, item.name) != getattr(default, item.name)
    }


def canonical(value: object) -> object:
    """Return a value as JSON has it, the same for equal values. Raises TypeError for a type that it does not know."""
    if is_dataclass(value):
        return {item.name: canonical(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): canonical(each) for key, each in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [canonical(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (Fraction, datetime.date)):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form: define when two of them are equal")


def differences(a: Scenario, b: Scenario) -> tuple[Difference, ...]:
    """Return the inputs of b that differ from a's, in the order of a scenario file.

    A figure that a scenario leaves out counts as the shipped one.
    """
    found: list[Difference] = []
    for name, label in LABELS.items():
        found += _difference(name, label, *(_in_words(name, getattr(scenario, name)) for scenario in (a, b)))
    for table in FIGURES:
        found += _figures(a, b, table)
    found += _limits(a.limits, b.limits)
    found += _difference("objective", "What the plan is to do", _objective(a.objective), _objective(b.objective))
    return (*found, *_finance(a.finance, b.finance))


def _difference(key: str, label: str, before: str, after: str) -> list[Difference]:
    return [] if before == after else [Difference(key, before, after, f"{label}: {before} → {after}")]


def with_input(a: Scenario, b: Scenario, key: str) -> Scenario | None:
    """Return a with b's value of the input that `key` of a Difference names; None where that changes no plan."""
    table, _, name = key.partition(".")
    change: dict[str, Any] = {table: getattr(b, table, None)}
    if table in FIGURES:
        if table == "risk" and a.take_up_case == "central":
            return None
        values = {each: value for each, value in getattr(a, table).items() if each != name}
        theirs = getattr(b, table)
        change = {table: values | ({name: theirs[name]} if name in theirs else {})}
    elif table in PARTS_OF_LIMITS:
        parts: dict[str, Any] = {part: getattr(b.limits, part) for part in PARTS_OF_LIMITS[table]}
        change = {"limits": replace(a.limits, **parts)}
    elif table == "policy":
        change = {"policy": b.policy, "policy_sha256": b.policy_sha256}
    elif table not in ALTER_THE_PLAN:
        return None
    return replace(a, **change)


def _in_words(name: str, value: Any) -> str:
    if name == "kinds":
        return _kinds(value)
    if name in ("journeys", "withdrawn", "tickets"):
        return "; ".join(each.label for each in value) or "none"
    if name.endswith("_pence"):
        return pounds(value)
    if name in ("bundle", "policy_sha256", "figures_sha256"):
        return f"{value[:SHOWN]}…" if value else "any"
    if name == "gap":
        return percent(value, 8)
    if name == "time_limit_seconds":
        return f"{value:g} seconds"
    if name == "day":
        return long_date(value) if isinstance(value, datetime.date) else "today"
    return str(value) if value not in (None, "") else "not given"


def _labels() -> dict[str, str]:
    return {kind.id: kind.label for kind in default_catalogue().kinds}


def _kinds(kinds: Iterable[str]) -> str:
    labels = _labels()
    on_offer = set(kinds) or set(labels)
    if on_offer == set(labels):
        return "every kind"
    return ", ".join([labels[kind] for kind in labels if kind in on_offer] + sorted(on_offer - set(labels)))


def value_with_unit(value: float | tuple[str, ...], unit: str) -> str:
    """Return a figure with its unit as people write it: "£900 a year", "70%", "75 minutes"; texts with commas between.

    >>> value_with_unit(0.7, "share")
    '70%'
    """
    if isinstance(value, tuple):
        return ", ".join(value)
    if unit.startswith("£"):
        return pounds(round(value * 100)) + unit.removeprefix("£")
    if unit == "km":
        return miles(value, 3)
    if unit == "share":
        return percent(value, 8)
    number = f"{value:,.10g}"
    return number if unit in ("", "ratio", "weight", "decile", "count") else f"{number} {unit}"


def _figures(a: Scenario, b: Scenario, table: str) -> list[Difference]:
    """Return the figures that differ, in the order of the catalogue; those it does not know last, by name."""
    known = list(default_catalogue().figures) if table == "figures" else []
    place = {name: number for number, name in enumerate(known)}
    found = []
    for name in sorted({*getattr(a, table), *getattr(b, table)}, key=lambda name: (place.get(name, len(place)), name)):
        label, unit = figure_words(b, table, name) or figure_words(a, table, name) or (name, "")
        values = [getattr(scenario, table).get(name, _shipped(scenario, table, name)) for scenario in (a, b)]
        if values[0] != values[1]:
            before, after = (value_with_unit(value, unit) if value is not None else "as it ships" for value in values)
            found.append(Difference(f"{table}.{name}", before, after, f"{label}: {before} → {after}"))
    return found


def _shipped(scenario: Scenario, table: str, name: str) -> float | None:
    """Return a figure that a scenario leaves as it ships; None where that is not one number."""
    if table == "figures":
        return default_catalogue().figures.get(name)
    if table == "risk":
        return risk_settings().get(name)  # the end of a range moves with its figure
    try:
        parameter = library.find(scenario.policy).parameters[name]
    except (InputError, OSError, KeyError):
        return None
    if scenario.day is not None:
        dated = parameter.at(scenario.day)
        values = {dated.value} if dated else set()
    else:
        values = {dated.value for dated in parameter.values}
    value = next(iter(values)) if len(values) == 1 else None
    return value if isinstance(value, (int, float)) else None


def _limits(a: Limits, b: Limits) -> list[Difference]:
    found: list[Difference] = []
    for key, label, before, after in (
        ("must_fund", "Must be funded", _must_fund(a), _must_fund(b)),
        ("committed", "Promised already", _committed(a), _committed(b)),
        ("grant", "Grant", [*map(_grant, a.grants)], [*map(_grant, b.grants)]),
        ("limit", "Limit", [*map(_limit, a.limits)], [*map(_limit, b.limits)]),
    ):
        found += [Difference(key, words, "", f"{label}, taken out: {words}") for words in before if words not in after]
        found += [Difference(key, "", words, f"{label}, added: {words}") for words in after if words not in before]
    return found + _difference("part_funding", "Part funding", _part_funding(a), _part_funding(b))


def _must_fund(limits: Limits) -> list[str]:
    return [f"cohort {cohort}" for cohort in limits.must_fund]


def _committed(limits: Limits) -> list[str]:
    offers = [f"{option} for cohort {cohort}" for cohort, option in limits.committed]
    return offers + [f"{counted(units, 'unit')} of {service}" for service, units in limits.committed_units.items()]


def _limit(limit: Limit) -> str:
    return limit_in_words(limit, _labels())


def _grant(grant: Grant) -> str:
    return f"{grant.name}, {pounds(grant.amount_pence)} for {group_in_words(grant.pays_for, _labels())}"


def _part_funding(limits: Limits) -> str:
    if limits.part_funding is None:
        return "none"
    group = group_in_words(limits.part_funding.where, _labels())
    return f"in {counted(limits.part_funding.parts, 'part')}" + (f", {group}" if group else "")


def _objective(objective: Objective) -> str:
    text = AIMS[objective.aim]
    if objective.access is not None:
        text += f" that reaches an access score of {float(objective.access):,.10g}"
    return text + (f", by {objective.by}" if objective.aim == "fair_first" else "")


def _finance(a: Finance, b: Finance) -> list[Difference]:
    found: list[Difference] = []
    for name, label in FINANCE_LABELS.items():
        found += _difference(
            f"finance.{name}", label, *(_finance_in_words(name, getattr(each, name)) for each in (a, b))
        )
    kinds = {kind.id: kind.label for kind in default_catalogue().kinds}
    for kind in sorted({*a.lines, *b.lines}):
        lines = asdict(a.line(kind)), asdict(b.line(kind))
        for name in (each for each in lines[0] if lines[0][each] != lines[1][each]):
            values = [_line_value(name, line[name]) for line in lines]
            label = f"{kinds.get(kind, kind)}, {name.removesuffix('_pence').replace('_', ' ')}"
            found += _difference(f"finance.lines.{kind}.{name}", label, *values)
    return found


def _line_value(name: str, value: Any) -> str:
    if name in ("virement_pence", "baseline_pence"):
        return "not known" if value is None else pounds(value)
    return value or "none"


def _finance_in_words(name: str, value: Any) -> str:
    if name == "virements":
        return "; ".join(each.in_words() for each in value) or "none"
    if name in ("start", "prepayments_code", "accruals_code"):
        return str(value or "not said")
    if name == "profile":
        return str(value).replace("_", " ")
    if name == "terms":
        return "; ".join(f"{first} to {last}" for first, last in value) or "the plain calendar"
    if name == "closed":
        return ", ".join(map(str, value)) or "none"
    return ", ".join(percent(share, 8) for share in (value if isinstance(value, tuple) else (value,)))
