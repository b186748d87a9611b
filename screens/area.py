"""Why one area is in target or not, what could be offered there, and what the plan makes of it."""

import pandas as pd
import streamlit as st

from budget.plan import Plan
from budget.plan_areas import offers_to
from eligibility import wording
from eligibility.criteria import Verdict
from eligibility.explain import Explanation, Step, explain
from screens import page

OUTCOMES = {
    Verdict.PASS: "In target: the area is isolated and disadvantaged by the policy's rules.",
    Verdict.FAIL: "Not in target by the policy's rules.",
    Verdict.UNKNOWN: "Not settled: what is known of the area does not decide it.",
}


def show(plan: Plan, code: str) -> None:
    """Explain an area of the plan."""
    area = plan.county.areas.loc[code]
    st.subheader(page.plain(f"{area['area_name']}, {area['district_name']}"), anchor=False)
    explanation = explain(plan.targeting.facts.loc[code], plan.targeting.rules)
    st.markdown(f"**{OUTCOMES[explanation.verdict]}** {_people(plan, code)}")
    _offers(plan, code)
    with st.expander("The rules, one by one, with what was seen and the source"):
        st.table(
            _steps(explanation), hide_index=True, border="horizontal", alt="Each rule with what was seen in this area."
        )
        needed = [f"{fact.label}: {fact.evidence}" for fact in explanation.needed]
        if needed:
            st.markdown("Would settle it:\n\n" + "\n".join(f"- {page.plain(line)}" for line in needed))
        st.caption(page.plain(wording.stamp_line(explanation)))


def _people(plan: Plan, code: str) -> str:
    cohorts = plan.choices.cohorts
    young = page.people(plan.county.areas.loc[code, "young_people"])
    if code not in cohorts.index:
        return f"{young} young people live here."
    return f"{young} young people live here, {page.people(cohorts.loc[code, 'people'])} of them on a low income."


def _offers(plan: Plan, code: str) -> None:
    offers = offers_to(plan, code)
    if offers.empty:
        return
    shown = pd.DataFrame(
        {
            "Kind of support": [page.plain(label) for label in offers["label"]],
            "Young people": ["" if pd.isna(n) else page.people(n) for n in offers["people"]],
            "Own cost": ["" if pd.isna(p) else page.pounds(p) for p in offers["cost_pence"]],
            "Brought within reach": ["" if pd.isna(n) else page.people(n) for n in offers["access"]],
            "In this plan": [
                f"**{text}**" if text == "funded" else page.plain(f"{text}: {service}" if service else text)
                for text, service in zip(offers["result"], offers["service"], strict=True)
            ],
        }
    )
    st.table(
        shown, hide_index=True, border="horizontal", alt="What could be offered here and what the plan made of it."
    )
    if offers["service"].ne("").any():
        st.caption("A seat costs nothing of its own: the vehicle is paid for once and shared by its riders.")


def _steps(explanation: Explanation) -> pd.DataFrame:
    return pd.DataFrame([_step(step) for step in wording.top_down(explanation.steps)])


def _step(step: Step) -> dict[str, str]:
    indent = "\u2003" * step.depth
    if step.observed is None:
        seen, needed = "", f"{wording.GROUPS[step.required.test]} {len(step.required.members)} below"
    else:
        decimals = wording.decimals_for(step.observed, step.required)
        seen, needed = wording.observed(step.observed, decimals), wording.required(step.required, decimals)
    cells = {
        "Rule": indent + step.label,
        "Seen": seen,
        "Needed": needed,
        "Verdict": wording.VERDICTS[step.verdict],
        "Source": str(step.source or ""),
    }
    return {name: page.plain(text) for name, text in cells.items()}
