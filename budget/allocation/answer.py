"""Keep the answer to a checked question, and take it up again for the very same question without a search.

    answer = answer_of(problem, solve(problem))        # plain texts and numbers, to be stored
    taken_up(problem, [answer])                        # the same allocation; None for any other question

What an answer chose is looked up in the tables of today and checked there against every rule in exact arithmetic, as a
new plan is. Its bound cannot be proved again without the search: it holds because the question is the same to the last
integer (`question_of`), so an answer is taken only from whoever is trusted to have made it here.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pandas as pd
from pydantic import ConfigDict

from budget.allocation.aims.fairness import Fairness, needs
from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.tables import exact_total
from budget.allocation.model.highs import NAME
from budget.allocation.model.integer_problem import to_integers
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import UncheckedPlan
from budget.allocation.result import Allocation, checked_results

ROUNDED = 1e-6  # of each figure: access is counted in millionths


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan that was found for a question, and its proof.

    `chosen` are cohort, option and part (1 is the whole cohort), `units` service and count, `limit_prices` the access
    that one more unit of each limit would bring, in the order of the plan's limits; `fair_share` and its bound are
    fractions as texts.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)

    question: str
    status: str
    chosen: tuple[tuple[str, str, float], ...]
    units: tuple[tuple[str, int], ...]
    access: float
    spent_pence: int
    bound: float
    gap: float
    price: float | None
    limit_prices: tuple[float | None, ...] = ()
    fair_share: tuple[str, str] | None = None
    notes: tuple[str, ...] = ()


def question_of(problem: AllocationProblem) -> str:
    """Return the SHA-256 of all that decides the best plan of a problem: its integers, names, aim, gap and time."""
    offers = problem.tables.offers
    mark = hashlib.sha256(repr(to_integers(problem, filtered=False)).encode())
    mark.update(repr(offers.index.tolist()).encode())
    mark.update(repr(problem.tables.services.index.tolist()).encode())
    mark.update(repr((problem.objective, problem.gap, problem.time_limit_seconds, problem.reserve_pence)).encode())
    if problem.objective.aim == "fair_first":
        mark.update(repr(offers[problem.objective.by].tolist()).encode())
    return mark.hexdigest()


def answer_of(problem: AllocationProblem, allocation: Allocation) -> Answer | None:
    """Return what is to be kept of a problem's allocation; None where nothing is funded: that is soon found again."""
    if allocation.chosen.empty:
        return None
    fairness, prices = allocation.fairness, allocation.limits["access_per_unit"].astype(object)
    return Answer(
        question=question_of(problem),
        status=allocation.status,
        chosen=tuple((str(cohort), str(option), float(part)) for cohort, option, part in _keys(allocation.chosen)),
        units=tuple((str(name), int(count)) for name, count in allocation.services["units"].items()),
        access=float(allocation.access),
        spent_pence=int(allocation.spent_pence),
        bound=float(allocation.bound),
        gap=float(allocation.gap),
        price=allocation.access_per_extra_1000_pounds,
        limit_prices=tuple(None if pd.isna(price) else float(price) for price in prices),
        fair_share=None if fairness is None else (str(fairness.share), str(fairness.bound)),
        notes=allocation.notes,
    )


def taken_up(problem: AllocationProblem, answers: Sequence[Answer]) -> Allocation | None:
    """Return the allocation that the answer to this very problem keeps, checked against its tables; None without one.

    None too where the answer is damaged: its plan breaks a rule of the question, or its figures do not agree.
    """
    if not answers:
        return None
    started, question = time.perf_counter(), question_of(problem)
    answer = next((each for each in answers if each.question == question), None)
    if answer is None or not _is_sound(problem, answer):
        return None
    fairness = _fairness(problem, answer)
    has_floors = fairness is not None and len(answer.limit_prices) > len(problem.limit_rows)
    asked = problem.with_limits(fairness.floors()) if fairness is not None and has_floors else problem
    try:
        allocation = _checked(asked, answer)
    except UncheckedPlan:
        return None
    if allocation is None:
        return None
    seconds = {"build": 0.0, "solve": time.perf_counter() - started}
    return replace(allocation, fairness=fairness, seconds=seconds)


