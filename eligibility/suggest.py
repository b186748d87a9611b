"""Help with a name that is not there: what is defined, and what was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, defined: Iterable[str]) -> str:
    """Return one or two sentences naming what is defined and the nearest to `name`.

    >>> did_you_mean("income_cap", ["income_limit", "age_limit"])
    'Defined: age_limit, income_limit. Did you mean "income_limit"?'
    """
    names = sorted(defined)
    listed = f"Defined: {', '.join(names)}." if names else "None are defined."
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    return f'{listed} Did you mean "{near[0]}"?' if near else listed
