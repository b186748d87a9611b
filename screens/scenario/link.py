"""Say what a link asked of the form that it could not take: Streamlit leaves such an answer out without a word."""

from collections.abc import Iterable

import streamlit as st

from screens import page

NOT_TAKEN = "link_not_taken"  # in the session: sentences, until a plan is asked for
YES_OR_NO = ("true", "false")


def look(numbers: Iterable[str], ticks: Iterable[str]) -> None:
    """Note each answer in the address that is none, before the boxes of the form are made; once in a session.

    `numbers` and `ticks` are keys of boxes for a number, and for yes or no.
    """
    if NOT_TAKEN in st.session_state:
        return
    asked = st.query_params.to_dict()
    wrong = [name for name in numbers if name in asked and not _is_number(asked[name])]
    wrong += [name for name in ticks if name in asked and asked[name].lower() not in YES_OR_NO]
    st.session_state[NOT_TAKEN] = [f"{name}={asked[name]}" for name in wrong]


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdecimal()


def forget() -> None:
    """Say no more of the link: what is asked for now was typed."""
    st.session_state[NOT_TAKEN] = []


def show() -> None:
    """Say what was not taken."""
    if wrong := st.session_state.get(NOT_TAKEN):
        st.warning(
            f"The link asks for {page.plain(', '.join(wrong))}, which this page does not know. It is left as it "
            "is in the form: look at the settings before you use the plan."
        )
