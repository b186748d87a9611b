import datetime
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from budget.planning import college_sites
from budget.planning import plan as planning
from budget.scenarios.scenario import Scenario
from data import bundle, own_files
from data.example import FOLDER
from data.faults import InputError

EXAMPLE = bundle.load(FOLDER)


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_branch_site_is_added_with_its_source(tmp_path):
    path = _file(
        tmp_path, "destination_id,name,kind,easting_m,northing_m,size\nown-1,Branch,college,650000,410000,120\n"
    )
    county = own_files.with_destinations(EXAMPLE, path)
    assert county.destinations.loc["own-1", ["name", "size"]].tolist() == ["Branch", 120]
    assert county.manifest.sources[-1].file == "own.csv"
    assert "own-1" not in EXAMPLE.destinations.index
    bundle.check(county)


def test_a_place_with_the_id_of_an_official_one_replaces_it(tmp_path):
    path = _file(tmp_path, "destination_id,name,kind,easting_m,northing_m\nX-C1,Moved,college,650000,410000\n")
    county = own_files.with_destinations(EXAMPLE, path)
    assert len(county.destinations) == len(EXAMPLE.destinations)
    assert county.destinations.loc["X-C1", "name"] == "Moved"


def test_a_place_may_be_given_by_its_postcode(tmp_path):
    path = _file(tmp_path, "destination_id,name,kind,postcode\nown-1,Westminster,college,sw1a1aa\n")
    place = own_files.read_destinations(path).loc["own-1"]
    assert (place["easting_m"] // 1000, place["northing_m"] // 1000) == (529, 179)


def test_headings_and_kinds_are_read_without_regard_to_capitals_and_spaces(tmp_path):
    path = _file(tmp_path, "Destination ID,Name,Kind,Postcode\nown-1,Westminster,Sixth form,SW1A 1AA\n")
    assert own_files.read_destinations(path).loc["own-1", "kind"] == "sixth_form"
    with pytest.raises(InputError, match=r"lacks kind, postcode \(or easting_m and northing_m\)"):
        own_files.read_destinations(_file(tmp_path, "destination_id,name\nown-1,Westminster\n"))


def test_every_faulty_row_of_a_council_s_places_is_reported(tmp_path):
    path = _file(
        tmp_path,
        "destination_id,name,kind,easting_m,northing_m,size\na,A,college,1,1,-1\na,B,pub,650000,410000,1\n,,college,,,\n",
    )
    with pytest.raises(InputError) as caught:
        own_files.read_destinations(path)
    assert {fault.where for fault in caught.value.faults} == {
        "row 2, size", "row 3, destination_id", "row 3, kind", "row 4, destination_id", "row 4, name",
        "row 4, easting_m", "row 4, northing_m",
    }  # fmt: skip


def test_places_without_their_columns_are_refused(tmp_path):
    with pytest.raises(InputError, match="first row needs the headings destination_id"):
        own_files.read_destinations(_file(tmp_path, "id,name\n1,A\n"))


def test_a_matrix_becomes_the_bundle_s_journeys_and_strangers_are_counted(tmp_path):
    area = EXAMPLE.areas.index[0]
    path = _file(
        tmp_path, f"from_id,to_id,mode,minutes,source\n{area},X-C1,bus,25,routed\nE01000001,X-C1,bus,25,routed\n"
    )
    county = own_files.with_journeys(EXAMPLE, path)
    assert county.journeys["from_id"].tolist() == [area]
    assert any("1 of 2 journeys in own.csv join places" in warning for warning in county.manifest.warnings)
    again = bundle.load(bundle.save(county, tmp_path / "bundle") and tmp_path / "bundle")
    assert again.journeys["minutes"].tolist() == [25.0]


def test_a_matrix_of_another_county_is_refused(tmp_path):
    path = _file(tmp_path, "from_id,to_id,mode,minutes,source\nE01000001,C1,bus,25,routed\n")
    with pytest.raises(InputError, match="joins no area of this county"):
        own_files.with_journeys(EXAMPLE, path)


def test_figures_that_cannot_be_right_for_their_places_are_refused_with_row_and_both_figures(tmp_path):
    area = EXAMPLE.areas.iloc[0]
    east, north = area["easting_m"], area["northing_m"]
    straight = EXAMPLE.destinations.assign(km=lambda d: np.hypot(d["easting_m"] - east, d["northing_m"] - north) / 1000)
    far, near = straight["km"].idxmax(), straight["km"].idxmin()
    line = straight.loc[far, "km"]
    header = "from_id,to_id,mode,minutes,distance_km,source\n"
    rows = [(near, "walk", "1440", 7200), (far, "walk", "", line - 1), (far, "bus", "0", ""), (far, "car", "2700", "")]
    good = [(far, "bicycle", "inf", line - 0.4), (far, "ebike", "", line * 9), (near, "car", "9", 40)]
    with pytest.raises(InputError) as caught:
        own_files.with_journeys(EXAMPLE, _file(tmp_path, header + _rows(area.name, good + rows)))
    faults = [str(fault) for fault in caught.value.faults]
    assert [fault.partition(":")[0] for fault in faults] == [
        "row 6, distance_km", "row 5, distance_km", "row 7, minutes", "row 8, minutes",
    ]  # fmt: skip
    assert f"{line - 1:g} km is shorter than the straight line between its places, {line:.1f} km" in faults[0]
    assert "7200 km is too long" in faults[1] and "metres?" in faults[1] and "2700" in faults[3]
    assert len(own_files.with_journeys(EXAMPLE, _file(tmp_path, header + _rows(area.name, good))).journeys) == 3


def test_a_route_many_times_the_straight_line_is_refused_but_where_it_may_go_round_water(tmp_path):
    area = EXAMPLE.areas.iloc[0]
    east, north = (EXAMPLE.destinations[f"{axis}_m"] - area[f"{axis}_m"] for axis in ("easting", "northing"))
    near = np.hypot(east, north).idxmin()
    path = _file(
        tmp_path, "from_id,to_id,mode,minutes,distance_km,source\n" + _rows(area.name, [(near, "car", "9", 40)])
    )
    south = int(EXAMPLE.areas["northing_m"].min() // 100 * 100) - 90_000
    west, east_m = (
        int(EXAMPLE.areas["easting_m"].min()) // 100 * 100 - 50_000,
        int(area["easting_m"]) // 100 * 100 + 50_000,
    )
    pond = pd.DataFrame({"south_m": [south], "west_m": [west], "east_m": [west + 1000]})
    with pytest.raises(InputError, match="40 km is too long"):
        own_files.with_journeys(replace(EXAMPLE, water=pond), path)
    sea = pd.DataFrame({"south_m": range(south, south + 200_000, 100), "west_m": west, "east_m": east_m})
    for unknown_or_wide in (None, sea):
        assert len(own_files.with_journeys(replace(EXAMPLE, water=unknown_or_wide), path).journeys) == 1


def _rows(from_id: str, rows: list[tuple]) -> str:
    return "".join(",".join(map(str, (from_id, *row, "measured"))) + "\n" for row in rows)


def test_a_file_of_many_wrong_rows_shows_some_and_counts_the_rest(tmp_path):
    rows = "".join(f"{code},X-C1,bus,3000,routed\n" for code in EXAMPLE.areas.index[:30])
    with pytest.raises(InputError, match="minutes: 10 more rows are wrong in this way"):
        own_files.with_journeys(EXAMPLE, _file(tmp_path, "from_id,to_id,mode,minutes,source\n" + rows))


def test_a_matrix_in_parquet_reads_whatever_the_case_of_its_suffix(tmp_path):
    path = tmp_path / "FILE.PARQUET"
    row = {"from_id": EXAMPLE.areas.index[0], "to_id": "X-C1", "mode": "bus", "minutes": 25.0, "source": "routed"}
    pd.DataFrame([row]).to_parquet(path)
    assert own_files.with_journeys(EXAMPLE, path).journeys["minutes"].tolist() == [25.0]


def test_a_file_of_places_that_is_no_table_is_refused_in_words(tmp_path):
    for content in (b"", b"\x8f\x00\x01"):
        path = tmp_path / "own.csv"
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"own\.csv"):
            own_files.read_destinations(path)


def test_a_row_that_ends_early_has_gaps_and_is_reported(tmp_path):
    path = _file(tmp_path, "destination_id,name,kind,easting_m,northing_m\na,A\n")
    with pytest.raises(InputError) as caught:
        own_files.read_destinations(path)
    assert {fault.where for fault in caught.value.faults} == {"row 2, kind", "row 2, easting_m", "row 2, northing_m"}


def test_a_comma_between_thousands_is_read_and_one_before_decimals_is_no_number(tmp_path):
    header = "destination_id;name;kind;easting_m;northing_m;size\n"
    table = own_files.read_destinations(_file(tmp_path, header + "a;A;college;650,000;410,000;1,200\n"))
    assert table.loc["a", ["easting_m", "northing_m", "size"]].tolist() == [650000, 410000, 1200]
    with pytest.raises(InputError) as caught:
        own_files.read_destinations(_file(tmp_path, header + "a;A;college;650,5;410000;many\n"))
    assert {fault.where for fault in caught.value.faults} == {"row 2, easting_m", "row 2, size"}


def test_a_place_that_is_closed_is_taken_away_and_needs_no_coordinates(tmp_path):
    path = _file(tmp_path, "destination_id,name,kind,postcode\nX-C1,Shut,closed,\n")
    county = own_files.with_destinations(EXAMPLE, path)
    assert "X-C1" not in county.destinations.index
    assert len(county.destinations) == len(EXAMPLE.destinations) - 1


def test_what_a_bundle_tells_of_its_colleges_changes_with_the_sites_added(tmp_path):
    places = EXAMPLE.destinations.rename(index={"X-C1": "urn-1"})
    county = replace(EXAMPLE, destinations=places)
    name = places.loc["urn-1", "name"]
    assert any("stand at their main site alone" in line and name in line for line in own_files.told(county))
    own = _file(tmp_path, f"destination_id,name,kind,easting_m,northing_m,site_of\no,B,college,650000,410000,{name}\n")
    with_site = own_files.with_destinations(county, own)
    assert with_site.destinations.loc["o", "site_of"] == "urn-1"
    assert own_files.told(with_site) == list(county.manifest.warnings)
    bundle.save(with_site, tmp_path / "kept")
    assert bundle.load(tmp_path / "kept").destinations.loc["o", "site_of"] == "urn-1"


HEADER = "destination_id,name,kind,easting_m,northing_m,size,postcode,site_of\n"


def _refused(tmp_path: Path, *rows: str) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        own_files.with_destinations(EXAMPLE, _file(tmp_path, HEADER + "\n".join(rows) + "\n"))
    return {fault.where: fault.problem for fault in caught.value.faults}


def test_a_closed_place_that_is_not_there_is_refused_with_the_nearest_id(tmp_path):
    faults = _refused(tmp_path, "X-C11,Shut,closed,,,,,")
    assert "nothing would close" in faults["row 2, destination_id"] and "X-C1?" in faults["row 2, destination_id"]


def test_places_that_cannot_be_are_all_named_at_once(tmp_path):
    faults = _refused(
        tmp_path,
        "a,Endless,college,650000,410000,inf,,",
        "b,Two places,college,650000,410000,1,SW1A 1AA,",
        "c,Swapped,college,410000,650000,1,,",
        "d,Degrees,college,53,0.2,1,,",
        "zz,Shut,closed,,,,,",
        "e,Depot,employment_centre,650000,410000,1,,X-C1",
    )
    assert set(faults) == {
        "row 2, size", "row 3, postcode", "row 4, easting_m", "row 5, easting_m", "row 6, destination_id",
        "e, site_of",
    }  # fmt: skip
    assert "wrong way round" in faults["row 4, easting_m"]
    assert "outside Great Britain" in faults["row 5, easting_m"]


def test_a_place_is_no_site_of_a_college_that_the_same_file_closes(tmp_path):
    faults = _refused(tmp_path, "X-C1,Shut,closed,,,,,", "a,Branch,college,650000,410000,1,,Harrowmere College")
    assert "closed in this file" in faults["a, site_of"]


def test_a_place_on_land_beyond_reach_is_warned_of(tmp_path):
    path = _file(tmp_path, HEADER + "a,Far College,college,,,1,SW1A 1AA,\n")
    county = own_files.with_destinations(EXAMPLE, path)
    assert any("which no daily journey reaches: Far College" in line for line in own_files.told(county))


def test_a_county_whose_colleges_are_all_closed_says_that_none_is_left(tmp_path):
    colleges = EXAMPLE.destinations.index[EXAMPLE.destinations["kind"] != "employment_centre"]
    rows = "\n".join(f"{each},Shut,closed,,,,," for each in colleges)
    county = own_files.with_destinations(EXAMPLE, _file(tmp_path, HEADER + rows + "\n"))
    said = f"No college or sixth form is left within reach of {EXAMPLE.manifest.name}"
    assert any(said in line for line in own_files.told(county))
    assert not any("is left within reach" in line for line in own_files.told(EXAMPLE))
    assert said in college_sites.in_words(
        planning.make(county, Scenario(kinds=("bus_pass",)), datetime.date(2026, 9, 1))
    )


def test_journeys_whose_fare_nobody_knows_are_told_of_and_never_free():
    rows = [("coach", 30.0, None), ("tram", 20.0, None), ("tram", 20.0, 250.0), ("tram", float("inf"), None)]
    matrix = pd.DataFrame([*rows, ("bus", 30.0, None)], columns=["mode", "minutes", "fare_pence"])
    told = own_files.told(replace(EXAMPLE, journeys=matrix))
    assert any(line.startswith("2 journeys by coach and tram have no fare") for line in told)
    assert not any("no fare" in line for line in own_files.told(EXAMPLE))
