"""Criteria in words that a parent knows: what we know, what must be so, and which one thing decided.

`words.toml` has the words of each fact. A fact that it does not have is called by its label.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from data.wording import listed
from eligibility.deciding import wording
from eligibility.deciding.explain import Step
from eligibility.letters.words import Words, words
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy import TEXT, YES_OR_NO, Fact, Rules

AGES_ASKED = {"at_least": "{} or over", "above": "over {}", "at_most": "{} or under", "below": "under {}"}
YEARS = "years"
AT_MOST = "at most "
THIS_PLACE = "this school or college"
TOO_LOW, TOO_HIGH = ("at_least", "above"), ("at_most", "below")  # tests, by how a number fails them
TRIMMED = ((re.compile(r"\.00?\b"), ""), (re.compile(r"\bper\b"), "a"), (re.compile(r"\ba (?=hour)"), "an "))


def sentence(text: str) -> str:
    """Return words as a sentence.

    >>> sentence("the course is full time")
    'The course is full time.'
    """
    return f"{text[:1].upper()}{text[1:]}." if text else ""


@dataclass(frozen=True, slots=True)
class Plain:
    """The criteria of one decision in plain words."""

    rules: Rules
    who: str
    steps: Mapping[str, Step]  # by criterion, those of one explanation
    place: str = THIS_PLACE
    prefer: frozenset[str] = frozenset()  # criteria: of a group of which any will do, the one to give as the reason

    def fact(self, step: Step) -> Fact:
        """Return the fact that a test looks at."""
        return self.rules.facts[self.rules.criteria[step.criterion].fact]

    def members(self, step: Step) -> list[Step]:
        """Return the members of a group that somebody can still meet."""
        return [found for name in step.required.members if not (found := self.steps[name]).ended]

    def known(self, step: Step) -> str:
        """Return what we know of a test's fact: "the way on foot is 2.1 miles"."""
        if step.observed is None or step.is_gap:
            return f"we do not know {self.find(self.fact(step))}"
        fact = self.fact(step)
        if fact.unit == YES_OR_NO:
            return self._yes_or_no(fact, bool(step.observed.low))
        return self._number(fact, self.seen(step))

    def seen(self, step: Step) -> str:
        """Return what was seen as a value alone: "2.1 miles", "17"."""
        fact = self.fact(step)
        if fact.unit == TEXT and step.observed:
            return str(step.observed.low)
        text, _ = wording.seen_and_required(step)
        return _trimmed(text).removesuffix(f" {YEARS}")

    def limit(self, step: Step) -> str:
        """Return what a test asks for as a value alone: "more than 3 miles", "under 19"."""
        wanted = step.required
        values = wanted.value if isinstance(wanted.value, tuple) else (wanted.value,)
        if wanted.unit == TEXT:
            return listed([str(value) for value in values], "or")
        if wanted.unit == YEARS and wanted.test in AGES_ASKED:
            return AGES_ASKED[wanted.test].format(wording.quantity(values[0] or 0, YEARS).removesuffix(f" {YEARS}"))
        return _trimmed(wording.seen_and_required(step)[1])

    def asked(self, step: Step) -> str:
        """Return what must be so for a criterion to be met, as the middle of a sentence."""
        if step.observed is not None:
            fact = self.fact(step)
            if fact.unit == YES_OR_NO:
                return self._yes_or_no(fact, step.required.test == "true")
            return self._number(fact, self.limit(step))
        joined = " and " if step.required.test == "all" else " or "
        members = sorted(self.members(step), key=lambda member: member.observed is None)  # a list comes last
        text = joined.join(dict.fromkeys(self._within(member) for member in members))
        return f"none of this is true: {text}" if step.required.test == "none" else text

    def _within(self, member: Step) -> str:
        """Return what must be so for the member of a group, as a list or in brackets where it is a group itself."""
        if member.observed is not None or len(self.members(member)) < 2:
            return self.asked(member)
        if member.required.test == "any":
            if merged := self._as_well(member):
                return merged[0][0]
            return f"one of these is true: {'; '.join(self._within(each) for each in self.members(member))}"
        return f"({self.asked(member)})"

    def find(self, fact: Fact) -> str:
        """Return what is not known of a fact: "how far it is on foot", "whether the course is full time"."""
        known = words().get(fact.name, Words())
        text = known.find or (f"whether {known.yes}" if known.yes else f"this: {fact.label}")
        return self._filled(text)

    def _yes_or_no(self, fact: Fact, value: bool) -> str:
        known = words().get(fact.name, Words())
        text = known.yes if value else known.no
        return self._filled(text) if text else f"{fact.label}: {'yes' if value else 'no'}"

    def _number(self, fact: Fact, value: str) -> str:
        known = words().get(fact.name, Words())
        return self._filled(known.number, value) if known.number else f"{fact.label} is {value}"

    def _filled(self, words_of_fact: str, value: str = "") -> str:
        return words_of_fact.format(who=self.who, place=self.place, x=value)

    def too(self, step: Step) -> str:
        """Return what it means that a number is beyond its limit: "the school or college is too near", or ""."""
        known = words().get(self.fact(step).name, Words())
        ways = {TOO_LOW: known.too_low, TOO_HIGH: known.too_high}
        return self._filled(next((text for tests, text in ways.items() if step.required.test in tests), ""))

    def failed(self, step: Step) -> list[Step]:
        """Return the criteria that each by itself keep an outcome from being met, in the policy's order.

        Groups of which all must be met are taken apart; one of which any may be met is one thing.
        """
        if step.observed is not None or step.required.test != "all":
            return [step]
        members = [self.steps[name] for name in step.required.members]
        found = [head for member in members if member.verdict == Verdict.FAIL for head in self.failed(member)]
        return self.without_idle(list({head.criterion: head for head in found}.values()))

    def without_idle(self, heads: list[Step]) -> list[Step]:
        """Return criteria without those that another makes idle: what a plan says, where there is no plan."""
        facts = {self.fact(head).name for head in heads if head.observed is not None}
        return [head for head in heads if head.observed is None or not self._of(head) & facts]

    def _of(self, step: Step) -> set[str]:
        return {words().get(self.fact(step).name, Words()).of} - {""}

    def choices(self, step: Step) -> list[tuple[str, tuple[Step, ...]]]:
        """Return what may be met in a group of which any is enough: for each its words and the tests that it is about.

        Where several things must be met together and one alone is not, that one is told. Numbers that do as well as
        each other, such as pay in a month or in two, are one.
        """
        found: dict[str, tuple[Step, ...]] = {}
        for member in self.members(step):
            found |= dict(self._choice(member))
        return list(found.items())

    def _choice(self, member: Step) -> list[tuple[str, tuple[Step, ...]]]:
        if member.observed is not None:
            return [(self.asked(member), (member,))]
        if member.required.test == "any":
            return self._as_well(member) or self.choices(member)
        not_met = [each for each in self.members(member) if each.verdict != Verdict.PASS]
        return self._choice(not_met[0]) if len(not_met) == 1 else [(self.asked(member), tuple(self.tests(member)))]

    def _as_well(self, step: Step) -> list[tuple[str, tuple[Step, ...]]]:
        first, *others = self.members(step)
        if not self.are_as_good([first, *others]):
            return []
        also = [words()[self.fact(test).name].also for test in others]
        told = [
            self._filled(text, self.limit(test).removeprefix(AT_MOST)) for text, test in zip(also, others, strict=True)
        ]
        return [(", or ".join([self.asked(first), *told]), (first, *others))]

    def are_as_good(self, steps: Sequence[Step]) -> bool:
        """Say whether criteria are numbers that do as well as each other, such as pay in a month or in two."""
        tests = [step for step in steps if step.observed is not None]
        also = [words().get(self.fact(test).name, Words()).also for test in tests]
        return len(tests) == len(steps) > 1 and all(also[1:])

    def limits_of_money(self, step: Step) -> list[tuple[str, Step]]:
        """Return the open limits of money beneath a criterion in words, each with a test that it is of."""
        if not step.live:
            return []
        if step.observed is not None:
            return [(self.asked(step), step)] if self.fact(step).unit.startswith("pounds") else []
        merged = self._as_well(step) if step.required.test == "any" else []
        if merged:
            return [(line, tests[0]) for line, tests in merged]
        return [found for name in step.required.members for found in self.limits_of_money(self.steps[name])]

    def not_met_by(self, step: Step) -> list[Step]:
        """Return the tests for which a criterion is not met; those that nobody can meet any more are left out."""
        if step.observed is not None:
            return [step]
        kept_out = Verdict.PASS if step.required.test == "none" else Verdict.FAIL
        members = [member for member in self.members(step) if member.verdict == kept_out]
        return [test for member in members for test in self.not_met_by(member)]

    def tests(self, step: Step) -> list[Step]:
        """Return every test beneath a criterion, or the test that it is."""
        if step.observed is not None:
            return [step]
        return [test for name in step.required.members for test in self.tests(self.steps[name])]

    def met(self, step: Step) -> list[str]:
        """Return why a criterion is met, a sentence for each test of `met_by`."""
        return list(dict.fromkeys(self._why(test) for test in self.met_by(step)))

    def met_by(self, step: Step) -> list[Step]:
        """Return the tests by which a criterion is met; of a group of which any will do, those of the first."""
        if step.observed is not None:
            return [step]
        members = [self.steps[name] for name in step.required.members]
        if step.required.test == "any":
            met = [member for member in members if member.verdict == Verdict.PASS]
            members = sorted(met, key=lambda member: member.criterion not in self.prefer)[:1]
        return [test for member in members for test in self.met_by(member)]

    def _why(self, test: Step) -> str:
        if self.fact(test).unit == YES_OR_NO:
            return sentence(self.known(test))
        return sentence(f"{self._number(self.fact(test), self._sure(test))}; the rule is {self.limit(test)}")

    def _sure(self, test: Step) -> str:
        """Return what was seen; of bounds only the one that shows that a test is met."""
        seen = test.observed
        if not self.fact(test).is_number or seen is None or seen.low == seen.high:
            return self.seen(test)
        if test.required.test in TOO_LOW and seen.low is not None:
            return f"at least {self.seen(replace(test, observed=replace(seen, high=seen.low)))}"
        if test.required.test in TOO_HIGH and seen.high is not None:
            return f"at most {self.seen(replace(test, observed=replace(seen, low=seen.high)))}"
        return self.seen(test)


def _trimmed(text: str) -> str:
    for pattern, new in TRIMMED:
        text = pattern.sub(new, text)
    return text
