"""Work out who can reach college and work without support, and with each kind of support.

A destination is within reach when a mode open to a young person gets there door to door within the threshold, at a
weekly cost at or below what is affordable. Without support the modes open are walking and the bus at its full fare
(`open_to_all` in travel.toml). A kind of support opens a mode or lowers its cost. Reach is between 0 and 1: by default
the hard cutoff, so that a total reads as young people brought within reach. The decay functions are those of the
accessibility package for R (step, logistic, exponential; Pereira and Herszenhut).
"""

from typing import Literal, get_args

import numpy as np
import pandas as pd

from budget.offers.catalogue import Catalogue, Kind
from data import travel

Decay = Literal["step", "logistic", "exponential"]
DECAYS = get_args(Decay)
LOGISTIC_SPREAD_MINUTES = 10.0  # an assumption; a wider spread softens the cutoff
JOURNEYS_A_DAY = 2  # there and back


def decayed(minutes: pd.Series, limit_minutes: float, decay: str) -> pd.Series:
    """Return the reach that each journey time gives: 1 is fully within reach, 0 not at all.

    step: 1 up to the limit, then 0. logistic: a half at the limit, falling over about ten minutes either side.
    exponential: a half at the limit, 1 at no time at all. Unknown (NaN) and unreachable (inf) minutes give 0.
    """
    if decay == "step":
        value = (minutes <= limit_minutes).astype(float)
    elif decay == "logistic":
        steepness = np.pi / (LOGISTIC_SPREAD_MINUTES * np.sqrt(3))
        value = 1 / (1 + np.exp((minutes - limit_minutes).clip(upper=600) * steepness))
    else:
        value = np.exp2(-minutes / limit_minutes)
    return value.where(np.isfinite(minutes), 0.0)


def weekly_cost_pence(fare_pence: pd.Series, catalogue: Catalogue, kind: Kind | None) -> pd.Series:
    """Return what the traveller pays a week for each journey: without help (kind None), or with a kind of support.

    A fare that is not known (NaN) makes an unknown cost (NaN), but for a kind that pays the whole fare. What a taker
    pays the council in a year is spread over the weeks of travel; `weekly_cost` holds it where it is as much or more.
    """
    fares = fare_pence * JOURNEYS_A_DAY * catalogue.figures["days_a_week"]
    if kind is None:
        return fares
    share = catalogue.value(kind, "fare_share", 1.0)
    paid = (fares * share if share else fares.fillna(0.0) * 0.0) - catalogue.pence(kind, "pays_weekly")
    charge = catalogue.pence(kind, "contribution") / catalogue.figures["weeks_a_year"]
    return paid.clip(lower=0) + max(catalogue.pence(kind, "weekly_cost"), charge)


def journey_reach(
    journeys: pd.DataFrame,
    catalogue: Catalogue,
    kind: Kind | None,
    purpose: str,
    decay: str,
    *,
    at_any_cost: bool = False,
) -> pd.DataFrame:
    """Return the journeys that bring something within reach, with their `reach` (above 0).

    `journeys` are those to the destinations of one purpose, college or work. With kind None, by the modes open to all.
    `at_any_cost` asks for those that are quick enough, whatever they cost.
    """
    modes = travel.open_to_all() if kind is None else kind.modes
    rows = journeys[journeys["mode"].isin(modes)]
    affordable = round(catalogue.figures["affordable_weekly_cost"] * 100)
    if kind is not None and kind.ticket is not None:
        rows = rows[rows["ticket"].fillna("") == kind.ticket]
    reach = decayed(rows["minutes"], catalogue.figures[f"{purpose}_minutes"], decay)
    cost = weekly_cost_pence(rows["fare_pence"], catalogue, kind).round(6)  # a ticket's fare has parts of a penny
    possible = (cost <= affordable) | at_any_cost
    if kind is not None and f"{kind.id}.most_km" in catalogue.figures:
        possible &= rows["distance_km"] <= catalogue.value(kind, "most_km", np.inf)  # an unknown distance is not near
    reach = reach.where(possible, 0.0)
    return rows.assign(reach=reach)[reach > 0]


def best(reached: pd.DataFrame, places: pd.Index, *, measured_only: bool = False) -> pd.Series:
    """Return the best reach of each place, 0 where nothing is reached; on request by measured journeys alone."""
    if measured_only:
        reached = reached[reached["source"] != travel.ESTIMATE]
    return reached.groupby("from_id")["reach"].max().reindex(places, fill_value=0.0)
