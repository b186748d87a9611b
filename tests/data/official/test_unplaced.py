"""A lookup that covers a part of the county is told, and what lies far away or over the border is not."""

import pandas as pd

from data.official.lookups import AreaDistricts
from data.official.unplaced import unplaced_warnings


def _said(centres: dict[str, float], placed: list[str]) -> list[str]:
    """Return the warnings of a council with the area A at 0 km, for centres at so many kilometres from it."""
    districts = AreaDistricts(pd.DataFrame(index=["E01900001", *placed]), {}, pd.Series(dtype="string"), ())
    table = pd.DataFrame({"easting_m": [km * 1000 for km in centres.values()], "northing_m": 0.0}, index=list(centres))
    return unplaced_warnings(districts, table.loc[["E01900001"]], table)


def test_an_english_area_beside_the_council_that_no_lookup_has_is_told():
    near = {"E01900001": 0.0, "E01900002": 4.0}
    [said] = _said(near, [])
    assert said.startswith("1 area within 10 km of this council is put in no council by the lookups loaded")
    assert "LSOA (2021)" in said  # which lookup to load whole
    assert _said(near, ["E01900002"]) == []


def test_what_lies_far_away_or_in_wales_is_not_told():
    assert _said({"E01900001": 0.0, "E01900003": 40.0, "W01000001": 3.0}, []) == []
