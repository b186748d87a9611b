from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.deciding import working_days

days = st.dates(date(2025, 1, 1), date(2028, 6, 1))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 24), 20, date(2026, 12, 22)),  # no holiday between
        (date(2026, 12, 1), 20, date(2026, 12, 31)),  # Christmas and the Monday for Boxing Day
        (date(2027, 3, 25), 1, date(2027, 3, 30)),  # Good Friday, a weekend, Easter Monday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # from a Saturday
    ],
)
def test_bank_holidays_and_weekends_are_not_counted(day, count, expected):
    assert working_days.after(day, count) == expected


@given(days, st.integers(1, 60))
def test_the_day_found_is_a_working_day_with_as_many_of_them_since(day: date, count: int):
    found = working_days.after(day, count)
    since = [day + timedelta(days=n) for n in range(1, (found - day).days + 1)]
    counted = [d for d in since if d.weekday() < 5 and d not in working_days.bank_holidays()]
    assert (len(counted), counted[-1]) == (count, found)


def test_every_bank_holiday_is_a_weekday_and_every_year_has_eight():
    holidays = working_days.bank_holidays()
    assert all(day.weekday() < 5 for day in holidays)
    assert {year: sum(day.year == year for day in holidays) for year in range(2025, 2029)} == dict.fromkeys(
        range(2025, 2029), 8
    )


def test_beyond_the_table_of_bank_holidays_the_letter_says_so():
    assert "are known from 2025 to 2028 only" in working_days.assumption(date(2029, 1, 5))
    assert "only" not in working_days.assumption(date(2028, 12, 29))
