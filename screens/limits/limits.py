"""Show the aim of the plan and its limits, as a list of sentences that can be added to, changed and removed."""

from dataclasses import replace

import streamlit as st

from budget.allocation.inputs.objective import AIMS, MOST_ACCESS, Objective
from budget.planning.plan import Plan
from budget.scenarios import scenario_file
from budget.scenarios.scenario import Scenario
from data.faults import Fault, InputError
from data.wording import counted
from screens import page
from screens.background.plan_cache import ASKED, plan_anew
from screens.limits import editor, state
from screens.limits import wording as words
from screens.limits.entries import LimitEntry
from screens.limits.kinds import STARTS, offered

OPEN, EDITED, PRESSED, ADD, GO_ON = "limits_open", "limits_edited", "limits_pressed", "limit_add", "limits_go_on"
FILE = "limits_file"  # whether the text of the scenario file is open
AIM, REACH, BY = "limits_aim_box", "limits_reach", "limits_by"
WHY = {
    "most_access": "The usual choice: the same money brings as much within reach as it can.",
    "least_cost": "For a savings exercise, or to learn what a promise would cost.",
    "fair_first": "For members who want no place left behind. It usually lowers the access score; how much can be "
    "worked out once it is planned.",
}
FAIR_BETWEEN = {
    "district": "districts",
    "decile": "deprivation deciles",
    "priority": "the most deprived areas and others",
}


def show(plan: Plan | None) -> None:
    """Show the limits of the plan to make; the last plan's county has the choices."""
    count = len(state.entries())
    also = [] if state.objective() == MOST_ACCESS else [words.AIMS[state.objective().aim].split(":")[0].lower()]
    also += [counted(count, "limit")] if count else []
    label = "Limits: what the plan must keep to, and what it is to do best"
    with st.expander(f"{label} ({', '.join(also)})" if also else label, key=OPEN):
        if plan is None:
            st.markdown("Limits are chosen from what is in the county: make a first plan, then come back.")
            if state.entries() or st.session_state.get(state.UNREAD):
                st.button("Remove all limits", key="limits_removed", on_click=_remove_all)
            return
        _section(plan)


@st.fragment
def _section(plan: Plan) -> None:
    names = words.names_of(plan)
    _aim(plan)
    also = ":" if state.entries() else ". Nothing else yet."
    st.markdown(f"**The plan must keep to** the budget, one offer for each area{', and' if also == ':' else ''}{also}")
    for number, entry in enumerate(state.entries()):
        _listed(number, entry, names)
    _add(plan)
    if st.session_state.get(EDITED) is not None:
        _editor(plan, names)
    _again(plan)


def _aim(plan: Plan) -> None:
    now = state.objective()
    st.session_state.setdefault(AIM, now.aim)
    st.radio(
        "**The plan is to find**",
        AIMS,
        format_func=words.AIMS.__getitem__,
        captions=[WHY[aim] for aim in AIMS],
        key=AIM,
        on_change=_take_aim,
    )
    if st.session_state[AIM] == "least_cost":
        st.session_state.setdefault(REACH, "" if now.access is None else words.number(now.access))
        st.text_input(
            "Access score to reach",
            key=REACH,
            on_change=_take_aim,
            placeholder="empty: only what the limits ask for",
            help=f"The plan has an access score of {page.people(plan.allocation.access)}.",
        )
        if _reach()[1]:
            page.show_faults("This is not a number to reach", [_reach()[1]])
    if st.session_state[AIM] == "fair_first":
        st.session_state.setdefault(BY, now.by if now.by in FAIR_BETWEEN else "district")
        st.selectbox(
            "Fair between", list(FAIR_BETWEEN), format_func=FAIR_BETWEEN.__getitem__, key=BY, on_change=_take_aim
        )


def _reach() -> tuple:
    """Return the access to reach, and what is wrong with it."""
    faults: list[Fault] = []
    figure = editor.read_number(st.session_state.get(REACH, ""), "Access score to reach", faults)
    return figure, next(iter(faults), None)


def _take_aim() -> None:
    aim = st.session_state[AIM]
    reach = _reach()[0] if aim == "least_cost" else None
    by = st.session_state.get(BY, "district") if aim == "fair_first" else "district"
    state.keep(state.entries(), Objective(aim, reach, by))


def _listed(number: int, entry: LimitEntry, names: words.Names) -> None:
    sentence, buttons = st.columns([6, 2.4], vertical_alignment="center")
    text = words.sentence(entry, names)
    sentence.markdown(f"{number + 1}. {page.plain(text)}")
    with buttons.container(horizontal=True):
        for label, on_click, arguments in (("Change", _open, (number, entry)), ("Remove", _remove, (number,))):
            key = f"limit_{label.lower()}_{number}"
            st.button(f"{label} {number + 1}", key=key, on_click=on_click, args=arguments, help=text)


