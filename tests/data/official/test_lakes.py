"""A lake is in no boundary: the councils beside one are told, and nobody else is."""

import pandas as pd
import pytest

from data.official.lakes import lake_warnings


def _areas(*places: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame(places, columns=["easting_m", "northing_m"])


@pytest.mark.parametrize(
    ("place", "lake"),
    [((340_300, 497_000), "Windermere"), ((346_900, 524_400), "Ullswater"), ((490_300, 308_800), "Rutland Water")],
)  # Bowness, Pooley Bridge and the east of Oakham
def test_a_council_beside_a_lake_is_told_its_name_and_how_many_areas_are(place, lake):
    [said] = lake_warnings(_areas(place, (500_000, 100_000)))
    assert lake in said and "1 of 2 areas" in said
    assert ("24 km round either end" in said) == (lake == "Windermere")


def test_a_council_without_a_lake_is_told_nothing():
    assert lake_warnings(_areas((450_000, 90_000), (176_000, 39_000))) == []
