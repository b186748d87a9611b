"""Show the screen Areas: every area by any measure, what other rules would change, and what is known of one area."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from budget.planning import rules_moved
from budget.planning.plan import Plan
from data.wording import KM_A_MILE, counted
from eligibility.rules.policy import Parameter
from screens import page
from screens.plan import area, area_facts, map, where
from screens.scenario import area_rules, form, request

SPAN = {"km": 20 * KM_A_MILE, "minutes": 150.0}  # the longest slider by unit: nobody sets a rule beyond it
STEP = {"km": 0.1 * KM_A_MILE, "minutes": 1.0, "decile": 1.0, "percentile": 1.0, "share": 0.01}
SLIDER = "rule_"  # how the keys of the sliders begin
PLANNED = "areas_planned"  # whether the rules as moved are in the form, to be planned with


def show() -> None:
    """Show the screen."""
    st.title("Areas and the rules that choose them", anchor=False)
    plan = request.plan_of_page()
    if plan is None:
        return
    map.send_shapes(plan)
    _areas(plan)


@st.fragment
def _areas(plan: Plan) -> None:
    if st.session_state.pop(PLANNED, False):
        page.open_page("plan")
    left, right = st.columns([3, 2], gap="medium")
    with right:
        chosen = where.choose(plan)
        st.header("Move the rules", anchor=False)
        values = _sliders(plan)
        moved = rules_moved.moved(plan, values) if values else None
        if moved is not None:
            _told(moved)
            st.button("Plan with these rules", type="primary", on_click=_plan_with, args=(plan, values))
    with left:
        where.show_map(plan, map.of_rules_moved(moved) if moved else None)
    if moved is not None:
        _changed(plan, moved)
    if chosen is not None:
        area.show(plan, chosen, where.places(plan)[chosen])
        area_facts.show(plan, chosen)


def _sliders(plan: Plan) -> dict[str, float]:
    """Show a slider for each number of the rules, and return those that were moved, by the name of the setting."""
    settings = rules_moved.settings(plan)
    if not settings:
        st.markdown("These rules have no number that can be moved.")
        return {}
    st.markdown("Move a number to see which areas come into target and which leave it. The plan stays as it is.")
    values = {parameter.name: _slider(parameter, value) for parameter, value in settings}
    moved = {parameter.name: values[parameter.name] for parameter, value in settings if values[parameter.name] != value}
    if moved:
        st.button("Put the rules back", on_click=_put_back, args=(plan,))
    return moved


def _slider(parameter: Parameter, value: float) -> float:
    scale, unit = area_rules.scale_of(parameter)
    least, now = float(parameter.lowest or 0) * scale, value * scale
    most = max(min(float(parameter.highest or 0), SPAN.get(parameter.unit, float("inf"))) * scale, now)
    key = SLIDER + parameter.name
    st.session_state.setdefault(key, now)
    shown, step = "%.1f" if unit == "miles" else "%g", round(STEP.get(parameter.unit, 1.0) * scale, 6)
    found = st.slider(area_rules.label_of(parameter), least, most, step=step, format=shown, key=key)
    return value if abs(found - now) < step / 2 else round(found / scale, 6)


def _put_back(plan: Plan) -> None:
    for parameter, _ in rules_moved.settings(plan):
        st.session_state.pop(SLIDER + parameter.name, None)


def _plan_with(plan: Plan, values: Mapping[str, float]) -> None:
    """Put the numbers into the form and plan with them, as a button's callback."""
    _put_back(plan)
    st.session_state[PLANNED] = True
    form.fill(replace(plan.scenario, targeting={**plan.scenario.targeting, **values}))


def _told(moved: rules_moved.RulesMoved) -> None:
    before, after = moved.in_target
    lines = [
        f"**{counted(after, 'area')} in target** in place of {before:,}.",
        *(_whom(word, moved, state) for word, state in (("Gained", rules_moved.GAINED), ("Lost", rules_moved.LOST))),
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))


def _whom(word: str, moved: rules_moved.RulesMoved, state: str) -> str:
    if not (count := moved.areas(state)):
        return f"{word}: none."
    people = page.people(moved.people_in(state))
    return f"{word}: {counted(count, 'area')}, with {people} young people on a low income."


def _changed(plan: Plan, moved: rules_moved.RulesMoved) -> None:
    """Show the areas gained and lost as a table: what the map shows of them."""
    changed = moved.states[moved.states.isin((rules_moved.GAINED, rules_moved.LOST))].sort_values(kind="stable")
    if changed.empty:
        st.markdown("No area comes into target or leaves it.")
        return
    areas = plan.county.areas.loc[changed.index]
    rows = {
        "Area": areas["area_name"],
        "Code": changed.index,
        "District": areas["district_name"],
        "By the rules as moved": changed,
        "Young people on a low income": moved.people.reindex(changed.index),
    }
    page.show_rows(rows, f"{counted(len(changed), 'area')} that come into target or leave it.")
