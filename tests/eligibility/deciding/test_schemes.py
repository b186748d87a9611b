import json
from datetime import date

import pytest

from data.faults import InputError
from eligibility.__main__ import main
from eligibility.deciding.decide import ELIGIBLE as IS_ELIGIBLE
from eligibility.deciding.decide import NOT_ON_CRITERIA, REFER
from eligibility.deciding.schemes import BESIDE, check_all
from tests.eligibility.example_people import ELIGIBLE, county

ON = {"on": date(2026, 9, 7), "decided_on": date(2026, 10, 5)}
CARE_LEAVER = ELIGIBLE | {"care_leaver": "yes", "in_pathway_plan": "yes", "uc_award": "no", "uc_earnings_1": ""}


def outcomes(given: dict[str, str], **more) -> dict[str, str | None]:
    return {a.policy: a.decision and a.decision.outcome for a in check_all(given, county(), **{**ON, **more})}


def test_one_person_is_told_of_every_scheme_at_once():
    assert outcomes(CARE_LEAVER) == {
        "post16-default": IS_ELIGIBLE,
        "plan-16-to-18": NOT_ON_CRITERIA,
        "plan-19-to-25": NOT_ON_CRITERIA,
        "bursary-16-to-19": REFER,  # its guide is of the year before
        "care-leavers": IS_ELIGIBLE,
    }


def test_whether_there_is_a_plan_sends_nobody_to_an_officer_for_care_that_was_never_given():
    unknown = {name: value for name, value in ELIGIBLE.items() if name != "ehcp"}
    assert outcomes(unknown)["care-leavers"] == NOT_ON_CRITERIA
    assert outcomes(ELIGIBLE | {"ehcp": "yes"})["care-leavers"] == NOT_ON_CRITERIA
    assert outcomes(unknown | {"care_leaver": "yes", "in_pathway_plan": "no"})["care-leavers"] == REFER


def test_a_year_with_a_bursary_guide_decides_by_it():
    found = outcomes(CARE_LEAVER | {"course_start": "8 September 2025"}, on=date(2025, 9, 8))
    assert found["bursary-16-to-19"] == IS_ELIGIBLE


def test_the_council_is_that_of_the_policy_that_is_named():
    assert list(outcomes(ELIGIBLE, policy="york")) == ["york", *BESIDE]


def test_a_day_before_a_schemes_rules_is_said_and_stops_no_other():
    answers = {a.policy: a for a in check_all(ELIGIBLE, county(), policy="york", **ON | {"on": date(2024, 9, 7)})}
    assert answers["york"].decision is not None
    assert answers["care-leavers"].decision is None and "2024" in " ".join(answers["care-leavers"].notes)


def test_a_name_that_no_scheme_asks_for_is_refused_with_what_is_near():
    with pytest.raises(InputError, match="is asked for by none of these schemes"):
        outcomes(ELIGIBLE | {"in_pathway_plans": "yes"})


FACTS = [f"{name}={value}" for name, value in CARE_LEAVER.items() if value]
WHEN = ["--on", "2026-09-07", "--decided-on", "2026-10-05"]


def test_check_all_prints_one_object_with_every_scheme(capsys):
    assert main(["check", "--all", *WHEN, "--json", "--fact", *FACTS]) == 0
    schemes = json.loads(capsys.readouterr().out)["schemes"]
    assert [scheme["policy"] for scheme in schemes] == ["post16-default", *BESIDE]
    assert {"outcome", "needed", "contribution_pence", "stamp", "subject_to"} <= schemes[0].keys()


def test_check_all_says_in_words_what_each_scheme_gives(capsys):
    assert main(["check", "--all", *WHEN, "--fact", *FACTS]) == 0
    told = capsys.readouterr().out
    assert "(care-leavers)\n  eligible" in told and "What may be provided: What the pathway plan asks for" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--fact", *FACTS], "--all"), (["--all", "--letter", "x.docx"], "is about one scheme")],
)
def test_a_check_without_a_policy_or_with_a_letter_about_all_is_refused(arguments, said, capsys):
    assert main(["check", *WHEN, *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_check_says_what_must_be_seen_before_the_award_stands(capsys):
    facts = [f"{name}={value}" for name, value in ELIGIBLE.items()]
    assert main(["check", "--policy", "post16-default", *WHEN, "--json", "--fact", *facts]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["outcome"], found["subject_to"]) == (IS_ELIGIBLE, ["uc_award", "uc_earnings_1"])
