"""What is said of Wales and Scotland where a council is near them, and which Welsh schools are read."""

import pandas as pd
import pytest

from data import bundle, own_files
from data.official import destinations as d
from data.official import over_border
from data.official.recognise import recognise
from tests.data import official_files as made
from tests.data.official.test_destinations import CENTRES, nowhere
from tests.opendata import needs_opendata

HEREFORD, BERWICK, LINCOLN = (351_000.0, 240_000.0), (399_500.0, 653_000.0), (497_600.0, 371_200.0)
NO_PLACES = pd.DataFrame({"kind": [], "easting_m": [], "northing_m": []})


def _areas(*places: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame(list(places), columns=["easting_m", "northing_m"])


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (HEREFORD, ["Wales is over the border: 1 of 2"]),
        (BERWICK, ["Scotland is over the border: 1 of 2"]),
        (LINCOLN, []),
    ],
)
def test_a_country_over_the_border_is_named_to_those_near_it_and_to_no_other(place, said):
    warnings = over_border.border_warnings(_areas(place, LINCOLN), NO_PLACES, d.REACH_KM)
    assert [warning[: len(start)] for warning, start in zip(warnings, said, strict=True)] == said


def test_the_places_known_over_the_border_are_counted_and_others_are_not():
    places = pd.DataFrame(
        {"kind": ["college", "sixth_form", "employment_centre", "college"],
         "easting_m": [330_000.0, 350_900.0, 323_000.0, 351_000.0],  # Abergavenny, Monmouth, Hay; Hereford
         "northing_m": [214_000.0, 212_900.0, 242_000.0, 240_000.0]}
    )  # fmt: skip
    warning = over_border.border_warnings(_areas(HEREFORD), places, d.REACH_KM)[0]
    assert "Known there: 2 colleges and sixth forms, 1 employment centres" in warning


def _gias(tmp_path, oldest: str) -> pd.DataFrame:
    header = [*made.GIAS, "StatutoryHighAge"]
    welsh = ["401725", "666", "4001", "Newtown High School", "Welsh establishment", "Open", "Not applicable",
             501_200, 350_200, "W01000433", oldest]  # fmt: skip
    (tmp_path / "g").write_text(made.gias([*[[*row, ""] for row in made.PROVIDERS], welsh], header))
    (tmp_path / "p").write_text(made.performance())
    faults = []
    gathered = d.gather(recognise(tmp_path), CENTRES, nowhere, faults)
    assert faults == []
    return gathered


def test_a_school_of_wales_that_teaches_to_18_is_a_sixth_form(tmp_path):
    gathered = _gias(tmp_path, "18")
    assert gathered.table.loc["urn-401725", "kind"] == "sixth_form"
    assert over_border.without_ages(gathered.establishments, CENTRES, d.REACH_KM) == []


def test_a_school_of_wales_that_ends_at_16_is_none(tmp_path):
    assert "urn-401725" not in _gias(tmp_path, "16").table.index


def test_a_school_of_wales_whose_ages_are_not_given_is_named_and_left_out(tmp_path):
    gathered = _gias(tmp_path, "")
    assert "urn-401725" not in gathered.table.index
    warnings = over_border.without_ages(gathered.establishments, CENTRES, d.REACH_KM)
    assert "Newtown High School" in warnings[0]
    assert over_border.without_ages(gathered.establishments, _areas(BERWICK), d.REACH_KM) == []


@needs_opendata
def test_herefordshire_counts_a_college_of_wales_that_it_adds(real_county, tmp_path):
    county = real_county("Herefordshire")
    before = [warning for warning in county.manifest.warnings if over_border.is_border_warning(warning)]
    assert len(before) == 1 and "Wales" in before[0] and "Known there: 0 colleges" in before[0]
    path = tmp_path / "own.csv"
    path.write_text("destination_id,name,kind,postcode\nown-1,A college in Newport,college,NP19 4TS\n")
    after = own_files.with_destinations(county, path)
    told = [warning for warning in after.manifest.warnings if over_border.is_border_warning(warning)]
    assert len(told) == 1 and "Known there: 1 colleges" in told[0]
    bundle.check(after)
