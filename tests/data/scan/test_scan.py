"""The scan finds what trying every journey finds."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.scan import NONE, Changes, Search, Walks, network, shortest
from tests.data.made_timetables import every_change, every_journey, some_timetable
from tests.draws import draws

RULE = Changes(metres_per_second=1.0, margin=60, longest_walk=300)
ALWAYS = (-(10**9), 10**9)
SEEDS = st.integers(0, 2**40)


def _walks(places: list[dict[int, int]]) -> Walks:
    first = np.cumsum([0, *map(len, places)]).astype(np.int32)
    rows = np.array([row for place in places for row in place.items()], dtype=np.int32).reshape(-1, 2)
    return Walks(first, rows[:, 0].copy(), rows[:, 1].copy())


def _some_walks(random: Random, stops: int) -> dict[int, int]:
    return {
        stop: random.randrange(0, 300, 20) for stop in random.sample(range(stops), random.randint(1, min(3, stops)))
    }


def _case(seed: int):
    random = Random(seed)
    made = some_timetable(random)
    homes = [_some_walks(random, len(made.stops)) for _ in range(2)]
    door = _some_walks(random, len(made.stops))
    earliest = random.randrange(0, 3000, 60)
    search = Search(
        earliest, earliest + random.choice([0, 600, 1800]), random.choice([600, 1800, 10_000]), random.randint(1, 3)
    )
    return made, homes, door, search


@pytest.mark.parametrize("back", [False, True], ids=["there", "back"])
@draws(2500)
@given(SEEDS)
def test_the_shortest_and_the_last_are_those_of_trying_every_journey(back, seed):
    made, homes, door, search = _case(seed)
    changes = every_change(made, RULE.metres_per_second, RULE.margin, RULE.longest_walk)
    scanned = network(made, RULE)
    scanned = scanned.reversed() if back else scanned
    found = shortest(scanned, _walks([door]).of(0, len(made.stops)), _walks(homes), search, back)
    window = (search.earliest, search.latest)
    for row, home in enumerate(homes):
        ends, spans = ((door, home), (window, ALWAYS)) if back else ((home, door), (ALWAYS, window))
        expected = every_journey(made, changes, *ends, search.most_vehicles, *spans)
        if expected is None or expected[0][0] > search.longest:
            assert not found.found[row]
            continue
        assert found.found[row]
        vehicles = int((found.board[row] != NONE).sum())
        assert (found.arrive[row] - found.leave[row], vehicles) == expected[0]
