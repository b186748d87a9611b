"""Keep the limits and the aim of the page: in the session and, where short enough, in the page's address."""

import base64
import binascii
import zlib
from collections.abc import Sequence

import streamlit as st

from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.objective import MOST_ACCESS, Objective
from budget.scenarios import scenario_file
from budget.scenarios.scenario import Scenario
from data.faults import InputError
from screens.limits.entries import LimitEntry, entries_of, limits_of

ENTRIES, AIM, UNREAD = "limits_entries", "limits_aim", "limits_unread"
ADDRESS = "limits"
MOST_CHARACTERS = 1500  # of an address that mail programs leave whole
MOST_TEXT = 200_000  # characters of what an address unpacks to


def entries() -> tuple[LimitEntry, ...]:
    """Return the list of limits."""
    _begin()
    return st.session_state[ENTRIES]


def objective() -> Objective:
    """Return the aim of the plan."""
    _begin()
    return st.session_state[AIM]


def limits() -> Limits:
    """Return the list of limits as a scenario has it."""
    return limits_of(entries())


def read() -> tuple[Limits, Objective]:
    """Return the limits and the aim, checked. Raises InputError with every fault, also of those in the address."""
    _begin()
    if st.session_state[UNREAD]:
        raise InputError("limits", [st.session_state[UNREAD]])
    scenario_file.from_text(scenario_file.to_text(_scenario()), "limits")
    return limits(), objective()


def _scenario() -> Scenario:
    return Scenario(limits=limits(), objective=objective())


def keep(listed: Sequence[LimitEntry], aim: Objective) -> None:
    """Take over a list of limits and an aim, and put them into the address where they fit."""
    st.session_state[ENTRIES], st.session_state[AIM], st.session_state[UNREAD] = tuple(listed), aim, ""
    write_address()


def write_address() -> None:
    """Put the limits into the page's address where they fit: Streamlit drops them when the user changes page."""
    is_plain = not entries() and objective() == MOST_ACCESS
    packed = "" if is_plain or st.session_state[UNREAD] else pack(_scenario())
    if packed and len(packed) <= MOST_CHARACTERS:
        st.query_params[ADDRESS] = packed
    elif not st.session_state[UNREAD]:
        st.query_params.pop(ADDRESS, None)


def is_in_the_address() -> bool:
    """Say whether a refreshed page would have these limits."""
    return ADDRESS in st.query_params or (not entries() and objective() == MOST_ACCESS)


def _begin() -> None:
    """Read the address when the page is opened."""
    if ENTRIES in st.session_state:
        return
    st.session_state[ENTRIES], st.session_state[AIM], st.session_state[UNREAD] = (), MOST_ACCESS, ""
    if packed := st.query_params.get(ADDRESS):
        try:
            found = unpack(packed)
        except InputError as error:
            st.session_state[UNREAD] = (
                f"those in the address of this page cannot be read ({error.faults[0].problem}). Ask for the address "
                "again, or press Remove all limits."
            )
        else:
            st.session_state[ENTRIES], st.session_state[AIM] = entries_of(found.limits), found.objective


def pack(scenario: Scenario) -> str:
    """Return a scenario in the letters of an address, without the line that tells a reader of the file what it is."""
    text = scenario_file.to_text(scenario)
    packed = zlib.compress((text.partition("\n")[2] if text.startswith("#") else text).encode(), 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def unpack(packed: str) -> Scenario:
    """Return what `pack` packed. Raises InputError for anything else."""
    try:
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(raw, MOST_TEXT).decode()
        if not unpacking.eof:
            raise ValueError("cut short")
    except (binascii.Error, zlib.error, UnicodeDecodeError, ValueError):
        raise InputError(ADDRESS, ["it was cut short or changed"]) from None
    return scenario_file.from_text(text, ADDRESS)
