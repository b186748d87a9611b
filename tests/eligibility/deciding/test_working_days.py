from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.deciding import working_days

# As published at https://www.gov.uk/bank-holidays on 2026-11-24 for England and Wales, and by the same rules for 2028.
PUBLISHED = {
    2025: ("01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"),
    2026: ("01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"),
    2027: ("01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"),
    2028: ("01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"),
}
PUBLISHED_DAYS = {date.fromisoformat(f"{year}-{day}") for year, days in PUBLISHED.items() for day in days}
days = st.dates(date(2025, 1, 1), date(2028, 6, 1))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 24), 20, date(2026, 12, 22)),  # no holiday between
        (date(2026, 12, 1), 20, date(2026, 12, 31)),  # Christmas and the Monday for Boxing Day
        (date(2027, 3, 25), 1, date(2027, 3, 30)),  # Good Friday, a weekend, Easter Monday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # from a Saturday
        (date(2022, 9, 16), 1, date(2022, 9, 20)),  # the funeral of Queen Elizabeth II, in that year alone
    ],
)
def test_bank_holidays_and_weekends_are_not_counted(day, count, expected):
    assert working_days.after(day, count) == expected


@given(days, st.integers(1, 60))
def test_the_day_found_is_a_working_day_with_as_many_of_them_since(day: date, count: int):
    found = working_days.after(day, count)
    since = [day + timedelta(days=n) for n in range(1, (found - day).days + 1)]
    counted = [d for d in since if d.weekday() < 5 and d not in PUBLISHED_DAYS]
    assert (len(counted), counted[-1]) == (count, found)


def test_the_bank_holidays_on_weekdays_are_the_published_ones():
    known = holidays.country_holidays("GB", subdiv="ENG", years=list(PUBLISHED))
    assert {day for day in known if day.weekday() < 5} == PUBLISHED_DAYS


def test_a_year_whose_bank_holidays_are_not_known_is_named():
    beyond = date(working_days.LAST_YEAR + 1, 1, 5)
    assert f"are known from 1872 to {working_days.LAST_YEAR} only" in working_days.assumption(beyond)
    assert "only" not in working_days.assumption(date(2028, 12, 29))
    assert working_days.after(beyond, 1) == date(2101, 1, 6)
