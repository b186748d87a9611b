"""Sentences that say to a councillor why a cohort is funded or not, with the figures."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from data.wording import pounds

NOTHING_HELPS = "nothing on offer"
BUDGET, SERVICE, SEATS, MARGIN, NO_PLAN = (
    "the budget",
    "a service that does not run",
    "its seats",
    "the margin",
    "no plan",
)
CLOSE = 1e-6  # access that counts as none

Row = Mapping[Hashable, Any]  # a row of the table that `explain` returns, by column


@dataclass(frozen=True, slots=True)
class ReasonSentences:
    """Writes the sentence of a row of the table that `explain` returns; `labels` name options, `services` services."""

    labels: Mapping[str, str]
    services: Mapping[str, str]

    def sentence(self, row: Row) -> str:
        """Return why a cohort is funded, or why it is not."""
        return self._funded(row) if row["funded"] else self._left_out(row)

    def _label(self, option: object) -> str:
        return self.labels.get(str(option), str(option))

    def _funded(self, row: Row) -> str:
        each = f" at {_pounds(row['pence_per_access'])} a point" if row["pence_per_access"] > 0 else ""
        own = f"{self._label(row['option'])} adds {_score(row['access'])} to the access score{each}."
        if pd.isna(row["best_option"]):
            return f"{own} Nothing else on offer helps here."
        change = f"{_score(row['more_access'])} {'less' if row['more_access'] < 0 else 'more'} of it"
        money = f"{_pounds(abs(row['more_pence']))} {'less' if row['more_pence'] < 0 else 'more'}"
        riding = ", with its vehicle and all who ride" if row["entry_is_exact"] else ", with its vehicle"
        riding = "" if pd.isna(row["service"]) else riding
        return f"{own} The next best is {self._label(row['best_option'])}{riding}: {change} for {money}."

    def _left_out(self, row: Row) -> str:
        kept, label = row["kept_out_by"], self._label(row["best_option"])
        if kept == NOTHING_HELPS:
            return "No kind of support on offer brings anything more within reach."
        if kept == NO_PLAN:
            return "No plan can keep every limit, so nobody is funded."
        each, plan = row["pence_per_access"], row["plan_pence_per_access"]
        if kept == MARGIN:
            return f"{label} is as good for the money as what is funded last; what was left did not stretch to it." + (
                self._entry(row)
            )
        if kept in (SERVICE, SEATS):
            name = self.services.get(row["service"], row["service"])
            why = "is full" if kept == SEATS else "does not run in this plan: others gain more for what it costs"
            return f"{label} would be the best help, but {name} {why}.{self._entry(row)}"
        if kept != BUDGET:
            return f"Kept out by the limit: {kept}.{self._entry(row)}{self._loss(row)}"
        if each > 0 and plan > 0:
            beside = f"{label} costs {_pounds(each)} for a point of the access score; this plan's last pounds do it for"
            return f"{beside} {_pounds(plan)}.{self._entry(row) or self._loss(row)}"
        return f"Other cohorts gain more for the money than {label} would bring here.{self._entry(row)}"

    def _entry(self, row: Row) -> str:
        """Say by what budget it comes in; a best plan may hold it at a lower one, where it fits what is left over."""
        if row["out_at_any_budget"]:
            return " No budget brings it in while the limits stand as they are."
        if pd.isna(row["entry_budget_pence"]):
            return ""
        pence = int(row["entry_budget_pence"])
        by = f"{_pounds(pence)} at the latest" if row["entry_is_exact"] else about(pence)
        return f" It comes in by a budget of {by}."

    def _loss(self, row: Row) -> str:
        if not CLOSE < row["forced_in_access"] < float("inf"):
            return ""
        loss = _score(row["forced_in_access"])
        return f" Funding it all the same would lower the access score elsewhere by about {loss}."


def _pounds(pence: float) -> str:
    """Write pence as pounds, to the pound from £100 on.

    >>> _pounds(165_049), _pounds(1250)
    ('£1,650', '£12.50')
    """
    return pounds(round(pence / 100) * 100 if pence >= 10_000 else round(pence))


def about(pence: int) -> str:
    """Write a budget that is known to about a hundredth, rounded up to three figures.

    >>> about(61_234_567)
    'about £613,000'
    """
    step = 10 ** max(len(str(pence)) - 3, 2)
    return f"about {pounds(-(-pence // step) * step)}"


def _score(access: float) -> str:
    """Write an amount of the access score, to three decimals where it is small.

    >>> _score(-12.345), _score(0.005)
    ('12.35', '0.005')
    """
    return f"{abs(access):,.2f}" if abs(access) >= 0.1 else f"{abs(access):.3f}"
