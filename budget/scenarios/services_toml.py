"""Read and write the buses of a scenario file that may be funded, and the lines that are withdrawn.

[[journey]]
id = "fen-bus"                   # small letters, digits, - and _
name = "Fen villages to Boston, there by nine"
price = 62000                    # pounds a year, for both ways
seats = 49
fare = 2.00                      # optional: pounds that the traveller pays for a ride; absent: the usual single fare
take_up = 0.6                    # optional: the share of those offered it who use it; absent: that of a bus pass
there = [
    { at = "07:40", stop = "2700LEWD1" },                     # a stop's id in the timetables
    { at = "07:52", easting = 531200, northing = 344100, name = "Church Lane" },   # or a new place
    { at = "08:25", stop = "2700BOST4" },
]
home = [ … ]                     # optional: the same for the way back; most journeys need both

[[withdrawn]]
line = "53"
operator = "Fenland Buses"       # optional: absent, of every operator
"""

import datetime
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import Field

from budget.allocation.inputs.toml_tables import Number, Pounds, Table, read_table
from budget.offers.catalogue import default_catalogue
from budget.scenarios.funded_journey import FundedJourney
from budget.scenarios.limits_toml import in_pounds
from data.faults import Fault
from data.journeys.question import clock, seconds
from data.timetables.altering import Call, Withdrawn

T = TypeVar("T")
KEYS = ("journey", "withdrawn")
ID = "^[a-z0-9][a-z0-9_-]{0,39}$"
NEEDED = ("id", "name", "price", "seats", "there")
AN_ID = 'must be small letters, digits, - and _ in quotation marks, such as "fen-bus".'
METRES = "must be National Grid metres (EPSG:27700), such as 531200."
CALLS = 'must be a list of calls, such as [{ at = "07:40", stop = "2700LEWD1" }, { at = "08:25", stop = "2700BOST4" }].'


class CallTable(Table):
    """One call of a bus."""

    at: str | datetime.time = Field("", description='must be a time of the day, such as "07:40".')
    stop: str = Field("", description="must be the id of a stop of the timetables in quotation marks.")
    easting: Number = Field(0, ge=1, le=700_000, description=METRES)
    northing: Number = Field(0, ge=1, le=1_300_000, description=METRES)
    name: str = Field("", description="must be a text in quotation marks.")


class JourneyTable(Table):
    """One bus that may be funded."""

    id: str = Field("", pattern=ID, description=AN_ID)
    name: str = Field("", min_length=1, description="must be a text in quotation marks.")
    price: Pounds = 0
    seats: int = Field(1, ge=1, le=500, description="must be a whole number from 1 to 500.")
    fare: Pounds = 0
    take_up: Number = Field(0.0, ge=0, le=1, description="must be a share from 0 to 1, such as 0.6.")
    there: list[dict[str, Any]] = Field([], description=CALLS)
    home: list[dict[str, Any]] = Field([], description=CALLS)


class WithdrawnTable(Table):
    """One line that is withdrawn."""

    line: str = Field("", min_length=1, description='must be the line as timetables name it, in quotation marks: "53".')
    operator: str = Field("", description="must be the operator as timetables name it, in quotation marks.")


def journeys_from(raw: object, faults: list[Fault]) -> tuple[FundedJourney, ...]:
    """Return the journeys of [[journey]], adding every fault in them; with faults those that could be read."""
    found = _each(raw, "journey", faults, _journey)
    ids = [journey.id for journey in found]
    taken = {kind.id for kind in default_catalogue().kinds}
    for id_ in dict.fromkeys(ids):
        if ids.count(id_) > 1 or id_ in taken:
            whose = "two journeys" if ids.count(id_) > 1 else "a kind of support too"
            faults.append(Fault("journey, id", f'"{id_}" is the id of {whose}. Give each an id of its own.'))
    return found


def withdrawn_from(raw: object, faults: list[Fault]) -> tuple[Withdrawn, ...]:
    """Return the lines of [[withdrawn]], adding every fault in them."""
    return _each(raw, "withdrawn", faults, _withdrawn)


