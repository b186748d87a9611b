"""Run a sweep's jobs through any `concurrent.futures` executor; finished results are kept, and a worker may die.

A journal next to the results has one line for each finished scenario, so that a sweep that was stopped can go on. A job
whose worker died is given to a new executor. What is then still unfinished runs one job at a time, so that a scenario
that kills its worker costs no other its result.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from budget.sweep.sweep import FAILED, Job, Outcome, run_job

TOGETHER = 2  # times that all unfinished jobs are given out together, before each is tried by itself
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
    for key, outcome in _outcomes(todo, make_executor, work):
        journal.append(wanted[key][0], outcome)
        keep(key, outcome)
    return done


def _outcomes(
    todo: Mapping[str, J], make_executor: Callable[[], Executor], work: Callable[[J], Outcome]
) -> Iterator[tuple[str, Outcome]]:
    """Yield each job's key and outcome as it is finished, even where workers die."""
    left = dict(todo)
    for _ in range(TOGETHER):
        if left:
            for key, outcome in _together(left, make_executor, work):
                del left[key]
                yield key, outcome
    for key, job in left.items():
        alone = next((outcome for _, outcome in _together({key: job}, make_executor, work)), None)
        problem = "The worker process died each time it worked on this scenario; it may need more memory than there is."
        yield key, alone or Outcome.failed(problem)


def _together(
    jobs: Mapping[str, J], make_executor: Callable[[], Executor], work: Callable[[J], Outcome]
) -> Iterator[tuple[str, Outcome]]:
    """Yield what one executor finishes; a job is left out when its worker died with it or before its turn."""
    executor, futures = make_executor(), {}
    try:
        with suppress(BrokenExecutor):  # what could not be given out is left to the next executor
            for key, job in jobs.items():
                futures[executor.submit(work, job)] = key
        for future in as_completed(futures):
            if (outcome := _outcome_of(future)) is not None:
                yield futures[future], outcome
    finally:
        for future in futures:
            future.cancel()  # of those that are done there is nothing to cancel
        executor.shutdown(wait=True)


def _outcome_of(future: Future) -> Outcome | None:
    """Return the outcome of a future; None where its worker died or the scheduler went away."""
    if future.cancelled() or isinstance(error := future.exception(), BrokenExecutor):
        return None
    return future.result() if error is None else Outcome.failed(f"{type(error).__name__}: {error}")
