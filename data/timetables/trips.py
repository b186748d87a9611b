"""Read the journeys of a feed with the line, operator and mode of each; tell those for pupils or on demand apart."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import pandas as pd

from data.timetables.archive import Feed
from data.timetables.notes import Notes
from data.timetables.services import Services
from data.timetables.tables import one_row_an_id, whole
from data.travel import Mode, by_route_type

NAMED_FOR_SCHOOL = re.compile(r"\b(schools?|academy|scholars?|pupils?)\b", re.IGNORECASE)
# A service keeps to school days if it runs on at most this share of the weekdays from its first day to its last, where
# there are enough of them. A school year has 190 days (39 weeks less a few days) of some 260 weekdays: 73 %.
SCHOOL_SHARE, ENOUGH_WEEKDAYS = 0.85, 120
MOST_DIGITS = 9  # of the type of a route, which has up to four; Python refuses to read thousands

Holidays = Iterable[tuple[date, date]]


def read_trips(
    feed: Feed, services: Services, modes: Mapping[str, Mode], school_holidays: Holidays, notes: Notes
) -> tuple[pd.DataFrame, pd.Index]:
    """Return one row a journey of a feed that can run, in order of `trip_id`, and the ids of the other journeys.

    Columns are those of a timetable, with `service` (its row in `services`) and `block` ("" for none).
    """
    read = whole(
        feed,
        "trips.txt",
        ["trip_id", "route_id", "service_id"],
        ["trip_headsign", "trip_short_name", "block_id"],
        notes,
    )
    trips = one_row_an_id(read, "trip_id", f"{feed.name}, trips.txt", notes)
    routes = _routes(feed, modes, notes)
    trips["service"] = services.ids.get_indexer(trips["service_id"])
    route = pd.Index(routes["route_id"]).get_indexer(trips["route_id"])
    modeless = (
        (route >= 0) & ~routes["mode"].astype(bool).to_numpy()[route] if len(routes) else np.zeros(len(trips), bool)
    )
    lost = {
        "unknown_service": (trips["service"] < 0).to_numpy(),
        "unknown_route": route < 0,
        "no_mode": modeless,
    }
    for kind, rows in lost.items():
        examples = trips["trip_id"][rows]
        if kind == "no_mode":
            examples = "route type " + routes["route_type"].iloc[route[rows]]
        notes.add(kind, rows.sum(), examples)
    kept = ~np.any(list(lost.values()), axis=0)
    others = pd.Index(trips["trip_id"][~kept], dtype=object)
    of_route = routes.iloc[route[kept]].reset_index(drop=True)
    trips = trips[kept].reset_index(drop=True)
    named = _named_for_school(of_route["names"] + " " + trips["trip_headsign"] + " " + trips["trip_short_name"])
    keeping = [
        at for at in set(trips["service"][named]) if _keeps_to_school_days(services.days_of(at), school_holidays)
    ]
    school = named & trips["service"].isin(keeping).to_numpy()
    read = pd.DataFrame(
        {
            "trip_id": trips["trip_id"],
            "line": of_route["line"],
            "operator": of_route["operator"],
            "operator_code": of_route["operator_code"],
            "mode": of_route["mode"],
            "headsign": trips["trip_headsign"],
            "school_only": of_route["school_only"] | school,
            "demand_responsive": of_route["demand_responsive"],
            "feed": feed.name,
            "service": trips["service"],
            "block": trips["block_id"],
        }
    )
    return read, others


def _routes(feed: Feed, modes: Mapping[str, Mode], notes: Notes) -> pd.DataFrame:
    """Return one row a route: route_id, line, operator, operator_code, mode ("" for none), school_only, and so on."""
    optional = ["agency_id", "route_short_name", "route_long_name", "route_desc"]
    read = whole(feed, "routes.txt", ["route_id", "route_type"], optional, notes)
    routes = one_row_an_id(read, "route_id", f"{feed.name}, routes.txt", notes)
    agency = whole(feed, "agency.txt", ["agency_name"], ["agency_id", "agency_noc"], notes)
    agency = agency.sort_values(list(agency)).drop_duplicates("agency_id").set_index("agency_id")
    if len(agency) == 1:  # a feed with one operator need not name it on each route
        routes["agency_id"] = routes["agency_id"].where(routes["agency_id"].isin(agency.index), agency.index[0])
    operator = routes["agency_id"].map(agency["agency_name"]).fillna("")
    code = routes["agency_id"].map(agency["agency_noc"]).fillna("")
    found = [
        by_route_type(modes, int(text)) if text.isdecimal() and len(text) <= MOST_DIGITS else None
        for text in routes["route_type"].str.removesuffix(".0")  # a spreadsheet writes 3 as 3.0
    ]
    modes_of = [each or ("", False, False) for each in found]
    line = routes["route_short_name"]
    line = line.where(line != "", routes["route_long_name"])
    return pd.DataFrame(
        {
            "route_id": routes["route_id"],
            "route_type": routes["route_type"],
            "line": line.where(line != "", routes["route_id"]),
            "operator": operator.where(operator != "", routes["agency_id"]),
            "operator_code": code.where(code != "", routes["agency_id"]),
            "mode": pd.Series([each[0] for each in modes_of], dtype=object),
            "school_only": np.array([each[1] for each in modes_of], dtype=bool),
            "demand_responsive": np.array([each[2] for each in modes_of], dtype=bool),
            "names": routes["route_short_name"] + " " + routes["route_long_name"] + " " + routes["route_desc"],
        }
    )


def _named_for_school(names: pd.Series) -> np.ndarray:
    by_name = {name: bool(NAMED_FOR_SCHOOL.search(name)) for name in names.unique()}
    return names.map(by_name).to_numpy(dtype=bool)


def _keeps_to_school_days(days: np.ndarray, school_holidays: Holidays) -> bool:
    """Return whether a service that runs on these days runs on school days only.

    By the council's holidays where it runs before or after one of them, else by how few of the weekdays it runs on.
    """
    if not len(days) or ((days - 1) % 7 >= 5).any():
        return False
    spans = [(first.toordinal(), last.toordinal()) for first, last in school_holidays]
    spans = [(first, last) for first, last in spans if last >= days[0] and first <= days[-1]]
    if spans:
        return not any(((days >= first) & (days <= last)).any() for first, last in spans)
    every = np.arange(days[0], days[-1] + 1)
    weekdays = int(((every - 1) % 7 < 5).sum())
    return weekdays >= ENOUGH_WEEKDAYS and len(days) <= SCHOOL_SHARE * weekdays
