"""A policy (facts, dated and sourced parameters, criteria), and the rules that hold on one day.

`policy_file` reads a policy from TOML, `Policy.on(day)` gives its `Rules`, and only rules are evaluated.
`Policy.with_values` puts a council's own settings in place of parameters.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import isfinite
from typing import Any, Literal

from data.faults import Fault, InputError
from data.suggest import did_you_mean
from eligibility.rules.basis import Basis, PolicySource
from eligibility.rules.criteria import GROUPS, Verdict
from eligibility.rules.prose import PLACE, filler
from eligibility.rules.terms import Terms

TEXT, YES_OR_NO = "text", "yes or no"  # the two units that are not a number's
COUNCIL_SETTING = "Set by the council in place of the policy's own value."

Value = float | int | str | tuple[float, ...] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something to be known of an area or a person: a column of the table, exact or as name_low and name_high."""

    name: str
    label: str
    unit: str  # "km", "pounds per year", …; "text" and "yes or no" are the kinds that are not numbers
    evidence: str  # what would settle it

    @property
    def is_number(self) -> bool:
        """Say whether the fact is measured, and so may be given as bounds."""
        return self.unit not in (TEXT, YES_OR_NO)


@dataclass(frozen=True, slots=True)
class Dated:
    """The value of a parameter from one day to another, both included, and what it rests on."""

    start: date
    until: date | None  # None: until the next value, or for good
    value: Value
    basis: Basis

    @property
    def number(self) -> float:
        """Return the value as a number; raises TypeError for a text or a list."""
        if not isinstance(self.value, int | float):
            raise TypeError(f"{self.value!r} is not a number.")
        return self.value


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number, a word or a list that criteria compare with, by date."""

    name: str
    label: str
    unit: str
    values: tuple[Dated, ...]  # in order of `start`
    setting: bool = False  # the council may change it
    lowest: float | None = None  # what a setting may be
    highest: float | None = None

    @property
    def is_amount(self) -> bool:
        """Say whether every value is a single number, not below nought."""
        return all(isinstance(dated.value, int | float) and dated.value >= 0 for dated in self.values)

    def at(self, day: date) -> Dated | None:
        """Return the value on `day`, or None where there is none: before the first, or after an `until`."""
        begun = [dated for dated in self.values if dated.start <= day]
        if not begun or (begun[-1].until is not None and day > begun[-1].until):
            return None
        return begun[-1]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a policy: a test of one fact, or a group of criteria defined above it."""

    name: str
    label: str
    test: str  # a word of criteria.TESTS or criteria.GROUPS
    fact: str = ""  # of a test
    parameter: str = ""  # of a test that compares
    members: tuple[str, ...] = ()  # of a group
    basis: Basis | None = None  # a group may have none
    when_missing: Verdict | None = None  # only where the policy settles a gap itself, in words
    missing_basis: Basis | None = None
    margin: str = ""  # a parameter: within it of the threshold, an officer decides
    ended: date | None = None  # the last day on which anybody could meet it
    ended_basis: Basis | None = None

    @property
    def is_group(self) -> bool:
        """Say whether the criterion joins others rather than testing a fact."""
        return self.test in GROUPS


