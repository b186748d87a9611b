"""Water on the way: which lines it breaks, how the way goes round it, and what roads and ferries do."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data import travel
from data.faults import InputError
from data.official import water as official_water
from data.travel import crossings
from data.travel.water import water_map
from tests.data.waters import ESTUARY, ferry, land_around, points, strips, table

ASSUMED = travel.default_figures()


# --- Which lines are broken ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width_km", "broken"), [(0.1, False), (0.4, False), (0.6, True), (2, True)])
def test_water_breaks_a_line_from_the_stated_width_on(width_km, broken):
    land = land_around((0, -40, width_km, 90))
    assert land.broken(points((-3, 5)), points((4, 5))).tolist() == [broken]


def test_two_narrow_waters_are_not_one_wide_one():
    land = land_around((0, -40, 0.3, 90), (1, -40, 1.3, 90))
    assert not land.broken(points((-3, 5)), points((4, 5)))[0]


lines = st.lists(st.tuples(*[st.integers(-1000, 6000)] * 4), min_size=1, max_size=8)


@given(lines, st.integers(0, 1000))
def test_the_widest_water_is_the_longest_run_of_wet_points(ends, seed):
    wet = np.random.default_rng(seed).random((50, 50)) < 0.6
    water = water_map(official_water._strips(wet, (0, 0, 5000, 5000)))
    given_ends = np.array(ends, dtype=float)
    found = water.widest_m(given_ends[:, :2], given_ends[:, 2:])
    for (x, y, to_x, to_y), widest in zip(ends, found, strict=True):
        length = np.hypot(to_x - x, to_y - y)
        steps = int(np.ceil(length / 100))
        longest = run = 0
        for share in np.linspace(0, 1, steps + 1) if steps else [0.0]:
            run = run + 1 if water.at(np.array([[x + share * (to_x - x), y + share * (to_y - y)]]))[0] else 0
            longest = max(longest, run)
        assert widest == pytest.approx(longest * length / max(steps, 1), abs=1e-6)


def test_outside_the_map_nothing_is_water():
    water = water_map(strips((0, 0, 1, 1)))
    assert water.at(points((0.5, 0.5), (50, 50), (-3, 0))).tolist() == [True, False, False]


# --- The way round -------------------------------------------------------------------------------------------------


def test_the_way_round_an_estuary_goes_by_its_head():
    land = land_around(ESTUARY)
    km = land.over_land_km(points((-1, 18)), points((3, 18)), 60)[0]
    shortest = 2 * np.hypot(1, 2) + 2
    assert shortest <= km <= 1.03 * shortest + 1


def test_what_is_found_within_a_distance_is_what_the_whole_net_has_within_it():
    net = land_around(ESTUARY, roads=[((-0.2, 9), (2.2, 9))]).net
    draw = np.random.default_rng(9)
    starts, ends = (draw.uniform((-8_000, -2_000), (10_000, 28_000), (count, 2)) for count in (80, 30))
    every = net.lengths_km(starts, ends, np.inf)
    assert np.isfinite(every).mean() > 0.5
    for most_km in (2.0, 9.0, 21.0):
        assert np.array_equal(net.lengths_km(starts, ends, most_km), np.where(every <= most_km, every, np.inf))


def test_a_line_that_no_water_breaks_stays_straight():
    land = land_around(ESTUARY)
    assert land.over_land_km(points((-1, 3), (-1, 30)), points((-1, 15), (3, 27)), 60).tolist() == [12.0, 5.0]


def test_a_bridge_shortens_the_way_round():
    there, back = points((-1, 10)), points((3, 10))
    without = land_around(ESTUARY).over_land_km(there, back, 60)[0]
    with_bridge = land_around(ESTUARY, roads=[((-0.2, 9), (2.2, 9))]).over_land_km(there, back, 60)[0]
    assert without > 20 and 4.4 <= with_bridge <= 5.5


def test_water_is_crossed_on_no_way_round_where_it_is_too_wide_to_be_bridged_unseen():
    moat = (-40, 40, 60, 40.3)  # 300 m: no line is broken by it, but no way round a wider water may use it
    land = land_around((0, -40, 2, 40), moat)
    assert np.isinf(land.over_land_km(points((-1, 35)), points((3, 35)), 20)[0])


@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 40)), min_size=2, max_size=6, unique=True))
def test_a_way_over_land_is_never_shorter_than_the_straight_line(places):
    xy = points(*places)
    km = LAND.over_land_km(np.repeat(xy, len(xy), axis=0), np.tile(xy, (len(xy), 1)), 200)
    straight = np.hypot(*(np.repeat(xy, len(xy), axis=0) - np.tile(xy, (len(xy), 1))).T) / 1000
    assert (km >= straight - 1e-9).all()
    assert np.allclose(km.reshape(len(xy), -1), km.reshape(len(xy), -1).T)  # there as far as back


LAND = land_around(ESTUARY)


# --- The nearest over land -----------------------------------------------------------------------------------------

spots = st.lists(st.tuples(st.integers(-12, 14), st.integers(-5, 25)), min_size=1, max_size=10, unique=True)


@given(spots, spots, st.integers(1, 3))
def test_the_nearest_over_land_equals_looking_at_every_destination(homes, colleges, k):
    places, ends = table(*homes), table(*colleges, prefix="D")
    found = travel.nearest(places, ends, k, 18, LAND)
    start, end = points(*homes), points(*colleges)
    for number, name in enumerate(places.index):
        straight = np.hypot(*(end - start[number]).T) / 1000
        land = LAND.over_land_km(np.tile(start[number], (len(end), 1)), end, 18)
        wanted = sorted(km for km, line in zip(land, straight, strict=True) if np.isfinite(km) and line < 18)[:k]
        rows = found[found["from_id"] == name]
        reached = rows[np.isfinite(rows["land_km"])]
        assert reached["land_km"].tolist() == pytest.approx(wanted)
        assert np.isinf(rows["land_km"]).sum() <= 1


def test_a_college_across_water_without_a_way_is_told_and_is_not_among_the_nearest():
    island = land_around((0, -40, 2, 90))
    found = travel.nearest(table((-1, 5)), table((3, 5), (-30, 5), prefix="D"), 1, 45, island)
    assert found["to_id"].tolist() == ["D1", "D0"] and found["land_km"].tolist() == [29.0, np.inf]


# --- Journeys ------------------------------------------------------------------------------------------------------


def test_no_journey_is_estimated_across_water_without_a_way():
    island = land_around((0, -40, 2, 90))
    journeys = travel.base_journeys(table((-1, 5)), table((3, 5), prefix="D"), ASSUMED, None, island)
    assert set(journeys["mode"]) == {"lodging"}


def test_minutes_by_land_follow_the_way_round_and_not_the_straight_line():
    places, ends = table((-1, 10)), table((3, 10), prefix="D")
    straight, round_ = (
        travel.base_journeys(places, ends, ASSUMED, None, land).set_index("mode")["minutes"] for land in (None, LAND)
    )
    km = LAND.over_land_km(points((-1, 10)), points((3, 10)), 60)[0]
    assert straight["car"] == pytest.approx(4 / 26.9 * 60)
    assert round_["car"] == pytest.approx(km / 26.9 * 60)


def test_a_ferry_takes_its_wait_its_crossing_and_the_ways_to_and_from_the_quays():
    land = land_around((0, -40, 2, 90), ferries=[ferry((-0.2, 5), (2.2, 5))])
    journeys = travel.base_journeys(table((-0.2, 5.4)), table((2.2, 5), prefix="D"), ASSUMED, None, land)
    ride = journeys.set_index("mode").loc["ferry"]
    assert ride["minutes"] == pytest.approx(5 + 10 + 0.4 / 4 * 60)
    assert ride["fare_pence"] == 200 and ride["source"] == "estimate"


def test_a_long_way_to_the_quay_is_by_bus_and_its_fare_is_paid():
    land = land_around((0, -40, 2, 90), ferries=[ferry((-0.2, 5), (2.2, 5))])
    journeys = travel.base_journeys(table((-20, 5)), table((2.2, 5), prefix="D"), ASSUMED, None, land)
    assert journeys.set_index("mode").loc["ferry", "fare_pence"] == 200 + 300


def test_no_ferry_is_taken_where_a_way_over_land_is_shorter():
    land = land_around(ESTUARY, roads=[((-0.2, 9), (2.2, 9))], ferries=[ferry((-0.2, 1), (2.2, 1))])
    journeys = travel.base_journeys(table((-1, 9)), table((3, 9), prefix="D"), ASSUMED, None, land)
    assert "ferry" not in set(journeys["mode"])


def test_a_measured_ferry_takes_the_place_of_the_estimate():
    land = land_around((0, -40, 2, 90), ferries=[ferry((-0.2, 5), (2.2, 5))])
    row = {"from_id": ["P0"], "to_id": ["D0"], "mode": ["ferry"], "minutes": [33.0], "distance_km": [3.0]}
    matrix = pd.DataFrame(row | {"fare_pence": [np.nan], "source": ["timetable, routed"], "as_of": ["2026-09-01"]})
    journeys = travel.base_journeys(table((-1, 5)), table((3, 5), prefix="D"), ASSUMED, matrix, land).set_index("mode")
    assert journeys.loc["ferry", "minutes"] == 33 and journeys.loc["ferry", "source"] == "timetable, routed"


def test_given_pairs_are_joined_as_the_nearest_are():
    places, ends = table((-1, 10), (-1, 15)), table((3, 10), prefix="D")
    pairs = pd.DataFrame({"from_id": ["P0", "P1"], "to_id": ["D0", "D0"]})
    found = travel.given_pairs(pairs, places, ends, ASSUMED, LAND).over_land
    nearest = travel.nearest(places, ends, 1, 60, LAND)
    assert found["land_km"].tolist() == pytest.approx(nearest["land_km"].tolist())


def test_only_a_way_round_much_longer_than_the_line_counts_as_water_on_the_way():
    places, ends = table((-1, 10), (-15, 20)), table((3, 10), (-3, 31), (17, 19), prefix="D")
    across = travel.across_water(places, ends, ASSUMED, LAND)
    assert across.index.tolist() == ["P0"] and across["to_id"].tolist() == ["D0"]


def test_bounds_across_water_follow_the_way_round_and_have_no_top_where_none_is_known():
    low, high = travel.distance_bounds(pd.Series([4.0, 4.0, 4.0]), ASSUMED, pd.Series([4.0, 21.0, np.inf]))
    assert low.tolist() == pytest.approx([3.9, 21 / 1.03 - 1.1, 3.9])
    assert high.tolist() == pytest.approx([8.8, 46.2, np.inf])


# --- The map from boundaries ---------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 4900), st.integers(0, 4900)), min_size=3, max_size=9, unique=True))
def test_a_square_is_land_where_its_middle_lies_in_a_boundary(corners):
    hull = shapely.MultiPoint(np.array(corners) + 13).convex_hull  # no corner on a middle
    if hull.geom_type != "Polygon":
        return
    hole = hull.centroid.buffer(300).intersection(hull)
    shape = hull.difference(hole)
    land = official_water.land_squares(np.array([shape, shapely.box(5500, 100, 5800, 900)]), (0, 0, 6000, 5000))
    middles = np.arange(50) * 100 + 50
    x, y = np.meshgrid(np.arange(60) * 100 + 50, middles)
    wanted = shapely.contains_xy(shape, x, y) | ((x > 5500) & (x < 5800) & (y > 100) & (y < 900))
    assert (land == wanted).mean() > 0.999  # a middle on an edge may fall on either side


def _around(east_m: float, north_m: float) -> pd.DataFrame:
    return pd.DataFrame({"easting_m": [east_m], "northing_m": [north_m]})


def test_boundaries_without_the_neighbours_make_no_sea_of_them():
    own = np.array([shapely.box(400_000, 300_000, 410_000, 310_000)])
    far = _around(430_000.0, 305_000.0)
    drawn = official_water.draw(own, _around(405_000.0, 305_000.0), far)
    assert drawn.strips is None and "boundaries of all of England and Wales" in drawn.warnings[0]


def test_what_lies_north_of_the_scottish_border_is_not_taken_for_sea():
    england = np.array([shapely.box(340_000, 560_000, 390_000, 600_000)])
    home = _around(370_000.0, 590_000.0)
    drawn = official_water.draw(england, home, home)
    water = water_map(drawn.strips)
    assert not water.at(points((370, 620)))[0] and water.at(points((410, 590)))[0]
    assert "Scotland" in drawn.warnings[0]


# --- The list of crossings -----------------------------------------------------------------------------------------


def test_every_crossing_of_the_list_is_read_with_its_source_or_the_word_assumption():
    found = crossings.all_crossings()
    assert {"humber_bridge", "severn_bridge", "tamar_bridge"} <= {road.id for road in found.roads}
    assert {"gosport", "st_mawes", "ryde_portsmouth"} <= {each.id for each in found.ferries}


def test_every_fault_of_a_list_of_crossings_is_named(tmp_path):
    path = tmp_path / "crossings.toml"
    path.write_text(
        '[roads.a]\nname = "A"\nends = [[1, 2]]\nassumption = true\n'
        '[roads.b]\nends = [[1, 2], [3, 4]]\nsource = "none"\n'
        '[ferries.c]\nname = "C"\nends = [[1, 2], [3, 4]]\nminutes = { value = 5, assumption = true }\nboat = 1\n',
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        crossings.read(path)
    told = " ".join(str(fault) for fault in caught.value.faults)
    for words in ("roads.a", "two ends", "lacks a name", "not defined", "unknown key boat", "lacks wait", "lacks fare"):
        assert words in told
