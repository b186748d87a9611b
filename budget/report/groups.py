"""Whom the plan reaches, group by group: by district, deprivation decile, class of place, and kind of support.

Sums are of the workbook's own rows (`budget.accounts.statement`), in pence and millionths of a person, so that they are
the workbook's totals. Where a group is small its numbers are hidden, by the rule of `eligibility.suppress`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from budget.accounts.statement import Content, district_keys, ratio
from budget.report.formats import PERSON
from eligibility.suppress import HIDDEN, LEAST, suppressed

UNKNOWN = "Not known"
NUMBERS = ("target", "reached", "takers", "access")  # of a group's people


@dataclass(frozen=True, slots=True)
class Group:
    """What a plan does for one group. People in millionths, money in pence, access to six decimals."""

    label: str
    cohorts: int = 0  # in target
    target_micro: int = 0  # low-income young people in target, or applicants found eligible
    funded: int = 0  # cohorts
    reached_micro: int = 0  # of them, in cohorts that are funded
    takers_micro: int = 0
    spend_pence: int = 0  # with the group's share of vehicles
    access: float = 0.0
    hidden: frozenset[str] = frozenset()  # of NUMBERS: too small to be shown, or another would be told by it

    @property
    def covered(self) -> float:
        """The share of its young people who are in cohorts funded."""
        return ratio(self.reached_micro, self.target_micro)

    def hides(self, *names: str) -> bool:
        """Whether any of these numbers must not be shown; without names, whether any of all."""
        return bool(self.hidden & set(names or NUMBERS))


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups that make up the whole plan, and the whole."""

    rows: tuple[Group, ...]
    whole: Group

    @property
    def any_hidden(self) -> bool:
        """Whether some number is hidden."""
        return self.whole.hides() or any(row.hides() for row in self.rows)


def by_district(content: Content, most: int) -> Groups:
    """Return the districts by name; beyond `most` those where least is spent are one row, "the other … districts"."""
    keys = district_keys(content.plan).reindex(content.plan.choices.cohorts.index)
    names = content.districts["district"].to_dict()
    groups = _grouped(content, keys, {key: str(name) for key, name in names.items()})
    return _hidden(content, _fewest(groups, most))


def by_decile(content: Content) -> Groups:
    """Return the deciles of deprivation that have a cohort in target, the most deprived first."""
    deciles = _of_area(content, "imd_decile")
    labels = {str(decile): f"{decile}{_end(decile)}" for decile in range(1, 11)} | {UNKNOWN: UNKNOWN}
    return _hidden(content, _grouped(content, deciles, labels))


def by_class(content: Content) -> Groups:
    """Return the official rural and urban classes that have a cohort in target."""
    classes = _of_area(content, "rural_urban")
    return _hidden(content, _grouped(content, classes, {name: name for name in sorted(set(classes))}))


def by_kind(content: Content) -> Groups:
    """Return the kinds of support that the plan funds, in the catalogue's order."""
    kinds = content.plan.catalogue.kinds
    funded = content.funded
    rows = [_sums(kind.label, None, funded[funded["option"] == kind.id]) for kind in kinds]
    whole = _sums("Total", None, funded)
    return _hidden(content, Groups(tuple(row for row in rows if row.funded), whole))


def _end(decile: int) -> str:
    return {1: " (most deprived)", 10: " (least deprived)"}.get(decile, "")


def _of_area(content: Content, column: str) -> pd.Series:
    """Return what a column of the areas says of each cohort's area, as text."""
    plan = content.plan
    cohorts, values = plan.choices.cohorts, plan.county.areas[column]
    areas = cohorts.index if plan.applicants is None else cohorts["area_code"]
    return pd.Series(values.reindex(areas).astype("string").fillna(UNKNOWN).to_numpy(dtype=object), cohorts.index)


def _grouped(content: Content, keys: pd.Series, labels: dict[str, str]) -> Groups:
    cohorts, funded = content.plan.choices.cohorts, content.funded
    of_funded = keys.reindex(funded["cohort"])
    present = set(keys)
    rows = [
        _sums(label, cohorts[keys.eq(key).to_numpy(dtype=bool)], funded[of_funded.eq(key).to_numpy(dtype=bool)])
        for key, label in labels.items()
        if key in present
    ]
    return Groups(tuple(rows), _sums("Total", cohorts, funded))


