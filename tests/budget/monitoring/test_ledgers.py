"""Each ledger in `ledgers` against a plan agreed for the example county: what is read, left out and forecast."""

import datetime
from functools import cache
from pathlib import Path

import pytest

from budget.accounts import statement
from budget.accounts.ledger import EXPENDITURE, INCOME, Ledger
from budget.monitoring import actuals_file, balance, forecast
from budget.monitoring.lines import LineForecast, OwnForecast
from budget.monitoring.monitored import Monitored
from budget.monitoring.posting import Actuals, Posting
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.scenarios import scenario_file
from data.bundle import load
from data.example import FOLDER as EXAMPLE
from data.faults import InputError

FILES = Path(__file__).with_name("ledgers")
PINNED = ("sha256", "bundle =")  # of the figures and the county at the time: the plan is of today's


@cache
def plan(scenario: str = "agreed.toml") -> Plan:
    lines = (FILES / scenario).read_text().splitlines()
    text = "\n".join(line for line in lines if not any(word in line for word in PINNED))
    return planning.make(load(EXAMPLE), scenario_file.from_text(text, scenario), datetime.date(2026, 9, 1))


@cache
def ledger(scenario: str = "agreed.toml") -> Ledger:
    return statement.draw_up(plan(scenario)).ledger


def monitored(file: str, scenario: str = "agreed.toml", **asked) -> Monitored:
    return forecast.monitor(ledger(scenario), actuals_file.read_file(FILES / file), **asked)


def of_text(text: str, **asked) -> Monitored:
    return forecast.monitor(ledger(), actuals_file.read(text.encode(), "ledger.csv"), **asked)


def line(found: Monitored, key: str) -> LineForecast:
    return next(each for each in found.lines if each.key == key)


def actuals(found: Monitored) -> dict[str, int]:
    return {each.key: each.actual_pence for each in found.lines if each.actual_pence}


def said(found: Monitored) -> str:
    return "\n".join(found.notes)


def test_a_minibus_not_yet_invoiced_is_forecast_at_its_profile_and_nothing_is_offered():
    found = monitored("notyet.csv")
    minibus = line(found, "minibus")
    assert minibus.status == "not yet invoiced" and minibus.forecast_pence == minibus.budget_pence > 0
    left = balance.year_end_balance(plan(), found)
    assert left.next is None and left.raised_by_pence == 0


def test_a_pass_is_forecast_at_its_profile_in_the_second_year():
    found = monitored("y2.csv")
    assert found.year == "2027 to 2028"
    assert line(found, "bus_pass").forecast_pence == line(found, "bus_pass").budget_pence > 0


def test_the_same_orders_in_other_periods_give_the_same_forecast():
    one, other = monitored("good.csv"), monitored("good2.csv")
    assert [each.forecast_pence for each in one.lines] == [each.forecast_pence for each in other.lines]
    assert one.total("committed_pence") == 17_100_000


def test_passes_with_their_prepayment_are_on_plan_and_not_red():
    found = monitored("prep.csv")
    bus_pass = line(found, "bus_pass")
    assert found.rating(bus_pass) == "Green" and abs(bus_pass.variance_pence) < 100_000


def test_rows_of_other_cost_centres_are_left_out_by_name_with_their_total():
    found = monitored("othercc.csv")
    assert actuals(found) == {"shared_taxi": 1_820_000}
    assert "C99999" in said(found) and "C77777" in said(found) and "£350,000.00 in 2 rows" in said(found)


def test_one_subjective_is_told_apart_by_cost_centre():
    found = monitored("samesub.csv", "samesub.toml")
    assert actuals(found) == {"bus_pass": 12_690_000, "shared_taxi": 1_820_000, "minibus": 3_315_789}


@pytest.mark.parametrize(
    ("file", "years", "total"),
    [
        ("lastyear.csv", ["2025 to 2026"], "£155,554.00"),
        ("financial_year.csv", ["2025 to 2026"], "£25,000.00"),
        ("sep25.csv", ["2025 to 2026", "2024 to 2025"], "£35,200.00"),
        ("dates.xlsx", ["2025 to 2026"], "£18,200.00"),
    ],
)
def test_rows_of_other_years_are_left_out_by_name_with_their_total(file, years, total):
    found = monitored(file)
    assert all(year in said(found) for year in years) and total in said(found)
    assert all(posting.year == 2026 for posting in found.counted)


