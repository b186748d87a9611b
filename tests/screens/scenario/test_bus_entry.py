"""A bus is read from boxes as somebody writes it: a time and a stop a line, and every fault is told."""

import pandas as pd
import pytest

from data.faults import InputError
from data.timetables.altering import Call
from screens.scenario.bus_entry import journey_from

STOPS = pd.DataFrame(
    [
        ("s1", "Church Lane", 531_000, 344_000),
        ("s2", "Church Lane", 531_010, 344_020),
        ("s3", "College", 532_000, 344_000),
        ("s4", "High Street", 533_000, 344_000),
        ("s5", "High Street", 540_000, 344_000),
    ],
    columns=["stop_id", "name", "easting", "northing"],
)
BOXES = {
    "name": "Fen bus",
    "price": "62,000",
    "seats": 16,
    "fare": "",
    "there": "7:40 church  lane\n\n07:52 531200 344100 New houses\n08.25 s3",
    "home": "17:00 College\n17:45 Church Lane",
}


def _faults(**boxes: object) -> list[str]:
    with pytest.raises(InputError) as error:
        journey_from(BOXES | boxes, STOPS, set())
    return [str(fault) for fault in error.value.faults]


def test_a_stop_is_known_by_name_or_id_and_a_new_place_by_metres():
    bus = journey_from(BOXES, STOPS, set())
    assert bus.there == (
        Call(27_600, "s1"),
        Call(28_320, easting=531_200, northing=344_100, name="New houses"),
        Call(30_300, "s3"),
    )
    assert (bus.id, bus.price_pence, bus.fare_pence) == ("fen-bus", 6_200_000, None)
    assert [call.stop for call in bus.home] == ["s3", "s1"]


def test_a_second_bus_of_the_same_name_has_an_id_of_its_own():
    assert journey_from(BOXES, STOPS, {"fen-bus"}).id == "fen-bus-2"


def test_the_way_home_and_the_fare_may_be_left_out():
    bus = journey_from(BOXES | {"home": " ", "fare": "1.50"}, STOPS, set())
    assert (bus.home, bus.fare_pence) == ((), 150)


def test_every_fault_is_told_by_its_box():
    told = _faults(
        name="", price="much", there="07:40 Chruch Lane\nnoon College\n08:20 High Street", home="17:00 College"
    )
    assert told == [
        "What it is called: is empty. Write a name by which the plan is to call the bus.",
        'Stops on the way there, line 1: "Chruch Lane" is no stop of the timetables. Did you mean "Church Lane"?',
        'Stops on the way there, line 2: "noon College" has no time and stop. Write the time and the stop, such as '
        '"07:40 Church Lane", a line for each.',
        'Stops on the way there, line 3: "High Street" is the name of 2 stops. Write the id of one, such as s4 at '
        "533000 344000, s5 at 540000 344000.",
        "Price a year for both ways, in pounds: 'much' is not an amount. Write pounds, such as 750000 or 1250.50.",
        "Stops on the way home: needs two calls at least: where one gets on, and where one gets off.",
    ]


def test_a_form_left_empty_is_told_in_words_of_the_form_and_once_a_box():
    assert _faults(name=" ", price="", there="", home="") == [
        "What it is called: is empty. Write a name by which the plan is to call the bus.",
        "Price a year for both ways, in pounds: is empty. Write what the bus costs a year, such as 62,000.",
        'Stops on the way there: is empty. Write a line for each stop, such as "07:40 Church Lane".',
    ]


def test_calls_out_of_order_are_told():
    assert any("is before the call above it" in each for each in _faults(there="08:25 College\n07:40 Church Lane"))
