"""Add a county on screen: official files become a county to plan with, and a new release says what it changed."""

import datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import access, bundle
from data.faults import Fault, InputError
from screens.background import jobs
from screens.places import add_county, county_jobs, files_panel, new_bundle, official_files
from screens.places.county_jobs import BuildRequest
from tests.data import official_files as made
from tests.screens.people.people import press, run, said

SCRIPT = """
from screens.places import add_county

add_county.show()
"""
NOW = datetime.datetime(2026, 11, 30, 10, 0)
PERSON = "name,date_of_birth,postcode\nAda Nettlebeck,31/01/2009,XM9 3AJ\n"
FILE = 0  # the first file uploader of the page


class _Given:
    """A file as a page receives it."""

    def __init__(self, name: str, text: str):
        self.name, self._bytes = name, text.encode()

    def getbuffer(self) -> memoryview:
        return memoryview(self._bytes)


def _quiet(text: str, part: float | None = None) -> None:
    """Take a report and say nothing."""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A folder to start the app in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _settled(app: AppTest) -> AppTest:
    """Run the page until no job runs."""
    run(app)
    while running := [job for job in list(jobs._jobs.values()) if not job.over.is_set()]:
        assert running[0].over.wait(120), "a job does not end"
        run(app)
    return run(app)


def _build(folder: Path, name: str, *leave_out: str) -> Path:
    asked = BuildRequest(folder / "official", leave_out, "Wessmark", "16-18", folder / name)
    return county_jobs.build(asked, _quiet)


def test_files_of_a_folder_become_a_county_in_four_decisions(folder):
    made.write(folder / "official")  # the first decision
    app = _settled(AppTest.from_string(SCRIPT, default_timeout=600))
    app.selectbox(key="county_council").set_value("Wessmark")
    app.text_input(key="county_ages").set_value("16-17")
    press(run(app), "Build")
    _settled(app)
    assert "Wessmark is built: 6 areas" in said(app)
    built = bundle.load(folder / "Wessmark")
    assert (built.manifest.name, built.manifest.ages) == ("Wessmark", (16, 17))
    assert "Plan for Wessmark" in [button.label for button in app.button]


def test_a_county_of_the_same_council_is_compared_with_the_one_before(folder):
    made.write(folder / "official")
    _build(folder, "before", "3.dat")
    app = _settled(AppTest.from_string(SCRIPT, default_timeout=600))
    app.selectbox(key="county_council").set_value("Wessmark")
    press(run(app), "Build")
    _settled(app)
    shown = next(table.value for table in app.table if "Change" in table.value.columns)
    assert shown["What"].tolist()[0] == "Areas" and shown["Change"].tolist()[0] == "none"
    assert "Rural Urban Classification (2021) of LSOAs in England and Wales: none → 2021" in said(app)


def test_without_files_all_that_is_missing_is_named_with_what_it_would_change(folder):
    app = _settled(AppTest.from_string(SCRIPT, default_timeout=600))
    shown = app.table[0].value.to_string()
    assert "Missing (needed)" in shown and "nothing about reaching work" in shown
    assert "No council can be named yet" in said(app)


def test_what_is_no_official_file_is_not_kept(folder):
    app = _settled(AppTest.from_string(SCRIPT, default_timeout=600))
    app.file_uploader[FILE].upload("f7.csv", made.file_7().encode()).upload("young.csv", PERSON.encode())
    run(app)
    press(app, "Take in")
    _settled(app)
    assert "1 file kept" in said(app) and "Not kept: young.csv" in said(app)
    kept = [path for path in (folder / "official").rglob("*") if path.is_file()]
    assert [path.name for path in kept] == ["f7.csv"]


def test_a_name_cannot_lead_out_of_the_folder_of_files(folder):
    files = [
        _Given("../../outside.csv", "a"),
        _Given("C:\\x\\.hidden\\b.csv", "b"),
        _Given("same", "c"),
        _Given("same", "d"),
    ]
    incoming = official_files.put(files, folder / "official", NOW)
    names = sorted(path.relative_to(incoming).as_posix() for path in incoming.rglob("*") if path.is_file())
    assert names == ["4 same", "C_/x/hidden/b.csv", "outside.csv", "same"]


@pytest.fixture
def signed_in():
    """Return a function that signs somebody in with a role."""
    yield lambda role: access.ask_by(lambda: access.Person("Ada", frozenset({role})))
    access.ask_by(None)


@pytest.mark.parametrize("name", ["/etc", "..", ".", "official/../.."])
def test_no_other_folder_of_a_shared_machine_is_read(folder, signed_in, name):
    signed_in("administrator")
    with pytest.raises(InputError, match="outside the folders"):
        official_files.folder_of(name)


def test_who_may_not_change_data_can_neither_look_at_folders_nor_put_files_there(folder, signed_in):
    signed_in("planner")
    for act in (
        add_county.show,
        lambda: official_files.folder_of("official"),
        lambda: official_files.put([], folder, NOW),
        lambda: new_bundle.new_place("one"),
    ):
        with pytest.raises(access.NotAllowed):
            act()


def test_the_person_whose_machine_it_is_may_name_any_folder(tmp_path_factory, folder):
    share = tmp_path_factory.mktemp("share")
    assert official_files.folder_of(str(share)) == share.resolve()


def test_whoever_runs_a_shared_app_may_name_further_folders(tmp_path_factory, folder, signed_in, monkeypatch):
    signed_in("administrator")
    share = tmp_path_factory.mktemp("share")
    monkeypatch.setenv("FAREBRIDGE_FILES", str(share))
    assert official_files.folder_of(str(share)) == share.resolve()


