"""The file of applicants of one session: held in its memory alone, under keys that "Forget" deletes together.

Nothing here goes into an address, a cache that others share, a log or a file. What was read or decided by other rules,
another day or other columns than those chosen now is not shown: each part is kept with what made it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from eligibility.applicants import headings
from eligibility.applicants.applicant_file import RawTable, read_bytes
from eligibility.applicants.headings import ColumnMapping
from eligibility.runs import applications
from eligibility.runs.applications import Prepared, Run
from screens.people.choose_rules import Chosen

KEPT = "applicants_"  # begins every key of the session that holds anything about applicants
FILE, CHOICES, PREPARED, RUN, TURN = (f"{KEPT}{part}" for part in ("file", "choices", "prepared", "run", "turn"))
LETTERS = f"{KEPT}letters"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was read."""

    name: str
    raw: RawTable


def take(name: str, content: bytes) -> None:
    """Read a file and hold it in place of any other. Raises InputError with what is wrong with it."""
    forget()
    st.session_state[FILE] = File(name, read_bytes(content, name, headings.score))


def held() -> File | None:
    """Return the file that this session holds."""
    return st.session_state.get(FILE)


def forget() -> None:
    """Forget the applicants: the file, what was read of it, what was decided, and what the uploader holds."""
    turn = this_turn()
    for key in [key for key in st.session_state if str(key).startswith(KEPT)]:
        del st.session_state[key]
    st.session_state[TURN] = turn + 1


def this_turn() -> int:
    """Return a number for the keys of widgets, which are new ones after the applicants were forgotten or re-mapped."""
    return st.session_state.get(TURN, 0)


def mapping(file: File, ground: Chosen) -> ColumnMapping:
    """Return what each column is taken for: as proposed, with the choices by hand. Raises InputError as `by_hand`."""
    proposed = headings.propose(file.raw.headings, ground.rules)
    by_hand = {
        heading: choice
        for heading, choice in st.session_state.get(CHOICES, {}).items()
        if not choice or choice.split(" ")[0] in proposed.targets
    }
    return proposed.by_hand(by_hand)


def choose_columns(choices: Mapping[str, str]) -> None:
    """Keep what columns were taken for by hand: heading to fact, "" for not read; a fact leaves the column it had."""
    facts = {choice.split(" ")[0] for choice in choices.values() if choice}
    before = st.session_state.get(CHOICES, {})
    kept = {heading: "" if choice.split(" ")[0] in facts else choice for heading, choice in before.items()}
    st.session_state[CHOICES] = {**kept, **choices}
    st.session_state[TURN] = this_turn() + 1


def prepared(file: File, columns: ColumnMapping, ground: Chosen) -> Prepared:
    """Return the file read and placed, again only where something changed."""
    return _kept(
        PREPARED,
        (columns.columns, _key(ground)),
        lambda: applications.prepare(file.raw, columns, ground.rules, ground.county, decided_on=ground.decided_on),
    )


def decide(file: File, columns: ColumnMapping, ground: Chosen, progress: Callable[[str], None]) -> None:
    """Decide about everybody in the file and hold the run."""
    ready = prepared(file, columns, ground)
    run = applications.decide_all(
        ready, columns, ground.rules, ground.county, decided_on=ground.decided_on, progress=progress
    )
    st.session_state[RUN] = ((columns.columns, _key(ground)), run)


def decided(columns: ColumnMapping, ground: Chosen) -> Run | None:
    """Return the run by these columns, rules, day and county, where there is one."""
    key, run = st.session_state.get(RUN, (None, None))
    return run if key == (columns.columns, _key(ground)) else None


def last_run() -> Run | None:
    """Return the run that was made last, by whatever rules."""
    return st.session_state.get(RUN, (None, None))[1]


def keep_letters(run: Run, kind: str, content: bytes) -> None:
    """Hold the letters of a run until they are taken away or forgotten; those of another run are let go."""
    st.session_state[LETTERS] = (run, {**_letters_of(run), kind: content})


def letters(run: Run, kind: str) -> bytes | None:
    """Return the letters of a run, where they have been made."""
    return _letters_of(run).get(kind)


def _letters_of(run: Run) -> dict[str, bytes]:
    whose, made = st.session_state.get(LETTERS, (None, {}))
    return made if whose is run else {}


def _key(ground: Chosen) -> tuple:
    return ground.rules.stamp, ground.decided_on, ground.county.manifest.checksum


def _kept(name: str, key: tuple, make: Callable[[], Prepared]) -> Prepared:
    if st.session_state.get(name, (None, None))[0] != key:
        st.session_state[name] = (key, make())
    return st.session_state[name][1]
