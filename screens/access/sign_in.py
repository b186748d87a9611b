"""Let people sign in, say who has, and stop the page for whoever has not."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from websockets import http11

from data import access
from data.access import Person
from data.faults import InputError
from screens.access import settings
from screens.access.settings import AccessSettings
from screens.access.sign_ins import SignIns

SIGN_INS = SignIns()
OWNER = "access_owner"  # in the session: whose it is
LONGEST_NAME = 100  # characters
LONGEST_COOKIES = 65_536  # bytes: who is in many groups has cookies beyond 8,192, and no channel would open for them
WATCH_SECONDS = 20  # how often a page that nobody touches looks whether its sign-in is over

Result = TypeVar("Result")
_given: ContextVar[Mapping[str, Any] | None] = ContextVar("claims_of_who_acts", default=None)


def set_up(found: AccessSettings) -> None:
    """Make every function that acts ask who has signed in, where people must sign in.

    The server has loaded its library of channels by then, so that the longest line is set there, not in the
    environment.
    """
    http11.MAX_LINE_LENGTH = max(http11.MAX_LINE_LENGTH, LONGEST_COOKIES)
    access.ask_by(signed_in if found.is_required else None)


def claims() -> Mapping[str, Any]:
    """Return what the sign-in service said about whoever this run or download is for; nothing where nobody is."""
    if (given := _given.get()) is not None:
        return given
    return st.user.to_dict() if get_script_run_ctx(suppress_warning=True) is not None else {}


def signed_in() -> Person | None:
    """Return who has signed in, None where nobody has or the sign-in is over."""
    found, now = claims(), settings.read()
    if found.get("is_logged_in") is not True or SIGN_INS.why_ended(found, now) is not None:
        return None
    return person_of(found, now)


def person_of(found: Mapping[str, Any], now: AccessSettings) -> Person:
    """Return the person of these claims, with the roles that the settings give to their address or their groups.

    The name is what they call themselves, with what the sign-in service answers for behind it.
    """
    is_unproven = str(found.get("email_verified", True)).lower() == "false"
    address = "" if is_unproven else str(found.get("email") or "")
    known = {each.casefold() for each in (address, str(found["sub"])) if each}
    value = found.get(now.claim)
    values = {value} if isinstance(value, str) else {each for each in value or () if isinstance(each, str)}
    roles = {role for role, people in now.people.items() if people & known}
    roles |= {role for role, groups in now.groups.items() if groups & values}
    called = str(found.get("name") or found.get("preferred_username") or "")[:LONGEST_NAME]
    name = "".join(letter for letter in f"{called} ({address or found['sub']})" if letter.isprintable())
    return Person(name.strip(), frozenset(roles))


def as_now(work: Callable[[], Result]) -> Callable[[], Result]:
    """Return work that acts for whoever acts now, such as a file that is made once its button is pressed.

    Where their sign-in is over by then, it raises NotAllowed as any other act.
    """
    who = claims()

    def for_them() -> Result:
        before = _given.set(who)
        try:
            return work()
        finally:
            _given.reset(before)

    return for_them


def gate() -> None:
    """Show whoever has signed in on top of the page; for anybody else show how to sign in, and stop the run here."""
    try:
        now = settings.read()
    except InputError as error:
        st.error(str(error))
        st.stop()
    if not now.is_required:
        return
    found = claims()
    who = signed_in()
    owner = None if who is None else (found.get("iss"), found["sub"], found["iat"])
    if st.session_state.get(OWNER) != owner:  # what was on the page was another's, or of a sign-in that is over
        st.session_state.clear()
    if who is None:
        _ask(found, now)
        st.stop()
    st.session_state[OWNER] = owner
    SIGN_INS.act(found, now)
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        st.text(f"{who.name}: {', '.join(sorted(who.roles)) or 'no role yet'}", width="content")
        if st.button("Sign out", key="access_sign_out", type="tertiary"):
            SIGN_INS.end(found, now)
            st.session_state.clear()
            st.logout()
    _watch()


def _ask(found: Mapping[str, Any], now: AccessSettings) -> None:
    st.title("Farebridge", anchor=False)
    if found.get("is_logged_in"):
        st.info(f"{SIGN_INS.why_ended(found, now)} Sign in to go on; what was not saved is gone.")
    st.button("Sign in", key="access_sign_in", type="primary", icon=":material/login:", on_click=st.login)


@st.fragment(run_every=WATCH_SECONDS)
def _watch() -> None:
    """Run the page again once the sign-in is over, so that nothing stays on an unattended screen."""
    if signed_in() is None:
        st.rerun()
