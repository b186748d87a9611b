"""Make the pictures in docs/pictures from the real app: `python -m tests.screens.browser.pictures`.

The same journeys as the tests walk, in a smaller window. Every picture that a page of docs names is kept, no other.
"""

import re
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests import ROOT
from tests.screens.browser import driving, journeys
from tests.screens.browser.conftest import open_window
from tests.screens.people.people import MESSY

FOLDER = ROOT / "docs" / "pictures"
WIDTH, HEIGHT, COLOURS = 1100, 760, 48
NAMED = re.compile(r"pictures/([a-z]+-\d\d\.png)\)")
PLAN = "Agreed in March"


def named() -> set[str]:
    """Return the names of the pictures that README.md and the pages of docs show."""
    files = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return {name for file in files for name in NAMED.findall(file.read_text("utf-8"))}


def main() -> None:
    """Walk the three journeys and keep the pictures."""
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        home, files = Path(made) / "home", Path(made) / "files"
        home.mkdir()
        files.mkdir()
        chromium = playwright.chromium.launch(executable_path=driving.CHROMIUM, args=driving.QUIET)
        with driving.served(home, with_half=False) as address:
            for name, walked in (
                ("planner", lambda walk: journeys.planner(walk, files, PLAN)),
                ("finance", lambda walk: journeys.finance(walk, files, PLAN)),
                ("adviser", lambda walk: journeys.file_of_applications(walk, files, MESSY)),
            ):
                page = open_window(chromium, address, WIDTH, HEIGHT)
                page.get_by_role("heading", name="Farebridge").wait_for()
                driving.settle(page)
                walked(journeys.Walk(page, Path(made) / name))
                page.context.close()
                for picture in sorted((Path(made) / name).glob("*.png")):
                    _keep(picture, f"{name}-{picture.name}")
        chromium.close()


def _keep(picture: Path, name: str) -> None:
    """Keep a picture that is named, in few colours: a screen has few, and the file is a third as large."""
    if name in named():
        FOLDER.mkdir(exist_ok=True)
        Image.open(picture).convert("RGB").quantize(COLOURS).save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    main()
