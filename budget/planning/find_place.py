"""Find the area that somebody types: its name or code, a postcode, a village, a town, a ward or a school."""

from dataclasses import dataclass

import pandas as pd

from data.bundle import County
from data.official import postcodes
from data.official.postcode_list import FULL, squeezed

MOST_SHOWN = 8  # places to choose from
KINDS = {
    "town": "",
    "place": "",
    "ward": " (ward)",
    "area": "",
    "school": "",
}  # of a name, the surest first, with its words
VILLAGES = (
    "This county was built without OS Open Names, which has every village and hamlet: build it again with that file "
    "under Rules and data, Add a county. A postcode finds its area in any case."
)


@dataclass(frozen=True, slots=True)
class FoundPlaces:
    """What a text was found to name."""

    areas: tuple[tuple[str, str], ...]  # code of an area, and what stands there in words, the likeliest first
    said: str = ""  # why there is none, or that there are more


def find(county: County, text: str) -> FoundPlaces:
    """Return the areas that a text may mean: that of a postcode, else those of the names that hold it.

    A name that is the text goes before one that begins with it, and that before one with it anywhere in it.
    """
    if FULL.fullmatch(squeezed(text)):
        return _of_postcode(county, text)
    wanted, known = " ".join(text.casefold().split()), _known(county)
    folded = known["name"].astype(str).str.casefold()
    hits = known.assign(
        nearness=(folded != wanted).astype(int) + (~folded.str.startswith(wanted)).astype(int),
        kind_order=known["kind"].map(list(KINDS).index),
    )[folded.str.contains(wanted, regex=False).to_numpy(dtype=bool)]
    hits = hits.sort_values(["nearness", "kind_order", "name", "area_code"], kind="stable")
    if (hits["nearness"] == 0).any():
        hits = hits[hits["nearness"] == 0]
    hits = hits.drop_duplicates("area_code")
    found = tuple((str(row.area_code), f"{row.name_}{KINDS[row.kind]}") for row in _rows(hits.head(MOST_SHOWN)))
    if found:
        more = len(hits) - len(found)
        return FoundPlaces(found, f"And {more:,} more: write more of the name." if more else "")
    without = "" if (known["kind"] == "place").any() else f" {VILLAGES}"
    return FoundPlaces((), f"No place here is called “{text}”.{without}")


def _known(county: County) -> pd.DataFrame:
    """Return the names of the bundle and those of its areas, with their codes: columns name, kind, area_code."""
    areas = county.areas.index.astype(str)
    tables = [
        pd.DataFrame({"name": names, "kind": "area", "area_code": areas})
        for names in (county.areas["area_name"].astype(str).to_numpy(), areas)
    ]
    if county.names is not None:
        named = county.names[county.names["kind"].isin(KINDS) & county.names["area_code"].isin(areas)]
        tables.append(named[["name", "kind", "area_code"]].astype(str))
    return pd.concat(tables, ignore_index=True)


def _rows(hits: pd.DataFrame) -> list:
    return list(hits.rename(columns={"name": "name_"})[["area_code", "name_", "kind"]].itertuples(index=False))


def _of_postcode(county: County, text: str) -> FoundPlaces:
    place = postcodes.locate(pd.Series([text]), county).iloc[0]
    if pd.isna(place["area_code"]):
        return FoundPlaces((), str(place["message"]))
    return FoundPlaces(((str(place["area_code"]), str(place["postcode"])),), str(place["message"]))
