"""Which mode a journey has, which journeys are for pupils or have to be booked, and which days can be used."""

from datetime import date, timedelta

import pytest

from data import timetables
from data.faults import InputError
from data.travel import all_modes
from tests.data.timetables.feeds import DAY, FIRST, LAST, Tables, calendar, plain_tables, stop, visit, write

HALF_TERM = (date(2026, 10, 26), date(2026, 10, 30))
LONG = date(2027, 7, 16)


def trip(path, **options):
    return timetables.read(path, DAY, **options).trips.set_index("trip_id").loc["t1"]


@pytest.mark.parametrize(
    ("route_type", "mode", "school_only", "demand_responsive"),
    [
        (3, "bus", False, False),
        (700, "bus", False, False),
        (712, "bus", True, False),
        (713, "bus", False, False),
        (715, "bus", False, True),
        (1501, "bus", False, True),
        (200, "coach", False, False),
        (202, "coach", False, False),
        (2, "train", False, False),
        (103, "train", False, False),
        (0, "tram", False, False),
        (1, "tram", False, False),
        (402, "tram", False, False),
        (900, "tram", False, False),
        (4, "ferry", False, False),
        (1000, "ferry", False, False),
    ],
)
def test_every_route_type_has_the_mode_that_travel_toml_gives_it(
    tmp_path, route_type, mode, school_only, demand_responsive
):
    tables = plain_tables()
    tables["routes.txt"][0]["route_type"] = route_type
    found = trip(write(tmp_path / "feed.zip", tables))
    assert (found["mode"], found["school_only"], found["demand_responsive"]) == (mode, school_only, demand_responsive)


def test_only_the_modes_asked_for_are_read_and_an_unknown_one_is_refused(tmp_path):
    path = write(tmp_path / "feed.zip", with_route(plain_tables(), 2))
    assert timetables.read(path, DAY, modes=["train"]).trips["trip_id"].tolist() == ["t9"]
    assert len(timetables.read(path, DAY, modes=["bus"]).trips) == 2
    with pytest.raises(InputError, match="hovercraft is no mode of travel.toml"):
        timetables.read(path, DAY, modes=["hovercraft"])


def test_modes_of_the_callers_own_replace_those_of_travel_toml(tmp_path):
    path = write(tmp_path / "feed.zip", with_route(plain_tables(), 2))
    buses = {"bus": all_modes()["bus"]}
    read = timetables.read(path, DAY, travel=buses)
    assert read.trips["trip_id"].tolist() == ["t1", "t2"]
    assert [(each.kind, each.example) for each in read.warnings] == [("no_mode", "route type 2")]


def test_a_route_type_of_thousands_of_digits_is_no_mode_and_ends_nothing(tmp_path):
    tables = with_route(plain_tables(), "9" * 5000)
    tables["stop_times.txt"][0]["stop_sequence"] = "0" * 5000
    read = timetables.read(write(tmp_path / "feed.zip", tables), DAY)
    assert [each.kind for each in read.warnings] == ["no_mode"] and len(read.trips) == 2


def with_route(tables: Tables, route_type: int | str, **route: object) -> Tables:
    """Return the feed with a journey `t9` on a route of its own."""
    tables["routes.txt"].append({"route_id": "r9", "agency_id": "op", "route_type": route_type} | route)
    tables["trips.txt"].append({"trip_id": "t9", "route_id": "r9", "service_id": "week"})
    tables["stop_times.txt"] += [visit("t9", 0, "A", "09:00:00"), visit("t9", 1, "B", "09:10:00")]
    return tables


def school_feed(folder, name: str, holiday_bus: bool):
    tables = plain_tables()
    tables["routes.txt"][0]["route_long_name"] = name
    tables["calendar.txt"] = [calendar("week", last=LONG)]
    closed = [HALF_TERM[0] + timedelta(days=at) for at in range(5)]
    tables["calendar_dates.txt"] = [
        {"service_id": "week", "date": f"{day:%Y%m%d}", "exception_type": 2} for day in closed if not holiday_bus
    ] or [{"service_id": "week", "date": "20270101", "exception_type": 2}]
    return write(folder / "feed.zip", tables)


@pytest.mark.parametrize(
    ("name", "holiday_bus", "school_only"),
    [
        ("Market Rasen School", False, True),
        ("Market Rasen School", True, False),  # it passes a school, and runs in the holidays
        ("Market Rasen", False, False),  # it keeps to school days, and anybody may board
    ],
)
def test_a_bus_is_for_pupils_where_it_is_named_so_and_keeps_to_school_days(tmp_path, name, holiday_bus, school_only):
    path = school_feed(tmp_path, name, holiday_bus)
    assert trip(path, school_holidays=[HALF_TERM])["school_only"] == school_only


