"""Say what a plan leaves of the budget, why no more of it is spent, and what the next £1,000 would bring."""

from budget.allocation import Grant
from budget.allocation.inputs.limit_wording import group_in_words
from budget.planning import coverage, coverage_words, nothing_helps
from budget.planning.plan import Plan
from data.wording import listed, pounds

LEAST_SHOWN = 0.0005  # access for £1,000
NO_DIFFERENCE = 1e-6  # access has six decimals


def left_over_pence(plan: Plan) -> int:
    """Return what the plan leaves of the budget, the reserve apart."""
    return plan.allocation.budget_pence - plan.scenario.reserve_pence - plan.allocation.spent_pence


def nothing_more_helps(plan: Plan) -> bool:
    """Return whether every cohort that support can help has the offer that helps it most."""
    most = plan.choices.offers["access"].groupby(level="cohort").max().sum()
    return bool(plan.allocation.access >= most - NO_DIFFERENCE)


def in_words(plan: Plan, *, with_coverage: bool = True) -> str:
    """Say what is left and why, as one or two sentences; "" where nothing is left or no plan can be made.

    Where money cannot help, whom the policy looks at and leaves out is added, without which that would say too much;
    not `with_coverage=False`, for who says it elsewhere.
    Only where everybody has their best offer does it say that more money would not help. The price of money in the
    relaxed problem does not show that: a whole vehicle may still cost too much.
    """
    left = pounds(left_over_pence(plan))
    looked_at = f" {coverage_words.whole(coverage.of_plan(plan))}" if with_coverage and plan.applicants is None else ""
    if plan.allocation.status == "infeasible":
        return ""
    if plan.choices.cohorts.empty:
        return f"Nothing is spent: nobody is in target.{looked_at}"
    if plan.choices.offers.empty:
        nothing = "Nothing is spent: no kind of support on offer would bring anything more within reach."
        return f"{nothing} {nothing_helps.why(plan)}{looked_at}"
    purses = _purses(plan)
    if nothing_more_helps(plan):
        helped = "everyone whom support can help has the offer that helps them most"
        more = "More money would raise the access score no further under these settings."
        return (f"{left} is left, as {helped}.{purses} {more}" if left_over_pence(plan) else more) + looked_at
    if not left_over_pence(plan):
        return ""
    if plan.allocation.aim == "least_cost":
        if not plan.allocation.spent_pence:
            return f"Nothing is spent, as that does what was asked: {left} is left.{purses}"
        return f"{left} is left, as the plan is to cost the least that does what was asked.{purses}"
    return f"{left} is left: no better use of it was found.{purses}"


def own_left_pence(plan: Plan) -> int:
    """Return what is left of the council's own money: of the budget without its grants and the reserve."""
    grants = plan.allocation.grants
    return left_over_pence(plan) - int((grants["amount_pence"] - grants["used_pence"]).sum())


def _purses(plan: Plan) -> str:
    """Say what is left of each grant and of the council's own money; "" where no grant has anything left."""
    unused = [
        f"{pounds(grant.amount_pence - used)} is of the grant {grant.name}, which may pay only for "
        f"{paid_for_in_words(plan, grant)}"
        for grant, used in zip(plan.scenario.limits.grants, plan.allocation.grants["used_pence"], strict=True)
        if grant.amount_pence > used
    ]
    if not unused:
        return ""
    own = own_left_pence(plan)
    rest = f"; {pounds(own)} is the council's own" if own else "; none is the council's own"
    return f" Of that, {listed(unused)}: to be returned, unless who gave it agrees to another use{rest}."


def paid_for_in_words(plan: Plan, grant: Grant) -> str:
    """Return what a grant may pay for, each kind of support by its label: "district Fen, Minibus or Shared taxi"."""
    return group_in_words(grant.pays_for, {kind.id: kind.label for kind in plan.catalogue.kinds})


def next_pounds(plan: Plan) -> str:
    """Say what a further £1,000 would bring; "" where the plan is for the least cost, or more money cannot help.

    The price is of offers had in part. Without limits and grants that is what the next pounds bring on average; with
    them it may be far from what whole offers can bring. A price of 0 does not prove that nothing helps: what helps next
    may be a whole vehicle.
    """
    allocation, more = plan.allocation, plan.allocation.access_per_extra_1000_pounds
    if allocation.status == "infeasible" or allocation.aim == "least_cost" or nothing_more_helps(plan):
        return ""
    if more is None or more < LEAST_SHOWN:
        return (
            "What a further £1,000 would bring is not known: what helps next can only be bought whole, like a vehicle, "
            "or a limit keeps it out."
        )
    about = f"{more:.{2 if more >= 0.1 else 3}f}"
    if plan.scenario.limits.limits or plan.scenario.limits.grants:
        return (
            f"A further £1,000 would raise the access score by about {about} if offers could be had in part. They are "
            "bought whole and the limits stand, so it may bring less, or nothing."
        )
    return f"Each further £1,000 would raise the access score by about {about} on average, as offers are bought whole."
