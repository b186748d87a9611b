"""Solve a multiple-choice knapsack exactly: one option for each cohort of a group, and one row over all of them.

A multiple-choice knapsack (P. Sinha and A. A. Zoltners, "The multiple-choice knapsack problem", Operations Research
27, 1979): a price on the row gives a bound and a choice near it; options whose reduced cost is more than what lies
between them are ruled out; the few cohorts that are left are solved by dynamic programming over partial choices,
without those that another dominates or that the bound rules out (M. E. Dyer, W. O. Riha and J. Walker, 1995).

Scores and weights are whole numbers in floats, small enough (below 2^53 in sum) that sums of them are exact.
"""

from dataclasses import dataclass, replace

import numpy as np

TURNS = 60  # of the bisection for the row's price, at most
CLOSE = 1e-7  # of the price: any proves a bound
FEW = (16,)  # options beside each cohort's best that are tried first
STATES = 100_000  # partial choices kept at once; with more the bound from the price stands
MARGIN = 1e-9  # of the size of the scores: what rounding may cost a bound


@dataclass(frozen=True, slots=True)
class KnapsackSolution:
    """A bound on what a group can be worth, and options, one for each cohort, worth `value`; equal where exact."""

    bound: float
    value: float
    options: np.ndarray
    price: float  # of the row, for one unit of weight


@dataclass(frozen=True, slots=True)
class MultipleChoiceKnapsack:
    """Options by cohort (`starts` is where each cohort's start_at), what each weighs, and the room there is."""

    starts: np.ndarray
    counts: np.ndarray
    weight: np.ndarray  # each cohort's least is 0: see `multiple_choice_knapsack`
    room: float

    def best(
        self, score: np.ndarray, near: float = 0.0, close: float = 0.0, known: np.ndarray | None = None
    ) -> KnapsackSolution | None:
        """Return the best choice for some scores; None where nothing fits. `near` is a price to start with.

        `known` are choices that fit, one a row. The search ends where no more than a part `close` of the value is
        missing to the bound.
        """
        if self.room < 0:
            return None
        free = self._at(score, 0.0)
        if self.weight[free].sum() <= self.room:
            value = float(score[free].sum())
            return KnapsackSolution(value, value, free, 0.0)
        price, choice = self._price(score, near)
        if known is not None and len(known):
            worth = score[known].sum(axis=1)
            choice = known[int(np.argmax(worth))] if worth.max() > score[choice].sum() else choice
        return self._settled(score, price, choice, close)

    def _at(self, score: np.ndarray, price: float) -> np.ndarray:
        """Return each cohort's best option at a price, the lightest of equals."""
        worth = score - price * self.weight
        best = np.repeat(np.maximum.reduceat(worth, self.starts), self.counts)
        weight = np.where(worth >= best, self.weight, np.inf)
        lightest = np.repeat(np.minimum.reduceat(weight, self.starts), self.counts)
        first = np.where(weight == lightest, np.arange(len(score)), len(score))
        return np.minimum.reduceat(first, self.starts)

    def _price(self, score: np.ndarray, near: float) -> tuple[float, np.ndarray]:
        """Return a price at which the choice fits, as low as bisection finds one, and that choice."""
        low, high, wider = 0.0, near, 0.01
        choice = self._at(score, high)
        spread = float(np.abs(score).max()) + 1.0
        while self.weight[choice].sum() > self.room and high < 2 * spread:
            low, high, wider = high, max(high * (1 + wider), spread * 2.0**-30), 4 * wider
            choice = self._at(score, high)
        if self.weight[choice].sum() > self.room:
            return high, self._at(np.zeros(len(score)), 1.0)  # of options worth nothing the lightest is best
        if low == 0.0 and high > 0.0 and self.weight[self._at(score, 0.99 * high)].sum() > self.room:
            low = 0.99 * high
        for _ in range(TURNS):
            if high - low <= CLOSE * high:
                break
            middle = (low + high) / 2
            there = self._at(score, middle)
            taken = self.weight[there].sum()
            if taken <= self.room:
                high, choice = middle, there
            else:
                low = middle
            if taken == self.room:
                break
        return high, choice

    def _settled(self, score: np.ndarray, price: float, known: np.ndarray, close: float) -> KnapsackSolution:
        """Find the best choice among what a price's bound leaves open: of the few nearest options first, then all."""
        worth = score - price * self.weight
        best = np.maximum.reduceat(worth, self.starts)
        bound = float(best.sum()) + price * self.room
        margin = MARGIN * (float(np.abs(best).sum()) + abs(price * self.room) + 1.0)
        loss = np.repeat(best, self.counts) - worth
        found = KnapsackSolution(bound + margin, float(score[known].sum()), known, price)
        for few in FEW:
            missing = found.bound - found.value
            if len(loss) - len(best) <= few:
                break
            nearest = float(np.partition(loss, len(best) + few)[len(best) + few])
            if nearest >= missing:
                break
            found = self._among(loss <= nearest, score, worth, found, margin) or found
        if found.bound - found.value <= close * abs(found.value):
            return found
        whole = self._among(loss <= found.bound - found.value + margin, score, worth, found, margin)
        return found if whole is None else replace(whole, bound=whole.value)

    def _among(
        self, open_: np.ndarray, score: np.ndarray, worth: np.ndarray, known: KnapsackSolution, margin: float
    ) -> KnapsackSolution | None:
        """Return the best choice among open options, `known` where none is better; None where there are too many."""
        places = np.flatnonzero(open_)
        options = np.split(places, np.searchsorted(places, self.starts[1:]))
        fixed = np.array([own[0] for own in options if len(own) == 1], dtype=np.int64)
        several = sorted((own for own in options if len(own) > 1), key=lambda own: -len(own))
        none = np.array([-1])
        states = _States(score[fixed].sum(keepdims=True), self.weight[fixed].sum(keepdims=True), none, none, None)
        ahead = float(sum(worth[own].max() for own in several))
        for own in several:
            ahead -= float(worth[own].max())
            least = known.value + 1.0 - ahead - known.price * self.room - margin
            further = states.then(own, score[own], self.weight[own], self.room, least, known.price)
            if further is None:
                return None
            states = further
        if not len(states.score) or states.score.max() <= known.value or states.weight.min() > self.room:
            return known
        at = int(np.argmax(states.score))
        found = np.concatenate([fixed, states.path(at)])
        return replace(known, value=float(states.score[at]), options=np.sort(found))


