"""Write what was measured: the matrix, its details beside it, and in both what was asked."""

from pathlib import Path

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
