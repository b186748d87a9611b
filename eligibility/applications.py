"""A file of applications, from bytes to decisions: every row ends in exactly one place.

    raw = applicant_file.read_file(path, headings.score)
    mapping = headings.propose(raw.headings, rules)            # shown to a person, who confirms or changes it
    run = applications.assess_file(raw, mapping, rules, county, decided_on=day)

Nothing is written anywhere and nothing is kept: the result lives as long as the caller holds it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from data.bundle import County
from data.figures import Figures
from eligibility.applicant_file import RawTable
from eligibility.decide import Decisions, decide
from eligibility.headings import ColumnMapping
from eligibility.measure import measure
from eligibility.people import errors_table, read_rows
from eligibility.policy import Rules
from eligibility.values import plain

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a file: who was decided and how, what could not be read, and what to check."""

    people: pd.DataFrame  # those decided: index row; what the rules read, with postcode, area_code, destination_id
    decisions: Decisions  # of the same rows in the same order
    errors: pd.DataFrame  # row, column, value, problem; a row of it for each thing wrong
    duplicates: pd.DataFrame  # row, same_as, what; among all rows
    notes: pd.DataFrame  # row, note: what was mended or must be checked, of those decided
    said: tuple[str, ...]  # how the file was read, and what looks odd in whole columns
    how_measured: str
    mapping: ColumnMapping
    rules: Rules
    county: str  # the name and checksum of the bundle
    rows_in: int

    @property
    def rows_with_errors(self) -> int:
        """Return how many rows are in the error report."""
        return self.errors["row"].nunique()


def assess_file(
    raw: RawTable,
    mapping: ColumnMapping,
    rules: Rules,
    county: County,
    *,
    decided_on: date,
    assumed: Figures | None = None,
    progress: Progress = lambda stage: None,
) -> Run:
    """Decide about every row that can be read, and report every one that cannot.

    `mapping`: confirmed by a person. `progress` is told of each stage. Raises InputError only for what is wrong with
    the run as a whole; a file in which no row can be read gives a Run with no decision.
    """
    progress("reading the rows")
    people = read_rows(raw, mapping, decided_on=decided_on)
    progress("finding homes and places of study")
    measured = measure(people.table, county, assumed)
    spoilt = {row for row, *_ in measured.problems}
    errors = _with_places(people.errors, measured.problems, raw, mapping)
    table = measured.table.drop(index=[row for row in measured.table.index if row in spoilt])
    progress("deciding")
    decisions = decide(table, rules, decided_on=decided_on)
    return Run(
        people=table,
        decisions=decisions,
        errors=errors,
        duplicates=people.duplicates,
        notes=pd.DataFrame(list(measured.notes), columns=["row", "note"]),
        said=(*raw.notes, *people.warnings),
        how_measured=measured.how,
        mapping=mapping,
        rules=rules,
        county=f"{county.manifest.name} ({county.manifest.checksum[:12]})",
        rows_in=people.rows_in,
    )


def _with_places(errors: pd.DataFrame, problems: tuple, raw: RawTable, mapping: ColumnMapping) -> pd.DataFrame:
    """Return the errors with those of places, in the words of the file: its heading, the cell as it stood."""
    position = {number: place for place, number in enumerate(raw.row_numbers)}
    found = []
    for row, name, problem in problems:
        heading = mapping.taken[name].heading
        cell = raw.rows[position[row]][raw.headings.index(heading)]
        found.append((row, heading, plain(cell), problem))
    together = [*errors.itertuples(index=False, name=None), *found]
    return errors_table(sorted(together, key=lambda error: error[0]))
