"""A plan remade from a period on keeps what is promised, paid and ordered, and says what changes."""

import json

import pytest

from budget.__main__ import main
from budget.accounts.statement import draw_up
from budget.monitoring import forecast
from budget.monitoring.lines import OwnForecast
from budget.monitoring.posting import Actuals, Posting
from budget.monitoring.replan import replan
from data.faults import InputError
from tests.budget.monitoring.test_ledgers import FILES, ledger, monitored, plan


def test_what_is_promised_stays_and_an_unconfirmed_underspend_is_not_given_away():
    found = replan(plan(), ledger(), monitored("notyet.csv"), 8)
    assert set(found.plan.allocation.chosen.index) >= set(plan().allocation.chosen.index)
    assert found.saved_pence == 0 and found.plan.scenario.budget_pence <= plan().scenario.budget_pence
    assert (found.spent_pence, found.adjusted_pence) == (14_488_630, -4_420_823)  # a prepayment stands in period 13


def test_rows_from_the_period_on_are_not_said_to_be_paid_before_it():
    rows = (Posting(2, 6, "minibus", 500, 0), Posting(3, 9, "minibus", 70, 0), Posting(4, 11, "minibus", 0, 9))
    found = replan(plan(), ledger(), forecast.monitor(ledger(), Actuals("a", rows), closed=7), 8)
    assert (found.spent_pence, found.later_pence, found.ordered_pence) == (500, 70, 9)
    kept = found.in_words()[0]
    assert (
        "£5.00 paid or accrued before period 8, £0.70 paid or accrued in period 8 or later and £0.09 on order" in kept
    )


def test_confirmed_savings_buy_more_and_the_part_of_this_year_is_told():
    closed = dict.fromkeys(("shared_taxi", "minibus"), OwnForecast(None, "", "closed"))
    found = replan(plan(), ledger(), monitored("notyet.csv", entries=closed), 9)
    assert found.saved_pence > 0
    assert found.plan.scenario.budget_pence == plan().scenario.budget_pence + found.saved_pence - found.over_pence
    assert 0 < found.extra_this_year_pence < found.extra_pence
    assert found.extra_this_year_pence == sum(found.new_months)
    assert not any(new for period, _, new in found.profile if period in (6, 7, 8))
    assert sum(kept for _, kept, _ in found.profile) == plan().allocation.spent_pence
    assert "What is new is spent in December" in " ".join(found.in_words())


def test_what_is_new_and_paid_in_advance_is_paid_at_once_and_in_whole_and_the_rest_by_the_days_left():
    closed = {each.key: OwnForecast(None, "", "closed") for each in ledger().profiled() if each.net_pence > 0}
    found = replan(plan(), ledger(), monitored("notyet.csv", entries=closed), 8)
    before, after = ({line.key: line for line in each.profiled()} for each in (ledger(), draw_up(found.plan).ledger))
    more = {key: after[key].net_pence - before[key].net_pence for key in before}
    at_once = sum(pence for key, pence in more.items() if before[key].in_advance == "yes")
    by_day = {key: pence for key, pence in more.items() if before[key].in_advance == "no" and pence}
    assert by_day
    weights = ledger().weights
    for period, _, new in found.profile[2:]:
        expected = sum(pence * weights[period - 1] / sum(weights) for pence in by_day.values())
        assert new == pytest.approx(expected + (at_once if period == 8 else 0), abs=len(by_day))


def test_an_overspend_that_the_money_left_does_not_cover_leaves_no_plan_and_says_so():
    over = forecast.monitor(ledger(), Actuals("a", (Posting(2, 6, "minibus", 10**8, 0),)))
    found = replan(plan(), ledger(), over, 7)
    assert found.plan is None and found.budget_pence < plan().allocation.spent_pence
    kept, budget, promised = found.in_words()
    assert budget.startswith("Budget: £750,000.00, less £") and "£0.00" not in budget
    assert "No plan keeps all that is promised" in promised


def test_a_closed_period_or_one_outside_the_year_is_refused():
    for period, words in ((6, "is closed"), (2, "no period of the plan"), (13, "no period of the plan")):
        with pytest.raises(InputError, match=words):
            replan(plan(), ledger(), monitored("notyet.csv"), period)


def test_the_command_writes_a_scenario_that_plans_to_the_same(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    asked = ["--scenario", str(FILES / "agreed.toml"), "--actuals", str(FILES / "notyet.csv"), "--from-period", "9"]
    assert main(["replan", *asked, "--save-scenario", "new.toml", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["plan", "--scenario", "new.toml", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["spent_pence"] - plan().allocation.spent_pence == told["extra_full_year_pence"]
    assert again["budget_pence"] + 2_500_000 in (told["budget_pence"], told["budget_pence"] + 2_500_000)
