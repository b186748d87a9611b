"""Make the offers: for each cohort, the kinds of support that bring something within reach, and their cost.

A cohort is the low-income young people of one area in target. Their number is an expected number with two decimals,
never rounded to a whole person. Money is computed from it in whole pence, rounded half up once:

    people      = cohort_people × take-up, to two decimals
    unit price  = price + price a mile × journeys a day × days a year × miles one way
    cost        = people × (unit price − contribution), to the penny
    access      = people × Σ_need weight × (reach with the option − reach without): the access score
    within reach = people × (reach with the option − reach without), for each need; of college or work: the larger

The needs are academic study, technical or vocational study, and work (`budget.offers.needs`). College is within reach
where either study is; an offer that adds the second study raises the access score and brings nobody within reach.

The access score is what a plan has the most of. It weighs purposes and deprivation, so it is not a number of people:
what is told of a plan is the people within reach (`budget.planning.within_reach`).

A shared kind, such as a minibus or a taxi, is a service from one side of one college; its offers take seats on the
vehicle, and its miles are the vehicle's (`budget.offers.services`). Where its vehicles cost nothing it is paid by the
passenger: it has no service and no seats.
A kind of support that brings a cohort nothing is not offered to it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from budget.offers import access, needs, services
from budget.offers.catalogue import Catalogue, Kind
from budget.offers.mileage import cost_pence, half_up, tenths_of_miles
from data.faults import Fault, InputError

PURPOSE_WORDS = np.array(["neither", "college", "work", "college and work"], dtype=object)  # what an offer helps with


@dataclass(frozen=True, slots=True)
class OfferTables:
    """The tables that the allocation chooses from, and the cohorts, also those without an offer."""

    # index cohort; area_name, district, people, weight; without help reach_academic and so on, and in_time_college and
    # in_time_work: whether a journey is quick enough, whatever it costs
    cohorts: pd.DataFrame
    offers: pd.DataFrame  # index (cohort, option), in canonical order
    services: pd.DataFrame  # index service; label, unit_cost_pence, seats_per_unit, max_units, vehicles, miles one way


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
    here = {need: table[table["from_id"].isin(cohorts.index)] for need, table in journeys.items()}
    if journeys["technical"] is journeys["academic"]:  # nothing is known of what colleges offer
        here["technical"] = here["academic"]
    unaided = _reached(here, catalogue, None, needs.NEEDS, decay)
    for need in needs.NEEDS:
        cohorts[f"reach_{need}"] = access.best(unaided[need], cohorts.index)
    cohorts["reach_college"], cohorts["reach_both_studies"] = needs.choice(_reach_of(cohorts))
    in_time = _reached(here, catalogue, None, needs.NEEDS, decay, at_any_cost=True)
    quick = {need: access.best(in_time[need], cohorts.index) for need in needs.NEEDS}
    cohorts["in_time_college"], cohorts["in_time_work"] = needs.choice(quick)[0], quick["work"]
    parts = []
    parts_of_services = []
    # whether an applicant's own charge can be borne is the decision's to say, and theirs replaces the catalogue's
    asked = _without_contributions(catalogue) if "contribution_pence" in cohorts else catalogue
    for kind in catalogue.kinds:
        reached = _reached(here, asked, kind, needs.needs_of(kind.purposes), decay)
        if kind.to_timetable:
            parts_of_services.append(services.added_journey(kind, catalogue))
            ids = pd.Series(kind.id, index=cohorts.index, dtype=object)
        elif kind.shared:
            riders = services.destination_each(reached, cohorts)
            reached = {need: services.to_destination(table, riders) for need, table in reached.items()}
            service = services.services_of(riders, reached, places, destinations, kind, catalogue)
            service = service if services.is_bought(kind, catalogue) else service.iloc[:0]
            parts_of_services.append(service)
            ids = pd.Series(service["service"].to_numpy(), index=service["from_id"], dtype=object)
        else:
            ids = pd.Series(dtype=object)
        parts.append(_of_kind(kind, reached, cohorts, catalogue, ids))
    offers = pd.concat(parts, ignore_index=True)
    offers = offers[offers["access"] > 0].set_index(["cohort", "option"]).sort_index()
    table = services.service_table(parts_of_services, offers)
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
    kind: Kind, reached: dict[str, pd.DataFrame], cohorts: pd.DataFrame, catalogue: Catalogue, rides_on: pd.Series
) -> pd.DataFrame:
    """Return one kind's offers to every cohort, also to those it does not help (access 0)."""
    gains = {need: pd.Series(0.0, index=cohorts.index) for need in needs.NEEDS}
    gain = pd.Series(0.0, index=cohorts.index)
    measured = pd.Series(0.0, index=cohorts.index)
    weights = needs.weights(catalogue.figures)
    for need, table in reached.items():
        without = cohorts[f"reach_{need}"]
        # rounded once, to the six decimals that the workbook shows and computes with
        gains[need] = (access.best(table, cohorts.index) - without).clip(lower=0).round(6)
        gain += weights[need] * gains[need]
        sure = access.best(table, cohorts.index, measured_only=True)
        measured += weights[need] * (sure - without).clip(lower=0).round(6)
    counted = needs.counted(gains, _reach_of(cohorts))
    helps_study = (gains["academic"] > 0) | (gains["technical"] > 0)
    people_100 = takers_100(cohorts["people"], catalogue.value(kind, "take_up", 0.0))
    miles_10 = _miles_10(kind, reached, gains, catalogue)
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
            "purpose": PURPOSE_WORDS[helps_study.to_numpy() + 2 * (gains["work"] > 0).to_numpy()],
            "service": rides_on.reindex(cohorts.index).to_numpy(),
            "seats": people if services.is_bought(kind, catalogue) else 0.0,
            "unit_price_pence": price,
            "unit_contribution_pence": contribution,
            "miles": miles_10 / 10,
            **{f"gain_{name}": each.to_numpy() for name, each in (gains | counted).items()},
            "access_per_taker": a_taker,
            **{f"within_reach_{name}": to_millionths(people * each) for name, each in (gains | counted).items()},
            "measured_access": to_millionths(people * to_millionths(measured * cohorts["weight"])),
        }
    )
    return table[table["people"] > 0].rename(columns={"within_reach_any": "within_reach"})


