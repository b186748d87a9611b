"""Change a copy of a policy: its numbers as fields, its text, its faults, and who gains and loses by it."""

import datetime

import pandas as pd
import streamlit as st

from data.faults import InputError
from data.wording import counted, long_date
from eligibility.deciding import compare
from eligibility.deciding.by_day import days_of
from eligibility.deciding.terms_wording import pence_range
from eligibility.rules import policy_edit, policy_file, worked_cases
from eligibility.rules.policy import Parameter, Policy, Rules
from screens import page
from screens.people import applicants, choose_rules, policy_letters

TEXT, NUMBER = "policy_text_", "policy_number_"  # begin the keys of what is being changed
FIELDS = (NUMBER, policy_letters.WORDS, policy_letters.STAGE)
LATER = "policy_numbers_later"
EDIT_FAULTS = "policy_edit_faults"
CHANGED = {
    "gains": "Gain",
    "loses": "Lose",
    "pays less": "Pay less",
    "pays more": "Pay more",
    "charge changes": "Charged differently",
}


def show(policy: Policy, rules: Rules, day: datetime.date) -> None:
    """Show the copy of a policy that is being changed, and what it would do."""
    key = TEXT + policy.id
    if key not in st.session_state:
        st.session_state[key] = policy_edit.copy_as(
            choose_rules.text_of(policy.id), f"{policy.id}-changed", f"{policy.title}, changed"
        )
    _fields(policy, rules, key, day)
    policy_letters.show(policy, key)
    st.text_area(
        "The text of the policy file (TOML). Give it an id and a title of its own.",
        key=key,
        height=420,
        persist_state="session",
    )
    st.button("Undo all changes", icon=":material/undo:", on_click=_undo, args=(key,))
    text = st.session_state[key]
    try:
        changed = policy_file.parse(text.encode("utf-8"), "the policy file")
        after = changed.on(day)
    except InputError as error:
        page.show_faults("This is not a policy yet", error.faults)
        return
    st.header("What the change would do", anchor=False)
    show_effects(rules, after, day, "Before", "After", nothing="No rule and no charge differs on this day.")
    _save(policy, changed, text)


def _fields(policy: Policy, rules: Rules, key: str, day: datetime.date) -> None:
    """Show the numbers of the policy as fields; what is changed there goes into the text."""
    numbers = [(p, value) for p in policy.parameters.values() if (value := _number(rules, p)) is not None]
    if not numbers:
        return
    with st.form(f"numbers_{policy.id}", border=True):
        st.markdown("**Numbers**")
        place = st.grid(3, min_column_width=220)
        for parameter, value in numbers:
            place.number_input(
                f"{parameter.label} ({parameter.unit})",
                min_value=_float(parameter.lowest),
                max_value=_float(parameter.highest),
                value=value,
                step=None,
                format="%g",
                key=f"{NUMBER}{policy.id}_{day}_{parameter.name}",
            )
        st.checkbox(
            f"Only from {long_date(day)} on: keep the numbers in force until then",
            key=LATER,
            persist_state="session",
        )
        st.form_submit_button(
            "Put these numbers into the text",
            on_click=_put,
            args=(policy, rules, key, day),
            key="put_numbers",
        )
    st.caption(
        "A number is changed where the rules read it. Words that repeat it, such as a label or the summary, are not: "
        "change them in the text."
    )
    if st.session_state.get(EDIT_FAULTS):
        page.show_faults("These numbers cannot be put into the text", st.session_state[EDIT_FAULTS])


def _number(rules: Rules, parameter: Parameter) -> float | None:
    value = rules.values[parameter.name].value if parameter.name in rules.values else None
    return float(value) if isinstance(value, int | float) else None


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)


def _put(policy: Policy, rules: Rules, key: str, day: datetime.date) -> None:
    st.session_state[EDIT_FAULTS] = ()
    text = st.session_state[key]
    try:
        for parameter in policy.parameters.values():
            value = st.session_state.get(f"{NUMBER}{policy.id}_{day}_{parameter.name}")
            if value is not None and value != rules.values[parameter.name].value:
                now = rules.values[parameter.name]
                start = day if st.session_state[LATER] else now.start
                text = policy_edit.with_value(text, parameter, value, start, now.until)
    except InputError as error:
        st.session_state[EDIT_FAULTS] = error.faults
        return
    st.session_state[key] = text


