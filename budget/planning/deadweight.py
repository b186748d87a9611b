"""Count whom a plan supports who could get there today without it.

Two numbers are told of a plan's expected takers, for college and for work:

    reach      they get there today in time and at a cost they can bear, so that no offer brings them within reach of it
               (they have the offer for the other purpose, or for a second choice of study)
    fare only  a journey open to everybody is quick enough, and only its cost is above what is affordable: some of them
               pay it already, and for those the support replaces their own money

No data say who pays already, so the second number is the most that it can be, and not an estimate. Both come from the
journeys that are open to everybody, and are estimated as far as those journeys are.
"""

from dataclasses import asdict, dataclass

import pandas as pd

from budget.offers.catalogue import PURPOSES
from budget.planning.plan import Plan
from data.wording import percent

TOLD_FROM = 0.5  # people: below that there is nobody to speak of
COUNTS = tuple(f"{what}_{purpose}" for purpose in PURPOSES for what in ("reach", "fare_only"))


@dataclass(frozen=True, slots=True)
class Deadweight:
    """Expected takers of a plan's offers, and those of them who could get there today."""

    takers: float
    reach_college: float
    fare_only_college: float
    reach_work: float
    fare_only_work: float

    def to_json(self) -> dict[str, float]:
        """Return the numbers, to two decimals."""
        return {name: round(value, 2) for name, value in asdict(self).items()}


def of_plan(plan: Plan) -> Deadweight:
    """Return the deadweight of a whole plan."""
    table = _takers(plan)
    return Deadweight(**{column: float(table[column].sum()) for column in ("takers", *COUNTS)})


def by_kind(plan: Plan) -> pd.DataFrame:
    """Return the same by kind of support that is funded: index kind; label, takers and COUNTS."""
    table = _takers(plan).groupby("kind").sum()
    labels = {kind.id: kind.label for kind in plan.catalogue.kinds if kind.id in table.index}
    table = table.reindex(list(labels))
    table.insert(0, "label", pd.Series(labels, dtype=object))
    return table


def _takers(plan: Plan) -> pd.DataFrame:
    """Return kind, takers and COUNTS of each chosen offer, in people."""
    chosen = plan.allocation.chosen
    cohorts = plan.choices.cohorts.reindex(chosen.index.get_level_values("cohort"))
    takers = chosen["people"].to_numpy(dtype=float)
    columns = {}
    for purpose in PURPOSES:
        reach, in_time = (cohorts[f"{what}_{purpose}"].to_numpy(dtype=float) for what in ("reach", "in_time"))
        columns[f"reach_{purpose}"] = takers * reach
        columns[f"fare_only_{purpose}"] = takers * (in_time - reach)
    return pd.DataFrame({"kind": chosen["kind"].to_numpy(), "takers": takers, **columns})


def in_words(plan: Plan) -> str:
    """Say how many of the expected takers could get to college today, and for how many only the fare stands in the way.

    "" where there are no takers.
    """
    found = of_plan(plan)
    if found.takers < TOLD_FROM:
        return ""
    who = "expected takers" if plan.applicants is None else "applicants helped"
    today = (
        f"Of {_about(found.takers)} {who} {_some(found.reach_college, found.takers)} reach a college today "
        f"without support, and {_some(found.reach_work, found.takers)} work."
    )
    if found.fare_only_college < TOLD_FROM:
        return f"{today} No bus or train to college is quick enough for any of the others."
    return (
        f"{today} For {_some(found.fare_only_college, found.takers)} a bus or train to college is quick enough and "
        "only its fare is too high: some of them may pay it already."
    )


def _some(people: float, takers: float) -> str:
    return "none" if people < TOLD_FROM else f"{_about(people)} ({percent(people / takers)})"


def _about(people: float) -> str:
    return f"about {max(round(people), 1):,}"
