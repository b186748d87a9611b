"""Give imported journeys the fares that they do not say; what nobody knows stays unknown (NaN) and is never nought.

A mode with a usual fare (travel.toml: bus, train) costs it once for each vehicle boarded, where timetables say how many
those are: a ceiling, as tickets for a day or a week, or through tickets, may cost less. A journey by bus of which
operators publish every single fare, there and back, costs these, each no more than the usual fare, which is the cap.
A mode that nobody pays by the journey, such as walking or a car, costs nothing. Of a coach, a tram or a ferry no usual
fare is known.
"""

import numpy as np
import pandas as pd

from data.figures import Figures
from data.travel.minutes import fare_pence
from data.travel.modes import Mode, all_modes
from data.travel.timetabled import BETWEEN, SOURCE, UNKNOWN
from data.wording import counted, listed

VEHICLES = "vehicles"  # a journey each way, on average of both: as many fares are paid
PUBLISHED = (
    "published"  # pence of the single of each ride both ways, as in "180 + 220 | 300"; "" where not all are known
)
BUS = "bus"
KEYS = ["from_id", "to_id", "mode"]
WAYS = " | "


def with_vehicles(journeys: pd.DataFrame | None, details: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return a travel matrix with `vehicles` and `published`, where its details (of timetables) say what is boarded."""
    if journeys is None or details is None or details.empty:
        return journeys
    boarded = details.groupby(KEYS, observed=True)["vehicles"].mean().rename(VEHICLES).reset_index()
    text = dict.fromkeys(KEYS, object)
    fares = _published(details).astype(text)
    return journeys.astype(text).merge(boarded.astype(text), "left", on=KEYS).merge(fares, "left", on=KEYS)


def _published(details: pd.DataFrame) -> pd.DataFrame:
    """Return the journeys by bus of which every fare is published, there and back: their keys and PUBLISHED."""
    nothing = pd.DataFrame(columns=[*KEYS, PUBLISHED])
    if "fares" not in details:  # they were measured before fares were read
        return nothing
    fares = details["fares"].astype("string").fillna(UNKNOWN)
    known = details["mode"].eq(BUS) & ~fares.str.contains(UNKNOWN, regex=False)
    if not (known & (fares != "")).any():
        return nothing
    rows = details.loc[known, [*KEYS, "way"]].astype(dict.fromkeys(KEYS, object)).assign(fares=fares[known])
    there, back = (rows[rows["way"] == way].drop(columns="way") for way in ("there", "back"))
    both = there.merge(back, on=KEYS, suffixes=("", "_back"))
    said = both["fares"] + WAYS + both["fares_back"]
    return both.assign(**{PUBLISHED: said}).loc[said != WAYS, [*KEYS, PUBLISHED]]


def fare_counts(journeys: pd.DataFrame, details: pd.DataFrame | None) -> dict[str, int]:
    """Return how many journeys by bus have the fares that operators publish, and how many a ceiling."""
    rides = journeys["source"].eq(SOURCE) & journeys["mode"].eq(BUS) & np.isfinite(journeys["minutes"])
    rides &= ~journeys["fare_pence"].eq(0)  # on foot both ways
    total = int(rides.sum())
    known = 0 if details is None else len(_published(details))
    return {PUBLISHED: known, "ceiling": total - known}


def published_pence(said: str, most: float) -> float:
    """Return what one way costs on average of both, each vehicle no more than `most` pence. `said` is of PUBLISHED."""
    fares = [float(fare) for way in said.split(WAYS) for fare in way.split(BETWEEN) if fare]
    return sum(min(fare, most) for fare in fares) / len(said.split(WAYS))


def with_fares(imported: pd.DataFrame | None, modes: list[Mode], figures: Figures) -> pd.DataFrame | None:
    """Return imported journeys by `modes` with a fare for each that does not say one, as far as it is known."""
    if imported is None:
        return None
    usual = {mode.id: fare_pence(mode, figures) for mode in modes if mode.fare or not mode.route_types}
    fares = imported["mode"].map(usual).astype(float)
    if VEHICLES in imported:
        fares *= imported[VEHICLES].where(imported[VEHICLES] >= 1, 1.0)
    if PUBLISHED in imported and BUS in usual:
        said = imported[PUBLISHED].dropna()
        pence = {each: published_pence(each, usual[BUS]) for each in said.unique()}
        known = pd.Series([pence[each] for each in said], index=said.index, dtype=float)
        fares = known.reindex(fares.index).fillna(fares)
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
