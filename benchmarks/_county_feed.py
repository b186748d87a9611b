"""A timetable as large as a county's, made by repeating that of Chester beside itself."""

import io
import zipfile
from pathlib import Path

import pandas as pd

from tests.opendata import FOLDER

CHESTER = FOLDER / "timetables" / "chester-20230816-small_gtfs.zip"
COPIES = 44  # 1.5 million stop times, 58,000 stops
NORTH, EAST = (
    0.1,
    0.17,
)  # degrees from one copy to the next: about 11 km, so that their edges overlap
ACROSS = 7  # copies in a row
OWN_IDS = {
    "stops.txt": ["stop_id"],
    "trips.txt": ["trip_id"],
    "stop_times.txt": ["trip_id", "stop_id"],
}


def write(path: Path, copies: int = COPIES) -> Path:
    """Write the repeated timetable as a GTFS zip, without shapes."""
    with (
        zipfile.ZipFile(CHESTER) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for name in source.namelist():
            table = source.read(name)
            if name == "shapes.txt":
                continue
            target.writestr(name, _repeated(name, table, copies) if name in OWN_IDS else table)
    return path


def _repeated(name: str, content: bytes, copies: int) -> bytes:
    table = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    parts = []
    for copy in range(copies):
        part = table.copy()
        for column in OWN_IDS[name]:
            part[column] = f"{copy}-" + part[column]
        if name == "stops.txt":
            part["stop_lat"] = (part["stop_lat"].astype(float) + NORTH * (copy // ACROSS)).astype(str)
            part["stop_lon"] = (part["stop_lon"].astype(float) + EAST * (copy % ACROSS)).astype(str)
        parts.append(part)
    return pd.concat(parts).to_csv(index=False).encode()
