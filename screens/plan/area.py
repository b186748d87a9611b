"""Why one area is in target or not, what could be offered there, and what the plan makes of it."""

import pandas as pd
import streamlit as st

from budget.planning import areas, reasons
from budget.planning.plan import Plan
from eligibility.deciding import wording
from eligibility.deciding.explain import Explanation, Step, explain
from eligibility.rules.criteria import Verdict
from screens import page
from screens.background import plan_work
from screens.scenario import form

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
    _settled_by(explanation)
    _plan_for(plan, code)
    _offers(plan, code)
    with st.expander("The rules, one by one, with what was seen and the source"):
        st.table(
            _steps(explanation), hide_index=True, border="horizontal", alt="Each rule with what was seen in this area."
        )
        needed = [f"{fact.label}: {fact.evidence}" for fact in explanation.needed]
        if needed:
            st.markdown("Would settle it:\n\n" + "\n".join(f"- {page.plain(line)}" for line in needed))
        st.caption(page.plain(wording.stamp_line(explanation)))


def _settled_by(explanation: Explanation) -> None:
    """Say which rules keep an area out of target, or leave it unsettled, with what was seen."""
    steps = [step for step in wording.top_down(explanation.steps) if step.observed is not None]
    if explanation.verdict == Verdict.FAIL:
        said, kept = "It is out because of:", [step for step in steps if step.decisive and step.verdict == Verdict.FAIL]
    elif explanation.verdict == Verdict.UNKNOWN:
        said, kept = "These rules could still decide it:", [step for step in steps if step.live]
    else:
        return
    st.markdown(f"{said}\n\n" + "\n".join(f"- {page.plain(wording.step_line(step))}" for step in kept))


def _plan_for(plan: Plan, code: str) -> None:
    """Say why the young people of an area are funded or not, with the figures behind it."""
    cohorts = _why(plan_work.identity(plan, plan.scenario), plan)
    if code not in cohorts.index:
        return
    row = cohorts.loc[code]
    st.markdown(f"**{'Funded' if row['funded'] else 'Not funded'}.** {page.plain(row['reason'])}")
    figures = areas.figures_behind(plan, row)
    if figures:
        cells = [(page.plain(name), page.plain(text)) for name, text in figures]
        shown = pd.DataFrame(cells, columns=["Figure", "Value"])
        st.table(shown, hide_index=True, hide_header=True, border="horizontal", alt="The figures behind the reason.")
    entry = row["entry_budget_pence"]
    if not pd.isna(entry) and int(entry) > plan.allocation.budget_pence:
        budget = -(-int(entry) // 100) * 100
        if st.button(f"Plan with £{form.written(budget)}", on_click=form.plan_with, kwargs={"budget": budget}):
            st.rerun()


@st.cache_resource(max_entries=4, show_spinner=False)
def _why(identity: tuple, _plan: Plan) -> pd.DataFrame:
    """Return why each cohort is funded or not: the explained cohorts with the reasons of the plan's tables."""
    table, left_out = reasons.explanation(_plan).cohorts.copy(), reasons.not_funded(_plan)
    table.loc[left_out.index, "reason"] = left_out["reason"]
    return table


def _people(plan: Plan, code: str) -> str:
    cohorts = plan.choices.cohorts
    young = page.people(plan.county.areas.loc[code, "young_people"])
    if code not in cohorts.index:
        return f"{young} young people live here."
    return f"{young} young people live here, {page.people(cohorts.loc[code, 'people'])} of them on a low income."


def _offers(plan: Plan, code: str) -> None:
    offers = areas.offers_to(plan, code)
    if offers.empty:
        return
    shown = pd.DataFrame(
        {
            "Kind of support": [page.plain(label) for label in offers["label"]],
            "Young people": ["" if pd.isna(n) else page.people(n) for n in offers["people"]],
            "Own cost": ["" if pd.isna(p) else page.pounds(p) for p in offers["cost_pence"]],
            "Brought within reach": ["" if pd.isna(n) else page.people(n) for n in offers["access"]],
            "Cost for each": [
                _each(*offer) for offer in zip(offers["cost_pence"], offers["access"], offers["service"], strict=True)
            ],
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


def _each(pence: object, access: float, service: str) -> str:
    """Return the cost for each one brought within reach; a seat's depends on who else rides."""
    return "" if service or pd.isna(access) or not access else page.pounds(round(int(pence) / access))


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
