"""Read a council's own tickets: a small CSV file, or [[ticket]] in a scenario file, which is how they are kept.

    ticket,price,period,operators,lines,zone,destinations,source,dated,until
    Fenland young person's weekly,14.00,week,Fenland Buses,,,,Operator's price list,01/09/2026,31/08/2027
    Boston zone term ticket,120.00,term,,,Boston,Boston College,Agreement of 2026,2026-07-15,

Only ticket, price and period (day, week, month, term, year) are needed; several names in a cell have ; between them.
The names above are made up.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from budget.allocation.inputs.toml_tables import Pounds, Table, read_table
from budget.offers.catalogue import default_catalogue
from budget.offers.tickets import PERIODS, Ticket
from budget.scenarios.limits_toml import in_pounds
from data import text_tables
from data.faults import Fault, InputError
from data.opening.files import content_of
from data.suggest import did_you_mean

KEY = "ticket"
MOST_LINES = 5_000  # a county has some dozens of tickets
COLUMNS = ("ticket", "price", "period", "operators", "lines", "zone", "destinations", "source", "dated", "until")
NEEDED = {"name": "ticket", "price": "price", "period": "period"}
LISTS, DAYS = ("operators", "lines", "zone", "destinations"), ("dated", "until")
SAID = {"daily": "day", "weekly": "week", "monthly": "month", "termly": "term", "annual": "year", "yearly": "year"}
HEADINGS = {"name": "ticket", "operator": "operators", "line": "lines", "destination": "destinations", "date": "dated"}
A_LIST = 'must be a list of names, such as ["Fenland Buses"].'
A_DAY = "must be a date, written 2026-09-01 without quotation marks."
A_WRITTEN_DAY = "is no date. Write the day as 01/09/2026 or 2026-09-01."


class TicketTable(Table):
    """One ticket."""

    name: str = Field("", pattern="[A-Za-z0-9]", max_length=80, description="must be a name of 1 to 80 characters.")
    price: Pounds = 0
    period: Literal["day", "week", "month", "term", "year"] = Field(
        "week", description=f"is {{value}}, and must be one of {', '.join(PERIODS)}."
    )
    operators: list[str] = Field([], description=A_LIST)
    lines: list[str] = Field([], description=A_LIST)
    zone: list[str] = Field([], description=A_LIST)
    destinations: list[str] = Field([], description=A_LIST)
    source: str = Field("", description="must be a text in quotation marks.")
    dated: datetime.date | None = Field(None, description=A_DAY)
    until: datetime.date | None = Field(None, description=A_DAY)


def tickets_from(raw: object, faults: list[Fault]) -> tuple[Ticket, ...]:
    """Return the tickets of [[ticket]], adding every fault in them; with faults those that could be read."""
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        faults.append(Fault(KEY, f"must be tables under headings [[{KEY}]]."))
        return ()
    return _tickets({f"{KEY} {number}": each for number, each in enumerate(raw, start=1)}, faults, {})


def _tickets(raw: Mapping[str, dict], faults: list[Fault], called: Mapping[str, str]) -> tuple[Ticket, ...]:
    """Return the tickets of tables by their place; `called`: what the file calls a key, if not its name."""
    found = [ticket for where, each in raw.items() if (ticket := _ticket(each, where, faults, called))]
    ids = [ticket.id for ticket in found]
    faults += [
        Fault(KEY, f'"{ticket.name}" is there twice, or differs from another in signs alone. Give each its own name.')
        for number, ticket in enumerate(found)
        if ids.index(ticket.id) < number
    ]
    kinds = {kind.id for kind in default_catalogue().kinds}
    faults += [Fault(KEY, f'"{each.name}" is the id of a kind of support.') for each in found if each.id in kinds]
    return tuple(found)


def _ticket(raw: dict, where: str, faults: list[Fault], called: Mapping[str, str]) -> Ticket | None:
    before = len(faults)
    given = read_table(TicketTable, raw, faults, where=where)
    faults += [Fault(where, f"lacks {called.get(name, name)}.") for name in NEEDED if name not in raw]
    if given.get("price") == 0:
        faults.append(Fault(f"{where}, price", "must be above £0."))
    if len(faults) > before:
        return None
    values: dict[str, Any] = {key: tuple(each) if isinstance(each, list) else each for key, each in given.items()}
    return Ticket(price_pence=values.pop("price"), **values)


def tables_of(tickets: Sequence[Ticket]) -> dict[str, list]:
    """Return the key of a scenario file that holds them."""
    tables = []
    for ticket in tickets:
        table: dict[str, Any] = {"name": ticket.name, "price": in_pounds(ticket.price_pence), "period": ticket.period}
        rest = {name: getattr(ticket, name) for name in COLUMNS[3:]}
        table |= {name: list(each) if isinstance(each, tuple) else each for name, each in rest.items() if each}
        tables.append(table)
    return {KEY: tables} if tables else {}


def read(path: Path) -> tuple[Ticket, ...]:
    """Read a file of tickets (CSV). Raises InputError with every fault, OSError where it cannot be read."""
    return from_csv(content_of(path), path.name)


def from_csv(content: bytes, name: str) -> tuple[Ticket, ...]:
    """Return the tickets of a CSV file. Raises InputError with every fault, each with its row and column."""
    table = text_tables.read_table(content, name, MOST_LINES)
    headings = [HEADINGS.get(each.strip().casefold(), each.strip().casefold()) for each in table.columns]
    faults = [
        Fault(each, f"is no column of tickets. {did_you_mean(each, COLUMNS)}")
        for each in headings
        if each not in COLUMNS
    ]
    faults += [
        Fault(each, "is the heading of two columns. Keep one.") for each in set(headings) if headings.count(each) > 1
    ]
    if lacking := [each for each in NEEDED.values() if each not in headings]:
        faults.append(Fault("", f"lacks the columns {', '.join(lacking)}. The columns are {', '.join(COLUMNS)}."))
    if not len(table):
        faults.append(Fault("", "has no row under its headings. Write a ticket in each row, or take the file away."))
    if faults:
        raise InputError(name, faults)
    rows = {
        f"row {row}": _cells(dict(zip(headings, cells, strict=True)), f"row {row}", faults)
        for row, cells in zip(table.index, table.itertuples(index=False), strict=True)
    }
    found = _tickets(rows, faults, NEEDED)
    if faults:
        raise InputError(name, faults)
    return found


def _cells(cells: Mapping[str, str], where: str, faults: list[Fault]) -> dict[str, Any]:
    """Return a row as the table of a scenario file has it; an empty cell is left out."""
    table: dict[str, Any] = {}
    for column, text in cells.items():
        if not text:
            continue
        if column in LISTS:
            table[column] = [each.strip() for each in text.split(";") if each.strip()]
        elif column in DAYS:
            day = _day(text)
            if day is None:
                faults.append(Fault(f"{where}, {column}", f"{text[:40]!r} {A_WRITTEN_DAY}"))
            else:
                table[column] = day
        elif column == "period":
            said = re.sub(r"^(a|per|one|1)\s+", "", text.casefold())
            table[column] = SAID.get(said, said)
        else:
            table["name" if column == "ticket" else column] = text
    return table


def _day(text: str) -> datetime.date | None:
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%y"):
        try:
            return datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
