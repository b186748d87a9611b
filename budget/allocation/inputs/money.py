"""Read an amount of money as a person writes it."""

from decimal import Decimal, InvalidOperation

from budget.allocation.inputs.tables import LARGEST_PENCE
from data.faults import InputError

MOST_POUNDS = LARGEST_PENCE // 100  # more than all of English local government spends in a year: a slip of the keyboard


def pence(pounds: object, where: str = "budget") -> int:
    """Return pounds as whole pence. Raises InputError for what is no amount, negative, absurd or has half pennies.

    >>> pence("1,234.50")
    123450
    """
    text = str(pounds).strip().replace(",", "").removeprefix("£")
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
