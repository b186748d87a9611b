"""A council's own ticket, such as a young person's weekly: which journeys by bus it covers, and what it costs a year.

On a journey that a ticket covers, each pass of the catalogue (bus_pass, bus_discount) is one for that ticket, at its
price: the kind `TICKET-KIND` ("fenland-weekly-bus_pass"). Elsewhere the pass has the catalogue's price. A young person
without help pays the ticket where it costs less a week than single fares. Of several tickets the cheapest counts.
"""

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from budget.offers.access import JOURNEYS_A_DAY
from budget.offers.catalogue import KIND_FIGURES, Catalogue, Kind, Range
from data.bundle import County
from data.faults import Fault, InputError
from data.figures import Figure
from data.suggest import did_you_mean
from data.wording import exact_pounds, long_date

BUS = "bus"
TICKET = "ticket"  # a column of journeys: the id of the ticket that covers each, "" for none
TERMS_A_YEAR = 3
WEEKS_A_MONTH = 4  # a monthly ticket is for 28 days or a little more: the dearer way to count
PERIODS = ("day", "week", "month", "term", "year")
BETWEEN = " + "  # in journey details, between the vehicles of a journey


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket for buses. Money in pence. An empty list bounds nothing."""

    name: str
    price_pence: int
    period: str  # of PERIODS
    operators: tuple[str, ...] = ()  # as timetables name them
    lines: tuple[str, ...] = ()  # likewise
    zone: tuple[str, ...] = ()  # districts, or codes of areas, in which the journey starts
    destinations: tuple[str, ...] = ()  # ids or names of the places to which it is good
    source: str = ""
    dated: datetime.date | None = None  # when the price was read or agreed
    until: datetime.date | None = None  # the last day on which it holds

    @property
    def id(self) -> str:
        """The name in small letters and digits, with - for all else."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.casefold()).strip("-")[:40]

    @property
    def label(self) -> str:
        """Everything about it in one line."""
        good = [
            f"{word} {', '.join(each)}"
            for word, each in (
                ("on buses of", self.operators),
                ("on lines", self.lines),
                ("from", self.zone),
                ("to", self.destinations),
            )
            if each
        ]
        return f"{self.name} ({exact_pounds(self.price_pence)} a {self.period}{', ' + '; '.join(good) if good else ''})"

    @property
    def origin(self) -> str:
        """Where the price is from, its date and its end, in words."""
        parts = [
            self.source or "The council's own ticket file",
            f"price of {long_date(self.dated)}" if self.dated else "price without a date",
            f"until {long_date(self.until)}" if self.until else "",
        ]
        return ", ".join(filter(None, parts))

    def times_a_year(self, figures: Mapping[str, float]) -> int:
        """Return how many are bought for a year of travel; a part of one is bought whole."""
        weeks = figures["weeks_a_year"]
        times = {
            "day": weeks * figures["days_a_week"],
            "week": weeks,
            "month": weeks / WEEKS_A_MONTH,
            "term": TERMS_A_YEAR,
            "year": 1,
        }
        return math.ceil(round(times[self.period], 6))

    def year_pence(self, figures: Mapping[str, float]) -> int:
        """Return what a year of travel costs."""
        return self.price_pence * self.times_a_year(figures)


def pass_id(ticket: Ticket, kind_id: str) -> str:
    """Return the id of the kind of support that is a pass of the catalogue for this ticket."""
    return f"{ticket.id}-{kind_id}"


def with_tickets(catalogue: Catalogue, tickets: Sequence[Ticket], own: Mapping[str, float]) -> Catalogue:
    """Return the catalogue with each of its passes for each ticket; `own` are figures that the council sets."""
    if not tickets:
        return catalogue
    values = {**catalogue.figures, **own}
    passes = [kind for kind in catalogue.kinds if _is_pass(kind, values)]
    kinds = tuple(replace(kind, ticket="") if kind in passes else kind for kind in catalogue.kinds)
    made = [(ticket, kind) for ticket in tickets for kind in passes]
    more = [_for_ticket(kind, ticket) for ticket, kind in made]
    figures = [figure for ticket, kind in made for figure in _figures(ticket, kind, catalogue, values)]
    whole = replace(catalogue, kinds=kinds).with_kinds(more, figures)
    take_up = {each.name: each for ticket, kind in made for each in _take_up_range(ticket, kind, catalogue)}
    return replace(whole, ranges_as_shipped={**catalogue.ranges_as_shipped, **take_up})


