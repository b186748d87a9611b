"""The Rural Urban Classification of 2021, from its own file or from a code beside the centres."""

import pandas as pd
import pytest

from data.faults import InputError
from data.official import rural_urban as r
from data.official.recognise import recognise
from tests.data import official_files as made
from tests.opendata import FOLDER, needs_opendata


def test_classes_are_the_official_names(tmp_path):
    (tmp_path / "x").write_text(made.rural_urban(), encoding="utf-8")
    classes = r.read_classes(recognise(tmp_path).found[0])
    assert classes["E01900001"] == "Smaller rural: Further from a major town or city"
    assert r.is_rural(classes).tolist() == [True, False] * 3 + [True]


def test_a_missing_class_is_neither_rural_nor_urban():
    assert r.is_rural(pd.Series([pd.NA, r.CLASSES["UN1"]])).tolist() == [pd.NA, False]


def test_the_classification_of_2011_is_refused(tmp_path):
    (tmp_path / "x").write_text(made.rural_urban().replace("RSF1", "E2"), encoding="utf-8")
    with pytest.raises(InputError, match=r"\['E2'\] are not of the 2021"):
        r.read_classes(recognise(tmp_path).found[0])


def test_the_own_file_is_offered_before_the_code_beside_the_centres(tmp_path):
    (tmp_path / "x").write_text(made.rural_urban(), encoding="utf-8")
    rows = [["E01900001", "x", 53.0, -0.5, "UN1"]]
    (tmp_path / "y").write_text(made.csv_text(["LSOACode", "LSOAName", "Latitude", "Longitude", "RUCCode"], rows))
    offered = r.candidates(recognise(tmp_path), [])
    assert [c.source.known.id for c in offered] == ["ruc2021", "centres_lsoa21"]


@needs_opendata
def test_both_real_sources_agree():
    recognised = recognise(FOLDER)
    own, beside = (c.values for c in r.candidates(recognised, []))
    assert (own.reindex(beside.index) == beside).all() and len(beside) == 33_755
