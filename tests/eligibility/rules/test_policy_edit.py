"""A number changed in the text of a policy is the number that the rules then have, and the rest stays as it was."""

from datetime import date, timedelta

import pytest

from data.faults import InputError
from eligibility.rules import library, policy_edit
from eligibility.rules.policy_file import parse
from tests import draws

DAY = date(2026, 11, 24)
POLICIES = draws.some([policy for policy in library.shipped() if policy.kind == "entitlement"])


def text_of(policy):
    return (library.FOLDER / f"{policy.id}.toml").read_text("utf-8")


def read(text):
    return parse(text.encode(), "the policy file")


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_a_copy_is_the_policy_under_another_name(policy):
    copy = read(policy_edit.copy_as(text_of(policy), "ours", 'The "new" policy \\ 2027'))
    assert (copy.id, copy.title) == ("ours", 'The "new" policy \\ 2027')
    assert copy.criteria == policy.criteria and copy.parameters == policy.parameters and copy.terms == policy.terms


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_every_number_of_a_policy_can_be_changed_from_a_day_on(policy):
    now = {name: parameter.at(DAY) for name, parameter in policy.parameters.items()}
    numbers = [name for name, dated in now.items() if dated is not None and isinstance(dated.value, int | float)]
    assert [name for name in numbers if not _is_changed(policy, policy.parameters[name], now[name])] == []


def _is_changed(policy, parameter, old):
    """Say whether a number is the council's own from DAY on, and everything else of the policy is as it was."""
    changed = read(
        policy_edit.with_value(text_of(policy), parameter, _other(parameter, old), DAY, old.until)
    ).parameters
    now = changed[parameter.name].at(DAY)
    return (
        (now.value, now.basis.kind, now.basis.note) == (_other(parameter, old), "assumption", policy_edit.COUNCIL_NOTE)
        and changed[parameter.name].at(DAY - timedelta(days=1)) == parameter.at(DAY - timedelta(days=1))
        and {**changed, parameter.name: parameter} == policy.parameters
    )


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
    added = [line for line in after if line.replace(" }", "}") not in [known.replace(" }", "}") for known in before]]
    assert len(added) == 1 and "2.5" in added[0] and len(after) == len(before) + 1


def test_values_listed_on_one_line_are_changed_too():
    policy = library.find("york")
    text = text_of(policy).replace("values = [\n", "values = [ ", 1)
    name = next(iter(policy.parameters))
    changed = read(policy_edit.with_value(text, policy.parameters[name], 2.5, DAY))
    assert changed.parameters[name].at(DAY).value == 2.5
    assert changed.parameters[name].values[:-1] == policy.parameters[name].values


@pytest.mark.parametrize("broken", ["values = [ [", "values = 3 #", "valeus = [ ] #"])
def test_a_text_whose_values_cannot_be_read_is_left_to_the_user(broken):
    policy = library.find("york")
    name = next(iter(policy.parameters))
    with pytest.raises(InputError, match="Change it in the text"):
        policy_edit.with_value(text_of(policy).replace("values = [", broken, 1), policy.parameters[name], 2.5, DAY)
