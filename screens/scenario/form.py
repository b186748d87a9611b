"""Show and read the form of the plan screen: the money and the settings.

Every answer except the table of figures is in the page's address, so that a refreshed page shows the same and a link
shows somebody else the same plan.
"""

import datetime
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from budget.allocation.inputs import money
from budget.allocation.inputs.limits import NO_LIMITS
from budget.allocation.inputs.objective import MOST_ACCESS
from budget.offers import catalogue as catalogue_file
from budget.offers.catalogue import Catalogue
from budget.scenarios import scenario_settings
from budget.scenarios.differences import differences
from budget.scenarios.scenario import Scenario
from data.faults import Fault, InputError, gathered
from screens import page
from screens.background.plan_cache import ASKED, COUNTY, county_folder, county_with_checksum, plan_anew
from screens.limits import state as limits_state
from screens.limits.entries import entries_of
from screens.scenario import area_rules, link

MAIN = {"college_minutes": 5, "work_minutes": 5, "affordable_weekly_cost": 1}  # settings by name -> step
BUDGET = "750,000"
FIGURES, FILLED = "figures_changed", "figures_filled"  # the table of figures as edited; how often it was filled
FIGURES_BASE = "figures_base"  # the table before the edits
CHANGE = "change-the-plan"  # in the address of the page, of the part that changes what the form does not have
SOURCE, ITS_COUNTY = "source_scenario", "source_county"  # what the form was filled from, and the county that chose
PARTS = ("journeys", "withdrawn", "tickets")  # that have a form of their own on the page
NOT_LISTED = ("bundle", "policy_sha256", "figures_sha256", "name")  # differences that `not_shown` leaves out

PLAIN = Scenario()


@dataclass(frozen=True, slots=True)
class Request:
    """What the form asks to plan: a bundle's folder and a scenario."""

    folder: Path
    scenario: Scenario


def show(today: datetime.date) -> tuple[bool, DeltaGenerator]:
    """Show the form, with the settings of the rules for areas; return whether a plan is asked for.

    The second is the place beside the budget, for what the budget buys.
    """
    catalogue = _catalogue()
    day = source().day or today
    link.look(MAIN, [kind.id for kind in catalogue.kinds])
    with st.form("settings", border=True):
        money_box, beside = st.columns([2, 3], gap="medium")
        amount, go = money_box.columns([3, 2], vertical_alignment="bottom")
        _amount(amount, "Budget for the year, in pounds", "budget", BUDGET)
        pressed = go.form_submit_button("Plan", type="primary", width="stretch", on_click=_tidy, key="plan_pressed")
        money_box.markdown(f"[Limits, your prices, services and a workbook read back](#{CHANGE}) are under the map.")
        with st.expander("Settings: what counts as within reach, which areas, which kinds of support, prices"):
            reach, areas, kinds = st.columns(3, gap="medium")
            with reach:
                _reach_settings(catalogue)
            with areas:
                area_rules.show(source(), day)
            with kinds:
                st.markdown("**Kinds of support on offer**")
                for kind in catalogue.kinds:
                    st.checkbox(kind.label, value=True, key=kind.id, bind="query-params", help=kind.text)
            _figures_table(catalogue)
            again = st.form_submit_button("Plan with these settings", on_click=_tidy, key="plan_again_pressed")
    link.show()
    return pressed or again, beside


def read(today: datetime.date) -> Request:
    """Return what the form asks for, checked. Raises InputError with every fault of every answer."""
    catalogue = _catalogue()
    state, faults = st.session_state, list[Fault]()

    was = source()
    figures = {name: state[name] for name in MAIN} | state[FIGURES]["Value"].to_dict()
    policy, targeting = area_rules.read(was, was.day or today)
    rules = area_rules.policy_of(policy)
    gathered(faults, lambda: rules.with_values(targeting), rules)
    kinds = tuple(kind.id for kind in catalogue.kinds if state[kind.id])
    budget = gathered(faults, lambda: money.pence(state["budget"]), 0, "Budget")
    reserve = gathered(faults, lambda: money.pence(state["reserve"]), 0, "Held back")
    figures = area_rules.only_changed(figures, catalogue.figures, was.figures)
    gathered(faults, lambda: catalogue.with_values(figures), catalogue)
    if not kinds:
        faults.append(Fault("Kinds of support", "none is on offer. Tick at least one."))
    county = state.get(COUNTY, "")
    if county is None:
        faults.append(Fault("County", "none is chosen. Choose one from the list."))
    limits, objective = gathered(faults, limits_state.read, (NO_LIMITS, MOST_ACCESS))
    if faults:
        raise InputError("settings", faults)
    scenario = replace(
        was,
        bundle=was.bundle if county == state.get(ITS_COUNTY, "") else "",
        budget_pence=budget,
        reserve_pence=reserve,
        kinds=was.kinds if set(kinds) == _on_offer(was, catalogue) and SOURCE in state else kinds,
        policy=policy,
        policy_sha256=was.policy_sha256 if policy == was.policy else "",
        figures=figures,
        targeting=targeting,
        limits=was.limits if limits_state.entries() == entries_of(was.limits) else limits,
        objective=objective,
    )
    return Request(county_folder(), scenario)


