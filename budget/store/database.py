"""Open the database of the library of scenarios, migrate it, and turn its errors into messages.

Without `DATABASE_URL` it is a SQLite file in the user's own folder; with it, the PostgreSQL database (or the SQLite
file) that it names. No message shows a password.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs
import sqlalchemy as sa
from psycopg import pq
from sqlalchemy import exc

from budget.store.schema import SCHEMA, SCHEMA_TABLE
from data.faults import InputError

VARIABLE = "DATABASE_URL"
MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE_SECONDS = 30  # to wait for another program that is writing
CONNECT_SECONDS = 10
MIGRATING = 0x4661_7265  # "Fare": the advisory lock that a migration holds on PostgreSQL
FULL = ("disk is full", "disk I/O error", "No space left on device", "Disk quota exceeded")  # of SQLite, of PostgreSQL
REPEATED = f"what it said repeats a part of {VARIABLE} and is not shown: look at the password and behind the ?"
FORMS = (
    f"postgresql://user:password@host/database or sqlite:///path/to/file; leave {VARIABLE} empty for a file of your own"
)


def default_file() -> Path:
    """Return the file that holds a user's own library."""
    return platformdirs.user_data_path("farebridge", appauthor=False) / "scenarios.sqlite"


def open_engine(url: str | None = None) -> sa.Engine:
    """Return the engine of a library, which is made where it is new and migrated where it is older.

    `url` is as in `DATABASE_URL`, which is used where it is None. Raises InputError where the database does not exist,
    cannot be reached or written, is not ours, or was made by a later version of the program.
    """
    address = address_of(url)
    engine = _sqlite(address) if address.get_backend_name() == "sqlite" else _postgresql(address)
    try:
        with in_words(engine):
            _bring_up_to_date(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def place_of(engine: sa.Engine) -> str:
    """Return the file, or the server and the database without user or password, for messages."""
    host = "" if engine.dialect.name == "sqlite" else f" on {engine.url.host or 'this machine'}"
    return f"{engine.url.database}{host}"


def address_of(url: str | None = None) -> sa.URL:
    """Return the address that `url` or else DATABASE_URL writes, by default that of a user's own file.

    Raises InputError where it is none that can be used, and never repeats what may be a password.
    """
    text = os.environ.get(VARIABLE, "") if url is None else url
    if not text.strip():
        return sa.URL.create("sqlite", database=str(default_file()))
    if text.startswith("postgres://"):  # as many hosts still write it
        text = "postgresql" + text.removeprefix("postgres")
    try:
        address = sa.make_url(text.strip())
        kind = address.get_backend_name()
    except (exc.ArgumentError, ValueError):
        raise InputError(VARIABLE, [f"is not an address of a database. Write {FORMS}."]) from None
    before, at, _ = text.partition("@")
    if kind == "postgresql" and (text.count("@") > 1 or (at and "?" in before)):  # which part is the password?
        problem = (
            "has more than one @, or a ? before it. "
            "In a password write %40 for @, %2F for /, %3A for :, %3F for ? and %25 for %."
        )
        raise InputError(VARIABLE, [problem])
    if kind == "postgresql" and {";", "="} & set(address.database or ""):
        raise InputError(VARIABLE, ["has a setting in the name of the database. Write it behind a ? and between &."])
    if kind not in ("sqlite", "postgresql"):
        raise InputError(VARIABLE, [f"names a {kind} database; SQLite and PostgreSQL are known. Write {FORMS}."])
    if kind == "sqlite" and (address.database or ":memory:") == ":memory:":
        raise InputError(VARIABLE, [f"names a database in memory, where nothing lasts. Write {FORMS}."])
    return address.set(drivername="postgresql+psycopg" if kind == "postgresql" else kind)


def _postgresql(address: sa.URL) -> sa.Engine:
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    if not address.query.keys() <= known:  # the driver's words would repeat it
        raise InputError(
            VARIABLE,
            ["has a setting behind its ? that PostgreSQL does not know. Write them as ?sslmode=require."],
        )
    connect = {"connect_timeout": CONNECT_SECONDS, "application_name": "farebridge"} | dict(address.query)
    return sa.create_engine(address, pool_pre_ping=True, connect_args=connect)


def _sqlite(address: sa.URL) -> sa.Engine:
    file = Path(str(address.database))
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        problem = f"the folder {file.parent} cannot be made ({error.strerror}). Set {VARIABLE} to another place."
        raise InputError("The library of scenarios", [problem]) from None
    engine = sa.create_engine(address, connect_args={"timeout": PATIENCE_SECONDS})
    sa.event.listen(engine, "connect", _on_connect)
    sa.event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins and ends transactions, not the driver
    connection.execute("PRAGMA synchronous=FULL")  # what was saved survives a power cut
    connection.execute("PRAGMA foreign_keys=ON")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":  # others may read while one writes
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)  # SQLite refuses it while the file is in use


