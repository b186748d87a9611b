"""Read an amount of money as a person writes it."""

import re
from decimal import Decimal, InvalidOperation

from budget.allocation.inputs.tables import LARGEST_PENCE
from data.faults import InputError

MOST_POUNDS = LARGEST_PENCE // 100  # more than all of English local government spends in a year: a slip of the keyboard

# Commas stand between thousands alone: "12,50" is no 1,250. Digits are those of English, and "1e2" is no amount.
WRITTEN = re.compile(r"-?£?-? ?((\d{1,3}(,\d{3})+|\d+)(\.\d*)?|\.\d+)", re.ASCII)

AMBIGUOUS = re.compile(r"£? ?(?:(\d+),(\d{1,2})|(\d{1,3})\.(\d{3}))", re.ASCII)  # "400,50", "1.200"


def pence(pounds: object, where: str = "budget") -> int:
    """Return pounds as whole pence. Raises InputError for what is no amount, negative, absurd or has half pennies.

    >>> pence("1,234.50")
    123450
    """
    text = str(pounds).strip()
    if isinstance(pounds, str) and (found := AMBIGUOUS.fullmatch(text)):
        whole, rest = filter(None, found.groups())
        both = f"{int(whole + rest):,} or {int(whole):,}.{rest[:2]:0<2}"
        raise InputError(where, [f"'{pounds}' may be {both}. Write it so that it can only be one."])
    is_written = not isinstance(pounds, str) or WRITTEN.fullmatch(text)
    text = re.sub("[£, ]", "", text)
    try:
        amount = Decimal(text if is_written else "NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise InputError(where, [f"'{pounds}' is not an amount. Write pounds, such as 750000 or 1250.50."])
    if amount < 0:
        raise InputError(where, [f"-£{text.lstrip('-')} is negative. Write 0 or more."])
    if amount > MOST_POUNDS:
        raise InputError(where, [f"£{text} is more than £{MOST_POUNDS:,}. Write pounds, not pence."])
    if amount != amount.quantize(Decimal("0.01")):
        raise InputError(where, [f"£{text} has a part of a penny. Write at most two decimals."])
    return int(amount * 100)
