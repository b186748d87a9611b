"""Show a policy as prose, compare two, or change a copy and see who gains and who loses before it is saved."""

import datetime
from collections.abc import Callable, Iterable
from functools import partial
from itertools import groupby

import pandas as pd
import streamlit as st

from data.faults import InputError
from eligibility.deciding import wording
from eligibility.rules import policy_file
from eligibility.rules.policy import Policy, Rules
from screens import page
from screens.people import choose_rules, policy_change
from screens.people.choose_rules import with_links

READ, COMPARE, CHANGE = "Read it", "Compare it with another", "Change a copy of it"
TOML = "application/toml"
FAULTS = "policy_file_faults"


def show() -> None:
    """Show the screen."""
    st.title("Policy", anchor=False)
    first, second = st.columns([3, 1.3], vertical_alignment="bottom")
    with first:
        policy = choose_rules.offered()[choose_rules.choose_policy("Policy", "policy")]
    with second:
        day = choose_rules.choose_day("Rules as they stand on")
    _open_file()
    rules = page.attempted("These rules cannot be read on this day", lambda: policy.on(day))
    if rules is None:
        return
    task = st.radio("What to do", (READ, COMPARE, CHANGE), horizontal=True, key="policy_task", persist_state="session")
    _TASKS[task](policy, rules, day)


def _open_file() -> None:
    with st.expander("Open a policy file of your own"):
        st.file_uploader("A policy file (.toml)", type=["toml"], key="policy_upload", on_change=_take)
        st.caption("You can choose it on every screen until this window is closed.")
    if st.session_state.get(FAULTS):
        page.show_faults("This policy file cannot be used", st.session_state[FAULTS])


def _take() -> None:
    uploaded = st.session_state["policy_upload"]
    st.session_state[FAULTS] = ()
    if uploaded is None:
        return
    try:
        policy = policy_file.parse(uploaded.getvalue(), uploaded.name)
        choose_rules.add_own(policy, uploaded.getvalue().decode("utf-8"), "")
        st.session_state["policy"] = policy.id
    except InputError as error:
        st.session_state[FAULTS] = error.faults


def _read(policy: Policy, rules: Rules, _day: datetime.date) -> None:
    page.download("Download the policy file", partial(choose_rules.text_of, policy.id), f"{policy.id}.toml", TOML)
    _prose(wording.prose(policy, rules))


def _prose(lines: Iterable[str]) -> None:
    """Show the lines of `wording.prose`: a title, headings that end in a colon, rules as list items, paragraphs."""
    title, *rest = lines
    st.header(title, anchor=False)
    for are_items, group in groupby(filter(None, rest), key=_is_item):
        for block in ["\n".join(group)] if are_items else group:
            if block.endswith(":") and not are_items:
                st.subheader(block.removesuffix(":"), anchor=False)
            else:
                st.markdown("\n".join(map(_item, block.split("\n"))))


def _is_item(line: str) -> bool:
    return line.lstrip().startswith("- ")


def _item(line: str) -> str:
    """Return a line as Markdown, the sign and the depth of an item of a list kept."""
    before, sign, text = line.partition("- ") if _is_item(line) else ("", "", line)
    return f"{before}{sign}{with_links(text)}"


def _compare(policy: Policy, rules: Rules, day: datetime.date) -> None:
    other = choose_rules.offered()[choose_rules.choose_policy("The other policy", "other_policy", "york")]
    others = page.attempted("The other policy's rules cannot be read on this day", lambda: other.on(day))
    if others is None:
        return
    st.header("Numbers", anchor=False)
    page.show_table(_numbers(rules, others), "The numbers of both policies.")
    st.header("Rules and charges that differ", anchor=False)
    policy_change.show_effects(rules, others, day, *_headings(rules, others), nothing="None.")
    st.header("Both in full", anchor=False)
    for column, each in zip(st.columns(2, gap="large"), (rules, others), strict=True):
        with column:
            _prose(wording.prose(each.policy, each))


def _headings(rules: Rules, others: Rules) -> tuple[str, str]:
    return f"{rules.policy.title} (the first)", f"{others.policy.title} (the second)"


def _numbers(rules: Rules, others: Rules) -> pd.DataFrame:
    """Return every number of either policy on the day, those of the same name side by side."""
    first, second = rules.policy.parameters, others.policy.parameters
    labels = {name: parameter.label for name, parameter in {**first, **second, **first}.items()}
    cells = [(page.plain(label), _number(rules, name), _number(others, name)) for name, label in labels.items()]
    return pd.DataFrame(cells, columns=["Number", *map(page.plain, _headings(rules, others))])


def _number(rules: Rules, name: str) -> str:
    parameter = rules.policy.parameters.get(name)
    if parameter is None:
        return "none"
    if name not in rules.values:
        return "not known on this day"
    value = rules.values[name].value
    each = value if isinstance(value, tuple) else (value,)
    return page.plain("; ".join(wording.quantity(item, parameter.unit) for item in each))


_TASKS: dict[str, Callable[[Policy, Rules, datetime.date], None]] = {
    READ: _read,
    COMPARE: _compare,
    CHANGE: policy_change.show,
}
