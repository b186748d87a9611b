"""Read an amount of money as a person writes it."""

import re
from decimal import Decimal, InvalidOperation

from budget.allocation.inputs.tables import LARGEST_PENCE
from data.faults import InputError

MOST_POUNDS = LARGEST_PENCE // 100  # more than all of English local government spends in a year: a slip of the keyboard

WRITTEN = re.compile(r"-?£? ?-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
AMBIGUOUS = re.compile(r"£? ?(?:(\d+),(\d{1,2})|(\d{1,3})\.(\d{3}))", re.ASCII)  # "400,50", "1.200"


def pence(pounds: object, where: str = "budget") -> int:
    """Return pounds as whole pence. Raises InputError for what is no amount, negative, absurd or has half pennies.

    >>> pence("1,234.50")
    123450
    """
    text = str(pounds).strip()
    if isinstance(pounds, str):
        if may_be := _two_readings(text):
            raise InputError(where, [f"'{pounds}' may be {may_be}. Write it so that it can only be one."])
        text = text.replace(",", "").replace("£", "") if WRITTEN.fullmatch(text) else "not an amount"
    try:
        amount = Decimal(text)
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


def _two_readings(text: str) -> str:
    """Return both readings of an amount whose comma or point may mean thousands or pence, "" where there is one.

    >>> _two_readings("1.200"), _two_readings("400,50"), _two_readings("1,200.50")
    ('1,200 or 1.20', '40,050 or 400.50', '')
    """
    found = AMBIGUOUS.fullmatch(text)
    if found is None:
        return ""
    whole, rest = filter(None, found.groups())
    return f"{int(whole + rest):,} or {int(whole):,}.{rest[:2]:0<2}"
