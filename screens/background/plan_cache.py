"""The county bundles at hand, and the plans made from them, kept between visits.

Everybody who has the app open shares counties and plans: neither holds anything about a person.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import streamlit as st

from budget.allocation.answer import Answer
from budget.planning.plan import Plan
from budget.planning.services_changed import without_lines
from budget.scenarios.scenario import Scenario
from budget.scenarios.scenario_settings import SHOWN
from budget.store import example as example_answer
from budget.store.results import Results
from data import access, bundle, example
from data.access import Right
from data.bundle import County
from data.faults import Fault, InputError
from data.opening.toml_text import parse_json
from screens.background import jobs, panel, plan_jobs
from screens.background.jobs import BackgroundJob

FOLDERS = (Path(), Path("bundles"))  # where bundles are looked for, from the folder that the app was started in
COUNTIES_KEPT = 4
COUNTY = "county"  # the key in the session, and in the address, of the county that all pages are about
WITH_COUNTY = "with its county"  # what is worked out of a plan that was made beside the page: the plan that pages show
ASKED = "asked"  # the key in the session of what the plan on the page was asked for; None where that has faults


def county_folders() -> dict[str, Path]:
    """Return the folders of the bundles at hand by name, the example first."""
    manifests = (path for place in FOLDERS for path in place.glob("*/manifest.json"))
    folders = sorted(path.parent for path in manifests if (path.parent / "areas.parquet").is_file())
    names: dict[str, Path] = {}
    for folder in [example.FOLDER, *folders]:
        name = _manifest(folder).get("name") or folder.name  # choosing one with no readable manifest says why
        names[f"{name} ({folder})" if name in names else name] = folder
    return names


def county_folder() -> Path:
    """Return the folder of the county that all pages are about: the one chosen on top of them, else the example.

    Raises NotAllowed for another folder of the machine than those at hand, where whoever asks may change no county.
    """
    folders, chosen = county_folders(), st.session_state.get(COUNTY)
    if not chosen or chosen in folders:
        return folders[chosen] if chosen else next(iter(folders.values()))
    access.need(Right.DATA)
    return Path(chosen).expanduser()


def choose_county(name: str) -> None:
    """Choose the county that all pages are about, by its name in `county_folders`; for a button's `on_click`.

    The address follows: a page may not set what the box on top of it is bound to.
    """
    st.session_state[COUNTY] = name
    plan_anew()


def plan_anew() -> None:
    """Forget what was asked for, so that the form is read again and its plan made."""
    st.session_state.pop(ASKED, None)


def _manifest(folder: Path) -> Mapping[str, str]:
    """Return a bundle's manifest, empty where it cannot be read."""
    try:
        manifest = parse_json((folder / "manifest.json").read_bytes(), "manifest.json")
    except (OSError, ValueError):
        return {}
    return (
        {key: value for key, value in manifest.items() if isinstance(value, str)} if isinstance(manifest, dict) else {}
    )


def county_with_checksum(checksum: str) -> str | None:
    """Return the name, as in `county_folders`, of the bundle with a checksum; None where it is not at hand."""
    same = (name for name, folder in county_folders().items() if _manifest(folder).get("checksum") == checksum)
    return next(same, None) if checksum else None


def county_for(name: str, checksum: str, county: str) -> Path:
    """Return the folder of the county that a scenario was made for; without a checksum, of the county on the page.

    `name` is the scenario's, `county` its county's. Raises InputError where the bundle is not at hand.
    """
    folders = county_folders()
    chosen = county_with_checksum(checksum) if checksum else st.session_state.get(COUNTY, next(iter(folders)))
    if chosen in folders:
        return folders[chosen]
    problem = (
        f"was made for {county or 'another county'} as it was then ({checksum[:SHOWN]}…), which is not here. Ask "
        "whoever runs the app to put it there, or build it again under Rules and data, Add a county."
    )
    raise InputError(name, [Fault(name, problem)])


def load_county(folder: Path) -> County:
    """Return the bundle in a folder, read again only if it has changed. Raises InputError with what is wrong."""
    return _county(str(folder), _changed(folder))


def plan_identity(plan: Plan, scenario: Scenario) -> tuple:
    """Return what stands for a plan's places, its day and a scenario."""
    return plan.county.manifest.checksum, repr(scenario), plan.day


def plan_for(
    key: str, label: str, folder: Path, scenario: Scenario, today: datetime.date, answers: tuple[Answer, ...] = ()
) -> BackgroundJob:
    """Make the plan for a bundle and a scenario beside the page, again only if one of them or the day has changed.

    Its result is a Plan without its county: `load_county` has that. It is solved unless its answer is among `answers`,
    or it is the example's.
    """
    arguments, identity = _asked(folder, scenario, today, answers)
    return panel.run_job(key, label, plan_jobs.make, *arguments, identity=identity)


def begin_example(key: str, scenario: Scenario, today: datetime.date) -> BackgroundJob:
    """Begin a plan of the example for nobody yet: whoever asks for it with `plan_for` finds it under way or made."""
    arguments, identity = _asked(example.FOLDER, scenario, today, ())
    return jobs.begin(key, identity, plan_jobs.make, arguments)


def _asked(folder: Path, scenario: Scenario, today: datetime.date, answers: tuple[Answer, ...]) -> tuple[tuple, tuple]:
    """Return the arguments of `plan_jobs.make`, and what stands for them."""
    folder = folder.resolve()
    changed = _changed(folder)
    known = (*answers, example_answer.answer()) if folder == example.FOLDER.resolve() else answers
    return (folder, changed, scenario, today, known), (folder, changed, repr(scenario), today)


def answers_in(results: Iterable[Results | None]) -> tuple[Answer, ...]:
    """Return the answers that saved results hold."""
    return tuple(each.answer for each in results if each is not None and each.answer is not None)


def with_county(plan: Plan, folder: Path) -> Plan:
    """Return a plan that was made beside the page with its county, as its scenario's lines leave it.

    Everybody who asked for that plan is given the same one, so that what pages show of it is worked out once for all.
    """
    county = without_lines(load_county(folder), plan.scenario)
    with plan.worked_out.lock:
        shared = plan.worked_out.get(WITH_COUNTY)
        if shared is None or shared.county is not county:
            shared = plan.worked_out[WITH_COUNTY] = replace(plan, county=county)
    return cast(Plan, shared)


def plans_for(
    key: str,
    label: str,
    requests: list[tuple[Path, Scenario]],
    today: datetime.date,
    results: Iterable[Results | None] = (),
) -> list[Plan] | None:
    """Make a plan for each of several bundles and scenarios beside the page; return None until all are there.

    Nothing is solved whose answer is in the saved `results`.
    """
    each = tuple((folder.resolve(), _changed(folder.resolve()), scenario) for folder, scenario in requests)
    identity = (tuple((folder, changed, repr(scenario)) for folder, changed, scenario in each), today)
    plans = panel.job_result(key, label, plan_jobs.make_all, each, today, answers_in(results), identity=identity)
    return plans and [with_county(plan, folder) for plan, (folder, *_) in zip(plans, each, strict=True)]


def _changed(folder: Path) -> int:
    manifest = folder / "manifest.json"
    return manifest.stat().st_mtime_ns if manifest.is_file() else 0


@st.cache_resource(max_entries=COUNTIES_KEPT, show_spinner=False)
def _county(folder: str, changed: int) -> County:
    return bundle.load(folder)
