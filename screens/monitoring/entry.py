"""Ask for what monitoring needs: a file of actuals, the year, the last closed period, amber and red."""

import functools
from collections.abc import Mapping

import streamlit as st

from budget.accounts.ledger import Ledger
from budget.allocation.inputs.money import MOST_POUNDS
from budget.monitoring import actuals_file, forecast
from budget.monitoring.ledger_cells import ADJUSTMENTS, PERIODS
from budget.monitoring.lines import Thresholds
from budget.monitoring.matching import YEAR_PERIODS
from budget.monitoring.monitored import Monitored
from budget.store.actuals import ActualsSave, MonitoringSettings
from budget.store.entries import moment
from data.faults import Fault, InputError
from data.wording import exact_pounds, percent
from screens import page
from screens.monitoring import columns, page_actuals
from screens.monitoring.page_actuals import ActualsChange, PageActuals
from screens.monitoring.results import period_name

MOST_MEGABYTES, MOST_FAULTS = 20, 500
SUFFIXES = ["csv", "txt", "xlsx", "xls", "ods"]
READ, FAULTS, TURN = "monitoring_read", "monitoring_faults", "monitoring_turn"
HISTORY, SAVE = "monitoring_history", "monitoring_save"
NO_PEOPLE = (
    "Only the columns that are read are kept: period, codes, amounts, reason and forecast. Take the names of young "
    "people out of them first: others will read it."
)


def ask_for_file(id: str, version: int, ledger: Ledger, now: PageActuals | None) -> None:
    """Show where to give a file of actuals, an empty one to fill in, and the faults or the content of the last."""
    state = st.session_state
    turn, settings = state.setdefault(TURN, 0), now.settings if now else MonitoringSettings()
    key = f"monitoring_file_{turn}"
    given, empty = st.columns([3, 2], vertical_alignment="bottom")
    given.file_uploader(
        "A table with the columns period, line, amount and committed, or a ledger's own report, as CSV or a workbook",
        type=SUFFIXES,
        max_upload_size=MOST_MEGABYTES,
        key=key,
        on_change=_read,
        args=(key, id, ledger, settings),
    )
    with empty:
        show_templates(ledger)
    st.caption(NO_PEOPLE)
    if state.get(FAULTS):
        name, faults = state[FAULTS]
        first = faults[:MOST_FAULTS]
        if more := len(faults) - len(first):
            first += (Fault("", f"And {more:,} faults more. Mend these first: many have one cause."),)
        page.show_faults(f"{page.plain(name)} cannot be used yet", first)
        columns.ask_for_columns(state[key], functools.partial(_read, key, id, ledger, settings))
    if state.get(READ) and state[READ][0] == id:
        _offer(id, version, state[READ][1], now)


def show_templates(ledger: Ledger) -> None:
    """Offer an empty table to fill in for each of the two financial years."""
    for number, year in enumerate(ledger.years[:2]):
        periods = [*YEAR_PERIODS[number], ADJUSTMENTS]
        page.download(
            f"Empty table for {year}",
            actuals_file.template(forecast.template_lines(ledger), periods),
            f"actuals-{year.replace(' to ', '-')}.csv",
            "text/csv",
            key=f"monitoring_template_{number}",
        )


def _read(
    key: str, id: str, ledger: Ledger, settings: MonitoringSettings, chosen: Mapping[str, str] | None = None
) -> None:
    """Read the file and compare it with the lines; without one, forget the last.

    `chosen` are columns that were confirmed just now.
    """
    state, given = st.session_state, st.session_state[key]
    state[READ], state[FAULTS] = None, None
    if given is None:
        return
    try:
        known = {**settings.columns, **(chosen or {})}
        read = actuals_file.read(given.getvalue(), given.name, known)
        monitored = forecast.monitor(ledger, read, year=settings.year)
    except InputError as error:
        state[FAULTS] = (given.name, error.faults)
    else:
        typed = settings.entries.get(monitored.year, {})
        replaced = {line.key: line.label for line in monitored.lines if line.reason and line.key in typed}
        words = f"File {read.name} with {len(read.postings):,} rows"
        words += f", in place of what was typed for {', '.join(replaced.values())}" if replaced else ""
        entries = dict.fromkeys(replaced)  # the newer file comes before what was typed
        state[READ] = (id, ActualsChange(words, read, {"closed": None, "columns": known}, monitored.year, entries))


