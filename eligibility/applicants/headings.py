"""Propose which column of a file is which fact, by its heading; a person confirms it.

A heading matches a fact by its name, label or question, by a heading of headings.toml, or by one of these with a slip
of spelling. A heading of wider.toml means something wider than the fact: its "no" is read, its "yes" is asked about. A
column that matches nothing is not read. A person can give a column to a fact, or take it away.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal

from data.faults import Fault, InputError
from data.suggest import did_you_mean
from eligibility.applicants import uc_months
from eligibility.applicants.values import plain
from eligibility.rules.facts import APPLIED, IDENTITY, ApplicantFact, facts_to_ask, register
from eligibility.rules.policy import Rules

HEADINGS_FILE, WIDER_FILE = (Path(__file__).with_name(name) for name in ("headings.toml", "wider.toml"))
WIDER: Literal["wider"] = "wider"  # how a column matches; who keeps it so writes it after the fact, as a unit is
BESIDE: Literal["beside"] = "beside"  # the same, of a second column for a fact: see `Match.beside`
# Words that change nothing about which fact a heading names.
FILLERS = frozenset(
    {"the", "a", "an", "of", "is", "are", "your", "their", "this", "please", "enter", "give", "applicant", "applicants"}
    | {"student", "students", "pupil", "pupils", "learner", "learners", "child", "childs", "person", "persons"}
    | {"s", "and", "or", "does", "do", "in", "at", "to", "for", "if"}
)
NO_SUCH_FACT = "No fact of this policy has such a heading."
AGAIN = re.compile(r" \(\d+\)$")  # the number of a second column of the same heading
SPELLING = 0.8  # how like two words must be, by difflib's ratio, to be one word with a slip; "miles", "minutes": 0.67
SHORTEST_MISSPELT = 4  # letters; a slip in a shorter word makes another word
UNIT_HINTS = {  # words in a heading that say the unit of bare numbers beneath it
    "per year": r"per year|a year|per annum|annual(?:ly)?|yearly|p\.?a\.?",
    "per month": r"per month|a month|per calendar month|month(?:ly)?|p\.?c\.?m\.?",
    "per week": r"per week|a week|week(?:ly)?|p\.?w\.?",
    "km": r"km|kms|kilomet(?:re|er)s?",
    "miles": r"miles?",
    "hours": r"hours?|hrs?",
    "minutes": r"min(?:ute)?s?",
}
MEASURED_BY = (
    ("measured_by", "Measured by", "text"),
    ("measured_how", "Measured how", "text"),
    ("measured_on", "Measured on", "date"),
)
OPTIONAL = re.compile(r"measured_|uc_month_|\w+_name$")  # what a file may lack without a gap for everybody
How = Literal["name", "listed", "preset", "wider", "beside", "spelling", "by hand", "none"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a column may give: a fact, a part of who and where, or an officer's measurement."""

    name: str
    label: str
    kind: str  # text, date, "yes or no", choice, or the unit of a number
    choices: tuple[str, ...] = ()

    @property
    def is_money(self) -> bool:
        """Say whether the amounts have a period."""
        return self.kind.startswith("pounds per ")


