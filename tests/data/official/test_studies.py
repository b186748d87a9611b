"""What a college offers comes from the performance tables; what they do not say is not known, and never nothing."""

import numpy as np
import pandas as pd
import pytest

from data.official import destinations as d
from data.official import providers, studies
from data.official.recognise import recognise
from tests.data import official_files as made
from tests.opendata import FOLDER, needs_opendata

HEADER = [
    "RECTYPE", "LEA", "ESTAB", "URN", "SCHNAME", "PCODE", "NFTYPE/FESITYPE", "TPUP1618", "TALLPUP_ACAD_1618",
    "TALLPUP_AGEN", "TALLPUP_TLEV", "TALLPUP_ANYL2VOC",
]  # fmt: skip


def offered(folder, *rows, header=HEADER):
    (folder / "p").write_text(made.csv_text(header, [["1", "925", *row] for row in rows]))
    return providers.read_performance(recognise(folder).read_by("performance")[0])[list(studies.STUDIES)]


def test_cohorts_are_students_of_academic_and_of_technical_study(tmp_path):
    table = offered(
        tmp_path,
        ["8001", "900001", "Marlow College", "ZZ1 1AA", "General Further Education College", "1200", "60", "200", "90",
         "300"],
        ["4003", "900003", "High School", "ZZ1 1AC", "CY", "150", "74", "NE", "NE", "NE"],
    )  # fmt: skip
    assert table.loc["900001"].tolist() == [60, 590]
    assert table.loc["900003"].tolist() == [74, 0]  # nobody is entered: it is not offered


def test_a_suppressed_cohort_is_not_known_rather_than_nobody(tmp_path):
    school = ["4003", "900003", "High School", "ZZ1 1AC", "CY", "150", "SUPP", "SUPP", "SUPP", "SUPP"]
    assert offered(tmp_path, school).loc["900003"].isna().all()


def test_tables_without_cohorts_say_nothing_of_what_is_offered(tmp_path):
    table = offered(tmp_path, ["4003", "900003", "High School", "ZZ1 1AC", "CY", "150"], header=HEADER[:8])
    assert table.loc["900003"].isna().all()


@pytest.mark.parametrize(
    ("kind", "gias", "has_technical"),
    [
        ("college", "Further education", True),
        ("sixth_form", "University technical college", True),
        ("sixth_form", "Studio schools", True),
        ("sixth_form", "Sixth form colleges", True),
        ("sixth_form", "Academy converter", False),
        ("sixth_form", "Community school", False),
    ],
)
def test_without_the_tables_the_type_says_what_is_offered(kind, gias, has_technical):
    row = studies.by_type(pd.DataFrame({"kind": [kind], "type": [gias], "table_type": [""]})).iloc[0]
    assert np.isnan(row["academic"])
    assert np.isnan(row["technical"]) if has_technical else row["technical"] == 0


def test_without_performance_tables_schools_are_academic_and_colleges_both(tmp_path):
    (tmp_path / "g").write_text(made.gias())
    centres = pd.DataFrame({code: (x, y) for code, (_, _, _, x, y) in made.AREAS.items()}).T
    centres.columns = ["easting_m", "northing_m"]
    table = d.gather(
        recognise(tmp_path), centres, lambda codes: pd.DataFrame(np.nan, codes.index, centres.columns), []
    ).table
    technical = table.set_index("name")["technical"]
    assert np.isnan(technical["Marlow College"])
    assert technical[table.set_index("name")["kind"] == "sixth_form"].fillna(-1).isin([0, -1]).all()


@needs_opendata
def test_general_colleges_of_england_teach_technical_study_and_many_schools_none():
    recognised = recognise(FOLDER / "destinations")
    table = providers.read_performance(recognised.read_by("performance")[0])
    colleges = table["type"] == "General Further Education College"
    assert (table.loc[colleges, "technical"] > 50).mean() > 0.98
    assert 0.2 < (table.loc[~colleges, "technical"] == 0).mean() < 0.5