def _sums(label: str, cohorts: pd.DataFrame | None, funded: pd.DataFrame) -> Group:
    """Add up a group; without `cohorts` it is a kind of support, which has no target of its own."""
    reached = int((funded["low_income_people"] * PERSON).round().sum())
    target = reached if cohorts is None else int((cohorts["people"].astype(float) * PERSON).round().sum())
    return Group(
        label=label,
        cohorts=len(funded) if cohorts is None else len(cohorts),
        target_micro=target,
        funded=len(funded),
        reached_micro=reached,
        takers_micro=int((funded["people"].astype(float) * PERSON).round().sum()),
        spend_pence=int(funded["whole_cost_pence"].sum()),
        access=round(float(funded["access"].sum()), 6),
    )


def _fewest(groups: Groups, most: int) -> Groups:
    """Put the groups with the least spend together where there are more than `most`."""
    if len(groups.rows) <= most:
        return groups
    order = sorted(groups.rows, key=lambda row: (-row.spend_pence, -row.target_micro, row.label))
    kept, others = order[: most - 1], order[most - 1 :]
    together = Group(
        f"The other {len(others):,} districts",
        *(sum(getattr(row, name) for row in others) for name in ("cohorts", "target_micro", "funded", "reached_micro")),
        *(sum(getattr(row, name) for row in others) for name in ("takers_micro", "spend_pence")),
        access=round(sum(row.access for row in others), 6),
    )
    return replace(groups, rows=(*sorted(kept, key=lambda row: row.label), together))


def _hidden(content: Content, groups: Groups) -> Groups:
    """Mark the numbers of people that must not be shown, column by column; of applicants whole rows, with their money.

    A number left out is judged with the number reached, as a reader can take one from the other. In a plan of areas a
    nought says that a place is in the plan or not, and hides nothing; of applicants a nought is a count like any other.
    """
    if content.plan.applicants is not None:
        return _together(groups, {"row": NUMBERS}, _of_applicants)
    return _together(groups, {name: (name,) for name in NUMBERS}, _of_areas)


def _together(groups: Groups, columns: Mapping[str, tuple[str, ...]], judge: Callable[[Group, str], float]) -> Groups:
    """Hide in each column what `suppressed` says of the numbers that `judge` gives (0: nothing that needs hiding)."""
    hidden: dict[int, set[str]] = {}
    of_whole: set[str] = set()
    for column, names in columns.items():
        judged = {(str(place),): judge(row, column) for place, row in enumerate(groups.rows)}
        judged = {key: value for key, value in judged.items() if value}
        found = suppressed({column: judged})[column]
        gone = [int(key[0]) for key, value in found.items() if value == HIDDEN]
        for place in gone:
            hidden.setdefault(place, set()).update(names)
        if 0 < judge(groups.whole, column) < LEAST or (gone and len(judged) == 1):
            of_whole.update(names)
    rows = tuple(replace(row, hidden=frozenset(hidden.get(place, ()))) for place, row in enumerate(groups.rows))
    return Groups(rows, replace(groups.whole, hidden=frozenset(of_whole)))


def _of_areas(row: Group, column: str) -> float:
    """Return the number that a column tells of a group; of those reached, the lesser of them and of those left out."""
    left = (row.target_micro - row.reached_micro) / PERSON
    numbers = {"target": row.target_micro / PERSON, "takers": row.takers_micro / PERSON, "access": row.access}
    return numbers.get(column) or (min(row.reached_micro / PERSON, left or LEAST) if column == "reached" else 0.0)


def _of_applicants(row: Group, column: str) -> float:
    """Return the smallest number that a group's row tells; a nought that is shown counts as a half."""
    told = [row.target_micro / PERSON, row.reached_micro / PERSON]
    between = [row.access, (row.target_micro - row.reached_micro) / PERSON]
    return min([*(value or 0.5 for value in told), *(value for value in between if value > 0)])
