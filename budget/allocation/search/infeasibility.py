"""Explain why no plan exists: which limits cannot be kept together, and the least change of each that would help.

The limits are an irreducible infeasible subset (`budget.allocation.search.infeasible_subset`). For each of them a model
finds how near to keeping it a plan can come that keeps everything else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, inf

from budget.allocation.model.integer_problem import IntegerProblem, Row, part_and_whole
from budget.allocation.model.pulp_model import Goal, Solution, build, solution_of
from budget.allocation.model.verify import excesses
from budget.allocation.search.infeasible_subset import (
    IN_WHOLE_NUMBERS,
    LARGEST,
    MUST,
    Work,
    irreducible_subset,
    least_costs,
)
from data.wording import pounds

WORK_FOR_FIGURES = 20_000  # simplex iterations; with many limits the first have figures and the others their names
NAMED = 5  # cohorts that are named one by one; the others are counted
ROUNDS = 20  # towards the furthest share; each is a solve, and few are needed

# how near to a row a plan can come, in its integers or as a share of the plan's total, and whether that is exact
Change = tuple[int | Fraction | None, bool]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A limit of an irreducible set, and the figure at which a plan would exist with everything else kept.

    `name` is that of a row of the problem ("budget", "limit_003", "promised_001", "grants_002", "reach_001") or
    "must_fund" with its `cohort`. `figure` is in the limit's own unit, pounds for money: what the money to spend or a
    cap must be at least, what a floor can be at most, a share of the plan's total as a fraction of it; None where it
    was not worked out, and only a bound where it is not `is_exact`.
    """

    name: str
    cohort: str = ""
    figure: Fraction | None = None
    is_exact: bool = False


def conflicts_of(
    problem: IntegerProblem, reserve_pence: int = 0, until: float = inf
) -> tuple[tuple[str, ...], tuple[Conflict, ...]]:
    """Return the limits of an irreducible set that cannot be kept together, as sentences and as conflicts.

    Cohorts that must be funded share a sentence, which names them. The clock ends it at `until` (time.perf_counter).
    """
    subset, is_irreducible = irreducible_subset(problem, until)
    spare = Work(WORK_FOR_FIGURES, until)
    alike: dict[str, list[Row]] = {}
    for row in problem.rows:
        if row.name in subset:
            alike.setdefault(_without_group(row), []).append(row)
    sentences, conflicts = [], []
    for rows in alike.values():
        if len(rows) > NAMED:
            sentences.append(_groups(rows))
            conflicts += [Conflict(row.name) for row in rows]
            continue
        for row in rows:
            change = _least_change(problem, row, [name for name in subset if name != row.name], spare)
            sentences.append(_sentence(row, subset, reserve_pence, change, certain=is_irreducible))
            conflicts.append(_conflict(row, change))
    cost = least_costs(problem)
    numbers = sorted(_musts(subset), key=lambda cohort: (-cost.get(cohort, 0), cohort))  # the dearest first
    funded = [problem.cohort_names[number] for number in numbers]
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


def _musts(names: Sequence[str]) -> frozenset[int]:
    """Return the cohorts that must be funded among the names of limits."""
    return frozenset(int(name.removeprefix(MUST)) for name in names if name.startswith(MUST))


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


def _sentence(row: Row, subset: tuple[str, ...], reserve_pence: int, change: Change, *, certain: bool) -> str:
    others = [name for name in subset if name != row.name]
    reached, is_exact = change
    about = "" if is_exact else "at least "
    if row.kind == "budget":
        only_must = all(name.startswith(MUST) for name in others)
        what = "what must be funded" if only_must else "what the other limits ask"
        after = f" after the reserve of {pounds(reserve_pence)}" if reserve_pence else ""
        if reached is not None and reached > row.right:
            return f"the budget{after} is {about}{pounds(int(reached) - row.right)} short of {what}"
        return f"the budget{after} " + (f"is short of {what}" if certain else "cannot be kept with the others")
    kept = " with the others kept" if others else ""
    if isinstance(reached, Fraction):
        least = "least" if row.sense == "<=" else "most"
        return f"{row.words}: the {least} possible is {float(outwards(reached, row.sense)):.4g} of it{kept}"
    if reached is None or not is_exact or _is_share(row):
        return f"{row.words}: cannot be kept" + (" with the others" if others else "")
    figure = pounds(reached) if "£" in row.words else f"{reached / row.scale:,.10g}"
    return f"{row.words}: {'the least' if row.sense == '<=' else 'the most'} possible is {figure}{kept}"


