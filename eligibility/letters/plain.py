"""Criteria in words that a parent knows: what we know, what must be so, and which one thing decided.

`words.toml` has the words of each fact. A fact that it does not have is called by its label.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.wording import listed
from eligibility.deciding import wording
from eligibility.deciding.explain import Step
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy import TEXT, YES_OR_NO, Fact, Rules

WORDS_FILE = Path(__file__).with_name("words.toml")
AGES_ASKED = {"at_least": "{} or over", "above": "over {}", "at_most": "{} or under", "below": "under {}"}
YEARS = "years"
TRIMMED = ((re.compile(r"\.00?\b"), ""), (re.compile(r"\bper\b"), "a"), (re.compile(r"\ba (?=hour)"), "an "))


@dataclass(frozen=True, slots=True)
class Words:
    """What letters call a fact; see words.toml."""

    yes: str = ""
    no: str = ""
    # of a number, a date or a choice, with {x}
    number: str = ""
    find: str = ""
    ask: str = ""
    held: bool = False


@cache
def words() -> Mapping[str, Words]:
    """Return the words of every fact by its name."""
    entries = tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))
    return {name: Words(**{"number" if k == "is" else k: v for k, v in e.items()}) for name, e in entries.items()}


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
        return f"none of this is so: {text}" if step.required.test == "none" else text

    def _within(self, member: Step) -> str:
        """Return what must be so for the member of a group, as a list or in brackets where it is a group itself."""
        if member.observed is not None or len(self.members(member)) < 2:
            return self.asked(member)
        if member.required.test == "any":
            return f"one of these is so: {'; '.join(self._within(each) for each in self.members(member))}"
        return f"({self.asked(member)})"

    def find(self, fact: Fact) -> str:
        """Return what is not known of a fact: "how far it is on foot", "whether the course is full time"."""
        known = words().get(fact.name, Words())
        text = known.find or (f"whether {known.yes}" if known.yes else f"this: {fact.label}")
        return text.format(who=self.who)

    def _yes_or_no(self, fact: Fact, value: bool) -> str:
        known = words().get(fact.name, Words())
        text = known.yes if value else known.no
        return text.format(who=self.who) if text else f"{fact.label}: {'yes' if value else 'no'}"

    def _number(self, fact: Fact, value: str) -> str:
        known = words().get(fact.name, Words())
        return known.number.format(who=self.who, x=value) if known.number else f"{fact.label} is {value}"

    def failed(self, step: Step) -> list[Step]:
        """Return the criteria that each by itself keep an outcome from being met, in the policy's order.

        Groups of which all must be met are taken apart; one of which any may be met is one thing.
        """
        if step.observed is not None or step.required.test != "all":
            return [step]
        members = [self.steps[name] for name in step.required.members]
        found = [head for member in members if member.verdict == Verdict.FAIL for head in self.failed(member)]
        return list({head.criterion: head for head in found}.values())

    def choices(self, step: Step) -> list[str]:
        """Return what may be met in a group of which any is enough, a line each, with the value that we saw.

        Where several things must be met together and one alone is not, that one is told.
        """
        return list(dict.fromkeys(line for member in self.members(step) for line in self._lines(member)))

    def _lines(self, member: Step) -> list[str]:
        if member.observed is not None:
            found = f" (we found: {self.seen(member)})" if self.fact(member).is_number and not member.is_gap else ""
            return [f"{self.asked(member)}{found}"]
        if member.required.test == "any":
            return self.choices(member)
        not_met = [each for each in self.members(member) if each.verdict != Verdict.PASS]
        return self._lines(not_met[0]) if len(not_met) == 1 else [self.asked(member)]

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
            members = [member for member in members if member.verdict == Verdict.PASS][:1]
        return [test for member in members for test in self.met_by(member)]

    def _why(self, test: Step) -> str:
        limit = f"; the rule is {self.limit(test)}" if self.fact(test).unit != YES_OR_NO else ""
        return sentence(self.known(test) + limit)


def _trimmed(text: str) -> str:
    for pattern, new in TRIMMED:
        text = pattern.sub(new, text)
    return text
