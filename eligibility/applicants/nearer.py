"""The nearer places of study, for an officer who is to say whether this is the nearest suitable one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.bundle import County
from data.travel.near import XY
from data.wording import KM_A_MILE, miles
from eligibility.applicants.destinations import LEARNING

MOST_NAMED = 3
SAME_KM = 0.3  # places no farther apart than this are one place
NONE_NEARER = (
    "Said not to be the nearest suitable, and no place of study is nearer in a straight line in the official lists: "
    "ask which one is meant before this decides."
)
STUDIES = {  # columns of newer bundles, with the level at which the 16 to 18 performance tables count them
    "academic": "A levels and the like, at level 3",
    "technical": "technical or vocational study, at level 2 or 3",
}


@dataclass(frozen=True, slots=True)
class Nearer:
    """What stands nearer to one applicant's home than their place of study, in a straight line."""

    row: int
    said: bool | None  # whether their place is said to be the nearest suitable
    own_km: float
    places: tuple[tuple[pd.Series, float], ...]  # the nearest MOST_NAMED of them, with km


def find(people: pd.DataFrame, home: pd.DataFrame, goal: pd.DataFrame, county: County) -> list[Nearer]:
    """Return the places of study that are nearer to each applicant than their own; nobody whose places are not known.

    Nobody at all where `people` has no column that says whether a place is the nearest suitable.
    """
    if "nearest_suitable" not in people:
        return []
    places = county.destinations[county.destinations["kind"].isin(LEARNING)]
    at = places[XY].to_numpy(dtype=float)
    found = []
    for row, said in people["nearest_suitable"].items():
        start = home.loc[row, XY].to_numpy(dtype=float)
        end = goal.loc[row, XY].to_numpy(dtype=float)
        if not (np.isfinite(start).all() and np.isfinite(end).all()):
            continue
        away, own = np.hypot(*(at - start).T) / 1000, float(np.hypot(*(end - start))) / 1000
        order = [place for place in np.argsort(away, kind="stable") if away[place] < own - SAME_KM]
        named = tuple((places.iloc[place], float(away[place])) for place in order[:MOST_NAMED])
        found.append(Nearer(row, bool(said) if pd.notna(said) else None, own, named))
    return found


def notes(found: list[Nearer]) -> list[tuple[int, str]]:
    """Return a note for each applicant whose place is said to be the nearest suitable, or of whom it is not said.

    It names those that are nearer in a straight line, each with its distance and what is known of its courses. A
    place that is said not to be the nearest has a note where none is nearer in the official lists.
    """
    lines = []
    for one in found:
        if one.said is False:
            lines += [] if one.places else [(one.row, NONE_NEARER)]
        elif one.places:
            names = "; ".join(_named(place, km) for place, km in one.places)
            words = "Said to be the nearest suitable" if one.said else "Not said whether it is the nearest suitable"
            lines.append((one.row, f"{words}, {miles(one.own_km, 1)} in a straight line. Nearer: {names}."))
    return lines


def in_letters(found: list[Nearer]) -> dict[int, str]:
    """Return by row the nearer places as a letter names them, and the applicant's own, in miles of a straight line."""
    return {
        one.row: "; ".join(f"{place['name']} ({km / KM_A_MILE:.1f} miles)" for place, km in one.places)
        + f". The one on the form is {one.own_km / KM_A_MILE:.1f} miles away"
        for one in found
        if one.places
    }


def _named(place: pd.Series, km: float) -> str:
    offers = [_offered(place.get(column), words) for column, words in STUDIES.items()]
    return f"{place['name']} ({', '.join([miles(km, 1), *filter(None, offers)])})"


def _offered(students: object, words: str) -> str:
    """Return what is offered with how many finished it in a year; "" where the tables do not say."""
    if students is None or pd.isna(students):
        return ""
    return f"{words}: {students:,.0f} students" if students else f"no {words.partition(',')[0]}"
