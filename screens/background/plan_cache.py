"""The county bundles at hand, and the plans made from them, kept between visits.

Places and plans are shared by everybody who has the app open: neither holds anything about a person.
"""

import datetime
import json
from dataclasses import replace
from pathlib import Path

import streamlit as st

from budget.planning.plan import Plan
from budget.scenarios.scenario import Scenario
from data import bundle, example
from data.bundle import County
from screens.background import panel, plan_jobs, plan_work
from screens.background.panel import Outcome

HERE, SHELF = Path(), Path("bundles")  # where bundles are looked for, from the folder that the app was started in
COUNTIES_KEPT = 4
PLAN, PLANNING = "plan", "Finding the best plan for the money"


def found() -> dict[str, Path]:
    """Return the bundles at hand by the name to show: the example first, then those in the folders looked in."""
    manifests = (path for place in (HERE, SHELF) for path in place.glob("*/manifest.json"))
    folders = sorted(path.parent for path in manifests if (path.parent / "areas.parquet").is_file())
    names: dict[str, Path] = {}
    for folder in [example.FOLDER, *folders]:
        name = _name(folder)
        names[f"{name} ({folder})" if name in names else name] = folder
    return names


def _name(folder: Path) -> str:
    """Return a bundle's name, or its folder's where its manifest cannot be read (choosing it then says why)."""
    return _said(folder, "name") or folder.name


def _said(folder: Path, what: str) -> str:
    """Return what a bundle's manifest says, "" where it cannot be read."""
    try:
        return str(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))[what])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def named(checksum: str) -> str | None:
    """Return the name, as `found` has it, of the bundle at hand with a checksum; None where there is none."""
    return next((name for name, folder in found().items() if checksum and _said(folder, "checksum") == checksum), None)


def county(folder: Path) -> County:
    """Return the bundle in a folder, read again only if it has changed. Raises InputError with what is wrong."""
    return _county(str(folder), _changed(folder))


def plan(folder: Path, scenario: Scenario, today: datetime.date) -> Outcome:
    """Have the plan made for a bundle under a scenario, again only if either has changed or the day has.

    Its result is a Plan without its county: `county` has that.
    """
    folder = folder.resolve()
    changed = _changed(folder)
    identity = (folder, changed, repr(scenario), today)
    return panel.run(PLAN, PLANNING, plan_jobs.make, folder, changed, scenario, today, identity=identity)


def plans(key: str, label: str, asked: list[tuple[Path, Scenario]], today: datetime.date) -> list[Plan] | None:
    """Have a plan made for each of several bundles and scenarios beside the page; None while they are not there."""
    each = tuple((folder.resolve(), _changed(folder.resolve()), scenario) for folder, scenario in asked)
    identity = (tuple((folder, changed, repr(scenario)) for folder, changed, scenario in each), today)
    made = plan_work.result(key, label, plan_jobs.make_all, each, today, identity=identity)
    return made and [replace(plan, county=county(folder)) for plan, (folder, *_) in zip(made, each, strict=True)]


def _changed(folder: Path) -> int:
    manifest = folder / "manifest.json"
    return manifest.stat().st_mtime_ns if manifest.is_file() else 0


@st.cache_resource(max_entries=COUNTIES_KEPT, show_spinner=False)
def _county(folder: str, changed: int) -> County:
    return bundle.load(folder)
