"""Find which pairs of places a ferry joins, and how far each is from its quay."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.travel.ground import Ground
from data.travel.near import XY
from data.travel.remember import remembered

LEG_COLUMNS = ["from_id", "to_id", "ferry", "first_km", "water_km", "second_km"]


def nearest_by_ferry(
    places: pd.DataFrame, destinations: pd.DataFrame, k: int, within_km: float, ground: Ground
) -> pd.DataFrame:
    """Return the k nearest destinations of each place on the other side of wide water that a ferry crosses.

    Columns: from_id, to_id, ferry (its number in `ground.ferries`), first_km from the place to the quay, water_km,
    second_km from the other quay; both over land, together at most `within_km`.
    """
    start, end = (each[XY].to_numpy(dtype=float) for each in (places, destinations))
    return _named(_nearest_rows(start, end, k, within_km, ground), places, destinations)


def legs_of(
    pairs: pd.DataFrame, places: pd.DataFrame, destinations: pd.DataFrame, within_km: float, ground: Ground
) -> pd.DataFrame:
    """Return the same for given pairs, from_id and to_id; those that no ferry joins are absent."""
    start, end = (each[XY].to_numpy(dtype=float) for each in (places, destinations))
    row, column = places.index.get_indexer(pairs["from_id"]), destinations.index.get_indexer(pairs["to_id"])
    parts = [
        (row, column, np.full(len(row), number), first[row], np.full(len(row), water_km), second[column])
        for number, first, second, water_km in _legs(start, end, within_km, ground)
    ]
    return _named(_best(parts, start, end, len(end), within_km, ground), places, destinations)


@remembered
def _nearest_rows(start: np.ndarray, end: np.ndarray, k: int, within_km: float, ground: Ground) -> pd.DataFrame:
    parts = []
    for number, first, second, water_km in _legs(start, end, within_km, ground):
        near = np.argsort(second, kind="stable")[:k]
        near = near[np.isfinite(second[near])]
        place = np.flatnonzero(np.isfinite(first))
        row, column = np.repeat(place, len(near)), np.tile(near, len(place))
        parts.append((row, column, np.full(len(row), number), first[row], np.full(len(row), water_km), second[column]))
    return _best(parts, start, end, k, within_km, ground)


def _legs(
    start: np.ndarray, end: np.ndarray, within_km: float, ground: Ground
) -> Iterator[tuple[int, np.ndarray, np.ndarray, float]]:
    """Yield, for each ferry and way round: its number, km of places and of destinations to their quays, km of water."""
    for number, ferry in enumerate(ground.ferries):
        quays = np.array(ferry.ends)
        water_km = float(np.hypot(*(quays[1] - quays[0]))) / 1000
        to_places, to_ends = (ground.from_each_km(quays, each, within_km) for each in (start, end))
        yield number, to_places[0], to_ends[1], water_km
        yield number, to_places[1], to_ends[0], water_km


def _best(
    parts: list[tuple], start: np.ndarray, end: np.ndarray, k: int, within_km: float, ground: Ground
) -> pd.DataFrame:
    """Keep the shortest ferry of each pair whose straight line is broken and that no shorter way over land joins."""
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype=float) for name in ("row", "column", *LEG_COLUMNS[2:])})
    row, column, number, first, water, second = (np.concatenate(each) for each in zip(*parts, strict=True))
    table = pd.DataFrame(
        {"row": row, "column": column, "ferry": number, "first_km": first, "water_km": water, "second_km": second}
    )
    table = table[table["first_km"] + table["second_km"] <= within_km]
    table["km"] = table[["first_km", "water_km", "second_km"]].sum(axis=1)
    table = table.sort_values(["row", "km", "column"], kind="stable").drop_duplicates(["row", "column"])
    over_land_km = ground.over_land_km(start[table["row"]], end[table["column"]], within_km)
    return table[over_land_km > table["km"].to_numpy()].groupby("row").head(k)


def _named(table: pd.DataFrame, places: pd.DataFrame, destinations: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the ids of its places and destinations in place of their numbers."""
    ids = {
        "from_id": places.index.to_numpy()[table["row"].astype(int)],
        "to_id": destinations.index.to_numpy()[table["column"].astype(int)],
    }
    return table.assign(**ids)[LEG_COLUMNS].reset_index(drop=True)
