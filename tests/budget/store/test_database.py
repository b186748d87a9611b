"""Opening a library: made, migrated once however many open it, and refused in words where it cannot be used."""

import sqlite3
import string
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from budget.store import database
from budget.store import library as store
from budget.store.database import default_file, open_engine
from budget.store.schema import SCHEMA, SCHEMA_TABLE, metadata
from data.faults import InputError
from tests import ROOT, postgres
from tests.budget.store.stores import KINDS, scenario

OPEN = "import sys; from budget.store.database import open_engine; open_engine(sys.argv[1]).dispose()"


def empty_url(kind: str, folder: Path) -> str:
    return postgres.server().new_database() if kind == "postgresql" else f"sqlite:///{folder / 'new.sqlite'}"


@pytest.fixture(params=KINDS)
def url(request, tmp_path) -> str:
    return empty_url(request.param, tmp_path)


def tables_of(url: str) -> set[str]:
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        names = set(sa.inspect(connection).get_table_names())
    engine.dispose()
    return names


def test_the_migrations_make_the_tables_that_the_program_uses(url):
    engine = open_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": SCHEMA_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == SCHEMA
    engine.dispose()


def test_the_program_knows_which_migration_is_the_newest():
    scripts = ScriptDirectory.from_config(_settings())
    assert scripts.get_heads() == [SCHEMA]


def _settings() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(database.MIGRATIONS))
    return settings


def test_a_library_that_is_up_to_date_is_opened_without_a_migration(url, monkeypatch):
    open_engine(url).dispose()
    monkeypatch.setattr(database, "_migrate", lambda _connection: pytest.fail("it migrated again"))
    open_engine(url).dispose()


def test_a_migration_that_fails_leaves_nothing_half_made(url, monkeypatch, tmp_path):
    broken = tmp_path / "migrations"
    (broken / "versions").mkdir(parents=True)
    for name in ("env.py", "versions/0001_library.py"):
        (broken / name).write_text((database.MIGRATIONS / name).read_text(encoding="utf-8"), encoding="utf-8")
    with (broken / "versions/0001_library.py").open("a", encoding="utf-8") as file:
        file.write("\n_whole = upgrade\ndef upgrade():\n    _whole()\n    raise RuntimeError('the power went')\n")
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", broken)
        with pytest.raises(RuntimeError, match="the power went"):
            open_engine(url)
    assert tables_of(url) == set()
    with store.open_library(url) as library:
        assert library.save(scenario(), author="Ana").version == 1


def test_a_library_of_a_later_version_is_refused_and_left_as_it_is(url):
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE {SCHEMA_TABLE} SET version_num = '0099'"))
    engine.dispose()
    with pytest.raises(InputError) as caught:
        open_engine(url)
    said = str(caught.value)
    for words in ("later version of Farebridge", "schema 0099", f"up to {SCHEMA}", "Bring Farebridge up to date"):
        assert words in said


def test_tables_of_another_program_are_not_touched(url):
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE scenarios (mine INTEGER)"))
    engine.dispose()
    with pytest.raises(InputError, match="not ours"):
        open_engine(url)
    assert tables_of(url) == {"scenarios"}


