"""Read a plan's workbook back on the plan screen: list its changes before anything is planned again."""

import streamlit as st

from budget.workbook.read_back import read_back
from budget.workbook.read_back.read_back import ReadBack
from data.faults import Fault, InputError
from data.wording import counted
from screens import page
from screens.background.plan_cache import county_with_checksum
from screens.scenario import form

FILE, READ, FAULTS, TAKEN = "read_back_file", "read_back_read", "read_back_faults", "read_back_taken"
FOR_APPLICANTS = (
    "This plan is for applicants. Read it back on the command line, where their decisions can be given as well: "
    "python -m budget plan --from-workbook PLAN.xlsx --applicants DECISIONS.xlsx."
)


def show() -> None:
    """Show the part of a page in which a workbook is read back, folded."""
    with st.expander("Read a workbook back", key="read_back"):
        section()


def section() -> bool:
    """Show where to give a workbook, each cell that is wrong or was changed, and the button to plan with it.

    Return whether it was pressed and the form has what the workbook asks for.
    """
    st.file_uploader(
        "A plan's workbook, as it was downloaded here, with what you changed in its yellow cells",
        type=["xlsx"],
        key=FILE,
        on_change=_take,
    )
    if st.session_state.get(FAULTS):
        page.show_faults("This workbook cannot be read back", st.session_state[FAULTS])
    workbook: ReadBack | None = st.session_state.get(READ)
    if workbook is None:
        st.caption("Nothing is planned before you have seen what was changed. The file stays in this session.")
        return st.session_state.pop(TAKEN, False)
    st.markdown(_changes(workbook))
    for caution in _cautions(workbook):
        st.warning(caution)
    label = "Plan with these changes" if workbook.changes else "Plan it again"
    st.button(label, key="read_back_plan", type="primary", on_click=_plan)
    return False


def _take() -> None:
    """Read the file; without one, forget the last."""
    state, given = st.session_state, st.session_state[FILE]
    state[READ], state[FAULTS] = None, ()
    if given is None:
        return
    try:
        workbook = read_back.from_bytes(given.getvalue(), given.name)
    except InputError as error:
        state[FAULTS] = error.faults
        return
    if workbook.origin.for_applicants:
        state[FAULTS] = (Fault("", FOR_APPLICANTS),)
    else:
        state[READ] = workbook


def _changes(workbook: ReadBack) -> str:
    if not workbook.changes:
        return f"**{read_back.NOTHING}**"
    rows = "\n".join(
        f"| {_cell(change.label)} | {_cell(change.before)} | {_cell(change.after)} | {_cell(change.place)} |"
        for change in workbook.changes
    )
    title = f"**{counted(len(workbook.changes), 'change')} since the plan was solved**"
    return f"{title}\n\n| What | Was | Is | Cell |\n|---|---|---|---|\n{rows}"


def _cell(text: str) -> str:
    return page.plain(" ".join(text.split()))


def _cautions(workbook: ReadBack) -> list[str]:
    """Return what of the workbook the new plan will leave out."""
    cautions = []
    if workbook.not_read_back:
        cautions.append(f"Not read back:\n\n{page.bullets(workbook.not_read_back)}")
    if county_with_checksum(workbook.scenario.bundle) is None:
        cautions.append(
            f"The plan was made for {page.plain(workbook.origin.county)} as it was then, and that is not here. "
            "Open it as the county first, or the plan will be refused."
        )
    if workbook.origin.matrices:
        cautions.append("The plan was made with a travel matrix. Read it back on the command line, with --journeys.")
    if workbook.origin.gamma is not None:
        cautions.append(
            f"The plan was safe against {workbook.origin.gamma} cohorts at their worst. Here it is planned without "
            "that safety: see the robust plan under risk."
        )
    return cautions


def _plan() -> None:
    """Put the scenario into the form and plan it, or show why it cannot be planned here."""
    state = st.session_state
    try:
        form.fill(state[READ].scenario)
        state[TAKEN] = True
    except InputError as error:
        state[FAULTS] = error.faults
    state[READ] = None
