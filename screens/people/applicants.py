"""The file of applicants of one session: in its memory alone, under keys that "Forget" deletes together.

Nothing here goes into an address, a shared cache, a log or a file. Each result is stored with the rules, day and
columns that made it, and is not shown with others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import streamlit as st

from data.access import Right, needs
from eligibility.applicants import headings, presets
from eligibility.applicants.applicant_file import RawTable, read_bytes
from eligibility.applicants.headings import ColumnMapping
from eligibility.applicants.presets import Preset
from eligibility.runs import applications
from eligibility.runs.applications import Prepared, Run
from eligibility.runs.decisions_file import read_last_round
from eligibility.runs.evidence import take_over
from eligibility.runs.last_round import Carried, LastRound
from screens.people.choose_rules import RuleChoice

PREFIX = "applicants_"  # of every key of the session with anything about applicants
FILE, CHOICES, PREPARED, RUN, TURN = (f"{PREFIX}{part}" for part in ("file", "choices", "prepared", "run", "turn"))
LAST = f"{PREFIX}last_round"
PRESET = f"{PREFIX}preset"
LETTERS = f"{PREFIX}letters"


@dataclass(frozen=True, slots=True)
class ApplicantFile:
    """A file as it was read."""

    name: str
    raw: RawTable


@needs(Right.PEOPLE)
def take(name: str, content: bytes) -> None:
    """Read a file in place of any other. Raises InputError with its faults."""
    forget()
    st.session_state[FILE] = ApplicantFile(name, read_bytes(content, name, headings.score))


def take_last_round(name: str, content: bytes) -> None:
    """Read last round's decisions in place of any others. Raises InputError with their faults."""
    st.session_state[LAST] = read_last_round(content, name)


def use_last_round(*, is_renewal: bool) -> None:
    """Take the last round as one of the same year, or of another."""
    last = st.session_state[LAST]
    if last.is_renewal != is_renewal:
        st.session_state[LAST] = replace(last, is_renewal=is_renewal)


def forget_last_round() -> None:
    """Decide without a last round from now on."""
    st.session_state.pop(LAST, None)


def last_round() -> LastRound | None:
    """Return last round's decisions, None for none."""
    return st.session_state.get(LAST)


def current() -> ApplicantFile | None:
    """Return the file of this session."""
    return st.session_state.get(FILE)


def forget() -> None:
    """Delete the applicants: the file, everything read or decided from it, and what the uploader has."""
    turn = this_turn()
    for key in [key for key in st.session_state if str(key).startswith(PREFIX)]:
        del st.session_state[key]
    st.session_state[TURN] = turn + 1


def this_turn() -> int:
    """Return a number for the keys of widgets, so that they are new ones after a forget or another mapping."""
    return st.session_state.get(TURN, 0)


def mapping(file: ApplicantFile, basis: RuleChoice) -> ColumnMapping:
    """Return the fact of each column: as proposed, with the choices by hand. Raises InputError as `by_hand`."""
    proposed = headings.propose(file.raw.headings, basis.rules)
    if chosen := preset():
        proposed = presets.applied(chosen, proposed)
    choices = st.session_state.get(CHOICES, {}).items()
    return proposed.by_hand({head: fact for head, fact in choices if fact.split(" ")[0] in {"", *proposed.targets}})


def preset() -> Preset | None:
    """Return the preset by which the columns are read, None for none."""
    return st.session_state.get(PRESET)


def choose_preset(chosen: Preset | None) -> None:
    """Read the columns by a preset from now on; what was chosen by hand goes."""
    st.session_state[PRESET], st.session_state[CHOICES] = chosen, {}
    st.session_state[TURN] = this_turn() + 1


def accept(kind: str) -> None:
    """Take the answer to one of `offers.OFFERS` from its box."""
    file = st.session_state[FILE]
    said = {kind} if st.session_state[f"{PREFIX}offer_{kind}_{this_turn()}"] else set()
    raw = replace(file.raw, accepted=frozenset((file.raw.accepted - {kind}) | said))
    st.session_state[FILE] = replace(file, raw=raw)


def choose_columns(choices: Mapping[str, str]) -> None:
    """Store the choices by hand, heading to fact ("" for not read); a fact leaves the column that it had."""
    facts = {choice.split(" ")[0] for choice in choices.values() if choice}
    before = st.session_state.get(CHOICES, {})
    earlier = {heading: "" if choice.split(" ")[0] in facts else choice for heading, choice in before.items()}
    st.session_state[CHOICES] = {**earlier, **choices}
    st.session_state[TURN] = this_turn() + 1


def prepared(file: ApplicantFile, columns: ColumnMapping, basis: RuleChoice) -> Prepared:
    """Return the file read and placed, again only where something changed. Raises InputError as `take_over` does."""
    return _made_ready(file, columns, basis)[0]


def _made_ready(
    file: ApplicantFile, columns: ColumnMapping, basis: RuleChoice
) -> tuple[Prepared, ColumnMapping, Carried | None]:
    """Return the file read and placed, with last round's evidence in it, its columns and what was taken over."""
    key = _key(columns, basis)
    if st.session_state.get(PREPARED, (None, None))[0] != key:
        raw, carried, last = file.raw, None, last_round()
        if last is not None:
            raw, columns, carried = take_over(raw, columns, last, decided_on=basis.decided_on)
        read = applications.prepare(raw, columns, basis.rules, basis.county, decided_on=basis.decided_on)
        st.session_state[PREPARED] = (key, (read, columns, carried))
    return st.session_state[PREPARED][1]


def decide(file: ApplicantFile, columns: ColumnMapping, basis: RuleChoice, progress: Callable[[str], None]) -> None:
    """Decide about everybody in the file and store the run."""
    ready, read_columns, carried = _made_ready(file, columns, basis)
    run = applications.decide_all(
        ready,
        read_columns,
        basis.rules,
        basis.county,
        decided_on=basis.decided_on,
        progress=progress,
        carried=carried,
    )
    st.session_state[RUN] = (_key(columns, basis), run)


def decided(columns: ColumnMapping, basis: RuleChoice) -> Run | None:
    """Return the run with these columns, rules, day and county, None where there is none."""
    key, run = st.session_state.get(RUN, (None, None))
    return run if key == _key(columns, basis) else None


def last_run() -> Run | None:
    """Return the last run, by whatever rules, None where there is none."""
    return st.session_state.get(RUN, (None, None))[1]


def store_letters(run: Run, kind: str, content: bytes) -> None:
    """Store the letters of a run in place of those of any other run."""
    st.session_state[LETTERS] = (run, {**_letters_of(run), kind: content})


def letters(run: Run, kind: str) -> bytes | None:
    """Return the letters of a run, None where they have not been made."""
    return _letters_of(run).get(kind)


def _letters_of(run: Run) -> dict[str, bytes]:
    their_run, letters = st.session_state.get(LETTERS, (None, {}))
    return letters if their_run is run else {}


def _key(columns: ColumnMapping, basis: RuleChoice) -> tuple:
    file = current()
    return (
        file and file.raw.accepted,
        id(last_round()),
        columns.columns,
        basis.rules.stamp,
        basis.decided_on,
        basis.county.manifest.checksum,
    )
