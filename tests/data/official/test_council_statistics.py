"""What is published about councils as a whole: found by header, matched by name, never made up."""

from dataclasses import replace

import pandas as pd
import pytest

from data import bundle, example
from data.__main__ import describe, in_words
from data.faults import InputError
from data.official import council_statistics as cs
from data.official.recognise import recognise
from tests.opendata import FOLDER, needs_opendata

NEET = """la_name,region,neet_not_known_pct,neet_pct,not_known_pct,cohort_16_17,annual_change_ppts
Fenshire,East,7.1,2.1,5.0,17687,-1.7
"Marsh, County of",East,x,4.0,..,43,0.0
Cumberland,North West,3.5,2.6,0.8,6019,0
"""
PERIODS = {
    "childhood_conditions": ("2012_to_2017", "2018_to_2024"),
    "labour_market_opportunities": ("2018_to_2024",),
    "innovation_and_growth": ("2018_to_2024",),
    "promising_prospects": ("2018_to_2020", "2021_to_2024"),
}


def indices(**groups: int) -> str:
    """Return a table of indices in which every period but the newest is of group 7."""
    columns, is_newest = [], []
    for name, periods in PERIODS.items():
        columns += [f"{name}_group_{what}_{period}" for what in ("id", "name") for period in periods]
        is_newest += [period == periods[-1] for _ in ("id", "name") for period in periods]
    lines = [",".join(["region_fullname", *columns])]
    for name, group in groups.items():
        numbers = [group if newest else 7 for newest in is_newest]
        cells = [f"Group {n}" if "_name_" in column else str(n) for column, n in zip(columns, numbers, strict=True)]
        lines.append(",".join([name.replace("_", " "), *cells]))
    return "\n".join(lines)


def councils(*names: str) -> pd.Series:
    return pd.Series(names, index=[f"E1{number:07d}" for number in range(len(names))])


def read(folder, *names: str) -> cs.CouncilStatistics | None:
    faults = []
    found = cs.read_statistics(recognise(folder), councils(*names), faults)
    if faults:
        raise InputError("statistics", faults)
    return found


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "anything.csv").write_text(NEET, encoding="utf-8")
    (tmp_path / "other.csv").write_text(indices(Fenshire_CC=2, Cumbria=3), encoding="utf-8")
    return tmp_path


def value(found: cs.CouncilStatistics, measure: str) -> float:
    return found.table.set_index("measure").loc[measure, "value"]


def test_the_files_are_known_by_their_headers_and_the_council_by_its_name(folder):
    found = read(folder, "Fenshire")
    assert value(found, "neet") == 2.1 and value(found, "aged_16_17") == 17687
    assert value(found, "promising_prospects") == 2
    assert list(found.table.columns) == list(cs.STATISTIC_COLUMNS)
    assert found.warnings == ()


def test_only_the_newest_period_of_an_index_is_taken(folder):
    rows = read(folder, "Fenshire").table.set_index("measure")
    assert rows.loc["childhood_conditions", "period"] == "2018 to 2024"
    assert rows.loc["promising_prospects", "period"] == "2021 to 2024"
    assert rows.loc["promising_prospects", "words"] == "Group 2"


def test_a_figure_that_is_not_published_is_absent_and_not_nought(folder):
    rows = read(folder, "County of Marsh").table
    assert set(rows["measure"]) == {"neet", "aged_16_17"}


def test_a_council_made_from_another_is_told_what_the_figure_is_of(folder):
    rows = read(folder, "Cumberland").table.set_index("measure")
    assert rows.loc["promising_prospects", "of"] == "Cumbria"
    assert rows.loc["neet", "of"] == "Cumberland"


def test_a_council_without_figures_is_named_and_no_neighbours_figures_are_taken(folder):
    found = read(folder, "Fenshire", "Fen")
    assert set(found.table["council_name"]) == {"Fenshire"}
    assert [warning.endswith("has no figures for Fen.") for warning in found.warnings] == [True, True]
    assert read(folder, "Fen") is None


@pytest.mark.parametrize("wrong", ["Fenshire,East,7.1,210,5.0,17687,0", "Fenshire,East,7.1,two,5.0,17687,0"])
def test_a_share_that_can_be_none_is_a_fault_of_the_file(tmp_path, wrong):
    (tmp_path / "neet.csv").write_text(NEET.splitlines()[0] + "\n" + wrong + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="neet.csv"):
        read(tmp_path, "Fenshire")


def test_a_bundle_keeps_them_and_one_without_reads_as_before(tmp_path, folder):
    given = bundle.load(example.FOLDER)
    assert given.council_statistics is None
    table = read(folder, "Fenshire").table
    bundle.save(replace(given, council_statistics=table), tmp_path / "with")
    kept = bundle.load(tmp_path / "with")
    pd.testing.assert_frame_equal(kept.council_statistics, table)
    assert kept.manifest.checksum != given.manifest.checksum
    facts = describe(kept)
    assert facts["council_statistics"] == len(table)
    assert f"{len(table)} figures about the council" in in_words(facts)


@needs_opendata
def test_nearly_every_council_of_england_is_found_in_the_real_files():
    recognised = recognise(FOLDER / "outcomes")
    faults = []
    names = pd.read_csv(FOLDER / "outcomes" / "neet_nk_16_17_by_LA_2025.csv")["la_name"]
    found = cs.read_statistics(recognised, names, faults)
    assert faults == []
    assert found.table.groupby("measure")["council_code"].nunique().to_dict() == dict.fromkeys(cs.MEASURES, len(names))


@needs_opendata
def test_a_built_bundle_carries_them_with_their_source(real_county):
    built = real_county("Lincolnshire")
    table = built.council_statistics
    assert set(table["measure"]) == set(cs.MEASURES)
    assert set(table["source"]) <= {source.id for source in built.manifest.sources}
