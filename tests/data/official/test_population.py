"""How many young people live in each area, from every layout, and carried from 2011 to 2021 without losing one."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal

from data.faults import InputError
from data.official import population as p
from data.official import single_years
from data.official.recognise import recognise
from tests.data import official_files as made
from tests.draws import draws
from tests.opendata import FOLDER, needs_opendata

PAIRS = pd.DataFrame([(old, new) for old, _, new in made.PAIRS], columns=["area_2011", "area_code"])


def read(folder, ages=(16, 18)):
    faults = []
    tables = single_years.read_population(recognise(folder), ages, faults)
    return tables, faults


def test_the_newest_sheet_of_the_ons_workbook_wins(tmp_path):
    made.population_workbook(tmp_path / "x", {"2022": 1, "2024": 3, "2023": 2})
    tables, faults = read(tmp_path)
    assert faults == []
    assert [table.year for table in tables] == [2024]
    assert set(tables[0].people) == {18}  # 3 people of each of 3 ages and 2 sexes


def test_the_ages_asked_for_are_the_ages_summed(tmp_path):
    made.population_workbook(tmp_path / "x", {"2024": 3})
    tables, _ = read(tmp_path, (16, 24))
    assert set(tables[0].people) == {54}


def test_nomis_rows_are_summed_by_area(tmp_path):
    (tmp_path / "x").write_text(made.nomis(each=5))
    tables, _ = read(tmp_path)
    assert (tables[0].year, tables[0].geography) == (2024, 2021)
    assert tables[0].people.to_dict() == dict.fromkeys(made.AREAS, 15)


def test_nomis_ages_are_read_by_name_where_there_is_no_code(tmp_path):
    text = made.nomis(each=5).replace("C_AGE,", "", 1)
    lines = [",".join(c for i, c in enumerate(line.split(",")) if i != 2) for line in text.splitlines()[1:]]
    (tmp_path / "x").write_text("\n".join([text.splitlines()[0], *lines]) + "\n")
    assert set(read(tmp_path)[0][0].people) == {15}


def test_nomis_pages_in_several_files_are_one_table(tmp_path):
    head, *rows = made.nomis(each=5).splitlines(keepends=True)
    (tmp_path / "a").write_text(head + "".join(rows[:10]))
    (tmp_path / "b").write_text(head + "".join(rows[10:]))
    tables, _ = read(tmp_path)
    assert tables[0].people.to_dict() == dict.fromkeys(made.AREAS, 15)


def _of_sexes(*sexes: int) -> str:
    """Return the made-up Nomis rows, 5 people each, once for each code of GENDER."""
    head, *rows = made.nomis(each=5).splitlines(keepends=True)
    return head + "".join(row.replace(",0,20100,", f",{sex},20100,") for sex in sexes for row in rows)


@pytest.mark.parametrize(("sex", "name"), [(1, "male"), (2, "female")])
def test_nomis_rows_of_one_sex_are_not_taken_for_all_persons(tmp_path, sex, name):
    (tmp_path / "x").write_text(_of_sexes(sex))
    tables, faults = read(tmp_path)
    assert tables == [] and f"is of one sex ({name}). Save the query again for all persons." in str(faults[0])


def test_nomis_rows_that_only_name_the_sex_are_judged_by_the_name(tmp_path):
    (tmp_path / "x").write_text(_of_sexes(1).replace("GENDER", "GENDER_NAME").replace(",1,20100,", ",Male,20100,"))
    assert "is of one sex (male)" in str(read(tmp_path)[1][0])


def test_nomis_rows_of_both_sexes_are_summed_and_those_of_all_persons_win(tmp_path):
    for sexes, people in (((1, 2), 30), ((1, 2, 0), 15)):
        (tmp_path / "x").write_text(_of_sexes(*sexes))
        assert set(read(tmp_path)[0][0].people) == {people}


def test_an_area_with_one_of_two_sexes_is_unknown_not_smaller(tmp_path):
    (tmp_path / "x").write_text("".join(_of_sexes(1, 2).splitlines(keepends=True)[:-1]))
    people = read(tmp_path)[0][0].people
    assert pd.isna(people.iloc[-1]) and people.iloc[:-1].eq(30).all()


def test_an_age_that_nomis_did_not_send_makes_the_area_unknown_not_smaller(tmp_path):
    text = made.nomis(each=5)
    lines = text.splitlines(keepends=True)
    (tmp_path / "x").write_text("".join(lines[:-1]))
    people = read(tmp_path)[0][0].people
    assert pd.isna(people.iloc[-1]) and people.iloc[:-1].eq(15).all()


def test_a_suppressed_age_makes_the_area_unknown_not_smaller(tmp_path):
    lines = made.population_2011().splitlines()
    cells = lines[1].split(",")
    cells[3 + 17] = "*"
    (tmp_path / "x").write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n")
    people = read(tmp_path)[0][0].people
    assert pd.isna(people.iloc[0]) and people.iloc[1] == 6


def test_a_negative_number_of_people_is_refused(tmp_path):
    (tmp_path / "x").write_text(made.population_2011().replace(",7,7,", ",7,-7,", 1))
    _, faults = read(tmp_path, (0, 90))
    assert "out of range" in str(faults[0])


def test_words_for_numbers_are_refused(tmp_path):
    (tmp_path / "x").write_text(made.population_2011().replace(",7,7,", ",7,many,", 1))
    _, faults = read(tmp_path, (0, 90))
    assert "'many' is not a number" in str(faults[0])


def test_merged_areas_are_summed_and_split_ones_shared_equally_without_weights():
    people = pd.Series({code: n for n, code in enumerate(dict.fromkeys(PAIRS["area_2011"]), 1)})
    carried = p.carry(people, PAIRS, None)
    assert carried["E01900001"] == 1
    assert carried["E01900003"] + carried["E01900004"] == people["E01800003"]
    assert carried["E01900003"] == 2  # 3 shared in two: the odd one to the first
    assert carried["E01900006"] == people["E01800006"] + people["E01800007"]


def test_a_split_follows_the_weights():
    people = pd.Series({"E01800003": 100})
    weights = pd.Series({"E01900003": 90, "E01900004": 10})
    assert p.carry(people, PAIRS, weights).to_dict() == {"E01900003": 90, "E01900004": 10}


@pytest.mark.parametrize("weights", [{}, {"E01900003": 5}, {"E01900003": 0, "E01900004": 0}])
def test_a_split_without_usable_weights_is_equal(weights):
    people = pd.Series({"E01800003": 100})
    carried = p.carry(people, PAIRS, pd.Series(weights, dtype="float64"))
    assert carried.to_dict() == {"E01900003": 50, "E01900004": 50}


def test_carrying_does_not_alter_what_it_is_given():
    people, pairs = pd.Series({"E01800003": 7}), PAIRS.copy()
    p.carry(people, pairs, None)
    assert_frame_equal(pairs, PAIRS)
    assert_series_equal(people, pd.Series({"E01800003": 7}))


OLD = st.integers(0, 12).map(lambda n: f"O{n:02}")
NEW = st.integers(0, 12).map(lambda n: f"N{n:02}")


@draws(60)
@given(
    st.lists(st.tuples(OLD, NEW), min_size=1, max_size=40, unique=True),
    st.lists(st.integers(0, 5000), min_size=13, max_size=13),
    st.dictionaries(NEW, st.integers(0, 1000)),
)
def test_carrying_keeps_the_total_for_any_lookup_and_any_weights(pairs, counts, weights):
    pairs = pd.DataFrame(pairs, columns=["area_2011", "area_code"])
    people = pd.Series({f"O{n:02}": count for n, count in enumerate(counts)})
    people = people[people.index.isin(pairs["area_2011"])]
    carried = p.carry(people, pairs, pd.Series(weights, dtype="float64"))
    assert carried.sum() == people.sum()
    assert (carried >= 0).all() and (carried % 1 == 0).all()
    again = p.carry(
        people.sample(frac=1, random_state=1), pairs.sample(frac=1, random_state=2), pd.Series(weights, dtype="float64")
    )
    assert_series_equal(carried, again)


@draws(50)
@given(
    st.lists(st.integers(0, 3000), min_size=1, max_size=50), st.sampled_from([(16, 18), (16, 16), (18, 24), (16, 24)])
)
def test_estimates_from_the_band_are_whole_and_add_up(band, ages):
    series = pd.Series(band, index=[f"E{n}" for n in range(len(band))], dtype="float64")
    estimate = p.from_band(series, ages)
    assert estimate.sum() == round(sum(band) * (ages[1] - ages[0] + 1) / 9)
    assert (estimate % 1 == 0).all() and (estimate <= series).all()


def test_the_band_says_nothing_of_ages_outside_it():
    assert p.from_band(pd.Series({"a": 9.0}), (15, 18)) is None


def test_the_band_of_16_to_24_is_found_among_the_others(tmp_path):
    (tmp_path / "x").write_text(made.census_bands())
    _, band = p.read_band(recognise(tmp_path), [])
    assert band["E01900002"] == 60


def test_an_estimate_on_2021_areas_wins_over_2011_over_the_census_band(tmp_path):
    made.population_workbook(tmp_path / "a", {"2019": 1})
    (tmp_path / "b").write_text(made.population_2011())
    (tmp_path / "c").write_text(made.census_bands())
    recognised = recognise(tmp_path)
    tables = single_years.read_population(recognised, (16, 18), [])
    found, notes, faults = p.candidates(tables, p.read_band(recognised, []), PAIRS, (16, 18))
    assert [c.source.known.id for c in found] == ["population_syoa", "population_lsoa11", "census2021_age_bands"]
    assert [c.estimated for c in found] == [False, True, True]
    assert (notes, faults) == ([], [])


def test_areas_of_2011_that_the_lookup_lacks_are_counted_out_loud(tmp_path):
    (tmp_path / "b").write_text(made.population_2011())
    tables = single_years.read_population(recognise(tmp_path), (16, 18), [])
    _, notes, _ = p.candidates(tables, None, PAIRS[PAIRS["area_2011"] != "E01800001"], (16, 18))
    assert "1 areas of 2011 with 3 young people" in notes[0]


def test_2011_areas_without_a_lookup_are_a_fault_that_names_it(tmp_path):
    (tmp_path / "b").write_text(made.population_2011())
    tables = single_years.read_population(recognise(tmp_path), (16, 18), [])
    _, _, faults = p.candidates(tables, None, None, (16, 18))
    assert "LSOA11_LSOA21_LAD22_EW_LU_v5" in str(faults[0])


def test_an_area_that_is_there_twice_is_refused(tmp_path):
    lines = made.population_2011().splitlines()
    (tmp_path / "b").write_text("\n".join([*lines, lines[-1]]) + "\n")
    faults = []
    assert single_years.read_population(recognise(tmp_path), (16, 18), faults) == []
    with pytest.raises(InputError, match="more than once"):
        raise InputError("x", faults)


@needs_opendata
def test_the_real_2011_table_is_mid_2020_and_keeps_every_young_person_of_england():
    recognised = recognise(FOLDER / "population")
    tables = single_years.read_population(recognised, (16, 18), [])
    assert [(table.year, table.geography) for table in tables] == [(2020, 2011)]
    from data.official.lookups import from_2011

    _, pairs = from_2011(recognise(FOLDER / "geography"), [])
    carried = p.carry(tables[0].people, pairs, None)
    english = tables[0].people[tables[0].people.index.str.startswith("E")]
    assert carried[carried.index.str.startswith("E")].sum() == english.sum() == 1_847_659
    assert carried.sum() == tables[0].people.sum()
