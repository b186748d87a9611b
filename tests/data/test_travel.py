import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import travel
from data.faults import InputError
from data.travel import modes

ASSUMED = travel.default_figures()
RURAL = "Smaller rural: Further from a major town or city"


def _places(*points, rural_urban=RURAL) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "easting_m": [float(x) for x, _ in points],
            "northing_m": [float(y) for _, y in points],
            "rural_urban": rural_urban,
        },
        index=[f"P{number}" for number in range(len(points))],
    )


def _destinations(*points) -> pd.DataFrame:
    return _places(*points).set_axis([f"D{number}" for number in range(len(points))])


def _matrix(**columns) -> pd.DataFrame:
    given = {"from_id": ["P0"], "to_id": ["D0"], "mode": ["bus"], "minutes": [25.0], "distance_km": [np.nan]}
    given |= {"fare_pence": [np.nan], "source": ["timetable, routed"], "as_of": ["2026-09-01"]}
    return pd.DataFrame(given | columns)


def _all_journeys(places, destinations, figures, imported=None) -> pd.DataFrame:
    base = travel.base_journeys(places, destinations, figures, imported)
    return travel.with_derived_modes(base, figures, travel.between(imported, places.index, destinations.index))


points = st.lists(st.tuples(st.integers(0, 50_000), st.integers(0, 50_000)), min_size=1, max_size=12)


@given(points, points, st.integers(1, 4))
def test_nearest_equals_looking_at_every_destination(homes, colleges, k):
    places, destinations = _places(*homes), _destinations(*colleges)
    found = travel.nearest(places, destinations, k, within_km=30)
    for name, (x, y) in zip(places.index, homes, strict=True):
        every = sorted(np.hypot(x - e, y - n) / 1000 for e, n in colleges)
        within = [km for km in every if km < 30][:k]
        assert found.loc[found["from_id"] == name, "straight_km"].tolist() == pytest.approx(within)


def test_a_place_with_nothing_near_has_no_row():
    assert travel.nearest(_places((0, 0)), _destinations((50_000, 0)), 3, within_km=10).empty


def test_the_straight_line_is_the_lower_bound_and_the_road_lies_below_the_upper():
    low, high = travel.distance_bounds(pd.Series([0.05, 10.0]), ASSUMED)
    assert low.tolist() == [0.0, pytest.approx(9.9)]
    assert high.tolist() == [pytest.approx(0.11), pytest.approx(22.0)]


def test_every_estimate_is_labelled_estimate():
    table = _all_journeys(_places((0, 0)), _destinations((4000, 0)), ASSUMED)
    assert set(table["source"]) == {"estimate"}
    ways = {name for name, mode in travel.all_modes().items() if not mode.measured_only}
    assert set(table["mode"]) == ways - {"ferry", "lodging"}  # the two that water alone calls for


def test_walking_four_km_takes_an_hour():
    table = travel.base_journeys(_places((0, 0)), _destinations((4000, 0)), ASSUMED)
    assert table.set_index("mode").loc["walk", "minutes"] == pytest.approx(60)


def test_a_bus_is_slower_the_more_rural_the_place():
    minutes = []
    for rural_urban in ("Urban: Nearer to a major town or city", RURAL):
        table = travel.base_journeys(_places((0, 0), rural_urban=rural_urban), _destinations((4000, 0)), ASSUMED)
        minutes.append(table.set_index("mode").loc["bus", "minutes"])
    assert minutes[0] < minutes[1]


def test_a_place_of_unknown_class_has_no_bus_time_rather_than_a_guess():
    table = travel.base_journeys(_places((0, 0), rural_urban=None), _destinations((4000, 0)), ASSUMED)
    assert np.isnan(table.set_index("mode").loc["bus", "minutes"])


def test_an_imported_journey_overrides_its_own_pair_and_mode_and_no_other():
    places, destinations = _places((0, 0), (9000, 0)), _destinations((4000, 0))
    table = travel.base_journeys(places, destinations, ASSUMED, _matrix()).set_index(["from_id", "to_id", "mode"])
    assert table.loc[("P0", "D0", "bus"), ["minutes", "source"]].tolist() == [25.0, "timetable, routed"]
    assert set(table.drop(("P0", "D0", "bus"))["source"]) == {"estimate"}


