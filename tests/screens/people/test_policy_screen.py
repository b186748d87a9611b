"""Policies on screen: read, compared, changed, and who gains and who loses before the change is kept."""

from datetime import date

import pytest

from eligibility.rules import library, policy_file
from screens.people import choose_rules
from tests.screens.people.people import FEW, MESSY, at, go, press, run, said, upload

DAY = date(2026, 11, 24)
COMPARE, CHANGE = "Compare it with another", "Change a copy of it"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def app():
    started = at("policy")
    started.session_state["people_day"] = DAY
    started.session_state["people_decided_on"] = DAY
    return run(started)


def task(app, name):
    app.radio(key="policy_task").set_value(name)
    return run(app)


def text(app):
    return app.text_area[0]


def write(app, old, new):
    assert old in text(app).value
    text(app).set_value(text(app).value.replace(old, new))
    return run(app)


def put_distance(app, miles):
    task(app, CHANGE)
    distance(app).set_value(miles)
    return press(app, "Put these numbers")


def distance(app):
    return next(box for box in app.number_input if box.label == "Distance (miles)")


def changed(app) -> list:
    return [frame.value for frame in app.dataframe]


def test_a_policy_is_read_as_prose_with_its_sources(app):
    shown = said(app)
    assert "More than three miles away by the shortest safe walking route: Distance on foot: more than 3 miles" in shown
    assert "(https://york.gov.uk/school-transport/post-16-transport-policy/2)" in shown
    assert "Check before use" in shown and "Appeals" in shown


def test_every_policy_about_people_can_be_read(app):
    for policy in library.shipped():
        if policy.kind == "entitlement":
            app.selectbox(key="policy").set_value(policy.id)
            assert policy.title in said(run(app))


def test_two_policies_stand_side_by_side_with_their_numbers(app):
    task(app, COMPARE)
    numbers = app.table[0].value.set_index("Number")
    assert numbers.loc["A long journey"].tolist() == ["75 minutes", "none"]
    assert "City of York" in app.header[-1].value or "City of York" in said(app)


def test_a_number_put_into_the_text_changes_the_rules_and_says_who_gains(app):
    put_distance(app, 2.0)
    assert 'value = 2, assumption = true, note = "Set by the council."' in text(app).value
    assert "worked cases: gain" in said(app)
    cases = changed(app)[0]
    assert set(cases["Change"]) == {"gains"}
    assert "Three miles exactly, measured by an officer, is not more than three" in cases["Case"].tolist()


def test_what_every_letter_says_is_filled_in_once_and_kept_with_the_policy(app):
    task(app, CHANGE)
    app.text_input(key="policy_letter_post16-default_how_to_pay").set_value('by "direct debit"')
    app.text_input(key="policy_stage_post16-default_0_name").set_value("Write to the head of travel")
    app.text_input(key="policy_stage_post16-default_0_days").set_value("15")
    app.text_input(key="policy_stage_post16-default_1_name").set_value("")
    press(app, "Put these words")
    press(app, "Use it in this session")
    terms = policy_file.parse(app.session_state[choose_rules.OWN]["post16-default-changed"].text.encode(), "x").terms
    assert terms.letters["how_to_pay"] == 'by "direct debit"'
    first, old = terms.appeal[0], library.find("post16-default").terms.appeal
    assert (first.stage, first.working_days, first.basis.is_guess) == ("Write to the head of travel", 15, False)
    assert [stage.stage for stage in terms.appeal[1:]] == [stage.stage for stage in old[2:]]
    assert terms.appeal[1].basis == old[2].basis


def test_a_stage_of_appeal_without_words_or_with_odd_days_is_told(app):
    task(app, CHANGE)
    app.text_input(key="policy_stage_post16-default_0_text").set_value("")
    app.text_input(key="policy_stage_post16-default_1_days").set_value("two weeks")
    press(app, "Put these words")
    assert "does not say what happens" in said(app) and "not a whole number above 0" in said(app)


def test_a_number_may_begin_later_and_the_one_in_force_is_kept(app):
    task(app, CHANGE)
    app.checkbox[0].check()
    distance(app).set_value(2.0)
    press(app, "Put these numbers")
    assert f"from = {DAY}, value = 2" in text(app).value and "value = 3, source" in text(app).value
    assert "nothing changes for any of them" in said(app)


