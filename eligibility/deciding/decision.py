"""One person's whole decision: the outcome with its reasons, what is needed, charged and provided, and the appeal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from data.wording import long_date
from eligibility.deciding import working_days
from eligibility.deciding.assess import readings
from eligibility.deciding.certainty import is_measured, methods
from eligibility.deciding.contribution import Contribution, rates_considered, rates_possible
from eligibility.deciding.decide import REFER_REASONS, Decisions, decide
from eligibility.deciding.explain import Explanation, Observed, Step, explanation, observed_at, one_row
from eligibility.deciding.terms_wording import rate_words
from eligibility.rules import benefits, residence
from eligibility.rules.ages import BY_COURSE, MONTHS_OF_APPLICATION, academic_year, course_starts, is_adult
from eligibility.rules.criteria import Verdict
from eligibility.rules.facts import AGES, NEARER_PLACES, PLACE_NAME, STATED
from eligibility.rules.policy import Fact, Rules, Stamp
from eligibility.rules.terms import PolicyText, Rate

DATES = ("date_of_birth", "course_start")  # that ages are worked out from
Verdicts = Mapping[str, Verdict]  # by criterion
Seen = Mapping[str, Observed]  # by fact


@dataclass(frozen=True, slots=True)
class Measurement:
    """How a distance or a time was measured: enough to measure it again."""

    fact: Fact
    method: str  # one of facts.METHODS
    observed: Observed
    version: str = ""  # of the tool or the table
    by: str = ""
    on: date | None = None

    def __str__(self) -> str:
        who = "".join(f", {word} {value}" for word, value in (("by", self.by), ("on", self.on)) if value)
        return f"{self.fact.label}: {self.method}{f' ({self.version})' if self.version else ''}{who}"


@dataclass(frozen=True, slots=True)
class AppealDate:
    """One step of the appeal, and its last day if every step before it takes all its time."""

    stage: str
    text: str
    working_days: int | None
    by: date | None
    source: str
    is_assumed: bool = False  # usual among councils, and not known to be this one's


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one person, and everything that a letter must say."""

    outcome: str  # one of decide.OUTCOMES
    explanation: Explanation  # of the outcome; its verdicts are certain ones
    decisive: tuple[Step, ...]
    needed: tuple[Fact, ...]
    refer_reasons: tuple[str, ...]  # sentences; none unless referred
    contribution: Contribution | None  # None for a person whom the criteria exclude
    contribution_needed: tuple[Fact, ...]  # what could still change the contribution
    may_provide: tuple[PolicyText, ...]  # or, for a person whom the criteria exclude, what else there is
    measurement: tuple[Measurement, ...]
    exceptional_circumstances: str
    appeal: tuple[AppealDate, ...]
    notes: tuple[str, ...]
    stamp: Stamp
    decided_on: date
    subject_to: tuple[Fact, ...] = ()  # of an award: what an officer must see before it stands
    refer_names: tuple[str, ...] = ()  # keys of decide.REFER_REASONS, of `refer_reasons`
    refer_terms: tuple[PolicyText, ...] = ()  # what the policy says of other rules that may apply
    home_place: str = ""  # where the home is, in words, as `residence.place_in_words` has it
    home_authority: str = ""  # the name of the authority there, "" where it is not known
    missing_dates: tuple[str, ...] = ()  # of DATES: those that nobody gave
    place_name: str = ""  # the school or college, "" where nobody gave one
    nearer_places: str = ""  # those nearer to the home, each with its distance
    course_start: date | None = None
    is_adult: bool = False  # on the day of the decision, by `ages.is_adult`

    @property
    def is_excluded(self) -> bool:
        """Say whether the criteria exclude the person; an officer may look at them all the same, by other rules."""
        return self.explanation.verdict == Verdict.FAIL


def decide_one(person: pd.Series | Mapping[str, object], rules: Rules, *, decided_on: date) -> Decision:
    """Decide about one person, by `decide` on a table of one row.

    `person`: facts by column name, as in the table. Raises InputError as `decide` does.
    """
    return DecisionReader(decide(one_row(person), rules, decided_on=decided_on), rules).decision(0)


