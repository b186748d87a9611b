"""Make the offers: for each cohort, the kinds of support that bring something within reach, and their cost.

A cohort is the low-income young people of one area in target. Their number is an expected number with two decimals,
never rounded to a whole person. Money is computed from it in whole pence, rounded half up once:

    people      = cohort_people × take-up, to two decimals
    unit price  = price + price a mile × journeys a day × days a year × miles one way
    cost        = people × (unit price − contribution), to the penny
    access      = people × Σ_purpose weight × (reach with the option − reach without)

A shared kind, such as a minibus, is a service from one side of one college; its offers take seats on the vehicle.
A kind of support that brings a cohort nothing is not offered to it.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from budget.offers import access
from budget.offers.catalogue import PURPOSES, Catalogue, Kind
from data.faults import Fault, InputError

MILES_PER_KM = 0.621371
PURPOSE_WORDS = np.array(["neither", "college", "work", "college and work"], dtype=object)  # what an offer helps with
SIDES = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


@dataclass(frozen=True, slots=True)
class OfferTables:
    """The tables that the allocation chooses from, and the cohorts, also those without an offer."""

    # index cohort; area_name, district, people, weight; without help reach_college, reach_work, and in_time_college,
    # in_time_work: whether a journey is quick enough, whatever it costs
    cohorts: pd.DataFrame
    offers: pd.DataFrame  # index (cohort, option), in canonical order
    services: pd.DataFrame  # index service; label, unit_cost_pence, seats_per_unit, max_units


def half_up(value: np.ndarray) -> np.ndarray:
    """Round non-negative integers of hundredths of a unit to units, halves up: 150 → 2, 149 → 1."""
    return (value + 50) // 100


def to_millionths(values: pd.Series) -> pd.Series:
    """Round non-negative numbers to six decimals, halves up; a number within 1e-10 of a half counts as a half.

    A spreadsheet rounds so. numpy rounds halves to even, and a half may be missed in the last binary digit.
    """
    return np.floor((values * 1e6).round(4) + 0.5) / 1e6


def for_areas(
    areas: pd.DataFrame, journeys: dict[str, pd.DataFrame], catalogue: Catalogue, decay: str, destinations: pd.DataFrame
) -> OfferTables:
    """Return the offers to the areas in target; `journeys` are theirs by purpose."""
    return for_cohorts(make_cohorts(areas, catalogue), areas, journeys, catalogue, decay, destinations)


def for_cohorts(
    given: pd.DataFrame,
    places: pd.DataFrame,
    journeys: dict[str, pd.DataFrame],
    catalogue: Catalogue,
    decay: str,
    destinations: pd.DataFrame,
) -> OfferTables:
    """Return the offers to cohorts of any sort: areas, or applicants (budget.offers.applicants).

    `given`: as `make_cohorts` returns them. A column contribution_pence replaces what a taker pays a year by the
    catalogue; it counts up to the price. `places`: easting_m and northing_m by cohort. `journeys`: by purpose, from_id
    a cohort.
    """
    cohorts = given.copy()
    here = {purpose: table[table["from_id"].isin(cohorts.index)] for purpose, table in journeys.items()}
    for purpose in PURPOSES:
        unaided = access.journey_reach(here[purpose], catalogue, None, purpose, decay)
        cohorts[f"reach_{purpose}"] = access.best(unaided, cohorts.index)
        in_time = access.journey_reach(here[purpose], catalogue, None, purpose, decay, at_any_cost=True)
        cohorts[f"in_time_{purpose}"] = access.best(in_time, cohorts.index)
    parts = []
    services = []
    for kind in catalogue.kinds:
        reached = {
            purpose: access.journey_reach(here[purpose], catalogue, kind, purpose, decay) for purpose in kind.purposes
        }
        if kind.shared:
            riders = _nearest_each(reached["college"]).set_index("from_id")["to_id"]
            service = _services(riders, places, destinations, kind, catalogue)
            services.append(service)
            ids = pd.Series(service["service"].to_numpy(), index=service["from_id"], dtype=object)
        else:
            ids = pd.Series(dtype=object)
        parts.append(_of_kind(kind, reached, cohorts, catalogue, ids))
    offers = pd.concat(parts, ignore_index=True)
    offers = offers[offers["access"] > 0].set_index(["cohort", "option"]).sort_index()
    table = _service_table(services, offers)
    return OfferTables(cohorts, offers, table)


def make_cohorts(areas: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return one cohort for each area with at least 0.01 low-income young people, as far as their number is known."""
    return cohorts_of(areas, (areas["young_people"] * areas["low_income_rate"]).astype(float).round(2), catalogue)


def cohorts_of(areas: pd.DataFrame, people: pd.Series, catalogue: Catalogue) -> pd.DataFrame:
    """Return a cohort of so many `people` for each row of `areas`, with the weight and priority of its area."""
    deciles = areas["imd_decile"].astype("float64")
    favoured = deciles <= catalogue.figures["deprived_deciles"]
    cohorts = pd.DataFrame(
        {
            "area_name": areas["area_name"].astype(object),
            "district": areas["district_name"].astype(object),
            "people": people,
            "weight": np.where(favoured, catalogue.figures["deprived_weight"], 1.0),
            "priority": np.where(favoured, "most deprived", "other"),
            "decile": deciles,
        },
        index=areas.index.rename("cohort"),
    )
    return cohorts[cohorts["people"] >= 0.01].sort_index()


