"""What is saved of a ledger's file, its rows and what a person set, in the database and in an exported scenario."""

import datetime
import gzip
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field

import pydantic
import sqlalchemy as sa

from budget.monitoring.ledger_cells import PERIODS
from budget.monitoring.lines import OwnForecast, Thresholds
from budget.monitoring.posting import CONFIRMED, Actuals, Posting
from budget.store.content import check
from budget.store.schema import actuals as table
from data.faults import Fault, InputError

MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class MonitoringSettings:
    """What a person set for actuals; None leaves it to `budget.monitoring.forecast.monitor`."""

    year: str | None = None
    closed: int | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)
    # by financial year and key of a line
    entries: Mapping[str, Mapping[str, OwnForecast]] = field(default_factory=dict)
    # what a column of the ledger's file is ("amount"), and its heading, as a person has confirmed it
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptActuals:
    """The latest actuals of a scenario, as they go with a copy of it."""

    actuals: Actuals
    settings: MonitoringSettings

    def to_json(self) -> bytes:
        """Return them as an exported scenario holds them."""
        return FORMAT.dump_json(self, indent=1)


FORMAT = pydantic.TypeAdapter(KeptActuals)


def from_export(content: bytes, where: str = "actuals.json") -> KeptActuals:
    """Read the actuals of an exported scenario. Raises InputError where they are not what an export holds."""
    try:
        kept = FORMAT.validate_json(content, strict=False)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        place = ", ".join(map(str, first["loc"]))
        raise InputError(where, [Fault(place, f"{first['msg']}. Ask for the file again.")]) from None
    check_actuals(kept.actuals, kept.settings)
    rows = kept.actuals.postings
    wrong = [row.row for row in rows if row.period not in PERIODS or row.confirmed not in ("", *CONFIRMED)]
    if wrong or b"\\u0000" in content:
        raise InputError(where, [f"has rows that no ledger's file gives: {wrong[:5]}. Ask for the file again."])
    return kept


def check_actuals(actuals: Actuals, settings: MonitoringSettings) -> None:
    """Raise InputError with what cannot be saved."""
    check(file=actuals.name)
    for entry in (entry for lines in settings.entries.values() for entry in lines.values()):
        check(reason=entry.reason)
    if len(actuals.postings) > MOST_ROWS:
        number = len(actuals.postings)
        problem = f"has {number:,} rows; at most {MOST_ROWS:,} are saved. Add them up by period and line."
        raise InputError(actuals.name, [problem])


def packed(actuals: Actuals) -> bytes:
    """Return the rows of a file as the database stores them."""
    plain = {"notes": actuals.notes, "postings": [astuple(posting) for posting in actuals.postings]}
    return gzip.compress(json.dumps(plain).encode(), compresslevel=6, mtime=0)


def unpacked(rows: bytes, name: str) -> Actuals:
    """Return the file that was stored under this name."""
    plain = json.loads(gzip.decompress(rows))
    return Actuals(name, tuple(Posting(*values) for values in plain["postings"]), tuple(plain["notes"]))


def settings_to_json(settings: MonitoringSettings) -> dict:
    """Return settings as plain values, as the database stores them."""
    entries = {
        year: {key: [entry.forecast_pence, entry.reason, entry.confirmed] for key, entry in lines.items()}
        for year, lines in settings.entries.items()
    }
    thresholds = astuple(settings.thresholds)
    return {
        "year": settings.year,
        "closed": settings.closed,
        "thresholds": thresholds,
        "entries": entries,
        "columns": dict(settings.columns),
    }


def settings_from_json(plain: Mapping) -> MonitoringSettings:
    """Return the settings that were stored; what an older version did not store has its default."""
    entries = {
        year: {key: OwnForecast(*values) for key, values in lines.items()} for year, lines in plain["entries"].items()
    }
    thresholds, columns = Thresholds(*plain["thresholds"]), plain.get("columns", {})
    return MonitoringSettings(plain["year"], plain["closed"], thresholds, entries, columns)


def stored_rows(connection: sa.Connection, id: str, number: int) -> bytes:
    """Return the rows of one save as they are stored; they may be stored with an earlier one."""
    query = sa.select(table.c.rows).where(
        table.c.scenario_id == id, table.c.number <= number, table.c.rows.is_not(None)
    )
    return connection.execute(query.order_by(table.c.number.desc()).limit(1)).scalar_one()


def save_row(connection: sa.Connection, id: str, number: int | None = None) -> sa.Row | None:
    """Return one save of the actuals of a scenario, the latest where no number is given; None where there is none."""
    query = sa.select(table).where(table.c.scenario_id == id).order_by(table.c.number.desc()).limit(1)
    if number is not None:
        query = query.where(table.c.number == number)
    return connection.execute(query).first()


def kept_in(connection: sa.Connection, row: sa.Row) -> KeptActuals:
    """Return the actuals and settings of one save, whose rows may be stored with an earlier one."""
    rows = stored_rows(connection, row.scenario_id, row.number)
    return KeptActuals(unpacked(rows, row.file), settings_from_json(row.settings))


def kept_with(connection: sa.Connection, id: str) -> KeptActuals | None:
    """Return the latest actuals of a scenario, None where there are none."""
    row = save_row(connection, id)
    return None if row is None else kept_in(connection, row)


def keep_with(connection: sa.Connection, id: str, kept: KeptActuals, now: datetime.datetime, author: str) -> None:
    """Save the actuals that come with a copy, as the first of the new scenario."""
    first = {"scenario_id": id, "number": 1, "version": 1, "saved_at": now, "author": author}
    first |= {"file": kept.actuals.name, "rows": packed(kept.actuals), "settings": settings_to_json(kept.settings)}
    connection.execute(sa.insert(table).values(first))
