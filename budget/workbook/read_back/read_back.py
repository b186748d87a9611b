"""A plan's workbook read back: the scenario it was solved with, and what a finance officer has changed in it since.

The sheet Scenario says what the plan was made from. Each yellow cell of Assumptions, Limits, Term dates and Budget
lines is compared with what was written there. Cells that are for the record must be as they were: a damaged workbook is
refused, with every cell that is wrong.
"""

from dataclasses import dataclass
from pathlib import Path

from budget.planning.plan import bundle_problem
from budget.scenarios.scenario import Scenario
from budget.scenarios.scenario_settings import SHOWN
from budget.workbook.check import SHEET as CHECKS
from budget.workbook.grid import HEAD_ROW
from budget.workbook.plan_sheets import (
    assumptions,
    budget_lines,
    checks,
    cover,
    limits_sheet,
    overwritten,
    scenario_sheet,
    term_dates,
)
from budget.workbook.read_back.cells import CellChange
from budget.workbook.read_back.changed_cells import catalogue_of, check_numbers_alone, read_assumptions, read_limits
from budget.workbook.read_back.ledger_cells import read_budget_lines, read_term_dates
from budget.workbook.read_back.opening import looked_at, opened
from budget.workbook.read_back.scenario_cells import PlanOrigin, read_origin
from data.bundle import County
from data.faults import Fault, InputError
from data.opening.files import content_of

SHEETS = (scenario_sheet.SHEET, assumptions.SHEET, limits_sheet.SHEET, term_dates.SHEET, budget_lines.SHEET)
LAYOUT = {  # of `data.opening.overwritten.Layout`
    "always": list(cover.ALWAYS),
    "first_row": HEAD_ROW + 1,
    "counts_on": CHECKS,
    "counts_from": checks.HEAD + 1,
    "counts_end": overwritten.NO_FORMULA_LOST.format(""),
}
NOTHING = "Nothing was changed since the plan was solved."
NO_INPUT = "No yellow cell that a scenario holds was changed since the plan was solved."


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What was read back: the scenario to solve, what was changed, and what a scenario cannot hold."""

    name: str  # of the file
    origin: PlanOrigin
    scenario: Scenario
    changes: tuple[CellChange, ...]
    not_read_back: tuple[str, ...] = ()  # changed cells that stay with the old workbook, in sentences

    def lines(self) -> list[str]:
        """Return in words what was read back: one line a change."""
        nothing = NO_INPUT if self.not_read_back else NOTHING
        changes = [str(change) for change in self.changes] or [nothing]
        return [*changes, *(f"Not read back: {words}" for words in self.not_read_back)]

    def to_json(self) -> dict:
        """Return what was read back as the command line prints it."""
        changes = [
            {"cell": c.place, "key": c.key, "label": c.label, "before": c.before, "after": c.after}
            for c in self.changes
        ]
        return {"changes": changes, "not_read_back": list(self.not_read_back)}

    def check_made_for(self, county: County, *, for_applicants: bool, any_bundle: bool = False) -> None:
        """Raise InputError where the plan was made for another county, travel matrix or kind of cohort than is given.

        With `any_bundle` another bundle is accepted.
        """
        faults = []
        if bundle_problem(county, self.scenario) and not any_bundle:
            faults.append(Fault(f"{scenario_sheet.SHEET}, bundle", self._other_bundle(county)))
        here = {source.sha256 for source in county.manifest.sources}
        faults += [
            Fault(
                f"{scenario_sheet.SHEET}, {scenario_sheet.MATRIX}",
                f"the plan was made with a travel matrix ({matrix[:SHOWN]}…) that is not given. Give it (--journeys).",
            )
            for matrix in self.origin.matrices
            if matrix not in here
        ]
        if self.origin.for_applicants != for_applicants:
            what = (
                "the plan is for the applicants of a decisions workbook. Give it as well (--applicants)."
                if self.origin.for_applicants
                else "the plan is for areas, and applicants are given. Leave --applicants out."
            )
            faults.append(Fault(f"{scenario_sheet.SHEET}, {scenario_sheet.PLANNED_FOR}", what))
        if faults:
            raise InputError(self.name, faults)

    def _other_bundle(self, county: County) -> str:
        here = county.manifest
        return (
            f"the plan was made with the bundle {self.scenario.bundle[:SHOWN]}… of {self.origin.county}; the one given "
            f"is {here.checksum[:SHOWN]}… of {here.name}. Give the bundle it was made with (--bundle), or say that any "
            "will do (--any-bundle): its plan may then differ for other reasons than what was changed."
        )


def read(path: str | Path) -> ReadBack:
    """Read a plan's workbook from a file; see `from_bytes`. Raises OSError where it cannot be opened."""
    path = Path(path)
    return from_bytes(content_of(path), path.name)


def from_bytes(content: bytes, name: str) -> ReadBack:
    """Read a plan's workbook back. Raises InputError that it is no workbook, or with every cell that is wrong.

    Rows may have been sorted. A formula in a yellow cell is refused; others are ignored.
    """
    reader = opened(content, name, SHEETS)
    origin = read_origin(reader)
    if origin is None:
        check_numbers_alone(reader)
        raise InputError(name, reader.faults)
    scenario, catalogue = origin.scenario, catalogue_of(origin)
    if reader.sheets[assumptions.SHEET]:
        scenario = read_assumptions(reader, origin, catalogue, scenario)
    if reader.sheets[limits_sheet.SHEET]:
        scenario = read_limits(reader, origin, scenario)
    if reader.sheets[term_dates.SHEET]:
        scenario = read_term_dates(reader, scenario)
    if reader.sheets[budget_lines.SHEET]:
        scenario = read_budget_lines(reader, scenario, catalogue)
    if reader.faults:
        raise InputError(name, reader.faults)
    lost = (*reader.not_read_back, *looked_at("data.opening.overwritten:sentences", content, name, **LAYOUT))
    return ReadBack(name, origin, scenario, tuple(reader.changes), lost)
