"""How far and how long: straight-line bounds, nearest destinations, estimated minutes, imported travel matrices.

A straight line is never longer than the road, so a distance is a pair of bounds: the straight line less the extent of
a place, and the longest likely multiple of it. Minutes by walking, cycling, car and bus are estimates from the straight
line; those of an e-bike, moped, shared taxi and minibus are derived from them. Every estimate is labelled `estimate`,
and an imported matrix, made by any routing engine, overrides estimates pair by pair. The figures and their sources are
in travel.toml.

The journeys table has one row a pair and mode:
    from_id, to_id, mode, minutes, distance_km, fare_pence, source, as_of
Unreachable is inf minutes; a pair that was not asked is absent; what is not known is NaN.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.spatial import cKDTree

from data import figures, text_tables
from data.faults import Fault, InputError
from data.figures import Figures

ESTIMATE = "estimate"
BASE_MODES = ("walk", "cycle", "car", "bus")
DERIVED_MODES = ("ebike", "moped", "taxi", "minibus")
MODES = BASE_MODES + DERIVED_MODES
KEYS = ["from_id", "to_id", "mode"]
JOURNEY_COLUMNS = [*KEYS, "minutes", "distance_km", "fare_pence", "source", "as_of"]

# What routing engines call the modes, and what we call them.
MODE_NAMES = {
    "walking": "walk", "foot": "walk", "pedestrian": "walk", "bicycle": "cycle", "bike": "cycle", "cycling": "cycle",
    "drive": "car", "driving": "car", "auto": "car", "transit": "bus", "public_transport": "bus", "pt": "bus",
    "e-bike": "ebike", "shared_taxi": "taxi",
}  # fmt: skip

BUS_CLASS = {  # the words that begin and end an official RUC 2021 class, and the key of its figures
    ("Urban", "Nearer"): "un",
    ("Urban", "Further"): "uf",
    ("Larger rural", "Nearer"): "rln",
    ("Larger rural", "Further"): "rlf",
    ("Smaller rural", "Nearer"): "rsn",
    ("Smaller rural", "Further"): "rsf",
}


@cache
def default_figures() -> Figures:
    """Return the figures of travel.toml."""
    return figures.read(Path(__file__).with_name("travel.toml"))


def nearest(places: pd.DataFrame, destinations: pd.DataFrame, k: int, within_km: float) -> pd.DataFrame:
    """Return the k nearest destinations of each place in a straight line, nearest first.

    `places` and `destinations` have easting_m and northing_m (British National Grid). A place with none within
    `within_km` has no row. Columns: from_id, to_id, straight_km.
    """
    if places.empty or destinations.empty:
        return pd.DataFrame({"from_id": [], "to_id": [], "straight_km": pd.Series(dtype=float)})
    k = min(k, len(destinations))
    tree = cKDTree(destinations[["easting_m", "northing_m"]].to_numpy())
    metres, found = tree.query(
        places[["easting_m", "northing_m"]].to_numpy(), k=range(1, k + 1), distance_upper_bound=within_km * 1000
    )
    near = np.isfinite(metres)
    row, column = np.nonzero(near)
    return pd.DataFrame(
        {
            "from_id": places.index.to_numpy()[row],
            "to_id": destinations.index.to_numpy()[found[row, column]],
            "straight_km": metres[row, column] / 1000,
        }
    )


def distance_bounds(straight_km: pd.Series, assumed: Figures) -> tuple[pd.Series, pd.Series]:
    """Return the least and the most that the road distance can be, in km. The most is a 90th percentile, not proof."""
    return (straight_km - assumed["place_extent_km"]).clip(lower=0), straight_km * assumed["road_factor_high"]


def estimate(pairs: pd.DataFrame, rural_urban: pd.Series, assumed: Figures) -> pd.DataFrame:
    """Return estimated journeys on foot, by bicycle, car and bus for each pair of `nearest`.

    `rural_urban` is the official class of each place; a place of unknown class has NaN minutes by bus.
    """
    straight_km = pairs["straight_km"].to_numpy()
    bus = bus_figures(rural_urban, assumed).reindex(pairs["from_id"]).to_numpy()
    minutes = {
        "walk": straight_km / assumed["walk_km_per_hour"] * 60,
        "cycle": straight_km / assumed["cycle_km_per_hour"] * 60,
        "car": straight_km / assumed["car_km_per_hour"] * 60,
        "bus": bus[:, 0] + bus[:, 1] + straight_km / bus[:, 2] * 60,
    }
    table = pd.DataFrame(
        {
            "from_id": np.tile(pairs["from_id"].to_numpy(), len(BASE_MODES)),
            "to_id": np.tile(pairs["to_id"].to_numpy(), len(BASE_MODES)),
            "mode": np.repeat(list(BASE_MODES), len(pairs)),
            "minutes": np.concatenate([minutes[mode] for mode in BASE_MODES]),
            "distance_km": np.tile(straight_km * assumed["road_factor"], len(BASE_MODES)),
            "fare_pence": np.repeat(
                [float(assumed.pence("bus_fare")) if mode == "bus" else 0.0 for mode in BASE_MODES], len(pairs)
            ),
        }
    )
    return table.assign(source=ESTIMATE, as_of="")


def bus_figures(rural_urban: pd.Series, assumed: Figures) -> pd.DataFrame:
    """Return the bus's walk and wait minutes and ride km/h for each place by its rural-urban class, NaN if none."""
    classes = pd.DataFrame(
        {
            code: [assumed[f"bus_{name}_{code}"] for name in ("walk_minutes", "wait_minutes", "ride_km_per_hour")]
            for code in BUS_CLASS.values()
        },
        index=["walk_minutes", "wait_minutes", "ride_km_per_hour"],
    ).T
    codes = rural_urban.map({name: bus_class(name) for name in rural_urban.dropna().unique()})
    return classes.reindex(codes).set_axis(rural_urban.index)


