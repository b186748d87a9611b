"""Work out how far it is from each area to the nearest destination: measured where a travel matrix says, else bounds.

A distance that nobody has measured lies between two bounds (`travel.distance_bounds`). A travel matrix settles it pair
by pair: the shortest `distance_km` that it gives for a pair, by whatever mode, is the length of the route.
"""

import numpy as np
import pandas as pd

from data import travel
from data.figures import Figures


def measured(journeys: pd.DataFrame | None) -> pd.Series:
    """Return the shortest route that a travel matrix gives for each pair, in km, by from_id and to_id.

    Rows without a distance say nothing here, and neither do estimates.
    """
    if journeys is None:
        empty = pd.MultiIndex.from_arrays([[], []], names=["from_id", "to_id"])
        return pd.Series([], index=empty, dtype="float64", name="distance_km")
    known = journeys[journeys["distance_km"].notna() & (journeys["source"] != travel.ESTIMATE)]
    return known.groupby(["from_id", "to_id"], sort=False)["distance_km"].min()


def to_nearest(
    areas: pd.DataFrame,
    destinations: pd.DataFrame,
    figures: Figures,
    journeys: pd.DataFrame | None,
    ground: travel.Ground | None = None,
) -> tuple[pd.Series, pd.Series]:
    """Return the least and the most that the route from each area to its nearest destination can be, in km.

    `areas` and `destinations` have easting_m and northing_m. The least is the shortest of the measured routes and of
    the lower bounds of those not measured, the most likewise. With no destination within the radius considered the
    least is that radius less the extent of a place, and the most is inf.
    """
    furthest = figures["furthest_considered_km"]
    routes = measured(travel.between(journeys, areas.index, destinations.index))
    nearest_route = routes.groupby("from_id").min().reindex(areas.index)
    pairs = _nearest_not_measured(areas, destinations, furthest, routes, ground)
    low, high = travel.distance_bounds(pairs["straight_km"], figures, pairs["land_km"])
    bounds = pd.DataFrame({"low": low, "high": high}).groupby(pairs["from_id"]).min().reindex(areas.index)
    # None within the radius considered: at least that far, and nothing known beyond.
    at_least, _ = travel.distance_bounds(pd.Series([furthest]), figures)
    low, high = bounds["low"].fillna(at_least[0]), bounds["high"].fillna(np.inf)
    return np.fmin(low, nearest_route), np.fmin(high, nearest_route)


def _nearest_not_measured(
    areas: pd.DataFrame,
    destinations: pd.DataFrame,
    furthest: float,
    routes: pd.Series,
    ground: travel.Ground | None,
) -> pd.DataFrame:
    """Return the nearest destinations of each area, among them the nearest over land whose route was not measured.

    Columns: those of `travel.nearest`; areas with measured routes have every destination that was not measured.
    """
    found = travel.nearest(areas, destinations, 1, furthest, ground)
    partly = routes.index.get_level_values("from_id").unique()
    if not len(partly):
        return found
    every = travel.nearest(areas.loc[areas.index.isin(partly)], destinations, len(destinations), furthest, ground)
    pairs = pd.MultiIndex.from_frame(every[["from_id", "to_id"]])
    left = every[~pairs.isin(routes.index)]
    return pd.concat([found[~found["from_id"].isin(partly)], left], ignore_index=True)


def could_be_within(
    areas: pd.DataFrame,
    destinations: pd.DataFrame,
    figures: Figures,
    journeys: pd.DataFrame | None,
    km: float,
    ground: travel.Ground | None = None,
) -> pd.DataFrame:
    """Return the pairs whose route nobody has measured and that may be shorter than `km`, nearest first.

    Columns from_id, to_id, straight_km. When each of them is measured, it is settled whether any destination is within
    `km` of the area.
    """
    every = travel.nearest(areas, destinations, len(destinations), km + figures["place_extent_km"])
    land_km = every["straight_km"]
    if ground is not None and len(every):
        start = areas.loc[every["from_id"], ["easting_m", "northing_m"]].to_numpy(dtype=float)
        end = destinations.loc[every["to_id"], ["easting_m", "northing_m"]].to_numpy(dtype=float)
        furthest = figures["furthest_considered_km"]
        land_km = pd.Series(ground.over_land_km(start, end, furthest), index=every.index)
    low, _ = travel.distance_bounds(every["straight_km"], figures, land_km)
    pairs = pd.MultiIndex.from_frame(every[["from_id", "to_id"]])
    left = every[(low < km).to_numpy() & ~pairs.isin(measured(journeys).index)]
    return left.sort_values(["from_id", "straight_km", "to_id"], kind="stable").reset_index(drop=True)
