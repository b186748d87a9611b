"""Read one feed: its tables, how often it stops on each day, and what runs on the day asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from data.timetables.archive import Feed
from data.timetables.cleaning import Box, inside, placed, timed
from data.timetables.notes import Notes
from data.timetables.runs import Runs, read_frequencies, runs_of_day
from data.timetables.services import Services, read_services
from data.timetables.stop_times import read_stop_times
from data.timetables.stops import read_stops
from data.timetables.transfers import read_transfers
from data.timetables.trips import Holidays, read_trips
from data.travel import Mode, all_modes


@dataclass(frozen=True, slots=True, eq=False)
class ReadFeed:
    """What one feed has: its tables, how often it stops on each day, and the runs of the day asked for."""

    feed: Feed
    stops: pd.DataFrame
    trips: pd.DataFrame
    visits_of_day: pd.Series  # index: ordinals of days
    runs: Runs
    by_headway: np.ndarray  # bool, one a journey
    transfers: pd.DataFrame


def read_feed(
    feed: Feed, day: date, within: Box | None, known: Mapping[str, Mode], school_holidays: Holidays, notes: Notes
) -> ReadFeed:
    """Return what a feed has for a day. Raises InputError with what is wrong in it."""
    services = read_services(feed, notes)
    trips, others = read_trips(feed, services, known, school_holidays, notes)
    stops = read_stops(feed, notes)
    ids = pd.Index(trips["trip_id"], dtype=object)
    today, yesterday = (services.runs_on(each)[trips["service"]] for each in (day, day - timedelta(days=1)))
    places = pd.Index(stops["stop_id"], dtype=object)
    stop_times = read_stop_times(feed, ids, others, places, today | yesterday, inside(stops, within), notes)
    trips["demand_responsive"] |= stop_times.booked
    frequencies = read_frequencies(feed, ids, notes)
    by_headway = np.bincount(frequencies["trip"], minlength=len(trips)).astype(bool)
    visits, first = timed(stop_times.visits, ids, notes)
    visits = placed(visits, stops, within, notes)
    runs = runs_of_day(visits, first, today, yesterday, frequencies, by_headway)
    by_day = _by_day(services, trips, stop_times.visits_of_trip, frequencies)
    return ReadFeed(feed, stops, trips, by_day, runs, by_headway, read_transfers(feed, notes))


def visits_of_day(feed: Feed, notes: Notes) -> pd.Series:
    """Return the stop visits of a feed on each day (index: ordinals), without reading where it stops."""
    services = read_services(feed, notes)
    trips, others = read_trips(feed, services, all_modes(), (), notes)
    ids = pd.Index(trips["trip_id"], dtype=object)
    nothing = np.zeros(len(trips), bool)
    counts = read_stop_times(
        feed, ids, others, pd.Index([], dtype=object), nothing, np.zeros(0, bool), notes
    ).visits_of_trip
    return _by_day(services, trips, counts, read_frequencies(feed, ids, notes))


def _by_day(services: Services, trips: pd.DataFrame, counts: np.ndarray, frequencies: pd.DataFrame) -> pd.Series:
    """Return the stop visits of a feed on each day, from the first with any to the last (index: ordinals)."""
    times = np.bincount(frequencies["trip"], minlength=len(trips))
    weights = np.bincount(trips["service"], counts * np.where(times > 0, times, 1), minlength=len(services.ids))
    return services.totals(weights)