def _is_sound(problem: AllocationProblem, answer: Answer) -> bool:
    """Return whether an answer has a plan, counts of 0 or more, and a proof that its own figures do not deny."""
    if not answer.chosen or any(count < 0 for _, count in answer.units):
        return False
    is_fair_first = problem.objective.aim == "fair_first"
    if answer.fair_share is not None and not (is_fair_first and _is_share(*answer.fair_share)):
        return False
    value, bound = answer.access, answer.bound
    if problem.objective.aim == "least_cost":
        value, bound = -answer.spent_pence / 100, -bound
    rounded = ROUNDED * (len(answer.chosen) + abs(value))
    if answer.gap < 0 or bound < value - rounded:
        return False
    may_miss = problem.gap * (bound if bound > 0 else -value) + rounded
    is_proved = answer.gap <= problem.gap and bound - value <= may_miss
    return answer.status == "time_limit" or (answer.status == "optimal" and is_proved)


def _is_share(share: str, bound: str) -> bool:
    try:
        return Fraction(share) <= Fraction(bound)
    except (ValueError, ZeroDivisionError):
        return False


def _checked(problem: AllocationProblem, answer: Answer) -> Allocation | None:
    """Return the allocation with every figure worked out again; None where access, spend or limits are others."""
    offers, services = problem.tables.offers, problem.tables.services
    places, units = _keys(offers).get_indexer(pd.MultiIndex.from_tuples(answer.chosen)), dict(answer.units)
    integers = to_integers(problem, filtered=False)
    position = {place: number for number, place in enumerate(integers.place)}
    if not set(places.tolist()) <= position.keys() or not units.keys() <= set(services.index):
        return None
    plan = Solution(
        tuple(sorted(position[place] for place in places.tolist())),
        tuple(units.get(name, 0) for name in services.index),
    )
    chosen = offers.iloc[[integers.place[i] for i in plan.offers]]
    access, spent = exact_total(chosen["access"]), plan.spend_pence(integers)
    limits, grants = checked_results(problem, integers, plan, {})
    if (access, spent, len(limits)) != (answer.access, answer.spent_pence, len(answer.limit_prices)):
        return None
    counts = pd.Series(plan.units, services.index, dtype="int64")
    paid = pd.DataFrame({"units": counts, "cost_pence": counts * services["unit_cost_pence"]})
    return Allocation(
        status=answer.status,
        chosen=chosen,
        services=paid[counts > 0],
        access=access,
        bound=answer.bound,
        gap=answer.gap,
        spent_pence=spent,
        budget_pence=problem.budget_pence,
        people=exact_total(chosen["people"]),
        access_per_extra_1000_pounds=answer.price,
        solver=NAME,
        notes=answer.notes,
        aim=problem.objective.aim,
        limits=limits.assign(access_per_unit=pd.Series(answer.limit_prices, limits.index, dtype="float64")),
        grants=grants,
    )


def _keys(offers: pd.DataFrame) -> pd.MultiIndex:
    """Return cohort, option and part of each row: a cohort that may be funded in part has a row for each part."""
    levels = (offers.index.get_level_values(name) for name in ("cohort", "option"))
    parts = offers["part"] if "part" in offers else np.ones(len(offers))
    return pd.MultiIndex.from_arrays([*levels, parts])


def _fairness(problem: AllocationProblem, answer: Answer) -> Fairness | None:
    if answer.fair_share is None:
        return None
    share, bound = map(Fraction, answer.fair_share)
    by = problem.objective.by
    return Fairness(by, share, bound, needs(problem.tables.offers, by))
