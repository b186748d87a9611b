"""A plan's workbook read back: the scenario it was solved with, and what a finance officer has changed in it since.

The sheet Scenario says what the plan was made from; each yellow cell of Assumptions, Limits, Term dates and Budget
lines is compared with what was written there. What is for the record must be as it was: a workbook that has been
damaged is refused, with every cell that is wrong.
"""

from dataclasses import dataclass, field
from pathlib import Path

from budget.planning.plan import bundle_problem
from budget.scenarios.scenario import Scenario
from budget.scenarios.scenario_settings import SHOWN
from budget.workbook.plan_sheets import assumptions, budget_lines, limits_sheet, scenario_sheet, term_dates
from budget.workbook.read_back.cells import opened
from budget.workbook.read_back.changed_cells import Change, assumptions_read, catalogue_of, limits_read, numbers_alone
from budget.workbook.read_back.ledger_cells import budget_lines_read, term_dates_read
from budget.workbook.read_back.scenario_cells import Solved, solved
from data.bundle import County
from data.faults import Fault, InputError

SHEETS = (scenario_sheet.SHEET, assumptions.SHEET, limits_sheet.SHEET, term_dates.SHEET, budget_lines.SHEET)
NOTHING = "Nothing was changed since the plan was solved."


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What came back: the scenario to solve, what was changed, and what a scenario cannot hold."""

    name: str  # of the file
    solved: Solved
    scenario: Scenario
    changes: tuple[Change, ...]
    kept: tuple[str, ...] = field(default=())  # cells that stay with the old workbook, in sentences

    def lines(self) -> list[str]:
        """Return what came back, in words: one line a change."""
        said = [str(change) for change in self.changes] or [NOTHING]
        return [*said, *(f"Not read back: {words}" for words in self.kept)]

    def to_json(self) -> dict:
        """Return what came back as the command line prints it."""
        changes = [
            {"cell": c.place, "key": c.key, "label": c.label, "before": c.before, "after": c.after}
            for c in self.changes
        ]
        return {"changes": changes, "not_read_back": list(self.kept)}

    def check_made_for(self, county: County, *, for_applicants: bool, any_bundle: bool = False) -> None:
        """Raise InputError where the plan was made for another county, travel matrix or kind of cohort than is given.

        With `any_bundle` another bundle will do.
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
            for matrix in self.solved.matrices
            if matrix not in here
        ]
        if self.solved.for_applicants != for_applicants:
            what = (
                "the plan is for the applicants of a decisions workbook. Give it as well (--applicants)."
                if self.solved.for_applicants
                else "the plan is for areas, and applicants are given. Leave --applicants out."
            )
            faults.append(Fault(f"{scenario_sheet.SHEET}, {scenario_sheet.PLANNED_FOR}", what))
        if faults:
            raise InputError(self.name, faults)

    def _other_bundle(self, county: County) -> str:
        here = county.manifest
        return (
            f"the plan was made with the bundle {self.scenario.bundle[:SHOWN]}… of {self.solved.county}; the one given "
            f"is {here.checksum[:SHOWN]}… of {here.name}. Give the bundle it was made with (--bundle), or say that any "
            "will do (--any-bundle): its plan may then differ for other reasons than what was changed."
        )


def read(path: str | Path) -> ReadBack:
    """Read a plan's workbook from a file; see `from_bytes`. Raises OSError where it cannot be opened."""
    path = Path(path)
    return from_bytes(path.read_bytes(), path.name)


def from_bytes(content: bytes, name: str) -> ReadBack:
    """Read a plan's workbook back. Raises InputError with every fault: no workbook, or each cell that is wrong.

    Rows may have been sorted; formulas elsewhere than in a yellow cell are not looked at.
    """
    reader = opened(content, name, SHEETS)
    was = solved(reader)
    if was is None:
        numbers_alone(reader)
        raise InputError(name, reader.faults)
    scenario, catalogue = was.scenario, catalogue_of(was)
    changes: list[Change] = []
    kept: list[str] = []
    if reader.sheets[assumptions.SHEET]:
        scenario = assumptions_read(reader, was, catalogue, scenario, changes, kept)
    if reader.sheets[limits_sheet.SHEET]:
        scenario = limits_read(reader, was, scenario, changes)
    if reader.sheets[term_dates.SHEET]:
        scenario = term_dates_read(reader, scenario, changes, kept)
    if reader.sheets[budget_lines.SHEET]:
        scenario = budget_lines_read(reader, scenario, catalogue, changes, kept)
    if reader.faults:
        raise InputError(name, reader.faults)
    return ReadBack(name, was, scenario, tuple(changes), tuple(kept))
