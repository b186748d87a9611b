"""The sweep's running: any executor, workers that die, scenarios that fail, and taking up where it stopped."""

import datetime
import random
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import loky
import pandas as pd
import pytest

from budget.scenarios.scenario import Scenario
from budget.sweep import sweep, sweep_run
from budget.sweep.sweep import Job
from budget.sweep.sweep_run import Journal
from data import bundle
from data.example import FOLDER
from tests.budget.sweep import sweeping

DAY = datetime.date(2026, 9, 1)
CHECKSUM = bundle.load(FOLDER).manifest.checksum


def jobs(*names: str) -> list[Job]:
    scenarios = [
        Scenario(name=name, day=DAY, budget_pence=1000 * n, kinds=("bus_pass",))
        for n, name in enumerate(names, start=1)
    ]
    return [Job(number, each, str(FOLDER), CHECKSUM) for number, each in enumerate(scenarios, start=1)]


def threads() -> Executor:
    return ThreadPoolExecutor(2)


def processes(workers: int = 2) -> Executor:
    return loky.ProcessPoolExecutor(max_workers=workers)


def one_process() -> Executor:
    return processes(1)


class Backwards(Executor):
    """An executor that does its work when it is shut down or asked, in an order of its own."""

    def __init__(self, seed: int = 1):
        self.waiting, self.order = [], random.Random(seed)

    def submit(self, function, /, *arguments) -> Future:
        future = Future()
        self.waiting.append((future, function, arguments))
        if len(self.waiting) == 3:
            self.order.shuffle(self.waiting)
            self.work()
        return future

    def work(self):
        while self.waiting:
            future, function, arguments = self.waiting.pop()
            future.set_result(function(*arguments))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "results.parquet.journal")


def statuses(done: dict) -> list[str]:
    return [done[number][1].results["status"] for number in sorted(done)]


def test_every_executor_and_every_order_give_the_same_table(tmp_path):
    tables = []
    for n, executor in enumerate((threads, processes, Backwards, lambda: Backwards(5))):
        done = sweep_run.run(jobs("a", "b", "c"), executor, Journal(tmp_path / str(n)))
        tables.append((sweep.results_table(done), sweep.groups_table(done)))
    for table, groups in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0][0])
        pd.testing.assert_frame_equal(groups, tables[0][1])


def test_what_the_journal_holds_is_not_run_again(journal):
    sweep_run.run(jobs("a", "b"), threads, journal, work=sweeping.count)
    ran = []
    done = sweep_run.run(
        jobs("a", "b", "c"), threads, journal, work=lambda job: (ran.append(job), sweeping.count(job))[1]
    )
    assert [job.number for job in ran] == [3]
    assert statuses(done) == ["optimal"] * 3


def test_a_scenario_that_has_changed_is_run_again(journal):
    sweep_run.run(jobs("a"), threads, journal, work=sweeping.count)
    changed = [replace(job, scenario=replace(job.scenario, budget_pence=77_700)) for job in jobs("a")]
    done = sweep_run.run(changed, threads, journal, work=sweeping.count)
    assert done[1][1].results["access"] == 777


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_a_line_cut_short_by_a_crash_is_run_again_and_spoils_no_other(journal, cut):
    sweep_run.run(jobs("a", "b"), threads, journal, work=sweeping.count)
    journal.path.write_bytes(journal.path.read_bytes()[:-cut])
    assert len(journal.read()) == 1
    done = sweep_run.run(jobs("a", "b", "c"), threads, journal, work=sweeping.count)
    assert statuses(done) == ["optimal"] * 3
    assert len(journal.read()) == 3


def test_the_outcome_in_the_journal_is_the_one_that_was_run(journal):
    first = sweep_run.run(jobs("a"), threads, journal)
    again = sweep_run.run(jobs("a"), threads, journal, work=None)
    assert again[1][1] == first[1][1]


def test_a_failure_is_reported_costs_no_other_its_result_and_is_tried_again_next_time(journal):
    failing = [replace(jobs("a")[0], scenario=Scenario(day=DAY, kinds=("rocket",))), *jobs("x", "b")[1:]]
    done = sweep_run.run(failing, threads, journal)
    assert statuses(done) == ["failed", "optimal"]
    assert len(journal.read()) == 1


def test_an_exception_that_cannot_travel_fails_its_scenario_alone(journal):
    done = sweep_run.run(jobs("raise", "b"), one_process, journal, work=sweeping.fail_once_by_name)
    assert statuses(done) == ["failed", "optimal"]


def test_a_scenario_that_kills_its_worker_is_found_out_and_the_others_are_planned(journal):
    done = sweep_run.run(jobs("a", "die", "c"), processes, journal, work=sweeping.die_by_name)
    assert statuses(done) == ["optimal", "failed", "optimal"]
    assert "memory" in done[2][1].results["problem"]


def test_a_worker_killed_once_costs_nothing(journal, tmp_path):
    names = ("a", str(tmp_path / "mark"), "c")
    done = sweep_run.run(jobs(*names), processes, journal, work=sweeping.die_once)
    assert statuses(done) == ["optimal"] * 3


def test_the_same_scenario_twice_is_run_once_and_reported_twice(journal):
    twice = [replace(jobs("a")[0], number=number) for number in (1, 2)]
    ran, heard = [], []
    done = sweep_run.run(
        twice,
        threads,
        journal,
        lambda job, outcome: heard.append(job.number),
        lambda job: (ran.append(job), sweeping.count(job))[1],
    )
    assert (len(ran), sorted(heard), sorted(done)) == (1, [1, 2], [1, 2])


def test_a_sweep_that_is_stopped_keeps_what_was_done(journal):
    class Stopped(Exception):
        pass

    def stop(job, outcome):
        if len(journal.read()) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        sweep_run.run(jobs(*"abcdef"), lambda: ThreadPoolExecutor(1), journal, stop, sweeping.count)
    assert len(journal.read()) == 2


def test_workers_do_not_load_the_screens(journal):
    done = sweep_run.run(jobs("a"), one_process, journal, work=sweeping.screens_loaded)
    assert {outcome.results["problem"] for _, outcome in done.values()} == {"False"}
