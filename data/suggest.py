"""Help with a name that is not there: what was probably meant, or what there is."""

from collections.abc import Iterable
from difflib import get_close_matches

LIKENESS = 0.6  # by difflib's ratio, from which one name is probably a slip for another


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a sentence that names the nearest to `name`, or where none is near all that are known.

    >>> did_you_mean("income_limt", ["income_limit", "age_limit"])
    'Did you mean "income_limit"?'
    >>> did_you_mean("distance", ["income_limit", "age_limit"]), did_you_mean("distance", [])
    ('Known: age_limit, income_limit.', 'None are known.')
    """
    names = sorted(map(str, known))
    near = get_close_matches(str(name), names, n=1, cutoff=LIKENESS)
    if near:
        return f'Did you mean "{near[0]}"?'
    return f"Known: {', '.join(names)}." if names else "None are known."
