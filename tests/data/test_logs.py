"""The server's log says what failed and where, and nothing of what somebody gave."""

import io
import json
import logging
import os
import subprocess
import sys
import warnings

import pytest

from data import logs
from tests import ROOT

PERSONAL = "Mia Kowalczyk 31/02/2009"


@pytest.fixture
def written(monkeypatch):
    """Return a function that gives the lines logged since, as Python writes them where nothing else is set up."""
    before = logging.getLogRecordFactory()
    monkeypatch.delenv("FAREBRIDGE_LOG", raising=False)
    logs.set_up()
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    yield lambda: stream.getvalue().splitlines()
    logging.getLogger().removeHandler(handler)
    logging.captureWarnings(False)
    logging.setLogRecordFactory(before)


def fail() -> None:
    try:
        raise KeyError(PERSONAL)
    except KeyError as error:
        raise ValueError(f"no date: {PERSONAL}") from error


def test_an_error_is_logged_by_its_kind_its_cause_and_its_places(written):
    try:
        fail()
    except ValueError as error:
        logging.getLogger("app").exception("Failed: %s", error)
    (line,) = written()
    said = json.loads(line)
    assert (said["level"], said["logger"], said["message"]) == ("error", "app", "Failed: ValueError")
    assert said["errors"] == ["ValueError", "KeyError"]
    assert any(place.endswith(" fail") and "test_logs.py:" in place for place in said["places"])
    assert "Mia" not in line and "2009" not in line


@pytest.mark.parametrize(
    ("message", "given", "said"),
    [
        ("%d of %s", (3, "five"), "3 of …"),
        ("100 % of it", (), "100 % of it"),
        ("%(part)s of %(whole).1f", ({"part": PERSONAL, "whole": 2.0},), "… of 2.0"),
        ("%d of it", (PERSONAL,), "%d of it"),
        (ValueError(PERSONAL), (), "ValueError"),
        ("two\nlines", (), "two\nlines"),
    ],
)
def test_whatever_is_logged_is_one_line_of_json(written, message, given, said):
    logging.getLogger("app").warning(message, *given)
    (line,) = written()
    assert json.loads(line)["message"] == said


def test_no_line_holds_what_a_visitor_sent_however_long_it_is(written):
    logging.getLogger("library").info("The fragment with id %s does not exist", PERSONAL)
    logging.getLogger("library").error("The fragment with id %s does not exist", PERSONAL + "x" * 100_000)
    logging.getLogger("library").error("x" * 100_000)

    def deep(left: int) -> None:
        deep(left - 1) if left else fail()

    try:
        deep(500)
    except ValueError:
        logging.getLogger("library").exception("Failed")
    lines = written()
    assert len(lines) >= 3
    assert "Mia" not in "".join(lines) and max(map(len, lines)) < 10_000


def test_what_is_said_again_and_again_fills_no_disk(written, monkeypatch):
    minute = [7.0]
    monkeypatch.setattr(logs.time, "monotonic", lambda: 60 * minute[0])
    for _ in range(10_000):
        logging.getLogger("library").error("out of system resource")
    assert len(written()) == logs.MOST_ALIKE
    assert logs.NO_MORE in written()[-1] and logs.NO_MORE not in written()[-2]
    logging.getLogger("library").error("something else")
    minute[0] += 1
    logging.getLogger("library").error("out of system resource")
    assert len(written()) == logs.MOST_ALIKE + 2


def test_an_error_that_nobody_took_is_a_line_too_and_has_no_words():
    """In a process of its own: one ends a thread, one cannot be raised, one ends the program."""
    program = f"""
import threading
from data import logs
logs.set_up()
class Left:
    def __del__(self):
        raise KeyError({PERSONAL!r})
left = Left()
del left
thread = threading.Thread(target=int, args=({PERSONAL!r},))
thread.start()
thread.join()
int({PERSONAL!r})
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "FAREBRIDGE_LOG": ""},
    )  # fmt: skip
    assert [json.loads(line)["errors"] for line in done.stderr.splitlines()] == [
        ["KeyError"],
        ["ValueError"],
        ["ValueError"],
    ]
    assert done.returncode == 1 and "Mia" not in done.stderr


def test_the_words_of_a_warning_are_left_out(written):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"cannot read {PERSONAL}", UserWarning, stacklevel=1)
    (line,) = written()
    assert json.loads(line)["message"].endswith(": UserWarning")
    assert "Mia" not in line


def test_streamlit_and_a_job_beside_the_page_log_so_too():
    """In a process of their own, set up as the server and its workers are."""
    program = f"""
import os, pickle
from streamlit.web import bootstrap
from streamlit import config, error_util, logger
from data import logs
config.get_config_options(); logger.update_formatter(); logs.set_up()
try:
    int({PERSONAL!r})
except ValueError as error:
    error_util._log_uncaught_app_exception(error)
from screens.background import process
process._answer(pickle.dumps((int, ({PERSONAL!r},))), print)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "FAREBRIDGE_LOG": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["message"] for line in done.stderr.splitlines()] == [
        "Uncaught app execution",
        "A job failed.",
    ]
    assert "Mia" not in done.stderr and "Mia" not in done.stdout
