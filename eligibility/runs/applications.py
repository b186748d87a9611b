"""A file of applications, from bytes to decisions; every row is either decided or in the error report.

    raw = applicant_file.read_file(path, headings.score)
    mapping = headings.propose(raw.headings, rules)            # a person confirms or changes it
    run = applications.assess_file(raw, mapping, rules, county, decided_on=day)

Nothing is stored: the result lives as long as the caller holds it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import compress

import pandas as pd

from data.access import Right, needs
from data.bundle import County
from data.faults import InputError
from data.wording import long_date
from eligibility.applicants.applicant_file import RawTable
from eligibility.applicants.headings import ColumnMapping
from eligibility.applicants.measure import measure
from eligibility.applicants.people import errors_table, read_rows
from eligibility.applicants.values import plain
from eligibility.deciding import sight
from eligibility.deciding.by_day import RulesGroup, days_of, days_without_rules, decide_by_day
from eligibility.deciding.decide import Decisions, decide
from eligibility.deciding.decision import Decision, DecisionReader
from eligibility.rules.facts import APPLIED
from eligibility.rules.policy import Fact, Rules
from eligibility.runs.evidence import take_over
from eligibility.runs.last_round import Carried, LastRound

Progress = Callable[[str], None]
LEAST_KNOWN = 2  # headings, below which a file is none of applications
REOPEN = "To decide anew, empty Letter sent on in last round's workbook, or write an officer's decision there."


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file read and placed, before anybody is decided about: what can be decided, and what is wrong with the rest."""

    people: pd.DataFrame  # index row; what the rules read, with postcode, area_code, destination_id
    errors: pd.DataFrame  # row, column, value, problem; a row of it for each thing wrong
    duplicates: pd.DataFrame  # row, same_as, what; among all rows
    notes: pd.DataFrame  # row, note: what was mended or must be checked, of those who can be decided
    how_read: tuple[str, ...]  # how the file was read, and what looks odd in whole columns
    how_measured: str
    rows_in: int


@dataclass(frozen=True, slots=True)
class Run(Prepared):
    """One run of a file: who was decided and how, what could not be read, and what to check."""

    decisions: Decisions  # of the rows of `people`, in the same order
    mapping: ColumnMapping
    rules: Rules  # of whoever has no date of application
    days: pd.Series  # a row of `people`: the day of the rules by which it was judged
    groups: tuple[RulesGroup, ...]  # the rules that were used, by date, and on whom; none where nobody was decided
    county: str  # the name and checksum of the bundle
    to_see: pd.DataFrame  # bool, a column a fact: what an officer must see before the award stands
    carried: Carried | None = None  # from last round

    @property
    def rows_with_errors(self) -> int:
        """Return how many rows are in the error report."""
        return self.errors["row"].nunique()

    def held(self, row: int) -> str:
        """Return why no letter is made for a row, "" where one may be: it would say another thing than what stands."""
        if self.carried is None:
            return ""
        if self.carried.was_sent(row):
            return f"its letter was sent in the last round, and no other is made. {REOPEN}"
        officers = self.carried.entry(row, "officer_outcome")
        if officers and officers != self.decisions.outcome[row]:
            return "an officer decided otherwise than the rules. Write its letter by hand."
        return ""

    def rules_of(self, row: int) -> Rules:
        """Return the rules by which a row was judged, as they stood on its own day."""
        day = self.days[row]
        return self.rules if day == self.rules.day else self.rules.policy.on(day)

    def decision(self, row: int) -> Decision:
        """Return the whole decision about one row, by the rules of its own day."""
        found = DecisionReader(self.decisions.about(pd.Index([row])), self.rules_of(row)).decision(0)
        return replace(found, subject_to=self.facts_to_see().get(row, ()))

    def facts_to_see(self) -> dict[int, tuple[Fact, ...]]:
        """Return by row what an officer must see before the award stands, of those who have any."""
        facts = list(self.rules.facts.values())
        some = self.to_see[self.to_see.any(axis=1)]
        masks = some.to_numpy(dtype=bool)
        return {row: tuple(compress(facts, mask)) for row, mask in zip(some.index, masks, strict=True)}

    def each_decision(self) -> Iterator[Decision]:
        """Give the whole decision about every row, in the order of `people`, each by the rules of its own day."""
        rows_of_days = self.days.groupby(self.days).groups
        readers = {
            day: DecisionReader(self.decisions.about(rows), self.rules_of(rows[0]))
            for day, rows in rows_of_days.items()
        }
        places = self.days.groupby(self.days).cumcount()
        unseen = self.facts_to_see()
        for row, day, place in zip(self.people.index, self.days, places, strict=True):
            yield replace(readers[day].decision(place), subject_to=unseen.get(row, ()))


def silent(stage: str) -> None:
    """Do nothing at each stage, where no progress is wanted."""


def assess_file(
    raw: RawTable,
    mapping: ColumnMapping,
    rules: Rules,
    county: County,
    *,
    decided_on: date,
    progress: Progress = silent,
    last: LastRound | None = None,
) -> Run:
    """Decide about every row that can be read, and report every one that cannot.

    `mapping`: confirmed by a person. `last`: the round before, whose evidence is used. `progress` is called with each
    stage. Raises InputError only for what is wrong with the run as a whole; a file in which no row can be read gives a
    Run with no decision.
    """
    carried = None
    if last is not None:
        raw, mapping, carried = take_over(raw, mapping, last, decided_on=decided_on)
    prepared = prepare(raw, mapping, rules, county, decided_on=decided_on, progress=progress)
    return decide_all(prepared, mapping, rules, county, decided_on=decided_on, progress=progress, carried=carried)


