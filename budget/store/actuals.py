"""Actuals kept with a saved scenario: what was read of a ledger's file, and what was chosen and typed of it since.

    kept = store_actuals.keep(library, entry.id, version=entry.version, actuals=read, settings=Settings(), author="Ana")
    store_actuals.latest(library, entry.id)

Each save is one row more and names the one it began from, so the second of two is told (`Outrun`) and nothing of
either is lost; the audit log has a line for each. Of a file only the columns that are read are kept, never the file: a
ledger's other columns may name people.
"""

import datetime
import gzip
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, fields

import sqlalchemy as sa
from sqlalchemy import exc

from budget.monitoring.actuals_file import Actuals, Posting
from budget.monitoring.forecast import Entry, Thresholds
from budget.store.content import check
from budget.store.database import reading, writing
from budget.store.entries import moment, row_of, too_late
from budget.store.library import Library
from budget.store.schema import VERSIONS
from budget.store.schema import actuals as table
from data.faults import InputError

ACTION = "monitored"  # in the audit log
SUBJECT = "The actuals"
MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What was chosen and typed of actuals; None is what `budget.monitoring.forecast.of` takes by itself."""

    year: str | None = None
    closed: int | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)
    entries: Mapping[str, Mapping[str, Entry]] = field(default_factory=dict)  # by financial year, and key of a line


@dataclass(frozen=True, slots=True)
class Save:
    """One save, as a list shows it; the moment is in UTC."""

    scenario_id: str
    number: int  # 1, 2, …
    version: int  # of the scenario whose lines the actuals are held against
    saved_at: datetime.datetime
    author: str
    file: str


@dataclass(frozen=True, slots=True)
class Kept(Save):
    """One save with all that was kept."""

    actuals: Actuals
    settings: Settings


class Outrun(InputError):
    """Another kept actuals first: nothing was changed. `there` is what is kept now, None where nothing is."""

    def __init__(self, there: Kept | None, problem: str):
        self.there, self.problem = there, problem
        super().__init__(SUBJECT, [problem])

    def __reduce__(self):
        return type(self), (self.there, self.problem)


def keep(
    library: Library,
    id: str,
    *,
    version: int,
    actuals: Actuals,
    settings: Settings,
    author: str,
    after: Kept | None = None,
    did: Mapping | None = None,
) -> Kept:
    """Keep actuals with a scenario, held against one version of it; `after` is the save that the caller began from.

    `did` goes into the audit log. Raises InputError with every fault of what was given, NotFound where there is no such
    scenario or version, Conflict where it was deleted, and Outrun where another was first.
    """
    _check(author, actuals, settings)
    saved = {"scenario_id": id, "number": after.number + 1 if after else 1, "version": version}
    saved |= {"saved_at": library.now(), "author": author, "file": actuals.name}
    rows = None if after is not None and after.actuals == actuals else _packed(actuals)
    try:
        with writing(library.engine) as connection:
            if row_of(connection, id, version).deleted_at is not None:
                raise too_late(connection, id, None)
            there = _kept(connection, id)
            if (there.number if there else 0) != saved["number"] - 1:
                raise _outrun(there, saved["number"])
            connection.execute(sa.insert(table).values(saved | {"rows": rows, "settings": _plain(settings)}))
            library.log(connection, id, author, ACTION, version, {"save": saved["number"], **(did or {})})
    except exc.IntegrityError as error:  # another wrote in between
        raise _outrun(latest(library, id), saved["number"]) from error
    return Kept(**saved, actuals=actuals, settings=settings)


def latest(library: Library, id: str) -> Kept | None:
    """Return the actuals kept with a scenario at their latest, None where none are."""
    with reading(library.engine) as connection:
        return _kept(connection, id)


def get(library: Library, id: str, number: int) -> Kept:
    """Return one save of the actuals of a scenario. Raises InputError where it is not there."""
    with reading(library.engine) as connection:
        found = _kept(connection, id, number) if number in VERSIONS else None
    if found is None:
        raise InputError(SUBJECT, [f"have no save {number} with this scenario. Choose one from the list."])
    return found


def history(library: Library, id: str) -> tuple[Save, ...]:
    """Return every save of the actuals of a scenario, the latest first."""
    columns = [table.c[item.name] for item in fields(Save)]
    query = sa.select(*columns).where(table.c.scenario_id == id).order_by(table.c.number.desc())
    with reading(library.engine) as connection:
        return tuple(Save(*row) for row in connection.execute(query))


def _check(author: str, actuals: Actuals, settings: Settings) -> None:
    """Raise InputError with what cannot be kept."""
    check(author=author, file=actuals.name)
    for entry in (entry for lines in settings.entries.values() for entry in lines.values()):
        check(reason=entry.reason)
    if len(actuals.postings) > MOST_ROWS:
        problem = f"has {len(actuals.postings):,} rows; at most {MOST_ROWS:,} are kept. Add them up by period and line."
        raise InputError(actuals.name, [problem])


def _outrun(there: Kept | None, number: int) -> Outrun:
    opened = f"save {number - 1}" if number > 1 else "the page"
    who = f"{there.author} saved {moment(there.saved_at)}" if there else "Somebody saved"
    problem = (
        f"{who}, after you opened {opened}. Nothing was changed, and what you have is still yours: keep it after "
        "theirs, which stays in the history, or see theirs."
    )
    return Outrun(there, problem)


def _kept(connection: sa.Connection, id: str, number: int | None = None) -> Kept | None:
    """Return a save with its rows, which may have come with an earlier one; the latest where no number is given."""
    query = sa.select(table).where(table.c.scenario_id == id).order_by(table.c.number.desc()).limit(1)
    if number is not None:
        query = query.where(table.c.number == number)
    if (found := connection.execute(query).first()) is None:
        return None
    rows = found.rows
    if rows is None:
        before = sa.select(table.c.rows).where(
            table.c.scenario_id == id, table.c.number < found.number, table.c.rows.is_not(None)
        )
        rows = connection.execute(before.order_by(table.c.number.desc()).limit(1)).scalar_one()
    saved = {item.name: getattr(found, item.name) for item in fields(Save)}
    return Kept(**saved, actuals=_unpacked(rows, found.file), settings=_settings(found.settings))


def _packed(actuals: Actuals) -> bytes:
    plain = {"notes": actuals.notes, "postings": [astuple(posting) for posting in actuals.postings]}
    return gzip.compress(json.dumps(plain).encode(), compresslevel=6, mtime=0)


def _unpacked(rows: bytes, name: str) -> Actuals:
    plain = json.loads(gzip.decompress(rows))
    return Actuals(name, tuple(Posting(*values) for values in plain["postings"]), tuple(plain["notes"]))


def _plain(settings: Settings) -> dict:
    entries = {
        year: {key: [entry.forecast_pence, entry.reason] for key, entry in lines.items()}
        for year, lines in settings.entries.items()
    }
    thresholds = astuple(settings.thresholds)
    return {"year": settings.year, "closed": settings.closed, "thresholds": thresholds, "entries": entries}


def _settings(plain: Mapping) -> Settings:
    entries = {year: {key: Entry(*values) for key, values in lines.items()} for year, lines in plain["entries"].items()}
    return Settings(plain["year"], plain["closed"], Thresholds(*plain["thresholds"]), entries)
