"""Remake a plan from a period on: what is promised, paid and ordered stays, and the money is what the forecast leaves.

    after = replan(plan, monitored, 9)
    after.plan.scenario    # to save: the offers kept are promised in it, and its budget is the money that is left

The budget becomes that of the plan with confirmed savings added and every forecast overspend taken off. An underspend
that is not confirmed is not given away (see `balance`). Offers that are kept are paid for in whole, and their profile
stays. A new offer is priced for an academic year, and is spent from the period on: what is paid in advance at once and
in whole, anything else for the days that are left, month by month.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from budget.accounts import statement
from budget.accounts.ledger import FIRST_YEAR, SECOND_YEAR, YES, Ledger, rounded
from budget.monitoring.balance import name_of, remade
from budget.monitoring.ledger_cells import ADJUSTMENTS, PERIODS
from budget.monitoring.monitored import Monitored
from budget.planning.plan import Plan
from budget.planning.plan_changes import changes
from budget.planning.within_reach import about, at_least_one
from budget.scenarios.finance import MONTHS
from data.faults import Fault, InputError
from data.wording import counted, exact_pounds, listed


@dataclass(frozen=True, slots=True)
class Replanned:
    """A plan remade from a period on. Money in pence."""

    period: int  # the first that is planned anew, April is 1
    plan: Plan | None  # solved again; None where what is promised costs more than the money left
    before: Plan
    spent_pence: int  # paid and accrued in the periods before it
    later_pence: int  # in it and those after it, such as an invoice booked early
    adjusted_pence: int  # in period 13
    ordered_pence: int  # whatever period the ledger holds the orders in
    saved_pence: int  # confirmed savings, added to the budget
    over_pence: int  # forecast overspends, taken off it
    kept_months: tuple[int, ...]  # net pence of what is kept by month, April to March
    new_months: tuple[int, ...]  # of what is new, likewise
    changed: pd.DataFrame  # as `plan_changes.changes`, without those who stay

    @property
    def budget_pence(self) -> int:
        """The money that is left for the plan."""
        return self.before.scenario.budget_pence + self.saved_pence - self.over_pence

    @property
    def extra_pence(self) -> int:
        """What the plan costs more than before, for a whole academic year."""
        if self.plan is None:
            return 0
        return self.plan.allocation.spent_pence - self.before.allocation.spent_pence

    @property
    def extra_this_year_pence(self) -> int:
        """The part of it from the period on; July ends the year."""
        return sum(self.new_months)

    @property
    def profile(self) -> tuple[tuple[int, int, int], ...]:
        """Each month of the academic year: its period, and the net pence of what is kept and of what is new in it."""
        return tuple((n + 1, self.kept_months[n], self.new_months[n]) for n in (*FIRST_YEAR, *SECOND_YEAR))

    def in_words(self) -> list[str]:
        """Return sentences on what stays, what the money is, and what changes."""
        return [*self._kept(), *self._changes()]

    def _kept(self) -> Iterator[str]:
        offers = len(self.before.allocation.chosen)
        reserve = self.plan.scenario.reserve_pence if self.plan else 0
        others = (
            (self.later_pence, f"paid or accrued in period {self.period} or later"),
            (self.adjusted_pence, "adjustments in period 13"),
            (self.ordered_pence, "on order"),
        )
        told = [f"{exact_pounds(pence)} {words}" for pence, words in others if pence]
        paid = f"{exact_pounds(self.spent_pence)} paid or accrued before period {self.period}"
        yield f"Kept: {listed([counted(offers, 'offer'), paid, *told])}."
        parts = (
            (self.saved_pence, "and {} of confirmed savings"),
            (-self.over_pence, "less {} of forecast overspends"),
        )
        budget = [words.format(exact_pounds(abs(pence))) for pence, words in parts if pence]
        left = f": {exact_pounds(self.budget_pence)}" if budget else ""
        kept_back = f", of which {exact_pounds(reserve)} stay in reserve" if reserve else ""
        yield f"Budget: {', '.join([exact_pounds(self.before.scenario.budget_pence), *budget])}{left}{kept_back}."

    def _changes(self) -> Iterator[str]:
        if self.plan is None:
            spent = self.before.allocation.spent_pence
            yield (
                f"No plan keeps all that is promised within it: that costs {exact_pounds(spent)}, "
                f"{exact_pounds(spent - self.budget_pence)} more. Find the money, or fund fewer and say whom."
            )
            return
        if self.changed.empty and not self.extra_pence:
            yield f"Nothing changes from period {self.period} on: the plan stays as it is."
            return
        more = at_least_one(self.plan.allocation) - at_least_one(self.before.allocation)
        yield (
            f"From period {self.period} on {counted(len(self.changed), 'cohort')} would get another offer: "
            f"{exact_pounds(self.extra_pence)} more for a whole year, {exact_pounds(self.extra_this_year_pence)} of it "
            f"from {MONTHS[self.period - 1]} to July, and {about(more)} more young people within reach."
        )
        if any(self.new_months):
            new = [f"{MONTHS[period - 1]} {exact_pounds(pence)}" for period, _, pence in self.profile if pence]
            yield f"What is new is spent in {listed(new)}. What is kept stays in the months that it was planned in."
        for cohort, row in self.changed.iterrows():
            cost = exact_pounds(row["cost_pence_after"] - row["cost_pence_before"])
            instead = f"{row['after'] or 'nothing'} in place of {row['before'] or 'nothing'}"
            yield f"{name_of(cohort, row)}: {instead}, {cost}."


def replan(plan: Plan, ledger: Ledger, monitored: Monitored, period: int) -> Replanned:
    """Return the plan remade from a period on. Raises InputError where the period is none of the year, or is closed."""
    fault = _fault(monitored, period)
    if fault:
        raise InputError("re-plan", [Fault("period", fault)])
    over, saved = monitored.overspends_pence, monitored.total("saving_pence")
    fits = plan.allocation.spent_pence <= plan.scenario.budget_pence + saved - over
    after = remade(plan, saved - over, monitored.contingency_pence) if fits else None
    if after is not None and after.allocation.status == "infeasible":
        raise InputError("re-plan", [Fault("limits", conflict) for conflict in after.allocation.conflicts])
    kept = [ledger.by_month(line) for line in ledger.profiled()]
    table = changes(plan, after or plan)
    return Replanned(
        period=period,
        plan=after,
        before=plan,
        spent_pence=_posted(monitored, range(1, period)),
        later_pence=_posted(monitored, range(period, ADJUSTMENTS)),
        adjusted_pence=_posted(monitored, range(ADJUSTMENTS, ADJUSTMENTS + 1)),
        ordered_pence=monitored.total("committed_pence"),
        saved_pence=saved,
        over_pence=over,
        kept_months=tuple(map(sum, zip(*kept, strict=True))),
        new_months=_new_months(ledger, after, period) if after else (0,) * len(MONTHS),
        changed=table[table["before"] != table["after"]],
    )


def _posted(monitored: Monitored, periods: range) -> int:
    """Return what is paid or accrued in some periods of the year monitored."""
    return sum(posting.posted_pence for posting in monitored.counted if posting.period in periods)


def _new_months(ledger: Ledger, after: Plan, period: int) -> tuple[int, ...]:
    """Return by month, April to March, the net pence that a remade plan adds from a period on.

    What is paid in advance is paid for the whole year in that period. Anything else is spent on the days that are left,
    at a whole year's price for the days of a whole year.
    """
    year = sum(ledger.whole_weights)
    in_order = [n + 1 for n in (*FIRST_YEAR, *SECOND_YEAR)]
    left = in_order[in_order.index(period) :]
    months = [0] * len(MONTHS)
    for then, now in zip(ledger.profiled(), statement.draw_up(after).ledger.profiled(), strict=True):
        more = now.net_pence - then.net_pence
        if then.in_advance == YES:
            months[period - 1] += more
            continue
        for month in left:
            months[month - 1] += rounded(more * ledger.weights[month - 1], year)
    return tuple(months)


def _fault(monitored: Monitored, period: int) -> str:
    if period not in PERIODS[:-1] or period not in monitored.periods:
        first, last = monitored.periods[0], monitored.periods[-1]
        return f"{period} is no period of the plan in {monitored.year}. Write {first} to {last}."
    if period <= monitored.closed:
        return (
            f"{period} is closed: what was spent in it cannot be planned anew. Write {monitored.closed + 1} or later."
        )
    return ""
