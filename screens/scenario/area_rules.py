"""Choose which rules say what areas count, and change the settings of those rules."""

import datetime
import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from budget.scenarios.scenario import Scenario
from data.faults import InputError
from data.wording import KM_A_MILE
from eligibility.rules import library
from eligibility.rules.policy import Parameter, Policy
from screens import page

OFFERED = (
    library.DEFAULT_TARGETING,
    "isolated-from-a-choice",
    "deprived-and-isolated-areas",
)  # others are those of a scenario
POLICY = "policy"  # the choice, in the session and in the page's address


def policy_of(name: str) -> Policy:
    """Return a policy by its id or path, whose file may change. Raises InputError where there is none."""
    return library.find(name) if name.endswith(".toml") else _shipped(name)


@st.cache_resource(max_entries=8, show_spinner=False)
def _shipped(name: str) -> Policy:
    return library.find(name)


def chosen(was: Scenario) -> str:
    """Return which policy the form has; before anybody chose, that of the scenario it was filled from."""
    return st.session_state.get(POLICY) or was.policy


def show(was: Scenario, day: datetime.date) -> None:
    """Show the choice of rules and the settings of those chosen; the form was filled from the scenario `was`."""
    st.markdown("**Which areas are in target**")
    names = list(dict.fromkeys([*OFFERED, was.policy]))
    if POLICY not in st.session_state and POLICY not in st.query_params:
        st.session_state[POLICY] = was.policy
    st.selectbox(
        "Rules for areas",
        names,
        format_func=_title,
        key=POLICY,
        bind="query-params",
        help="The settings below are those of the rules chosen when Plan was last pressed.",
    )
    policy = policy_of(chosen(was))
    if policy.kind != "targeting":
        st.markdown(f"The scenario uses the policy {page.plain(policy.id)}, which has no settings here.")
        return
    for parameter in policy.settings():
        _take_kilometres(parameter)
        st.number_input(
            label_of(parameter),
            min_value=_as_shown(parameter, parameter.lowest),
            max_value=_as_shown(parameter, parameter.highest),
            value=_as_shown(parameter, _default(parameter, day)),
            step=1.0,
            format="%g",
            key=_key(parameter),
            bind="query-params",
        )


def _take_kilometres(parameter: Parameter) -> None:
    """Take a distance from a link that was made when the boxes were in kilometres; what is no number is left out."""
    written = st.query_params.pop(parameter.name, "") if parameter.unit == "km" else ""
    least, most = float(parameter.lowest or 0), float(parameter.highest or "inf")
    if re.fullmatch(r"\d+(\.\d+)?", written) and least <= float(written) <= most:
        st.session_state[_key(parameter)] = _as_shown(parameter, float(written))


def _title(name: str) -> str:
    try:
        return policy_of(name).title
    except (InputError, OSError):
        return name


def fill(scenario: Scenario) -> None:
    """Put a scenario's policy and its settings into the form."""
    st.session_state[POLICY] = scenario.policy
    for parameter in _settings(scenario.policy):
        value = scenario.targeting.get(parameter.name, _default(parameter, scenario.day or datetime.date.today()))
        st.session_state[_key(parameter)] = _as_shown(parameter, value)


def read(was: Scenario, day: datetime.date) -> tuple[str, dict[str, Any]]:
    """Return the policy of the form and its settings: those that differ from the policy's own, and those not shown.

    Settings of the source scenario are kept where it has the same policy.
    """
    name = chosen(was)
    settings = _settings(name)
    source = was.targeting if name == was.policy else {}
    defaults = {parameter.name: _default(parameter, day) for parameter in settings}
    form = {each.name: _from_form(each, defaults[each.name]) for each in settings}
    for parameter in settings:
        key = parameter.name
        given = source.get(key)  # a list is no setting that the form shows
        if isinstance(given, int | float) and st.session_state.get(_key(parameter)) == _as_shown(parameter, given):
            form[key] = given
    return name, only_changed(form, defaults, source)


def shown(scenario: Scenario) -> set[str]:
    """Return the names of the settings that the form shows for a scenario."""
    return {parameter.name for parameter in _settings(scenario.policy)}


def _settings(name: str) -> tuple[Parameter, ...]:
    policy = policy_of(name)
    return policy.settings() if policy.kind == "targeting" else ()


def only_changed(form: Mapping, defaults: Mapping, source: Mapping) -> dict:
    """Return the values of the form that are not the defaults, and those that only the source scenario gives.

    >>> only_changed({"a": 1, "b": 2, "c": 4}, {"a": 1, "b": 2, "c": 3}, {"b": 2, "z": 9})
    {'c': 4, 'b': 2, 'z': 9}
    """
    stay = {name: value for name, value in source.items() if name not in form or form[name] == value == defaults[name]}
    return {name: value for name, value in form.items() if value != defaults[name]} | stay


def _default(parameter: Parameter, day: datetime.date) -> Any:
    """Return a setting's value in the policy on a day."""
    dated = parameter.at(day)
    assert dated is not None, parameter.name  # a policy's settings have a value on every day
    return dated.value


def scale_of(parameter: Parameter) -> tuple[float, str]:
    """Return how a setting's number is shown, and in which unit: shares as per cent, kilometres as miles."""
    return {"share": (100.0, "%"), "km": (1 / KM_A_MILE, "miles")}.get(parameter.unit, (1.0, parameter.unit))


def label_of(parameter: Parameter) -> str:
    """Return what a setting is called, with its unit."""
    unit = scale_of(parameter)[1]
    return parameter.label if unit in ("decile", "percentile") else f"{parameter.label} ({unit})"


def _key(parameter: Parameter) -> str:
    """Return what a setting's box is called in the session and in the address."""
    return f"{parameter.name}_in_miles" if parameter.unit == "km" else parameter.name


def _as_shown(parameter: Parameter, value: float | None) -> float | None:
    decimals = 3 if parameter.unit == "km" else 6  # a scheme's 4.828 km are its 3 miles
    return None if value is None else round(float(value) * scale_of(parameter)[0], decimals)


def _from_form(parameter: Parameter, default: float) -> float:
    """Return the value of a setting's box; one that the page has not shown yet stands at its default."""
    if _key(parameter) not in st.session_state:
        return default
    number = st.session_state[_key(parameter)]
    if number == _as_shown(parameter, default):
        return default
    return float("nan") if number is None else round(number / scale_of(parameter)[0], 8)