def _undo(key: str) -> None:
    for name in [name for name in st.session_state if name == key or str(name).startswith(FIELDS)]:
        del st.session_state[name]
    st.session_state[EDIT_FAULTS] = ()


def show_effects(rules: Rules, others: Rules, day: datetime.date, before: str, after: str, *, nothing: str) -> None:
    """Show the rules that differ, under two headings, and which worked cases and applicants gain or lose."""
    if changes := compare.differences(rules, others):
        cells = [(each.name.replace("_", " "), each.before or "none", each.after or "none") for each in changes]
        shown = pd.DataFrame(cells).map(page.plain).set_axis(["Rule", page.plain(before), page.plain(after)], axis=1)
        page.show_table(shown, "The rules that differ, in words.")
    else:
        st.markdown(nothing)
    _show_cases(rules.policy, others.policy, day)
    _show_applicants(rules.policy, others.policy, day)


def _show_cases(policy: Policy, changed: Policy, day: datetime.date) -> None:
    """Show which worked cases gain or lose by another policy: its own cases, or else the other's."""
    st.subheader("Worked cases", anchor=False)
    names = [choose_rules.cases_of(each.id) for each in (policy, changed)]
    known = [name for name in names if name and worked_cases.exists(name)]
    if not known:
        st.markdown("There are none for this policy.")
        return
    cases = worked_cases.read(known[0]).cases
    _comparison(compare.compare_cases(cases, policy, changed, decided_on=day), "worked case", "Case")
    st.caption("Each is decided on its own day: a change that begins after that day does not affect it.")


def _show_applicants(policy: Policy, changed: Policy, day: datetime.date) -> None:
    """Show which applicants of this session gain or lose by another policy.

    Each is decided by the rules of the day of their application, those without one by the rules of `day`.
    """
    st.subheader("The applicants of this session", anchor=False)
    run = applicants.last_run()
    if run is None:
        st.markdown("None. Assess a file of applications first, and see here who would gain and who would lose.")
        return
    if run.rules.policy.id != policy.id:
        page.show_notes(
            [f"They were read for {run.rules.policy.title}. Facts that only another policy needs are not known."]
        )
    named = [f"{reference} (row {row})" for row, reference in run.people["person_id"].items()]
    people, days = run.people.set_axis(pd.Index(named)), days_of(run.people, policy.on(day)).tolist()
    compared = compare.compare_by_day(people, days, policy, changed, decided_on=day)
    _comparison(compared, "applicant", "Applicant")


def _comparison(compared: compare.PolicyComparison, what: str, heading: str) -> None:
    counts = compared.counts()
    changes = [f"{CHANGED[change].lower()} {counts[change]:,}" for change in compare.CHANGES if counts[change]]
    result = ", ".join(changes) or "nothing changes for any of them"
    st.markdown(f"**{counted(len(compared.rows), what)}: {result}.** Unchanged: {counts['no change']:,}.")
    page.show_notes(f"Not compared: {line}" for line in compared.not_compared)
    if changes:
        rows = compared.changed
        named = {"change": "Change", "outcome_before": "Outcome before", "outcome_after": "Outcome after"}
        charges = {f"Pays {when}": _charge(rows, when) for when in ("before", "after")}
        cells = rows[list(named)].rename(columns=named).assign(**charges).rename_axis(heading).reset_index()
        about = f"{len(rows)} for whom something changes: the change, outcome and charge, before and after."
        page.show_rows(cells, about)


def _charge(rows: pd.DataFrame, when: str) -> list[str]:
    columns = (rows[f"{column}_{when}"] for column in ("label", "low_pence", "high_pence"))
    rows = [[None if pd.isna(cell) else cell for cell in row] for row in zip(*columns, strict=True)]
    return ["" if label is None else pence_range(low, high) for label, low, high in rows]


def _save(policy: Policy, changed: Policy, text: str) -> None:
    st.header("Save it", anchor=False)
    with st.container(horizontal=True):
        page.download("Download the changed policy", text, f"{changed.id}.toml", "application/toml")
        used = st.button("Use it in this session", icon=":material/check:", key="use_policy")
    st.caption("Once in use, you can choose it on every screen until this window is closed. Download it to keep it.")
    if used:
        try:
            choose_rules.add_own(changed, text, choose_rules.cases_of(policy.id))
        except InputError as error:
            page.show_faults("It cannot be used like this", error.faults)
            return
        st.success(f"{page.plain(changed.title)} can now be chosen on every screen.")
