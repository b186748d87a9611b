"""Work beside the page: shared, told, stopped for good, and never lost."""

import os
import time
import tomllib

import pytest
from streamlit.testing.v1 import AppTest

from data.faults import InputError
from screens.background import jobs, panel, process_pool, turns
from tests import ROOT
from tests.screens.background import slow_work

PATIENCE = 600  # seconds, after which a test has hung


@pytest.fixture(autouse=True)
def no_other_jobs(monkeypatch):
    monkeypatch.setattr(jobs, "_jobs", {})


def wait_until(claim) -> None:
    deadline = time.monotonic() + PATIENCE
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def process_of(job: jobs.BackgroundJob):
    wait_until(lambda: job.worker is not None)
    return job.worker


def test_work_is_done_in_another_process_and_by_the_same_one_again():
    first, second = (jobs.begin("work", number, slow_work.pid_after, (0,)) for number in (1, 2))
    assert first.over.wait(PATIENCE) and second.over.wait(PATIENCE)
    third = jobs.begin("work", 3, slow_work.pid_after, (0,))
    assert third.over.wait(PATIENCE) and third.result in (first.result, second.result)


def test_to_stop_ends_the_process():
    job = jobs.begin("work", 1, slow_work.pid_after, (3600,))
    jobs.look(job, "me")
    process = process_of(job)
    jobs.leave(job, "me")
    assert (job.status, process.is_alive) == (jobs.STOPPED, False)


def test_work_that_another_page_waits_for_goes_on_when_one_leaves_it(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "SEEN_SECONDS", 3600)
    job = jobs.begin("work", 1, slow_work.told, (str(tmp_path),))
    for session in ("me", "you"):
        jobs.look(job, session)
    jobs.leave(job, "me")
    (tmp_path / "go").touch()
    assert job.over.wait(PATIENCE) and job.result == "the rest of it"


def test_who_has_not_looked_for_a_while_holds_nobody_up():
    job = jobs.begin("work", 1, slow_work.pid_after, (3600,))
    job.seen["a page closed long ago"] = time.monotonic() - jobs.SEEN_SECONDS - 1
    jobs.leave(job, "me")
    assert job.status == jobs.STOPPED


def test_the_same_work_is_done_once_and_what_was_stopped_begins_anew():
    first = jobs.begin("work", 1, slow_work.pid_after, (0,))
    assert jobs.begin("work", 1, slow_work.pid_after, (0,)) is first
    first.over.wait(PATIENCE)
    assert jobs.begin("work", 1, slow_work.pid_after, (0,)) is first
    stopped = jobs.begin("work", 2, slow_work.pid_after, (3600,))
    jobs.leave(stopped, "me")
    again = jobs.begin("work", 2, slow_work.pid_after, (0,))
    assert again.over.wait(PATIENCE) and again.status == jobs.DONE


def test_only_the_latest_results_are_kept(monkeypatch):
    monkeypatch.setattr(jobs, "RESULTS_KEPT", 2)
    for number in range(4):
        jobs.begin("work", number, slow_work.pid_after, (0,)).over.wait(PATIENCE)
    jobs.begin("work", 4, slow_work.pid_after, (0,))
    assert [identity for _, identity in jobs._jobs] == [2, 3, 4]


def test_every_fault_of_what_it_was_given_comes_back():
    job = jobs.begin("work", 1, slow_work.refused, ())
    assert job.over.wait(PATIENCE) and job.status == jobs.FAULTS
    assert (job.subject, [fault.where for fault in job.faults]) == ("the form", ["Budget", "Reserve"])


def test_a_mistake_of_ours_is_said_to_be_one_and_names_nobody():
    job = jobs.begin("work", 1, slow_work.wrong, ())
    assert job.over.wait(PATIENCE)
    assert "ZeroDivisionError" in str(job.faults[0]) and "12345678" not in str(job.faults[0])


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (slow_work.killed, "was ended from outside"),
        (slow_work.killed_over_its_answer, "was ended from outside"),
        (slow_work.ended, "ended by itself (with the exit status 9)"),
    ],
)
def test_a_process_that_ends_over_its_work_is_told_with_how_and_another_takes_its_place(work, words):
    job = jobs.begin("work", 1, work, ())
    assert job.over.wait(PATIENCE) and words in str(job.faults[0]) and job.result is None
    after = jobs.begin("work", 1, slow_work.pid_after, (0,))
    assert after.over.wait(PATIENCE) and after.status == jobs.DONE