def _without_contributions(catalogue: Catalogue) -> Catalogue:
    return catalogue.with_values({f"{kind.id}.contribution": 0.0 for kind in catalogue.kinds})


def _reach_of(cohorts: pd.DataFrame) -> dict[str, pd.Series]:
    return {study: cohorts[f"reach_{study}"] for study in needs.STUDIES}


def _reached(
    here: dict[str, pd.DataFrame],
    catalogue: Catalogue,
    kind: Kind | None,
    wanted: tuple[str, ...],
    decay: str,
    *,
    at_any_cost: bool = False,
) -> dict[str, pd.DataFrame]:
    """Return the journeys that bring each need within reach; without help where `kind` is None."""
    reached: dict[str, pd.DataFrame] = {}
    for need in wanted:
        if need == "technical" and "academic" in reached and here["technical"] is here["academic"]:
            reached[need] = reached["academic"]
        else:
            purpose = needs.PURPOSE_OF[need]
            reached[need] = access.journey_reach(here[need], catalogue, kind, purpose, decay, at_any_cost=at_any_cost)
    return reached


def takers_100(people: pd.Series, take_up: float) -> pd.Series:
    """Return the expected takers of cohorts of so many people, in whole hundredths of a person, halves up."""
    return half_up((people * 100).round().astype("int64") * round(take_up * 10_000) // 100)


def _miles_10(
    kind: Kind, reached: dict[str, pd.DataFrame], gains: dict[str, pd.Series], catalogue: Catalogue
) -> pd.Series:
    """Return tenths of a mile one way to the destination, for a kind that is paid by the mile.

    It is the nearest that serves a need in which the kind brings something; of two such the farther, so that the money
    is enough for either.
    """
    cohorts = gains["work"].index
    if kind.shared or not catalogue.value(kind, "price_per_mile", 0.0):  # a shared vehicle's miles are the vehicle's
        return pd.Series(0, index=cohorts)
    nearest = {need: table.groupby("from_id")["distance_km"].min().reindex(cohorts) for need, table in reached.items()}
    useful = pd.concat([km.where(gains[need] > 0) for need, km in nearest.items()], axis=1).max(axis=1)
    return tenths_of_miles(useful.fillna(0.0))


def _unit_price_pence(kind: Kind, miles_10: pd.Series, catalogue: Catalogue) -> pd.Series:
    """Return the gross price a taker and year in pence: the price, and the mileage at the rate a mile."""
    return catalogue.pence(kind, "price") + cost_pence(miles_10, kind, catalogue)


def _unit_contribution_pence(
    kind: Kind, price: pd.Series, cohorts: pd.DataFrame, catalogue: Catalogue
) -> pd.Series | int:
    """Return what a taker pays a year: the cohort's own where it has one, at most the price; else the catalogue's.

    No offer may cost less than nothing: `applicants_report` says what is charged beyond the price on a bought vehicle.
    """
    if "contribution_pence" in cohorts:
        return cohorts["contribution_pence"].astype("int64").clip(upper=price)
    contribution = catalogue.pence(kind, "contribution")
    if (price < contribution).any():
        problem = "is more than the price: a taker would pay the council more than the support costs. Lower it."
        if services.is_bought(kind, catalogue):
            problem = f"is more than the price a taker. {kind.label} is paid by the vehicle: leave this at nought, and "
            problem += f"take what its riders pay off {kind.id}.vehicle_price."
        raise InputError("catalogue", [Fault(f"{kind.id}.contribution", problem)])
    return contribution
