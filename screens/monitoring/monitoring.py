"""Compare a plan with what the ledger has paid and ordered: forecast, variances, reasons, and what to fund next.

The actuals are saved with a scenario, which is in the page's address, so that a colleague sees the same. A plan that is
not saved is saved here first; where the library cannot be opened, its actuals stay in the session.
"""

import datetime
from dataclasses import dataclass, replace

import streamlit as st

from budget.accounts import statement
from budget.accounts.ledger import Ledger
from budget.accounts.statement import Content
from budget.monitoring import forecast
from budget.planning.plan import Plan
from budget.store import actuals
from budget.store.entries import SavedScenario, VersionEntry, moment
from data.access import Right, needs
from data.faults import InputError
from data.wording import exact_pounds
from screens import page
from screens.background import process_pool
from screens.background.plan_cache import county_for, plans_for
from screens.monitoring import entry as monitoring_entry
from screens.monitoring import page_actuals, reasons, replanning, results, workbook, years
from screens.monitoring.of_plan import on_page_plan
from screens.monitoring.page_actuals import ActualsChange, PageActuals
from screens.scenario import saved

ADDRESS = "monitored"
SELECTED, ENTRIES, FOUND = "monitoring_plan", "monitoring_entries", "monitoring_found"
STATEMENT = "monitoring_statement"
PLANS, PLANNING = "monitoring_plans", "Making the plan again"
ON_SCREEN = ""
NAME, UNSAVED = "monitoring_name", "monitoring_unsaved"
WAITS = "monitoring_waits"  # whether the address names a scenario that can be read once the library is open
NOTHING = (
    "There is nothing to monitor yet. Make a plan on the page **Plan** and press *Save or send* there. Here its lines "
    "are then compared with the ledger."
)


@dataclass(frozen=True, slots=True)
class MonitoredPlan:
    """The plan that is monitored; `id` is "" for one that is on the screen and not saved."""

    id: str
    version: int
    plan: Plan
    agreed_pence: int | None = None  # what the plan that was saved spends, where its results were saved


@needs(Right.MONITORING)
def show() -> None:
    """Show the monitoring of a saved scenario, or of the plan on the page Plan."""
    process_pool.warm()
    st.title("Finance: a plan against the ledger", anchor=False)
    entries = _entries()
    if (id := _choose(entries)) is None:
        st.markdown(NOTHING)
        page.link_to("plan", "Make a plan", icon=":material/arrow_forward:")
        return
    try:
        subject = _subject(id, entries)
    except InputError as error:
        page.show_faults("This cannot be monitored", page_actuals.as_faults(error))
        return
    if subject is None:
        return
    if subject.plan.allocation.status == "infeasible":
        st.markdown(
            "No plan can satisfy its limits, so there are no lines to monitor. Change them on the page **Plan**."
        )
        return
    workbook.show(subject.plan)
    content = _content(subject.plan)
    _monitor(subject, content.ledger, entries)
    years.show(content)


def _entries() -> dict[str, VersionEntry] | None:
    """Return the saved scenarios by id; show why, and return None, where the library cannot be opened."""
    entries = page.attempted(saved.NOT_OPEN, lambda: {entry.id: entry for entry in saved.library().list()})
    if entries is None:
        st.markdown(
            "The plan on the page Plan can be monitored without it. Nothing is kept meanwhile: your input stays in "
            "this session, so download the workbook before you leave."
        )
        st.button("Try again", on_click=saved.try_again)
        return None
    st.session_state[ENTRIES] = entries
    return entries


