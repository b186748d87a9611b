"""Find which place of study an application names: by id, by name or by postcode; never by a guess between two."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

import numpy as np
import pandas as pd

from data.bundle import County
from data.official import postcodes
from data.official.postcode_list import FULL, squeezed
from eligibility.applicants.values import plain

LEARNING = ("college", "sixth_form")
SAME_PLACE_M = 250  # a postcode this near one destination, and no other, is that destination's. Our assumption.
SAME_WORDS = {"&": "and", "st": "saint", "6th": "sixth"}
IGNORED = frozenset({"the", "of", "and", "at"})
GENERIC = frozenset(
    {"college", "school", "sixth", "form", "academy", "institute", "further", "education", "high", "university"}
    | {"centre", "campus", "community"}
)  # words that name no place: "College" is not taken for the one college that there is
NOTHING = (None, np.nan, np.nan, "", "")  # destination_id, easting_m, northing_m, note, problem
COLUMNS = ["destination_id", "easting_m", "northing_m", "note", "problem"]


def find_destinations(named: pd.Series, county: County) -> pd.DataFrame:
    """Find what each cell names among the bundle's destinations.

    Returns, with the index of `named`: destination_id (missing where there is none), easting_m, northing_m (NaN where
    the place is not known), note (what to check, or "") and problem ("" unless it cannot be used). A gap has neither.
    """
    places, distinct = pd.factorize(named.map(plain, na_action="ignore"))
    texts = [str(text) for text in distinct]
    by_postcode = _by_postcode(texts, county)
    found = [by_postcode.get(text) or _by_name(text, county.destinations) for text in texts]
    table = pd.DataFrame([*found, NOTHING], columns=COLUMNS).iloc[places].set_axis(named.index)
    return table.astype({"destination_id": "string", "note": "string", "problem": "string"})


def place_names(named: pd.Series, ids: pd.Series, county: County) -> pd.Series:
    """Return the place of study of each cell as a letter names it: by the bundle's name, else by what was written.

    `ids`: `destination_id` of `find_destinations`. A gap stays one, and a postcode is "the school or college at" it.
    """
    names = [
        county.destinations.at[code, "name"] if pd.notna(code) else _as_written(cell)
        for code, cell in zip(ids, named, strict=True)
    ]
    return pd.Series(names, index=named.index, dtype="string")


def _as_written(cell: object) -> str | None:
    text = "" if pd.isna(cell) else str(cell).strip()
    return f"the school or college at {text}" if FULL.fullmatch(squeezed(text)) else text or None


def _by_postcode(texts: list[str], county: County) -> Mapping[str, tuple]:
    full = [text for text in texts if FULL.fullmatch(squeezed(text))]
    if not full:
        return {}
    located = postcodes.locate(pd.Series(full, dtype="string"), county)
    return {text: _near(place, county.destinations) for text, place in zip(full, located.itertuples(), strict=True)}


def _near(place, destinations: pd.DataFrame) -> tuple:  # noqa: ANN001
    if np.isnan(place.easting_m):
        return (None, np.nan, np.nan, "", place.message)
    away_m = np.hypot(destinations["easting_m"] - place.easting_m, destinations["northing_m"] - place.northing_m)
    near = away_m[(away_m <= SAME_PLACE_M) & destinations["kind"].isin(LEARNING)]
    if len(near) == 1:
        name = destinations.at[near.index[0], "name"]
        return (near.index[0], place.easting_m, place.northing_m, f'The place of study is taken to be "{name}".', "")
    note = "The place of study is known by its postcode alone, and is none of the bundle's destinations."
    return (None, place.easting_m, place.northing_m, note, "")


def _by_name(text: str, destinations: pd.DataFrame) -> tuple:
    ids = {str(code).lower(): code for code in destinations.index}
    if text.lower() in ids:
        return _known(ids[text.lower()], destinations)
    words = _words(text)
    names = {code: _words(name) for code, name in destinations["name"].items()}
    learning = set(destinations.index[destinations["kind"].isin(LEARNING)])
    same = [code for code, theirs in names.items() if theirs == words]
    same = [code for code in same if code in learning] or same
    if len(same) == 1:
        return _known(same[0], destinations)
    part = same or [code for code, theirs in names.items() if code in learning and words and set(words) <= set(theirs)]
    if len(part) == 1 and set(words) - GENERIC:
        name = destinations.at[part[0], "name"]
        return _known(part[0], destinations, f'The place of study is read as "{name}".')
    if len(part) > 1:
        listed = "; ".join(f"{destinations.at[code, 'name']} ({code})" for code in part[:5])
        more = f" and {len(part) - 5} more" if len(part) > 5 else ""
        return _wrong(f"may be any of {len(part)} destinations: {listed}{more}. Write the whole name or the id.")
    joined = {" ".join(names[code]): code for code in sorted(learning, key=str)}
    near = part or [joined[text] for text in get_close_matches(" ".join(words), joined, n=3, cutoff=0.6)]
    meant = " or ".join(f'"{destinations.at[code, "name"]}" ({code})' for code in near)
    return _wrong(
        "is no college, sixth form or workplace of this county. "
        + (f"Did you mean {meant}? " if near else "")
        + "Write the name, the id or the postcode of the place."
    )


def _known(code: str, destinations: pd.DataFrame, note: str = "") -> tuple:
    return (code, destinations.at[code, "easting_m"], destinations.at[code, "northing_m"], note, "")


def _wrong(problem: str) -> tuple:
    return (None, np.nan, np.nan, "", problem)


def _words(name: str) -> tuple[str, ...]:
    text = re.sub(r"[^a-z0-9&]+", " ", str(name).lower().replace("'", "").replace("’", ""))
    words = (SAME_WORDS.get(word, word) for word in text.replace("&", " & ").split())
    return tuple(word for word in words if word not in IGNORED)
