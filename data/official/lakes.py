"""Say where a large lake lies beside a council's areas: a straight line over it counts as one over land."""

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from data.faults import Noted
from data.official.boundaries import to_grid

LAKES = Path(__file__).parents[1] / "lakes.toml"
SHORE_KM = 5.0  # an assumption: who lives farther from an end of a lake seldom has it in the way


@cache
def _lakes() -> pd.DataFrame:
    """Return the lakes of lakes.toml, where each key is explained: name, length_km, easting_m, northing_m."""
    table = pd.DataFrame(list(tomllib.loads(LAKES.read_text(encoding="utf-8")).values()))
    latitude, longitude = np.array(table["middle"].tolist()).T
    east, north = to_grid(longitude, latitude)
    return table.assign(easting_m=east, northing_m=north)


def lake_warnings(areas: pd.DataFrame) -> list[str]:
    """Return a warning with the lakes beside the areas (easting_m, northing_m) and how many lie there; else nothing."""
    near, names, ways = np.zeros(len(areas), dtype=bool), [], []
    for _, lake in _lakes().iterrows():
        east, north = (
            areas[f"{axis}_m"].to_numpy(dtype="float64") - lake[f"{axis}_m"] for axis in ("easting", "northing")
        )
        beside = np.hypot(east, north) <= (lake["length_km"] / 2 + SHORE_KM) * 1000
        near |= beside
        if beside.any():
            names.append(lake["name"])
            ways += [f" The way over {lake['name']} is {lake['way']}."] if pd.notna(lake["way"]) else []
    if not names:
        return []
    told = (
        f"Lakes are in no file that is read, so a straight line over {' or '.join(names)} counts as one over land: "
        f"{near.sum():,} of {len(areas):,} areas lie near, and a college or job on the other shore may seem close. "
        f"Import measured journeys (--journeys) for those.{''.join(ways)}"
    )
    parts = {"names": " or ".join(names), "some": f"{near.sum():,}", "all": f"{len(areas):,}", "ways": "".join(ways)}
    return [Noted(told, "lakes", **parts)]
