"""Write what was measured: the matrix, its details beside it, and in both what was asked."""

import io
from pathlib import Path

import pandas as pd

from data.command_line import write_whole
from data.journeys.measure import Measured
from data.travel import timetabled


def save(measured: Measured, path: Path) -> tuple[Path, Path]:
    """Write the journeys table to `path` and its details beside it; return both paths. Raises OSError."""
    details = timetabled.details_path(path)
    write_whole(details, _parquet(measured.details, measured.asked))
    return write_whole(path, _parquet(measured.journeys, measured.asked)), details


def _parquet(table: pd.DataFrame, asked: dict) -> bytes:
    file = io.BytesIO()
    table = table.copy(deep=False)
    table.attrs = {timetabled.KEY: asked}
    table.to_parquet(file, compression="zstd", index=False)
    return file.getvalue()
