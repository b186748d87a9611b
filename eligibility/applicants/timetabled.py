"""Minutes by public transport from published timetables, as routed evidence about an applicant, with their day.

Measured from the applicant's own postcode (`data journeys --postcodes`) they are exact under the rules of the
measuring. Where it found no journey, one takes longer than the longest it looked for, and how long is not known.
Measured from the middle of the area they bound the minutes from above only: who walks to the middle can go on from
there, but another stop may be nearer to the home than to the middle. Hence they let people in and keep nobody out.
"""

import numpy as np
import pandas as pd

from data.bundle import County
from data.figures import Figures
from data.travel import TIMETABLE
from eligibility.applicants.routed import to_the_middle_km
from eligibility.rules import by_timetable, facts

FACT = "journey_minutes"


def minutes(places: pd.DataFrame, county: County, assumed: Figures) -> pd.DataFrame:
    """Return low, high, method and version of the minutes each way, of the longer; gaps where timetables say nothing.

    `places`: postcode, area_code, destination_id, easting_m and northing_m of the home, in any order; the index stays.
    """
    empty = {"low": np.nan, "high": np.nan, "method": facts.ROUTED, "version": None}
    result = pd.DataFrame(empty, index=places.index).astype({"method": "string", "version": "string"})
    asked = county.manifest.timetables
    if not asked:
        return result
    if county.journeys is not None:
        rows = _rows(county.journeys[county.journeys["source"].eq(TIMETABLE)], places, "area_code")
        most = rows["minutes"] + to_the_middle_km(places, county) / assumed["walk_km_per_hour"] * 60
        version = "timetable of " + rows["as_of"] + f", {by_timetable.FROM_MIDDLE}"
        result = _put(result, most.notna() & np.isfinite(most), pd.Series(0.0, index=places.index), most, version)
    if county.postcode_journeys is not None:
        rows = _rows(county.postcode_journeys, places, "postcode")
        none = np.isinf(rows["minutes"])
        longest = max(asked["longest_minutes"])
        version = "timetable of " + rows["as_of"] + f", {by_timetable.FROM_POSTCODE}"
        version = version.mask(none, version + by_timetable.NONE_WITHIN.format(longest))
        low, high = rows["minutes"].mask(none, longest), rows["minutes"].mask(none)
        result = _put(result, rows["minutes"].notna(), low, high, version)
    return result


def _rows(journeys: pd.DataFrame, places: pd.DataFrame, start: str) -> pd.DataFrame:
    """Return minutes and as_of of the quickest journey of each place, by any public transport; NaN where none is."""
    quickest = (
        journeys.astype({"minutes": float}).sort_values("minutes", kind="stable").drop_duplicates(["from_id", "to_id"])
    )
    known = quickest.astype({"from_id": object, "to_id": object}).set_index(["from_id", "to_id"])
    pairs = pd.MultiIndex.from_arrays([places[start].astype(object), places["destination_id"].astype(object)])
    return (
        known[["minutes", "as_of"]].reindex(pairs).set_axis(places.index).astype({"minutes": float, "as_of": "string"})
    )


def _put(table: pd.DataFrame, here: pd.Series, low: pd.Series, high: pd.Series, version: pd.Series) -> pd.DataFrame:
    return table.assign(
        low=table["low"].mask(here, low),
        high=table["high"].mask(here, high),
        version=table["version"].mask(here, version),
    )