class DecisionReader:
    """Read each person's whole decision from decisions about a table; nothing is decided again."""

    def __init__(self, decisions: Decisions, rules: Rules) -> None:
        """`rules`: those that decided, on a day of the same stretch of rules."""
        self._rules, self._decisions, self._table = rules, decisions, decisions.table
        self._readings = readings(self._table, rules)
        self._verdicts = decisions.verdicts.to_numpy()
        self._looked_at = rates_considered(decisions.verdicts, rules)
        self._possible = rates_possible(decisions.verdicts, rules)
        self._needed = {name: decisions.needed[name].to_numpy() for name in rules.facts}
        self._needed_for_charge = {name: decisions.contribution_needed[name].to_numpy() for name in rules.facts}
        self._methods = {name: methods(self._table, name) for name in rules.facts if is_measured(name)}
        self._appeal = _appeal(rules, decisions.decided_on)
        self._notes = _notes(rules, self._appeal)
        self._is_adult = is_adult(self._table, decisions.decided_on)
        self._course_starts = course_starts(self._table)

    def decision(self, place: int) -> Decision:
        """Return the decision about the person in this place of the table, the first being 0."""
        rules, decisions = self._rules, self._decisions
        verdicts = {name: Verdict(int(v)) for name, v in zip(rules.criteria, self._verdicts[place], strict=True)}
        seen = {name: observed_at(self._readings[name], place, fact) for name, fact in rules.facts.items()}
        explained = self._explain(place, verdicts, seen, rules.result)
        excluded = explained.verdict == Verdict.FAIL
        measurement = self._measurements(place, seen)
        exceptional = rules.policy.terms.exceptional_circumstances
        row = decisions.refer_reasons.iloc[place]
        names = tuple(name for name in REFER_REASONS if row[name])
        other = tuple(t for t in rules.policy.terms.refer if verdicts[t.when] != Verdict.FAIL)
        stamp = replace(rules.stamp, measured=tuple(str(measured) for measured in measurement))
        return Decision(
            outcome=str(decisions.outcome.iloc[place]),
            explanation=replace(explained, stamp=stamp),
            decisive=tuple(step for step in explained.steps if step.decisive),
            needed=self._facts(self._needed, place),
            refer_reasons=self._reasons(names, other, place),
            contribution=None if excluded else self._contribution(place, verdicts, seen),
            contribution_needed=self._facts(self._needed_for_charge, place),
            may_provide=_provisions(verdicts, rules, excluded=excluded),
            measurement=measurement,
            exceptional_circumstances=exceptional.text if exceptional else "",
            appeal=self._appeal,
            notes=self._notes,
            stamp=stamp,
            decided_on=decisions.decided_on,
            refer_names=names,
            refer_terms=other if "other_rules" in names else (),
            home_place=str(self._cell(residence.HOME_PLACE, place)),
            home_authority=str(self._cell(residence.HOME_AUTHORITY, place)),
            missing_dates=tuple(name for name in DATES if self._cell(name, place) == ""),
            place_name=str(self._cell(PLACE_NAME, place)),
            nearer_places=str(self._cell(NEARER_PLACES, place)),
            course_start=self._course_start(place),
            is_adult=bool(self._is_adult[place]),
        )

    def _explain(self, place: int, verdicts: Verdicts, seen: Seen, root: str) -> Explanation:
        found = explanation(self._rules, root, verdicts, seen)
        return replace(found, steps=tuple(replace(step, doubt=self._doubt(place, step)) for step in found.steps))

    def _doubt(self, place: int, step: Step) -> str:
        doubts = self._decisions.doubts.items()
        return next((why for why, rows in doubts if step.criterion in rows and rows[step.criterion][place]), "")

    def _facts(self, needed: Mapping[str, np.ndarray], place: int) -> tuple[Fact, ...]:
        return tuple(fact for name, fact in self._rules.facts.items() if needed[name][place])

    def _reasons(self, names: tuple[str, ...], other: tuple[PolicyText, ...], place: int) -> tuple[str, ...]:
        """Return why the person is referred, in sentences; the policy's own where it has them."""
        texts = {name: [REFER_REASONS[name]] for name in names} | {"other_rules": [term.text for term in other]}
        texts["residence"] = [
            residence.sentence(
                *(self._cell(column, place) for column in (residence.HOME_PLACE, residence.HOME_AUTHORITY))
            )
        ]
        return tuple(line for name in names for line in texts[name])

    def _contribution(self, place: int, verdicts: Verdicts, seen: Seen) -> Contribution:
        """Return the contribution with the explanation of each criterion that was considered for it."""
        rules, row = self._rules, self._decisions.contribution.iloc[place]
        every = rules.policy.terms.contribution
        rates = [rate for rate, rows in zip(every, self._possible, strict=True) if rows[place]]
        asked = [rate.when for rate, rows in zip(every, self._looked_at, strict=True) if rate.when and rows[place]]
        explained = tuple(self._explain(place, verdicts, seen, name) for name in dict.fromkeys(asked))
        low, high = (None if pd.isna(row[end]) else int(row[end]) for end in ("low_pence", "high_pence"))
        text = " Or: ".join(rate_words(rate, rules) for rate in rates)
        text = text or "The policy as it was seen does not say what is charged."
        sources = tuple(_rate_source(rate, rules) for rate in rates)
        return Contribution(str(row["label"]), low, high, text, explained, sources, tuple(rates))

    def _measurements(self, place: int, seen: Seen) -> tuple[Measurement, ...]:
        found = []
        for name, method in self._methods.items():
            if not seen[name].is_gap:
                version, by, on = (self._cell(f"{name}_{end}", place) for end in ("version", "by", "on"))
                day = pd.Timestamp(on).date() if on else None
                fact = self._rules.facts[name]
                found.append(Measurement(fact, method[place] or STATED, seen[name], str(version), str(by), day))
        return tuple(found)

    def _course_start(self, place: int) -> date | None:
        first, last = (days.iloc[place] for days in self._course_starts)
        return first.date() if first == last else None  # a gap equals nothing

    def _cell(self, column: str, place: int) -> object:
        value = self._table[column].iloc[place] if column in self._table else None
        return "" if value is None or pd.isna(value) else value


