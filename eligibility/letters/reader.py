"""The last touch to the words of a letter: verbs that fit "you", and numbers and dates that no line breaks apart."""

import re
from collections.abc import Iterable
from dataclasses import replace

from eligibility.letters.blocks import Field, LetterBlock, Part, Piece

YOU = "you"  # what a letter calls an adult who is written to themselves
VERBS = {"was": "were", "is": "are", "has": "have", "gets": "get", "lives": "live", "does": "do"}
OF_YOU = re.compile(rf"\b([Yy]ou) ({'|'.join(VERBS)})\b")
YOUNG_PERSON = re.compile(r"\bthe young person(?= could\b)")
NO_BREAK = "\u00a0"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATES = rf"\b\d{{1,2}} (?:{MONTHS})\b(?: \d{{4}}\b)?"
TELEPHONES = r"\b0\d{2,4}(?: \d{3,6}){1,2}\b"
TOGETHER = re.compile(rf"{DATES}|\d (?=miles\b)|{TELEPHONES}")


def as_read(parts: Iterable[Part], *, to_themselves: bool) -> list[Part]:
    """Return parts of a letter as they are read. `to_themselves`: the person whom it is about is its reader."""
    return [_read(part, to_themselves) if isinstance(part, LetterBlock) else part for part in parts]


def _read(block: LetterBlock, to_themselves: bool) -> LetterBlock:
    return replace(block, pieces=tuple(_piece(piece, to_themselves) for piece in block.pieces))


def _piece(piece: Piece, to_themselves: bool) -> Piece:
    if isinstance(piece, Field):
        return piece
    return together(for_you(piece) if to_themselves else piece)


def for_you(words: str) -> str:
    """Return words in which what is told of "you" has verbs that fit.

    >>> for_you("You was 19 when the course began.")
    'You were 19 when the course began.'
    """
    return YOUNG_PERSON.sub(YOU, OF_YOU.sub(lambda found: f"{found[1]} {VERBS[found[2]]}", words))


def together(words: str) -> str:
    """Return words with no-break spaces inside dates and telephone numbers.

    >>> together("by 28 September 2026, or call 01000 555 0123").split(" ")
    ['by', '28\\xa0September\\xa02026,', 'or', 'call', '01000\\xa0555\\xa00123']
    """
    return TOGETHER.sub(lambda found: found[0].replace(" ", NO_BREAK), words)
