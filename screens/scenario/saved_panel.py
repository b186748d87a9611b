"""Show the saved scenario on the plan screen: its name, its changes since, and how to save and send it."""

from typing import Any

import streamlit as st

from budget.planning.plan import Plan
from budget.scenarios.differences import differences
from budget.store.entries import SaveConflict, SavedScenario, moment
from screens import page
from screens.scenario import form, saved

NAME, NOTE, WHO = "save_name", "save_note", "save_who"
NO_PEOPLE = "Write nothing about a young person here, least of all a name: others will read it."
MOST_DIFFERENCES = 12


def show_open() -> None:
    """Show the problems of opening, and a way back to unsaved work; this is above the form, before there is a plan."""
    if problems := st.session_state.get(saved.PROBLEM):
        page.show_faults("The library of scenarios", problems)
        st.button("Try again", on_click=saved.try_again, key="saved_try_again")
    if st.session_state.get(saved.BEFORE):
        notice, back = st.columns([4, 1.4], vertical_alignment="center")
        notice.info("The form had unsaved changes before this scenario was opened. You can go back to them.")
        back.button("Go back to them", on_click=saved.go_back, width="stretch", key="saved_go_back")


def show(plan: Plan | None, is_current: bool) -> None:
    """Show the open scenario on the plan screen: by whom it was saved, and what was changed since."""
    if (found := saved.opened()) is None:
        return
    changed = plan is not None and is_current and saved.is_changed(plan)
    with st.container(border=True, key="saved_panel"):
        state = "**changed since it was saved**" if changed else "as it was saved" if is_current else "not planned yet"
        st.markdown(
            f"**{page.plain(found.name)}**, version {found.version}, saved by {page.plain(found.author)} "
            f"{moment(found.saved_at)}: {state}."
        )
        if found.note:
            st.caption(page.plain(found.note))
        _newer(found)
        if hidden := form.not_shown():
            st.caption(f"Part of the scenario, though the form does not show it: {page.plain('; '.join(hidden))}.")
        if changed and plan is not None:
            _differences("Changed since it was saved", found, plan)
        with st.container(horizontal=True):
            st.button(
                "Go back to what was saved", key="saved_again", disabled=not changed, on_click=saved.open_saved,
                args=(found,),
            )  # fmt: skip
            st.button("Close it, keep the form", key="saved_close", on_click=saved.close)
    if plan is not None and isinstance(st.session_state.get(saved.REFUSED), SaveConflict):
        _show_result(plan)


def open_button(label: str, id: str, version: int, **options: Any) -> None:
    """Show a button that opens a saved version on the plan screen, or says why it cannot be opened."""
    if st.button(label, on_click=saved.open_asked, args=(id, version), **options):
        if faults := saved.why_not_opened():
            page.show_faults("This cannot be opened", faults)
        else:
            page.open_page("plan")


def save_box(plan: Plan, is_current: bool) -> None:
    """Show what came of the last save, and how to save the plan's scenario: as a new one, the next version or a copy.

    It is a form, so that the page is not made anew for each box that is filled in.
    """
    found = saved.opened()
    _show_done()
    with st.form("save_box", border=False, enter_to_submit=False):
        if found is None:
            st.text_input("Name of the scenario", key=NAME, placeholder="such as: Protect East Lindsey")
            _note_and_who()
            _submit("Save", "save_new", plan, {"new": True}, disabled=not is_current, type="primary")
        else:
            _note_and_who()
            unchanged = not (is_current and saved.is_changed(plan))
            _submit(f"Save as version {found.version + 1}", "save_next", plan, {}, disabled=unchanged, type="primary")
            st.text_input("Name of the copy", key=NAME, placeholder=f"{found.name} (copy)")
            _submit("Save as a copy", "save_copy", plan, {"new": True}, disabled=not is_current)
    if found is not None:
        st.markdown("**The address of this scenario**, to send to a colleague:")
        st.code(saved.address_of(found.id), language=None, wrap_lines=True)
    if not isinstance(st.session_state.get(saved.REFUSED), SaveConflict):
        _show_result(plan)


def _submit(label: str, key: str, plan: Plan, how: dict[str, Any], **options: Any) -> None:
    st.form_submit_button(label, key=key, on_click=_save, args=(plan,), kwargs=how, **options)


def _save_button(label: str, key: str, plan: Plan, how: dict[str, Any]) -> None:
    st.button(label, key=key, on_click=_save, args=(plan,), kwargs=how)


def _newer(found: SavedScenario) -> None:
    latest = page.attempted("The library of scenarios", lambda: saved.library().get(found.id))
    if latest is None:
        return
    if latest.deleted_at is not None:
        st.warning("It has been deleted since it was opened here. Save it as a copy, or restore it on Scenarios.")
    elif latest.version > found.version:
        st.warning(
            f"{page.plain(latest.author)} saved version {latest.version} {moment(latest.saved_at)}. This is "
            f"version {found.version}."
        )


def _note_and_who() -> None:
    st.text_area("Note", key=NOTE, height=80, help=NO_PEOPLE, placeholder="why this scenario, agreed by whom")
    page.ask_who(WHO, "Your name")
    st.caption(NO_PEOPLE)


def _save(plan: Plan, *, new: bool = False, over: int | None = None) -> None:
    state, found = st.session_state, saved.opened()
    state[page.WHO] = state[WHO]
    name = state[NAME] or (f"{found.name} (copy)" if found else "") if new else None
    if saved.save(plan, state[WHO], state[NOTE], name=name, over=over):
        state[NAME] = state[NOTE] = ""


def _show_done() -> None:
    """Show that it was saved, and where to go on with it."""
    if done := st.session_state.get(saved.DONE):
        st.success(done)
        page.link_to("take_away", "Take its workbook, report and map away", icon=":material/download:")
        page.link_to("monitoring", "Follow it against the ledger, on Finance", icon=":material/account_balance:")


def _show_result(plan: Plan) -> None:
    """Show why it was not saved: after somebody else's save, the differences and what can be done."""
    refused = st.session_state.get(saved.REFUSED)
    if refused is None:
        return
    if not isinstance(refused, SaveConflict):
        page.show_faults("Not saved", saved.by_box(refused))
        return
    st.error(f"**Not saved: {page.plain(refused.there.name)}**\n\n{page.plain(refused.problem)}")
    if refused.kind != "saved":
        return
    there = refused.there
    theirs = page.attempted("The library of scenarios", lambda: saved.library().get(there.id, there.version))
    if theirs is None:
        return
    _differences(f"How yours differs from version {theirs.version}", theirs, plan)
    label = f"Save yours over theirs, as version {theirs.version + 1}"
    _save_button(label, "save_over", plan, {"over": theirs.version})
    _save_button("Save yours as a copy", "save_refused_copy", plan, {"new": True})
    st.button(f"Open version {theirs.version}", key="open_theirs", on_click=saved.open_saved, args=(theirs,))


def _differences(title: str, found: SavedScenario, plan: Plan) -> None:
    mine = plan.pinned_scenario if found.scenario.bundle else plan.scenario
    words = [each.words for each in differences(found.scenario, mine)]
    more = [f"and {len(words) - MOST_DIFFERENCES} more"] if len(words) > MOST_DIFFERENCES else []
    lines = page.bullets([*words[:MOST_DIFFERENCES], *more])
    st.markdown(f"{title}:\n\n{lines}" if words else f"{title}: in nothing that alters a plan.")
