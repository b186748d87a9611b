"""What a workbook says beside its values, whichever kind of file it is."""

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

NOUGHTS = re.compile(r"0{2,255}")  # the format of numbers that are shown with leading noughts; Excel's have up to 255
NOT_SHOWN = re.compile(r"\[[^\]]*\]|\"[^\"]*\"|\\.|;@|[\s\-/.,_]")  # of a format: colours, texts and what parts
A_MONTH = re.compile(r"m{2,5}y{2,4}|y{2,4}m{2,5}")
EXCELS_MONTH = 17  # the number of Excel's own format "mmm-yy", which no file spells out


@dataclass(slots=True)
class Marks:
    """What is said of the rows and cells of one sheet. Rows are numbered from 1, as a spreadsheet does."""

    hidden: list[int] = field(default_factory=list)  # rows out of sight
    merged: list[list[int]] = field(default_factory=list)  # cells merged downwards: column from nought, first, last row
    noughts: list[tuple[int, int, str]] = field(default_factory=list)  # row and column from nought, text as it is shown
    filled: list[int] = field(default_factory=list)  # rows with a value, a text or a formula
    months: list[tuple[int, int]] = field(default_factory=list)  # row and column from nought: a date shown as a month


def shows_a_month(code: str) -> bool:
    """Return whether a format shows a date without its day, as Excel does where somebody types Sep 2026.

    >>> shows_a_month("mmm-yy"), shows_a_month("[$-809]mmmm\\\\ yyyy;@"), shows_a_month("dd/mm/yyyy")
    (True, True, False)
    """
    return A_MONTH.fullmatch(NOT_SHOWN.sub("", code.lower())) is not None


def with_noughts(value: str, digits: int) -> str:
    """Return a whole number with as many digits as its format shows at least; "" where it cannot be one."""
    try:
        number = Decimal(value).quantize(Decimal(1), ROUND_HALF_UP)
    except InvalidOperation:  # no number, or one of more digits than are ever shown
        return ""
    return f"{'-' if number < 0 else ''}{abs(number):0{digits}}"