def test_dates_of_posting_are_read_in_place_of_periods():
    found = monitored("dates.csv")
    assert [(row.period, row.year) for row in found.counted] == [(6, 2026), (6, 2026), (7, 2026)]


def test_oracle_columns_of_debit_and_credit_are_read():
    found = monitored("oracle.csv")
    assert actuals(found) == {
        "bus_pass": 12_690_000, "bus_pass income": -500_000, "shared_taxi": 3_810_000, "minibus": 3_195_789,
    }  # fmt: skip
    assert "Oracle" in said(found)


def test_agresso_periods_are_read_and_totals_left_out_and_checked():
    found = monitored("agresso.csv")
    assert line(found, "shared_taxi").actual_pence == 3_810_000
    assert line(found, "shared_taxi").committed_pence == 6_000_000
    assert "2 rows (6, 8)" in said(found)
    assert '"Grand total", says £192,957.89' in said(found) and "£200.00 more" in said(found)
    assert "Subtotal C12341" not in said(found)  # it adds up


def test_periods_across_are_read_and_the_year_to_date_is_checked_and_not_added():
    found = monitored("wide.csv")
    assert actuals(found) == {"bus_pass": 12_690_000, "shared_taxi": 6_220_000}
    assert line(found, "shared_taxi").committed_pence == 6_000_000
    assert "agrees with the periods" in said(found)
    wrong = of_text("Account,P6,P7,YTD\n32110,10,20,31\n")
    assert "Row 2: its periods add up to £30.00, its year to date says £31.00" in said(wrong)


def test_amounts_to_date_become_the_amounts_of_each_period_and_it_is_said():
    found = monitored("ytd.csv")
    assert [row.amount_pence for row in found.counted] == [1_000_000] * 3
    assert "adds up from the start of the year" in said(found)
    with pytest.raises(InputError, match="one row a period"):
        of_text("Period,Line,YTD\nP6,bus_pass,1\nP6,bus_pass,2\n")


def test_credits_of_every_kind_and_the_headings_of_sap_are_read():
    text = (
        "Cost Center;Cost Element;Fiscal Year;Period;Val.in rep.cur.;D/C;Text\nC12341;32110;2026;006;1.200,00;S;a\n"
    ).replace("1.200,00", "1200.00")
    text += "C12341;32110;2026;006;200.00-;;b\nC12341;32110;2026;006;(100.00);;c\nC12341;32110;2026;006;50.00 CR;;d\n"
    text += "C12341;32110;2026;006;25.00;H;e\n"
    found = of_text(text)
    assert actuals(found) == {"shared_taxi": 120_000 - 20_000 - 10_000 - 5_000 - 2_500}
    assert "SAP" in said(found)


def test_a_debit_less_a_credit_that_is_not_the_net_is_a_fault_with_its_row():
    with pytest.raises(InputError, match="row 3, amount"):
        of_text("Period,Account,Debit,Credit,Net\n6,32110,5,0,5\n6,32110,5,1,5\n")


def test_columns_that_a_person_confirmed_come_before_their_headings():
    text = "Wann,Konto,Amount,Betrag\n6,32110,9,5\n"
    columns = {"period": "Wann", "code": "Konto", "amount": "Betrag"}
    found = actuals_file.read(text.encode(), "l.csv", columns)
    assert [(row.period, row.code, row.amount_pence) for row in found.postings] == [(6, "32110", 500)]
    with pytest.raises(InputError, match="cannot be perod"):
        actuals_file.read(text.encode(), "l.csv", {"perod": "Wann"})


def test_accruals_are_read_from_a_column_and_from_a_file_of_their_own():
    column = of_text("period,line,accrual\n6,minibus,20\n")
    paid = actuals_file.read(b"period,line,amount\n6,minibus,5\n", "a.csv")
    file = actuals_file.read(b"period,line,amount\n6,minibus,20\n", "accruals.csv")
    both = forecast.monitor(ledger(), actuals_file.with_accruals(paid, file))
    assert line(column, "minibus").accrual_pence == line(both, "minibus").accrual_pence == 2_000
    assert line(both, "minibus").actual_pence == 500


