"""Locate postcodes: where each one is, and in which area of the county.

An ONS Postcode Directory in the bundle comes first: it has each postcode's area and which are terminated. For every
other postcode the national list (data/official/postcode_list.py) gives a place and a district, the county's
boundaries the area. Messages are for the person who can correct a row. They never repeat the postcode, which is
personal data.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.bundle import County
from data.official.changed_codes import CHANGED_CODES
from data.official.postcode_list import INCOMPLETE, PostcodeList, edition, list_for, spaced, spellings, squeezed

FOUND = "found"
OUTSIDE = "outside"  # located, but in no area of the bundle
TERMINATED = "terminated"  # located where it was
NO_LOCATION = "no_location"
UNKNOWN = "unknown"
NORTHERN_IRELAND = "northern_ireland"
CROWN_DEPENDENCY = "crown_dependency"
INCOMPLETE_POSTCODE = "incomplete"
NOT_A_POSTCODE = "not_a_postcode"
MISSING = "missing"

MESSAGES = {
    FOUND: "",
    OUTSIDE: "This postcode is in none of the areas of this county. Check it, or build the bundle with its council.",
    TERMINATED: "This postcode is no longer in use. Its former place is used; ask for the present postcode.",
    NO_LOCATION: "This postcode exists but stands for no place (such as a PO box). Ask for the postcode of the home.",
    UNKNOWN: "This postcode is in no list of UK postcodes, past or present. Check it; the newest may be missing.",
    NORTHERN_IRELAND: "This postcode is in Northern Ireland, for which there are no English areas. Check it.",
    CROWN_DEPENDENCY: "This postcode is in Jersey, Guernsey or the Isle of Man, outside the United Kingdom. Check it.",
    INCOMPLETE_POSTCODE: "This is not a full postcode: its end is missing. Write all of it, as in LN1 1AA.",
    NOT_A_POSTCODE: "This is not a postcode. Write it as in LN1 1AA.",
    MISSING: "There is no postcode. Enter one.",
}
MENDED = (
    "Read with the letter O and the digit 0, or I and 1, exchanged, as no such postcode exists otherwise. Check it."
)
LONGEST = 40  # characters of what is looked up: beyond it is an essay, which would cost memory and is no postcode
NEAR_M = 500.0  # boundaries in a bundle are generalised; a coast or a river may be drawn this far off. Our assumption.


@dataclass(frozen=True, slots=True)
class _Places:
    """Where some postcodes are, one row each, before the area is looked up."""

    easting_m: np.ndarray  # float, NaN for none
    northing_m: np.ndarray
    district_code: np.ndarray  # "" for none
    area_code: np.ndarray  # "" for none; only a directory knows it
    terminated: np.ndarray  # bool
    known: np.ndarray  # bool


def locate(postcodes: pd.Series, county: County, *, national: PostcodeList | None = None) -> pd.DataFrame:
    """Find each postcode, however it is spaced and in whatever case.

    Returns a table with the index of `postcodes` and the columns
        postcode                "LN1 1AA"; <NA> where there is none
        easting_m, northing_m   EPSG:27700, NaN where there is no place
        district_code           <NA> where it is not known
        area_code               an area of `county.areas`; <NA> where it is in none of them
        status                  a key of MESSAGES
        mended                  True where O and 0 or I and 1 were exchanged
        message                 for a person; "" for a postcode that was found
    A terminated postcode keeps its place and area. `national` is the list of all UK postcodes unless another is given.
    """
    rows, distinct = pd.factorize(pd.Series([squeezed(value)[:LONGEST] for value in postcodes], dtype=object))
    texts = [str(text) for text in distinct]
    national = list_for(texts) if national is None else national
    names, mended = _names(texts, county.postcodes, national)
    places = _places(names, county.postcodes, national)
    areas = _areas(places, county.areas, national)
    status = _status(texts, names, places, areas)
    message = np.array([MESSAGES[word] for word in status], dtype=object)
    message = np.where(mended, [f"{text} {MENDED}".strip() for text in message], message)
    return pd.DataFrame(
        {
            "postcode": pd.array(_or_na(names)[rows], dtype="string"),
            "easting_m": places.easting_m[rows],
            "northing_m": places.northing_m[rows],
            "district_code": pd.array(_or_na(_districts(places, areas, county.areas))[rows], dtype="string"),
            "area_code": pd.array(_or_na(areas)[rows], dtype="string"),
            "status": pd.array(status[rows], dtype="string"),
            "mended": mended[rows],
            "message": pd.array(message[rows], dtype="string"),
        },
        index=postcodes.index,
    )


def what_was_used(county: County, *, national: PostcodeList | None = None) -> str:
    """Say in one sentence or two which lists `locate` uses, for a report."""
    listed = edition() if national is None else national.edition
    if county.postcodes is not None:
        return f"Postcodes: the ONS Postcode Directory in the bundle, and for others the {listed}."
    return (
        f"Postcodes: the {listed}, with areas from the boundaries. It does not say which postcodes are terminated; "
        "build the bundle with an ONS Postcode Directory to have them pointed out."
    )


def _names(texts: list[str], directory: pd.DataFrame | None, national: PostcodeList) -> tuple[np.ndarray, np.ndarray]:
    """Return postcodes in their usual form, "" for what is no full postcode, and which of them were mended.

    A postcode is mended only if it does not exist as written and exactly one spelling of it does.
    """
    names = np.array([spaced(text) for text in texts], dtype=object)
    mended = np.zeros(len(texts), dtype=bool)
    doubtful = np.flatnonzero(~_exists(names, directory, national))
    offered = {place: spellings(texts[place]) for place in doubtful}
    candidates = sorted({name for several in offered.values() for name in several})
    real = {name for name, is_real in zip(candidates, _exists(candidates, directory, national), strict=True) if is_real}
    for place, several in offered.items():
        existing = [name for name in several if name in real]
        if len(existing) == 1:
            names[place], mended[place] = existing[0], True
    return names, mended


def _exists(names, directory: pd.DataFrame | None, national: PostcodeList) -> np.ndarray:
    exists = national.find(list(names)) >= 0
    if directory is not None:
        exists |= directory.index.get_indexer(pd.Index(names, dtype=directory.index.dtype)) >= 0
    return exists


def _places(names: np.ndarray, directory: pd.DataFrame | None, national: PostcodeList) -> _Places:
    found = national.find(list(names))
    known = found >= 0
    points = national.coordinates(found)
    points[np.isnan(points).any(axis=1)] = np.nan
    easting_m, northing_m = points.T
    district = np.where(known, national.district_codes[national.district[found]], "")
    area = np.full(len(names), "", dtype=object)
    terminated = np.zeros(len(names), dtype=bool)
    if directory is not None:
        row = directory.index.get_indexer(pd.Index(names, dtype=directory.index.dtype))
        here = row >= 0
        listed = directory.iloc[row[here]]
        easting_m[here] = listed["easting_m"].to_numpy(dtype=float, na_value=np.nan)
        northing_m[here] = listed["northing_m"].to_numpy(dtype=float, na_value=np.nan)
        area[here] = listed["area_code"].astype(object).where(listed["area_code"].notna(), "").to_numpy()
        terminated[here] = listed["terminated"].notna().to_numpy()  # a month, or missing for one in use
        known = known | here
        # The directory puts Northern Ireland on the Irish grid, where the same numbers are another place.
        irish = np.array([name.startswith("BT") for name in names], dtype=bool)
        easting_m[irish] = northing_m[irish] = np.nan
    return _Places(easting_m, northing_m, district, area, terminated, known)


def _areas(places: _Places, areas: gpd.GeoDataFrame, national: PostcodeList) -> np.ndarray:
    """Return each place's area: the directory's, else the one whose boundary contains it; "" for none of these."""
    given = places.area_code != ""
    result = np.where(given & _among(places.area_code, areas.index), places.area_code, "")
    by_boundary = np.flatnonzero(~given & np.isfinite(places.easting_m) & places.known)
    if not (len(by_boundary) and len(areas)):
        return result
    points = shapely.points(places.easting_m[by_boundary], places.northing_m[by_boundary])
    result[by_boundary] = _by_boundary(points, _current(places.district_code[by_boundary]), areas, national)
    return result


def _by_boundary(
    points: np.ndarray, of_point: np.ndarray, areas: gpd.GeoDataFrame, national: PostcodeList
) -> np.ndarray:
    """Return the area in each point's listed district that contains the point, or else the nearest; "" for none.

    Generalised boundaries take in strips of their neighbours and lose strips of coast, so the listed district (assigned
    by the ONS from full boundaries) decides, wherever both have the district under the same code.
    """
    of_area = _current(areas["district_code"].to_numpy(dtype=object))
    comparable = _among(of_area, _current(national.district_codes))
    codes = areas.index.to_numpy(dtype=object)
    result = np.full(len(points), "", dtype=object)
    point, area = areas.sindex.query(points, predicate="intersects")
    same = of_point[point] == of_area[area]
    trusted = same | ~comparable[area] | (of_point[point] == "")
    result[point[trusted]] = codes[area[trusted]]
    # The listed district is of this county but has no boundary near: the area that contains the point is used.
    fallback = ~trusted & _among(of_point[point], of_area) & (result[point] == "")
    spare = np.full(len(points), "", dtype=object)
    spare[point[fallback]] = codes[area[fallback]]

    lost = np.flatnonzero(result == "")
    point, area = areas.sindex.query(points[lost], predicate="dwithin", distance=NEAR_M)
    same = of_point[lost[point]] == of_area[area]
    point, area = lost[point[same]], area[same]
    far_first = np.argsort(-shapely.distance(points[point], areas.geometry.to_numpy()[area]), kind="stable")
    result[point[far_first]] = codes[area[far_first]]  # the nearest is written last and stays
    return np.where(result == "", spare, result)


def _current(codes: np.ndarray) -> np.ndarray:
    """Return district codes as they are today."""
    places, distinct = pd.factorize(pd.Series(codes, dtype=object).fillna(""))
    return np.array([CHANGED_CODES.get(code, code) for code in distinct], dtype="U9")[places]


def _districts(places: _Places, areas: np.ndarray, table: gpd.GeoDataFrame) -> np.ndarray:
    """Return the district of the area where there is one, in the county's own code; else the listed one."""
    row = table.index.get_indexer(pd.Index(areas, dtype=table.index.dtype))
    return np.where(row >= 0, table["district_code"].to_numpy(dtype=object)[row], places.district_code)


