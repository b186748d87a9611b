from datetime import date

import pytest

from data.faults import InputError
from eligibility.rules import worked_cases
from eligibility.rules.criteria import Verdict

SOUND = b"""
criteria = ["far"]
[usual]
walk_miles = 4.0
[[case]]
sentence = "Far"
day = 2026-09-01
facts = { hours_per_week = [10, 12], course_level = "" }
expected = { far = "pass" }
outcome = "eligible"
contribution = ["full", 65000]
[[case]]
sentence = "Bare"
day = 2026-09-01
bare = true
facts = {}
"""


def test_a_case_is_the_usual_one_with_what_differs():
    far, bare = worked_cases.parse(SOUND, "own").cases
    assert far.facts == {"walk_miles": 4.0, "hours_per_week": [10, 12], "course_level": ""}
    assert (far.day, far.expected, far.contribution) == (date(2026, 9, 1), {"far": Verdict.PASS}, ("full", 65000))
    assert bare.facts == {}


def test_a_pair_is_bounds_and_nothing_is_a_gap():
    table = worked_cases.table(worked_cases.parse(SOUND, "own").cases)
    assert table.loc["Far", ["walk_miles", "hours_per_week_low", "hours_per_week_high"]].tolist() == [4, 10, 12]
    assert table["course_level"].isna().all() and table.loc["Bare"].isna().all()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (b'sentence = "Far"\n', b"", 'case 1: lacks "sentence". Add it.'),
        (b"outcome =", b"outcomes =", 'case 1: has "outcomes", which is not known here.'),
        (b'far = "pass"', b'far = "met"', 'case 1: expects "met". Use fail, unknown or pass.'),
        (b"[usual]", b"[usual", "is not a TOML file"),
        (b'"Bare"', b'"Bar\xe9"', "is not text in UTF-8"),
    ],
)
def test_what_is_wrong_with_a_file_of_cases_is_told(before, after, told):
    with pytest.raises(InputError) as raised:
        worked_cases.parse(SOUND.replace(before, after), "own")
    assert told in str(raised.value)


def test_a_policy_without_cases_is_an_error():
    with pytest.raises(InputError, match="has no worked cases"):
        worked_cases.read("none")
    assert not worked_cases.exists("none") and worked_cases.exists("york")
