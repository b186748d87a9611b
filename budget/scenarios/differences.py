"""What makes one scenario the same as another, and what sets two apart, in words a councillor reads.

The fingerprint is of what the scenario says, not of what it comes to: a price written out that is the catalogue's own
gives another fingerprint than none, since only the first still holds when the catalogue changes. `differences` compares
what the two come to, and names no such pair.
"""

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from fractions import Fraction

from budget.allocation.inputs.limit_wording import group_in_words, limit_in_words
from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.objective import Objective
from budget.offers.catalogue import default_catalogue
from budget.offers.ranges import risk_settings
from budget.scenarios.finance import Finance
from budget.scenarios.scenario import Scenario
from budget.scenarios.scenario_file import FIGURES, figure_words
from data.faults import InputError
from data.wording import percent, pounds
from eligibility.rules import library

FORM = 1  # of what is hashed; raise it when a default of a scenario changes, for a default is left out
SHOWN = 12  # of a checksum

LABELS = {
    "budget_pence": "Budget", "reserve_pence": "Held back", "kinds": "Kinds of support", "policy": "Targeting policy",
    "policy_sha256": "Version of the targeting policy", "figures_sha256": "Version of the catalogue",
    "bundle": "County bundle", "day": "Day whose rules apply", "decay": "How reach falls with time",
    "take_up_case": "Case of take-up", "price_base": "Price base", "seed": "Seed of the simulation",
    "gap": "How far from the best is accepted", "time_limit_seconds": "Time limit",
}  # fmt: skip
ALTER_THE_PLAN = (
    "budget_pence", "reserve_pence", "kinds", "day", "decay", "take_up_case", "gap", "time_limit_seconds", "objective",
)  # fmt: skip
PARTS_OF_LIMITS = {
    "limit": ("limits",), "must_fund": ("must_fund",), "committed": ("committed", "committed_units"),
    "grant": ("grants",), "part_funding": ("part_funding",),
}  # fmt: skip
AIMS = {
    "most_access": "the most access",
    "least_cost": "the least cost",
    "fair_first": "the fairest share first",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One input that differs: its key ("figures.bus_pass.price"), both values in words, and the whole as a sentence."""

    key: str
    before: str
    after: str
    words: str


def fingerprint(scenario: Scenario) -> str:
    """Return a hash (sha256, hexadecimal) of all that a scenario says but its name.

    The same in every version of Python, whatever the order of its tables or whether 1 was written as 1.0.
    """
    plain = Scenario()
    said = {
        item.name: canonical(sorted(scenario.kinds) if item.name == "kinds" else getattr(scenario, item.name))
        for item in fields(Scenario)
        if item.name != "name" and getattr(scenario, item.name) != getattr(plain, item.name)
    }
    text = json.dumps({"form": FORM, "scenario": said}, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: object) -> object:
    """Return a value as JSON holds it, the same for equal values."""
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
    raise TypeError(f"{type(value).__name__} has no canonical form: say what makes two of them equal")


def differences(a: Scenario, b: Scenario) -> tuple[Difference, ...]:
    """Return what sets b apart from a, in the order of a scenario file; a figure left out counts as the shipped one."""
    found: list[Difference] = []
    for name, label in LABELS.items():
        if name == "kinds":
            before, after = (_kinds(scenario.kinds) for scenario in (a, b))
        else:
            before, after = (_shown(name, getattr(scenario, name)) for scenario in (a, b))
        if getattr(a, name) != getattr(b, name) and before != after:
            found.append(Difference(name, before, after, f"{label}: {before} → {after}"))
    for key in FIGURES:
        found += _figures(a, b, key)
    found += _limits(a.limits, b.limits)
    before, after = _objective(a.objective), _objective(b.objective)
    if before != after:
        found.append(Difference("objective", before, after, f"What the plan is to do: {before} → {after}"))
    return (*found, *_finance(a.finance, b.finance))


def with_input(a: Scenario, b: Scenario, key: str) -> Scenario | None:
    """Return a with the one input that `key` of a Difference names as b has it; None where it alters no plan."""
    table, _, name = key.partition(".")
    if table in FIGURES:
        values = {each: value for each, value in getattr(a, table).items() if each != name}
        if name in getattr(b, table):
            values[name] = getattr(b, table)[name]
        return None if table == "risk" and a.take_up_case == "central" else replace(a, **{table: values})
    if table in PARTS_OF_LIMITS:
        parts = {part: getattr(b.limits, part) for part in PARTS_OF_LIMITS[table]}
        return replace(a, limits=replace(a.limits, **parts))
    if table == "policy":
        return replace(a, policy=b.policy, policy_sha256=b.policy_sha256)
    return replace(a, **{table: getattr(b, table)}) if table in ALTER_THE_PLAN else None


def _shown(name: str, value: object) -> str:
    if name.endswith("_pence"):
        return pounds(int(value))  # type: ignore[arg-type]
    if name in ("bundle", "policy_sha256", "figures_sha256"):
        return f"{str(value)[:SHOWN]}…" if value else "whatever stands"
    if name == "gap":
        return percent(float(value), 8)  # type: ignore[arg-type]
    if name == "time_limit_seconds":
        return f"{float(value):g} seconds"  # type: ignore[arg-type]
    return str(value) if value not in (None, "") else "today" if name == "day" else "not said"


def _kinds(kinds: Iterable[str]) -> str:
    labels = {kind.id: kind.label for kind in default_catalogue().kinds}
    chosen = set(kinds) or set(labels)
    if chosen == set(labels):
        return "every kind"
    return ", ".join([labels[kind] for kind in labels if kind in chosen] + sorted(chosen - set(labels)))


def value_with_unit(value: float, unit: str) -> str:
    """Return a figure with its unit as people write it: "£900 a year", "70%", "75 minutes".

    >>> value_with_unit(0.7, "share")
    '70%'
    """
    if unit.startswith("£"):
        return pounds(round(value * 100)) + unit.removeprefix("£")
    if unit == "share":
        return percent(value, 8)
    number = f"{value:,.10g}"
    return number if unit in ("", "ratio", "weight", "decile", "count") else f"{number} {unit}"


def _figures(a: Scenario, b: Scenario, key: str) -> list[Difference]:
    sides = (getattr(a, key), getattr(b, key))
    found = []
    for name in sorted({*sides[0], *sides[1]}, key=_place(a, key)):
        label, unit = figure_words(b, key, name) or figure_words(a, key, name) or (name, "")
        values = [side.get(name, _shipped(scenario, key, name)) for side, scenario in zip(sides, (a, b), strict=True)]
        if values[0] == values[1]:
            continue
        before, after = (value_with_unit(value, unit) if value is not None else "as it ships" for value in values)
        found.append(Difference(f"{key}.{name}", before, after, f"{label}: {before} → {after}"))
    return found


def _place(scenario: Scenario, key: str):
    """Return a key that sorts figures as the catalogue has them, and those it does not know last, by name."""
    known = list(default_catalogue().figures) if key == "figures" else []
    place = {name: number for number, name in enumerate(known)}
    return lambda name: (place.get(name, len(place)), name)


def _shipped(scenario: Scenario, key: str, name: str) -> float | None:
    """Return a figure that a scenario leaves as it ships; None where that is not one number."""
    if key == "figures":
        return default_catalogue().figures.get(name)
    if key == "risk":
        return risk_settings().get(name)  # the end of a range moves with its figure
    try:
        parameter = library.find(scenario.policy).parameters[name]
    except (InputError, OSError, KeyError):
        return None
    values = {dated.value for dated in parameter.values} if scenario.day is None else set()
    dated = parameter.at(scenario.day) if scenario.day else None
    value = dated.value if dated else next(iter(values)) if len(values) == 1 else None
    return value if isinstance(value, (int, float)) else None


def _limits(a: Limits, b: Limits) -> list[Difference]:
    found: list[Difference] = []
    for key, one, what in (
        ("must_fund", lambda limits: [f"cohort {cohort}" for cohort in limits.must_fund], "Must be funded"),
        ("committed", _committed, "Promised already"),
        ("grant", lambda limits: [_grant(grant) for grant in limits.grants], "Grant"),
        ("limit", lambda limits: [limit_in_words(limit) for limit in limits.limits], "Limit"),
    ):
        before, after = one(a), one(b)
        found += [Difference(key, words, "", f"{what}, taken out: {words}") for words in before if words not in after]
        found += [Difference(key, "", words, f"{what}, added: {words}") for words in after if words not in before]
    before, after = _parts(a), _parts(b)
    if before != after:
        found.append(Difference("part_funding", before, after, f"Part funding: {before} → {after}"))
    return found


def _committed(limits: Limits) -> list[str]:
    offers = [f"{option} for cohort {cohort}" for cohort, option in limits.committed]
    return offers + [f"{units} units of {service}" for service, units in limits.committed_units.items()]


def _grant(grant) -> str:
    return f"{grant.name}, {pounds(grant.amount_pence)} for {group_in_words(grant.pays_for)}"


def _parts(limits: Limits) -> str:
    if limits.part_funding is None:
        return "none"
    return f"in {limits.part_funding.parts} parts" + (
        f", {group_in_words(limits.part_funding.where)}" if limits.part_funding.where else ""
    )


def _objective(objective: Objective) -> str:
    text = AIMS[objective.aim]
    if objective.access is not None:
        text += f" that reaches {float(objective.access):,.10g}"
    return text + (f", by {objective.by}" if objective.aim == "fair_first" else "")


def _finance(a: Finance, b: Finance) -> list[Difference]:
    found = []
    for name, label in (
        ("profile", "Profile over the year"),
        ("terms", "Term dates"),
        ("closed", "Closed days"),
        ("contingency_share", "Contingency"),
        ("inflation", "Inflation, years 2 and 3"),
    ):
        before, after = (_finance_shown(name, getattr(finance, name)) for finance in (a, b))
        if getattr(a, name) != getattr(b, name):
            found.append(Difference(f"finance.{name}", before, after, f"{label}: {before} → {after}"))
    kinds = {kind.id: kind.label for kind in default_catalogue().kinds}
    for kind in sorted({*a.lines, *b.lines}):
        one, two = a.line(kind), b.line(kind)
        for item in fields(one):
            before, after = getattr(one, item.name), getattr(two, item.name)
            if before != after:
                if item.name == "virement_pence":
                    before, after = pounds(before), pounds(after)
                label = f"{kinds.get(kind, kind)}, {item.name.removesuffix('_pence').replace('_', ' ')}"
                found.append(
                    Difference(f"finance.lines.{kind}.{item.name}", before, after, f"{label}: {before} → {after}")
                )
    return found


def _finance_shown(name: str, value) -> str:
    if name == "profile":
        return str(value).replace("_", " ")
    if name == "terms":
        return "; ".join(f"{first} to {last}" for first, last in value) or "the plain calendar"
    if name == "closed":
        return ", ".join(map(str, value)) or "none"
    shares = value if isinstance(value, tuple) else (value,)
    return ", ".join(value_with_unit(share, "share") for share in shares)
