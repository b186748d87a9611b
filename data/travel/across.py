"""Say for which places the nearest destination lies across wide water, and how far the way round is."""

import numpy as np
import pandas as pd

from data.faults import Noted
from data.figures import Figures
from data.travel.ground import Ground, ground
from data.travel.near import XY, nearest
from data.travel.remember import remembered

LITTLE = 1.1  # a way round that is hardly longer than the straight line clips a bay: no barrier
COLUMNS = ["to_id", "straight_km", "land_km"]


def across_water(
    places: pd.DataFrame, destinations: pd.DataFrame, figures: Figures, land: Ground | None
) -> pd.DataFrame:
    """Return the places whose nearest destination in a straight line lies across wide water.

    Index: that of `places`; to_id of that destination, straight_km, and land_km of the way round over land: inf where
    none is known up to the furthest distance considered. A way round that is at most a tenth longer is not counted.
    Empty where water is not known.
    """
    within_km = figures["furthest_considered_km"]
    pairs = nearest(places, destinations, 1, within_km).set_index("from_id")
    if land is None or pairs.empty:
        return pairs[COLUMNS].iloc[:0]
    start = places.loc[pairs.index, XY].to_numpy(dtype=float)
    end = destinations.loc[pairs["to_id"], XY].to_numpy(dtype=float)
    broken = land.broken(start, end)
    pairs = pairs[broken]
    pairs = pairs.assign(land_km=_over_land_km(land, start[broken], end[broken], within_km))[COLUMNS]
    return pairs[pairs["land_km"] > LITTLE * pairs["straight_km"]]


@remembered
def _over_land_km(land: Ground, start: np.ndarray, end: np.ndarray, within_km: float) -> np.ndarray:
    return land.over_land_km(start, end, within_km)


def build_warnings(
    strips: pd.DataFrame | None, areas: pd.DataFrame, destinations: pd.DataFrame, figures: Figures
) -> list[str]:
    """Return what a build has to say of water between the areas and their colleges."""
    colleges = destinations[destinations["kind"].isin(("college", "sixth_form"))]
    across = across_water(areas, colleges, figures, ground(strips, figures))
    if across.empty:
        return []
    cut_off = int(np.isinf(across["land_km"]).sum())
    told = (
        f"Water: {len(across):,} of {len(areas):,} areas have their nearest college or sixth form in a straight line "
        "across the sea or an estuary. The way round over land, or a ferry of crossings.toml, counts for them"
    )
    further = ""
    if cut_off:
        furthest = figures["furthest_considered_km"]
        further = f"; for {cut_off:,} no way over land of {furthest:g} km or less is known"
        told += f"{further}. Import measured journeys (--journeys) to settle them"
    parts = {"some": f"{len(across):,}", "all": f"{len(areas):,}", "further": further}
    return [Noted(told + ".", "across_water", **parts)]
