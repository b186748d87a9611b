"""Read a day of timetables row by row in plain Python, to compare with. It shares no code with data.timetables.

It takes feeds as tables of dictionaries, and does what the specification of GTFS and decision record 0051 say.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from math import floor, hypot, isnan
from statistics import median

import holidays
from pyproj import Transformer

TO_GRID = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
MODES = {"3": "bus", "712": "bus", "2": "train"}


def clock(text):
    if not text:
        return None
    parts = str(text).split(":")
    if len(parts) not in (2, 3) or not all(part.strip().isdigit() for part in parts):
        return None
    return sum(int(part) * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))


class Feed:
    def __init__(self, name, tables):
        self.name = name
        self.tables = {table: [{k: str(v) for k, v in row.items()} for row in rows] for table, rows in tables.items()}
        self.stops = {row["stop_id"]: row for row in self.rows("stops.txt")}
        self.routes = {row["route_id"]: row for row in self.rows("routes.txt")}
        self.operators = {row["agency_id"]: row["agency_name"] for row in self.rows("agency.txt")}
        self.trips = {
            row["trip_id"]: row
            for row in self.rows("trips.txt")
            if row["route_id"] in self.routes
            and self.routes[row["route_id"]]["route_type"] in MODES
            and row["service_id"] in self.services()
        }
        self.raw = defaultdict(list)
        for row in self.rows("stop_times.txt"):
            if row["trip_id"] in self.trips:
                self.raw[row["trip_id"]].append(row)

    def rows(self, table):
        return self.tables.get(table, [])

    def services(self):
        return {row["service_id"] for table in ("calendar.txt", "calendar_dates.txt") for row in self.rows(table)}

    def runs(self, service, day):
        changes = {
            row["exception_type"]
            for row in self.rows("calendar_dates.txt")
            if row["service_id"] == service and row["date"] == f"{day:%Y%m%d}"
        }
        if changes:
            return "2" not in changes
        return any(
            row["service_id"] == service
            and row[f"{day:%A}".lower()] == "1"
            and row["start_date"] <= f"{day:%Y%m%d}" <= row["end_date"]
            for row in self.rows("calendar.txt")
        )

    def root(self, stop_id):
        return self.stops[stop_id].get("parent_station") or stop_id

    def where(self, stop_id):
        row = self.stops.get(stop_id)
        if row and row["stop_lat"] == "":
            row = self.stops[self.root(stop_id)]
        if row is None or row["stop_lat"] == "0":
            return None
        easting, northing = TO_GRID.transform(float(row["stop_lon"]), float(row["stop_lat"]))
        return round(easting, 1), round(northing, 1)

    def starts(self, trip_id):
        found = set()
        for row in self.rows("frequencies.txt"):
            if row["trip_id"] == trip_id and int(row["headway_secs"]) > 0:
                found |= set(range(clock(row["start_time"]), clock(row["end_time"]), int(row["headway_secs"])))
        return sorted(found)

    def visits_on(self, day):
        return sum(
            len(self.raw[trip_id]) * max(1, len(self.starts(trip_id)))
            for trip_id, trip in self.trips.items()
            if self.runs(trip["service_id"], day)
        )

    def journey(self, trip_id):
        """Return the visits (stop, arrival, departure, may board, may alight) of a journey, [] where it cannot be."""
        rows = sorted(self.raw[trip_id], key=lambda row: int(row["stop_sequence"]))
        visits = []
        for row in rows:
            arrival, departure = clock(row["arrival_time"]), clock(row["departure_time"])
            along = row.get("shape_dist_traveled", "")
            visits.append(
                {
                    "stop": row["stop_id"],
                    "arrival": departure if arrival is None else arrival,
                    "departure": arrival if departure is None else departure,
                    "board": row["pickup_type"] != "1",
                    "alight": row["drop_off_type"] != "1",
                    "along": float(along) if along else None,
                }
            )
        while visits and visits[0]["arrival"] is None:
            visits.pop(0)
        while visits and visits[-1]["arrival"] is None:
            visits.pop()
        if len(visits) < 2:
            return []
        last = visits[0]["arrival"]
        for visit in visits:
            if visit["arrival"] is not None:
                if visit["arrival"] < last or visit["departure"] < visit["arrival"]:
                    return []
                last = visit["departure"]
        if visits[-1]["arrival"] - visits[0]["departure"] > 72 * 3600:
            return []
        fill(visits)
        return visits


def fill(visits):
    timed = [at for at, visit in enumerate(visits) if visit["arrival"] is not None]
    for low, high in zip(timed, timed[1:], strict=False):
        along = [visit["along"] for visit in visits[low : high + 1]]
        start, length = visits[low]["departure"], visits[high]["arrival"] - visits[low]["departure"]
        by_distance = None not in along and along == sorted(along) and along[-1] > along[0]
        for at in range(low + 1, high):
            if by_distance:
                time = start + floor(length * (along[at - low] - along[0]) / (along[-1] - along[0]))
            else:
                time = start + length * (at - low) // (high - low)
            visits[at].update(arrival=time, departure=time)


def usable(feeds):
    """Return for each day whether it may be used."""
    visits = {}
    spans = []
    first = min(day for feed in feeds for day in dates_of(feed))
    last = max(day for feed in feeds for day in dates_of(feed))
    every = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    for feed in feeds:
        counts = {day: feed.visits_on(day) for day in every}
        runs = [day for day in every if counts[day]]
        if runs:
            spans.append((min(runs), max(runs)))
        for day in every:
            visits[day] = visits.get(day, 0) + counts[day]
    every = [day for day in every if spans and min(s[0] for s in spans) <= day <= max(s[1] for s in spans)]
    bank = holidays.country_holidays("GB", subdiv="ENG", years=[2026])
    good = {}
    for day in every:
        like = [visits[other] for other in every if other.weekday() == day.weekday() and other not in bank]
        usual = median([number for number in like if number >= max(like) / 2]) if like else 0
        inside = all(low <= day <= high for low, high in spans)
        good[day] = inside and day not in bank and usual > 0 and visits[day] >= 0.8 * usual
    return good


def dates_of(feed):
    for row in feed.rows("calendar.txt"):
        yield date.fromisoformat(row["start_date"])
        yield date.fromisoformat(row["end_date"])
    for row in feed.rows("calendar_dates.txt"):
        yield date.fromisoformat(row["date"])


def places(feeds):
    """Return the place of each stop (feed, id): two of them are of one place where this is the same."""
    stations = defaultdict(dict)
    for feed in feeds:
        for stop_id in feed.stops:
            stations[feed.root(stop_id)].setdefault(feed.name, []).append(feed.where(stop_id))
    home = {}
    for root, by_feed in stations.items():
        middles = {}
        for name, points in sorted(by_feed.items()):
            known = [point for point in points if point]
            middles[name] = (
                tuple(sum(v) / len(known) for v in zip(*known, strict=True)) if known else (float("nan"),) * 2
            )
        first = min(middles)
        for name, middle in middles.items():
            apart = hypot(middle[0] - middles[first][0], middle[1] - middles[first][1])
            home[root, name] = name if isnan(apart) or apart > 100 else first
    return {(feed.name, s): (home[feed.root(s), feed.name], feed.root(s)) for feed in feeds for s in feed.stops}


def runs_of(feed, day, box):
    """Yield each run of a day: trip id, whether yesterday's, whether by headway, and its visits inside the box."""
    west, south, east, north = box or (-1e9, -1e9, 1e9, 1e9)
    for trip_id in sorted(feed.trips):
        for yesterday in (False, True):
            if not feed.runs(feed.trips[trip_id]["service_id"], day - timedelta(days=yesterday)):
                continue
            visits = feed.journey(trip_id)
            starts = feed.starts(trip_id)
            for start in starts or [visits[0]["departure"] if visits else 0]:
                shift = (start - visits[0]["departure"] if visits else 0) - 86_400 * yesterday
                kept = []
                for visit in visits:
                    point = feed.where(visit["stop"])
                    if point and west <= point[0] <= east and south <= point[1] <= north:
                        times = {"arrival": visit["arrival"] + shift, "departure": visit["departure"] + shift}
                        kept.append(visit | times)
                if len(kept) > 1 and kept[-2]["departure"] >= 0:
                    yield trip_id, yesterday, bool(starts), kept


