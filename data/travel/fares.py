"""Give imported journeys the fares that they do not say; what nobody knows stays unknown (NaN) and is never nought.

A mode with a usual fare (travel.toml: bus, train) costs it once for each vehicle boarded, where timetables say how many
those are: a ceiling, as tickets for a day or a week, or through tickets, may cost less. A mode that nobody pays by the
journey, such as walking or a car, costs nothing. Of a coach, a tram or a ferry no usual fare is known.
"""

import pandas as pd

from data.figures import Figures
from data.travel.minutes import fare_pence
from data.travel.modes import Mode

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