def _of_kind(
    kind: Kind, reached: dict[str, pd.DataFrame], cohorts: pd.DataFrame, catalogue: Catalogue, services: pd.Series
) -> pd.DataFrame:
    """Return one kind's offers to every cohort, also to those it does not help (access 0)."""
    gains = {purpose: pd.Series(0.0, index=cohorts.index) for purpose in PURPOSES}
    gain = pd.Series(0.0, index=cohorts.index)
    measured = pd.Series(0.0, index=cohorts.index)
    for purpose in kind.purposes:
        weight = catalogue.figures[f"{purpose}_weight"]
        without = cohorts[f"reach_{purpose}"]
        # rounded once, to the six decimals that the workbook shows and computes with
        gains[purpose] = (access.best(reached[purpose], cohorts.index) - without).clip(lower=0).round(6)
        gain += weight * gains[purpose]
        sure = access.best(reached[purpose], cohorts.index, measured_only=True)
        measured += weight * (sure - without).clip(lower=0).round(6)
    taken = round(catalogue.value(kind, "take_up", 0.0) * 10_000)
    people_100 = half_up((cohorts["people"] * 100).round().astype("int64") * taken // 100)
    miles_10 = _miles_10(kind, reached, cohorts.index, catalogue)
    price = _unit_price_pence(kind, miles_10, catalogue)
    contribution = _unit_contribution_pence(kind, price, cohorts, catalogue)
    people = people_100 / 100
    a_taker = to_millionths(gain * cohorts["weight"])
    table = pd.DataFrame(
        {
            "cohort": cohorts.index,
            "option": kind.id,
            "people": people,
            "cost_pence": half_up(people_100 * (price - contribution)),
            "access": to_millionths(people * a_taker),
            "district": cohorts["district"].to_numpy(),
            "priority": cohorts["priority"].to_numpy(),
            "decile": cohorts["decile"].to_numpy(),
            "kind": kind.id,
            "purpose": PURPOSE_WORDS[(gains["college"] > 0) + 2 * (gains["work"] > 0).to_numpy()],
            "service": services.reindex(cohorts.index).to_numpy(),
            "seats": people if kind.shared else 0.0,
            "unit_price_pence": price,
            "unit_contribution_pence": contribution,
            "miles": miles_10 / 10,
            "gain_college": gains["college"].to_numpy(),
            "gain_work": gains["work"].to_numpy(),
            "access_per_taker": a_taker,
            "measured_access": to_millionths(people * to_millionths(measured * cohorts["weight"])),
        }
    )
    return table[table["people"] > 0]


def _miles_10(kind: Kind, reached: dict, cohorts: pd.Index, catalogue: Catalogue) -> pd.Series:
    """Return tenths of a mile one way to the nearest destination within reach, for a kind that is paid by the mile."""
    if not catalogue.value(kind, "price_per_mile", 0.0):
        return pd.Series(0, index=cohorts)
    within = pd.concat([reached[purpose] for purpose in kind.purposes])
    km = within.groupby("from_id")["distance_km"].min().reindex(cohorts).fillna(0.0)
    return (km * MILES_PER_KM * 10).round().astype("int64")


def _unit_price_pence(kind: Kind, miles_10: pd.Series, catalogue: Catalogue) -> pd.Series:
    """Return the gross price a taker and year in pence: the price, and the mileage at the rate a mile."""
    return catalogue.pence(kind, "price") + half_up(miles_10 * mile_a_year_pence(kind, catalogue) * 10)


def _unit_contribution_pence(
    kind: Kind, price: pd.Series, cohorts: pd.DataFrame, catalogue: Catalogue
) -> pd.Series | int:
    """Return what a taker pays a year: the cohort's own where it has one, at most the price; else the catalogue's."""
    if "contribution_pence" in cohorts:
        return cohorts["contribution_pence"].astype("int64").clip(upper=price)
    contribution = catalogue.pence(kind, "contribution")
    if (price < contribution).any():
        problem = "is more than the price: a taker would pay the council more than the support costs. Lower it."
        raise InputError("catalogue", [Fault(f"{kind.id}.contribution", problem)])
    return contribution


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


def _nearest_each(reached: pd.DataFrame) -> pd.DataFrame:
    """Return each place's quickest journey; of equal ones the first by destination."""
    ordered = reached.sort_values(["from_id", "minutes", "to_id"], kind="stable")
    return ordered.drop_duplicates("from_id")


def _services(
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


def _service_table(parts: list[pd.DataFrame], offers: pd.DataFrame) -> pd.DataFrame:
    """Return the services that some offer rides on, one row each."""
    columns = ["label", "unit_cost_pence", "seats_per_unit", "max_units", "vehicles"]
    if not parts:
        return pd.DataFrame(columns=columns, index=pd.Index([], name="service"))
    table = pd.concat(parts, ignore_index=True).drop_duplicates("service").set_index("service").sort_index()
    return table.loc[table.index.isin(offers["service"].dropna()), columns]
