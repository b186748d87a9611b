"""Whether a file covers a council: one of another region, or of a part of the council, is not said to be enough."""

import numpy as np
import pandas as pd
import pytest

from data.__main__ import main
from data.download import files_here
from data.faults import Fault
from data.official.covered import Councils, in_words
from data.official.postcode_list import PostcodeList
from data.official.recognise import recognise
from tests.data import official_files as made
from tests.data.timetables import feeds

AREAS = pd.DataFrame(
    {"district_code": ["E06000098", "E06000099"], "county_name": ["Wessmark", "Overby"]},
    index=pd.Index(["E01900001", "E01900007"], name="area_code"),
)
STOP = (501_000, 371_000)  # the first of `feeds.plain_tables`


@pytest.fixture
def folder(tmp_path):
    return made.write(tmp_path / "in", "boundaries", "population")


def homes(places: dict[str, list[tuple[float, float]]]) -> PostcodeList:
    """Return a list of postcodes at places (easting, northing) of each district."""
    codes = list(places)
    rows = [(place, *metres) for place, code in enumerate(codes) for metres in places[code]]
    district, east, north = (np.array(column) for column in zip(*rows, strict=True))
    return PostcodeList(np.arange(len(rows), dtype=np.uint64), east, north, district, np.array(codes, dtype=object), "")


def lacking(tmp_path, homes_at: PostcodeList) -> tuple[dict[str, float] | None, list[Fault]]:
    feeds.write(tmp_path / "feed.zip", feeds.plain_tables())
    faults: list[Fault] = []
    return Councils(AREAS, faults, homes_at).lacking(recognise(tmp_path).read_by("timetables")), faults


def test_timetables_that_stop_nowhere_near_a_councils_postcodes_do_not_cover_it(tmp_path):
    east, north = STOP
    near, far = [(east + 100, north + 100)] * 4, [(east + 90_000, north)] * 4
    found = lacking(tmp_path, homes({"E06000098": near, "E06000099": far}))
    assert found == ({"Overby": 1.0}, [])


def test_timetables_near_some_of_a_councils_postcodes_cover_a_part_of_it_and_near_most_all(tmp_path):
    (east, north), far = STOP, (20_000, 20_000)
    some, most = [(east, north), far, far, far], [(east, north)] * 3 + [far]
    assert lacking(tmp_path, homes({"E06000098": some, "E06000099": most}))[0] == {"Wessmark": 0.75}
    assert in_words(0.75) == "25% of it"


def test_a_file_of_postcodes_of_another_part_of_the_country_is_no_postcodes_of_this_council(folder):
    (folder / "postcodes.csv").write_text(made.postcode_directory())
    line = next(line for line in files_here.look(folder).lines if line.need.id == "postcodes")
    assert line.state == "here" and line.of("Overby").state == "missing"
    assert line.of("Overby").effect.startswith("No file here covers Overby. Postcodes are found by a list")
    assert [file.covers("Overby") for file in line.files] == ["no"]
    assert line.of("Wessmark").effect.startswith("What is here covers a part of Wessmark: 33% of it. For the rest, p")


def test_boundaries_of_other_areas_are_said_not_to_cover_the_council(folder):
    (folder / "part.json").write_text(made.boundaries(["E01900007"]))
    line = next(line for line in files_here.look(folder).lines if line.need.id == "boundaries").of("Wessmark")
    assert line.state == "missing" and line.files[0].covers("Wessmark") == "no"
    assert "No file here covers Wessmark. The map shows points" in line.effect


def test_the_command_says_of_a_council_whether_each_file_covers_it(folder, capsys):
    (folder / "part.json").write_text(made.boundaries(["E01900007"]))
    assert main(["files", str(folder), "--council", "Wessmark"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "covers Wessmark: no" in said and "covers Wessmark: yes" in said
    assert main(["files", str(folder), "--council", "Wessmak"]) == 2
    assert "Overby, Wessmark" in " ".join(capsys.readouterr().err.split())
