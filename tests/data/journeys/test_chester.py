"""From official files and a published timetable to a bundle whose journeys are timetabled, with the commands."""

import numpy as np
import pytest

from data import bundle, own_files, travel
from data.__main__ import main
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
    assert "These journeys are old: chester-20230816-small_gtfs.zip on 26 April 2024 ran out." in lines
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
