"""Files as people have them: older editions, queries saved by hand, and files that are not what they seem."""

import re
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.faults import InputError
from data.official import deprivation, lookups, single_years
from data.official.recognise import Recognised, recognise

HAVE = Path(__file__).parents[1] / "files_people_have"
PAIRS = pd.DataFrame({"area_2011": ["E01000001", "E01000002"], "area_code": ["E01000001", "E01000001"]})


def _recognised(folder: Path, *files: str) -> Recognised:
    for name in files:
        shutil.copy(HAVE / name, folder)
    return recognise(folder)


def _people(recognised: Recognised) -> list[single_years.Population]:
    faults = []
    tables = single_years.read_population(recognised, (16, 18), faults)
    assert faults == []
    return tables


def test_the_sheet_of_persons_of_the_ons_workbook_is_used_alone(tmp_path):
    recognised = _recognised(tmp_path, "s1_sape23dt2_2020.xlsx")
    assert [table.layout.sheet for table in recognised.read_by("population")] == ["Mid-2020 Persons"]
    table = _people(recognised)[0]
    assert (table.year, table.geography, table.people["E01013996"]) == (2020, 2011, 60)


def test_sums_of_districts_between_the_areas_are_left_out(tmp_path):
    book = openpyxl.load_workbook(HAVE / "s1_sape23dt2_2020.xlsx")
    sheet = book["Mid-2020 Persons"]
    sheet["A5"], sheet["B5"] = "Area Codes", "Area Names"  # as the editions before 2019 have it
    sheet.insert_rows(6)
    for column in range(1, 100):
        sheet.cell(6, column, 5000)
    sheet["A6"] = "E06000017"
    book.save(tmp_path / "older.xlsx")
    assert set(_people(recognise(tmp_path))[0].people) == {60}


def test_a_query_saved_from_nomis_is_read_with_its_year(tmp_path):
    table = _people(_recognised(tmp_path, "s6_nomis_query.csv"))[0]
    assert (table.year, table.geography) == (2022, 2021)
    assert table.people.to_dict() == {"E01013996": 63, "E01013997": 63}


def test_a_query_that_has_the_codes_under_mnemonic_alone_is_read(tmp_path):
    text = (HAVE / "s6_nomis_query.csv").read_text()
    assert '"E01013996 : Rutland 001A","E01013996"' in text
    (tmp_path / "q.csv").write_text(re.sub(r'"E01\d{6} : ', '"', text))
    assert _people(recognise(tmp_path))[0].people.to_dict() == {"E01013996": 63, "E01013997": 63}


def test_a_query_without_a_last_line_end_is_not_cut_short(tmp_path):
    text = (HAVE / "s6_nomis_query.csv").read_text().rstrip("\n")
    (tmp_path / "q.csv").write_text(text)
    assert len(_people(recognise(tmp_path))[0].people) == 2


def test_a_query_of_one_sex_is_refused(tmp_path):
    text = (HAVE / "s6_nomis_query.csv").read_text().replace('"Gender","All"', '"Gender","Female"')
    (tmp_path / "q.csv").write_text(text)
    faults = []
    assert single_years.read_population(recognise(tmp_path), (16, 18), faults) == []
    assert "is of one sex (gender female)" in str(faults[0])


def test_a_query_that_lacks_an_age_says_which_in_words(tmp_path):
    faults = []
    recognised = _recognised(tmp_path, "s6_nomis_query.csv")
    assert single_years.read_population(recognised, (16, 20), faults) == []
    assert "has no column of persons aged 19. Save the query again with every age from 16 to 20." in str(faults[0])
    assert "aged 20" in str(faults[1]) and not any(mark in str(faults) for mark in "|*")


def test_a_query_on_the_areas_of_2011_is_of_2011(tmp_path):
    text = (HAVE / "s6_nomis_query.csv").read_text().replace("2021 super output", "2011 super output")
    (tmp_path / "q.csv").write_text(re.sub(r',"mnemonic"|,"E\d+"', "", text))  # it may have no column of codes
    assert _people(recognise(tmp_path))[0].geography == 2011


def _indices(recognised: Recognised, pairs: pd.DataFrame | None = PAIRS) -> list[deprivation.Deprivation]:
    faults = []
    files = deprivation.read_deprivation(recognised, pairs, faults)
    assert faults == []
    return files


