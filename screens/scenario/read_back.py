"""A plan's workbook read back on the plan screen: what was changed in it is listed before anything is planned again."""

import streamlit as st

from budget.workbook.read_back import read_back
from budget.workbook.read_back.read_back import ReadBack
from data.faults import Fault, InputError
from screens import page
from screens.background import plan_cache
from screens.scenario import form

FILE, CAME, FAULTS = "read_back_file", "read_back_came", "read_back_faults"
FOR_APPLICANTS = (
    "This plan is for applicants. Read it back on the command line, where their decisions can be given as well: "
    "python -m budget plan --from-workbook PLAN.xlsx --applicants DECISIONS.xlsx."
)


def show() -> None:
    """Show where a workbook is given, each cell of it that is wrong or what was changed, and the button to plan it."""
    with st.expander("Read a workbook back", key="read_back"):
        st.file_uploader(
            "A plan's workbook, as it was downloaded here, with what you changed in its yellow cells",
            type=["xlsx"],
            key=FILE,
            on_change=_take,
        )
        if st.session_state.get(FAULTS):
            page.show_faults("This workbook cannot be read back", st.session_state[FAULTS])
        came: ReadBack | None = st.session_state.get(CAME)
        if came is None:
            st.caption("Nothing is planned before you have seen what was changed. The file stays in this session.")
            return
        st.markdown(_changes(came))
        for caution in _cautions(came):
            st.warning(caution)
        st.button(
            "Plan with these changes" if came.changes else "Plan it again",
            key="read_back_plan",
            type="primary",
            on_click=_plan,
        )


def _take() -> None:
    """Read the file that was given; without one, forget the last."""
    state, given = st.session_state, st.session_state[FILE]
    state[CAME], state[FAULTS] = None, ()
    if given is None:
        return
    try:
        came = read_back.from_bytes(given.getvalue(), given.name)
    except InputError as error:
        state[FAULTS] = error.faults
        return
    if came.origin.for_applicants:
        state[FAULTS] = (Fault("", FOR_APPLICANTS),)
    else:
        state[CAME] = came


def _changes(came: ReadBack) -> str:
    if not came.changes:
        return f"**{read_back.NOTHING}**"
    rows = "\n".join(
        f"| {_cell(change.label)} | {_cell(change.before)} | {_cell(change.after)} | {_cell(change.place)} |"
        for change in came.changes
    )
    count = len(came.changes)
    title = f"**{count} {'change' if count == 1 else 'changes'} since the plan was solved**"
    return f"{title}\n\n| What | Was | Is | Cell |\n|---|---|---|---|\n{rows}"


def _cell(text: str) -> str:
    return page.plain(" ".join(text.split()))


def _cautions(came: ReadBack) -> list[str]:
    """Return what of the workbook the new plan will not have."""
    cautions = []
    if came.not_read_back:
        kept = "\n".join(f"- {page.plain(words)}" for words in came.not_read_back)
        cautions.append(f"Not read back:\n\n{kept}")
    if plan_cache.named(came.scenario.bundle) is None:
        cautions.append(
            f"The plan was made for {page.plain(came.origin.county)} as it was then, and that bundle is not here. Open "
            "it as the county first, or the plan will be refused."
        )
    if came.origin.matrices:
        cautions.append("The plan was made with a travel matrix. Read it back on the command line, with --journeys.")
    if came.origin.gamma is not None:
        cautions.append(
            f"The plan was safe against {came.origin.gamma} cohorts at their worst. Here it is planned without that; "
            "see the robust plan under risk."
        )
    return cautions


def _plan() -> None:
    """Put the scenario into the form and have it planned; what cannot be planned here is shown."""
    state = st.session_state
    try:
        form.fill(state[CAME].scenario)
    except InputError as error:
        state[FAULTS] = error.faults
    state[CAME] = None
