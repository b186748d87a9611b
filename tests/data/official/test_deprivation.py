"""The indices of deprivation, of both editions and in every file that carries them."""

import shutil

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from data.official import deprivation as d
from data.official.recognise import recognise
from tests.data import official_files as made
from tests.draws import draws
from tests.opendata import FOLDER, needs_opendata


def read(folder, pairs=None):
    faults = []
    return d.read_deprivation(recognise(folder), pairs, faults), faults


def test_file_7_gives_ranks_rates_and_deciles(tmp_path):
    (tmp_path / "x").write_text("\ufeff" + made.file_7())
    files, faults = read(tmp_path)
    assert faults == []
    row = files[0].table.loc["E01900003"]
    assert row[["imd_rank", "imd_decile", "income_rate", "idaci_rate", "education_decile"]].tolist() == [
        3600,
        3,
        0.03,
        0.06,
        3,
    ]


def test_a_part_of_a_file_gives_percentiles_by_the_official_rank_of_the_same_rate(tmp_path):
    (tmp_path / "x").write_text(made.file_7())
    [file], _ = read(tmp_path)
    ranks = file.table["idaci_rank"]
    assert d.england_percentiles(file, "idaci_rate").tolist() == pytest.approx(((33_756 - ranks) / 337.55).tolist())
    assert d.england_percentiles(file, "income_rate") is None  # this copy has no rank of the income score


def test_a_file_of_all_england_gives_its_own_distribution():
    rates = pd.Series([0.1] * 20_000 + [0.5] * 13_755, index=[f"E{n}" for n in range(33_755)])
    table = pd.DataFrame({"income_rate": rates, "income_rank": 1})
    percentiles = d.england_percentiles(d.Deprivation(None, "2025", table, carried=False), "income_rate")
    assert percentiles.iloc[0] == pytest.approx(20_000 / 337.55)  # of equal rates each has the whole of them
    assert percentiles.iloc[-1] == 100


@needs_opendata
def test_the_same_number_stands_elsewhere_among_the_rates_of_children_than_among_those_of_everybody(tmp_path):
    shutil.copy(FOLDER / "iod2025" / "File_7_IoD2025_extract_110_rows_all_columns.csv", tmp_path / "x")
    [file], _ = read(tmp_path)
    income, children = (d.england_percentiles(file, name) for name in ("income_rate", "idaci_rate"))
    at_23 = {name: (file.table[name] >= 0.23).sum() for name in ("income_rate", "idaci_rate")}
    assert at_23 == {"income_rate": 45, "idaci_rate": 91}
    assert ((income >= 60).sum(), (children >= 60).sum()) == (45, 60)


def test_a_blank_column_is_no_column(tmp_path):
    (tmp_path / "x").write_text(made.file_7(idaci=False))
    files, _ = read(tmp_path)
    assert "idaci_rate" not in files[0].table and "idaci_decile" in files[0].table


def test_a_suppressed_figure_is_missing_not_zero(tmp_path):
    rows = made.rows_of_file_7()
    rows[0][made.IDACI_RATE], rows[1][made.IDACI_RATE] = "*", ".."
    (tmp_path / "x").write_text(made.csv_text(made.FILE_7, rows))
    rates = read(tmp_path)[0][0].table["idaci_rate"]
    assert rates.isna().tolist() == [True, True] + [False] * 5


def test_file_3_is_read_though_its_first_sheet_is_empty(tmp_path):
    book = Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("IoD2025 IDACI & IDAOPI")
    sheet.append([*made.FILE_7[:6], *made.FILE_7[10:12]])
    sheet.append(["E01900001 ", "x", "E07000901", "Marlow Vale", 1200, 1, 1100, 2])
    book.save(tmp_path / "x")
    files, _ = read(tmp_path)
    assert files[0].source.known.id == "iod2025_file3"
    assert files[0].table.loc["E01900001", "idaci_decile"] == 2


def test_file_1_is_distinguished_from_file_3_and_file_7(tmp_path):
    (tmp_path / "x").write_text(made.csv_text(made.FILE_7[:6], [row[:6] for row in made.rows_of_file_7()]))
    assert read(tmp_path)[0][0].source.known.id == "iod2025_file1"