def check_mapping(mapping: ColumnMapping) -> None:
    """Raise InputError where hardly a column is known: the file has no row of headings, or strange ones.

    The message does not repeat the headings: in a file without any they are the facts of a person.
    """
    known = [match for match in mapping.columns if match.target]
    if len(known) < LEAST_KNOWN and not any(match.how == "by hand" for match in known):
        problem = (
            f"Known headings: {len(known)} of {len(mapping.columns)}. The file must have a row of "
            "headings above the applicants, with commas, semicolons, tabs or bars between them if it is text. If it "
            "has, say what the columns are (in the list of columns, or --map HEADING=FACT)."
        )
        raise InputError("the columns", [problem])


@needs(Right.PEOPLE)
def prepare(
    raw: RawTable,
    mapping: ColumnMapping,
    rules: Rules,
    county: County,
    *,
    decided_on: date,
    progress: Progress = silent,
) -> Prepared:
    """Read and place every row: the first part of `assess_file`, so that errors can be seen before deciding.

    Raises InputError as `check_mapping`.
    """
    check_mapping(mapping)
    progress("reading the rows")
    people = read_rows(raw, mapping, decided_on=decided_on)
    progress("finding homes and places of study")
    measured = measure(people.table, county)
    problems = (*measured.problems, *_without_rules(people.table, rules))
    spoilt = {row for row, *_ in problems}
    left = set(people.table.index) - spoilt
    return Prepared(
        people=measured.table.drop(index=[row for row in measured.table.index if row in spoilt]),
        errors=_with_places(people.errors, problems, raw, mapping),
        duplicates=people.duplicates,
        notes=pd.DataFrame(
            [note for note in (*people.notes, *measured.notes) if note[0] in left], columns=["row", "note"]
        ),
        how_read=(*raw.notes, *people.warnings, *_days_judged(people.table, rules)),
        how_measured=measured.how,
        rows_in=people.rows_in,
    )


@needs(Right.PEOPLE)
def decide_all(
    ready: Prepared,
    mapping: ColumnMapping,
    rules: Rules,
    county: County,
    *,
    decided_on: date,
    progress: Progress = silent,
    carried: Carried | None = None,
) -> Run:
    """Decide about everybody who could be read: the second part of `assess_file`."""
    progress("deciding")
    people, days = ready.people, days_of(ready.people, rules)
    groups: tuple[RulesGroup, ...] = ()
    if people.empty:
        decisions = decide(people, rules, decided_on=decided_on)
    else:
        decisions, groups = decide_by_day(people, rules.policy, days, decided_on=decided_on)
    if carried is not None:
        more = [note for note in carried.notes if note[0] in people.index]
        notes = [*ready.notes.itertuples(index=False), *more]
        ready = replace(ready, notes=pd.DataFrame(notes, columns=["row", "note"]))
    return Run(
        **{field.name: getattr(ready, field.name) for field in fields(Prepared)},
        decisions=decisions,
        mapping=mapping,
        rules=rules,
        days=days,
        groups=groups,
        county=f"{county.manifest.name} ({county.manifest.checksum[:12]})",
        to_see=_to_see(people, decisions, groups, rules, carried),
        carried=carried,
    )


def _to_see(
    people: pd.DataFrame, decisions: Decisions, groups: tuple[RulesGroup, ...], rules: Rules, carried: Carried | None
) -> pd.DataFrame:
    seen = frozenset(carried.seen) if carried else frozenset()
    parts = [
        sight.to_see(people.loc[g.rows], decisions.about(g.rows), g.rules, decided_on=decisions.decided_on, seen=seen)
        for g in groups
    ]
    return pd.concat(parts).loc[people.index] if parts else pd.DataFrame(index=people.index, columns=list(rules.facts))


def _without_rules(people: pd.DataFrame, rules: Rules) -> list[tuple[int, str, str]]:
    """Return row, column and problem of applications made on days for which the policy has no rules."""
    days = days_of(people, rules)
    lacking = days_without_rules(rules.policy, days)
    problem = (
        f"is a day for which policy {rules.policy.id} has no rules. Check the date; or leave it empty, to use those of "
        f"{long_date(rules.day)}."
    )
    return [(row, APPLIED, problem) for row, day in days.items() if day in lacking]


def _days_judged(people: pd.DataFrame, rules: Rules) -> list[str]:
    if APPLIED not in people:
        return []
    gaps = int(people[APPLIED].isna().sum())
    rest = f", those without one ({gaps:,}) by the rules of {long_date(rules.day)}" if gaps else ""
    return [f"Each row is judged by the rules of its own date of application{rest}."]


def _with_places(errors: pd.DataFrame, problems: tuple, raw: RawTable, mapping: ColumnMapping) -> pd.DataFrame:
    """Return the errors with those of places, by the heading and the cell of the file."""
    position = {number: place for place, number in enumerate(raw.row_numbers)}
    found = []
    for row, name, problem in problems:
        heading = mapping.taken[name].heading
        cell = raw.rows[position[row]][raw.headings.index(heading)]
        found.append((row, heading, plain(cell), problem))
    return errors_table([*errors.itertuples(index=False, name=None), *found])