def test_a_higher_threshold_says_who_loses(app):
    put_distance(app, 9.0)
    assert "lose" in said(app)


def test_a_higher_charge_says_who_pays_more(app):
    task(app, CHANGE)
    next(box for box in app.number_input if box.label.startswith("Charge before")).set_value(1200.0)
    press(app, "Put these numbers")
    assert "pay more" in said(app) and "gain" not in said(app).split("worked cases:")[1][:20]


def test_the_loaded_applicants_who_would_gain_are_named(app):
    upload(go(app, "assess"), MESSY.read_bytes())
    press(app, "Decide about")
    put_distance(go(app, "policy"), 2.0)
    applicants = changed(app)[-1]
    assert len(applicants) == 1 and set(applicants["Change"]) == {"gains"}
    assert "applicants: gain 1" in said(app)


def test_without_applicants_it_says_how_to_have_them(app):
    task(app, CHANGE)
    assert "Assess a file of applications first" in said(app)


def test_applicants_read_for_another_policy_are_said_to_be(app):
    upload(go(app, "assess"), FEW)
    press(app, "Decide about")
    go(app, "policy").selectbox(key="policy").set_value("york")
    task(run(app), CHANGE)
    assert "Facts that only another policy needs are not known" in said(app)


def test_every_fault_of_a_changed_text_is_listed_and_nothing_can_be_saved(app):
    task(app, CHANGE)
    write(app, 'is = "above"', 'is = "abve"')
    assert said(app).count("is not one that is known") >= 1
    assert not [button for button in app.button if button.label.startswith("Use it")]


def test_text_that_is_no_toml_is_told_where(app):
    task(app, CHANGE)
    write(app, "schema = 1", "schema = = 1")
    assert "is not a TOML file" in said(app)


def test_a_changed_policy_can_be_used_at_once_on_the_other_screens(app):
    put_distance(app, 2.0)
    press(app, "Use it in this session")
    assert "can now be chosen" in said(app)
    go(app, "check").selectbox(key="policy").set_value("post16-default-changed")
    run(app)
    assert any("changed, 2025 to 2027 (of this session)" in option for option in app.selectbox(key="policy").options)


def test_a_changed_policy_needs_an_id_of_its_own(app):
    task(app, CHANGE)
    write(app, 'id = "post16-default-changed"', 'id = "york"')
    press(app, "Use it in this session")
    assert "Give yours another id" in said(app)


def test_what_was_typed_is_undone_by_a_button(app):
    put_distance(app, 2.0)
    press(app, "Undo all changes")
    assert "Set by the council" not in text(app).value


def test_what_was_changed_is_kept_while_another_screen_is_looked_at(app):
    put_distance(app, 2.0)
    go(app, "check")
    go(app, "policy")
    assert "Set by the council" in text(app).value


def test_a_file_changed_in_a_text_editor_is_held_against_the_worked_cases_of_the_policy_it_was_copied_from(app):
    own = library.FOLDER.joinpath("post16-default.toml").read_text("utf-8")
    own = own.replace('id = "post16-default"', 'id = "ours"').replace("value = 3, source", "value = 2, source")
    app.file_uploader[0].upload("ours.toml", own.encode(), "application/toml")
    run(app)
    app.selectbox(key="policy").set_value("post16-default")
    task(app, COMPARE)
    app.selectbox(key="other_policy").set_value("ours")
    assert "worked cases: gain 3.**" in said(run(app))


def test_a_policy_file_can_be_opened_and_is_chosen(app):
    own = (library.FOLDER / "york.toml").read_text("utf-8").replace('id = "york"', 'id = "ours"', 1)
    app.file_uploader[0].upload("ours.toml", own.encode(), "application/toml")
    run(app)
    assert app.selectbox(key="policy").value == "ours"


@pytest.mark.parametrize("content", [b"nonsense = = 1", b"\xff\xfe\x00"])
def test_a_file_that_is_no_policy_is_refused_with_why(app, content):
    app.file_uploader[0].upload("ours.toml", content, "application/toml")
    run(app)
    assert "This policy file cannot be used" in said(app)


def test_a_policy_about_places_is_refused(app):
    places = (library.FOLDER / "targeting-default.toml").read_bytes()
    app.file_uploader[0].upload("places.toml", places, "application/toml")
    run(app)
    assert "is about places, not people" in said(app)