def test_a_process_that_was_killed_while_idle_costs_nobody_their_work(monkeypatch):
    jobs.begin("work", 1, slow_work.pid_after, (0,)).over.wait(PATIENCE)
    wait_until(lambda: process_pool._idle)
    idle, is_alive = list(process_pool._idle), process_pool.Worker.is_alive
    for worker in idle:
        worker.end()
    looked = property(lambda worker: idle.remove(worker) is None if worker in idle else is_alive.fget(worker))
    monkeypatch.setattr(process_pool.Worker, "is_alive", looked)  # each was killed just after it was looked at
    job = jobs.begin("work", 2, slow_work.pid_after, (0,))
    assert job.over.wait(PATIENCE) and job.status == jobs.DONE


def test_where_no_process_can_be_started_the_page_is_told_and_does_not_wait_for_ever(monkeypatch):
    def full():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(process_pool, "take", full)
    job = jobs.begin("work", 1, slow_work.pid_after, (0,))
    assert job.over.wait(PATIENCE) and "Resource temporarily unavailable" in str(job.faults[0])


def test_the_server_does_not_look_at_every_object_after_each_run_of_a_page():
    """It did for 0.3 s, twice a second for each page that shows work under way: twenty pages stopped the server."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["runner"]["postScriptGC"] is False


def a_page():
    import streamlit as st

    from screens.background import panel
    from tests.screens.background import slow_work

    if st.button("Again"):
        panel.forget_job("work")
    outcome = panel.run_job("work", "Working", slow_work.told, st.session_state["folder"])
    st.text(f"{outcome.status} {outcome.result}")


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setattr(panel, "QUICK_SECONDS", 0.05)
    started = AppTest.from_function(a_page, default_timeout=600)
    started.session_state["folder"] = str(tmp_path)
    return started


def test_a_page_says_what_is_under_way_stops_it_and_leaves_it_stopped(app):
    app.run()
    assert app.text[-1].value == "running None"
    wait_until(lambda: app.session_state["running_work"].progress[0] == "Half of it")
    assert "Working…" in app.run().markdown[0].value and "Half of it" in app.markdown[0].value
    app.button(key="running_work_stop").click().run()
    assert app.text[-1].value == "stopped None"
    assert app.run().text[-1].value == "stopped None"
    app.button[0].click().run()
    assert app.text[-1].value == "running None"
    running_job = app.session_state["running_work"]
    jobs.leave(running_job, "nobody")


def test_a_file_for_a_button_is_made_in_another_process_once_it_is_pressed_and_once_for_all():
    press, again = (panel.made_beside("book", slow_work.pid_after, 0) for _ in range(2))
    assert jobs._jobs == {}
    assert press() == again() != os.getpid()


def test_a_file_that_cannot_be_made_says_why():
    with pytest.raises(InputError, match="Budget: is missing"):
        panel.made_beside("book", slow_work.refused)()


def test_work_in_the_queue_says_its_place(app, monkeypatch):
    monkeypatch.setattr(jobs, "_turns", turns.Turns(1))
    running = jobs.begin("work", 1, slow_work.pid_after, (3600,), "you")
    process_of(running)
    waiting = jobs.begin("work", 2, slow_work.pid_after, (3600,), "somebody else")
    assert "Waiting for its turn, with 1 before it" in app.run().markdown[0].value
    jobs.leave(waiting, "somebody else")
    assert "Waiting for its turn, the next" in app.run().markdown[0].value
    for job, session in ((app.session_state["running_work"], app.session_state["running_session"]), (running, "you")):
        jobs.leave(job, session)


def test_a_refreshed_page_finds_the_work_that_it_began(app, tmp_path):
    app.run()
    again = AppTest.from_function(a_page, default_timeout=600)
    again.session_state["folder"] = str(tmp_path)
    again.run()
    assert again.session_state["running_work"] is app.session_state["running_work"]
    (tmp_path / "go").touch()
    app.session_state["running_work"].over.wait(PATIENCE)
    assert again.run().text[-1].value == "done the rest of it" == app.run().text[-1].value