def _is_pass(kind: Kind, values: Mapping[str, float]) -> bool:
    """Say whether a kind pays the fare of a bus, or a part of it, at one price a taker."""
    alone = kind.mode == BUS and not kind.shared and f"{kind.id}.price_per_mile" not in values
    return alone and values.get(f"{kind.id}.fare_share", 1.0) < 1


def _for_ticket(kind: Kind, ticket: Ticket) -> Kind:
    label = f"{kind.label}: {ticket.name}"
    text = f"{kind.text} At the price of {ticket.name}, on the journeys that it covers."
    return replace(kind, id=pass_id(ticket, kind.id), label=label, text=text, ticket=ticket.id)


def _figures(ticket: Ticket, kind: Kind, catalogue: Catalogue, values: Mapping[str, float]) -> list[Figure]:
    """Return the figures of a pass for a ticket: those of the catalogue's pass, and the ticket's own price."""
    figures = []
    for name, (label, unit) in KIND_FIGURES.items():
        if f"{kind.id}.{name}" not in values:
            continue
        own, words = f"{pass_id(ticket, kind.id)}.{name}", f"{kind.label}: {ticket.name}: {label.lower()}"
        if name == "price":
            share = 1 - values[f"{kind.id}.fare_share"]
            pounds = math.floor(ticket.year_pence(values) * share + 0.5) / 100
            part = "" if share == 1 else f", of which the council pays {share:.0%}"
            times = (
                f"{ticket.times_a_year(values)} a year at {exact_pounds(ticket.price_pence)} a {ticket.period}{part}"
            )
            note = f"{times}. {ticket.origin}."
            figures.append(Figure(own, words, unit, pounds, None, note, set_by_council=True, until=ticket.until))
        else:
            usual = catalogue.figures.figure(f"{kind.id}.{name}")
            figures.append(replace(usual, name=own, label=words, value=values[usual.name]))
    return figures


def _take_up_range(ticket: Ticket, kind: Kind, catalogue: Catalogue) -> list[Range]:
    """Return the range of take-up of the catalogue's pass as that of the pass for a ticket, whose price is known."""
    usual = catalogue.ranges_as_shipped.get(f"{kind.id}.take_up")
    if usual is None:
        return []
    name = f"{pass_id(ticket, kind.id)}.take_up"
    low, high = replace(usual.low, name=f"{name}.low"), replace(usual.high, name=f"{name}.high")
    return [Range(low, replace(usual.central, name=name), high)]


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
        covered = covered & journeys["source"].ne("estimate").to_numpy() & pairs.isin(_ridden(ticket, county))
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
    areas, places, details = county.areas, county.destinations, county.journey_details
    ridden = {name: set() if details is None else _vehicles(details[name]) for name in ("operators", "lines")}
    known = {
        **ridden,
        "zone": {*areas["district_name"].dropna(), *areas.index},
        "destinations": {*places["name"].dropna(), *places.index},
    }
    faults = []
    for ticket in tickets:
        for name, there in known.items():
            asked = getattr(ticket, name)
            if asked and name in ridden and details is None:
                problem = (
                    f"are given, and {county.manifest.name} has no timetables that say which bus is whose. Build it "
                    "with --timetables, or give the zone and the destinations of the ticket instead."
                )
                faults.append(Fault(f"ticket {ticket.name}, {name}", problem))
                continue
            plain = _plain(there)
            for each in asked:
                if not _plain([each]) <= plain:
                    where = "is on no journey by timetable here" if name in ridden else "is not in this county"
                    hint = did_you_mean(each, sorted(map(str, there)))
                    faults.append(Fault(f"ticket {ticket.name}, {name}", f'"{each}" {where}. {hint}'))
    if faults:
        raise InputError("scenario", faults)


def _vehicles(column: pd.Series) -> set[str]:
    """Return what a column of journey details names, each vehicle by itself."""
    return {one for each in column.unique() for one in str(each).split(BETWEEN) if one}


def _plain(names) -> set[str]:
    return {" ".join(str(name).split()).casefold() for name in names}


def _plain_column(names: pd.Series) -> pd.Series:
    return names.astype("string").fillna("").str.split().str.join(" ").str.casefold()
