"""A file is recognised by its header and contents, never by its name."""

import gzip
import io
import json
import zipfile

import geopandas as gpd
import pytest

from data.faults import InputError
from data.official import recognise as r
from data.official import tables
from data.official.known import known_sources
from tests.data import official_files as made
from tests.data.opening import hostile
from tests.data.timetables.feeds import plain_tables
from tests.data.timetables.feeds import write as write_feed
from tests.opendata import FOLDER, needs_opendata


def ids(folder):
    return [found.known.id for found in r.recognise(folder).found]


def test_every_source_says_what_the_readme_of_sources_asks():
    for known in known_sources().values():
        assert known.title and known.publisher and known.licence and known.vintage, known.id
        assert known.kind in ("file", "arcgis", "nomis", "gias", "manual"), known.id
        assert known.kind == "manual" or known.address.startswith("https://"), known.id
        assert not known.reads or known.headers, known.id


def test_a_file_is_known_whatever_its_name_and_depth(tmp_path):
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    (deep / "photo.jpg").write_text(made.file_7())
    assert ids(tmp_path) == ["iod2025_file7"]


def test_a_file_is_known_gzipped_and_in_a_zip(tmp_path):
    (tmp_path / "one").write_bytes(gzip.compress(made.lookup_district().encode()))
    with zipfile.ZipFile(tmp_path / "two", "w") as archive:
        archive.writestr("inner/census", made.census_bands())
        archive.writestr("readme.txt", "nothing")
    assert ids(tmp_path) == ["census2021_age_bands", "lookup_lsoa21_district"]


def test_a_zip_of_timetables_is_known_by_its_stop_times(tmp_path):
    write_feed(tmp_path / "buses", plain_tables())
    recognised = r.recognise(tmp_path)
    assert [(table.path.name, table.inside) for table in recognised.read_by("timetables")] == [
        ("buses", "stop_times.txt")
    ]
    assert recognised.unrecognised == ()


def test_the_same_content_twice_counts_once(tmp_path):
    (tmp_path / "one.csv").write_text(made.file_7())
    (tmp_path / "copy.csv").write_text(made.file_7())
    (tmp_path / "copy.gz").write_bytes(gzip.compress(made.file_7().encode()))
    recognised = r.recognise(tmp_path)
    assert len(recognised.found) == 1
    assert len(recognised.twice) == 2


def test_files_nobody_knows_are_listed_and_do_no_harm(tmp_path):
    (tmp_path / "one.csv").write_text(made.file_7())
    (tmp_path / "notes.txt").write_text("Dear all,\nhere are the files.\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (tmp_path / "half.csv.part").write_text(made.file_7()[:500])
    assert r.recognise(tmp_path).unrecognised == (
        "empty.csv: is empty",
        "half.csv.part: an unfinished download",
        "notes.txt: is not laid out like any known source",
        "picture.png: is not laid out like any known source",
    )


def test_a_folder_with_nothing_known_says_what_was_looked_for(tmp_path):
    (tmp_path / "notes.txt").write_text("Dear all\n")
    with pytest.raises(InputError, match="File 7.*Rural Urban Classification.*python -m data download"):
        r.recognise(tmp_path)


def test_a_folder_with_nothing_known_names_what_it_holds_a_few_at_most(tmp_path):
    for number in range(7):
        (tmp_path / f"notes{number}.txt").write_text("Dear all\n")
    with pytest.raises(InputError) as refused:
        r.recognise(tmp_path)
    said = str(refused.value)
    assert "notes0.txt: is not laid out like any known source" in said and "; and 2 more" in said
    assert said.count("notes") == 5


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="is not a folder"):
        r.recognise(tmp_path / "nowhere")


def test_the_right_header_over_codes_of_another_geography_is_not_that_file(tmp_path):
    (tmp_path / "good.csv").write_text(made.lookup_district())
    (tmp_path / "msoa.csv").write_text(made.file_7().replace("E01900", "E02900"))
    recognised = r.recognise(tmp_path)
    assert [found.known.id for found in recognised.found] == ["lookup_lsoa21_district"]
    assert "E02900001" in str(recognised.near[0]) and "another geography" in str(recognised.near[0])


