"""Save the actuals of a ledger's file, and the settings and reasons that were added, with a scenario of the library.

    saved = store_actuals.save(library, entry.id, version=entry.version, actuals=actuals, settings=..., author="Ana")
    store_actuals.latest(library, entry.id)

Each save adds a row and names the save that it began from. Of two people who save at once the second gets an
`ActualsConflict`, and nothing is lost. The audit log has a line for each save. Only the columns that are read are
saved, never the file: a ledger's other columns may name people.
"""

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import sqlalchemy as sa
from sqlalchemy import exc

from budget.monitoring.posting import Actuals
from budget.store.actuals_content import (
    MonitoringSettings,
    check_actuals,
    kept_in,
    packed,
    save_row,
    settings_to_json,
)
from budget.store.content import check
from budget.store.database import reading, writing
from budget.store.entries import moment, row_of, select_actions, too_late
from budget.store.library import Library
from budget.store.schema import VERSIONS, audit
from budget.store.schema import actuals as table
from data.access import Right, name_for, needs
from data.faults import InputError

ACTION = "monitored"  # in the audit log
SUBJECT = "The actuals"


@dataclass(frozen=True, slots=True)
class ActualsSave:
    """One save, as lists show it; the moment is in UTC."""

    scenario_id: str
    number: int  # 1, 2, …
    version: int  # of the scenario whose lines the actuals are compared with
    saved_at: datetime.datetime
    author: str
    file: str


@dataclass(frozen=True, slots=True)
class SavedActuals(ActualsSave):
    """One save with everything in it."""

    actuals: Actuals
    settings: MonitoringSettings


class ActualsConflict(InputError):
    """Another person saved actuals first: nothing was changed. `there` is the latest save, None where there is none."""

    def __init__(self, there: SavedActuals | None, problem: str):
        self.there, self.problem = there, problem
        super().__init__(SUBJECT, [problem])

    def __reduce__(self):
        return type(self), (self.there, self.problem)


@needs(Right.MONITORING)
def save(
    library: Library,
    id: str,
    *,
    version: int,
    actuals: Actuals,
    settings: MonitoringSettings,
    author: str,
    after: SavedActuals | None = None,
    did: Mapping | None = None,
) -> SavedActuals:
    """Save actuals with one version of a scenario; `after` is the save that the caller began from.

    `did` goes into the audit log. Raises InputError with every fault of what was given, NotFound where there is no such
    scenario or version, SaveConflict where it was deleted, and ActualsConflict where another person was first.
    """
    author = name_for(author)
    check(author=author)
    check_actuals(actuals, settings)
    new = ActualsSave(id, after.number + 1 if after else 1, version, library.now(), author, actuals.name)
    rows = None if after is not None and after.actuals == actuals else packed(actuals)
    try:
        with writing(library.engine) as connection:
            if row_of(connection, id, version).deleted_at is not None:
                raise too_late(connection, id, None)
            there = _saved(connection, id)
            if (there.number if there else 0) != new.number - 1:
                raise _conflict(there, new.number)
            values = asdict(new) | {"rows": rows, "settings": settings_to_json(settings)}
            connection.execute(sa.insert(table).values(values))
            library.log(connection, id, author, ACTION, version, {"save": new.number, **(did or {})})
    except exc.IntegrityError as error:  # another process wrote in between
        raise _conflict(latest(library, id), new.number) from error
    return SavedActuals(**asdict(new), actuals=actuals, settings=settings)


@needs(Right.MONITORING)
def latest(library: Library, id: str) -> SavedActuals | None:
    """Return the latest actuals of a scenario, None where there are none."""
    with reading(library.engine) as connection:
        return _saved(connection, id)


@needs(Right.MONITORING)
def get(library: Library, id: str, number: int) -> SavedActuals:
    """Return one save of the actuals of a scenario. Raises InputError where it does not exist."""
    with reading(library.engine) as connection:
        saved = _saved(connection, id, number) if number in VERSIONS else None
    if saved is None:
        raise InputError(SUBJECT, [f"have no save {number} with this scenario. Choose one from the list."])
    return saved


@needs(Right.MONITORING)
def history(library: Library, id: str) -> tuple[ActualsSave, ...]:
    """Return every save of the actuals of a scenario, the latest first."""
    columns = [table.c[item.name] for item in fields(ActualsSave)]
    query = sa.select(*columns).where(table.c.scenario_id == id).order_by(table.c.number.desc())
    with reading(library.engine) as connection:
        return tuple(ActualsSave(*row) for row in connection.execute(query))


@needs(Right.MONITORING)
def changes(library: Library, id: str) -> dict[int, str]:
    """Return what each save of the actuals of a scenario changed, in words, by the number of the save."""
    query = select_actions().where(audit.c.scenario_id == id, audit.c.action == ACTION)
    with reading(library.engine) as connection:
        own = [row.details for row in connection.execute(query) if row.details]
    return {details["save"]: details.get("did", "") for details in own}


def _conflict(there: SavedActuals | None, number: int) -> ActualsConflict:
    opened = f"save {number - 1}" if number > 1 else "the page"
    who = f"{there.author} saved {moment(there.saved_at)}" if there else "Somebody saved"
    problem = (
        f"{who}, after you opened {opened}. Nothing was changed, and what you have is still yours: keep it after "
        "theirs, which stays in the history, or see theirs."
    )
    return ActualsConflict(there, problem)


def _saved(connection: sa.Connection, id: str, number: int | None = None) -> SavedActuals | None:
    """Return a save, the latest where no number is given. Its rows may be stored with an earlier save."""
    if (row := save_row(connection, id, number)) is None:
        return None
    values = {item.name: getattr(row, item.name) for item in fields(ActualsSave)}
    kept = kept_in(connection, row)
    return SavedActuals(**values, actuals=kept.actuals, settings=kept.settings)