def _choose(entries: dict[str, VersionEntry] | None) -> str | None:
    """Show the choice of a plan and put it into the page's address; return its id, None where there is none."""
    state = st.session_state
    known = entries if entries is not None else state.get(ENTRIES, {})
    plan, opened = state.get("plan"), saved.opened()
    saved_id = opened.id if plan is not None and opened and not saved.is_changed(plan) else None
    is_saved = saved_id in known
    options = [*([ON_SCREEN] if plan is not None and not is_saved else []), *known]
    address = st.query_params.get(ADDRESS)
    wanted = address if entries is not None and state.pop(WAITS, False) else state.get(SELECTED, address)
    if wanted and wanted not in options and entries is not None:
        _not_there(wanted)
    if not options:
        return None
    if wanted not in options:
        wanted = saved_id if is_saved else options[0]
    state[SELECTED] = wanted
    names = {id: f"{entry.name}, version {entry.version}" for id, entry in known.items()}
    selected = st.selectbox(
        "Plan to monitor",
        options,
        format_func=lambda id: names.get(id, "The plan on the page Plan, not saved as it stands"),
        key=SELECTED,
        persist_state="session",
    )
    if selected:
        st.query_params[ADDRESS] = selected
    elif entries is None:
        state[WAITS] = address is not None
    else:
        st.query_params.pop(ADDRESS, None)
    return selected


def _not_there(id: str) -> None:
    try:
        saved.find(id)
    except InputError as error:
        page.show_faults("The scenario in this address cannot be monitored", page_actuals.as_faults(error))


def _subject(id: str, entries: dict[str, VersionEntry] | None) -> MonitoredPlan | None:
    """Return the selected plan, made again where it is a saved one; None while it is being made."""
    if not id:
        return MonitoredPlan(id, 0, st.session_state["plan"])
    now = page_actuals.on_page(id)
    version = now.version if now else (entries or st.session_state[ENTRIES])[id].version
    found = _found(id, version)
    agreed = found.results.spent_pence if found.results else None
    if (here := on_page_plan(found)) is not None:  # it can be changed here, and shows what was
        return MonitoredPlan(id, version, here, agreed)
    folder = county_for(found.name, found.bundle, (found.summary or {}).get("county", ""))
    plans = plans_for(PLANS, PLANNING, [(folder, found.scenario)], datetime.date.today(), [found.results])
    return MonitoredPlan(id, version, plans[0], agreed) if plans else None


def _found(id: str, version: int) -> SavedScenario:
    """Return a version of a scenario; read once, so that it is there when the library is not."""
    read = st.session_state.setdefault(FOUND, {})
    if (id, version) not in read:
        read[id, version] = saved.find(id, version)
    return read[id, version]


def _content(plan: Plan) -> Content:
    """Return the statement of a plan with its budget lines, drawn up once."""
    known, made_of = st.session_state.get(STATEMENT), (plan.allocation, plan.scenario.finance)
    if known is None or known[0][0] is not made_of[0] or known[0][1] != made_of[1]:
        known = st.session_state[STATEMENT] = (made_of, statement.draw_up(plan))
    elif known[1].plan is not plan:  # it goes by another name since
        known = st.session_state[STATEMENT] = (made_of, replace(known[1], plan=plan))
    return known[1]


