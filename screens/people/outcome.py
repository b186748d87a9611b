"""Show one decision on the screen and on paper: outcome, reasons, evidence, charge, appeal."""

from collections.abc import Callable, Iterable

import streamlit as st

from data.wording import counted, long_date
from eligibility.deciding import wording
from eligibility.deciding.decide import ELIGIBLE, NOT_ON_CRITERIA, REFER
from eligibility.deciding.decision import Decision
from eligibility.deciding.explain import Step
from eligibility.deciding.terms_wording import pence_range
from eligibility.rules.policy import Fact
from screens import page
from screens.people.choose_rules import with_links

HEADLINES = {
    ELIGIBLE: "Eligible",
    NOT_ON_CRITERIA: "Does not meet the published criteria",
    REFER: "Refer to an officer",
}
MEANINGS = {
    ELIGIBLE: "What is known meets the published criteria.",
    NOT_ON_CRITERIA: "This is not a refusal. A council must still consider whether help is necessary for this young "
    "person: see exceptional circumstances, and how to appeal, below.",
    REFER: "An officer decides. Nothing here is a refusal.",
}
SUBJECT = ", subject to sight of evidence"
BOXES = {ELIGIBLE: st.success, NOT_ON_CRITERIA: st.info, REFER: st.warning}


def show(decision: Decision, left: int, take_away: Callable[[], None]) -> None:
    """Show a decision; `left` is the number of open questions that could still change it.

    `take_away` shows what can be done with the decision, under the outcome and before the reasons.
    """
    _headline(decision, left)
    take_away()
    _list("To be seen by an officer before the award stands", _evidence(decision.subject_to))
    _list("Why an officer", decision.refer_reasons)
    _reasons(decision)
    _list("Evidence to send", _evidence(decision.needed))
    _contribution(decision)
    title = "Other help that the family can ask for" if decision.is_excluded else "What may be provided"
    _list(title, [text.text for text in decision.may_provide])
    _list("How it was measured", [f"{m}: {wording.observed(m.observed, 1)}" for m in decision.measurement])
    _list("Exceptional circumstances", [decision.exceptional_circumstances], bulleted=False)
    _appeal(decision)
    _list("To know", decision.notes)
    _printed_sources(decision)
    st.caption(page.plain(f"Decided on {long_date(decision.decided_on)}. {wording.stamp_line(decision.explanation)}"))


def _headline(decision: Decision, left: int) -> None:
    note = f" {counted(left, 'question')} could still change the outcome or the charge. This is without them."
    headline = f"{HEADLINES[decision.outcome]}{SUBJECT if decision.subject_to else ''}"
    BOXES[decision.outcome](
        f"**{headline}.** {MEANINGS[decision.outcome]}{note if left else ''}",
        icon=":material/gavel:",
    )


def _list(title: str, lines: Iterable[str], *, bulleted: bool = True) -> None:
    if texts := [with_links(line) for line in lines if line]:
        st.subheader(title, anchor=False)
        st.markdown("\n".join(f"- {text}" for text in texts) if bulleted else "\n\n".join(texts))


def _reasons(decision: Decision) -> None:
    """Show the rules: those that settled the outcome; behind a click those still open, and the others."""
    steps = wording.top_down(decision.explanation.steps)
    tests = [step for step in steps if step.observed is not None and not step.decisive]
    parts = {
        "Rules that are still open": [step for step in tests if step.live],
        "The other rules": [step for step in tests if not step.live],
    }
    if settled := [step for step in steps if step.decisive]:
        st.subheader("What settled it", anchor=False)
        st.markdown(_lines(settled))
    for number, (title, rules) in enumerate(parts.items()):
        if rules:
            with st.container(key=f"unprinted_rules_{number}"), st.expander(f"{title}: {len(rules)}"):
                st.markdown(_lines(rules))
            with st.container(key=f"printed_rules_{number}"):  # paper has nothing to click on
                _list(title, map(wording.step_line, rules))


def _lines(steps: Iterable[Step]) -> str:
    """Return steps as a list, each under its group where that is among them."""
    lines, depths = list[str](), dict[str, int]()
    for step in steps:
        depth = depths.get(step.criterion, 0)
        depths |= dict.fromkeys(step.required.members, depth + 1)
        lines.append(f"{'  ' * depth}- {_step_line(step)}")
    return "\n".join(lines)


def _step_line(step: Step) -> str:
    """Return a step in words, with a link to its source."""
    line = page.plain(wording.step_line(step))
    if step.source is None or step.source.source is None:
        return line
    name = page.plain(step.source.source.title)
    return line.replace(name, f"[{name}]({step.source.source.url})", 1)


def _printed_sources(decision: Decision) -> None:
    """List the address of every source on paper; on the screen it is a link."""
    charge = wording.charge_steps(decision.contribution) if decision.contribution else []
    steps = [*decision.explanation.steps, *charge]
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
    if rests_on := wording.relevant_steps(wording.charge_steps(charge)):
        st.markdown(f"It rests on:\n\n{_lines(rests_on)}")
    if asked := [fact for fact in decision.contribution_needed if fact not in decision.needed]:
        st.markdown(f"Evidence that could change it:\n\n{page.bullets(_evidence(asked))}")
    if sources := "; ".join(dict.fromkeys(charge.sources)):
        st.markdown(f"Source: {with_links(sources)}")


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
