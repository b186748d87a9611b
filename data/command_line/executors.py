"""Give work to processes of this machine or to a Dask cluster, and get all of it done though workers die.

A job whose worker died is given to a new executor. What is then still unfinished runs one job at a time, so that a job
that kills its worker costs no other its result.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import TypeVar

from data.faults import InputError

CONNECT_SECONDS = 10  # that a Dask scheduler has to answer
TOGETHER = 2  # times that all unfinished jobs are given out together, before each is tried by itself
J = TypeVar("J")
R = TypeVar("R")


def executor_of(scheduler: str | None, workers: int | None) -> Callable[[], Executor]:
    """Return a function that makes executors: on the Dask cluster of a scheduler's address, else on this machine."""
    return dask_executor(scheduler) if scheduler else loky_executor(workers)


def loky_executor(workers: int | None) -> Callable[[], Executor]:
    """Return a function that makes executors on this machine; loky's workers do not run the main script again."""
    loky = _imported("loky")
    return lambda: loky.ProcessPoolExecutor(max_workers=workers or os.cpu_count() or 1)


def dask_executor(address: str) -> Callable[[], Executor]:
    """Return a function that makes executors on a Dask cluster. Raises InputError where no scheduler answers.

    The workers need this program and must see the files of their jobs under the same paths.
    """
    distributed = _imported("distributed")
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        problem = f"No Dask scheduler answers there ({error}). Check the address and that the cluster is running."
        raise InputError(f"--scheduler {address}", [problem]) from error
    return lambda: client.get_executor(pure=False)


def _imported(name: str) -> ModuleType:
    """Import a package that only work in other processes needs. Raises InputError where it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        problem = f"{name} is not installed. Run: pip install -r requirements-sweep.txt"
        raise InputError("workers", [problem]) from None


def finished(
    jobs: Mapping[str, J], make_executor: Callable[[], Executor], work: Callable[[J], R]
) -> Iterator[tuple[str, R | BaseException]]:
    """Yield the key and the result of each job as it is finished, or what was raised.

    BrokenExecutor says that the worker died each time.
    """
    left = dict(jobs)
    for _ in range(TOGETHER):
        if left:
            for key, result in _together(left, make_executor, work):
                del left[key]
                yield key, result
    for key, job in left.items():
        died = BrokenExecutor("the worker died each time it worked on this")
        yield key, next((result for _, result in _together({key: job}, make_executor, work)), died)


def _together(
    jobs: Mapping[str, J], make_executor: Callable[[], Executor], work: Callable[[J], R]
) -> Iterator[tuple[str, R | BaseException]]:
    """Yield what one executor finishes; a job is left out when its worker died with it or before its turn."""
    executor = make_executor()
    futures: dict[Future, str] = {}
    try:
        with suppress(BrokenExecutor):  # what could not be given out is left to the next executor
            for key, job in jobs.items():
                futures[executor.submit(work, job)] = key
        for future in as_completed(futures):
            if future.cancelled() or isinstance(error := future.exception(), BrokenExecutor):
                continue  # its worker died or the scheduler went away
            yield futures[future], future.result() if error is None else error
    finally:
        for future in futures:
            future.cancel()  # of those that are done there is nothing to cancel
        executor.shutdown(wait=True)
