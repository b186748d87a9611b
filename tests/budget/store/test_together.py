"""Many who save at once, and some who are killed while they do, on SQLite and on a real PostgreSQL."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from budget.store import library as store
from budget.store.entries import SaveConflict
from tests import ROOT
from tests.budget.store.store_savers import save_next
from tests.budget.store.stores import KINDS, new_url, results, scenario, whole


@pytest.fixture(params=KINDS)
def url(request, tmp_path) -> str:
    return new_url(request.param, tmp_path)


def test_of_many_threads_that_save_the_same_version_one_wins_and_every_other_is_told(url):
    with store.open_library(url) as library, ThreadPoolExecutor(8) as threads:
        entry = library.save(scenario(), author="Ana")

        def save(number: int) -> str:
            try:
                library.save(scenario(), author=f"thread {number}", id=entry.id, expected_version=1)
            except SaveConflict as conflict:
                return f"told of {conflict.who}"
            return "saved"

        said = list(threads.map(save, range(8)))
        winner = library.history(entry.id)[0]
        assert sorted(said) == ["saved"] + [f"told of {winner.author}"] * 7
        assert winner.version == 2
        assert whole(library) == []


def test_of_many_threads_that_save_under_the_same_name_one_makes_it(url):
    with store.open_library(url) as library, ThreadPoolExecutor(8) as threads:

        def save(number: int) -> bool:
            try:
                return library.save(scenario(), author=f"thread {number}").version == 1
            except SaveConflict:
                return False

        assert sum(threads.map(save, range(8))) == 1
        assert len(library.list()) == len(library.audit()) == 1


def test_threads_that_save_over_each_other_lose_no_version(url):
    with store.open_library(url) as library, ThreadPoolExecutor(6) as threads:
        entry = library.save(scenario(), author="Ana", note="first")
        notes = [f"note {number}" for number in range(48)]
        list(threads.map(lambda note: save_next(library, entry.id, note), notes))
        history = library.history(entry.id)
        assert sorted(one.note for one in history) == sorted(["first", *notes])
        assert whole(library) == []


def test_threads_that_copy_and_import_at_once_each_find_a_name(url):
    with store.open_library(url) as library, ThreadPoolExecutor(4) as threads:
        entry = library.save(scenario(), author="Ana", results=results())
        content = library.export(entry.id, author="Ana")
        list(threads.map(lambda who: library.import_file(content, who), ["Ben", "Cy", "Di", "Ed"]))
        list(threads.map(lambda who: library.duplicate(entry.id, author=who), ["Ben", "Cy", "Di", "Ed"]))
        assert len({one.name for one in library.list()}) == 9
        assert whole(library) == []


def test_a_reader_sees_the_library_before_a_save_or_after_it_and_never_half(url):
    with store.open_library(url) as library, ThreadPoolExecutor(3) as threads:
        entry = library.save(scenario(), author="Ana", results=results())
        writer = threads.submit(lambda: [save_next(library, entry.id, str(turn)) for turn in range(30)])
        while not writer.done():
            listed, saved = library.list()[0], library.get(entry.id)
            assert listed.version == listed.latest
            assert saved.version == saved.latest
        writer.result()


def savers(url: str, folder: Path, count: int, mode: str, shared: str) -> tuple[subprocess.Popen, list[int]]:
    """Start processes that save without end; return the one that started them, and their ids."""
    asked = [sys.executable, "-m", "tests.budget.store.store_savers", url, str(folder), str(count), mode, shared]
    parent = subprocess.Popen(asked, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    files = [folder / f"{number}.pid" for number in range(count)]
    wait_until(lambda: all(file.exists() and file.read_text() for file in files), parent)
    return parent, [int(file.read_text()) for file in files]


def is_quiet(library: store.Library) -> bool:
    """Say whether the server has done what it was asked for by those who are no more: a commit may be on its way."""
    if library.engine.dialect.name == "sqlite":
        return True
    busy = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend' AND state <> 'idle'"
    )
    with library.engine.connect() as connection:
        return connection.execute(sa.text(busy)).scalar() == 0


def wait_until(is_so: Callable[[], bool], parent: subprocess.Popen | None = None) -> None:
    deadline = time.monotonic() + 1200
    while not is_so():
        assert parent is None or parent.poll() is None, parent.stderr.read()
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)


def test_processes_killed_while_they_save_lose_nothing_that_was_answered_and_leave_nothing_half(url, tmp_path):
    with store.open_library(url) as library:
        shared = library.save(scenario(), author="Ana").id
        parent, pids = savers(url, tmp_path, 4, "endless", shared)
        luck = random.Random(20261125)
        for number, pid in enumerate(pids):
            wait_until(lambda file=tmp_path / f"{number}.done": len(file.read_text().splitlines()) >= 3, parent)
            time.sleep(luck.uniform(0, 0.1))
            os.kill(pid, signal.SIGKILL)
        _, said = parent.communicate()
        assert "Traceback" not in said, said
        wait_until(lambda: is_quiet(library))
        answered = [line.split() for file in tmp_path.glob("*.done") for line in file.read_text().splitlines()]
        assert len(answered) >= 12
        for id, version in answered:
            assert library.get(id, int(version)).version == int(version)
        assert whole(library) == []
        versions = sum(one.version for one in library.list())
        assert len(answered) < versions <= len(answered) + len(pids) + 1  # Ana's, and those not answered any more


def test_a_process_killed_between_writing_and_committing_leaves_no_trace_and_holds_nobody_up(url, tmp_path):
    with store.open_library(url) as library:
        entry = library.save(scenario(), author="Ana")
        parent, (pid,) = savers(url, tmp_path, 1, "stuck", entry.id)
        wait_until((tmp_path / "0.stuck").exists, parent)
        assert [one.name for one in library.list()] == ["Base case"]  # who reads need not wait
        os.kill(pid, signal.SIGKILL)
        parent.communicate()
        library.save(scenario(), author="Ben", id=entry.id, expected_version=1)
        assert [(one.who, one.action) for one in library.audit()] == [("Ana", "created"), ("Ben", "saved")]
        assert whole(library) == []
