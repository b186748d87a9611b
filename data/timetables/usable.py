"""Say which days timetables can be used for, and why not the others: a journey to college is of a usual day."""

from collections.abc import Iterable, Mapping
from datetime import date

import holidays
import numpy as np
import pandas as pd

from data.faults import Fault, InputError
from data.timetables.timetable import Counted
from data.wording import counted, listed, long_date, percent

LEAST_SHARE = 0.8  # of the weekday's usual stop visits
ALIVE = 0.5  # of the weekday's most: a day with less is not of the time for which the timetable was made
DAYS_NAMED = 5

Holidays = Iterable[tuple[date, date]]


def day_table(
    visits: Mapping[str, pd.Series], school_holidays: Holidays = (), left_out: Iterable[Counted] = ()
) -> pd.DataFrame:
    """Return one row a day, from the first day of any feed to the last, with `day` (datetime.date) as index.

    `visits` holds for each feed the stop visits on each day (index: ordinals). Columns: stop_visits; usual, the median
    of that weekday; share of the usual; bank_holiday, its name or ""; usable; why_not, "" for a usable day. The median
    leaves out bank and school holidays, and days with less than half of the most that the weekday has: timetables
    trail off over years in which hardly anything is published yet. Raises InputError where nothing runs on any day,
    with what was `left_out`, which may be why.
    """
    running = {name: by_day for name, by_day in visits.items() if len(by_day)}
    if not running:
        nothing = "No service runs on any day. Ask the publisher for the file that is valid today."
        raise InputError("timetables", [nothing, *(each.sentence for each in left_out)])
    ordinals = np.arange(min(s.index[0] for s in running.values()), max(s.index[-1] for s in running.values()) + 1)
    total = sum(by_day.reindex(ordinals, fill_value=0.0) for by_day in running.values())
    days = [date.fromordinal(int(ordinal)) for ordinal in ordinals]
    known = holidays.country_holidays("GB", subdiv="ENG", years=sorted({day.year for day in days}))
    bank = [known.get(day, "") for day in days]
    school = np.zeros(len(days), bool)
    for first, last in school_holidays:
        school |= (ordinals >= first.toordinal()) & (ordinals <= last.toordinal())
    table = pd.DataFrame({"stop_visits": total.to_numpy().round().astype(np.int64), "bank_holiday": bank})
    weekday = (ordinals - 1) % 7
    ordinary = table["stop_visits"].where((table["bank_holiday"] == "") & ~school)
    most = ordinary.groupby(weekday).transform("max")
    table["usual"] = ordinary.where(ordinary >= ALIVE * most).groupby(weekday).transform("median").fillna(0)
    table["share"] = np.where(
        table["usual"] > 0, table["stop_visits"] / table["usual"].where(table["usual"] > 0, 1), 0.0
    )
    reasons = [
        _why_not(day, row, in_holiday, running)
        for day, row, in_holiday in zip(days, table.itertuples(index=False), school, strict=True)
    ]
    table["usable"], table["why_not"] = [reason == "" for reason in reasons], reasons
    table.index = pd.Index(days, name="day")
    return table[["stop_visits", "usual", "share", "bank_holiday", "usable", "why_not"]]


def _why_not(day: date, row, in_holiday: bool, running: Mapping[str, pd.Series]) -> str:
    ordinal = day.toordinal()
    if beyond := [name for name, by_day in running.items() if not by_day.index[0] <= ordinal <= by_day.index[-1]]:
        spans = [f"{name} ({_span(running[name])})" for name in beyond]
        return f"it is outside the calendar of {listed(spans)}"
    if row.bank_holiday:
        return f"it is a bank holiday ({row.bank_holiday})"
    if in_holiday:
        return "it is in a school holiday"
    if row.usual == 0:
        return f"nothing runs on a usual {day:%A}"
    if row.share < LEAST_SHARE:
        return (
            f"it has {counted(row.stop_visits, 'stop visit')}, {percent(row.share)} of a usual {day:%A}'s "
            f"{row.usual:,.0f}; at least {percent(LEAST_SHARE)} is needed"
        )
    return ""


def _span(by_day: pd.Series) -> str:
    first, last = (long_date(date.fromordinal(int(ordinal))) for ordinal in (by_day.index[0], by_day.index[-1]))
    return f"{first} to {last}"


def check_day(day: date, table: pd.DataFrame) -> None:
    """Raise InputError where `day` is not usable by `day_table`, with the usable days nearest to it."""
    if day in table.index and table.at[day, "usable"]:
        return
    reason = table.at[day, "why_not"] if day in table.index else _outside(table)
    usable = sorted(table.index[table["usable"]], key=lambda other: (abs((other - day).days), other))[:DAYS_NAMED]
    would_do = (
        f"Days that would do, the nearest first: {', '.join(f'{other:%a} {long_date(other)}' for other in usable)}."
        if usable
        else "No day of these timetables would do. Put timetables of one time in the folder."
    )
    raise InputError("timetables", [Fault(f"{day:%A} {long_date(day)}", f"{reason}. {would_do}")])


def _outside(table: pd.DataFrame) -> str:
    return f"it is outside the calendar, which goes from {long_date(table.index[0])} to {long_date(table.index[-1])}"
