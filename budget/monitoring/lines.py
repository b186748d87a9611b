"""One line of a plan in budget monitoring: its budget, actuals, commitments, forecast, variance and rating.

What remains of the profile (see METHOD) never counts an amount twice. The whole budget of a line paid in advance (an
annual pass) is in the first period of the year: once that is closed nothing remains, and the forecast is what was paid.
Variance is forecast less revised budget: above zero is an overspend. All money is in signed whole pence, income below
zero.
"""

import re
from dataclasses import dataclass

from budget.accounts.ledger import MILLION, rounded

GREEN, AMBER, RED = "Green", "Amber", "Red"
METHOD = (
    "Forecast outturn = actual to date + commitments + what remains of the profile: the revised budget of the periods "
    "not yet closed, less what is already paid or ordered for them. A forecast of your own, with its reason, stands in "
    "place of it."
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
    """What a person has typed about a line: a forecast of their own, in signed pence, and a reason."""

    forecast_pence: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LineForecast:
    """One line of the plan in the year that is monitored; number 0 gathers the actuals that fit no line."""

    number: int
    key: str
    label: str
    kind: str
    original_pence: int  # of the academic year
    virement_pence: int
    months: tuple[int, ...]  # the revised budget of the academic year, April to March
    budget_pence: int  # the revised budget of this financial year
    open_budget_pence: int  # its part for the periods that are not closed
    in_advance: bool = False  # whether it is paid for in the year's first period
    actual_pence: int = 0
    committed_pence: int = 0
    taken_pence: int = 0  # paid or ordered for periods that are not closed
    own_forecast_pence: int | None = None
    reason: str = ""

    @property
    def revised_pence(self) -> int:
        """The revised budget of the academic year."""
        return self.original_pence + self.virement_pence

    @property
    def remaining_pence(self) -> int:
        """What remains of the profile: it has the sign of the budget, and is never more than the open budget."""
        return self.open_budget_pence - sorted((0, self.taken_pence, self.open_budget_pence))[1]

    @property
    def method_pence(self) -> int:
        """The forecast by the method."""
        return self.actual_pence + self.committed_pence + self.remaining_pence

    @property
    def forecast_pence(self) -> int:
        """The forecast outturn: a person's own forecast where there is one."""
        return self.method_pence if self.own_forecast_pence is None else self.own_forecast_pence

    @property
    def variance_pence(self) -> int:
        """Forecast less revised budget: above zero is an overspend, or income that does not come."""
        return self.forecast_pence - self.budget_pence

    @property
    def variance_share(self) -> float | None:
        """The variance as a share of the size of the budget, None where there is no budget."""
        return self.variance_pence / abs(self.budget_pence) if self.budget_pence else None


def normalised(name: str) -> str:
    """Return a line's name without capitals, punctuation and double spaces, for comparison.

    >>> normalised("Contributions:  Bus-pass")
    'contributions bus pass'
    """
    return " ".join(re.sub(r"[^\w]+|_", " ", name.casefold()).split())