def test_processes_that_open_a_new_library_at_once_all_find_it_made(url):
    asked = [sys.executable, "-W", "error", "-c", OPEN, url]
    running = [subprocess.Popen(asked, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(5)]
    for process in running:
        _, said = process.communicate()
        assert process.returncode == 0, said
    with store.open_library(url) as library:
        assert library.save(scenario(), author="Ana").version == 1


def test_without_an_address_the_library_is_a_file_of_the_users_own(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_args, **_more: tmp_path / "deep" / "farebridge")
    with store.open_library() as library:
        library.save(scenario(), author="Ana")
        assert library.place == str(default_file())
    assert default_file().is_file()
    assert default_file().parent.stat().st_mode & 0o077 == 0  # nobody else's business


def test_the_address_in_the_environment_is_used(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url.replace("postgresql://", "postgres://"))  # as some hosts still write it
    with store.open_library() as library:
        entry = library.save(scenario(), author="Ana")
    with store.open_library(url) as library:
        assert library.list() == (entry,)


def test_sqlite_writes_ahead_keeps_foreign_keys_and_waits_for_the_disk(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with engine.connect() as connection:
        said = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "foreign_keys")]
        assert said == ["wal", 1]
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    engine.dispose()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "not an address of a database"),
        ("mysql://me:secret@host/db", "mysql database"),
        ("sqlite://", "in memory"),
        ("postgresql://me:secret@127.0.0.1:1/db", "db on 127.0.0.1 cannot be used"),
        ("postgresql://me:secret@127.0.0.1:notaport/db", "not an address of a database"),
        ("postgresql://me:p@secret@127.0.0.1:1/db", "more than one @"),
        ("postgresql://me:p@s/secret@127.0.0.1:1/db", "more than one @"),
        ("postgresql://me:secret/x@127.0.0.1:1/db", "db on 127.0.0.1 cannot be used"),
        ("postgresql://me:x@127.0.0.1:1/db?sslmode=secret", "is not shown"),
        ("postgresql://me:x@127.0.0.1:1/db?connect_timeout=secret", "is not shown"),
        ("postgresql://me:x@127.0.0.1:1/db?secret=1", "PostgreSQL does not know"),
        ("postgresql://me:x@127.0.0.1:1/db?plugin=secret", "PostgreSQL does not know"),
        ("postgresql://127.0.0.1:1/db?password=secret&sslmode=secret", "is not shown"),
        ("postgresql://127.0.0.1:1/db;user=me;password=secret", "in the name of the database"),
        ("postgresql://127.0.0.1:1/password=secret", "in the name of the database"),
        ("sqlite:////proc/nowhere/x.sqlite", "cannot be made"),
        ("sqlite:////", "cannot be opened"),
    ],
)
def test_what_cannot_be_opened_is_said_in_words_and_no_password_is_shown(address, said):
    with pytest.raises(InputError, match=said) as caught:
        open_engine(address)
    assert "secret" not in str(caught.value)
    assert "secret" not in str(caught.value.__cause__)


@pytest.mark.parametrize("place", ["me:{}@127.0.0.1:1/db", "127.0.0.1:1/db?password={}", "127.0.0.1:1/db?sslmode={}"])
def test_a_password_with_any_sign_in_it_is_never_shown(place):
    """As it is typed, whole or in part, before and after the sign; most of these are no address that can be used."""
    for sign in (*string.punctuation, " ", "é", "%4", "%zz", "://", "@@"):
        address = f"postgresql://{place.format(f'hush{sign}quiet')}"
        with pytest.raises(InputError) as caught:
            open_engine(address)
        assert not {word for word in ("hush", "quiet") if word in f"{caught.value}{caught.value.__cause__}"}, sign


def test_a_database_that_not_every_name_fits_is_refused():
    with pytest.raises(InputError, match="encoded in LATIN1"):
        open_engine(postgres.server().new_database("LATIN1"))


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"Dear Sir, " * 1000)
    with pytest.raises(InputError, match="damaged or is no database"):
        open_engine(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"Dear Sir")


def test_a_library_that_another_program_holds_is_waited_for_and_then_said_to_be_busy(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.2)
    path = tmp_path / "x.sqlite"
    with store.open_library(f"sqlite:///{path}") as library:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(InputError, match="written by another program. Nothing was saved"):
            library.save(scenario(), author="Ana")
        other.execute("ROLLBACK")
        other.close()
        assert library.save(scenario(), author="Ana").version == 1


def test_a_server_that_was_started_again_is_found_by_the_library_that_was_open():
    server = postgres.server()
    with store.open_library(server.new_database()) as library:
        entry = library.save(scenario(), author="Ana")
        server.stop()  # as a power cut would
        try:
            with pytest.raises(InputError, match="cannot be used"):
                library.save(scenario("x"), author="Ana")
        finally:
            server.start()
        assert library.list() == (entry,)
        assert library.save(scenario("x"), author="Ana").version == 1
