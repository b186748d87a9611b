"""Estimate minutes and fares by the modes that follow from no other: over land, by ferry, and from lodgings."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.figures import Figures
from data.travel.crossings import Ferry
from data.travel.modes import CLASS_FIGURES, Mode, all_modes, rural_urban_code
from data.travel.pairs import Pairs


def base_rows(pairs: Pairs, rural_urban: pd.Series, figures: Figures) -> pd.DataFrame:
    """Return from_id, to_id, mode, minutes, distance_km and fare_pence of every pair and base mode that joins it.

    `rural_urban` is the official class of each place; where it is not known, so are the minutes by bus (NaN).
    """
    parts = []
    for mode in all_modes().values():
        if mode.over_land:
            parts.append(_over_land(mode, pairs.over_land, rural_urban, figures))
        elif mode.by_ferry and pairs.by_ferry is not None and pairs.ground is not None:
            parts.append(_by_ferry(mode, pairs.by_ferry, pairs.ground.ferries, rural_urban, figures))
        elif mode.lodging and pairs.to_lodge is not None:
            parts.append(_rows(mode, pairs.to_lodge, figures[mode.lodging], np.nan, 0.0))
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def fare_pence(mode: Mode, figures: Figures) -> float:
    """Return what one journey costs without support, in pence."""
    return float(figures.pence(mode.fare)) if mode.fare else 0.0


def _rows(mode: Mode, pairs: pd.DataFrame, minutes, distance_km, fare) -> pd.DataFrame:
    columns = {"mode": mode.id, "minutes": minutes, "distance_km": distance_km, "fare_pence": fare}
    return pairs[["from_id", "to_id"]].assign(**columns)


def _over_land(mode: Mode, pairs: pd.DataFrame, rural_urban: pd.Series, figures: Figures) -> pd.DataFrame:
    km = pairs["land_km"].to_numpy()
    minutes = _minutes(mode, km, pairs["from_id"], rural_urban, figures)
    return _rows(mode, pairs, minutes, km * figures["road_factor"], fare_pence(mode, figures))


def _by_ferry(
    mode: Mode, legs: pd.DataFrame, ferries: Sequence[Ferry], rural_urban: pd.Series, figures: Figures
) -> pd.DataFrame:
    """Each way to and from a quay goes by the quicker of walking and the other modes open to all.

    The bus on the far side is as frequent as where the traveller lives.
    """
    number = legs["ferry"].astype(int)
    minutes = number.map(dict(enumerate(ferry.crossing_minutes for ferry in ferries))).to_numpy(dtype=float)
    fare = number.map(dict(enumerate(ferry.fare_pence for ferry in ferries))).to_numpy(dtype=float)
    for name in ("first_km", "second_km"):
        leg_minutes, leg_fare = _leg(legs[name].to_numpy(), legs["from_id"], rural_urban, figures)
        minutes, fare = minutes + leg_minutes, fare + leg_fare
    km = (legs["first_km"] + legs["second_km"]) * figures["road_factor"] + legs["water_km"]
    return _rows(mode, legs, minutes, km.to_numpy(dtype=float), fare)


def _leg(
    km: np.ndarray, from_ids: pd.Series, rural_urban: pd.Series, figures: Figures
) -> tuple[np.ndarray, np.ndarray]:
    """Return the minutes and the fare of the way to a quay, by the quickest mode over land that is open to all."""
    modes = [mode for mode in all_modes().values() if mode.open_to_all and mode.over_land]
    minutes = np.array([_minutes(mode, km, from_ids, rural_urban, figures) for mode in modes])
    quickest = np.where(np.isnan(minutes), np.inf, minutes).argmin(axis=0)  # a bus that is not known is not waited for
    fares = np.array([fare_pence(mode, figures) for mode in modes])
    return minutes[quickest, np.arange(len(km))], fares[quickest]


def _minutes(mode: Mode, km: np.ndarray, from_ids: pd.Series, rural_urban: pd.Series, figures: Figures) -> np.ndarray:
    wait = figures[mode.wait] if mode.wait else 0.0
    if not mode.by_rural_urban_class:
        return km / figures[mode.speed] * 60 + wait
    by_place = _class_values(mode, rural_urban, figures).reindex(from_ids)
    walk, class_wait, speed = (by_place[name].to_numpy() for name in CLASS_FIGURES)
    return walk + class_wait + km / speed * 60 + wait


def _class_values(mode: Mode, rural_urban: pd.Series, figures: Figures) -> pd.DataFrame:
    """Return walk_minutes, wait_minutes and ride_km_per_hour of each place, NaN where its class is not known."""
    codes = rural_urban.map({name: rural_urban_code(name) for name in rural_urban.dropna().unique()})
    rows = {code: [figures[name] for name in mode.class_figures(code)] for code in codes.dropna().unique()}
    values = pd.DataFrame.from_dict(rows, orient="index", columns=list(CLASS_FIGURES), dtype=float)
    return values.reindex(codes).set_axis(rural_urban.index)
