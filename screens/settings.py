"""The form of the plan screen: which county, how much money, and the settings that matter.

Every answer but the table of figures lives in the page's address, so that a refreshed page comes back as it was and
a link shows somebody else the same plan.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from budget import catalogue as catalogue_file
from budget import scenarios
from budget.catalogue import Catalogue
from budget.scenarios import Scenario
from data.faults import Fault, InputError
from eligibility import library
from eligibility.policy import Parameter, Policy
from screens import limits_state

MAIN = {"college_minutes": 5, "work_minutes": 5, "affordable_weekly_cost": 1}  # settings by name -> step
BUDGET = "750,000"
SUBJECT = "settings"  # of the errors raised here
FIGURES = "figures_changed"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks for: a bundle's folder and a scenario."""

    folder: Path
    scenario: Scenario


def form(counties: dict[str, Path], today: datetime.date) -> bool:
    """Show the form, with the policy's settings as they stand today; return True where Plan was pressed."""
    catalogue, policy = _defaults()
    with st.form("settings", border=True):
        where, money, go = st.columns([3, 2, 1.2], vertical_alignment="bottom")
        where.selectbox(
            "County",
            list(counties),
            key="county",
            bind="query-params",
            accept_new_options=True,
            help="Choose a county, or type the path of a bundle folder made with `python -m data build`.",
        )
        _amount(money, "Budget for the year, in pounds", "budget", BUDGET)
        pressed = go.form_submit_button("Plan", type="primary", width="stretch", on_click=_tidy, key="plan_pressed")
        with st.expander("Settings: what counts as within reach, which areas, which kinds of support, prices"):
            reach, areas, kinds = st.columns(3, gap="medium")
            with reach:
                _reach_settings(catalogue)
            with areas:
                _area_settings(policy, today)
            with kinds:
                _kinds_on_offer(catalogue)
            _figures_table(catalogue)
            again = st.form_submit_button("Plan with these settings", on_click=_tidy, key="plan_again_pressed")
    return pressed or again


def read(counties: dict[str, Path], today: datetime.date) -> Asked:
    """Return what the form asks for, checked. Raises InputError with every fault of every answer."""
    catalogue, policy = _defaults()
    state, faults = st.session_state, []

    def checked(function, *arguments):
        try:
            return function(*arguments)
        except InputError as error:
            faults.extend(error.faults if function is not scenarios.pence else _named(error, arguments[1]))
            return None

    figures = {name: state[name] for name in MAIN} | _changed_figures(catalogue)
    targeting = {parameter.name: _as_kept(parameter, state[parameter.name]) for parameter in policy.settings()}
    targeting = {name: value for name, value in targeting.items() if value != policy.parameters[name].at(today).value}
    kinds = tuple(kind.id for kind in catalogue.kinds if state[kind.id])
    budget = checked(scenarios.pence, state["budget"], "Budget")
    reserve = checked(scenarios.pence, state["reserve"], "Held back")
    figures = {name: value for name, value in figures.items() if value != catalogue.figures[name]}
    checked(catalogue.with_values, figures)
    checked(policy.with_values, targeting)
    if not kinds:
        faults.append(Fault("Kinds of support", "none is on offer. Tick at least one."))
    if not state["county"]:
        faults.append(Fault("County", "none is chosen. Choose one from the list."))
    limits = checked(limits_state.read)
    if faults:
        raise InputError(SUBJECT, faults)
    scenario = Scenario(
        budget_pence=budget,
        reserve_pence=reserve,
        kinds=kinds,
        figures=figures,
        targeting=targeting,
        policy=policy.id,
        limits=limits[0],
        objective=limits[1],
    )
    return Asked(counties.get(state["county"]) or Path(state["county"]).expanduser(), scenario)


def _named(error: InputError, name: str) -> list[Fault]:
    return [Fault(name, fault.problem) for fault in error.faults]


def _tidy() -> None:
    """Write amounts with thousands commas, where they are amounts."""
    for name in ("budget", "reserve"):
        try:
            pence = scenarios.pence(st.session_state[name])
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
    """Write amounts in pence into the form's boxes by their names ("budget", "reserve"), and have it planned.

    It is a button's callback; the button's page is to run whole after it, so that the plan is made.
    """
    for name, pence in amounts.items():
        st.session_state[name] = written(pence)
    st.session_state.pop("asked", None)


def _amount(place, label: str, key: str, default: str) -> None:
    """Show a box for an amount, its default set as state and not as the widget's own, so that `_tidy` may write it."""
    if key not in st.session_state and key not in st.query_params:
        st.session_state[key] = default
    place.text_input(label, key=key, bind="query-params")


@st.cache_resource(max_entries=1, show_spinner=False)
def _defaults() -> tuple[Catalogue, Policy]:
    return catalogue_file.default_catalogue(), library.find(library.DEFAULT_TARGETING)


def _reach_settings(catalogue: Catalogue) -> None:
    st.markdown("**What counts as within reach**")
    for name, step in MAIN.items():
        figure = catalogue.figures.figure(name)
        kind = int if float(figure.value).is_integer() and step > 1 else float
        st.number_input(
            f"{figure.label} ({figure.unit})",
            min_value=kind(0),
            value=kind(figure.value),
            step=kind(step),
            format=None if kind is int else "%.2f",
            key=name,
            bind="query-params",
        )
    _amount(st, "Held back in reserve, in pounds", "reserve", "0")


def _area_settings(policy: Policy, today: datetime.date) -> None:
    st.markdown("**Which areas are in target**")
    for parameter in policy.settings():
        percent = parameter.unit == "share"
        unit = "%" if percent else parameter.unit
        st.number_input(
            parameter.label if unit == "decile" else f"{parameter.label} ({unit})",
            min_value=_as_shown(parameter, parameter.lowest),
            max_value=_as_shown(parameter, parameter.highest),
            value=_as_shown(parameter, parameter.at(today).value),
            step=1.0,
            format="%.3g" if parameter.unit == "km" else "%g",
            key=parameter.name,
            bind="query-params",
        )


def _as_shown(parameter: Parameter, value: float | None) -> float | None:
    return None if value is None else round(float(value) * (100 if parameter.unit == "share" else 1), 6)


def _as_kept(parameter: Parameter, shown: float | None) -> float:
    value = float("nan") if shown is None else shown
    return round(value / 100, 8) if parameter.unit == "share" else value


def _kinds_on_offer(catalogue: Catalogue) -> None:
    st.markdown("**Kinds of support on offer**")
    for kind in catalogue.kinds:
        st.checkbox(kind.label, value=True, key=kind.id, bind="query-params", help=kind.text)


def _figures_table(catalogue: Catalogue) -> None:
    st.markdown(
        "**Prices, take-up and every other figure.** Change a value to try another; its source is beside it. Changes "
        "here last as long as the page: they are not part of its address."
    )
    st.session_state[FIGURES] = st.data_editor(
        _figures(catalogue),
        key="figures",
        height=320,
        hide_index=True,
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
    return pd.DataFrame(
        {
            "Figure": [figure.label for figure in figures],
            "Value": [float(figure.value) for figure in figures],
            "Unit": [figure.unit for figure in figures],
            "Source": [figure.provenance for figure in figures],
            "Note": [figure.note for figure in figures],
        },
        index=[figure.name for figure in figures],
    )


def _changed_figures(catalogue: Catalogue) -> dict[str, float]:
    table = st.session_state[FIGURES]
    return {str(name): value for name, value in table["Value"].items() if value != catalogue.figures[name]}
