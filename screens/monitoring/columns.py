"""Ask which column of a ledger's file is which, where its headings do not say it."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from budget.monitoring import actuals_file
from data.faults import InputError
from screens import page

ASKED = {
    "period": "The period, month or date",
    "year": "The financial year",
    "centre": "The cost centre",
    "code": "The subjective or account",
    "amount": "The amount",
    "debit": "Debit",
    "credit": "Credit",
    "cumulative": "The amount to date",
    "committed": "What is on order",
    "accrual": "What is accrued",
}
COLUMN = "monitoring_column"


def ask_for_columns(given: Any, read: Callable[[Mapping[str, str]], None]) -> None:
    """Show a box for each thing that a file holds, and read the file again by what is chosen.

    `given` is the uploaded file; `read` takes what each chosen column is, and its heading.
    """
    if given is None:
        return
    try:
        headings = actuals_file.headings(given.getvalue(), given.name)
    except InputError:
        return  # there is no table to choose from, as the faults above say
    with st.expander("Say which column is which"), st.form("monitoring_columns", border=False):
        st.caption("It is kept with the scenario, so the next file with these headings is read without asking.")
        with st.grid(2, min_column_width=220):
            for role, words in ASKED.items():
                st.selectbox(page.plain(words), ["", *headings], key=f"{COLUMN}_{role}")
        st.form_submit_button("Read the file so", on_click=_chosen, args=(read,))


def _chosen(read: Callable[[Mapping[str, str]], None]) -> None:
    chosen = {role: st.session_state[f"{COLUMN}_{role}"] for role in ASKED}
    read({role: heading for role, heading in chosen.items() if heading})
