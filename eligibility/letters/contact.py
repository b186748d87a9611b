"""How a family reaches the council, beside what a letter asks for: by which day, and what happens if it is missed."""

from collections.abc import Mapping, Sequence

from eligibility.letters.blocks import Field, LetterBlock, Part, Piece, text

IF_MISSED = "If we hear nothing by then, we will have to say no."
UNLESS_OURS = ", unless what we find out ourselves helps"  # after each sentence on what is missing
IF_MISSED_AND_OURS = f"{IF_MISSED.removesuffix('.')}{UNLESS_OURS}."
BY_THE_REST = "If we hear nothing by then, we will decide by what else we know."
NOT_SEEN = "We cannot start the help until we have seen it."
STAYS = "If we hear nothing by then, this decision stays as it is. The last day for an appeal does not change."
LATER = "If {} later, {} starts later."  # what the family does, and what that delays
BY_POST = "Our postal address is at the top of this letter."
ANY_DAY = "There is no last day for this."
TO_TELL = "To tell us,"
AS_ABOVE = f"You can tell us in the same way as above. {ANY_DAY}"


def reach(blanks: Mapping[str, Piece]) -> tuple[Piece, ...]:
    """Return how to reach the council, after "To tell us": what it gave, or both blanks where it gave neither."""
    email, telephone = blanks["email"], blanks["telephone"]
    if isinstance(email, Field) and not isinstance(telephone, Field):
        return (" call ", telephone)
    if isinstance(telephone, Field) and not isinstance(email, Field):
        return (" e-mail ", email)
    return (" e-mail ", email, " or call ", telephone)


def send_it(blanks: Mapping[str, Piece], missed: str) -> list[Part]:
    """Say where to send what is asked for and by when. `missed`: what happens if that day is missed."""
    by: tuple[Piece, ...] = ("Send it to ", blanks["email"], " by ", blanks["reply_by"], ", or call ")
    return text((*by, blanks["telephone"], f". {missed}"))


def tell_us_by(blanks: Mapping[str, Piece], missed: str) -> list[Part]:
    """Say how and by when to tell the council something. `missed`: what happens if that day is missed."""
    return text((TO_TELL, *reach(blanks), " by ", blanks["reply_by"], f". {missed}"))


def tell_us_any_day(blanks: Mapping[str, Piece], before: Sequence[Part]) -> list[Part]:
    """Say how to tell the council of what has no last day. `before`: parts of the letter, which may say how already."""
    if any(isinstance(part, LetterBlock) and part.pieces[:1] == (TO_TELL,) for part in before):
        return text((AS_ABOVE,))
    return text((TO_TELL, *reach(blanks), f". {ANY_DAY}"))


def send_or_tell(blanks: Mapping[str, Piece]) -> list[Part]:
    """Say how to send or tell what a family that gets help must."""
    return text(("To send or tell us something,", *reach(blanks), f". {BY_POST}"))
