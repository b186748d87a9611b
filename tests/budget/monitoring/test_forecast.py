import random
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.accounts import ledger as ledgers
from budget.accounts import statement
from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.objective import Objective
from budget.monitoring import balance, forecast
from budget.monitoring.lines import LineForecast, OwnForecast, Thresholds
from budget.monitoring.monitored import Monitored
from budget.monitoring.posting import Actuals, Posting
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
VIREMENTS = Finance(
    {"bus_pass": LedgerCodes(virement_pence=123_457), "minibus": LedgerCodes(virement_pence=-123_457)},
    start=date(2026, 9, 1),
)


@cache
def ledger() -> ledgers.Ledger:
    return statement.draw_up(plans.with_values(finance=VIREMENTS)).ledger


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
def test_what_remains_is_never_more_than_what_is_still_to_come_nor_of_another_sign(postings, closed):
    for line in of(*postings, closed=closed).lines:
        low, high = sorted((0, line.open_budget_pence + line.not_invoiced_pence))
        assert low <= line.remaining_pence <= high


@given(POSTINGS, st.none() | st.integers(0, 13), st.randoms())
def test_an_order_gives_the_same_forecast_in_whatever_row_and_period_it_stands(postings, closed, chance):
    moved = [replace(row, committed_pence=0) for row in postings]
    orders = [
        replace(row, amount_pence=0, period=chance.choice((6, 9, 12, 13)), row=row.row + 100)
        for row in postings
        if row.committed_pence and row.period >= 6
    ]
    closed = closed or of(*postings, year=YEARS[0]).closed
    given, apart = of(*postings, closed=closed, year=YEARS[0]), of(*moved, *orders, closed=closed, year=YEARS[0])
    assert [line.forecast_pence for line in given.lines] == [line.forecast_pence for line in apart.lines]


def test_a_forecast_is_what_is_paid_and_the_larger_of_what_is_ordered_and_what_is_still_to_come():
    paid = (posting(6, "minibus", 100_000), posting(7, "minibus", 300_000, 50_000))
    line = line_of(of(*paid, closed=7), "minibus")
    remains = sum(line.months[period - 1] for period in range(8, 13))
    assert line.forecast_pence == 400_000 + remains
    beyond = line_of(of(*paid, posting(8, "minibus", 0, remains), closed=7), "minibus")
    assert beyond.forecast_pence == 400_000 + remains + 50_000


def test_a_late_invoice_is_forecast_by_the_profile_and_is_no_saving():
    line = line_of(of(posting(7, "Shared taxi", 4_000_000)), "minibus")
    assert line.status == "not yet invoiced" and line.variance_pence == 0
    since = line_of(of(posting(6, "minibus", 100), closed=8), "minibus")
    assert since.not_invoiced_pence == since.due[6] + since.due[7] and since.status == "not yet invoiced in full"


def test_an_invoice_for_two_months_is_not_waited_for_again():
    line = line_of(of(closed=7), "minibus")
    both = line.due[5] + line.due[6]
    found = line_of(of(posting(7, "minibus", both)), "minibus")
    assert (found.not_invoiced_pence, found.variance_pence, found.status) == (0, 0, "")
    half = line_of(of(posting(7, "minibus", line.due[6])), "minibus")
    assert half.not_invoiced_pence == line.due[5]


def test_what_is_paid_before_a_line_begins_is_for_later_and_is_neither_forecast_again_nor_accrued():
    late = statement.draw_up(plans.with_values(finance=replace(VIREMENTS, start=date(2026, 12, 1)))).ledger
    due = line_of(forecast.monitor(late, Actuals("a.csv", ()), closed=12), "minibus").due
    whole = sum(due)
    assert not any(due[:8]) and all(due[8:12])

    def found(*rows: Posting) -> LineForecast:
        return line_of(forecast.monitor(late, Actuals("a.csv", rows), closed=12), "minibus")

    paid = found(posting(6, "minibus", whole))
    assert (paid.not_invoiced_pence, paid.variance_pence, paid.status) == (0, 0, "")
    begun = found(posting(6, "minibus", whole), posting(9, "minibus", 10_00, row=3))
    assert begun.variance_pence == 10_00 and begun.not_invoiced_pence == 0
    part = found(posting(6, "minibus", due[8] + 5_00))
    assert part.not_invoiced_pence == whole - due[8] - 5_00 and part.variance_pence == 0


