"""Say of a plan what each of the council's own tickets is, and how many passes for it the plan buys."""

from dataclasses import asdict, dataclass

from budget.offers.tickets import Ticket, pass_id
from budget.planning.plan import Plan
from budget.planning.within_reach import about
from data.wording import counted, exact_pounds, listed


@dataclass(frozen=True, slots=True)
class TicketInPlan:
    """What a plan makes of one ticket, over the passes that it may be bought by."""

    name: str
    price_a_year_pence: int  # of a pass that the council pays whole
    offered: int  # areas, or applicants, that a pass for it would help
    funded: int  # of them, that the plan gives one
    takers: float
    cost_pence: int


def of_plan(plan: Plan) -> list[TicketInPlan]:
    """Return what a plan makes of each ticket of its scenario, in its order."""
    return [_one(plan, ticket) for ticket in plan.scenario.tickets]


def _one(plan: Plan, ticket: Ticket) -> TicketInPlan:
    kinds = [kind.id for kind in plan.catalogue.kinds if kind.ticket == ticket.id]
    offers, chosen = (table[table["kind"].isin(kinds)] for table in (plan.choices.offers, plan.allocation.chosen))
    return TicketInPlan(
        ticket.name,
        ticket.year_pence(plan.catalogue.figures),
        offers.index.get_level_values("cohort").nunique(),
        len(chosen),
        float(chosen["people"].sum()),
        int(chosen["cost_pence"].sum()),
    )


def to_json(plan: Plan) -> dict:
    """Return it as JSON holds it; nothing where the scenario has no ticket."""
    return {"tickets": [asdict(each) for each in of_plan(plan)]} if plan.scenario.tickets else {}


def in_words(plan: Plan) -> list[str]:
    """Return a sentence or two on each ticket: its price and where that is from, and what the plan buys of it."""
    return [
        f"{ticket.label}, {ticket.origin}. {_affordable(each, plan)}{_bought(each, plan)}{_beyond_limits(ticket, plan)}"
        for ticket, each in zip(plan.scenario.tickets, of_plan(plan), strict=True)
    ]


def _beyond_limits(ticket: Ticket, plan: Plan) -> str:
    """Say which limits name a pass and not the same pass for this ticket: they do not hold for it."""
    named = [set(limit.where["kind"]) for limit in plan.scenario.limits.limits if "kind" in limit.where]
    kinds = {kind.id for kind in plan.catalogue.kinds}
    passes = {kind: pass_id(ticket, kind) for kind in kinds if pass_id(ticket, kind) in kinds}
    missed = sorted({old for limited in named for old, new in passes.items() if old in limited and new not in limited})
    if not missed:
        return ""
    also = listed([passes[old] for old in missed])
    return f" The limits on {listed(missed)} do not hold for passes bought for it: name {also} in them too."


def within_reach_anyway(plan: Plan) -> list[str]:
    """Return a sentence, for beside the number brought within reach, on the tickets that need no help; none without."""
    names = [each.name for each in of_plan(plan) if _week(each, plan)]
    if not names:
        return []
    return [
        f"Whoever gets there with {listed(names)} counts as within reach without help, and not in the number brought "
        "within reach: it is cheap enough to be affordable."
    ]


def _week(ticket: TicketInPlan, plan: Plan) -> str:
    """Return what a ticket that is affordable without help comes to a week of travel, and what is; else ""."""
    figures = plan.catalogue.figures
    week, limit = ticket.price_a_year_pence / figures["weeks_a_year"], figures.pence("affordable_weekly_cost")
    if round(week, 6) > limit:
        return ""
    return f"{exact_pounds(round(week))} a week of travel, no more than the {exact_pounds(limit)} set as affordable"


def _affordable(ticket: TicketInPlan, plan: Plan) -> str:
    """Say that the young person can pay for it without help, where that is so."""
    if not (week := _week(ticket, plan)):
        return ""
    return (
        f"It comes to {week}: where it covers a bus that is quick enough, a place counts as within reach without help. "
    )


def _bought(ticket: TicketInPlan, plan: Plan) -> str:
    cohort = "area" if plan.applicants is None else "applicant"
    if not ticket.offered:
        return f"No {cohort} is helped by a pass for it: no bus that it covers brings anything more within reach."
    helped = f"A pass for it would help {counted(ticket.offered, cohort)}"
    if not ticket.funded:
        return f"{helped}; the plan buys none."
    return (
        f"{helped}; the plan buys it for {counted(ticket.funded, cohort)}, {about(ticket.takers)} takers, at "
        f"{exact_pounds(ticket.cost_pence)}."
    )
