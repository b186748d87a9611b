"""Each way in which the terms of a policy file can be wrong, and what its author is told."""

from datetime import date

import pytest

from data.faults import InputError
from eligibility.rules.policy_file import parse
from tests.eligibility.rules.small_policy import DAY, policy, source


def faults(*changes: tuple[str, str]) -> list[str]:
    text = source()
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    with pytest.raises(InputError) as caught:
        parse(text.encode(), "small.toml")
    return [str(fault) for fault in caught.value.faults]


WRONG = [
    ('label = "nil"\nwhen', 'label = "free"\nwhen', 'contribution[1].label: "free" is not one that is known.'),
    ('amount = "far_charge"\ntext', 'amount = "for_charge"\ntext', '[4].amount: "for_charge" is not defined.'),
    ('amount = "near_charge"', 'amount = "distance"', 'contribution[3].amount: parameter "distance" is in "miles".'),
    ('share = "half"', 'share = "far_charge"', '[2].share: parameter "far_charge" is in "pounds per year".'),
    ('when = "carer"', 'when = "carers"', 'contribution[1].when: "carers" is not a criterion.'),
    ('when = "short"\n', "", "contribution[3]: is for everybody, so what follows is never charged."),
    ('when = "carer"', 'when = "carer"\namount = "far_charge"', '[1]: charges an amount and is called "nil".'),
    ('amount = "far_charge"\nshare', "share", 'contribution[2]: has a "share" of no "amount".'),
    ('text = "Half."', 'words = "Half."', 'contribution[2]: lacks "text". Add it.'),
    ('text = "Half."', 'text = ""', "contribution[2].text: is empty."),
    ('when = "plan"\n', "", 'refer[1]: lacks "when". Name the criterion that sends a person to an officer.'),
    ("working_days = 20", "working_days = 0", "appeal[1].working_days: is 0; 1 or more is expected."),
    ("working_days = 20", 'working_days = "20"', "appeal[1].working_days: is '20'; a whole number is expected."),
    ("until = 2027-08-31 }\nnot_seen", "until = 2025-08-31 }\nnot_seen", "covers: ends on 2025-08-31, before"),
    ("covers = { from = 2026-09-01,", "covers = {", 'covers: lacks "from". Add it.'),
    ('not_seen = ["the', 'not_seen = [3, "the', "not_seen: holds 3; a list of sentences is expected."),
    ('margin = "margin"', 'margin = "margins"', 'criteria.far: margin "margins" is not defined.'),
    ('margin = "margin"', 'margin = "longest"', 'margin "longest" in "minutes". Give both the same.'),
    ("value = 0.1", "value = -0.1", 'criteria.far: margin "margin" must be a single number, not below nought.'),
    ('is = "true", ', 'is = "true", margin = "margin", ', "has no near side"),
    ("ended = 2026-10-31\n", "", 'criteria.old_benefit: has one of "ended" and "ended_source" without the other.'),
    ('ended_source = "scheme"', 'ended_source = "schema"', 'ended_source: "schema" is not one that is known.'),
    ('fact = "walk_miles"', 'fact = "walking_miles"', 'The register of facts (facts.toml) has "walk_miles".'),
    ('stage = "Ask"', 'stage = 1', "appeal[1].stage: is 1; text is expected."),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "told"), WRONG, ids=[told for _, _, told in WRONG])
def test_what_is_wrong_with_the_terms_is_told_where_it_is(before, after, told):
    assert any(told in fault for fault in faults((before, after))), faults((before, after))


def test_a_term_that_rests_on_nothing_is_a_fault():
    without = (
        'text = "Say so at any time."\nassumption = true\nnote = "for the council to replace"',
        'text = "Say so."',
    )
    assert "exceptional_circumstances: rests on nothing" in faults(without)[0]


def test_every_fault_of_the_terms_is_told_at_once():
    assert len(faults(*[(before, after) for before, after, _ in WRONG[:3]])) == 3


def test_a_criterion_that_only_a_charge_rests_on_is_used():
    assert policy().terms.roots == ("carer", "meals", "short", "poor", "plan")


def test_a_parameter_that_no_charge_and_no_criterion_uses_is_a_fault():
    assert "parameters.near_charge: is used by no criterion" in " ".join(
        faults(('amount = "near_charge"', 'amount = "far_charge"'))
    )


def test_a_criterion_negated_in_the_outcome_and_used_in_it_as_it_is_is_refused_in_charges_too():
    told = faults(
        ("[criteria.old_benefit]", '[criteria.nobody]\nlabel = "Nobody"\nnone = ["carer"]\n\n[criteria.old_benefit]'),
    )
    assert "criteria.nobody" in " ".join(told)


def test_the_amounts_of_charges_may_have_no_value_on_a_day_and_thresholds_may_not():
    assert "near_charge" not in policy().on(date(2027, 9, 1)).values
    with pytest.raises(InputError, match="distance: has no value on 2019-01-01"):
        policy().on(date(2019, 1, 1))


def test_facts_of_the_register_need_no_description_in_a_policy_of_people():
    facts = policy().facts
    assert (facts["walk_miles"].unit, facts["fsm_old_test"].unit) == ("miles", "yes or no")
    assert facts["walk_miles"].label == "Distance on foot"


def test_a_policy_of_places_describes_its_own_facts():
    told = " ".join(faults(('kind = "entitlement"', 'kind = "targeting"')))
    assert 'fact "walk_miles" is not defined' in told and 'lacks "facts"' in told


def test_the_day_after_a_benefit_ended_is_a_boundary():
    assert date(2026, 11, 1) in policy().boundaries() and DAY not in policy().boundaries()
