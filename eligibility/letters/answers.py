"""The three answers that a letter can give: yes, no, and not yet. Each begins with the decision in one sentence."""

from collections.abc import Mapping, Sequence

from data.wording import listed, long_date
from eligibility.deciding.decision import Decision
from eligibility.deciding.explain import Step
from eligibility.letters import elsewhere
from eligibility.letters.blocks import LetterBlock, Part, Piece, bullets, section, text
from eligibility.letters.contact import IF_MISSED, LATER, NOT_SEEN, send_it, send_or_tell, tell_us_by
from eligibility.letters.cost import cost
from eligibility.letters.evidence import Evidence, is_ours, to_see
from eligibility.letters.plain import Plain, sentence
from eligibility.rules.facts import ESTIMATE, STRAIGHT_LINE
from eligibility.rules.policy import YES_OR_NO

OPEN = ("evidence", "measure", "margin")  # why the criteria themselves are not settled
WHY_NOT_YET = {  # by the names of decide.REFER_REASONS
    "out_of_date": "We must first look up the rules for the school year of your application.",
    "evidence": "Some facts that our rules ask for are still missing.",
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
NONE = "If none of these is so, tell us. We will then decide by what we know."
WE_WILL_WRITE = "We will write to you when we have decided."
OTHER_LAW = {"out_of_date", "residence", "school_age"}  # nothing that the family could send now would settle these
UNMEASURED = "Nobody has measured the way. What we know from the map is enough, so we did not need to."
CHANGES = "Tell us if you move, change course, or if your money or benefits change. The help may then change too."
EACH = "More than one of our rules is not met, as we say above. Each would have to be met."
COST = "What it would cost, if the answer is yes"
NEAREST = "nearest_suitable"  # the fact
ASK_WHICH = "You can ask us which school or college is the nearest with a suitable course and a place."
AGAIN = "Then we will decide again."


def yes(decision: Decision, plain: Plain, evidence: Evidence, blanks: Mapping[str, Piece]) -> list[Part]:
    """Return what help there is, what it costs, what to do next, and why."""
    first, last = blanks["help_from"], blanks["help_until"]
    lead = f"Yes. We can help {plain.who} with travel to school, college or training."
    if decision.subject_to:
        lead = f"Yes, once we have seen proof. We can then help {plain.who} with travel to school, college or training."
    return [
        _lead(lead),
        *_to_see_first(decision, blanks),
        LetterBlock("heading", ("What help you get",)),
        *_bulleted(_help(decision)),
        *text(("The help starts on ", first, " and ends on ", last, ".")),
        *cost(decision, plain, "What it costs", blanks),
        *_pay(decision, blanks),
        *_to_send(evidence, blanks),
        LetterBlock("heading", ("What to do next",)),
        *text((blanks["next_step"], f". {LATER}"), (CHANGES,)),
        *send_or_tell(blanks),
        *_why(decision, plain),
    ]


def _to_see_first(decision: Decision, blanks: Mapping[str, Piece]) -> list[Part]:
    found = bullets("What we must see first", [sentence(line) for line in to_see(decision)])
    return [*found, *send_it(blanks, NOT_SEEN)] if found else []


def no(decision: Decision, plain: Plain, blanks: Mapping[str, Piece]) -> list[Part]:
    """Return the one thing that decided, what would change it, and what else there is."""
    failed = plain.failed(decision.explanation.steps[-1])
    return [
        _lead(
            f"No. We are sorry. Under our rules we cannot help {plain.who} with travel to school, college or training."
        ),
        *_not_met(decision, plain, "Why"),
        *section("What would change this", [*(_change(plain, head) for head in failed[:1]), EACH * (len(failed) > 1)]),
        *text(*((line,) for line in _which_is_nearest(failed, plain))),
        *tell_us_by(blanks),
        *bullets("Other help that you may ask for", _help(decision)),
    ]


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
    why = [WHY_NOT_YET[name].format(who=plain.who) for name in told if name in WHY_NOT_YET]
    why += [f"This is what is still open: {'; '.join(map(_as_middle, evidence.open))}"] if evidence.open else []
    why += [term.letter or term.text for term in decision.refer_terms]
    why += [elsewhere.where(decision)] if "residence" in names else []
    why += [*(_ended(plain) if "ended" in told else []), WE_WILL_WRITE]
    usual = decision.is_excluded and not names & OTHER_LAW
    return [
        _lead(_open_line(names, tell, evidence, plain.who)),
        *section("Why we have not decided yet", [sentence(line.removesuffix(".")) for line in why]),
        *(_not_met(decision, plain, "What our usual rules say") if usual else []),
        *(elsewhere.next_step(decision, plain.who, blanks) if "residence" in names else []),
        *_to_send(evidence, blanks, tell),
        *bullets("What we will find out ourselves", [sentence(line) for line in evidence.ours]),
        *_if_yes(decision, plain, names, blanks),
    ]


def _lead(line: str) -> LetterBlock:
    return LetterBlock("lead", (line,))


def _open_line(names: set[str], tell: Sequence[str], evidence: Evidence, who: str) -> str:
    if "residence" in names:
        return f"We have not decided yet. Another council may be the one to help {who} with travel."
    if evidence.is_asked or ("ended" in names and tell):
        return f"We need more from you before we can decide about help with travel for {who}."
    wait = "" if tell or evidence.for_charge else " You do not need to send us anything now."
    return f"We have not decided yet about help with travel for {who}.{wait}"


def _help(decision: Decision) -> list[str]:
    return [term.letter or term.text for term in decision.may_provide]


def _pay(decision: Decision, blanks: Mapping[str, Piece]) -> list[Part]:
    charge = decision.contribution
    return text(("How to pay: ", blanks["how_to_pay"], ".")) if charge and charge.high_pence != 0 else []


def _if_yes(decision: Decision, plain: Plain, names: set[str], blanks: Mapping[str, Piece]) -> list[Part]:
    if names & (OTHER_LAW | {"other_rules"}):  # other rules say what help there is, and what it costs
        return []
    if decision.is_excluded:
        return bullets("Other help that you may ask for", _help(decision))
    return [*bullets("What help you could get", _help(decision)), *cost(decision, plain, COST, blanks, is_open=True)]


def _to_send(evidence: Evidence, blanks: Mapping[str, Piece], tell: Sequence[str] = ()) -> list[Part]:
    """Ask for the fewest documents, and say where any one is enough. `tell`: what else the family is asked for."""
    found = _bulleted((*tell, *evidence.must))
    if len(found) > 1:
        found.insert(0, *text(("All of these:",)))
    for ways in evidence.any_of:
        also = " also" if found else ""
        found += [*text((f"Please{also} send any one of these. One is enough:",)), *_bulleted(ways), *text((NONE,))]
    if evidence.for_charge:
        one = "any one of these" if len(evidence.for_charge) > 1 else "this"
        found += [*text((f"To find out whether you pay less, you can send {one}:",)), *_bulleted(evidence.for_charge)]
    if evidence.perhaps:
        so = "one of these is so" if len(evidence.perhaps) > 1 else "this is so"
        found += [
            *text((f"If {so}, you can send us what shows it. We may not need it:",)),
            *_bulleted(evidence.perhaps),
        ]
    if not found:
        return []
    return [LetterBlock("heading", ("What to send us",)), *found, *send_it(blanks, IF_MISSED)]


def _bulleted(lines: Sequence[str]) -> list[Part]:
    return [LetterBlock("bullet", (line,)) for line in lines]


def _why(decision: Decision, plain: Plain) -> list[Part]:
    root = decision.explanation.steps[-1]
    lines = [line for line in plain.met(root) if line]
    facts = {plain.fact(step).name for step in decision.decisive if step.observed is not None}
    rough = {m.fact.name for m in decision.measurement if m.method in (STRAIGHT_LINE, ESTIMATE)}
    return [*bullets("Why", lines), *(text((UNMEASURED,)) if facts & rough and _rests_on(lines, plain, rough) else [])]


def _rests_on(lines: list[str], plain: Plain, facts: set[str]) -> bool:
    tests = [step for step in plain.steps.values() if step.observed is not None and plain.fact(step).name in facts]
    return any(line in plain.met(step) for step in tests for line in lines)


def _not_met(decision: Decision, plain: Plain, heading: str) -> list[Part]:
    """Say the one thing that decided in plain words, then what else was not met, so that nobody is misled."""
    first, *others = plain.failed(decision.explanation.steps[-1])
    found: list[Part] = [LetterBlock("heading", (heading,))]
    if first.observed is not None:
        found += text((f"{sentence(plain.known(first))} We can help only if {plain.asked(first)}.",))
    else:
        found += text((f"This is what is not met: {_as_middle(first.label)}.",), (_none_of(first.required.test),))
        found += _bulleted(tuple(sentence(line) for line in plain.choices(first)))
    for head in others:
        if head.observed is None:
            found += text(("None of these is so either, and at least one must be:",))
            found += _bulleted(tuple(sentence(line) for line in plain.choices(head)))
        else:
            known = sentence(plain.known(head))
            found += text((f"This is not met either. {known} We can help only if {plain.asked(head)}.",))
    return found


def _as_middle(label: str) -> str:
    return label[:1].lower() + label[1:].removesuffix(".")


def _none_of(test: str) -> str:
    if test == "none":
        return "We can help only if none of these is so, and at least one is:"
    return "We can help only if at least one of these is so. From what we know, none is:"


def _change(plain: Plain, head: Step) -> str:
    """Say what the family can do where the one thing that decided is wrong, or changes."""
    if head.observed is None:
        return f"If we are wrong about one of these, or if it changes, tell us and send what shows it. {AGAIN}"
    fact = plain.fact(head)
    if is_ours(fact):
        return f"If you think that we have this wrong, tell us why and we will check it. {AGAIN}"
    settled = "or it changes, " if fact.unit == YES_OR_NO else ""
    return f"If this is wrong, {settled}tell us and send {fact.evidence}. {AGAIN}"


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


def _which_is_nearest(failed: Sequence[Step], plain: Plain) -> list[str]:
    """Return that the council can be asked which place is the nearest, where a no may rest on that."""
    rests = any(plain.fact(test).name == NEAREST for head in failed for test in plain.tests(head))
    return [ASK_WHICH] if rests else []
