"""Write small feeds (GTFS zips) for tests: one that is as it should be, and random ones with everything that occurs."""

import csv
import io
import random
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from pyproj import Transformer

DAY = date(2026, 9, 15)  # a Tuesday
FIRST, LAST = date(2026, 8, 31), date(2026, 10, 4)  # five weeks, with one bank holiday
TO_DEGREES = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
BOX = (500_000.0, 370_000.0, 504_000.0, 374_000.0)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Rows = list[dict[str, object]]
Tables = dict[str, Rows]


def stop(stop_id: str, easting: float, northing: float, **more: object) -> dict[str, object]:
    lon, lat = TO_DEGREES.transform(easting, northing)
    return {"stop_id": stop_id, "stop_name": f"Stop {stop_id}", "stop_lat": lat, "stop_lon": lon, **more}


def calendar(service: str, days: str = "1111100", first: date = FIRST, last: date = LAST) -> dict[str, object]:
    runs = dict(zip(WEEKDAYS, days, strict=True))
    return {"service_id": service, **runs, "start_date": f"{first:%Y%m%d}", "end_date": f"{last:%Y%m%d}"}


def visit(trip: str, at: int, stop_id: str, time: str, departs: str | None = None, **more: object) -> dict[str, object]:
    times = {"arrival_time": time, "departure_time": time if departs is None else departs}
    return {"trip_id": trip, "stop_sequence": at, "stop_id": stop_id, **times, **more}


def plain_tables() -> Tables:
    """Return a feed with one line, two journeys a weekday and three stops 2 km apart."""
    return {
        "agency.txt": [{"agency_id": "op", "agency_name": "County Buses", "agency_noc": "CNTY"}],
        "routes.txt": [{"route_id": "r", "agency_id": "op", "route_short_name": "7", "route_type": 3}],
        "calendar.txt": [calendar("week")],
        "stops.txt": [stop(name, 501_000 + 2000 * at, 371_000) for at, name in enumerate("ABC")],
        "trips.txt": [
            {"trip_id": t, "route_id": "r", "service_id": "week", "trip_headsign": "Town"} for t in ("t1", "t2")
        ],
        "stop_times.txt": [
            visit(trip, at, name, f"{hour}:{10 * at:02d}:00")
            for trip, hour in (("t1", "07"), ("t2", "16"))
            for at, name in enumerate("ABC")
        ],
    }


def csv_bytes(rows: Sequence[Mapping[str, object]], encoding: str = "utf-8") -> bytes:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def write(path: Path, tables: Mapping[str, Rows | bytes], encoding: str = "utf-8") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            archive.writestr(name, rows if isinstance(rows, bytes) else csv_bytes(rows, encoding))
    return path


def shuffled(tables: Tables, chance: random.Random) -> Tables:
    """Return the same feed with its rows and columns in another order."""
    mixed = {}
    for name in chance.sample(list(tables), len(tables)):
        rows = chance.sample(tables[name], len(tables[name]))
        columns = list(dict.fromkeys(column for row in rows for column in row))
        chance.shuffle(columns)
        mixed[name] = [{column: row.get(column, "") for column in columns} for row in rows]
    return mixed


def random_tables(chance: random.Random) -> Tables:
    """Return a feed with everything that occurs, right and wrong, on stops within 8 km of each other."""
    stops = _stops(chance)
    stop_ids = [row["stop_id"] for row in stops]
    services = [f"s{at}" for at in range(chance.randint(1, 4))]
    calendars, dates = _calendars(services, chance)
    trips, times, frequencies = [], [], []
    for at in range(chance.randint(2, 25)):
        trip_id = f"t{at}"
        block = chance.choice(["", "", "b1", "b2"])
        route = chance.choice(["r1", "r1", "r2", "r3", "air", "none"])
        service = chance.choice([*services, "nowhere"]) if chance.random() < 0.15 else chance.choice(services)
        row = {"trip_id": trip_id, "route_id": route, "service_id": service, "trip_headsign": "", "block_id": block}
        rows = _stop_times(trip_id, stop_ids, chance)
        trips.append(row)
        times += rows
        if chance.random() < 0.2:  # the same journey again, or one that differs from it in where people may alight
            again = [visit_ | {"trip_id": f"{trip_id}again"} for visit_ in rows]
            if chance.random() < 0.5:
                again[-1]["drop_off_type"] = chance.choice([0, 1])
            trips.append(row | {"trip_id": f"{trip_id}again"})
            times += again
        if chance.random() < 0.2:
            start = chance.choice([0, 5, 12, 23]) * 3600
            end = start + chance.choice([-60, 0, 1800, 4000])
            spans = {"start_time": _clock(start, chance), "end_time": _clock(end, chance)} if end >= 0 else {}
            spans = spans or {"start_time": "06:00:00", "end_time": "07:00:00"}
            frequencies.append({"trip_id": trip_id, **spans, "headway_secs": chance.choice([0, 600, 900])})
    tables = {
        "agency.txt": [
            {"agency_id": "op", "agency_name": "County Buses"},
            {"agency_id": "other", "agency_name": "Süd"},
        ],
        "routes.txt": [
            {"route_id": "r1", "agency_id": "op", "route_short_name": "7", "route_type": 3},
            {
                "route_id": "r2",
                "agency_id": "other",
                "route_short_name": "",
                "route_long_name": "Coast",
                "route_type": 712,
            },
            {"route_id": "r3", "agency_id": "op", "route_short_name": "7", "route_type": 2},
            {"route_id": "air", "agency_id": "op", "route_short_name": "A", "route_type": 1100},
        ],
        "stops.txt": stops,
        "trips.txt": trips,
        "stop_times.txt": times,
        "transfers.txt": _transfers(stop_ids, [row["trip_id"] for row in trips], chance),
    }
    tables |= {"calendar.txt": calendars} if calendars else {}
    tables |= {"calendar_dates.txt": dates} if dates else {}
    return tables | ({"frequencies.txt": frequencies} if frequencies else {})


