"""One person against every scheme that covers their home: the council's, and those of England that stand beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from data.bundle import County
from data.faults import Fault, InputError
from data.suggest import did_you_mean
from eligibility.applicants.headings import targets
from eligibility.applicants.measure import measure
from eligibility.applicants.people import read_one
from eligibility.deciding import sight, wording
from eligibility.deciding.decision import Decision
from eligibility.deciding.one_person import check, entitlement_rules
from eligibility.deciding.terms_wording import pence_range
from eligibility.rules import library
from eligibility.rules.facts import register
from eligibility.rules.library import DEFAULT_ENTITLEMENT
from eligibility.rules.policy import Rules
from eligibility.rules.residence import HOME_DISTRICT

OTHER_HELP = "Other help that may be asked for"
BESIDE = ("plan-16-to-18", "plan-19-to-25", "bursary-16-to-19", "care-leavers")  # of no council, and for all


@dataclass(frozen=True, slots=True)
class SchemeAnswer:
    """What one scheme says of a person: a decision, or why there is none."""

    policy: str
    title: str
    decision: Decision | None
    notes: tuple[str, ...]  # what to check; where there is no decision, why


def check_all(
    given: Mapping[str, str], county: County, *, on: date, decided_on: date, policy: Rules | str = ""
) -> tuple[SchemeAnswer, ...]:
    """Decide about one person by the council's policy and by each scheme beside it.

    `given`: what was written, by name of fact; each scheme takes what it asks for. `policy`: that of the council, by id
    or by rules, where it is not to be found by the home's postcode: that of the district, else the default. Raises
    InputError for a name that none of them asks for, and for what cannot be read.
    """
    first = policy or _council_policy(given, county, on, decided_on)
    own = first if isinstance(first, Rules) else _rules(first, on, must=first == policy)
    chosen = own.policy.id if isinstance(own, Rules) else own.policy
    rules = [own, *(_rules(name, on, must=False) for name in BESIDE if name != chosen)]
    known = {*register(), *(name for each in rules if isinstance(each, Rules) for name in targets(each))}
    faults = [
        Fault(name, f"is asked for by none of these schemes. {did_you_mean(name, known)}")
        for name in given
        if name not in known
    ]
    if faults:
        raise InputError("the applicant", faults)
    return tuple(_answer(given, each, county, decided_on) if isinstance(each, Rules) else each for each in rules)


def in_words(answer: SchemeAnswer) -> tuple[str, list[tuple[str, str]]]:
    """Return the outcome by one scheme, and in titled sentences why, what would settle it, the charge and the help."""
    decision = answer.decision
    if decision is None:
        return f"No rules for this day: {'; '.join(answer.notes)}", []
    charge = decision.contribution
    tests = [
        f"{step.label} ({wording.VERDICTS[step.verdict]})" for step in decision.decisive if step.observed is not None
    ]
    parts = [
        ("Why an officer", decision.refer_reasons),
        ("What settled it", tests),
        ("Evidence that could still change it", [f"{fact.label}: {fact.evidence}" for fact in decision.needed]),
        ("Contribution", [pence_range(charge.low_pence, charge.high_pence)] if charge else []),
        (OTHER_HELP if decision.is_excluded else "What may be provided", [text.text for text in decision.may_provide]),
    ]
    return sight.in_words(decision.outcome, decision.subject_to), [
        (title, "; ".join(text.removesuffix(".") for text in x)) for title, x in parts if x
    ]


def _rules(name: str, on: date, *, must: bool) -> Rules | SchemeAnswer:
    """Return the rules of a scheme on a day, or the answer that it has none; raises InputError where it `must`."""
    try:
        return entitlement_rules(name, on)
    except InputError as error:
        if must:
            raise
        return SchemeAnswer(name, library.find(name).title, None, tuple(map(str, error.faults)))


def _answer(given: Mapping[str, str], rules: Rules, county: County, decided_on: date) -> SchemeAnswer:
    asked = targets(rules)
    mine = {name: value for name, value in given.items() if name in asked}
    decision, notes = check(mine, rules, county, decided_on=decided_on)
    return SchemeAnswer(rules.policy.id, rules.policy.title, decision, notes)


def _council_policy(given: Mapping[str, str], county: County, on: date, decided_on: date) -> str:
    """Return the policy of the council in whose district the home is, else the default."""
    if "postcode" not in given:
        return DEFAULT_ENTITLEMENT
    people = read_one({"postcode": given["postcode"]}, library.find(DEFAULT_ENTITLEMENT).on(on), decided_on=decided_on)
    measured = measure(people.table, county)
    if measured.problems:
        raise InputError("the applicant", [Fault(column, problem) for _, column, problem in measured.problems])
    district = measured.table[HOME_DISTRICT].iloc[0] if HOME_DISTRICT in measured.table else None
    councils = ((policy.id, policy.terms.council) for policy in library.shipped())
    return next((name for name, council in councils if council and district in council.districts), DEFAULT_ENTITLEMENT)
