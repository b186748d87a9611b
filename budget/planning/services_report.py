"""Say of a plan which buses it funds and whom they bring within reach, and whom withdrawn lines cut off."""

from dataclasses import asdict, dataclass

from budget.offers.access import JOURNEYS_A_DAY
from budget.planning import services_changed
from budget.planning.plan import Plan
from budget.planning.services_changed import CutOff
from budget.planning.within_reach import about
from budget.scenarios.funded_journey import FundedJourney
from data.wording import counted, exact_pounds, listed

SHOWN = 3  # areas by name
PLACES = {"college": "college", "work": "place of work"}


@dataclass(frozen=True, slots=True)
class BusInPlan:
    """What a plan makes of one bus that it may fund."""

    id: str
    name: str
    funded: bool
    price_pence: int  # a year
    seats: int
    takers: float  # who are given it
    within_reach: float  # people whom it brings within reach of college or work, among its takers
    areas: tuple[str, ...]  # codes of the cohorts that are given it
    could_take: float  # expected takers, were it offered to every cohort in the plan that it brings something
    could_serve: int  # how many cohorts those are


def buses(plan: Plan) -> list[BusInPlan]:
    """Return the buses of a plan's scenario, in its order."""
    found, chosen, offers = [], plan.allocation.chosen, plan.choices.offers
    running = set(plan.allocation.services.index[plan.allocation.services["units"] > 0])
    for journey in plan.scenario.journeys:
        kind = plan.catalogue.kind(journey.id)
        mine = chosen[chosen.index.get_level_values("option") == journey.id]
        could = offers[offers.index.get_level_values("option") == journey.id]
        found.append(
            BusInPlan(
                journey.id,
                journey.name,
                journey.id in running,
                plan.catalogue.pence(kind, "vehicle_price"),
                int(plan.catalogue.value(kind, "vehicle_seats", 0)),
                float(mine["people"].sum()),
                float(mine["within_reach"].sum()),
                tuple(mine.index.get_level_values("cohort")),
                float(could["people"].sum()),
                len(could),
            )
        )
    return found


def cut_off(plan: Plan) -> CutOff | None:
    """Return whom the lines that the scenario withdraws cut off, None where none are withdrawn."""
    return services_changed.cut_off(plan.county, plan.scenario, plan.catalogue)


def to_json(plan: Plan) -> dict:
    """Return both as JSON holds them; nothing where the scenario has neither."""
    lost = cut_off(plan)
    found: dict = {"journeys_funded": [asdict(each) for each in buses(plan)]} if plan.scenario.journeys else {}
    if lost is not None:
        found["withdrawn"] = {"lines": [each.label for each in plan.scenario.withdrawn]} | asdict(lost)
    return found


def in_words(plan: Plan) -> list[str]:
    """Return a sentence on each bus, and on whom the withdrawn lines cut off."""
    cohort = "area" if plan.applicants is None else "applicant"
    lines = [
        _bus_in_words(each, cohort) + ("" if each.could_serve else _too_dear(plan, journey))
        for each, journey in zip(buses(plan), plan.scenario.journeys, strict=True)
    ]
    lost = cut_off(plan)
    if lost is None:
        return lines
    gone = listed([each.label for each in plan.scenario.withdrawn])
    parts = [
        f"{about(people[purpose])} low-income young people in {counted(len(codes), 'area')} "
        f"({_named(plan, codes)}) {words.format(PLACES[purpose])}"
        for people, areas, words in (
            (lost.people, lost.areas, "can no longer be at any {} in time by themselves"),
            (lost.fewer_people, lost.fewer_areas, "lose a {} that they could be at in time, and have another"),
        )
        for purpose, codes in areas.items()
        if codes
    ]
    found = "; ".join(parts) if parts else "nobody loses a college or a place of work where they could be in time"
    line = "line" if len(plan.scenario.withdrawn) == 1 else "lines"
    return [*lines, f"Without {line} {gone}: {found}."]


def _bus_in_words(bus: BusInPlan, cohort: str) -> str:
    price = exact_pounds(bus.price_pence)
    if bus.funded:
        return (
            f"{bus.name} is funded at {price} a year: {about(bus.takers)} of {bus.seats} seats taken, from "
            f"{counted(len(bus.areas), cohort)}; {about(bus.within_reach)} people are brought within reach."
        )
    if not bus.could_serve:
        return (
            f"{bus.name} is not funded: it brings no {cohort}{' in target' * (cohort == 'area')} anything within reach."
        )
    return (
        f"{bus.name} is not funded: at {price} a year the plan does better without it. It could serve "
        f"{counted(bus.could_serve, cohort)} with {about(bus.could_take)} expected takers."
    )


def _too_dear(plan: Plan, journey: FundedJourney) -> str:
    """Say that the fare of a bus that serves nobody is more than is affordable, where it is."""
    figures = plan.catalogue.figures
    fare = figures.pence("bus_fare") if journey.fare_pence is None else journey.fare_pence
    week, limit = fare * JOURNEYS_A_DAY * figures["days_a_week"], figures.pence("affordable_weekly_cost")
    if week <= limit:
        return ""
    return (
        f" Its fare of {exact_pounds(fare)} a ride comes to {exact_pounds(round(week))} a week, more than the "
        f"{exact_pounds(limit)} set as affordable: try a lower fare."
    )


def _named(plan: Plan, codes: tuple[str, ...]) -> str:
    names = [str(plan.county.areas.loc[code, "area_name"]) for code in codes[:SHOWN]]
    return listed([*names, f"{len(codes) - SHOWN:,} more"] if len(codes) > SHOWN else names)
