"""Read on which days each service of a feed runs: calendar.txt, calendar_dates.txt, or either alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from data.timetables.archive import Feed
from data.timetables.notes import Notes
from data.timetables.tables import whole

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EARLIEST, LATEST = date(1990, 1, 1).toordinal(), date(2100, 1, 1).toordinal()  # an end beyond means "without end"
ADDED, REMOVED = "1", "2"


@dataclass(frozen=True, slots=True, eq=False)
class Services:
    """The services of a feed, one an element or row, in order of `ids`. Days are ordinals of `datetime.date`."""

    ids: pd.Index
    start: np.ndarray  # first and last day of its calendar; start after end: it has none
    end: np.ndarray
    weekdays: np.ndarray  # bool, a row a service, from Monday to Sunday
    # Exceptions, one element each, no service and day twice: a day that is added, or else taken out.
    exception_service: np.ndarray
    exception_day: np.ndarray
    exception_adds: np.ndarray

    def on(self, days: np.ndarray) -> np.ndarray:
        """Return whether each service (rows) runs on each of some days (columns)."""
        weekday = (days - 1) % 7  # ordinal 1 was a Monday
        runs = self.weekdays[:, weekday] & (self.start[:, None] <= days) & (days <= self.end[:, None])
        where = pd.Index(days).get_indexer(self.exception_day)
        there = where >= 0
        runs[self.exception_service[there], where[there]] = self.exception_adds[there]
        return runs

    def runs_on(self, day: date) -> np.ndarray:
        """Return whether each service runs on a day."""
        return self.on(np.array([day.toordinal()]))[:, 0]

    def totals(self, weights: np.ndarray) -> pd.Series:
        """Return the sum of the weights of the services that run on each day, from the first such day to the last.

        Its index is ordinals; it is empty where nothing runs on any day.
        """
        used = self.start <= self.end
        edges = [self.start[used], self.end[used], self.exception_day]
        if not sum(map(len, edges)):
            return pd.Series(dtype=float)
        low, high = min(e.min() for e in edges if len(e)), max(e.max() for e in edges if len(e))
        days = np.arange(low, high + 1)
        total = np.zeros(len(days))
        for weekday in range(7):
            rows = used & self.weekdays[:, weekday]
            steps = np.zeros(len(days) + 1)
            np.add.at(steps, self.start[rows] - low, weights[rows])
            np.subtract.at(steps, self.end[rows] + 1 - low, weights[rows])
            of_weekday = (days - 1) % 7 == weekday
            total[of_weekday] += np.cumsum(steps)[:-1][of_weekday]
        service, day = self.exception_service, self.exception_day
        usual = self.weekdays[service, (day - 1) % 7] & (self.start[service] <= day) & (day <= self.end[service])
        change = self.exception_adds.astype(int) - usual.astype(int)
        np.add.at(total, day - low, change * weights[service])
        by_day = pd.Series(total, index=days)
        runs = by_day.index[by_day > 0]
        return by_day.loc[runs.min() : runs.max()] if len(runs) else by_day.iloc[:0]

    def ever_run(self) -> np.ndarray:
        """Return whether each service runs on any day at all, whose days may be millions: none of them is listed."""
        days = np.zeros(len(self.start), dtype=np.int64)
        for weekday in range(7):
            of_weekday = (self.end - 1 - weekday) // 7 - (self.start - 2 - weekday) // 7
            days += np.where(self.weekdays[:, weekday] & (self.start <= self.end), of_weekday, 0)
        service, day = self.exception_service, self.exception_day
        usual = self.weekdays[service, (day - 1) % 7] & (self.start[service] <= day) & (day <= self.end[service])
        np.add.at(days, service, self.exception_adds.astype(int) - (usual & ~self.exception_adds))
        return days > 0

    def days_of(self, service: int) -> np.ndarray:
        """Return the days on which one service runs, in order."""
        usual = np.arange(self.start[service], self.end[service] + 1)
        usual = usual[self.weekdays[service, (usual - 1) % 7]]
        own = self.exception_service == service
        days, adds = self.exception_day[own], self.exception_adds[own]
        return np.union1d(np.setdiff1d(usual, days[~adds]), days[adds])


def read_services(feed: Feed, notes: Notes) -> Services:
    """Read the calendars of a feed. A service that has several calendars runs on the days of each."""
    calendar = whole(feed, "calendar.txt", ["service_id", *WEEKDAYS, "start_date", "end_date"], [], notes)
    dates = whole(feed, "calendar_dates.txt", ["service_id", "date", "exception_type"], [], notes)
    calendar = calendar[calendar["service_id"] != ""].sort_values(list(calendar), ignore_index=True)
    start, end = (_days(calendar[name], notes) for name in ("start_date", "end_date"))
    known = (start > 0) & (end > 0)
    calendar, start, end = calendar[known].reset_index(drop=True), start[known], end[known]
    day = _days(dates["date"], notes)
    dates = dates.assign(day=day)[(day > 0) & dates["exception_type"].isin([ADDED, REMOVED]).to_numpy()]
    ids = pd.Index(sorted({*calendar["service_id"], *dates["service_id"]}), dtype=object)
    weekdays = (calendar[list(WEEKDAYS)] == "1").to_numpy()
    first = ~calendar["service_id"].duplicated().to_numpy()
    rows = ids.get_indexer(calendar["service_id"][first])
    services = Services(
        ids,
        _spread(start[first], rows, len(ids), 1),
        _spread(end[first], rows, len(ids), 0),
        _spread(weekdays[first], rows, len(ids), False),
        *_exceptions(dates, ids, _further(calendar["service_id"], weekdays, start, end, ~first)),
    )
    runs = services.ever_run()
    notes.add("no_day", (~runs).sum(), (f"{name} ({feed.name})" for name in ids[~runs]))
    return services


def _days(texts: pd.Series, notes: Notes) -> np.ndarray:
    """Return dates written as 20260915 as ordinals within what is plausible, 0 where one cannot be read."""
    by_text = {text: _day(text) for text in texts.unique()}
    days = texts.map(by_text).to_numpy(dtype=np.int64)
    notes.add("bad_date", (days == 0).sum(), (repr(text) for text, day in by_text.items() if not day))
    return days


def _day(text: str) -> int:
    digits = text.replace("-", "")
    if len(digits) != 8 or not digits.isdecimal():
        return 0
    try:
        return min(max(date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).toordinal(), EARLIEST), LATEST)
    except ValueError:
        return 0


def _spread(values: np.ndarray, rows: np.ndarray, number: int, otherwise: object) -> np.ndarray:
    spread = np.full((number, *values.shape[1:]), otherwise, dtype=values.dtype)
    spread[rows] = values
    return spread


def _further(
    ids: pd.Series, weekdays: np.ndarray, start: np.ndarray, end: np.ndarray, rows: np.ndarray
) -> pd.DataFrame:
    """Return the days of the calendars in `rows`, which repeat a service, as days that are added."""
    frames = []
    for at in np.flatnonzero(rows):
        days = np.arange(start[at], end[at] + 1)
        frames.append(pd.DataFrame({"service_id": ids[at], "day": days[weekdays[at, (days - 1) % 7]]}))
    return pd.concat(frames) if frames else pd.DataFrame({"service_id": [], "day": []})


def _exceptions(dates: pd.DataFrame, ids: pd.Index, further: pd.DataFrame) -> Sequence[np.ndarray]:
    """Return the service, day and kind of each exception. A day both added and taken out is taken out."""
    both = pd.concat(
        [
            dates.assign(adds=dates["exception_type"] == ADDED)[["service_id", "day", "adds"]],
            further.assign(adds=True),
        ]
    ).astype({"adds": bool, "day": np.int64})
    one = both.groupby(["service_id", "day"], as_index=False)["adds"].min()
    return ids.get_indexer(one["service_id"]), one["day"].to_numpy(), one["adds"].to_numpy(dtype=bool)
