"""The fewest documents that could settle an open decision, and what the council finds out by itself.

The open criteria are a tree. Where all must be met each open one is needed; where any will do, the letter says "any
one of". Of two ways to meet a criterion the one that asks for more documents than the other is left out. A document
that proves several things is asked for once. What the council holds is never asked of the family.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from data.wording import listed
from eligibility.deciding.decision import DATES, Decision
from eligibility.deciding.explain import Step
from eligibility.letters.plain import THIS_PLACE, Plain
from eligibility.letters.words import Words, words
from eligibility.rules.ages import BY_COURSE
from eligibility.rules.facts import AGES, MONTHS_IN, register
from eligibility.rules.policy import Fact, Rules

Way = dict[str, tuple[str, ...]]  # documents that together would do -> what each is about
WHICH_YEAR = "a note that says for which school year you want help"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is still needed."""

    must: tuple[str, ...] = ()  # documents, each of them needed
    any_of: tuple[tuple[str, ...], ...] = ()  # for each, any one line is enough
    perhaps: tuple[str, ...] = ()  # any one of these would do, and so may what the council finds out
    ours: tuple[str, ...] = ()  # what the council finds out: "how far it is on foot"
    for_charge: tuple[str, ...] = ()  # any one of these could lower what is paid
    topics: tuple[str, ...] = ()  # what all of these are about: "your household's benefits or pay"
    limits: tuple[str, ...] = ()  # sentences: when what is asked for counts, where that is a sum of money
    ours_may_do: bool = False  # what the council finds out could do in the place of all that the family is asked for

    @property
    def is_asked(self) -> bool:
        """Say whether the family has anything to send for the decision itself."""
        return bool(self.must or self.any_of)


def is_ours(fact: Fact) -> bool:
    """Say whether the council finds a fact out itself, or holds what proves it."""
    return words().get(fact.name, Words()).held or is_officers(fact)


def proof(fact: Fact) -> str:
    """Return what shows a fact, in a parent's words."""
    return words().get(fact.name, Words()).proof or fact.evidence or fact.label


def is_officers(fact: Fact) -> bool:
    """Say whether an officer finds a fact out."""
    known = register().get(fact.name)
    return known is not None and known.asked_of == "officer"


def wanted(decision: Decision, rules: Rules, who: str) -> Evidence:
    """Return what could settle a decision that is open, and what could settle its charge. `who`: as in `Plain`."""
    finder = _Finder(decision, rules, who, decision.explanation.steps)
    root = decision.explanation.steps[-1]
    heads = finder.needs(root) if root.live else []
    needs = [finder.ways(head) for head in heads if not finder.may_be_found_out(head)]
    must: Way = {}
    for need in needs:
        if len(need) == 1:
            _add(must, need[0])
    for need in needs:
        for way in [way for way in need if len(need) > 1 and set(way) <= set(must)][:1]:
            _add(must, way)  # a document that is asked for anyway settles this too: it must show it
    open_needs = [minimal(_without(way, must) for way in need) for need in needs if len(need) > 1]
    any_of = list(dict.fromkeys(tuple(_in_words(way) for way in need) for need in open_needs if all(need)))
    asked_for = set(must) | {document for need in open_needs if all(need) for way in need for document in way}
    facts = dict.fromkeys([*decision.needed, *decision.contribution_needed])
    return Evidence(
        must=tuple(
            f"{document[:1].upper()}{document[1:]}, to show: {'; '.join(about)}" for document, about in must.items()
        ),
        any_of=tuple(any_of),
        perhaps=tuple(
            _in_words(way)
            for head in heads
            if finder.may_be_found_out(head)
            for way in finder.ways(head)
            if way and not set(way) <= asked_for
        ),
        ours=tuple(finder.plain.find(fact) for fact in facts if is_ours(fact)),
        for_charge=_for_charge(decision, rules, who, asked_for),
        topics=finder.topics(head for head in heads if not finder.may_be_found_out(head)),
        limits=finder.limits(heads),
        ours_may_do=all(finder.ours_may_do(head) for head in heads),
    )


def to_see(decision: Decision) -> list[str]:
    """Return the documents that must be seen before an award stands, each once with what it is to show."""
    asked: Way = {}
    for fact in decision.subject_to:
        _add(asked, {proof(fact): (words().get(fact.name, Words()).ask or fact.label,)})
    return [_in_words({document: about}) for document, about in asked.items()]


def _for_charge(decision: Decision, rules: Rules, who: str, asked_for: set[str]) -> tuple[str, ...]:
    found: list[Way] = []
    for explained in decision.contribution.explanations if decision.contribution else ():
        root = explained.steps[-1]
        if root.live:
            found += _Finder(decision, rules, who, explained.steps).ways(root)
    ways = minimal(way for way in found if way)
    return () if any(set(way) <= asked_for for way in ways) else tuple(_in_words(way) for way in ways)


