"""How the report writes people, reach, changes and names; money, counts and lists are as in `data.wording`."""

import datetime
import re

from budget.planning import within_reach
from data.documents.sheet_text import safe_text
from data.wording import whole_pounds
from eligibility.suppress import LEAST

PERSON = 1_000_000  # people are counted in millionths, as in the model
NAME, LINE = 60, 300  # the most characters of a name in a table or chart, and of a line of other people's words
FEW = "fewer than five"
AMOUNT = re.compile(r"£\d{1,3}(?:,\d{3})+\.\d\d")


def more(pence: int) -> str:
    """Write a change of money with its sign, in whole pounds.

    >>> more(250), more(-250), more(0)
    ('+£3', '-£3', '£0')
    """
    return f"{'+' if pence >= 50 else ''}{whole_pounds(pence)}"


def in_whole_pounds(text: str) -> str:
    """Write the amounts in a sentence of another room in whole pounds, from £1,000 on.

    >>> in_whole_pounds("£38,623.10 is left, and £0.45 a mile")
    '£38,623 is left, and £0.45 a mile'
    """
    return AMOUNT.sub(lambda found: whole_pounds(int(found[0][1:].replace(",", "").replace(".", ""))), text)


def people(micro: int) -> str:
    """Write people given in millionths as whole people, halves up: expected numbers have decimals that say nothing.

    >>> people(1_234_560_000), people(12_000_000)
    ('1,235', '12')
    """
    return f"{(micro + PERSON // 2) // PERSON:,}"


def about(micro: int) -> str:
    """Write expected people given in millionths as whole ones, for prose.

    >>> about(1_234_560_000), about(400_000)
    ('about 1,235', 'fewer than one')
    """
    return within_reach.about(micro / PERSON)


def people_or_few(micro: int, whole: bool = False) -> str:
    """Write people given in millionths for prose, or that they are too few for their number to be shown.

    >>> people_or_few(4_990_000), people_or_few(5_000_000, whole=True), people_or_few(309_700_000)
    ('fewer than five', '5', 'about 310')
    """
    if micro < LEAST * PERSON:
        return FEW
    return people(micro) if whole else about(micro)


def reach(people: float) -> str:
    """Write expected people within reach as whole ones, halves up as everywhere.

    >>> reach(12.545678), reach(410.5), reach(-0.0)
    ('13', '411', '0')
    """
    return within_reach.whole(people)


def change(value: float, decimals: int) -> str:
    """Write a change with its sign, without one where it rounds to zero.

    >>> change(1.5, 2), change(-0.001, 2)
    ('+1.50', '0.00')
    """
    rounded = round(value, decimals)
    return f"{rounded:+,.{decimals}f}" if rounded else f"{0:.{decimals}f}"


def share(part: float) -> str:
    """Write a share with one decimal always, as the workbook shows it.

    >>> share(0.1234), share(0.12)
    ('12.3%', '12.0%')
    """
    return f"{part:.1%}"


def day(when: datetime.date) -> str:
    """Write a day as letters do, such as "3 March 2026"."""
    return f"{when.day} {when:%B %Y}"


def name(text: object, most: int = NAME) -> str:
    """Write other people's words on one line of at most so many characters.

    >>> name("Fen" + chr(10) + "side"), name("a" * 9, most=5)
    ('Fen side', 'aaaa…')
    """
    line = " ".join(safe_text(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