def test_a_header_without_rows_is_not_that_file(tmp_path):
    (tmp_path / "good.csv").write_text(made.lookup_district())
    (tmp_path / "bare.csv").write_text(made.file_7().splitlines()[0] + "\n")
    assert "no rows below it" in str(r.recognise(tmp_path).near[0])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_names_survive_every_encoding_official_files_come_in(tmp_path, encoding):
    (tmp_path / "gias.csv").write_bytes(made.gias().encode(encoding))
    found = r.recognise(tmp_path).found[0]
    names = tables.read(found, {"name": "establishmentname"})["name"]
    assert "Café Academy" in list(names)


def test_windows_1252_far_down_a_file_is_read_too(tmp_path):
    padding = [["1", "925", "1", "Plain School " + "x" * 200, "Other", "Open", "Primary", 1, 1, "E01900001"]] * 2000
    (tmp_path / "gias.csv").write_bytes(made.gias(padding + made.PROVIDERS).encode("cp1252"))
    names = tables.read(r.recognise(tmp_path).found[0], {"name": "establishmentname"})["name"]
    assert "Café Academy" in list(names)


def test_bytes_of_no_known_encoding_are_refused(tmp_path):
    (tmp_path / "gias.csv").write_bytes(made.gias().encode("cp1252").replace(b"Caf\xe9", b"Caf\x81"))
    with pytest.raises(InputError, match="neither UTF-8 nor Windows-1252"):
        tables.read(r.recognise(tmp_path).found[0], {"name": "establishmentname"})


def test_a_text_cut_in_its_last_line_is_refused(tmp_path):
    (tmp_path / "file7.csv").write_text(made.file_7()[:-30])
    with pytest.raises(InputError, match="is cut short"):
        tables.read(r.recognise(tmp_path).found[0], {"code": "lsoa code*"})


def test_a_last_line_without_an_end_is_no_cut(tmp_path):
    (tmp_path / "file7.csv").write_text(made.file_7().rstrip("\n"))
    assert len(tables.read(r.recognise(tmp_path).found[0], {"code": "lsoa code*"})) == len(made.AREAS)


