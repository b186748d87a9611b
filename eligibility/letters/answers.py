"""Two of the answers that a letter can give: yes, and not yet. Each begins with the decision in one sentence."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from data.wording import listed, long_date
from eligibility.deciding.decision import Decision
from eligibility.deciding.explain import Step
from eligibility.letters import elsewhere
from eligibility.letters.blocks import Field, LetterBlock, Part, Piece, bulleted, bullets, section, text
from eligibility.letters.contact import (
    BY_THE_REST,
    IF_MISSED,
    IF_MISSED_AND_OURS,
    NOT_SEEN,
    UNLESS_OURS,
    send_it,
    send_or_tell,
    tell_us_by,
)
from eligibility.letters.cost import cost
from eligibility.letters.evidence import Evidence, is_ours, to_see
from eligibility.letters.help import WHICH, help_of, next_step, to_where
from eligibility.letters.plain import Plain, sentence
from eligibility.letters.refusals import not_met
from eligibility.letters.words import Words, words
from eligibility.rules.criteria import Verdict
from eligibility.rules.facts import ESTIMATE, STRAIGHT_LINE

WHICHEVER = "Send as many statements as show it."
OPEN = ("evidence", "measure", "margin")  # why the criteria themselves are not settled
WHY_NOT_YET = {  # by the names of decide.REFER_REASONS
    "out_of_date": "We must first look up the rules for the school year of your application.",
    "evidence": "Some facts that our rules ask for are still missing.",  # where the family is asked for none of them
    "measure": "The answer depends on how far or how long the way is. We must measure it first.",
    "margin": "Something is so close to a limit that an officer must check it.",
    "ended": "Your application names a benefit that has ended.",
    "school_age": "{who} is still of school age this school year. Other rules apply until that ends (Education Act "
    "1996, sections 508B and 508C). We will look at the application under those.",
    "individual": "You asked us to look at this case by itself. We will do so.",
}
TO_TELL = {
    "ended": "Tell us which benefits your household gets now.",
    "individual": "Send anything that shows why this case should be looked at by itself, if you have not yet.",
}
WHY_ASK = "We ask all the same: a form that names a benefit that has ended may be out of date."
NONE = "If you have none of these, tell us. We will then have to say no."
NONE_OF_ALL = "If you have none of these, tell us. We will then decide by what else we know."
NONE_AND_OURS = f"{NONE.removesuffix('.')}{UNLESS_OURS}."
OTHER_LAW = {"out_of_date", "residence", "school_age"}  # nothing that the family could send now would settle these
UNMEASURED = "We worked out the way from a map. That is enough to be sure."
CHANGES = "Tell us if you move or change course. The help may then change too."
MONEY_TOO = "Tell us if you move or change course, or if your money or benefits change. The help may then change too."
MONEY = re.compile(r"benefits|pay|income")  # in the topic of a fact
NECESSARY = "help_is_necessary"  # the fact
WHY_NECESSARY = Field("why help is necessary, in the officer's own words")
COST = "What it would cost, if the answer is yes"


def yes(decision: Decision, plain: Plain, evidence: Evidence, blanks: Mapping[str, Piece]) -> list[Part]:
    """Return what help there is, what it costs, what to do next, and why."""
    first, last = blanks["help_from"], blanks["help_until"]
    lead = f"Yes. We can help {plain.who} with travel to {to_where(decision)}."
    if decision.subject_to:
        lead = f"Yes, once we have seen proof. We can then help {plain.who} with travel to {to_where(decision)}."
    kinds = help_of(decision, plain)
    to_see, pay, to_send = _to_see_first(decision, blanks), _must_pay(decision), _to_send(evidence, blanks)
    nothing = f"You do not need to do anything{' else' if to_see or pay or to_send else ''}"
    return [
        _lead(lead),
        *to_see,
        LetterBlock("heading", ("What help you get",)),
        *_kinds(kinds, blanks),
        *text(("The help starts on ", first, " and ends on ", last, ".")),
        *cost(decision, plain, "What it costs", blanks),
        *_pay(decision, blanks),
        *to_send,
        LetterBlock("heading", ("What to do next",)),
        *(text(("Set up how you pay: ", blanks["pay_where"], ".")) if pay else []),
        *text(next_step(kinds, blanks, nothing), (MONEY_TOO if _rests_on_money(decision, plain) else CHANGES,)),
        *send_or_tell(blanks),
        *_why(decision, plain),
    ]


def _to_see_first(decision: Decision, blanks: Mapping[str, Piece]) -> list[Part]:
    found = bullets("What we must see first", [sentence(line) for line in to_see(decision)])
    return [*found, *send_it(blanks, NOT_SEEN)] if found else []


def _kinds(lines: Sequence[str], blanks: Mapping[str, Piece]) -> list[Part]:
    """Return the kinds of help, and by when the family is told which it is."""
    found: list[Part] = []
    for line in lines:
        before, which, after = line.partition(WHICH)
        told = (before, WHICH.removesuffix("."), " ", blanks["kind_told_by"], f".{after}") if which else (line,)
        found.append(LetterBlock("bullet", told))
    return found


def _rests_on_money(decision: Decision, plain: Plain) -> bool:
    """Say whether money or benefits are a reason for the help or for what it costs."""
    tests = plain.met_by(decision.explanation.steps[-1])
    for explained in decision.contribution.explanations if decision.contribution else ():
        if explained.verdict == Verdict.PASS:
            tests += replace(plain, steps={step.criterion: step for step in explained.steps}).met_by(
                explained.steps[-1]
            )
    return any(MONEY.search(words().get(plain.fact(test).name, Words()).topic) for test in tests)


def not_yet(decision: Decision, plain: Plain, evidence: Evidence, blanks: Mapping[str, Piece]) -> list[Part]:
    """Return why nothing is decided yet, what to send and by when, and what the council does meanwhile."""
    names = set(decision.refer_names)
    evidence = Evidence() if names & OTHER_LAW else evidence
    tell = [
        line.format(who=plain.who)
        for name, line in TO_TELL.items()
        if name in names and not (name == "ended" and names & OTHER_LAW)
    ]
    told = [name for name in decision.refer_names if not (names & OTHER_LAW and name in OPEN)]
    why = [f"We need proof of {listed(list(evidence.topics), 'and')}"] if evidence.is_asked else []
    why += [
        WHY_NOT_YET[name].format(who=plain.who)
        for name in told
        if name in WHY_NOT_YET and not (name == "evidence" and evidence.is_asked)
    ]
    why += [term.letter or term.text for term in decision.refer_terms]
    why += [elsewhere.where(decision)] if "residence" in names else []
    why += _ended(plain) if "ended" in told else []
    usual = decision.is_excluded and not names & OTHER_LAW
    return [
        _lead(_open_line(names, tell, evidence, plain.who)),
        *section("Why we have not decided yet", [sentence(line.removesuffix(".")) for line in why]),
        *text(("We will write to you when we have decided, by ", blanks["decide_by"], " at the latest.")),
        *(not_met(decision, plain, "What our usual rules say") if usual else []),
        *(elsewhere.next_step(decision, plain.who, blanks) if "residence" in names else []),
        *_to_send(evidence, blanks, tell, is_all=names <= set(OPEN)),
        *bullets("What we will find out ourselves", [sentence(line) for line in evidence.ours]),
        *_if_yes(decision, plain, names, blanks),
    ]


def _lead(line: str) -> LetterBlock:
    return LetterBlock("lead", (line,))


def _open_line(names: set[str], tell: Sequence[str], evidence: Evidence, who: str) -> str:
    if "residence" in names:
        return f"We have not decided yet. Another council may be the one to help {who} with travel."
    if evidence.is_asked:
        unless = UNLESS_OURS if evidence.ours_may_do else ""
        return f"We need more from you before we can decide about help with travel for {who}{unless}."
    if names == {"ended"}:
        return f"We would like to check one thing before we decide about help with travel for {who}."
    wait = "" if tell or evidence.for_charge else " You do not need to send us anything now."
    return f"We have not decided yet about help with travel for {who}.{wait}"


def _must_pay(decision: Decision) -> bool:
    return decision.contribution is not None and decision.contribution.high_pence != 0


def _pay(decision: Decision, blanks: Mapping[str, Piece]) -> list[Part]:
    if not _must_pay(decision):
        return []
    return text(("How to pay: ", blanks["how_to_pay"], ". To set this up: ", blanks["pay_where"], "."))


def _if_yes(decision: Decision, plain: Plain, names: set[str], blanks: Mapping[str, Piece]) -> list[Part]:
    if names & (OTHER_LAW | {"other_rules"}):  # other rules say what help there is, and what it costs
        return []
    if decision.is_excluded:
        return bullets("Other help that you may ask for", help_of(decision, plain))
    kinds = _kinds(help_of(decision, plain), blanks)
    head = [LetterBlock("heading", ("What help you could get",))] if kinds else []
    return [*head, *kinds, *cost(decision, plain, COST, blanks, is_open=True)]


def _to_send(
    evidence: Evidence, blanks: Mapping[str, Piece], tell: Sequence[str] = (), *, is_all: bool = True
) -> list[Part]:
    """Ask for the fewest documents, and say where any one is enough.

    `tell`: what else the family is asked for. `is_all`: nothing else is open, so that without it the answer is no.
    """
    found = bulleted((*tell, *evidence.must))
    if len(found) > 1:
        found.insert(0, *text(("All of these:",)))
    many = [f"{limit} {WHICHEVER}" if " or £" in limit else limit for limit in evidence.limits]
    limits = text(*((limit,) for limit in many))
    for ways in evidence.any_of:
        also = " also" if found else ""
        is_one = not any(WHICHEVER in limit for limit in many) and not any(", and " in way for way in ways)
        enough = ". One is enough" if is_one else ""
        found += [*text((f"Please{also} send any one of these{enough}:",)), *bulleted(ways), *limits]
        limits = []
        found += text(((NONE_AND_OURS if evidence.ours_may_do else NONE) if is_all else NONE_OF_ALL,))
    found += limits if found else []
    if evidence.for_charge:
        one = "any one of these" if len(evidence.for_charge) > 1 else "this"
        found += [*text((f"To find out whether you pay less, you can send {one}:",)), *bulleted(evidence.for_charge)]
    if evidence.perhaps:
        so = "one of these is true" if len(evidence.perhaps) > 1 else "this is true"
        found += [
            *text((f"If {so}, you can send us what shows it. We may not need it:",)),
            *bulleted(evidence.perhaps),
        ]
    if not found:
        return []
    if len(found) == 1 and list(tell) == [TO_TELL["ended"]]:  # an answer, and no document
        return [LetterBlock("heading", ("What to tell us",)), *found, *tell_us_by(blanks, BY_THE_REST)]
    missed = IF_MISSED_AND_OURS if evidence.ours_may_do else IF_MISSED
    missed = missed if is_all and evidence.is_asked else BY_THE_REST
    return [LetterBlock("heading", ("What to send us",)), *found, *send_it(blanks, missed)]


def _why(decision: Decision, plain: Plain) -> list[Part]:
    root = decision.explanation.steps[-1]
    lines = [line for line in plain.met(root) if line]
    facts = {plain.fact(step).name for step in decision.decisive if step.observed is not None}
    rough = {m.fact.name for m in decision.measurement if m.method in (STRAIGHT_LINE, ESTIMATE)}
    found = bullets("Why", lines)
    if any(plain.fact(test).name == NECESSARY for test in plain.met_by(root)):
        found += text(("Help is necessary because ", WHY_NECESSARY, "."))
    return [*found, *(text((UNMEASURED,)) if facts & rough and _rests_on(lines, plain, rough) else [])]


def _rests_on(lines: list[str], plain: Plain, facts: set[str]) -> bool:
    tests = [step for step in plain.steps.values() if step.observed is not None and plain.fact(step).name in facts]
    return any(line in plain.met(step) for step in tests for line in lines)


def _ended(plain: Plain) -> list[str]:
    """Return which benefits an application names that nobody can have any more, and which others it names with them."""
    gone = [step for step in plain.steps.values() if step.ended and step.observed and step.observed.low is True]
    lines = [f"{step.fact} ended on {long_date(step.ended)}." for step in gone if step.ended]
    if named := list(dict.fromkeys(plain.known(step) for old in gone for step in _named_beside(old, plain))):
        lines.append(f"Your form also says that {listed(named)}. {WHY_ASK}")
    return lines


def _named_beside(old: Step, plain: Plain) -> list[Step]:
    """Return what an application says, and an officer does not, that would do in the place of a benefit that ended."""
    groups = [plain.tests(step) for step in plain.steps.values() if step.required.test == "any"]
    beside = min((tests for tests in groups if old in tests), key=len, default=[])
    said = [test for test in beside if test.observed and test.observed.low is True and not test.ended]
    return [test for test in said if not is_ours(plain.fact(test))]
