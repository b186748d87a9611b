"""A plan remade from a period on keeps what is promised, paid and ordered, and says what changes."""

import json

import pytest

from budget.__main__ import main
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
    assert found.spent_pence == 10_067_807


def test_confirmed_savings_buy_more_and_the_part_of_this_year_is_told():
    closed = {"shared_taxi": OwnForecast(None, "", "closed")}
    found = replan(plan(), ledger(), monitored("good.csv", entries=closed), 9)
    assert found.saved_pence > 0
    assert found.plan.scenario.budget_pence == plan().scenario.budget_pence + found.saved_pence - found.over_pence
    days = [ledger().weights[n - 1] for n in (9, 10, 11, 12, 1, 2, 3, 4)]
    assert found.new_share == (sum(days), sum(ledger().weights))
    assert 0 <= found.extra_this_year_pence <= found.extra_pence


def test_an_overspend_that_the_money_left_does_not_cover_leaves_no_plan_and_says_so():
    over = forecast.monitor(ledger(), Actuals("a", (Posting(2, 6, "minibus", 10**8, 0),)))
    found = replan(plan(), ledger(), over, 7)
    assert found.plan is None and found.budget_pence < plan().allocation.spent_pence
    assert "No plan keeps all that is promised" in " ".join(found.in_words())


def test_a_closed_period_or_one_outside_the_year_is_refused():
    for period, words in ((6, "is closed"), (2, "no period of the plan"), (13, "no period of the plan")):
        with pytest.raises(InputError, match=words):
            replan(plan(), ledger(), monitored("notyet.csv"), period)


def test_the_command_writes_a_scenario_that_plans_to_the_same(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    asked = ["--scenario", str(FILES / "agreed.toml"), "--actuals", str(FILES / "good.csv"), "--from-period", "9"]
    assert main(["replan", *asked, "--save-scenario", "new.toml", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["plan", "--scenario", "new.toml", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["spent_pence"] - plan().allocation.spent_pence == told["extra_full_year_pence"]
    assert again["budget_pence"] + 2_500_000 in (told["budget_pence"], told["budget_pence"] + 2_500_000)
