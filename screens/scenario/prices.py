"""Show the form Your prices on the plan screen: every price in one table, and the same as a sheet to send round."""

import datetime
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from budget.scenarios.scenario import Scenario
from budget.workbook import prices_form
from data.faults import Fault, InputError
from screens import page
from screens.background.plan_cache import ASKED
from screens.scenario import form, tickets

OPEN = "prices"  # whether the form is open
TABLE, EDITED, FILLED = "prices_table", "prices_edited", "prices_filled"  # before the edits, after, how often filled
FILE, FAULTS, FOR = "prices_file", "prices_faults", "prices_for"
COLUMNS = {"value": "Your own", "low": "Your lowest", "high": "Your highest"}


@st.fragment
def show() -> None:
    """Show the form for the scenario that the last plan was asked for, once it is opened: its table is a large one."""
    form_box = st.expander("Your prices: fill in the council's own in one go", key=OPEN, on_change="rerun")
    if form_box.open:
        with form_box:
            _section()


def _section() -> None:
    state, scenario = st.session_state, _scenario()
    if state.get(FOR) != scenario:
        _fill(_table(scenario))
        state[FOR] = scenario
    st.markdown(
        "Fill in what you know and leave the rest empty. A price that you confirm counts as the council's own. Their "
        "lowest and highest are what they may turn out to be."
    )
    key = f"prices_{state[FILLED]}"
    if key not in state and EDITED in state:  # shown again after it was closed, or after another page
        state[TABLE] = state[EDITED]
    state[EDITED] = page.edit_table(
        state[TABLE],
        key=key,
        height=420,
        disabled=[name for name in state[TABLE] if name not in COLUMNS.values()],
        column_config={
            "Kind": st.column_config.TextColumn(width=190),
            "Figure": st.column_config.TextColumn(width=180),
            **{name: st.column_config.NumberColumn(width=120, format="%g") for name in COLUMNS.values()},
            "In use now": st.column_config.NumberColumn(width=90, format="%g"),
            "From": st.column_config.TextColumn(width=200),
        },
        alt="Every price and take-up, with its unit, the value in use, the council's own with its lowest and highest, "
        "its source and what would replace it.",
    )
    if state.get(FAULTS):
        page.show_faults("These prices cannot be used yet", state[FAULTS])
    if st.button("Plan with these prices", key="prices_plan", type="primary", on_click=_plan):
        st.rerun()  # the whole page: the plan is made anew
    _sheet(scenario)
    tickets.show(scenario)


def _sheet(scenario: Scenario) -> None:
    """Show the form as a file, to hand out and to take back."""
    day = scenario.day or datetime.date.today()
    content = lambda: prices_form.to_bytes(scenario, day)  # noqa: E731 - made once it is asked for
    page.download("Download the form as a sheet", content, "your-prices.xlsx", page.XLSX, key="prices_sheet")
    st.file_uploader("The sheet, filled in", type=["xlsx"], key=FILE, on_change=_take)


def _scenario() -> Scenario:
    asked = st.session_state.get(ASKED)
    return form.source() if asked is None else asked.scenario


def _table(scenario: Scenario, given: Mapping[str, Mapping[str, float | None]] | None = None) -> pd.DataFrame:
    """Return the form as a table, the index the names of the figures; `given` in place of what the scenario sets."""
    rows, given = prices_form.rows(scenario), given or {}
    table = pd.DataFrame(
        {
            "Kind": [row.kind for row in rows],
            "Figure": [row.label for row in rows],
            "Unit": [row.figure.unit for row in rows],
            "In use now": [float(row.figure.value) for row in rows],
        },
        index=[row.name for row in rows],
    )
    for key, name in COLUMNS.items():
        own = [given.get(row.name, {}).get(key) for row in rows]
        kept = [row.own[key] if value is None else value for row, value in zip(rows, own, strict=True)]
        table[name] = pd.Series(kept, index=table.index, dtype="float64")
    return table.assign(
        **{
            "From": [row.figure.provenance for row in rows],
            "Note, and what would replace it": [row.figure.note for row in rows],
        }
    )


def _fill(table: pd.DataFrame) -> None:
    state = st.session_state
    state[TABLE], state[FILLED], state[FAULTS] = table, state.get(FILLED, 0) + 1, ()
    state.pop(EDITED, None)


def _take() -> None:
    """Put what a filled-in sheet holds into the table, or show why it cannot be read."""
    state, given = st.session_state, st.session_state[FILE]
    state[FAULTS] = ()
    if given is None:
        return
    try:
        own = prices_form.read(given.getvalue(), given.name, _scenario())
        _fill(_table(_scenario(), own))
        if all(value is None for entry in own.values() for value in entry.values()):
            state[FAULTS] = (Fault(given.name, "Nothing is filled in, so no price changes. Fill in its yellow cells."),)
    except InputError as error:
        state[FAULTS] = error.faults


def _plan() -> None:
    """Put the prices into the form of the plan and plan it, or show every fault of them."""
    state = st.session_state
    own = {
        str(name): {key: None if pd.isna(row[column]) else float(row[column]) for key, column in COLUMNS.items()}
        for name, row in state[EDITED].iterrows()
    }
    try:
        form.fill(prices_form.applied(_scenario(), own))
    except InputError as error:
        state[FAULTS] = error.faults
