"""The PuLP model of an allocation: built from an `IntegerProblem`, solved, and read back as a `Solution`.

One function for each family of constraints, in the order of the formulation in `budget.allocation.allocate`. Names are
padded with zeros because PuLP orders columns by name, and another order could lead the solver to another answer.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pulp
from pulp import LpAffineExpression, LpConstraint, LpConstraintEQ, LpConstraintGE, LpConstraintLE

from budget.allocation.model.highs import SolverSettings, arrays_of, bound_of, solve_arrays
from budget.allocation.model.highs_process import SolverAnswer
from budget.allocation.model.integer_problem import IntegerProblem, Row, part_and_whole
from budget.allocation.model.service_patterns import ServicePatterns, service_patterns

TOTAL = 1000  # the most that the variable of a plan's total comes to, in the unit it is counted in
SENSES = {"<=": LpConstraintLE, ">=": LpConstraintGE, "=": LpConstraintEQ}


@dataclass(frozen=True, slots=True)
class Solution:
    """Offers chosen, by position in the problem and in order, and units of every service."""

    offers: tuple[int, ...]
    units: tuple[int, ...]

    def total(self, on_offers: Sequence[int], on_units: Sequence[int]) -> int:
        """Return the sum of a figure of every offer and of a unit of every service over those in the plan."""
        on_services = sum(each * count for each, count in zip(on_units, self.units, strict=True))
        return sum(on_offers[i] for i in self.offers) + on_services

    def value(self, problem: IntegerProblem) -> int:
        """Return the plan's value in the problem's steps."""
        return self.total(problem.value, problem.unit_value)

    def spend_pence(self, problem: IntegerProblem) -> int:
        """Return what the offers and the services cost."""
        return self.total(problem.cost_pence, problem.unit_cost_pence)


@dataclass(frozen=True, slots=True)
class Goal:
    """What a model maximises or minimises: integer coefficients of the offers and of the services' units."""

    maximise: bool
    on_offers: Sequence[int]
    on_units: Sequence[int]


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The linear relaxation: its status, values in the order offers, units, and dual prices in the goal's unit.

    A price is for one more on the right-hand side of a "<=" row, or one less on that of a ">=" row: never negative.
    `rider_price` is that of fund[i] ≤ units[s], for each offer i that rides on a service.
    """

    status: str
    values: np.ndarray | None
    row_price: Mapping[str, float]
    rider_price: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Model:
    """A PuLP problem with its variables in the problem's order."""

    problem: IntegerProblem
    goal: Goal
    lp: pulp.LpProblem
    fund: list[pulp.LpVariable]
    units: list[pulp.LpVariable]
    patterns: tuple[ServicePatterns, ...] = ()  # services modelled by patterns of riders, not by seats
    totals: list[tuple[pulp.LpVariable, list[tuple[pulp.LpVariable, int]]]] = field(default_factory=list)
    divided: dict[str, int] = field(default_factory=dict)  # what rows are divided by, 1 where they are not named

    def solve(self, settings: SolverSettings, start: Solution | None = None) -> SolverAnswer:
        """Solve the integer model, from a plan if one is known.

        Values come in the order offers, units. The bound allows for what the solver may have lost by rounding.
        """
        arrays = arrays_of(self.lp)
        answer = solve_arrays(arrays, settings, None if start is None else self._start(start))
        return replace(answer, values=self.values_of(answer), bound=bound_of(answer, arrays, settings))

    def terms(self, row: Row) -> list[tuple[pulp.LpVariable, float]]:
        """Return the variables of a row with their coefficients."""
        on_offers = [(self.fund[i], c) for i, c in zip(row.offers, row.on_offers, strict=True)]
        return on_offers + [(self.units[s], c) for s, c in zip(row.units, row.on_units, strict=True)]

    def add(self, terms: Sequence[tuple[pulp.LpVariable, float]], sense: str, name: str, right: float) -> None:
        """Add a constraint: the sum of the terms, "<=", ">=" or "=", a right-hand side."""
        self.lp.addConstraint(LpConstraint(LpAffineExpression(terms), SENSES[sense], name, right))

    def safe_bound(self, answer: SolverAnswer) -> int:
        """Return a whole number that bounds the goal of every plan: every goal is a sum of whole numbers."""
        if math.isfinite(answer.bound):
            return math.floor(answer.bound) if self.goal.maximise else math.ceil(answer.bound)
        on_units = zip(self.goal.on_units, self.problem.max_units, strict=False)
        worth = [*self.goal.on_offers, *(c * most for c, most in on_units)]
        return sum(max(c, 0) if self.goal.maximise else min(c, 0) for c in worth)

    def tightened(self, over: Mapping[str, int]) -> "Model":
        """Return a model whose named rows are tighter by the amounts by which a plan broke them."""
        signs = {"<=": -1, ">=": 1}
        rows = tuple(
            replace(row, right=row.right + signs[row.sense] * over.get(row.name, 0)) for row in self.problem.rows
        )
        return build(replace(self.problem, rows=rows), self.goal, patterns=self.patterns)

    def _start(self, plan: Solution) -> np.ndarray:
        values = {self.fund[i].name: 1.0 for i in plan.offers}
        values |= {unit.name: float(count) for unit, count in zip(self.units, plan.units, strict=True)}
        for service in self.patterns:
            riding = set(service.riders) & set(plan.offers)
            fits = (n for n, (units, own) in enumerate(service.patterns) if riding <= set(own) and riding)
            values |= {_pattern_name(service, n): 1.0 for n in (next(fits, None),) if n is not None}
        for total, terms in self.totals:
            most = sum(max(c, 0) * int(variable.upBound) for variable, c in terms)
            values[total.name] = sum(c * values.get(variable.name, 0.0) for variable, c in terms) / (
                -(-most // TOTAL) or 1
            )
        return np.array([values.get(variable.name, 0.0) for variable in self.lp.variables()])

    def values_of(self, answer: SolverAnswer) -> np.ndarray | None:
        """Return an answer's values in the order offers, units."""
        if answer.values is None:
            return None
        by_name = dict(zip((v.name for v in self.lp.variables()), answer.values.tolist(), strict=True))
        return np.array([by_name.get(variable.name, 0.0) for variable in [*self.fund, *self.units]])


def build(problem: IntegerProblem, goal: Goal | None = None, *, patterns: tuple[ServicePatterns, ...] = ()) -> Model:
    """Build the formulation in PuLP; by default for the problem's own goal.

    Services in `patterns` are modelled by patterns of riders: the same plans, and a tighter relaxation.
    """
    goal = goal or Goal(True, problem.value, problem.unit_value)
    lp = pulp.LpProblem("allocation", pulp.LpMaximize if goal.maximise else pulp.LpMinimize)
    fund = [lp.add_variable(f"fund_{i:06d}", 0, 1, pulp.LpInteger) for i in range(len(problem.cohort))]
    units = [lp.add_variable(f"units_{s:04d}", 0, most, pulp.LpInteger) for s, most in enumerate(problem.max_units)]
    model = Model(problem, goal, lp, fund, units, patterns)
    terms = [*zip(fund, goal.on_offers, strict=True), *zip(units, goal.on_units, strict=True)]
    lp.setObjective(LpAffineExpression([(variable, c) for variable, c in terms if c]))
    _one_offer_each(model)
    _linear_rows(model)
    _riders_need_their_service(model)
    _service_patterns(model)
    return model


def build_tight(problem: IntegerProblem) -> Model:
    """Build the formulation with patterns for every service of few riders."""
    return build(problem, patterns=service_patterns(problem))


def _one_offer_each(model: Model) -> None:
    """Σ fund[i] ≤ 1 for each cohort, and = 1 for a cohort that must be funded."""
    groups = model.problem.by_cohort()
    for cohort in sorted(groups.keys() | model.problem.must_fund):
        sense = "=" if cohort in model.problem.must_fund else "<="
        model.add([(model.fund[i], 1) for i in groups.get(cohort, ())], sense, f"one_offer_{cohort:06d}", 1)


def _linear_rows(model: Model) -> None:
    """Add the budget, the seats of each service, and every further row.

    A limit by share of the plan's total has a coefficient on every offer. The total is a variable of its own here, one
    for all limits with the same total, so that each of these rows holds its own group and that variable alone.
    """
    by_patterns = {service.service for service in model.patterns}
    for row in model.problem.rows:
        if row.kind == "seats" and row.units[0] in by_patterns:
            continue
        terms = model.terms(row)
        parts = part_and_whole(row)
        if parts is not None and row.share is not None:
            of_part, of_whole = parts
            variables = [variable for variable, _ in terms]
            total, unit = _total(model, [(v, w) for v, w in zip(variables, of_whole, strict=True) if w])
            terms = [(v, row.share.denominator * p / unit) for v, p in zip(variables, of_part, strict=True) if p]
            terms.append((total, -row.share.numerator))
            model.divided[row.name] = unit
        model.add(
            terms, row.sense, row.name, row.right / model.divided[row.name] if row.name in model.divided else row.right
        )


def _total(model: Model, terms: list[tuple[pulp.LpVariable, int]]) -> tuple[pulp.LpVariable, int]:
    """Return the variable of a total, with the row that defines it where it is new, and the unit that it counts in.

    In that unit it is at most `TOTAL`, so that the finest tolerance of the solver is not beyond what floats can hold.
    """
    most = sum(max(c, 0) * int(variable.upBound) for variable, c in terms)
    unit = -(-most // TOTAL) or 1
    for total, known in model.totals:
        if known == terms:
            return total, unit
    name = f"total_{len(model.totals):03d}"
    total = model.lp.add_variable(name, 0, most / unit)
    model.totals.append((total, terms))
    model.add([*((variable, c / unit) for variable, c in terms), (total, -1)], "=", name, 0)
    return total, unit


def _riders_need_their_service(model: Model) -> None:
    """fund[i] ≤ units[s]: implied by the seats for whole numbers, and much tighter for the relaxation."""
    by_patterns = {i for service in model.patterns for i in service.riders}
    for i in _riders(model.problem):
        if i not in by_patterns:
            model.add([(model.fund[i], 1), (model.units[model.problem.service[i]], -1)], "<=", f"rides_{i:06d}", 0)


def _service_patterns(model: Model) -> None:
    """Σ pattern ≤ 1, Σ units·pattern ≤ units[s] and fund[i] ≤ Σ pattern[those with i], ∀ service with patterns."""
    for service in model.patterns:
        s = service.service
        names = [_pattern_name(service, n) for n in range(len(service.patterns))]
        patterns = [model.lp.add_variable(name, 0, 1, pulp.LpInteger) for name in names]
        model.add([(each, 1) for each in patterns], "<=", f"one_pattern_{s:04d}", 1)
        needed = [(each, units) for each, (units, _) in zip(patterns, service.patterns, strict=True)]
        model.add([*needed, (model.units[s], -1)], "<=", f"units_run_{s:04d}", 0)
        for i in service.riders:
            holds = [(each, -1) for each, (_, own) in zip(patterns, service.patterns, strict=True) if i in own]
            model.add([(model.fund[i], 1), *holds], "<=", f"in_pattern_{i:06d}", 0)


def _pattern_name(service: ServicePatterns, number: int) -> str:
    return f"pattern_{service.service:04d}_{number:03d}"


def _riders(problem: IntegerProblem) -> list[int]:
    """Return the offers that take a seat; an offer with none may be chosen without its service running."""
    return sorted(i for row in problem.rows if row.kind == "seats" for i in row.offers)


def relaxation(model: Model, settings: SolverSettings) -> Relaxed:
    """Solve the linear relaxation, for its dual prices: an integer model has none."""
    answer = solve_arrays(arrays_of(model.lp, integers=False), settings)
    if answer.row_duals is None:
        return Relaxed(answer.status, None, {"budget": 0.0}, {})
    upward = 1.0 if model.goal.maximise else -1.0
    names = [constraint.name for constraint in model.lp.constraints()]
    duals = zip(names, (answer.row_duals * upward).tolist(), strict=True)
    price = {name: dual / model.divided.get(name, 1) for name, dual in duals}
    rows = {r.name: max(price[r.name] if r.sense == "<=" else -price[r.name], 0.0) for r in model.problem.rows}
    riders = {i: max(price[f"rides_{i:06d}"], 0.0) for i in _riders(model.problem)}
    return Relaxed(answer.status, model.values_of(answer), rows, riders)


def solution_of(problem: IntegerProblem, model: Model, answer: SolverAnswer) -> Solution | None:
    """Return an answer in whole numbers; None where it has no solution, or one that is far from whole."""
    if answer.values is None:
        return None
    nearest = np.rint(answer.values)
    if not np.all(np.abs(nearest - answer.values) < 1e-3):
        return None
    counts = [int(count) for count in nearest.tolist()]
    offers, units = counts[: len(model.fund)], counts[len(model.fund) :]
    return Solution(tuple(i for i, count in enumerate(offers) if count == 1), tuple(units))
