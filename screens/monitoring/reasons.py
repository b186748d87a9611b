"""Ask why lines miss their budget, for a forecast of one's own, and how a saving is confirmed."""

import pandas as pd
import streamlit as st

from budget.monitoring import actuals_file
from budget.monitoring.actuals_file import LONGEST_REASON
from budget.monitoring.ledger_cells import pence_of
from budget.monitoring.lines import GREEN, LineForecast, OwnForecast
from budget.monitoring.monitored import Monitored
from budget.monitoring.posting import CONFIRMED
from data.faults import Fault
from data.wording import exact_pounds
from screens import page
from screens.monitoring import page_actuals
from screens.monitoring.page_actuals import ActualsChange, PageActuals
from screens.monitoring.results import is_used
from screens.scenario import saved_panel

LINE, REASON, OWN, TYPED = "monitoring_line", "monitoring_reason", "monitoring_own", "monitoring_typed"
HOW, MANY = "monitoring_how", "monitoring_many"


def ask_why(id: str, monitored: Monitored, now: PageActuals) -> None:
    """Show a form for one line's reason, own forecast and confirmed saving, and a table for many lines at once."""
    st.subheader("Give a reason, or a forecast of your own", anchor=False)
    lines = {line.key: line for line in [*filter(is_used, monitored.lines)] or monitored.lines}
    if st.session_state.get(LINE) not in lines:
        lacking = {key for key, line in lines.items() if monitored.rating(line) != GREEN and not line.reason}
        st.session_state[LINE] = max(lines, key=lambda key: (key in lacking, abs(lines[key].variance_pence)))
    key = st.selectbox("Line", list(lines), format_func=lambda key: lines[key].label, key=LINE, persist_state="session")
    line = lines[key]
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
            _pounds(line),
            key=f"{OWN}_{at}",
            help=f"Empty: by the method, {exact_pounds(line.method_pence)}. Your own needs a reason.",
        )
        st.selectbox(
            "The saving is confirmed by",
            ["", *CONFIRMED],
            ["", *CONFIRMED].index(line.confirmed),
            format_func=lambda how: CONFIRMED.get(how, "nothing: it is not confirmed"),
            key=f"{HOW}_{at}",
            help="Only confirmed savings are offered for spending. A line closed by its owner is forecast as paid.",
        )
        st.form_submit_button(
            "Keep it", type="primary", on_click=_save_reason, args=(id, now, monitored.year, line, at)
        )
    _ask_for_many(id, monitored, now, lines)


def _ask_for_many(id: str, monitored: Monitored, now: PageActuals, lines: dict[str, LineForecast]) -> None:
    """Show a table in which the reasons of many lines are filled in and saved together."""
    with st.expander("Fill in many lines at once", key=MANY, on_change="rerun"):
        if not st.session_state[MANY]:
            return
        rows = pd.DataFrame(
            [
                {
                    "Line": line.label,
                    "Variance": line.variance_words(),
                    "Reason": line.reason,
                    "Forecast of your own, £": _pounds(line),
                    "Saving confirmed by": CONFIRMED.get(line.confirmed, ""),
                }
                for line in lines.values()
            ],
            index=list(lines),
        )
        ways = st.column_config.SelectboxColumn(options=["", *CONFIRMED.values()])
        with st.form(f"monitoring_many_{id}_{now.turn}", border=False):
            filled = page.edit_table(
                rows,
                disabled=["Line", "Variance"],
                column_config={"Saving confirmed by": ways},
                key=f"{MANY}_{id}_{now.turn}",
            )
            sent = st.form_submit_button("Keep all of them")
        if sent:
            save_many(id, now, monitored.year, rows, filled)
            st.rerun()


def save_many(id: str, now: PageActuals, year: str, before: pd.DataFrame, filled: pd.DataFrame) -> None:
    """Save what was filled in for each line that differs; all faults at once, and nothing saved where there is one."""
    faults: list[Fault] = []
    entries = {}
    for key in filled.index[(filled.fillna("") != before.fillna("")).any(axis=1)]:
        line, _, reason, own, way = (str(cell or "").strip() for cell in filled.loc[key])
        how = next((name for name, words in CONFIRMED.items() if words == way), "")
        entries[key] = entry_of(reason, own, how, f"{line}: ", faults)
    if faults:
        st.session_state[TYPED] = faults
    elif entries:
        change = ActualsChange(f"Reasons for {len(entries)} lines", year=year, entries=entries)
        page_actuals.save_change(id, now.version, change)


def _pounds(line: LineForecast) -> str:
    return "" if line.own_forecast_pence is None else f"{line.own_forecast_pence / 100:.2f}"


def _save_reason(id: str, now: PageActuals, year: str, line: LineForecast, at: str) -> None:
    reason = st.session_state[f"{REASON}_{at}"].strip()
    text, how = st.session_state[f"{OWN}_{at}"].strip(), st.session_state[f"{HOW}_{at}"]
    faults: list[Fault] = []
    entry = entry_of(reason, text, how, "", faults)
    if faults:
        st.session_state[TYPED] = faults
        return
    words = f"Reason for {line.label}{page_actuals.beside_reason(entry)}"
    page_actuals.save_change(id, now.version, ActualsChange(words, year=year, entries={line.key: entry}))


def entry_of(reason: str, own: str, how: str, where: str, faults: list[Fault]) -> OwnForecast:
    """Return what was typed about a line; add what is wrong with it to the faults, each at a place after `where`."""
    amount = pence_of(own) if own else None
    if own and amount is None:
        problem = f'"{own[:60]}" is not an amount. {actuals_file.WRITE["amount"]}'
        faults.append(Fault(f"{where}Forecast of your own", problem))
    if own and not reason:
        problem = "is empty: a forecast of your own needs one. Write it."
        faults.append(Fault(f"{where}Reason for the variance", problem))
    if len(reason) > LONGEST_REASON:
        faults.append(Fault(f"{where}Reason for the variance", f"is longer than {LONGEST_REASON:,} characters."))
    return OwnForecast(amount, reason, how)
