"""Sites and journeys on screen: what is missing is named, and what a council adds becomes a county of its own."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import bundle, example, own_files
from data.faults import InputError
from data.journeys.files import without_timetables
from data.official import sites
from screens.background.plan_cache import COUNTY, county_folders
from screens.places import new_bundle, own_places
from screens.places.own_places import OwnFile
from tests.data.timetables import feeds
from tests.screens.people.people import press, run, said

SCRIPT = """
from screens.background.plan_cache import COUNTY, county_folders
from screens.places import places

places.show()
"""
CASES = Path(__file__).parents[2] / "data" / "files_people_have"
SITE = "destination_id,name,kind,easting_m,northing_m,site_of\nown-1,Fenside campus,college,650000,410000,{}\n"
SITES, MATRIX, TIMETABLES = 0, 1, 2  # the file uploaders of the page, in their order


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A folder to start the app in, with a county whose colleges are called as those of official lists are."""
    monkeypatch.chdir(tmp_path)
    county = bundle.load(example.FOLDER)
    county.destinations.index = county.destinations.index.where(
        county.destinations["kind"] != "college", "urn-" + county.destinations.index
    ).rename("destination_id")
    bundle.save(county, tmp_path / "county")
    return tmp_path


@pytest.fixture
def app(folder) -> AppTest:
    started = AppTest.from_string(SCRIPT, default_timeout=600)
    started.session_state[COUNTY] = list(county_folders())[1]
    return run(started)


def _give(app: AppTest, uploader: int, content: bytes, name: str) -> AppTest:
    app.file_uploader[uploader].upload(name, content, "text/csv")
    return run(app)


def test_each_college_at_one_site_is_named(app, folder):
    alone = sites.at_one_site(bundle.load(folder / "county").destinations)
    shown = app.table[0].value.to_string()
    assert len(alone) and all(name in shown for name in alone["name"])


def test_a_county_without_warnings_says_so(app):
    app.session_state[COUNTY] = next(iter(county_folders()))
    assert "No warning: nothing that was noted" in said(run(app))


def test_a_site_given_as_a_file_becomes_a_county_to_plan_with(app, folder):
    college = sites.at_one_site(bundle.load(folder / "county").destinations)["name"].iloc[0]
    _give(app, SITES, SITE.format(college).encode(), "sites.csv")
    assert "1 place added." in said(app)
    app.text_input(key="places_name").set_value("with campus")
    press(run(app), "Save as a new county")
    assert "Saved as" in said(app) and "with campus" in said(app)
    assert app.button(key="places_plan").label == "Plan for it"
    saved = bundle.load(folder / "with campus")
    assert saved.destinations.loc["own-1", "site_of"].startswith("urn-")
    assert college not in set(sites.at_one_site(saved.destinations)["name"])


def test_a_matrix_is_told_of_and_the_choice_is_kept(app, folder):
    _give(
        app, MATRIX, (CASES / "j4_r5r_unreachable_rows_absent.csv").read_bytes().replace(b"X-C1", b"urn-X-C1"), "m.csv"
    )
    assert "They keep their estimates" in said(app)
    app.radio(key="places_absent").set_value("unreachable")
    run(app)
    assert "They count as having no journey" in said(app)
    app.text_input(key="places_name").set_value("measured")
    press(run(app), "Save as a new county")
    assert bundle.load(folder / "measured").manifest.absent_journeys == "unreachable"


def test_a_file_that_cannot_be_used_is_said_and_nothing_can_be_saved(app):
    _give(app, SITES, b"id,name\n1,A\n", "sites.csv")
    assert "needs the headings destination_id" in said(app)
    assert [button.label for button in app.button if button.label.startswith("Save")] == []


def test_a_name_that_is_there_already_is_not_replaced(app):
    _give(app, SITES, SITE.format("").encode(), "sites.csv")
    app.text_input(key="places_name").set_value("county")
    press(run(app), "Save as a new county")
    assert "county is there already" in said(app)


@pytest.mark.parametrize("name", ["../outside", "/tmp/x", "", ".hidden"])
def test_a_name_that_leads_elsewhere_is_refused(folder, name):
    with pytest.raises(InputError, match="must be letters"):
        new_bundle.save(bundle.load(folder / "county"), name)


def test_sites_typed_on_the_screen_are_the_file_that_the_command_reads(folder):
    county = bundle.load(folder / "county")
    college = sites.at_one_site(county.destinations)["name"].iloc[0]
    rows = [
        {"College": college, "Site": "Westminster", "Postcode": "SW1A 1AA", "Students": 120.0},
        {"College": None, "Site": "", "Postcode": None, "Students": float("nan")},
    ]
    text = own_places.as_csv(rows)
    made = own_places.together(county, [OwnFile("typed.csv", text.encode())], None)
    site = made.destinations.loc["own-1-westminster"]
    assert (site["size"], site["easting_m"] // 1000, site["site_of"].startswith("urn-")) == (120, 529, True)


def test_a_site_called_like_a_formula_is_refused():
    with pytest.raises(InputError, match="begins like a formula"):
        own_places.as_csv([{"College": None, "Site": "=1+1", "Postcode": "", "Students": None}])


def test_the_faults_of_every_file_are_said_at_once(folder):
    county = bundle.load(folder / "county")
    with pytest.raises(InputError) as caught:
        own_places.together(county, [OwnFile("a.csv", b"x,y\n1,2\n")], OwnFile("b.csv", b"x,y\n1,2\n"))
    assert {fault.where.split(",")[0] for fault in caught.value.faults} == {"a.csv", "b.csv"}


def _feed(folder: Path) -> bytes:
    """Return a timetable with a journey from the first area to a college and one back."""
    county, tables = bundle.load(folder / "county"), feeds.plain_tables()
    college = county.destinations[county.destinations["kind"] == "college"].iloc[0]
    start, end = county.areas.iloc[0], college
    tables["stops.txt"] = [
        feeds.stop(name, at["easting_m"], at["northing_m"]) for name, at in (("A", start), ("B", end))
    ]
    calls = {"t1": (("A", "8:10:00"), ("B", "8:40:00")), "t2": (("B", "16:40:00"), ("A", "17:10:00"))}
    tables["stop_times.txt"] = [
        feeds.visit(trip, at, stop, time) for trip, visits in calls.items() for at, (stop, time) in enumerate(visits)
    ]
    return feeds.write(folder / "region.zip", tables).read_bytes()


def test_timetables_are_measured_kept_in_a_new_county_and_dropped_again(app, folder):
    app.file_uploader[TIMETABLES].upload("region.zip", _feed(folder), "application/zip")
    run(app)
    app.text_input(key="places_timetables_days").set_value("15 September")
    press(run(app), "Measure journeys")
    assert "'15 September' is no day" in said(app)
    app.text_input(key="places_timetables_days").set_value("2026-09-15")
    press(run(app), "Measure journeys")
    while any(button.label == "Stop" for button in app.button):
        run(app)
    assert "timetabled, by region.zip on 15 September 2026" in said(app)
    app.text_input(key="places_name").set_value("timetabled")
    press(run(app), "Save as a new county")
    made = bundle.load(folder / "timetabled")
    assert (
        made.timetable is not None and made.journey_details is not None and made.area_lines["line"].tolist()[0] == "7"
    )
    again = without_timetables(made)
    assert (again.journeys, again.manifest.timetables) == (None, {})
    assert own_files.told(again) == own_files.told(bundle.load(folder / "county"))
