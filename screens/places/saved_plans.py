"""Make the plans that were saved for one county anew on another of the same councils: a job for a worker's process."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from budget.planning import plan as plans
from budget.store.library import open_library
from budget.store.results import results_of
from data import bundle
from data.faults import InputError


@dataclass(frozen=True, slots=True)
class SavedPlanChange:
    """A saved plan as it was saved and on the other county; None where there is no figure."""

    name: str
    reach_before: float | None  # young people within reach of college or work
    reach_after: float | None
    spent_before_pence: int | None
    spent_after_pence: int | None
    problem: str = ""  # why it cannot be planned on the other county


def replan(
    before: Path, after: Path, day: datetime.date, report: Callable[[str, float], None]
) -> tuple[SavedPlanChange, ...]:
    """Return what becomes of each plan saved for the bundle `before` on the bundle `after`; nothing is saved.

    Raises InputError where the library cannot be opened.
    """
    library, old, new = open_library(), bundle.load(before).manifest.checksum, bundle.load(after)
    entries = [entry for entry in library.list() if entry.bundle == old]
    changes = []
    for number, entry in enumerate(entries):
        report(f"“{entry.name}”, {number + 1} of {len(entries)}", number / len(entries))
        saved, made, problem = entry.summary or {}, {}, ""
        try:
            made = results_of(plans.make(new, replace(library.get(entry.id).scenario, bundle=""), day)).summary()
        except InputError as error:
            problem = "; ".join(map(str, error.faults))
        reach, spent = ((saved.get(key), made.get(key)) for key in ("within_reach", "spent_pence"))
        changes.append(SavedPlanChange(entry.name, *reach, *spent, problem))
    return tuple(changes)
