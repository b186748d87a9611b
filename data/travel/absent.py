"""Say what a pair of places means for which a travel matrix has no minutes.

Routing engines leave out a pair that they find no journey for, or give it no minutes, so that a measured "no" looks
like a pair that nobody asked for. Only who made the matrix knows which it is, so the council chooses:

    estimate      not asked: the pair keeps its estimate (and how many pairs those are is told)
    asked         no journey between the areas and destinations that are both in the matrix
    unreachable   no journey from any area of the county, by the modes in the matrix, to destinations of the purposes
                  (learning, work) that it has

A row that gives a distance and no minutes is a measured route: its pair keeps the estimate of its minutes, whatever is
chosen. A mode of which the matrix has distances and not one time, as a filled-in list of routes to measure has, was not
asked about times.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.travel.journeys import ESTIMATE, KEYS

ESTIMATED: Final = "estimate"
ASKED: Final = "asked"
UNREACHABLE: Final = "unreachable"
NO_JOURNEY = "no journey in the travel matrix"
PURPOSES = (("college", "sixth_form"), ("employment_centre",))  # kinds of destinations that are asked for together


@dataclass(frozen=True, slots=True, eq=False)
class AbsentRule:
    """Which pairs have no journey because the travel matrix has none."""

    modes: frozenset[str]
    from_ids: frozenset[str] | None  # None: from everywhere
    to_ids: frozenset[str]
    routes: pd.MultiIndex  # from_id, to_id, mode of the routes that were measured without their minutes

    def applied(self, journeys: pd.DataFrame) -> pd.DataFrame:
        """Return the journeys with infinite minutes in place of the estimates that the matrix contradicts."""
        cut = journeys["source"].eq(ESTIMATE) & journeys["mode"].isin(self.modes) & journeys["to_id"].isin(self.to_ids)
        if self.from_ids is not None:
            cut &= journeys["from_id"].isin(self.from_ids)
        if len(self.routes):
            cut &= ~pd.MultiIndex.from_frame(journeys[KEYS]).isin(self.routes)
        return journeys.assign(
            minutes=journeys["minutes"].mask(cut, np.inf), source=journeys["source"].mask(cut, NO_JOURNEY)
        )


def absent_rule(choice: str, matrix: pd.DataFrame | None, destinations: pd.DataFrame) -> AbsentRule | None:
    """Return the rule of a choice for a matrix; None where every estimate is kept."""
    if choice == ESTIMATED or matrix is None:
        return None
    timed = _timed(matrix)
    if timed.empty:
        return None
    modes, to_ids = frozenset(timed["mode"]), frozenset(timed["to_id"])
    routes = pd.MultiIndex.from_frame(timed.loc[_is_route(timed), KEYS])
    if choice == ASKED:
        return AbsentRule(modes, frozenset(timed["from_id"]), to_ids, routes)
    return AbsentRule(modes, None, frozenset(_of_purposes(destinations, to_ids)), routes)


def applied(rule: AbsentRule | None, journeys: pd.DataFrame) -> pd.DataFrame:
    """Return the journeys as a rule leaves them; unchanged where there is none."""
    return journeys if rule is None else rule.applied(journeys)


def without_minutes(matrix: pd.DataFrame, areas: pd.Index, destinations: pd.DataFrame) -> Mapping[str, int]:
    """Return, by mode of the matrix, how many pairs of the county have no minutes in it: rows left out or empty.

    Pairs are those of every area with every destination of the purposes that the matrix has. "inf" is minutes: the
    matrix says that there is no journey. Measured routes, and modes of which it has these alone, are not counted.
    """
    timed = _timed(matrix)
    to_ids = _of_purposes(destinations, frozenset(timed["to_id"]))
    pairs = len(areas) * len(to_ids)
    given = timed[timed["from_id"].isin(areas) & timed["to_id"].isin(to_ids)]
    given = given[given["minutes"].notna() | _is_route(given)]
    return {mode: pairs - int((given["mode"] == mode).sum()) for mode in sorted(set(timed["mode"]))}


def distances_only(matrix: pd.DataFrame) -> list[str]:
    """Return the modes of which a matrix has distances and not one time: no choice takes such a journey away."""
    with_minutes = set(matrix.loc[matrix["minutes"].notna(), "mode"])
    return sorted(set(matrix.loc[_is_route(matrix), "mode"]) - with_minutes)


def _timed(matrix: pd.DataFrame) -> pd.DataFrame:
    return matrix[~matrix["mode"].isin(distances_only(matrix))]


def _is_route(matrix: pd.DataFrame) -> pd.Series:
    return matrix["minutes"].isna() & matrix["distance_km"].notna()


def _of_purposes(destinations: pd.DataFrame, to_ids: frozenset[str]) -> pd.Index:
    """Return the destinations that serve a purpose which some of `to_ids` serve."""
    kinds = set(destinations.loc[destinations.index.isin(to_ids), "kind"])
    wanted = [kind for purpose in PURPOSES if kinds & set(purpose) for kind in purpose]
    return destinations.index[destinations["kind"].isin(wanted)]
