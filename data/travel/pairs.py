"""Choose the pairs of places whose journeys are estimated: over land, by ferry, and by lodging near the destination."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.figures import Figures
from data.travel.by_ferry import legs_of, nearest_by_ferry
from data.travel.ground import Ground
from data.travel.near import XY, nearest


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of a place and a destination, by how they are joined."""

    over_land: pd.DataFrame  # from_id, to_id, straight_km, land_km
    by_ferry: pd.DataFrame | None = None  # from_id, to_id, ferry, first_km, water_km, second_km; None: water not known
    to_lodge: pd.DataFrame | None = None  # from_id, to_id: no daily way over land within the furthest considered
    ground: Ground | None = None


def nearest_pairs(
    places: pd.DataFrame, destinations: pd.DataFrame, figures: Figures, ground: Ground | None = None
) -> Pairs:
    """Return each place's nearest destinations over land and by ferry.

    A place with none over land, such as one on an island, has its nearest in a straight line to lodge at.
    """
    k, within_km = int(figures["destinations_considered"]), figures["furthest_considered_km"]
    found = nearest(places, destinations, k, within_km, ground)
    over_land = found[np.isfinite(found["land_km"])]
    if ground is None:
        return Pairs(over_land)
    by_ferry = nearest_by_ferry(places, destinations, k, within_km, ground)
    cut_off = places[~places.index.isin(over_land["from_id"].unique())]
    return Pairs(over_land, by_ferry, nearest(cut_off, destinations, k, np.inf)[["from_id", "to_id"]], ground)


def given_pairs(
    pairs: pd.DataFrame, places: pd.DataFrame, destinations: pd.DataFrame, figures: Figures, ground: Ground | None
) -> Pairs:
    """Return the same for given pairs, from_id and to_id, however far apart they are."""
    start = places.loc[pairs["from_id"], XY].to_numpy(dtype=float)
    end = destinations.loc[pairs["to_id"], XY].to_numpy(dtype=float)
    straight_km = np.hypot(*(end - start).T) / 1000
    land_km = straight_km if ground is None else ground.over_land_km(start, end, np.inf)
    every = pairs[["from_id", "to_id"]].assign(straight_km=straight_km, land_km=land_km)
    over_land = every[np.isfinite(land_km)]
    if ground is None:
        return Pairs(over_land)
    by_ferry = legs_of(pairs, places, destinations, figures["furthest_considered_km"], ground)
    far = every[every["land_km"] > figures["furthest_considered_km"]]
    return Pairs(over_land, by_ferry, far[["from_id", "to_id"]], ground)
