import datetime
import subprocess
import sys

import pytest

from data.faults import InputError
from data.journeys.question import question

HOUR = 3600


def test_the_window_ends_when_one_must_be_there_and_begins_when_one_may_leave():
    asked = question(["2026-09-15"], "09:00", "16:30")
    assert (asked.arrive_from, asked.arrive_by) == (8 * HOUR, 9 * HOUR)
    assert (asked.leave_after, asked.leave_until) == (16.5 * HOUR, 17.5 * HOUR)
    assert asked.longest == (120, 120)


def test_a_day_may_be_written_as_people_here_write_it():
    assert question(["07/09/2026"], "09:00", "16:30").days == (datetime.date(2026, 9, 7),)


def test_what_is_typed_goes_before_what_is_usual():
    asked = question(["2026-09-15", "2026-09-18"], "8:45", "16:00", "08:15", "16:20", "75,90", 15, "bus, rail")
    assert asked.days == (datetime.date(2026, 9, 15), datetime.date(2026, 9, 18))
    assert (asked.there.earliest, asked.there.latest, asked.there.longest) == (29_700, 31_500, 4500)
    assert (asked.back.earliest, asked.back.latest, asked.back.longest) == (57_600, 58_800, 5400)
    assert asked.walk_seconds == 900
    assert asked.modes == ("bus", "train")


def test_everything_that_is_wrong_is_told_at_once():
    wrong = ("9 o'clock", "16:60", "07:00", None, "75,x", 900, "balloon", ["2026-10-26"[:4]])
    with pytest.raises(InputError) as caught:
        question(["2026-02-30"], *wrong)
    where = [fault.where for fault in caught.value.faults]
    expected = ["--walk-minutes", "--arrive-by", "--leave-after", "--longest", "--modes", "--on", "--school-holiday"]
    assert where == expected


def test_a_window_that_ends_before_it_begins_is_refused():
    with pytest.raises(InputError, match="--arrive-from: 09:30 is after 09:00"):
        question(["2026-09-15"], "09:00", "16:30", "09:30")


def test_a_holiday_that_ends_before_it_begins_is_refused():
    with pytest.raises(InputError, match="Write it as 2026-10-26:2026-10-30"):
        question(["2026-09-15"], "09:00", "16:30", school_holidays=["2026-10-30:2026-10-26"])


def test_the_compiler_is_loaded_only_when_journeys_are_measured():
    code = "import sys, data.__main__, budget.__main__, screens.background.process; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
