"""How numbers are written for people: money, shares, counts and lists, in one way everywhere."""

import datetime
from collections.abc import Sequence

KM_A_MILE = 1.609344  # exact, by the international yard of 1959


def miles(km: float, decimals: int = 0) -> str:
    """Write a distance in kilometres as miles, as people in England say it, with at most so many decimals.

    >>> miles(45), miles(1.609344), miles(0.97, 1), miles(4.828, 3)
    ('28 miles', '1 mile', '0.6 miles', '3 miles')
    """
    text = f"{round(km / KM_A_MILE, decimals):,.10g}"
    return f"{text} {'mile' if text == '1' else 'miles'}"


def pounds(pence: int) -> str:
    """Write pence as pounds, without decimals where there are no odd pence.

    >>> pounds(984200), pounds(984205), pounds(-5)
    ('£9,842', '£9,842.05', '-£0.05')
    """
    return exact_pounds(pence).removesuffix(".00")


def exact_pounds(pence: int) -> str:
    """Write pence as pounds, always with two decimals.

    >>> exact_pounds(984200), exact_pounds(-984205)
    ('£9,842.00', '-£9,842.05')
    """
    whole, rest = divmod(abs(int(pence)), 100)
    return f"{'-' if pence < 0 else ''}£{whole:,}.{rest:02d}"


def whole_pounds(pence: float) -> str:
    """Write pence as pounds to the nearest pound, halves up.

    >>> whole_pounds(984250), whole_pounds(-984250), whole_pounds(49)
    ('£9,843', '-£9,843', '£0')
    """
    whole = (abs(round(pence)) + 50) // 100
    return f"{'-' if pence < 0 and whole else ''}£{whole:,}"


def rounded_pounds(pence: int) -> str:
    """Write pence as pounds for a reader in a hurry: whole pounds from £1,000 up, with pence below.

    >>> rounded_pounds(74_861_689), rounded_pounds(99_950), rounded_pounds(-50)
    ('£748,617', '£999.50', '-£0.50')
    """
    return whole_pounds(pence) if abs(pence) >= 100_000 else exact_pounds(pence)


def percent(share: float, decimals: int = 0) -> str:
    """Write a share (0 to 1) as a percentage, with at most so many decimals.

    >>> percent(0.15), percent(0.125, 1), percent(1 / 3, 2)
    ('15%', '12.5%', '33.33%')
    """
    text = f"{share * 100:.{decimals}f}"
    return f"{text.rstrip('0').rstrip('.') if decimals else text}%"


def counted(number: int, thing: str, plural: str = "") -> str:
    """Write a number of things, in the plural where there is not one.

    >>> counted(1, "area"), counted(1200, "area"), counted(0, "county", "counties")
    ('1 area', '1,200 areas', '0 counties')
    """
    return f"{number:,} {thing if number == 1 else plural or thing + 's'}"


def listed(things: Sequence[str], last: str = "and") -> str:
    """Write a list as in a sentence.

    >>> listed(["taxi"]), listed(["bus", "taxi", "minibus"]), listed(["a", "b"], "or")
    ('taxi', 'bus, taxi and minibus', 'a or b')
    """
    *first, end = things or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def long_date(day: datetime.date) -> str:
    """Write a day in words.

    >>> long_date(datetime.date(2026, 9, 1))
    '1 September 2026'
    """
    return f"{day.day} {day:%B %Y}"


def plain_number(number: float) -> int | float:
    """Return a whole number as an int, so that JSON and sentences write 12 and not 12.0.

    >>> plain_number(12.0), plain_number(12.5)
    (12, 12.5)
    """
    return int(number) if float(number).is_integer() else float(number)
