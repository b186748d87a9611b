"""Dates of birth and of a course that cannot be those of an applicant, and the year that was probably meant.

A slip in the year is an error of its row, and never a decision: with the wrong year a person of 25 began at 16, and one
of 16 is to begin in ten years.
"""

from collections.abc import Iterator

import pandas as pd

from eligibility.rules.ages import course_starts, whole_years

YOUNGEST, OLDEST = 10, 40  # years of age on the day of the decision. Our assumption, wide of any scheme.
LAST_OF_PLANS = 25  # the age at which a plan ends (Children and Families Act 2014, section 46), and help after care
BACK, AHEAD = 4, 1.5  # years before and after the day of the decision in which a course may begin. Our assumption.
USUAL_AGE = 16  # at which a sixth-form course usually begins


def problems(table: pd.DataFrame, today: pd.Timestamp) -> Iterator[tuple[pd.Series, str, str]]:
    """Give the rows, the column and the problem of dates that cannot be right, one problem a row and column."""
    born = table["date_of_birth"]
    age = pd.Series(whole_years(born, pd.Series(today, index=table.index)), index=table.index)
    usual = f"Check the year: somebody of {USUAL_AGE} was born in {today.year - USUAL_AGE} or the year before."
    future, out = born > today, (age < YOUNGEST) | (age > OLDEST)
    for year in sorted(born[future | out].dt.year.unique()):
        meant = _meant(int(year), [today.year - USUAL_AGE - more for more in (1, 0, 2, 3)])
        this = born.dt.year == year
        yield this & future, "date_of_birth", f"is in the future.{meant} {usual}"
        yield this & out & ~future, "date_of_birth", f"makes an age under {YOUNGEST} or over {OLDEST}.{meant} {usual}"
    start, _ = course_starts(table)
    years = (start - today).dt.days / 365.25
    slipped = (years < -BACK) | (years > AHEAD)
    for year in sorted(start[slipped].dt.year.unique()):
        yield slipped & (start.dt.year == year), "course_start", _start_problem(int(year), today.year)
    begun = start.fillna(today).clip(upper=today)  # rules ask for the age when the course began
    too_old = (whole_years(born, begun) >= LAST_OF_PLANS) & ~_may_be_older(table) & ~out & ~slipped
    yield too_old, "date_of_birth", f"makes somebody of {LAST_OF_PLANS} or over, without a plan. {usual}"


def _may_be_older(table: pd.DataFrame) -> pd.Series:
    """Return who has a plan or left care: rules decide on them at 25, and a slip in the year is no more likely."""
    none = pd.Series(False, index=table.index)
    plan, care = (table.get(name, none).astype("boolean").fillna(False) for name in ("ehcp", "care_leaver"))
    return (plan | care).astype(bool)


def _start_problem(year: int, this_year: int) -> str:
    """Return what is wrong with a course that begins so far off, with the year that was probably meant."""
    when = f"more than {BACK} years ago" if year < this_year else "more than a year and a half ahead"
    meant = _meant(year, [this_year, this_year - 1, this_year + 1])
    return f"is {when}.{meant} Check the year: the first day of the course that help is asked for."


def _meant(year: int, likely: list[int]) -> str:
    """Return the first of the likely years that one slip makes of a year: a digit, two that change places, the century.

    >>> _meant(2016, [2026]), _meant(2062, [2026]), _meant(1926, [2026]), _meant(1999, [2026])
    (' 2026 was probably meant.', ' 2026 was probably meant.', ' 2026 was probably meant.', '')
    """
    found = [other for other in likely if _is_a_slip(f"{year:04}", str(other))]
    return f" {found[0]} was probably meant." if found else ""


def _is_a_slip(one: str, other: str) -> bool:
    apart = [place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    swapped = len(apart) == 2 and apart[1] == apart[0] + 1 and sorted(one) == sorted(other)
    return len(one) == len(other) and (len(apart) == 1 or swapped or one[2:] == other[2:])