def _stops(chance: random.Random) -> Rows:
    rows = [
        stop(f"st{at}", 500_000 + chance.randrange(5500), 370_000 + chance.randrange(5500))
        for at in range(chance.randint(3, 6))
    ]
    rows.append(stop("hub", 502_000, 372_000, location_type=1))
    for row in rows[:-1]:
        if chance.random() < 0.3:
            row["parent_station"] = "hub"
        if chance.random() < 0.1:
            row.update(stop_lat=0, stop_lon=0)
        elif row.get("parent_station") and chance.random() < 0.5:
            row.update(stop_lat="", stop_lon="")
    return rows


def _calendars(services: list[str], chance: random.Random) -> tuple[Rows, Rows]:
    kind = chance.choice(["calendar", "dates", "both"])
    calendars, dates = [], []
    for service in services:
        if kind != "dates":
            days = chance.choice(["1111100", "1111111", "0100000", "1111010"])
            calendars.append(calendar(service, days, FIRST, LAST - timedelta(days=chance.choice([0, 0, 7]))))
        if kind != "calendar":
            for _ in range(chance.randint(1, 25)):
                day = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days + 1))
                change = 1 if kind == "dates" else chance.choice([1, 2])
                dates.append({"service_id": service, "date": f"{day:%Y%m%d}", "exception_type": change})
    return calendars, dates


def _stop_times(trip: str, stop_ids: list[str], chance: random.Random) -> Rows:
    now = chance.choice([5, 8, 17, 23]) * 3600 + chance.randrange(3600)
    number, sequence, distance = chance.randint(2, 6), 0, 0.0
    with_distance = chance.random() < 0.5
    rows = []
    for at in range(number):
        stop_id = "lost" if chance.random() < 0.05 else chance.choice(stop_ids)
        arrives = now
        now += chance.choice([0, 0, 60])
        row = visit(trip, sequence, stop_id, _clock(arrives, chance), _clock(now, chance))
        if chance.random() < (0.05 if at in (0, number - 1) else 0.35):
            row.update(arrival_time="", departure_time="")
        elif chance.random() < 0.1:
            row.update(chance.choice([{"arrival_time": ""}, {"departure_time": ""}, {"arrival_time": "soon"}]))
        row.update(pickup_type=chance.choice(["", 0, 0, 1, 2, 3]), drop_off_type=chance.choice(["", 0, 0, 1, 3]))
        if with_distance and chance.random() < 0.95:
            row["shape_dist_traveled"] = distance
        rows.append(row)
        now += chance.choice([0, 45, 300, 1100, 3700]) if chance.random() > 0.03 else -1500
        distance += chance.choice([0, 1.5, 800])
        sequence += chance.choice([1, 1, 5])
    return rows


def _clock(seconds: int, chance: random.Random) -> str:
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes}:{rest}" if chance.random() < 0.1 else f"{hours:02d}:{minutes:02d}:{rest:02d}"


def _transfers(stop_ids: list[str], trip_ids: list[str], chance: random.Random) -> Rows:
    rows: Rows = []
    for _ in range(chance.randint(1, 6)):
        row: dict[str, object] = {
            "from_stop_id": chance.choice([*stop_ids, "hub"]),
            "to_stop_id": chance.choice([*stop_ids, "hub"]),
            "transfer_type": chance.choice([0, 1, 2, 2, 3]),
            "min_transfer_time": chance.choice(["", 120, 300]),
        }
        if chance.random() < 0.2:
            row |= {
                "transfer_type": chance.choice([2, 4, 5]),
                "from_trip_id": chance.choice(trip_ids),
                "to_trip_id": chance.choice(trip_ids),
            }
        rows.append(row)
    return rows
