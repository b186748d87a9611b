"""What is measured: both ways, the worse of the days, what is covered, which modes; and what the files say of it."""

import datetime
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data import bundle, example, own_files, timetables
from data.__main__ import main
from data.bundle import County, Manifest
from data.faults import Fault, InputError, Noted
from data.journeys.files import save
from data.journeys.measure import Measured, measure
from data.journeys.question import question
from data.timetables import FeedSource, Timetable
from data.travel import timetabled
from tests.data.made_timetables import timetable

TUESDAY, FRIDAY = datetime.date(2026, 9, 15), datetime.date(2026, 9, 18)
STOPS = [(0, 0, 0), (10_000, 0, 1), (10_000, 9_000, 2)]  # the village, the town, the port
XY = ["easting_m", "northing_m"]
HOUR, MINUTE = 3600, 60


def _ride(*calls: tuple[int, int, int]) -> list[tuple]:
    """Return a journey that calls at each stop at hour and minute, where everybody may get on and off."""
    times = [(stop, hour * HOUR + minute * MINUTE) for stop, hour, minute in calls]
    return [(stop, time, time, True, True) for stop, time in times]


OUT, HOME = _ride((0, 8, 0), (1, 8, 30)), _ride((1, 16, 45), (0, 17, 20))


def _county(**places: tuple[int, int]) -> County:
    areas = pd.DataFrame.from_dict(places, orient="index", columns=XY).rename_axis("area_code")
    towns = {"town": (10_000, 0), "port": (10_000, 9_000)}
    destinations = pd.DataFrame.from_dict(towns, orient="index", columns=XY).assign(kind="college")
    return County(areas, destinations, Manifest("Nowhere", (), ()))


VILLAGE = _county(village=(0, 100))


@pytest.fixture
def runs(monkeypatch):
    """Return a function that says what runs on which day: the days' journeys, and the modes of some."""

    def set_up(days: dict[datetime.date, list], modes: dict | None = None, **more: dict[int, bool]) -> None:
        def read(paths, day, **_) -> Timetable:
            made = timetable(STOPS, days[day])
            named = (modes or {}).get(day, modes or {})  # of each day, or of all
            trips = made.trips.assign(mode=[named.get(trip, "bus") for trip in made.trips.index])
            for column, values in more.items():
                trips[column] = [values.get(trip, False) for trip in trips.index]
            source = FeedSource("north.zip", "ab12", datetime.date(2026, 8, 1), datetime.date(2026, 12, 31))
            return replace(made, day=day, trips=trips, sources=(source,))

        monkeypatch.setattr(timetables, "read", read)

    return set_up


def _measured(county: County = VILLAGE, days: str = "2026-09-15", **more: object) -> Measured:
    return measure(county, [Path("feeds")], question([days], "09:00", "16:30", **more))


def _row(measured: Measured, to: str = "town", mode: str = "bus", area: str = "village") -> pd.Series:
    return measured.journeys.set_index(["from_id", "to_id", "mode"]).loc[(area, to, mode)]


def test_the_minutes_are_those_of_the_longer_way_and_the_details_have_both(runs):
    runs({TUESDAY: [OUT, HOME]})
    measured = _measured()
    walk = np.ceil(100 / (4.8 / 3.6 / 1.4))
    assert _row(measured)["minutes"] == pytest.approx((35 * MINUTE + walk) / MINUTE)
    assert _row(measured)[["source", "as_of"]].tolist() == ["timetable", "2026-09-15"]
    details = measured.details.set_index("way")
    assert details[["leave", "arrive"]].T.to_dict("list") == {"there": ["07:58", "08:30"], "back": ["16:45", "17:21"]}
    assert details.loc["there", ["lines", "first_stop", "last_stop"]].tolist() == ["0", "Stop 0", "Stop 1"]
    assert details.loc["there", ["vehicles", "changes"]].tolist() == [1, 0]


