from datetime import date

import numpy as np
import pandas as pd
import pytest

from data.faults import InputError
from eligibility.deciding.assess import assess, missing_evidence
from eligibility.rules import library
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy_file import parse
from tests.eligibility.rules.test_policy_file import SOUND
from tests.eligibility.rules.test_soundness import areas

FAIL, UNKNOWN, PASS = Verdict
DAY = date(2026, 9, 1)
SMALL = parse(SOUND.encode(), "small.toml").on(DAY)
TARGETING = library.find("targeting-default").on(DAY)


def people(**columns) -> pd.DataFrame:
    usual = {"income": 20000.0, "enrolled": True, "course": "full time"}
    return pd.DataFrame({name: [value] for name, value in usual.items() if name not in columns} | columns)


def test_verdicts_are_int8_one_column_a_criterion_in_the_policys_order():
    verdicts = assess(people(), SMALL)
    assert verdicts.columns.tolist() == ["low_income", "enrolled", "on_course", "eligible"]
    assert set(verdicts.dtypes) == {np.dtype("int8")}


def test_every_row_is_kept_under_its_own_label():
    frame = areas(50, gaps=0.3).iloc[::-1]
    assert assess(frame, TARGETING).index.equals(frame.index)


def test_rows_are_judged_one_by_one_whatever_their_order():
    frame = areas(50, gaps=0.3)
    pd.testing.assert_frame_equal(assess(frame, TARGETING).iloc[::-1], assess(frame.iloc[::-1], TARGETING))


def test_a_table_of_no_rows_has_no_verdicts():
    assert assess(areas(5, gaps=0).iloc[:0], TARGETING).shape == (0, 10)


def test_the_table_is_not_altered():
    frame = areas(50, gaps=0.3)
    before = frame.copy(deep=True)
    missing_evidence(assess(frame, TARGETING), TARGETING)
    pd.testing.assert_frame_equal(frame, before)


def test_the_verdicts_are_not_altered_by_asking_for_evidence():
    verdicts = assess(areas(50, gaps=0.3), TARGETING)
    before = verdicts.copy(deep=True)
    missing_evidence(verdicts, TARGETING)
    pd.testing.assert_frame_equal(verdicts, before)


@pytest.mark.parametrize("column", ["income", "enrolled", "course"])
def test_a_fact_with_no_column_is_unknown_for_all(column):
    verdicts = assess(people().drop(columns=column), SMALL)
    assert (verdicts == UNKNOWN).sum(axis=1).tolist() == [2]
    assert verdicts["eligible"].tolist() == [UNKNOWN]


def test_a_missing_income_is_not_a_low_income():
    assert assess(people(income=[np.nan]), SMALL)["low_income"].tolist() == [UNKNOWN]


def test_a_missing_yes_or_no_is_not_a_no():
    for column in (pd.array([None], dtype="boolean"), pd.Series([None], dtype=object), [np.nan]):
        assert assess(people(enrolled=column), SMALL)["enrolled"].tolist() == [UNKNOWN]


def test_an_empty_text_is_a_gap():
    columns = people().drop(columns="course").loc[[0, 0, 0]].assign(course=["", None, "evening"])
    assert assess(columns, SMALL)["on_course"].tolist() == [UNKNOWN, UNKNOWN, FAIL]


@pytest.mark.parametrize("dtype", ["string", "str", "object", "category"])
def test_text_may_be_of_any_of_pandas_kinds(dtype):
    frame = people(course=pd.Series(["part time"], dtype=dtype))
    assert assess(frame, SMALL)["on_course"].tolist() == [PASS]


@pytest.mark.parametrize("dtype", ["boolean", "bool", "object", "float64", "Int64"])
def test_yes_or_no_may_be_of_any_of_pandas_kinds(dtype):
    assert assess(people(enrolled=pd.Series([True]).astype(dtype)), SMALL)["enrolled"].tolist() == [PASS]


@pytest.mark.parametrize("dtype", ["float64", "Float64", "Int64", "int64", "float32"])
def test_numbers_may_be_of_any_of_pandas_kinds(dtype):
    assert assess(people(income=pd.Series([33000]).astype(dtype)), SMALL)["low_income"].tolist() == [PASS]


def test_bounds_settle_what_they_can():
    frame = pd.DataFrame(
        {"income_low": [25000.0, 32000, 34000, np.nan], "income_high": [30000.0, 34000, 40000, np.nan]}
    )
    assert assess(frame, SMALL)["low_income"].tolist() == [PASS, UNKNOWN, FAIL, UNKNOWN]