def test_more_is_waited_for_of_a_line_whose_whole_budget_is_paid_only_with_a_word():
    due = line_of(of(closed=12), "minibus").due
    found = of(posting(7, "minibus", sum(due)), closed=12)
    assert line_of(found, "minibus").not_invoiced_pence == sum(due[7:12])
    assert any('The whole budget of "Minibus" is paid' in note for note in found.notes)
    assert not any("The whole budget" in note for note in of(posting(7, "minibus", due[6]), closed=12).notes)


def test_an_accrual_stands_for_the_invoice_that_has_not_come():
    line = line_of(of(closed=7), "minibus")
    found = line_of(of(posting(7, "minibus", accrual_pence=line.due[5] + line.due[6] - 500)), "minibus")
    assert found.accrual_pence and found.variance_pence == -500 + min(500, line.due[5])
    assert line_of(of(posting(6, accrual_pence=7, line="nonsense")), forecast.NO_LINE).forecast_pence == 7


def test_income_that_has_not_come_is_forecast_only_as_far_as_it_falls_short():
    key = "moped_loan income"
    due = line_of(of(closed=7), key).due
    ahead = line_of(of(posting(6, NAMES[3], due[5] + due[6]), closed=7), key)
    assert (ahead.not_invoiced_pence, ahead.variance_pence) == (0, 0)
    behind = line_of(of(posting(6, NAMES[3], due[5]), closed=7), key)
    assert behind.not_invoiced_pence == due[6] and behind.status == "not yet received in full"


def test_a_pass_is_budgeted_when_it_is_paid_with_its_prepayment_and_on_budget_in_september():
    line = line_of(of(), "bus_pass")
    whole, prepaid = sum(line.months), sum(line.months[:5])
    assert (line.due[5], line.due[12], line.budget_pence) == (whole, -prepaid, whole - prepaid)
    paid = of(posting(6, "bus_pass", whole))
    assert line_of(paid, "bus_pass").variance_pence == 0 and line_of(paid, "bus_pass").prepayment_pence == -prepaid
    assert paid.rating(line_of(paid, "bus_pass")) == "Green"
    posted = line_of(of(posting(6, "bus_pass", whole), posting(13, "bus_pass", -prepaid, row=3)), "bus_pass")
    assert (posted.prepayment_pence, posted.variance_pence) == (0, 0)


def test_the_prepayment_of_a_pass_is_charged_in_april_and_forecast_until_it_is_posted():
    line = line_of(of(posting(2, "Shared taxi", 5), year=YEARS[1]), "bus_pass")
    assert line.due[0] == line.budget_pence == line.forecast_pence == sum(line.months[:5]) > 0


def test_a_pass_that_costs_less_is_a_saving_once_it_is_confirmed():
    line = line_of(of(), "bus_pass")
    paid = posting(6, "bus_pass", sum(line.months) - 1_000_000)
    waits, sure = of(paid), of(paid, entries={"bus_pass": OwnForecast(None, "fewer starts", "returned")})
    assert line_of(waits, "bus_pass").variance_pence == 0 and waits.available_pence == 0
    found = line_of(sure, "bus_pass")
    assert sure.available_pence == found.saving_pence == -found.variance_pence > 0


def test_a_line_closed_by_its_owner_is_forecast_at_what_was_paid():
    found = of(posting(7, "minibus", 123_400, 50_000), entries={"minibus": OwnForecast(None, "", "closed")})
    line = line_of(found, "minibus")
    assert line.forecast_pence == 173_400 and line.status == "closed by its owner"
    assert found.available_pence == line.budget_pence - 173_400


def test_a_saving_first_makes_good_every_overspend():
    closed = {"minibus": OwnForecast(None, "", "closed")}
    alone = of(posting(6, "minibus", 100), entries=closed).available_pence
    taxi = line_of(of(), "shared_taxi").due[5]
    found = of(posting(6, "minibus", 100), posting(6, "Shared taxi", taxi + 12_345), entries=closed)
    assert found.available_pence == alone - 12_345


