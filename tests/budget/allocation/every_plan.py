"""A second way to the answer: every plan there is, side by side in arrays of whole numbers, and the best by the rule.

It shares nothing with `budget` but the words of limits. A plan is a choice (an offer or none for each cohort) and units
of each service; what choices amount to stands in one direction of an array, what units amount to in the other.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
import pandas as pd

from budget.allocation.inputs.limits import NO_LIMITS, Grant, Limit, Limits, PartFunding, Share
from budget.allocation.inputs.objective import MOST_ACCESS, Objective

MILLION = 10**6


def millionths(value: object) -> int:
    """Return a figure of at most six decimals in millionths; a blank is none."""
    figure = Fraction(0) if pd.isna(value) else Fraction(repr(float(value))) * MILLION
    assert figure.denominator == 1
    return int(figure)


def label(value: object) -> str:
    """Return a value of a group column as a limit would write it."""
    if pd.isna(value):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


@dataclass(frozen=True)
class Best:
    """What the best plan brings and costs, its offers in order, and the worst-off group's share of its need."""

    access: Fraction
    spend: int
    offers: tuple[tuple[str, str, Fraction], ...]  # cohort, option, and how much of the cohort
    share: Fraction | None = None

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        return tuple((cohort, option) for cohort, option, _ in self.offers)