def minimal(ways: Iterable[Way]) -> list[Way]:
    """Return the ways that ask for no more than another does, each set of documents once."""
    by_documents: dict[frozenset[str], Way] = {}
    for way in ways:
        by_documents.setdefault(frozenset(way), way)
    return [way for documents, way in by_documents.items() if not any(other < documents for other in by_documents)]


def _without(way: Way, others: Way) -> Way:
    return {document: about for document, about in way.items() if document not in others}


def _add(to: Way, way: Way) -> None:
    for document, about in way.items():
        to[document] = tuple(dict.fromkeys([*to.get(document, ()), *about]))


def _in_words(way: Way) -> str:
    """Return documents as a line: "Universal Credit: the latest statement from the Universal Credit account"."""
    about = listed(list(dict.fromkeys(name for names in way.values() for name in names)))
    return f"{about[:1].upper()}{about[1:]}: {', and '.join(way)}"


def _as_middle(label: str) -> str:
    return label[:1].lower() + label[1:]


class _Finder:
    def __init__(self, decision: Decision, rules: Rules, who: str, steps: Sequence[Step]) -> None:
        place = decision.place_name or THIS_PLACE
        self.plain = Plain(rules, who, {step.criterion: step for step in steps}, place)
        self._missing = decision.missing_dates

    def needs(self, step: Step) -> list[Step]:
        """Return the open criteria that are each needed: groups of which all must be met are taken apart."""
        if step.observed is None and step.required.test in ("all", "none"):
            return [need for member in self._open(step) for need in self.needs(member)]
        return [step]

    def may_be_found_out(self, step: Step) -> bool:
        """Say whether an officer's own finding could meet a group of which any will do, such as a route measured."""
        if step.observed is not None:
            return is_officers(self.plain.fact(step))
        each = [self.may_be_found_out(member) for member in self._open(step)]
        return any(each) if step.required.test == "any" else all(each)

    def ours_may_do(self, step: Step) -> bool:
        """Say whether what the council holds or finds out could meet an open criterion, without the family."""
        if step.observed is not None:
            return is_ours(self.plain.fact(step))
        each = [self.ours_may_do(member) for member in self._open(step)]
        return any(each) if step.required.test == "any" else all(each)

    def ways(self, step: Step) -> list[Way]:
        """Return each way to meet an open criterion, as its documents; none of them where it is the council's."""
        if step.observed is not None:
            return [self._documents(self.plain.fact(step))]
        each = [self.ways(member) for member in self._open(step)]
        if step.required.test == "any":
            return minimal(way for ways in each for way in ways if way) or [{}]
        found = []
        for together in product(*each):
            merged: Way = {}
            for way in together:
                _add(merged, way)
            found.append(merged)
        return minimal(found)

    def topics(self, heads: Iterable[Step]) -> tuple[str, ...]:
        """Return what the documents are about that the family is asked for."""
        facts = [self.plain.fact(test) for head in heads for test in self.plain.tests(head) if test.live]
        theirs = [fact for fact in facts if not is_ours(fact)]
        return tuple(dict.fromkeys(words().get(fact.name, Words()).topic or _as_middle(fact.label) for fact in theirs))

    def limits(self, heads: Iterable[Step]) -> tuple[str, ...]:
        """Return the limits of money beneath open criteria, each with the benefit or income that it is for."""
        asked = [choice for head in heads for choice in self.plain.limits_of_money(head)]
        return tuple(dict.fromkeys(f"{self._named(test)} counts only if {line}." for line, test in asked))

    def _named(self, test: Step) -> str:
        fact = self.plain.fact(test)
        return words().get(fact.name, Words()).ask or fact.label

    def _open(self, step: Step) -> list[Step]:
        return [member for name in step.required.members if (member := self.plain.steps[name]).live]

    def _documents(self, fact: Fact) -> Way:
        if is_ours(fact):
            return {}
        if fact.name in AGES or fact.name == MONTHS_IN:
            return self._of_age(fact)
        return {proof(fact): (words().get(fact.name, Words()).ask or fact.label,)}

    def _of_age(self, fact: Fact) -> Way:
        known = register()
        wanted = [name for name in DATES if name in self._missing]
        if fact.name == MONTHS_IN and "course_start" not in wanted:
            return {WHICH_YEAR: ("The school year",)}
        if not wanted and fact.name not in BY_COURSE:
            return {WHICH_YEAR: ("The school year",)}
        return {known[name].evidence: (known[name].label,) for name in wanted or DATES}