def bus_class(name: str) -> str | None:
    """Return the key of a class's bus figures.

    >>> bus_class("Smaller rural: Further from a major town or city")
    'rsf'
    """
    settlement, _, relation = str(name).partition(": ")
    return BUS_CLASS.get((settlement, relation.split(" ")[0]))


def override(journeys: pd.DataFrame, imported: pd.DataFrame | None) -> pd.DataFrame:
    """Return `journeys` with each pair and mode of `imported` in place of its own, and those it lacks added.

    A value that the import does not know (NaN minutes) does not displace an estimate; a fare or distance that it does
    not give is kept from the estimate.
    """
    if imported is None or imported.empty:
        return journeys
    known = imported[imported["minutes"].notna()].set_index(KEYS)
    old = journeys.set_index(KEYS)
    filled = known.assign(
        fare_pence=known["fare_pence"].fillna(old["fare_pence"].reindex(known.index)).fillna(0.0),
        distance_km=known["distance_km"].fillna(old["distance_km"].reindex(known.index)),
    )
    kept = old[~old.index.isin(known.index)]
    return pd.concat([kept, filled]).reset_index()[JOURNEY_COLUMNS]


def derive(journeys: pd.DataFrame, assumed: Figures) -> pd.DataFrame:
    """Return the journeys by e-bike, moped, shared taxi and minibus that follow from those by bicycle and car.

    A derived journey is an estimate even where the journey it follows from was measured.
    """
    rules = (
        ("ebike", "cycle", assumed["ebike_factor"], 0.0),
        ("moped", "car", assumed["moped_factor"], 0.0),
        ("taxi", "car", 1.0, assumed["taxi_wait_minutes"]),
        ("minibus", "car", assumed["minibus_factor"], assumed["minibus_wait_minutes"]),
    )
    derived = []
    for mode, base, factor, added in rules:
        rows = journeys[journeys["mode"] == base]
        derived.append(
            rows.assign(mode=mode, minutes=rows["minutes"] * factor + added, fare_pence=0.0, source=ESTIMATE, as_of="")
        )
    return pd.concat(derived, ignore_index=True)[JOURNEY_COLUMNS]