def test_a_line_with_nothing_in_it_has_no_colour_and_a_rating_says_what_it_is_of():
    found = of(posting(6, "mileage", 10**8))
    assert found.rating(line_of(found, forecast.NO_LINE)) == ""
    line = line_of(found, "mileage")
    assert found.rating(line) == "Red" and " over" in line.variance_words() and "£" in line.variance_words()
    assert line_of(found, "minibus").variance_words() == "on budget"


def test_the_last_period_with_an_actual_is_taken_for_closed_unless_it_is_said():
    assert of(posting(6, amount=1), posting(9, amount=0, committed=5)).closed == 6
    assert of(posting(6, amount=1), closed=8).closed == 8
    assert of().closed == 0


def test_an_adjustment_posted_in_autumn_closes_no_month():
    paid, prepaid = posting(6, "bus_pass", 8_000_000), posting(13, "bus_pass", -2_000_000)
    found = of(paid, prepaid)
    assert found.closed == 6
    assert line_of(found, "minibus").forecast_pence == line_of(of(paid), "minibus").forecast_pence > 0
    bus_pass = line_of(found, "bus_pass")
    whole = sum(bus_pass.due[:-1])  # what is still to be paid has its prepayment still to come
    assert abs(bus_pass.prepayment_pence - bus_pass.due[-1] * (whole - 8_000_000) / whole) < 1


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
    coded = statement.draw_up(plans.with_values(finance=own)).ledger
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
    """Return a plan whose bus passes and taxis were closed by their owners in period 8 with next to no spend."""
    held = statement.draw_up(plan).ledger
    closed = {line.key: OwnForecast(None, "", "closed") for line in held.profiled() if line.kind == ledgers.EXPENDITURE}
    return forecast.monitor(held, Actuals("a", (posting(8, "bus_pass", 100),)), entries=closed)


def test_a_balance_funds_more_and_nobody_who_is_funded_loses_their_offer():
    plan = plans.default()
    monitored = underspent(plan)
    found = balance.year_end_balance(plan, monitored)
    assert found.raised_by_pence == monitored.available_pence > 0
    before, after = (set(made.allocation.chosen.index) for made in (plan, found.next))
    assert before < after
    spent = found.next.allocation.spent_pence
    assert spent <= plan.scenario.budget_pence + found.raised_by_pence - monitored.contingency_pence
    words = balance.in_words(plan, monitored, found)
    assert all(any(str(cohort) in sentence for sentence in words) for cohort in found.coming.index)


def test_an_underspend_that_is_not_confirmed_is_never_offered_for_spending():
    plan = plans.default()
    held = statement.draw_up(plan).ledger
    cheap = {"minibus": OwnForecast(100, "an estimate")}
    monitored = forecast.monitor(held, Actuals("a", (posting(8, "bus_pass", 100),)), entries=cheap)
    found = balance.year_end_balance(plan, monitored)
    assert monitored.total("variance_pence") < 0 and found.next is None
    assert "not offered for spending" in " ".join(balance.in_words(plan, monitored, found))
    assert any("not confirmed" in note for note in monitored.notes)


def test_the_contingency_is_not_given_away():
    plan = plans.with_values(finance=Finance(contingency_share=1.0), budget_pence=200_000_00)
    monitored = underspent(plan)
    assert monitored.contingency_pence == plan.allocation.budget_pence - plan.allocation.spent_pence
    found = balance.year_end_balance(plan, monitored)
    assert found.next.scenario.reserve_pence >= monitored.contingency_pence
    assert found.next.allocation.spent_pence <= plan.allocation.spent_pence + found.raised_by_pence


def test_an_overspend_names_its_line_and_says_what_the_contingency_covers():
    plan = plans.default()
    monitored = forecast.monitor(statement.draw_up(plan).ledger, Actuals("a", (posting(6, "bus_pass", 10**9),)))
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


def test_virements_that_do_not_balance_are_told_with_the_forecast():
    odd = replace(ledger(), finance=replace(VIREMENTS, lines={"bus_pass": LedgerCodes(virement_pence=100)}))
    found = forecast.monitor(odd, Actuals("actuals.csv"))
    assert any("receive £1.00 that no other line gives" in note for note in found.notes)
    assert not any("do not balance" in note for note in of().notes)
