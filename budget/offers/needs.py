"""What young people need within reach: academic study, technical or vocational study, and work.

Academic and technical study are different needs, and one small school sixth form is no choice of college. A college or
sixth form serves a study that enough of its students finish, where it is not too small to be a choice. How many those
are is set in catalogue.toml. What a bundle does not know counts for it: an older bundle, a branch site or a list
without the 16 to 18 performance tables is taken to offer both.

Reaching a college is one purpose with two needs. The council's weight of college is shared out between them.
"""

from collections.abc import Mapping

import pandas as pd

from data.figures import Figures

STUDIES = ("academic", "technical")
NEEDS = (*STUDIES, "work")
PURPOSE_OF = {"academic": "college", "technical": "college", "work": "work"}  # which has the minutes and the weight


def needs_of(purposes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the needs that purposes have.

    >>> needs_of(("college",)), needs_of(("college", "work"))
    (('academic', 'technical'), ('academic', 'technical', 'work'))
    """
    return tuple(need for need in NEEDS if PURPOSE_OF[need] in purposes)


def weights(figures: Figures) -> dict[str, float]:
    """Return the council's weight of each need."""
    academic = figures["academic_share"]
    college, work = figures["college_weight"], figures["work_weight"]
    return {"academic": college * academic, "technical": college * (1 - academic), "work": work}


def by_study(colleges: pd.DataFrame, figures: Figures) -> dict[str, pd.DataFrame]:
    """Return the colleges and sixth forms that serve each study; the same table where nothing is known against any."""
    tables = {}
    for study in STUDIES:
        too_few = pd.Series(False, index=colleges.index)
        if study in colleges:
            known = colleges[study].notna()
            too_few = known & (colleges["size"] < figures["least_students"])
            too_few |= colleges[study] < figures["least_of_study"]
        tables[study] = colleges[~too_few] if too_few.any() else colleges
    return tables


def is_known(destinations: pd.DataFrame) -> bool:
    """Return whether a bundle says of any college what it offers."""
    return set(STUDIES) <= set(destinations) and bool(destinations[list(STUDIES)].notna().any(axis=None))


def choice(reach: Mapping[str, pd.Series]) -> tuple[pd.Series, pd.Series]:
    """Return how far a first and a second choice of study are within reach: the better of the two, and the worse."""
    both = pd.concat([reach[study] for study in STUDIES], axis=1)
    return both.max(axis=1), both.min(axis=1)


def counted(gains: Mapping[str, pd.Series], before: Mapping[str, pd.Series]) -> dict[str, pd.Series]:
    """Return what the gains in each need come to for a taker: in college, in a choice of study, and in any need.

    `before` is how far each study is within reach without help.

    college       some study, where none was within reach
    first_choice  the same, told beside the second
    second_choice both studies, where they were not
    any           college or work

    Who reached one study already and gains the other has a second choice, and is nobody for college.
    """
    after = {study: before[study] + gains[study] for study in STUDIES}
    (first, second), (first_before, second_before) = choice(after), choice(before)
    college = (first - first_before).round(6)
    return {
        "college": college,
        "first_choice": college,
        "second_choice": (second - second_before).round(6),
        "any": pd.concat([college, gains["work"]], axis=1).max(axis=1),
    }
