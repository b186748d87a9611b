"""Find the services that shared kinds of support ride on: a vehicle from one of eight sides of one college."""

import numpy as np
import pandas as pd

from budget.offers import needs
from budget.offers.catalogue import Catalogue, Kind

SIDES = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


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
    riders: pd.Series, places: pd.DataFrame, destinations: pd.DataFrame, kind: Kind, catalogue: Catalogue
) -> pd.DataFrame:
    """Return one row a place that a service could carry: the service drives to one college from one of eight sides."""
    origin = places.loc[riders.index, ["easting_m", "northing_m"]].to_numpy()
    college = destinations.loc[riders, ["easting_m", "northing_m"]].to_numpy()
    east, north = (origin - college).T
    side = np.round(np.degrees(np.arctan2(east, north)) / 45).astype(int) % 8
    names = destinations.loc[riders, "name"].to_numpy()
    return pd.DataFrame(
        {
            "from_id": riders.index,
            "service": [f"{kind.id}-{to_id}-{SIDES[s]}" for to_id, s in zip(riders, side, strict=True)],
            "label": [f"{kind.label} to {name} from the {SIDES[s]}" for name, s in zip(names, side, strict=True)],
            "unit_cost_pence": catalogue.pence(kind, "vehicle_price"),
            "seats_per_unit": int(catalogue.value(kind, "vehicle_seats", 0)),
            "max_units": int(catalogue.value(kind, "vehicles_at_most", 0)),
            "vehicles": 1,
        }
    )


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
        }
    )


def service_table(parts: list[pd.DataFrame], offers: pd.DataFrame) -> pd.DataFrame:
    """Return the services that some offer rides on, one row each."""
    columns = ["label", "unit_cost_pence", "seats_per_unit", "max_units", "vehicles"]
    if not parts:
        return pd.DataFrame(columns=columns, index=pd.Index([], name="service"))
    table = pd.concat(parts, ignore_index=True).drop_duplicates("service").set_index("service").sort_index()
    return table.loc[table.index.isin(offers["service"].dropna()), columns]
