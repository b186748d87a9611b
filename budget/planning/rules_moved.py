"""Say which areas come into target and which leave it when the numbers of the rules for areas are moved.

The areas are judged again by the facts that the plan has. Nothing is solved, so that it can be asked while a slider
moves.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from budget.offers.targeting import Targeting
from budget.planning.coverage import low_income_people
from budget.planning.plan import Plan
from eligibility.deciding.assess import assess
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy import Parameter

STAYS_OUT, NOT_SETTLED, STAYS_IN, LOST, GAINED = STATES = ("stays_out", "not_settled", "stays_in", "lost", "gained")


@dataclass(frozen=True, slots=True)
class RulesMoved:
    """What other numbers in the rules would change: areas, and expected young people on a low income in them."""

    states: pd.Series  # index area_code; one of STATES
    people: pd.Series  # index area_code; young people on a low income
    in_target: tuple[int, int]  # areas in target before and after

    def areas(self, state: str) -> int:
        """Return how many areas are in one of STATES."""
        return int((self.states == state).sum())

    def people_in(self, state: str) -> float:
        """Return how many young people on a low income live in the areas of one of STATES."""
        return round(float(self.people[self.states == state].sum()), 2)


def settings(plan: Plan) -> tuple[tuple[Parameter, float], ...]:
    """Return the settings of the plan's rules for areas that have a number and a range, each with its number."""
    rules = plan.targeting.rules
    values = [(parameter, rules.values[parameter.name].value) for parameter in rules.policy.settings()]
    return tuple(
        (parameter, float(value))
        for parameter, value in values
        if isinstance(value, int | float) and None not in (parameter.lowest, parameter.highest)
    )


def moved(plan: Plan, values: Mapping[str, float]) -> RulesMoved:
    """Return what changes where the rules have `values`, by the name of the setting.

    Raises InputError for a name that is no setting and for a value outside its range.
    """
    targeting: Targeting = plan.targeting
    rules = targeting.rules.policy.with_values(values).on(targeting.rules.day)
    after, before = assess(targeting.facts, rules)[rules.result], targeting.outcome
    was, now = before == Verdict.PASS, after == Verdict.PASS
    states = pd.Series(STAYS_OUT, index=before.index, dtype=object)
    states[after == Verdict.UNKNOWN] = NOT_SETTLED
    states[was & now], states[was & ~now], states[~was & now] = STAYS_IN, LOST, GAINED
    return RulesMoved(states, low_income_people(plan.county.areas), (int(was.sum()), int(now.sum())))
