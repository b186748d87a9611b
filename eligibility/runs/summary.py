"""Count what a run decided, so that the counts may be passed on: small ones are hidden (see `eligibility.suppress`)."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from eligibility.deciding.decide import ELIGIBLE, NOT_ON_CRITERIA, OUTCOMES, REFER, REFER_REASONS
from eligibility.runs.applications import Run
from eligibility.suppress import HIDDEN, LEAST, Key, suppressed, total

NOTE = (
    f"Counts of people below {LEAST} are hidden, and with them so many others that no total gives them away. "
    "A hidden count need not be small. The other sheets are about single people: do not pass them on with this one."
)
NOT_CHARGED = "not charged: not on the published criteria"
OTHER_GROUNDS = "not charged: an officer looks at it by other rules"


@dataclass(frozen=True, slots=True)
class Counts:
    """One table of counts."""

    title: str
    rows: tuple[tuple[str, int | str], ...]  # what, and how many or HIDDEN
    total: int | str | None  # None where the rows are not exclusive


def summary(run: Run, district_names: Mapping[str, str]) -> tuple[Counts, ...]:
    """Return the counts of a run: outcomes, contributions, why referred, and who is eligible by district.

    `district_names`: the district of each area, by area code.
    """
    decisions = run.decisions
    outcome: dict[Key, int] = {(name,): int((decisions.outcome == name).sum()) for name in OUTCOMES}
    labels = decisions.contribution["label"].value_counts()
    charged: dict[Key, int] = {("contribution", str(label)): int(count) for label, count in labels.sort_index().items()}
    by_others = decisions.contribution["label"].isna() & (decisions.outcome == REFER)
    charged[("contribution", OTHER_GROUNDS)] = int(by_others.sum())
    charged[(NOT_ON_CRITERIA,)] = outcome[(NOT_ON_CRITERIA,)]
    district = run.people["area_code"].map(district_names).fillna("outside the county, or not known")
    eligible = district[(decisions.outcome == ELIGIBLE).to_numpy()].value_counts().sort_index()
    places: dict[Key, int] = {("eligible in", str(name)): int(count) for name, count in eligible.items()}
    tables = {"outcome": outcome, "charged": charged, "places": places}
    published = suppressed(tables)
    result = [
        _counts("Outcomes", outcome, published["outcome"]),
        _counts("Contributions", charged, published["charged"], NOT_CHARGED),
        _reasons(decisions.refer_reasons, published["outcome"][(REFER,)]),
    ]
    if published["outcome"][(ELIGIBLE,)] != HIDDEN:  # else the total of the districts would be it
        result.append(_counts("Eligible, by district of the home", places, published["places"]))
    return tuple(result)


def _counts(title: str, table: Mapping[Key, int], published: Mapping[Key, int | str], excluded: str = "") -> Counts:
    """Return a table of counts; `excluded`: what those who do not meet the criteria are called, where not as usual."""
    names: dict[Key, str] = {(NOT_ON_CRITERIA,): excluded or NOT_ON_CRITERIA}
    rows = tuple((names.get(key, key[-1]), count) for key, count in published.items())
    return Counts(title, rows, total(table, published))


def _reasons(refer_reasons: pd.DataFrame, referred: int | str) -> Counts:
    """Return why people were referred; one person may have several reasons, so there is no total to subtract from."""
    rows = []
    for name, text in REFER_REASONS.items():
        count = int(refer_reasons[name].sum())
        all_but_few = isinstance(referred, int) and 0 < referred - count < LEAST
        rows.append((text, HIDDEN if referred == HIDDEN or count < LEAST or all_but_few else count))
    return Counts("Why people were referred to an officer (one may have several reasons)", tuple(rows), None)