def read(feeds, day, box=None):
    """Return the rides of a day, how many journeys were published twice, and the changes that hold for two journeys.

    A ride: feed, journey, stop and stop, departure, arrival, may board, may alight, its number in its journey.
    """
    of_place, rides, seats, seen, twice = places(feeds), Counter(), Counter(), set(), 0
    for feed in sorted(feeds, key=lambda feed: feed.name):
        vehicles = []
        for trip_id, yesterday, by_headway, visits in runs_of(feed, day, box):
            trip = feed.trips[trip_id]
            route = feed.routes[trip["route_id"]]
            line = (route["route_short_name"] or route["route_long_name"], route["agency_id"], route["route_type"][0])
            stops = [
                (of_place[feed.name, v["stop"]], v["arrival"], v["departure"], v["board"], v["alight"]) for v in visits
            ]
            key = (*line, tuple(stops))
            new = key not in seen
            twice += not new
            seen.add(key)
            if not by_headway:
                ends = visits[-1]["arrival"], of_place[feed.name, visits[-1]["stop"]]
                begins = visits[0]["departure"], of_place[feed.name, visits[0]["stop"]]
                vehicles.append((yesterday, trip["block_id"], begins[0], ends[0], trip_id, begins[1], ends[1], new))
            if new:
                pairs = [(a, b) for a, b in zip(visits, visits[1:], strict=False) if a["departure"] >= 0]
                for at, (a, b) in enumerate(pairs):
                    rules = a["board"], b["alight"]
                    rides[feed.name, trip_id, a["stop"], b["stop"], a["departure"], b["arrival"], *rules, at] += 1
        seats.update(stay_seated(feed, vehicles))
    return rides, twice, seats


def stay_seated(feed, vehicles):
    pairs, apart = set(), set()
    for row in feed.rows("transfers.txt"):
        pair = row.get("from_trip_id", ""), row.get("to_trip_id", "")
        apart |= {pair} if row["transfer_type"] == "5" and all(pair) else set()
        if row["transfer_type"] == "4" and all(pair):
            for one in vehicles:
                for other in vehicles:
                    if (one[4], other[4]) == pair and one[0] == other[0]:
                        pairs.add((one, other))
    in_blocks = sorted(vehicle for vehicle in vehicles if vehicle[1])
    for one, other in zip(in_blocks, in_blocks[1:], strict=False):
        follows = one[:2] == other[:2] and one[6] == other[5] and one[3] <= other[2]
        if follows and (one[4], other[4]) not in apart:
            pairs.add((one, other))
    return Counter((feed.name, one[4], other[4]) for one, other in pairs if one[7] and other[7])
