"""Count the young people whom a plan brings within reach: of college, of work, of at least one and of both.

These are people, and what is told of a plan. The access score, of which a plan has the most, weighs the purposes and
may favour deprived places: it is no number of people. The four counts hang together:

    at least one = college + work − both

Each is of expected takers who could not reach such a place without support and can with it. Someone who could reach
work already and now reaches college too is counted once for college, and not for work or both. Where the bundle
says what colleges offer, a college is within reach where academic or technical study is, and CHOICES are counted too:
each study; a first choice, some study where there was none, which is college; and a second, both where there were not
both. Who had one study and gains only the other is in the second alone, and in none of the four. All have a range:
those expected where take-up is at the low and at the high end of its range for every kind of support.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from budget.allocation import Allocation
from budget.allocation.inputs.tables import MICRO
from budget.offers.catalogue import PURPOSES
from budget.offers.needs import STUDIES, is_known
from budget.offers.offers import takers_100
from budget.planning.plan import Plan, once

AT_LEAST_ONE, BOTH = "at_least_one", "both"
COUNTS = (*PURPOSES, AT_LEAST_ONE, BOTH)
CHOICES = (*STUDIES, "first_choice", "second_choice")  # of college
MORE_MONEY = (
    "A plan has the highest access score for its money, so that with more money the number within reach can fall a "
    "little while the score rises, as when more gain a second choice of study or reach both college and work."
)
LABELS = {"college": "college", "work": "work", AT_LEAST_ONE: "college or work", BOTH: "college and work"}


@dataclass(frozen=True, slots=True)
class Count:
    """Expected young people, to six decimals; and at the low and the high end of take-up, to two."""

    people: float
    low: float
    high: float


@once
def counts(plan: Plan) -> dict[str, Count]:
    """Return the young people whom the plan brings within reach, by COUNTS; zeros where there is no plan.

    CHOICES are counted where the bundle says what colleges offer, but not for applicants: their course is their own.

    At either end of take-up riders beyond the seats of the vehicles bought are left out. For applicants, who have all
    asked for help, the ends are the count itself.
    """
    chosen = plan.allocation.chosen
    expected = of_offers(chosen)
    if plan.applicants is not None or not is_known(plan.county.destinations):
        expected = {name: expected[name] for name in COUNTS}
    if plan.applicants is not None or chosen.empty:
        return {name: Count(people, people, people) for name, people in expected.items()}
    ends = [_of_takers(plan, plan.ranges.values(end)) for end in ("low", "high")]
    return {name: Count(expected[name], *sorted(round(end[name], 2) for end in ends)) for name in expected}


def of_offers(offers: pd.DataFrame) -> dict[str, float]:
    """Return the counts of rows of the offers table, as planned, by COUNTS and CHOICES, to six decimals."""
    if offers.empty:
        return dict.fromkeys((*COUNTS, *CHOICES), 0.0)
    micro = {purpose: _micro(offers[f"within_reach_{purpose}"]) for purpose in PURPOSES}
    least = _micro(offers["within_reach"])
    whole = micro | {AT_LEAST_ONE: least, BOTH: sum(micro.values()) - least}
    whole |= {name: _micro(offers[f"within_reach_{name}"]) for name in CHOICES}
    return {name: count / MICRO for name, count in whole.items()}


def at_least_one(allocation: Allocation) -> float:
    """Return the young people whom an allocation brings within reach of at least one purpose, as planned."""
    return of_offers(allocation.chosen)[AT_LEAST_ONE]


def _micro(people: pd.Series) -> int:
    return int(np.rint(people.to_numpy(dtype=float) * MICRO).astype("int64").sum())


def _of_takers(plan: Plan, values: Mapping[str, float]) -> dict[str, float]:
    """Return the counts of the chosen offers where take-up is as in `values`, by name ("bus_pass.take_up")."""
    chosen, figures = plan.allocation.chosen, plan.catalogue.figures
    people = plan.choices.cohorts["people"].reindex(chosen.index.get_level_values("cohort")).set_axis(chosen.index)
    takers = pd.Series(0.0, index=chosen.index)
    for kind, rows in people.groupby(chosen["kind"]):
        name = f"{kind}.take_up"
        takers.loc[rows.index] = takers_100(rows, values.get(name, figures[name])) / 100
    takers *= chosen.get("part", 1.0)
    factor = takers * _seated(plan, takers) / chosen["people"]
    columns = {column: chosen[column] * factor for column in chosen if str(column).startswith("within_reach")}
    return of_offers(pd.DataFrame(columns))


def _seated(plan: Plan, takers: pd.Series) -> pd.Series:
    """Return the share of each offer's takers for whom the vehicles bought have a seat; 1 where it rides on none."""
    service, units = plan.allocation.chosen["service"], plan.allocation.services["units"]
    seats = service.map(units * plan.choices.services["seats_per_unit"].reindex(units.index))
    riders = service.map(takers.groupby(service).sum())
    return (seats.astype(float) / riders.astype(float)).clip(upper=1).fillna(1.0)


