"""Make the example county again: `python -m data.example.generate`.

Marrowshire is made up. Its names exist nowhere, its codes begin with X and it is in the North Sea, so that nobody takes
it for a real place, and it has no real postcode. It has the structure of a real county: a city, four market
towns, a coast with a resort, remote parishes, deprivation in patches rather than along a gradient, and colleges in few
places. Everything is drawn from one seeded generator, so the same script makes the same county.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data import bundle
from data.example import FOLDER, postcodes

SEED = 20171128  # the day the State of the Nation report asked councils to subsidise such transport
LSOAS_IN_ENGLAND = 33_755
USUAL_RATE = 0.19  # of low income in England, from which the example draws ranks and percentiles
OUTLINE = shapely.Polygon(  # British National Grid metres, in the North Sea
    [(632e3, 392e3), (646e3, 384e3), (668e3, 386e3), (687e3, 394e3), (694e3, 409e3), (690e3, 424e3), (697e3, 436e3),
     (681e3, 446e3), (660e3, 441e3), (643e3, 444e3), (634e3, 428e3), (629e3, 410e3)]
)  # fmt: skip
URBAN_NEAR, URBAN_FAR = "Urban: Nearer to a major town or city", "Urban: Further from a major town or city"
LARGER_NEAR, LARGER_FAR = (URBAN_NEAR.replace("Urban", "Larger rural"), URBAN_FAR.replace("Urban", "Larger rural"))
SMALLER_NEAR, SMALLER_FAR = (URBAN_NEAR.replace("Urban", "Smaller rural"), URBAN_FAR.replace("Urban", "Smaller rural"))
NEAR_THE_CITY_KM = 18


@dataclass(frozen=True, slots=True)
class Settlement:
    """A place with several areas: where it is, how wide, how deprived, and in which district."""

    name: str
    easting_m: float
    northing_m: float
    areas: int
    spread_m: float
    deprivation: float  # added to the patchy field
    district: str
    rural_urban: str


SETTLEMENTS = (
    Settlement("Harrowmere", 650e3, 405e3, 58, 2600, 0.05, "Harrowmere City", URBAN_NEAR),
    Settlement("Tidewold", 691e3, 411e3, 14, 1500, 0.17, "Tidewold Coast", URBAN_FAR),
    Settlement("Cobbleford", 668e3, 432e3, 11, 1200, 0.03, "North Fennick", URBAN_FAR),
    Settlement("Brindlewick", 674e3, 396e3, 9, 1100, 0.02, "Tidewold Coast", LARGER_FAR),
    Settlement("Corvey Staithe", 640e3, 434e3, 8, 1000, 0.06, "North Fennick", LARGER_FAR),
    Settlement("Quernham Drove", 658e3, 419e3, 7, 1000, -0.02, "Brindle Vale", LARGER_NEAR),
)
DISTRICTS = {
    "Harrowmere City": "X07000001",
    "Tidewold Coast": "X07000002",
    "North Fennick": "X07000003",
    "Brindle Vale": "X07000004",
}
PARISHES = 73  # remote and not so remote rural areas
BEGIN = ["Asker", "Bram", "Cald", "Dunner", "Elm", "Fosk", "Garth", "Hollin", "Ings", "Keld", "Lund", "Mawth", "Osk"]
END = ["beckby", "drovethorpe", "fenham", "garthwick", "holmeby", "ingsley", "marshthorpe", "staithby", "wathe"]


def make() -> bundle.County:
    """Return the example county, the same at every call."""
    draw = np.random.default_rng(SEED)
    places = _places(draw)
    areas = _areas(places, draw)
    return bundle.County(areas, _destinations(), _manifest(), postcodes=postcodes.make(areas), names=_towns(areas))


def _places(draw: np.random.Generator) -> pd.DataFrame:
    """Return one point for each area: towns drawn around their centre, parishes spread over the county."""
    rows: list[tuple] = []
    for town in SETTLEMENTS:
        while sum(row[2] == town.name for row in rows) < town.areas:
            point = draw.normal((town.easting_m, town.northing_m), town.spread_m)
            if OUTLINE.contains(shapely.Point(point)):
                rows.append((*np.round(point), town.name, town.district, town.rural_urban))
    taken = [(town.easting_m, town.northing_m, 4 * town.spread_m) for town in SETTLEMENTS]
    while sum(row[2] == "" for row in rows) < PARISHES:
        point = draw.uniform((629e3, 384e3), (697e3, 446e3))
        clear = all(np.hypot(point[0] - x, point[1] - y) > radius for x, y, radius in taken)
        if clear and OUTLINE.contains(shapely.Point(point)):
            taken.append((*point, 3000))
            to_city_km = np.hypot(point[0] - 650e3, point[1] - 405e3) / 1000
            rural_urban = SMALLER_NEAR if to_city_km < NEAR_THE_CITY_KM else SMALLER_FAR
            rows.append((*np.round(point), "", _district(point), rural_urban))
    return pd.DataFrame(rows, columns=["easting_m", "northing_m", "settlement", "district_name", "rural_urban"])


def _district(point: np.ndarray) -> str:
    """Return the district of a parish: the coast in the east, the north, else the vale."""
    if point[0] > 672e3 and point[1] < 428e3:
        return "Tidewold Coast"
    return "North Fennick" if point[1] > 424e3 else "Brindle Vale"


def _areas(places: pd.DataFrame, draw: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the areas table: shapes, names, young people and deprivation."""
    count = len(places)
    points = shapely.points(places[["easting_m", "northing_m"]].to_numpy())
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=OUTLINE))
    order = shapely.STRtree(cells).query(points, predicate="within")[1]
    geometry = shapely.set_precision(shapely.intersection(cells[order], OUTLINE), 1.0)
    rate = _low_income_rate(places, draw)
    rank = _rank(rate, draw)
    barriers = places["rural_urban"].str.startswith("Smaller").to_numpy() * 0.6 + draw.uniform(0, 0.4, count)
    table = pd.DataFrame(
        {
            "area_name": pd.array(_names(places, draw), dtype="string"),
            "district_code": places["district_name"].map(DISTRICTS).astype("string").to_numpy(),
            "district_name": places["district_name"].astype("string").to_numpy(),
            "easting_m": places["easting_m"].to_numpy(),
            "northing_m": places["northing_m"].to_numpy(),
            "young_people": draw.normal(52, 11, count).clip(22, 95).round(),
            "low_income_rate": rate,
            "low_income_percentile": ((1 - np.exp(-rate / USUAL_RATE)) * 100).round(2),
            "imd_rank": pd.array(rank, dtype="Int64"),
            "imd_decile": pd.array(_decile(rank), dtype="Int64"),
            "idaci_decile": pd.array(_decile(_rank(rate, draw)), dtype="Int64"),
            "education_decile": pd.array(_decile(_rank(rate, draw)), dtype="Int64"),
            "geographical_barriers_decile": pd.array((10 - (barriers * 9.99).astype(int)), dtype="Int64"),
            "rural_urban": places["rural_urban"].astype("string").to_numpy(),
            "is_rural": pd.array(places["rural_urban"].str.contains("rural").to_numpy(), dtype="boolean"),
        },
        index=pd.Index([f"X01{number:06d}" for number in range(1, count + 1)], name="area_code"),
    )
    return gpd.GeoDataFrame(table, geometry=geometry, crs=bundle.GRID)


