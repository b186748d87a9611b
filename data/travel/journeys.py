"""Estimate journeys from the straight line, and put those of an imported travel matrix in their place.

A straight line is never longer than the road, so a distance is a pair of bounds: the straight line less the extent of
a place, and the longest likely multiple of it. The minutes of base modes (walking, cycling, car, bus) are estimates
from the straight line; those of derived modes (e-bike, moped, shared taxi, minibus) follow from them. Every estimate is
labelled `estimate`. An imported matrix, made by any routing engine, overrides estimates pair by pair. The modes, their
figures and the sources are in travel.toml.

The journeys table has one row for each pair of places and mode:
    from_id, to_id, mode, minutes, distance_km, fare_pence, source, as_of
Unreachable is inf minutes; a pair that was not asked is absent; what is not known is NaN.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from data.figures import Figures
from data.travel.modes import CLASS_FIGURES, Mode, all_modes, rural_urban_code

ESTIMATE = "estimate"
KEYS = ["from_id", "to_id", "mode"]
JOURNEY_COLUMNS = [*KEYS, "minutes", "distance_km", "fare_pence", "source", "as_of"]


def nearest(places: pd.DataFrame, destinations: pd.DataFrame, k: int, within_km: float) -> pd.DataFrame:
    """Return the k nearest destinations of each place in a straight line, nearest first.

    `places` and `destinations` have easting_m and northing_m (British National Grid). A place with none within
    `within_km` has no row. Columns: from_id, to_id, straight_km.
    """
    if places.empty or destinations.empty:
        return pd.DataFrame({"from_id": [], "to_id": [], "straight_km": pd.Series(dtype=float)})
    k = min(k, len(destinations))
    tree = cKDTree(destinations[["easting_m", "northing_m"]].to_numpy())
    metres, found = tree.query(
        places[["easting_m", "northing_m"]].to_numpy(), k=range(1, k + 1), distance_upper_bound=within_km * 1000
    )
    row, column = np.nonzero(np.isfinite(metres))
    return pd.DataFrame(
        {
            "from_id": places.index.to_numpy()[row],
            "to_id": destinations.index.to_numpy()[found[row, column]],
            "straight_km": metres[row, column] / 1000,
        }
    )


def distance_bounds(straight_km: pd.Series, figures: Figures) -> tuple[pd.Series, pd.Series]:
    """Return the least and the most that the road distance can be, in km. The most is a 90th percentile, not proof."""
    return (straight_km - figures["place_extent_km"]).clip(lower=0), straight_km * figures["road_factor_high"]


def base_journeys(
    places: pd.DataFrame, destinations: pd.DataFrame, figures: Figures, imported: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the journeys by base modes to the nearest destinations, overridden by the import.

    `places` has easting_m, northing_m and rural_urban; `destinations` easting_m and northing_m.
    """
    pairs = nearest(places, destinations, int(figures["destinations_considered"]), figures["furthest_considered_km"])
    imported_here = between(imported, places.index, destinations.index)
    return estimate_base_modes(pairs, places["rural_urban"], figures, imported_here)


def between(imported: pd.DataFrame | None, from_ids: Iterable, to_ids: Iterable) -> pd.DataFrame | None:
    """Return the imported journeys from any of these places to any of these destinations."""
    if imported is None:
        return None
    return imported[imported["from_id"].isin(from_ids) & imported["to_id"].isin(to_ids)]


