"""One young person on screen: only what can still change the outcome is asked, and the answer is that of `check`."""

from datetime import date

import pytest

from data import bundle, example
from eligibility.deciding.one_person import check, entitlement_rules
from tests.screens.people.people import HARROWMERE, at, kept, press, run, said

DAY = date(2026, 11, 24)
ELIGIBLE = {
    "postcode": "xm9 3aj",
    "destination": HARROWMERE,
    "date_of_birth": "31 January 2009",
    "course_start": "07/09/2026",
    "full_time": "Yes",
    "publicly_funded": "Yes",
    "paid_apprentice": "No",
    "nearest_suitable": "Yes",
    "uc_award": "Yes",
    "uc_earnings_1": "£500",
    "looked_after": "No",
    "care_leaver": "No",
    "young_carer": "No",
    "own_benefits": "No",
}


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def app():
    started = at("check")
    started.session_state["people_day"] = DAY
    started.session_state["people_decided_on"] = DAY
    return run(started)


def answer(app, **given):
    """Answer questions that are on the screen, one after another."""
    for name, value in given.items():
        widget(app, name).set_value(value)
        run(app)
    return app


def widget(app, name):
    kinds = (app.text_input, app.radio, app.selectbox)
    return next(found for kind in kinds for found in kind if found.key == f"check_{name}")


def asked(app) -> set[str]:
    return {found.key.removeprefix("check_") for kind in (app.text_input, app.radio) for found in kind}


def choose(app, policy):
    app.selectbox(key="policy").set_value(policy)
    return run(app)


def headline(app) -> str:
    boxes = [*app.success, *app.warning, *app.info]
    return next(box.value for box in boxes if box.value.startswith("**")).split("**")[1]


def test_at_first_nothing_is_said_about_anybody(app):
    assert "Answer the first questions" in app.info[0].value
    assert not app.success and not app.warning


def test_the_outcome_is_there_as_soon_as_it_can_be(app):
    answer(app, date_of_birth="31/01/2004", course_start="07/09/2026", ehcp="No")
    assert headline(app) == "Does not meet the published criteria."


def test_what_is_settled_asks_nothing_more_but_whether_to_consider_the_person(app):
    answer(app, date_of_birth="31/01/2004", course_start="07/09/2026", ehcp="No")
    ended = {"check_income_support", "check_jsa_income_based", "check_esa_income_related"}  # who names one is referred
    assert {radio.key for radio in app.radio} == {*ended, "check_ehcp", "check_exceptional_circumstances"}


def test_a_whole_check_ends_eligible_with_the_reasons_the_charge_and_the_appeal(app):
    answer(app, **ELIGIBLE)
    text = said(app)
    assert headline(app) == "Eligible, subject to sight of evidence."  # the award rests on what the family says
    assert "could still change" not in text
    assert "Low net earnings in the last assessment period: £500.00 seen, at most £616.67 needed: met" in text
    assert "£450 a year" in text
    assert "**Ask for a review, by 22 December 2026.** The young person" in said(app)


def test_a_rule_stands_beneath_its_group_and_never_beneath_another_rule(app):
    answer(app, **ELIGIBLE)
    lists = [element.value.replace("\\", "").split("\n") for element in app.markdown if element.value.startswith("- ")]
    settled = next(lines for lines in lists if lines[0].startswith("- Eligible for help with travel"))
    assert any(line.startswith("    - Sixteen on 31 August") for line in settled)
    others = next(lines for lines in lists if lines[0].startswith("- At least 540 hours a year"))
    assert len(others) > 5 and all(line.startswith("- ") for line in others)


def test_the_charge_is_explained_by_its_criteria_as_the_outcome_is(app):
    answer(app, **ELIGIBLE)
    charge = next(element.value.replace("\\", "") for element in app.markdown if "It rests on:" in element.value)
    assert "- In care or leaving it, a young carer, or living on benefits of their own" in charge
    assert "  - Looked after by the council: no, and yes is needed: not met" in charge
    assert "£500.00 seen, at most £616.67 needed: met" in charge


def test_the_days_of_an_appeal_count_from_the_day_of_the_decision_and_not_from_that_of_the_rules(app):
    answer(app, **ELIGIBLE)
    app.date_input(key="people_decided_on").set_value(date(2026, 10, 5)).run()
    assert "5 October 2026" in said(app)
    assert "by 2 November 2026" in said(app)


def test_the_answer_is_that_of_the_command_line(app):
    answer(app, **ELIGIBLE)
    rules, county = entitlement_rules("post16-default", DAY), bundle.load(example.FOLDER)
    decision, _ = check(ELIGIBLE, rules, county, decided_on=DAY)
    text = said(app)
    assert headline(app).lower() == f"{decision.outcome}, subject to sight of evidence."
    assert [step.label for step in decision.decisive if step.label not in text] == []
    assert decision.contribution.text in text