@pytest.mark.parametrize(
    "heading", ["YTD spend", "YTD Actuals", "Cumulative actuals (£)", "Spend to date", "Actual_YTD"]
)
def test_amounts_to_date_are_known_by_any_usual_heading(heading):
    found = of_text(f"Month,Scheme,{heading}\nOctober,Shared taxi,15\nSeptember,Shared taxi,10\n")
    assert [(row.period, row.amount_pence) for row in found.counted] == [(7, 500), (6, 1_000)]


def test_a_balance_of_orders_is_not_added_up_over_the_periods_of_amounts_to_date():
    found = of_text("Period,Line,YTD,Commitments\n6,Shared taxi,10,5\n7,Shared taxi,20,4\n")
    assert line(found, "shared_taxi").committed_pence == 400 and "as a balance" in said(found)


def test_amounts_to_date_beside_amounts_are_checked_and_not_added():
    right = of_text("Period,Line,In month,Year to date\n6,Shared taxi,10,10\n7,Shared taxi,5,15\n")
    wrong = of_text("Period,Line,Actual,Year to date\n6,Shared taxi,10,10\n7,Shared taxi,5,16\n")
    assert line(right, "shared_taxi").actual_pence == line(wrong, "shared_taxi").actual_pence == 1_500
    assert "agree with the amounts" in said(right)
    assert "row 3 says £16.00, the amounts up to it are £15.00" in said(wrong)


@pytest.mark.parametrize(
    ("headings", "total"),
    [
        ("P06 Actual (£),P07 Actual (£)", "Total"),
        ("6,7", "Total"),
        ("Sep (P6),P7 Oct", "Grand total"),
        ("202606,202607", "Sum"),
    ],
)
def test_periods_across_are_read_however_they_are_headed_and_their_total_is_checked(headings, total):
    found = of_text(f"Account,{headings},{total}\n32110,10,20,31\n")
    assert [(row.period, row.amount_pence) for row in found.counted] == [(6, 1_000), (7, 2_000)]
    assert "add up to £30.00" in said(found)


@pytest.mark.parametrize(
    "total",
    [
        "C12341 Total,,,30",
        "Sum,,,30",
        "Σ 32110,,,30",
        "**,,,30",
        "Overall Result,,,30",
        "Total 202606,,202606,30",
        ",Total,202607,30",
    ],
)
def test_a_total_is_left_out_whatever_it_is_called_and_though_it_has_a_period(total):
    text = f"Account,Cost centre,Period,Amount\n32110,C12341,202606,10\n32110,C12341,202606,20\n{total}\n"
    if total.startswith(","):
        text = text.replace("Account,Cost centre", "Supplier,Line").replace("32110,C12341", "x,Shared taxi")
    found = of_text(text)
    assert actuals(found) == {"shared_taxi": 3_000} and "1 row (4)" in said(found)


def test_a_line_that_begins_with_the_word_total_and_has_a_period_is_a_posting():
    found = of_text("Period,Line,Amount\n6,Shared taxi,10\n6,Total Taxis Ltd,4\n")
    assert line(found, forecast.NO_LINE).actual_pence == 400


@pytest.mark.parametrize("row", ["Setp,Total Energies,Shared taxi,200", ",Total Fitness refund,Shared taxi,200"])
def test_a_posting_without_a_readable_period_is_refused_and_no_total_because_of_its_suppliers_name(row):
    with pytest.raises(InputError, match="row 3, period"):
        of_text(f"Period,Supplier,Line,Amount\nP6,Acme,Shared taxi,100\n{row}\nP7,Acme,Shared taxi,300\n")
    for total in ("Total", "Total Shared taxi", "Shared taxi total", "Total 202606", "Total spend"):
        text = f"Period,Supplier,Line,Amount\nP6,Acme,Shared taxi,100\n,{total},Shared taxi,100\n"
        assert actuals(of_text(text)) == {"shared_taxi": 10_000}


def test_credits_that_are_all_written_below_zero_are_received_and_not_spent():
    found = of_text("Period,Account,Debit,Credit,Net\n6,32110,18,,18\n7,32110,,-3.5,-3.5\n")
    assert actuals(found) == {"shared_taxi": 1_450} and "below zero" in said(found)
    mixed = of_text("Period,Account,Debit,Credit\n6,32110,18,2\n7,32110,,-3.5\n")  # a credit taken back
    assert actuals(mixed) == {"shared_taxi": 1_950}


