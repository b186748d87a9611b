"""Remake a plan from a period on: what is promised, paid and ordered stays, and the money is what the forecast leaves.

    after = replan(plan, monitored, 9)
    after.plan.scenario    # to save: the offers kept are promised in it, and its budget is the money that is left

The budget becomes that of the plan with confirmed savings added and every forecast overspend taken off. An underspend
that is not confirmed is not given away (see `balance`). Offers that are kept are paid for in whole; a new offer is
priced for an academic year, of which the part from the period on falls in this one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from budget.accounts.ledger import FIRST_YEAR, SECOND_YEAR, Ledger, rounded
from budget.monitoring.balance import name_of, remade
from budget.monitoring.ledger_cells import PERIODS
from budget.monitoring.monitored import Monitored
from budget.planning.plan import Plan
from budget.planning.plan_changes import changes
from budget.planning.within_reach import about, at_least_one
from budget.scenarios.finance import MONTHS
from data.faults import Fault, InputError
from data.wording import counted, exact_pounds


@dataclass(frozen=True, slots=True)
class Replanned:
    """A plan remade from a period on. Money in pence."""

    period: int  # the first that is planned anew, April is 1
    plan: Plan | None  # solved again; None where what is promised costs more than the money left
    before: Plan
    spent_pence: int  # paid and accrued up to the period
    ordered_pence: int
    saved_pence: int  # confirmed savings, added to the budget
    over_pence: int  # forecast overspends, taken off it
    new_share: tuple[int, int]  # of a year's cost, the days left from the period on and those of the year
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
        """The part of it from the period on, by the days of the profile; July ends the year."""
        return rounded(self.extra_pence * self.new_share[0], self.new_share[1])

    def in_words(self) -> list[str]:
        """Return sentences on what stays, what the money is, and what changes."""
        return [*self._kept(), *self._changes()]

    def _kept(self) -> Iterator[str]:
        offers = len(self.before.allocation.chosen)
        reserve = self.plan.scenario.reserve_pence if self.plan else 0
        yield (
            f"Kept: {counted(offers, 'offer')}, {exact_pounds(self.spent_pence)} paid or accrued and "
            f"{exact_pounds(self.ordered_pence)} on order before period {self.period}."
        )
        yield (
            f"Budget: {exact_pounds(self.before.scenario.budget_pence)}, and {exact_pounds(self.saved_pence)} of "
            f"confirmed savings, less {exact_pounds(self.over_pence)} of forecast overspends: "
            f"{exact_pounds(self.budget_pence)}, of which {exact_pounds(reserve)} stay in reserve."
        )

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
    in_order = [n + 1 for n in (*FIRST_YEAR, *SECOND_YEAR)]
    left = sum(ledger.weights[n - 1] for n in in_order[in_order.index(period) :])
    if after is not None and after.allocation.status == "infeasible":
        raise InputError("re-plan", list(after.allocation.conflicts))
    table = changes(plan, after or plan)
    return Replanned(
        period=period,
        plan=after,
        before=plan,
        spent_pence=monitored.total("actual_pence") + monitored.total("accrual_pence"),
        ordered_pence=monitored.total("committed_pence"),
        saved_pence=saved,
        over_pence=over,
        new_share=(left, sum(ledger.weights)),
        changed=table[table["before"] != table["after"]],
    )


def _fault(monitored: Monitored, period: int) -> str:
    if period not in PERIODS[:-1] or period not in monitored.periods:
        first, last = monitored.periods[0], monitored.periods[-1]
        return f"{period} is no period of the plan in {monitored.year}. Write {first} to {last}."
    if period <= monitored.closed:
        return (
            f"{period} is closed: what was spent in it cannot be planned anew. Write {monitored.closed + 1} or later."
        )
    return ""