def test_file_1_of_2019_gives_ranks_and_deciles(tmp_path):
    recognised = _recognised(tmp_path, "i2_iod2019_file1.csv")
    assert [table.known.id for table in recognised.found] == ["iod2019_file1"]
    table = _indices(recognised)[0].table
    assert table.loc["E01000001", "imd_rank"] == (29_199 + 30_379) / 2  # merged: the mean, numbers with commas read
    assert "idaci_rate" not in table


def test_file_6_of_2019_weighs_the_means_of_the_other_files(tmp_path):
    (tmp_path / "file6.csv").write_text(
        "LSOA code (2011),LSOA name (2011),Total population: mid 2015 (excluding prisoners),"
        "Dependent Children aged 0-15: mid 2015 (excluding prisoners)\nE01000001,a,1000,1\nE01000002,b,3000,1\n"
    )
    recognised = _recognised(tmp_path, "i2_iod2019_file1.csv")
    tables = {file.source.known.id: file.table for file in _indices(recognised)}
    assert tables["iod2019_file1"].loc["E01000001", "imd_rank"] == round((29_199 + 3 * 30_379) / 4)


def test_file_2_of_2019_is_told_from_file_1_and_gives_its_domains(tmp_path):
    (tmp_path / "file2.csv").write_text(
        "LSOA code (2011),LSOA name (2011),Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived),"
        "Index of Multiple Deprivation (IMD) Decile,Income Rank,Income Decile,"
        '"Education, Skills and Training Rank","Education, Skills and Training Decile"\n'
        'E01000001,a,100,1,"1,234",1,200,1\nE01000002,b,102,1,5,1,300,1\n'
    )
    recognised = recognise(tmp_path)
    assert [table.known.id for table in recognised.found] == ["iod2019_file2"]
    assert _indices(recognised)[0].table.loc["E01000001", "education_rank"] == 250


def test_the_2019_edition_without_a_lookup_is_a_fault_only_where_it_is_needed(tmp_path):
    recognised = _recognised(tmp_path, "i2_iod2019_file1.csv")
    faults = []
    assert deprivation.read_deprivation(recognised, None, faults) == []
    assert "is the 2019 edition" in str(faults[0])
    (tmp_path / "2025.csv").write_text(
        "LSOA code (2021),Index of Multiple Deprivation (IMD) Rank,Index of Multiple Deprivation (IMD) Decile\n"
        "E01000001,7,1\nE01000002,8,1\n"
    )
    assert [file.generation for file in _indices(recognise(tmp_path), None)] == ["2025"]


def test_the_open_geography_list_of_counties_is_recognised(tmp_path):
    recognised = _recognised(tmp_path, "l4_lad25_cty25.csv")
    assert [table.known.reads for table in recognised.found] == ["lookup_county"]
    assert lookups.area_districts(recognised).faults[0].where == "district"  # it says nothing of areas


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("URN,EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),Postcode\n1,a,b,c,d\n",
         "it looks most like “Get Information About Schools: establishments” (Department for Education) but lacks "
         "“easting”, “northing”"),
        ("LSOA21CD,LSOA21NM,Ward\nE01000001,a,b\n", "but lacks"),
        ((HAVE / "c1_branch_sites_cornwall.csv").read_text(), "a council's own places. Give it with --destinations"),
        ((HAVE / "j4_r5r_unreachable_rows_absent.csv").read_text(), "a travel matrix. Give it with --journeys"),
        ('"Population"\n"[from Nomis on 1 June 2026]"\n\n'
         '"2021 super output area - lower layer","Aged 15 to 19"\n"E01013996","9"\n',
         "it is a query saved from Nomis that cannot be used as it is laid out"),
        ((HAVE / "i2_iod2019_file1.csv").read_text().replace("(2019)", "(2013)"), "district code (2013), which"),
        ("Fruit,Colour\napple,green\n", "is not laid out like any known source"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_known_is_told_what_it_most_looks_like(tmp_path, text, said):
    shutil.copy(HAVE / "l4_lad25_cty25.csv", tmp_path)
    (tmp_path / "odd.csv").write_text(text)
    assert said.casefold() in recognise(tmp_path).unrecognised[0].casefold()


def test_a_folder_with_nothing_known_says_what_its_files_look_like(tmp_path):
    (tmp_path / "odd.csv").write_text((HAVE / "c1_branch_sites_cornwall.csv").read_text())
    with pytest.raises(InputError, match="a council's own places"):
        recognise(tmp_path)