def test_a_way_out_with_no_way_home_is_no_journey_and_the_details_say_which_there_is(runs):
    runs({TUESDAY: [OUT]})
    measured = _measured()
    assert _row(measured)["minutes"] == np.inf
    assert measured.details["way"].tolist() == ["there"]
    assert measured.asked["pairs"] == {"both_ways": 0, "only_there": 1, "only_back": 0, "no_way": 1, "not_covered": 0}


@pytest.mark.parametrize("limit", ["34", "40,34"])
def test_each_way_has_its_own_limit(runs, limit):
    runs({TUESDAY: [OUT, HOME]})
    assert _row(_measured(longest="34,40"))["minutes"] < np.inf
    assert _row(_measured(longest=limit))["minutes"] == np.inf


def test_a_place_without_a_stop_in_ten_km_has_no_row_so_that_its_estimate_stays(runs):
    runs({TUESDAY: [OUT, HOME]})
    measured = _measured(_county(village=(0, 100), moor=(0, 10_100), hill=(0, 9_900)))
    assert set(measured.journeys["from_id"]) == {"village", "hill"}
    assert _row(measured, area="hill")["minutes"] == np.inf
    assert measured.asked["pairs"]["not_covered"] == 2
    assert "do not cover 1 area of 3" in measured.asked["notes"][0]


def test_where_nothing_is_covered_the_feed_is_the_wrong_one(runs):
    runs({TUESDAY: [OUT, HOME]})
    with pytest.raises(InputError, match="no stop that is served on the day asked lies within 10 km of an area of Now"):
        _measured(_county(moor=(0, 30_000)))


def test_a_walk_that_is_no_longer_than_the_ride_goes_before_it_and_costs_nothing(runs):
    runs({TUESDAY: [OUT, HOME]})
    measured = _measured(_county(edge=(9_500, 0)))
    assert _row(measured, area="edge")[["minutes", "fare_pence"]].tolist() == [525 / 60, 0]
    details = measured.details.set_index("way")
    assert details["vehicles"].tolist() == [0, 0]
    assert details.loc["there", ["leave", "arrive", "lines", "first_stop"]].tolist() == ["08:51", "09:00", "", ""]


def test_a_fare_that_no_timetable_gives_is_not_known(runs):
    runs({TUESDAY: [OUT, HOME]})
    assert np.isnan(_row(_measured())["fare_pence"])


def test_a_quicker_train_is_a_row_of_its_own_so_that_a_bus_pass_does_not_pay_it(runs):
    fast = [_ride((0, 8, 20), (1, 8, 30)), _ride((1, 16, 45), (0, 16, 55))]
    runs({TUESDAY: [OUT, HOME, *fast]}, {2: "train", 3: "train"})
    measured = _measured()
    assert _row(measured, mode="bus")["minutes"] > 35
    assert _row(measured, mode="train")["minutes"] < 12
    assert set(measured.journeys["mode"]) == {"bus", "train"}


@pytest.mark.parametrize("kind", ["school_only", "demand_responsive"])
def test_a_bus_for_pupils_or_one_that_is_booked_is_nobodys_journey_here(runs, kind):
    runs({TUESDAY: [OUT, HOME, _ride((0, 8, 20), (1, 8, 30))]}, **{kind: {2: True}})
    assert _measured().details["leave"].tolist() == ["07:58", "16:45"]


def test_of_two_days_the_worse_counts_and_what_differs_is_told(runs):
    late = _ride((1, 17, 0), (0, 17, 50))
    runs({TUESDAY: [OUT, HOME], FRIDAY: [OUT, late]})
    measured = _measured(days="2026-09-15,2026-09-18")
    assert _row(measured)["minutes"] > 50
    assert _row(measured)["as_of"] == "2026-09-18"
    assert "1 take over 5 minutes longer on one. The worst day counts." in measured.asked["notes"][-1]


