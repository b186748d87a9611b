"""A full disk, two writers, a clock that is set back, another time zone: nothing is lost, nothing is half-written."""

import argparse
import datetime
import io
import sqlite3
import threading
import time
from contextlib import contextmanager

import openpyxl
import pytest
import sqlalchemy as sa

from budget.store import library as store
from budget.store.database import open_engine
from data import bundle, command_line, example
from data.documents import sheet_bytes
from data.faults import InputError
from tests.budget.store.stores import scenario, whole

NOTHING = argparse.Namespace()


@contextmanager
def disk_that_takes(most: int):
    """Let no file of this process grow beyond so many bytes, as a full disk or a quota would."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def library(tmp_path):
    with store.open_library(f"sqlite:///{tmp_path / 'library.sqlite'}") as opened:
        yield opened


def test_a_full_disk_is_said_to_be_full_and_the_older_result_stays(tmp_path, capsys):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"old")
    with disk_that_takes(10):
        status = command_line.run(lambda _: command_line.write_output(path, bytes(1000)), NOTHING)
    said = capsys.readouterr().err
    assert status == 2 and said.startswith(f"{path}: ") and "The disk is full" in said
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"old", [path])


def test_a_library_on_a_full_disk_blames_the_disk_and_keeps_what_it_had(library):
    first = library.save(scenario(), author="Ana")
    with disk_that_takes(4096), pytest.raises(InputError) as refused:
        library.save(scenario("Another"), author="Ana", note="x" * 100_000)
    assert "the disk that" in str(refused.value) and "DATABASE_URL" not in str(refused.value)
    assert (library.list(), whole(library)) == ((first,), [])
    assert library.save(scenario("Another"), author="Ana").version == 1


def test_a_bundle_that_a_full_disk_does_not_take_leaves_the_older_one(tmp_path):
    county = bundle.load(example.FOLDER)
    saved = bundle.save(county, tmp_path / "county")
    with disk_that_takes(3000), pytest.raises(OSError, match="File too large"):
        bundle.save(county, tmp_path / "county")
    assert [path.name for path in tmp_path.iterdir()] == ["county"]
    assert bundle.load(tmp_path / "county").manifest.checksum == saved.manifest.checksum


def test_a_workbook_is_made_in_memory_whatever_the_disk_takes():
    """openpyxl put each sheet on the disk meanwhile: who applied was there, and a full disk ended in a traceback."""
    book = openpyxl.Workbook()
    for row in range(2_000):
        book.active.append([f"row {row}", row])
    with disk_that_takes(10):
        content = sheet_bytes.in_memory(book)
    assert openpyxl.load_workbook(io.BytesIO(content)).active["B2000"].value == 1_999


def test_of_two_who_write_one_result_at_once_a_reader_finds_one_whole(tmp_path):
    path = tmp_path / "plan.xlsx"
    contents = [letter * 300_000 for letter in (b"a", b"b")]
    command_line.write_whole(path, contents[0])
    threads = [
        threading.Thread(target=lambda content=content: [command_line.write_whole(path, content) for _ in range(20)])
        for content in contents
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert path.read_bytes() in contents
    assert path.read_bytes() in contents and list(tmp_path.iterdir()) == [path]


def test_a_clock_that_is_set_back_loses_no_version_and_changes_no_order(tmp_path):
    moments = iter(datetime.datetime(2026, 11, day, tzinfo=datetime.UTC) for day in range(30, 0, -1))
    opened = store.Library(open_engine(f"sqlite:///{tmp_path / 'library.sqlite'}"), lambda: next(moments))
    with opened as library:
        first = library.save(scenario(), author="Ana")
        second = library.save(scenario(reserve_pence=1), author="Ana", id=first.id, expected_version=1)
        assert second.saved_at < first.saved_at
        assert [one.version for one in library.history(first.id)] == [2, 1]
        assert library.get(first.id).scenario.reserve_pence == 1
        assert whole(library) == []


def test_what_was_saved_in_one_time_zone_is_of_the_same_moment_in_another(library, monkeypatch):
    try:
        monkeypatch.setenv("TZ", "Pacific/Kiritimati")  # 14 hours before UTC
        time.tzset()
        saved = library.save(scenario(), author="Ana")
        monkeypatch.setenv("TZ", "Pacific/Pago_Pago")  # 11 hours behind it
        time.tzset()
        assert library.list() == (saved,)
        assert abs(library.list()[0].saved_at - datetime.datetime.now(datetime.UTC)) < datetime.timedelta(hours=1)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_library_asks_nothing_of_sqlite_that_an_old_one_does_not_know(tmp_path, monkeypatch):
    """Version 3.26 is that of Red Hat 8. RETURNING came with 3.35, upserts with 3.24, STRICT tables with 3.37."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 26, 0))
    asked: list[str] = []
    engine = open_engine(f"sqlite:///{tmp_path / 'library.sqlite'}")
    sa.event.listen(engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
    with store.Library(engine) as library:
        first = library.save(scenario(), author="Ana")
        library.save(scenario(reserve_pence=1), author="Ana", id=first.id, expected_version=1)
        library.delete(first.id, author="Ana", expected_version=2)
        library.restore(first.id, 2, author="Ana")
        assert whole(library) == []
    with sqlite3.connect(tmp_path / "library.sqlite") as connection:
        made = [sql or "" for (sql,) in connection.execute("SELECT sql FROM sqlite_master")]
    newer = ("RETURNING", "ON CONFLICT", " STRICT", "GENERATED", "DROP COLUMN", "MATERIALIZED", "->>")
    assert asked and not [sql for sql in (*asked, *made) if any(word in sql.upper() for word in newer)]