def base_journeys(
    places: pd.DataFrame, destinations: pd.DataFrame, assumed: Figures, imported: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the journeys on foot, by bicycle, car and bus to the nearest destinations, overridden by the import.

    `places` has easting_m, northing_m and rural_urban; `destinations` easting_m and northing_m.
    """
    pairs = nearest(places, destinations, int(assumed["destinations_considered"]), assumed["furthest_considered_km"])
    return override(
        estimate(pairs, places["rural_urban"], assumed), _between(imported, places, destinations, BASE_MODES)
    )


def all_journeys(
    places: pd.DataFrame, destinations: pd.DataFrame, assumed: Figures, imported: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the journeys of `base_journeys`, and those by e-bike, moped, shared taxi and minibus that follow."""
    base = base_journeys(places, destinations, assumed, imported)
    derived = override(derive(base, assumed), _between(imported, places, destinations, DERIVED_MODES))
    return pd.concat([base, derived], ignore_index=True)


def _between(
    imported: pd.DataFrame | None, places: pd.DataFrame, destinations: pd.DataFrame, modes: tuple[str, ...]
) -> pd.DataFrame | None:
    """Return the imported journeys between these places by these modes."""
    if imported is None:
        return None
    here = imported["from_id"].isin(places.index) & imported["to_id"].isin(destinations.index)
    return imported[here & imported["mode"].isin(modes)]


def read_matrix(path: Path) -> pd.DataFrame:
    """Read a travel matrix (CSV or Parquet) in the shape of the journeys table.

    from_id, to_id, mode, minutes and source are needed; distance_km, fare_pence and as_of may be absent. "inf" is
    unreachable, an empty cell is not known. Raises InputError with every fault: column missing, mode unknown,
    minutes negative or not a number, a pair and mode given twice; or where the file is no table at all.
    """
    raw = _read_parquet(path) if path.suffix == ".parquet" else text_tables.read_table(path.read_bytes(), path.name)
    missing = [name for name in (*KEYS, "minutes", "source") if name not in raw.columns]
    if missing:
        raise InputError(path.name, [f"lacks the columns {missing}. A travel matrix has {', '.join(JOURNEY_COLUMNS)}."])
    faults: list[Fault] = []
    table = raw.reindex(columns=JOURNEY_COLUMNS)
    for name in ("minutes", "distance_km", "fare_pence"):
        table[name] = _numbers(table[name], name, faults)
    for name in ("from_id", "to_id", "source"):
        table[name] = table[name].astype("string").str.strip()
        faults += _row_faults(table[name].fillna("").eq(""), name, "is empty.")
    mode = table["mode"].astype("string").str.strip().str.lower()
    table["mode"] = mode.replace(MODE_NAMES)
    faults += _row_faults(~table["mode"].isin(MODES), "mode", f"must be one of {', '.join(MODES)}.")
    faults += _row_faults(
        table.duplicated(KEYS, keep="first"), "mode", "gives a pair and mode that stands above already."
    )
    if faults:
        raise InputError(path.name, faults)
    table = table.reset_index(drop=True)
    text = {name: table[name].astype(object) for name in ("from_id", "to_id", "mode", "source")}
    return table.assign(**text, as_of=table["as_of"].astype("string").fillna("").astype(object))


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_parquet(path)
    except pa.ArrowInvalid:
        raise InputError(path.name, ["is not a Parquet file, or is cut short. Write it again."]) from None
    return table.set_axis(pd.RangeIndex(2, len(table) + 2))  # as rows of a text file are numbered


def _numbers(column: pd.Series, name: str, faults: list[Fault]) -> pd.Series:
    text = column.astype("string").str.strip().replace("", pd.NA)
    numbers = pd.to_numeric(text, errors="coerce").astype("float64")
    faults += _row_faults(text.notna() & numbers.isna() & text.str.lower().ne("nan"), name, "is not a number.")
    faults += _row_faults(numbers < 0, name, "is negative.")
    if name != "minutes":
        faults += _row_faults(np.isinf(numbers), name, 'may not be infinite; write "inf" only in minutes.')
    return numbers


def _row_faults(wrong: pd.Series, column: str, problem: str) -> list[Fault]:
    """Return a fault for each wrong row; the index is the row of the file, the header being row 1."""
    return [Fault(f"row {row}, {column}", problem) for row in wrong.index[wrong.fillna(False).to_numpy(dtype=bool)]]
