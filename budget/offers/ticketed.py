"""Find the journeys by bus that a council's own ticket covers, and what they cost with it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from budget.offers.access import JOURNEYS_A_DAY
from budget.offers.tickets import BUS, Ticket
from data import travel
from data.bundle import County
from data.faults import Fault, InputError
from data.suggest import did_you_mean

TICKET = "ticket"  # a column of journeys: the id of the ticket that covers each, "" for none
NAMED = ("operators", "lines", "zone", "destinations")
SHOWN = 6  # names of what there is, in a fault
NO_OPERATORS = (
    "are given, and {county} has no timetables that say which bus is whose. Build it with --timetables, or give the "
    "zone and the destinations of the ticket instead."
)
BETWEEN = " + "  # in journey details, between the vehicles of a journey


def marked(
    journeys: pd.DataFrame, county: County, tickets: Sequence[Ticket], figures: Mapping[str, float]
) -> pd.DataFrame:
    """Return journeys from areas with the column `ticket`, and the fare of those that a ticket makes cheaper.

    The fare is then the ticket's for a year, shared out over the single journeys of a year, in pence with parts.
    """
    if not tickets:
        return journeys
    here, price = np.full(len(journeys), "", dtype=object), np.full(len(journeys), np.inf)
    for ticket in tickets:
        better = _covers(ticket, journeys, county) & (price > ticket.year_pence(figures))
        here[better], price[better] = ticket.id, ticket.year_pence(figures)
    rides = figures["weeks_a_year"] * figures["days_a_week"] * JOURNEYS_A_DAY
    ride = np.where(here == "", np.nan, price / rides)
    fares = np.fmin(journeys["fare_pence"].to_numpy(dtype=float), ride)
    return journeys.assign(**{TICKET: here, "fare_pence": fares})


def _covers(ticket: Ticket, journeys: pd.DataFrame, county: County) -> np.ndarray:
    covered = journeys["mode"].eq(BUS).to_numpy(dtype=bool)
    if ticket.zone:
        districts, names = county.areas["district_name"], _plain(ticket.zone)
        inside = _plain_column(districts).isin(names) | _plain_column(districts.index.to_series()).isin(names)
        covered = covered & journeys["from_id"].isin(districts.index[inside.to_numpy(dtype=bool)]).to_numpy()
    if ticket.destinations:
        places, names = county.destinations["name"], _plain(ticket.destinations)
        good = _plain_column(places).isin(names) | _plain_column(places.index.to_series()).isin(names)
        covered = covered & journeys["to_id"].isin(places.index[good.to_numpy(dtype=bool)]).to_numpy()
    if ticket.operators or ticket.lines:
        pairs = pd.MultiIndex.from_frame(journeys[["from_id", "to_id"]].astype(object))
        covered = covered & journeys["source"].ne(travel.ESTIMATE).to_numpy() & pairs.isin(_ridden(ticket, county))
    return covered


def _ridden(ticket: Ticket, county: County) -> pd.MultiIndex:
    """Return the pairs of places whose journeys by bus, there and back, use buses of the ticket alone."""
    details = county.journey_details
    empty = pd.MultiIndex.from_arrays([[], []])
    if details is None:
        return empty
    rows = details.loc[details["mode"].eq(BUS), ["from_id", "to_id", "operators", "lines", "vehicles"]].astype(object)
    if rows.empty:
        return empty
    operators, lines = _plain(ticket.operators), _plain(ticket.lines)

    def good(wanted: set[str], ridden: str) -> bool:
        return not wanted or all(each in wanted for each in _plain(str(ridden).split(BETWEEN)))

    ways = rows[["operators", "lines"]].drop_duplicates()
    ways["good"] = [good(operators, way.operators) and good(lines, way.lines) for way in ways.itertuples()]
    rows = rows.merge(ways, on=["operators", "lines"], how="left")
    rows["good"] = rows["good"].astype(bool) | rows["vehicles"].eq(0)  # a way on foot needs no ticket
    pairs = rows.groupby(["from_id", "to_id"])[["good", "vehicles"]].agg({"good": "all", "vehicles": "max"})
    return pairs.index[pairs["good"].to_numpy(dtype=bool) & (pairs["vehicles"] > 0).to_numpy(dtype=bool)]


def check(county: County, tickets: Sequence[Ticket]) -> None:
    """Raise InputError for every operator, line, district and destination of tickets that the county does not have."""
    known = (
        {name: _names_there(county, name) for name in ("operators", "lines", "zone", "destinations")} if tickets else {}
    )
    faults = []
    for ticket in tickets:
        for name, there in known.items():
            asked, where = getattr(ticket, name), f"ticket {ticket.name}, {name}"
            if asked and there is None:
                faults.append(Fault(where, NO_OPERATORS.format(county=county.manifest.name)))
                continue
            plain = _plain(there or ())
            faults += [_unknown(each, name, there or set(), where) for each in asked if not _plain([each]) <= plain]
    if faults:
        raise InputError("scenario", faults)


def _unknown(name: str, what: str, there: set[str], where: str) -> Fault:
    near = did_you_mean(name, there)
    few = sorted(there)[:SHOWN]
    hint = near if near.startswith("Did") else f"There are {', '.join(few)}{' and others' * (len(there) > SHOWN)}."
    problem = "is not in the timetables here" if what in ("operators", "lines") else "is not in this county"
    return Fault(where, f'"{name}" {problem}. {hint}')


def _names_there(county: County, what: str) -> set[str] | None:
    """Return what a ticket may name here; None for operators and lines where no timetable names any."""
    if what == "zone":
        return {*county.areas["district_name"].dropna(), *county.areas.index}
    if what == "destinations":
        return {*county.destinations["name"].dropna(), *county.destinations.index}
    if county.journey_details is None:
        return None
    near = county.area_lines  # those that no shortest journey uses, too
    return _vehicles(county.journey_details[what]) | (
        set() if near is None else {*near[what.removesuffix("s")].dropna()}
    )


def _vehicles(column: pd.Series) -> set[str]:
    """Return what a column of journey details names, each vehicle by itself."""
    return {one for each in column.unique() for one in str(each).split(BETWEEN) if one}


def _plain(names) -> set[str]:
    return {" ".join(str(name).split()).casefold() for name in names}


def _plain_column(names: pd.Series) -> pd.Series:
    return names.astype("string").fillna("").str.split().str.join(" ").str.casefold()
