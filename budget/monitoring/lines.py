"""One line of a plan in budget monitoring: its budget, actuals, commitments, forecast, variance and rating.

Forecast = paid + accrued + commitments + what remains + the prepayment to come. What remains is the budget of the
periods not yet closed and of the closed ones that are not yet invoiced, less what is paid or ordered for it: nothing is
counted twice, and a late invoice is no saving. A line paid in advance (an annual pass) has its whole year in the period
when it is bought, and the part for April to July below zero in period 13, the prepayment at 31 March, which is the
first charge of the year after. Variance is forecast less revised budget: above zero is an overspend. All money is in
signed whole pence, income below zero.
"""

import re
from dataclasses import dataclass
from statistics import median_low

from budget.accounts.ledger import INCOME, MILLION, rounded
from budget.monitoring.ledger_cells import ADJUSTMENTS
from data.wording import exact_pounds, percent

GREEN, AMBER, RED, EMPTY = "Green", "Amber", "Red", ""
NOT_INVOICED, NOT_RECEIVED, CLOSED_BY_OWNER = "not yet invoiced", "not yet received", "closed by its owner"
METHOD = (
    "Forecast outturn = actual to date + accruals + commitments + what remains of the profile: the revised budget of "
    "the periods not yet closed and of those not yet invoiced, less what is already paid or ordered for them. What is "
    "paid in advance is forecast when it is paid, less the prepayment at 31 March. A forecast of your own, with its "
    "reason, stands in place of it."
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The variances from which a line is amber or red (shares of its budget), and pence up to which it is green.

    These are assumptions, which the council should replace by those of its own budget monitoring.
    """

    amber: float = 0.02
    red: float = 0.05
    least_pence: int = 100_000

    def rating(self, variance_pence: int, budget_pence: int) -> str:
        """Return Green, Amber or Red; an underspend is rated as an overspend of the same size."""
        size = abs(variance_pence)
        if size <= self.least_pence:
            return GREEN
        for share, name in ((self.red, RED), (self.amber, AMBER)):
            if size > rounded(abs(budget_pence) * round(share * MILLION), MILLION):
                return name
        return GREEN


@dataclass(frozen=True, slots=True)
class OwnForecast:
    """What a person has typed about a line: a forecast of their own, in signed pence, a reason, how it is confirmed.

    `confirmed` is a key of `posting.CONFIRMED`, "" where a saving of the line is not confirmed.
    """

    forecast_pence: int | None = None
    reason: str = ""
    confirmed: str = ""


@dataclass(frozen=True, slots=True)
class LineForecast:
    """One line of the plan in the year that is monitored; number 0 gathers the actuals that fit no line."""

    number: int
    key: str
    label: str
    kind: str
    original_pence: int  # of the academic year
    virement_pence: int
    months: tuple[int, ...]  # the revised budget of the academic year by month of use, April to March
    due: tuple[int, ...] = (0,) * ADJUSTMENTS  # the revised budget of this financial year by period, when it is paid
    closed: int = 0  # the last closed period
    in_advance: bool = False  # whether it is paid for in one period
    posted: tuple[int, ...] = (0,) * ADJUSTMENTS  # paid or accrued, by period
    actual_pence: int = 0
    accrual_pence: int = 0
    committed_pence: int = 0
    own_forecast_pence: int | None = None
    reason: str = ""
    confirmed: str = ""

    @property
    def revised_pence(self) -> int:
        """The revised budget of the academic year."""
        return self.original_pence + self.virement_pence

    @property
    def budget_pence(self) -> int:
        """The revised budget of this financial year."""
        return sum(self.due)

    @property
    def open_budget_pence(self) -> int:
        """The budget of the periods that are not closed, without period 13."""
        return sum(self.due[self.closed : ADJUSTMENTS - 1])

    @property
    def last_posted(self) -> int:
        """The last closed period with something paid or accrued, 0 where there is none."""
        return max((p for p in range(1, min(self.closed, ADJUSTMENTS - 1) + 1) if self.posted[p - 1]), default=0)

    @property
    def not_invoiced_pence(self) -> int:
        """The budget of closed periods for which nothing was posted yet.

        After the last period with a posting that is all of it, less what was paid before the line begins. Before that
        period, an invoice may have been for several: it is the budget of those without a posting, at most what the
        postings fall short of the budget up to there. Of income, and of what is paid for in advance, it is what the
        postings fall short in all closed periods.
        """
        if self.confirmed == "closed" or (self.confirmed and self.in_advance):
            return 0
        closed, last = min(self.closed, ADJUSTMENTS - 1), self.last_posted
        if self.short_of_all:
            whole = sum(self.due[:closed])
            return median_low((0, whole, whole - sum(self.posted[:closed])))
        without = sum(due for due, posted in zip(self.due[:last], self.posted, strict=False) if not posted)
        short = sum(self.due[:last]) - sum(self.posted[:last])
        after = sum(self.due[last:closed])
        ahead = median_low((0, self.before_it_begins_pence, -short))
        return after - median_low((0, ahead, after)) + median_low((0, without, short))

    @property
    def before_it_begins_pence(self) -> int:
        """What is posted in closed periods before the first with a budget: nothing was used yet, so it is for later."""
        first = next((n for n, due in enumerate(self.due) if due), ADJUSTMENTS)
        return sum(self.posted[: min(first, self.last_posted)])

    @property
    def short_of_all(self) -> bool:
        """Whether all closed periods together count for what is not yet invoiced: of income, or paid in advance."""
        return self.in_advance or self.kind == INCOME

    @property
    def taken_pence(self) -> int:
        """What is paid or accrued for periods not closed, and all that is on order, for whatever period."""
        return sum(self.posted[self.closed : ADJUSTMENTS - 1]) + self.committed_pence

    @property
    def remaining_pence(self) -> int:
        """What remains of the profile beyond what is ordered: it has the sign of what is open, and is never more."""
        if self.confirmed == "closed":
            return 0
        still = self.open_budget_pence + self.not_invoiced_pence
        return still - median_low((0, self.taken_pence, still))

    @property
    def prepayment_pence(self) -> int:
        """The prepayment at 31 March that is not posted yet, at or below zero, in proportion to what the year costs.

        What stands in period 13 is the prepayment of what is paid so far where it is at least half of that: less is
        another adjustment. Of what is still to be paid the prepayment is still to come.
        """
        whole = sum(self.due[:-1])
        if not self.in_advance or not self.due[-1] or not whole:
            return 0
        paid = sum(self.posted[:-1])
        of_paid = rounded(self.due[-1] * paid, whole)
        is_posted = self.posted[-1] * of_paid >= 0 and abs(2 * self.posted[-1]) >= abs(of_paid)
        pays = self.committed_pence + self.remaining_pence + (0 if is_posted else paid)
        return rounded(self.due[-1] * pays, whole)

    @property
    def method_pence(self) -> int:
        """The forecast by the method."""
        known = self.actual_pence + self.accrual_pence + self.committed_pence
        return known + self.remaining_pence + self.prepayment_pence

    @property
    def forecast_pence(self) -> int:
        """The forecast outturn: a person's own forecast where there is one."""
        return self.method_pence if self.own_forecast_pence is None else self.own_forecast_pence

    @property
    def variance_pence(self) -> int:
        """Forecast less revised budget: above zero is an overspend, or income that does not come."""
        return self.forecast_pence - self.budget_pence

    @property
    def saving_pence(self) -> int:
        """The underspend where it is confirmed, else 0: at or above zero."""
        return max(0, -self.variance_pence) if self.confirmed else 0

    @property
    def variance_share(self) -> float | None:
        """The variance as a share of the size of the budget, None where there is no budget."""
        return self.variance_pence / abs(self.budget_pence) if self.budget_pence else None

    @property
    def is_empty(self) -> bool:
        """Whether the line has neither budget nor amounts in this year."""
        amounts = (self.actual_pence, self.accrual_pence, self.committed_pence, self.forecast_pence)
        return not any((self.budget_pence, *amounts))

    @property
    def status(self) -> str:
        """Whether the line waits for an invoice, or was closed by its owner; "" where neither."""
        if self.confirmed == "closed":
            return CLOSED_BY_OWNER
        if not self.not_invoiced_pence:
            return ""
        word = NOT_RECEIVED if self.kind == INCOME else NOT_INVOICED
        return f"{word} in full" if self.last_posted else word

    def variance_words(self) -> str:
        """Return what a rating is of: "£1,234.00 over, 5.6% of the budget"."""
        if not self.variance_pence:
            return "on budget"
        share = "" if self.variance_share is None else f", {percent(abs(self.variance_share), 1)} of the budget"
        return f"{exact_pounds(abs(self.variance_pence))} {self.way}{share}"

    @property
    def way(self) -> str:
        """Whether the forecast is over or under the budget; of income, less or more is received."""
        names = ("less received", "more received") if self.kind == INCOME else ("over", "under")
        return names[self.variance_pence < 0] if self.variance_pence else ""


def normalised(name: str) -> str:
    """Return a line's name without capitals, punctuation and double spaces, for comparison.

    >>> normalised("Contributions:  Bus-pass")
    'contributions bus pass'
    """
    return " ".join(re.sub(r"[^\w]+|_", " ", name.casefold()).split())
