"""On a real timetable too the scan finds what trying every journey finds."""

import datetime
from dataclasses import replace

import pytest

from data import timetables
from data.scan import NONE, Changes, Search, network_of, shortest
from data.timetables import Timetable
from tests.data.made_timetables import COLUMNS, every_change, every_journey
from tests.data.scan.test_scan import ALWAYS, _walks
from tests.draws import FEW
from tests.opendata import FOLDER, needs_opendata

HOUR = 3600
RULE = Changes(metres_per_second=1.0, margin=120, longest_walk=200)
SEARCH = {False: Search(8 * HOUR + 1800, 9 * HOUR, HOUR, 3), True: Search(16 * HOUR + 1800, 17 * HOUR, HOUR, 3)}
SPAN = {False: (7.5 * HOUR, 9 * HOUR), True: (16.5 * HOUR, 18 * HOUR)}  # nothing outside can be a part of a journey


@pytest.fixture(scope="module")
def chester() -> Timetable:
    return timetables.read(FOLDER / "timetables" / "chester-20230816-small_gtfs.zip", datetime.date(2023, 9, 12))


@pytest.fixture(scope="module")
def changes(chester) -> dict:
    return every_change(chester, RULE.metres_per_second, RULE.margin, RULE.longest_walk)


@needs_opendata
@pytest.mark.parametrize("back", [False, True], ids=["there", "back"])
def test_the_shortest_journeys_are_those_of_trying_every_one(back, chester, changes):
    stops = len(chester.stops)
    near = {a: {b: seconds - RULE.margin for (c, b), seconds in changes.items() if c == a} for a in range(0, stops, 25)}
    homes, doors = list(near.values()), list(near.values())[:: 25 if FEW else 9]
    network = network_of(chester, RULE)
    network = network.reversed() if back else network
    part = (chester.departure >= SPAN[back][0]) & (chester.arrival <= SPAN[back][1])
    part = replace(chester, **{name: getattr(chester, name)[part] for name in COLUMNS})
    window, found_some = (SEARCH[back].earliest, SEARCH[back].latest), 0
    for door in doors:
        found = shortest(network, _walks([door]).of(0, stops), _walks(homes), SEARCH[back], back)
        for row, home in enumerate(homes[::8]):
            ends, spans = ((door, home), (window, ALWAYS)) if back else ((home, door), (ALWAYS, window))
            expected = every_journey(part, changes, *ends, SEARCH[back], *spans)
            row *= 8
            assert found.found[row] == (expected is not None)
            if expected:
                vehicles = int((found.board[row] != NONE).sum())
                assert (found.arrive[row] - found.leave[row], vehicles) == expected[0]
                found_some += 1
    assert found_some > 4
