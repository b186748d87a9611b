"""One person's decision, whole: the outcome with its reasons, what is needed, charged and provided, and the appeal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from eligibility import working_days
from eligibility.certainty import methods
from eligibility.contribution import Contribution, possible
from eligibility.criteria import Verdict
from eligibility.decide import REFER_REASONS, Decisions, decide_derived
from eligibility.explain import Explanation, Observed, Step, explain, observe, one_row
from eligibility.facts import DERIVED, MONTHS_OF_APPLICATION, STATED, academic_year, derive, register
from eligibility.policy import Fact, Rules, Stamp
from eligibility.terms import Rate, Text
from eligibility.terms_wording import rate_words


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
    may_provide: tuple[Text, ...]  # or, for a person whom the criteria exclude, what else there is
    measurement: tuple[Measurement, ...]
    exceptional_circumstances: str
    appeal: tuple[AppealDate, ...]
    notes: tuple[str, ...]
    stamp: Stamp
    decided_on: date


def decide_one(person: pd.Series | Mapping[str, object], rules: Rules, *, decided_on: date) -> Decision:
    """Decide about one person, by `decide` on a table of one row.

    `person`: facts by column name, as in the table. Raises InputError as `decide` does.
    """
    table = derive(one_row(person), rules)
    decisions = decide_derived(table, rules, decided_on=decided_on)
    explanation = _explain(table, rules, decisions)
    outcome = str(decisions.outcome.iloc[0])
    excluded = (
        explanation.verdict == Verdict.FAIL
    )  # and where it is referred all the same, other rules say what is given
    measurement = _measurements(table, rules)
    appeal = _appeal(rules, decided_on)
    stamp = replace(rules.stamp, measured=tuple(str(measured) for measured in measurement))
    return Decision(
        outcome=outcome,
        explanation=replace(explanation, stamp=stamp),
        decisive=tuple(step for step in explanation.steps if step.decisive),
        needed=_facts(decisions.needed, rules),
        refer_reasons=_reasons(decisions, rules),
        contribution=None if excluded else _contribution(decisions, table, rules),
        contribution_needed=_facts(decisions.contribution_needed, rules),
        may_provide=_provisions(decisions, rules, excluded=excluded),
        measurement=measurement,
        exceptional_circumstances=_words(rules.policy.terms.exceptional_circumstances),
        appeal=appeal,
        notes=_notes(rules, appeal),
        stamp=stamp,
        decided_on=decided_on,
    )


def _explain(table: pd.DataFrame, rules: Rules, decisions: Decisions, root: str | None = None) -> Explanation:
    """Explain the first row by the verdicts that decided, and say of each that was taken away why."""
    explanation = explain(table.iloc[0], rules, root, judge=lambda *_: decisions.verdicts)
    return replace(explanation, steps=tuple(replace(s, doubt=_doubt(decisions, s)) for s in explanation.steps))


def _doubt(decisions: Decisions, step: Step) -> str:
    return next(
        (why for why, rows in decisions.doubts.items() if step.criterion in rows and rows[step.criterion][0]), ""
    )


def _facts(needed: pd.DataFrame, rules: Rules) -> tuple[Fact, ...]:
    return tuple(rules.facts[name] for name in needed if needed[name].iloc[0])


def _words(text: Text | None) -> str:
    return text.text if text else ""


def _reasons(decisions: Decisions, rules: Rules) -> tuple[str, ...]:
    """Return why the person is referred, in sentences; the policy's own where it gives them."""
    names = [name for name in REFER_REASONS if decisions.refer_reasons[name].iloc[0]]
    own = [t.text for t in rules.policy.terms.refer if decisions.verdicts[t.when].iloc[0] != Verdict.FAIL]
    return tuple(line for name in names for line in (own if name == "other_rules" else [REFER_REASONS[name]]))


