"""Say what is known of Wales and Scotland where a council's areas are near them, and read what files have of Wales.

Young people of Herefordshire go to Hereford or to Hay, Abergavenny and Monmouth; the performance tables and the DfT's
lists end at the border. Get Information About Schools (GIAS) has the schools of Wales, without their phase: one that
teaches to 18 or over counts as a sixth form. It has no college of Wales, and nothing of Scotland.
"""

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from data.faults import Noted
from data.official.postcode_list import PostcodeList, national_list
from data.official.providers import COLLEGE, SIXTH_FORM
from data.official.studies import by_type

COUNTRIES = {"W": "Wales", "S": "Scotland"}  # how the codes of their districts begin
MOST_NAMED = 12
OF_SECONDARY = r"\b(?:high|uwchradd|comprehensive|secondary|gyfun|bro|college)\b"  # in the names of Welsh schools
PLACES = ["easting_m", "northing_m"]


def welsh_schools(establishments: pd.DataFrame) -> pd.DataFrame:
    """Return the open schools of Wales in GIAS that teach to 18 or over, in the columns of `providers`."""
    running = _welsh(establishments)
    found = running[running["oldest"] >= 18].reset_index().assign(kind=SIXTH_FORM, students=np.nan, table_type="")
    return found if found.empty else found.join(by_type(found))


def _welsh(establishments: pd.DataFrame) -> pd.DataFrame:
    is_welsh = establishments["type"].str.casefold().eq("welsh establishment").fillna(False)
    return establishments[establishments["open"] & is_welsh.astype(bool)]


def without_ages(establishments: pd.DataFrame, areas: pd.DataFrame, reach_km: float) -> list[str]:
    """Name the Welsh schools near the areas whose ages GIAS, as it was loaded, does not give."""
    running = _welsh(establishments).dropna(subset=PLACES)
    named = running["name"].str.contains(OF_SECONDARY, case=False, na=False)
    named &= ~running["name"].str.contains("primary|infant|junior", case=False, na=False)
    unknown = running[running["oldest"].isna() & named]
    if unknown.empty or areas.empty:
        return []
    metres, _ = cKDTree(areas[PLACES].to_numpy(dtype="float64")).query(unknown[PLACES].to_numpy(dtype="float64"))
    names = sorted(unknown.loc[metres <= reach_km * 1000, "name"])
    if not names:
        return []
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    named_here = f"{', '.join(names[:MOST_NAMED])}{more}"
    told = (
        "Schools in Wales within reach whose ages Get Information About Schools, as loaded, does not give, so left "
        f"out: {named_here}. Load the whole file (StatutoryHighAge), or add those with a "
        "sixth form (under Rules and data, or with --destinations)."
    )
    return [Noted(told, "schools_without_ages", country="Wales", names=named_here)]


def border_warnings(areas: pd.DataFrame, destinations: pd.DataFrame, reach_km: float) -> list[str]:
    """Say for Wales and Scotland how many areas are near, and how many of their destinations are in the table.

    `areas` and `destinations` have easting_m and northing_m, and `destinations` kind. A country that no area is near
    has no warning. A place is in the country of the postcode nearest to it.
    """
    if areas.empty:
        return []
    listed = national_list()
    points, countries = _around(listed, areas, reach_km)
    if not set(countries) & set(COUNTRIES):
        return []
    warnings: list[str] = []
    _, nearest = cKDTree(points).query(destinations[PLACES].to_numpy(dtype="float64").reshape(-1, 2))
    country_of = pd.Series(countries[nearest] if len(destinations) else [], index=destinations.index, dtype="object")
    for code, country in COUNTRIES.items():
        there = points[countries == code]
        if not len(there):
            continue
        metres, _ = cKDTree(there).query(areas[PLACES].to_numpy(dtype="float64"))
        if near := int((metres <= reach_km * 1000).sum()):
            warnings.append(_in_words(country, near, len(areas), reach_km, destinations[country_of == code]))
    return warnings


def is_border_warning(warning: str) -> bool:
    """Say whether a warning is one of `border_warnings`: it is written anew when destinations are added."""
    return warning.startswith(tuple(f"{country} is over the border" for country in COUNTRIES.values()))


def _around(listed: PostcodeList, areas: pd.DataFrame, reach_km: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of the postcodes in and around the areas, and the first letter of their countries' codes."""
    east, north = listed.easting_m, listed.northing_m
    margin = reach_km * 1000
    inside = (east >= areas["easting_m"].min() - margin) & (east <= areas["easting_m"].max() + margin)
    inside &= (north >= areas["northing_m"].min() - margin) & (north <= areas["northing_m"].max() + margin)
    letters = np.array([str(code)[:1] for code in listed.district_codes], dtype=object)
    return np.column_stack([east[inside], north[inside]]).astype("float64"), letters[listed.district[inside]]


def _in_words(country: str, near: int, areas: int, reach_km: float, there: pd.DataFrame) -> Noted:
    learning = int(there["kind"].isin([COLLEGE, SIXTH_FORM]).sum())
    work = int((there["kind"] == "employment_centre").sum())
    known = f"{learning:,} colleges and sixth forms, {work:,} employment centres"
    told = (
        f"{country} is over the border: {near:,} of {areas:,} areas are within {reach_km:g} km of it in a straight "
        f"line, perhaps over water. Known there: {known}. "
        "The performance tables and the DfT's lists end at the border, so who could go there may seem cut off. Add the "
        "places that matter (under Rules and data, or with --destinations)."
    )
    parts = {"country": country, "some": f"{near:,}", "all": f"{areas:,}", "known": known, "km": f"{reach_km:g}"}
    return Noted(told, "over_the_border", **parts)
