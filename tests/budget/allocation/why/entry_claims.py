"""What the sentences say of the budget at which a cohort comes in, and what solving again at that budget finds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from budget.allocation.allocate import allocate
from budget.allocation.inputs.limits import NO_LIMITS, Limits
from budget.allocation.why.explain import explain
from tests.budget.allocation import medium_cases

EACH = 1e-6  # of access: what adding up floats may be off by
POUND = 100
SENTENCE = re.compile(r"It comes in by a budget of (about )?£([\d,]+(?:\.\d\d)?)")
UNHURRIED = 900.0  # seconds, so that a busy machine does not end the search


@dataclass(frozen=True)
class Claim:
    """A cohort of a small county without limits, or with some, that is said to come in by a budget."""

    seed: int
    has_limits: bool
    cohort: str
    pence: int

    def loses_at(self, pence: int) -> float | None:
        """Return the access that a plan of this budget loses by holding the cohort; None where none can hold it."""
        offers, services, limits, _ = county(self.seed, has_limits=self.has_limits)
        free, held = (
            allocate(offers, pence, services=services, limits=asked, gap=0, time_limit_seconds=UNHURRIED)
            for asked in (limits, Limits(limits.limits, must_fund=(self.cohort,)))
        )
        return None if held.status == "infeasible" else max(free.access - held.access, 0.0)


def county(seed: int, *, has_limits: bool = False):
    """Return the offers, services, limits and budget of a small county."""
    draw = Random(f"entry {seed}")
    offers, services = medium_cases.county(draw, medium_cases.COHORTS["most_access"])
    limits = Limits(medium_cases.limits(draw)) if has_limits else NO_LIMITS
    return offers, services, limits, draw.randint(2_000, 8_000) * POUND


def claims(seed: int, *, has_limits: bool = False) -> Iterator[Claim]:
    """Yield what is told of the cohorts of a county that the plan leaves out."""
    offers, services, limits, budget = county(seed, has_limits=has_limits)
    plan = allocate(offers, budget, services=services, limits=limits, gap=0, time_limit_seconds=UNHURRIED)
    if plan.status != "optimal":
        return
    for cohort, row in explain(offers, plan, services=services, limits=limits).cohorts.iterrows():
        if told := SENTENCE.search(str(row["reason"])):
            yield Claim(seed, has_limits, str(cohort), round(float(told[2].replace(",", "")) * POUND))
