"""Find how far each applicant lives from the place of study: bounds that refuse nobody, or a measured distance.

Two points give bounds: the way is no shorter than the straight line less the extent of a postcode, and hardly longer
than 2.2 times it (data/travel.toml), or than 2.2 times the way round where wide water lies between. The best of these
takes their place: an officer's measurement, with who, how and when; a journey of an imported matrix whose source says
*routed* (eligibility.applicants.routed); minutes by published timetables (eligibility.applicants.timetabled); where
there are no bounds, what the application states. An `estimate` never counts. Every value has its method and version.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from data import travel
from data.bundle import County
from data.figures import Figures
from data.official import postcodes
from data.travel.near import XY
from data.wording import KM_A_MILE, listed, long_date, miles
from eligibility.applicants import nearer, routed, special_postcodes, timetabled
from eligibility.applicants.destinations import find_destinations, place_names
from eligibility.applicants.where_they_live import where_they_live
from eligibility.rules import facts

BOUNDED = ("walk_miles", "drive_miles")  # the distances that two points bound; hence no minutes
UNUSABLE = (
    postcodes.UNKNOWN,
    postcodes.INCOMPLETE_POSTCODE,
    postcodes.NOT_A_POSTCODE,
)  # no decision can be built on these; of the others the place is used, or is a gap, and the message is shown
MEASUREMENTS = {f"measured_{name}" for name, fact in facts.register().items() if fact.measured}


@dataclass(frozen=True, slots=True)
class Measured:
    """People with their places and distances; and what is wrong with the places of those who cannot be measured."""

    table: pd.DataFrame  # as given, with area_code, destination_id, and of each distance bounds, method and version
    problems: tuple[tuple[int, str, str], ...]  # index of the row, column, what is wrong
    notes: tuple[tuple[int, str], ...]  # index of the row, what to check: a mended or terminated postcode
    how: str  # the method and its versions, in sentences


def measure(people: pd.DataFrame, county: County) -> Measured:
    """Place every applicant and bound their distances.

    `people`: from `people.read_rows`; `postcode` and `destination` (an id, a name or a postcode) may be absent. Returns
    a table with the index of `people`, the found `postcode`, `area_code` and `destination_id`, and for every measured
    fact of the register `name` (exact), `name_low`, `name_high` and the columns of `facts.MEASUREMENT_COLUMNS`, with
    gaps where something is not known. Rows with problems are still in it. Nothing given is altered.
    """
    assumed = travel.default_figures()
    empty = pd.Series(pd.NA, index=people.index, dtype="string")
    home = postcodes.locate(people.get("postcode", empty), county)
    goal = find_destinations(people.get("destination", empty), county)
    away_m = np.hypot(home["easting_m"] - goal["easting_m"], home["northing_m"] - goal["northing_m"])
    places = home.assign(destination_id=goal["destination_id"], straight_km=away_m / 1000)
    places["land_km"] = _over_land_km(home, goal, places["straight_km"], travel.ground(county.water, assumed))
    names = [name for name, fact in facts.register().items() if fact.measured]
    new: dict[str, pd.Series] = {}
    wrong = _postcode_problems(home, people) + [
        (row, "destination", text) for row, text in goal["problem"].items() if text
    ]
    for name in names:
        new |= _measured(name, people, places, county, assumed)
        wrong += _impossible(name, people, places["straight_km"], assumed)
    spoilt = {row for row, *_ in wrong}
    to_check = [
        (row, text) for row, text in home["message"].items() if text and home.at[row, "status"] != postcodes.MISSING
    ]
    to_check += [(row, text) for row, text in goal["note"].items() if text]
    to_check += routed.refused(places, county, assumed)
    nearer_places = nearer.find(people, home, goal, county)
    to_check += nearer.notes(nearer_places)
    to_check += [note for name in names for note in _beside(name, people)]
    own = [column for name in names for column in people if column.startswith(f"measured_{name}")]
    placed = places[["postcode", "area_code", "destination_id"]]
    in_letters = {
        facts.PLACE_NAME: place_names(people.get("destination", empty), goal["destination_id"], county),
        facts.NEARER_PLACES: pd.Series(nearer.in_letters(nearer_places), index=people.index, dtype="string"),
    }
    table = people.drop(columns=own).assign(**placed, **new, **where_they_live(home, county), **in_letters)
    notes = tuple(sorted(note for note in to_check if note[0] not in spoilt))
    return Measured(table, tuple(sorted(wrong)), notes, _how(county, assumed))


def _over_land_km(
    home: pd.DataFrame, goal: pd.DataFrame, straight_km: pd.Series, ground: travel.Ground | None
) -> pd.Series:
    """Return the shortest line over land: NaN where wide water lies between and no way round it is known.

    Where the bundle does not know water it is the straight line.
    """
    known = straight_km.notna().to_numpy()
    if ground is None or not known.any():
        return straight_km
    start, end = (place.loc[known, XY].to_numpy(dtype=float) for place in (home, goal))
    found = ground.over_land_km(start, end, np.inf)
    land_km = pd.Series(np.nan, index=straight_km.index)
    land_km[known] = np.where(np.isfinite(found), found, np.nan)
    return land_km


def _measured(
    name: str, people: pd.DataFrame, places: pd.DataFrame, county: County, assumed: Figures
) -> dict[str, pd.Series]:
    """Return the columns of one measured fact, each row by the best method there is for it."""
    layers = [_stated(name, people)]
    if name in BOUNDED:
        layers.append(_straight(places, county, assumed))
    if name == timetabled.FACT:
        layers.append(timetabled.minutes(places, county, assumed))
    layers += [routed.bounds(name, places, county, assumed), _by_officer(name, people)]
    result = pd.DataFrame(
        {"low": np.nan, "high": np.nan, "method": None, "version": None, "by": None, "on": pd.NaT}, index=people.index
    ).astype({"method": "string", "version": "string", "by": "string", "on": "datetime64[s]"})
    for layer in layers:
        known = (layer["low"].notna() | layer["high"].notna()).to_numpy()
        if not known.any():
            continue
        for column in layer.columns:
            result[column] = result[column].mask(known, layer[column])
        if "by" not in layer:
            result["by"] = result["by"].mask(known)
    exact = result["low"].where(result["low"] == result["high"])
    ends = {f"{name}_{end}": result[end] for end in ("low", "high", *facts.MEASUREMENT_COLUMNS)}
    return {name: exact, **ends}


def _stated(name: str, people: pd.DataFrame) -> pd.DataFrame:
    gap = pd.Series(np.nan, index=people.index)
    exact = people.get(name, gap)
    low, high = (people.get(f"{name}_{end}", exact).fillna(exact) for end in ("low", "high"))
    return pd.DataFrame({"low": low, "high": high, "method": facts.STATED, "version": "as the application states"})


def _straight(places: pd.DataFrame, county: County, assumed: Figures) -> pd.DataFrame:
    low_km, _ = travel.distance_bounds(places["straight_km"], assumed)  # a ferry may shorten the way
    _, high_km = travel.distance_bounds(places["straight_km"], assumed, places["land_km"])
    return pd.DataFrame(
        {
            "low": low_km / KM_A_MILE,
            "high": high_km / KM_A_MILE,
            "method": facts.STRAIGHT_LINE,
            "version": _version(county, assumed),
        }
    )


def _by_officer(name: str, people: pd.DataFrame) -> pd.DataFrame:
    value = people.get(f"measured_{name}", pd.Series(np.nan, index=people.index))
    text = pd.Series(pd.NA, index=people.index, dtype="string")
    return pd.DataFrame(
        {
            "low": value,
            "high": value,
            "method": facts.MEASURED_BY_OFFICER,
            "version": people.get("measured_how", text),
            "by": people.get("measured_by", text),
            "on": people.get("measured_on", pd.Series(pd.NaT, index=people.index, dtype="datetime64[s]")),
        }
    )


def _beside(name: str, people: pd.DataFrame) -> list[tuple[int, str]]:
    """Return what was stated where an officer measured another distance: both are kept, and the officer's decides."""
    if name not in people or f"measured_{name}" not in people:
        return []
    said, measured = people[name], people[f"measured_{name}"]
    rows = people.index[(said.notna() & measured.notna() & (said != measured)).to_numpy(dtype=bool)]
    label, unit = facts.register()[name].label, facts.register()[name].unit
    return [
        (row, f"{label}: the application states {said[row]:g} {unit}, an officer measured {measured[row]:g}.")
        for row in rows
    ]