def test_an_area_that_is_there_twice_is_refused(tmp_path):
    rows = made.rows_of_file_7()
    (tmp_path / "x").write_text(made.csv_text(made.FILE_7, [*rows, rows[0]]))
    files, faults = read(tmp_path)
    assert files == [] and "are in it twice" in str(faults[0])


def test_2025_is_offered_before_2019_and_idaci_before_income_within_each(tmp_path):
    (tmp_path / "x").write_text(made.file_7_of_2019())
    (tmp_path / "y").write_text(made.file_7())
    pairs = pd.DataFrame([(old, new) for old, _, new in made.PAIRS], columns=["area_2011", "area_code"])
    files, _ = read(tmp_path, pairs)
    offered = d.candidates(files, "low_income_rate")
    assert [(c.vintage, c.note.split(" of ")[0]) for c in offered] == [
        ("IoD 2025", "IDACI rate"),
        ("IoD 2025", "income score (rate)"),
        ("IoD 2019", "IDACI rate"),
        ("IoD 2019", "income score (rate)"),
    ]
    assert [c.estimated for c in offered] == [False, False, True, True]


def test_2019_without_a_lookup_is_a_fault_that_names_both_ways_out(tmp_path):
    (tmp_path / "x").write_text(made.file_7_of_2019())
    files, faults = read(tmp_path)
    assert files == []
    assert "File 7" in str(faults[0]) and "LSOA11_LSOA21_LAD22_EW_LU_v5" in str(faults[0])


@draws(60)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 3000)), min_size=1, max_size=5))
def test_a_merged_rate_is_the_mean_weighted_by_children(parts):
    pairs = pd.DataFrame({"area_2011": [f"o{n}" for n in range(len(parts))], "area_code": "new"})
    rates, children = zip(*parts, strict=True)
    table = pd.DataFrame({"idaci_rate": rates, "children": children, "everyone": 1}, index=pairs["area_2011"])
    expected = sum(rate * n for rate, n in parts) / sum(children)
    assert d.carry(table.astype(float), pairs).loc["new", "idaci_rate"] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("known", [[], ["everyone"], ["children"]])
def test_a_file_without_some_of_its_populations_is_carried_all_the_same(known):
    pairs = pd.DataFrame({"area_2011": ["a", "b"], "area_code": "new"})
    table = pd.DataFrame({"idaci_rate": [0.1, 0.3], "imd_rank": [10.0, 30.0]}, index=["a", "b"])
    populations = pd.DataFrame({"children": [100.0, 300.0], "everyone": [300.0, 100.0]}, index=["a", "b"])[known]
    rate = d.carry(table.join(populations), pairs).loc["new", "idaci_rate"]
    assert rate == pytest.approx({"": 0.2, "everyone": 0.15, "children": 0.25}["".join(known)])


def test_an_area_whose_population_is_not_given_still_has_its_figures():
    pairs = pd.DataFrame({"area_2011": ["a"], "area_code": ["x"]})
    table = pd.DataFrame({"imd_rank": [10.0], "everyone": [float("nan")]}, index=["a"])
    assert d.carry(table, pairs).loc["x", "imd_rank"] == 10


def test_carried_deciles_follow_from_carried_ranks():
    pairs = pd.DataFrame({"area_2011": ["a", "b"], "area_code": ["x", "y"]})
    table = pd.DataFrame({"imd_rank": [3284.0, 3285.0], "imd_decile": [1.0, 2.0]}, index=["a", "b"])
    assert d.carry(table, pairs)["imd_decile"].tolist() == [1, 2]


@needs_opendata
def test_the_real_files_agree_with_each_other():
    files, faults = read(FOLDER / "iod2025")
    assert faults == []
    by_id = {}
    for file in files:
        by_id.setdefault(file.source.known.id, file.table)  # the fullest File 7 comes first
    whole = max((f.table for f in files if f.source.known.id == "iod2025_file7"), key=len)
    assert len(whole) == len(by_id["iod2025_file1"]) == len(by_id["iod2025_file3"]) == 33_755
    assert (whole["imd_rank"] == by_id["iod2025_file1"]["imd_rank"].reindex(whole.index)).all()
    assert (whole["idaci_decile"] == by_id["iod2025_file3"]["idaci_decile"].reindex(whole.index)).all()
    assert sorted(whole["imd_rank"]) == list(range(1, 33_756))
