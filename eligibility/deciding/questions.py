"""Which questions a form has still to ask about one person: those whose answer can still change something.

A fact that could still change the outcome or the contribution is asked for, in the order of the register.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data.access import Right, needs
from data.bundle import County
from data.faults import Fault, InputError
from eligibility.applicants.headings import targets
from eligibility.deciding.decide import ELIGIBLE
from eligibility.deciding.decision import Decision
from eligibility.deciding.one_person import check
from eligibility.rules import facts
from eligibility.rules.ages import END_OF_SCHOOL_AGE
from eligibility.rules.criteria import Verdict
from eligibility.rules.facts import ApplicantFact
from eligibility.rules.policy import Rules

PLACES = ("postcode", "destination")
MEASURED = "measured_"  # begins the names of what an officer measured: the value, by, how, on


@dataclass(frozen=True, slots=True)
class DecisionSoFar:
    """What the answers so far come to, and what cannot be read among them."""

    decision: Decision
    notes: tuple[str, ...]  # what to check: a postcode that was mended, a place that was taken to be meant
    faults: tuple[Fault, ...]  # answers that could not be read, by name of fact; decided as if they were not given


@needs(Right.PEOPLE)
def decide_so_far(given: Mapping[str, str], rules: Rules, county: County, *, decided_on: date) -> DecisionSoFar:
    """Decide on the answers so far; an answer that cannot be read is a fault and counts as not known.

    `given`: what was written, by name of fact; names that this policy does not use are ignored. Reads, measures and
    decides as `check` does. A measurement with a fault is left out whole, with who, how and when.
    """
    wanted = targets(rules)
    left, faults = {name: value for name, value in given.items() if name in wanted}, list[Fault]()
    while True:
        try:
            decision, notes = check(left, rules, county, decided_on=decided_on)
        except InputError as error:
            spoilt = _spoilt(error.faults, left)
            if not spoilt:
                raise
            faults += error.faults
            left = {name: value for name, value in left.items() if name not in spoilt}
        else:
            return DecisionSoFar(decision, notes, tuple(faults))


def _spoilt(faults: Sequence[Fault], left: Mapping[str, str]) -> set[str]:
    names = {fault.where for fault in faults}
    measured = {name for name in left if name.startswith(MEASURED)}
    return (names & left.keys()) | (measured if any(name.startswith(MEASURED) for name in names) else set())


def questions_left(decision: Decision, rules: Rules) -> tuple[ApplicantFact, ...]:
    """Return the facts whose answer could still change the outcome or the contribution, in their order.

    Unless the person is eligible, the request to be considered individually is among them. For a person whom the
    criteria exclude, so is what would send them to an officer: age, where it may be under 16, and benefits that have
    ended. Home, place of study and measurements are not: see `places` and `measured_facts`.
    """
    needed = {fact.name for fact in (*decision.needed, *decision.contribution_needed)}
    if decision.is_excluded and _may_be_of_school_age(decision):
        needed |= rules.facts.keys() & facts.AGES.keys()
    if decision.is_excluded:
        needed |= {test.fact for test in rules.criteria.values() if rules.has_ended(test) and test.test == "true"}
    sources = {source for name in needed for source in facts.DERIVED_FROM.get(name, (name,))}
    if sources - {facts.RESPONSIBLE}:  # else only where the home is is open: an officer may settle it
        sources.discard(facts.RESPONSIBLE)
    home = facts.DERIVED[facts.RESIDENT].label
    if any(step.fact == home and step.verdict == Verdict.FAIL for step in decision.explanation.steps):
        sources.add(facts.RESPONSIBLE)
    if decision.outcome != ELIGIBLE:
        sources.add(facts.INDIVIDUAL)
    return tuple(fact for fact in facts.facts_to_ask(rules) if fact.name in sources and not fact.measured)


def _may_be_of_school_age(decision: Decision) -> bool:
    seen = [step.observed for step in decision.explanation.steps if step.observed and step.observed.unit == "years"]
    known = [(age.low, age.high) for age in seen if isinstance(age.low, float) and isinstance(age.high, float)]
    return len(known) < len(seen) or any(low < END_OF_SCHOOL_AGE <= high for low, high in known)


def places(rules: Rules) -> tuple[ApplicantFact, ...]:
    """Return the questions for the home, and for the place of study where the policy rests on the distance."""
    wanted = PLACES if measured_facts(rules) else PLACES[:1] if facts.RESIDENT in rules.facts else ()
    return tuple(facts.register()[name] for name in wanted)


def measured_facts(rules: Rules) -> tuple[ApplicantFact, ...]:
    """Return the distances and times of the policy, which an officer may measure."""
    return tuple(fact for fact in facts.facts_to_ask(rules) if fact.measured)


def sections(questions: Sequence[ApplicantFact]) -> dict[str, list[ApplicantFact]]:
    """Return questions by their titles, none empty: first what everybody can say, household facts last."""
    of_officer = [fact for fact in questions if fact.asked_of == "officer"]
    own = [fact for fact in questions if fact not in of_officer and fact.name not in facts.IDENTITY]
    parts = {
        "The young person and the course": [fact for fact in own if not fact.sensitive],
        "For an officer to say": of_officer,
        "The household and circumstances": [fact for fact in own if fact.sensitive],
    }
    return {title: facts for title, facts in parts.items() if facts}
