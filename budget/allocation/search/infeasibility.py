"""When no plan exists: which limits cannot be kept together, and the least change of each that would let a plan exist.

Where fractions of offers could not keep the limits either, an elastic relaxation (every limit may be missed, at a
price; J. W. Chinneck, "Feasibility and Infeasibility in Optimization", 2008) finds the few that matter: those
with a price are a conflicting set by themselves (Farkas). A deletion filter then leaves out one at a time, and what
cannot be left out is irreducible: without any one of them there is a plan. Each cohort that must be funded is a
limit of its own. Where only whole numbers conflict, the filter solves in whole numbers. All of it ends after so much
work, counted in simplex iterations, so that the same limits are named on any machine.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, gcd

import numpy as np

from budget.allocation.model.highs import SolverSettings, arrays_of, solve_arrays
from budget.allocation.model.highs_process import Arrays, SolverAnswer
from budget.allocation.model.integer_problem import IntegerProblem, Row
from budget.allocation.model.pulp_model import Goal, Model, build, solution_of
from budget.allocation.model.verify import activity, excesses
from data.wording import pounds

WORK = 30_000  # simplex iterations of the filter
WORK_FOR_FIGURES = 20_000  # simplex iterations; with many limits the first have figures and the others their names
A_SOLVE = 100  # iterations that every solve counts for besides its own, and one more for each ten of its offers
IN_WHOLE_NUMBERS = 20  # iterations that one of a solve in whole numbers counts for
NODES = 10  # of one solve in whole numbers
LARGEST = 20_000  # offers; with more nothing is solved in whole numbers
SECONDS = 60.0  # for one solve: far more than it needs
NAMED = 5  # cohorts that are named one by one; the others are counted
MUST = "one_offer_"
ROUNDS = 20  # towards the furthest share; each is a solve, and few are needed

# how near to a row a plan can come, in its integers or as a share of the plan's total, and whether exactly or at best
Change = tuple[int | Fraction | None, bool]


@dataclass
class _Work:
    """What work is left, in simplex iterations."""

    left: int

    def settings(self) -> SolverSettings:
        """Return the settings of the next solve, which ends with the work that is left."""
        return SolverSettings(gap=0.0, seconds=SECONDS, nodes=NODES, iterations=max(self.left, 1))

    def done(self, answer: SolverAnswer, offers: int, *, in_fractions: bool = False) -> None:
        """Count a solve."""
        each = 1 if in_fractions else IN_WHOLE_NUMBERS
        self.left -= answer.iterations * each + A_SOLVE + offers // 10


@dataclass(frozen=True, slots=True)
class Conflict:
    """A limit of an irreducible set, and the figure at which a plan would exist with everything else kept.

    `name` is that of a row of the problem ("budget", "limit_003", "promised_001", "grants_002", "reach_001") or
    "must_fund" with its `cohort`. `figure` is in the limit's own unit, pounds for money: what the money to spend or a
    cap must be at least, what a floor can be at most, a share of the plan's total as a fraction of it; None where it
    was not worked out, and only a bound where it is
    not `is_exact`.
    """

    name: str
    cohort: str = ""
    figure: Fraction | None = None
    is_exact: bool = False


def conflicts_of(problem: IntegerProblem, reserve_pence: int = 0) -> tuple[tuple[str, ...], tuple[Conflict, ...]]:
    """Return the limits of an irreducible set that cannot be kept together, as sentences and as conflicts.

    Cohorts that must be funded share a sentence, which names them.
    """
    held, is_irreducible = irreducible_subset(problem)
    spare = _Work(WORK_FOR_FIGURES)
    alike: dict[str, list[Row]] = {}
    for row in problem.rows:
        if row.name in held:
            alike.setdefault(_without_group(row), []).append(row)
    sentences, conflicts = [], []
    for rows in alike.values():
        if len(rows) > NAMED:
            sentences.append(_groups(rows))
            conflicts += [Conflict(row.name) for row in rows]
            continue
        for row in rows:
            change = _least_change(problem, row, [name for name in held if name != row.name], spare)
            sentences.append(_sentence(row, held, reserve_pence, change, certain=is_irreducible))
            conflicts.append(_conflict(row, change))
    funded = _dearest_first(problem, held)
    sentences.append(_cohorts(funded))
    conflicts += [Conflict("must_fund", cohort) for cohort in funded]
    if not is_irreducible:
        sentences.append("it was not settled whether fewer of these already cannot be kept")
    return tuple(sentence for sentence in sentences if sentence), tuple(conflicts)


def _conflict(row: Row, change: Change) -> Conflict:
    reached, is_exact = change
    if isinstance(reached, Fraction):
        return Conflict(row.name, figure=reached, is_exact=is_exact)
    if reached is None or _is_share(row) or (row.kind == "budget" and reached <= row.right):
        return Conflict(row.name)
    return Conflict(row.name, figure=Fraction(reached, row.scale), is_exact=is_exact)


def _is_share(row: Row) -> bool:
    return row.right == 0  # of the plan's total, or a cap of nothing: what is possible is no figure beside it


def irreducible_subset(problem: IntegerProblem) -> tuple[tuple[str, ...], bool]:
    """Return the names of a conflicting set, and whether it is known to be irreducible.

    Where fractions of offers conflict it is irreducible for fractions, and for whole numbers as far as `WORK` allows.
    A name is that of a row, or `one_offer_…` for a cohort that must be funded.
    """
    feasibility = _Feasibility.of(problem)
    work = _Work(WORK)
    held = feasibility.names
    if not feasibility.cannot_be_kept(held, work, in_fractions=True)[0]:
        return _filtered(feasibility, held, work, in_fractions=False)
    few = feasibility.priced()
    if few and feasibility.cannot_be_kept(few, work, in_fractions=True)[0]:
        held = few
    held, is_irreducible = _filtered(feasibility, held, work, in_fractions=True)
    fewer, _ = _filtered(feasibility, held, work, in_fractions=False)  # fractions may keep what whole numbers cannot
    return fewer, is_irreducible


def _filtered(
    feasibility: "_Feasibility", held: tuple[str, ...], work: _Work, *, in_fractions: bool
) -> tuple[tuple[str, ...], bool]:
    """Leave out one limit after another that is not needed for the conflict; say whether all were settled."""
    is_sure = True
    for name in list(held):
        if work.left <= 0:
            return held, False
        without = tuple(other for other in held if other != name)
        conflict, is_settled = feasibility.cannot_be_kept(without, work, in_fractions=in_fractions)
        held = without if conflict else held
        is_sure = is_sure and is_settled
    return held, is_sure


@dataclass(frozen=True, slots=True)
class _Feasibility:
    """A model without a goal, as arrays, whose limits can be let go by name."""

    arrays: Arrays
    names: tuple[str, ...]  # of the limits, those first that are rather left out of a conflict
    row_of: dict[str, int]

    @classmethod
    def of(cls, problem: IntegerProblem) -> "_Feasibility":
        model = build(problem, Goal(True, [0] * len(problem.cohort), [0] * len(problem.max_units)))
        places = {constraint.name: n for n, constraint in enumerate(model.lp.constraints())}
        cost = _least_costs(problem)
        names = [f"{MUST}{cohort:06d}" for cohort in sorted(problem.must_fund, key=lambda c: (cost.get(c, np.inf), c))]
        names += [row.name for row in problem.rows if row.kind != "seats"][::-1]
        return cls(arrays_of(model.lp), tuple(names), places)

    def cannot_be_kept(self, held: tuple[str, ...], work: _Work, *, in_fractions: bool) -> tuple[bool, bool]:
        """Say whether it is proved that no plan keeps these limits, and whether either was settled.

        What is not proved blames nobody.
        """
        if not in_fractions and len(self.arrays.cost) > LARGEST:
            return False, False
        lower, upper = self.arrays.row_lower.copy(), self.arrays.row_upper.copy()
        for name in set(self.names) - set(held):
            row = self.row_of[name]
            lower[row] = -np.inf
            if not name.startswith(MUST):
                upper[row] = np.inf
        integer = self.arrays.integer & (not in_fractions)
        arrays = replace(self.arrays, row_lower=lower, row_upper=upper, integer=integer)
        answer = solve_arrays(arrays, work.settings())
        work.done(answer, len(arrays.cost), in_fractions=in_fractions)
        return answer.status == "infeasible", answer.status in ("infeasible", "optimal")

    def priced(self) -> tuple[str, ...]:
        """Return the limits with a price when each may be missed at a cost: together they cannot be kept."""
        rows = np.array([self.row_of[name] for name in self.names])
        is_floor = np.isfinite(self.arrays.row_lower[rows])
        size = np.maximum(np.maximum.reduceat(np.abs(self._coefficients()), self.arrays.starts[:-1])[rows], 1.0)
        answer = solve_arrays(
            self._elastic(rows, np.where(is_floor, size, -size)), SolverSettings(seconds=SECONDS, iterations=WORK)
        )
        if answer.row_duals is None:
            return ()
        duals = np.abs(answer.row_duals[rows]) * size
        return tuple(name for name, dual in zip(self.names, duals, strict=True) if dual > 1e-9)

    def _coefficients(self) -> np.ndarray:
        return np.append(self.arrays.coefficients, 0.0)

    def _elastic(self, rows: np.ndarray, slack: np.ndarray) -> Arrays:
        """Return the relaxation with a column for each limit that makes up what it is missed by, at a cost of one."""
        a = self.arrays
        more = np.zeros(len(a.row_lower), dtype=int)
        more[rows] = 1
        ends = a.starts[1:]
        at = np.sort(ends[rows])
        order = np.argsort(ends[rows], kind="stable")
        columns = np.insert(a.columns, at, len(a.cost) + np.arange(len(rows))[order])
        coefficients = np.insert(a.coefficients, at, slack[order])
        return Arrays(
            maximise=False,
            offset=0.0,
            cost=np.concatenate([np.zeros(len(a.cost)), np.ones(len(rows))]),
            lower=np.concatenate([a.lower, np.zeros(len(rows))]),
            upper=np.concatenate([a.upper, np.full(len(rows), np.inf)]),
            integer=np.zeros(len(a.cost) + len(rows), dtype=bool),
            row_lower=a.row_lower,
            row_upper=a.row_upper,
            starts=np.concatenate([[0], np.cumsum(np.diff(a.starts) + more)]).astype(np.int32),
            columns=columns.astype(np.int32),
            coefficients=coefficients,
        )


def _least_costs(problem: IntegerProblem) -> dict[int, int]:
    """Return what the cheapest offer of each cohort costs."""
    return {cohort: min(problem.cost_pence[i] for i in own) for cohort, own in problem.by_cohort().items()}


def _dearest_first(problem: IntegerProblem, held: tuple[str, ...]) -> list[str]:
    """Return the cohorts that must be funded among limits held, those first whose cheapest offer costs the most."""
    cost = _least_costs(problem)
    numbers = [int(name.removeprefix(MUST)) for name in held if name.startswith(MUST)]
    return [problem.cohort_names[number] for number in sorted(numbers, key=lambda c: (-cost.get(c, 0), c))]


def _cohorts(funded: list[str]) -> str:
    if not funded:
        return ""
    named = ", ".join(funded[:NAMED]) + (f" and {len(funded) - NAMED} more" if len(funded) > NAMED else "")
    return f"{len(funded)} {'cohorts must each' if len(funded) > 1 else 'cohort must'} receive an offer: {named}"


def _without_group(row: Row) -> str:
    """Return what a limit says before it names its group: limits made by `each` share it."""
    return row.words.rpartition(", ")[0] or row.words


def _groups(rows: list[Row]) -> str:
    groups = [row.words.rpartition(", ")[2] for row in rows]
    named = "; ".join(groups[:NAMED])
    return f"{_without_group(rows[0])}: cannot be kept in all of {len(rows)}: {named} and {len(rows) - NAMED} more"


def _sentence(row: Row, held: tuple[str, ...], reserve_pence: int, change: Change, *, certain: bool) -> str:
    others = [name for name in held if name != row.name]
    reached, is_exact = change
    about = "" if is_exact else "at least "
    if row.kind == "budget":
        only_must = all(name.startswith(MUST) for name in others)
        what = "what must be funded" if only_must else "what the other limits ask"
        after = f" after the reserve of {pounds(reserve_pence)}" if reserve_pence else ""
        if not certain and (reached is None or reached <= row.right):
            return f"the budget{after} cannot be kept with the others"
        if reached is None or reached <= row.right:
            return f"the budget{after} is short of {what}"
        return f"the budget{after} is {about}{pounds(reached - row.right)} short of {what}"
    kept = " with the others kept" if others else ""
    if isinstance(reached, Fraction):
        least = "least" if row.sense == "<=" else "most"
        return f"{row.words}: the {least} possible is {float(outwards(reached, row.sense)):.4g} of it{kept}"
    if reached is None or not is_exact or _is_share(row):
        return f"{row.words}: cannot be kept" + (" with the others" if others else "")
    figure = pounds(reached) if "£" in row.words else f"{reached / row.scale:,.10g}"
    return f"{row.words}: {'the least' if row.sense == '<=' else 'the most'} possible is {figure}{kept}"


def _least_change(problem: IntegerProblem, row: Row, others: list[str], spare: _Work) -> Change:
    """Return how near to a row a plan can come that keeps all else or, if none does, the rest of the conflict."""
    everything = [r.name for r in problem.rows if r.name != row.name]
    everything += [f"{MUST}{cohort:06d}" for cohort in problem.must_fund]
    found = _furthest(problem, row, everything, spare)
    return found if found[0] is not None or set(others) == set(everything) else _furthest(problem, row, others, spare)


def _furthest(problem: IntegerProblem, row: Row, others: list[str], spare: _Work) -> Change:
    """Return how near to keeping a row a plan can come that keeps the others, and whether exactly or at best."""
    if spare.left <= 0 or len(problem.cohort) > LARGEST:
        return None, False
    rows = tuple(r for r in problem.rows if r.kind == "seats" or r.name in others)
    must = frozenset(int(name.removeprefix(MUST)) for name in others if name.startswith(MUST))
    rest = replace(problem, rows=rows, must_fund=must)
    if row.share is not None:
        share = _furthest_share(rest, row, spare)
        return share, share is not None
    model = _towards(rest, row)
    answer = model.solve(spare.settings())
    spare.done(answer, len(rest.cohort))
    plan = solution_of(rest, model, answer)
    if answer.status == "infeasible":
        return None, False
    if answer.status == "optimal" and plan is not None and not excesses(rest, plan):
        return activity(row, plan), True
    return model.safe_bound(answer), False


def _furthest_share(rest: IntegerProblem, row: Row, spare: _Work) -> Fraction | None:
    """Return the share of the plan's total that comes nearest to a limit, None where it is not settled.

    A plan with the best difference of part and share times whole has a better share, until there is none
    (W. Dinkelbach, "On Nonlinear Fractional Programming", Management Science 13, 1967).
    """
    share, (part, whole) = row.share, _part_and_whole(row)
    for _ in range(ROUNDS):
        towards = [share.denominator * p - share.numerator * w for p, w in zip(part, whole, strict=True)]
        split = len(row.offers)
        goal = replace(row, on_offers=tuple(towards[:split]), on_units=tuple(towards[split:]))
        model = _towards(rest, goal)
        if spare.left <= 0:
            return None
        answer = model.solve(spare.settings())
        spare.done(answer, len(rest.cohort))
        plan = solution_of(rest, model, answer)
        if answer.status != "optimal" or plan is None or excesses(rest, plan):
            return None
        counted, total = (
            activity(replace(row, on_offers=tuple(c[:split]), on_units=tuple(c[split:])), plan) for c in (part, whole)
        )
        if total <= 0 or Fraction(counted, total) == share:
            return share if total > 0 and share != row.share else None
        share = Fraction(counted, total)
    return None


def _part_and_whole(row: Row) -> tuple[list[int], list[int]]:
    """Return what each offer and unit of a row adds to what is counted and to the plan's total, in like integers."""
    outside, inside = row.share.numerator, row.share.denominator - row.share.numerator  # what each was multiplied by
    coefficients = [*row.on_offers, *row.on_units]
    whole = [c * outside if c > 0 else -c * inside for c in coefficients]
    common = gcd(*whole) or 1
    whole = [w // common for w in whole]
    return [w if c > 0 else 0 for w, c in zip(whole, coefficients, strict=True)], whole


def outwards(share: Fraction, sense: str) -> Fraction:
    """Return a share as a tenth of a per cent that is no stricter than it.

    >>> outwards(Fraction(1, 3), "<="), outwards(Fraction(1, 3), ">=")
    (Fraction(167, 500), Fraction(333, 1000))
    """
    return Fraction(ceil(share * 1000) if sense == "<=" else floor(share * 1000), 1000)


def _towards(rest: IntegerProblem, row: Row) -> Model:
    on_offers, on_units = [0] * len(rest.cohort), [0] * len(rest.max_units)
    for i, c in zip(row.offers, row.on_offers, strict=True):
        on_offers[i] = c
    for s, c in zip(row.units, row.on_units, strict=True):
        on_units[s] = c
    return build(rest, Goal(row.sense == ">=", on_offers, on_units))
