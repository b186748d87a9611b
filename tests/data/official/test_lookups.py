"""Areas in districts and counties, whatever the generation of the codes; councils by any way their name is written."""

import tomllib
from functools import cache

import pandas as pd
import pytest

from data.faults import InputError
from data.official import council_groups, lookups
from data.official.councils import find_councils
from data.official.recognise import recognise
from tests.data import official_files as made
from tests.opendata import FOLDER, needs_opendata


def counties(*names):
    codes = [f"E060001{n:02}" for n in range(len(names))]
    columns = {"county_code": codes, "county_name": names, "district_code": codes, "district_name": names}
    return pd.DataFrame(columns, index=[f"E0190{n:04}" for n in range(len(names))])


@cache
def real() -> lookups.AreaDistricts:
    """Return what the official files say; nobody alters it."""
    return lookups.area_districts(recognise(FOLDER / "geography"))


TABLE = counties(
    "Lincolnshire",
    "North Lincolnshire",
    "Herefordshire, County of",
    "Bristol, City of",
    "County Durham",
    "St. Helens",
    "Derby",
)


def codes(*asked):
    return find_councils(asked, TABLE)[1]


@pytest.mark.parametrize(
    "written",
    ["Lincolnshire", "lincolnshire", " LINCOLNSHIRE ", "Lincolnshire County Council", "E06000100", "e06000100"],
)
def test_a_council_is_found_however_its_name_is_written(written):
    assert codes(written) == ["E06000100"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Herefordshire, County of", "E06000102"),
        ("Herefordshire", "E06000102"),
        ("bristol, city of", "E06000103"),
        ("City of Bristol", "E06000103"),
        ("Durham", "E06000104"),
        ("St Helens", "E06000105"),
    ],
)
def test_official_names_and_spoken_names_are_the_same_council(written, code):
    assert codes(written) == [code]


def test_a_list_may_hold_names_with_commas():
    assert codes("Lincolnshire, Herefordshire, County of, Derby") == ["E06000100", "E06000102", "E06000106"]


def test_repeating_the_option_and_listing_are_the_same():
    assert codes("Lincolnshire", "Derby") == codes("Lincolnshire,Derby") == codes("Derby, Lincolnshire")[::-1]


def test_a_council_named_twice_counts_once():
    assert codes("Derby", "derby") == ["E06000106"]


def test_england_is_all_of_them_and_so_named():
    assert find_councils(["england"], TABLE) == ("England", sorted(TABLE["county_code"]))


def test_every_unknown_council_is_named_with_its_nearest():
    with pytest.raises(InputError) as raised:
        codes("Lincolnshre, Derbi, Atlantis")
    message = str(raised.value)
    assert '"Lincolnshre" is not a county' in message and "Did you mean Lincolnshire" in message
    assert "Did you mean Derby?" in message
    assert '"Atlantis" is not a county' in message
    assert all(name in message for name in TABLE["county_name"]) and "Or write England" in message


def test_two_councils_in_one_name_and_another_nation_are_answered():
    with pytest.raises(InputError, match='write a comma between them: --council "Lincolnshire, Derby"'):
        codes("Lincolnshire & Derby")
    with pytest.raises(InputError, match='"Wales" is not in England'):
        codes("Wales")


def test_a_part_of_a_name_that_several_have_lists_them_all():
    table = counties("Kingston upon Hull, City of", "Solihull", "North Lincolnshire", "North East Lincolnshire")
    for asked, meant in (("Hull", "Kingston upon Hull"), ("North East", "North East Lincolnshire")):
        with pytest.raises(InputError, match=f"Did you mean {meant}"):
            find_councils([asked], table)


def test_semicolons_part_councils_too():
    assert codes("Lincolnshire; Derby") == codes("Lincolnshire, Derby")


def test_no_name_at_all_is_refused():
    with pytest.raises(InputError, match="names no council"):
        codes(" , ")


def test_a_district_is_answered_with_its_county(tmp_path):
    made.write(tmp_path)
    table = lookups.area_districts(recognise(tmp_path)).table
    with pytest.raises(InputError, match='"Sandholm" is a district of Wessmark'):
        find_councils(["Sandholm"], table)


def test_the_newest_lookup_wins_and_older_ones_fill_its_gaps(tmp_path):
    (tmp_path / "c").write_text(made.lookup_county())
    newest = [line for line in made.lookup_district().splitlines() if "E01900004" not in line]
    (tmp_path / "new").write_text("\n".join(newest) + "\n")
    (tmp_path / "old").write_text(made.lookup_2011())  # puts every area in Marlow Vale, as of 2022
    places = lookups.area_districts(recognise(tmp_path))
    assert places.table.loc["E01900005", "district_name"] == "Sandholm"
    assert places.table.loc["E01900004", "district_name"] == "Marlow Vale"
    assert "1 areas from old (2022)" in places.used["district"][1]


