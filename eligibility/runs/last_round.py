"""The decisions of last round, and who of them stands in this round's file.

People are known by their reference, and by their name where both rounds give one: a reference that has passed to
another name is another person, so that nobody is given somebody else's evidence.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import pandas as pd

from eligibility.applicants.applicant_file import RawTable
from eligibility.applicants.values import plain

SAME_NAME = 0.8  # how like two names are, by difflib's ratio, that are one with a slip of spelling. Our assumption
NO_ACCENTS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
TWICE = "The reference stands more than once: compare with last round by hand."
OTHER_NAME = (
    "Last round this reference had another name: taken as another person. "
    "If it is the same one, write the name as it was."
)
OPEN, ALLOWED = "open", "allowed"
APPEAL_OUTCOMES = (OPEN, ALLOWED, "dismissed", "withdrawn")


@dataclass(frozen=True, slots=True)
class LastRound:
    """A decisions workbook of an earlier round, as officers filled it in."""

    decisions: pd.DataFrame  # a row a person, columns of `tables.DECISIONS`; index from 0
    evidence: pd.DataFrame  # columns of `tables.EVIDENCE`; days as dates
    reasons: pd.DataFrame  # row, label, observed, verdict, decisive
    is_renewal: bool = False  # for another year: evidence that still holds is taken over, and no decision


@dataclass(frozen=True, slots=True)
class Carried:
    """What this round takes over from the last one."""

    last: LastRound
    places: Mapping[int, int]  # row of the file -> place in `last.decisions`, of whoever stands in both
    seen: Mapping[tuple[int, str], int]  # row of the file and fact -> place in `last.evidence`, where evidence was seen
    entries: Mapping[int, tuple[int, ...]]  # row of the file -> places in `last.evidence` that say something
    lapsed: frozenset[int]  # places in `last.evidence` that no longer hold
    notes: tuple[tuple[int, str], ...]  # row of the file, and what to check in it

    def officer_decided(self, row: int) -> bool:
        """Say whether an officer's own decision stands for a row."""
        return bool(self.entry(row, "officer_outcome"))

    def was_sent(self, row: int) -> bool:
        """Say whether the letter of a row was sent, and no officer has decided otherwise since."""
        return not self.officer_decided(row) and bool(self.entry(row, "sent_on"))

    def entry(self, row: int, column: str) -> object:
        """Return what an officer wrote of a row in last round's *Decisions*; None for nothing, and in another year."""
        if self.last.is_renewal or row not in self.places:
            return None
        value = self.last.decisions[column].iloc[self.places[row]]
        return None if pd.isna(value) or value == "" else value


def places(raw: RawTable, columns: Mapping[str, int], last: LastRound) -> tuple[dict[int, int], list[tuple[int, str]]]:
    """Return the place in `last.decisions` of each row that stands in both, and what to check in the others.

    `columns`: the place of each fact in a row. A reference that stands more than once, such as a family's, is matched
    where exactly this name stands under it, as often in both rounds, and in the same row where that is more than once;
    else by hand. The row alone says nothing: files are sorted anew.
    """
    then = list(zip(map(reference_key, last.decisions["person_id"]), last.decisions["name"], strict=True))
    before: dict[str, list[int]] = {}
    for place, (reference, _) in enumerate(then):
        before.setdefault(reference, []).append(place)
    now = [(reference_key(row[columns["person_id"]]), _name(row, columns)) for row in raw.rows]
    times = Counter(reference for reference, _ in now)
    alike, alike_now = _named(then, last.decisions["row"]), _named(now, raw.row_numbers)
    found, notes = {}, []
    for number, (reference, name) in zip(raw.row_numbers, now, strict=True):
        candidates = before.get(reference, []) if reference else []
        if not candidates:
            continue
        place: int | None = candidates[0]
        if len(candidates) > 1 or times[reference] > 1:
            rows, rows_now = (each.get((reference, _words(name)), {}) for each in (alike, alike_now))
            place = rows.get(number) if len(rows) > 1 else next(iter(rows.values()), None)
            place = place if len(rows) == len(rows_now) else None
        if place is None:
            notes.append((number, TWICE))
        elif not is_same_name(name, then[place][1]):
            notes.append((number, OTHER_NAME))
        else:
            found[number] = place
    return found, notes


def _named(people: Sequence[tuple[str, object]], rows: Iterable[int]) -> dict[tuple[str, str], dict[int, int]]:
    """Return, for each reference and name, as `_words` has it, the row and the place of each who has both."""
    named: dict[tuple[str, str], dict[int, int]] = {}
    for place, (row, (reference, name)) in enumerate(zip(rows, people, strict=True)):
        if words := _words(name):
            named.setdefault((reference, words), {})[row] = place
    return named


def is_same_name(one: object, other: object) -> bool:
    """Say whether two names may be one person's: the same but for accents, order and a slip, or one is not given.

    >>> is_same_name("Zoë Askham", "ASKHAM, Zoe"), is_same_name("Zoe Askham", None), is_same_name("Ann Lee", "Jo Hill")
    (True, True, False)
    """
    first, second = _words(one), _words(other)
    return not first or not second or first == second or SequenceMatcher(None, first, second).ratio() >= SAME_NAME


def _words(name: object) -> str:
    text = "" if name is None or pd.isna(name) else str(name)
    bare = re.sub("[\u0300-\u036f'\u2019]", "", unicodedata.normalize("NFKD", text))  # without accents, apostrophes
    spelt = bare.casefold().translate(NO_ACCENTS)
    letters = (each if unicodedata.category(each)[0] in "LM" else " " for each in spelt)  # of whatever script
    return " ".join(sorted("".join(letters).split()))


def reference_key(reference: object) -> str:
    """Return a reference as it is compared: upper and lower case are the same, and so is any run of spaces."""
    return "" if reference is None or reference is pd.NA else plain(reference).casefold()


def _name(row: tuple, columns: Mapping[str, int]) -> str:
    parts = ["name"] if "name" in columns else ["first_name", "last_name"]
    return " ".join(plain(row[columns[part]]) for part in parts if part in columns)
