"""The plan screen without a browser: what a budget, a setting, a kind of support and a wrong answer change."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from budget.planning import reasons
from budget.scenarios.scenario import Scenario
from data import bundle, example
from eligibility.rules.criteria import Verdict
from screens.background import panel
from screens.plan import plan
from screens.scenario import form, saved
from tests import ROOT
from tests.screens.background import slow_work

APP = ROOT / "streamlit_app.py"
WITHIN, SPENT, EACH = "Young people brought within reach", "Spent", "Cost for each brought within reach"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    saved._library.clear()


@pytest.fixture
def app():
    started = AppTest.from_file(str(APP), default_timeout=600)
    started.query_params["budget"] = "750,000"  # a link to a plan opens it
    return started


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, [error.message for error in app.exception]
    return app


def press_plan(app: AppTest) -> AppTest:
    app.button(key="plan_pressed").click()
    return run(app)


def figures(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def number(text: str) -> float:
    return float(text.replace("£", "").replace(",", "").replace("%", ""))


def test_the_screen_opens_on_the_example_county_with_a_plan_already_made(app):
    shown = figures(run(app))
    assert list(shown) == [WITHIN, SPENT, EACH]
    assert number(shown[WITHIN]) > 0
    assert 0 < number(shown[SPENT]) <= 750_000
    assert "Marrowshire (made up) is a made-up county" in app.info[0].value.replace("\\", "")


def test_the_screen_says_how_good_the_plan_is_known_to_be(app):
    assert any("Proved best" in text.value for text in run(app).markdown)


def test_a_smaller_budget_buys_less(app):
    before = figures(run(app))
    app.text_input(key="budget").set_value("£100,000")
    after = figures(press_plan(app))
    assert number(after[WITHIN]) < number(before[WITHIN])
    assert number(after[SPENT]) <= 100_000


def test_an_amount_is_written_back_with_thousands_commas(app):
    run(app).text_input(key="budget").set_value("£1234567.5")
    assert press_plan(app).text_input(key="budget").value == "1,234,567.50"


def test_a_budget_in_the_address_is_planned_for(app):
    app.query_params["budget"] = "100000"
    shown = figures(run(app))
    assert number(shown[SPENT]) <= 100_000
    assert app.text_input(key="budget").value == "100000"


def test_a_planned_budget_goes_into_the_address(app):
    run(app).text_input(key="budget").set_value("200000")
    assert press_plan(app).query_params["budget"] in ("200,000", ["200,000"])


def test_a_plan_that_takes_long_is_stopped_and_the_last_one_stands(app, monkeypatch):
    before = figures(run(app))
    monkeypatch.setattr(panel, "QUICK_SECONDS", 0.01)
    monkeypatch.setattr("screens.background.plan_jobs.make", slow_work.plan)
    app.text_input(key="budget").set_value("212345")
    press_plan(app)
    assert any("Finding the best plan for the money…" in text.value for text in app.markdown)
    assert figures(app) == before
    job = app.session_state["running_plan"]
    app.button(key="running_plan_stop").click()
    run(app)
    assert "Stopped after" in app.info[0].value and job.status == "stopped"
    assert figures(app) == before
    press_plan(app)
    assert app.session_state["running_plan"] is not job
    app.button(key="running_plan_stop").click()
    run(app)


def test_nothing_for_nothing_is_a_plan_and_not_an_error(app):
    run(app).text_input(key="budget").set_value("0")
    shown = figures(press_plan(app))
    assert (shown[WITHIN], shown[EACH]) == ("0", "none")


def test_a_bad_budget_is_named_and_the_last_plan_stays(app):
    before = figures(run(app))
    app.text_input(key="budget").set_value("lots")
    after = press_plan(app)
    assert "'lots' is not an amount" in after.error[0].value.replace("\\", "")
    assert figures(after) == before


def test_a_bad_budget_in_the_address_is_named_before_there_is_any_plan(app):
    app.query_params["budget"] = "-5"
    assert "is negative" in run(app).error[0].value
    assert figures(app) == {}


def test_a_setting_in_the_address_that_cannot_be_is_named(app):
    app.query_params["college_minutes"] = "9999"
    assert "must lie between 0 and 600" in run(app).error[0].value


def test_every_wrong_answer_is_listed_at_once(app):
    run(app).text_input(key="budget").set_value("lots")
    app.text_input(key="reserve").set_value("-1")
    for box in app.checkbox:
        box.uncheck()
    said = press_plan(app).error[0].value.replace("\\", "")
    assert said.count("\n- ") == 3
    assert "Budget:" in said and "Held back:" in said and "Kinds of support: none is on offer" in said


def test_a_fault_is_gone_once_it_is_mended(app):
    run(app).text_input(key="budget").set_value("lots")
    press_plan(app).text_input(key="budget").set_value("300000")
    assert not press_plan(app).error


def test_a_kind_that_is_not_ticked_is_not_funded(app):
    kinds = set(funded_kinds(run(app)))
    assert "Free bus pass" in kinds
    app.checkbox(key="bus_pass").uncheck()
    assert "Free bus pass" not in funded_kinds(press_plan(app))


def funded_kinds(app: AppTest) -> list[str]:
    tables = [frame.value for frame in app.dataframe]
    return next(table for table in tables if "Kind of support" in table)["Kind of support"].tolist()


def test_a_longer_reach_to_college_changes_what_the_money_buys(app):
    before = figures(run(app))
    app.number_input(key="college_minutes").set_value(90)
    assert figures(press_plan(app)) != before


def test_a_targeting_setting_changes_which_areas_are_in_target(app):
    before = in_target(run(app))
    app.number_input(key="minimum_km_to_college_in_miles").set_value(12.0)
    app.number_input(key="minimum_km_to_work_in_miles").set_value(12.0)
    assert in_target(press_plan(app)) < before


def test_a_link_from_when_distances_were_in_kilometres_means_what_it_meant(app):
    app.query_params["minimum_km_to_college"] = "8"
    run(app)
    box = app.number_input(key="minimum_km_to_college_in_miles")
    assert box.value == 4.971 and box.label.endswith("(miles)")
    assert app.session_state["plan"].scenario.targeting["minimum_km_to_college"] == pytest.approx(8, abs=0.001)
    assert app.number_input(key="minimum_km_to_work_in_miles").value == 3.0
    assert "minimum_km_to_work" not in app.session_state["plan"].scenario.targeting  # three miles are the rule's own


def test_the_rules_for_deprived_and_isolated_areas_can_be_chosen_and_their_settings_then_changed(app):
    before = in_target(run(app))
    app.selectbox(key="policy").select("deprived-and-isolated-areas")
    chosen = in_target(press_plan(app))
    app.number_input(key="minimum_low_income_percentile").set_value(90.0)
    assert in_target(press_plan(app)) < chosen < before


def test_coverage_and_what_would_settle_the_rest_stand_beside_the_figures(app):
    app.session_state[plan.TAB] = "Whom the rules look at"
    shown = run(app)
    words = " ".join(text.value for text in shown.markdown).replace("\\", "")
    assert "The county has about" in words and "live in areas in target" in words
    assert any("not settled, and what would settle them" in expander.label for expander in shown.expander)
    assert "Download the matrix to fill in" in [button.label for button in shown.get("download_button")]


def in_target(app: AppTest) -> int:
    line = next(text.value for text in app.markdown if "areas are in target, with" in text.value)
    return int(line.split()[0].replace(",", ""))


def test_money_held_back_is_not_spent(app):
    run(app).text_input(key="reserve").set_value("700000")
    assert number(figures(press_plan(app))[SPENT]) <= 50_000


def test_an_address_that_names_a_folder_that_is_no_bundle_is_refused_with_what_to_do(app, tmp_path):
    app.query_params["county"] = str(tmp_path)
    said = run(app).error[0].value.replace("\\", "")
    assert f"{tmp_path}: is not a bundle" in said


def test_a_budget_that_is_more_than_enough_says_what_is_left_and_why(app):
    app.query_params["budget"] = "50000000"
    assert any("is left, as everyone whom support can help" in text.value for text in run(app).markdown)


@pytest.mark.parametrize("missing", ["boundaries", "destinations", "all areas but one"])
def test_a_bundle_with_less_in_it_still_gets_its_whole_screen(app, tmp_path, missing):
    county = bundle.load(example.FOLDER)
    areas = county.areas
    less = {
        "boundaries": {"areas": areas.set_geometry(areas.geometry.representative_point())},
        "destinations": {"destinations": county.destinations.iloc[:0]},
        "all areas but one": {"areas": areas.iloc[[99]]},
    }
    bundle.save(replace(county, **less[missing]), tmp_path / "less")
    app.query_params["county"] = str(tmp_path / "less")
    assert "What this rests on" in [heading.value for heading in run(app).header]


def test_an_address_may_name_the_folder_of_a_bundle(app, tmp_path):
    app.query_params["county"] = str(name_bundle(shutil.copytree(example.FOLDER, tmp_path / "a" / "b"), "Far away"))
    assert any("Far away" in heading.value for heading in run(app).header)


def test_a_damaged_bundle_in_the_working_folder_is_listed_and_refused_when_chosen(app, tmp_path):
    folder = shutil.copytree(example.FOLDER, tmp_path / "spoilt")
    name_bundle(folder, "Spoilt")
    (folder / "areas.parquet").write_bytes(b"not a table")
    run(app).selectbox(key="county").set_value("Spoilt")
    assert "was changed since the bundle was written" in press_plan(app).error[0].value.replace("\\", "")


def test_bundles_in_the_working_folder_and_in_bundles_are_offered(app, tmp_path):
    name_bundle(shutil.copytree(example.FOLDER, tmp_path / "here"), "Here")
    name_bundle(shutil.copytree(example.FOLDER, tmp_path / "bundles" / "there"), "There")
    assert run(app).selectbox(key="county").options == ["Marrowshire (made up)", "There", "Here"]


def test_a_folder_that_only_looks_like_a_bundle_is_not_offered(app, tmp_path):
    (tmp_path / "website").mkdir()
    (tmp_path / "website" / "manifest.json").write_text('{"name": "A website"}', "utf-8")
    assert run(app).selectbox(key="county").options == ["Marrowshire (made up)"]


def test_charts_and_vehicles_of_the_spend_are_made_once_their_tab_is_opened(app):
    assert not run(app).get("vega_lite_chart")
    app.session_state[plan.TAB] = "Where the money goes"
    assert len(run(app).get("vega_lite_chart")) == 2
    assert any("Vehicles paid for" in table.value for table in app.table)


def name_bundle(folder: Path, name: str) -> Path:
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text("utf-8")) | {"name": name}), "utf-8")
    return folder


def test_choosing_an_area_shows_why_it_is_in_target_and_what_it_is_offered(app):
    area = run(app).selectbox(key="area")
    code = next(option for option in area.options if "X01000012" in option)
    run(area.set_value("X01000012") and app)
    assert any(code.split(" (")[0] in heading.value for heading in app.subheader)
    behind, offers, rules = (app.table[place].value for place in range(3))
    assert "It would get" in behind["Figure"].tolist() or "Funded" in behind["Figure"].tolist()
    assert "**funded**" in offers["In this plan"].tolist()
    assert rules["Verdict"].iloc[0] == "met"


def test_in_a_large_county_the_list_holds_the_areas_that_may_be_planned_for(app, monkeypatch):
    monkeypatch.setattr("screens.plan.where.MOST_LISTED", 10)
    listed = run(app).selectbox(key="area").options
    statuses = [in_target(app), not_settled(app)]
    assert len(listed) == sum(statuses)


def not_settled(app: AppTest) -> int:
    line = next(text.value for text in app.markdown if "areas are in target, with" in text.value)
    return int(line.split(" areas are not settled")[0].split()[-1].replace(",", ""))


def test_an_area_that_is_out_of_target_says_which_rules_keep_it_out(app):
    area = run(app).selectbox(key="area")
    plan = app.session_state["plan"]
    code = plan.targeting.outcome.index[plan.targeting.outcome == Verdict.FAIL][0]
    run(area.set_value(code) and app)
    said = next(text.value for text in app.markdown if text.value.startswith("These rules exclude it:"))
    assert "not met" in said and said.count("\n- ") >= 1


def test_an_area_that_is_not_funded_says_why_and_at_what_budget_it_comes_in(app):
    app.query_params["budget"] = "100000"
    area = run(app).selectbox(key="area")
    why = reasons.explanation(app.session_state["plan"]).cohorts
    code = why.index[why["entry_budget_pence"].notna() & ~why["funded"]][0]
    run(area.set_value(code) and app)
    assert any("**Not funded.**" in text.value and "comes in by a budget of" in text.value for text in app.markdown)
    behind = app.table[0].value.set_index("Figure")["Value"]
    budget = behind["It comes in, at the latest, by a budget of"].replace("\\", "")
    next(button for button in app.button if button.label == f"Plan with {budget}").click()
    run(app)
    assert code in {cohort for cohort, _ in app.session_state["plan"].allocation.chosen.index}
    assert any("**Funded.**" in text.value for text in app.markdown)


def test_a_scenario_made_with_other_rules_is_refused_and_one_press_plans_it_by_those_that_stand(app):
    was = run(app)
    expected = figures(was)
    app.session_state[form.SOURCE] = replace(Scenario(), policy_sha256="0" * 64)
    press_plan(app)
    assert any("This cannot be planned yet" in error.value for error in app.error)
    app.button(key="use_what_stands").click()
    run(app)
    assert not app.error
    assert figures(app) == expected


def test_a_change_is_told_with_before_and_after_at_once_and_can_be_taken_back(app):
    run(app)
    assert "Back to the plan before" not in [button.label for button in app.button]
    before = figures(app)[WITHIN]
    app.text_input(key="budget").set_value("300000")
    after = figures(press_plan(app))[WITHIN]
    told = next(table.value for table in app.table if "Before" in table.value)
    assert told.loc[0, ["Before", "After"]].tolist() == [before, after]
    assert any("Budget" in text.value and "750" in text.value for text in app.markdown if "What your" in text.value)
    app.button[[button.label for button in app.button].index("Back to the plan before")].click()
    assert figures(run(app))[WITHIN] == before
