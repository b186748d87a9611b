"""What is asked of the timetables: which days, by when, from when, and within which limits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from data import travel
from data.faults import Fault, InputError
from data.figures import Figures
from data.scan import Changes, Search

MINUTE, HOUR = 60, 3600
LAST_HOUR = 30  # of a service day: 06:00 of the next
MOST_MINUTES = 600


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Times are seconds of the service day; `longest` are minutes there and back."""

    days: tuple[date, ...]
    arrive_from: int
    arrive_by: int
    leave_after: int
    leave_until: int
    longest: tuple[float, float]
    modes: tuple[str, ...] | None = None  # of travel.toml; None: all that the timetables have
    figures: Figures = field(default_factory=travel.timetable_figures)
    school_holidays: tuple[tuple[date, date], ...] = ()  # first and last day of each

    @property
    def metres_per_second(self) -> float:
        """How fast the straight line is walked."""
        return self.figures["walk_km_per_hour"] / 3.6 / self.figures["walk_factor"]

    @property
    def walk_seconds(self) -> int:
        """The longest walk at either end."""
        return int(self.figures["walk_minutes"] * MINUTE)

    @property
    def changes(self) -> Changes:
        """How passengers change."""
        margin, walk = (int(self.figures[name] * MINUTE) for name in ("change_minutes", "change_walk_minutes"))
        return Changes(self.metres_per_second, margin, walk)

    @property
    def there(self) -> Search:
        """What is looked for on the way there."""
        longest = int(self.longest[0] * MINUTE)
        return Search(self.arrive_from, self.arrive_by, longest, int(self.figures["most_vehicles"]))

    @property
    def back(self) -> Search:
        """What is looked for on the way back."""
        longest = int(self.longest[1] * MINUTE)
        return Search(self.leave_after, self.leave_until, longest, int(self.figures["most_vehicles"]))

    def written(self) -> dict:
        """Return the question as a bundle's manifest keeps it."""
        times = ("arrive_from", "arrive_by", "leave_after", "leave_until")
        return {
            "days": [day.isoformat() for day in self.days],
            **{name: clock(getattr(self, name)) for name in times},
            "longest_minutes": list(self.longest),
            "modes": list(self.modes) if self.modes else None,
            "figures": dict(self.figures),
        }


def question(
    days: list[str],
    arrive_by: str,
    leave_after: str,
    arrive_from: str | None = None,
    leave_until: str | None = None,
    longest: str | None = None,
    walk_minutes: float | None = None,
    modes: str | None = None,
    school_holidays: Sequence[str] = (),
) -> Question:
    """Return the question of what somebody typed. Raises InputError with everything that is wrong.

    `days` are written 2026-09-15, times 09:00, `longest` 75, or 75,90 for there and back; `modes` are parted by commas,
    holidays written 2026-10-26:2026-10-30.
    Without a time to arrive from or to leave until, the window of travel.toml is used.
    """
    faults: list[Fault] = []
    figures = travel.timetable_figures()
    if walk_minutes is not None:
        try:
            figures = figures.with_values({"walk_minutes": walk_minutes})
        except InputError as error:
            faults += [Fault("--walk-minutes", fault.problem) for fault in error.faults]
    window = int(figures["window_minutes"] * MINUTE)
    by, after = seconds(arrive_by, "--arrive-by", faults), seconds(leave_after, "--leave-after", faults)
    first = by - window if arrive_from is None else seconds(arrive_from, "--arrive-from", faults)
    last = after + window if leave_until is None else seconds(leave_until, "--leave-until", faults)
    limits = _longest(longest, figures["longest_minutes"], faults)
    chosen = _modes(modes, faults)
    on = _days(",".join(days).split(","), "--on", faults)
    holidays = [_days(text.split(":"), "--school-holiday", faults) for text in school_holidays]
    for text, ends in zip(school_holidays, holidays, strict=True):
        if not faults and (len(ends) > 2 or ends[0] > ends[-1]):
            faults.append(Fault("--school-holiday", f"{text!r} is no holiday. Write it as 2026-10-26:2026-10-30."))
    if not faults:
        for name, early, late in (("--arrive-from", first, by), ("--leave-until", after, last)):
            if early > late:
                faults.append(Fault(name, f"{clock(early)} is after {clock(late)}. Give the earlier time first."))
    if faults:
        raise InputError("journeys", faults)
    return Question(
        on, first, by, after, last, limits, chosen, figures, tuple((each[0], each[-1]) for each in holidays)
    )


