"""Say what people call each area: "East Lindsey 005B" is Mablethorpe to whoever lives there."""

import pandas as pd
from scipy.spatial import cKDTree

from data.bundle import County

NEAR_M = 3_000  # how near a town's centre an area is said to be near it


def called(county: County) -> pd.Series:
    """Return what each area is called beside its official name: its ward, and the town it is near; "" where not known.

    Index area_code. A name that the official name or the ward has already is not said again.
    """
    areas = county.areas
    if county.names is None or county.names.empty:
        return pd.Series("", index=areas.index, dtype=object)
    wards = county.names[county.names["kind"] == "ward"].set_index("area_code")["name"]
    ward = wards[~wards.index.duplicated()].reindex(areas.index).astype(object).fillna("")
    ward = ward.where([not _says(name, each) for name, each in zip(areas["area_name"], ward, strict=True)], "")
    town = _town(areas, towns(county))
    said = areas["area_name"].astype(str) + " " + ward
    district = areas["district_name"].astype(str)
    near = [
        "" if not each or _says(words, each) or _says(each, around) else f"near {each}"  # no suburb of the same town
        for words, each, around in zip(said, town, district, strict=True)
    ]
    pairs = zip(ward, near, strict=True)
    return pd.Series([", ".join(filter(None, pair)) for pair in pairs], index=areas.index, dtype=object)


def named(county: County) -> pd.Series:
    """Return each area's official name with what people call it: "East Lindsey 005B, Mablethorpe"."""
    also = called(county)
    return county.areas["area_name"].astype(object) + also.where(also == "", ", " + also)


def towns(county: County) -> pd.DataFrame | None:
    """Return the towns of a county (NAME_COLUMNS of `data.bundle`), None where its bundle names none."""
    if county.names is None:
        return None
    return county.names[county.names["kind"] == "town"].reset_index(drop=True)


def labels(areas: pd.DataFrame, found: pd.DataFrame | None) -> pd.DataFrame:
    """Return the names to write on a map of `areas` and where, those to write first on top: columns of NAME_COLUMNS.

    `found` are the towns; without any, districts are named at their middle. A town that its district is called after
    comes before its suburbs, then the towns with the most young people within NEAR_M.
    """
    if found is None or found.empty:
        where = areas.groupby("district_name")[["easting_m", "northing_m"]].mean()
        found = where.rename_axis("name").reset_index()
    centres = cKDTree(areas[["easting_m", "northing_m"]].to_numpy(dtype=float))
    around = centres.query_ball_point(found[["easting_m", "northing_m"]].to_numpy(dtype=float), NEAR_M)
    people = areas["young_people"].fillna(0).to_numpy(dtype=float)
    rank = pd.DataFrame({"people": [people[near].sum() for near in around]}, index=found.index)
    rank["is_district"] = found["name"].isin(areas["district_name"])
    return found.loc[rank.sort_values(["is_district", "people"], ascending=False, kind="stable").index]


def _says(words: str, name: str) -> bool:
    return name.casefold() in words.casefold()


def _town(areas: pd.DataFrame, found: pd.DataFrame | None) -> list[str]:
    """Return the nearest town of each area, "" where none is near."""
    if found is None or found.empty:
        return [""] * len(areas)
    tree = cKDTree(found[["easting_m", "northing_m"]].to_numpy(dtype=float))
    away, nearest = tree.query(areas[["easting_m", "northing_m"]].to_numpy(dtype=float))
    names = found["name"].astype(str).to_numpy()[nearest]
    return [name if metres <= NEAR_M else "" for name, metres in zip(names, away, strict=True)]
