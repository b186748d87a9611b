"""Count what a run decided, so that the counts may be passed on: small ones are hidden (see `eligibility.suppress`)."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from eligibility.deciding.decide import ELIGIBLE, NOT_ON_CRITERIA, OUTCOMES, REFER, REFER_REASONS
from eligibility.runs import rounds
from eligibility.runs.applications import Run
from eligibility.runs.lines import SINCE_TITLES
from eligibility.suppress import HIDDEN, LEAST, Key, suppressed, total

NOTE = (
    f"Counts of people below {LEAST} are hidden, and with them so many others that no total gives them away. "
    "A hidden count need not be small. The other sheets are about single people: do not pass them on with this one."
)
NOT_CHARGED = "not charged: not on the published criteria"
BY_OFFICER = "a charge that an officer sets"
OTHER_GROUNDS = "not charged: an officer looks at it by other rules"


@dataclass(frozen=True, slots=True)
class Counts:
    """One table of counts."""

    title: str
    rows: tuple[tuple[str, int | str], ...]  # what, and how many or HIDDEN
    total: int | str | None  # None where the rows are not exclusive


def summary(run: Run, district_names: Mapping[str, str], stands: pd.DataFrame) -> tuple[Counts, ...]:
    """Return the counts of a run: outcomes, contributions, why referred, and who is eligible by district.

    `district_names`: the district of each area, by area code. `stands`: from `rounds.standing`: an officer's decision
    and a letter that was sent come before what the rules say.
    """
    decisions, stood = run.decisions, stands["outcome"]
    outcome: dict[Key, int] = {(name,): int((stood == name).sum()) for name in OUTCOMES}
    labels = stands["contribution"].value_counts()
    charged: dict[Key, int] = {("contribution", str(label)): int(count) for label, count in labels.sort_index().items()}
    uncharged = stands["contribution"].isna()
    charged[("contribution", OTHER_GROUNDS)] = int((uncharged & (stood == REFER)).sum())
    if officers := int((uncharged & (stood == ELIGIBLE)).sum()):
        charged[("contribution", BY_OFFICER)] = officers
    charged[(NOT_ON_CRITERIA,)] = outcome[(NOT_ON_CRITERIA,)]
    district = run.people["area_code"].map(district_names).fillna("outside the county, or not known")
    eligible = district[(stood == ELIGIBLE).to_numpy()].value_counts().sort_index()
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
    people = len(run.people)
    for name, found in rounds.counts(run, stands).items():
        if found:
            rows = tuple((what, count if LEAST <= count <= people - LEAST else HIDDEN) for what, count in found.items())
            result.append(Counts(SINCE_TITLES[name], rows, None))
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
