"""A better plan, or a better bound, for one budget of the curve, where the order of spending leaves a gap.

At the price of money that proves the bound, reduced-cost fixing leaves a small restricted problem
(`budget.allocation.search.reduced_cost_fixing`), which is solved in integers for the gap asked.
"""

import numpy as np

from budget.allocation.curve.efficiency_order import BoundLine, EfficiencyOrder
from budget.allocation.model.highs import SolverSettings
from budget.allocation.model.pulp_model import Solution, build, solution_of
from budget.allocation.model.verify import excesses
from budget.allocation.search.reduced_cost_fixing import reduced_costs_at, restricted_problem


def exact_point(
    order: EfficiencyOrder, line: BoundLine, known: Solution, gap: float, seconds: float
) -> tuple[Solution, int]:
    """Return the best plan found for the budget of the order's problem, and a bound that no plan can pass.

    `line` is the bound at a price, `known` a plan for that budget.
    """
    problem = order.problem
    low, high = known.value(problem), line.at(problem.rows[0].right)
    if order.lagrangian is None:
        return known, high
    lagrangian = order.lagrangian.with_budget(problem.rows[0].right)
    price = line.price / line.scale * lagrangian.divisor[0]
    reduced_costs = reduced_costs_at(lagrangian, lagrangian.at(np.array([price])))
    restricted = restricted_problem(lagrangian, reduced_costs, reduced_costs.missing(low))
    fixed = restricted.fixed_value
    model = build(restricted.problem)
    finest = min(0.9 * gap * high / max(high - fixed, 1), 0.5)
    settings = SolverSettings(gap=finest, seconds=max(seconds, 0.05))
    answer = model.solve(settings, restricted.to_restricted(known))
    bound = high if answer.status == "infeasible" else min(high, max(model.safe_bound(answer) + fixed, low))
    found = solution_of(restricted.problem, model, answer)
    plan = known if found is None else restricted.to_whole(found)
    if excesses(problem, plan) or plan.value(problem) <= low:
        return known, bound
    return plan, max(bound, plan.value(problem))
