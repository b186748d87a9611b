"""Write what was measured: the matrix, its details beside it, and in both what was asked."""

from dataclasses import replace
from pathlib import Path

from data.bundle import County
from data.command_line import write_whole
from data.journeys.measure import Measured
from data.travel import parquet_files, timetabled


def save(measured: Measured, path: Path) -> tuple[Path, ...]:
    """Write the journeys table to `path` and the other tables beside it; return the paths. Raises OSError."""
    tables = {"details": measured.details, "lines": measured.lines, "postcodes": measured.from_postcodes}
    beside = tuple(
        write_whole(timetabled.path_beside(path, name), parquet_files.to_bytes(table, measured.asked))
        for name, table in tables.items()
        if table is not None
    )
    return write_whole(path, parquet_files.to_bytes(measured.journeys, measured.asked)), *beside


def without_timetables(county: County) -> County:
    """Return the county as it was before journeys by timetable: every journey is an estimate again."""
    manifest = county.manifest
    source = manifest.columns.get("journeys", {}).get("source")
    said = set(timetabled.notes(manifest.timetables)) if manifest.timetables else set()
    manifest = replace(
        manifest,
        timetables={},
        absent_journeys="estimate",
        sources=tuple(each for each in manifest.sources if each.id != source),
        columns={name: column for name, column in manifest.columns.items() if name != "journeys"},
        warnings=tuple(line for line in manifest.warnings if line not in said),
    )
    gone = dict.fromkeys(("journeys", "journey_details", "area_lines", "postcode_journeys", "timetable"))
    return replace(county, manifest=manifest, **gone)
