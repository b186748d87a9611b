"""The sea and the estuaries of England in the official boundaries: the crossings that councils know, with their values.

Places are read off the map by hand, in degrees, to about 300 m.
"""

import numpy as np
import pandas as pd
import pytest

from data import travel
from data.official import boundaries, water
from data.official.recognise import recognise
from tests.opendata import FOLDER, needs_opendata

pytestmark = needs_opendata
ASSUMED = travel.default_figures()
PLACES = {  # latitude, longitude
    "St Mawes": (50.160, -5.014), "Falmouth": (50.154, -5.071), "Exmouth": (50.620, -3.413),
    "Teignmouth": (50.547, -3.497), "Grange-over-Sands": (54.193, -2.910), "Morecambe": (54.068, -2.865),
    "Ryde": (50.729, -1.163), "Gosport": (50.795, -1.124), "Portsmouth": (50.798, -1.091),
    "Freshwater": (50.683, -1.525), "Lymington": (50.758, -1.545), "Newport": (50.699, -1.292),
    "Hessle": (53.724, -0.432), "Barton-upon-Humber": (53.684, -0.443), "Grimsby": (53.567, -0.080),
    "Withernsea": (53.729, 0.033), "Aust": (51.600, -2.617), "Chepstow": (51.641, -2.674),
    "Severn Beach": (51.560, -2.664), "Caldicot": (51.591, -2.750), "Watchet": (51.180, -3.330),
    "Barry": (51.404, -3.270), "Saltash": (50.408, -4.211), "St Budeaux": (50.404, -4.187),
    "Torpoint": (50.376, -4.195), "Devonport": (50.372, -4.172), "Birkenhead": (53.393, -3.014),
    "Liverpool": (53.408, -2.982), "Dartford": (51.446, 0.217), "Purfleet": (51.481, 0.236),
    "Southend": (51.538, 0.711), "Sheerness": (51.441, 0.761), "Hayling Island": (50.795, -0.975),
    "Havant": (50.852, -0.982), "Walney": (54.105, -3.255), "Barrow": (54.111, -3.227),
    "Woolston": (50.896, -1.378), "Southampton": (50.902, -1.404), "Westminster": (51.499, -0.125),
    "Lambeth": (51.498, -0.112), "Berwick": (55.770, -2.005), "Cornhill": (55.646, -2.224),
    "Hugh Town": (49.914, -6.315), "Penzance": (50.119, -5.537),
}  # fmt: skip


@pytest.fixture(scope="module")
def england() -> travel.Ground:
    """Return the ground of all of England, from the boundaries alone."""
    source = recognise(FOLDER / "geography").read_by("boundaries")[0]
    lookup = pd.read_csv(FOLDER / "geography" / "LSOA21_centres.csv")
    found = boundaries.read_boundaries(source, pd.Index(lookup["LSOACode"]))
    points = found.shapes.representative_point()
    areas = pd.DataFrame({"easting_m": points.x, "northing_m": points.y})
    return travel.ground(water.draw(found.around, areas, areas).strips, ASSUMED)


def _at(*names: str) -> np.ndarray:
    return np.column_stack(boundaries.to_grid([PLACES[name][1] for name in names], [PLACES[name][0] for name in names]))


def _km(land: travel.Ground, start: str, end: str, most_km: float = 200) -> tuple[float, float]:
    """Return the straight line and the shortest line over land, in km."""
    there, back = _at(start), _at(end)
    return float(np.hypot(*(back - there)[0])) / 1000, float(land.over_land_km(there, back, most_km)[0])


@pytest.mark.parametrize(
    ("start", "end", "least_km", "most_km", "why"),
    [
        ("St Mawes", "Falmouth", 20, 35, "round the Fal by Tresillian and Truro"),
        ("Exmouth", "Teignmouth", 20, 35, "round the Exe by Countess Wear"),
        ("Grange-over-Sands", "Morecambe", 20, 35, "round Morecambe Bay by Levens and Carnforth"),
        ("Gosport", "Portsmouth", 12, 22, "round Portsmouth Harbour by Fareham and Cosham"),
        ("Torpoint", "Devonport", 15, 30, "round the Lynher to the Tamar Bridge"),
        ("Southend", "Sheerness", 60, 130, "round the Thames by the Dartford Crossing"),
        ("Grimsby", "Withernsea", 50, 90, "by the Humber Bridge"),
    ],
)
def test_an_estuary_is_gone_round(england, start, end, least_km, most_km, why):
    straight, land = _km(england, start, end)
    assert land > 1.3 * straight and least_km < land < most_km, (why, straight, land)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("Ryde", "Gosport"),
        ("Ryde", "Portsmouth"),
        ("Freshwater", "Lymington"),
        ("Newport", "Southampton"),
        ("Hugh Town", "Penzance"),
    ],
)
def test_no_road_leads_from_an_island(england, start, end):
    assert np.isinf(_km(england, start, end)[1])


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("Hessle", "Barton-upon-Humber"),
        ("Aust", "Chepstow"),
        ("Severn Beach", "Caldicot"),
        ("Saltash", "St Budeaux"),
        ("Birkenhead", "Liverpool"),
        ("Dartford", "Purfleet"),
        ("Hayling Island", "Havant"),
        ("Walney", "Barrow"),
        ("Woolston", "Southampton"),
        ("Westminster", "Lambeth"),
    ],
)
def test_a_bridge_or_a_tunnel_is_a_road(england, start, end):
    straight, land = _km(england, start, end)
    assert land < 1.35 * straight + 2, (straight, land)


def test_the_bristol_channel_is_gone_round_by_the_severn_bridges(england):
    straight, land = _km(england, "Watchet", "Barry")
    assert straight < 30 and 110 < land < 160


def test_a_line_over_scotland_is_one_over_land(england):
    straight, land = _km(england, "Berwick", "Cornhill")
    assert land == straight


def test_every_area_of_the_mainland_is_joined_and_only_two_islands_are_not(england):
    lookup = pd.read_csv(FOLDER / "geography" / "LSOA21_centres.csv")
    centres = np.column_stack(boundaries.to_grid(lookup["Longitude"], lookup["Latitude"]))
    far = np.isinf(england.ways_km(_at("Westminster"), centres, np.inf)[0])
    cut_off = lookup.loc[far, "LSOAName"].str[:-5].value_counts()
    assert set(cut_off.index) <= {"Isle of Wight", "Isles of Scilly", "Southwark"}, cut_off
    assert cut_off["Isle of Wight"] == 89 and cut_off["Isles of Scilly"] == 1


def test_the_ferries_of_the_list_stand_on_land_at_either_quay_and_cross_wide_water(england):
    for ferry in england.ferries:
        quays = np.array(ferry.ends)
        assert not england.water.at(quays).any(), ferry.name
        assert england.water.widest_m(quays[:1], quays[1:])[0] > 150, ferry.name
    assert len(england.ferries) == 11


def test_the_way_from_ryde_to_gosport_is_by_ferry_with_its_fare(england):
    places = pd.DataFrame(_at("Ryde"), columns=["easting_m", "northing_m"], index=["home"])
    places["rural_urban"] = "Urban: Further from a major town or city"
    college = pd.DataFrame(_at("Portsmouth"), columns=["easting_m", "northing_m"], index=["college"])
    journeys = travel.base_journeys(places, college, ASSUMED, None, england).set_index("mode")
    assert set(journeys.index) == {"ferry", "lodging"}
    assert 30 < journeys.loc["ferry", "minutes"] < 75 and journeys.loc["ferry", "fare_pence"] >= 890
