"""Tell how many of a county's low-income young people a policy for areas looks at, and whom it leaves out, and why.

The numbers are expected ones: the young people of an area times its low-income rate, to two decimals, as cohorts have
them (`budget.offers.offers.make_cohorts`). Each area is in one group, so the groups add up to the county.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from budget.offers.targeting import Targeting
from budget.planning.loosened import Loosened, loosened_rules
from budget.planning.plan import Plan, once
from data.bundle import Manifest
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy import Rules

ISOLATED = "isolated"  # the criterion that says so, in every policy for areas that has one
MEASURES = {  # how the note on areas.low_income_rate in a manifest begins, and what the rate is of
    "IDACI rate": "children in low-income families (IDACI)",
    "income score": "people of all ages in low-income families (income score: the rate of children is not loaded)",
}
PLACES = ("in_target", "left_out", "left_out_perhaps_isolated", "not_isolated", "not_settled")
Place = Literal["in_target", "left_out", "left_out_perhaps_isolated", "not_isolated", "not_settled"]


@dataclass(frozen=True, slots=True)
class CoverageGroup:
    """The areas that a policy treats alike, and the low-income young people who live in them."""

    place: Place
    rules: tuple[str, ...]  # the criteria that leave them out, () in other groups
    label: str
    areas: int
    people: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the county's low-income young people a policy looks at; `groups` add up to `people`."""

    measure: str  # what the low-income rate is of
    people: float
    groups: tuple[CoverageGroup, ...]  # those in target first
    loosened: tuple[Loosened, ...]  # what each rule would add, the most first

    def people_in(self, place: Place) -> float:
        """Return how many low-income young people live in the areas of a place."""
        return round(sum(group.people for group in self.groups if group.place == place), 2)

    def areas_in(self, place: Place) -> int:
        """Return how many areas a place has."""
        return sum(group.areas for group in self.groups if group.place == place)

    @property
    def share(self) -> float:
        """Return the share of the low-income young people who live in areas in target, 0 where there are none."""
        return self.people_in("in_target") / self.people if self.people else 0.0


@once
def of_plan(plan: Plan) -> Coverage:
    """Return the coverage of the policy that a plan was made with."""
    return coverage(plan.county.areas, plan.targeting, plan.county.manifest)


def coverage(areas: pd.DataFrame, targeting: Targeting, manifest: Manifest) -> Coverage:
    """Return the coverage of a policy in a county; `targeting` is of these areas."""
    people = low_income_people(areas)
    rules = targeting.rules
    keys = pd.Series(_keys(targeting.verdicts, rules), index=areas.index)
    table = people.groupby(keys).agg(["size", "sum"])
    groups = (
        [] if "in_target" in table.index else [CoverageGroup("in_target", (), _label("in_target", [], rules), 0, 0.0)]
    )
    for key in sorted(table.index, key=_order):
        place, *names = key.split("|")
        label = _label(place, names, rules)
        areas_here, people_here = int(table.loc[key, "size"]), round(float(table.loc[key, "sum"]), 2)
        groups.append(CoverageGroup(place, tuple(names), label, areas_here, people_here))
    in_all = round(float(people.sum()), 2)
    return Coverage(measure(manifest), in_all, tuple(groups), loosened_rules(targeting, people))


def isolation_rules(targeting: Targeting) -> list[str]:
    """Return the tests that make an area isolated, in every policy for areas that says so; else those of its result."""
    criteria = targeting.rules.criteria
    found = [ISOLATED if ISOLATED in criteria else targeting.rules.result]
    while groups := [name for name in found if criteria[name].members]:
        for name in groups:
            place = found.index(name)
            found[place : place + 1] = criteria[name].members
    return found


def low_income_people(areas: pd.DataFrame) -> pd.Series:
    """Return the expected number of low-income young people of each area, to two decimals; 0 where it is not known."""
    return (areas["young_people"] * areas["low_income_rate"]).astype("float64").round(2).fillna(0.0)


def measure(manifest: Manifest) -> str:
    """Return what the low-income rate of a bundle is the rate of."""
    note = str(manifest.columns.get("areas.low_income_rate", {}).get("note", ""))
    known = [words for begins, words in MEASURES.items() if note.startswith(begins)]
    return known[0] if known else "low-income families, by a rate whose source the bundle does not name"


def _keys(verdicts: pd.DataFrame, rules: Rules) -> np.ndarray:
    """Return the group of each area: a place, and after "|" the names of the rules that leave it out."""
    outcome = verdicts[rules.result].to_numpy()
    keys = np.where(outcome == Verdict.PASS, "in_target", "not_settled").astype(object)
    out = outcome == Verdict.FAIL
    others = [name for name in rules.criteria[rules.result].members if name != ISOLATED]
    apart = ISOLATED in verdicts and rules.result != ISOLATED  # a policy that asks for more than isolation
    if not apart:
        keys[out] = "not_isolated"
        return keys
    failing = verdicts[others].to_numpy() == Verdict.FAIL
    isolated = verdicts[ISOLATED].to_numpy()
    places = np.select([isolated == Verdict.PASS, isolated == Verdict.UNKNOWN], PLACES[1:3], PLACES[3])
    for row in np.flatnonzero(out):
        names = [name for name, fails in zip(others, failing[row], strict=True) if fails]
        keys[row] = "|".join([places[row], *names]) if places[row] != "not_isolated" else places[row]
    return keys


def _order(key: str) -> tuple[int, str]:
    return PLACES.index(key.split("|")[0]), key


def _label(place: str, names: list[str], rules: Rules) -> str:
    if names:
        asked = " and ".join(f"“{rules.criteria[name].label}”" for name in names)
        where = "isolated areas" if place == "left_out" else "areas that may be isolated,"
        return f"In {where} left out by the rule {asked}"
    if place == "not_isolated" and ISOLATED not in rules.criteria:
        return "In areas that the rules leave out"
    return {
        "in_target": "In areas in target",
        "not_isolated": "Near a college and work, in areas that are not isolated",
        "not_settled": "In areas that the data do not settle",
    }[place]


def to_json(found: Coverage) -> dict:
    """Return a coverage as JSON holds it."""

    def group(place: Place) -> dict:
        return {"areas": found.areas_in(place), "people": found.people_in(place)}

    left_out = [
        {
            "rules": list(each.rules),
            "is_isolated": each.place == "left_out" or None,
            "label": each.label,
            "areas": each.areas,
            "people": each.people,
        }
        for each in found.groups
        if each.rules
    ]
    return {
        "low_income_people": found.people,
        "measure": found.measure,
        "in_target": group("in_target") | {"share": round(found.share, 6)},
        "left_out": left_out,
        "not_isolated": group("not_isolated"),
        "not_settled": group("not_settled"),
        "loosened": [each.to_json() for each in found.loosened],
    }
