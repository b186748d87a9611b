import random
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.accounts import ledger as ledgers
from budget.accounts import statement
from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.objective import Objective
from budget.monitoring import balance, forecast
from budget.monitoring.actuals_file import Actuals, Posting
from budget.monitoring.lines import LineForecast, OwnForecast, Thresholds
from budget.monitoring.monitored import Monitored
from budget.scenarios.finance import Finance, LedgerCodes
from data.faults import InputError
from tests.budget.workbook import workbook_plans as plans

YEARS = ("2026 to 2027", "2027 to 2028")
NAMES = ("bus_pass", "Shared taxi", "minibus", "Contributions: Moped loan (Wheels to Work)", "nonsense", "mileage")
PENCE = st.integers(-(10**9), 10**9)
REASONS = st.sampled_from(["", "late"])
POSTINGS = st.lists(
    st.builds(
        Posting,
        st.integers(2, 99),
        st.integers(1, 13),
        st.sampled_from(NAMES),
        PENCE,
        PENCE,
        REASONS,
    ),
    max_size=12,
)
VIREMENTS = Finance({"bus_pass": LedgerCodes(virement_pence=123_457), "minibus": LedgerCodes(virement_pence=-123_457)})


@cache
def ledger() -> ledgers.Ledger:
    return statement.of(plans.with_values(finance=VIREMENTS)).ledger


def of(*postings: Posting, **asked) -> Monitored:
    return forecast.monitor(ledger(), Actuals("actuals.csv", postings), **asked)


def posting(period=6, line="bus_pass", amount=0, committed=0, row=2, **more) -> Posting:
    return Posting(row, period, line, amount, committed, **more)


def line_of(found: Monitored, key: str) -> LineForecast:
    return next(line for line in found.lines if line.key == key)


@given(POSTINGS, st.sampled_from(YEARS), st.none() | st.integers(0, 13))
def test_totals_tie_to_the_penny_whatever_the_actuals(postings, year, closed):
    found = of(*postings, year=year, closed=closed)
    outside = sum(row.amount_pence for row in found.outside)
    assert found.total("actual_pence") + outside == sum(row.amount_pence for row in postings)
    outside = sum(row.committed_pence for row in found.outside)
    assert found.total("committed_pence") + outside == sum(row.committed_pence for row in postings)
    assert found.total("forecast_pence") - found.total("budget_pence") == found.total("variance_pence")
    months = found.by_period()
    for name in ("budget_pence", "actual_pence", "forecast_pence"):
        assert sum(getattr(period, name) for period in months) == found.total(name)


@given(st.sampled_from(YEARS))
def test_the_forecast_without_actuals_is_the_budget(year):
    found = of(year=year)
    assert all(line.forecast_pence == line.budget_pence for line in found.lines)
    assert all(period.forecast_pence == period.budget_pence for period in found.by_period())


def test_the_two_financial_years_together_have_the_revised_budget():
    spent = sum(line.net_pence + line.virement_pence for line in ledger().profiled())
    assert sum(of(year=year).total("budget_pence") for year in YEARS) == spent


@given(POSTINGS, st.randoms())
def test_the_order_of_the_rows_never_matters(postings, chance: random.Random):
    shuffled = list(postings)
    chance.shuffle(shuffled)
    assert of(*postings).lines == of(*shuffled).lines


@given(POSTINGS, st.none() | st.integers(0, 13))
def test_what_remains_is_never_more_than_the_open_budget_nor_of_another_sign(postings, closed):
    for line in of(*postings, closed=closed).lines:
        low, high = sorted((0, line.open_budget_pence))
        assert low <= line.remaining_pence <= high


def test_a_forecast_is_the_actual_the_commitments_and_what_remains_of_open_periods():
    found = of(posting(7, "minibus", 300_000, 50_000), closed=7)
    line = line_of(found, "minibus")
    remains = sum(line.months[period - 1] for period in range(8, 13))
    assert line.forecast_pence == 300_000 + 50_000 + remains