@pytest.mark.parametrize("lost", ["bus", "train"])
def test_a_day_without_any_bus_or_train_is_the_worst_of_the_days_for_it(runs, lost):
    fast = [_ride((0, 8, 20), (1, 8, 30)), _ride((1, 16, 45), (0, 16, 55))]
    left = {"bus": fast, "train": [OUT, HOME]}[lost]
    modes = {TUESDAY: {2: "train", 3: "train"}, FRIDAY: {0: "train", 1: "train"} if lost == "bus" else {}}
    runs({TUESDAY: [OUT, HOME, *fast], FRIDAY: left}, modes)
    rows = _measured(days="2026-09-15,2026-09-18").journeys.query("to_id == 'town'").set_index("mode")["minutes"]
    assert rows.round().to_dict() == {"bus": {"bus": np.inf, "train": 12}, "train": {"bus": 37}}[lost]


@pytest.mark.parametrize("kind", ["school_only", "demand_responsive"])
def test_timetables_of_services_that_are_not_for_everybody_cover_nothing(runs, kind):
    runs({TUESDAY: [OUT, HOME]}, **{kind: {0: True, 1: True}})
    with pytest.raises(InputError, match=r"\(services for pupils only, or to be booked, do not count\)"):
        _measured()


def test_all_days_that_will_not_do_are_told_at_once_and_a_damaged_feed_once(monkeypatch):
    def read(paths, day, **_) -> Timetable:
        raise InputError("timetables", ["feed.zip: is empty.", Fault(str(day), "it is a bank holiday.")])

    monkeypatch.setattr(timetables, "read", read)
    with pytest.raises(InputError) as refused:
        _measured(days="2026-12-25,2026-12-28")
    assert [fault.where for fault in refused.value.faults] == ["", "2026-12-25", "2026-12-28"]


def test_the_work_can_be_stopped_half_way(runs):
    runs({TUESDAY: [OUT, HOME]})

    def stop(stage: str, share: float) -> None:
        if share >= 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure(VILLAGE, [Path("feeds")], question(["2026-09-15"], "09:00", "16:30"), progress=stop)


@pytest.fixture
def in_example(runs, tmp_path):
    """Return the example county, and a matrix whose one pair joins two of its places."""
    county = bundle.load(example.FOLDER)
    runs({TUESDAY: [OUT, HOME]})
    measured = _measured()
    college = county.destinations.index[county.destinations["kind"] == "college"][0]
    names = {"village": county.areas.index[0], "town": college}
    tables = {name: getattr(measured, name).query("to_id == 'town'").replace(names) for name in ("journeys", "details")}
    return county, replace(measured, **tables), tmp_path / "matrix.parquet"


def test_a_bundle_keeps_what_was_asked_and_the_details(in_example):
    county, measured, path = in_example
    save(measured, path)
    built = own_files.with_journeys(county, path)
    bundle.save(built, path.parent / "bundle")
    loaded = bundle.load(path.parent / "bundle")
    assert loaded.manifest.timetables["days"] == ["2026-09-15"]
    assert loaded.manifest.timetables["feeds"][0]["sha256"] == "ab12"
    assert loaded.journey_details["way"].tolist() == ["there", "back"]
    assert loaded.journeys["minutes"].tolist() == measured.journeys["minutes"].tolist()
    assert "by north.zip on 15 September 2026: there between 08:00 and 09:00" in own_files.told(loaded)[0]


def test_timetables_that_are_used_are_not_told_as_unused(in_example):
    county, measured, path = in_example
    save(measured, path)
    told = (Noted("north.zip holds timetables.", "timetables_not_used"), Noted("Loaded twice.", "file_loaded_twice"))
    built = own_files.with_journeys(replace(county, manifest=replace(county.manifest, warnings=told)), path)
    assert built.manifest.warnings[-1] == told[1] and told[0] not in built.manifest.warnings


def test_details_of_another_matrix_are_not_taken_for_its_own(in_example):
    county, measured, path = in_example
    save(measured, path)
    other = path.with_name("other.parquet")
    save(replace(measured, asked=measured.asked | {"days": ["2026-09-22"]}), other)
    timetabled.path_beside(other, "details").replace(timetabled.path_beside(path, "details"))
    assert own_files.with_journeys(county, path).journey_details is None


