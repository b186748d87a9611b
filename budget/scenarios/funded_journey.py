"""A bus that a council may fund: along which stops and when, at what price a year, with how many seats.

In the catalogue it is a kind of support of its own, paid by the vehicle, so that a plan weighs it against passes, taxis
and minibuses. Its figures are named by its id ("fen-bus.vehicle_price"), and a scenario's [figures] may change them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from budget.offers.catalogue import KIND_FIGURES, Catalogue, Kind
from data.figures import Figure
from data.timetables.altering import Call
from data.wording import percent, pounds

LIKE_A_PASS = "bus_pass.take_up"  # noqa: S105 - no password; what is taken where the council gives no take-up


@dataclass(frozen=True, slots=True)
class FundedJourney:
    """One journey there and one home again, by the same vehicle. Money in pence."""

    id: str
    name: str
    price_pence: int  # a year, for both ways
    seats: int
    there: tuple[Call, ...]
    home: tuple[Call, ...]
    fare_pence: int | None = None  # a single ride that the traveller pays; None: what another bus costs
    take_up: float | None = None  # the share of those brought within reach who use it; None: as of a bus pass

    @property
    def label(self) -> str:
        """Everything about it in one line."""
        fare = "the usual fare" if self.fare_pence is None else f"a fare of {pounds(self.fare_pence)}"
        take_up = "" if self.take_up is None else f", take-up {percent(self.take_up)}"
        price = f"{pounds(self.price_pence)} a year, {self.seats} seats, {fare}{take_up}"
        ways = [", ".join(call.label for call in calls) for calls in (self.there, self.home) if calls]
        return f"{self.name} ({price}: {'; home '.join(ways)})"


def with_journeys(catalogue: Catalogue, journeys: Sequence[FundedJourney]) -> Catalogue:
    """Return the catalogue with journeys that may be funded among its kinds."""
    if not journeys:
        return catalogue
    figures = [figure for each in journeys for figure in _figures(each, catalogue)]
    return catalogue.with_kinds([_kind(each) for each in journeys], figures)


def _kind(journey: FundedJourney) -> Kind:
    return Kind(
        journey.id,
        label=journey.name,
        text="A bus that the council funds, there and home again, along the stops of the scenario.",
        mode="bus",
        purposes=("college", "work"),
        ledger_group="Third party payments",
        paid_in_advance=False,
        shared=True,
        to_timetable=True,
    )


def _figures(journey: FundedJourney, catalogue: Catalogue) -> list[Figure]:
    given = {
        "price": 0.0,
        "contribution": 0.0,
        "vehicle_price": journey.price_pence / 100,
        "vehicle_seats": journey.seats,
        "vehicles_at_most": 1,
    }
    if journey.take_up is not None:
        given["take_up"] = journey.take_up
    figures = []
    for name, (label, unit) in KIND_FIGURES.items():
        own, words = f"{journey.id}.{name}", f"{journey.name}: {label.lower()}"
        if name in given:
            figures.append(Figure(own, words, unit, float(given[name]), source=None, set_by_council=True))
        elif name == "take_up":
            usual = catalogue.figures.figure(LIKE_A_PASS)
            figures.append(replace(usual, name=own, label=words, note=f"As of a bus pass. {usual.note}"))
    return figures