def test_without_term_dates_a_school_bus_is_told_by_how_few_weekdays_it_runs_on(tmp_path):
    tables = plain_tables()
    tables["routes.txt"][0]["route_short_name"] = "S1 School"
    terms = [
        (FIRST, date(2026, 10, 23)),
        (date(2026, 11, 2), date(2026, 12, 18)),
        (date(2027, 1, 4), date(2027, 2, 12)),
    ]
    terms += [(date(2027, 2, 22), date(2027, 3, 24)), (date(2027, 4, 12), date(2027, 5, 28)), (date(2027, 6, 7), LONG)]
    days = [first + timedelta(days=at) for first, last in terms for at in range((last - first).days + 1)]
    rows = [{"service_id": "week", "date": f"{day:%Y%m%d}", "exception_type": 1} for day in days if day.weekday() < 5]
    del tables["calendar.txt"]
    assert not trip(write(tmp_path / "short.zip", tables | {"calendar_dates.txt": rows[:40]}))["school_only"]
    holidays_off = write(tmp_path / "year.zip", tables | {"calendar_dates.txt": rows})
    assert len(rows) < 200
    assert trip(holidays_off)["school_only"]


@pytest.mark.parametrize(
    ("more", "booked"),
    [
        ({"pickup_booking_rule_id": "rule"}, True),
        ({"pickup_type": 2, "drop_off_type": 2}, True),
        ({"pickup_type": 0}, False),
    ],
)
def test_a_journey_that_has_to_be_booked_is_told_apart(tmp_path, more, booked):
    tables = plain_tables()
    tables["stop_times.txt"] = [row | more if row["trip_id"] == "t1" else row for row in tables["stop_times.txt"]]
    assert trip(write(tmp_path / "feed.zip", tables))["demand_responsive"] == booked


def test_one_stop_on_call_does_not_make_a_journey_one_on_demand(tmp_path):
    tables = plain_tables()
    tables["stop_times.txt"][1]["pickup_type"] = 2
    assert not trip(write(tmp_path / "feed.zip", tables))["demand_responsive"]


def test_stop_areas_of_services_on_demand_are_counted_and_not_routed(tmp_path):
    tables = with_route(plain_tables(), 3)
    tables["stop_times.txt"].append(visit("t9", 2, "", "09:20:00", location_group_id="villages"))
    read = timetables.read(write(tmp_path / "feed.zip", tables), DAY)
    assert [(each.kind, each.count) for each in read.warnings] == [("stop_area", 1)]
    assert read.trips.set_index("trip_id")["demand_responsive"].to_dict() == {"t1": False, "t2": False, "t9": True}


def test_a_station_counts_for_its_platforms_and_two_feeds_share_it(tmp_path):
    tables = plain_tables()
    tables["stops.txt"].append(stop("hub", 501_000, 371_000, location_type=1))
    for row in tables["stops.txt"][:2]:
        row["parent_station"] = "hub"
    tables["transfers.txt"] = [
        {"from_stop_id": "hub", "to_stop_id": "hub", "transfer_type": 2, "min_transfer_time": 240},
        {"from_stop_id": "A", "to_stop_id": "B", "transfer_type": 3},
    ]
    write(tmp_path / "one.zip", tables)
    write(tmp_path / "two.zip", with_route(plain_tables(), 2))
    read = timetables.read(tmp_path, DAY)
    stops = read.stops.set_index("stop_id")["place"]
    assert stops["one:A"] == stops["one:B"] != stops["two:A"]
    assert stops["one:C"] == stops["two:C"]
    names = read.stops["stop_id"].to_numpy()
    changes = {
        (names[row.from_stop], names[row.to_stop]): (row.seconds, row.allowed) for row in read.transfers.itertuples()
    }
    assert changes == {
        ("one:A", "one:A"): (240, True),
        ("one:A", "one:B"): (0, False),
        ("one:B", "one:A"): (240, True),
        ("one:B", "one:B"): (240, True),
    }


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 8, 31), "it is a bank holiday (Late Summer Bank Holiday)"),
        (date(2026, 9, 17), "it has 3 stop visits, 50% of a usual Thursday's 6; at least 80% is needed"),
        (date(2026, 9, 21), "it is in a school holiday"),
        (date(2026, 9, 20), "nothing runs on a usual Sunday"),
        (date(2026, 9, 15), ""),
    ],
)
def test_a_day_that_is_not_usual_is_refused_with_the_nearest_that_would_do(tmp_path, day, why):
    tables = plain_tables()
    tables["calendar.txt"].append(calendar("other"))
    tables["trips.txt"][1]["service_id"] = "other"
    tables["calendar_dates.txt"] = [{"service_id": "other", "date": "20260917", "exception_type": 2}]
    holiday = (date(2026, 9, 21), date(2026, 9, 25))
    path = write(tmp_path / "feed.zip", tables)
    found = timetables.days(path, [holiday]).loc[day]
    assert (found["why_not"], found["usable"]) == (why, not why)
    if why:
        with pytest.raises(InputError) as refused:
            timetables.read(path, day, school_holidays=[holiday])
        assert why in str(refused.value)
        assert "Days that would do, the nearest first: " in str(refused.value)


def test_years_in_which_a_feed_trails_off_do_not_make_its_last_days_usual(tmp_path):
    tables = plain_tables()
    trailing = date(2030, 1, 1)
    tables["calendar.txt"].append(calendar("odd", last=trailing))
    tables = with_route(tables, 3)
    tables["trips.txt"][-1]["service_id"] = "odd"
    by_day = timetables.days(write(tmp_path / "feed.zip", tables))
    assert by_day.at[DAY, "usable"]
    assert not by_day.loc[LAST + timedelta(days=1) :, "usable"].any()
