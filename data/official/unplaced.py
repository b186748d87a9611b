"""Say where a lookup that covers a part of the county leaves areas out, which may be the council's own."""

import pandas as pd
from scipy.spatial import cKDTree

from data.faults import Noted
from data.official.known import where_to_get
from data.official.lookups import AreaDistricts

BESIDE_KM = 10.0  # an assumption: an area so near to one of the council's, and in no council, may be its own
MOST_NAMED = 8  # districts in a warning
PLACES = ["easting_m", "northing_m"]


def unplaced_warnings(districts: AreaDistricts, located: pd.DataFrame, centres: pd.DataFrame) -> list[str]:
    """Return a warning where English areas within BESIDE_KM of the council's are in no council; else nothing.

    `located` has the place of each area of the council and `centres` of every area there is a centre for. Where no
    centres are loaded, what is near is not known, and every area without a council counts.
    """
    if located.empty or not located[PLACES].notna().all(axis=None):
        return []
    lost, where = districts.without_county.index, "of England"
    if not centres.empty:
        lost, where = _beside(located, centres, districts), f"within {BESIDE_KM:g} km of this council"
    if lost.empty:
        return []
    names = sorted(districts.without_county.reindex(lost).dropna().unique())
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    listed = f" They are in {', '.join(names[:MOST_NAMED])}{more}." if names else ""
    need = "lookup_district_county" if names else "lookup_lsoa21_district"
    areas = "1 area {} is" if len(lost) == 1 else f"{len(lost):,} areas {{}} are"
    told = (
        f"{areas.format(where)} put in no council by the lookups loaded, so areas of this "
        f"council may be missing from the bundle.{listed} A lookup may cover a part of the country only: load the "
        f"whole of {where_to_get(need)}."
    )
    return [Noted(told, "areas_in_no_council", areas=areas.format(where), districts=listed)]


def _beside(located: pd.DataFrame, centres: pd.DataFrame, districts: AreaDistricts) -> pd.Index:
    """Return the English areas within BESIDE_KM of one of the council's that no lookup puts in a council."""
    lost = centres[centres.index.str.startswith("E01") & ~centres.index.isin(districts.table.index)]
    if lost.empty:
        return lost.index
    distance_m, _ = cKDTree(located[PLACES].to_numpy(dtype="float64")).query(lost[PLACES].to_numpy(dtype="float64"))
    return lost.index[distance_m <= BESIDE_KM * 1000]
