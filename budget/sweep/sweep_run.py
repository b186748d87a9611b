"""Run a sweep's jobs through any `concurrent.futures` executor; finished results are kept, and a worker may die.

A journal next to the results has one line for each finished scenario, so that a sweep that was stopped can go on.
"""

import json
import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from budget.sweep.sweep import FAILED, Job, Outcome, run_job
from data.command_line.executors import finished

J = TypeVar("J", bound=Job)


class Journal:
    """The finished scenarios of a sweep on disk: lines are appended and never rewritten."""

    def __init__(self, path: Path):
        self.path = path

    def read(self) -> dict[str, Outcome]:
        """Return the outcomes by the key of their job; a line that a crash cut short is left out."""
        done = {}
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return {}
        for line in lines[:-1]:  # what follows the last line's end was not written whole
            try:
                entry = json.loads(line)
                done[entry["key"]] = Outcome(entry["results"], tuple(entry["groups"]))
            except (ValueError, KeyError, TypeError):
                continue  # half a line, joined to the next after a restart: its scenario runs again
        return done

    def append(self, job: Job, outcome: Outcome) -> None:
        """Write one outcome and wait until it is on disk; a failure is not written, so that it is tried again."""
        if outcome.results["status"] == FAILED:
            return
        line = json.dumps({"key": job.key, **asdict(outcome)}, ensure_ascii=False).encode()
        with self.path.open("ab") as file:
            if file.tell() and not self._ends_whole():
                file.write(b"\n")
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _ends_whole(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"


def run(
    jobs: list[J],
    make_executor: Callable[[], Executor],
    journal: Journal,
    report: Callable[[J, Outcome], None] = lambda job, outcome: None,
    work: Callable[[J], Outcome] = run_job,
) -> dict[int, tuple[J, Outcome]]:
    """Run the jobs that the journal does not hold, and return the outcome of each job by its number.

    Jobs of the same scenario are run once. `report` receives each job as it is finished, those of the journal first.
    """
    known = journal.read()
    wanted: dict[str, list[J]] = {}
    for job in jobs:
        wanted.setdefault(job.key, []).append(job)
    done: dict[int, tuple[J, Outcome]] = {}

    def keep(key: str, outcome: Outcome) -> None:
        for job in wanted[key]:
            done[job.number] = (job, outcome)
            report(job, outcome)

    for key in wanted:
        if key in known:
            keep(key, known[key])
    todo = {key: same[0] for key, same in wanted.items() if key not in known}
    for key, result in finished(todo, make_executor, work):
        outcome = _outcome(result)
        journal.append(wanted[key][0], outcome)
        keep(key, outcome)
    return done


def _outcome(result: Outcome | BaseException) -> Outcome:
    """Return what a job came to; what was raised, or that its worker died, as a failure."""
    if isinstance(result, BrokenExecutor):
        problem = "The worker process died each time it worked on this scenario; it may need more memory than there is."
        return Outcome.failed(problem)
    return Outcome.failed(f"{type(result).__name__}: {result}") if isinstance(result, BaseException) else result
