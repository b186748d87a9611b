"""What help there is, in a letter: the kinds that this person can use, to where, and what the family does next."""

import re
from collections.abc import Mapping, Sequence

from eligibility.deciding.decision import Decision
from eligibility.letters.blocks import Field, Piece
from eligibility.letters.contact import LATER
from eligibility.letters.plain import Plain
from eligibility.rules.criteria import Verdict

SOME_PLACE = "school, college or training"
ONE_OF, WHICH = "One of these: ", "We will tell you which."
NEED = "need_prevents_travel"  # the fact
NEEDS_A_BODY_THAT_CAN = re.compile(r"\b(pass|bus|rail|travel training|cycle|moped)\b")  # kinds no good with such a need
ITEMS = re.compile(r", or (?=[^,]+(?:, with [^,]+)?$)|, (?!with\b)")
PHOTO, PASS = re.compile(r"\bphoto"), re.compile(r"\bpass(?:es)?\b")
SEND = re.compile(r"\bsend\b", re.IGNORECASE)
IF_IT_IS_ONE = "If the help is a pass: "
BURSARY = "16 to 19 Bursary"
ADULTS_WITH_A_PLAN = (
    "Do you have an education, health and care plan? Adults up to 25 who have one may get help from us under other "
    "rules. If you have one, tell us."
)


def to_where(decision: Decision) -> str:
    """Return where the young person goes: the school or college by name where the application gives it."""
    return decision.place_name or SOME_PLACE


def help_of(decision: Decision, plain: Plain) -> list[str]:
    """Return the lines on what help there is, or on what else there is after a no, as they are true of this person."""
    lines = [term.letter or term.text for term in decision.may_provide]
    if decision.is_excluded and decision.is_adult:
        lines = [line for line in lines if BURSARY not in line]
        has_asked = any(plain.fact(test).name == "ehcp" for test in plain.steps.values() if test.observed)
        return [*lines, ADULTS_WITH_A_PLAN] if not has_asked else lines
    return [_usable(line) for line in lines] if _cannot_use_a_bus(plain) else lines


def is_settled(lines: Sequence[str]) -> bool:
    """Say whether the kind of help is known."""
    return not any(WHICH in line for line in lines)


def next_step(kinds: Sequence[str], blanks: Mapping[str, Piece], nothing: str) -> tuple[Piece, ...]:
    """Return what the family does next, and that the help waits for it.

    A photograph is asked for only for a pass. Who is offered none has nothing to do (`nothing`, the beginning of a
    sentence), unless the council gave another step.
    """
    step, told_by = blanks["next_step"], blanks["kind_told_by"]
    has_photo = not isinstance(step, Field) and PHOTO.search(step) is not None
    if kinds and not any(PASS.search(line) for line in kinds) and (has_photo or isinstance(step, Field)):
        return (f"{nothing}: we will write to you ", told_by, ".")
    late = "we get it" if isinstance(step, str) and SEND.search(step) else "you do this"
    if isinstance(step, str) and has_photo and kinds and not is_settled(kinds):
        return (f"{IF_IT_IS_ONE}{step[:1].lower()}{step[1:]}. {LATER.format(late, 'the pass')}",)
    return (step, f". {LATER.format(late, 'the help')}")


def _cannot_use_a_bus(plain: Plain) -> bool:
    tests = [step for step in plain.steps.values() if step.observed and plain.fact(step).name == NEED]
    return any(step.observed and step.observed.low is True and step.verdict == Verdict.PASS for step in tests)


def _usable(line: str) -> str:
    """Leave out of a list of kinds those that nobody can use whose need keeps them from walking, buses and trains.

    >>> _usable("One of these: travel training, a pass, money for travel, or a vehicle. We will tell you which.")
    'One of these: money for travel, or a vehicle. We will tell you which.'
    """
    if not line.startswith(ONE_OF):
        return line
    kinds, stop, after = line.removeprefix(ONE_OF).partition(". ")
    left = [kind for kind in ITEMS.split(kinds) if not NEEDS_A_BODY_THAT_CAN.search(kind)]
    if not left:
        return line
    if len(left) == 1:
        return f"{left[0][:1].upper()}{left[0][1:]}."
    return f"{ONE_OF}{', '.join(left[:-1])}, or {left[-1]}{stop}{after}"
