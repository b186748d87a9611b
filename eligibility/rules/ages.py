"""Ages on the days that policies name, and how much of the year is over, in the academic year that the help is for."""

from datetime import date

import numpy as np
import pandas as pd

from data.faults import Fault, InputError

PEOPLE = "table of people"  # what errors call it: they name columns and never a value
MONTHS_OF_APPLICATION = (3, 8)  # first and last in which help may be for the next academic year
COURSE_START = "course_start"  # a day, or bounds where only the month is known
BY_COURSE = {"age_at_course_start": pd.Timedelta(0), "age_before_course_start": pd.Timedelta(days=1)}  # before it
ADULT_AGE = 19  # from which the duties to adults apply (Education Act 1996, section 508F)
END_OF_SCHOOL_AGE = 16  # on the 31 August before the academic year


def academic_year(day: date) -> int:
    """Return the year in which the academic year of `day` began: on 1 September.

    >>> academic_year(date(2026, 8, 31)), academic_year(date(2026, 9, 1))
    (2025, 2026)
    """
    return day.year if day >= date(day.year, 9, 1) else day.year - 1


def age(people: pd.DataFrame, name: str, day: date) -> dict[str, np.ndarray]:
    """Return an age exactly, or as bounds where the academic year of the help is not certain."""
    born, starts = _dates(people, "date_of_birth"), course_starts(people)
    days = [start - BY_COURSE[name] for start in starts] if name in BY_COURSE else []
    if not days:
        on = (8, 31) if name == "age_on_31_august" else (9, 1)
        days = [_on(years, *on) for years in years_of_help(starts[0], day)]
    low, high = (whole_years(born, of_days) for of_days in days)
    return {name: low} if np.array_equal(low, high, equal_nan=True) else {f"{name}_low": low, f"{name}_high": high}


def course_starts(people: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the first and the last day on which each course may begin, gaps where it is not known; of one month."""
    known = _dates(people, COURSE_START)
    low, high = (known.fillna(_dates(people, f"{COURSE_START}_{end}")) for end in ("low", "high"))
    return low, high


def months_into_year(people: pd.DataFrame, name: str, day: date) -> dict[str, np.ndarray]:
    """Return how many whole months of the academic year of the help are over on `day`; bounds where it may be the next.

    None are over of a year that is still to begin.
    """
    first, last = years_of_help(course_starts(people)[0], day)
    over, this = float((day.month - 9) % 12), academic_year(day)
    most, least = (np.where(years == this, over, 0.0) for years in (first, last))
    return {name: most} if np.array_equal(least, most) else {f"{name}_low": least, f"{name}_high": most}


def years_of_help(course_start: pd.Series, day: date) -> tuple[pd.Series, pd.Series]:
    """Return the first and the last academic year that help may be for, by the calendar year in which each begins.

    A course that begins in a later academic year than that of `day` settles it; one that begins in August belongs to
    the year that follows. Else it is that of `day`, and perhaps the next: from March to August, when councils take
    applications for it (Suffolk from 4 March, Essex from 1 March), and where the first day of the course is not known.
    """
    this = academic_year(day)
    starts = course_start.dt.year - (course_start.dt.month < 8).astype(int)
    later = (starts > this).fillna(False)
    first = starts.where(later, this).astype(int)
    applications_open = MONTHS_OF_APPLICATION[0] <= day.month <= MONTHS_OF_APPLICATION[1]
    perhaps_next = ~later & (applications_open | course_start.isna())
    return first, first + perhaps_next.astype(int)


def is_of_school_age(people: pd.DataFrame, day: date) -> np.ndarray:
    """Return who is certainly under 16 on the 31 August before any academic year that the help may be for.

    They are of compulsory school age (Education Act 1996, section 8), and sections 508B and 508C apply to them instead
    of a policy for older students. False where the date of birth is a gap.
    """
    born = _dates(people, "date_of_birth")
    _, last = years_of_help(course_starts(people)[0], day)
    return whole_years(born, _on(last, 8, 31)) < END_OF_SCHOOL_AGE


def is_adult(people: pd.DataFrame, day: date) -> np.ndarray:
    """Return who is certainly ADULT_AGE or over on `day`; nobody whose day of birth is not known."""
    born = _dates(people, "date_of_birth")
    return whole_years(born, pd.Series(pd.Timestamp(day), index=born.index)) >= ADULT_AGE


def _on(years: pd.Series, month: int, day: int) -> pd.Series:
    return pd.to_datetime(pd.DataFrame({"year": years, "month": month, "day": day}))


def whole_years(born: pd.Series, on: pd.Series) -> np.ndarray:
    """Return completed years of age as floats, NaN where either date is a gap; 29 February has its day on 1 March."""
    birthday_passed = (on.dt.month > born.dt.month) | ((on.dt.month == born.dt.month) & (on.dt.day >= born.dt.day))
    years = on.dt.year - born.dt.year - (~birthday_passed).astype(float)
    return years.where(born.notna() & on.notna()).to_numpy(dtype=float, na_value=np.nan)


def _dates(people: pd.DataFrame, name: str) -> pd.Series:
    if name not in people:
        return pd.Series(pd.NaT, index=people.index, dtype="datetime64[us]")
    column = people[name]
    known = column[column.notna()]
    if not pd.api.types.is_datetime64_dtype(column) and not known.map(lambda value: isinstance(value, date)).all():
        raise InputError(PEOPLE, [Fault(name, "holds something that is not a date; dates are expected.")])
    return pd.to_datetime(column)
