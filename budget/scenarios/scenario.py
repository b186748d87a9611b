"""Hold everything that determines a plan in one value; `budget.scenarios.scenario_file` reads and writes it as TOML.

With its bundle, policy and figures named by their checksums and its day given, a scenario gives the same plan on every
machine. Where they are left out, it uses the bundle at hand and the policy and figures that ship.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from budget.allocation.inputs.limits import NO_LIMITS, Limits
from budget.allocation.inputs.money import MOST_POUNDS as MOST_POUNDS
from budget.allocation.inputs.money import pence as pence
from budget.allocation.inputs.objective import MOST_ACCESS, Objective
from budget.offers.tickets import Ticket
from budget.scenarios.finance import Finance
from budget.scenarios.funded_journey import FundedJourney
from data.timetables.altering import Withdrawn
from eligibility.rules import library

TakeUpCase = Literal["low", "central", "high"]
CASES = get_args(TakeUpCase)
SEED = 20261124
UNNAMED = "Plan"  # the name of a scenario that nobody has named


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a plan is made from. Money in pence."""

    name: str = UNNAMED
    bundle: str = ""  # checksum of the county bundle it is for; "" any
    budget_pence: int = 75_000_000
    reserve_pence: int = 0
    kinds: tuple[str, ...] = ()  # () is every kind in the catalogue
    policy: str = library.DEFAULT_TARGETING
    policy_sha256: str = ""  # of the policy's file; "" any
    day: datetime.date | None = None  # None: the caller's today
    decay: str = "step"
    figures: Mapping[str, float] = field(default_factory=dict)
    figures_sha256: str = ""  # of the figures that ship, which `figures` changes; "" any
    take_up_case: str = "central"  # every take-up at this end of its range: "low", "central" or "high"
    price_base: str = ""  # of the prices, in words: "September 2026 prices"
    targeting: Mapping[str, float | tuple[str, ...]] = field(default_factory=dict)  # a list's as texts
    risk: Mapping[str, float] = field(default_factory=dict)
    seed: int = SEED  # of the simulation of risk
    gap: float = 0.0001
    time_limit_seconds: float = 60.0
    limits: Limits = NO_LIMITS
    objective: Objective = MOST_ACCESS
    finance: Finance = field(default_factory=Finance)
    journeys: tuple[FundedJourney, ...] = ()  # buses that the plan may fund
    withdrawn: tuple[Withdrawn, ...] = ()  # lines that no longer run
    tickets: tuple[Ticket, ...] = ()  # of operators or zones, at whose price a bus pass is bought

    @property
    def is_named(self) -> bool:
        """Whether somebody has given it a name."""
        return self.name != UNNAMED


def cases_of(scenario: Scenario) -> list[Scenario]:
    """Return a scenario with low, central and high take-up, each named so."""
    return [replace(scenario, name=f"{scenario.name}, {case} take-up", take_up_case=case) for case in CASES]