def _impossible(
    name: str, people: pd.DataFrame, straight_km: pd.Series, assumed: Figures
) -> list[tuple[int, str, str]]:
    """Return the officer's distances that are shorter than the straight line: one of the places must be wrong."""
    if name not in BOUNDED or f"measured_{name}" not in people:
        return []
    least, _ = travel.distance_bounds(straight_km, assumed)
    short = people[f"measured_{name}"] < least / KM_A_MILE
    problem = "is shorter than the straight line between the two postcodes. Check it, the home and the destination."
    return [(row, f"measured_{name}", problem) for row in people.index[short.to_numpy(dtype=bool)]]


def _postcode_problems(home: pd.DataFrame, people: pd.DataFrame) -> list[tuple[int, str, str]]:
    """Return what is wrong with postcodes on which no decision can be built.

    A home of a kind that has none, such as an address of the armed forces, may go on where an officer measured the way.
    """
    given = [column for column in people if column in MEASUREMENTS]
    measured = people[given].notna().any(axis=1)
    wrong = home[home["status"].isin(UNUSABLE)]
    return [
        (row, "postcode", special_postcodes.with_a_way_on(people.at[row, "postcode"], message))
        for row, message in wrong["message"].items()
        if not (measured[row] and special_postcodes.is_known(people.at[row, "postcode"]))
    ]


def _version(county: County, assumed: Figures) -> str:
    return (
        f"straight line less {miles(assumed['place_extent_km'], 1)}, to {assumed['road_factor_high']:g} times it; "
        f"places of bundle {county.manifest.name}, {county.manifest.checksum[:12]}"
    )


def _how(county: County, assumed: Figures) -> str:
    return (
        f"Distances are bounds: {_version(county, assumed)}. The upper bound is a 90th percentile and refuses nobody. "
        f"An officer's measurement, or a routed journey of an imported matrix, takes their place. "
        f"{_by_timetable(county)}{postcodes.what_was_used(county)}"
    )


def _by_timetable(county: County) -> str:
    asked = county.manifest.timetables
    if not asked:
        return ""
    days = listed([long_date(date.fromisoformat(day)) for day in asked["days"]])
    return f"Minutes by public transport are those of published timetables on {days}. "
