"""Which official files a folder has: each is under what it gives, and what is missing says what it would change."""

import json

import pytest

from data.__main__ import main
from data.download import files_here
from data.faults import InputError
from data.official.inventory import needs
from data.official.known import known_sources
from data.official.recognise import recognise
from tests.data import official_files as made


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return made.write(tmp_path_factory.mktemp("files") / "in", "boundaries", "population")


def test_every_reader_of_official_files_is_under_something_that_a_county_is_built_from():
    named = {reader for need in needs() for reader in need.read_by}
    other = {"lookup_combined"}  # a name for several councils
    assert named == {known.reads for known in known_sources().values() if known.reads} - other


def test_the_best_files_are_known_sources_that_its_readers_take():
    known = known_sources()
    assert all(known[id].reads in need.read_by for need in needs() for id in need.best)


def test_a_need_that_another_file_can_give_says_what_the_better_one_would_change():
    known = known_sources().values()
    for need in needs():
        others = {each.id for each in known if each.reads in need.read_by} - set(need.best)
        assert bool(need.second) == bool(others), need.id


def test_what_is_missing_is_told_with_its_effect_and_where_to_get_it(folder):
    lines = {line.need.id: line for line in files_here.look(folder).lines}
    assert lines["boundaries"].state == "missing" and "straight across" in lines["boundaries"].effect
    assert lines["young_people"].state == "missing" and lines["young_people"].get[0][1].startswith("https://")
    assert lines["deprivation"].state == "here" and lines["deprivation"].effect == ""


def test_a_second_best_file_says_what_the_best_would_change(tmp_path):
    made.write(tmp_path, "file_7")
    (tmp_path / "old.csv").write_text(made.file_7_of_2019())
    line = next(line for line in files_here.look(tmp_path).lines if line.need.id == "deprivation")
    assert (line.state, line.files[0].path) == ("second best", "old.csv") and "2019" in line.effect


def test_a_file_without_some_of_a_councils_areas_is_not_the_best_for_it(tmp_path):
    made.write(tmp_path, "file_7")
    (tmp_path / "part.csv").write_text(made.csv_text(made.FILE_7, made.rows_of_file_7()[:2]))
    line = next(line for line in files_here.look(tmp_path).lines if line.need.id == "deprivation")
    assert line.lacking == {"Wessmark": 4, "Overby": 1}
    assert (line.state, line.of("Wessmark").state) == ("here", "missing")
    assert line.of("Wessmark").effect.startswith("The best file here lacks 4 of the areas of Wessmark.")


def test_a_file_with_all_of_a_councils_areas_is_the_best_for_it(folder):
    assert all(line.of("Wessmark") == line for line in files_here.look(folder).lines)


def test_two_editions_of_a_source_are_named(tmp_path):
    made.write(tmp_path)
    (tmp_path / "new.csv").write_text(made.gias(made.PROVIDERS[:3]))
    assert files_here.look(tmp_path).editions == {"Get Information About Schools: establishments": ["6.dat", "new.csv"]}
    assert files_here.look(tmp_path, ("6.dat",)).editions == {}


def test_a_file_to_leave_out_that_is_not_there_is_refused(folder):
    with pytest.raises(InputError, match="nothing.csv: is not in it"):
        recognise(folder, ["nothing.csv"])


def test_the_councils_that_can_be_named_are_those_of_the_files(folder):
    assert {"Wessmark", "Overby"} <= set(files_here.look(folder).councils)


def test_the_command_prints_the_same_as_json_and_in_words(folder, capsys):
    assert main(["files", str(folder), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert [line["need"]["id"] for line in facts["lines"]] == [need.id for need in needs()]
    assert main(["files", str(folder)]) == 0
    assert "Boundaries of the areas: missing" in capsys.readouterr().out
