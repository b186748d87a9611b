"""Fair first: raise the share of its need that the worst-off group receives as far as it goes, then the most access.

    maximise    t
    subject to  Σ_{i in g} access[i] · fund[i] ≥ need[g] · t     ∀ group g
                every rule and limit of the plan;  t ≤ 1, below 0 only where every plan leaves a group below nothing

A group's need is the most access its cohorts could be given if money were no object. A share t can be reached exactly
where the cheapest plan with these floors costs no more than the budget. So t is found by solving for the least cost at
one share after another: a bound on the cost above the budget proves that no plan gives every group that share, a plan
within the budget shows that one does, and the next t lies between. The share of the best plan so far is the next to
beat, in whole steps of access; at a gap of 0 the search ends with a proof that none beats it. Then each group has a
floor of t of its need, and the plan with the most access is looked for. These are the first two steps of the
lexicographic method (W. Ogryczak, "On the lexicographic minimax approach to location problems", European Journal of
Operational Research 100, 1997).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor, gcd
from typing import TYPE_CHECKING

import pandas as pd

from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.groups import labels_of
from budget.allocation.inputs.limits import Limit
from budget.allocation.inputs.objective import Objective
from budget.allocation.inputs.tables import whole
from budget.allocation.model.integer_problem import IntegerProblem, Row, to_integers
from budget.allocation.model.pulp_model import Solution
from budget.allocation.search.search import search
from budget.allocation.search.stop_rule import missing

if TYPE_CHECKING:
    from budget.allocation.search.column_generation import DualPoint

STEPS = 1000  # of a share, where it is a whole number in a model
MOST_TRIALS = 120  # shares tried
NEAR = Fraction(1, 1000)  # of the bound on the share: how far below it the first trial is
WIDER = 8  # times as far below it is each trial, while no plan is found
FINE = Fraction(1, 10**6)  # of a share: where low and high are this close, the plan's own share is the next to beat
FINEST = 0.2  # of the gap asked: that of the least cost at one share
ALMOST = Fraction(19, 20)  # of the gap asked: how far above a plan's share the share tried to end the search is
AT_HAND = Fraction(1, 50)  # of the money: how far beyond it a plan may be from which the next share is found
ON_THE_WAY = Fraction(4, 5)  # how far the next trial goes to where the costs of two plans within the money meet it
GUESSES_OF_COST = 30  # shares tried at which the costs of plans say what is tried next
GUESSES = 8  # shares tried near the bound before one is halfway down to a plan that is far below it
UNKNOWN = -Fraction(10**18)  # below any share: no plan is known yet
WORK = 2_000_000  # nodes times offers of the solve for one share, where a gap is allowed


@dataclass(frozen=True, slots=True)
class Fairness:
    """The share of its need that the worst-off group receives, a bound that no plan exceeds, and each group's need."""

    by: str
    share: Fraction
    bound: Fraction
    need: Mapping[str, Fraction]

    @property
    def gap(self) -> Fraction:
        """What the share may be short of the largest one, as a part of the bound on it."""
        return missing(self.share, self.bound)

    def floors(self, part: Fraction = Fraction(1)) -> tuple[Limit, ...]:
        """Return a floor on access for each group, at a part of the worst-off group's share."""
        return tuple(
            Limit("access", None, part * self.share * need, {self.by: (group,)}, name=f"the fair share of {group}")
            for group, need in sorted(self.need.items())
        )


def needs(offers: pd.DataFrame, by: str) -> dict[str, Fraction]:
    """Return the most access that each group's cohorts could be given; groups that could have none are left out."""
    codes, words = labels_of(offers, by)
    cohorts = offers.index.get_level_values("cohort")
    best = offers["access"].clip(lower=0).groupby([codes, cohorts]).max()
    totals: dict[str, Fraction] = {}
    for (code, _), access in best.items():
        totals[words[code]] = totals.get(words[code], Fraction(0)) + Fraction(repr(float(access)))
    return {group: need for group, need in totals.items() if group and need > 0}


