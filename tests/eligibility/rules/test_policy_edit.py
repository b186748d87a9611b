"""A number changed in the text of a policy is the number that the rules then have, and the rest stays as it was."""

from datetime import date, timedelta

import pytest

from data.faults import InputError
from eligibility.rules import library, policy_edit
from eligibility.rules.policy_file import parse

DAY = date(2026, 11, 24)
POLICIES = [policy for policy in library.shipped() if policy.kind == "entitlement"]
NUMBERS = [
    (policy, parameter)
    for policy in POLICIES
    for parameter in policy.parameters.values()
    if (now := parameter.at(DAY)) is not None and isinstance(now.value, int | float)
]


def text_of(policy):
    return (library.FOLDER / f"{policy.id}.toml").read_text("utf-8")


def read(text):
    return parse(text.encode(), "the policy file")


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_a_copy_is_the_policy_under_another_name(policy):
    copy = read(policy_edit.copy_as(text_of(policy), "ours", 'The "new" policy \\ 2027'))
    assert (copy.id, copy.title) == ("ours", 'The "new" policy \\ 2027')
    assert copy.criteria == policy.criteria and copy.parameters == policy.parameters and copy.terms == policy.terms


@pytest.mark.parametrize(("policy", "parameter"), NUMBERS, ids=lambda item: getattr(item, "id", "") or item.name)
def test_every_number_of_every_policy_can_be_changed_from_a_day_on(policy, parameter):
    old = parameter.at(DAY)
    changed = read(policy_edit.with_value(text_of(policy), parameter, _other(parameter, old), DAY, old.until))
    now = changed.parameters[parameter.name]
    assert now.at(DAY).value == _other(parameter, old)
    assert now.at(DAY).basis.kind == "assumption" and now.at(DAY).basis.note == policy_edit.COUNCIL_NOTE
    assert now.at(DAY - timedelta(days=1)) == parameter.at(DAY - timedelta(days=1))
    others = {name: p for name, p in changed.parameters.items() if name != parameter.name}
    assert others == {name: p for name, p in policy.parameters.items() if name != parameter.name}


def _other(parameter, now):
    return now.value + (0.5 if parameter.highest is None or now.value + 0.5 <= parameter.highest else -0.25)


def test_a_value_that_began_on_the_same_day_is_replaced():
    policy = library.find("york")
    parameter = policy.parameters["minimum_distance"]
    changed = read(policy_edit.with_value(text_of(policy), parameter, 2.5, parameter.at(DAY).start))
    assert [dated.value for dated in changed.parameters["minimum_distance"].values] == [2.5]


def test_comments_and_everything_else_stay_as_they_were_written():
    policy = library.find("york")
    before = text_of(policy).split("\n")
    after = policy_edit.with_value(text_of(policy), policy.parameters["minimum_distance"], 2.5, DAY).split("\n")
    added = [line for line in after if line not in before]
    assert len(added) == 1 and [line for line in after if line in before] == before


def test_values_listed_in_a_way_of_their_own_are_left_to_the_text():
    policy = library.find("york")
    text = text_of(policy).replace("values = [\n", "values = [ ", 1)
    name = next(iter(policy.parameters))
    with pytest.raises(InputError, match="Change them in the text"):
        policy_edit.with_value(text, policy.parameters[name], 2.5, DAY)
