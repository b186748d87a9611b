"""Made-up land and water for tests: boxes of water, given in km, in land that reaches far beyond them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.figures import Figure
from data.travel.crossings import Ferry
from data.travel.ground import Ground
from data.travel.water import water_map
from data.travel.ways import land_net

CLASS = "Smaller rural: Further from a major town or city"
FRAME = ((-60, -60, 110, -59), (-60, 109, 110, 110))  # water far off, so that the map reaches beyond what is tested
ESTUARY = (0, 0, 2, 20)  # 2 km wide, 20 km long, with land at either end


def strips(*boxes: tuple[float, float, float, float]) -> pd.DataFrame:
    """Return the strips of boxes of water: west, south, east and north in km, which must not touch."""
    rows = [
        (row, west * 1000, east * 1000)
        for west, south, east, north in boxes
        for row in range(round(south * 1000), round(north * 1000), 100)
    ]
    return pd.DataFrame(rows, columns=["south_m", "west_m", "east_m"]).astype("int32")


def land_around(*boxes: tuple, roads: Sequence[tuple] = (), ferries: Sequence[Ferry] = ()) -> Ground:
    """Return the ground around boxes of water, with roads over it as pairs of ends in km."""
    water = water_map(strips(*FRAME, *boxes))
    ends = [tuple(np.array(end, dtype=float) * 1000 for end in road) for road in roads]
    return Ground(water, land_net(water, ends, 150), tuple(ferries), 400)


def ferry(start: tuple, end: tuple, minutes: float = 10, wait: float = 5, fare: float = 2.0) -> Ferry:
    """Return a ferry between two quays in km."""
    figures = [
        Figure("test", "Test", unit, value, None)
        for unit, value in (("minutes", minutes), ("minutes", wait), ("£ a journey", fare))
    ]
    quays = tuple((east * 1000.0, north * 1000.0) for east, north in (start, end))
    return Ferry("test", "A and B", quays, *figures)


def points(*places: tuple[float, float]) -> np.ndarray:
    """Return places in km as eastings and northings in metres."""
    return np.array(places, dtype=float) * 1000


def table(*places: tuple[float, float], prefix: str = "P") -> pd.DataFrame:
    """Return a table of places in km, all remote rural."""
    xy = points(*places)
    index = [f"{prefix}{number}" for number in range(len(xy))]
    return pd.DataFrame({"easting_m": xy[:, 0], "northing_m": xy[:, 1], "rural_urban": CLASS}, index=index)
