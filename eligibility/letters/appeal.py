"""How to appeal, in a letter: the council's own stages, the last day for the next step, and the Ombudsman."""

import re
from collections.abc import Mapping

from data.wording import long_date
from eligibility.deciding.decide import REFER
from eligibility.deciding.decision import AppealDate, Decision
from eligibility.letters.blocks import Field, LetterBlock, Part, Piece, text

OMBUDSMAN = (
    "If you are still unhappy after our last answer, complain to the Local Government and Social Care Ombudsman within "
    "12 months of the day on which you first knew of the problem. It is free. PO Box 4771, Coventry CV4 0EH; "
    "0300 061 0614; www.lgo.org.uk."
)
IF_WRONG = "If you think that we have this wrong, you can ask us to look again. These are the steps:"
NOT_YET = "This letter is not our decision. When you have our decision, you can appeal against it. These are the steps:"
COUNTED = (
    "The days of a step count from the step before. If we reply later, your time starts then. Only working days count: "
    "Monday to Friday, without bank holidays."
)
NO_STAGES = Field("the council's stages of appeal and how many days each has")
LAST_DAY = Field("last day to ask, if there is one")
BLANK = re.compile(r"\[([^\]]+)\]")


def parts(decision: Decision, blanks: Mapping[str, Piece]) -> list[Part]:
    """Return the section on appeals. Stages that are not known to be the council's own are marked to be filled in."""
    is_open = decision.outcome == REFER
    steps = [_stage(stage, is_first=not (place or is_open)) for place, stage in enumerate(decision.appeal)]
    found: list[Part] = [LetterBlock("heading", ("How to appeal",)), *text((NOT_YET if is_open else IF_WRONG,))]
    found += [LetterBlock("bullet", step) for step in steps or [(NO_STAGES, ".")]]
    if any(stage.working_days for stage in decision.appeal):
        found += text((COUNTED,))
    if not any("Ombudsman" in stage.text for stage in decision.appeal):
        found += text((OMBUDSMAN,))
    return [*found, *text(("Send an appeal to: ", blanks["appeal_contact"]))]


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