def test_a_new_release_takes_the_place_of_the_old_file_and_says_what_it_changed(folder):
    made.write(folder / "official")
    before = _build(folder, "before")
    colleges = [row for row in made.PROVIDERS if row[3] != "Overby Farm College"]
    incoming = official_files.put([_Given("gias.csv", made.gias(colleges))], folder / "official", NOW)
    kept = county_jobs.keep(incoming, folder / "official", _quiet)
    after = _build(folder, "after", *kept.older)
    found = county_jobs.changes(before, after, datetime.date(2026, 11, 30), _quiet)
    assert len(kept.older) == 1 and found.sources[0][0] == "Get Information About Schools: establishments"
    figures = {name: (old, new) for name, old, new in found.figures}
    assert figures["Young people"][0] == figures["Young people"][1]
    assert figures["Colleges and sites"][0] > figures["Colleges and sites"][1]


def test_files_dropped_in_stand_beside_those_of_the_folder_on_the_page(folder, monkeypatch):
    made.write(folder / "mine")
    monkeypatch.setattr(files_panel, "_folder", lambda: folder / "mine")  # a name typed anew is no choice to AppTest
    app = _settled(AppTest.from_string(SCRIPT, default_timeout=600))
    app.file_uploader[FILE].upload("newer.csv", made.gias().encode(), "text/csv")
    press(run(app), "Take in 1 file")
    assert "Wessmark" in _settled(app).selectbox(key="county_council").options
    (kept,) = (folder / "mine").glob("*/newer.csv")
    assert not (folder / "official").exists()
    assert kept.read_text() == made.gias()


def test_nobody_who_signed_in_writes_into_a_folder_that_the_app_may_read(folder, monkeypatch):
    made.write(folder / "mine")
    assert official_files.place_for(folder / "mine") == folder / "mine"
    monkeypatch.setattr(access, "person", lambda: "A. Planner")
    assert official_files.place_for(folder / "mine") == folder / "official"


def test_a_county_that_is_there_is_never_replaced(folder):
    made.write(folder / "official")
    _build(folder, "one")
    with pytest.raises(InputError, match="one is there already"):
        _build(folder, "one")


def test_what_a_stopped_build_had_written_is_removed(folder):
    (folder / ".one.abc.part").mkdir()
    (folder / ".another.abc.part").mkdir()
    county_jobs.remove_unfinished(folder / "one")
    assert [path.name for path in folder.iterdir()] == [".another.abc.part"]


def test_a_download_reports_how_far_each_file_is(folder, monkeypatch):
    mirror = folder / "mirror"
    source = county_jobs.read_sources()["iod2025_file7"]
    source.pop("sha256")
    (mirror / source["save_as"]).parent.mkdir(parents=True)
    (mirror / source["save_as"]).write_text(made.file_7())
    monkeypatch.setenv("FAREBRIDGE_MIRROR", str(mirror))
    monkeypatch.setattr(county_jobs, "read_sources", lambda: {"iod2025_file7": source})
    said_so = []
    count = county_jobs.fetch(
        folder / "official", (), datetime.date(2026, 11, 30), lambda text, part: said_so.append((text, part))
    )
    assert count == 1 and (folder / "official" / source["save_as"]).is_file()
    text, part = said_so[-1]
    assert text.startswith("File 1: English Indices of Deprivation 2025, File 7") and " MB of " in text
    assert part == 1.0


def test_what_could_not_be_downloaded_is_named_by_its_title_and_the_others_are_kept(folder, monkeypatch):
    source, other = (county_jobs.read_sources()[id] for id in ("lookup_district_county", "boundaries_lsoa21"))
    original = folder / "mirror" / source["save_as"]
    original.parent.mkdir(parents=True)
    original.write_text(made.lookup_county())
    monkeypatch.setenv("FAREBRIDGE_MIRROR", str(folder / "mirror"))
    monkeypatch.setattr(county_jobs, "read_sources", lambda: {"one": source, "other": other})
    with pytest.raises(InputError) as refused:
        county_jobs.fetch(folder / "official", (), datetime.date(2026, 11, 30), _quiet)
    assert [fault.where for fault in refused.value.faults] == [other["title"]]
    assert (folder / "official" / source["save_as"]).is_file()


def fetch_in_part(folder: Path, regions: tuple[str, ...], day: datetime.date) -> int:
    """Stand for a download of which one file fails, in a process that knows no patched module."""
    made.write(folder)
    raise InputError("", [Fault("Boundaries", "could not be reached.")])


def test_a_download_is_asked_for_on_the_page_and_what_failed_is_told_there(folder, monkeypatch):
    monkeypatch.setattr(county_jobs, "fetch", fetch_in_part)
    app = _settled(AppTest.from_string(SCRIPT, default_timeout=600))
    press(app, "Download what is missing")
    _settled(app)
    assert not app.exception
    (told,) = [error.value for error in app.error if "These files could not be downloaded" in error.value]
    assert "could not be reached" in told
    assert "Wessmark" in app.selectbox(key="county_council").options


def test_an_unfinished_download_is_told_once(folder):
    made.write(folder / "official")
    for name in ("more.csv.part", "more.csv.part.json"):
        (folder / "official" / name).write_text("{}")
    here = county_jobs.look(folder / "official", (), True, _quiet)
    assert [line for line in here.unrecognised if "more" in line] == ["more.csv.part: an unfinished download"]
