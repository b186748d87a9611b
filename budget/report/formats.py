"""How the report writes numbers and names: to the workbook's rounding, and never a word longer than a page can bear."""

import datetime

from data.documents.sheet_text import safe_text

PERSON = 1_000_000  # people are counted in millionths, as the model has them
NAME, LINE = 60, 300  # characters of a name in a table or chart, and of a line of somebody else's words


def money(pence: int) -> str:
    """Return pounds and pence, as the workbook shows them.

    >>> money(1234567), money(-5)
    ('£12,345.67', '-£0.05')
    """
    return f"{'-' if pence < 0 else ''}£{abs(int(pence)) // 100:,}.{abs(int(pence)) % 100:02d}"


def more(pence: int) -> str:
    """Return a change of money with its sign.

    >>> more(250), more(-250), more(0)
    ('+£2.50', '-£2.50', '£0.00')
    """
    return f"+{money(pence)}" if pence > 0 else money(pence)


def people(micro: int, whole: bool = False) -> str:
    """Return people given in millionths: two decimals, as expected numbers have, or `whole` people.

    >>> people(1_234_560_000), people(12_000_000, whole=True)
    ('1,234.56', '12')
    """
    return f"{micro // PERSON:,}" if whole and micro % PERSON == 0 else f"{micro / PERSON:,.2f}"


def access(value: float) -> str:
    """Return access to three decimals, as the workbook shows it.

    >>> access(0.0005 * 3), access(-0.0)
    ('0.002', '0.000')
    """
    return f"{value + 0.0:,.3f}"


def change(value: float, decimals: int) -> str:
    """Return a change with its sign; none where it rounds to nothing.

    >>> change(1.5, 2), change(-0.001, 2)
    ('+1.50', '0.00')
    """
    rounded = round(value, decimals)
    return f"{rounded:+,.{decimals}f}" if rounded else f"{0:.{decimals}f}"


def share(part: float) -> str:
    """Return a share as the workbook shows it.

    >>> share(0.1234)
    '12.3%'
    """
    return f"{part:.1%}"


def day(when: datetime.date) -> str:
    """Return a day as a letter has it."""
    return f"{when.day} {when:%B %Y}"


def name(text: object, most: int = NAME) -> str:
    """Return a name or line from outside on one line, cut where it is too long for its place.

    >>> name("Fen" + chr(10) + "side"), name("a" * 9, most=5)
    ('Fen side', 'aaaa…')
    """
    line = " ".join(safe_text(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def listed(words: list[str]) -> str:
    """Return words as a list in a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1] if words else "none"


def number(count: int, thing: str) -> str:
    """Return a count and its thing in one or several.

    >>> number(1, "area"), number(2345, "area")
    ('1 area', '2,345 areas')
    """
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
