"""Processes that save without end, to be killed: `python -m …store_savers URL FOLDER COUNT MODE SHARED`.

Each is a fork of one that has imported everything. Number n writes its process id to FOLDER/n.pid, then saves by turns
a new scenario of its own and the next version of the one whose address is SHARED, and adds a line to FOLDER/n.done for
each save that was answered. In the mode "stuck" it stops for ever when its first save is written and not yet committed.
"""

import os
import sys
import time
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from budget.scenarios.scenario import Scenario
from budget.store import library as store
from budget.store.entries import SaveConflict

LONG = "x" * 200_000  # a save takes a while


def save_on(url: str, folder: Path, number: int, mode: str, shared: str) -> None:
    library = store.open_library(url)
    if mode == "stuck":
        sa.event.listen(library.engine, "commit", lambda _connection: stop(folder / f"{number}.stuck"))
    (folder / f"{number}.pid").write_text(str(os.getpid()))
    with (folder / f"{number}.done").open("a", buffering=1) as done:
        for turn in count():
            entry = library.save(Scenario(name=f"{number} {turn}"), author=str(number), note=LONG)
            done.write(f"{entry.id} {entry.version}\n")
            entry = save_next(library, shared, f"{number} {turn} {LONG}")
            done.write(f"{entry.id} {entry.version}\n")


def save_next(library: store.Library, id: str, note: str) -> store.VersionEntry:
    """Save over whatever is there, as somebody does who is told of another's save and saves over it."""
    while True:
        there = library.history(id)[0]
        try:
            return library.save(Scenario(), author="somebody", note=note, id=id, expected_version=there.version)
        except SaveConflict:
            continue


def stop(marker: Path) -> None:
    marker.touch()
    time.sleep(600)


if __name__ == "__main__":
    address, place, how_many, mode, shared = sys.argv[1:]
    for number in range(int(how_many)):
        if os.fork() == 0:
            save_on(address, Path(place), number, mode, shared)
    for _ in range(int(how_many)):
        os.wait()