def question_of(written: Mapping) -> Question:
    """Return the question that a bundle's manifest keeps (`Question.written`); its holidays are not kept."""
    names = ("arrive_from", "arrive_by", "leave_after", "leave_until")
    times = {name: seconds(written[name], name, []) for name in names}
    there, back = written["longest_minutes"]
    return Question(
        days=tuple(map(date.fromisoformat, written["days"])),
        **times,
        longest=(there, back),
        modes=tuple(written["modes"]) if written["modes"] else None,
        figures=travel.timetable_figures().with_values(written["figures"]),
        school_holidays=(),
    )


def seconds(text: str, where: str, faults: list[Fault]) -> int:
    """Return a time of the day written 09:00 in seconds (25:30 is after midnight); adds a fault where it is none."""
    match = re.fullmatch(r"(\d{1,2}):([0-5]\d)", text.strip())
    if not match or int(match[1]) > LAST_HOUR:
        faults.append(Fault(where, f"{text!r} is no time of the day. Write it as 09:00."))
        return 0
    return int(match[1]) * HOUR + int(match[2]) * MINUTE


def clock(seconds_of_day: int) -> str:
    """Write seconds of the service day as a time, minutes rounded down.

    >>> clock(9 * 3600 + 65), clock(25 * 3600), clock(-60)
    ('09:01', '25:00', '-00:01')
    """
    sign, size = ("-", -seconds_of_day) if seconds_of_day < 0 else ("", seconds_of_day)
    return f"{sign}{size // HOUR:02d}:{size % HOUR // MINUTE:02d}"


def _days(texts: Sequence[str], where: str, faults: list[Fault]) -> tuple[date, ...]:
    found = []
    for text in texts:
        try:
            found.append(_day(text.strip()))
        except ValueError:
            faults.append(Fault(where, f"{text.strip()!r} is no day. Write it as 15/09/2026 or 2026-09-15."))
    return tuple(dict.fromkeys(found))


def _day(text: str) -> date:
    """Return a day written 15/09/2026 or 2026-09-15. Raises ValueError for anything else."""
    return datetime.strptime(text, "%d/%m/%Y").date() if "/" in text else date.fromisoformat(text)


def _longest(text: str | None, usual: float, faults: list[Fault]) -> tuple[float, float]:
    if text is None:
        return usual, usual
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?", text.replace(" ", ""))
    there, back = (float(match[1]), float(match[2] or match[1])) if match else (0.0, 0.0)
    if not (0 < there <= MOST_MINUTES and 0 < back <= MOST_MINUTES):
        problem = f"{text!r} is no limit. Write minutes up to {MOST_MINUTES}, such as 75, or 75,90."
        faults.append(Fault("--longest", problem))
    return there, back


def _modes(text: str | None, faults: list[Fault]) -> tuple[str, ...] | None:
    if text is None:
        return None
    known = travel.all_modes()
    ids = {name: mode.id for mode in known.values() for name in (mode.id, *mode.other_names)}
    wanted = [part.strip().lower() for part in text.split(",") if part.strip()]
    strange = [name for name in wanted if name not in ids]
    if strange or not wanted:
        faults.append(Fault("--modes", f"{', '.join(strange) or 'nothing'} is no mode. Known: {', '.join(known)}."))
    return tuple(dict.fromkeys(ids[name] for name in wanted if name in ids))
