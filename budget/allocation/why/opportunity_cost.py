"""The opportunity cost of every offer: what the plan would lose if it had to fund it, for all offers in one pass.

Without limits the curve (`budget.allocation.curve.efficiency_order`) gives the cost. Funding a cohort that is not in
the plan costs what the curve falls by when the offer is paid for out of the same money; a change of offer costs the
difference in access − price·cost. For a cohort with seats on a service, the service, those that share its riders, and
all who may ride there are solved exactly with each of its offers forced in. With limits the prices are those of the
linear relaxation, for the budget and every limit. Either way no plan that funds the offer brings more than the bound
less its cost.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from budget.allocation.curve.efficiency_order import TOGETHER, EfficiencyOrder, efficiency_order
from budget.allocation.curve.service_hull import Cluster
from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.tables import LARGEST_PENCE, MICRO, CheckedTables
from budget.allocation.model.highs import SolverSettings
from budget.allocation.model.integer_problem import IntegerProblem, to_integers
from budget.allocation.model.pulp_model import build, relaxation

SECONDS = 20.0  # for the linear relaxation: far more than it needs
OFFER_COLUMNS = ("cohort", "option", "place", "cost_pence", "access", "service", "loss", "more_pence", "more_access")


@dataclass(frozen=True, slots=True)
class OpportunityCosts:
    """Every offer that brings access (OFFER_COLUMNS), and the price of money that its cost is counted at.

    `loss` is the opportunity cost, in access. `more_pence` and `more_access` are what funding the offer changes in its
    cohort or, where it takes a seat, in its service and all its riders. `per_penny` is the price of money, in access.
    `order` is None where there are limits; then `kept_out` has by cohort the words of the limit that keeps it out, ""
    for the budget.
    """

    offers: pd.DataFrame
    per_penny: float
    order: EfficiencyOrder | None
    kept_out: dict[str, str]


def opportunity_costs(allocation_problem: AllocationProblem) -> OpportunityCosts:
    """Return the opportunity costs at the prices of a problem's budget."""
    order = None
    if not allocation_problem.limits.grants:  # what they leave for the council's own money changes with the budget
        order = efficiency_order(to_integers(allocation_problem.with_ceiling(LARGEST_PENCE)))
    if order is not None and order.count(allocation_problem.ceiling_pence) >= 0:
        return _by_the_order(order, allocation_problem.tables, allocation_problem.ceiling_pence)
    return _by_relaxation(allocation_problem)


def _table(
    problem: IntegerProblem, tables: CheckedTables, loss: np.ndarray, more: np.ndarray, gain: np.ndarray
) -> pd.DataFrame:
    places = list(problem.place)
    rows = tables.offers.iloc[places]
    each = problem.step / MICRO
    table = pd.DataFrame(
        {
            "cohort": rows.index.get_level_values("cohort").astype(str),
            "option": rows.index.get_level_values("option").astype(str),
            "place": places,
            "cost_pence": rows["cost_pence"].to_numpy("int64"),
            "access": rows["access"].to_numpy(float),
            "service": rows["service"].astype(object).to_numpy(),
            "loss": loss * each,
            "more_pence": more,
            "more_access": gain * each,
        }
    )
    return table[table["access"] > 0].reset_index(drop=True)


def _by_the_order(order: EfficiencyOrder, tables: CheckedTables, ceiling_pence: int) -> OpportunityCosts:
    problem = order.problem
    price = order.per_penny(ceiling_pence)
    cost, value = np.array(problem.cost_pence, dtype=float), np.array(problem.value, dtype=float)
    cohort = np.array(problem.cohort, dtype=np.int64)
    score = value - price * cost
    best = pd.Series(score).groupby(cohort).transform("idxmax").to_numpy(dtype=np.int64)  # by offer, its cohort's best
    has = np.isin(cohort, list(problem.must_fund)) | (score[best] > 0)
    now_score, now_cost, now_value = (np.where(has, figure[best], 0.0) for figure in (score, cost, value))
    loss, more, gain = now_score - score, cost - now_cost, value - now_value
    absent = (now_cost == 0) & (now_value == 0)
    loss = np.where(absent, _in_place_of_others(order, cost, value, ceiling_pence), loss)
    for cluster in order.clusters:
        _in_cluster(cluster, order.highest_per_penny(ceiling_pence), loss, more, gain)
    return OpportunityCosts(_table(problem, tables, loss, more, gain), price * problem.step / MICRO, order, {})


def _in_place_of_others(order: EfficiencyOrder, cost: np.ndarray, value: np.ndarray, ceiling_pence: int) -> np.ndarray:
    """Return what the curve falls by when each offer is paid for out of the same money; infinite where it cannot be.

    Unlike a single price this is also right for an offer that takes much of the money.
    """
    spend, worth = order.spend.astype(float), order.worth.astype(float)
    without = np.interp(ceiling_pence - cost, spend, worth, left=-np.inf)
    return np.asarray(np.maximum(np.interp(ceiling_pence, spend, worth) - without - value, 0.0))