def _least_change(problem: IntegerProblem, row: Row, others: list[str], spare: Work) -> Change:
    """Return how near to a row a plan can come that keeps all else or, if none does, the rest of the conflict."""
    everything = [r.name for r in problem.rows if r.name != row.name]
    everything += [f"{MUST}{cohort:06d}" for cohort in problem.must_fund]
    found = _furthest(problem, row, everything, spare)
    return found if found[0] is not None or set(others) == set(everything) else _furthest(problem, row, others, spare)


def _furthest(problem: IntegerProblem, row: Row, others: list[str], spare: Work) -> Change:
    """Return how near to keeping a row a plan can come that keeps the others, and whether exactly or at best."""
    if spare.is_over() or len(problem.cohort) > LARGEST:
        return None, False
    rows = tuple(r for r in problem.rows if r.kind == "seats" or r.name in others)
    rest = replace(problem, rows=rows, must_fund=_musts(others))
    if row.share is not None:
        share = _furthest_share(rest, row, spare)
        return share, share is not None
    plan, status, bound = _towards(rest, row, spare)
    if status == "infeasible":
        return None, False
    return (bound, False) if plan is None else (row.activity(plan.offers, plan.units), True)


def _furthest_share(rest: IntegerProblem, row: Row, spare: Work) -> Fraction | None:
    """Return the share of the plan's total that comes nearest to a limit, None where it is not settled.

    A plan with the best difference of part and share times whole has a better share, until there is none
    (W. Dinkelbach, "On Nonlinear Fractional Programming", Management Science 13, 1967).
    """
    parts = part_and_whole(row)
    if row.share is None or parts is None:
        return None
    share, (part, whole) = row.share, parts
    for _ in range(ROUNDS):
        towards = [share.denominator * p - share.numerator * w for p, w in zip(part, whole, strict=True)]
        split = len(row.offers)
        goal = replace(row, on_offers=tuple(towards[:split]), on_units=tuple(towards[split:]))
        if spare.is_over() or (plan := _towards(rest, goal, spare)[0]) is None:
            return None
        counted, total = (
            replace(row, on_offers=tuple(c[:split]), on_units=tuple(c[split:])).activity(plan.offers, plan.units)
            for c in (part, whole)
        )
        if total <= 0 or Fraction(counted, total) == share:
            return share if total > 0 and share != row.share else None
        share = Fraction(counted, total)
    return None


def outwards(share: Fraction, sense: str) -> Fraction:
    """Return a share as a tenth of a per cent that is no stricter than it.

    >>> outwards(Fraction(1, 3), "<="), outwards(Fraction(1, 3), ">=")
    (Fraction(167, 500), Fraction(333, 1000))
    """
    return Fraction(ceil(share * 1000) if sense == "<=" else floor(share * 1000), 1000)


def _towards(rest: IntegerProblem, row: Row, spare: Work) -> tuple[Solution | None, str, int]:
    """Return the plan that goes furthest towards keeping a row, None where none is proved, the status and a bound."""
    on_offers, on_units = [0] * len(rest.cohort), [0] * len(rest.max_units)
    for dense, places, figures in ((on_offers, row.offers, row.on_offers), (on_units, row.units, row.on_units)):
        for place, figure in zip(places, figures, strict=True):
            dense[place] = figure
    model = build(rest, Goal(row.sense == ">=", on_offers, on_units))
    answer = spare.done_by(model.solve, len(rest.cohort), IN_WHOLE_NUMBERS)
    plan = solution_of(rest, model, answer)
    is_proved = answer.status == "optimal" and plan is not None and not excesses(rest, plan)
    return plan if is_proved else None, answer.status, model.safe_bound(answer)
