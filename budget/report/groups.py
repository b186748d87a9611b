"""What the plan does for groups of people: by district, deprivation decile, class of place, and kind of support.

The sums are over the workbook's own rows (`budget.accounts.statement`), in pence and millionths of a person, so that
they equal the workbook's totals. Small numbers of a group are hidden, by the rule of `eligibility.suppress`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from budget.accounts.statement import Content, district_keys, ratio
from budget.report.formats import PERSON
from eligibility.suppress import HIDDEN, LEAST, suppressed

UNKNOWN = "Not known"
HELPED = ("reached", "takers", "within_reach", "spend")  # each tells the others, by the take-up and price of a kind
NUMBERS = ("target", *HELPED)  # what may be hidden of a group
JUDGED = {"target": ("target",), "helped": HELPED}  # in a plan of areas: what is hidden together


@dataclass(frozen=True, slots=True)
class GroupSums:
    """The sums of one group. People in millionths, money in pence."""

    label: str
    cohorts: int = 0  # in target
    target_micro: int = 0  # low-income young people in target, or applicants found eligible
    funded: int = 0  # cohorts
    reached_micro: int = 0  # of them, in cohorts that are funded
    takers_micro: int = 0
    spend_pence: int = 0  # with the group's share of vehicles
    within_reach: float = 0.0  # people, of at least one purpose, to six decimals
    hidden: frozenset[str] = frozenset()  # the NUMBERS too small to be shown, or from which one could be worked out

    @property
    def covered(self) -> float:
        """The share of its young people who are in funded cohorts."""
        return ratio(self.reached_micro, self.target_micro)

    def hides(self, *names: str) -> bool:
        """Return whether any of these must not be shown; without names, of all NUMBERS."""
        return bool(self.hidden & set(names or NUMBERS))


@dataclass(frozen=True, slots=True)
class GroupedSums:
    """Groups that make up the whole plan, and the whole."""

    rows: tuple[GroupSums, ...]
    whole: GroupSums

    @property
    def any_hidden(self) -> bool:
        """Whether some number is hidden."""
        return self.whole.hides() or any(row.hides() for row in self.rows)


def by_district(content: Content, most: int) -> GroupedSums:
    """Return the districts; where there are more than `most`, those with the least spend are one row."""
    keys = district_keys(content.plan).reindex(content.plan.choices.cohorts.index)
    names = content.districts["district"].to_dict()
    groups = _grouped(content, keys, {key: str(name) for key, name in names.items()})
    return _hidden(content, _fewest(groups, most))


def by_decile(content: Content) -> GroupedSums:
    """Return the deciles of deprivation that have a cohort in target, the most deprived first."""
    deciles = _areas_column(content, "imd_decile")
    labels = {str(decile): f"{decile}{_end(decile)}" for decile in range(1, 11)} | {UNKNOWN: UNKNOWN}
    return _hidden(content, _grouped(content, deciles, labels))


def by_class(content: Content) -> GroupedSums:
    """Return the official rural and urban classes that have a cohort in target."""
    classes = _areas_column(content, "rural_urban")
    return _hidden(content, _grouped(content, classes, {name: name for name in sorted(set(classes))}))


def by_kind(content: Content) -> GroupedSums:
    """Return the kinds of support that the plan funds, in the catalogue's order."""
    kinds = content.plan.catalogue.kinds
    funded = content.funded
    rows = [_sums(kind.label, None, funded[funded["option"] == kind.id]) for kind in kinds]
    whole = _sums("Total", None, funded)
    return _hidden(content, GroupedSums(tuple(row for row in rows if row.funded), whole))


def _end(decile: int) -> str:
    return {1: " (most deprived)", 10: " (least deprived)"}.get(decile, "")


def _areas_column(content: Content, column: str) -> pd.Series:
    """Return a column of the areas, as text, for the area of each cohort."""
    plan = content.plan
    cohorts, values = plan.choices.cohorts, plan.county.areas[column]
    areas = cohorts.index if plan.applicants is None else cohorts["area_code"]
    return pd.Series(values.reindex(areas).astype("string").fillna(UNKNOWN).to_numpy(dtype=object), cohorts.index)


def _grouped(content: Content, keys: pd.Series, labels: dict[str, str]) -> GroupedSums:
    """Return the sums by group; `keys` is the group of each cohort, `labels` the name of each group in order."""
    cohorts, funded = content.plan.choices.cohorts, content.funded
    of_funded = keys.reindex(funded["cohort"])
    present = set(keys)
    rows = [
        _sums(label, cohorts[keys.eq(key).to_numpy(dtype=bool)], funded[of_funded.eq(key).to_numpy(dtype=bool)])
        for key, label in labels.items()
        if key in present
    ]
    return GroupedSums(tuple(rows), _sums("Total", cohorts, funded))


