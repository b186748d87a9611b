"""Read a bus that somebody wrote into boxes: a line for each stop, with the time and the stop's name or id."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from budget.scenarios import services_toml
from budget.scenarios.funded_journey import FundedJourney
from data.faults import Fault, InputError
from data.suggest import did_you_mean

LIKE = re.compile(r"^(\d{1,2}[:.]\d{2})\s+(.+)$")
GRID = re.compile(r"^(\d{5,6})[\s,]+(\d{5,7})\s*(.*)$")  # eastings, northings, and a name
SAME_PLACE_M = 250  # assumption: stops of one name so near to each other are the two sides of one street
SHOWN = 4
LABELS = {  # of the boxes
    "name": "What it is called",
    "price": "Price a year for both ways, in pounds",
    "seats": "Seats",
    "fare": "Single fare, in pounds (empty: as any bus)",
    "there": "Stops on the way there",
    "home": "Stops on the way home",
}
EMPTY = {  # what to do where a box that is needed is empty
    "name": "is empty. Write a name by which the plan is to call the bus.",
    "price": "is empty. Write what the bus costs a year, such as 62,000.",
    "there": 'is empty. Write a line for each stop, such as "07:40 Church Lane".',
}
HOW = 'Write the time and the stop, such as "07:40 Church Lane", a line for each.'


def stops_of(timetable: pd.DataFrame) -> pd.DataFrame:
    """Return stop_id, name, easting and northing of the stops of a county's timetable, those of its first day."""
    first = timetable.iloc[0]
    return pd.DataFrame({name: first[f"stops.{name}"] for name in ("stop_id", "name", "easting", "northing")})


def journey_from(boxes: Mapping[str, object], stops: pd.DataFrame, taken: set[str]) -> FundedJourney:
    """Return the bus of the boxes name, price, seats, fare, there and home; `taken` are ids that others have.

    A stop is known by its id, its name, or National Grid metres. Raises InputError with every fault.
    """
    empty = [key for key in EMPTY if not str(boxes[key]).strip()]
    faults = [Fault(LABELS[key], EMPTY[key]) for key in empty]
    name = str(boxes["name"]).strip()
    table: dict[str, object] = {"name": name, "price": boxes["price"], "seats": boxes["seats"], "id": _id(name, taken)}
    if str(boxes["fare"]).strip():
        table["fare"] = boxes["fare"]
    for way in ("there", "home"):
        calls = _calls(str(boxes[way]), LABELS[way], stops, faults)
        if calls or way == "there":
            table[way] = calls
    read: list[Fault] = []
    made = services_toml.journeys_from([table], read)
    for each in read:  # by the name of its box: a fault of a box that is empty is told already
        key, *rest = re.sub(r"^journey( 1)?(, )?", "", each.where).split(", ")
        if key not in empty and (key != "id" or name):
            faults.append(Fault(", ".join([LABELS.get(key, key), *rest]), each.problem))
    if faults:
        raise InputError("bus", faults)
    return made[0]


def _id(name: str, taken: set[str]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:36] or "bus"
    return next(
        each for number in range(1, len(taken) + 2) if (each := plain + f"-{number}" * (number > 1)) not in taken
    )


def _calls(text: str, way: str, stops: pd.DataFrame, faults: list[Fault]) -> list[dict]:
    calls = []
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), start=1):
        where, found = f"{way}, line {number}", LIKE.match(line)
        if not found:
            faults.append(Fault(where, f'"{line[:60]}" has no time and stop. {HOW}'))
            continue
        at, place = found[1].replace(".", ":").rjust(5, "0"), found[2].strip()
        if grid := GRID.match(place):
            new = {"easting": int(grid[1]), "northing": int(grid[2]), "name": grid[3].strip()}
            calls.append({"at": at, **{key: value for key, value in new.items() if value != ""}})
        else:
            calls.append({"at": at, "stop": _stop(place, where, stops, faults)})
    return calls


def _stop(place: str, where: str, stops: pd.DataFrame, faults: list[Fault]) -> str:
    """Return the id of a stop; of the two sides of a street the first by id."""
    if (stops["stop_id"] == place).any():
        return place
    names = stops["name"].astype("string").fillna("").str.strip()
    here = stops[(names.str.casefold() == " ".join(place.split()).casefold()).to_numpy(dtype=bool)]
    if here.empty:
        hint = did_you_mean(place, names[names.str.len() > 0].unique()) if len(names) <= 20_000 else ""
        hint = (
            hint
            if hint.startswith("Did")
            else "Write its name or id as the timetables have it, or eastings and northings."
        )
        faults.append(Fault(where, f'"{place[:60]}" is no stop of the timetables. {hint}'))
        return place
    metres = np.hypot(*(here[axis].max() - here[axis].min() for axis in ("easting", "northing")))
    if metres > SAME_PLACE_M:
        first = here.sort_values("stop_id").head(SHOWN).itertuples()
        ids = ", ".join(f"{each.stop_id} at {each.easting:.0f} {each.northing:.0f}" for each in first)
        faults.append(
            Fault(where, f'"{place[:60]}" is the name of {len(here)} stops. Write the id of one, such as {ids}.')
        )
    return str(here["stop_id"].astype(str).min())