@pytest.mark.parametrize(
    ("cell", "period", "year"),
    [
        ("P06 Sep", 6, None), ("Period 6 (Sep)", 6, None), ("Sep-26 (P6)", 6, 2026), ("2026/27 P6", 6, 2026),
        ("P6 FY26/27", 6, 2026), ("2026-27-06", 6, 2026), ("006.2026", 6, 2026), ("2026/006", 6, 2026),
        ("06-2026/27", 6, 2026), ("6 (September)", 6, None), ("Mth 6", 6, None),
        ("FY27 P6", 6, 2026), ("FY27-06", 6, 2026), ("FY2026-27 - Sep", 6, 2026),
        ("ADJ-27", 13, 2026), ("Sep 15, 2026", 6, 2026), ("Tue 15th September 2026", 6, 2026), ("20260915", 6, 2026),
    ],
)  # fmt: skip
def test_a_period_is_read_as_councils_write_it(cell, period, year):
    (row,) = actuals_file.read(f'Period,Line,Amount\n"{cell}",Shared taxi,1\n'.encode(), "l.csv").postings
    assert (row.period, row.year) == (period, year)


@pytest.mark.parametrize("cell", ["P7 Sep", "06/2026", "Sep-26 2025/26", "14", "FY27", "Sep-26 FY27"])
def test_a_period_that_contradicts_itself_or_may_be_two_is_refused(cell):
    with pytest.raises(InputError, match="is not a period"):
        actuals_file.read(f"Period,Line,Amount\n{cell},Shared taxi,1\n".encode(), "l.csv")


@pytest.mark.parametrize(
    ("headings", "row", "year"),
    [
        ("Year,Month", "2027,January", 2026), ("Financial year,Month", "2026,January", 2026),
        ("Financial year,Month", "2026/27,January", 2026), ("Year,Date", "2027,15/01/2027", 2026),
        ("Year,Period", "2026,10", 2026),
    ],
)  # fmt: skip
def test_a_year_beside_a_month_is_the_days_unless_it_is_headed_as_financial(headings, row, year):
    (found,) = actuals_file.read(f"{headings},Line,Amount\n{row},Shared taxi,1\n".encode(), "l.csv").postings
    assert (found.period, found.year) == (10, year)


def test_a_date_that_is_not_in_the_financial_year_beside_it_is_refused():
    with pytest.raises(InputError, match='"2026/27" is not the year of "31/03/2026"'):
        of_text("Financial year,Date,Line,Amount\n2026/27,31/03/2026,Shared taxi,1\n")


def test_a_subtotal_that_does_not_add_up_is_held_against_the_rows_of_its_group():
    found = of_text("Period,Account,Amount\n6,32110,10\n,32110 Total,10\n6,32120,5\n,32120 Total,6\n,Grand Total,15\n")
    assert "the rows above it add up to £5.00, which is £1.00 less" in said(found) and "Row 6" not in said(found)


def test_a_date_with_the_month_first_is_told_how_dates_are_written():
    with pytest.raises(InputError, match="Write the day first"):
        of_text("Posting date,Account,Amount\n09/15/2026,32110,1\n")


def test_codes_are_found_in_cells_that_have_their_names_too():
    text = "Period,Cost centre,Account,Amount\n6,C12341 - Taxis,32110 Taxis,5\n6,C99999 Care,32110 Taxis,7\n"
    found = of_text(text)
    assert actuals(found) == {"shared_taxi": 500} and "cost centre C99999 Care" in said(found)
    by_name = of_text("Period,Line,Amount\n6,55555 Shared taxi,5\n")
    assert actuals(by_name) == {"shared_taxi": 500}
    whole = of_text("Period,Account,Amount\n6,01-C12341-32110-0000,5\n")
    assert actuals(whole) == {"shared_taxi": 500}


def test_a_row_that_fits_several_lines_is_told_which():
    found = forecast.monitor(ledger("samesub.toml"), actuals_file.read(b"Period,Account,Amount\n6,32100,5\n", "l.csv"))
    assert "is of several lines (Free bus pass, Shared taxi, Minibus)" in said(found)


