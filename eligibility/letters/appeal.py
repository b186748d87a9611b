"""How to appeal, in a letter: the council's own stages, the last day for the next step, and the Ombudsman."""

import re
from collections.abc import Mapping
from dataclasses import replace

from data.wording import long_date
from eligibility.deciding.decide import REFER
from eligibility.deciding.decision import AppealDate, Decision
from eligibility.letters.blocks import Field, LetterBlock, Part, Piece, kept, text

OMBUDSMAN = (
    "If you are still unhappy after our last answer, complain to the Local Government and Social Care Ombudsman within "
    "12 months of the day on which you first knew of the problem. It is free. PO Box 4771, Coventry CV4 0EH; "
    "0300 061 0614; www.lgo.org.uk."
)
IF_WRONG = "If you think that we have this wrong, you can ask us to look again. These are the steps:"
NOT_YET = (
    "This letter is not our decision, so there is nothing to appeal against yet. When we have decided, our letter will "
    "say how to appeal."
)
FIRST = "The first working day after the date of this letter is day 1 of your first step. "
COUNTED = (
    "The days for each later step start when the step before it is finished. We count only working days: Monday to "
    "Friday, without bank holidays."
)
MISSED = "If you miss a last day, we may not look at your appeal. If you have a good reason, tell us what it is."
NO_STAGES = Field("the council's stages of appeal and how many days each has")
LAST_DAY = Field("last day to ask, if there is one")
BLANK = re.compile(r"\[([^\]]+)\]")


def parts(decision: Decision, blanks: Mapping[str, Piece]) -> list[Part]:
    """Return the section on appeals; in a letter that decides nothing, that there is nothing to appeal against yet.

    Stages that are not known to be the council's own are marked to be filled in.
    """
    head = LetterBlock("heading", ("How to appeal",))
    if decision.outcome == REFER:
        return [replace(part, keep=True) for part in (head, LetterBlock("text", (NOT_YET,)))]
    own = [stage for stage in decision.appeal if "Ombudsman" not in stage.text]
    last = [stage for stage in decision.appeal if "Ombudsman" in stage.text]
    steps = [_stage(stage, is_first=not place) for place, stage in enumerate(own)]
    listed = [LetterBlock("bullet", step) for step in steps or [(NO_STAGES, ".")]]
    found = kept([head, *text((IF_WRONG,)), *listed])
    if any(stage.working_days for stage in decision.appeal):
        found += text((f"{FIRST if own and own[0].working_days else ''}{COUNTED}",))
    found += text(("Send an appeal to: ", blanks["appeal_contact"]), (MISSED,))
    return [*found, *text(*(_stage(stage, is_first=False) for stage in last), *([] if last else [(OMBUDSMAN,)]))]


def with_blanks(words: str) -> tuple[Piece, ...]:
    """Return a text in which what stands in square brackets is a field to fill in."""
    pieces: list[Piece] = []
    for number, part in enumerate(BLANK.split(words)):
        if part:
            pieces.append(Field(part) if number % 2 else part)
    return tuple(pieces)


def _stage(stage: AppealDate, *, is_first: bool) -> tuple[Piece, ...]:
    days = f" Within {stage.working_days} working days" if stage.working_days else ""
    by = f": by {long_date(stage.by)} at the latest" if days and stage.by and is_first else ""
    whole = f"{stage.stage}. {stage.text}{days}{by}{'.' if days else ''}"
    if "Ombudsman" in stage.text:
        return (whole,)
    has_blanks = BLANK.search(stage.text) is not None
    if stage.is_assumed and not has_blanks:  # usual among councils, and not known to be this one's
        return (Field(whole),)
    last: tuple[Piece, ...] = (" ", LAST_DAY, ".") if is_first and not (days or has_blanks) else ()
    return (*with_blanks(whole), *last)
