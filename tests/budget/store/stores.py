"""Libraries to test with: the same tests on SQLite and on a real PostgreSQL."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from budget.scenarios.scenario import Scenario
from budget.store import library as store
from budget.store import results as store_results
from budget.store.content import content_of
from budget.store.database import open_engine
from budget.store.results import Results
from tests import postgres
from tests.budget.workbook import workbook_plans

KINDS = ("sqlite", "postgresql")
MAKE_NO_VERSION = ("deleted", "renamed", "exported", "monitored")


def new_url(kind: str, folder: Path) -> str:
    """Return the address of an empty library of this kind, brought up to date."""
    if kind == "postgresql":
        return postgres.server().new_database(like=migrated())
    return f"sqlite:///{folder / 'library.sqlite'}"


@cache
def migrated() -> str:
    """Return the name of a PostgreSQL database that was migrated once, to copy."""
    url = postgres.server().new_database()
    open_engine(url).dispose()
    return sa.make_url(url).database


@cache
def results() -> Results:
    """Return the results of the example county's default plan, which is for `scenario()`."""
    return store_results.results_of(workbook_plans.default())


def scenario(name: str = "Base case", **changes) -> Scenario:
    return replace(workbook_plans.default().scenario, name=name, **changes)


def whole(library: store.Library) -> list[str]:
    """Return what is not whole in a library: a scenario without its versions, a version that cannot be read, …"""
    wrong = []
    for entry in (*library.list(), *library.list(deleted=True)):
        history = library.history(entry.id)
        if [one.version for one in history] != list(range(entry.version, 0, -1)):
            wrong.append(f"{entry.name}: versions {[one.version for one in history]}")
        actions = library.audit(entry.id)
        saved_by_log = [one.version for one in actions if one.action not in MAKE_NO_VERSION]
        if saved_by_log != list(range(1, entry.version + 1)):
            wrong.append(f"{entry.name}: the log says {saved_by_log}")
        for one in history:
            saved = library.get(entry.id, one.version)
            if content_of(saved.scenario, saved.results, {})["fingerprint"] != saved.fingerprint:
                wrong.append(f"{entry.name}: version {one.version} is another scenario")
    return wrong
