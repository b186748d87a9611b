"""Explain one area: why it is in target or not, what could be offered there, and what the plan does."""

from typing import Any

import pandas as pd
import streamlit as st

from budget.allocation.why.sentences import NOTHING_HELPS
from budget.planning import areas, by_timetable, nothing_helps, reasons, water
from budget.planning.plan import Plan
from data.wording import listed, pounds, rounded_pounds
from eligibility.deciding import wording
from eligibility.deciding.explain import Explanation, Step, explain
from eligibility.rules.criteria import Verdict
from screens import page
from screens.background.plan_cache import plan_identity
from screens.scenario import form

OUTCOMES = {
    Verdict.PASS: "In target by the policy's rules.",
    Verdict.FAIL: "Not in target by the policy's rules.",
    Verdict.UNKNOWN: "Not settled: what is known of the area does not decide it.",
}


def show(plan: Plan, code: str, place: str) -> None:
    """Explain an area of the plan; `place` is what people call it, "" where that is not known."""
    area = plan.county.areas.loc[code]
    name = ", ".join(filter(None, [area["area_name"], place, area["district_name"]]))
    st.subheader(page.plain(name), anchor=False)
    explanation = explain(plan.targeting.facts.loc[code], plan.targeting.rules)
    st.markdown(f"**{OUTCOMES[explanation.verdict]}** {_people(plan, code)}")
    _settled_by(explanation)
    if told := [*water.of_area(plan, code), *by_timetable.of_area(plan, code)]:
        st.markdown(page.bullets(told))
    _plan_for(plan, code)
    _offers(plan, code)
    with st.expander("The rules, one by one, with what was seen and the source"):
        steps = [_step(step) for step in wording.top_down(explanation.steps)]
        page.show_table(pd.DataFrame(steps), "Each rule with what was seen in this area.")
        if needed := [f"{fact.label}: {fact.evidence}" for fact in explanation.needed]:
            st.markdown(f"Would settle it:\n\n{page.bullets(needed)}")
        st.caption(page.plain(wording.stamp_line(explanation)))


def _settled_by(explanation: Explanation) -> None:
    """Show which rules keep an area out of target, or leave it unsettled, with what was seen."""
    steps = [step for step in wording.top_down(explanation.steps) if step.observed is not None]
    if explanation.verdict == Verdict.FAIL:
        title, decisive = "These rules exclude it:", [s for s in steps if s.decisive and s.verdict == Verdict.FAIL]
    elif explanation.verdict == Verdict.UNKNOWN:
        title, decisive = "These rules could still decide it:", [step for step in steps if step.live]
    else:
        return
    st.markdown(f"{title}\n\n{page.bullets(map(wording.step_line, decisive))}")


def _plan_for(plan: Plan, code: str) -> None:
    """Show why the young people of an area are funded or not, with the figures behind it."""
    cohorts = _why(plan_identity(plan, plan.scenario), plan)
    if code not in cohorts.index:
        return
    row = cohorts.loc[code]
    st.markdown(f"**{'Funded' if row['funded'] else 'Not funded'}.** {page.plain(row['reason'])}")
    if row["kept_out_by"] == NOTHING_HELPS and (why := _nothing_helps(plan_identity(plan, plan.scenario), code, plan)):
        st.markdown(page.plain(why))
    if figures := areas.figures_behind(plan, row):
        cells = pd.DataFrame(figures, columns=["Figure", "Value"]).map(page.plain)
        page.show_table(cells, "The figures behind the reason.", hide_header=True)
    entry = row["entry_budget_pence"]
    if not pd.isna(entry) and int(entry) > plan.allocation.budget_pence:
        budget = -(-int(entry) // 100) * 100
        form.plan_with_button(f"Plan with {pounds(budget)}", budget=budget)


@st.cache_resource(max_entries=32, show_spinner=False)
def _nothing_helps(identity: tuple, code: str, _plan: Plan) -> str:
    return nothing_helps.of_area(_plan, code)


@st.cache_resource(max_entries=4, show_spinner=False)
def _why(identity: tuple, _plan: Plan) -> pd.DataFrame:
    """Return why each cohort is funded or not: the explained cohorts with the reasons of the plan's tables."""
    table, left_out = reasons.explanation(_plan).cohorts.copy(), reasons.not_funded(_plan)
    table.loc[left_out.index, "reason"] = left_out["reason"]
    return table


def _people(plan: Plan, code: str) -> str:
    text = f"{plan.county.areas.loc[code, 'young_people']:,.0f} young people live here"
    poor = plan.choices.cohorts["people"].get(code)
    return f"{text}." if poor is None else f"{text}, about {page.figure(poor)} of them on a low income."


def _offers(plan: Plan, code: str) -> None:
    offers = areas.offers_to(plan, code)
    if offers.empty:
        return
    helps = offers["access"].notna()
    if helps.any():
        cells = pd.DataFrame([_offer(offer) for offer in offers[helps].itertuples()])
        page.show_table(cells, "What could be offered here and what the plan made of it.")
    if not helps.all():
        who = "The other kinds of support bring" if helps.any() else "The kinds of support all bring"
        others = listed([label.lower() for label in offers.loc[~helps, "label"]])
        st.markdown(page.plain(f"{who} nothing more within reach here: {others}."))
    if offers["service"].ne("").any():
        st.caption("A seat costs nothing of its own: the vehicle is paid for once and shared by its riders.")


def _offer(offer: Any) -> dict[str, str]:
    """Return a row of `areas.offers_to` in words; the cost of a seat for each depends on who else rides."""
    has_cost_for_each = not offer.service and not pd.isna(offer.within_reach) and offer.within_reach
    result = f"{offer.result}: {offer.service}" if offer.service else offer.result
    return {
        "Kind of support": page.plain(offer.label),
        "Young people": "" if pd.isna(offer.people) else page.people(offer.people),
        "Own cost": "" if pd.isna(offer.cost_pence) else rounded_pounds(offer.cost_pence),
        "Brought within reach": "" if pd.isna(offer.within_reach) else page.people(offer.within_reach),
        "Cost for each": rounded_pounds(round(offer.cost_pence / offer.within_reach)) if has_cost_for_each else "",
        "In this plan": "**funded**" if offer.result == "funded" else page.plain(result),
    }


def _step(step: Step) -> dict[str, str]:
    seen, needed = wording.seen_and_required(step)
    cells = {
        "Rule": "\u2003" * step.depth + step.label,
        "Seen": seen,
        "Needed": f"{needed} below" if step.observed is None else needed,
        "Verdict": wording.VERDICTS[step.verdict],
        "Source": str(step.source or ""),
    }
    return {name: page.plain(text) for name, text in cells.items()}