@pytest.mark.parametrize("make", ["gz", "zip", "xlsx", "geojson"])
def test_a_damaged_file_is_a_fault_that_names_it(tmp_path, make):
    (tmp_path / "good.csv").write_text(made.lookup_district())
    whole = {
        "gz": lambda: gzip.compress(made.file_7().encode() * 50),
        "zip": lambda: _zipped(made.file_7()),
        "xlsx": lambda: _workbook(tmp_path),
        "geojson": lambda: made.boundaries().encode(),
    }[make]()
    (tmp_path / "damaged").write_bytes(whole[: len(whole) * 2 // 3])
    recognised = r.recognise(tmp_path)
    assert [fault.where for fault in recognised.damaged] == ["damaged"]


def _zipped(text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.csv", text)
    return out.getvalue()


def _workbook(folder):
    made.population_workbook(folder / "w.xlsx", {"2024": 1})
    content = (folder / "w.xlsx").read_bytes()
    (folder / "w.xlsx").unlink()
    return content


def test_a_header_on_line_four_of_a_csv_is_found(tmp_path):
    text = made.csv_text(made.FILE_7, made.rows_of_file_7(), above=[["Title"], [], ["Published 2025"]])
    (tmp_path / "x.csv").write_text(text)
    found = r.recognise(tmp_path).found[0]
    assert found.layout.header_row == 3
    assert list(tables.read(found, {"code": "lsoa code*"})["code"]) == list(made.AREAS)


@pytest.mark.parametrize("driver", ["GPKG", "ESRI Shapefile", "GeoJSON"])
def test_boundaries_are_known_in_every_map_format(tmp_path, driver):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_text(made.boundaries(field="lsoa21cd"))
    shapes = gpd.read_file(tmp_path / "in" / "a.json")
    (tmp_path / "out").mkdir()
    name = {"GPKG": "a.gpkg", "ESRI Shapefile": "a.shp", "GeoJSON": "a.geojson"}[driver]
    shapes.to_file(tmp_path / "out" / name, driver=driver)
    recognised = r.recognise(tmp_path / "out")
    assert [found.known.id for found in recognised.found] == ["boundaries_lsoa21"]
    assert recognised.unrecognised == ()  # the sidecars of a shapefile are part of it


def test_a_zipped_shapefile_is_known(tmp_path):
    (tmp_path / "a.json").write_text(made.boundaries())
    shapes = gpd.read_file(tmp_path / "a.json")
    (tmp_path / "parts").mkdir()
    shapes.to_file(tmp_path / "parts" / "a.shp")
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "shapes.zip", "w") as archive:
        for part in (tmp_path / "parts").iterdir():
            archive.write(part, part.name)
    found = r.recognise(tmp_path / "in").found
    assert [f.known.id for f in found] == ["boundaries_lsoa21"]
    assert len(tables.read(found[0], {"code": "lsoa21cd"})) == len(made.AREAS)


def test_a_directory_in_pieces_beside_the_whole_is_read_once(tmp_path):
    head, first, *_ = made.postcode_directory().splitlines(keepends=True)
    rows = [first * 200, first * 100, first * 50]
    text = head + "".join(rows)
    with zipfile.ZipFile(tmp_path / "onspd.zip", "w") as archive:
        archive.writestr("Data/ONSPD.csv", text)
        for n, row in enumerate(rows):
            archive.writestr(f"Data/multi_csv/{n}.csv", head + row)
    assert [f.inside for f in r.recognise(tmp_path).found] == ["Data/ONSPD.csv"]


def test_attributes_saved_as_json_are_read_as_a_table(tmp_path):
    rows = [{"attributes": {"LSOA21CD": code, "RUC21CD": "UN1"}} for code in made.AREAS]
    fields = [{"name": name, "type": "esriFieldTypeString"} for name in ("LSOA21CD", "RUC21CD")]
    (tmp_path / "x").write_text(json.dumps({"fields": fields, "features": rows}))
    assert ids(tmp_path) == ["ruc2021"]


@needs_opendata
def test_every_real_file_is_recognised():
    recognised = r.recognise(FOLDER)
    assert sorted({found.known.id for found in recognised.found}) == [
        "boundaries_lsoa21",
        "bus_timetables",
        "census2021_age_bands",
        "centres_lsoa21",
        "centroids_population_weighted",
        "dft2019_employment_large",
        "dft2019_employment_medium",
        "dft2019_employment_small",
        "dft2019_further_education",
        "dft2019_town_centres",
        "gias",
        "iod2025_file1",
        "iod2025_file3",
        "iod2025_file7",
        "ks5",
        "la_all_codes",
        "lookup_lsoa11_lsoa21",
        "lookup_lsoa21_district",
        "neet_by_council",
        "onspd",
        "population_lsoa11",
        "ruc2021",
        "state_of_the_nation",
    ]
    assert recognised.damaged == recognised.near == ()


def test_a_link_out_of_the_folder_is_not_followed_and_is_told(tmp_path):
    folder, outside = tmp_path / "official", tmp_path / "secret.csv"
    folder.mkdir()
    (folder / "good.csv").write_text(made.lookup_district())
    outside.write_text(made.file_7())
    (folder / "link.csv").symlink_to(outside)
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    (folder / "again.csv").symlink_to(folder / "good.csv")
    recognised = r.recognise(folder)
    assert [found.known.id for found in recognised.found] == ["lookup_lsoa21_district"]
    assert {fault.where for fault in recognised.damaged} == {"link.csv", "up"}
    assert all("leads out of the folder" in fault.problem for fault in recognised.damaged)


def test_a_workbook_with_a_stray_cell_in_the_last_corner_is_a_fault_and_does_not_end_the_build(tmp_path):
    (tmp_path / "good.csv").write_text(made.lookup_district())
    (tmp_path / "corner.xlsx").write_bytes(hostile.REFUSED["a stray cell in the last corner"])
    (fault,) = r.recognise(tmp_path).damaged
    assert fault.where == "corner.xlsx" and "of memory to open" in fault.problem


def test_archives_that_walk_out_or_are_made_of_blanks_are_faults_and_do_not_end_the_build(tmp_path):
    good = made.lookup_district().encode()
    (tmp_path / "good.csv").write_bytes(good)
    (tmp_path / "walks.zip").write_bytes(hostile.packed({"../../good.csv": good}))
    blanks = good + b"\n" * 70_000_000
    (tmp_path / "blanks.zip").write_bytes(hostile.packed({"good.csv": blanks}))
    (tmp_path / "blanks.csv.gz").write_bytes(gzip.compress(blanks, 9))
    recognised = r.recognise(tmp_path)
    told = {fault.where: fault.problem for fault in recognised.damaged}
    assert [found.path.name for found in recognised.found] == ["good.csv"]
    assert "lead out of the file's own folder" in told["walks.zip"]
    assert told["blanks.zip"] == told["blanks.csv.gz"] and "more than 300 times its size" in told["blanks.zip"]
