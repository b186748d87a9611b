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

from budget.offers.catalogue import KIND_FIGURES, Catalogue, Kind, Range
from data.figures import Figure
from data.wording import exact_pounds, long_date

BUS = "bus"
TERMS_A_YEAR = 3
WEEKS_A_MONTH = 4  # a monthly ticket is for 28 days or a little more: the dearer way to count
PERIODS = ("day", "week", "month", "term", "year")


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
