"""Write what was measured: the matrix, its details beside it, and in both what was asked."""

from pathlib import Path

from data.command_line import write_whole
from data.journeys.measure import Measured
from data.travel import parquet_files, timetabled


def save(measured: Measured, path: Path) -> tuple[Path, Path]:
    """Write the journeys table to `path` and its details beside it; return both paths. Raises OSError."""
    details = timetabled.details_path(path)
    write_whole(details, parquet_files.to_bytes(measured.details, measured.asked))
    return write_whole(path, parquet_files.to_bytes(measured.journeys, measured.asked)), details
