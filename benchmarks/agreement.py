"""Medium cases of every aim, drawn afresh, against an independent model in CP-SAT.

`python -m benchmarks.agreement` draws 300; a number after it is the first of the 100 seeds, to draw the same again.
"""

import secrets
import sys

from tests.budget.allocation.medium_cases import AIMS, disagreement, independent

SEEDS = 100


def main(first: int | None = None, seeds: int = SEEDS) -> None:
    """Print how many cases agree, and what is wrong with each that does not."""
    first = secrets.randbelow(10**9) if first is None else first
    best_of = independent([(seed, aim) for seed in range(first, first + seeds) for aim in AIMS])
    wrong = {key: said for key, best in best_of.items() if (said := disagreement(*key, best))}
    feasible = sum(best is not None for best in best_of.values())
    print(
        f"agreement with CP-SAT: {len(best_of) - len(wrong)} of {len(best_of)} medium cases from seed {first}, "
        f"of which {feasible} have a plan"
    )
    for (seed, aim), said in wrong.items():
        print(f"  seed {seed}, {aim}: {said}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
