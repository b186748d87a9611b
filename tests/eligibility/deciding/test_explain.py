from datetime import date

import pytest

from data.faults import InputError
from eligibility.deciding import wording
from eligibility.deciding.explain import Observed, Required, explain
from eligibility.rules import library
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy_file import parse
from tests.eligibility.rules.test_policy_file import SOUND

FAIL, UNKNOWN, PASS = Verdict
DAY = date(2026, 9, 1)
POLICY = parse(SOUND.encode(), "small.toml")
RULES = POLICY.on(DAY)
TARGETING = library.find("targeting-default")
ANNA = {"income": 23237.0, "enrolled": True, "course": "full time"}
REMOTE = {
    "km_to_college_low": 8.2,
    "km_to_college_high": 18.04,
    "km_to_employment_centre": 1.0,
    "minutes_to_college": 30.0,
    "minutes_to_work": 30.0,
    "rural_urban": "Urban: Nearer to a major town or city",
    "imd_decile": 3,
    "low_income_rate": 0.1,
}


def step(name: str, row: dict, rules=RULES):
    return next(step for step in explain(row, rules).steps if step.criterion == name)


def line(name: str, row: dict, rules=RULES) -> str:
    return wording.step_line(step(name, row, rules))


def test_the_outcome_is_the_last_step():
    explanation = explain(ANNA, RULES)
    assert (explanation.verdict, explanation.steps[-1].criterion) == (PASS, "eligible")


def test_a_step_says_what_was_seen_and_what_is_asked_for_and_on_whose_word():
    found = step("low_income", ANNA)
    assert found.observed == Observed(23237.0, 23237.0, "pounds per year")
    assert found.required == Required("at_most", 33000, "pounds per year")
    assert (found.verdict, found.source.kind) == (PASS, "assumption")


def test_the_place_in_the_source_is_that_of_the_value_on_the_day():
    assert step("low_income", ANNA, POLICY.on(date(2025, 7, 31))).source.at == "para 12"


def test_a_gap_is_seen_as_not_given():
    assert step("enrolled", ANNA | {"enrolled": None}).observed.is_gap


def test_what_is_still_needed_is_named_with_the_evidence_that_settles_it():
    needed = explain(ANNA | {"enrolled": None}, RULES).needed
    assert [(fact.label, fact.evidence) for fact in needed] == [("Enrolled", "college record")]


def test_only_what_settles_the_outcome_is_decisive():
    explanation = explain(ANNA | {"enrolled": False, "income": 99000.0, "course": None}, RULES)
    assert [s.criterion for s in explanation.steps if s.decisive] == ["low_income", "enrolled", "eligible"]


def test_nothing_is_decisive_while_the_outcome_is_unknown():
    explanation = explain(ANNA | {"course": None}, RULES)
    assert [s.criterion for s in explanation.steps if s.decisive] == []
    assert [s.criterion for s in explanation.steps if s.live] == ["on_course", "eligible"]


def test_an_explanation_is_stamped_with_policy_day_and_file():
    stamp = explain(ANNA, RULES).stamp
    assert (stamp.policy_id, stamp.day, stamp.sha256) == ("small", DAY, POLICY.sha256)


def test_a_row_of_a_table_is_not_altered():
    row = dict(ANNA)
    explain(row, RULES)
    assert row == ANNA


def test_a_part_of_the_policy_can_be_explained_by_itself():
    explanation = explain(REMOTE, TARGETING.on(DAY), root="disadvantaged")
    assert [s.criterion for s in explanation.steps] == ["deprived", "low_income", "disadvantaged"]


def test_a_criterion_the_policy_does_not_have_cannot_be_explained():
    with pytest.raises(InputError, match='has no criterion "isolation"'):
        explain(REMOTE, TARGETING.on(DAY), root="isolation")


def test_a_wrong_value_is_an_error_here_as_in_a_table():
    with pytest.raises(InputError, match="income"):
        explain(ANNA | {"income": "20,000"}, RULES)


def test_a_gap_the_policy_settles_is_explained_by_the_rule_that_settles_it():
    settled = 'is = "true"\nwhen_missing = "fail"\nwhen_missing_source = "scheme"\nwhen_missing_at = "para 4"'
    rules = parse(SOUND.replace('is = "true"', settled).encode(), "small.toml").on(DAY)
    assert step("enrolled", ANNA | {"enrolled": None}, rules).source.at == "para 4"
    assert step("enrolled", ANNA, rules).source.at == ""


# --- in words ---------------------------------------------------------------------------------------------------------


def test_bounds_are_written_with_the_verdict_and_the_source():
    assert line("far_from_college", REMOTE, TARGETING.on(DAY)) == (
        "The nearest college or sixth form is far away: 5.1 to 11.2 miles seen, at least 3.0 miles needed: met "
        "(Norfolk County Council, post-16 travel scheme, at least 3 miles by the nearest walking route)."
    )


def test_a_number_that_just_falls_short_is_not_shown_as_the_threshold():
    short = REMOTE | {"km_to_college_low": 4.82, "km_to_college_high": 4.82}
    assert "2.995 miles seen, at least 3.000 miles needed: not met" in line(
        "far_from_college", short, TARGETING.on(DAY)
    )


