"""What £1,000 more would add to the best access, from bounds on both sides: a price is of offers had in part."""

from dataclasses import dataclass, replace

from budget.allocation.allocate import PENCE_IN_1000_POUNDS, solve
from budget.allocation.curve.efficiency_order import EfficiencyOrder
from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.objective import MOST_ACCESS
from budget.allocation.inputs.tables import MICRO
from budget.allocation.result import Allocation

SECONDS = 10.0  # for a plan with £1,000 more, at most
WIDE = 0.1  # of what £1,000 adds at most: a range wider than that is shown as one
CLOSE = 1e-6  # access that counts as none


@dataclass(frozen=True, slots=True)
class MoreMoney:
    """The least and the most that £1,000 more can add to the best access score, and about what, by the price."""

    least: float
    most: float
    about: float

    @property
    def words(self) -> str:
        """Say what £1,000 more would bring: a range where what is proved is wide, or that it brings nothing."""
        if self.most < CLOSE:
            return "£1,000 more buys nothing."
        if self.least < CLOSE:
            return f"£1,000 more would add at most {self.most:,.3f} to the access score."
        if self.most - self.least > WIDE * self.most:
            return f"£1,000 more would add between {self.least:,.3f} and {self.most:,.3f} to the access score."
        return f"£1,000 more would add about {self.about:,.3f} to the access score."


def as_most_access(problem: AllocationProblem, allocation: Allocation) -> AllocationProblem:
    """Return the problem of most access that a plan of any aim answers: with its spend, or its fair share as floors."""
    problem = replace(problem, objective=MOST_ACCESS)
    if allocation.aim == "least_cost":
        problem = problem.with_ceiling(allocation.spent_pence)
    return problem if allocation.fairness is None else problem.with_limits(allocation.fairness.floors())


def more_money(
    problem: AllocationProblem, allocation: Allocation, per_1000: float, order: EfficiencyOrder | None = None
) -> MoreMoney:
    """Return what £1,000 more adds to the plan of a problem of most access; `per_1000` is its price.

    The best access now lies between the plan's and its bound, and so does the best with £1,000 more. Where there is an
    `order` of spending, which there is without limits, it gives a plan and a bound for that; else it is solved.
    """
    problem = replace(problem, time_limit_seconds=min(problem.time_limit_seconds, SECONDS))
    wider = problem.with_ceiling(problem.ceiling_pence + PENCE_IN_1000_POUNDS)
    now, at_most_now = allocation.access, allocation.bound
    if allocation.aim == "least_cost":  # its bound is in pounds
        here = solve(problem)
        now, at_most_now = here.access, here.bound
    if order is not None and (line := order.line(order.per_penny(wider.ceiling_pence))) is not None:
        unit = order.problem.step / MICRO
        with_more = order.plan_at(wider.ceiling_pence).value(order.problem) * unit
        at_most = line.at(wider.ceiling_pence) * unit
    else:
        then = solve(wider)
        with_more, at_most = then.access, then.bound
    least, most = max(with_more - at_most_now, 0.0), max(at_most - now, 0.0)
    return MoreMoney(least, most, min(max(per_1000, least), most))


def in_json(problem: AllocationProblem, allocation: Allocation) -> dict[str, object]:
    """Return what is told of £1,000 more beside a plan: the price, kept within what is proved, and both ends of that.

    Nothing where there is no price: no plan, or one of the least cost.
    """
    price = allocation.access_per_extra_1000_pounds
    if price is None or allocation.status == "infeasible":
        return {}
    found = more_money(as_most_access(problem, allocation), allocation, price)
    return {
        "access_per_extra_1000_pounds": found.about,
        "more_money_buys": {"at_least": found.least, "at_most": found.most},
    }
