"""Check a young person: a short form that asks only what can still change the outcome, and the answer with reasons.

What is typed here lives in this session until the window is closed or "Start again" is pressed: it is in no address,
no cache and no log.
"""

from collections.abc import Sequence

import streamlit as st

from data.faults import Fault
from eligibility.applicants.destinations import LEARNING
from eligibility.applicants.headings import targets
from eligibility.deciding import questions
from eligibility.deciding.questions import DecisionSoFar
from eligibility.letters.letters import letter
from eligibility.letters.text import Recipient
from eligibility.rules.facts import ApplicantFact, facts_to_ask
from screens import page
from screens.people import choose_rules, outcome
from screens.people.choose_rules import Chosen

KEPT = "check_"  # begins the keys of all that is answered
YES_NO = ("Yes", "No", "Not known")
NOT_KNOWN = YES_NO[2]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def show() -> None:
    """Show the screen."""
    with st.container(key="unprinted_top"):
        st.title("Check a young person", anchor=False)
        ground = choose_rules.choose()
    if ground is None:
        return
    given = _given()
    answer = questions.decide_so_far(given, ground.rules, ground.county, decided_on=ground.decided_on)
    form, result = st.columns([1, 1.15], gap="large")
    with form, st.container(key="unprinted_form"):
        left = _form(ground, answer, given)
    with result:
        _result(ground, answer, given, left)


def _given() -> dict[str, str]:
    """Return what has been answered, by name of fact."""
    kept = {str(key).removeprefix(KEPT): value for key, value in st.session_state.items() if str(key).startswith(KEPT)}
    return {name: str(value) for name, value in kept.items() if value not in (None, "")}


def _form(ground: Chosen, answer: DecisionSoFar, given: dict[str, str]) -> int:
    """Show what was answered and what is still to be asked; return how many of the latter are open."""
    st.caption(
        "Only what can still change the outcome is asked. Leave a box empty, or choose Not known, where the answer is "
        "not known: nobody is refused for it."
    )
    still = questions.questions_left(answer.decision, ground.rules)
    places = questions.places(ground.rules)
    if places:
        _places(places, ground)
    shown = [fact for fact in _all(ground) if fact in still or fact.name in given]
    for section in questions.sections(shown):
        st.subheader(section.title, anchor=False)
        for fact in section.questions:
            _question(fact, ground)
        if any(fact.kind in ("yes or no", "choice") and fact.name not in given for fact in section.questions):
            break  # the next section follows when this one is answered
    _measured(ground)
    st.button("Start again", icon=":material/restart_alt:", on_click=forget, key="start_again")
    return sum(fact.name not in given for fact in [*still, *places])


def _all(ground: Chosen) -> Sequence[ApplicantFact]:
    return [fact for fact in facts_to_ask(ground.rules) if not fact.measured]


def _places(places: Sequence[ApplicantFact], ground: Chosen) -> None:
    home, goal = places
    st.subheader("Home and place of study", anchor=False)
    st.text_input(home.question, key=KEPT + home.name, persist_state="session", autocomplete="off")
    known = ground.county.destinations
    names = known.loc[known["kind"].isin(LEARNING), "name"]
    st.selectbox(
        goal.question,
        names.index.tolist(),
        index=None,
        format_func=lambda code: names.get(code, code),
        accept_new_options=True,
        placeholder="Choose, or type a name or a postcode",
        key=KEPT + goal.name,
        persist_state="session",
    )


def _question(fact: ApplicantFact, ground: Chosen) -> None:
    key = KEPT + fact.name
    if fact.kind == "yes or no":
        st.radio(fact.question, YES_NO, index=None, horizontal=True, key=key, persist_state="session")
    elif fact.kind == "choice":
        options = [*fact.choices, NOT_KNOWN]
        st.radio(fact.question, options, index=None, horizontal=True, key=key, persist_state="session")
    else:
        unit = _how_to_write(targets(ground.rules)[fact.name].kind)
        st.text_input(f"{fact.question} ({unit})", key=key, persist_state="session", autocomplete="off")


def _how_to_write(kind: str) -> str:
    if kind == "date":
        return "as 31/01/2008"
    if kind.startswith("pounds"):
        return f"{kind}, as £1,234.50"
    return "in words" if kind == "text" else kind


def _measured(ground: Chosen) -> None:
    facts = questions.measured_facts(ground.rules)
    if not facts:
        return
    wanted = targets(ground.rules)
    names = [f"{questions.MEASURED}{fact.name}" for fact in facts]
    names += [f"{questions.MEASURED}{end}" for end in ("by", "how", "on")]
    with st.expander("Measured by an officer"):
        st.caption("A measured value takes the place of the estimate. Say who measured it, how, and on which day.")
        for name in names:
            target = wanted[name]
            unit = "" if target.kind == "text" else f" ({_how_to_write(target.kind)})"
            st.text_input(f"{target.label}{unit}", key=KEPT + name, persist_state="session", autocomplete="off")


def _result(ground: Chosen, answer: DecisionSoFar, given: dict[str, str], left: int) -> None:
    if answer.faults:
        labels = {name: target.label for name, target in targets(ground.rules).items()}
        named = [Fault(labels.get(fault.where, fault.where), fault.problem) for fault in answer.faults]
        page.show_faults("These answers cannot be read, and count as not known", named)
    for note in answer.notes:
        st.markdown(f":material/info: {page.plain(note)}")
    if not given:
        st.info("Answer the first questions, and the outcome appears here as soon as there is one.")
        return
    _printed_heading(ground, given)
    outcome.show(answer.decision, left, lambda: _letter(ground, answer))


def _printed_heading(ground: Chosen, given: dict[str, str]) -> None:
    """Write what stands above a printed answer, and on no screen: whom it is about and by what it was checked."""
    about = ", ".join(page.plain(given[name]) for name in ("person_id", "name") if name in given)
    policy = page.plain(ground.rules.policy.title)
    with st.container(key="printed"):
        st.markdown(
            f"**{about}** Checked by {policy}, on {choose_rules.long_date(ground.decided_on)}.".replace("**** ", "")
        )


def _letter(ground: Chosen, answer: DecisionSoFar) -> None:
    with st.container(key="unprinted_letter"):
        _take_away(ground, answer)


def _take_away(ground: Chosen, answer: DecisionSoFar) -> None:
    first, second = st.columns(2)
    reference = first.text_input("Reference, for the letter", key=f"{KEPT}person_id", persist_state="session")
    name = second.text_input("Name, for the letter", key=f"{KEPT}name", persist_state="session", autocomplete="off")
    to = Recipient(reference, name, answer.notes)
    with st.container(horizontal=True):
        st.download_button(
            "Download the letter",
            data=lambda: letter(answer.decision, ground.rules, to),
            file_name=f"letter-{ground.decided_on.isoformat()}.docx",
            mime=DOCX,
            on_click="ignore",
            icon=":material/download:",
        )
        page.print_button()


def forget() -> None:
    """Forget everything that was answered about a person."""
    for key in [key for key in st.session_state if str(key).startswith(KEPT)]:
        del st.session_state[key]
