"""The saved scenario on the plan screen: which one is open, what has changed since, and how it is saved and sent."""

import streamlit as st

from budget.planning.plan import Plan
from budget.scenarios.differences import differences
from budget.store.entries import Conflict, Saved, moment
from data.faults import InputError
from screens import page
from screens.scenario import form, saved

NAME, NOTE, WHO = "save_name", "save_note", "save_who"
NO_PEOPLE = "Write nothing about a young person here, their name least of all: others will read it."
MOST_DIFFERENCES = 12


def show_open() -> None:
    """Show what is open and what came of opening and saving; it stands above the form and knows no plan yet."""
    if saved.problems():
        page.show_faults("The library of scenarios", saved.problems())
        st.button("Try again", on_click=saved.try_again, key="saved_try_again")
    if st.session_state.get(saved.BEFORE):
        said, back = st.columns([4, 1.4], vertical_alignment="center")
        said.info("What was in the form before this scenario was opened had not been saved. It is still there.")
        back.button("Go back to it", on_click=saved.go_back, width="stretch", key="saved_go_back")


def show(plan: Plan | None, stands: bool) -> None:
    """Show how the scenario of the plan can be saved, again or for the first time, and sent."""
    found = saved.opened()
    if found is not None:
        _open(found, plan, stands)
    elif plan is not None:
        with st.expander("Save this scenario, to come back to it or send it to a colleague", key="save_open"):
            _new(plan, stands)


def _new(plan: Plan, stands: bool) -> None:
    st.text_input("Name of the scenario", key=NAME, placeholder="such as: Protect East Lindsey")
    _note_and_who()
    st.button(
        "Save", key="save_new", type="primary", disabled=not stands, on_click=_save, args=(plan,), kwargs={"new": True}
    )
    _said(plan)


def _open(found: Saved, plan: Plan | None, stands: bool) -> None:
    changed = plan is not None and stands and saved.is_changed(plan)
    with st.container(border=True, key="saved_panel"):
        state = "**changed since it was saved**" if changed else "as it was saved" if stands else "not planned yet"
        st.markdown(
            f"**{page.plain(found.name)}**, version {found.version}, saved by {page.plain(found.author)} "
            f"{moment(found.saved_at)}: {state}."
        )
        if found.note:
            st.caption(page.plain(found.note))
        _newer(found)
        if carried := form.not_shown():
            st.caption("Kept as saved, though the form does not show it: " + page.plain("; ".join(carried)) + ".")
        if changed:
            _differences("Changed since it was saved", found, plan)
        with st.expander("Save or send", key="saved_actions", expanded=saved.REFUSED in st.session_state):
            st.markdown("**The address of this scenario**, to send to a colleague:")
            st.code(saved.address_of(found.id), language=None, wrap_lines=True)
            _note_and_who()
            with st.container(horizontal=True):
                st.button(
                    f"Save as version {found.version + 1}",
                    key="save_next",
                    type="primary",
                    disabled=not changed,
                    on_click=_save,
                    args=(plan,),
                )
                st.button("Go back to what was saved", key="saved_again", disabled=not changed, on_click=_again)
                st.button("Leave it, keep the form", key="saved_close", on_click=saved.close)
            st.text_input("Name of the copy", key=NAME, placeholder=f"{found.name} (copy)")
            st.button(
                "Save as a copy", key="save_copy", disabled=not stands, on_click=_save, args=(plan,),
                kwargs={"new": True},
            )  # fmt: skip
        _said(plan)


def _newer(found: Saved) -> None:
    """Say that another has saved since."""
    try:
        latest = saved.library().get(found.id)
    except InputError as error:
        page.show_faults("The library of scenarios", error.faults)
        return
    if latest.deleted_at is not None:
        st.warning("It has been deleted since it was opened here. Save it as a copy, or restore it on Scenarios.")
    elif latest.version > found.version:
        st.warning(
            f"{page.plain(latest.author)} saved version {latest.version} {moment(latest.saved_at)}. Here is still "
            f"version {found.version}.",
        )


def _note_and_who() -> None:
    st.text_area("Note", key=NOTE, height=80, help=NO_PEOPLE, placeholder="why this scenario, agreed by whom")
    if WHO not in st.session_state:
        st.session_state[WHO] = saved.who()
    st.text_input("Your name", key=WHO, disabled=bool(getattr(st.user, "is_logged_in", False)))
    st.caption(NO_PEOPLE)


def _save(plan: Plan, *, new: bool = False, over: int | None = None) -> None:
    state = st.session_state
    state[saved.WHO] = state[WHO]
    name = None
    if new:
        name = state[NAME] or (f"{saved.opened().name} (copy)" if saved.opened() else "")
    if saved.save(plan, state[WHO], state[NOTE], name=name, over=over):
        state[NAME] = state[NOTE] = ""


def _again() -> None:
    saved.open_saved(saved.opened())


def _said(plan: Plan) -> None:
    """Say what came of saving; of a refused, how the two differ and what can be done."""
    if done := st.session_state.get(saved.DONE):
        st.success(done)
    refused = st.session_state.get(saved.REFUSED)
    if refused is None:
        return
    if not isinstance(refused, Conflict):
        page.show_faults("Not saved", refused.faults)
        return
    st.error(f"**Not saved: {page.plain(refused.there.name)}**\n\n{page.plain(refused.problem)}")
    if refused.kind != "saved":
        return
    try:
        theirs = saved.library().get(refused.there.id, refused.there.version)
    except InputError as error:
        page.show_faults("The library of scenarios", error.faults)
        return
    _differences(f"How yours differs from version {theirs.version}", theirs, plan)
    st.button(
        f"Save yours over theirs, as version {theirs.version + 1}", key="save_over", on_click=_save, args=(plan,),
        kwargs={"over": theirs.version},
    )  # fmt: skip
    st.button("Save yours as a copy", key="save_refused_copy", on_click=_save, args=(plan,), kwargs={"new": True})
    st.button(f"Open version {theirs.version}", key="open_theirs", on_click=saved.open_saved, args=(theirs,))


def _differences(title: str, found: Saved, plan: Plan) -> None:
    mine = plan.pinned_scenario
    if not found.scenario.bundle:
        mine = plan.scenario
    words = [each.words for each in differences(found.scenario, mine)]
    lines = "\n".join(f"- {page.plain(each)}" for each in words[:MOST_DIFFERENCES])
    more = f"\n- and {len(words) - MOST_DIFFERENCES} more" if len(words) > MOST_DIFFERENCES else ""
    st.markdown(f"{title}:\n\n{lines}{more}" if words else f"{title}: in nothing that alters a plan.")
