"""How many units of each service a budget should run, where money alone has a price: from prices all budgets share.

Prices stand a hundredth apart, so near that the bound of a choice of units at the best of them is within a few
millionths of the bound at the best of all (`budget.allocation.search.unit_branching` looks through the choices).
"""

from math import isfinite, log, log1p

import numpy as np

from budget.allocation.search.lagrangian import LagrangianRelaxation
from budget.allocation.search.unit_branching import Scores, UnitScores

SPACING, AROUND = 0.01, 12  # between prices, as a part of one; and how many on either side of a budget's own are used


class SharedPrices:
    """The scores of every service at a row of prices, kept from one budget to the next.

    `lagrangian` has the largest budget, `highest` is the highest price of a budget, in steps of access for a penny.
    """

    def __init__(self, lagrangian: LagrangianRelaxation, highest: float):
        self.highest = highest if isfinite(highest) else 0.0
        self.divisor, self.scores = lagrangian.divisor[0], UnitScores(lagrangian)
        beyond = self.highest * (1 + SPACING) ** (AROUND + 1)
        self.scale = lagrangian.scale_for(np.array([beyond * self.divisor]))

    def near(self, per_penny: float) -> list[Scores]:
        """Return the scores at the prices around a budget's own; none where it has no price, or there is no service."""
        if not 0 < per_penny <= self.highest or not self.scores.relaxed.services:
            return []
        middle = round(log(per_penny) / log1p(SPACING))
        prices = [(1 + SPACING) ** each * self.divisor for each in range(middle - AROUND, middle + AROUND + 1)]
        return [self.scores.add(np.array([round(price * self.scale)]), self.scale) for price in prices]