def _on_begin(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later could find that another wrote in between, and fail.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a connection that sees one state of the library."""
    with in_words(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a connection whose changes are all saved, or none of them."""
    with in_words(engine), engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def in_words(engine: sa.Engine) -> Iterator[None]:
    """Turn errors of a database into InputError; an IntegrityError is raised as it is."""
    try:
        yield
    except exc.IntegrityError:
        raise
    except exc.DBAPIError as error:
        message = str(error.orig).strip()
        is_secret = repeats_a_secret(engine.url, message)
        problem = _problem(engine, REPEATED if is_secret else message)
        raise InputError("The library of scenarios", [problem]) from (None if is_secret else error)
    except exc.TimeoutError as error:
        raise InputError("The library of scenarios", ["is busy: every connection is in use. Try again."]) from error


def repeats_a_secret(address: sa.URL, message: str) -> bool:
    """Say whether what a database said holds the password or a value from behind the ? of its address."""
    behind = [value for given in address.query.values() for value in ([given] if isinstance(given, str) else given)]
    return any(secret and str(secret) in message for secret in (address.password, *behind))


def _problem(engine: sa.Engine, message: str) -> str:
    where = place_of(engine)
    if "not a database" in message or "malformed" in message:
        return f"{where} is damaged or is no database of scenarios ({message}). Put a copy of it back, or name another."
    if any(words in message for words in FULL):
        return (
            f"the disk that {where} is on takes no more ({' '.join(message.split())}): it is full, at its limit or "
            "failing. Nothing was saved. Make room on it, and save again."
        )
    if "locked" in message:
        return f"{where} is being written by another program. Nothing was saved. Try again in a moment."
    if "unable to open" in message or "readonly" in message:
        return f"{where} cannot be opened to be written ({message}). Check who may write it, or set {VARIABLE}."
    return (
        f"{where} cannot be used ({' '.join(message.split())}). Check that it is running and that {VARIABLE} is right; "
        "look at the list of scenarios before you save again."
    )


def _bring_up_to_date(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        if _revision(connection) == SCHEMA:
            return
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            _check_encoding(connection)
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
        if _revision(connection) != SCHEMA:  # else another process has just done it
            _migrate(connection)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(SCHEMA_TABLE):
        return None
    return connection.execute(sa.select(sa.column("version_num")).select_from(sa.table(SCHEMA_TABLE))).scalar()


def _check_encoding(connection: sa.Connection) -> None:
    encoding = connection.execute(sa.text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        problem = (
            f"{place_of(connection.engine)} is encoded in {encoding}, which not every name fits. Make it with UTF8."
        )
        raise InputError("The library of scenarios", [problem])


def _migrate(connection: sa.Connection) -> None:
    from alembic import command  # slow to import, and needed only for a library that is new or old
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = [script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()]
    revision = _revision(connection)
    if revision is not None and revision not in known:
        problem = (
            f"{place_of(connection.engine)} was made by a later version of Farebridge: it is at schema {revision}, and "
            f"this version knows those up to {SCHEMA}. Nothing in it was changed. Bring Farebridge up to date."
        )
        raise InputError("The library of scenarios", [problem])
    if revision is None and sa.inspect(connection).has_table("scenarios"):
        problem = f"{place_of(connection.engine)} has a table `scenarios` that is not ours. Name an empty database."
        raise InputError("The library of scenarios", [problem])
    command.upgrade(settings, "head")