def _status(texts: list[str], names: np.ndarray, places: _Places, areas: np.ndarray) -> np.ndarray:
    first_two = np.array([name[:2] for name in names], dtype=object)
    full = names != ""
    unfinished = np.array([INCOMPLETE.fullmatch(text) is not None for text in texts], dtype=bool)
    conditions = [
        (np.array(texts, dtype=object) == "", MISSING),
        (~full & unfinished, INCOMPLETE_POSTCODE),
        (~full, NOT_A_POSTCODE),
        (first_two == "BT", NORTHERN_IRELAND),
        (_among(first_two, ["JE", "GY", "IM"]), CROWN_DEPENDENCY),
        (~places.known, UNKNOWN),
        (places.terminated, TERMINATED),
        (~np.isfinite(places.easting_m) & (areas == ""), NO_LOCATION),
        (areas == "", OUTSIDE),
    ]
    return np.select([mask for mask, _ in conditions], [word for _, word in conditions], default=FOUND).astype(object)


def _among(values: np.ndarray, known) -> np.ndarray:
    # np.isin compares every pair of objects: seconds, where hashing takes none
    return pd.Series(values, dtype=object).isin(list(known)).to_numpy()


def _or_na(texts: np.ndarray) -> np.ndarray:
    return pd.Series(texts, dtype=object).replace("", None).to_numpy()
