"""What the library of scenarios returns and raises, and the queries behind it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import sqlalchemy as sa

from budget.scenarios import scenario_file
from budget.scenarios.scenario import Scenario
from budget.store.results import Results
from budget.store.schema import VERSIONS, audit, name_key, scenarios, versions
from data.faults import InputError
from data.wording import counted

SUBJECT = "The library of scenarios"


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """One version of a scenario, as lists show it. Times are in UTC."""

    id: str  # its address, which never changes
    name: str  # the current one
    version: int
    latest: int
    note: str
    author: str
    saved_at: datetime.datetime
    fingerprint: str
    bundle: str
    summary: Mapping | None  # totals: see Results.summary; None where no results were saved
    origin: Mapping | None  # {"restored": 3}, {"duplicated": id, "version": 3}, {"imported": id, …}
    deleted_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class SavedScenario(VersionEntry):
    """One version of a scenario with everything that was saved."""

    text: str  # the scenario file (TOML)
    results: Results | None

    @property
    def scenario(self) -> Scenario:
        """The scenario under its current name. Raises InputError where this program no longer knows a part of it."""
        return replace(scenario_file.from_text(self.text, self.name), name=self.name)


@dataclass(frozen=True, slots=True)
class Action:
    """A line of the audit log: who did what to which scenario."""

    number: int
    id: str
    name: str  # of the scenario now
    at: datetime.datetime
    who: str
    action: str
    version: int | None
    details: Mapping | None


class NotFound(InputError):
    """There is no such scenario, or no such version of it."""


class SaveConflict(InputError):
    """Another person was first: nothing was changed.

    `kind` is "saved" (there is a newer version), "deleted", or "name" (another scenario has that name); `there` is the
    version now in the library.
    """

    def __init__(self, kind: str, there: VersionEntry, who: str, at: datetime.datetime, problem: str):
        self.kind, self.there, self.who, self.at, self.problem = kind, there, who, at, problem
        super().__init__(there.name, [problem])

    def __reduce__(self):
        return type(self), (self.kind, self.there, self.who, self.at, self.problem)


def select_entries() -> sa.Select:
    """Return the query for every version of every scenario."""
    return sa.select(
        scenarios.c.id, scenarios.c.name, versions.c.version, scenarios.c.version.label("latest"), versions.c.note,
        versions.c.author, versions.c.saved_at, versions.c.fingerprint, versions.c.bundle, versions.c.summary,
        versions.c.origin, scenarios.c.deleted_at,
    ).join_from(scenarios, versions)  # fmt: skip


def select_latest() -> sa.Select:
    """Return the query for the latest version of every scenario."""
    return select_entries().where(versions.c.version == scenarios.c.version)


def select_actions() -> sa.Select:
    """Return the query for every line of the audit log as an Action, in the order in which they were written."""
    lines = (audit.c[name] for name in ("at", "who", "action", "version", "details"))
    columns = (audit.c.id, audit.c.scenario_id, scenarios.c.name, *lines)
    return sa.select(*columns).select_from(audit).join(scenarios).order_by(audit.c.id)


def is_called(name: str) -> sa.ColumnElement[bool]:
    """Return the condition that a scenario has this name and is not deleted."""
    return sa.and_(scenarios.c.name_key == name_key(name), scenarios.c.deleted_at.is_(None))


def row_of(connection: sa.Connection, id: str, version: int | None = None) -> sa.Row:
    """Return one version, the latest where none is named, with its text and results. Raises NotFound."""
    query = select_entries().add_columns(versions.c.text, versions.c.results).where(scenarios.c.id == id)
    if version is not None and version not in VERSIONS:
        raise not_found(id, version)
    wanted = scenarios.c.version if version is None else version
    row = connection.execute(query.where(versions.c.version == wanted)).first()
    if row is None:
        raise not_found(id, version)
    return row


def entry_fields(row: sa.Row) -> dict:
    """Return the fields of a VersionEntry."""
    return {item.name: getattr(row, item.name) for item in fields(VersionEntry)}


def entry_of(row: sa.Row) -> VersionEntry:
    """Return a row of `select_entries` as a VersionEntry."""
    return VersionEntry(**entry_fields(row))


def not_found(id: str, version: int | None = None) -> NotFound:
    """Return the error for a scenario or version that does not exist."""
    what = f"has no scenario {id!r}" if version is None else f"has no version {version} of a scenario {id!r}"
    return NotFound(SUBJECT, [f"{what}. Look for it in the list, or ask who sent the address."])


def too_late(connection: sa.Connection, id: str, expected: int | None) -> InputError:
    """Return the error for a scenario that has changed since its user opened it, at version `expected`."""
    there = entry_of(row_of(connection, id))
    if there.deleted_at is not None:
        query = sa.select(audit).where(audit.c.scenario_id == id, audit.c.action == "deleted")
        deletion = connection.execute(query.order_by(audit.c.id.desc()).limit(1)).one()
        problem = (
            f"{deletion.who} deleted it {moment(deletion.at)}. Nothing was changed. "
            f"Save yours as a copy, or restore version {there.latest} first."
        )
        return SaveConflict("deleted", there, deletion.who, deletion.at, problem)
    if expected is not None and expected > there.latest:
        problem = f"has {counted(there.latest, 'version')}, not {expected}. Open it again and save from there."
        return InputError(there.name, [problem])
    opened = "it" if expected is None else f"version {expected}"
    problem = (
        f"{there.author} saved it {moment(there.saved_at)} as version {there.latest}, after you opened {opened}. "
        "Nothing was changed, and what you have is still yours: save it as a copy, or save it over theirs as version "
        f"{there.latest + 1}; theirs stays in the history."
    )
    return SaveConflict("saved", there, there.author, there.saved_at, problem)


def name_taken(connection: sa.Connection, name: str) -> InputError:
    """Return the error for a name that another scenario has."""
    row = connection.execute(select_latest().where(is_called(name))).first()
    if row is None:
        return InputError(SUBJECT, [f"had a scenario {name!r} a moment ago, and no longer has it. Save again."])
    there = entry_of(row)
    problem = (
        f"There is a scenario of this name already: {there.author} saved it {moment(there.saved_at)} as version "
        f"{there.version}. Nothing was changed. Save yours under another name, or open that one and save over it."
    )
    return SaveConflict("name", there, there.author, there.saved_at, problem)


def moment(at: datetime.datetime) -> str:
    """Return a moment in words, such as "on 3 March 2026 at 14:05 GMT", in the time zone of this machine."""
    local = at.astimezone()
    return f"on {local.day} {local:%B %Y at %H:%M %Z}"