@dataclass(frozen=True, slots=True)
class Match:
    """One column of the file, and what it is taken for."""

    heading: str
    target: str  # "" where the column is not read
    how: How
    unit: str = ""  # of amounts and numbers in the column that name none
    note: str = ""  # why it is not read, or what else it looks like
    codes: tuple[tuple[str, str], ...] = ()  # by a preset: what a cell says, in any case, and what it means
    beside: str = ""  # the fact that another column gives and this one gives too: the two are compared row by row

    @property
    def is_sure(self) -> bool:
        """Say whether the match needs no second look."""
        return self.how not in ("spelling", WIDER)

    @property
    def is_repeated(self) -> bool:
        """Say whether the heading stands above another column too."""
        return bool(AGAIN.search(self.heading))

    def decoded(self, cells: Sequence[object]) -> Sequence[object]:
        """Return cells with the codes of a preset in the words of this program."""
        if not self.codes:
            return cells
        codes = {code.casefold(): meaning for code, meaning in self.codes}
        return [codes.get(plain(cell).casefold(), cell) for cell in cells]


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What every column of a file is taken for, under one policy."""

    columns: tuple[Match, ...]
    targets: Mapping[str, Target]  # all that could be given

    @property
    def taken(self) -> dict[str, Match]:
        """Return the columns that are read, by what they give."""
        return {match.target: match for match in self.columns if match.target}

    @property
    def beside(self) -> tuple[Match, ...]:
        """Return the further columns of facts that another column gives."""
        return tuple(match for match in self.columns if match.beside in self.taken)

    @property
    def missing(self) -> tuple[Target, ...]:
        """Return what the policy asks for and no column gives; a gap for every applicant."""
        in_parts = ("name",) if "last_name" in self.taken else ()
        given = (*self.taken, *in_parts, APPLIED)
        return tuple(target for name, target in self.targets.items() if name not in given and not OPTIONAL.match(name))

    def by_hand(self, choices: Mapping[str, str]) -> "ColumnMapping":
        """Return the mapping with columns given by hand: heading to "fact", "fact per month" or "" for not read.

        Raises InputError for headings that the file does not have and facts that the policy does not ask for.
        """
        headings = [match.heading for match in self.columns]
        parts = {heading: choice.strip().partition(" ") for heading, choice in choices.items()}
        given = {heading: (name, unit.strip()) for heading, (name, _, unit) in parts.items()}
        faults = [
            Fault(heading, f"is not a heading of the file.{_nearest(heading, headings)}")
            for heading in given
            if heading not in headings
        ]
        faults += [
            Fault(heading, f'"{name}" is not asked for by this policy. {did_you_mean(name, self.targets)}')
            for heading, (name, _) in given.items()
            if name and name not in self.targets
        ]
        names = [name for name, unit in given.values() if name and unit != BESIDE]
        faults += [
            Fault(name, "is given by two columns. Choose one.") for name in {n for n in names if names.count(n) > 1}
        ]
        if faults:
            raise InputError("the columns", faults)
        columns = []
        for match in self.columns:
            if match.heading in given:
                name, unit = given[match.heading]
                if unit == BESIDE:
                    columns.append(_beside(match.heading, self.targets[name]))
                    continue
                how: How = WIDER if unit == WIDER else "by hand"
                unit = "" if unit == WIDER else unit or (bare_unit(self.targets[name], match.heading) if name else "")
                codes = match.codes if name == match.target else ()
                columns.append(
                    Match(
                        match.heading, name, how, unit, _wider_note(self.targets[name]) if how == WIDER else "", codes
                    )
                )
            elif match.target in names or match.beside in names:
                columns.append(Match(match.heading, "", "none", note="Another column was chosen."))
            else:
                columns.append(match)
        return replace(self, columns=tuple(columns))


def _nearest(heading: str, headings: Sequence[str]) -> str:
    """Return the heading that was probably meant. The others are not listed: they may be the facts of a person."""
    near = get_close_matches(heading, headings, n=1, cutoff=0.7)
    return f' Did you mean "{near[0]}"?' if near else ""


def targets(rules: Rules) -> dict[str, Target]:
    """Return all that a file may give under these rules: who and where, the facts asked for, and measurements."""
    known = register()
    always = (*IDENTITY, APPLIED)
    wanted = [known[name] for name in always] + [fact for fact in facts_to_ask(rules) if fact.name not in always]
    wanted.sort(key=lambda fact: list(known).index(fact.name) if fact.name in known else len(known))
    found = [Target(fact.name, fact.label, _kind(fact, rules), fact.choices) for fact in wanted]
    found += [Target("first_name", "First name", "text"), Target("last_name", "Last name", "text")]
    if set(uc_months.SUMS) & rules.facts.keys():
        found += [Target(name, label, uc_months.KIND) for name, label in uc_months.LABELS.items()]
    if measured := [fact for fact in wanted if fact.measured]:
        names = [(f"measured_{fact.name}", f"{fact.label}, measured by an officer", fact.unit) for fact in measured]
        found += [Target(*each) for each in (*names, *MEASURED_BY)]
    return {target.name: target for target in found}


def _kind(fact: ApplicantFact, rules: Rules) -> str:
    if fact.kind in ("number", "money"):
        return rules.facts[fact.name].unit if fact.name in rules.facts else fact.unit
    return fact.kind


def propose(headings: Sequence[str], rules: Rules) -> ColumnMapping:
    """Return what each column is taken for: the surest match of each fact, each fact once, the first where two tie."""
    wanted = targets(rules)
    surest: dict[str, tuple[float, int]] = {}
    found = [_best(heading, wanted) for heading in headings]
    for position, (name, score, _) in enumerate(found):
        if name and (name not in surest or score > surest[name][0]):
            surest[name] = (score, position)
    columns = []
    for position, (heading, (name, _, how)) in enumerate(zip(headings, found, strict=True)):
        if name and surest[name][1] == position:
            note = _wider_note(wanted[name]) if how == WIDER else ""
            columns.append(Match(heading, name, how, bare_unit(wanted[name], heading), note))
            continue
        if not name and AGAIN.search(heading):
            name, _, how = _best(AGAIN.sub("", heading), wanted)
        if name and how != WIDER and (wanted[name].kind != "text" or name == "postcode"):
            columns.append(_beside(heading, wanted[name]))
        elif name:
            columns.append(Match(heading, "", "none", note=f'Another column is taken for "{wanted[name].label}".'))
        else:
            known = normal(heading) in _spellings() or normal(heading) in _wider()[0]
            note = "This policy does not ask for it." if known else NO_SUCH_FACT
            columns.append(Match(heading, "", "none", note=note))
    return ColumnMapping(tuple(columns), wanted)


def _beside(heading: str, target: Target) -> Match:
    """Return the match of a second column for a fact. Of texts only the postcode has one, as names may differ."""
    note = f'Another column is taken for "{target.label}"; this one where that is empty, neither where they differ.'
    return Match(heading, "", BESIDE, bare_unit(target, heading), note, beside=target.name)


def score(headings: Iterable[str]) -> int:
    """Return how many cells are headings known to the register, whatever the policy; to find the row of headings."""
    known = {*_spellings(), *_wider()[0]}
    return sum(1 for heading in headings if heading and normal(heading) in known)


def _best(heading: str, wanted: Mapping[str, Target]) -> tuple[str, float, How]:
    if heading.strip().lower() in wanted:
        return heading.strip().lower(), 2.0, "name"
    texts = {
        name: (target.label,) if name in uc_months.SUMS else (name, target.label) for name, target in wanted.items()
    }
    own = {normal(text): name for name, both in texts.items() for text in both}
    known, words = {**_spellings(), **own}, normal(heading)
    name = known.get(words, "")
    if name in wanted:
        return name, 1.5, "listed"
    if name:  # a fact of the register that this policy does not ask for
        return "", 0.0, "none"
    wider = _wider()[0]
    likeness, text = (
        (1.0, words) if words in wider else max((_likeness(words, text), text) for text in (*wider, *known))
    )
    if not likeness:
        return "", 0.0, "none"
    if text in wider and text not in known:
        return (wider[text], likeness, WIDER) if wider[text] in wanted else ("", 0.0, "none")
    name = known[text]
    return (name, likeness, "spelling") if name in wanted else ("", 0.0, "none")


@cache
def _spellings() -> Mapping[str, str]:
    entries = tomllib.loads(HEADINGS_FILE.read_text(encoding="utf-8"))
    known: dict[str, str] = {}
    for name, fact in register().items():
        known |= {normal(text): name for text in (name, fact.label, fact.question)}
    return known | {normal(text): name for name, texts in entries.items() for text in (name, *texts)}


@cache
def _wider() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the fact of each heading that is wider than it, and by fact what else a yes beneath it may be."""
    entries = tomllib.loads(WIDER_FILE.read_text(encoding="utf-8"))
    known = {normal(text): name for name, entry in entries.items() for text in entry["headings"]}
    return known, {name: entry["than"] for name, entry in entries.items()}


