"""Routed journeys of an imported matrix, as bounds of an applicant's distances; those that cannot be are refused.

A routed journey from the applicant's own postcode is exact. One from the middle of the home's area gives bounds: by the
triangle inequality it differs from the real one by no more than the way between home and middle. A distance shorter
than the straight line less the extent of the places, or many times the shortest line over land, is of other places.
"""

import re

import numpy as np
import pandas as pd

from data.bundle import County
from data.figures import Figures
from data.travel import ESTIMATE
from data.travel.near import XY
from data.wording import KM_A_MILE, miles
from eligibility.rules import facts

JOURNEYS = {  # of each measured fact: the mode of the matrix, its column, and how many of our unit are in one of it
    "walk_miles": ("walk", "distance_km", 1 / KM_A_MILE),
    "drive_miles": ("car", "distance_km", 1 / KM_A_MILE),
    "journey_minutes": ("bus", "minutes", 1.0),
}
SAYS_ROUTED = re.compile(r"\brouted\b", re.IGNORECASE)
SAYS_NOT = re.compile(rf"\b(?:not|un|never|no)[\s-]*rout|\bguess|{ESTIMATE}", re.IGNORECASE)
ABSURD_TIMES, ABSURD_KM = 5.0, 50.0  # a route this many times the straight line and more is of other places. Ours.


def bounds(fact: str, places: pd.DataFrame, county: County, assumed: Figures) -> pd.DataFrame:
    """Return low, high, method and version of a measured fact by routed journeys; gaps where there are none.

    `places`: postcode, area_code, destination_id, easting_m and northing_m of the home, in any order; the index stays.
    """
    result = pd.DataFrame({"low": np.nan, "high": np.nan, "method": facts.ROUTED, "version": None}, index=places.index)
    result = result.astype({"method": "string", "version": "string"})
    journeys = _usable(places, county, assumed)
    if journeys is None or fact not in JOURNEYS:
        return result
    mode, column, times = JOURNEYS[fact]
    known = journeys[(journeys["mode"] == mode) & journeys[column].notna()].set_index(["from_id", "to_id"])
    away_km = to_the_middle_km(places, county)
    if column == "minutes":
        slack = away_km / assumed["walk_km_per_hour"] * 60
    else:
        slack = away_km * assumed["road_factor_high"] / KM_A_MILE
    for start, around in (("area_code", slack), ("postcode", np.zeros(len(places)))):
        rows = known.reindex(
            pd.MultiIndex.from_arrays([places[start].astype(object), places["destination_id"].astype(object)])
        )
        value = rows[column].to_numpy(dtype=float, na_value=np.nan) * times
        here = ~np.isnan(value) & ~np.isnan(around)
        middle = " from the middle of the area, hence bounds" if start == "area_code" else ""
        version = (rows["source"].fillna("") + " " + rows["as_of"].fillna("")).str.strip() + middle
        result["low"] = result["low"].mask(here, np.maximum(value - around, 0))
        result["high"] = result["high"].mask(here, value + around)
        result["version"] = result["version"].mask(here, pd.Series(version.to_numpy(), index=places.index))
    return result


def routed(journeys: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return the journeys whose source says *routed* and not that it is none; None where there are none."""
    if journeys is None:
        return None
    source = journeys["source"].fillna("").astype(str)
    says = source.map(lambda text: bool(SAYS_ROUTED.search(text)) and not SAYS_NOT.search(text))
    return journeys[says.to_numpy(dtype=bool)] if says.any() else None


def to_the_middle_km(places: pd.DataFrame, county: County) -> np.ndarray:
    """Return the km in a straight line from each home to the middle of its area; NaN where either is not known."""
    middle = county.areas[XY].reindex(places["area_code"].astype(object)).to_numpy()
    return np.hypot(*(places[XY].to_numpy(dtype=float) - middle).T) / 1000


def _usable(places: pd.DataFrame, county: County, assumed: Figures) -> pd.DataFrame | None:
    """Return the routed journeys without those that cannot be right for where their places are."""
    journeys = routed(county.journeys)
    return None if journeys is None else journeys[~_impossible(journeys, places, county, assumed).to_numpy(dtype=bool)]


def _impossible(journeys: pd.DataFrame, places: pd.DataFrame, county: County, assumed: Figures) -> pd.Series:
    """Return which journeys are shorter than the straight line less the extent of the places, or absurdly longer."""
    at = county.areas[XY]
    homes = places.dropna(subset=["postcode"]).drop_duplicates("postcode").set_index("postcode")
    at = pd.concat([at, homes[XY]])
    start = at.reindex(journeys["from_id"].astype(object)).to_numpy(dtype=float)
    end = county.destinations[XY].reindex(journeys["to_id"].astype(object)).to_numpy(dtype=float)
    straight_km = np.hypot(*(start - end).T) / 1000
    given = journeys["distance_km"].to_numpy(dtype=float, na_value=np.nan)
    wrong = (given < straight_km - assumed["place_extent_km"]) | (given > ABSURD_TIMES * straight_km + ABSURD_KM)
    return pd.Series(wrong & np.isfinite(given) & np.isfinite(straight_km), index=journeys.index)


def refused(places: pd.DataFrame, county: County, assumed: Figures) -> list[tuple[int, str]]:
    """Return the rows whose own routed journey is refused, and by which name it goes."""
    journeys = routed(county.journeys)
    if journeys is None:
        return []
    wrong = journeys[_impossible(journeys, places, county, assumed).to_numpy(dtype=bool)]
    notes = []
    for journey in wrong.itertuples():
        here = (places["postcode"] == journey.from_id) | (places["area_code"] == journey.from_id)
        rows = places.index[(here & (places["destination_id"] == journey.to_id)).fillna(False).to_numpy(dtype=bool)]
        known = f"{journey.source}, {miles(journey.distance_km, 1)}"
        line = f"The journey to {journey.to_id} by {journey.mode} ({known}) is not used"
        why = "it is shorter than the straight line, or many times as long. Check its places."
        notes += [(row, f"{line}: {why}") for row in rows]
    return notes