def test_an_imported_unreachable_pair_is_kept_as_unreachable():
    table = travel.base_journeys(_places((0, 0)), _destinations((4000, 0)), ASSUMED, _matrix(minutes=[np.inf]))
    assert np.isinf(table.set_index("mode").loc["bus", "minutes"])


def test_an_imported_gap_does_not_displace_an_estimate():
    table = travel.base_journeys(_places((0, 0)), _destinations((4000, 0)), ASSUMED, _matrix(minutes=[np.nan]))
    assert table.set_index("mode").loc["bus", "source"] == "estimate"


def test_an_imported_pair_beyond_the_nearest_is_added():
    destinations = _destinations((60_000, 0))
    table = travel.base_journeys(_places((0, 0)), destinations, ASSUMED, _matrix())
    assert table[["mode", "minutes"]].to_numpy().tolist() == [["bus", 25.0]]


def test_a_taxi_follows_a_measured_car_journey_and_stays_an_estimate():
    measured = _matrix(mode=["car"], minutes=[18.0], distance_km=[15.0])
    table = _all_journeys(_places((0, 0)), _destinations((4000, 0)), ASSUMED, measured).set_index("mode")
    assert table.loc["taxi", ["minutes", "source"]].tolist() == [28.0, "estimate"]


def test_an_imported_taxi_journey_wins_over_the_derived_one():
    measured = _matrix(mode=["taxi"], minutes=[14.0], distance_km=[5.0])
    table = _all_journeys(_places((0, 0)), _destinations((4000, 0)), ASSUMED, measured).set_index("mode")
    assert table.loc["taxi", ["minutes", "source"]].tolist() == [14.0, "timetable, routed"]


def test_the_tables_given_are_not_altered():
    places, destinations, matrix = _places((0, 0)), _destinations((4000, 0)), _matrix()
    before = [table.copy() for table in (places, destinations, matrix)]
    _all_journeys(places, destinations, ASSUMED, matrix)
    for was, now in zip(before, (places, destinations, matrix), strict=True):
        pd.testing.assert_frame_equal(was, now)


def test_a_matrix_reads_with_inf_gaps_and_the_router_s_own_names_for_modes(tmp_path):
    path = tmp_path / "matrix.csv"
    path.write_text(
        "\ufefffrom_id,to_id,mode,minutes,source\nP0,D0,transit,inf,routed\nP0,D1,WALKING,,routed\n", encoding="utf-8"
    )
    table = travel.read_matrix(path)
    assert table["mode"].tolist() == ["bus", "walk"]
    assert np.isinf(table["minutes"][2]) and np.isnan(table["minutes"][3])  # by the row of the file
    assert table["fare_pence"].isna().all()