def share_given(chosen: pd.DataFrame, by: str, need: Mapping[str, Fraction]) -> Fraction:
    """Return the share of its need that the worst-off group receives from the chosen offers."""
    codes, words = labels_of(chosen, by)
    given = dict.fromkeys(need, Fraction(0))
    for code, access in zip(codes, chosen["access"], strict=True):
        if (group := words[code]) in given:
            given[group] += Fraction(repr(float(access)))
    return min(given[group] / need[group] for group in need)


@dataclass
class FairestSearch:
    """The search for the largest share that every group can have, which can be gone on with.

    `fairness` is what is known of it, None where no plan keeps the limits; `plan` gives that share (None where none is
    known), in the positions of the integer problem that has the floors of this share among its limits.
    """

    problem: AllocationProblem
    fairness: Fairness | None = None
    plan: Solution | None = None
    is_over: bool = False  # nothing is left to be tried

    def __post_init__(self) -> None:
        self.need = needs(self.problem.tables.offers, self.problem.objective.by)
        self.shares = _Shares.start(self.problem, self.need) if self.need else None

    def go_on(self, deadline: float) -> None:
        """Try shares until the best is proved within the gap, the deadline (of time.perf_counter) or the last trial."""
        by = self.problem.objective.by
        if self.shares is None:
            self.fairness, self.is_over = Fairness(by, Fraction(0), Fraction(0), {}), True
            return
        shares = self.shares
        if shares.plan is None and not shares.begin(deadline):
            self.fairness = None if shares.impossible else Fairness(by, Fraction(0), Fraction(1), self.need)
            self.is_over = shares.impossible
            return
        shares.narrow(self.problem.gap, deadline)
        self.fairness, self.plan = Fairness(by, shares.low, shares.high, self.need), shares.plan
        self.is_over = self.fairness.gap <= self.problem.gap or time.perf_counter() < deadline


