"""Estimate journeys from the shortest line over land, and put those of an imported travel matrix in their place.

That line is straight where no wide water breaks it, else the way round (data.travel.ground). It is never longer than
the road, so a distance is a pair of bounds: the line less the extent of a place, and the longest likely multiple of it.
The minutes of base modes (walking, cycling, car, bus, ferry) are estimates from that line; those of derived modes
(e-bike, moped, shared taxi, minibus) follow from them. Every estimate is labelled `estimate`. An imported matrix, made
by any routing engine, overrides estimates pair by pair. The modes, their figures and the sources are in travel.toml.

The journeys table has one row for each pair of places and mode:
    from_id, to_id, mode, minutes, distance_km, fare_pence, source, as_of
Unreachable is inf minutes; a pair that was not asked is absent; what is not known is NaN.
"""

from collections.abc import Iterable

import pandas as pd

from data.figures import Figures
from data.travel.fares import with_fares
from data.travel.ground import Ground, least_km
from data.travel.minutes import base_rows, fare_pence
from data.travel.modes import Mode, all_modes
from data.travel.pairs import Pairs, nearest_pairs

ESTIMATE = "estimate"
KEYS = ["from_id", "to_id", "mode"]
JOURNEY_COLUMNS = [*KEYS, "minutes", "distance_km", "fare_pence", "source", "as_of"]


def distance_bounds(
    straight_km: pd.Series, figures: Figures, land_km: pd.Series | None = None
) -> tuple[pd.Series, pd.Series]:
    """Return the least and the most that the road distance can be, in km. The most is a 90th percentile, not proof.

    `land_km` is the shortest line over land, where it is known. Where water makes it longer, it takes the place of the
    straight line, less what it may be too long; where no way over land is known (inf), the most is inf.
    """
    land_km = straight_km if land_km is None else land_km
    least = least_km(straight_km, land_km) - figures["place_extent_km"]
    return least.clip(lower=0), land_km * figures["road_factor_high"]


def base_journeys(
    places: pd.DataFrame,
    destinations: pd.DataFrame,
    figures: Figures,
    imported: pd.DataFrame | None = None,
    ground: Ground | None = None,
) -> pd.DataFrame:
    """Return the journeys by base modes to the nearest destinations, overridden by the import.

    `places` has easting_m, northing_m and rural_urban; `destinations` easting_m and northing_m. Without `ground` the
    straight line counts as land, also where it crosses the sea.
    """
    pairs = nearest_pairs(places, destinations, figures, ground)
    imported_here = between(imported, places.index, destinations.index)
    return estimate_base_modes(pairs, places["rural_urban"], figures, imported_here)


def between(imported: pd.DataFrame | None, from_ids: Iterable, to_ids: Iterable) -> pd.DataFrame | None:
    """Return the imported journeys from any of these places to any of these destinations."""
    if imported is None:
        return None
    return imported[imported["from_id"].isin(from_ids) & imported["to_id"].isin(to_ids)]


def estimate_base_modes(
    pairs: Pairs, rural_urban: pd.Series, figures: Figures, imported: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the journeys by base modes for each of the pairs, overridden by the import.

    `rural_urban` is the official class of each place; where it is not known, so are the minutes by bus (NaN).
    """
    base_modes = [mode for mode in all_modes().values() if not mode.derived_from and not mode.measured_only]
    table = base_rows(pairs, rural_urban, figures).assign(source=ESTIMATE, as_of="")
    measured = [mode for mode in all_modes().values() if mode.measured_only]
    given = with_fares(_by(imported, [*base_modes, *measured]), [*base_modes, *measured], figures)
    return _override(table[JOURNEY_COLUMNS], given)


def with_derived_modes(base: pd.DataFrame, figures: Figures, imported: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the journeys by base modes and those by the modes derived from them, overridden by the import.

    A derived journey is an estimate even where the journey it follows from was measured.
    """
    derived_modes = [mode for mode in all_modes().values() if mode.derived_from]
    parts = [_derive(mode, base, figures) for mode in derived_modes]
    derived = pd.concat(parts, ignore_index=True) if parts else base.iloc[:0]
    given = with_fares(_by(imported, derived_modes), derived_modes, figures)
    return pd.concat([base, _override(derived, given)], ignore_index=True)


def _derive(mode: Mode, base: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    rows = base[base["mode"] == mode.derived_from]
    factor = figures[mode.factor] if mode.factor else 1.0
    minutes = rows["minutes"] * factor + (figures[mode.wait] if mode.wait else 0.0)
    new = rows.assign(mode=mode.id, minutes=minutes, fare_pence=fare_pence(mode, figures), source=ESTIMATE, as_of="")
    return new[JOURNEY_COLUMNS]


def _by(imported: pd.DataFrame | None, wanted: list[Mode]) -> pd.DataFrame | None:
    return None if imported is None else imported[imported["mode"].isin([mode.id for mode in wanted])]


def _override(journeys: pd.DataFrame, imported: pd.DataFrame | None) -> pd.DataFrame:
    """Return `journeys` with each pair and mode of `imported` in place of its own, and those it lacks added.

    Minutes that the import does not know (NaN) do not displace an estimate; a fare or distance that it does not give is
    taken from the estimate. A fare that neither knows stays unknown (NaN).
    """
    if imported is None or imported.empty:
        return journeys
    known = imported[imported["minutes"].notna()].set_index(KEYS)
    estimates = journeys.set_index(KEYS)
    filled = known.assign(
        fare_pence=known["fare_pence"].fillna(estimates["fare_pence"].reindex(known.index)),
        distance_km=known["distance_km"].fillna(estimates["distance_km"].reindex(known.index)),
    )
    rest = estimates[~estimates.index.isin(known.index)]
    return pd.concat([rest, filled]).reset_index()[JOURNEY_COLUMNS]