def _sums(label: str, cohorts: pd.DataFrame | None, funded: pd.DataFrame) -> GroupSums:
    """Add up a group; without `cohorts` it is a kind of support, which has no target of its own."""
    reached = int((funded["low_income_people"] * PERSON).round().sum())
    target = reached if cohorts is None else int((cohorts["people"].astype(float) * PERSON).round().sum())
    return GroupSums(
        label=label,
        cohorts=len(funded) if cohorts is None else len(cohorts),
        target_micro=target,
        funded=len(funded),
        reached_micro=reached,
        takers_micro=int((funded["people"].astype(float) * PERSON).round().sum()),
        spend_pence=int(funded["whole_cost_pence"].sum()),
        within_reach=round(float(funded["within_reach"].sum()), 6),
    )


def _fewest(groups: GroupedSums, most: int) -> GroupedSums:
    """Put the groups with the least spend together where there are more than `most`."""
    if len(groups.rows) <= most:
        return groups
    order = sorted(groups.rows, key=lambda row: (-row.spend_pence, -row.target_micro, row.label))
    largest, others = order[: most - 1], order[most - 1 :]
    names = ("cohorts", "target_micro", "funded", "reached_micro", "takers_micro", "spend_pence")
    sums = {name: sum(getattr(row, name) for row in others) for name in names}
    reach = round(sum(row.within_reach for row in others), 6)
    together = replace(GroupSums(f"The other {len(others):,} districts", within_reach=reach), **sums)
    return replace(groups, rows=(*sorted(largest, key=lambda row: row.label), together))


def _hidden(content: Content, groups: GroupedSums) -> GroupedSums:
    """Mark the numbers that must not be shown: for applicants whole rows.

    In a plan of areas those in target are judged with those of them left out, as they may be told by the difference.
    All that tells of the help given goes together: prices and take-up are in the report too, so that the money, the
    takers, those reached and those within reach each tell the others. A zero only says whether a place is in the plan,
    and is shown; for applicants it is a count. The spend of the whole plan is always shown.
    """
    if content.plan.applicants is not None:
        return _together(groups, {"row": NUMBERS}, _of_applicants)
    return _together(groups, JUDGED, _of_areas)


def _together(
    groups: GroupedSums, columns: Mapping[str, tuple[str, ...]], judge: Callable[[GroupSums, str], float]
) -> GroupedSums:
    """Hide in each column what `suppressed` hides among the numbers that `judge` returns (0: nothing to hide)."""
    hidden: dict[int, set[str]] = {}
    of_whole: set[str] = set()
    for column, names in columns.items():
        numbers: dict[tuple[str, ...], float] = {
            (str(place),): judge(row, column) for place, row in enumerate(groups.rows)
        }
        judged = {key: value for key, value in numbers.items() if value}
        shown_or_hidden = suppressed({column: judged})[column]
        gone = [int(key[0]) for key, value in shown_or_hidden.items() if value == HIDDEN]
        for place in gone:
            hidden.setdefault(place, set()).update(names)
        if 0 < judge(groups.whole, column) < LEAST or (gone and len(judged) == 1):
            of_whole.update(names)
    rows = tuple(replace(row, hidden=frozenset(hidden.get(place, ()))) for place, row in enumerate(groups.rows))
    return GroupedSums(rows, replace(groups.whole, hidden=frozenset(of_whole - {"spend"})))


def _of_areas(row: GroupSums, column: str) -> float:
    """Return the smallest number above zero that a column tells of a group, 0 where it tells none."""
    left = (row.target_micro - row.reached_micro) / PERSON
    numbers = {
        "target": (row.target_micro / PERSON, left),
        "helped": (row.reached_micro / PERSON, row.takers_micro / PERSON, row.within_reach),
    }
    return min((number for number in numbers[column] if number > 0), default=0.0)


def _of_applicants(row: GroupSums, column: str) -> float:
    """Return the smallest number that a reader could learn from a group's row; a visible zero counts as a half."""
    shown = [row.target_micro / PERSON, row.reached_micro / PERSON]
    implied = [row.within_reach, (row.target_micro - row.reached_micro) / PERSON]
    return min([*(value or 0.5 for value in shown), *(value for value in implied if value > 0)])