@dataclass(frozen=True, slots=True)
class _States:
    """Partial choices, by rising weight and score; `taken` is the last option of each, `before` the state before it."""

    score: np.ndarray
    weight: np.ndarray
    taken: np.ndarray
    before: np.ndarray
    earlier: "_States | None"

    def then(
        self, own: np.ndarray, score: np.ndarray, weight: np.ndarray, room: float, least: float, price: float
    ) -> "_States | None":
        """Return the states after one more cohort that can still come to more; None where there are too many."""
        if len(self.score) * len(own) > STATES:
            return None
        scores = (self.score[:, None] + score).ravel()
        weights = (self.weight[:, None] + weight).ravel()
        kept = np.flatnonzero((weights <= room) & (scores - price * weights >= least))
        kept = kept[np.lexsort((-scores[kept], weights[kept]))]
        if len(kept):
            top = np.maximum.accumulate(scores[kept])
            kept = kept[np.concatenate([[True], top[1:] > top[:-1]])]
        return _States(scores[kept], weights[kept], own[kept % len(own)], kept // len(own), self)

    def path(self, at: int) -> np.ndarray:
        """Return the options that lead to a state."""
        found, states = [], self
        while states.earlier is not None:
            found.append(int(states.taken[at]))
            at, states = int(states.before[at]), states.earlier
        return np.array(found, dtype=np.int64)


def multiple_choice_knapsack(cohort: np.ndarray, weight: np.ndarray, right: float) -> MultipleChoiceKnapsack:
    """Return the group of options (by cohort, in order) under Σ weight ≤ right; weights may be below 0."""
    starts = np.flatnonzero(np.diff(cohort, prepend=-1))
    least = np.minimum.reduceat(weight, starts)
    counts = np.diff(starts, append=len(cohort))
    return MultipleChoiceKnapsack(starts, counts, weight - np.repeat(least, counts), float(right - least.sum()))
