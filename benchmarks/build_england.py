"""England as one bundle: the time of each stage, the peak memory, and the boundaries read in two ways.

The named alternative to reading the biggest map file with pyogrio (as a build does) is Python's json module with
shapely's `shape`: both are run here, on the same file, in the same process, so the ratio holds on any machine.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import shapely

from data import bundle, county
from data.official.recognise import recognise
from data.official.tables import OfficialTable, read
from tests.opendata import FOLDER


def main() -> None:
    """Build England from the real files and print what it took; say so and stop where they are not there."""
    if not FOLDER.is_dir():
        print("England is not measured: set FAREBRIDGE_OPENDATA to a folder of official files.")
        return
    stages, built, total_s = _build()
    for stage, seconds in stages:
        print(f"{stage:42} {seconds:6.2f} s")
    people = f"{built.areas['young_people'].sum():,.0f} young people"
    print(f"{'the whole build':42} {total_s:6.2f} s   {len(built.areas):,} areas, {people}")
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        bundle.save(built, Path(folder) / "england")
        print(f"{'saving':42} {time.perf_counter() - start:6.2f} s   {_megabytes(Path(folder)):.1f} MB on disk")
        start = time.perf_counter()
        bundle.load(Path(folder) / "england")
        print(f"{'loading':42} {time.perf_counter() - start:6.2f} s")
    print(f"{'peak memory of this process':42} {_peak_megabytes():6.0f} MB")
    _compare_readers()


def _build() -> tuple[list[tuple[str, float]], bundle.County, float]:
    marks: list[tuple[str, float]] = []
    start = time.perf_counter()
    built = county.build(FOLDER, ["England"], progress=lambda stage: marks.append((stage, time.perf_counter())))
    end = time.perf_counter()
    ends = [mark for _, mark in marks[1:]] + [end]
    return [(stage, until - since) for (stage, since), until in zip(marks, ends, strict=True)], built, end - start


def _compare_readers() -> None:
    found = recognise(FOLDER / "geography").read_by("boundaries")[0]
    ours_s = _best_of(lambda: read(found, {"area_code": "lsoa21cd"}))
    theirs_s = _best_of(lambda: _with_json(found))
    print(
        f"{found.file}: pyogrio {ours_s:.2f} s, json with shapely {theirs_s:.2f} s; "
        f"the alternative takes {theirs_s / ours_s:.1f} times as long"
    )


def _with_json(found: OfficialTable) -> pd.Series:
    features = json.loads(found.path.read_bytes())["features"]
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    return pd.Series(shapes, index=[feature["properties"]["LSOA21CD"] for feature in features])


def _best_of(work, times: int = 3) -> float:
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3  # bytes on macOS, kilobytes elsewhere


if __name__ == "__main__":
    main()