@pytest.mark.parametrize("row", ["12,32100,-{prepaid},journal", "8,32100,-{prepaid},prepayment April to July"])
def test_a_prepayment_in_another_period_than_13_is_taken_for_one_and_no_second_is_forecast(row):
    bus_pass = line(forecast.monitor(ledger(), Actuals("")), "bus_pass")
    paid, prepaid = sum(bus_pass.due[:-1]) / 100, -bus_pass.due[-1] / 100
    found = of_text(f"Period,Account,Amount,Reason\n6,32100,{paid:.2f},\n{row.format(prepaid=prepaid)}\n")
    bus_pass = line(found, "bus_pass")
    assert (bus_pass.prepayment_pence, bus_pass.variance_pence, bus_pass.status) == (0, 0, "")
    assert "is read as the prepayment at 31 March" in said(found)


def test_half_of_the_passes_with_half_of_the_prepayment_are_on_plan():
    bus_pass = line(forecast.monitor(ledger(), Actuals("")), "bus_pass")
    paid, prepaid = sum(bus_pass.due[:-1]) / 200, -bus_pass.due[-1] / 200
    found = of_text(f"Period,Account,Amount\n6,32100,{paid:.2f}\n13,32100,-{prepaid:.2f}\n")
    assert abs(line(found, "bus_pass").variance_pence) <= 2
    small = of_text(f"Period,Account,Amount\n6,32100,{2 * paid:.2f}\n13,32100,1\n")
    assert line(small, "bus_pass").variance_pence == 100  # a pound of adjustment is no prepayment


TAXIS = {"shared_taxi": 3_810_000}  # £18,200 in September, £19,900 in October


@pytest.mark.parametrize(
    "text",
    [
        "Account,Sep YTD,Oct YTD\n32110,18200,38100\n",
        "Account,YTD P7,YTD P6,YTD P8,YTD P9\n32110,38100,18200,,0\n",
        "Account,Actual to date Sep-26,Actual to date Oct-26\n32110,18200,38100\nTotal,18200,38100\n",
        "Account,Sep Actual,Sep YTD,Oct Actual,Oct YTD\n32110,18200,18200,19900,38100\n",
    ],
)
def test_amounts_to_date_across_are_differenced_and_periods_to_come_are_no_credits(text):
    found = of_text(text)
    assert {(row.period, row.amount_pence) for row in found.counted} == {(6, 1_820_000), (7, 1_990_000)}
    assert "Check that" not in said(found)


def test_amounts_to_date_beside_the_months_across_are_held_against_them():
    found = of_text("Account,Sep Actual,Oct Actual,Oct YTD\n32110,10,20,31\n")
    assert actuals(found) == {"shared_taxi": 3_000} and "its year to date says £31.00" in said(found)


@pytest.mark.parametrize(
    ("above", "period"),
    [
        ("Budget monitoring,Period 7 2026/27", (7, 2026)),
        ("Transport\nPosition at the end of October 2026", (7, 2026)),
        ("2026/27 P7,Printed 05/11/2026", (7, 2026)),
        ("Actuals to 31/10/2026", (7, 2026)),
        ("For the period 1 April 2026 to 31 October 2026", (7, 2026)),
    ],
)
def test_a_budget_report_without_a_column_of_periods_has_that_of_the_lines_above_it(above, period):
    text = f"{above},,\nAccount,Budget,Actual to date\n32110,120000,38100\n"
    found = of_text(text)
    assert [(row.period, row.year) for row in found.counted] == [period] and actuals(found) == TAXIS
    assert "No column says a period" in said(found)
    with_year = of_text("Period 7,,\nAccount,Year,Actual to date\n32110,2026,38100\n")
    assert actuals(with_year) == TAXIS


@pytest.mark.parametrize("above", ["Printed 05/11/2026", "Period 7 and period 8", "Transport"])
def test_a_budget_report_whose_period_is_not_said_once_is_refused(above):
    with pytest.raises(InputError, match="add a column period"):
        of_text(f"{above},,\nAccount,Budget,Actual to date\n32110,120000,38100\n")


