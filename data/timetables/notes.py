"""Count what was mended or left out while timetables were read, and say it in one sentence for each kind."""

from collections.abc import Iterable

from data.timetables.timetable import Counted

# What is said of each kind, before how many there are and an example. In the order in which a reader should see them.
SENTENCES = {
    "not_a_feed": "Zip files in the folder that are no timetables and were not read",
    "feed_elsewhere": "Files in which no stop is in Great Britain (latitude 49.7 to 61, longitude -8.7 to 2.1)",
    "same_file": "Files that are copies of another and were read once",
    "broken_row": "Rows with more or fewer cells than their header, left out",
    "bad_date": "Dates of calendars that are not written like 20260915, left out",
    "no_day": "Services that run on no day, left out with their journeys",
    "unknown_service": "Journeys of a service that no calendar has, left out",
    "unknown_route": "Journeys of a route that routes.txt does not have, left out",
    "no_mode": "Journeys by means that no mode of travel.toml covers, left out",
    "repeated_id": "Ids that stand on two rows that differ; the first in order counts",
    "unknown_trip": "Stop times of a journey that trips.txt does not have, left out",
    "stop_area": "Stop times on demand that name an area and no stop, and cannot be routed",
    "unknown_stop": "Stop times at a stop that stops.txt does not have, left out of their journey",
    "stop_nowhere": "Stops that are nowhere in Great Britain, to which nothing is routed",
    "stop_misplaced": "Stops too far away for the times at them, to which nothing is routed",
    "bad_time": "Times that are not written like 07:05:00 and count as blank",
    "bad_sequence": "Stop times without a number in their journey, left out",
    "repeated_sequence": "Stop times with the same number in their journey as another, left out",
    "untimed_end": "Journeys that begin or end at a stop without a time, which is left out",
    "backwards": "Journeys that run backwards in time, left out",
    "too_long": "Journeys of over 72 hours, left out",
    "one_stop": "Journeys with fewer than two stops with a time, left out",
    "bad_frequency": "Rows of frequencies.txt that give no departures, left out",
    "headway": "Journeys with a headway and no times, which count as leaving at even steps",
    "route_transfer": "Changes that hold for certain routes or journeys only and are not used",
    "published_twice": "Journeys that are published twice and count once",
    "fare_damaged": "Files of published fares that are damaged or no NeTEx, left out",
    "fare_line": "Tables of published fares that do not say of which line and operator they are, left out",
    "fare_ticket": "Tables of published fares for other tickets or passengers, or not plainly for singles, not used",
    "fare_timed": "Tables of published fares that hold at some hours or on some days only, not used",
    "fare_dates": "Tables of published fares with a date that is none, left out",
    "fare_currency": "Files of published fares in another currency than pounds, left out",
    "fare_amount": "Amounts in published fares that are none above nothing, left out",
    "fare_not_in_force": "Tables of published fares that do not hold on a day asked, not used",
}


class Notes:
    """A growing count of each kind, with the first example in the order of the alphabet (no order of files matters)."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._examples: dict[str, str] = {}

    def add(self, kind: str, count: int, examples: Iterable[object]) -> None:
        """Add so many of a kind; nothing where there are none."""
        if count:
            self._counts[kind] = self._counts.get(kind, 0) + int(count)
            known = [self._examples[kind]] if kind in self._examples else []
            self._examples[kind] = min([*known, *map(str, examples)])

    def counted(self) -> tuple[Counted, ...]:
        """Return what was counted, in the order of SENTENCES."""
        return tuple(
            Counted(kind, n, example, f"{text}: {n:,}, such as {example}.")
            for kind, text in SENTENCES.items()
            if (n := self._counts.get(kind, 0)) and (example := self._examples[kind])
        )
