"""Show the money moved between the lines of a plan, and record it with who approved it and when."""

from collections.abc import Sequence

import streamlit as st

from budget.accounts.statement import Content
from budget.scenarios.finance import Virement, unbalanced_in_words
from budget.scenarios.virements import recorded, taken_back
from data.faults import InputError
from data.wording import exact_pounds, long_date
from screens import page
from screens.monitoring.of_plan import is_open, keep_finance

KEY = "monitoring_virement_{}"  # of each box of a virement that is written
PROBLEM = "monitoring_virement_problem"
NOTHING_MOVED = "No money was moved between lines."
NOT_NAMED = "Nobody is named who approved it: record it below, each move with who approved it and when."
TO_RECORD = (
    "To record what was moved, open this plan first: *Saved scenarios*, above, *Open on the plan screen*. Then come "
    "back here, and save it again."
)


def show(content: Content) -> None:
    """Show what was moved, and boxes to record more of it where the plan is the one on the page Plan."""
    labels = {kind.id: kind.label for kind in content.plan.catalogue.kinds}
    moved = content.ledger.finance.virements
    unsaid = [line for line in content.ledger.profiled() if line.virement_pence and not moved]
    if moved:
        cells = {
            "From": [page.plain(labels.get(each.source, each.source)) for each in moved],
            "To": [page.plain(labels.get(each.target, each.target)) for each in moved],
            "Amount": [exact_pounds(each.pence) for each in moved],
            "Approved by": [page.plain(each.approved_by) for each in moved],
            "On": [long_date(each.day) for each in moved],
        }
        page.show_table(cells, "Each virement with its lines, its amount, who approved it and when.")
    elif unsaid:
        cells = {
            "Line": [page.plain(line.label) for line in unsaid],
            "Moved": [exact_pounds(line.virement_pence) for line in unsaid],
            "Approved by": ["not recorded"] * len(unsaid),
        }
        page.show_table(cells, "Each line that money was moved into, or out of, without a record of who approved it.")
    if not moved:
        st.caption(NOT_NAMED if unsaid else NOTHING_MOVED)
    if odd := unbalanced_in_words(content.ledger.finance):
        st.warning(odd, icon=":material/warning:")
    _ask(content, labels)


def _ask(content: Content, labels: dict[str, str]) -> None:
    if not is_open(content.plan):
        st.caption(TO_RECORD)
        return
    refused: InputError | None = st.session_state.pop(PROBLEM, None)
    with st.expander("Record money that was moved", expanded=refused is not None):
        if refused is not None:
            page.show_faults("It is not recorded", refused.faults)
        with st.form("monitoring_virement", border=False, clear_on_submit=False):
            left, right = st.columns(2)
            for place, label, name, words in (
                (left, "From", "from", "The line that gives"),
                (right, "To", "to", "The line that receives"),
            ):
                place.selectbox(label, list(labels), None, labels.__getitem__, key=KEY.format(name), placeholder=words)
            left.number_input("Pounds", 0.0, value=None, step=100.0, format="%.2f", key=KEY.format("amount"))
            right.date_input("Approved on", value=None, format="DD/MM/YYYY", key=KEY.format("on"))
            st.text_input("Approved by (a post, such as Head of Finance)", max_chars=200, key=KEY.format("approved_by"))
            st.form_submit_button("Record it", on_click=_record, args=(content,))
        _ask_to_take_back(content, labels)


def _ask_to_take_back(content: Content, labels: dict[str, str]) -> None:
    moved = content.ledger.finance.virements
    if not moved:
        return
    st.selectbox(
        "One that was recorded by mistake",
        range(len(moved)),
        index=None,
        format_func=lambda number: _in_words(moved, number, labels),
        key=KEY.format("taken_back"),
    )
    st.button("Take it back", on_click=_take_back, args=(content,))


def _in_words(moved: Sequence[Virement], number: int, labels: dict[str, str]) -> str:
    each = moved[number]
    lines = f"{labels.get(each.source, each.source)} to {labels.get(each.target, each.target)}"
    return f"{exact_pounds(each.pence)}, {lines}, {long_date(each.day)}"


def _record(content: Content) -> None:
    given = {name: st.session_state[KEY.format(name)] for name in ("from", "to", "amount", "approved_by", "on")}
    try:
        finance = recorded(content.plan.scenario.finance, given, content.ledger.budgets())
    except InputError as error:
        st.session_state[PROBLEM] = error
        return
    for name in given:
        del st.session_state[KEY.format(name)]
    keep_finance(content.plan, finance)


def _take_back(content: Content) -> None:
    number = st.session_state.pop(KEY.format("taken_back"))
    if number is not None:
        keep_finance(content.plan, taken_back(content.plan.scenario.finance, number))
