"""Show the form on the plan screen by which a bus may be funded or a line is lost."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from budget.planning.plan import Plan
from budget.scenarios import services_toml
from budget.scenarios.scenario import Scenario
from data.bundle import County
from data.faults import Fault, InputError
from data.opening.toml_text import parse_toml
from data.timetables.altering import Withdrawn
from screens import page
from screens.background.plan_cache import ASKED
from screens.scenario import bus_entry, form, stop_finder

KEY = "services_"
FAULTS, FAULTY, FILE, LINES, KEPT, SHOWN_FOR = (
    f"{KEY}{name}" for name in ("faults", "faulty", "file", "lines", "kept", "shown_for")
)
BOXES = {"name": "", "price": "", "seats": 16, "fare": "", "there": "", "home": ""}
NO_TIMETABLE = (
    "This county keeps no timetable, so nobody can say whom a bus brings within reach or whom a lost line cuts off. "
    "Add timetables on the page *Rules and data*."
)
CALLS = (
    "One stop a line: the time, then its name or id in the timetables. For a new place write its National Grid metres "
    "and a name, such as 07:52 531200 344100 Church Lane."
)


def show(plan: Plan | None, chosen_area: str) -> None:
    """Show the buses that the plan may fund and the lines that it loses, and how to add or drop one.

    `chosen_area` is the key of the session that has the code of the area chosen on the map.
    """
    with st.expander(
        "A service funded or lost: buses that the plan may fund, lines that no longer run", key="services"
    ):
        if plan is None:
            st.caption("There is no plan yet to change.")
        elif (plan.county.published or plan.county).timetable is None:
            st.markdown(NO_TIMETABLE)
        else:
            _section(plan.county.published or plan.county, chosen_area)


@st.fragment
def _section(county: County, chosen_area: str) -> None:
    state, scenario = st.session_state, _scenario()
    if state.get(SHOWN_FOR) != (scenario.journeys, scenario.withdrawn):
        state[SHOWN_FOR] = (scenario.journeys, scenario.withdrawn)
        state[LINES], state[KEPT] = list(scenario.withdrawn), [each.id for each in scenario.journeys]
    if state.get(FAULTY) != scenario:  # another plan was made meanwhile: what was refused is no longer asked for
        state[FAULTS], state[FAULTY] = (), scenario
    if state.get(FAULTS):
        page.show_faults("This cannot be planned yet", state[FAULTS])
    pressed = [_lines(county, scenario), _buses(scenario), _new_bus(county, scenario, chosen_area)]
    _file(scenario)
    if any(pressed) and not state.get(FAULTS):
        st.rerun()  # the whole page: the plan is made anew


def _scenario() -> Scenario:
    asked = st.session_state.get(ASKED)
    return form.source() if asked is None else asked.scenario


def _lines(county: County, scenario: Scenario) -> bool:
    known = dict.fromkeys([*scenario.withdrawn, *lines_of(county)])
    st.multiselect(
        "Lines that no longer run",
        list(known),
        key=LINES,
        format_func=lambda line: line.label,
        placeholder="Choose lines of the timetables",
        help="The plan says who can then no longer be at a college or place of work in time by themselves.",
    )
    return st.button("Plan without these lines", key=f"{KEY}plan_lines", on_click=_plan_lines, args=(scenario,))


def lines_of(county: County) -> list[Withdrawn]:
    """Return the lines that stop near an area of a county, or in its timetable where that is not known, by operator."""
    table = county.area_lines
    if table is None:
        assert county.timetable is not None  # `show` has seen to it
        first = county.timetable.iloc[0]
        table = pd.DataFrame({name: first[f"trips.{name}"] for name in ("line", "operator")})
    pairs = table[["line", "operator"]].astype("string").fillna("").drop_duplicates()
    pairs = pairs[pairs["line"] != ""].sort_values(["operator", "line"])
    return [Withdrawn(line, operator) for line, operator in pairs.itertuples(index=False)]


def _buses(scenario: Scenario) -> bool:
    if not scenario.journeys:
        return False
    labels = {each.id: each.label for each in scenario.journeys}
    st.multiselect("Buses that the plan may fund", list(labels), key=KEPT, format_func=labels.__getitem__)
    return st.button("Plan with these buses alone", key=f"{KEY}plan_kept", on_click=_plan_kept, args=(scenario,))


def _new_bus(county: County, scenario: Scenario, chosen_area: str) -> bool:
    state, labels = st.session_state, bus_entry.LABELS
    for name, default in BOXES.items():
        state.setdefault(KEY + name, default)
    st.markdown("**A bus that the plan may fund**")
    left, right = st.columns(2, gap="medium")
    left.text_input(labels["name"], key=f"{KEY}name", placeholder="such as: Fen villages to the college by nine")
    left.text_input(labels["price"], key=f"{KEY}price")
    left.number_input(labels["seats"], min_value=1, max_value=500, step=1, key=f"{KEY}seats")
    left.text_input(labels["fare"], key=f"{KEY}fare")
    right.text_area(labels["there"], key=f"{KEY}there", help=CALLS, placeholder="07:40 Church Lane\n08:25 College")
    right.text_area(labels["home"], key=f"{KEY}home", help=CALLS, placeholder="17:00 College\n17:45 Church Lane")
    assert county.timetable is not None  # `show` has seen to it
    ways = {KEY + way: labels[way] for way in ("there", "home")}
    stop_finder.show(county, bus_entry.stops_of(county.timetable), chosen_area, ways, FAULTS)
    return st.button(
        "Plan with this bus", key=f"{KEY}plan_bus", type="primary", on_click=_plan_bus, args=(county, scenario)
    )


def _file(scenario: Scenario) -> None:
    st.file_uploader(
        "Or a file of buses and lines, as a scenario file has them, in place of what is here",
        type=["toml"],
        key=FILE,
        on_change=_take,
        args=(scenario,),
    )
    if st.session_state.pop(f"{KEY}taken", False):
        st.rerun()


def _plan(scenario: Scenario) -> None:
    """Put a scenario into the form of the page and plan it, or show every fault."""
    state = st.session_state
    state[FAULTS] = ()
    try:
        form.fill(scenario)
    except InputError as error:
        state[FAULTS] = error.faults


def _plan_lines(scenario: Scenario) -> None:
    _plan(replace(scenario, withdrawn=tuple(st.session_state[LINES])))


def _plan_kept(scenario: Scenario) -> None:
    kept = tuple(each for each in scenario.journeys if each.id in st.session_state[KEPT])
    _plan(replace(scenario, journeys=kept))


def _plan_bus(county: County, scenario: Scenario) -> None:
    state = st.session_state
    assert county.timetable is not None  # `show` has seen to it
    try:
        boxes = {name: state[KEY + name] for name in BOXES}
        taken = {each.id for each in scenario.journeys}
        bus = bus_entry.journey_from(boxes, bus_entry.stops_of(county.timetable), taken)
    except InputError as error:
        state[FAULTS] = error.faults
        return
    _plan(replace(scenario, journeys=(*scenario.journeys, bus)))
    if not state[FAULTS]:
        state.update({KEY + name: default for name, default in BOXES.items()})


def _take(scenario: Scenario) -> None:
    """Plan with the buses and lines of a file, or show every fault of it."""
    state, given = st.session_state, st.session_state[FILE]
    state[FAULTS] = ()
    if given is None:
        return
    faults: list[Fault] = []
    try:
        raw = parse_toml(given.getvalue(), given.name)
        faults += [
            Fault(key, "is not read here: a file of [[journey]] and [[withdrawn]].")
            for key in raw
            if key not in services_toml.KEYS
        ]
        journeys = services_toml.journeys_from(raw.get("journey", []), faults)
        withdrawn = services_toml.withdrawn_from(raw.get("withdrawn", []), faults)
        if not raw:
            faults.append(Fault(given.name, "has no [[journey]] and no [[withdrawn]]. Write one of them."))
        if faults:
            raise InputError(given.name, faults)
    except InputError as error:
        state[FAULTS] = error.faults
        return
    _plan(replace(scenario, journeys=journeys, withdrawn=withdrawn))
    state[f"{KEY}taken"] = not state[FAULTS]
