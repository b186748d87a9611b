"""A made-up county: the bundle that the app opens on and the command line uses where none is named."""

from pathlib import Path

FOLDER = Path(__file__).parent / "bundle"