def test_barnsley_and_sheffield_are_one_district_each_whichever_code_a_file_carries(tmp_path):
    rows = [
        ["a", "E01900001", "w", "E05000001", "Barnsley", "E08000016"],
        ["b", "E01900002", "w", "E05000001", "Barnsley", "E08000038"],
    ]
    header = ["lsoa21_name", "lsoa21_code", "ward24_name", "ward24_code", "ltla24_name", "ltla24_code"]
    (tmp_path / "d").write_text(made.csv_text(header, rows))
    county = [["E08000016", "Barnsley", "E08000016", "Barnsley"]]
    (tmp_path / "c").write_text(made.csv_text(["LTLA23CD", "LTLA23NM", "UTLA23CD", "UTLA23NM"], county))
    table = lookups.area_districts(recognise(tmp_path)).table
    assert set(table["district_code"]) == set(table["county_code"]) == {"E08000038"}
    assert find_councils(["E08000016"], table)[1] == find_councils(["Barnsley"], table)[1] == ["E08000038"]


def test_every_district_of_any_nation_is_known_with_its_authority_under_old_codes_too(tmp_path):
    made.write(tmp_path)
    rows = [
        ["S12000099", "Glen", "S12000099", "Glen", "", ""],
        ["E07000903", "Old Overby", "E06000099", "Overby", "", ""],
        ["E07000902", "Sandholm", "E07000902", "Sandholm", made.COUNTY, "Wessmark"],
    ]
    (tmp_path / "all").write_text(
        made.csv_text(["LADCD", "LADNM", "LADCD_ACTIVE", "LADNM_ACTIVE", "UTLACD", "UTLANM"], rows)
    )
    known = lookups.area_districts(recognise(tmp_path)).authorities
    assert known["authority_name"].to_dict() == {
        "E06000099": "Overby",
        "E07000901": "Wessmark",
        "E07000902": "Wessmark",
        "E07000903": "Overby",
        "S12000099": "Glen",
    }


def test_a_district_whose_code_is_not_known_is_placed_by_its_name(tmp_path):
    (tmp_path / "c").write_text(made.lookup_county().replace("E07000902", "E07000955"))
    (tmp_path / "d").write_text(made.lookup_district())
    table = lookups.area_districts(recognise(tmp_path)).table
    assert table.loc["E01900004", ["district_code", "county_name"]].tolist() == ["E07000955", "Wessmark"]


def test_areas_in_districts_of_no_known_county_are_left_out_and_kept_by_name(tmp_path):
    lines = [line for line in made.lookup_county().splitlines() if "Sandholm" not in line]
    (tmp_path / "c").write_text("\n".join(lines) + "\n")
    (tmp_path / "d").write_text(made.lookup_district())
    places = lookups.area_districts(recognise(tmp_path))
    assert "E01900004" not in places.table.index
    assert places.without_county.tolist() == ["Sandholm"] * 3 and "E01900004" in places.without_county


def test_the_year_is_read_from_any_kind_of_header(tmp_path):
    made.write(tmp_path)
    years = {
        f.known.id: f.year_in_header(lookups.DISTRICT)
        for f in recognise(tmp_path).read_by("lookup_district", "deprivation", "population")
    }
    assert years == {"lookup_lsoa21_district": 2024, "iod2025_file7": 2024, "population_syoa": 2023}


@needs_opendata
def test_every_real_county_and_unitary_is_found_by_its_name_and_by_its_code():
    table = real().table
    councils = table.drop_duplicates("county_code")
    assert len(councils) == 153
    for code, name in zip(councils["county_code"], councils["county_name"], strict=True):
        assert find_councils([name], table)[1] == [code], name
        assert find_councils([code], table)[1] == [code], name
    everything = ", ".join(councils["county_name"])
    assert set(find_councils([everything], table)[1]) == set(councils["county_code"])


@needs_opendata
def test_a_slip_of_the_keyboard_is_understood():
    table = real().table
    with pytest.raises(InputError, match="Did you mean Lincolnshire"):
        find_councils(["Lincolnshre"], table)


# --- Names for several councils ------------------------------------------------------------------------------------


def _asked(text: str, table: pd.DataFrame, groups=()) -> str:
    with pytest.raises(InputError) as caught:
        find_councils([text], table, (), groups)
    return str(caught.value)


NORTHERN = counties("Cumberland", "Westmorland and Furness", "Lancashire", "Blackpool", "Blackburn with Darwen")
GROUPS = council_groups.together([], NORTHERN.set_index("county_code")["county_name"])


