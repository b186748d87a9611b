"""Check a young person: a short form that asks only what can still change the outcome, and the answer with reasons.

The answers are in this session alone until the window is closed or "Start again" is pressed: never in an address, a
cache or a log.
"""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from data.access import Right, needs
from data.faults import Fault
from data.wording import long_date
from eligibility.applicants.destinations import LEARNING
from eligibility.applicants.headings import targets
from eligibility.deciding import questions, schemes
from eligibility.deciding.questions import DecisionSoFar
from eligibility.letters.letters import letter
from eligibility.letters.text import Recipient, why_draft
from eligibility.rules.facts import ApplicantFact, facts_to_ask
from screens import page
from screens.people import choose_rules, outcome
from screens.people.choose_rules import RuleChoice

PREFIX = "check_"  # of the keys of all answers
YES_NO = ("Yes", "No", "Not known")
NOT_KNOWN = YES_NO[2]


@needs(Right.PEOPLE)
def show() -> None:
    """Show the screen."""
    with st.container(key="unprinted_top"):
        st.title("Check a young person", anchor=False)
        basis = choose_rules.choose()
    if basis is None:
        return
    given = _given()
    answer = questions.decide_so_far(given, basis.rules, basis.county, decided_on=basis.decided_on)
    form, result = st.columns([1, 1.15], gap="large")
    with form, st.container(key="unprinted_form"):
        left = _form(basis, answer, given)
    with result:
        _result(basis, answer, given, left)


def _given() -> dict[str, str]:
    return {
        str(key).removeprefix(PREFIX): str(value)
        for key, value in st.session_state.items()
        if str(key).startswith(PREFIX) and value not in (None, "")
    }


def _form(basis: RuleChoice, answer: DecisionSoFar, given: dict[str, str]) -> int:
    """Show the answered and the open questions; return the number of open ones."""
    st.caption(
        "Only what can still change the outcome is asked. Leave a box empty, or choose Not known, where the answer is "
        "not known: nobody is refused for it."
    )
    still = questions.questions_left(answer.decision, basis.rules)
    if places := questions.places(basis.rules):
        _places(places, basis)
    relevant = [
        fact for fact in facts_to_ask(basis.rules) if not fact.measured and (fact in still or fact.name in given)
    ]
    for title, facts in questions.sections(relevant).items():
        st.subheader(title, anchor=False)
        for fact in facts:
            _question(fact, basis)
        if any(fact.kind in ("yes or no", "choice") and fact.name not in given for fact in facts):
            break  # the next section follows when this one is answered
    _measured(basis)
    st.button("Start again", icon=":material/restart_alt:", on_click=forget, key="start_again")
    return sum(fact.name not in given for fact in [*still, *places])


def _places(places: Sequence[ApplicantFact], basis: RuleChoice) -> None:
    home, *goals = places
    st.subheader("Home and place of study", anchor=False)
    _text_box(home.question, PREFIX + home.name)
    if not goals:
        return
    goal, known = goals[0], basis.county.destinations
    names = known.loc[known["kind"].isin(LEARNING), "name"]
    st.selectbox(
        goal.question,
        names.index.tolist(),
        index=None,
        format_func=lambda code: names.get(code, code),
        accept_new_options=True,
        placeholder="Choose, or type a name or a postcode",
        key=PREFIX + goal.name,
        persist_state="session",
    )


def _question(fact: ApplicantFact, basis: RuleChoice) -> None:
    key = PREFIX + fact.name
    if fact.kind in ("yes or no", "choice"):
        options = YES_NO if fact.kind == "yes or no" else (*fact.choices, NOT_KNOWN)
        st.radio(fact.question, options, index=None, horizontal=True, key=key, persist_state="session")
    else:
        _text_box(f"{fact.question} ({_how_to_write(targets(basis.rules)[fact.name].kind)})", key)


def _text_box(label: str, key: str) -> None:
    st.text_input(label, key=key, persist_state="session", autocomplete="off")


def _how_to_write(kind: str) -> str:
    if kind == "date":
        return "as 31/01/2008"
    if kind.startswith("pounds"):
        return f"{kind}, as £1,234.50"
    return "in words" if kind == "text" else kind


def _measured(basis: RuleChoice) -> None:
    if not questions.measured_facts(basis.rules):
        return
    with st.expander("Measured by an officer"):
        st.caption("A measured value takes the place of the estimate. Say who measured it, how, and on which day.")
        for name, target in targets(basis.rules).items():
            if not name.startswith(questions.MEASURED):
                continue
            unit = "" if target.kind == "text" else f" ({_how_to_write(target.kind)})"
            _text_box(f"{target.label}{unit}", PREFIX + name)


def _result(basis: RuleChoice, answer: DecisionSoFar, given: dict[str, str], left: int) -> None:
    if answer.faults:
        labels = {name: target.label for name, target in targets(basis.rules).items()}
        named = [Fault(labels.get(fault.where, fault.where), fault.problem) for fault in answer.faults]
        page.show_faults("These answers cannot be read, and count as not known", named)
    page.show_notes(answer.notes)
    if not given:
        st.info("Answer the first questions, and the outcome appears here as soon as there is one.")
        return
    about = ", ".join(page.plain(given[name]) for name in ("person_id", "name") if name in given)
    policy = page.plain(basis.rules.policy.title)
    with st.container(key="printed"):  # on paper only
        st.markdown(f"**{about}** Checked by {policy}, on {long_date(basis.decided_on)}.".replace("**** ", ""))
    outcome.show(answer.decision, left, lambda: _take_away(basis, answer, given))


def _every_scheme(basis: RuleChoice, given: dict[str, str]) -> None:
    """Show on request what each scheme that covers the home says: the council's, and those that stand beside it."""
    st.caption(
        "Also asked: the rules for young people with a plan, the 16 to 19 Bursary Fund and the duties to care leavers. "
        "What was not answered here counts as not known."
    )
    if not st.button("Ask every scheme that covers the home", icon=":material/checklist:", key="every_scheme"):
        return
    found = page.attempted(
        "Not every answer can be read",
        lambda: schemes.check_all(
            given, basis.county, on=basis.rules.day, decided_on=basis.decided_on, policy=basis.rules
        ),
    )
    for answer in found or ():
        said, parts = schemes.in_words(answer)
        lines = [f"- {title}: {page.plain(text)}." for title, text in parts]
        st.markdown("\n".join([f"**{page.plain(answer.title)}**: {page.plain(said)}.", *lines]))


def _take_away(basis: RuleChoice, answer: DecisionSoFar, given: dict[str, str]) -> None:
    with st.container(key="unprinted_letter"):
        first, second = st.columns(2)
        reference = first.text_input("Reference, for the letter", key=f"{PREFIX}person_id", persist_state="session")
        name = second.text_input(
            "Name, for the letter", key=f"{PREFIX}name", persist_state="session", autocomplete="off"
        )
        to = Recipient(reference, name, answer.notes)
        with st.container(horizontal=True):
            content, day = partial(letter, answer.decision, basis.rules, to), basis.decided_on.isoformat()
            page.download("Download the letter", content, f"letter-{day}.docx", page.DOCX)
            page.print_button()
        if why := why_draft(basis.rules):
            st.caption(why)
        with st.expander("Other schemes that cover the home"):
            _every_scheme(basis, given)


def forget() -> None:
    """Delete all answers about a person."""
    for key in [key for key in st.session_state if str(key).startswith(PREFIX)]:
        del st.session_state[key]
