"""TODO."""


def pounds(pence: int) -> str:
    """Write pence as pounds: whole pounds without decimals.

    >>> pounds(984200), pounds(984205)
    ('£9,842', '£9,842.05')
    """
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{whole:,}" + (f".{rest:02d}" if rest else "")
