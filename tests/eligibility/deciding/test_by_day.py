from datetime import date, timedelta

import pandas as pd
import pytest

from data.faults import InputError
from eligibility.deciding.by_day import changes, decide_by_day, stretches
from eligibility.deciding.decide import ELIGIBLE, REFER, Decisions, decide
from eligibility.rules import library
from tests.eligibility.deciding.random_people import people as made_up
from tests.eligibility.rules.small_policy import DECIDED_ON, people, person, policy

ENDS = date(2026, 10, 31)


def test_people_either_side_of_a_change_are_judged_by_their_own_rules():
    table = people(*[person(taxable_income=20000.0, max_working_tax_credit=True)] * 3)
    days = pd.Series([ENDS + timedelta(days=1), ENDS, ENDS - timedelta(days=9)], index=table.index)
    found, groups = decide_by_day(table, policy(), days, decided_on=DECIDED_ON)
    assert found.outcome.to_dict() == {"person 0": REFER, "person 1": ELIGIBLE, "person 2": ELIGIBLE}
    assert [(group.rules.day, group.until, list(group.rows)) for group in groups] == [
        (ENDS - timedelta(days=9), ENDS, ["person 1", "person 2"]),
        (ENDS + timedelta(days=1), ENDS + timedelta(days=1), ["person 0"]),
    ]


def test_every_row_is_in_exactly_one_group():
    table = people(*[person()] * 40)
    days = pd.Series([date(2026, 1, 1) + timedelta(days=17 * n) for n in range(40)], index=table.index)
    found, groups = decide_by_day(table, policy(), days, decided_on=DECIDED_ON)
    assert sorted(label for group in groups for label in group.rows) == sorted(table.index)
    assert list(found.outcome.index) == list(found.verdicts.index) == list(table.index)


def in_doubt(decisions: Decisions, place: int) -> set[tuple[str, str]]:
    return {(kind, test) for kind, tests in decisions.doubts.items() for test, rows in tests.items() if rows[place]}


def test_a_group_decides_as_each_day_alone_would():
    york = library.find("york")
    table = made_up(york.on(date(2024, 9, 7)), 30, 3)
    days = pd.Series([date(2024, 9, 1) + timedelta(days=24 * n) for n in range(30)], index=table.index)
    found, groups = decide_by_day(table, york, days, decided_on=DECIDED_ON)
    assert len(groups) > 1
    for place, label in enumerate(table.index):
        alone = decide(table.loc[[label]], york.on(days[label]), decided_on=DECIDED_ON)
        for part in ("verdicts", "needed", "refer_reasons", "contribution", "contribution_needed"):
            pd.testing.assert_frame_equal(getattr(alone, part), getattr(found, part).loc[[label]])
        assert alone.outcome[label] == found.outcome[label]
        doubts = {(kind, test) for kind, tests in found.doubts.items() for test, rows in tests.items() if rows[place]}
        assert doubts == {
            (kind, test) for kind, tests in alone.doubts.items() for test, rows in tests.items() if rows[0]
        }


def test_changes_are_those_of_the_policy_and_of_the_academic_year():
    assert changes(policy(), date(2026, 2, 28), date(2026, 11, 30)) == (
        date(2026, 3, 1),
        date(2026, 9, 1),
        date(2026, 11, 1),
    )


def test_days_with_the_same_rules_are_one_stretch():
    days = [date(2026, 9, 1), date(2026, 9, 20), date(2026, 11, 1)]
    assert stretches(policy(), days) == {days[0]: days[0], days[1]: days[0], days[2]: days[2]}
    assert stretches(policy(), []) == {}


def test_a_row_without_a_day_is_an_error():
    with pytest.raises(InputError, match="1 row"):
        decide_by_day(people(person()), policy(), pd.Series([None]), decided_on=DECIDED_ON)