def test_a_commitment_for_an_open_period_is_not_counted_twice():
    ordered = of(posting(9, "minibus", 0, 50_000), closed=7)
    assert line_of(ordered, "minibus").forecast_pence == line_of(of(closed=7), "minibus").forecast_pence
    more = line_of(ordered, "minibus").open_budget_pence + 100
    beyond = of(posting(9, "minibus", 0, more), closed=7)
    assert line_of(beyond, "minibus").forecast_pence == more


def test_a_line_paid_in_advance_is_not_forecast_to_be_paid_again():
    paid = line_of(of(posting(6, "bus_pass", 8_000_000)), "bus_pass")
    assert paid.in_advance and paid.forecast_pence == 8_000_000


def test_the_last_period_with_an_actual_is_taken_for_closed_unless_it_is_said():
    assert of(posting(6, amount=1), posting(9, amount=0, committed=5)).closed == 6
    assert of(posting(6, amount=1), closed=8).closed == 8
    assert of().closed == 0


def test_an_adjustment_posted_in_autumn_closes_no_month():
    paid, prepaid = posting(6, "bus_pass", 8_000_000), posting(13, "bus_pass", -2_000_000)
    found = of(paid, prepaid)
    assert found.closed == 6
    assert line_of(found, "minibus").forecast_pence == line_of(of(paid), "minibus").forecast_pence > 0
    assert line_of(found, "bus_pass").forecast_pence == 6_000_000


def test_the_year_is_that_of_most_rows_unless_it_is_said():
    assert of(posting(2, amount=1)).year == YEARS[1]
    assert of(posting(2, amount=1), posting(7, amount=1)).year == YEARS[0]
    assert of(posting(2, amount=1), year="2026-27").year == YEARS[0]
    assert of(year="2027/28").year == of(year="2027").year == YEARS[1]


def test_rows_that_fit_no_line_are_kept_in_a_line_of_their_own_and_named():
    found = of(posting(6, "bus pas", 500, row=7))
    assert line_of(found, forecast.NO_LINE).forecast_pence == 500
    assert any("Row 7" in note and "bus pas" in note for note in found.notes)


def test_rows_of_another_academic_year_are_told_and_not_counted():
    found = of(posting(3, amount=500, row=7), posting(6, amount=1))
    assert found.total("actual_pence") == 1
    assert any("Row 7" in note and "academic year before" in note for note in found.notes)


def test_rows_alike_are_told_and_all_counted():
    found = of(posting(6, amount=500, row=3), posting(6, "Free bus pass", amount=500, row=9))
    assert any(note.startswith("Rows 3, 9 are alike") for note in found.notes)
    assert found.total("actual_pence") == 1000


def test_a_line_is_known_by_its_id_its_name_and_a_code_that_it_alone_has():
    own = Finance({"minibus": LedgerCodes("C77", "4711"), "shared_taxi": LedgerCodes("C77", "4712")})
    coded = statement.of(plans.with_values(finance=own)).ledger
    for name in ("minibus", "MINIBUS", "4711", "C77/4711"):
        found = forecast.monitor(coded, Actuals("a", (posting(6, name, 5),)))
        assert line_of(found, "minibus").actual_pence == 5, name
    shared = forecast.monitor(coded, Actuals("a", (posting(6, "Customer and client receipts", 5),)))
    assert line_of(shared, forecast.NO_LINE).actual_pence == 5
    for name in ("Contributions: Minibus", "minibus income", "income minibus"):
        found = forecast.monitor(coded, Actuals("a", (posting(6, name, -5),)))
        assert line_of(found, "minibus income").actual_pence == -5, name


def test_a_forecast_of_ones_own_needs_a_reason():
    with pytest.raises(InputError, match="no reason"):
        of(posting(6, forecast_pence=5))
    with pytest.raises(InputError, match="no reason"):
        of(entries={"bus_pass": OwnForecast(5)})
    found = of(posting(6, forecast_pence=5, reason="fewer starts"))
    assert line_of(found, "bus_pass").forecast_pence == 5
    typed = of(posting(6, forecast_pence=5, reason="fewer starts"), entries={"bus_pass": OwnForecast(7, "a call")})
    assert (line_of(typed, "bus_pass").forecast_pence, line_of(typed, "bus_pass").reason) == (7, "a call")