@pytest.mark.parametrize(
    ("headings", "beside", "period"),
    [
        ("Period,Financial year", "01/2027,2026/27", 10), ("Period,Financial year", "10/2026,2026/27", 7),
        ("Period,Posting date", "06/2026,30/09/2026", 6), ("Period,Posting date", "09/2026,30/09/2026", 6),
    ],
)  # fmt: skip
def test_a_number_with_a_year_is_a_month_or_a_period_by_what_stands_beside_it(headings, beside, period):
    text = f"{headings},Account,Amount\n{beside},32110,10\n"
    if "10/2026" in beside:  # of a file in which another row tells
        text += "01/2027,2026/27,32110,20\n"
    found = of_text(text)
    assert found.counted[0].period == period and found.counted[0].year == 2026
    assert "and the like are read as" in said(found)


def test_a_number_with_a_year_alone_is_told_both_ways_that_it_may_be_meant():
    with pytest.raises(InputError, match="it may be June 2026 or period 6 of 2026 to 2027"):
        of_text("Period,Account,Amount\n06/2026,32110,1\n")


@pytest.mark.parametrize("year", ["FY27", "FY2027", "2627", "202627", "26-27"])
def test_a_financial_year_is_read_however_a_council_names_it(year):
    found = of_text(f"Year,Period,Account,Amount\n{year},6,32110,10\nFY26,6,32110,7\n")
    assert actuals(found) == {"shared_taxi": 1_000} and "financial year 2025 to 2026" in said(found)
    assert "financial year that ends in the year named" in said(found)


@pytest.mark.parametrize(
    ("heading", "debit", "credit"),
    [("Debit/Credit", "Debit", "Credit"), ("DC", "D", "C"), ("+/-", "+", "-"), ("D/C indicator", "S", "H")],
)
def test_a_column_that_says_debit_or_credit_gives_the_sign(heading, debit, credit):
    found = of_text(f"Period,Account,Amount,{heading}\n6,32110,30,{debit}\n6,32110,10,{credit}\n")
    assert actuals(found) == {"shared_taxi": 2_000}


@pytest.mark.parametrize(
    "rows",
    [
        "Cost Ctr;G/L Acct;Fisc.Year;Per;Amount in LC\n"
        "C12341;0000032110;2026;6;18.200,00\nC12341;32110;2026;7;19.900,00\n",
        "Account,Posting Period,Year/month,Amount in Local Crcy\n"
        "32110,6,2026/06,18200\n32110,7,2026/07,19900\n32110,6,2025/06,5\n",
        "Cost Centre Segment,Natural Account Segment,GL Period,Accounted Debit,Accounted Credit\n"
        "C12341,32110,SEP-26,18200,\nC12341,32110,OCT-26,20000,100\n",
        "Cost centre,Ledger Account,Ledger Period,Amount\n"
        "C12341 Taxis,32110:Taxi,FY2026-27 - Sep,18200\nC12341,32110,FY27 P7,19900\n",
        "Cost centre,Account,Period,Amount\n"
        "C12341,32110,202606,18200\nC12341,32110,202607,19900\nC12341 Σ,,,38100\nΣ,,,38100\n",
        "Period,Account,Amount\n6,32110,18200\nPeriod,Account,Amount\n7,32110,19900\n,,38100\n",
        "Period,Account,Amount\n6,32110,18200\n7,32110,19900\n,Carried forward,38100\n,Closing balance,38100\n",
        "Account,Cost centre,Period,Opening balance,Movement,Closing balance\n"
        "32110,C12341,202606,0,18200,18200\n32110,C12341,202607,18200,19900,38100\n",
    ],
    ids=["SAP", "SAP year and month", "Oracle", "Workday", "Business World", "pages", "balances", "movements"],
)  # fmt: skip
def test_reports_of_ledgers_are_read_as_a_person_reads_them(rows):
    assert actuals(of_text(rows)) == TAXIS


@pytest.mark.parametrize(("second", "is_asked"), [(60_000, True), (59_000, False)])
def test_an_order_balance_shown_again_in_another_period_is_asked_about_and_counted(second, is_asked):
    found = of_text(f"Subjective,Period,Amount,Commitment\n32110,6,18200,60000\n32110,7,19900,{second}\n")
    assert line(found, "shared_taxi").committed_pence == (60_000 + second) * 100
    words = '"Shared taxi" has £60,000.00 on order in each of the periods 6 and 7'
    assert (words in said(found)) is is_asked


