"""The library of scenarios: every save is a version that stays, nobody overwrites another's, and everything is logged.

    library = open_library()                       # the user's own file, or the database that DATABASE_URL names
    entry = library.save(scenario, author="Ana Ruiz", note="as agreed on 3 March", results=results_of(plan))
    library.save(changed, author="Ben Ode", id=entry.id, expected_version=entry.version)

A caller who saves names the version they began from. Where another person has saved since, `SaveConflict` says who
and when, and nothing is changed: the caller can save a copy, or a further version after the other's. Many threads and
processes may use a library at once. Nothing about an applicant is saved in it. Where people sign in (`data.access`),
each method raises NotAllowed for whoever has no role for it, and saves under the name of the sign-in.
"""

import datetime
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import chain, count

import sqlalchemy as sa
from sqlalchemy import exc

from budget.scenarios.scenario import Scenario
from budget.store import results as store_results
from budget.store import scenario_zip
from budget.store.actuals_content import KeptActuals, keep_with, kept_with
from budget.store.content import MOST_CHARACTERS, check, content_of
from budget.store.database import open_engine, place_of, reading, writing
from budget.store.entries import (
    SUBJECT,
    Action,
    NotFound,
    SavedScenario,
    VersionEntry,
    entry_fields,
    entry_of,
    is_called,
    name_taken,
    not_found,
    row_of,
    select_actions,
    select_entries,
    select_latest,
    too_late,
)
from budget.store.results import Results
from budget.store.schema import ID_LENGTH, VERSIONS, audit, name_key, scenarios, versions
from data.access import Right, name_for, needs

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # no two look alike; 93 bits in 16
TRIES = 5  # to find a free name while others take names too


def open_library(url: str | None = None) -> "Library":
    """Open the library that `url` or else DATABASE_URL names, by default a file in the user's own folder.

    It is made where it is new and brought up to date where it is older. Raises InputError where it cannot be used.
    """
    return Library(open_engine(url))