def to_json(counted: Mapping[str, Count]) -> dict[str, dict[str, float]]:
    """Return the counts as the command line prints them: people, low and high of each."""
    return {name: {"people": count.people, "low": count.low, "high": count.high} for name, count in counted.items()}


def whole(people: float) -> str:
    """Return a number of people as whole ones, halves up as a spreadsheet rounds: 1,234.5 is "1,235".

    >>> whole(1234.5), whole(0.4)
    ('1,235', '0')
    """
    return f"{math.floor(round(people, 6) + 0.5):,}"


def spread(count: Count) -> str:
    """Return the range of a count in words; "" where it has none in whole people.

    >>> spread(Count(10, 8, 12)), spread(Count(1.9, 1.6, 2.2))
    ('8 to 12 if take-up is lowest or highest everywhere', '')
    """
    return f"{ends} if take-up is lowest or highest everywhere" if (ends := _ends(count)) else ""


def _ends(count: Count) -> str:
    low, high = whole(count.low), whole(count.high)
    return f"{low} to {high}" if low != high else ""


def about(people: float) -> str:
    """Return an expected number of people for prose: whole, and never a nought for somebody.

    >>> about(309.7), about(0.3), about(0)
    ('about 310', 'fewer than one', 'none')
    """
    if people <= 0:
        return "none"
    return f"about {whole(people)}" if people >= 0.5 else "fewer than one"


def in_words(counted: Mapping[str, Count]) -> str:
    """Say how many come within reach of at least one, of each purpose and of both, each with its range."""
    most = counted[AT_LEAST_ONE]
    if most.people <= 0:
        return in_words_as_a_whole(most)
    each = [(counted[purpose], LABELS[purpose]) for purpose in PURPOSES] + [(counted[BOTH], "both")]
    told = ", ".join(
        f"{about(count.people)} of {label}" + (f" ({ends})" if (ends := _ends(count)) else "") for count, label in each
    )
    return f"{in_words_as_a_whole(most)[:-1]}: {told}."


def choice_in_words(counted: Mapping[str, Count]) -> str:
    """Say how many gain a first choice of study and how many a second; "" where the bundle does not know, or nobody."""
    if "first_choice" not in counted or max(counted[name].people for name in CHOICES) <= 0:
        return ""
    first, second, academic, technical = (
        about(counted[name].people) for name in ("first_choice", "second_choice", *STUDIES)
    )
    return (
        f"{_upper(first)} gain a first choice of study, where no college was within reach, and {second} a second, so "
        f"that both academic and technical or vocational study are within reach. {_upper(academic)} come within reach "
        f"of academic study and {technical} of technical or vocational study. Who could reach one of the two already "
        "and gains the other counts for the second choice, and not for college."
    )


def in_words_as_a_whole(most: Count) -> str:
    """Say how many come within reach of at least one, with the range."""
    if most.people <= 0:
        return f"Nobody more is brought within reach of {LABELS[AT_LEAST_ONE]}."
    first, ends = about(most.people), f" ({spread(most)})" if spread(most) else ""
    return f"{_upper(first)} young people are brought within reach of {LABELS[AT_LEAST_ONE]}{ends}."


def _upper(words: str) -> str:
    """Return words as a sentence begins."""
    return words[:1].upper() + words[1:]
