"""Name the folder of a new county, save a county in it, and say what the app calls it."""

import itertools
import re
from pathlib import Path

from data import bundle
from data.access import Right, needs
from data.bundle import County
from data.faults import InputError
from screens.background.plan_cache import county_folders

BUNDLES = Path("bundles")  # where a new bundle is put, beside those that the app finds
MOST_LETTERS = 70  # of a name that is made up here
FOLDER_NAME = re.compile(r"[\w][\w .()-]{0,80}")


def save(county: County, name: str) -> str:
    """Save a county as a bundle in a folder called `name`, and return what the app calls it in its lists.

    A bundle that is there already is not replaced: a scenario may have been made for it. Raises InputError with what
    is wrong.
    """
    place = new_place(name)
    bundle.save(county, place)
    return label_of(place)


@needs(Right.DATA)
def new_place(name: str) -> Path:
    """Return the folder for a new bundle called `name`. Raises InputError where it cannot be one, or is there."""
    if not FOLDER_NAME.fullmatch(name):
        raise InputError("Name", ["must be letters, digits, spaces, dots or hyphens, such as Cornwall with sites."])
    place = _where() / name
    if place.exists():
        raise InputError("Name", [f"{name} is there already. Give the new county a name of its own."])
    return place


def free_name(wanted: str) -> str:
    """Return the first name for a new bundle like `wanted` that is free: itself, else with a number behind it."""
    base = _where()
    plain = re.sub(r"[^\w .()-]", "", wanted).strip(" .")[:MOST_LETTERS] or "County"
    names = itertools.chain([plain], (f"{plain} {number}" for number in itertools.count(2)))
    return next(name for name in names if not (base / name).exists())


def _where() -> Path:
    """Return the folder that new bundles are put into."""
    return BUNDLES if BUNDLES.is_dir() else Path()


def label_of(place: Path) -> str:
    """Return what the app calls a bundle in its lists."""
    return next(label for label, folder in county_folders().items() if folder.resolve() == place.resolve())