def _contribution(decisions: Decisions, table: pd.DataFrame, rules: Rules) -> Contribution:
    """Return the contribution with the explanation of each criterion that was asked on the way to it."""
    row = decisions.contribution.iloc[0]
    masks = possible(decisions.verdicts, rules)
    rates = [rate for rate, mask in zip(rules.policy.terms.contribution, masks, strict=True) if mask[0]]
    asked = [rate.when for rate in _up_to_the_last(rules, rates) if rate.when]
    explained = tuple(_explain(table, rules, decisions, name) for name in dict.fromkeys(asked))
    low, high = (None if pd.isna(row[end]) else int(row[end]) for end in ("low_pence", "high_pence"))
    text = " Or: ".join(rate_words(rate, rules) for rate in rates)
    text = text or "The policy as it was seen does not say what is charged."
    return Contribution(str(row["label"]), low, high, text, explained, tuple(_rate_source(r, rules) for r in rates))


def _up_to_the_last(rules: Rules, rates: list[Rate]) -> tuple[Rate, ...]:
    every = rules.policy.terms.contribution
    return every[: every.index(rates[-1]) + 1] if rates else every


def _rate_source(rate: Rate, rules: Rules) -> str:
    basis = rules.values[rate.amount].basis if rate.amount in rules.values else rate.basis
    return f"{basis} {basis.source.url}" if basis.source else str(basis)


def _provisions(decisions: Decisions, rules: Rules, *, excluded: bool) -> tuple[Text, ...]:
    terms = rules.policy.terms
    texts = terms.otherwise if excluded else terms.provision
    current = [text for text in texts if text.holds(rules.day)]
    return tuple(t for t in current if not t.when or decisions.verdicts[t.when].iloc[0] != Verdict.FAIL)


def _measurements(table: pd.DataFrame, rules: Rules) -> tuple[Measurement, ...]:
    found = []
    for name, fact in rules.facts.items():
        entry = register().get(name)
        seen = observe(table, fact)
        if entry is not None and entry.measured and not seen.is_gap:
            version, by, on = (_cell(table, f"{name}_{end}") for end in ("version", "by", "on"))
            day = pd.Timestamp(on).date() if on else None
            found.append(Measurement(fact, methods(table, name)[0] or STATED, seen, str(version), str(by), day))
    return tuple(found)


def _cell(table: pd.DataFrame, column: str) -> object:
    value = table[column].iloc[0] if column in table else None
    return "" if value is None or pd.isna(value) else value


def _appeal(rules: Rules, decided_on: date) -> tuple[AppealDate, ...]:
    stages, day = [], decided_on
    for stage in rules.policy.terms.appeal:
        if stage.working_days is not None:
            day = working_days.after(day, stage.working_days)
        by = day if stage.working_days is not None else None
        stages.append(AppealDate(stage.stage, stage.text, stage.working_days, by, str(stage.basis)))
    return tuple(stages)


def _notes(rules: Rules, appeal: tuple[AppealDate, ...]) -> tuple[str, ...]:
    """Return what a reader must know beside the reasons: dates, ended rules, what was not seen, the caution."""
    policy, day = rules.policy, rules.day
    notes = [term.text for term in policy.terms.note if term.holds(day)]
    notes += [
        f"{c.label}: nobody can meet this any more; it ended on {c.ended:%-d %B %Y}. {c.ended_basis.note}".strip()
        for c in rules.criteria.values()
        if rules.has_ended(c)
    ]
    if any(name in DERIVED and name != "age_at_course_start" for name in rules.facts):
        notes.append(_age_note(day))
    covers = policy.terms.covers
    if covers and not covers[0] <= day <= covers[1]:
        notes.append(f"These rules were published for {policy.year} and are used here for {day:%-d %B %Y}.")
    notes += [f"Not seen: {gap}" for gap in policy.terms.not_seen]
    last = [stage.by for stage in appeal if stage.by]
    notes += [working_days.assumption(last[-1])] if last else []
    return tuple([*notes, policy.check_before_use.strip()] if policy.check_before_use else notes)


def _age_note(day: date) -> str:
    year = academic_year(day)
    note = f"Age is taken in the academic year {year} to {year + 1}, in which {day:%-d %B %Y} falls"
    if MONTHS_OF_APPLICATION[0] <= day.month <= MONTHS_OF_APPLICATION[1]:
        note += ", or in the next: help may be for either. Where that matters, decide with the rules of 1 September"
    return f"{note}. A course that begins in a later academic year is judged in that."
