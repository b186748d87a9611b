"""Monitoring: a plan held against what the ledger has paid and ordered, with forecast, variance, reasons, what is next.

The actuals are kept with a saved scenario, whose address the page has: whoever opens it sees the same. A plan that is
not saved is saved here first; where the library cannot be opened, its actuals stay in the session.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from budget.accounts import statement
from budget.accounts.ledger import Ledger
from budget.monitoring import forecast
from budget.monitoring.monitored import Monitored
from budget.planning.plan import Plan
from budget.store import actuals
from budget.store.actuals import ActualsSave
from budget.store.entries import SavedScenario, VersionEntry, moment
from data.faults import InputError
from screens import page
from screens.background import panel, plan_cache
from screens.monitoring import entry as monitoring_entry
from screens.monitoring import kept, results
from screens.monitoring.kept import Change, Held
from screens.scenario import saved

ADDRESS = "monitored"
CHOSEN, ENTRIES, FOUND, LEDGER = "monitoring_plan", "monitoring_entries", "monitoring_found", "monitoring_ledger"
PLANS, PLANNING = "monitoring_plans", "Making the plan again"
ON_SCREEN = ""
NAME, UNSAVED = "monitoring_name", "monitoring_unsaved"
WAITS = "monitoring_waits"  # whether the address names what only the library can give, once it is there
NOTHING = (
    "There is nothing to monitor yet. Make a plan on the page **Plan**, and save it there or here: its lines are what "
    "is held against the ledger."
)


@dataclass(frozen=True, slots=True)
class Watched:
    """The plan that is monitored; `id` is "" for one that is on the screen and not saved."""

    id: str
    version: int
    plan: Plan
    agreed_pence: int | None = None  # what the plan that was saved spends, where its results were saved


def show() -> None:
    """Show the monitoring of a saved scenario, or of the plan on the screen."""
    panel.warm()
    st.title("Monitoring: the plan against the ledger", anchor=False)
    entries = _entries()
    if (id := _choose(entries)) is None:
        st.markdown(NOTHING)
        return
    try:
        watched = _watched(id, entries)
    except InputError as error:
        page.show_faults("This cannot be monitored", kept.as_faults(error))
        return
    if watched is None:
        return
    if watched.plan.allocation.status == "infeasible":
        st.markdown(
            "No plan can satisfy its limits, so there are no lines to monitor. Change them on the page **Plan**."
        )
        return
    _monitor(watched, _ledger(watched.plan), entries)


def _entries() -> dict[str, VersionEntry] | None:
    """Return what is saved, by its address; None, having said why, where the library cannot be opened."""
    try:
        entries = {entry.id: entry for entry in saved.library().list()}
    except InputError as error:
        page.show_faults("The library of scenarios cannot be opened", error.faults)
        st.markdown(
            "The plan on the screen can be monitored without it. Nothing is kept meanwhile: what you put in stays in "
            "this session, so download the workbook before you leave."
        )
        st.button("Try again", on_click=saved.try_again)
        return None
    st.session_state[ENTRIES] = entries
    return entries


def _choose(entries: dict[str, VersionEntry] | None) -> str | None:
    """Show the choice of a plan, and put it into the page's address; return it, None where there is none."""
    state = st.session_state
    known = entries if entries is not None else state.get(ENTRIES, {})
    plan, opened = state.get("plan"), saved.opened()
    is_saved = plan is not None and opened is not None and opened.id in known and not saved.is_changed(plan)
    options = [*([ON_SCREEN] if plan is not None and not is_saved else []), *known]
    address = st.query_params.get(ADDRESS)
    wanted = address if entries is not None and state.pop(WAITS, False) else state.get(CHOSEN, address)
    if wanted and wanted not in options and entries is not None:
        _not_there(wanted)
    if not options:
        return None
    if wanted not in options:
        wanted = opened.id if is_saved else options[0]
    state[CHOSEN] = wanted
    names = {id: f"{entry.name}, version {entry.version}" for id, entry in known.items()}
    chosen = st.selectbox(
        "Plan to monitor",
        options,
        format_func=lambda id: names.get(id, "The plan on the page Plan, not saved as it stands"),
        key=CHOSEN,
        persist_state="session",
    )
    if chosen:
        st.query_params[ADDRESS] = chosen
    elif entries is None:
        state[WAITS] = address is not None
    else:
        st.query_params.pop(ADDRESS, None)
    return chosen


def _not_there(id: str) -> None:
    """Say why what the address names cannot be monitored."""
    try:
        saved.find(id)
    except InputError as error:
        page.show_faults("What this address names cannot be monitored", kept.as_faults(error))


def _watched(id: str, entries: dict[str, VersionEntry] | None) -> Watched | None:
    """Return the plan that was chosen, made again where it is a saved one; None while it is being made."""
    if not id:
        return Watched(id, 0, st.session_state["plan"])
    now = kept.held(id)
    version = now.version if now else (entries or st.session_state[ENTRIES])[id].version
    found = _found(id, version)
    scenario = found.scenario
    made = plan_cache.plans(PLANS, PLANNING, [(_folder(found), scenario)], datetime.date.today())
    agreed = found.results.spent_pence if found.results else None
    return made and Watched(id, version, made[0], agreed)


def _found(id: str, version: int) -> SavedScenario:
    """Return a version of a scenario, which never changes; read once, so that it is there when the library is not."""
    known = st.session_state.setdefault(FOUND, {})
    if (id, version) not in known:
        known[id, version] = saved.find(id, version)
    return known[id, version]