def estimate_base_modes(
    pairs: pd.DataFrame, rural_urban: pd.Series, figures: Figures, imported: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the journeys by base modes for each pair of `nearest`, overridden by the import.

    `rural_urban` is the official class of each place; where it is not known, so are the minutes by bus (NaN).
    """
    base_modes = [mode for mode in all_modes().values() if not mode.derived_from and not mode.measured_only]
    straight_km = pairs["straight_km"].to_numpy()
    table = pd.DataFrame(
        {
            "from_id": np.tile(pairs["from_id"].to_numpy(), len(base_modes)),
            "to_id": np.tile(pairs["to_id"].to_numpy(), len(base_modes)),
            "mode": np.repeat([mode.id for mode in base_modes], len(pairs)),
            "minutes": np.concatenate([_minutes(mode, pairs, rural_urban, figures) for mode in base_modes]),
            "distance_km": np.tile(straight_km * figures["road_factor"], len(base_modes)),
            "fare_pence": np.repeat([_fare_pence(mode, figures) for mode in base_modes], len(pairs)),
        }
    )
    measured = [mode for mode in all_modes().values() if mode.measured_only]
    given = _with_fares(_by(imported, [*base_modes, *measured]), measured, figures)
    return _override(table.assign(source=ESTIMATE, as_of=""), given)


def _with_fares(imported: pd.DataFrame | None, modes: list[Mode], figures: Figures) -> pd.DataFrame | None:
    """Return the import with the usual fare of modes that have no estimate to take a missing fare from."""
    if imported is None:
        return None
    fares = imported["mode"].map({mode.id: _fare_pence(mode, figures) for mode in modes})
    return imported.assign(fare_pence=imported["fare_pence"].fillna(fares))


def _minutes(mode: Mode, pairs: pd.DataFrame, rural_urban: pd.Series, figures: Figures) -> np.ndarray:
    straight_km = pairs["straight_km"].to_numpy()
    wait = figures[mode.wait] if mode.wait else 0.0
    if not mode.by_rural_urban_class:
        return straight_km / figures[mode.speed] * 60 + wait
    by_place = _class_values(mode, rural_urban, figures).reindex(pairs["from_id"])
    walk, class_wait, speed = (by_place[name].to_numpy() for name in CLASS_FIGURES)
    return walk + class_wait + straight_km / speed * 60 + wait


def _class_values(mode: Mode, rural_urban: pd.Series, figures: Figures) -> pd.DataFrame:
    """Return walk_minutes, wait_minutes and ride_km_per_hour of each place, NaN where its class is not known."""
    codes = rural_urban.map({name: rural_urban_code(name) for name in rural_urban.dropna().unique()})
    rows = {code: [figures[name] for name in mode.class_figures(code)] for code in codes.dropna().unique()}
    values = pd.DataFrame.from_dict(rows, orient="index", columns=list(CLASS_FIGURES), dtype=float)
    return values.reindex(codes).set_axis(rural_urban.index)


def _fare_pence(mode: Mode, figures: Figures) -> float:
    return float(figures.pence(mode.fare)) if mode.fare else 0.0


def with_derived_modes(base: pd.DataFrame, figures: Figures, imported: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the journeys by base modes and those by the modes derived from them, overridden by the import.

    A derived journey is an estimate even where the journey it follows from was measured.
    """
    derived_modes = [mode for mode in all_modes().values() if mode.derived_from]
    parts = [_derive(mode, base, figures) for mode in derived_modes]
    derived = pd.concat(parts, ignore_index=True) if parts else base.iloc[:0]
    return pd.concat([base, _override(derived, _by(imported, derived_modes))], ignore_index=True)


def _derive(mode: Mode, base: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    rows = base[base["mode"] == mode.derived_from]
    factor = figures[mode.factor] if mode.factor else 1.0
    minutes = rows["minutes"] * factor + (figures[mode.wait] if mode.wait else 0.0)
    new = rows.assign(mode=mode.id, minutes=minutes, fare_pence=_fare_pence(mode, figures), source=ESTIMATE, as_of="")
    return new[JOURNEY_COLUMNS]


def _by(imported: pd.DataFrame | None, wanted: list[Mode]) -> pd.DataFrame | None:
    return None if imported is None else imported[imported["mode"].isin([mode.id for mode in wanted])]


def _override(journeys: pd.DataFrame, imported: pd.DataFrame | None) -> pd.DataFrame:
    """Return `journeys` with each pair and mode of `imported` in place of its own, and those it lacks added.

    Minutes that the import does not know (NaN) do not displace an estimate; a fare or distance that it does not give is
    taken from the estimate.
    """
    if imported is None or imported.empty:
        return journeys
    known = imported[imported["minutes"].notna()].set_index(KEYS)
    estimates = journeys.set_index(KEYS)
    filled = known.assign(
        fare_pence=known["fare_pence"].fillna(estimates["fare_pence"].reindex(known.index)).fillna(0.0),
        distance_km=known["distance_km"].fillna(estimates["distance_km"].reindex(known.index)),
    )
    rest = estimates[~estimates.index.isin(known.index)]
    return pd.concat([rest, filled]).reset_index()[JOURNEY_COLUMNS]