def _low_income_rate(places: pd.DataFrame, draw: np.random.Generator) -> np.ndarray:
    """Return rates in patches: many small bumps over a low ground, the town's own level, and a little noise."""
    where = places[["easting_m", "northing_m"]].to_numpy()
    field = np.full(len(places), 0.1)
    chance = np.where(places["settlement"] == "Harrowmere", 1.0, 3.0)  # a patch is likelier outside the city
    for centre in draw.choice(where, 34, replace=False, p=chance / chance.sum()):
        height, width = draw.uniform(0.06, 0.22), draw.uniform(1500, 4500)
        field += height * np.exp(-((where - centre) ** 2).sum(axis=1) / (2 * width**2))
    town = {settlement.name: settlement.deprivation for settlement in SETTLEMENTS}
    field += places["settlement"].map(town).fillna(0.0).to_numpy() + draw.normal(0, 0.025, len(places))
    return field.clip(0.02, 0.62).round(3)


def _rank(rate: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Return a rank in England as such a rate might have, 1 the most deprived: not quite the order of the rates."""
    share = np.exp(-((rate * draw.normal(1, 0.08, len(rate))).clip(0.001) / USUAL_RATE))
    return np.clip(np.round(share * LSOAS_IN_ENGLAND), 1, LSOAS_IN_ENGLAND).astype("int64")


def _decile(rank: np.ndarray) -> np.ndarray:
    return np.ceil(rank / LSOAS_IN_ENGLAND * 10).astype("int64")


def _names(places: pd.DataFrame, draw: np.random.Generator) -> list[str]:
    """Return one name for each area: the town's with a number, the parish's own made-up name."""
    parishes = [begin + end for begin in BEGIN for end in END]
    in_random_order = iter(draw.permutation(parishes))
    counts: dict[str, int] = {}
    names = []
    for settlement in places["settlement"]:
        counts[settlement] = counts.get(settlement, 0) + 1
        names.append(f"{settlement} {counts[settlement]:02d}" if settlement else str(next(in_random_order)))
    return names


def _destinations() -> pd.DataFrame:
    """Return colleges in few places, school sixth forms in the towns, and centres of employment."""
    rows = [
        ("X-C1", "Harrowmere College", "college", 651e3, 405.5e3, 4200),
        ("X-C2", "Cobbleford Institute of Further Education", "college", 668.5e3, 431.5e3, 1300),
        ("X-S1", "Harrowmere Minster Sixth Form", "sixth_form", 649e3, 404e3, 310),
        ("X-S2", "Tidewold Academy Sixth Form", "sixth_form", 690.5e3, 410.5e3, 120),
        ("X-S3", "Brindlewick High School Sixth Form", "sixth_form", 674.2e3, 396.3e3, 95),
        ("X-S4", "Dykemoor Sluice Sixth Form (next county)", "sixth_form", 622e3, 419e3, 240),
        ("X-E1", "Harrowmere city centre", "employment_centre", 650e3, 405e3, 5000),
        ("X-E2", "Harrowmere dock estate", "employment_centre", 653e3, 407e3, 5000),
        ("X-E3", "Harrowmere southern park", "employment_centre", 648.5e3, 401.5e3, 500),
        ("X-E4", "Cobbleford", "employment_centre", 668e3, 432e3, 500),
        ("X-E5", "Tidewold harbour", "employment_centre", 691.2e3, 411.5e3, 500),
        ("X-E6", "Brindlewick", "employment_centre", 674e3, 396e3, 500),
        ("X-E7", "Corvey Staithe", "employment_centre", 640e3, 434e3, 100),
        ("X-E8", "Dykemoor Sluice (next county)", "employment_centre", 621.5e3, 418.5e3, 5000),
    ]
    table = pd.DataFrame(rows, columns=["destination_id", *bundle.DESTINATION_COLUMNS])
    return table.set_index("destination_id").astype(bundle.DESTINATION_COLUMNS)


def _towns(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the towns with the area that each stands in."""
    rows = [(town.name, "town", town.easting_m, town.northing_m) for town in SETTLEMENTS]
    table = pd.DataFrame(rows, columns=list(bundle.NAME_COLUMNS)[:-1])
    points = gpd.GeoDataFrame(
        table, geometry=gpd.points_from_xy(table["easting_m"], table["northing_m"]), crs=bundle.GRID
    )
    inside = points.sjoin(areas[["geometry"]], predicate="within")
    return table.assign(area_code=inside["area_code"]).astype(bundle.NAME_COLUMNS)


def _manifest() -> bundle.Manifest:
    rows = sum(town.areas for town in SETTLEMENTS) + PARISHES
    title = "Marrowshire, a made-up county"
    source = bundle.BundleSource("example", title, "Farebridge", "MIT", "", "made up", "generate.py", "", rows)
    made_up = {"source": "example", "note": "Drawn from a seeded generator; describes no real place."}
    columns = {f"areas.{name}": made_up for name in (*bundle.AREA_COLUMNS, *bundle.NEWER_COLUMNS)}
    columns |= {f"destinations.{name}": made_up for name in bundle.DESTINATION_COLUMNS}
    columns["postcodes"] = columns["names"] = made_up
    return bundle.Manifest(
        name="Marrowshire (made up)",
        councils=("X10000001",),
        sources=(source,),
        columns=columns,
        warnings=("This county is made up. Build a bundle of your own with `python -m data build`.",),
        made_up=True,
    )


if __name__ == "__main__":
    saved = bundle.save(make(), FOLDER)
    print(f"{len(saved.areas)} areas, {len(saved.destinations)} destinations")