def _in_cluster(cluster: Cluster, price: float, loss: np.ndarray, more: np.ndarray, gain: np.ndarray) -> None:
    """Write the figures of a cluster's offers into the arrays: each is forced in, the others are chosen anew."""
    access, money = cluster.weights(1 << 40, round(price * (1 << 40)))
    if not access:
        return
    top, now = cluster.best(access, money)
    for place, offers in enumerate(cluster.seatless):
        for i, seats in [(i, 0) for i in offers] + list(cluster.seated[place]):
            found = cluster.best_with(access, money, (place, i, seats))
            if found is None:
                loss[i], more[i], gain[i] = np.inf, 0, 0
            else:
                loss[i] = (top - found[0]) / access
                more[i], gain[i] = found[1].cost - now.cost, found[1].value - now.value


def _by_relaxation(allocation_problem: AllocationProblem) -> OpportunityCosts:
    tables = allocation_problem.tables
    problem, within = to_integers(allocation_problem, filtered=False), to_integers(allocation_problem)
    nothing = OpportunityCosts(_table(problem, tables, *(np.zeros(len(problem.place)),) * 3), 0.0, None, {})
    if not within.cohort:
        return nothing
    relaxed = relaxation(build(within), SolverSettings(gap=0.0, seconds=SECONDS))
    if relaxed.status != "optimal":
        return nothing
    links = {within.place[i]: price for i, price in relaxed.rider_price.items()}
    score = np.array(problem.value, dtype=float) - [links.get(place, 0.0) for place in problem.place]
    terms = {}
    for row in problem.rows:
        price = relaxed.row_price.get(row.name, 0.0) * (1 if row.sense == "<=" else -1)
        if price:
            term = np.zeros(len(score))
            term[list(row.offers)] = price * np.array(row.on_offers, dtype=float)
            terms[row.words if row.kind == "limit" else row.kind] = term
            score -= term
    cohort = np.array(problem.cohort, dtype=np.int64)
    best = pd.Series(score).groupby(cohort).transform("max").to_numpy()
    must = np.isin(cohort, list(problem.must_fund))
    affordable = np.array(problem.cost_pence) <= allocation_problem.ceiling_pence
    loss = np.where(affordable, np.where(must, best, np.maximum(best, 0.0)) - score, np.inf)
    cost, value = np.array(problem.cost_pence, dtype=float), np.array(problem.value, dtype=float)
    table = _table(problem, tables, loss, cost, value)
    per_penny = relaxed.row_price.get("budget", 0.0) * problem.step / MICRO
    return OpportunityCosts(table, per_penny, None, _kept_out(problem, np.where(affordable, score, -np.inf), terms))


def _kept_out(problem: IntegerProblem, score: np.ndarray, terms: dict[str, np.ndarray]) -> dict[str, str]:
    """Return by cohort that is not worth its prices the words of the dearest of them, "" for the budget."""
    out = {}
    for cohort, own in problem.by_cohort().items():
        best = max(own, key=lambda i: (score[i], -i))
        if -np.inf < score[best] <= 1e-6:
            dearest = max(terms, key=lambda words: terms[words][best], default="budget")
            out[str(problem.cohort_names[cohort])] = "" if dearest == "budget" else dearest
    return out


def entry_budgets(order: EfficiencyOrder, ceiling_pence: int) -> dict[int, int]:
    """Return by cohort number the least spend above a ceiling at which the order's plan funds it.

    A cohort that is funded after the next step counts as coming in there. Cohorts that no step brings in are left out.
    """
    taken = order.count(ceiling_pence)
    found: dict[int, int] = {}
    if taken >= len(order.steps):
        return found
    now = order.current(taken + 1)
    for cohort in _cohorts_at(order, now):
        found[cohort] = int(order.spend[taken + 1])
    for n in range(taken + 1, len(order.steps)):
        for cohort in _cohorts_at(order, order.steps[n : n + 1]):
            found.setdefault(cohort, int(order.spend[n + 1]))
    return found


def _cohorts_at(order: EfficiencyOrder, points: np.ndarray) -> list[int]:
    cohorts = [order.problem.cohort[i] for i in order.offer[points].tolist() if i >= 0]
    for point in points[order.offer[points] == TOGETHER].tolist():
        cohorts += [order.problem.cohort[i] for i in order.service_plans[point].offers]
    return cohorts


def one_more_unit(order: EfficiencyOrder, ceiling_pence: int) -> dict[int, tuple[int, float]]:
    """Return by service that runs all its units how many these are, and the access that one more would bring."""
    price = order.per_penny(ceiling_pence)
    gains = {}
    for cluster in order.clusters:
        access, money = cluster.weights(1 << 40, round(price * (1 << 40)))
        if not access:
            continue
        best, plan = cluster.best(access, money)
        runs = dict(plan.units)
        for service, most in cluster.most_units().items():
            if runs.get(service, 0) < most:
                continue
            more = cluster.with_one_more(service).best_with(access, money, None)
            gain = 0 if more is None else more[0] - best
            gains[service] = (most, gain / access * order.problem.step / MICRO)
    return gains