def _rate_source(rate: Rate, rules: Rules) -> str:
    basis = rules.values[rate.amount].basis if rate.amount in rules.values else rate.basis
    return f"{basis} {basis.address}".strip()


def _provisions(verdicts: Verdicts, rules: Rules, *, excluded: bool) -> tuple[PolicyText, ...]:
    """Return what may be provided, or what else there is for a person whom the criteria exclude."""
    terms = rules.policy.terms
    texts = terms.otherwise if excluded else terms.provision
    current = [text for text in texts if text.holds(rules.day)]
    return tuple(t for t in current if not t.when or verdicts[t.when] != Verdict.FAIL)


def _appeal(rules: Rules, decided_on: date) -> tuple[AppealDate, ...]:
    """Return the stages of an appeal with the last day of each; after a stage without a limit no day is known."""
    stages: list[AppealDate] = []
    day: date | None = decided_on
    for stage in rules.policy.terms.appeal:
        limit = stage.working_days
        day = working_days.after(day, limit) if day and limit is not None else None
        stages.append(AppealDate(stage.stage, stage.text, limit, day, str(stage.basis), stage.basis.is_guess))
    return tuple(stages)


def _notes(rules: Rules, appeal: tuple[AppealDate, ...]) -> tuple[str, ...]:
    """Return what a reader must know besides the reasons: dates, ended rules, what was not seen, the caution."""
    policy, day = rules.policy, rules.day
    notes = [term.text for term in policy.terms.note if term.holds(day)]
    notes += _ended_notes(rules)
    if any(name in AGES and name not in BY_COURSE for name in rules.facts):
        notes.append(_age_note(day))
    covers = policy.terms.covers
    if covers and policy.terms.is_out_of_date(day):
        notes.append(
            f"Out of date: not for decisions. These rules were published for {long_date(covers[0])} to "
            f"{long_date(covers[1])}, and {long_date(day)} is another day."
        )
    notes += [f"Not seen: {gap}" for gap in policy.terms.not_seen]
    last = [stage.by for stage in appeal if stage.by]
    notes += [working_days.assumption(last[-1])] if last else []
    return tuple([*notes, policy.check_before_use.strip()] if policy.check_before_use else notes)


def _ended_notes(rules: Rules) -> list[str]:
    """Return what has ended: the benefits of the shared register in one sentence, the policy's own one by one."""
    gone = [c for c in rules.criteria.values() if c.ended and c.ended_basis and rules.has_ended(c)]
    shared = benefits.ended()
    listed = [c for c in gone if c.fact in shared and c.ended_basis == shared[c.fact].basis]
    names = ", ".join(f"{c.label} ({long_date(c.ended)})" for c in listed if c.ended)
    own = [
        f"{c.label}: nobody can meet this any more; it ended on {long_date(c.ended)}. {c.ended_basis.note}".strip()
        for c in gone
        if c not in listed and c.ended and c.ended_basis
    ]
    return [*([f"These have ended, and nobody can have them any more: {names}."] if names else []), *own]


def _age_note(day: date) -> str:
    year = academic_year(day)
    note = f"Age is taken in the academic year {year} to {year + 1}, in which {long_date(day)} falls"
    if MONTHS_OF_APPLICATION[0] <= day.month <= MONTHS_OF_APPLICATION[1]:
        note += ", or in the next: help may be for either. Where that matters, decide with the rules of 1 September"
    return f"{note}. A course that begins in a later academic year is judged in that."
