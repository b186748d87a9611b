import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.accounts import statement
from budget.accounts.ledger import with_start
from budget.offers.catalogue import default_catalogue
from budget.scenarios import finance
from budget.scenarios.differences import fingerprint
from budget.scenarios.finance import Finance, LedgerCodes, month_weights, teaching_days
from budget.scenarios.finance_toml import finance_from, to_mapping
from budget.scenarios.scenario import Scenario
from data.faults import InputError
from tests.budget.workbook import workbook_plans as plans

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


@pytest.mark.parametrize("profile", ["teaching_days", "months"])
@pytest.mark.parametrize("terms", [(), ((DATE(2026, 9, 3), DATE(2026, 12, 18)), (DATE(2027, 1, 4), DATE(2027, 7, 21)))])
def test_a_plan_that_begins_in_november_has_nothing_in_september(profile, terms):
    weights = month_weights(Finance(profile=profile, terms=terms, start=DATE(2026, 11, 30)), 2026)
    whole = month_weights(Finance(profile=profile, terms=terms), 2026)
    september, november, january = 5, 7, 9
    assert weights[september] == 0 < weights[november] <= whole[november]
    assert weights[january:] == whole[january:] and weights[:4] == whole[:4]


def test_a_plan_made_in_term_begins_on_its_day_unless_the_council_says_or_no_day_is_left():
    assert with_start(Finance(), DATE(2026, 11, 29)).start == DATE(2026, 11, 29)
    assert with_start(Finance(), DATE(2026, 8, 20)).start is None
    said = Finance(start=DATE(2027, 1, 4))
    assert with_start(said, DATE(2026, 11, 29)) == said
    ended = Finance(terms=((DATE(2026, 9, 3), DATE(2027, 7, 21)),))
    assert with_start(ended, DATE(2027, 7, 25)) == ended


def test_virements_are_recorded_with_who_approved_them_and_make_the_lines_virements():
    move = {"from": "bus_pass", "to": "minibus", "amount": 2500.0, "approved_by": "Head of Finance"}
    move["on"] = DATE(2026, 10, 12)
    faults: list = []
    finance = finance_from({"virement": [move]}, faults)
    assert not faults and finance_from(to_mapping(finance), faults) == finance
    assert (finance.line("bus_pass").virement_pence, finance.line("minibus").virement_pence) == (-250_000, 250_000)
    finance_from({"virement": [move], "lines": {"bus_pass": {"virement": 5}}}, faults)
    assert "come to -2,500.00" in str(faults.pop())
    finance_from({"virement": [{"from": "bus_pass", "to": "bus_pass", "amount": -1}]}, faults)
    assert len(faults) == 4


MOVED = {"from": "bus_pass", "to": "minibus", "amount": 2500.0, "approved_by": "Head of Finance"}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("on", "12/10/2026", "must be a date, such as 2026-10-12."),
        ("on", datetime.datetime(2026, 10, 12, 9, 30), "must be a date, such as 2026-10-12."),
        ("from", 5, 'must be a kind of support, such as "bus_pass".'),
        ("to", ["minibus"], 'must be a kind of support, such as "minibus".'),
    ],
)
def test_a_virement_with_a_value_of_another_type_is_told_in_a_sentence(key, value, words):
    faults: list = []
    finance_from({"virement": [MOVED | {"on": DATE(2026, 10, 12), key: value}]}, faults)
    assert [(fault.where, fault.problem) for fault in faults] == [(f"finance, virement 1, {key}", words)]


@pytest.mark.parametrize(
    ("value", "words"),
    [("", "is missing"), ("  ", "is missing"), ("Head\nof Finance", "line break"), ("Head\x07", "cannot be seen")],
)
def test_who_approved_a_virement_is_said_in_words_that_can_be_seen(value, words):
    faults: list = []
    finance_from({"virement": [MOVED | {"on": DATE(2026, 10, 12), "approved_by": value}]}, faults)
    assert [fault.where for fault in faults] == ["finance, virement 1, approved_by"]
    assert words in faults[0].problem


def test_a_baseline_below_zero_is_refused_and_a_virement_below_zero_is_not():
    faults: list = []
    finance_from({"lines": {"bus_pass": {"baseline": -0.01, "virement": -5}, "minibus": {"baseline": 0}}}, faults)
    assert [fault.where for fault in faults] == ["finance, lines.bus_pass, baseline"]


def test_a_slip_in_a_key_of_a_virement_is_told_by_the_key_of_the_file():
    faults: list = []
    finance_from({"virement": [MOVED | {"on": DATE(2026, 10, 12), "form": "bus_pass"}]}, faults)
    assert [fault.problem for fault in faults] == ['is not known. Did you mean "from"?']


def test_what_came_later_changes_no_fingerprint_until_it_is_set():
    assert fingerprint(Scenario(finance=Finance(start=DATE(2026, 11, 1)))) != fingerprint(Scenario())


def test_a_plan_that_starts_in_november_says_what_its_prices_of_a_whole_year_pay_for_in_vain():
    plan = plans.default()
    told = statement.draw_up(plan).ledger
    in_advance = {kind.id for kind in plan.catalogue.kinds if kind.paid_in_advance}
    assert in_advance & set(plan.allocation.chosen["kind"])
    by_day = plan.allocation.chosen.query("kind not in @in_advance")["cost_pence"].sum()
    by_day += plan.allocation.services["cost_pence"].sum()
    days = sum(finance.PLAIN_CALENDAR), sum(told.weights)
    assert told.unused_part_pence() == round(by_day * (days[0] - days[1]) / days[0]) > 0
    assert told.part_year_in_words().startswith("The plan starts on 24 November 2026, and its prices are for a whole")
    whole = replace(told, finance=replace(told.finance, start=DATE(2026, 9, 1)), weights=finance.PLAIN_CALENDAR)
    assert whole.part_year_in_words() == ""


def test_it_is_said_why_a_month_of_finance_differs_from_the_profile():
    made = statement.draw_up(plans.default()).ledger
    ahead = [line for line in made.profiled() if line.in_advance == "yes" and line.net_pence]
    assert ahead and "a pass for the whole year is in November there, less the prepayment" in made.when_paid_in_words()
    from_may = replace(made, weights=tuple(n if month == "May" else 0 for n, month in enumerate(finance.MONTHS)))
    assert "is in May there. What is moved" in from_may.when_paid_in_words()
    none = replace(made, lines=tuple(line for line in made.lines if line not in ahead))
    assert "whole year" not in none.when_paid_in_words()