@dataclass
class _Shares:
    """A bisection by cost: the share of the best plan so far (`low`), a bound (`high`), and the cost at both."""

    problem: IntegerProblem  # of the least cost, within the budget; its positions are those of the most access
    rows: tuple[Row, ...]  # one for each group: its access, and its need (on a unit of the share) in the same steps
    ceiling_pence: int
    finest: float  # the gap to which a cost is solved
    low: Fraction = UNKNOWN
    high: Fraction = Fraction(1)
    plan: Solution | None = None
    impossible: bool = False
    costs: dict[Fraction, int] = field(default_factory=dict)  # of the plans found, by the share asked for
    by_bound: tuple[Fraction, int] | None = None  # a share that was ruled out and the bound on its cost, the latest
    undecided: list[Fraction] = field(default_factory=list)
    turn: int = 0
    widths: list[Fraction] = field(default_factory=list)  # between low and high before each trial
    near: "list[DualPoint]" = field(default_factory=list)  # prices of the last share tried

    @classmethod
    def start(cls, problem: AllocationProblem, need: Mapping[str, Fraction]) -> "_Shares":
        cheapest = to_integers(replace(problem, objective=Objective("least_cost")))
        raised = share_as_units(cheapest, problem.tables.offers, problem.objective.by, need)
        return cls(cheapest, raised.rows[len(cheapest.rows) :], problem.ceiling_pence, problem.gap * FINEST)

    def begin(self, deadline: float) -> bool:
        """Find a first plan, of a share of 0 or more if possible, and a first bound; return whether one was found."""
        from budget.allocation.search.boxstep import best_dual_points  # these need SciPy, and other aims may not
        from budget.allocation.search.lagrangian import lagrangian_relaxation

        if not self._try(Fraction(0), deadline):
            if not self.impossible:
                return False
            self.impossible = False
            return self._try(self._least(), deadline)
        if (lagrangian := lagrangian_relaxation(_share_as_goal(self.problem, self.rows))) is not None:
            point = best_dual_points(lagrangian, deadline)[0]
            self.high = max(self._attainable(min(self.high, Fraction(point.bound, point.scale * STEPS))), self.low)
        return True

    def narrow(self, gap: float, deadline: float) -> None:
        """Try one share after another until the plan's share and the bound are within the gap.

        Where a trial neither finds a plan nor rules its share out, the next ones are below it and above it.
        """
        for turn in range(self.turn, MOST_TRIALS):
            self.turn = turn + 1
            self.widths.append(self.high - self.low)
            close = Fraction(gap) * abs(self.high)
            below, above = min(self.undecided, default=self.high), max(self.undecided, default=self.low)
            if self.high - self.low <= close or time.perf_counter() > deadline:
                return
            if self.undecided and max(below - self.low, self.high - above) <= close / 4:
                return
            if self.undecided and self.high - above > below - self.low:
                almost = self.low + close * ALMOST
                share = almost if above < almost < self.high else (above + self.high) / 2
            else:
                share = self._next(below, turn, gap)
            high = self.high
            if not self._try(share, deadline) and self.high == high:
                self.undecided.append(share)
            self.undecided = [share for share in self.undecided if self.low < share < self.high]

    def _next(self, high: Fraction, turn: int, gap: float) -> Fraction:
        """Return the share to try: where the last cost found comes down, or up, to the money; or the middle."""
        if (gap == 0 and turn % 3 == 2) or high - self.low <= max(Fraction(gap), FINE) * max(abs(high), FINE):
            return self.low  # anything above the plan's own share
        if turn == 3 and not self.low:
            return self.low  # perhaps nothing but nothing can be shared out evenly
        close = max(Fraction(gap), FINE) * abs(high)
        if (meets := self._where_plans_meet_the_money()) is not None and turn < GUESSES_OF_COST:
            is_last = meets < self.low + 2 * close or meets >= high
            return min(self.low + close * ALMOST, (self.low + high) / 2) if is_last else meets
        is_near = high < 2 * self.low
        is_stuck = len(self.widths) > 2 and self.widths[-1] > self.widths[-3] / 2
        if is_stuck and (is_near or turn >= GUESSES):
            return (self.low + high) / 2  # costs come in steps: the last two guesses from them narrowed it too little
        if self.by_bound is not None and self.by_bound[1] > (1 + NEAR) * self.ceiling_pence:
            share, cost = self.by_bound
            meets = share * Fraction(self.ceiling_pence, max(cost, 1)) - close / 8
            if self.low + close / 2 < meets < high < 2 * share:  # from a share nearby
                return meets
        if self.costs and self.low + close * ALMOST < high and is_near and turn % 4 != 3:
            return self.low + close * ALMOST
        lower = high - abs(high) * NEAR * WIDER**turn  # a plan is to be found near the bound
        return lower if self.low < lower else (self.low + high) / 2

    def _where_plans_meet_the_money(self) -> Fraction | None:
        """Return the share at which plans cost about all the money, by the two plans nearest to it.

        These are on either side of it, or else both within the money, and then not all the way is gone: costs rise more
        and more steeply. None where there are no two, or only a plan that nobody tried to make cheaper.
        """
        within = sorted((share, cost) for share, cost in self.costs.items() if cost <= self.ceiling_pence and share > 0)
        beyond = sorted((share, cost) for share, cost in self.costs.items() if cost > self.ceiling_pence)
        if within and beyond and beyond[0][1] <= (1 + AT_HAND) * self.ceiling_pence and beyond[0][0] > within[-1][0]:
            (low, least), (high, most) = within[-1], beyond[0]
            return low + (high - low) * Fraction(self.ceiling_pence - least, most - least)
        if len(within) > 1 and self.high < 2 * within[-2][0] and within[-1][1] > within[-2][1]:
            (low, least), (high, most) = within[-2:]
            return high + ON_THE_WAY * (high - low) * Fraction(self.ceiling_pence - most, most - least)
        return None

    def _try(self, share: Fraction, deadline: float) -> bool:
        """Look for a plan that gives every group at least a share; raise `low` if there is one, or lower `high`.

        A trial of `low` itself is of the least share above it.
        """
        floors = tuple(self._floor(row, share) for row in self.rows)
        everything = Solution(tuple(range(len(self.problem.cohort))), self.problem.max_units)
        ample = self.problem.with_budget(everything.spend_pence(self.problem))
        trial = replace(ample, rows=(*ample.rows, *floors))
        nodes = WORK // max(len(trial.cohort), 1) + 1 if self.finest else None
        found = search(
            trial, self.finest, deadline, settle_ties=False, enough=-self.ceiling_pence, nodes=nodes, near=self.near
        )
        if found.infeasible or -found.bound > self.ceiling_pence:
            self.high = self.low if share == self.low else max(self._attainable(min(self.high, share)), self.low)
            self.impossible = self.plan is None
            self.by_bound = None if found.infeasible else (share, -found.bound)
        if found.plan is None:
            return False
        cost = found.plan.spend_pence(trial)
        if cost > self.ceiling_pence:
            self.costs[share] = cost
            return False
        self.low, self.plan = self._share(found.plan), found.plan
        self.costs[self.low] = cost
        return True

    def _floor(self, row: Row, share: Fraction) -> Row:
        """Return a group's floor for a share; for `low`, the least floor above it."""
        need = -row.on_units[0]
        least = ceil(share * need) if share != self.low else floor(share * need) + 1
        access = tuple(c // STEPS for c in row.on_offers)
        return replace(row, units=(), on_units=(), on_offers=access, right=least)

    def _attainable(self, share: Fraction) -> Fraction:
        """Return the largest share, up to this one, that a group can have: its access comes in whole steps."""
        steps = ((-row.on_units[0], gcd(*row.on_offers) // STEPS or 1) for row in self.rows)
        return max(Fraction(floor(share * need / step) * step, need) for need, step in steps)

    def _least(self) -> Fraction:
        """Return a share that no plan falls below."""
        return min(Fraction(sum(min(c, 0) for c in row.on_offers), -row.on_units[0] * STEPS) for row in self.rows)

    def _share(self, plan: Solution) -> Fraction:
        """Return the worst-off group's share of its need in a plan."""
        chosen, nothing = set(plan.offers), (0,) * (len(plan.units) + 1)
        return min(Fraction(row.activity(chosen, nothing) // STEPS, -row.on_units[0]) for row in self.rows)


def share_as_units(
    problem: IntegerProblem, offers: pd.DataFrame, by: str, need: Mapping[str, Fraction]
) -> IntegerProblem:
    """Return the problem whose goal is the worst-off group's share, as the units of a service that costs nothing."""
    codes, words = labels_of(offers, by)
    access, scale = whole(offers["access"].to_numpy(float))
    t = len(problem.max_units)  # the number of the service whose units are the share
    own = [(words[codes[place]], STEPS * access[place]) for place in problem.place]
    rows = []
    for number, group in enumerate(sorted(need), start=1):
        row = Row(f"fair_{number:04d}", "limit", f"the fair share of {group}", ">=", right=0, scale=scale)
        of_group = [c if label == group else 0 for label, c in own]
        rows.append(row.with_dense(of_group, [0] * t + [-int(need[group] * scale)]))
    return _share_as_goal(problem, tuple(rows))


def _share_as_goal(problem: IntegerProblem, rows: tuple[Row, ...]) -> IntegerProblem:
    return replace(
        problem,
        value=(0,) * len(problem.value),
        step=1,
        unit_cost_pence=(*problem.unit_cost_pence, 0),
        unit_value=(*(0 for _ in problem.unit_value), 1),
        max_units=(*problem.max_units, STEPS),
        rows=(*problem.rows, *rows),
    )
