"""The decisions of last round, and who of them stands in this round's file.

People are known by their reference, and by their name where both rounds give one: a reference that has passed to
another name is another person, so that nobody is given somebody else's evidence.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from eligibility.applicants.applicant_file import RawTable
from eligibility.applicants.values import plain

TWICE = "The reference stands more than once: compare with last round by hand."
SPELT = "The name was spelt otherwise last round: taken as the same person."
OTHER_NAME = (
    "Last round this reference had another name: taken as another person. If it is the same one, "
    "write the name as it was."
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

    `columns`: the place of each fact in a row. A reference that stands more than once, in either round, is matched by a
    name that stands once beside it in both; else by hand. Its row in the file says nothing: files are sorted anew.
    """
    before: dict[str, dict[int, str]] = {}
    for place, (reference, name) in enumerate(zip(last.decisions["person_id"], last.decisions["name"], strict=True)):
        before.setdefault(reference_key(reference), {})[place] = name_key(name)
    now: dict[str, dict[int, str]] = {}
    for number, row in zip(raw.row_numbers, raw.rows, strict=True):
        now.setdefault(reference_key(row[columns["person_id"]]), {})[number] = name_key(_name(row, columns))
    found: dict[int, int] = {}
    notes: list[tuple[int, str]] = []
    for key in now.keys() & before.keys() - {""}:
        for number, name in now[key].items():
            match, note = _match(name, now[key], before[key])
            if match is not None:
                found[number] = match
            if note:
                notes.append((number, note))
    return found, sorted(notes)


def _match(name: str, now: Mapping[int, str], before: Mapping[int, str]) -> tuple[int | None, str]:
    """Return the place of whoever has this name under one reference, or None, and what to check.

    `now`: row of the file -> name; `before`: place -> name; all with the same reference.
    """
    if len(now) > 1 or len(before) > 1:
        named = [place for place, other in before.items() if name and other == name]
        is_one = len(named) == 1 and list(now.values()).count(name) == 1
        return (named[0], "") if is_one else (None, TWICE)
    place, other = next(iter(before.items()))
    if not name or not other or name == other:
        return place, ""
    return (place, SPELT) if is_a_slip(name, other) else (None, OTHER_NAME)


def name_key(name: object) -> str:
    """Return a name as it is compared: its letters of any script without accents, its words in the order of letters.

    >>> name_key("Zoë Askham") == name_key("ASKHAM, Zoe"), name_key("Мария"), name_key(None)
    (True, 'мария', '')
    """
    text = "" if name is None or pd.isna(name) else str(name)
    letters = unicodedata.normalize("NFKD", text).casefold().translate({ord(mark): None for mark in "'’`"})
    kept = (letter if unicodedata.category(letter)[0] in "LM" else " " for letter in letters)
    return " ".join(sorted("".join(mark for mark in kept if not unicodedata.combining(mark)).split()))


def is_a_slip(one: str, other: str) -> bool:
    """Say whether two name keys are one letter apart: one more, one less, another, or two neighbours exchanged.

    Our assumption: more than that is another name, as Daniel and Danielle are.

    >>> is_a_slip("askham zoe", "asckham zoe"), is_a_slip("daniel okafor", "danielle okafor")
    (True, False)
    """
    one, other = sorted((one, other), key=len)
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    exchanged = one[start : start + 2] == other[start : start + 2][::-1] and one[start + 2 :] == other[start + 2 :]
    return exchanged or one[start + 1 :] == other[start + 1 :]


def reference_key(reference: object) -> str:
    """Return a reference as it is compared: upper and lower case are the same, and so is any run of spaces."""
    return "" if reference is None or reference is pd.NA else plain(reference).casefold()


def _name(row: tuple, columns: Mapping[str, int]) -> str:
    parts = ["name"] if "name" in columns else ["first_name", "last_name"]
    return " ".join(plain(row[columns[part]]) for part in parts if part in columns)
