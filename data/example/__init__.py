"""Hold the example county: the made-up bundle that is used where no other is named."""

from pathlib import Path

FOLDER = Path(__file__).parent / "bundle"