def test_an_exact_value_goes_before_bounds_and_bounds_serve_where_it_is_a_gap():
    frame = pd.DataFrame({"income": [34000.0, np.nan], "income_low": [0.0, 0.0], "income_high": [99000.0, 30000.0]})
    assert assess(frame, SMALL)["low_income"].tolist() == [FAIL, PASS]


def test_one_bound_alone_is_used_for_what_it_shows():
    frame = pd.DataFrame({"income_low": [34000.0, 1000.0]})
    assert assess(frame, SMALL)["low_income"].tolist() == [FAIL, UNKNOWN]


def test_bounds_the_wrong_way_round_are_an_error_that_names_the_row():
    frame = pd.DataFrame({"income_low": [1.0, 5.0], "income_high": [2.0, 4.0]}, index=["anna", "ben"])
    with pytest.raises(InputError, match=r"income_low, income_high: .* 1 row, first at 'ben'"):
        assess(frame, SMALL)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("income", "20,000", "income: holds text.*numbers"),
        ("income", True, "income: holds yes or no.*numbers"),
        ("enrolled", "yes", "enrolled: holds text.*booleans"),
        ("enrolled", 2.0, "enrolled: holds a number.*booleans"),
        ("course", 3, "course: holds a number.*text"),
    ],
)
def test_a_column_of_the_wrong_kind_is_an_error(column, value, told):
    with pytest.raises(InputError, match=told):
        assess(people(**{column: [value]}), SMALL)


def test_every_wrong_column_is_told_at_once():
    with pytest.raises(InputError) as caught:
        assess(people(income=["x"], enrolled=["y"], course=[3]), SMALL)
    assert len(caught.value.faults) == 3


def test_one_clear_failure_needs_no_more_papers():
    verdicts = assess(people(enrolled=[False], income=[np.nan]), SMALL)
    assert verdicts["eligible"].tolist() == [FAIL]
    assert not missing_evidence(verdicts, SMALL).to_numpy().any()


def test_only_what_could_change_the_outcome_is_asked_for():
    verdicts = assess(people(income=[np.nan], course=[None]).astype({"course": "string"}), SMALL)
    needed = missing_evidence(verdicts, SMALL).iloc[0]
    assert needed.to_dict() == {"income": True, "enrolled": False, "course": True}


def test_evidence_can_be_asked_for_a_part_of_the_policy():
    frame = areas(200, gaps=0.3)
    verdicts = assess(frame, TARGETING)
    needed = missing_evidence(verdicts, TARGETING, root="disadvantaged")
    assert needed.columns[needed.any()].tolist() == ["imd_decile", "low_income_rate"]
    assert (needed.any(axis=1) == (verdicts["disadvantaged"] == UNKNOWN)).all()


def test_the_policy_alone_may_settle_a_gap():
    settled = 'is = "true"\nwhen_missing = "fail"\nwhen_missing_source = "scheme"'
    rules = parse(SOUND.replace('is = "true"', settled).encode(), "small.toml").on(DAY)
    verdicts = assess(people(enrolled=pd.array([None], dtype="boolean")), rules)
    assert verdicts["enrolled"].tolist() == [FAIL] and verdicts["eligible"].tolist() == [FAIL]


def test_what_settles_a_gap_leaves_a_straddled_threshold_unknown():
    settled = 'is = "at_most"\nwhen_missing = "fail"\nwhen_missing_source = "scheme"'
    rules = parse(SOUND.replace('is = "at_most"', settled).encode(), "small.toml").on(DAY)
    frame = pd.DataFrame({"income_low": [30000.0, np.nan], "income_high": [36000.0, np.nan]})
    assert assess(frame, rules)["low_income"].tolist() == [UNKNOWN, FAIL]


def test_a_change_of_the_rules_changes_the_verdict_on_its_day():
    policy, frame = parse(SOUND.encode(), "small.toml"), people(income=[32000.0])
    assert assess(frame, policy.on(date(2025, 7, 31)))["low_income"].tolist() == [FAIL]
    assert assess(frame, policy.on(date(2025, 8, 1)))["low_income"].tolist() == [PASS]


def test_a_councils_setting_moves_the_threshold():
    frame = areas(300, gaps=0)
    stricter = library.find("targeting-default").with_values({"minimum_km_to_college": 20.0}).on(DAY)
    before, after = assess(frame, TARGETING), assess(frame, stricter)
    assert (after["far_from_college"] <= before["far_from_college"]).all()
    assert (after["far_from_college"] < before["far_from_college"]).any()


def test_the_policys_facts_are_read_and_every_other_column_is_left_alone():
    frame = areas(50, gaps=0.3)
    wider = frame.assign(is_rural=True, young_people=3.0, income="not a fact here")
    pd.testing.assert_frame_equal(assess(frame, TARGETING), assess(wider, TARGETING))
