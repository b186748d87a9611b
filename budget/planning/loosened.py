"""Say what each rule of a policy for areas would add, were it loosened by one notch.

A notch is a step that a council would discuss, by the unit of the rule's number: see NOTCHES. The rule on the official
rural classes is loosened by adding the rural classes nearer to a major town.
"""

from dataclasses import dataclass

import pandas as pd

from budget.offers.targeting import Targeting
from data.wording import plain_number
from eligibility.deciding import wording
from eligibility.deciding.assess import assess
from eligibility.rules.criteria import ORDERED, Verdict
from eligibility.rules.policy import TEXT, Criterion, Rules, Value

NOTCHES = {"minutes": 10.0, "km": 1.609, "decile": 1.0, "percentile": 10.0, "share": 0.05}
NOTCH_WORDS = {
    "minutes": "10 minutes",
    "km": "one mile",
    "decile": "one decile",
    "percentile": "10 percentile points",
    "share": "5 percentage points",
}
NEARER_RURAL = ("Larger rural: Nearer to a major town or city", "Smaller rural: Nearer to a major town or city")


@dataclass(frozen=True, slots=True)
class Loosened:
    """A rule with its number one notch looser, and what that would add to the areas in target."""

    parameter: str
    rule: str  # the label of the criterion that compares with it
    notch: str  # how much a notch is, in words
    now: Value
    then: Value
    unit: str
    areas: int  # that come into target
    people: float  # low-income young people who live in them

    @property
    def words(self) -> str:
        """Return the change in words: "“The journey takes too long” from 65 minutes in place of 75 minutes"."""
        if self.unit == TEXT:
            return f"“{self.rule}” with the rural classes nearer to a major town or city as well"
        now, then = self.quantities
        return f"“{self.rule}” at {then} in place of {now}"

    @property
    def quantities(self) -> tuple[str, str]:
        """Return the numbers now and then with their unit."""
        return wording.quantity(self.now, self.unit), wording.quantity(self.then, self.unit)

    def to_json(self) -> dict:
        """Return it as JSON holds it."""
        now, then = (list(value) if isinstance(value, tuple) else value for value in (self.now, self.then))
        what = {"parameter": self.parameter, "rule": self.rule, "unit": self.unit, "notch": self.notch}
        return what | {"now": now, "then": then, "adds_areas": self.areas, "adds_people": self.people}


def loosened_rules(targeting: Targeting, people: pd.Series) -> tuple[Loosened, ...]:
    """Return what each rule would add, one at a time, the one that adds most first; `people` by area_code.

    A rule whose number has a unit without a notch, or stands at the end of its range, is left out.
    """
    rules, found = targeting.rules, []
    for name, sign in _rules_with_a_number(rules).items():
        criterion = rules.criteria[name]
        value = _one_notch_looser(rules, criterion, sign)
        if value is not None:
            found.append(_with(targeting, people, criterion, value))
    return tuple(sorted(found, key=lambda each: (-each.people, -each.areas, each.parameter)))


def _rules_with_a_number(rules: Rules) -> dict[str, int]:
    """Return the tests that the result rests on, one a parameter: 1 where more areas are to meet it, -1 where fewer."""
    signs = {rules.result: 1}
    for name in reversed(rules.criteria):
        criterion = rules.criteria[name]
        for member in criterion.members if name in signs else ():
            signs.setdefault(member, -signs[name] if criterion.test == "none" else signs[name])
    by_parameter = {rules.criteria[name].parameter: name for name in signs if rules.criteria[name].parameter}
    return {name: signs[name] for name in by_parameter.values()}


def _one_notch_looser(rules: Rules, criterion: Criterion, sign: int) -> Value | None:
    """Return a test's number one notch looser, within its range; None where there is none."""
    parameter = rules.policy.parameters[criterion.parameter]
    now = rules.values[parameter.name].value
    if criterion.test == "one_of" and criterion.fact == "rural_urban" and isinstance(now, tuple) and sign == 1:
        more = tuple(name for name in NEARER_RURAL if name not in now)
        return (*now, *more) if more else None
    if criterion.test not in ORDERED or parameter.unit not in NOTCHES or not isinstance(now, int | float):
        return None
    lowest = -float("inf") if parameter.lowest is None else parameter.lowest
    highest = float("inf") if parameter.highest is None else parameter.highest
    down = sign if criterion.test in ("at_least", "above") else -sign
    then = min(max(now - down * NOTCHES[parameter.unit], lowest), highest)
    return None if then == now else plain_number(round(then, 6))


def _with(targeting: Targeting, people: pd.Series, criterion: Criterion, value: Value) -> Loosened:
    """Return what a test adds with another number."""
    rules = targeting.rules
    parameter = rules.policy.parameters[criterion.parameter]
    looser = rules.policy.with_values({parameter.name: value}).on(rules.day)
    outcome = assess(targeting.facts, looser)[looser.result]
    added = (outcome == Verdict.PASS) & (targeting.outcome != Verdict.PASS)
    now = rules.values[parameter.name].value
    notch = NOTCH_WORDS.get(parameter.unit, "the rural classes nearer to a major town or city")
    gained = round(float(people[added].sum()), 2)
    return Loosened(parameter.name, criterion.label, notch, now, value, parameter.unit, int(added.sum()), gained)
