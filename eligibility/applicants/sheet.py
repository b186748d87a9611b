"""A sheet as it stood in a file: rows with their numbers, and what a reader of the cells alone would not see."""

import re
from dataclasses import dataclass, field

from data.opening.sheet_cells import column_letters

FALSE_PAIRS = re.compile(  # letters of UTF-8 read, or saved, as Windows-1252: "Ã«" for "ë"; or lost altogether
    "Ã[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|Â[\u00a0-\u00bf]|â[€\u0080][\u0080-\uffff]|\ufffd|[a-z][ŽŠŒÕÔÒ‡‰•](?=[a-zA-Z])"
    "|[A-Za-z][‚„…†‡ˆ‰‹›¡¢¤¥¦§¬¯±¶](?![\\d%])|[a-z][?](?=[a-z])|&(?:[A-Za-z]{2,8}|#\\d{2,5});"  # DOS; lost; a web page
)


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that were merged downwards: the value stands in the first row alone."""

    column: int  # from nought
    first: int  # number of the first row
    last: int

    @property
    def area(self) -> str:
        """Return the cells as a spreadsheet names them, as D2:D4."""
        letter = column_letters(self.column + 1)
        return f"{letter}{self.first}:{letter}{self.last}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet, of a table of a web page, or of a text file."""

    rows: list[list]
    numbers: list[int]  # of each row, as a spreadsheet counts
    hidden: frozenset[int] = frozenset()  # numbers of rows out of sight, as by a filter
    merged: tuple[Merged, ...] = ()
    is_hidden: bool = False
    broken: dict[int, tuple[str, str]] = field(default_factory=dict)  # by number: what stands there, what is wrong


def odd_letters(row: list | tuple) -> bool:
    """Return whether a row has letters as they look after two encodings were mixed.

    >>> [odd_letters([name]) for name in ("ZoÃ«", "Zo‰ Lee", "Zo&euml;", "Zoë", "Ângela", "why?")]
    [True, True, True, False, False, False]
    """
    return any(isinstance(cell, str) and FALSE_PAIRS.search(cell) for cell in row)
