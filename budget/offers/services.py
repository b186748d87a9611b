"""Find the services that shared kinds of support ride on: a vehicle from one of eight sides of one college.

A vehicle that is also paid by the mile carries those who live about as far away, in bands of five miles. It is paid for
the way from the farthest area in its band, whoever rides:

    unit cost = vehicle price + price a mile × journeys a day × days a year × miles one way
"""

import numpy as np
import pandas as pd

from budget.offers import mileage, needs
from budget.offers.catalogue import Catalogue, Kind

SIDES = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
BAND_MILES = 5  # an assumption: who lives within one band on one side of a college can ride together


def is_bought(kind: Kind, catalogue: Catalogue) -> bool:
    """Say whether a shared kind's vehicles cost anything; where they do not, it is paid by the passenger alone.

    Free vehicles would have no end. A journey that a scenario adds has its seats whatever it costs.
    """
    costs = catalogue.pence(kind, "vehicle_price") or mileage.mile_a_year_pence(kind, catalogue)
    return kind.shared and (kind.to_timetable or costs > 0)


def destination_each(reached: dict[str, pd.DataFrame], cohorts: pd.DataFrame) -> pd.Series:
    """Return the college that a shared vehicle takes each place to: of those that bring most studies, the quickest.

    Of equal ones the first by destination. Only a study that is not within reach without help counts.
    """
    parts = []
    for study in needs.STUDIES:
        missing = cohorts.index[cohorts[f"reach_{study}"] < 1]
        journeys = reached[study][["from_id", "to_id", "minutes"]]
        parts.append(journeys.assign(brings=journeys["from_id"].isin(missing).astype(int)))
    each = pd.concat(parts).groupby(["from_id", "to_id"], as_index=False).agg({"minutes": "min", "brings": "sum"})
    ordered = each.sort_values(["from_id", "brings", "minutes", "to_id"], ascending=[True, False, True, True])
    return ordered.drop_duplicates("from_id").set_index("from_id")["to_id"]


def to_destination(reached: pd.DataFrame, riders: pd.Series) -> pd.DataFrame:
    """Return the journeys to the college that each place's vehicle goes to."""
    return reached[reached["from_id"].map(riders).eq(reached["to_id"])]


def services_of(
    riders: pd.Series,
    reached: dict[str, pd.DataFrame],
    places: pd.DataFrame,
    destinations: pd.DataFrame,
    kind: Kind,
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Return one row a place that a service could carry: the service drives to one college from one of eight sides.

    `reached`: the journeys to that college by need. Where none has a distance the straight line counts.
    """
    origin = places.loc[riders.index, ["easting_m", "northing_m"]].to_numpy(dtype=float)
    college = destinations.loc[riders, ["easting_m", "northing_m"]].to_numpy(dtype=float)
    east, north = (origin - college).T
    side = np.round(np.degrees(np.arctan2(east, north)) / 45).astype(int) % 8
    names = destinations.loc[riders, "name"].to_numpy()
    table = pd.DataFrame(
        {
            "from_id": riders.index,
            "service": [f"{kind.id}-{to_id}-{SIDES[s]}" for to_id, s in zip(riders, side, strict=True)],
            "label": [f"{kind.label} to {name} from the {SIDES[s]}" for name, s in zip(names, side, strict=True)],
            "unit_cost_pence": catalogue.pence(kind, "vehicle_price"),
            "seats_per_unit": int(catalogue.value(kind, "vehicle_seats", 0)),
            "max_units": int(catalogue.value(kind, "vehicles_at_most", 0)),
            "vehicles": 1,
            "miles": 0.0,
        }
    )
    if f"{kind.id}.price_per_mile" not in catalogue.figures:
        return table
    every = pd.concat(list(reached.values())).groupby("from_id")["distance_km"].min().reindex(riders.index)
    km = every.fillna(pd.Series(np.hypot(east, north) / 1000, index=riders.index))
    return _by_distance(table, mileage.tenths_of_miles(km).to_numpy(), kind, catalogue)


def _by_distance(table: pd.DataFrame, miles_10: np.ndarray, kind: Kind, catalogue: Catalogue) -> pd.DataFrame:
    """Return the services apart by bands of distance, each at the price of the way from its farthest place.

    Where a mile costs nothing they stay together.
    """
    up_to = np.maximum(-(-miles_10 // (BAND_MILES * 10)), 1) * BAND_MILES
    apart = table.assign(
        service=[f"{service}-{miles}" for service, miles in zip(table["service"], up_to, strict=True)],
        label=[f"{label}, up to {miles} miles" for label, miles in zip(table["label"], up_to, strict=True)],
    )
    apart = apart if catalogue.value(kind, "price_per_mile", 0.0) else table
    farthest = pd.Series(miles_10).groupby(apart["service"]).transform("max")
    cost = apart["unit_cost_pence"] + mileage.cost_pence(farthest, kind, catalogue)
    return apart.assign(miles=farthest / 10, unit_cost_pence=cost)


def added_journey(kind: Kind, catalogue: Catalogue) -> pd.DataFrame:
    """Return the one service of a journey that a scenario adds, as `services_of` does."""
    return pd.DataFrame(
        {
            "service": [kind.id],
            "label": kind.label,
            "unit_cost_pence": catalogue.pence(kind, "vehicle_price"),
            "seats_per_unit": int(catalogue.value(kind, "vehicle_seats", 0)),
            "max_units": int(catalogue.value(kind, "vehicles_at_most", 0)),
            "vehicles": 1,
            "miles": 0.0,
        }
    )


def service_table(parts: list[pd.DataFrame], offers: pd.DataFrame) -> pd.DataFrame:
    """Return the services that some offer rides on, one row each."""
    columns = ["label", "unit_cost_pence", "seats_per_unit", "max_units", "vehicles", "miles"]
    if not parts:
        return pd.DataFrame(columns=columns, index=pd.Index([], name="service"))
    table = pd.concat(parts, ignore_index=True).drop_duplicates("service").set_index("service").sort_index()
    return table.loc[table.index.isin(offers["service"].dropna()), columns]
