"""Name the places of a council as people call them: town centres to draw on a map, and the ward of each area.

Areas are called "East Lindsey 005B", which nobody says. The DfT's town centres and the ward of each area in the ONS
lookup say "Mablethorpe". Names change no plan, so that a bundle without them is as good for everything else.
"""

import pandas as pd
import shapely
from scipy.spatial import cKDTree

from data.faults import Fault
from data.official import cells
from data.official.lookups import LSOA21
from data.official.recognise import Recognised
from data.official.tables import OfficialTable, faults_in, read, read_each

TOWN, WARD = "town", "ward"
WARD_NAME = "wd??nm|ward??*name"
NEAR_M = 5_000  # a town centre farther than this from every area is no place of the council


def read_names(
    recognised: Recognised, areas: pd.DataFrame, faults: list[Fault]
) -> tuple[pd.DataFrame | None, list[OfficialTable]]:
    """Return the names of places of the areas, and the files they come from; None where no file gives any.

    `areas`: index area_code, with easting_m, northing_m and geometry in metres. The table has NAME_COLUMNS of
    `data.bundle`: one row a town centre, with the area that it stands in, and one row an area with its ward. A file
    that cannot be read adds its faults to `faults`.
    """
    towns = read_each(recognised.read_by("towns")[:1], _towns, faults)
    with_wards = [source for source in recognised.read_by("lookup_district") if source.has(WARD_NAME)]
    with_wards.sort(key=lambda source: -source.year_in_header(WARD_NAME))
    wards = read_each(with_wards[:1], _wards, faults)
    parts = [_in_areas(table, areas) for _, table in towns] + [_of_areas(table, areas) for _, table in wards]
    parts = [part for part in parts if len(part)]
    if not parts:
        return None, []
    return pd.concat(parts, ignore_index=True), [source for source, _ in (*towns, *wards)]


def _towns(source: OfficialTable) -> pd.DataFrame:
    raw = read(source, {"name": "town_name|town name", "easting_m": "easting", "northing_m": "northing"})
    table = pd.DataFrame({"name": cells.text(raw["name"]), "kind": TOWN})
    with faults_in(source) as faults:
        for column in ("easting_m", "northing_m"):
            table[column] = cells.numbers(raw[column], column, faults, least=0, most=1_300_000).astype("float64")
    return table.dropna().sort_values("name", kind="stable", ignore_index=True)


def _in_areas(towns: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Return the towns that stand in an area or near one, each with that area's code."""
    points = shapely.points(towns[["easting_m", "northing_m"]].to_numpy(dtype=float))
    centres = areas[["easting_m", "northing_m"]].to_numpy(dtype=float)
    away, nearest = cKDTree(centres).query(towns[["easting_m", "northing_m"]].to_numpy(dtype=float))
    town, area = shapely.STRtree(areas.geometry.to_numpy()).query(points, predicate="within")
    nearest[town], away[town] = area, 0
    return towns.assign(area_code=areas.index[nearest])[away <= NEAR_M]


def _wards(source: OfficialTable) -> pd.Series:
    raw = read(source, {"area_code": LSOA21, "ward": WARD_NAME})
    table = pd.DataFrame({name: cells.text(raw[name]) for name in raw}).dropna().drop_duplicates("area_code")
    return table.set_index("area_code")["ward"]


def _of_areas(wards: pd.Series, areas: pd.DataFrame) -> pd.DataFrame:
    named = wards.reindex(areas.index).dropna()
    where = areas.loc[named.index, ["easting_m", "northing_m"]].astype("float64")
    table = pd.DataFrame({"name": named, "kind": WARD}).join(where)
    return table.assign(area_code=named.index).reset_index(drop=True)
