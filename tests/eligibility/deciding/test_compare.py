from datetime import date

import pandas as pd
import pytest

from eligibility.deciding.compare import CHANGES, compare, compare_cases, differences
from eligibility.deciding.decide import ELIGIBLE, NOT_ON_CRITERIA, REFER
from eligibility.rules import library, worked_cases
from eligibility.rules.worked_cases import WorkedCase
from tests import draws
from tests.eligibility.rules.small_policy import DAY, DECIDED_ON, people, person, policy, rules

NEARER = (
    'label = "Distance", unit = "miles", values = [{ from = 2020-09-01, value = 3',
    'label = "Distance", unit = "miles", values = [{ from = 2020-09-01, value = 5',
)
DEARER = ("value = 100.01", "value = 120")
PEOPLE = people(person(), person(walk_miles=6.0), person(walk_miles=2.0), person(walk_miles=4.0, young_carer=True))


def test_nothing_changes_between_a_policy_and_itself():
    same = compare(PEOPLE, rules(), rules(), decided_on=DECIDED_ON)
    assert same.changed.empty and same.counts()["no change"] == len(PEOPLE)


def test_a_longer_distance_loses_those_in_between_and_the_way_back_gains_them():
    lost = compare(PEOPLE, rules(), rules(NEARER), decided_on=DECIDED_ON)
    assert lost.changed["change"].to_dict() == {"person 0": "loses", "person 3": "loses"}
    gained = compare(PEOPLE, rules(NEARER), rules(), decided_on=DECIDED_ON)
    assert gained.changed["change"].to_dict() == {"person 0": "gains", "person 3": "gains"}


def test_a_dearer_charge_is_more_for_those_who_pay_it():
    dearer = compare(PEOPLE, rules(), rules(DEARER), decided_on=DECIDED_ON)
    assert dearer.changed["change"].to_dict() == {"person 0": "pays more", "person 1": "pays more"}
    assert compare(PEOPLE, rules(DEARER), rules(), decided_on=DECIDED_ON).counts()["pays less"] == 2
    assert dearer.changed["high_pence_after"].tolist() == [36000, 36000]


def test_a_charge_between_bounds_falls_where_one_of_them_does_and_the_other_stays():
    open_charge = people(person(young_carer=None))
    assert compare(open_charge, rules(DEARER), rules(), decided_on=DECIDED_ON).counts()["pays less"] == 1
    assert compare(open_charge, rules(), rules(DEARER), decided_on=DECIDED_ON).counts()["pays more"] == 1


def test_a_charge_that_becomes_unknown_is_a_change_and_neither_more_nor_less():
    later = rules(("until = 2027-08-31 }\nnot_seen", "until = 2028-08-31 }\nnot_seen"), day=date(2027, 9, 1))
    changed = compare(PEOPLE, rules(), later, decided_on=DECIDED_ON)
    assert changed.counts()["charge changes"] == 2


def test_the_counts_add_up_to_the_rows():
    counts = compare(PEOPLE, rules(), rules(NEARER), decided_on=DECIDED_ON).counts()
    assert sum(counts.values()) == len(PEOPLE) and list(counts) == [*CHANGES, "no change"]


def test_each_row_has_its_outcome_before_and_after():
    rows = compare(PEOPLE, rules(), rules(NEARER), decided_on=DECIDED_ON).rows
    both = list(zip(rows["outcome_before"], rows["outcome_after"], strict=True))
    assert both.count((ELIGIBLE, NOT_ON_CRITERIA)) == 2 and both.count((ELIGIBLE, ELIGIBLE)) == 1
    assert REFER not in set(rows["outcome_before"])


def test_a_fact_that_only_one_policy_asks_for_is_a_gap_and_refers():
    stricter = ('all = ["far", "in_time", "in_need"]', 'all = ["far", "in_time", "in_need", "local"]')
    new = (
        "[criteria]\n",
        '[criteria.local]\nlabel = "Local"\nfact = "catchment_school"\nis = "true"\nsource = "scheme"\n\n[criteria]\n',
    )
    changed = compare(PEOPLE, rules(), rules(stricter, new), decided_on=DECIDED_ON).changed
    assert set(changed["outcome_after"]) == {REFER}


def test_worked_cases_are_compared_each_on_its_own_day_and_what_cannot_be_is_said():
    facts = {name: "" if value is None else value for name, value in person().items()}
    cases = [
        WorkedCase("small", sentence, day, facts, {})
        for sentence, day in (("now", DAY), ("long ago", date(2019, 1, 1)))
    ]
    found = compare_cases(cases, policy(), policy(NEARER), decided_on=DECIDED_ON)
    assert found.changed["change"].to_dict() == {"now": "loses"}
    assert len(found.not_compared) == 1 and found.not_compared[0].startswith("long ago: ")


def test_no_cases_compare_to_an_empty_table():
    found = compare_cases([], policy(), policy(), decided_on=DECIDED_ON)
    assert found.changed.empty and sum(found.counts().values()) == 0


def test_a_changed_copy_of_a_pack_shows_which_of_its_worked_cases_change():
    york = library.find("york")
    found = compare_cases(
        worked_cases.read("york").cases, york, york.with_values({"minimum_hours": 16}), decided_on=DECIDED_ON
    )
    assert found.changed["change"].to_dict() == {"Hours a week: 15.01 is more than 15": "loses"}


def test_the_rules_and_charges_that_differ_are_told_in_words():
    told = differences(rules(), rules(NEARER, DEARER))
    assert [difference.name for difference in told] == ["far", "charge 3"]
    assert "more than 3 miles" in told[0].before and "more than 5 miles" in told[0].after


def test_comparing_alters_no_table():
    copy = PEOPLE.copy(deep=True)
    compare(PEOPLE, rules(), rules(NEARER), decided_on=DECIDED_ON)
    pd.testing.assert_frame_equal(PEOPLE, copy)


@pytest.mark.parametrize("pack", draws.some([p.id for p in library.shipped() if p.kind == "entitlement"]))
def test_every_pack_compares_with_itself_without_a_change(pack):
    found = compare_cases(worked_cases.read(pack).cases, library.find(pack), library.find(pack), decided_on=DECIDED_ON)
    assert found.changed.empty and not found.not_compared
