"""Show the library of scenarios: open, compare, copy, rename, delete and restore them, and who did what."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from budget.store.entries import VersionEntry, moment
from budget.store.library import Library
from budget.store.scenario_zip import SUFFIX
from data.faults import Fault, InputError
from data.wording import counted
from screens import page
from screens.library import compare
from screens.monitoring import monitoring
from screens.scenario import saved, saved_panel

SELECTED, WHO, RESULT = "scenarios_selected", "scenarios_who", "scenarios_result"
ACTIONS = {"exported": "exported as a file", "imported": "imported from a file"}


def show() -> None:
    """Show the library of scenarios, or why it cannot be opened."""
    st.title("Scenarios", anchor=False)
    try:
        library = saved.library()
        entries = library.list()
        deleted = library.list(deleted=True)
    except InputError as error:
        page.show_faults(saved.NOT_OPEN, error.faults)
        st.markdown("Everything else works without it; what you save meanwhile is kept in files you download.")
        st.button("Try again", on_click=saved.try_again)
        return
    with st.empty():  # always one element: the boxes below keep what is typed when this comes and goes
        _show_result(deleted)
    picked = _list(entries)
    page.ask_who(WHO)
    if len(picked) == 1:
        _one(library, picked[0])
    elif picked:
        compare.show(library, picked)
    with st.expander("Take in a scenario from a file that a colleague has exported", key="scenarios_import"):
        given = st.file_uploader("Exported scenario", type=["zip"], key="scenarios_file")
        st.button("Take it in", on_click=_take_in, disabled=given is None, key="scenarios_take_in")
    _deleted(deleted)
    with st.expander("What was done to every scenario, by whom and when", key="scenarios_audit", on_change="rerun"):
        if st.session_state["scenarios_audit"]:
            _audit(library, None)
    st.session_state.pop(RESULT, None)  # only now: a run that was cut short has not been read


def _list(entries: tuple[VersionEntry, ...]) -> list[VersionEntry]:
    """Show the list; return the entries that are selected."""
    if not entries:
        st.markdown(
            "Nothing is saved yet. Make a plan on the page **Plan** and press *Save or send* on top, or take in a file "
            "that a colleague has sent."
        )
        return []
    totals = [entry.summary or {} for entry in entries]
    in_pounds = {name: [_in_pounds(total.get(name)) for total in totals] for name in ("budget_pence", "spent_pence")}
    rows = {
        "Name": [entry.name for entry in entries],
        "Version": [entry.version for entry in entries],
        "Saved by": [entry.author for entry in entries],
        "Saved": [entry.saved_at.astimezone().strftime("%-d %b %Y, %H:%M") for entry in entries],
        "County": [total.get("county") for total in totals],
        "Budget, £": in_pounds["budget_pence"],
        "Spent, £": in_pounds["spent_pence"],
        "Young people": [total.get("people") for total in totals],
        "Brought within reach": [total.get("within_reach") for total in totals],
        "Note": [entry.note for entry in entries],
    }
    alt = f"{len(entries)} saved scenarios, the last saved first, with who saved them and what they buy."
    page.show_rows(rows, alt)
    by_id = {entry.id: entry for entry in entries}
    st.session_state[SELECTED] = [id for id in st.session_state.get(SELECTED, ()) if id in by_id]
    st.multiselect(
        "Choose one to open or change it, two or more to compare them",
        list(by_id),
        format_func=lambda id: by_id[id].name,
        key=SELECTED,
        placeholder="Scenarios, by name",
    )
    return [by_id[id] for id in st.session_state[SELECTED]]


def _in_pounds(pence: int | None) -> float | None:
    return None if pence is None else pence / 100


def _one(library: Library, entry: VersionEntry) -> None:
    st.header(page.plain(entry.name), anchor=False)
    st.markdown(f"Version {entry.version}, saved by {page.plain(entry.author)} {moment(entry.saved_at)}.")
    if entry.note:
        st.text(entry.note)
    with st.container(horizontal=True):
        saved_panel.open_button(
            "Open on the plan screen", entry.id, entry.version, type="primary", icon=":material/open_in_new:"
        )
        if st.button("Monitor it against the ledger", icon=":material/balance:"):
            st.session_state[monitoring.SELECTED] = entry.id
            page.open_page("monitoring")
    st.markdown("**Its address**, to send to a colleague:")
    st.code(saved.address_of(entry.id), language=None, wrap_lines=True)
    rename, copy = st.columns(2, vertical_alignment="bottom")
    with rename:
        st.text_input("Another name", key="scenarios_name", placeholder=entry.name)
        _act("Rename", "scenarios_rename", _rename, entry)
    with copy:
        _act("Duplicate", "scenarios_duplicate", _duplicate, entry)
        _act("Delete", "scenarios_delete", _delete, entry)
    compare.show_one(library, entry)
    st.header("Versions", anchor=False)
    _history(library, entry)
    with st.expander("What was done to it, by whom and when", key="scenarios_audit_one", on_change="rerun"):
        if st.session_state["scenarios_audit_one"]:
            _audit(library, entry.id)


def _act(label: str, key: str, do: Callable, *arguments: object) -> None:
    st.button(label, key=key, on_click=_try, args=(do, *arguments), width="stretch")


def _try(do: Callable, *arguments: object) -> None:
    """Change the library in the name of the person at work, and note the result."""
    try:
        if not (who := st.session_state.get(WHO, "").strip()):
            raise InputError("Your name", [Fault("Your name", "is empty. Write it into its box below.")])
        st.session_state[page.WHO] = who
        st.session_state[RESULT] = ("done", do(saved.library(), who, *arguments))
    except InputError as error:
        st.session_state[RESULT] = ("refused", page.bullets(error.faults))


def _rename(library: Library, who: str, entry: VersionEntry) -> str:
    name = st.session_state["scenarios_name"].strip()
    library.rename(entry.id, name, author=who)
    st.session_state["scenarios_name"] = ""
    return f"{page.plain(entry.name)} is now called {page.plain(name)}."


def _duplicate(library: Library, who: str, entry: VersionEntry) -> str:
    copy = library.duplicate(entry.id, author=who)
    st.session_state[SELECTED] = [copy.id]
    return f"Copied: {page.plain(copy.name)}."


def _delete(library: Library, who: str, entry: VersionEntry) -> str:
    library.delete(entry.id, author=who, expected_version=entry.version)
    st.session_state["scenarios_undo"] = entry.id
    return f"Deleted: {page.plain(entry.name)}. Its versions are kept, and it can be brought back."


def _restore(library: Library, who: str, entry: VersionEntry, version: int) -> str:
    restored = library.restore(entry.id, version, author=who)
    return f"{page.plain(restored.name)}: version {version} is back, as version {restored.version}."


def _show_result(deleted: tuple[VersionEntry, ...]) -> None:
    """Show what the last action did or why it was refused, and offer to undo a deletion."""
    result = st.session_state.get(RESULT)
    undone = [entry for entry in deleted if entry.id == st.session_state.get("scenarios_undo")]
    if not (result or undone):
        return
    with st.container():
        if result:
            kind, text = result
            (st.success if kind == "done" else st.error)(text)
        for entry in undone:
            _act("Undo: bring it back", "scenarios_undo_delete", _restore, entry, entry.version)


def _history(library: Library, entry: VersionEntry) -> None:
    who = st.session_state.get(WHO) or page.who() or "not given"
    with st.expander(f"Its {counted(entry.latest, 'version')}", key="scenarios_history"):
        versions = library.history(entry.id)
        by_version = {each.version: each for each in versions}
        number = st.selectbox(
            "Version",
            list(by_version),
            format_func=lambda each: f"{each}: {by_version[each].author}, {moment(by_version[each].saved_at)}",
            key=f"scenarios_version_{entry.id}",  # each scenario has its own: their versions differ
        )
        if by_version[number].note:
            st.text(by_version[number].note)
        with st.container(horizontal=True):
            saved_panel.open_button(f"Open version {number}", entry.id, number, key="scenarios_open_version")
            if number != entry.latest:
                _act("Make it the latest again", "scenarios_restore", _restore, entry, number)
            page.download(
                f"Export version {number} with its results, as one file",
                lambda: library.export(entry.id, author=who, version=number),
                f"{entry.id}-{number}{SUFFIX}",
                "application/zip",
            )


def _take_in() -> None:
    content = st.session_state["scenarios_file"].getvalue()
    _try(lambda library, who: f"Taken in: {page.plain(library.import_file(content, who).name)}.")


def _deleted(deleted: tuple[VersionEntry, ...]) -> None:
    if not deleted:
        return
    with st.expander(f"Deleted ({len(deleted)})", key="scenarios_deleted"):
        by_id = {entry.id: entry for entry in deleted}
        entry = by_id[
            st.selectbox("Scenario", list(by_id), format_func=lambda id: by_id[id].name, key="scenarios_gone")
        ]
        _act("Bring it back", "scenarios_bring_back", _restore, entry, entry.version)


def _audit(library: Library, id: str | None) -> None:
    actions = page.attempted("The audit log", lambda: library.audit(id)[::-1])
    if actions is None:
        return
    rows = pd.DataFrame(
        {
            "When": [action.at.astimezone().strftime("%-d %b %Y, %H:%M:%S") for action in actions],
            "Who": [action.who for action in actions],
            "Did": [ACTIONS.get(action.action, action.action) for action in actions],
            "Scenario": [action.name for action in actions],
            "Version": [action.version for action in actions],
        }
    ).astype({"Version": "Int64"})
    page.show_rows(rows, "What was done, the latest first.")
