"""A service funded or lost on the plan screen: boxes and file put into the scenario what a scenario file would."""

from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from budget.scenarios import scenario_file
from budget.scenarios.scenario import Scenario
from data import bundle, example
from data.bundle import County
from data.timetables.altering import Withdrawn
from screens.scenario import stop_finder

STOPS = pd.DataFrame(
    [("s0", "Fen Church", 531_000, 344_000), ("s1", "College", 536_000, 344_000)],
    columns=["stop_id", "name", "easting", "northing"],
)
FILE = b"""
[[journey]]
id = "wold-bus"
name = "Wold bus"
price = 1000
seats = 8
there = [{ at = "08:00", stop = "s0" }, { at = "08:30", stop = "s1" }]

[[withdrawn]]
line = "9"
"""


def county() -> County:
    """Return the example with a timetable of two stops and two lines."""
    columns = {f"stops.{name}": STOPS[name].to_numpy() for name in STOPS}
    columns |= {"trips.line": ["9", "53", "53"], "trips.operator": ["Wold", "Fen", "Fen"]}
    table = pd.DataFrame([columns])
    return replace(bundle.load(example.FOLDER), timetable=table)


@pytest.fixture
def app() -> AppTest:
    """Return the part of the page alone, without a plan."""

    def part():
        from screens.scenario import services
        from tests.screens.scenario.test_services import county

        services._section(county(), "area")

    return AppTest.from_function(part, default_timeout=600).run()


def _scenario(app: AppTest):
    assert not app.exception
    return app.session_state["source_scenario"]


def _press(app: AppTest, key: str) -> None:
    app.button(key=f"stop_finder_{key}").click().run()


def test_a_stop_is_found_near_the_area_chosen_on_the_map_and_added_with_its_time(app):
    area = county().areas.iloc[0]
    app.session_state["area"] = area.name
    _press(app, "use_map")
    shown = app.selectbox(key="stop_finder_stop").options
    assert shown[0] == f"The middle of {area['area_name']}" and len(shown) == 3
    _press(app, "add_services_there")
    assert "Time at the stop" in app.error[0].value and app.text_area(key="services_there").value == ""
    app.text_input(key="stop_finder_time").set_value("07:40").run()
    _press(app, "add_services_there")
    line = f"07:40 {area['easting_m']:.0f} {area['northing_m']:.0f} {area['area_name']}"
    assert app.text_area(key="services_there").value == line and not app.error


def test_stops_found_by_a_part_of_their_names_make_the_bus_that_is_planned(app):
    for time, part, box in (("07:40", "fen", "there"), ("08:25", "COLL", "there")):
        app.text_input(key="stop_finder_text").set_value(part).run()
        app.text_input(key="stop_finder_time").set_value(time).run()
        _press(app, f"add_services_{box}")
    assert app.text_area(key="services_there").value == "07:40 Fen Church\n08:25 College"
    app.text_input(key="services_name").set_value("Fen bus")
    app.text_input(key="services_price").set_value("1000")
    app.button(key="services_plan_bus").click().run()
    assert [each.id for each in _scenario(app).journeys] == ["fen-bus"]


def test_without_an_area_on_the_map_or_a_stop_of_that_name_it_is_said(app):
    _press(app, "use_map")
    assert "has no area chosen" in app.error[0].value
    app.text_input(key="stop_finder_text").set_value("Nowhere Lane").run()
    assert any("No stop of the timetables" in each.value for each in app.caption)


def test_a_stop_whose_name_others_have_is_written_by_its_id():
    stops = pd.concat([STOPS, STOPS.assign(stop_id=["s2", "s3"], name=["Fen Church", "12 Hill"])], ignore_index=True)
    written = {place.label: place.written for place in stop_finder.named(stops, "")}
    assert written == {
        "12 Hill (s3)": "s3", "College (s1)": "College", "Fen Church (s0)": "s0", "Fen Church (s2)": "s2",
    }  # fmt: skip


def test_a_bus_in_the_boxes_is_the_bus_of_a_file(app):
    for name, value in {"name": "Fen bus", "price": "62,000"}.items():
        app.text_input(key=f"services_{name}").set_value(value)
    app.text_area(key="services_there").set_value("07:40 fen church\n08:25 College")
    app.text_area(key="services_home").set_value("17:00 College\n17:45 Fen Church")
    app.button(key="services_plan_bus").click().run()
    made = _scenario(app)
    assert [each.id for each in made.journeys] == ["fen-bus"]
    assert scenario_file.from_text(scenario_file.to_text(made)).journeys == made.journeys
    assert app.text_input(key="services_name").value == ""
    app.multiselect(key="services_kept").set_value([])
    app.button(key="services_plan_kept").click().run()
    assert _scenario(app).journeys == ()


def test_lines_of_the_timetables_can_be_withdrawn_and_run_again(app):
    lines = app.multiselect(key="services_lines")
    assert lines.options == ["53 (Fen)", "9 (Wold)"]
    lines.set_value([Withdrawn("53", "Fen")])
    app.button(key="services_plan_lines").click().run()
    assert _scenario(app).withdrawn == (Withdrawn("53", "Fen"),)
    app.multiselect(key="services_lines").set_value([])
    app.button(key="services_plan_lines").click().run()
    assert _scenario(app).withdrawn == ()


def test_a_file_takes_the_place_of_what_is_there(app):
    app.file_uploader(key="services_file").upload("buses.toml", FILE, "application/toml").run()
    made = _scenario(app)
    assert [each.id for each in made.journeys] == ["wold-bus"] and made.withdrawn == (Withdrawn("9"),)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"budget = 5", "is not read here"), (b"", "Write one of them"), (b"[[journey]]", "lacks price"), (b"[", "TOML")],
)
def test_a_file_that_is_wrong_is_refused_with_what_to_do(app, content, words):
    app.file_uploader(key="services_file").upload("buses.toml", content, "application/toml").run()
    assert not app.exception and words in app.error[0].value.replace("\\", "")
    assert "source_scenario" not in app.session_state


def test_a_bus_that_cannot_be_is_refused_and_the_boxes_stay(app):
    app.text_input(key="services_name").set_value("Fen bus")
    app.button(key="services_plan_bus").click().run()
    assert "Price" in app.error[0].value and app.text_input(key="services_name").value == "Fen bus"
    assert "source_scenario" not in app.session_state


def test_what_was_refused_is_gone_once_another_plan_is_asked_for(app):
    app.button(key="services_plan_bus").click().run()
    assert app.error
    app.multiselect(key="services_lines").set_value([Withdrawn("53", "Fen")])
    assert app.run().error  # the plan is the same still
    app.session_state["source_scenario"] = Scenario(budget_pence=100)
    assert not app.run().error
