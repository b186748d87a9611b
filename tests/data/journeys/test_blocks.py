"""A country is measured in blocks of destinations: the same tables as in one go, and a run that was stopped goes on."""

import json
import shutil
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from data import bundle, example
from data.__main__ import main
from data.faults import InputError
from data.journeys import blocks
from data.journeys.blocks import measure_in_blocks
from data.journeys.files import save
from data.journeys.measure import measure
from data.journeys.question import question
from tests.data.timetables.feeds import plain_tables, stop, visit, write

ASKED = question(["2026-09-15", "2026-09-18"], "09:00", "16:30", school_holidays=["2026-08-31:2026-09-02"])
SIZE = 5


@pytest.fixture(scope="module")
def feed(tmp_path_factory) -> Path:
    """Return a feed with a bus by six areas of the example to a college and home, and a stop that is nowhere."""
    county = bundle.load(example.FOLDER)
    xy = ["easting_m", "northing_m"]
    college = county.destinations[county.destinations["kind"] == "college"][xy].iloc[0]
    km = (county.areas[xy] - college).pow(2).sum(axis=1).pow(0.5) / 1000
    stops = [*county.areas.loc[km.sort_values().index[:6], xy].to_numpy()[::-1], college.to_numpy()]
    tables = plain_tables()
    tables["stops.txt"] = [stop(f"S{at}", *place) for at, place in enumerate(stops)]
    tables["stops.txt"].append(stop("lost", 0, 0) | {"stop_lat": 0, "stop_lon": 0})
    calls = list(enumerate([*range(6), "lost", 6]))
    names = [f"S{each}" if each != "lost" else "lost" for _, each in calls]
    tables["stop_times.txt"] = [
        visit(trip, at, name, f"{hour}:{6 * at:02d}:00")
        for trip, hour, order in (("t1", "08", names), ("t2", "17", names[::-1]))
        for at, name in enumerate(order)
    ]
    return write(tmp_path_factory.mktemp("feed") / "feed.zip", tables)


def threads() -> Executor:
    return ThreadPoolExecutor(1)


def in_blocks(feed: Path, kept: Path, to: Path, make_executor=threads, progress=lambda stage, share: None):
    return measure_in_blocks(example.FOLDER, [feed], ASKED, kept, make_executor, progress, to, SIZE)


@pytest.fixture(scope="module")
def whole(feed, tmp_path_factory):
    """Return the folder of finished blocks, the paths of the tables made of them, and what is said."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "kept").mkdir()
    return folder / "kept", *in_blocks(feed, folder / "kept", folder / "journeys.parquet")


def test_the_tables_of_the_blocks_are_those_of_measuring_in_one_go(feed, whole, tmp_path):
    county = bundle.load(example.FOLDER)
    at_once = measure(county, [feed], ASKED)
    for path, block_path in zip(save(at_once, tmp_path / "journeys.parquet"), whole[1], strict=True):
        keys = ["from_id", "to_id", "mode", "way"] if "details" in path.name else ["from_id", "to_id", "mode"]
        keys = ["from_id", "day", "line"] if "lines" in path.name else keys
        one, other = (pd.read_parquet(each).sort_values(keys, ignore_index=True) for each in (path, block_path))
        pd.testing.assert_frame_equal(one, other)
    assert at_once.asked["pairs"]["both_ways"] > 0
    of_part = "Of what was left out of the timetables, the counts are those of the part"
    assert [note for note in whole[2]["notes"] if not note.startswith(of_part)] == at_once.asked["notes"]
    assert whole[2] | {"notes": []} == at_once.asked | {"notes": []}


def test_a_run_that_broke_off_goes_on_with_the_blocks_that_are_not_there(feed, whole, tmp_path, monkeypatch):
    measured = []

    def broken_off(*all_of, **more):
        measured.append(1)
        if len(measured) > 2:
            raise MemoryError("full")
        return measure(*all_of, **more)

    monkeypatch.setattr(blocks, "measure", broken_off)
    with pytest.raises(InputError, match="MemoryError: full"):
        in_blocks(feed, tmp_path, tmp_path / "journeys.parquet")
    assert not (tmp_path / "journeys.parquet").exists()
    again = []
    monkeypatch.setattr(blocks, "measure", lambda *all_of, **more: (again.append(1), measure(*all_of, **more))[1])
    paths, told = in_blocks(feed, tmp_path, tmp_path / "journeys.parquet")
    assert len(again) == len(measured) - 2 > 0
    assert [path.read_bytes() for path in paths] == [path.read_bytes() for path in whole[1]]
    assert told == whole[2]


@pytest.mark.parametrize("change", ["question", "holiday", "feed", "size"])
def test_blocks_of_another_question_or_feed_are_not_taken(feed, tmp_path, change):
    county = bundle.load(example.FOLDER)
    other, asked = tmp_path / "other.zip", ASKED
    write(other, plain_tables())
    asked = replace(ASKED, arrive_by=ASKED.arrive_by - 60) if change == "question" else asked
    asked = replace(ASKED, school_holidays=()) if change == "holiday" else asked
    keys = [
        {block.key for block in blocks.blocks_of(county, example.FOLDER, [one], each, tmp_path, size)}
        for one, each, size in (
            (feed, ASKED, SIZE),
            (other if change == "feed" else feed, asked, SIZE + (change == "size")),
        )
    ]
    assert not keys[0] & keys[1]


class Dying(Executor):
    """An executor whose workers all die."""

    def submit(self, function, /, *arguments) -> Future:
        future: Future = Future()
        future.set_exception(BrokenExecutor())
        return future


def test_a_block_that_cannot_be_measured_is_told_and_nothing_is_written(feed, tmp_path):
    with pytest.raises(InputError, match="Its worker died each time; it may need more memory"):
        in_blocks(feed, tmp_path, tmp_path / "journeys.parquet", Dying)
    assert not (tmp_path / "journeys.parquet").exists()


def test_a_day_that_will_not_do_is_told_once_for_all_blocks(feed, tmp_path):
    asked = question(["2026-08-31"], "09:00", "16:30")
    with pytest.raises(InputError) as refused:
        measure_in_blocks(
            example.FOLDER, [feed], asked, tmp_path, threads, lambda *_: None, tmp_path / "journeys.parquet", SIZE
        )
    assert len(refused.value.faults) == 1 and "it is a bank holiday" in refused.value.faults[0].problem


def test_the_command_keeps_blocks_in_its_own_processes_and_says_what_was_found(feed, tmp_path, capsys):
    kept, to = tmp_path / "kept", tmp_path / "journeys.parquet"
    asked = ["journeys", str(example.FOLDER), "--timetables", str(feed), "--on", "2026-09-15", "--to", str(to)]
    assert main([*asked, "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert main([*asked, "--blocks", str(tmp_path / "nowhere" / "kept")]) == 2
    assert main([*asked, "--blocks", str(kept), "--postcodes"]) == 2
    said = capsys.readouterr().err
    assert all(each in said for each in ("needs --blocks FOLDER", "there is no folder", "are measured for one county"))
    assert main([*asked, "--blocks", str(kept), "--jobs", "2", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["pairs"]["both_ways"] > 0
    assert len(pd.read_parquet(to)) == sum(facts["pairs"].values()) - facts["pairs"]["not_covered"]
    shutil.rmtree(kept)
