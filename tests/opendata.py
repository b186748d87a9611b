"""Real official files for the tests that need them; where the folder is not there, those tests skip, loudly."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("FAREBRIDGE_OPENDATA", Path(__file__).resolve().parents[2] / "shared" / "opendata"))

needs_opendata = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="SKIPPED FOR WANT OF REAL DATA: set FAREBRIDGE_OPENDATA to a folder of official files to run this",
)
