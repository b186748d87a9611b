"""Real official files for the tests that need them; where the folder is not there, those tests skip, loudly."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from data import county
from data.official import tables
from data.official.layouts import TableLayout, read_table
from data.official.recognise import Recognised, recognise

FOLDER = Path(os.environ.get("FAREBRIDGE_OPENDATA", Path(__file__).resolve().parents[2] / "shared" / "opendata"))

needs_opendata = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="SKIPPED FOR WANT OF REAL DATA: set FAREBRIDGE_OPENDATA to a folder of official files to run this",
)


@cache
def _recognised(folder: Path, leave_out: tuple[str, ...]) -> Recognised:
    return recognise(folder, leave_out)


@cache
def _read(path: Path, inside: str, layout: TableLayout, places: tuple[tuple[str, int], ...]) -> pd.DataFrame:
    return read_table(path, inside, layout, dict(places))


@contextmanager
def files_read_once() -> Iterator[None]:
    """Let a process that builds several councils read each of the country's files once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(county, "recognise", lambda folder, leave_out: _recognised(folder, tuple(leave_out)))
        patch.setattr(tables, "read_table", lambda *at: _read(*at[:-1], tuple(at[-1].items())).copy())
        yield