def test_household_questions_follow_when_the_questions_before_them_are_answered(app):
    assert "uc_award" not in asked(app)
    answer(app, full_time="Yes", publicly_funded="Yes", paid_apprentice="No")
    assert "nearest_suitable" in asked(app) and "uc_award" not in asked(app)
    answer(app, nearest_suitable="Yes")
    assert "uc_award" in asked(app)


def test_what_another_answer_made_needless_is_not_asked(app):
    answer(app, full_time="Yes")
    assert "hours_per_year" not in asked(app)
    answer(app, publicly_funded="Yes", paid_apprentice="No", nearest_suitable="Yes")
    assert {"uc_earnings_1", "uc_earnings_2"} <= asked(app)
    answer(app, uc_award="No")
    assert not {"uc_earnings_1", "uc_earnings_2"} & asked(app)


def test_only_what_the_policy_needs_is_asked(app):
    choose(app, "kent")
    assert "postcode" in asked(app) and "destination" not in {box.key for box in app.selectbox}
    assert {radio.key.removeprefix("check_") for radio in app.radio} <= {
        "exceptional_circumstances",
        "ehcp",
        "full_time",
        "provider_participates",
        "paid_apprentice",
    }


def test_not_known_may_be_said_to_every_question(app):
    answer(app, full_time="Yes", publicly_funded="Not known", paid_apprentice="No", nearest_suitable="Not known")
    assert all(radio.options[-1] == "Not known" for radio in app.radio)
    assert headline(app) == "Refer to an officer."


def test_nobody_is_refused_for_what_is_not_known(app):
    given = dict.fromkeys(("full_time", "publicly_funded", "paid_apprentice", "nearest_suitable"), "Not known")
    answer(app, **given)
    answer(app, **{radio.key.removeprefix("check_"): "Not known" for radio in app.radio if radio.value is None})
    assert headline(app) == "Refer to an officer."
    assert "Universal Credit: the latest statement from the Universal Credit account" in said(app)


def test_an_answer_that_cannot_be_read_is_named_without_it_and_the_others_count(app):
    answer(app, date_of_birth="31/01/2004", course_start="next week")
    fault = app.error[0].value.replace("\\", "")
    assert "First day of the course: is neither a day nor a month of a year." in fault and "next week" not in fault
    assert "write it as 7 September 2026 or September 2026" in fault
    answer(app, course_start="07/09/2026", ehcp="No")
    assert not app.error and headline(app) == "Does not meet the published criteria."


def test_a_postcode_that_is_not_known_is_told(app):
    answer(app, postcode="XM99 9ZZ")
    assert "Home postcode:" in app.error[0].value.replace("\\", "")


def test_a_person_beyond_the_criteria_is_not_asked_what_they_would_pay(app):
    answer(app, date_of_birth="31/01/2004", course_start="07/09/2026")
    assert "uc_award" not in asked(app)
    assert headline(app) == "Refer to an officer."


def test_the_distance_is_shown_as_bounds_until_an_officer_measures_it(app):
    answer(app, postcode="XM1 1AA", destination=HARROWMERE)
    assert "Distance on foot: straight line" in said(app)
    answer(app, measured_walk_miles="9.4", measured_by="J. Pike", measured_how="walked with a wheel")
    assert "Measured on: is empty, and there is a measured value" in said(app)
    answer(app, measured_on="20/11/2026")
    assert "Distance on foot: measured by an officer (walked with a wheel), by J. Pike, on 2026-11-20" in said(app)


def test_every_scheme_that_covers_the_home_is_asked_in_one_answer(app):
    answer(app, **ELIGIBLE)
    press(app, "Ask every scheme")
    told = [block.value for block in app.markdown if block.value.startswith("**") and "\n- " in block.value]
    assert len(told) == 5 and "eligible, subject to sight of" in told[0]
    assert "Bursary" in told[3] and not app.exception


def test_start_again_forgets_every_answer(app):
    answer(app, **ELIGIBLE)
    press(app, "Start again")
    assert [key for key in kept(app, "check_") if app.session_state[key] not in (None, "")] == []
    assert "Answer the first questions" in app.info[0].value


def test_another_policy_keeps_the_answers_and_decides_by_its_own_rules(app):
    answer(app, **ELIGIBLE)
    choose(app, "york")
    assert "City of York" in said(app)
    assert widget(app, "date_of_birth").value == "31 January 2009"


def test_nothing_that_is_answered_goes_into_the_address(app):
    answer(app, **ELIGIBLE)
    assert not app.query_params


def test_a_day_on_which_a_policy_has_no_rules_is_told(app):
    app.date_input(key="people_day").set_value(date(2016, 1, 1))
    run(app)
    assert "has no value on 2016-01-01" in app.error[0].value.replace("\\", "")
