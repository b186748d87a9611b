"""Work beside the page: shared, told, stopped for good, and never lost."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from screens.background import jobs, panel
from tests.screens.background import slow_work

PATIENCE = 300  # seconds, after which a test has hung


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


def test_a_process_that_the_computer_ends_is_told_and_another_takes_its_place():
    job = jobs.begin("work", 1, slow_work.ended, ())
    assert job.over.wait(PATIENCE) and "want of memory" in str(job.faults[0])
    after = jobs.begin("work", 2, slow_work.pid_after, (0,))
    assert after.over.wait(PATIENCE) and after.status == jobs.DONE


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


def test_a_refreshed_page_finds_the_work_that_it_began(app, tmp_path):
    app.run()
    again = AppTest.from_function(a_page, default_timeout=600)
    again.session_state["folder"] = str(tmp_path)
    again.run()
    assert again.session_state["running_work"] is app.session_state["running_work"]
    (tmp_path / "go").touch()
    app.session_state["running_work"].over.wait(PATIENCE)
    assert again.run().text[-1].value == "done the rest of it" == app.run().text[-1].value