def test_a_pivot_table_in_outline_is_read_by_its_codes_under_their_cost_centres():
    text = "Row Labels,Sum of Sep,Sum of Oct\nC12341,30,40\n32110,25,40\n32120,5,0\nC99999,7,0\n32110,7,0\n"
    found = of_text(f"{text}Grand Total,37,40\n")
    assert line(found, "shared_taxi").actual_pence == 6_500
    assert "cost centre C99999" in said(found) and "totals of the rows beneath them: 2 rows (C12341, C99999)" in said(
        found
    )
    flat = of_text("Row Labels,Sep,Oct\n32110,30,40\n32120,30,40\nGrand Total,60,80\n")  # alike by chance
    assert actuals(flat) == {"shared_taxi": 7_000, "minibus": 7_000}


# Twelve months of invented rows, month by month, against a calculation that shares nothing with the program's


FIRST_PERIODS, SECOND_PERIODS = [6, 7, 8, 9, 10, 11, 12], [1, 2, 3, 4, 5]


def independent(months: list[int], rows: list[tuple[int, int, int]], periods: list[int], closed: int) -> int:
    """Return a line's forecast in pence, of rows (period, paid, ordered) up to a closed period, in plain loops."""
    paid_by = dict.fromkeys(periods, 0)
    ordered = 0
    for period, amount, order in rows:
        paid_by[period] += amount
        ordered += order
    shut = [period for period in periods if period <= closed]
    last = max([period for period in shut if paid_by[period] != 0], default=0)
    to_come = sum(months[period - 1] for period in periods if period > closed or last < period <= closed)
    missing = sum(months[period - 1] for period in shut if period <= last and paid_by[period] == 0)
    behind = sum(months[period - 1] - paid_by[period] for period in shut if period <= last)
    if missing > 0 and behind > 0:
        to_come += missing if missing < behind else behind
    return sum(paid_by.values()) + (ordered if ordered > to_come else to_come)


def independent_income(months: list[int], rows: list[tuple[int, int, int]], periods: list[int], closed: int) -> int:
    """Return the forecast of a line of income (below nought): what is behind at the close is still expected."""
    received = sum(amount for _, amount, _ in rows)
    by_now = sum(months[period - 1] for period in periods if period <= closed)
    behind = by_now - received
    if behind > 0:
        behind = 0
    if behind < by_now:
        behind = by_now
    return received + behind + sum(months[period - 1] for period in periods if period > closed)


@pytest.mark.parametrize(("year", "periods"), [("2026-27", FIRST_PERIODS), ("2027-28", SECOND_PERIODS)])
def test_twelve_months_of_spend_and_income_agree_each_month_with_an_independent_calculation(year, periods):
    lines = [each for each in ledger().profiled() if each.in_advance == "no" and each.net_pence]
    assert {each.kind for each in lines} == {EXPENDITURE, INCOME}
    revised = {each.key: line(forecast.monitor(ledger(), Actuals("")), each.key).months for each in lines}
    rows: list[Posting] = []
    by_line: dict[str, list[tuple[int, int, int]]] = {each.key: [] for each in lines}
    for period in periods:
        for at, each in enumerate(lines):
            if (period + at) % 4 == 0:
                continue  # its invoice, or its instalment, comes late
            late = 2 if (period - 1 + at) % 4 == 0 else 1
            paid = late * revised[each.key][period - 1] * (97 + (period * 7 + at * 3) % 9) // 100
            order = revised[each.key][periods[-1] - 1] if period >= periods[-2] and each.kind == EXPENDITURE else 0
            rows.append(Posting(len(rows) + 2, period, each.label, paid, order))
            by_line[each.key].append((period, paid, order))
        found = forecast.monitor(ledger(), Actuals("ledger", tuple(rows)), year=year, closed=period)
        expected = {
            each.key: (independent if each.kind == EXPENDITURE else independent_income)(
                list(revised[each.key]), by_line[each.key], periods, period
            )
            for each in lines
        }
        assert {key: line(found, key).forecast_pence for key in by_line} == expected, period
        assert sum(p.forecast_pence for p in found.by_period()) == found.total("forecast_pence")
    closed = {each.key: OwnForecast(None, "year end", "closed") for each in ledger().profiled()}
    outturn = forecast.monitor(ledger(), Actuals("ledger", tuple(rows)), year=year, closed=periods[-1], entries=closed)
    for key, booked in by_line.items():
        assert line(outturn, key).forecast_pence == sum(paid + order for _, paid, order in booked)
