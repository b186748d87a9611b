"""What a plan leaves of the budget, and why no more of it is spent: a sentence for every surface."""

from budget.planning.plan import Plan
from data.wording import pounds

LEAST_SHOWN = 0.0005  # access for £1,000
NO_DIFFERENCE = 1e-6  # access is held to six decimals


def left_over_pence(plan: Plan) -> int:
    """Return what the plan leaves of the budget beside the reserve."""
    return plan.allocation.budget_pence - plan.scenario.reserve_pence - plan.allocation.spent_pence


def nothing_more_helps(plan: Plan) -> bool:
    """Return whether every cohort that support can help has the offer that helps it most: no money could do more."""
    most = plan.choices.offers["access"].groupby(level="cohort").max().sum()
    return bool(plan.allocation.access >= most - NO_DIFFERENCE)


def in_words(plan: Plan) -> str:
    """Say what is left and why, as one or two sentences; "" where nothing is left or no plan can be made.

    The price of money in the relaxed problem is no ground for saying that more would not help: a whole vehicle may
    still be out of reach. Only a plan in which everybody has their best offer is.
    """
    left = pounds(left_over_pence(plan))
    if plan.allocation.status == "infeasible":
        return ""
    if plan.choices.cohorts.empty:
        return "Nothing is spent: nobody is in target."
    if plan.choices.offers.empty:
        return "Nothing is spent: no kind of support on offer would bring anything more within reach."
    if nothing_more_helps(plan):
        helped = "everyone whom support can help has the offer that helps them most"
        more = "More money would bring no more within reach under these settings."
        return f"{left} is left, as {helped}. {more}" if left_over_pence(plan) else more
    if not left_over_pence(plan):
        return ""
    if plan.allocation.aim == "least_cost":
        if not plan.allocation.spent_pence:
            return f"Nothing is spent, as that does what was asked: {left} is left."
        return f"{left} is left, as the plan is to cost the least that does what was asked."
    return f"{left} is left: no better use of it was found."


def next_pounds(plan: Plan) -> str:
    """Say what a further £1,000 would bring; "" where that is not asked, or nothing could do more.

    A price of nothing is no proof that nothing helps: what helps next, a vehicle, may only be had whole.
    """
    allocation, more = plan.allocation, plan.allocation.access_per_extra_1000_pounds
    if allocation.status == "infeasible" or allocation.aim == "least_cost" or nothing_more_helps(plan):
        return ""
    if more is None or more < LEAST_SHOWN:
        return (
            "What a further £1,000 would bring is not known: what helps next is had whole, as a vehicle is, or a limit "
            "keeps it out."
        )
    return f"A further £1,000 would bring about {more:.{2 if more >= 0.1 else 3}f} more within reach."
