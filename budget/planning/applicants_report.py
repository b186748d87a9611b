"""Report a plan for applicants: what it spends now, and what it may spend once pending evidence arrives."""

from collections.abc import Sequence

import pandas as pd

from budget.offers import services
from budget.offers.applicants import Applicants
from budget.offers.catalogue import PURPOSES
from budget.planning.plan import Plan
from data.wording import exact_pounds

OTHERS = {  # of `counts`
    "within_reach_already": "eligible can get there without help, by the times and fares set; in no plan.",
    "out_of_reach": "eligible are brought within reach by no kind on offer, by the times set; in no plan. A policy "
    "that allows a longer journey than the plan does owes them help all the same.",
    "before_an_officer": "are referred although the criteria are settled (considered individually); not costed.",
    "not_on_criteria": "do not meet the published criteria; not costed.",
    "charged_beyond_affordable": "of the funded are charged more a week of travel than a low-income household is taken "
    "to afford; they stay in the plan, as the decision has set their charge.",
    "covered_by_charge": "of the funded cost nothing: what they are charged covers the price of their support, such as "
    "a half-price pass at £0.00.",
    "contributions_not_settled": "have a contribution that is not settled: the least that it can be is counted.",
}
SPARE = " " * 12  # the width of the names of lines, as `plan` prints them


def now_pence(plan: Plan) -> int:
    """Return what the plan spends on those found eligible, in pence."""
    return plan.allocation.spent_pence


def if_all_pending_pence(plan: Plan) -> int:
    """Return what the same plan spends, in pence, if everybody whose evidence is pending turns out to be eligible."""
    return plan.allocation.spent_pence if plan.with_pending is None else plan.with_pending.spent_pence


def _applicants(plan: Plan) -> Applicants:
    if plan.applicants is None:
        raise ValueError("The plan is for areas, not for applicants.")
    return plan.applicants


def headline(plan: Plan) -> str:
    """Return "£x now, up to £y if all pending evidence arrives", within the plan's budget."""
    now, later = now_pence(plan), if_all_pending_pence(plan)
    if _applicants(plan).pending.empty:
        return f"{exact_pounds(now)} now; no evidence is pending"
    upto = "up to " if later >= now else ""  # a full budget may be spent differently, and less of it
    return f"{exact_pounds(now)} now, {upto}{exact_pounds(later)} if all pending evidence arrives"


def counts(plan: Plan) -> dict:
    """Return how many people the plan funds, and why not the others; those without a place by row, not by name."""
    people, cohorts = _applicants(plan), plan.choices.cohorts
    funded = plan.allocation.chosen.index.get_level_values("cohort")
    offered = plan.choices.offers.index.get_level_values("cohort").unique()
    near = (cohorts[[f"reach_{purpose}" for purpose in PURPOSES]] >= 1).any(axis=1) & ~cohorts.index.isin(offered)
    beyond = _charges_not_counted(plan)
    return {
        "eligible": len(people.eligible),
        "pending": len(people.pending),
        "now_pence": now_pence(plan),
        "if_all_pending_pence": if_all_pending_pence(plan),
        "funded": len(funded),
        "within_reach_already": int(near.sum()),
        "out_of_reach": len(cohorts) - len(offered) - int(near.sum()),
        "offered_not_funded": len(offered) - len(funded),
        "without_place": [{"cohort": cohort, "problem": problem} for cohort, problem in people.without_place],
        "before_an_officer": people.before_an_officer,
        "not_on_criteria": people.not_on_criteria,
        "contributions_not_settled": people.open_contributions,
        "charged_beyond_affordable": _charged_beyond_affordable(plan),
        "covered_by_charge": _covered_by_charge(plan),
        "charges_not_counted": len(beyond),
        "charges_not_counted_pence": int(beyond.sum()),
    }


def _charged_beyond_affordable(plan: Plan) -> int:
    """Return how many of the funded are charged more a week of travel than is affordable."""
    figures, funded = plan.catalogue.figures, plan.allocation.chosen.index.get_level_values("cohort")
    charged = _applicants(plan).table["contribution_pence"].reindex(funded)
    return int((charged > figures["affordable_weekly_cost"] * 100 * figures["weeks_a_year"]).sum())


def _covered_by_charge(plan: Plan) -> int:
    """Return how many of the funded are charged the whole price of their support, so that their offer costs nothing."""
    chosen = plan.allocation.chosen
    return int((chosen["cost_pence"].eq(0) & chosen["unit_contribution_pence"].gt(0)).sum()) if len(chosen) else 0


def _charges_not_counted(plan: Plan) -> pd.Series:
    """Return by funded applicant, in pence, what they are charged beyond the price a taker of a kind paid by vehicle.

    It is income of the council that the plan's money does not have. An offer of less than nothing would be bought for
    what it brings in, and its money would pay for others before anybody has paid it (decision 80).
    """
    chosen = plan.allocation.chosen.reset_index("option")
    bought = [kind.id for kind in plan.catalogue.kinds if services.is_bought(kind, plan.catalogue)]
    riders = chosen[chosen["option"].isin(bought)]
    charged = _applicants(plan).table["contribution_pence"].reindex(riders.index)
    beyond = charged - riders["unit_contribution_pence"]
    return beyond[beyond > 0]


def charges_in_words(plan: Plan) -> str:
    """Say what riders on what is paid by the vehicle are charged and the plan does not count; "" where nothing is."""
    beyond = _charges_not_counted(plan)
    if beyond.empty:
        return ""
    return (
        f"{len(beyond):,} of the funded ride on what is paid by the vehicle and are charged "
        f"{exact_pounds(beyond.sum())} beyond its price a taker: the spend is before that income."
    )


def lines(plan: Plan) -> Sequence[str]:
    """Return `counts` as sentences."""
    found = counts(plan)
    sentences = [
        f"{found['eligible']:,} eligible, {found['pending']:,} pending; each is a cohort of one, and its take-up is 1.",
        f"{found['funded']:,} of the eligible are funded, {found['offered_not_funded']:,} more have an offer.",
    ]
    sentences += [f"{found[key]:,} {words}" for key, words in OTHERS.items() if found[key]]
    sentences += [charges_in_words(plan)] if found["charges_not_counted"] else []
    sentences += [f"{one['cohort']}: {one['problem']}; in no plan." for one in found["without_place"]]
    return [f"Applicants  {headline(plan)}.", *(f"{SPARE}{line}" for line in sentences)]