@dataclass(frozen=True, slots=True)
class Stamp:
    """What made a result: enough to make it again."""

    policy_id: str
    day: date
    sha256: str  # of the policy file
    facts_sha256: str  # of the register of facts that it was read with; "" where the policy describes its own
    council_values: tuple[tuple[str, Value], ...] = ()
    measured: tuple[str, ...] = ()  # of one person: how each distance and time was measured


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy as read from its file; every name in it resolves and every value has a basis."""

    id: str
    title: str
    kind: Literal["targeting", "entitlement"]  # of places, or of people
    year: str
    summary: str
    check_before_use: str  # "" where the council has adopted it
    result: str  # the criterion that is the outcome
    parts: tuple[str, ...]  # further criteria that are results in their own right
    sources: Mapping[str, PolicySource]
    facts: Mapping[str, Fact]
    parameters: Mapping[str, Parameter]
    criteria: dict[str, Criterion]  # each group after its members
    sha256: str
    council_values: Mapping[str, Value] = field(default_factory=dict)
    terms: Terms = Terms()
    facts_sha256: str = ""  # of the register of facts, where the policy rests on it
    written: "Policy | None" = field(default=None, repr=False, compare=False)  # before `worded`, which begins with it

    def prose(self) -> Iterator[str]:
        """Yield every text in which a parameter's value may stand (`prose`)."""
        yield self.summary
        yield from (criterion.label for criterion in self.criteria.values())
        yield from self.terms.prose()

    def worded(self, day: date) -> "Policy":
        """Return the policy with the values of a day in its prose; where a parameter has none then, its last one."""
        written = self.written or self
        if not any(PLACE.search(text) for text in written.prose()):
            return self
        dated = {name: each.at(day) or each.values[-1] for name, each in self.parameters.items()}
        fill = filler({name: (each.value, self.parameters[name].unit) for name, each in dated.items()})
        criteria = {
            name: replace(each, label=fill(written.criteria[name].label)) for name, each in self.criteria.items()
        }
        terms = self.terms.worded(fill, written.terms)
        return replace(self, summary=fill(written.summary), criteria=criteria, terms=terms, written=written)

    def on(self, day: date) -> "Rules":
        """Return the rules that hold on `day`; raises InputError naming every parameter with no value then.

        A contribution's amount may have none: what is charged is then not known, and the rules stand.
        """
        values = {name: parameter.at(day) for name, parameter in self.parameters.items()}
        faults = [
            Fault(f"parameters.{name}", f"has no value on {day}. {_spans(self.parameters[name])} Choose another day.")
            for name, dated in values.items()
            if dated is None and name not in self.terms.amounts
        ]
        if faults:
            raise InputError(f"policy {self.id}", faults)
        return Rules(self.worded(day), day, {name: dated for name, dated in values.items() if dated is not None})

    def boundaries(self) -> tuple[date, ...]:
        """Return every day on which a value begins, or on which one has just ended, in order."""
        days = {dated.start for parameter in self.parameters.values() for dated in parameter.values}
        ends = {dated.until for parameter in self.parameters.values() for dated in parameter.values}
        ends |= {criterion.ended for criterion in self.criteria.values()}
        if self.terms.covers:
            days.add(self.terms.covers[0])
            ends.add(self.terms.covers[1])
        days |= {end + timedelta(days=1) for end in ends if end is not None}
        return tuple(sorted(days - {date.min}))

    def settings(self) -> tuple[Parameter, ...]:
        """Return the parameters that a council may change, in the order of the file."""
        return tuple(parameter for parameter in self.parameters.values() if parameter.setting)

    def with_values(self, values: Mapping[str, Value]) -> "Policy":
        """Return a policy whose named parameters have the council's own values on every day.

        Raises InputError for names the policy does not have, and for values of another kind or outside their range.
        """
        values = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        faults = [fault for name, value in values.items() for fault in self._setting_faults(name, value)]
        if faults:
            raise InputError(f"settings of policy {self.id}", faults)
        basis = Basis("council", note=COUNCIL_SETTING)
        changed = {
            name: replace(self.parameters[name], values=(Dated(date.min, None, value, basis),))
            for name, value in values.items()
        }
        return replace(
            self,
            parameters={**self.parameters, **changed},
            council_values={**self.council_values, **values},
        ).worded(date.max)

    def _setting_faults(self, name: str, value: Value) -> list[Fault]:
        if name not in self.parameters:
            return [Fault(name, f"is not a parameter of this policy. {did_you_mean(name, self.parameters)}")]
        parameter = self.parameters[name]
        limits = parameter.lowest, parameter.highest
        problem = value_problem(value, parameter.unit, limits, like=parameter.values[0].value)
        return [Fault(name, problem)] if problem else []


@dataclass(frozen=True, slots=True)
class Rules:
    """A policy on one day: what evaluation needs, and no date."""

    policy: Policy
    day: date
    values: Mapping[str, Dated]

    @property
    def criteria(self) -> dict[str, Criterion]:
        """Return the criteria by name, each group after its members."""
        return self.policy.criteria

    @property
    def facts(self) -> Mapping[str, Fact]:
        """Return the facts by name."""
        return self.policy.facts

    @property
    def result(self) -> str:
        """Return the name of the criterion that is the outcome."""
        return self.policy.result

    @property
    def stamp(self) -> Stamp:
        """Return what a result of these rules is stamped with."""
        policy = self.policy
        return Stamp(policy.id, self.day, policy.sha256, policy.facts_sha256, tuple(policy.council_values.items()))

    @property
    def roots(self) -> tuple[str, ...]:
        """Return every criterion that is a result: the outcome first, its parts, and what the terms rest on."""
        return tuple(dict.fromkeys([self.result, *self.policy.parts, *self.policy.terms.roots]))

    def has_ended(self, criterion: Criterion) -> bool:
        """Say whether nobody can meet a criterion any more on the day of the rules."""
        return criterion.ended is not None and self.day > criterion.ended

    def threshold(self, criterion: Criterion) -> Value | None:
        """Return what a test compares with, or None for a test that compares with nothing."""
        return self.values[criterion.parameter].value if criterion.parameter else None

    def basis(self, criterion: Criterion) -> Basis | None:
        """Return what a criterion rests on: that of its end or of its number, where it has one, else its own."""
        if self.has_ended(criterion):
            return criterion.ended_basis
        return self.values[criterion.parameter].basis if criterion.parameter else criterion.basis


def value_problem(value: object, unit: str, limits: tuple, like: Value | None = None) -> str:
    """Say what is wrong with a value of this unit, or "" where nothing is.

    `limits`: the lowest and the highest that a number may be, each perhaps None. `like` fixes list or single value.
    """
    items: Sequence[Any] = value if isinstance(value, list | tuple) else [value]
    if not items:
        return "is an empty list. Give at least one value."
    if like is not None and isinstance(value, list | tuple) != isinstance(like, tuple):
        return f"is {value!r}; {'a list' if isinstance(like, tuple) else 'a single value'} is expected."
    if unit == TEXT:
        return "" if all(isinstance(item, str) and item for item in items) else f"is {value!r}; text is expected."
    numbers = all(isinstance(item, int | float) and not isinstance(item, bool) and isfinite(item) for item in items)
    if not numbers:
        return f"is {value!r}; a finite number ({unit}) is expected."
    lowest, highest = limits
    if lowest is not None and any(item < lowest for item in items):
        return f"is {value} {unit}, below the lowest allowed, {lowest}."
    if highest is not None and any(item > highest for item in items):
        return f"is {value} {unit}, above the highest allowed, {highest}."
    return ""


def _spans(parameter: Parameter) -> str:
    spans = [f"{v.start} to {v.until}" if v.until else f"{v.start} on" for v in parameter.values]
    return f"It has values for: {', '.join(spans)}."