@pytest.mark.parametrize("written", ["Cumbria", "cumbria county council", "Cumbria County"])
def test_an_old_county_is_answered_with_what_can_be_built_now(written):
    said = _asked(written, NORTHERN, GROUPS)
    assert "until 31 March 2023) is Cumberland and Westmorland and Furness; build both with --council" in said
    asked = said.split('--council "')[1].split('"')[0]
    assert find_councils([asked], NORTHERN, (), GROUPS)[1] == ["E06000100", "E06000101"]


def test_a_slip_in_an_old_county_s_name_is_understood():
    assert "Did you mean Cumbria? Cumbria (a county until" in _asked("Cumbira", NORTHERN, GROUPS)


@needs_opendata
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Greater Manchster", 'build it with --council "Greater Manchester Combined Authority"'),
        ("Yorkshire", "West Yorkshire"),
        ("Allerdal", "Did you mean Allerdale? Allerdale was a district"),
    ],
)
def test_a_slip_in_the_name_of_several_councils_leads_to_them(written, said):
    places = real()
    assert said in _asked(written, places.table, places.groups)


def test_a_combined_authority_is_built_as_its_members():
    name, found = find_councils(["Lancashire Combined County Authority"], NORTHERN, (), GROUPS)
    assert name == "Lancashire (combined authority)"
    assert sorted(found) == ["E06000102", "E06000103", "E06000104"]


def test_a_county_with_the_name_of_a_combined_authority_is_the_county():
    assert find_councils(["Lancashire"], NORTHERN, (), GROUPS) == ("Lancashire", ["E06000102"])


def test_a_group_with_a_member_that_is_not_there_is_not_offered():
    assert not any(group.name == "Humberside" for group in GROUPS)


def test_every_shipped_group_says_where_it_is_from():
    entries = tomllib.loads(council_groups.FILE.read_text(encoding="utf-8"))["group"]
    assert all(entry["source"] and entry["url"].startswith("http") for entry in entries)
    assert all(("until" in entry) == (entry["kind"] == council_groups.FORMER) for entry in entries)


@needs_opendata
def test_every_shipped_group_is_made_of_real_councils():
    places = real()
    entries = tomllib.loads(council_groups.FILE.read_text(encoding="utf-8"))["group"]
    assert {entry["name"] for entry in entries} <= {group.name for group in places.groups}


@needs_opendata
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Allerdale", 'Allerdale was a district and is in Cumberland now; build it with --council "Cumberland"'),
        ("South West", "Cornwall, Isles of Scilly"),
        ("Greater London", "Barking and Dagenham, Barnet"),
        ("West Midlands", 'write --council "West Midlands Combined Authority"'),
        ("North East region", "Hartlepool, Middlesbrough"),
    ],
)
def test_regions_and_former_districts_are_those_of_the_official_lookup(asked, said):
    places = real()
    assert said in _asked(asked, places.table, places.groups)


@needs_opendata
def test_greater_manchester_is_its_ten_boroughs():
    places = real()
    found = find_councils(["Greater Manchester"], places.table, (), places.groups)[1]
    assert len(found) == 10 and all(code.startswith("E080000") for code in found)


def test_a_loaded_lookup_of_combined_authorities_takes_the_place_of_the_shipped_one(tmp_path):
    (tmp_path / "d").write_text(made.lookup_district())
    (tmp_path / "c").write_text(made.lookup_county())
    (tmp_path / "ca").write_text(
        "LAD25CD,LAD25NM,CAUTH25CD,CAUTH25NM\nE07000901,Marlow Vale,E47000099,Wess and Over\n"
        "E06000099,Overby,E47000099,Wess and Over\n"
    )
    places = lookups.area_districts(recognise(tmp_path))
    found = find_councils(["Wess & Over"], places.table, (), places.groups)[1]
    assert sorted(found) == [made.NEIGHBOUR, made.COUNTY]


def test_the_open_geography_list_of_counties_leaves_unitaries_to_themselves(tmp_path):
    (tmp_path / "d").write_text(made.lookup_district())
    (tmp_path / "c").write_text(
        f"LAD25CD,LAD25NM,CTY25CD,CTY25NM,ObjectId\nE07000901,Marlow Vale,{made.COUNTY},Wessmark,1\n"
        f"E07000902,Sandholm,{made.COUNTY},Wessmark,2\n"
    )
    table = lookups.area_districts(recognise(tmp_path)).table
    assert find_councils(["Wessmark"], table)[1] == [made.COUNTY]
    assert find_councils(["Overby"], table)[1] == ["E06000099"]


@needs_opendata
def test_what_is_offered_for_a_region_can_be_asked_for_as_it_is_written():
    places = real()
    regions = [group for group in places.groups if group.kind == council_groups.REGION]
    assert len(regions) == 9
    for region in regions:
        said = _asked(f"{region.name} region", places.table, places.groups)
        offered = said.split('--council "')[1].split('"')[0]
        assert sorted(find_councils([offered], places.table, (), places.groups)[1]) == sorted(region.codes), region.name
