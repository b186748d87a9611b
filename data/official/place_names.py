"""Name the places of a council as people call them: towns to draw on a map, the ward of each area, and villages.

Areas are called "East Lindsey 005B", which nobody says. The DfT's town centres and the ward of each area in the ONS
lookup say "Mablethorpe"; OS Open Names has every village and hamlet. Where it is not loaded, many a village is found by
its school. Names change no plan, so that a bundle without them is as good for everything else.
"""

import pandas as pd
import shapely
from scipy.spatial import cKDTree

from data.faults import Fault
from data.official import cells
from data.official.lookups import LSOA21
from data.official.recognise import Recognised
from data.official.tables import OfficialTable, faults_in, read, read_each

TOWN, WARD, PLACE, SCHOOL = "town", "ward", "place", "school"
SETTLEMENTS = ("city", "town", "village", "hamlet", "suburban area", "other settlement")  # local types of Open Names
GIVES = {  # by the reader of a source: what of the names comes from it, and a note
    "towns": ("names: towns", "town centres"),
    "lookup_district": ("names: wards", "the ward of each area"),
    "open_names": ("names: villages", "cities, towns, suburbs, villages and hamlets"),
}
WARD_NAME = "wd??nm|ward??*name"
BESIDE_M = 500  # boundaries are generalised: a place so far off the council's areas, as at the coast, is in one of them
NEAR_M = 5_000  # a town centre farther than this from every area is no place of the council


def read_names(
    recognised: Recognised, areas: pd.DataFrame, establishments: pd.DataFrame | None, faults: list[Fault]
) -> tuple[pd.DataFrame | None, list[OfficialTable]]:
    """Return the names of places of the areas, and the files they come from; None where no file gives any.

    `areas`: index area_code, with easting_m, northing_m and geometry in metres; `establishments` is Get Information
    About Schools. The table has NAME_COLUMNS of `data.bundle`: one row a town centre, settlement or open school, with
    the area that it stands in, and one row an area with its ward. A file that cannot be read adds to `faults`.
    """
    towns = read_each(recognised.read_by("towns")[:1], _towns, faults)
    with_wards = [source for source in recognised.read_by("lookup_district") if source.has(WARD_NAME)]
    with_wards.sort(key=lambda source: -source.year_in_header(WARD_NAME))
    wards = read_each(with_wards[:1], _wards, faults)
    settled = read_each(recognised.read_by("open_names"), _settlements, faults)
    parts = [_in_areas(table, areas) for _, table in towns] + [_of_areas(table, areas) for _, table in wards]
    parts += [_inside(table, areas) for _, table in settled]
    if establishments is not None:
        running = establishments.loc[establishments["open"], ["name", "easting_m", "northing_m"]]
        parts.append(_inside(running.assign(kind=SCHOOL).dropna(), areas))
    parts = [part for part in parts if len(part)]
    if not parts:
        return None, []
    return pd.concat(parts, ignore_index=True), [source for source, _ in (*towns, *wards, *settled)]


def _towns(source: OfficialTable) -> pd.DataFrame:
    raw = read(source, {"name": "town_name|town name", "easting_m": "easting", "northing_m": "northing"})
    table = pd.DataFrame({"name": cells.text(raw["name"]), "kind": TOWN})
    with faults_in(source) as faults:
        for column in ("easting_m", "northing_m"):
            table[column] = cells.numbers(raw[column], column, faults, least=0, most=1_300_000).astype("float64")
    return table.dropna().sort_values("name", kind="stable", ignore_index=True)


def _settlements(source: OfficialTable) -> pd.DataFrame:
    """Read the cities, towns, villages and hamlets of OS Open Names; one whose place is no number is left out."""
    raw = read(source, {"name": "name1", "type": "local_type", "easting_m": "geometry_x", "northing_m": "geometry_y"})
    raw = raw[cells.text(raw["type"]).str.casefold().isin(SETTLEMENTS).fillna(False).to_numpy(dtype=bool)]
    table = pd.DataFrame({"name": cells.text(raw["name"]), "kind": PLACE})
    for column in ("easting_m", "northing_m"):
        table[column] = pd.to_numeric(raw[column], errors="coerce").astype("float64")
    return table.dropna().sort_values("name", kind="stable", ignore_index=True)


def _inside(places: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Return the places that stand in an area or within BESIDE_M of one, each with that area's code."""
    points = shapely.points(places[["easting_m", "northing_m"]].to_numpy(dtype=float))
    tree = shapely.STRtree(areas.geometry.to_numpy())
    place, area = tree.query_nearest(points, max_distance=BESIDE_M, all_matches=False)
    return places.iloc[place].assign(area_code=areas.index[area]).reset_index(drop=True)


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
