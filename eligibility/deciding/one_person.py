"""Decide about one person from what was written on a form or a command line."""

from dataclasses import replace
from datetime import date

import pandas as pd

from data.bundle import County
from data.faults import Fault, InputError
from eligibility.applicants.measure import measure
from eligibility.applicants.people import read_one
from eligibility.deciding import sight
from eligibility.deciding.by_day import days_of
from eligibility.deciding.decide import decide
from eligibility.deciding.decision import Decision, DecisionReader
from eligibility.rules import library
from eligibility.rules.policy import Rules


def check(given: dict[str, str], rules: Rules, county: County, *, decided_on: date) -> tuple[Decision, tuple[str, ...]]:
    """Decide about one person from what was written, by name of fact; also return what to check.

    Reads, measures and decides as for a file. Raises InputError for what cannot be read or found.
    """
    people = read_one(given, rules, decided_on=decided_on)
    measured = measure(people.table, county)
    if measured.problems:
        raise InputError("the applicant", [Fault(column, problem) for _, column, problem in measured.problems])
    own_day = days_of(measured.table, rules).iloc[0]
    decision = with_sight(measured.table, rules.policy.on(own_day), decided_on=decided_on)
    return decision, (*people.warnings, *(note for _, note in measured.notes))


def with_sight(person: pd.DataFrame, rules: Rules, *, decided_on: date) -> Decision:
    """Return the decision about the one row of a table, of whom nothing has been seen yet."""
    decisions = decide(person, rules, decided_on=decided_on)
    unseen = sight.to_see(person, decisions, rules, decided_on=decided_on).iloc[0]
    subject_to = tuple(fact for name, fact in rules.facts.items() if unseen[name])
    return replace(DecisionReader(decisions, rules).decision(0), subject_to=subject_to)


def entitlement_rules(policy_id: str, day: date) -> Rules:
    """Return the rules of a policy about people; raises InputError for one about places."""
    policy = library.find(policy_id)
    if policy.kind != "entitlement":
        raise InputError(f"policy {policy.id}", ["is about places, not people. Choose an entitlement policy."])
    return policy.on(day)
