"""What a letter says where another council may be the one to help: which it seems to be, and to apply there today."""

import re
from collections.abc import Mapping

from eligibility.deciding.decision import Decision
from eligibility.letters.blocks import LetterBlock, Part, Piece, bullets
from eligibility.letters.contact import IF_MISSED, tell_us_by
from eligibility.rules.residence import FIND_COUNCIL

ONS_CODE = re.compile(r" \(ONS code \w+\)")
NAMELESS = re.compile(r"the district with the ONS code \w+")
ONLY_IF = "Tell us only if we are wrong: if you pay council tax to us (send the bill), or {who} is in our care."
OTHER = "the area of another council"


def where(decision: Decision) -> str:
    """Return where the home seems to be, and which council seems to be there."""
    place = _place(decision)
    found = f"The home on the form seems to be in {place}"
    if decision.home_authority and decision.home_authority not in place:
        found = f"{found}. The council there seems to be {decision.home_authority}"
    return f"{found}. Each council helps those who live in its own area"


def next_step(decision: Decision, who: str, blanks: Mapping[str, Piece]) -> list[Part]:
    """Ask the family to apply to the other council today, and to tell us only if we are wrong about the home."""
    place = _place(decision)
    council = decision.home_authority or ("your own council" if OTHER in place else f"the council for {place}")
    return [
        *bullets("What to do now", [f"Apply to {council} for help with travel today. Do not wait for us."]),
        LetterBlock("bullet", (f"You can find your council at {FIND_COUNCIL}.",)),
        LetterBlock("bullet", (ONLY_IF.format(who=who),)),
        *tell_us_by(blanks, IF_MISSED),
    ]


def _place(decision: Decision) -> str:
    return NAMELESS.sub(OTHER, ONS_CODE.sub("", decision.home_place)) or OTHER
