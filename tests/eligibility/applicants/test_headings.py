import tomllib

import pytest

from data.faults import InputError
from eligibility.applicants import presets, uc_months
from eligibility.applicants.headings import HEADINGS_FILE, normal, propose, score, targets
from eligibility.rules.facts import register
from tests.eligibility.example_people import rules


def taken(*headings: str, policy: str = "post16-default") -> dict[str, str]:
    return {match.heading: match.target for match in propose(headings, rules(policy)).columns}


@pytest.mark.parametrize(
    ("heading", "fact"),
    [
        ("date_of_birth", "date_of_birth"),
        ("D.O.B.", "date_of_birth"),
        ("Student's date of birth (dd/mm/yyyy)", "date_of_birth"),
        ("Home Post Code", "postcode"),
        ("College / Sixth Form", "destination"),
        ("JSA(IB)", "jsa_income_based"),
        ("IS", "income_support"),
        ("Receives Universal Credit?", "uc_award"),
        ("Is the course full time, as the place of study counts it?", "full_time"),
        ("EHCP", "ehcp"),
        ("Measured walk miles", "measured_walk_miles"),
    ],
)
def test_a_heading_is_matched_by_name_label_question_or_list(heading, fact):
    assert taken(heading) == {heading: fact}


@pytest.mark.parametrize(("heading", "fact"), [("Registred young carer", "young_carer"), ("Colege", "destination")])
def test_a_slip_of_spelling_is_proposed_and_marked_for_a_second_look(heading, fact):
    mapping = propose([heading], rules())
    assert [match.target for match in mapping.columns if not match.is_sure] == [fact]


@pytest.mark.parametrize(
    "heading", ["Measured walk minutes", "Shoe size", "Notes", "Mother's name", "Post", "Birthplace"]
)
def test_a_heading_that_means_something_else_is_not_read(heading):
    assert taken(heading) == {heading: ""}


def test_what_the_policy_does_not_ask_for_is_not_read():
    mapping = propose(["Taxable income"], rules())
    assert mapping.columns[0].target == ""
    assert mapping.columns[0].note == "This policy does not ask for it."


def test_each_fact_comes_from_one_column_the_surest():
    assert taken("Date of brith", "DOB", "Birth date") == {
        "Date of brith": "",
        "DOB": "date_of_birth",
        "Birth date": "",
    }


def test_facts_without_a_column_are_listed():
    missing = {target.name for target in propose(["DOB"], rules()).missing}
    assert {"postcode", "destination", "full_time"} <= missing
    assert not {"date_of_birth", "measured_by", "first_name"} & missing
    assert "name" in missing
    assert "name" not in {target.name for target in propose(["Forename", "Surname"], rules()).missing}


def test_a_choice_by_hand_wins_and_frees_the_column_that_had_the_fact():
    mapping = propose(["DOB", "Born"], rules()).by_hand({"Born": "date_of_birth"})
    assert {m.heading: (m.target, m.how) for m in mapping.columns} == {
        "DOB": ("", "none"),
        "Born": ("date_of_birth", "by hand"),
    }


def test_a_column_can_be_left_out_by_hand():
    assert propose(["DOB"], rules()).by_hand({"DOB": ""}).taken == {}


def test_wrong_choices_by_hand_are_all_reported():
    with pytest.raises(InputError) as error:
        propose(["DOB", "Born", "X"], rules()).by_hand(
            {"Dob": "date_of_birth", "X": "age", "DOB": "date_of_birth", "Born": "date_of_birth"}
        )
    assert {fault.where for fault in error.value.faults} == {"Dob", "X", "date_of_birth"}


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Measured walk miles", "miles"),
        ("Walking distance (km)", "km"),
        ("Walking distance", "miles"),
    ],
)
def test_a_heading_says_the_unit_of_bare_numbers(heading, unit):
    assert propose([heading], rules()).columns[0].unit == unit


@pytest.mark.parametrize(
    ("heading", "unit"), [("UC net income (monthly)", "per month"), ("UC net income per week", "per week")]
)
def test_a_heading_says_the_period_of_bare_amounts(heading, unit):
    mapping = propose([heading], rules("cambridgeshire-2023")).by_hand({heading: "uc_net_income"})
    assert mapping.columns[0].unit == unit


def test_a_period_given_by_hand_wins():
    mapping = propose(["Income"], rules("cambridgeshire-2023")).by_hand({"Income": "uc_net_income per year"})
    assert mapping.columns[0].unit == "per year"


def test_no_heading_stands_under_two_facts():
    entries = tomllib.loads(HEADINGS_FILE.read_text(encoding="utf-8"))
    seen: dict[str, str] = {}
    for name, texts in entries.items():
        for text in texts:
            assert seen.setdefault(normal(text), name) == name, text


def test_the_list_names_only_what_a_file_may_give():
    entries = tomllib.loads(HEADINGS_FILE.read_text(encoding="utf-8"))
    measured = {f"measured_{name}" for name, fact in register().items() if fact.measured}
    allowed = set(register()) | measured | {"measured_by", "measured_how", "measured_on", "first_name", "last_name"}
    allowed |= set(uc_months.MONTHS)
    assert set(entries) <= allowed


def test_the_row_of_headings_scores_above_a_row_of_data():
    assert score(["Ref No.", "DOB", "Postcode"]) == 3
    assert score(["A1", "31/01/2008", "XM1 1AA"]) == 0


def test_measurements_can_be_given_for_the_distances_that_a_policy_asks_for():
    assert "measured_walk_miles" in targets(rules())
    assert "measured_walk_miles" not in targets(rules("kent"))


def test_a_second_column_of_a_heading_is_said_to_stand_beside_the_first():
    mapping = propose(["Reference", "Date of birth", "Date of birth (2)"], rules())
    assert mapping.columns[2].beside == "date_of_birth"
    assert mapping.columns[2].note.startswith('Another column is taken for "Date of birth"; this one where')
    kept = {match.heading: presets.choice(match, mapping) for match in mapping.columns}
    assert propose(list(kept), rules()).by_hand(kept).columns[2] == mapping.columns[2]
