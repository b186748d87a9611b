import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.offers.catalogue import default_catalogue
from budget.scenarios import finance
from budget.scenarios.finance import Finance, LedgerCodes, finance_from, month_weights, teaching_days
from data.faults import InputError

DATE = datetime.date


def test_every_kind_that_ships_has_a_line_of_its_own():
    groups = {kind.id: kind.ledger_group for kind in default_catalogue().kinds}
    assert {kind: line.subjective for kind, line in Finance().lines.items()} == groups


def test_what_the_council_has_not_set_is_an_assumption():
    own = Finance({"bus_pass": LedgerCodes("C1")}, inflation=(0.03, 0.02))
    assert own.provenance("lines") == own.provenance("inflation") == "set by the council"
    assert {Finance().provenance(name) for name in finance.NOTES} == {"assumption"}
    assert own.line("minibus").subjective == "Third party payments"


def test_the_plain_calendar_has_190_days_and_two_thirds_before_april():
    days = teaching_days(Finance(), 2026)
    assert sum(days) == 190
    assert sum(days[finance.MONTHS.index("September") :]) == 125


def test_teaching_days_are_the_weekdays_of_the_councils_terms_but_those_closed():
    terms = ((DATE(2026, 9, 3), DATE(2026, 10, 2)), (DATE(2027, 4, 26), DATE(2027, 5, 7)))
    days = teaching_days(Finance(terms=terms, closed=(DATE(2027, 5, 3),)), 2026)
    assert dict(zip(finance.MONTHS, days, strict=True))["September"] == 20
    assert [days[n] for n in (0, 1, 6)] == [5, 4, 2]
    assert sum(days) == 31


@given(st.dates(DATE(2026, 9, 1), DATE(2027, 8, 31)), st.integers(0, 400))
def test_teaching_days_are_counted_one_by_one_within_the_academic_year(first, length):
    last = first + datetime.timedelta(days=length)
    inside = [first + datetime.timedelta(days=n) for n in range(length + 1)]
    expected = [0] * 12
    for day in inside:
        if day.weekday() < 5 and DATE(2026, 9, 1) <= day <= DATE(2027, 8, 31):
            expected[(day.month - 4) % 12] += 1
    own = Finance(terms=((first, last),))
    if any(expected):
        assert list(teaching_days(own, 2026)) == expected
    else:
        with pytest.raises(InputError):
            teaching_days(own, 2026)


def test_terms_of_another_year_are_refused_and_not_counted_as_nought():
    own = Finance(terms=((DATE(2025, 9, 3), DATE(2025, 12, 19)),))
    with pytest.raises(InputError, match="2026-09-01"):
        teaching_days(own, 2026)


def test_by_months_every_month_weighs_the_same():
    assert month_weights(Finance(profile="months"), 2026) == (1,) * 12
    assert month_weights(Finance(), 2026) == teaching_days(Finance(), 2026)


def test_faults_of_finance_name_the_place_and_what_was_expected():
    faults = []
    finance_from(
        {
            "profil": "x",
            "closed": [DATE(2027, 5, 3)],
            "terms": [[DATE(2026, 9, 3), DATE(2026, 12, 18)], [DATE(2026, 12, 1), DATE(2027, 3, 1)]],
            "contingency_share": 5,
            "lines": {"bus_pass": {"virement": "lots", "cost_center": "C1"}},
        },
        faults,
    )
    said = "\n".join(map(str, faults))
    for words in ("profil", "before another ends", "share from 0 to 1", "at most two decimals", "cost_centre"):
        assert words in said
    closed: list = []
    finance_from({"closed": [DATE(2027, 5, 3)]}, closed)
    assert "in none of the terms" in str(closed[0])
