"""Ask for what monitoring needs: a file of actuals, the year, the last closed period, reasons and own forecasts."""

import streamlit as st

from budget.accounts.ledger import Ledger
from budget.monitoring import actuals_file, forecast
from budget.monitoring.actuals_file import ADJUSTMENTS, LONGEST_REASON, PERIODS
from budget.monitoring.lines import GREEN, LineForecast, OwnForecast, Thresholds
from budget.monitoring.monitored import YEAR_PERIODS, Monitored
from budget.scenarios.scenario import MOST_POUNDS
from budget.store.actuals import ActualsSave, MonitoringSettings
from budget.store.entries import moment
from data.faults import Fault, InputError
from data.wording import exact_pounds, percent
from screens import page
from screens.monitoring import page_actuals
from screens.monitoring.page_actuals import ActualsChange, PageActuals
from screens.monitoring.results import is_used, period_name
from screens.scenario import saved_panel

MOST_MEGABYTES, MOST_FAULTS = 20, 500
SUFFIXES = ["csv", "txt", "xlsx", "xls", "ods"]
READ, FAULTS, TURN = "monitoring_read", "monitoring_faults", "monitoring_turn"
LINE, REASON, OWN, TYPED = "monitoring_line", "monitoring_reason", "monitoring_own", "monitoring_typed"
HISTORY, SAVE = "monitoring_history", "monitoring_save"
NO_PEOPLE = (
    "Only the columns period, line, amount, committed, reason and forecast are kept. Take the names of young people "
    "out of them first: others will read it."
)


def ask_for_file(id: str, version: int, ledger: Ledger, now: PageActuals | None) -> None:
    """Show where to give a file of actuals, an empty one to fill in, and the faults or the content of the last."""
    state = st.session_state
    turn = state.setdefault(TURN, 0)
    key = f"monitoring_file_{turn}"
    given, empty = st.columns([3, 2], vertical_alignment="bottom")
    given.file_uploader(
        "A table with the columns period, line, amount and committed, as CSV or a workbook",
        type=SUFFIXES,
        max_upload_size=MOST_MEGABYTES,
        key=key,
        on_change=_read,
        args=(key, id, ledger, now.settings if now else MonitoringSettings()),
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
    if state.get(READ) and state[READ][0] == id:
        _offer(id, version, state[READ][1], now is not None)


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


def _read(key: str, id: str, ledger: Ledger, settings: MonitoringSettings) -> None:
    """Read the file and compare it with the lines; without one, forget the last."""
    state, given = st.session_state, st.session_state[key]
    state[READ], state[FAULTS] = None, None
    if given is None:
        return
    try:
        read = actuals_file.read(given.getvalue(), given.name)
        monitored = forecast.monitor(ledger, read, year=settings.year)
    except InputError as error:
        state[FAULTS] = (given.name, error.faults)
    else:
        typed = settings.entries.get(monitored.year, {})
        replaced = {line.key: line.label for line in monitored.lines if line.reason and line.key in typed}
        words = f"File {read.name} with {len(read.postings):,} rows"
        words += f", in place of what was typed for {', '.join(replaced.values())}" if replaced else ""
        entries = dict.fromkeys(replaced)  # the newer file comes before what was typed
        state[READ] = (id, ActualsChange(words, read, {"closed": None}, monitored.year, entries))


def _offer(id: str, version: int, change: ActualsChange, has_actuals: bool) -> None:
    postings = change.actuals.postings if change.actuals else ()
    paid = exact_pounds(sum(posting.amount_pence for posting in postings))
    ordered = exact_pounds(sum(posting.committed_pence for posting in postings))
    st.markdown(page.plain(f"{change.words}: {paid} paid and {ordered} committed. It is not kept yet."))
    st.button(
        "Use it in place of the last file" if has_actuals else "Compare the plan with it",
        key="monitoring_take",
        type="primary",
        on_click=_take,
        args=(id, version, change),
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


def ask_why(id: str, monitored: Monitored, now: PageActuals) -> None:
    """Show a form for the reason of one line's variance, and for the user's own forecast."""
    st.subheader("Give a reason, or a forecast of your own", anchor=False)
    lines = {line.key: line for line in [*filter(is_used, monitored.lines)] or monitored.lines}
    if st.session_state.get(LINE) not in lines:
        lacking = {key for key, line in lines.items() if monitored.rating(line) != GREEN and not line.reason}
        st.session_state[LINE] = max(lines, key=lambda key: (key in lacking, abs(lines[key].variance_pence)))
    key = st.selectbox("Line", list(lines), format_func=lambda key: lines[key].label, key=LINE, persist_state="session")
    line = lines[key]
    own = "" if line.own_forecast_pence is None else f"{line.own_forecast_pence / 100:.2f}"
    at = f"{id}_{now.turn}_{key}"
    page_actuals.show_result(id, page_actuals.LINES)  # above the form, where the eyes are when it is sent
    if st.session_state.get(TYPED):
        page.show_faults("Not kept yet", st.session_state.pop(TYPED))
    with st.form(f"monitoring_why_{at}", enter_to_submit=False):
        st.text_area(
            "Reason for the variance",
            line.reason,
            key=f"{REASON}_{at}",
            max_chars=LONGEST_REASON,
            help=saved_panel.NO_PEOPLE,
        )
        st.text_input(
            "Forecast of your own, £",
            own,
            key=f"{OWN}_{at}",
            help=f"Empty: by the method, {exact_pounds(line.method_pence)}. Your own needs a reason.",
        )
        st.form_submit_button(
            "Keep it", type="primary", on_click=_save_reason, args=(id, now, monitored.year, line, at)
        )


def _save_reason(id: str, now: PageActuals, year: str, line: LineForecast, at: str) -> None:
    reason = st.session_state[f"{REASON}_{at}"].strip()
    text = st.session_state[f"{OWN}_{at}"].strip()
    amount = actuals_file.pence_of(text) if text else None
    faults = []
    if text and amount is None:
        problem = f'"{text[:60]}" is not an amount. {actuals_file.WRITE["amount"]}'
        faults.append(Fault("Forecast of your own", problem))
    if text and not reason:
        faults.append(Fault("Reason for the variance", "is empty: a forecast of your own needs one. Write it."))
    if faults:
        st.session_state[TYPED] = faults
        return
    words = f"Reason for {line.label}" + ("" if amount is None else f", forecast {exact_pounds(amount)}")
    change = ActualsChange(words, year=year, entries={line.key: OwnForecast(amount, reason)})
    page_actuals.save_change(id, now.version, change)


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