class EveryPlan:
    """Every plan of two tables, kept or not: `masks` says which keep which rule."""

    def __init__(self, offers: pd.DataFrame, services: pd.DataFrame, part_funding: PartFunding | None = None) -> None:
        self.columns = {*offers.columns}
        self.services = services.reset_index().to_dict("records")
        whole = offers.reset_index().sort_values(["cohort", "option"]).to_dict("records")
        self.riders = {s["service"]: [r for r in whole if r.get("service") == s["service"]] for s in self.services}
        self.offers = [part for record in whole for part in self._parts(record, part_funding)]
        self.cohorts = sorted({record["cohort"] for record in whole})
        own = [[n for n, r in enumerate(self.offers) if r["cohort"] == cohort] for cohort in self.cohorts]
        self.choice = _product([[*each, len(self.offers)] for each in own])  # the last stands for none
        self.units = _product([range(int(s["max_units"]) + 1) for s in self.services])
        self.everything = np.ones((self.choice.shape[1], self.units.shape[1]), dtype=bool)
        self.access, self.spend = self._added(self._figures("access")), self.amount("spend", {})[0]
        self.idle = self._added([int(figure <= 0) for figure in self._figures("access")])

    def _parts(self, record: dict, part_funding: PartFunding | None) -> Iterator[dict]:
        record = record | {"seats": record.get("seats", record["people"])}
        is_split = part_funding is not None and self.is_in(record, part_funding.where)
        for k in range(part_funding.parts if is_split else 1, 0, -1):
            yield record | {"part": Fraction(k, part_funding.parts) if is_split else Fraction(1)}

    def _figures(self, measure: str) -> list[int]:
        """Return what each offer adds to a measure: pence, else millionths; of a part never in the council's favour."""
        figures = []
        for record in self.offers:
            part = record["part"]
            if measure == "cost_pence":
                figures.append(ceil(int(record["cost_pence"]) * part))
            elif measure == "seats":
                figures.append(ceil(millionths(record["seats"]) * part))
            else:
                figures.append(millionths(record.get(measure)) * part.numerator // part.denominator)
        return figures

    def _added(self, figures: list[int]) -> np.ndarray:
        return np.array([*figures, 0], dtype=np.int64)[self.choice].sum(axis=0)[:, None]

    @staticmethod
    def is_in(record: Mapping, group: Mapping[str, tuple[str, ...]]) -> bool:
        return all(label(record.get(column)) in values for column, values in group.items())

    def _serves(self, service: dict, group: Mapping[str, tuple[str, ...]]) -> bool:
        """Say whether a service belongs to a group: by its own column, else where all who can ride on it do."""
        riders = self.riders[service["service"]]
        return all(
            label(service[column]) in values
            if column in service
            else bool(riders) and all(label(rider[column]) in values for rider in riders)
            for column, values in group.items()
        )

    def amount(self, measure: str, group: Mapping[str, tuple[str, ...]]) -> tuple[np.ndarray, int]:
        """Return what each plan makes of a measure within a group, and how many of it are one unit."""
        column, unit = ("cost_pence", 100) if measure == "spend" else (measure, MILLION)
        if measure not in self.columns and f"{measure}_pence" in self.columns:
            column, unit = f"{measure}_pence", 100 * MILLION
        inside = [self.is_in(record, group) for record in self.offers]
        total = self._added([f if own else 0 for f, own in zip(self._figures(column), inside, strict=True)])
        for service, count in zip(self.services, self.units, strict=True):
            if self._serves(service, group):
                each = int(service["unit_cost_pence"]) if measure == "spend" else millionths(service.get(column))
                total = total + each * count[None, :]
        return total + np.zeros_like(self.everything, dtype=np.int64), unit

    # ---- which plans keep which rule ----

    def masks(self, limits: Limits, ceiling_pence: int) -> dict[str, np.ndarray]:
        """Return, by the name of a rule, which plans keep it."""
        masks = {"budget": self.spend <= ceiling_pence}
        for service, count in zip(self.services, self.units, strict=True):
            own = [record.get("service") == service["service"] for record in self.offers]
            taken = self._added([s if rides else 0 for s, rides in zip(self._figures("seats"), own, strict=True)])
            masks[f"seats: {service['service']}"] = taken <= millionths(service["seats_per_unit"]) * count[None, :]
            masks[f"promised units: {service['service']}"] = (
                count[None, :] >= limits.committed_units.get(service["service"], 0)
            ) & self.everything
        for cohort in limits.must_fund:
            masks[f"must fund: {cohort}"] = self._holds(lambda r, cohort=cohort: r["cohort"] == cohort)
        for key in limits.committed:
            masks[f"promised offer: {key}"] = self._holds(lambda r, key=key: (r["cohort"], r["option"]) == key)
        if limits.grants:
            masks["grants"] = self._can_be_paid(limits.grants, ceiling_pence)
        for number, limit in enumerate(limits.limits):
            masks[f"limit:{number}"] = self._kept(limit)
        return masks

    def _holds(self, is_meant) -> np.ndarray:
        """Say which plans hold one of these offers, for the whole of its cohort."""
        return (self._added([int(is_meant(r) and r["part"] == 1) for r in self.offers]) > 0) & self.everything

    def _kept(self, limit: Limit) -> np.ndarray:
        groups, kept = [dict(limit.where)], self.everything.copy()
        if limit.each:
            values = {label(r.get(limit.each)) for r in self.offers if self.is_in(r, limit.where)} - {""}
            groups = [{**limit.where, limit.each: (value,)} for value in values]
        for group in groups:
            amount, unit = self.amount(limit.measure, group)
            for bound, sign in ((limit.at_most, 1), (limit.at_least, -1)):
                if isinstance(bound, Share):
                    allowed = bound.share.numerator * self.amount(limit.measure, {})[0]
                    kept &= sign * (bound.share.denominator * amount - allowed) <= 0
                elif bound is not None:
                    kept &= sign * (bound.denominator * amount - bound.numerator * unit) <= 0
        return kept

    def _can_be_paid(self, grants: tuple[Grant, ...], ceiling_pence: int) -> np.ndarray:
        """Say where every set of things costs no more than what may pay for any of them: all sets are tried."""
        payers = [sum(1 << g for g, grant in enumerate(grants) if self.is_in(r, grant.pays_for)) for r in self.offers]
        things = [
            (np.array(each)[choice][:, None], np.array(paid)[choice][:, None])
            for each, paid in [([*self._figures("cost_pence"), 0], [*payers, 0])]
            for choice in self.choice
        ]
        for service, count in zip(self.services, self.units, strict=True):
            paid = sum(1 << g for g, grant in enumerate(grants) if self._serves(service, grant.pays_for))
            things.append((int(service["unit_cost_pence"]) * count[None, :], np.where(count > 0, paid, 0)[None, :]))
        own = ceiling_pence - sum(grant.amount_pence for grant in grants)
        money = np.array(
            [own + sum(g.amount_pence for n, g in enumerate(grants) if who >> n & 1) for who in range(1 << len(grants))]
        )
        kept = self.everything.copy()
        for size in range(1, len(things) + 1):
            for some in itertools.combinations(things, size):
                cost, who = np.zeros((1, 1), dtype=np.int64), np.zeros((1, 1), dtype=np.int64)
                for each, paid in some:
                    cost, who = cost + each, who | paid
                kept &= cost <= money[who]
        return kept

    # ---- the best of them ----

    def best(self, kept: np.ndarray, objective: Objective = MOST_ACCESS) -> Best | None:
        """Return the best of the plans kept: by the goal, then access, spend, offers for nothing, and their order."""
        kept, share = kept.copy(), None
        access, spend, idle = (each + np.zeros_like(self.spend) for each in (self.access, self.spend, self.idle))
        if objective.access is not None:
            kept &= objective.access.denominator * access >= objective.access.numerator * MILLION
        if not kept.any():
            return None
        if objective.aim == "fair_first" and (need := self.needs(objective.by)):
            shares = self._shares(kept, need, objective.by)
            share, kept = shares[0], shares[1]
        elif objective.aim == "least_cost":
            kept &= spend == spend[kept].min()
        for figure, sign in ((access, -1), (spend, 1), (idle, 1)):
            kept &= sign * figure == (sign * figure)[kept].min()
        rows = np.flatnonzero(kept.any(axis=1))
        for n in range(len(self.offers)):
            holding = (self.choice[:, rows] == n).any(axis=0)
            rows = rows[holding] if holding.any() else rows
        chosen = sorted(n for n in self.choice[:, rows[0]].tolist() if n < len(self.offers))
        named = tuple((self.offers[n]["cohort"], self.offers[n]["option"], self.offers[n]["part"]) for n in chosen)
        return Best(Fraction(int(access[kept][0]), MILLION), int(spend[kept][0]), named, share)

    def needs(self, by: str) -> dict[str, int]:
        """Return the most access that each group's cohorts could be given, in millionths."""
        most: dict[tuple[str, str], int] = {}
        for record, access in zip(self.offers, self._figures("access"), strict=True):
            key = (label(record.get(by)), record["cohort"])
            most[key] = max(most.get(key, 0), access)
        need: dict[str, int] = {}
        for (group, _), access in most.items():
            need[group] = need.get(group, 0) + access
        return {group: total for group, total in need.items() if group and total}

    def _shares(self, kept: np.ndarray, need: Mapping[str, int], by: str) -> tuple[Fraction, np.ndarray]:
        """Return the best share that the worst-off group of any plan has, and which plans give it that."""
        rows = np.flatnonzero(kept.any(axis=1))
        figures = self._figures("access")
        reached = np.stack(
            [
                self._added([f if label(r.get(by)) == group else 0 for f, r in zip(figures, self.offers, strict=True)])
                for group in need
            ]
        )[:, rows, 0]
        most = np.array(list(need.values()))[:, None]
        about = (reached / most).min(axis=0)
        near = rows[about >= about.max() - 1e-9]  # floats say where to look, fractions which it is
        shares = [
            min(Fraction(got, of) for got, of in zip(column, need.values(), strict=True))
            for column in reached[:, about >= about.max() - 1e-9].T.tolist()
        ]
        best, fairest = max(shares), np.zeros(len(kept), dtype=bool)
        fairest[near[[share == best for share in shares]]] = True
        return best, kept & fairest[:, None]

    def place(self, offers: list[tuple[str, str, Fraction]], units: Mapping[str, int]) -> tuple[int, int]:
        """Return where a plan stands in the arrays."""
        numbers = {(r["cohort"], r["option"], r["part"]): n for n, r in enumerate(self.offers)}
        chosen = {key[0]: numbers[key] for key in offers}
        row = np.array([chosen.get(cohort, len(self.offers)) for cohort in self.cohorts])
        count = np.array([units.get(service["service"], 0) for service in self.services], dtype=np.int64)
        ((at,), (of,)) = (
            np.flatnonzero((each == wanted[:, None]).all(axis=0))
            for each, wanted in ((self.choice, row), (self.units, count))
        )
        return int(at), int(of)


def _product(lists: list) -> np.ndarray:
    if not lists:
        return np.zeros((0, 1), dtype=np.int64)
    grids = np.meshgrid(*(np.array(each, dtype=np.int64) for each in lists), indexing="ij")
    return np.stack(grids).reshape(len(lists), -1)


def best_plan(offers: pd.DataFrame, services: pd.DataFrame, limits: Limits = NO_LIMITS, ceiling_pence: int = 0):
    """Return the best of every plan there is, by the rule; None where there is none."""
    plans = EveryPlan(offers, services, limits.part_funding)
    return plans.best(np.logical_and.reduce(list(plans.masks(limits, ceiling_pence).values())))
