"""Sentences about the budget by which a cohort comes in, drawn afresh, solved again at that budget and £1 below.

`python -m benchmarks.entry` draws counties until forty sentences without limits and forty with some are tried; a number
after it is the first seed, to draw the same again.
"""

import secrets
import sys
from itertools import chain, count, islice

from tests.budget.allocation.why.entry_claims import EACH, POUND, claims, county

TRIED, OF_EACH = 40, 4


def main(first: int | None = None) -> None:
    """Print how many sentences hold where solved again, and each that claims more than is true."""
    first = secrets.randbelow(10**9) if first is None else first
    for has_limits in (False, True):
        drawn = (islice(claims(seed, has_limits=has_limits), OF_EACH) for seed in count(first))
        told = list(islice(chain.from_iterable(drawn), TRIED))
        wrong, before = [], 0
        for claim in told:
            lost, earlier = claim.loses_at(claim.pence), claim.loses_at(claim.pence - POUND)
            most = county(claim.seed, has_limits=has_limits)[0]["access"].max() if has_limits else EACH
            wrong += [claim] if lost is None or lost > most else []
            before += earlier is not None and earlier <= EACH
        limits = "with" if has_limits else "without"
        print(
            f"entry {limits} limits: {len(told) - len(wrong)} of {len(told)} sentences hold from seed {first}; "
            f"{before} are in £1 earlier too"
        )
        for claim in wrong:
            print(f"  {claim}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