def _offer(id: str, version: int, change: ActualsChange, now: PageActuals | None) -> None:
    postings = change.actuals.postings if change.actuals else ()
    paid = exact_pounds(sum(posting.amount_pence for posting in postings))
    ordered = exact_pounds(sum(posting.committed_pence for posting in postings))
    st.markdown(page.plain(f"{change.words}: {paid} paid and {ordered} committed. It is not kept yet."))
    st.button(
        "Use it in place of the last file" if now else "Compare the plan with it",
        key="monitoring_take",
        type="primary",
        on_click=_take,
        args=(id, version, change),
    )
    if now is not None and change.actuals is not None:
        words = f"Accruals of {change.actuals.name}, {len(postings):,} rows"
        added = ActualsChange(words, actuals_file.with_accruals(now.actuals, change.actuals))
        st.button(
            "Add its amounts as accruals: received, and not yet invoiced",
            key="monitoring_accruals",
            on_click=_take,
            args=(id, version, added),
        )


def _take(id: str, version: int, change: ActualsChange) -> None:
    """Save a file with its last closed period; what was typed stays for lines without a reason in the file."""
    page_actuals.save_change(id, version, change)
    st.session_state[READ] = None  # a refused change stays in the session with the reason
    st.session_state[TURN] += 1


def ask_for_settings(id: str, ledger: Ledger, monitored: Monitored, now: PageActuals) -> None:
    """Show the year, the last closed period and from which variance a line is amber or red."""
    settings = now.settings
    with (
        st.expander("Financial year, last closed period, amber and red", key="monitoring_settings"),
        st.form(f"monitoring_settings_{id}_{now.turn}", border=False),
    ):
        years = list(ledger.years[:2])
        named = forecast.year_named(settings.year, years) if settings.year else None
        year = st.selectbox(
            "Financial year",
            [None, *years],
            index=years.index(named) + 1 if named else 0,
            format_func=lambda year: year or f"that of most rows ({monitored.year})",
        )
        found = "" if monitored.closed_given else f" ({monitored.closed or 'none'})"
        periods: dict[int | None, str] = {None: f"the last with an actual{found}", 0: "none"}
        periods |= {each: period_name(each) for each in PERIODS}
        index = list(periods).index(settings.closed)
        closed = st.selectbox("Last closed period", list(periods), index, format_func=periods.__getitem__)
        limits = settings.thresholds
        with st.grid(3, min_column_width=200):
            amber = st.number_input("Amber above, % of a budget", 0.0, 100.0, 100 * limits.amber, 0.5)
            red = st.number_input("Red above, % of a budget", 0.0, 100.0, 100 * limits.red, 0.5)
            least = st.number_input("Always green up to, £", 0, MOST_POUNDS, limits.least_pence // 100, 100)
        st.caption("Amber, red and the pounds are assumptions: put in those of your council's budget monitoring.")
        if st.form_submit_button("Keep these"):
            limits = Thresholds(round(amber / 100, 6), round(red / 100, 6), least * 100)
            _save_settings(id, now, {"year": year, "closed": closed, "thresholds": limits})


def _save_settings(id: str, now: PageActuals, settings: dict) -> None:
    limits = settings["thresholds"]
    if limits.amber > limits.red:
        problem = f"{percent(limits.amber, 1)} is above red, {percent(limits.red, 1)}."
        page.show_faults("Not kept", [Fault("Amber", problem)])
        return
    change = ActualsChange("Year, closed period, amber and red", settings=settings)
    page_actuals.save_change(id, now.version, change)
    st.rerun()


def show_history(id: str, saves: tuple[ActualsSave, ...]) -> None:
    """Show every save of the actuals, and a way to make an older one the latest again."""
    with st.expander(f"Every save of these actuals ({len(saves)})", key=HISTORY, on_change="rerun"):
        if not st.session_state[HISTORY]:
            return
        by_number = {save.number: save for save in saves}
        words = page_actuals.change_words(id)

        def about(number: int) -> str:
            save = by_number[number]
            saved = f"{save.author}, {moment(save.saved_at)}, version {save.version} of the scenario"
            return f"{number}: {words.get(number, save.file)}. {saved}"

        number = st.selectbox("Save", list(by_number), format_func=about, key=f"{SAVE}_{id}")
        if number != saves[0].number:
            restore = page_actuals.restore
            st.button("Make it the latest again", key="monitoring_restore", on_click=restore, args=(id, number))