def untouched() -> Scenario:
    """Return the scenario that the form asks for where nobody has answered anything in it."""
    kinds = tuple(kind.id for kind in catalogue_file.default_catalogue().kinds)
    return replace(PLAIN, budget_pence=money.pence(BUDGET), kinds=kinds)


def source() -> Scenario:
    """Return the scenario that the form was filled from, which has the values that the form does not show."""
    return st.session_state.get(SOURCE, PLAIN)


def fill(scenario: Scenario) -> None:
    """Put a scenario and its limits into the form and plan it; call this before the form is shown.

    What the form does not show (`not_shown`) stays as it is in the scenario. The county of its bundle is chosen; where
    it is not at hand, the plan reports that. Raises InputError, and fills nothing, for a scenario whose figures, kinds,
    policy or settings are not known or not allowed.
    """
    scenario_settings.settings_of(replace(scenario, policy_sha256="", figures_sha256=""))
    catalogue = _catalogue()
    state = st.session_state
    set_source(scenario)
    if county := county_with_checksum(scenario.bundle):
        state[COUNTY] = state[ITS_COUNTY] = county
    _answer(scenario)
    table = _figures(catalogue)
    table["Value"] = [float(scenario.figures.get(name, value)) for name, value in table["Value"].items()]
    state[FIGURES], state[FILLED] = table, state.get(FILLED, 0) + 1
    limits_state.keep(entries_of(scenario.limits), scenario.objective)
    plan_anew()


def _answer(scenario: Scenario) -> None:
    """Write a scenario into the boxes of the form; the table of figures and the limits have no boxes here."""
    state, catalogue = st.session_state, _catalogue()
    state["budget"], state["reserve"] = written(scenario.budget_pence), written(scenario.reserve_pence)
    for name, step in MAIN.items():
        value = scenario.figures.get(name, catalogue.figures[name])
        state[name] = _number(value, catalogue.figures[name], step)(value)
    area_rules.fill(scenario)
    for kind in catalogue.kinds:
        state[kind.id] = kind.id in _on_offer(scenario, catalogue)


def answer_after_back() -> None:
    """Write what the plan was asked with into the boxes again, where the browser's Back or Forward leads to the form.

    In such a run Streamlit gives each box what the address says, else what the box has before anybody answers. The
    addresses that Back leads to do not have every answer, so the boxes would be empty above a plan that has them.
    Hence the page is run anew: that run takes the answers as they are kept.
    """
    context = get_script_run_ctx()
    if context is None or not context.is_history_navigation:
        return
    if asked := st.session_state.get(ASKED):
        _answer(asked.scenario)
    st.rerun()


def shortened(scenario: Scenario) -> Scenario:
    """Return a scenario without what the form writes out and the catalogue has anyway: that every kind is on offer."""
    has_all = set(scenario.kinds) == _on_offer(PLAIN, _catalogue())
    return replace(scenario, kinds=()) if has_all else scenario


def set_source(scenario: Scenario) -> None:
    """Take over the values that the form does not show, where it shows the others already."""
    st.session_state[SOURCE] = scenario
    st.session_state[ITS_COUNTY] = st.session_state.get(COUNTY, "")


def has_checksums() -> bool:
    """Say whether the scenario in the form names the bundle, the rules or the figures that it was made with."""
    was = source()
    return bool(was.bundle or was.policy_sha256 or was.figures_sha256)


def drop_checksums() -> None:
    """Plan with the county, the rules and the figures of today, and not those that the scenario names."""
    st.session_state[SOURCE] = replace(source(), bundle="", policy_sha256="", figures_sha256="", day=None)
    plan_anew()


