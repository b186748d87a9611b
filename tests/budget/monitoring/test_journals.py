"""Journals balance to the penny, with the council's codes and their reversals, and the cash profile adds up."""

import csv
import io
from collections import defaultdict
from dataclasses import replace

import pytest

from budget.__main__ import main
from budget.accounts.ledger import Ledger
from budget.monitoring import forecast
from budget.monitoring.journals import cash_profile, journals, to_csv
from budget.monitoring.posting import Actuals, Posting
from tests.budget.monitoring.test_ledgers import FILES, ledger, line, monitored


def coded() -> Ledger:
    """Return the ledger with the council's codes for prepayments and accruals."""
    return replace(ledger(), finance=replace(ledger().finance, prepayments_code="91000", accruals_code="92000"))


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def pence(text: str) -> int:
    return round(float(text or 0) * 100)


@pytest.mark.parametrize("file", ["notyet.csv", "good.csv", "prep.csv", "wide.csv", "y2.csv"])
def test_every_journal_of_every_period_balances_to_the_penny_and_is_reversed(file):
    rows = rows_of(to_csv(journals(coded(), monitored(file))))
    sums: dict[tuple, int] = defaultdict(int)
    by_code: dict[tuple, int] = defaultdict(int)
    for row in rows:
        amount = pence(row["debit"]) - pence(row["credit"])
        sums[row["journal"], row["financial_year"], row["period"]] += amount
        by_code[row["cost_centre"], row["subjective"]] += amount
    assert set(sums.values()) <= {0} and set(by_code.values()) <= {0}


def test_an_accrual_is_what_is_not_invoiced_and_a_prepayment_what_is_not_posted():
    found = monitored("good.csv")
    rows = rows_of(to_csv(journals(coded(), found)))
    prepaid = [row for row in rows if row["journal"] == "Prepayment" and row["subjective"] == "91000"]
    assert [pence(row["debit"]) for row in prepaid] == [-line(found, "bus_pass").prepayment_pence]
    assert prepaid[0]["period"] == "13"
    accrued = [row for row in rows if row["journal"] == "Accrual" and row["subjective"] == "32130"]
    assert [pence(row["debit"]) for row in accrued] == [line(found, "mileage").not_invoiced_pence]
    assert {row["period"] for row in rows if row["journal"] == "Accrual reversal"} == {"9"}


def test_at_the_year_end_an_accrual_is_reversed_in_april():
    late = forecast.monitor(ledger(), Actuals("a", (Posting(2, 6, "minibus", 100, 0),)), closed=12)
    rows = rows_of(to_csv(journals(coded(), late)))
    places = {(row["financial_year"], row["period"]) for row in rows if row["journal"] == "Accrual reversal"}
    assert places == {("2027 to 2028", "1")}


def test_the_cash_profile_adds_up_to_the_budget_and_the_forecast():
    found = monitored("good.csv")
    rows = rows_of(cash_profile(ledger(), found))
    for row in rows:
        assert sum(pence(row[f"P{period}"]) for period in range(1, 14)) == pence(row["year"])
    *lines, budget, forecasts = rows
    assert sum(pence(row["year"]) for row in lines) == pence(budget["year"]) == found.total("budget_pence")
    assert pence(forecasts["year"]) == found.total("forecast_pence")


def test_a_code_never_becomes_a_formula():
    risky = replace(ledger(), finance=replace(ledger().finance, accruals_code="=1+1"))
    assert ",=1+1" not in to_csv(journals(risky, monitored("notyet.csv"))).decode()


def test_the_command_writes_both_files(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    asked = ["--scenario", str(FILES / "agreed.toml"), "--actuals", str(FILES / "good.csv")]
    assert main(["monitor", *asked, "--journals", "j.csv", "--cash-profile", "c.csv"]) == 0
    assert rows_of((tmp_path / "j.csv").read_bytes()) and rows_of((tmp_path / "c.csv").read_bytes())