def test_a_share_is_written_as_a_percentage_that_keeps_the_verdict_true():
    near = REMOTE | {"low_income_rate": 0.2299}
    assert "22.99% seen, at least 23.00% needed: not met" in line("low_income", near, TARGETING.on(DAY))


def test_a_threshold_that_is_no_whole_number_is_not_rounded_to_one():
    rules = TARGETING.with_values({"minimum_low_income_rate": 0.235, "longest_minutes_to_work": 45.5}).on(DAY)
    assert "10.0% seen, at least 23.5% needed" in line("low_income", REMOTE, rules)
    assert "30.0 minutes seen, more than 45.5 minutes needed" in line("slow_to_work", REMOTE, rules)


def test_a_policy_shows_its_numbers_as_they_are_set():
    assert "at least 3 miles" in "\n".join(wording.prose(TARGETING, TARGETING.on(DAY)))


def test_money_is_written_in_pounds():
    assert "£23,237 per year seen, at most £33,000 per year needed: met" in line("low_income", ANNA)


def test_yes_and_no_are_written_so():
    assert ": no, and yes is needed: not met (Scheme rules)" in line("enrolled", ANNA | {"enrolled": False})


def test_a_gap_is_written_as_not_given_and_not_known():
    assert ": not given, and yes is needed: not known (Scheme rules)" in line("enrolled", ANNA | {"enrolled": None})


def test_a_gap_that_no_longer_matters_is_said_not_to_be_needed():
    assert "not known, and not needed" in line("on_course", ANNA | {"course": None, "enrolled": False})


def test_a_councils_setting_is_said_to_be_the_councils():
    rules = TARGETING.with_values({"minimum_km_to_college": 20.0}).on(DAY)
    assert line("far_from_college", REMOTE, rules).endswith("12.4 miles needed: not met (set by the council).")
    assert "with the council's own minimum_km_to_college = 20.0" in wording.lines(explain(REMOTE, rules))[-1]


def test_what_no_bus_reaches_is_out_of_reach():
    far = REMOTE | {"minutes_to_college": float("inf")}
    assert "out of reach seen, more than 75 minutes needed: met" in line("slow_to_college", far, TARGETING.on(DAY))


def test_an_explanation_reads_from_the_outcome_down_and_ends_with_what_is_needed_and_the_stamp():
    found = wording.lines(explain(ANNA | {"course": None}, RULES))
    assert [text.split(":")[0] for text in found] == [
        "Eligible",
        "  Income is within the limit",
        "  Enrolled",
        "  On a course that counts",
        "Still needed",
        f"Policy small as it stood on 1 September 2026 (file {POLICY.sha256[:12]}, facts {POLICY.facts_sha256[:12]}).",
    ]


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        (Observed(2.0, 4.5, "km"), "1.2 to 2.8 miles"),
        (Observed(2.0, None, "minutes"), "2 minutes or more"),
        (Observed(62.3478, float("inf"), "minutes"), "62 minutes or more"),
        (Observed(None, 30000.0, "pounds per year"), "up to £30,000 per year"),
        (Observed(0.1, 0.25, "share"), "10 to 25%"),
        (Observed(2.0, 4.0, "decile"), "deciles 2 to 4"),
        (Observed(25000.0, 30000.0, "pounds per year"), "£25,000 to £30,000 per year"),
        (Observed(None, None, "km"), "not given"),
    ],
)
def test_bounds_are_written_as_people_write_them(seen, text):
    assert wording.observed(seen) == text


def test_a_policy_reads_as_prose_with_its_sources_and_its_caution():
    text = "\n".join(wording.prose(TARGETING, TARGETING.on(DAY)))
    assert all(criterion.label in text for criterion in TARGETING.criteria.values())
    assert "https://norfolk.gov.uk/38320" in text and "Check before use" in text


def test_a_policy_reads_from_its_outcome_down_each_rule_beneath_its_group_in_the_order_of_the_file():
    rules = library.find("north-yorkshire-2022").on(date(2022, 10, 1))
    lines = wording.prose(rules.policy, rules)
    start = lines.index("The rules on 1 October 2022:")
    assert [line.split(":")[0] for line in lines[start + 1 : start + 6]] == [
        "- Eligible for a pass",
        "  - Lives in North Yorkshire",
        "  - Of sixth-form age",
        "    - Over 16 on 1 September",
        "    - Under 19 on 1 September",
    ]
    beside = lines.index("Rules that a charge, help or a referral rests on:")
    assert lines[beside + 1].startswith("- Charged nothing: any one of these:")
    assert lines[beside + 2].startswith("  - Looked after by the council: yes. Source: North Yorkshire Council")
    names = [line.strip("- ").split(":")[0] for line in lines[start + 1 :]]
    assert all(names.count(criterion.label) == 1 for criterion in rules.criteria.values())


def test_a_rule_that_two_groups_share_is_told_in_full_once():
    again = SOUND.replace(
        "[criteria.eligible]", '[criteria.twice]\nlabel = "Twice"\nany = ["enrolled"]\n\n[criteria.eligible]'
    )
    policy = parse(again.replace('all = ["', 'all = ["twice", "', 1).encode(), "small.toml")
    lines = wording.prose(policy, policy.on(DAY))
    assert [line.strip() for line in lines if line.strip().startswith("- Enrolled")][1:] == ["- Enrolled: as above."]
