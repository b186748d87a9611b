"""Give imported journeys the fares that they do not say; what nobody knows stays unknown (NaN) and is never nought.

A mode with a usual fare (travel.toml: bus, train) costs it once for each vehicle boarded, where timetables say how many
those are: a ceiling, as tickets for a day or a week, or through tickets, may cost less. A mode that nobody pays by the
journey, such as walking or a car, costs nothing. Of a coach, a tram or a ferry no usual fare is known.
"""

import numpy as np
import pandas as pd

from data.figures import Figures
from data.travel.minutes import fare_pence
from data.travel.modes import Mode, all_modes
from data.wording import counted, listed

VEHICLES = "vehicles"  # a journey each way, on average of both: as many fares are paid


def with_vehicles(journeys: pd.DataFrame | None, details: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return a travel matrix with the column `vehicles`, where its details (of timetables) say how many are boarded."""
    if journeys is None or details is None or details.empty:
        return journeys
    keys = ["from_id", "to_id", "mode"]
    boarded = details.groupby(keys, observed=True)["vehicles"].mean().rename(VEHICLES).reset_index()
    text = dict.fromkeys(keys, object)
    return journeys.astype(text).merge(boarded.astype(text), "left", on=keys)


def with_fares(imported: pd.DataFrame | None, modes: list[Mode], figures: Figures) -> pd.DataFrame | None:
    """Return imported journeys by `modes` with a fare for each that does not say one, as far as it is known."""
    if imported is None:
        return None
    usual = {mode.id: fare_pence(mode, figures) for mode in modes if mode.fare or not mode.route_types}
    fares = imported["mode"].map(usual).astype(float)
    if VEHICLES in imported:
        fares *= imported[VEHICLES].where(imported[VEHICLES] >= 1, 1.0)
    return imported.assign(fare_pence=imported["fare_pence"].fillna(fares))


def fares_not_known(imported: pd.DataFrame | None) -> list[str]:
    """Say how many imported journeys have no fare and are by a mode without a usual one, such as a coach."""
    if imported is None:
        return []
    modes = [mode.id for mode in all_modes().values() if mode.measured_only and not mode.fare]
    found = imported[imported["mode"].isin(modes) & imported["fare_pence"].isna() & np.isfinite(imported["minutes"])]
    if found.empty:
        return []
    by, have = listed(sorted(found["mode"].unique())), "has" if len(found) == 1 else "have"
    return [
        f"{counted(len(found), 'journey')} by {by} {have} no fare, and no usual fare is known: without help they count "
        "as more than a young person can afford. Give their fares in a travel matrix."
    ]
