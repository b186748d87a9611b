"""A bus added or a line withdrawn: what is measured again is what measuring everything again would find."""

from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import timetables
from data.bundle import County, Manifest
from data.faults import InputError
from data.journeys.altered import brought_by, withdrawn_from
from data.journeys.measure import measure
from data.journeys.question import Question, question
from data.timetables import Timetable
from data.timetables.altering import Call, Withdrawn, trips_of, with_buses, without
from data.timetables.stored import packed, unpacked
from tests.data.made_timetables import DAY, some_timetable, timetable
from tests.draws import draws

XY = ["easting_m", "northing_m"]
ASKED = question([DAY.isoformat()], "00:50", "00:05", "00:01", "00:55", "60", 4)  # within the made timetables


def _county(random: Random) -> County:
    def places(count: int, name: str) -> pd.DataFrame:
        points = {
            f"{name}{number}": (random.randrange(0, 1500, 50), random.randrange(0, 400, 50)) for number in range(count)
        }
        return pd.DataFrame.from_dict(points, orient="index", columns=XY)

    areas = places(random.randint(1, 4), "area").rename_axis("area_code")
    destinations = places(random.randint(1, 3), "town").rename_axis("destination_id").assign(kind="college")
    return County(areas, destinations, Manifest("Nowhere", (), ()))


def _measured(county: County, days: list[Timetable], asked: Question) -> County:
    """Return the county with journeys that are measured by these timetables in whole."""
    by_day = {day.day: day for day in days}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timetables, "read", lambda paths, day, **_: by_day[day])
        found = measure(county, [Path("feeds")], asked)
    manifest = replace(county.manifest, timetables=dict(found.asked))
    kept = pd.DataFrame(packed(found.timetables))
    return replace(county, journeys=found.journeys, journey_details=found.details, timetable=kept, manifest=manifest)


def _buses(random: Random) -> list[list[Call]]:
    """Return a bus and, mostly, one that goes back along its stops."""
    time, calls = random.randrange(0, 1200, 30), []
    for _ in range(random.randint(2, 4)):
        if random.random() < 0.7:
            calls.append(Call(time, stop=random.choice(["s0", "s1"])))
        else:
            calls.append(Call(time, easting=random.randrange(0, 1500, 100), northing=random.randrange(0, 300, 100)))
        time += random.choice([60, 150, 600])
    home = [replace(call, seconds=2 * time - call.seconds) for call in calls[::-1]]
    return [calls, home][: 1 + (random.random() < 0.8)]


def _by_pair(county: County) -> pd.Series:
    return county.journeys.set_index(["from_id", "to_id", "mode"])["minutes"].sort_index()


def _told(county: County) -> dict[tuple, float]:
    """Return the minutes by pair and mode: by bus, where there may be none, and by another mode where there are."""
    minutes = _by_pair(county)
    return minutes[np.isfinite(minutes) | (minutes.index.get_level_values("mode") == "bus")].to_dict()


def _by_bus(minutes: pd.Series) -> pd.Series:
    return minutes[minutes.index.get_level_values("mode") == "bus"].droplevel("mode")


def _days(random: Random) -> tuple[list[Timetable], Question]:
    days = [some_timetable(random)]
    if random.random() < 0.3:
        days.append(replace(some_timetable(random), day=DAY.replace(day=18)))
    return days, replace(ASKED, days=tuple(day.day for day in days))


@given(st.integers(0, 10**6))
@draws(32)
def test_what_an_added_bus_brings_is_what_measuring_everything_again_finds_and_nothing_gets_longer(seed):
    random = Random(seed)
    days, asked = _days(random)
    buses = _buses(random)
    buses = [
        [call for call in calls if all(call.stop in {"", *day.stops["stop_id"]} for day in days)] for calls in buses
    ]
    buses = [calls for calls in buses if len(calls) > 1]
    county = _measured(_county(random), days, asked)
    brought = brought_by(county, buses, "new")
    whole = _by_pair(_measured(county, [with_buses(day, buses, "new") for day in days], asked))
    before = _by_pair(county)
    assert (whole <= before + 1e-9).all()
    shorter = _by_bus(whole[whole < before - 1e-9])
    found = brought.set_index(["from_id", "to_id"])["minutes"]
    assert found.to_dict() == pytest.approx(shorter.to_dict())
    assert (brought["own"] >= 1).all()


@given(st.integers(0, 10**6))
@draws(32)
def test_what_a_withdrawn_line_takes_is_what_measuring_everything_without_it_finds(seed):
    random = Random(seed)
    days, asked = _days(random)
    modes = [random.choice(["bus", "bus", "train"]) for _ in range(20)]
    days = [replace(day, trips=day.trips.assign(mode=modes[: len(day.trips)])) for day in days]
    if not all((day.trips["mode"] == "bus").any() for day in days):
        return
    county = _measured(_county(random), days, asked)
    used = sorted({line for text in county.journey_details["lines"] for line in str(text).split(" + ")} - {""})
    gone = [Withdrawn(random.choice([*used, *used, str(random.randrange(8))])) for _ in range(random.randint(1, 2))]
    after = withdrawn_from(county, gone)
    empty = [without(day, gone) for day in days]
    whole = _measured(county, empty, asked)
    assert _told(after) == pytest.approx(_told(whole))
    left = {line for text in after.journey_details["lines"] for line in text.split(" + ")}
    assert not left & {each.line for each in gone}
    assert (_by_bus(_by_pair(after)) >= _by_bus(_by_pair(county))).all()


def test_a_timetable_comes_back_from_its_table_as_it_went_in(tmp_path):
    made = some_timetable(Random(5))
    packed([made]).to_parquet(tmp_path / "timetable.parquet")
    back = unpacked(pd.read_parquet(tmp_path / "timetable.parquet"))[0]
    for name in ("stops", "trips", "transfers"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(made, name), check_dtype=False)
    assert all(np.array_equal(getattr(back, name), getattr(made, name)) for name in ("departure", "trip", "may_board"))


def test_nobody_stays_seated_through_a_journey_that_is_withdrawn():
    calls = [[(0, 0, 0, True, True), (1, 60, 60, True, True)], [(1, 90, 90, True, True), (0, 150, 150, True, True)]]
    made = timetable([(0, 0, 0), (500, 0, 1)], calls, [(1, 1, 0, True, 0, 1)])
    assert without(made, [Withdrawn("1")]).transfers.empty


def test_a_line_is_of_the_operator_that_is_named_whatever_its_case():
    made = timetable([(0, 0, 0), (500, 0, 1)], [[(0, 0, 0, True, True), (1, 60, 60, True, True)]])
    assert trips_of(made, Withdrawn("0", "BUSES")).all()
    assert not trips_of(made, Withdrawn("0", "Coaches")).any()


def test_a_bundle_that_keeps_no_timetable_says_how_to_build_one_that_does():
    with pytest.raises(InputError, match="--timetables FOLDER --on DATE"):
        withdrawn_from(_county(Random(1)), [Withdrawn("1")])
