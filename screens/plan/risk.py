"""What a plan may spend and bring when take-up and prices differ from the plan: bands, cases, a reserve."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from budget.allocation.result import Allocation
from budget.offers import ranges
from budget.offers.ranges import Ranges
from budget.planning import plan_changes, reasons
from budget.planning.plan import Plan
from budget.planning.within_reach import at_least_one
from budget.risk import risk_report, simulation
from budget.risk.simulation import MICRO, Risk
from budget.workbook import to_bytes
from data.wording import pounds, rounded_pounds
from screens import page
from screens.background.panel import job_result, made_beside
from screens.background.plan_cache import plan_identity
from screens.plan import risk_charts, side_by_side
from screens.scenario import form

CHANCE, GAMMA, ROBUST = "risk_chance", "risk_gamma", "risk_robust_asked"
IMPOSSIBLE = "no plan is possible"
CHANCES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
GAMMAS = {"sqrt": "The square root of their number, the usual choice", "10%": "One in ten of them"}


@st.fragment
def show(plan: Plan) -> None:
    """Show spend and reach as a band, the chance of overspending and a reserve."""
    st.header("If take-up and prices turn out differently", anchor=False)
    uncertain = _ranges(plan)
    work, identity = simulation.simulate, _identity(plan, uncertain)
    simulated = job_result("risk", "Simulating 10,000 years", work, plan, uncertain, identity=identity)
    if simulated is None:
        return
    _bands(plan, simulated)
    _rest(plan, uncertain, simulated)
    _robust(plan, uncertain)
    _basis(uncertain)


def _ranges(plan: Plan) -> Ranges:
    """Show the choice of the chance that is accepted; return the ranges with it."""
    own = ranges.ranges_of(plan.catalogue, plan.scenario.risk).settings["chance"]
    offered = sorted({*CHANCES, own})
    chance = st.selectbox(
        "Chance of overspending that the council accepts",
        offered,
        index=offered.index(own),
        format_func=risk_report.chance_in_words,
        key=CHANCE,
        persist_state="session",
        width=340,
    )
    return ranges.ranges_of(plan.catalogue, {**plan.scenario.risk, "chance": chance})


def _identity(plan: Plan, uncertain: Ranges, *more: object) -> tuple:
    return (*plan_identity(plan, plan.scenario), uncertain.settings["chance"], *more)


def _bands(plan: Plan, simulated: Risk) -> None:
    draws = simulated.draws
    spend, reach = st.columns(2, gap="large")
    money = simulation.Band(*(getattr(simulated.spend_pence, end) / 100 for end in ("low", "middle", "high", "mean")))
    marks = {"Planned": simulated.planned_pence / 100, "Budget": simulated.budget_pence / 100}
    with spend:
        st.markdown("**Spend for the year**")
        chart = risk_charts.band(draws.spend_pence / 100, money, marks, _pounds, over=marks["Budget"])
        st.altair_chart(chart, theme=None, alt=risk_charts.band_alt("Spend", money, marks, _pounds))
    with reach:
        st.markdown("**Young people brought within reach of college or work**")
        marks = {"Planned": at_least_one(plan.allocation)}
        chart = risk_charts.band(draws.reach_micro / MICRO, simulated.within_reach, marks, page.people)
        st.altair_chart(
            chart, theme=None, alt=risk_charts.band_alt("Within reach", simulated.within_reach, marks, page.people)
        )
    st.caption(
        f"{len(draws.spend_pence):,} simulated years. Each bar counts those in which an amount came up; the black line "
        "holds nine of ten, its diamond the middle one. Red bars spend more than the budget."
    )


def _pounds(amount: float) -> str:
    return rounded_pounds(round(amount * 100))


def _rest(plan: Plan, uncertain: Ranges, simulated: Risk) -> None:
    """Show the risk in words, the reserve as a button, and the cases as a table."""
    described = job_result(
        "risk_rest",
        "Looking for the reserve, and at the low and the high case",
        risk_report.report_as_json,
        plan,
        uncertain,
        simulated,
        identity=_identity(plan, uncertain),
    )
    if described is None:
        return
    st.markdown(page.bullets(described["sentences_without_cases"]))
    reserve = described["reserve"]  # None where none is needed, or none is enough
    if reserve and (pence := reserve["reserve_pence"]) != plan.scenario.reserve_pence:
        form.plan_with_button(f"Plan with {pounds(pence)} held back", reserve=pence)
    _cases(described["cases"])


def _cases(cases: list[dict]) -> None:
    st.markdown(
        "**The low, the central and the high case:** every uncertain figure at the same end of its range at once"
    )
    rows = [
        {
            "Case": case["case"].capitalize(),
            "This plan would spend": rounded_pounds(case["spent_pence"]),
            "Over the budget by": rounded_pounds(case["over_pence"]) if case["over_pence"] else "none",
            "It would bring within reach": page.people(case["within_reach"]),
            "A plan made for the case would spend": IMPOSSIBLE
            if case["replanned"]["status"] == "infeasible"
            else rounded_pounds(case["replanned"]["spent_pence"]),
            "And bring within reach": "; ".join(case["replanned"]["conflicts"])
            or page.people(case["replanned"]["within_reach"]),
        }
        for case in cases
    ]
    page.show_table(pd.DataFrame(rows), "The plan in the low, central and high case.")


def _robust(plan: Plan, uncertain: Ranges) -> None:
    st.subheader("A plan that keeps the budget at the worst", anchor=False)
    st.markdown(
        "A robust plan keeps the budget even if some areas and services, whichever they are, come out at their highest "
        "take-up and price together. That safety costs some reach."
    )
    many, go = st.columns([3, 1], vertical_alignment="bottom")
    gamma = many.selectbox(
        "How many come out at their worst together",
        list(GAMMAS),
        format_func=lambda text: GAMMAS.get(text, text),
        key=GAMMA,
        persist_state="session",
        accept_new_options=True,
        help='Choose one, or type how many, such as 20, or which share of them, such as "15%".',
    )
    go.button("Make it robust", on_click=_ask_robust, width="stretch")
    if gamma is None or st.session_state.get(ROBUST) != gamma:
        return
    identity, work = _identity(plan, uncertain, gamma), risk_report.robust_allocation
    robust = job_result("risk_robust", "Making the plan robust", work, plan, uncertain, gamma, identity=identity)
    if robust is not None:
        _robust_plan(plan, identity, *robust)


def _ask_robust() -> None:
    st.session_state[ROBUST] = st.session_state[GAMMA]


def _robust_plan(plan: Plan, identity: tuple, allocation: Allocation, sentence: str) -> None:
    robust = replace(plan, scenario=replace(plan.scenario, name="Robust"), allocation=allocation)
    if allocation.conflicts:
        st.warning(page.plain(reasons.proof(robust)))
        return
    changes = side_by_side.changes(identity, plan, robust)
    st.markdown(f"{page.plain(sentence)} {page.plain(plan_changes.sentence(changes))}")
    side_by_side.show_figures(plan, robust, "Robust")
    name = f"farebridge-robust-{allocation.budget_pence // 100}.xlsx"
    make = made_beside("robust_workbook", to_bytes, robust)
    page.download("Download the robust plan's workbook", make, name, page.XLSX)
    side_by_side.show_changes(changes.drop(columns="why"))  # the prices that explain a plan ignore its safety


def _basis(uncertain: Ranges) -> None:
    """Show every range and setting with its source, or that it is an assumption."""
    st.markdown("**What this rests on:** the range of each uncertain figure, and how the ranges hang together")
    rows = [
        {
            "Figure": each.central.label,
            "Low": each.low.value,
            "Planned": each.central.value,
            "High": each.high.value,
            "Unit": each.central.unit,
            "Low end from": each.low.provenance,
            "High end from": each.high.provenance,
        }
        for each in uncertain.ranges
    ]
    page.show_rows(
        pd.DataFrame(rows),
        f"{len(rows)} uncertain figures, each with its low end, planned figure, high end and their sources.",
        **dict.fromkeys(("Low", "Planned", "High"), st.column_config.NumberColumn(format="%.4g")),
    )
    settings = (uncertain.settings.figure(name) for name in uncertain.settings)
    st.markdown(page.bullets(f"{each.label}: {each.value:g} ({each.provenance}). {each.note}" for each in settings))
