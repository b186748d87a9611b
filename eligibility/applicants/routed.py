"""Use journeys of an imported travel matrix that count as measured: those whose source says that they were routed.

A journey from the applicant's own postcode is exact. One from the middle of the home's area gives bounds: by the
triangle inequality it differs from the real one by no more than the way between home and middle.
"""

import re

import numpy as np
import pandas as pd

from data.bundle import County
from data.figures import Figures
from data.travel import ESTIMATE
from eligibility.rules.facts import KM_A_MILE, ROUTED

JOURNEYS = {  # of each measured fact: the mode of the matrix, its column, and how many of our unit are in one of it
    "walk_miles": ("walk", "distance_km", 1 / KM_A_MILE),
    "drive_miles": ("car", "distance_km", 1 / KM_A_MILE),
    "journey_minutes": ("bus", "minutes", 1.0),
}
SAYS_ROUTED = re.compile(r"\brouted\b", re.IGNORECASE)


def routed_bounds(fact: str, places: pd.DataFrame, county: County, assumed: Figures) -> pd.DataFrame:
    """Return low, high, method and version of a measured fact by routed journeys; gaps where there are none.

    `places`: postcode, area_code, destination_id, easting_m and northing_m of the home, in any order; the index stays.
    """
    result = pd.DataFrame({"low": np.nan, "high": np.nan, "method": ROUTED, "version": None}, index=places.index)
    result = result.astype({"method": "string", "version": "string"})
    journeys = routed(county.journeys)
    if journeys is None or fact not in JOURNEYS:
        return result
    mode, column, times = JOURNEYS[fact]
    known = journeys[(journeys["mode"] == mode) & journeys[column].notna()].set_index(["from_id", "to_id"])
    away_km = _to_the_middle_km(places, county)
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
    """Return the journeys whose source says *routed* and is no estimate; None where there are none."""
    if journeys is None:
        return None
    source = journeys["source"].fillna("").astype(str)
    says = source.map(lambda text: bool(SAYS_ROUTED.search(text)) and ESTIMATE not in text.lower())
    return journeys[says.to_numpy(dtype=bool)] if says.any() else None


def _to_the_middle_km(places: pd.DataFrame, county: County) -> np.ndarray:
    middle = county.areas[["easting_m", "northing_m"]].reindex(places["area_code"].astype(object)).to_numpy()
    return np.hypot(*(places[["easting_m", "northing_m"]].to_numpy(dtype=float) - middle).T) / 1000
