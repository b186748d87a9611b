"""Published fares on measured journeys: on which rides, how many, what a journey then costs, and that a cap holds."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import travel
from data.bundle import County, Manifest
from data.journeys import findings, published
from data.journeys.measure import Measured, measure
from data.journeys.question import question
from data.travel import parquet_files
from data.travel.fares import published_pence, with_fares
from tests.data.timetables import feeds, netex
from tests.data.timetables.feeds import visit

RETURN = {**netex.PRICES, ("z3", "z1"): "2.2"}
PLACES = pd.DataFrame({"easting_m": [501_000, 505_000], "northing_m": [371_000, 371_000]})


def _county() -> County:
    areas = PLACES.iloc[:1].set_axis(["home"]).rename_axis("area_code")
    destinations = PLACES.iloc[1:].set_axis(["college"]).rename_axis("destination_id").assign(kind="college")
    return County(areas, destinations, Manifest("Nowhere", (), ()))


@pytest.fixture
def folder(tmp_path) -> Path:
    """Return a folder with the timetable of a bus to college and home again."""
    times = {
        "t1": zip("ABC", ("8:20", "8:30", "8:40"), strict=True),
        "t2": zip("CBA", ("16:40", "16:50", "17:00"), strict=True),
    }
    visits = [
        visit(trip, at, stop, f"{time}:00") for trip, each in times.items() for at, (stop, time) in enumerate(each)
    ]
    feeds.write(tmp_path / "north.zip", feeds.plain_tables() | {"stop_times.txt": visits})
    return tmp_path


def _measured(folder: Path, fares: str | None = None, name: str = "county fares.xml") -> Measured:
    if fares is not None:
        (folder / name).write_text(fares, encoding="utf-8")
    return measure(_county(), [folder], question(["2026-09-15"], "09:00", "16:30"))


def _fare(measured: Measured) -> float:
    """Return what one way costs somebody without help, in pence."""
    journeys = travel.with_vehicles(measured.journeys, measured.details)
    bus = [mode for mode in travel.all_modes().values() if mode.id == "bus"]
    return float(with_fares(journeys, bus, travel.default_figures())["fare_pence"].iloc[0])


def test_a_journey_whose_rides_all_have_a_published_fare_costs_them_and_is_counted(folder):
    measured = _measured(folder, netex.of_bands(RETURN))
    details = measured.details.set_index("way")
    assert details["fares"].to_dict() == {"there": "250", "back": "220"}
    assert details.loc["there", ["operator_codes", "boarded", "alighted"]].tolist() == ["CNTY", "A", "C"]
    assert _fare(measured) == (250 + 220) / 2
    fares = measured.asked["fares"]
    assert (fares["published"], fares["ceiling"]) == (1, 0)
    assert [file["name"] for file in fares["files"]] == ["county fares.xml"] and len(fares["files"][0]["sha256"]) == 64
    assert any("as published (county fares.xml) for 1 of 1 journey by bus" in note for note in measured.asked["notes"])


def test_one_ride_without_a_published_fare_leaves_the_journey_its_ceiling(folder):
    measured = _measured(folder, netex.of_bands())  # nothing for the way home
    assert measured.details["fares"].tolist() == ["250", "?"]
    assert _fare(measured) == travel.default_figures().pence("bus_fare")
    assert (measured.asked["fares"]["published"], measured.asked["fares"]["ceiling"]) == (0, 1)


@pytest.mark.parametrize("other", [{"operator": "OTHER"}, {"code": "70"}])
def test_the_fares_of_another_operator_or_line_change_nothing(folder, other):
    plain = _measured(folder)
    with_other = _measured(folder, netex.of_bands(RETURN, **other))
    pd.testing.assert_frame_equal(plain.journeys, with_other.journeys)
    pd.testing.assert_frame_equal(plain.details, with_other.details)
    assert _fare(plain) == _fare(with_other) and "fares" not in " ".join(plain.asked["notes"])


def test_the_cap_holds_for_each_ride(folder):
    dear = dict.fromkeys(RETURN, "4.75") | {("z3", "z1"): "2.2"}
    assert _fare(_measured(folder, netex.of_bands(dear))) == (travel.default_figures().pence("bus_fare") + 220) / 2


FARES = st.lists(st.integers(1, 2000), max_size=3)


@given(FARES, FARES, st.integers(1, 1000))
def test_a_fare_is_never_above_the_cap_for_each_vehicle_nor_above_what_is_published(there, back, cap):
    said = " | ".join(" + ".join(map(str, way)) for way in (there, back))
    pence = published_pence(said, cap)
    assert 0 <= pence <= cap * (len(there) + len(back)) / 2 and pence <= sum(there + back) / 2
    assert published_pence(" | ".join(reversed(said.split(" | "))), cap) == pence


def test_what_is_asked_is_read_back_with_the_files_of_fares(folder):
    measured = _measured(folder, netex.of_bands(RETURN))
    path = folder / "journeys.parquet"
    path.write_bytes(parquet_files.to_bytes(measured.details, measured.asked))
    table, asked = parquet_files.read(path, list(measured.details))
    assert asked == measured.asked and table["fares"].tolist() == ["250", "220"]


def test_a_journey_that_is_measured_again_keeps_the_fares_of_the_same_rides(folder):
    details = _measured(folder, netex.of_bands(RETURN)).details
    again = details.assign(fares="?")
    pd.testing.assert_frame_equal(published.with_fares(again, published.known(details)), details)
    elsewhere = published.with_fares(again.assign(alighted="B"), published.known(details))
    assert elsewhere["fares"].tolist() == ["?", "?"]


def test_details_from_before_fares_were_read_still_have_a_ceiling(folder):
    measured = _measured(folder, netex.of_bands(RETURN))
    old = replace(measured, details=measured.details.drop(columns=["fares", *published.RIDE[2:]]))
    assert _fare(old) == travel.default_figures().pence("bus_fare")
    assert published.known(old.details)("CNTY", "7", "A", "C", "2026-09-15") is None


def test_the_parts_of_a_country_add_up_their_fares(folder):
    part = _measured(folder, netex.of_bands(RETURN)).findings
    assert part is not None
    whole = findings.together([part, findings.of_part(findings.written(part))])
    assert whole.fares == {"published": 2, "ceiling": 0} and whole.fare_files == part.fare_files
