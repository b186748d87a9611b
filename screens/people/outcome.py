"""One decision in words, as it is read on the screen and printed: outcome, reasons, evidence, charge, appeal."""

from collections.abc import Callable, Iterable

import streamlit as st

from eligibility.deciding import wording
from eligibility.deciding.decide import ELIGIBLE, NOT_ON_CRITERIA, REFER
from eligibility.deciding.decision import Decision
from eligibility.deciding.explain import Step
from eligibility.deciding.terms_wording import pence_range
from eligibility.rules.policy import Fact
from screens import page
from screens.people.choose_rules import long_date, with_links

HEADLINES = {
    ELIGIBLE: "Eligible",
    NOT_ON_CRITERIA: "Not on the published criteria",
    REFER: "Refer to an officer",
}
MEANINGS = {
    ELIGIBLE: "What is known meets the published criteria.",
    NOT_ON_CRITERIA: "This is not a refusal. A council must still consider whether help is necessary for this young "
    "person: see exceptional circumstances, and how to appeal, below.",
    REFER: "An officer decides. Nothing here is a refusal.",
}
BOXES = {ELIGIBLE: st.success, NOT_ON_CRITERIA: st.info, REFER: st.warning}


def show(decision: Decision, left: int, take_away: Callable[[], None]) -> None:
    """Show a decision; `left` is how many questions are open whose answer could still change it.

    `take_away` shows what can be done with the decision: it stands under the outcome, before the reasons.
    """
    _headline(decision, left)
    take_away()
    _list("Why an officer", decision.refer_reasons)
    _reasons(decision)
    _list("Evidence to send", _evidence(decision.needed))
    _contribution(decision)
    _list("Other help that may be asked for" if decision.is_excluded else "What may be provided", _texts(decision))
    _list("How it was measured", [f"{m}: {wording.observed(m.observed, 1)}" for m in decision.measurement])
    _list("Exceptional circumstances", [decision.exceptional_circumstances], bulleted=False)
    _appeal(decision)
    _list("To know", decision.notes)
    _printed_sources(decision)
    st.caption(page.plain(f"Decided on {long_date(decision.decided_on)}. {wording.stamp_line(decision.explanation)}"))


def _headline(decision: Decision, left: int) -> None:
    open_still = ""
    if left:
        questions = "1 question" if left == 1 else f"{left} questions"
        open_still = f" {questions} could still change the outcome or the charge. This is how it stands without them."
    BOXES[decision.outcome](
        f"**{HEADLINES[decision.outcome]}.** {MEANINGS[decision.outcome]}{open_still}", icon=":material/gavel:"
    )


def _list(title: str, lines: Iterable[str], *, bulleted: bool = True) -> None:
    shown = [with_links(line) for line in lines if line]
    if shown:
        st.subheader(title, anchor=False)
        st.markdown("\n".join(f"- {line}" for line in shown) if bulleted else "\n\n".join(shown))


def _reasons(decision: Decision) -> None:
    """Show the trace: what settled the outcome; behind a click what could still change it, and what did not count."""
    steps = wording.top_down(decision.explanation.steps)
    settled = [step for step in steps if step.decisive]
    tests = [step for step in steps if step.observed is not None and not step.decisive]
    parts = {
        "Rules that are still open": [step for step in tests if step.live],
        "The other rules": [step for step in tests if not step.live],
    }
    if settled:
        st.subheader("What settled it", anchor=False)
        st.markdown(_lines(settled))
    for number, (title, found) in enumerate(parts.items()):
        if found:
            with st.container(key=f"unprinted_rules_{number}"), st.expander(f"{title}: {len(found)}"):
                st.markdown(_lines(found))
            with st.container(key=f"printed_rules_{number}"):  # paper has nothing to click on
                _list(title, map(wording.step_line, found))


def _lines(steps: Iterable[Step]) -> str:
    """Return steps as a list, each beneath its group where that is among them."""
    lines, depths = [], {}
    for step in steps:
        depth = depths.get(step.criterion, 0)
        depths |= dict.fromkeys(step.required.members, depth + 1)
        lines.append(f"{'  ' * depth}- {_said(step)}")
    return "\n".join(lines)


def _said(step: Step) -> str:
    """Return a step in words, the name of its source a link."""
    line = page.plain(wording.step_line(step))
    if step.source is None or step.source.source is None:
        return line
    name = page.plain(step.source.source.title)
    return line.replace(name, f"[{name}]({step.source.source.url})", 1)


def _printed_sources(decision: Decision) -> None:
    """List on paper the address of every source, which on the screen is a link."""
    of_charge = wording.charge_steps(decision.contribution) if decision.contribution else []
    steps = [*decision.explanation.steps, *of_charge]
    bases = [step.source.source for step in steps if step.source and step.source.source]
    with st.container(key="printed_sources"):
        _list("Where the rules are published", sorted({f"{source.title}: {source.url}" for source in bases}))


def _evidence(needed: Iterable[Fact]) -> list[str]:
    return [f"{fact.label}: {fact.evidence}" for fact in needed]


def _contribution(decision: Decision) -> None:
    charge = decision.contribution
    if charge is None:
        return
    amount = pence_range(charge.low_pence, charge.high_pence)
    _list("What the family pays", [f"{amount[0].upper()}{amount[1:]}. {charge.text}"], bulleted=False)
    rests_on = wording.relevant_steps(wording.charge_steps(charge))
    if rests_on:
        st.markdown(f"It rests on:\n\n{_lines(rests_on)}")
    asked = [fact for fact in decision.contribution_needed if fact not in decision.needed]
    if asked:
        st.markdown(
            "Evidence that could change it:\n\n" + "\n".join(f"- {page.plain(line)}" for line in _evidence(asked))
        )
    sources = "; ".join(dict.fromkeys(charge.sources))
    if sources:
        st.markdown(f"Source: {with_links(sources)}")


def _texts(decision: Decision) -> list[str]:
    return [text.text for text in decision.may_provide]


def _appeal(decision: Decision) -> None:
    if not decision.appeal:
        return
    st.subheader("How to appeal, and by when", anchor=False)
    lines = [
        f"{number}. **{page.plain(stage.stage)}{f', by {long_date(stage.by)}' if stage.by else ''}.** "
        f"{page.plain(stage.text)}"
        for number, stage in enumerate(decision.appeal, start=1)
    ]
    st.markdown("\n".join(lines))