def test_two_forecasts_of_one_line_and_settings_out_of_range_are_all_told():
    rows = (posting(6, forecast_pence=5, reason="a"), posting(7, forecast_pence=6, reason="b", row=3))
    with pytest.raises(InputError) as caught:
        of(*rows, closed=14, thresholds=Thresholds(0.5, 0.1), year="2031")
    assert len(caught.value.faults) == 4


def test_income_of_the_wrong_sign_is_told():
    assert any("above zero" in note for note in of(posting(6, NAMES[3], 500)).notes)


@pytest.mark.parametrize(
    ("variance", "budget", "rating"),
    [(100_000, 1, "Green"), (100_001, 0, "Red"), (200_000, 10_000_000, "Green"), (200_001, 10_000_000, "Amber")]
    + [(500_000, 10_000_000, "Amber"), (500_001, 10_000_000, "Red"), (-500_001, -10_000_000, "Red")],
)
def test_a_variance_is_rated_by_its_share_of_the_budget_and_its_size(variance, budget, rating):
    assert Thresholds().rating(variance, budget) == rating


def underspent(plan) -> Monitored:
    """Return a plan with no spend up to period 8."""
    held = statement.of(plan).ledger
    return forecast.monitor(held, Actuals("a", (posting(8, "bus_pass", 100),)))


def test_a_balance_funds_more_and_nobody_who_is_funded_loses_their_offer():
    plan = plans.default()
    monitored = underspent(plan)
    found = balance.year_end_balance(plan, monitored)
    assert found.raised_by_pence == -monitored.total("variance_pence") > 0
    before, after = (set(made.allocation.chosen.index) for made in (plan, found.next))
    assert before < after
    spent = found.next.allocation.spent_pence
    assert spent <= plan.scenario.budget_pence + found.raised_by_pence - monitored.contingency_pence
    words = balance.in_words(plan, monitored, found)
    assert all(any(str(cohort) in sentence for sentence in words) for cohort in found.coming.index)


def test_the_contingency_is_not_given_away():
    plan = plans.with_values(finance=Finance(contingency_share=1.0), budget_pence=200_000_00)
    monitored = underspent(plan)
    assert monitored.contingency_pence == plan.allocation.budget_pence - plan.allocation.spent_pence
    found = balance.year_end_balance(plan, monitored)
    assert found.next.scenario.reserve_pence >= monitored.contingency_pence
    assert found.next.allocation.spent_pence <= plan.allocation.spent_pence + found.raised_by_pence


def test_an_overspend_names_its_line_and_says_what_the_contingency_covers():
    plan = plans.default()
    monitored = forecast.monitor(statement.of(plan).ledger, Actuals("a", (posting(6, "bus_pass", 10**9),)))
    found = balance.year_end_balance(plan, monitored)
    words = " ".join(balance.in_words(plan, monitored, found))
    assert found.next is None and "Free bus pass" in words and "overspend" in words and "No contingency" in words
    held = replace(found, contingency_pence=found.variance_pence + 5)
    assert "covers it, and £0.05" in " ".join(balance.in_words(plan, monitored, held))


def test_a_plan_of_least_cost_gives_its_balance_to_the_most_access():
    plan = plans.least_cost()
    found = balance.year_end_balance(plan, underspent(plan))
    assert found.next.scenario.objective.aim == "most_access"
    assert found.next.allocation.access >= plan.allocation.access


def test_promises_of_the_scenario_stay_promised():
    plan = plans.limited()
    found = balance.year_end_balance(plan, underspent(plan))
    assert found.next.allocation.status != "infeasible"
    assert set(plan.scenario.limits.committed) <= set(found.next.scenario.limits.committed)
    assert isinstance(found.next.scenario.limits, Limits) and isinstance(found.next.scenario.objective, Objective)
