"""Choose the county, the policy and the day for the screens about people; open a council's own policies.

Everybody who has the app open shares the policies and the places. A policy that somebody changed or opened is in their
session alone, and so is everything about a person.
"""

import datetime
import re
from dataclasses import dataclass

import streamlit as st

from data.access import Right, needs
from data.bundle import County
from data.faults import Fault, InputError
from eligibility.rules import library, policy_file
from eligibility.rules.library import DEFAULT_ENTITLEMENT
from eligibility.rules.policy import Policy, Rules
from screens import page
from screens.background.plan_cache import county_folder, load_county

EARLIEST = datetime.date(2015, 1, 1)  # before the first year of every policy of Farebridge
OWN = "own_policies"  # in the session: a council's own policies by their ids


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """The county, the rules of a day and the day of the decision, from which the days of an appeal are counted."""

    county: County
    rules: Rules
    decided_on: datetime.date


@dataclass(frozen=True, slots=True)
class OwnPolicy:
    """A policy that somebody changed or opened in this session."""

    text: str  # of its file
    cases: str  # the id of the policy whose worked cases test it; "" for none


def choose() -> RuleChoice | None:
    """Show the choice of policy and days, and return it; show what is wrong with it and return None."""
    policies = offered()
    first, second, third = st.columns([3, 1.5, 1.5], vertical_alignment="bottom")
    with first:
        policy = policies[choose_policy("Policy", "policy")]
    with second:
        day = choose_day("Rules as they stand on")
    with third:
        decided_on = choose_day("Day of the decision", "people_decided_on")
    try:
        return RuleChoice(load_county(county_folder()), policy.on(day), decided_on)
    except InputError as error:
        page.show_faults("These rules cannot be used", error.faults)
    except OSError as error:
        page.show_faults("County", [Fault("", f"cannot be read ({error.strerror}). Choose another.")])
    return None


def choose_day(label: str, key: str = "people_day") -> datetime.date:
    """Show the choice of a day, today at first; the screens share both days."""
    return st.date_input(
        label, value="today", min_value=EARLIEST, format="DD/MM/YYYY", key=key, persist_state="session"
    )


def choose_policy(label: str, key: str, start: str = DEFAULT_ENTITLEMENT) -> str:
    """Show the choice of one policy about people and return its id."""
    policies, mine = offered(), own()
    ids = sorted(policies, key=lambda name: (name not in mine, name != DEFAULT_ENTITLEMENT, policies[name].title))
    names = {name: _titled(policies[name], name in mine) for name in ids}
    if st.session_state.get(key) not in ids:
        st.session_state[key] = start
    return st.selectbox(label, ids, format_func=lambda name: names.get(name, name), key=key, persist_state="session")


def _titled(policy: Policy, is_own: bool) -> str:
    year = "" if policy.year in policy.title else f", {policy.year}"
    old = " (out of date: not for decisions)" if policy.terms.is_out_of_date(datetime.date.today()) else ""
    return f"{policy.title}{year}{' (of this session)' if is_own else ''}{old}"


def offered() -> dict[str, Policy]:
    """Return every policy about people by id: those of Farebridge, then the session's own."""
    return {**_shipped(), **{name: policy_file.parse(mine.text.encode(), name) for name, mine in own().items()}}


@st.cache_resource(max_entries=1, show_spinner=False)
def _shipped() -> dict[str, Policy]:
    return {policy.id: policy for policy in library.shipped() if policy.kind == "entitlement"}


def own() -> dict[str, OwnPolicy]:
    """Return the policies that were changed or opened in this session, by id."""
    return st.session_state.setdefault(OWN, {})


@needs(Right.POLICIES)
def add_own(policy: Policy, text: str, cases: str) -> None:
    """Add a policy to this session. Raises InputError for one about places, or with the id of one of Farebridge."""
    if policy.kind != "entitlement":
        raise InputError(policy.id, ["is about places, not people. Open a policy of the kind entitlement."])
    if policy.id in _shipped():
        raise InputError("id", [f'is "{policy.id}", a policy that comes with Farebridge. Give yours another id.'])
    own()[policy.id] = OwnPolicy(text, cases)


def cases_of(policy_id: str) -> str:
    """Return the id of the policy whose worked cases test a policy, "" for none."""
    mine = own().get(policy_id)
    return policy_id if mine is None else mine.cases


def text_of(policy_id: str) -> str:
    """Return the text of a policy's file."""
    mine = own().get(policy_id)
    return (library.FOLDER / f"{policy_id}.toml").read_text("utf-8") if mine is None else mine.text


def with_links(text: object) -> str:
    """Return text made harmless for Markdown, its secure addresses as links."""
    parts = re.split(r"(https://[A-Za-z0-9./?=&%#~+_-]*[A-Za-z0-9/])", str(text))
    return "".join(
        f"[{page.plain(part)}]({part})" if number % 2 else page.plain(part) for number, part in enumerate(parts)
    )