def _open(number: int | None, entry: LimitEntry) -> None:
    """Open the editor on a limit of the list, or on a new one."""
    st.session_state[EDITED], st.session_state[PRESSED] = (number, entry), False
    editor.fill(entry)


def _remove(number: int) -> None:
    listed = state.entries()
    state.keep((*listed[:number], *listed[number + 1 :]), state.objective())
    _close()


def _add(plan: Plan) -> None:
    """Show the choice of what to add, whose editor opens below. The box stays, so that the keyboard focus is kept."""
    labels = offered(plan)
    if (st.session_state.get(EDITED) or (0,))[0] is not None:  # nothing is being added
        st.session_state[ADD] = None

    def open_or_close() -> None:
        name = st.session_state[ADD]
        if name is None:
            _close()
        else:
            _open(None, STARTS[name].entry(plan))

    st.selectbox(
        "Add a limit",
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        key=ADD,
        on_change=open_or_close,
        placeholder="Choose what to add",
    )


def _editor(plan: Plan, names: words.Names) -> None:
    """Show the limit that is added or changed and how it will read; its faults once the button was pressed."""
    number, entry = st.session_state[EDITED]
    with st.container(border=True, key="limit_editor"):
        if number is None:
            start = STARTS[st.session_state[ADD]]
            st.markdown(f"**{start.label}**")
            st.caption(start.why)
        else:
            st.markdown(f"**Change limit {number + 1}**")
        try:
            edited, faults = editor.boxes(entry, plan), tuple[Fault, ...]()
            st.markdown(f"It will read: **{page.plain(words.sentence(edited, names))}**")
        except InputError as error:
            edited, faults = None, error.faults
        problems = st.container()
        take, leave, _ = st.columns([2, 1.2, 4])
        label = "Add this limit" if number is None else "Keep this change"
        # Not in a callback: that would read the boxes as they were before the last key was pressed.
        if take.button(label, type="primary", key="limit_take", width="stretch"):
            st.session_state[PRESSED] = True
            if edited is not None:
                _take(number, edited)
        leave.button("Cancel", key="limit_cancel", on_click=_close, width="stretch")
        if faults and st.session_state[PRESSED]:
            with problems:
                page.show_faults("This limit is not complete yet", faults)


def _take(number: int | None, entry: LimitEntry) -> None:
    """Put a limit into the list, and show the page with it."""
    listed = state.entries()
    at = len(listed) if number is None else number
    state.keep((*listed[:at], entry, *listed[at + 1 :]), state.objective())
    _close()
    st.rerun()


def _close() -> None:
    st.session_state[EDITED], st.session_state[GO_ON] = None, st.session_state.get(GO_ON, 0) + 1


def _keep_focus() -> None:
    """Put the keyboard focus on the next button after the one that had it is gone: WCAG 2.2, 2.4.3."""
    times = st.session_state.get(GO_ON, 0)
    if times and st.session_state.get(EDITED) is None:
        page.move_focus(".st-key-plan_limits_pressed button", times)


def _again(plan: Plan) -> None:
    """Show the button that plans with the limits, whether they are planned yet, and the same limits as a file."""
    asked = st.session_state.get(ASKED)
    now = (state.limits(), state.objective())
    is_planned = asked is not None and (asked.scenario.limits, asked.scenario.objective) == now
    press, notice = st.columns([1.4, 3], vertical_alignment="center")
    if press.button("Plan with these limits", type="secondary" if is_planned else "primary", key="plan_limits_pressed"):
        plan_anew()
        st.rerun()
    _keep_focus()
    if not is_planned:
        notice.markdown("**Changed since the plan was made.**")
    if not state.is_in_the_address():
        st.caption(
            "These limits are too long for this page's address: a refreshed page would lose them. Keep the file below."
        )
    if asked is not None:
        _file(plan, asked.scenario)


def _file(plan: Plan, scenario: Scenario) -> None:
    """Show the scenario file once it is asked for: what shows code is the largest part of a page to load."""
    shown = st.expander("The same for the command line, as a scenario file", key=FILE, on_change="rerun")
    if not shown.open:
        return
    with shown:
        text = scenario_file.to_text(replace(scenario, limits=state.limits(), objective=state.objective()))
        st.code(text, language=None, wrap_lines=True)  # the colours of TOML are too pale to read
        st.markdown("Whoever uses the command line makes the same plan from this file.")
        page.download("Download scenario.toml", text, "scenario.toml", "application/toml")


def _remove_all() -> None:
    state.keep((), MOST_ACCESS)
    plan_anew()
