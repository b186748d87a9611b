from datetime import date

import pytest

from eligibility.deciding import wording
from eligibility.deciding.decide import NOT_ON_CRITERIA, REFER, decide
from eligibility.deciding.decision import Decision, DecisionReader, decide_one
from eligibility.rules import facts, library, worked_cases
from tests import draws
from tests.eligibility.deciding import random_people
from tests.eligibility.rules.small_policy import DAY, DECIDED_ON, person, rules

PACKS = draws.some([policy for policy in library.shipped() if policy.kind == "entitlement"])


def decision(*changes: tuple[str, str], day: date = DAY, **facts: object) -> Decision:
    return decide_one(person(**facts), rules(*changes, day=day), decided_on=DECIDED_ON)


def test_a_decision_carries_its_decisive_criteria_with_value_threshold_and_source():
    failed = decision(taxable_income=20000.0)
    (step,) = [step for step in failed.decisive if step.criterion == "poor"]
    assert (step.observed.low, step.required.value, step.required.test) == (20000.0, 16190, "below")
    assert "council to replace" in str(step.source)
    assert sorted(step.criterion for step in failed.decisive) == ["eligible", "in_need", "old_benefit", "poor"]


def test_money_is_shown_in_the_period_of_the_policy():
    monthly = decision(taxable_income=1000.0, taxable_income_period="month")
    (step,) = [step for step in monthly.explanation.steps if step.criterion == "poor"]
    assert (step.observed.low, step.observed.unit) == (12000.0, "pounds per year")


def test_a_referral_says_why_in_sentences_and_what_is_needed():
    referred = decision(taxable_income=None)
    assert referred.outcome == REFER
    assert referred.refer_reasons == ("Evidence is missing that could still change the outcome.",)
    assert [(fact.name, bool(fact.evidence)) for fact in referred.needed] == [("taxable_income", True)]


def test_a_referral_to_other_rules_is_in_the_policys_own_words():
    assert decision(taxable_income=20000.0, ehcp=True).refer_reasons == ("Other rules for a plan.",)


def test_who_is_referred_to_other_rules_is_told_no_charge_and_no_help_of_these():
    other = decision(taxable_income=20000.0, ehcp=True)
    assert other.outcome == REFER and other.contribution is None
    assert other.may_provide == decision(taxable_income=20000.0).may_provide


@pytest.mark.parametrize(
    ("born", "outcome", "told"),
    [
        (date(2010, 9, 1), REFER, True),
        (date(2012, 1, 31), REFER, True),
        (date(2010, 8, 31), NOT_ON_CRITERIA, False),  # sixteen on 31 August
        (None, NOT_ON_CRITERIA, False),
    ],
)
def test_a_child_of_school_age_is_sent_to_the_law_for_children_and_never_off_the_criteria(born, outcome, told):
    found = decision(taxable_income=20000.0, date_of_birth=born, course_start=date(2026, 9, 4))
    assert found.outcome == outcome
    assert any("sections 508B and 508C" in reason for reason in found.refer_reasons) == told


def test_who_may_be_of_school_age_only_in_one_of_two_years_is_not_said_to_be():
    """In May help may be for this academic year or for the next, in which the applicant is sixteen."""
    spring = decision(taxable_income=20000.0, date_of_birth=date(2010, 12, 1), course_start=None, day=date(2027, 5, 3))
    assert not any("508B" in reason for reason in spring.refer_reasons)


def test_a_verdict_taken_away_by_an_estimate_is_not_shown_as_unmet():
    estimated = decision(walk_miles=1.0, walk_miles_method="estimate")
    (step,) = [step for step in estimated.explanation.steps if step.criterion == "far"]
    assert (step.verdict.name, step.live, estimated.outcome) == ("UNKNOWN", True, REFER)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"walk_miles": 1.0, "walk_miles_method": "stated"}, "not known, because nobody has measured it"),
        (
            {"walk_miles": 3.05, "walk_miles_method": "routed"},
            "not known, because it is so near that an officer must check it",
        ),
    ],
)
def test_a_value_that_is_known_and_may_not_decide_says_why(facts, told):
    lines = wording.lines(decision(**facts).explanation)
    assert any(line.strip().startswith("Far: ") and told in line for line in lines)


def test_a_rule_that_has_ended_is_said_to_have_ended_and_not_merely_to_be_unmet():
    lines = wording.lines(decision(max_working_tax_credit=True, day=date(2026, 11, 1)).explanation)
    said = [line.strip() for line in lines if line.strip().startswith("The old benefit")]
    assert said == [
        "The old benefit: nobody can meet this any more, it ended on 31 October 2026: not met (Scheme rules)."
    ]


def test_a_contribution_is_explained_by_the_criteria_asked_on_the_way_to_it():
    contribution = decision(fsm_old_test=True).contribution
    assert (contribution.label, contribution.low_pence, contribution.text) == ("concession", 32513, "Half.")
    asked = [explanation.steps[-1].criterion for explanation in contribution.explanations]
    assert asked == ["carer", "meals"]


def test_an_amount_not_known_on_the_day_says_what_was_last_seen():
    text = decision(day=date(2027, 9, 1)).contribution.text
    assert "the last one seen was £100.01 per term, until 31 August 2027" in text


def test_what_could_change_the_contribution_is_told_apart_from_what_could_change_the_outcome():
    open_charge = decision(young_carer=None)
    assert (open_charge.needed, [fact.name for fact in open_charge.contribution_needed]) == ((), ["young_carer"])


def test_what_may_be_provided_depends_on_the_criteria_and_the_outcome():
    assert [text.text for text in decision().may_provide] == ["A pass.", "Mileage, for the poor."]
    others = decision(taxable_income=20000.0)
    assert (others.outcome, [text.text for text in others.may_provide]) == (
        NOT_ON_CRITERIA,
        ["A spare seat may be bought."],
    )


