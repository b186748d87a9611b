"""Read the stops of a feed: where each is on the National Grid, and to which station or place it belongs."""

from functools import cache

import numpy as np
import pandas as pd
from pyproj import Transformer

from data.timetables.archive import Feed
from data.timetables.notes import Notes
from data.timetables.tables import finite, one_row_an_id, whole

GRID = "EPSG:27700"
# Great Britain with its islands, in degrees. The list of stops has Northern Ireland and the continent outside of it.
SOUTH, NORTH, WEST, EAST = 49.7, 61.0, -8.7, 2.1
NO_PLACE_METRES = 10_000  # around 0, 0 on the grid, in the Atlantic: a list of stops has it where nothing is known
SAME_PLACE_METRES = 100  # stops of two feeds with the same id are one place up to here
STATION = "1"


def read_stops(feed: Feed, notes: Notes) -> pd.DataFrame:
    """Return one row a stop of a feed, in order of `stop_id`: stop_id, name, easting, northing, root.

    Easting and northing are NaN where it is nowhere in Great Britain. `root` is the id of its station, or its own.
    """
    read = whole(
        feed, "stops.txt", ["stop_id"], ["stop_name", "stop_lat", "stop_lon", "parent_station", "location_type"], notes
    )
    stops = one_row_an_id(read, "stop_id", f"{feed.name}, stops.txt", notes)
    root = _roots(stops)
    degrees = [finite(stops[name]) for name in ("stop_lat", "stop_lon")]
    # a platform without a place of its own has its station's
    lat, lon = (np.where(np.isnan(values), values[root], values) for values in degrees)
    there = (lat > SOUTH) & (lat < NORTH) & (lon > WEST) & (lon < EAST)
    easting, northing = np.full(len(stops), np.nan), np.full(len(stops), np.nan)
    easting[there], northing[there] = _to_grid().transform(lon[there], lat[there])
    if len(stops) and not there.any():
        notes.add(
            "feed_elsewhere",
            1,
            [
                f"{feed.name} (latitude {stops['stop_lat'].iloc[0][:20]!r}, longitude "
                f"{stops['stop_lon'].iloc[0][:20]!r})"
            ],
        )
    at_sea = np.hypot(easting, northing) < NO_PLACE_METRES
    easting[at_sea] = northing[at_sea] = np.nan
    return pd.DataFrame(
        {
            "stop_id": stops["stop_id"],
            "name": stops["stop_name"],
            "easting": easting.round(1),
            "northing": northing.round(1),
            "root": stops["stop_id"].to_numpy()[root],
        }
    )


@cache
def _to_grid() -> Transformer:
    return Transformer.from_crs("EPSG:4326", GRID, always_xy=True)


def _roots(stops: pd.DataFrame) -> np.ndarray:
    """Return the row of the station that each stop belongs to, its own row where it belongs to none."""
    own = np.arange(len(stops))
    parent = pd.Index(stops["stop_id"]).get_indexer(stops["parent_station"])
    parent = np.where(parent < 0, own, parent)
    for _ in range(3):  # a boarding area belongs to a platform, and that to a station
        parent = parent[parent]
    return parent


def joined(of_feeds: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the stops of all feeds in one table, with the columns of a timetable and `feed`, `raw_id` and `root`.

    An id that two feeds use gets the name of its feed in front. Stops of two feeds that have, or whose stations have,
    the same id and stand within SAME_PLACE_METRES are of one place.
    """
    stops = pd.concat([table.assign(feed=name) for name, table in of_feeds.items()], ignore_index=True)
    stops = stops.rename(columns={"stop_id": "raw_id"})
    shared = stops["raw_id"].duplicated(keep=False)
    stops["stop_id"] = np.where(shared, stops["feed"] + ":" + stops["raw_id"], stops["raw_id"])
    stops = stops.sort_values("stop_id", ignore_index=True)
    stops["place"] = pd.factorize(_place_keys(stops))[0].astype(np.int32)
    return stops


def _place_keys(stops: pd.DataFrame) -> pd.Series:
    """Return the station of each stop with its feed, the first feed where two have the same station at one place."""
    stations = stops.groupby(["root", "feed"], as_index=False)[["easting", "northing"]].mean()
    first = stations.drop_duplicates("root").set_index("root").loc[stations["root"]]
    near = np.hypot(
        stations["easting"].to_numpy() - first["easting"].to_numpy(),
        stations["northing"].to_numpy() - first["northing"].to_numpy(),
    )
    home = np.where(near <= SAME_PLACE_METRES, first["feed"], stations["feed"])
    by_station = pd.Series(home, index=pd.MultiIndex.from_frame(stations[["root", "feed"]]))
    homes = by_station.loc[pd.MultiIndex.from_frame(stops[["root", "feed"]])].to_numpy()
    return pd.Series(homes + "\n" + stops["root"].to_numpy())
