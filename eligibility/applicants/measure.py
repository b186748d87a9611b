"""Find how far each applicant lives from the place of study: bounds that refuse nobody, or a measured distance.

Two points give bounds: the way is no shorter than the straight line less the extent of a postcode, and hardly longer
than 2.2 times it (data/travel.toml), or than 2.2 times the way round where wide water lies between. The best of these
takes their place: an officer's measurement, with who, how and when; a journey of an imported matrix whose source says
*routed*; where there are no bounds, what the application states. An `estimate` never counts. Every value has its method
and version.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data import travel
from data.bundle import County
from data.figures import Figures
from data.official import postcodes
from eligibility.applicants.destinations import find_destinations
from eligibility.applicants.routed import routed_bounds
from eligibility.rules.facts import KM_A_MILE, MEASURED_BY_OFFICER, STATED, STRAIGHT_LINE, register

BOUNDED = ("walk_miles", "drive_miles")  # the distances that two points bound; hence no minutes
UNUSABLE = (
    postcodes.UNKNOWN,
    postcodes.NORTHERN_IRELAND,
    postcodes.CROWN_DEPENDENCY,
    postcodes.INCOMPLETE_POSTCODE,
    postcodes.NOT_A_POSTCODE,
)  # no decision can be built on these; of the others the place is used, or is a gap, and the message is shown
IF_NEW = "If it is a new one, leave it empty and give a measured distance."


@dataclass(frozen=True, slots=True)
class Measured:
    """People with their places and distances; and what is wrong with the places of those who cannot be measured."""

    table: pd.DataFrame  # as given, with area_code, destination_id, and of each distance bounds, method and version
    problems: tuple[tuple[int, str, str], ...]  # index of the row, column, what is wrong
    notes: tuple[tuple[int, str], ...]  # index of the row, what to check: a mended or terminated postcode
    how: str  # the method and its versions, in sentences


def measure(people: pd.DataFrame, county: County, assumed: Figures | None = None) -> Measured:
    """Place every applicant and bound their distances.

    `people`: from `people.read_rows`; `postcode` and `destination` (an id, a name or a postcode) may be absent. Returns
    a table with the index of `people`, the found `postcode`, `area_code` and `destination_id`, and for every measured
    fact of the register `name` (exact), `name_low`, `name_high` and the columns of `facts.MEASUREMENT_COLUMNS`, with
    gaps where something is not known. Rows with problems are still in it. Nothing given is altered.
    """
    assumed = travel.default_figures() if assumed is None else assumed
    empty = pd.Series(pd.NA, index=people.index, dtype="string")
    home = postcodes.locate(people.get("postcode", empty), county)
    goal = find_destinations(people.get("destination", empty), county)
    places = pd.DataFrame(
        {
            "postcode": home["postcode"],
            "area_code": home["area_code"],
            "destination_id": goal["destination_id"],
            "easting_m": home["easting_m"],
            "northing_m": home["northing_m"],
            "straight_km": _straight_km(home, goal),
            "land_km": _over_land_km(home, goal, county, assumed),
        }
    )
    facts = [name for name, fact in register().items() if fact.measured]
    new: dict[str, pd.Series] = {}
    shorter = []
    for name in facts:
        columns = _measured(name, people, places, county, assumed)
        new |= columns
        shorter += _impossible(name, people, places["straight_km"], assumed)
    wrong = _postcode_problems(home) + _listed(goal["problem"], "destination") + shorter
    spoilt = {row for row, *_ in wrong}
    to_check = [
        (row, text) for row, text in home["message"].items() if text and home.at[row, "status"] != postcodes.MISSING
    ]
    to_check += [(row, text) for row, text in goal["note"].items() if text]
    own = [column for name in facts for column in people if column.startswith(f"measured_{name}")]
    table = people.drop(columns=own).assign(**places[["postcode", "area_code", "destination_id"]], **new)
    notes = tuple(sorted(note for note in to_check if note[0] not in spoilt))
    return Measured(table, tuple(sorted(wrong)), notes, _how(county, assumed))


def _straight_km(home: pd.DataFrame, goal: pd.DataFrame) -> np.ndarray:
    return np.hypot(home["easting_m"] - goal["easting_m"], home["northing_m"] - goal["northing_m"]).to_numpy() / 1000


def _over_land_km(home: pd.DataFrame, goal: pd.DataFrame, county: County, assumed: Figures) -> np.ndarray:
    """Return the shortest line over land, inf where wide water lies between and no way round is known.

    Where the bundle does not know water it is the straight line.
    """
    km = _straight_km(home, goal)
    ground = travel.ground(county.water, assumed)
    known = np.isfinite(km)
    if ground is not None and known.any():
        start, end = (place.loc[known, ["easting_m", "northing_m"]].to_numpy(dtype=float) for place in (home, goal))
        km[known] = ground.over_land_km(start, end, np.inf)
    return km


def _measured(
    name: str, people: pd.DataFrame, places: pd.DataFrame, county: County, assumed: Figures
) -> dict[str, pd.Series]:
    """Return the columns of one measured fact, each row by the best method there is for it."""
    rows = people.index
    layers = [_stated(name, people)]
    if name in BOUNDED:
        layers.append(_straight(places, county, assumed))
    layers += [routed_bounds(name, places, county, assumed), _by_officer(name, people)]
    result = pd.DataFrame(
        {"low": np.nan, "high": np.nan, "method": None, "version": None, "by": None, "on": pd.NaT}, index=rows
    ).astype({"method": "string", "version": "string", "by": "string", "on": "datetime64[s]"})
    for layer in layers:
        known = (layer["low"].notna() | layer["high"].notna()).to_numpy()
        for column in layer.columns:
            result[column] = result[column].mask(known, layer[column])
        if known.any() and "by" not in layer:
            result["by"] = result["by"].mask(known)
    exact = result["low"].where(result["low"] == result["high"])
    ends = {f"{name}_{end}": result[end] for end in ("low", "high", "method", "version", "by", "on")}
    return {name: exact, **ends}


def _stated(name: str, people: pd.DataFrame) -> pd.DataFrame:
    gap = pd.Series(np.nan, index=people.index)
    exact = people.get(name, gap)
    low, high = (people.get(f"{name}_{end}", exact).fillna(exact) for end in ("low", "high"))
    return pd.DataFrame({"low": low, "high": high, "method": STATED, "version": "as the application states"})


def _straight(places: pd.DataFrame, county: County, assumed: Figures) -> pd.DataFrame:
    low_km, _ = travel.distance_bounds(places["straight_km"], assumed)  # a ferry may shorten the way
    _, high_km = travel.distance_bounds(places["straight_km"], assumed, places["land_km"])
    high_km = high_km.where(np.isfinite(high_km))  # across water without a known way round there is no upper bound
    return pd.DataFrame(
        {
            "low": low_km / KM_A_MILE,
            "high": high_km / KM_A_MILE,
            "method": STRAIGHT_LINE,
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
            "method": MEASURED_BY_OFFICER,
            "version": people.get("measured_how", text),
            "by": people.get("measured_by", text),
            "on": people.get("measured_on", pd.Series(pd.NaT, index=people.index, dtype="datetime64[s]")),
        }
    )


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


def _postcode_problems(home: pd.DataFrame) -> list[tuple[int, str, str]]:
    wrong = home[home["status"].isin(UNUSABLE)]
    return [
        (row, "postcode", f"{message} {IF_NEW}" if status == postcodes.UNKNOWN else message)
        for row, status, message in zip(wrong.index, wrong["status"], wrong["message"], strict=True)
    ]


def _listed(problems: pd.Series, column: str) -> list[tuple[int, str, str]]:
    return [(row, column, problem) for row, problem in problems.items() if problem]


def _version(county: County, assumed: Figures) -> str:
    return (
        f"straight line less {assumed['place_extent_km']:g} km, to {assumed['road_factor_high']:g} times it; "
        f"places of bundle {county.manifest.name}, {county.manifest.checksum[:12]}"
    )


def _how(county: County, assumed: Figures) -> str:
    return (
        f"Distances are bounds: {_version(county, assumed)}. The upper bound is a 90th percentile and refuses nobody. "
        f"An officer's measurement, or a routed journey of an imported matrix, takes their place. "
        f"{postcodes.what_was_used(county)}"
    )
