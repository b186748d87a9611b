"""The kinds of limit that can be added: the label, the use and the first entry of each."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from budget.allocation.inputs.limits import PARTS, Grant, Limit, PartFunding, Share
from budget.planning.plan import Plan
from screens.limits.entries import LimitEntry, MustFund, Promised, PromisedUnits


@dataclass(frozen=True, slots=True)
class Start:
    """A kind of limit that can be added: its label, why one would want it, and the entry to start from."""

    label: str
    why: str
    entry: Callable[[Plan], LimitEntry]


def _floor(plan: Plan) -> Limit:
    """Return a floor for the district with the most low-income young people: its share of them, rounded down to 5%."""
    people = plan.choices.cohorts.groupby("district")["people"].sum()
    part = math.floor(float(people.max() / people.sum()) * 20) * 5
    return Limit("spend", at_least=Share(Fraction(max(part, 5), 100)), where={"district": (str(people.idxmax()),)})


def _kind(plan: Plan, wanted: str = "") -> str:
    """Return the kind of support that is wanted, or the first where it is not on offer."""
    kinds = set(plan.choices.offers["kind"])
    return wanted if wanted in kinds else min(kinds)


STARTS = {
    "must": Start(
        "Areas that must be funded",
        "These areas receive support whatever it costs compared with others. For a public promise, or where the only "
        "way to college is about to end.",
        lambda plan: MustFund(()),
    ),
    "floor": Start(
        "At least so much for a district or another group",
        "So that no place is left out because others are cheaper to help. It starts with the district with the most "
        "young people on a low income in target, and about its share of them.",
        _floor,
    ),
    "each": Start(
        "At least so much for every district",
        "Nobody is left with nothing. The higher it is, the more is spent where it helps fewer.",
        lambda plan: Limit("spend", at_least=Share(Fraction(5, 100)), each="district"),
    ),
    "cap": Start(
        "At most so much of something",
        "For what is scarce: mopeds to lend, drivers, vehicles, money for one kind of support.",
        lambda plan: Limit("people", at_most=Fraction(20), where={"kind": (_kind(plan, "moped_loan"),)}),
    ),
    "grant": Start(
        "A grant that may pay only for some things",
        "Part of the budget comes with conditions. The plan spends the grant only on what it may pay for; the rest is "
        "your own money. The grant is part of the budget, not on top of it.",
        lambda plan: Grant("Bus grant", 10_000_000, {"kind": (_kind(plan),)}),
    ),
    "promise": Start(
        "Support that is promised already",
        "The plan holds this offer to this area, and finds the best for the rest of the money.",
        lambda plan: Promised(*plan.choices.offers.sort_values("access", ascending=False).index[0]),
    ),
    "units": Start(
        "Vehicles that are promised already",
        "For a signed contract: the plan pays for these vehicles and uses them as well as it can.",
        lambda plan: PromisedUnits(str(plan.choices.services.index[0]), 1),
    ),
    "part": Start(
        "Areas may be helped in part",
        "Otherwise an area gets an offer for all of its young people or none. Part funding stretches the last of the "
        "money further, but treats young people in the same circumstances differently.",
        lambda plan: PartFunding(PARTS, {}),
    ),
}


def offered(plan: Plan) -> dict[str, str]:
    """Return the labels of the kinds that can be added, by id: none where there are no offers."""
    if plan.choices.offers.empty:
        return {}
    without = set() if len(plan.choices.services) else {"units"}
    return {name: start.label for name, start in STARTS.items() if name not in without}
