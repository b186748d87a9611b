"""From official files and a published timetable to a bundle whose journeys are timetabled, with the commands."""

import datetime
import io

import numpy as np
import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from budget import workbook
from budget.commands import plan as plan_command
from budget.planning import by_timetable, measures
from budget.planning import plan as planning
from budget.report.closing import risks
from budget.report.subject import subject_of
from budget.scenarios.scenario import Scenario
from data import bundle, own_files, travel
from data.__main__ import main
from data.journeys.files import without_timetables
from tests.opendata import FOLDER, needs_opendata

ASKED = ["--timetables", str(FOLDER / "timetables"), "--on", "2023-09-12"]
pytestmark = needs_opendata


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chester") / "bundle"
    official = ["--council", "Cheshire West and Chester", "--from", str(FOLDER)]
    assert main(["build", *official, "--to", str(folder), *ASKED]) == 0
    return folder


def test_areas_near_chester_are_timetabled_and_the_others_stay_estimates(built):
    county = bundle.load(built)
    colleges = county.destinations[county.destinations["kind"] == "college"]
    figures = travel.default_figures()
    ground = travel.ground(county.water, figures)
    base = travel.base_journeys(county.areas, colleges, figures, county.journeys, ground)
    by_bus = base[base["mode"] == "bus"].groupby("source")["from_id"].nunique()
    assert by_bus["timetable"] == county.journeys["from_id"].nunique() == 142
    assert by_bus["estimate"] == len(county.areas)  # to colleges where the clipped timetable has no stop


def test_the_bundle_says_by_what_it_was_measured_and_that_it_is_old(built):
    lines = " ".join(own_files.told(bundle.load(built)))
    assert "by chester-20230816-small_gtfs.zip on 12 September 2023" in lines
    assert "These journeys are old: chester-20230816-small_gtfs.zip ran out on 26 April 2024." in lines
    assert "do not cover 80 areas of 222" in lines


def test_the_minutes_are_those_of_the_longer_way_in_the_details(built):
    county = bundle.load(built)
    longer = county.journey_details.groupby(["from_id", "to_id"])["minutes"].agg(["max", "size"])
    minutes = county.journeys.set_index(["from_id", "to_id"])["minutes"].reindex(longer.index)
    both = longer["size"] == 2
    assert both.sum() > 5000
    assert (minutes[both] == longer.loc[both, "max"]).all()
    assert np.isinf(minutes[~both]).all()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (["--on", "2023-09-12"], "there are none. Give --timetables."),
        ([*ASKED, "--journeys", __file__], "Leave one of the two out."),
        (ASKED[:2], "is needed with --timetables"),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_the_work(asked, message, tmp_path, capsys):
    official = ["--council", "Cheshire West and Chester", "--from", str(FOLDER), "--to", str(tmp_path / "bundle")]
    assert main(["build", *official, *asked]) == 2
    assert message in capsys.readouterr().err


SCREEN = """
import streamlit as st
from screens.plan import area, tables

tables.show_basis(st.session_state["plan"])
area.show(st.session_state["plan"], st.session_state["code"], "")
"""


def test_the_plan_changes_and_screen_workbook_report_and_command_say_which_areas_and_why(built):
    timetabled = bundle.load(built)
    before, after = (
        planning.make(county, Scenario(budget_pence=30_000_000), datetime.date(2026, 11, 24))
        for county in (without_timetables(timetabled), timetabled)
    )
    assert before.allocation.chosen["kind"].value_counts()["bus_pass"] == 35
    assert (
        after.allocation.chosen["kind"].value_counts()["bus_pass"] < 35
    )  # no bus there and back where one was assumed
    states = by_timetable.by_area(after, after.targeting.in_target)["state"]
    assert states.xs("college", level="purpose").value_counts().to_dict() == {"not_covered": 27, "no_journey": 11}
    assert by_timetable.of_plan(before).areas["college"]["not_covered"] == len(before.targeting.in_target) == 38
    told = by_timetable.in_words(after)
    assert "0 of 38 areas in target have a way to a college" in told and "11 have none to the places covered" in told
    assert "public transport to places that the timetables do not cover" in told
    assert told in plan_command.in_words(after) and told in str(risks(subject_of(after), None))
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.to_bytes(after)), read_only=True)["Journeys"]
    rows = [row[2:4] for row in sheet.iter_rows(min_row=5, values_only=True)]
    assert rows.count(("college", "none by timetable")) == 11
    notes = " ".join(cell for row in sheet.iter_rows(min_row=2, max_row=3, values_only=True) for cell in row if cell)
    assert told in notes
    departures = measures.measured(after, "lines")
    assert (departures.classes == measures.NOT_KNOWN).sum() == 80  # the areas that are not covered
    assert departures.figures["E01018313"] == "06:59 to 22:39, 65 journeys"
    screen = AppTest.from_string(SCREEN, default_timeout=600)
    screen.session_state["plan"] = after
    screen.session_state["code"] = states[states == "timetabled"].index[0][0]
    shown = " ".join(each.value for each in screen.run().markdown).replace("\\", "")
    assert not screen.exception and "0 of 38 areas in target" in shown
    assert "By timetable the employment centre that is reached soonest" in shown
    assert "No line stops within a walk of the centre of this area." in shown