def tables_of(journeys: Sequence[FundedJourney], withdrawn: Sequence[Withdrawn]) -> dict[str, list]:
    """Return the keys of a scenario file that hold them."""
    tables: dict[str, list] = {
        "journey": [_journey_table(each) for each in journeys],
        "withdrawn": [
            {"line": each.line} | ({"operator": each.operator} if each.operator else {}) for each in withdrawn
        ],
    }
    return {key: rows for key, rows in tables.items() if rows}


def _each(
    raw: object, key: str, faults: list[Fault], read: Callable[[dict, str, list[Fault]], T | None]
) -> tuple[T, ...]:
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        faults.append(Fault(key, f"must be tables under headings [[{key}]]."))
        return ()
    made = [read(each, f"{key} {number}", faults) for number, each in enumerate(raw, start=1)]
    return tuple(each for each in made if each is not None)


def _journey(raw: dict, where: str, faults: list[Fault]) -> FundedJourney | None:
    before = len(faults)
    given = read_table(JourneyTable, raw, faults, where=where)
    faults += [Fault(where, f"lacks {name}.") for name in NEEDED if name not in raw]
    ways = {way: _calls(given[way], f"{where}, {way}", faults) for way in ("there", "home") if given.get(way)}
    if "there" in given and not given["there"]:
        faults.append(Fault(f"{where}, there", CALLS))
    if len(faults) > before:
        return None
    return FundedJourney(
        given["id"],
        given["name"],
        given["price"],
        given["seats"],
        ways["there"],
        ways.get("home", ()),
        given.get("fare"),
        given.get("take_up"),
    )


def _calls(raw: Sequence[dict], where: str, faults: list[Fault]) -> tuple[Call, ...]:
    calls: list[Call] = []
    for number, each in enumerate(raw, start=1):
        place = f"{where} {number}"
        given = read_table(CallTable, each, faults, where=place)
        at = given.get("at", "")
        time = seconds(at.strftime("%H:%M") if isinstance(at, datetime.time) else at, f"{place}, at", faults)
        placed = {"easting", "northing"} & each.keys()
        if bool(given.get("stop")) == (len(placed) == 2) or len(placed) == 1:
            faults.append(Fault(place, "needs either stop, or easting and northing."))
        if calls and time < calls[-1].seconds:
            faults.append(Fault(f"{place}, at", f"{clock(time)} is before the call above it. Write calls in order."))
        calls.append(
            Call(
                time,
                given.get("stop", ""),
                float(given.get("easting", 0)),
                float(given.get("northing", 0)),
                given.get("name", ""),
            )
        )
    if len(calls) < 2:
        faults.append(Fault(where, "needs two calls at least: where one gets on, and where one gets off."))
    return tuple(calls)


def _withdrawn(raw: dict, where: str, faults: list[Fault]) -> Withdrawn | None:
    given = read_table(WithdrawnTable, raw, faults, where=where)
    if "line" not in raw:
        faults.append(Fault(where, "lacks line."))
    return Withdrawn(given["line"], given.get("operator", "")) if "line" in given else None


def _journey_table(journey: FundedJourney) -> dict:
    table: dict = {
        "id": journey.id,
        "name": journey.name,
        "price": in_pounds(journey.price_pence),
        "seats": journey.seats,
    }
    if journey.fare_pence is not None:
        table["fare"] = in_pounds(journey.fare_pence)
    if journey.take_up is not None:
        table["take_up"] = journey.take_up
    table |= {way: [_call_table(call) for call in getattr(journey, way)] for way in ("there", "home")}
    return {key: value for key, value in table.items() if value != []}


def _call_table(call: Call) -> dict:
    if call.stop:
        return {"at": clock(call.seconds), "stop": call.stop}
    place = {"at": clock(call.seconds), "easting": call.easting, "northing": call.northing}
    return place | ({"name": call.name} if call.name else {})
