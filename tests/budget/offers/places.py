"""Small made-up places for the budget tests: a college at the origin, areas around it."""

import geopandas as gpd
import pandas as pd

from data import bundle

RURAL = "Smaller rural: Further from a major town or city"


def area_table(rows: list[dict]) -> gpd.GeoDataFrame:
    """Return an areas table; each row gives east_km, north_km and whatever differs from a poor, remote parish."""
    table = pd.DataFrame(
        [
            {
                "area_name": f"Parish {number}",
                "district_code": "X1",
                "district_name": row.get("district", "Vale"),
                "easting_m": 400_000 + row["east_km"] * 1000,
                "northing_m": 400_000 + row["north_km"] * 1000,
                "young_people": row.get("young_people", 100),
                "low_income_rate": row.get("low_income_rate", 0.3),
                "imd_rank": 500,
                "imd_decile": row.get("imd_decile", 1),
                "idaci_decile": 1,
                "education_decile": 1,
                "geographical_barriers_decile": 1,
                "rural_urban": row.get("rural_urban", RURAL),
                "is_rural": True,
            }
            for number, row in enumerate(rows, start=1)
        ],
        index=pd.Index([f"A{number}" for number in range(1, len(rows) + 1)], name="area_code"),
    ).astype(bundle.AREA_COLUMNS)
    return gpd.GeoDataFrame(
        table, geometry=gpd.points_from_xy(table["easting_m"], table["northing_m"]), crs=bundle.GRID
    )


def destination_table(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Return a destinations table of (id, kind, east_km, north_km)."""
    table = pd.DataFrame(
        [
            {
                "name": f"Place {name}",
                "kind": kind,
                "easting_m": 400_000 + east * 1000,
                "northing_m": 400_000 + north * 1000,
                "size": 1000.0,
            }
            for name, kind, east, north in rows
        ],
        index=pd.Index([row[0] for row in rows], name="destination_id"),
    )
    return table.astype(bundle.DESTINATION_COLUMNS)


def county(areas: gpd.GeoDataFrame, destinations: pd.DataFrame, journeys: pd.DataFrame | None = None) -> bundle.County:
    """Return a county of these places."""
    return bundle.County(areas, destinations, bundle.Manifest("Testshire", ("X1",), ()), journeys)


def journey(from_id: str, to_id: str, mode: str, minutes: float, **more) -> dict:
    """Return one imported journey."""
    given = {"from_id": from_id, "to_id": to_id, "mode": mode, "minutes": minutes, "distance_km": 10.0}
    return given | {"fare_pence": 300.0, "source": "routed", "as_of": "2026-09-01"} | more