@pytest.mark.parametrize(
    ("today", "said"),
    [((2026, 12, 31), ""), ((2027, 1, 1), "north.zip ran out on 31 December 2026"), ((2030, 1, 1), "ran out")],
)
def test_a_matrix_is_old_once_a_feed_has_run_out(runs, today, said):
    runs({TUESDAY: [OUT, HOME]})
    lines = timetabled.told(_measured().asked, datetime.date(*today))
    assert len(lines) == (2 if said else 1)
    assert said in lines[-1]


def test_a_matrix_of_a_day_over_a_year_ago_is_old_even_where_no_feed_has_an_end(runs):
    runs({TUESDAY: [OUT, HOME]})
    asked = _measured().asked
    asked = asked | {"feeds": [feed | {"last_day": None} for feed in asked["feeds"]]}
    assert "over a year ago" in timetabled.told(asked, datetime.date(2027, 9, 16))[-1]
    assert len(timetabled.told(asked, datetime.date(2027, 9, 15))) == 1


def test_a_file_that_says_wrongly_what_it_was_made_from_is_refused(in_example):
    county, measured, path = in_example
    save(replace(measured, asked={"days": 5}), path)
    with pytest.raises(InputError, match="says wrongly what it was made from"):
        own_files.with_journeys(county, path)


def test_the_command_writes_the_matrix_and_its_details_and_prints_what_was_asked(runs, tmp_path, monkeypatch, capsys):
    runs({TUESDAY: [OUT, HOME]})
    monkeypatch.setattr(bundle, "load", lambda folder: VILLAGE)
    path = tmp_path / "journeys.parquet"
    asked = ["--timetables", str(tmp_path), "--on", "2026-09-15", "--longest", "75,90", "--jobs", "2"]
    assert main(["journeys", "nowhere", *asked, "--to", str(path), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["days"], facts["longest_minutes"], facts["pairs"]["both_ways"]) == (["2026-09-15"], [75, 90], 1)
    assert pd.read_parquet(path)["minutes"].notna().all()
    assert pd.read_parquet(facts["details"])["way"].tolist() == ["there", "back"]


def test_a_matrix_that_cannot_be_written_is_refused_before_the_work(tmp_path, capsys):
    asked = ["--timetables", str(tmp_path), "--on", "2026-09-15"]
    assert main(["journeys", "nowhere", *asked, "--to", str(tmp_path / "journeys.csv")]) == 2
    assert "does not end in .parquet" in capsys.readouterr().err


def test_each_area_has_its_lines_with_the_first_and_the_last_of_the_day(runs):
    later = _ride((0, 22, 5), (1, 22, 35))
    runs({TUESDAY: [OUT, HOME, later]}, school_only={2: True})
    found = _measured(_county(village=(0, 100), moor=(0, 9_000))).lines
    assert found[["from_id", "line", "first", "last", "journeys"]].values.tolist() == [
        ["village", "0", "08:00", "08:00", 1]
    ]


def test_a_postcode_is_measured_from_its_own_place_and_by_any_public_transport(runs):
    runs({TUESDAY: [OUT, HOME]}, modes={0: "train", 1: "train"})
    homes = pd.DataFrame.from_dict({"ZZ1 1AA": (0, 0), "ZZ1 1AB": (0, 5_000)}, orient="index", columns=XY)
    county = replace(VILLAGE, postcodes=homes.assign(area_code="village"))
    measured = measure(county, [Path("feeds")], question(["2026-09-15"], "09:00", "16:30"), with_postcodes=True)
    found = measured.from_postcodes.set_index(["from_id", "to_id"])["minutes"]
    assert found["ZZ1 1AA", "town"] == 35 and found["ZZ1 1AB", "town"] == np.inf


def test_postcodes_cannot_be_measured_where_the_bundle_has_none(runs):
    runs({TUESDAY: [OUT, HOME]})
    with pytest.raises(InputError, match="has no postcodes"):
        measure(VILLAGE, [Path("feeds")], question(["2026-09-15"], "09:00", "16:30"), with_postcodes=True)
