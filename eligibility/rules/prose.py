"""Figures in the prose of a policy: a label or a text names a parameter in braces, and its value stands there.

"More than {minimum_distance} miles away" says the distance that the rules compare with, whoever changes it. A number up
to twenty stands in words, and as {age:n} in digits. A share brings its "of": "{concession_share} the charge" is "Half
the charge" or "60% of the charge".
"""

import re
from collections.abc import Callable, Mapping

PLACE = re.compile(r"\{(\w+)(:n)?\}")
SHARE = "share"  # the unit
SHARES = {0.5: "half", 0.25: "a quarter of", 0.75: "three quarters of", round(1 / 3, 4): "a third of", 1: "all of"}
SHARES |= {round(2 / 3, 4): "two thirds of"}
SMALL = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip


def in_words(value: float, unit: str) -> str:
    """Return a parameter's value as prose has it.

    >>> in_words(3, "miles"), in_words(75, "minutes"), in_words(2.5, "miles"), in_words(0.5, "share")
    ('three', '75', '2.5', 'half')
    >>> in_words(0.6, "share"), in_words(1200, "pounds per year")
    ('60% of', '1,200')
    """
    if unit == SHARE:
        return SHARES.get(round(value, 4), f"{value * 100:g}% of")
    return SMALL[int(value)] if float(value).is_integer() and 0 < value < len(SMALL) else f"{value:,.10g}"


def filler(values: Mapping[str, tuple[object, str]]) -> Callable[[str], str]:
    """Return a function that puts values, by the name of their parameter, with their units, into a text.

    A name that has no number stays in its braces.

    >>> filler({"far": (3, "miles"), "old": (19, "years")})("{old:n} or more, and more than {far} miles")
    '19 or more, and more than three miles'
    """
    known = {name: (value, unit) for name, (value, unit) in values.items() if isinstance(value, int | float)}

    def put(found: re.Match[str]) -> str:
        if found[1] not in known:
            return found[0]
        value, unit = known[found[1]]
        return f"{value:,.10g}" if found[2] else in_words(value, unit)

    def fill(text: str) -> str:
        written = PLACE.sub(put, text)
        return written[:1].upper() + written[1:] if text.startswith("{") else written

    return fill