def not_shown() -> tuple[str, ...]:
    """Return in words what the source scenario changes that the form does not show."""
    was = source()
    shown = ("figures", "kinds", "limits", "objective", "budget_pence", "reserve_pence", *PARTS)
    rest = replace(was, **{name: getattr(PLAIN, name) for name in shown})
    kept = {name: value for name, value in was.targeting.items() if name not in area_rules.shown(was)}
    rest = replace(rest, policy=PLAIN.policy if was.policy in area_rules.OFFERED else was.policy, targeting=kept)
    return tuple(each.words for each in differences(PLAIN, rest) if each.key not in NOT_LISTED)


def _on_offer(scenario: Scenario, catalogue: Catalogue) -> set[str]:
    return set(scenario.kinds) or {kind.id for kind in catalogue.kinds}


def _tidy() -> None:
    """Write amounts with thousands commas, where they are amounts; what a link asked for is answered now."""
    link.forget()
    for name in ("budget", "reserve"):
        try:
            pence = money.pence(st.session_state[name])
        except InputError:
            continue  # shown as a fault when the form is read
        st.session_state[name] = written(pence)


def written(pence: int) -> str:
    """Return an amount in pounds as it stands in a box.

    >>> written(75_000_000), written(123_450)
    ('750,000', '1,234.50')
    """
    return f"{pence / 100:,.2f}".removesuffix(".00")


def plan_with(**amounts: int) -> None:
    """Write amounts in pence into the form's boxes ("budget", "reserve") and plan with them, as a button's callback."""
    for name, pence in amounts.items():
        st.session_state[name] = written(pence)
    if asked := st.session_state.get(ASKED):  # so that a page without the form plans with them too
        changed = {f"{name}_pence": pence for name, pence in amounts.items()}
        st.session_state[ASKED] = replace(asked, scenario=replace(asked.scenario, **changed))


def plan_with_button(label: str, **amounts: int) -> None:
    """Show a button that plans with amounts in pence (`plan_with`)."""
    if st.button(label, type="primary", on_click=plan_with, kwargs=amounts):
        st.rerun()  # the whole page, where the button is in a fragment


def _amount(place: DeltaGenerator, label: str, key: str, default: str) -> None:
    """Show a box for an amount; its default is in the session, so that `_tidy` can write to it."""
    if key not in st.session_state and key not in st.query_params:
        st.session_state[key] = default
    place.text_input(label, key=key, bind="query-params")


@st.cache_resource(max_entries=1, show_spinner=False)
def _catalogue() -> Catalogue:
    return catalogue_file.default_catalogue()


def _reach_settings(catalogue: Catalogue) -> None:
    st.markdown("**What counts as within reach**")
    for name, step in MAIN.items():
        figure = catalogue.figures.figure(name)
        kind = _number(st.session_state.get(name, figure.value), figure.value, step)
        st.number_input(
            f"{figure.label} ({figure.unit})",
            min_value=kind(0),
            value=kind(figure.value),
            step=kind(step),
            format=None if kind is int else "%.2f",
            key=name,
            bind="query-params",
        )
    _amount(st.container(), "Held back in reserve, in pounds", "reserve", "0")


def _number(value: float, shipped: float, step: int) -> type:
    """Return the type of number in a box: whole where its default and its value are."""
    return int if step > 1 and float(shipped).is_integer() and float(value).is_integer() else float


def _figures_table(catalogue: Catalogue) -> None:
    st.markdown("**Prices, take-up and every other figure.** Change a value to try another; its source is beside it.")
    key = f"figures_{st.session_state.get(FILLED, 0)}"
    if key not in st.session_state:  # first shown, or shown again after another page
        st.session_state[FIGURES_BASE] = st.session_state.get(FIGURES, _figures(catalogue))
    st.session_state[FIGURES] = page.edit_table(
        st.session_state[FIGURES_BASE],
        key=key,
        height=320,
        disabled=["Figure", "Unit", "Source", "Note"],
        column_config={
            "Figure": st.column_config.TextColumn(width=360),
            "Value": st.column_config.NumberColumn(width=80, required=True, format="%g"),
            "Unit": st.column_config.TextColumn(width=110),
            "Source": st.column_config.TextColumn(width=220),
        },
        alt="Every figure the plan rests on, with its value, unit, source and note. The value can be changed.",
    )


def _figures(catalogue: Catalogue) -> pd.DataFrame:
    figures = [figure for name, figure in catalogue.figures.by_name.items() if name not in MAIN]
    figures.sort(key=lambda figure: "." not in figure.name)  # those of a kind of support first: prices and take-up
    rows = [(each.label, float(each.value), each.unit, each.provenance, each.note) for each in figures]
    return pd.DataFrame(rows, [each.name for each in figures], ["Figure", "Value", "Unit", "Source", "Note"])