def _folder(found: SavedScenario) -> Path:
    """Return the county that a scenario was made for. Raises InputError where it is not at hand."""
    counties = plan_cache.found()
    name = plan_cache.named(found.bundle) if found.bundle else st.session_state.get("county", next(iter(counties)))
    if name not in counties:
        county = (found.summary or {}).get("county") or "another county"
        raise InputError(found.name, [saved.no_county(found.name, county, found.bundle)])
    return counties[name]


def _ledger(plan: Plan) -> Ledger:
    """Return the budget lines of a plan, laid out once."""
    known = st.session_state.get(LEDGER)
    if known is None or known[0] is not plan.allocation:
        known = st.session_state[LEDGER] = (plan.allocation, statement.draw_up(plan).ledger)
    return known[1]


def _monitor(watched: Watched, ledger: Ledger, entries: dict[str, VersionEntry] | None) -> None:
    id, version = watched.id, watched.version
    now = kept.held(id)
    st.header("Actuals", anchor=False)
    if not id and entries is not None:
        _save_first(watched.plan, ledger)
        return
    saves = _saves(id, entries)
    kept.show_said(id, kept.FILE)
    kept.show_newer(id, saves)
    _newer_version(watched, now, entries)
    if watched.agreed_pence not in (None, watched.plan.allocation.spent_pence):
        st.warning(
            f"The plan that was saved spends {page.exact_pounds(watched.agreed_pence)}; made again here it spends "
            f"{page.exact_pounds(watched.plan.allocation.spent_pence)}, and its lines are those below. A search that "
            "ends at its time limit can end elsewhere on another computer: give it more time, and save it anew."
        )
    if id:
        kept.ask_who()
    monitoring_entry.ask_for_file(id, version, ledger, now)
    if now is None:
        return
    _say_what_is_held(now)
    try:
        found = _hold(ledger, now)
    except InputError as error:
        page.show_faults("These actuals cannot be held against this plan", kept.as_faults(error))
        return
    monitoring_entry.ask_for_settings(id, ledger, found, now)
    if saves:
        monitoring_entry.show_history(id, saves)
    st.header(page.plain(f"{watched.plan.scenario.name}, {found.year}"), anchor=False)
    results.show(found)
    monitoring_entry.ask_why(id, found, now)
    results.show_months(found)
    left = results.show_next(watched.plan, found)
    results.show_download(watched.plan, found, left)


def _save_first(plan: Plan, ledger: Ledger) -> None:
    """Ask for the plan to be saved, so that its actuals can be kept with it."""
    st.markdown(
        "This plan is not saved as it stands. Give it a name: what the ledger says of it is kept with it, for you and "
        "your colleagues to come back to."
    )
    if (given := kept.held(ON_SCREEN)) is not None:
        st.info(f"**{page.plain(given.actuals.name)}** is still here, and is kept as soon as the plan is saved.")
    name, who = st.columns(2)
    name.text_input("Name of the scenario", key=NAME, placeholder="such as: Agreed budget 2026")
    with who:
        kept.ask_who()
    st.button("Save it and go on", key="monitoring_save_plan", type="primary", on_click=_save, args=(plan,))
    if refused := st.session_state.get(UNSAVED):
        page.show_faults("Not saved", refused.faults)
    monitoring_entry.show_templates(ledger)


def _save(plan: Plan) -> None:
    state = st.session_state
    who = state[saved.WHO] = state[kept.WHO]
    if saved.save(plan, who, "", name=state[NAME]):
        made = saved.opened()
        state[CHOSEN], state[NAME], state[UNSAVED] = made.id, "", None
        kept.carry_over(made.id, made.version)
        for name in (saved.ADDRESS, saved.VERSION, saved.DRAFT):  # these are of the page Plan
            st.query_params.pop(name, None)
    else:
        state[UNSAVED] = state.pop(saved.REFUSED)


def _saves(id: str, entries: dict[str, VersionEntry] | None) -> tuple[ActualsSave, ...]:
    """Return every save of the actuals, the latest first; none where the library cannot be opened."""
    try:
        return actuals.history(saved.library(), id) if id and entries is not None else ()
    except InputError as error:
        page.show_faults("The library of scenarios cannot be opened", error.faults)
        return ()


def _newer_version(watched: Watched, now: Held | None, entries: dict[str, VersionEntry] | None) -> None:
    """Say that the scenario was saved anew since, and offer to hold the actuals against that."""
    entry = (entries or {}).get(watched.id)
    if now is None or entry is None or entry.version <= watched.version:
        return
    st.info(
        f"These actuals are held against version {watched.version} of the scenario. {page.plain(entry.author)} saved "
        f"version {entry.version} {moment(entry.saved_at)}."
    )
    st.button(
        f"Hold them against version {entry.version}",
        key="monitoring_version",
        on_click=kept.change,
        args=(watched.id, watched.version, Change(f"Held against version {entry.version}", version=entry.version)),
    )


def _say_what_is_held(now: Held) -> None:
    file = page.plain(now.actuals.name)
    if now.kept is None:
        st.warning(f"**{file}** is in this session alone: a page that is refreshed has lost it.")
        return
    st.markdown(
        f"**{file}**, save {now.kept.number}, kept by {page.plain(now.kept.author)} {moment(now.kept.saved_at)}. The "
        "address of this page leads back to it, for a colleague too."
    )


def _hold(ledger: Ledger, now: Held) -> Monitored:
    chosen = now.settings
    return forecast.monitor(
        ledger,
        now.actuals,
        year=chosen.year,
        closed=chosen.closed,
        thresholds=chosen.thresholds,
        entries=chosen.entries.get(forecast.year_of(ledger, now.actuals, chosen.year)),
    )