def test_a_text_that_has_run_out_is_not_said():
    assert decision(taxable_income=20000.0, day=date(2027, 9, 1)).may_provide == ()


def test_how_a_distance_was_measured_is_whole():
    walked = decision().measurement[0]
    assert (walked.method, walked.version, walked.by, walked.on) == (
        "measured by an officer",
        "paths of August 2026",
        "A. Officer",
        date(2026, 9, 10),
    )
    assert "measured by an officer (paths of August 2026), by A. Officer, on 2026-09-10" in str(walked)


def test_the_stamp_names_policy_day_file_and_measurement():
    stamp = decision().stamp
    assert (stamp.policy_id, stamp.day, len(stamp.sha256)) == ("small", DAY, 64)
    assert len(stamp.measured) == 3 and stamp.measured[0].startswith("Distance on foot: measured by an officer")


def test_a_distance_without_a_method_is_called_stated():
    assert decision(walk_miles_method=None).measurement[0].method == "stated"


def test_the_days_of_an_appeal_are_counted_from_the_day_of_the_decision():
    ask, ombudsman = decision().appeal
    assert (ask.by, ask.working_days) == (date(2026, 12, 22), 20)
    assert (ombudsman.by, ombudsman.working_days) == (None, None)


def test_after_a_stage_of_an_appeal_without_a_limit_no_last_day_is_known():
    pack = library.find("kent").on(date(2025, 10, 1))
    case = worked_cases.read("kent").cases[0]
    made = decide_one(worked_cases.table([case]).iloc[0], pack, decided_on=date(2025, 10, 1))
    assert [(stage.working_days, stage.by) for stage in made.appeal] == [(None, None)] * 2 + [(5, None), (None, None)]


def test_notes_say_what_was_not_seen_what_has_ended_and_when_age_was_taken():
    notes = " ".join(decision(day=date(2026, 11, 1)).notes)
    assert "Not seen: the whole list of benefits" in notes
    assert "nobody can meet this any more; it ended on 31 October 2026. Replaced by another." in notes
    assert "Meals are wider" in notes and "Made up: do not use." in notes


def test_a_day_outside_the_published_year_is_said():
    later = decision(day=date(2028, 9, 1))
    assert "Out of date: not for decisions" in " ".join(later.notes) and later.outcome == REFER
    assert "1 September 2026 to 31 August 2027" in " ".join(later.notes)
    assert "Out of date" not in " ".join(decision().notes)


def test_every_decision_carries_exceptional_circumstances_and_an_appeal_whatever_the_outcome():
    for given in ({}, {"taxable_income": None}, {"taxable_income": 20000.0}):
        made = decision(**given)
        assert made.exceptional_circumstances == "Say so at any time." and made.appeal


@pytest.mark.parametrize("policy", PACKS, ids=lambda policy: policy.id)
def test_nobody_is_refused_finally_by_any_pack(policy):
    """Whatever is known, the decision says how to be considered individually, how to appeal, and by when."""
    rules_of_pack = policy.on(max(policy.boundaries()))
    made = decide_one({"date_of_birth": date(1980, 1, 1)}, rules_of_pack, decided_on=DECIDED_ON)
    assert "at any time" in made.exceptional_circumstances
    days = [stage.by for stage in made.appeal if stage.by]
    assert days == sorted(days) and all(day > DECIDED_ON for day in days)
    last = "Ask the place of study" if policy.id == "bursary-16-to-19" else "Ombudsman"  # a college's own decision
    assert last in made.appeal[-1].stage


def test_the_text_of_a_decision_repeats_no_fact_that_the_policy_does_not_use():
    """Data protection: what the rules do not ask is not in the report, though the row holds it."""
    made = decide_one(
        person(name="Jory Oskerby", postcode="XX9 9XX", looked_after=True), rules(), decided_on=DECIDED_ON
    )
    assert not any(word in repr(made) for word in ("Jory", "XX9", "looked_after"))


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_a_table_decided_at_once_tells_each_person_what_they_would_be_told_alone(pack):
    found = pack.on(worked_cases.read(pack.id).cases[0].day)
    people = random_people.people(found, 12, 7)
    of_table = DecisionReader(decide(people, found, decided_on=DECIDED_ON), found)
    for place, (_, alone) in enumerate(people.iterrows()):
        assert of_table.decision(place) == decide_one(alone, found, decided_on=DECIDED_ON)


def test_a_changed_definition_of_a_fact_changes_the_stamp_and_it_is_shown(tmp_path, monkeypatch):
    before = decision().stamp
    changed = tmp_path / "facts.toml"
    changed.write_bytes(facts.REGISTER_FILE.read_bytes().replace(b"registered as a young carer", b"a young carer"))
    monkeypatch.setattr(facts, "REGISTER_FILE", changed)
    facts.register_sha256.cache_clear()
    try:
        after = decision()
    finally:
        facts.register_sha256.cache_clear()
    assert after.stamp.sha256 == before.sha256 and after.stamp.facts_sha256 != before.facts_sha256
    assert f"facts {after.stamp.facts_sha256[:12]}" in wording.stamp_line(after.explanation)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (False, "Not a paid apprentice: “Paid apprentice” is no: met"),
        (True, "Not a paid apprentice: “Paid apprentice” is yes, and no is needed: not met"),
        (None, "Not a paid apprentice: “Paid apprentice” is not given, and no is needed: not known"),
    ],
)
def test_an_answer_that_must_be_no_is_said_with_its_question(answer, words):
    made = decide_one({"paid_apprentice": answer}, library.find("post16-default").on(DAY), decided_on=DECIDED_ON)
    assert any(wording.step_line(step).startswith(words) for step in made.explanation.steps)
