"""The monitoring screen without a browser: what the ledger says of a plan, who kept it, and what is told to whom."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from budget.__main__ import main
from budget.accounts import statement
from budget.monitoring import actuals_file
from budget.scenarios.finance import Finance, LedgerCodes, Virement
from budget.store import actuals
from budget.store.entries import VersionEntry
from budget.store.library import Library, open_library
from budget.store.results import results_of
from data.faults import InputError
from data.wording import exact_pounds, pounds
from screens.monitoring import columns, monitoring, page_actuals, reasons, today, virements, years
from screens.monitoring import entry as monitoring_entry
from screens.scenario import saved
from tests.budget.store.stores import KINDS, new_url, results, scenario
from tests.budget.workbook import workbook_plans as plans
from tests.screens.people.people import press, run, said

SCRIPT = """
import streamlit as st
from data.faults import InputError
from screens import page
from screens.monitoring import monitoring
from screens.plan import plan

page.set_up()
{"monitoring": monitoring, "plan": plan}[st.session_state["screen"]].show()
"""
LEDGER = """period,line,amount,committed,reason
P6,bus_pass,"£90,000.10",0,bought late
October,minibus,3000.33,500.01,
7,taxis,5,0,
8,Contributions: Moped loan (Wheels to Work),(12.34),,
11,Shared taxi,0,200000,
3,Shared taxi,1,0,
13,mileage,-5,0,
"""


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    saved._library.clear()
    opened = []
    monkeypatch.setattr(saved, "open_library", lambda: opened.append(open_library()) or opened[-1])
    yield
    for library in opened:
        library.close()


@pytest.fixture
def library():
    with open_library() as opened:
        yield opened


@pytest.fixture
def entry(library) -> VersionEntry:
    plan = plans.default()
    dated = replace(plan, scenario=replace(plan.scenario, name="Agreed", day=plan.day))  # alike on whatever day it runs
    return library.save(dated.scenario, author="Ana", results=results_of(dated))


def at(id: str = "", who: str = "Ana") -> AppTest:
    """Return the screen at the address of a scenario, in a session of its own."""
    app = AppTest.from_string(SCRIPT, default_timeout=600)
    app.session_state["screen"] = "monitoring"
    app.session_state[page_actuals.WHO] = who
    if id:
        app.query_params[monitoring.ADDRESS] = id
    return run(app)


def give(app: AppTest, text: str = LEDGER, name: str = "ledger.csv") -> AppTest:
    app.file_uploader[0].upload(name, text.encode(), "text/csv")
    return run(app)


def hold(app: AppTest, text: str = LEDGER) -> AppTest:
    give(app, text)
    app.button(key="monitoring_take").click()
    return run(app)


def explain(app: AppTest, line: str, reason: str, own: str = "") -> AppTest:
    app.selectbox(key=reasons.LINE).set_value(line)
    run(app)
    next(box for box in app.text_area if box.label.startswith("Reason")).set_value(reason)
    next(box for box in app.text_input if box.label.startswith("Forecast of your own")).set_value(own)
    return press(app, "Keep it")


def pence(text: str) -> int:
    return round(float(text.replace("£", "").replace(",", "").replace("\u2212", "-")) * 100)


def by_command(entry: VersionEntry, capsys, *more: str) -> dict:
    """Return what `python -m budget monitor --json` says of the same scenario and file."""
    Path("ledger.csv").write_text(LEDGER, encoding="utf-8")
    with open_library() as opened:
        Path("agreed.toml").write_text(opened.get(entry.id).text, encoding="utf-8")
    capsys.readouterr()
    assert main(["monitor", "--scenario", "agreed.toml", "--actuals", "ledger.csv", "--json", *more]) == 0
    return json.loads(capsys.readouterr().out)


def test_every_amount_is_that_of_the_command_line_for_the_same_file(entry, capsys):
    app = hold(at(entry.id))
    told = by_command(entry, capsys)
    shown = [pence(metric.value) for metric in app.metric]
    totals = told["totals"]
    names = ("budget", "actual", "committed", "forecast")
    assert shown == [*(totals[f"{name}_pence"] for name in names), abs(totals["variance_pence"])]
    table = app.dataframe[0].value.set_index("Line")
    headings = ("Revised budget, £", "Actual to date, £", "Commitments, £", "Forecast outturn, £", "Variance, £")
    for line in (*told["lines"], {"label": "Total"} | totals):
        if line["label"] in table.index:
            row = [round(100 * table.loc[line["label"], heading]) for heading in headings]
            assert row == [line[f"{name}_pence"] for name in (*names, "variance")], line["label"]
    used = [line["label"] for line in told["lines"] if line["budget_pence"] or line["forecast_pence"]]
    assert [*used, "Total"] == list(table.index)
    for sentence in (*told["balance"]["in_words"], *told["notes"]):
        assert sentence in said(app)


def test_growth_against_today_and_who_approved_what_was_moved_are_on_the_page(library):
    lines = {"bus_pass": LedgerCodes(baseline_pence=100_000), "minibus": LedgerCodes()}
    moved = Virement("minibus", "bus_pass", 250_000, "Head of Finance", date(2026, 10, 12))
    agreed = replace(scenario("Agreed"), finance=Finance(lines, virements=(moved,)))
    app = at(library.save(agreed, author="Ana").id)
    against, virements = (table.value for table in app.table[:2])
    of_passes = against.set_index("Kind of support").loc["Free bus pass"]
    assert of_passes["Today"] == "£1,000.00"
    assert of_passes["Change"] == exact_pounds(abs(pence(of_passes["Plan"]) - 100_000)) + " growth"
    assert virements.iloc[0].tolist() == [
        "Minibus", "Free bus pass", "£2,500.00", "Head of Finance", "12 October 2026",
    ]  # fmt: skip
    assert "No county here counts those who will be" in said(app)


def test_what_is_spent_today_is_written_on_the_page_and_goes_into_what_is_planned_and_saved():
    app = at()
    app.session_state["screen"] = "plan"
    run(app)
    app.session_state["screen"] = "monitoring"
    assert "What is spent today is not known yet" in said(run(app)) and not app.table
    app.number_input(key=today.KEY.format("bus_pass")).set_value(1_000.0)
    press(app, "Compare the plan with these")
    of_passes = app.table[0].value.set_index("Kind of support").loc["Free bus pass"]
    assert of_passes["Today"] == "£1,000.00" and of_passes["Change"].endswith(" growth")
    held = (app.session_state["asked"], app.session_state["plan"])
    assert [each.scenario.finance.baseline_pence for each in held] == [100_000, 100_000]
    app.session_state["screen"] = "plan"
    assert run(app).session_state["plan"].scenario.finance.baseline_pence == 100_000


def test_money_is_moved_on_the_page_with_who_approved_it_and_an_impossible_move_is_refused_in_a_sentence():
    app = at()
    app.session_state["screen"] = "plan"
    run(app)
    app.session_state["screen"] = "monitoring"
    run(app)
    box = virements.KEY.format
    app.selectbox(key=box("from")).set_value("bus_pass")
    app.selectbox(key=box("to")).set_value("bus_pass")
    app.number_input(key=box("amount")).set_value(250.0)
    app.date_input(key=box("on")).set_value(date(2026, 11, 2))
    press(app, "Record it")
    assert "moves money from a line to itself." in app.error[0].value
    assert "Approved by\\: is missing. Write it." in app.error[0].value
    app.selectbox(key=box("to")).set_value("minibus")
    app.text_input(key=box("approved_by")).set_value("Head of Finance")
    press(app, "Record it")
    moved = [table.value for table in app.table if "Approved by" in table.value]
    assert moved[0].iloc[0].tolist() == ["Free bus pass", "Minibus", "£250.00", "Head of Finance", "2 November 2026"]
    held = (app.session_state["asked"], app.session_state["plan"])
    assert [each.scenario.finance.line("minibus").virement_pence for each in held] == [25_000, 25_000]
    app.selectbox(key=box("taken_back")).set_value(0)
    press(app, "Take it back")
    assert app.session_state["plan"].scenario.finance.virements == ()


def test_money_is_moved_in_a_saved_plan_that_is_open_and_the_page_says_that_it_is_to_be_saved_again():
    app = at()
    app.session_state["screen"] = "plan"
    run(app)
    app.session_state["screen"] = "monitoring"
    run(app)
    app.text_input(key=monitoring.NAME).set_value("Agreed")
    press(app, "Save it and go on")
    assert "is not saved yet" not in said(app)
    box = virements.KEY.format
    app.selectbox(key=box("from")).set_value("bus_pass")
    app.selectbox(key=box("to")).set_value("minibus")
    app.number_input(key=box("amount")).set_value(250.0)
    app.date_input(key=box("on")).set_value(date(2026, 11, 2))
    app.text_input(key=box("approved_by")).set_value("Head of Finance")
    press(app, "Record it")
    assert any("Approved by" in table.value for table in app.table)
    assert "What was changed here is not saved yet" in said(app)


def test_the_years_ahead_are_those_of_the_bundles_with_younger_people(monkeypatch):
    content = statement.draw_up(plans.default())
    county = content.plan.county
    areas = county.areas.assign(young_people=county.areas["young_people"] * 2)
    younger = replace(county, areas=areas, manifest=replace(county.manifest, ages=(15, 17)))
    other = replace(younger, manifest=replace(younger.manifest, councils=("X9",)))
    bundles = {Path("here"): county, Path("younger"): younger, Path("elsewhere"): other}
    monkeypatch.setattr(years, "county_folders", lambda: {str(folder): folder for folder in bundles})
    monkeypatch.setattr(years, "load_county", bundles.__getitem__)
    assert years._cohorts(content) == [younger]


def test_columns_said_by_hand_are_kept_with_the_scenario_and_read_the_next_file(entry, library):
    text = "Wann,Zeile,Betrag\n6,minibus,12.50\n"
    app = give(at(entry.id), text)
    for role, heading in (("period", "Wann"), ("code", "Zeile"), ("amount", "Betrag")):
        app.selectbox(key=f"{columns.COLUMN}_{role}").set_value(heading)
    press(app, "Read the file so")
    app.button(key="monitoring_take").click()
    run(app)
    assert [row.amount_pence for row in actuals.latest(library, entry.id).actuals.postings] == [1250]
    again = hold(at(entry.id), text.replace("12.50", "13.50"))
    assert not again.error
    assert [row.amount_pence for row in actuals.latest(library, entry.id).actuals.postings] == [1350]


def test_accruals_are_added_to_the_file_in_use(entry, library):
    app = hold(at(entry.id))
    give(app, "period,line,amount\n8,minibus,70\n", "accruals.csv")
    app.button(key="monitoring_accruals").click()
    run(app)
    rows = actuals.latest(library, entry.id).actuals.postings
    assert (len(rows), rows[-1].accrual_pence, rows[-1].amount_pence) == (8, 7000, 0)


def test_a_saving_confirmed_on_the_screen_is_kept_and_offered(entry, library):
    app = hold(at(entry.id))
    app.selectbox(key=reasons.LINE).set_value("minibus")
    run(app)
    next(box for box in app.selectbox if box.label.startswith("The saving is")).set_value("closed")
    press(app, "Keep it")
    kept = actuals.latest(library, entry.id).settings.entries["2026 to 2027"]["minibus"]
    assert kept.confirmed == "closed" and "is confirmed as saved" in said(app)


def test_a_plan_made_again_from_the_next_open_period_is_saved_as_a_scenario_that_keeps_every_offer(entry, library):
    app = hold(at(entry.id), "period,line,amount\nP8,minibus,3000\n")
    app.button(key="monitoring_replan").click()
    run(app)
    assert "Kept: " in said(app)
    app.button(key="monitoring_replan_save").click()
    run(app)
    new = next(each for each in library.list() if each.id != entry.id)
    assert new.name == "Agreed, from period 9"
    kept = library.get(new.id).scenario.limits.committed
    assert kept and len(kept) == len(library.get(entry.id).results.chosen)


def test_reasons_of_many_lines_are_kept_in_one_save_and_all_faults_are_told(entry, library):
    hold(at(entry.id))
    before = pd.DataFrame({"Line": ["A", "B"], "V": "", "Reason": "", "Own": "", "How": ""}, ["minibus", "mileage"])
    filled = before.copy()
    filled["Reason"], filled["How"] = ["late", "let again"], ["", "price changed"]
    kept = actuals.latest(library, entry.id)
    now = page_actuals.PageActuals(kept.actuals, kept.settings, kept.version, kept, kept.number)
    st.session_state[page_actuals.ON_PAGE] = {entry.id: now}
    st.session_state[page_actuals.WHO] = "Ana"
    reasons.save_many(entry.id, now, "2026 to 2027", before, filled)
    entries = actuals.latest(library, entry.id).settings.entries["2026 to 2027"]
    assert (entries["minibus"].reason, entries["mileage"].confirmed) == ("late", "price")
    filled["Own"], filled["Reason"] = ["x", "5"], ["late", ""]
    reasons.save_many(entry.id, now, "2026 to 2027", before, filled)
    assert len(st.session_state[reasons.TYPED]) == 2
    assert actuals.latest(library, entry.id).number == kept.number + 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_opened_anew_comes_back_to_the_file_the_reasons_and_what_was_chosen(kind, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", new_url(kind, tmp_path))
    with open_library() as opened:
        entry = opened.save(scenario("Agreed"), author="Ana", results=results())
    app = hold(at(entry.id))
    explain(app, "minibus", "two routes let late", "£150,000.00")
    app.selectbox[1].set_value("2026 to 2027")
    press(app, "Keep these")
    again = at(entry.id, who="")
    assert [metric.value for metric in again.metric] == [metric.value for metric in app.metric]
    assert again.dataframe[0].value.equals(app.dataframe[0].value)
    assert "two routes let late. A person's own forecast." in said(again)
    assert again.dataframe[0].value.set_index("Line").loc["Minibus", "Forecast outturn, £"] == 150_000
    with open_library() as opened:
        details = [action.details["did"] for action in opened.audit(entry.id) if action.action == "monitored"]
        assert actuals.latest(opened, entry.id).settings.year == "2026 to 2027"
    assert details == [
        "File ledger.csv with 7 rows", "Reason for Minibus, forecast £150,000.00",
        "Year, closed period, amber and red",
    ]  # fmt: skip


def test_every_fault_of_a_file_is_listed_by_its_row_and_nothing_is_kept(entry, library):
    app = give(at(entry.id), "period,line,amount\n14,bus_pass,1\n6,,1\n6,minibus,lots\n")
    for words in ("ledger.csv cannot be used yet", "row 2, period", "row 3, line", 'row 4, amount: "lots"'):
        assert words in said(app)
    assert "monitoring_take" not in {button.key for button in app.button}
    give(app, "what,ever\n1,2\n")
    assert "has no column period" in said(app) and "row 2, period" not in said(app)
    assert actuals.latest(library, entry.id) is None
    assert "It is not kept yet" in said(give(app))
    assert actuals.latest(library, entry.id) is None


def test_a_ledger_of_very_many_rows_that_fit_no_line_floods_no_page(entry):
    app = at(entry.id)
    rows = "".join(f"6,supplier {number},1.00\n" for number in range(6_000))
    hold(app, f"period,line,amount\n{rows}")
    run(app)
    assert app.metric[1].value == "£6,000.00"
    assert len(app.info[0].value.splitlines()) < 40 and "notes more" in said(app)
    give(app, "period,line,amount\n" + "14,minibus,lots\n" * 1_000)
    assert "And 1,500 faults more" in said(app)


def test_the_second_of_two_who_keep_is_told_what_the_other_did_and_keeps_both(entry, library):
    ana = hold(at(entry.id))
    ben = at(entry.id, who="Ben")
    explain(ana, "minibus", "let late")
    explain(ben, "shared_taxi", "fares went up")
    for words in ("Not kept: Reason for Shared taxi", "Ana saved on", "after you opened save 1", "minibus: let late"):
        assert words in said(ben)
    assert "let late" not in ben.dataframe[0].value["Reason"].to_list()
    ben.button(key="monitoring_mine").click()
    run(ben)
    reasons = set(ben.dataframe[0].value["Reason"])
    assert {"let late", "fares went up"} <= reasons
    assert "Ben kept save 3" in said(run(ana))
    ana.button(key="monitoring_latest").click()
    assert set(run(ana).dataframe[0].value["Reason"]) == reasons


def test_of_two_reasons_for_one_line_the_last_stands_and_the_other_is_in_the_history(entry):
    ana = hold(at(entry.id))
    ben = at(entry.id, who="Ben")
    explain(ana, "minibus", "let late")
    explain(ben, "minibus", "=never let")
    ben.button(key="monitoring_mine").click()
    assert "'=never let" in set(run(ben).dataframe[0].value["Reason"])
    ben.session_state[monitoring_entry.HISTORY] = True
    run(ben).selectbox(key=f"{monitoring_entry.SAVE}_{entry.id}").set_value(2)
    run(ben).button(key="monitoring_restore").click()
    assert "let late" in set(run(ben).dataframe[0].value["Reason"])
    assert "Save 2 once more. Kept as save 4" in said(ben)


def test_what_a_newer_file_says_of_a_line_goes_before_what_was_typed_and_the_rest_of_that_stays(entry, library):
    app = hold(at(entry.id))
    explain(app, "minibus", "let late")
    explain(app, "shared_taxi", "fares went up")
    hold(app, "period,line,amount,committed,reason\n9,minibus,1,0,all let now\n")
    assert "in place of what was typed for Minibus. Kept as save 4" in said(app)
    reasons = app.dataframe[0].value.set_index("Line")["Reason"]
    assert (reasons["Minibus"], reasons["Shared taxi"]) == ("all let now", "fares went up")
    assert actuals.get(library, entry.id, 3).settings.entries["2026 to 2027"]["minibus"].reason == "let late"


def test_what_was_typed_of_one_financial_year_is_not_said_of_the_next(entry):
    app = hold(at(entry.id))
    explain(app, "minibus", "let late", "5")
    hold(app, "period,line,amount\n2,bus_pass,9\n")
    assert "2027 to 2028" in said(app) and "let late" not in set(app.dataframe[0].value["Reason"])
    hold(app, LEDGER)
    assert "let late" in set(app.dataframe[0].value["Reason"])


def test_who_lets_go_of_theirs_sees_the_others(entry):
    ana = hold(at(entry.id))
    ben = at(entry.id, who="Ben")
    hold(ana, "period,line,amount\n6,bus_pass,7\n")
    hold(ben, "period,line,amount\n6,bus_pass,8\n")
    assert "the file ledger.csv, with 1 rows" in said(ben)
    ben.button(key="monitoring_theirs").click()
    assert run(ben).metric[1].value == "£7.00" and "Not kept" not in said(ben)


def test_nothing_is_kept_without_the_name_of_who_keeps_it_and_what_was_given_stays_in_hand(entry, library):
    app = hold(at(entry.id, who=" "))
    assert "Not kept" in said(app) and "Your name: is empty" in said(app)
    assert actuals.latest(library, entry.id) is None
    app.text_input(key=page_actuals.WHO).set_value("Cy")
    run(app).button(key="monitoring_again").click()
    assert "Kept as save 1" in said(run(app))
    assert actuals.latest(library, entry.id).author == "Cy"


def test_a_forecast_of_ones_own_needs_a_reason_and_an_amount(entry):
    app = hold(at(entry.id))
    before = app.dataframe[0].value
    for own, reason, words in (("1000", "", "needs one"), ("lots", "why", '"lots" is not an amount')):
        explain(app, "minibus", reason, own)
        assert "Not kept yet" in said(app) and words in said(app)
        assert app.dataframe[0].value.equals(before)


def ratings(app):
    return app.dataframe[0].value["Rating"]


def test_amber_above_red_is_refused_and_other_limits_rate_otherwise(entry):
    app = hold(at(entry.id))
    rated = ratings(app)
    boxes = {box.label.split()[0]: box for box in app.number_input}
    boxes["Amber"].set_value(90.0)
    press(app, "Keep these")
    assert "Amber: 90% is above red, 5%" in said(app)
    for box in app.number_input:  # so that the smallest difference is red
        if box.label.startswith(("Amber", "Red", "Always green")):
            box.set_value(0 if isinstance(box.value, int) else 0.0)
    press(app, "Keep these")
    assert (rated == "Red").sum() < (ratings(app) == "Red").sum()


def test_the_empty_table_can_be_filled_in_and_is_read(entry, monkeypatch):
    offered = []
    monkeypatch.setattr(st, "download_button", lambda _label, data, *_name, **_more: offered.append(data))
    at(entry.id)
    tables = [content for content in offered if isinstance(content, bytes)]  # not the workbook, made once asked for
    assert len(tables) == 2
    for content, periods in zip(tables, ([*range(6, 13), 13], [*range(1, 6), 13]), strict=True):
        filled = content.decode("utf-8-sig").replace(",,,,", ",1,,,")
        read = actuals_file.read(filled.encode(), "filled.csv")
        assert sorted({posting.period for posting in read.postings}) == sorted(periods)
        assert {posting.line for posting in read.postings} >= {"Minibus", "Free bus pass"}


def test_a_scenario_saved_anew_is_told_and_the_actuals_move_to_it_when_asked(entry, library):
    app = hold(at(entry.id))
    before = app.metric[0].value
    library.save(scenario("Agreed", budget_pence=20_000_000), author="Ben", id=entry.id, expected_version=1)
    assert "Ben saved version 2" in said(run(app)) and app.metric[0].value == before
    app.button(key="monitoring_version").click()
    assert pence(run(app).metric[0].value) < pence(before)
    assert actuals.latest(library, entry.id).version == 2
    assert at(entry.id).metric[0].value == app.metric[0].value


def test_a_plan_that_comes_out_otherwise_than_it_was_saved_is_told(entry, monkeypatch):
    assert "made again here" not in said(at(entry.id))
    real = saved.find
    made_again, other = pounds(results().spent_pence), results().model_copy(update={"spent_pence": 12_345})
    monkeypatch.setattr(saved, "find", lambda *asked: replace(real(*asked), results=other))
    assert f"The plan that was saved spends £123.45; made again here it spends {made_again}" in said(at(entry.id))


@pytest.mark.parametrize("is_deleted", [False, True])
def test_an_address_of_nothing_is_said_in_words_and_the_rest_can_be_chosen(entry, library, is_deleted):
    other = library.save(scenario("Other"), author="Ana")
    if is_deleted:
        library.delete(other.id, author="Di")
    app = at(other.id if is_deleted else "nosuchscenario12")
    assert "The scenario in this address cannot be monitored" in said(app)
    assert ("Di deleted it" in said(app)) == is_deleted
    assert app.selectbox(key=monitoring.SELECTED).value in {one.id for one in library.list()}


def test_a_scenario_deleted_while_it_is_watched_is_told_and_not_swapped_in_silence(entry, library):
    other = library.save(scenario("Other"), author="Ana", results=results())
    app = hold(at(entry.id))
    library.delete(entry.id, author="Di")
    assert "The scenario in this address cannot be monitored" in said(run(app)) and "Di deleted it" in said(app)
    assert app.selectbox(key=monitoring.SELECTED).value == other.id
    assert not app.metric


def test_without_a_plan_and_without_a_scenario_it_says_what_to_do_first():
    assert "There is nothing to monitor yet" in said(at())


def test_the_plan_on_the_screen_is_saved_first_and_its_actuals_with_it(library):
    app = at()
    app.session_state["screen"] = "plan"
    run(app)
    app.session_state["screen"] = "monitoring"
    assert "This plan is not saved yet" in said(run(app)) and not app.file_uploader
    press(app, "Save it and go on")
    assert "Not saved" in said(app) and library.list() == ()
    assert "Name of the scenario: is empty" in said(app)
    app.text_input(key=monitoring.NAME).set_value("Agreed")
    app.text_input(key=page_actuals.WHO).set_value("Ana")
    press(app, "Save it and go on")
    (made,) = library.list()
    assert made.name == "Agreed" and app.query_params[monitoring.ADDRESS] in (made.id, [made.id])
    hold(app)
    assert "Kept as save 1" in said(app)
    assert [metric.value for metric in at(made.id).metric] == [metric.value for metric in app.metric]


def test_where_the_library_cannot_be_opened_the_plan_on_the_screen_is_monitored_all_the_same(monkeypatch, tmp_path):
    (tmp_path / "library.sqlite").write_bytes(b"Dear Sir, " * 1000)
    app = at()
    assert "The library of scenarios cannot be opened" in said(app) and "damaged" in said(app)
    app.session_state["screen"] = "plan"
    run(app)
    app.session_state["screen"] = "monitoring"
    hold(run(app))
    assert app.metric[1].value == "£92,988.09"
    assert "in this session alone: a page that is refreshed loses it" in said(app)
    explain(app, "minibus", "let late")
    assert "let late" in set(app.dataframe[0].value["Reason"])
    (tmp_path / "library.sqlite").unlink()
    before = app.dataframe[0].value
    press(app, "Try again")
    assert "cannot be opened" not in said(app) and "**ledger.csv** is still here" in said(app)
    app.text_input(key=monitoring.NAME).set_value("Agreed")
    app.text_input(key=page_actuals.WHO).set_value("Ana")
    press(app, "Save it and go on")
    assert "given before. Kept as save 1" in said(app)
    assert app.dataframe[0].value.equals(before)


def test_the_address_of_a_scenario_waits_for_a_library_that_cannot_be_opened(entry, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Library, "list", gone)
        app = at(entry.id)
        assert "There is nothing to monitor yet" in said(app)
        app.session_state["screen"] = "plan"
        run(app)
        app.session_state["screen"] = "monitoring"
        assert run(app).selectbox(key=monitoring.SELECTED).value == monitoring.ON_SCREEN
    press(app, "Try again")
    assert app.selectbox(key=monitoring.SELECTED).value == entry.id
    app.selectbox(key=monitoring.SELECTED).set_value(monitoring.ON_SCREEN)
    assert run(app).selectbox(key=monitoring.SELECTED).value == monitoring.ON_SCREEN
    assert monitoring.ADDRESS not in app.query_params


def gone(*_args, **_more):
    raise InputError("The library of scenarios", ["cannot be used."])


def test_where_the_library_goes_away_what_is_on_the_page_stays_and_what_is_typed_is_in_hand(entry, monkeypatch):
    app = hold(at(entry.id))
    before = app.dataframe[0].value
    monkeypatch.setattr(Library, "list", gone)
    monkeypatch.setattr(actuals, "save", gone)
    explain(app, "minibus", "let late")
    assert "The library of scenarios cannot be opened" in said(app) and "Not kept" in said(app)
    assert app.dataframe[0].value.equals(before)


def test_the_plans_workbook_is_there_before_any_actual_and_can_be_read_back(entry):
    app = at(entry.id)
    assert "Download the plan's workbook" in [button.label for button in app.get("download_button")]
    app.session_state[monitoring.workbook.READ_BACK] = True
    assert any("with what you changed in its yellow cells" in box.label for box in run(app).file_uploader)