def _wider_note(target: Target) -> str:
    than = _wider()[1].get(target.name, "something else")
    return f'wider than "{target.label}": its "no" is read, its "yes" is not taken as one, as it may be {than}.'


@cache
def normal(heading: str) -> str:
    """Return a heading without what does not matter: case, punctuation, units in brackets, filler words.

    >>> normal("The Student's Date_of_Birth (dd/mm/yyyy)"), normal("JSA(IB)")
    ('date birth', 'jsa ib')
    """
    text = heading.lower().replace("’", "'").replace("'", "")
    text = re.sub(
        r"[(\[](?:[^)\]]*(?:£|/|\bkm\b|miles|yes|y/n|min|per |month|week|year|please|if )[^)\]]*)[)\]]", " ", text
    )
    text = re.sub(r"\byoung (?=person|people)", "", text)  # a young carer is another fact than a carer
    words = re.sub(r"[^a-z0-9]+", " ", text.replace("d.o.b.", "dob").replace("d.o.b", "dob")).split()
    significant = [word for word in words if word not in FILLERS] or words
    return " ".join(significant)


def _likeness(one: str, other: str) -> float:
    """Return how like two headings are, word by word; 0 unless every word is the same or has one slip of spelling."""
    mine, theirs = one.split(), other.split()
    if len(mine) != len(theirs):
        return 0.0
    least = 1.0
    for word, known in zip(mine, theirs, strict=True):
        if word == known:
            continue
        if min(len(word), len(known)) < SHORTEST_MISSPELT or word[0] != known[0] or word.isdigit() or known.isdigit():
            return 0.0
        if 2 * min(len(word), len(known)) < SPELLING * (len(word) + len(known)):  # no more alike than they are long
            return 0.0
        least = min(least, SequenceMatcher(None, word, known).ratio())
    return least if SPELLING <= least < 1 else 0.0


def bare_unit(target: Target, heading: str) -> str:
    """Return the unit of numbers in a column that name none: what the heading says, else what the policy uses."""
    if target.kind in ("text", "date", "yes or no", "choice", "postcode"):
        return ""
    text = heading.lower().replace("_", " ")
    hints = [unit for unit, words in UNIT_HINTS.items() if re.search(rf"(?<![a-z])(?:{words})(?![a-z])", text)]
    if target.is_money:
        periods = [hint for hint in hints if hint.startswith("per ")]
        return periods[0] if len(periods) == 1 else target.kind.removeprefix("pounds ")
    like = {"miles": ("km", "miles"), "km": ("km", "miles"), "minutes": ("minutes", "hours")}.get(target.kind, ())
    found = [hint for hint in hints if hint in like]
    return found[0] if len(found) == 1 else target.kind
