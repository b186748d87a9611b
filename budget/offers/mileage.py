"""Work out what miles cost over a year: of one taker, or of a vehicle that several share."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from budget.offers.catalogue import Catalogue, Kind

MILES_PER_KM = 0.621371


def half_up(value: np.ndarray) -> np.ndarray:
    """Round non-negative integers of hundredths of a unit to units, halves up: 150 → 2, 149 → 1."""
    return (value + 50) // 100


def tenths_of_miles(km: pd.Series) -> pd.Series:
    """Return kilometres in whole tenths of a mile."""
    return (km * MILES_PER_KM * 10).round().astype("int64")


def cost_pence(miles_10: pd.Series, kind: Kind, catalogue: Catalogue) -> pd.Series:
    """Return what so many tenths of a mile one way cost over the year, in pence, halves up."""
    return half_up(miles_10 * mile_a_year_pence(kind, catalogue) * 10)


def mile_a_year_pence(kind: Kind, catalogue: Catalogue) -> int:
    """Return what a mile one way costs over the year, in whole pence, half up, computed in decimals."""
    rate = Decimal(catalogue.pence(kind, "price_per_mile"))
    for times in (
        catalogue.value(kind, "journeys_a_day", 0.0),
        catalogue.figures["days_a_week"],
        catalogue.figures["weeks_a_year"],
    ):
        rate *= Decimal(str(times))
    return int(rate.quantize(Decimal(1), ROUND_HALF_UP))