def test_every_bad_row_of_a_matrix_is_reported(tmp_path):
    path = tmp_path / "matrix.csv"
    path.write_text(
        "from_id,to_id,mode,minutes,source\nP0,D0,bus,25,routed\nP0,D0,bus,26,routed\n,D1,rocket,-1,routed\n"
        "P0,D2,car,soon,\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        travel.read_matrix(path)
    places = {fault.where for fault in caught.value.faults}
    assert {
        "row 3, mode",
        "row 4, from_id",
        "row 4, mode",
        "row 4, minutes",
        "row 5, minutes",
        "row 5, source",
    } == places


def test_a_matrix_without_its_columns_says_which(tmp_path):
    path = tmp_path / "matrix.csv"
    path.write_text("origin,destination\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="lacks the columns from_id, to_id, mode, minutes, source"):
        travel.read_matrix(path)
    path.write_text("from_id,to_id,travel_time_p50\n1,2,3\n", encoding="utf-8")  # as r5r writes it
    with pytest.raises(InputError, match='name "travel_time_p50" minutes'):
        travel.read_matrix(path)


def test_what_r_writes_for_no_value_is_not_known_and_what_is_no_number_is_quoted(tmp_path):
    path = tmp_path / "matrix.csv"
    path.write_text("From ID,to_id,Mode,minutes,source\na,b,bus,NA,r5r\na,c,bus,n/a,r5r\n", encoding="utf-8")
    assert travel.read_matrix(path)["minutes"].isna().all()
    path.write_text("from_id,to_id,mode,minutes,source\na,b,bus,0:30,r5r\n", encoding="utf-8")
    with pytest.raises(InputError, match='row 2, minutes: "0:30" is not a number. Write digits'):
        travel.read_matrix(path)


def test_every_official_class_has_bus_figures():
    for settlement in ("Urban", "Larger rural", "Smaller rural"):
        for relation in ("Nearer to", "Further from"):
            assert travel.rural_urban_code(f"{settlement}: {relation} a major town or city") is not None


@pytest.mark.parametrize("name", ["matrix.csv", "matrix.parquet"])
@pytest.mark.parametrize("content", [b"", b"\x8f\x00\x01PK\x03\x04 not a table"])
def test_a_matrix_that_is_no_table_is_refused_in_words(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=name):
        travel.read_matrix(path)


def test_a_matrix_saved_in_windows_1252_reads(tmp_path):
    path = tmp_path / "matrix.csv"
    path.write_bytes("from_id,to_id,mode,minutes,source\nP0,D0,bus,25,routé\n".encode("cp1252"))
    assert travel.read_matrix(path)["source"].tolist() == ["routé"]


GOOD_MODES = """
[modes.train]
speed = "train_km_per_hour"
[modes.tram]
derived_from = "train"
[figures.train_km_per_hour]
label = "Train"
unit = "km/h"
value = 60
assumption = true
note = "For a test."
"""


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ('speed = "train_km_per_hour"', "", "needs one of speed"),
        ('speed = "train_km_per_hour"', 'speed = "train_km"', 'Did you mean "train_km_per_hour"'),
        ('unit = "km/h"', 'unit = "km"', "in km/h, not in km"),
        ('derived_from = "train"', 'derived_from = "tram"', "derived from no other"),
        ('derived_from = "train"', 'derived_from = "train"\nother_names = ["train"]', "'train' names two modes"),
        ('derived_from = "train"', 'derived_from = "train"\nspeeds = 3', "unknown keys speeds. Known: speed"),
        ('derived_from = "train"', "by_rural_urban_class = true", "needs the figure 'tram_walk_minutes_un'"),
    ],
)
def test_a_faulty_mode_is_refused_and_says_why(tmp_path, was, now, message):
    path = tmp_path / "travel.toml"
    path.write_text(GOOD_MODES, encoding="utf-8")
    assert list(modes.read(path)[1]) == ["train", "tram"]
    path.write_text(GOOD_MODES.replace(was, now), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        modes.read(path)


def test_a_train_is_there_only_where_a_matrix_has_it():
    places, colleges = _places((0, 0), (500, 0)), _destinations((0, 12_000))
    assert "train" not in set(_all_journeys(places, colleges, ASSUMED)["mode"])
    matrix = _matrix(mode=["train"], minutes=[22.0], fare_pence=[350.0])
    trains = _all_journeys(places, colleges, ASSUMED, matrix).query("mode == 'train'")
    assert trains[["from_id", "to_id", "minutes", "fare_pence"]].values.tolist() == [["P0", "D0", 22.0, 350.0]]
    assert trains["source"].tolist() == ["timetable, routed"]


def test_a_train_whose_fare_the_matrix_does_not_say_has_the_usual_one_and_is_not_free():
    places, colleges = _places((0, 0)), _destinations((0, 12_000))
    trains = _all_journeys(places, colleges, ASSUMED, _matrix(mode=["train"])).query("mode == 'train'")
    assert trains["fare_pence"].tolist() == [ASSUMED.pence("train_fare")]
    walk = _all_journeys(places, colleges, ASSUMED, _matrix(mode=["walk"])).query("mode == 'walk'")
    assert walk["fare_pence"].tolist() == [0.0]