class Library:
    """Scenarios with their versions, results and history. Safe to share between threads.

    `engine` is the database, for what is saved with the scenarios; `now` returns the current moment.
    """

    def __init__(self, engine: sa.Engine, clock: Callable[[], datetime.datetime] | None = None):
        self.engine = engine
        self.now = clock or (lambda: datetime.datetime.now(datetime.UTC))

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @property
    def place(self) -> str:
        """The place of the library, without user or password."""
        return place_of(self.engine)

    # -- reading --

    @needs(Right.PLANS)
    def list(self, *, deleted: bool = False) -> tuple[VersionEntry, ...]:
        """Return the latest version of every scenario, or of every deleted one, the last saved first."""
        state = scenarios.c.deleted_at.is_not(None) if deleted else scenarios.c.deleted_at.is_(None)
        query = select_latest().where(state).order_by(versions.c.saved_at.desc(), scenarios.c.id)
        with reading(self.engine) as connection:
            return tuple(entry_of(row) for row in connection.execute(query))

    @needs(Right.PLANS)
    def get(self, id: str, version: int | None = None) -> SavedScenario:
        """Return a scenario at its latest version or at `version`, deleted ones too. Raises NotFound."""
        with reading(self.engine) as connection:
            row = row_of(connection, id, version)
        results = store_results.unpacked(row.results) if row.results is not None else None
        return SavedScenario(**entry_fields(row), text=row.text, results=results)

    @needs(Right.PLANS)
    def find(self, id_or_name: str) -> VersionEntry:
        """Return the latest version of the scenario with this address, else of the one with this name.

        Raises NotFound.
        """
        check(name=id_or_name)
        query = select_latest().where(sa.or_(scenarios.c.id == id_or_name, is_called(id_or_name)))
        with reading(self.engine) as connection:
            entries = [entry_of(row) for row in connection.execute(query)]
        if not entries:
            raise NotFound(SUBJECT, [f"has no scenario {id_or_name!r}. `list` shows those there are."])
        return next((entry for entry in entries if entry.id == id_or_name), entries[0])

    @needs(Right.PLANS)
    def history(self, id: str) -> tuple[VersionEntry, ...]:
        """Return every version of a scenario, the latest first. Raises NotFound."""
        query = select_entries().where(scenarios.c.id == id).order_by(versions.c.version.desc())
        with reading(self.engine) as connection:
            entries = tuple(entry_of(row) for row in connection.execute(query))
        if not entries:
            raise not_found(id)
        return entries

    @needs(Right.AUDIT)
    def audit(self, id: str | None = None) -> tuple[Action, ...]:
        """Return the audit log of one scenario, or all of it, in the order in which it was written."""
        query = select_actions() if id is None else select_actions().where(audit.c.scenario_id == id)
        with reading(self.engine) as connection:
            return tuple(Action(*row) for row in connection.execute(query))

    @needs(Right.PLANS)
    def deletion(self, id: str) -> Action:
        """Return who deleted a scenario last, and when. Raises NotFound where nobody has."""
        query = select_actions().where(audit.c.scenario_id == id, audit.c.action == "deleted")
        with reading(self.engine) as connection:
            rows = connection.execute(query).all()
        if not rows:
            raise not_found(id)
        return Action(*rows[-1])

    # -- writing --

    @needs(Right.SCENARIOS)
    def save(
        self,
        scenario: Scenario,
        *,
        author: str,
        note: str = "",
        results: Results | None = None,
        id: str | None = None,
        expected_version: int | None = None,
    ) -> VersionEntry:
        """Save a scenario: without `id` as a new one under its own name, with `id` as the next version of that one.

        `expected_version` is the version that the caller began from; it goes with `id`. `results` must be those of this
        scenario. A scenario that exists keeps its name; `rename` changes it. Raises InputError with every fault of what
        was given, NotFound, and SaveConflict where another person was first.
        """
        if (id is None) != (expected_version is None):
            raise ValueError("id and expected_version go together")
        author = name_for(author)
        texts = {"note": note, "author": author} | ({"name": scenario.name} if id is None else {})
        row = content_of(scenario, results, texts) | {"author": author, "note": note}
        if id is None or expected_version is None:
            return self._new(row, "created", scenario.name)
        with writing(self.engine) as connection:
            return self._next(connection, id, expected_version, row, "saved")

    @needs(Right.SCENARIOS)
    def rename(self, id: str, name: str, *, author: str) -> VersionEntry:
        """Give a scenario another name; its versions do not change. Raises NotFound, SaveConflict, InputError."""
        check(name=name, author=author)
        with self._writing_name(name) as connection:
            before = row_of(connection, id)
            self._change(connection, id, None, name=name, name_key=name_key(name))
            self.log(connection, id, author, "renamed", None, {"from": before.name, "to": name})
            return entry_of(row_of(connection, id))

    @needs(Right.SCENARIOS)
    def duplicate(self, id: str, *, author: str, name: str | None = None, version: int | None = None) -> VersionEntry:
        """Save a copy as a new scenario, under `name` or the first free "… (copy)", with its latest actuals.

        Raises NotFound, SaveConflict.
        """
        author = name_for(author)
        check(author=author, **({} if name is None else {"name": name}))
        with reading(self.engine) as connection:
            there, kept = row_of(connection, id, version), kept_with(connection, id)
        row = _copied(there) | {"author": author, "origin": {"duplicated": id, "version": there.version}}
        if name is not None:
            return self._new(row, "duplicated", name, kept=kept)
        return self._new(row, "duplicated", _with_ending(there.name, " (copy)"), or_numbered=True, kept=kept)

    @needs(Right.SCENARIOS)
    def restore(self, id: str, version: int, *, author: str, expected_version: int | None = None) -> VersionEntry:
        """Save an old version once more, as the latest; a deleted scenario is listed again.

        The versions between stay in the history. Raises NotFound, SaveConflict.
        """
        author = name_for(author)
        check(author=author)
        with reading(self.engine) as connection:
            old = row_of(connection, id, version)
        row = _copied(old) | {"author": author, "origin": {"restored": version}}
        expected = old.latest if expected_version is None else expected_version
        with self._writing_name(old.name) as connection:
            return self._next(connection, id, expected, row, "restored")

    @needs(Right.SCENARIOS)
    def delete(self, id: str, *, author: str, expected_version: int | None = None) -> None:
        """Hide a scenario from the list. Its versions stay: `restore` lists it again. Raises NotFound, SaveConflict."""
        check(author=author)
        with writing(self.engine) as connection:
            self._change(connection, id, expected_version, deleted_at=self.now())
            self.log(connection, id, author, "deleted", None, None)

    @needs(Right.EXPORT)
    def export(self, id: str, *, author: str, version: int | None = None, workbook: bytes | None = None) -> bytes:
        """Return one version with its results and latest actuals as one file (`store.scenario_zip`); log the export.

        `workbook` is added as plan.xlsx where it is given. Raises NotFound.
        """
        author = name_for(author)
        check(author=author)
        saved = self.get(id, version)
        about = {name: getattr(saved, name) for name in ("id", "name", "version", "note", "author", "saved_at")}
        about |= {"fingerprint": saved.fingerprint, "exported_by": author, "exported_at": self.now()}
        with reading(self.engine) as connection:
            kept = kept_with(connection, id)
        content = scenario_zip.pack(about, saved.text, saved.results, workbook, kept)
        with writing(self.engine) as connection:
            self.log(connection, id, author, "exported", saved.version, None)
        return content

    @needs(Right.SCENARIOS)
    def import_file(self, content: bytes, author: str) -> VersionEntry:
        """Save an exported file as a new scenario, under its name or the first free "… (2)".

        Its origin says who had saved it, when, and under which address. Raises InputError with every fault.
        """
        author = name_for(author)
        package = scenario_zip.unpack(content)
        about = package.about
        texts = {"name": about.name, "note": about.note, "author": author}
        row = content_of(replace(package.scenario, name=about.name), package.results, texts)
        origin = {"imported": about.id, "version": about.version, "saved_by": about.author}
        row |= {"author": author, "note": about.note, "origin": origin | {"saved_at": about.saved_at.isoformat()}}
        return self._new(row, "imported", about.name, or_numbered=True, kept=package.actuals)

    def log(
        self, connection: sa.Connection, id: str, who: str, action: str, version: int | None, details: Mapping | None
    ) -> None:
        """Add a line to the audit log, in the transaction of the action."""
        line = {"scenario_id": id, "at": self.now(), "who": name_for(who), "action": action, "version": version}
        connection.execute(sa.insert(audit).values(line | {"details": details}))

    # -- private --

    def _new(
        self, row: Mapping, action: str, name: str, *, or_numbered: bool = False, kept: KeptActuals | None = None
    ) -> VersionEntry:
        """Save the first version of a new scenario under this name, or under the first free "name (2)"."""
        for _ in range(TRIES - 1 if or_numbered else 0):
            with suppress(exc.IntegrityError), writing(self.engine) as connection:
                return self._first(connection, row, action, _free_name(connection, name), kept)
        with self._writing_name(name) as connection:
            free = _free_name(connection, name) if or_numbered else name
            return self._first(connection, row, action, free, kept)

    def _first(
        self, connection: sa.Connection, row: Mapping, action: str, name: str, kept: KeptActuals | None
    ) -> VersionEntry:
        id = "".join(secrets.choice(LETTERS) for _ in range(ID_LENGTH))
        new = {"id": id, "name": name, "name_key": name_key(name), "version": 1, "created_at": self.now()}
        connection.execute(sa.insert(scenarios).values(new))
        entry = self._version(connection, id, 1, row, action)
        if kept is not None:
            keep_with(connection, id, kept, self.now(), row["author"])
        return entry

    def _next(self, connection: sa.Connection, id: str, expected: int, row: Mapping, action: str) -> VersionEntry:
        """Save the version after `expected`. Raises SaveConflict where another person has saved one."""
        self._change(connection, id, expected, or_deleted=action == "restored", version=expected + 1, deleted_at=None)
        return self._version(connection, id, expected + 1, row, action)

    def _change(
        self, connection: sa.Connection, id: str, expected: int | None, *, or_deleted: bool = False, **values: object
    ) -> None:
        """Change the row of a scenario that is still at version `expected`. Raises NotFound, SaveConflict."""
        query = sa.update(scenarios).where(scenarios.c.id == id).values(values)
        if expected is not None and expected not in VERSIONS:
            raise too_late(connection, id, expected)
        if expected is not None:
            query = query.where(scenarios.c.version == expected)
        if not or_deleted:
            query = query.where(scenarios.c.deleted_at.is_(None))
        if connection.execute(query).rowcount != 1:
            raise too_late(connection, id, expected)

    def _version(self, connection: sa.Connection, id: str, version: int, row: Mapping, action: str) -> VersionEntry:
        values = dict(row) | {"scenario_id": id, "version": version, "saved_at": self.now()}
        connection.execute(sa.insert(versions).values(values))
        self.log(connection, id, row["author"], action, version, row.get("origin"))
        return entry_of(row_of(connection, id))

    @contextmanager
    def _writing_name(self, name: str) -> Iterator[sa.Connection]:
        """Give a connection for changes. Raises SaveConflict where another scenario has the name."""
        try:
            with writing(self.engine) as connection:
                yield connection
        except exc.IntegrityError as error:
            with reading(self.engine) as connection:
                raise name_taken(connection, name) from error


def _copied(row: sa.Row) -> dict:
    """Return the columns that a copy of a version has too."""
    return {name: getattr(row, name) for name in ("note", "text", "fingerprint", "bundle", "summary", "results")}


def _with_ending(name: str, ending: str) -> str:
    return name[: MOST_CHARACTERS["name"] - len(ending)] + ending


def _free_name(connection: sa.Connection, name: str) -> str:
    """Return the name, or the first of "name (2)", "name (3)", … that no scenario has."""
    candidates = chain([name], (_with_ending(name, f" ({number})") for number in count(2)))
    query = sa.select(scenarios.c.id)
    return next(free for free in candidates if connection.execute(query.where(is_called(free))).first() is None)