def _monitor(subject: MonitoredPlan, ledger: Ledger, entries: dict[str, VersionEntry] | None) -> None:
    id, version = subject.id, subject.version
    now = page_actuals.on_page(id)
    st.header("Actuals", anchor=False)
    if not id and entries is not None:
        _save_first(subject.plan, ledger)
        return
    kept = id and entries is not None
    saves = page.attempted(saved.NOT_OPEN, lambda: actuals.history(saved.library(), id)) or () if kept else ()
    page_actuals.show_result(id, page_actuals.FILE)
    page_actuals.show_newer(id, saves)
    _newer_version(subject, now, entries)
    if subject.agreed_pence not in (None, subject.plan.allocation.spent_pence):
        st.warning(
            f"The plan that was saved spends {exact_pounds(subject.agreed_pence)}; made again here it spends "
            f"{exact_pounds(subject.plan.allocation.spent_pence)}, and its lines are those below. A search that "
            "ends at its time limit can find another plan on another computer: give it more time, and save it again."
        )
    if id:
        page.ask_who(page_actuals.WHO, persist_state="session")
    monitoring_entry.ask_for_file(id, version, ledger, now)
    if now is None:
        return
    _show_actuals(now)
    settings = now.settings
    try:
        monitored = forecast.monitor(
            ledger,
            now.actuals,
            year=settings.year,
            closed=settings.closed,
            thresholds=settings.thresholds,
            entries=settings.entries.get(forecast.year_of(ledger, now.actuals, settings.year)),
        )
    except InputError as error:
        page.show_faults("These actuals cannot be compared with this plan", page_actuals.as_faults(error))
        return
    monitoring_entry.ask_for_settings(id, ledger, monitored, now)
    if saves:
        monitoring_entry.show_history(id, saves)
    with st.container(key="monitored"):
        st.header(page.plain(f"{subject.plan.scenario.name}, {monitored.year}"), anchor=False)
    if turn := st.session_state.get(monitoring_entry.TURN):  # of the files that were taken in since the page was opened
        page.move_focus(".st-key-monitored h2", turn, view=True)
    results.show(monitored)
    reasons.ask_why(id, monitored, now)
    results.show_months(monitored, ledger)
    left = results.show_next(subject.plan, monitored)
    replanning.show(subject.plan, ledger, monitored)
    results.show_download(subject.plan, ledger, monitored, left)


def _save_first(plan: Plan, ledger: Ledger) -> None:
    """Ask for the plan to be saved, so that its actuals can be kept with it."""
    st.markdown(
        "This plan is not saved yet. Give it a name: its actuals are kept with it, for you and your colleagues to come "
        "back to."
    )
    if (given := page_actuals.on_page(ON_SCREEN)) is not None:
        st.info(f"**{page.plain(given.actuals.name)}** is still here, and is kept once the plan is saved.")
    name, who = st.columns(2)
    name.text_input("Name of the scenario", key=NAME, placeholder="such as: Agreed budget 2026")
    with who:
        page.ask_who(page_actuals.WHO, persist_state="session")
    st.button("Save it and go on", key="monitoring_save_plan", type="primary", on_click=_save, args=(plan,))
    if refused := st.session_state.get(UNSAVED):
        page.show_faults("Not saved", saved.by_box(refused))
    monitoring_entry.show_templates(ledger)


def _save(plan: Plan) -> None:
    state = st.session_state
    who = state[page.WHO] = state[page_actuals.WHO]
    if saved.save(plan, who, "", name=state[NAME]):
        if opened := saved.opened():
            state[SELECTED], state[NAME], state[UNSAVED] = opened.id, "", None
            page_actuals.carry_over(opened.id, opened.version)
        for name in (saved.ADDRESS, saved.VERSION, saved.DRAFT):  # these are of the page Plan
            st.query_params.pop(name, None)
    else:
        state[UNSAVED] = state.pop(saved.REFUSED)


def _newer_version(subject: MonitoredPlan, now: PageActuals | None, entries: dict[str, VersionEntry] | None) -> None:
    """Show that the scenario was saved again since, and offer to compare the actuals with that version."""
    entry = (entries or {}).get(subject.id)
    if now is None or entry is None or entry.version <= subject.version:
        return
    st.info(
        f"These actuals are compared with version {subject.version} of the scenario. {page.plain(entry.author)} saved "
        f"version {entry.version} {moment(entry.saved_at)}."
    )
    change = ActualsChange(f"Compared with version {entry.version}", version=entry.version)
    st.button(
        f"Compare them with version {entry.version}",
        key="monitoring_version",
        on_click=page_actuals.save_change,
        args=(subject.id, subject.version, change),
    )


def _show_actuals(now: PageActuals) -> None:
    file = page.plain(now.actuals.name)
    if now.save is None:
        st.warning(f"**{file}** is in this session alone: a page that is refreshed loses it.")
        return
    st.markdown(
        f"**{file}**, save {now.save.number}, kept by {page.plain(now.save.author)} {moment(now.save.saved_at)}. The "
        "address of this page leads back to it, for a colleague too."
    )
