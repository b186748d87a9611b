"""Downloads against a real server on this machine that drops, lies, stalls and changes its mind."""

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import date
from functools import partial

import pytest
import requests
from tqdm import tqdm

from data.download.download import download
from data.download.http import CannotFetch, Patience, ask, new_session
from data.faults import InputError
from data.official.known import read_sources
from tests import ROOT
from tests.data.download.misbehaving_server import (
    MisbehavingServer,
    arcgis,
    drops,
    ignores_if_range,
    json_body,
    nomis,
    slow,
    status,
    whole,
)

TODAY = date(2026, 11, 24)
TABLE = b"code,name\r\n" + b"".join(b"X%05d,Nowhere %d\r\n" % (row, row) for row in range(400))
OTHER = TABLE.replace(b"Nowhere", b"Erehwon")
PAGE = b"<!DOCTYPE html><html><body>Service unavailable, sorry</body></html>"
ROWS = [{"FID": row, "LSOA21CD": f"E0100000{row}", "NAME": f'Place "{row}", north'} for row in range(1, 8)]


@pytest.fixture
def server():
    with MisbehavingServer() as running:
        yield running


@pytest.fixture
def waits():
    return []


@pytest.fixture
def fetch(server, waits, tmp_path):
    """Download sources given as keyword arguments id=(address or keys) into tmp_path/official."""

    def run(*, mirror=None, only=(), regions=(), read_seconds=5.0, tries=4, **given):
        sources = {}
        for id, keys in given.items():
            keys = {"address": keys} if isinstance(keys, str) else keys
            sources[id] = {"title": id, "kind": "file", "save_as": f"{id}.csv", "vintage": "2025"} | keys
        session = new_session()
        session.trust_env = False
        patience = Patience(tries=tries, read_seconds=read_seconds, sleep=waits.append)
        return download(
            sources,
            tmp_path / "official",
            today=TODAY,
            mirror=mirror,
            only=only,
            regions=regions,
            session=session,
            patience=patience,
        )

    run.folder = tmp_path / "official"
    return run


def faults_of(error: pytest.ExceptionInfo) -> str:
    return "\n".join(str(fault) for fault in error.value.faults)


# --- One file, fetched whole -----------------------------------------------------------------------------------------


def test_a_file_arrives_as_the_publisher_has_it(server, fetch):
    report = fetch(table=server.at("/t.csv", whole(TABLE)))
    assert (fetch.folder / "table.csv").read_bytes() == TABLE
    assert report.files[0].sha256 == hashlib.sha256(TABLE).hexdigest()


def test_nothing_but_finished_files_and_the_record_is_left(server, fetch):
    fetch(table=server.at("/t.csv", drops(TABLE, after=99, etag='"a"'), whole(TABLE, etag='"a"')))
    assert sorted(path.name for path in fetch.folder.iterdir()) == ["downloads.json", "table.csv"]


def test_a_complete_file_is_not_fetched_again(server, fetch):
    address = server.at("/t.csv", whole(TABLE))
    fetch(table=address)
    assert fetch(table=address).files[0].kept
    assert len(server.requests["/t.csv"]) == 1


def test_a_file_damaged_since_is_fetched_again(server, fetch):
    address = server.at("/t.csv", whole(TABLE))
    fetch(table=address)
    (fetch.folder / "table.csv").write_bytes(TABLE[:50])
    assert not fetch(table=address).files[0].kept
    assert (fetch.folder / "table.csv").read_bytes() == TABLE


def test_a_corrected_address_is_fetched_though_a_file_is_there(server, fetch):
    fetch(table=server.at("/old.csv", whole(OTHER)))
    fetch(table=server.at("/new.csv", whole(TABLE)))
    assert (fetch.folder / "table.csv").read_bytes() == TABLE


def test_a_file_put_there_by_hand_is_kept_as_it_is(server, fetch):
    fetch.folder.mkdir()
    (fetch.folder / "table.csv").write_bytes(OTHER)
    report = fetch(table=server.at("/t.csv", whole(TABLE)))
    assert report.files[0].kept and (fetch.folder / "table.csv").read_bytes() == OTHER


def test_a_web_page_put_there_by_hand_is_pointed_out_and_left(server, fetch):
    fetch.folder.mkdir()
    (fetch.folder / "table.csv").write_bytes(PAGE)
    with pytest.raises(InputError) as error:
        fetch(table=server.at("/t.csv", whole(TABLE)))
    assert "move it away" in faults_of(error) and (fetch.folder / "table.csv").read_bytes() == PAGE


# --- Lines that break ------------------------------------------------------------------------------------------------


def test_a_dropped_download_goes_on_from_where_it_stopped(server, fetch):
    fetch(table=server.at("/t.csv", drops(TABLE, after=1000, etag='"a"'), whole(TABLE, etag='"a"')))
    assert (fetch.folder / "table.csv").read_bytes() == TABLE
    assert server.requests["/t.csv"][1]["Range"] == "bytes=1000-"
    assert server.requests["/t.csv"][1]["If-Range"] == '"a"'


def test_a_later_run_goes_on_from_an_earlier_one(server, fetch):
    address = server.at("/t.csv", drops(TABLE, after=1000, etag='"a"'), status(503))
    with pytest.raises(InputError):
        fetch(table=address)
    assert not (fetch.folder / "table.csv").exists()
    server.at("/t.csv", whole(TABLE, etag='"a"'))
    fetch(table=address)
    assert server.requests["/t.csv"][-1]["Range"] == "bytes=1000-"
    assert (fetch.folder / "table.csv").read_bytes() == TABLE


def test_a_line_that_drops_often_but_gains_each_time_gets_there(server, fetch):
    fetch(table=server.at("/t.csv", *[drops(TABLE, after=900, etag='"a"')] * 9, whole(TABLE, etag='"a"')))
    assert (fetch.folder / "table.csv").read_bytes() == TABLE


def test_a_file_that_changes_between_tries_is_never_mixed(server, fetch):
    fetch(table=server.at("/t.csv", drops(TABLE, after=1000, etag='"a"'), whole(OTHER, etag='"b"')))
    assert (fetch.folder / "table.csv").read_bytes() == OTHER


def test_a_changed_file_is_not_mixed_even_by_a_server_that_ignores_if_range(server, fetch):
    fetch(table=server.at("/t.csv", drops(TABLE, after=1000, etag='"a"'), ignores_if_range(OTHER, etag='"b"')))
    assert (fetch.folder / "table.csv").read_bytes() == OTHER


def test_a_server_that_ignores_range_is_read_from_the_beginning(server, fetch):
    behaviours = drops(TABLE, after=1000, etag='"a"'), whole(TABLE, etag='"a"', ranges=False)
    fetch(table=server.at("/t.csv", *behaviours))
    assert (fetch.folder / "table.csv").read_bytes() == TABLE


def test_a_file_without_a_mark_is_begun_afresh(server, fetch):
    fetch(table=server.at("/t.csv", drops(TABLE, after=1000), whole(OTHER)))
    assert (fetch.folder / "table.csv").read_bytes() == OTHER
    assert "Range" not in server.requests["/t.csv"][1]


def test_a_known_checksum_vouches_for_a_file_without_a_mark(server, fetch):
    address = server.at("/t.csv", drops(TABLE, after=1000), whole(TABLE))
    fetch(table={"address": address, "sha256": hashlib.sha256(TABLE).hexdigest()})
    assert server.requests["/t.csv"][1]["Range"] == "bytes=1000-"


def test_a_part_that_is_longer_than_the_file_is_thrown_away(server, fetch):
    address = server.at("/t.csv", drops(TABLE, after=5000, etag='"a"'), status(416), whole(TABLE[:4000], etag='"a"'))
    fetch(table=address)
    assert (fetch.folder / "table.csv").read_bytes() == TABLE[:4000]


def test_a_slow_server_is_waited_for(server, fetch, waits):
    fetch(table=server.at("/t.csv", slow(TABLE, pause_seconds=0.15, etag='"a"')))
    assert (fetch.folder / "table.csv").read_bytes() == TABLE and waits == []


def test_a_server_that_stalls_is_asked_again_for_the_rest(server, fetch):
    fetch(
        table=server.at("/t.csv", slow(TABLE, pause_seconds=3, etag='"a"'), whole(TABLE, etag='"a"')),
        read_seconds=1,
    )
    assert (fetch.folder / "table.csv").read_bytes() == TABLE
    assert server.requests["/t.csv"][1]["If-Range"] == '"a"'


def test_a_file_that_always_stops_early_is_not_kept(server, fetch):
    with pytest.raises(InputError) as error:
        fetch(table=server.at("/t.csv", drops(TABLE, after=1000)))
    assert "broke off" in faults_of(error) and not (fetch.folder / "table.csv").exists()


# --- Servers in trouble ----------------------------------------------------------------------------------------------


def test_a_server_error_is_tried_again_with_growing_waits(server, fetch, waits):
    fetch(table=server.at("/t.csv", status(500), status(502), whole(TABLE)))
    assert waits == [1.0, 2.0]


def test_a_server_that_never_recovers_is_given_up(server, fetch, waits):
    with pytest.raises(InputError) as error:
        fetch(table=server.at("/t.csv", status(503)))
    assert "503" in faults_of(error) and len(waits) == 3


def test_a_busy_server_is_left_alone_as_long_as_it_asks(server, fetch, waits):
    fetch(table=server.at("/t.csv", status(429, Retry_After="7"), whole(TABLE)))
    assert waits == [7.0]


def test_a_busy_server_may_name_a_date(server, fetch, waits):
    named = status(429, Retry_After="Tue, 24 Nov 2026 10:00:30 GMT", Date="Tue, 24 Nov 2026 10:00:00 GMT")
    fetch(table=server.at("/t.csv", named, whole(TABLE)))
    assert waits == [30.0]


def test_a_server_that_asks_for_an_hour_is_not_waited_for(server, fetch, waits):
    with pytest.raises(InputError) as error:
        fetch(table=server.at("/t.csv", status(429, Retry_After="3600")))
    assert waits == [] and "60 min" in faults_of(error)


def test_a_missing_file_names_the_address_and_the_key_to_correct(server, fetch):
    with pytest.raises(InputError) as error:
        fetch(table=f"{server.address}/moved.csv")
    assert f"{server.address}/moved.csv" in faults_of(error)
    assert "`address` under [table] in data/sources.toml" in faults_of(error)


def test_a_missing_file_is_not_asked_for_again(server, fetch):
    with pytest.raises(InputError):
        fetch(table=f"{server.address}/moved.csv")
    assert len(server.requests["/moved.csv"]) == 1


def test_every_fault_comes_at_once_and_the_other_files_are_kept(server, fetch):
    with pytest.raises(InputError) as error:
        fetch(gone=f"{server.address}/gone", good=server.at("/t.csv", whole(TABLE)), page=server.at("/p", whole(PAGE)))
    assert [fault.where for fault in error.value.faults] == ["gone", "page"]
    assert (fetch.folder / "good.csv").read_bytes() == TABLE


def test_a_redirect_within_http_is_followed(server, fetch):
    server.at("/t.csv", whole(TABLE))
    fetch(table=server.at("/old", status(302, Location="/t.csv")))
    assert (fetch.folder / "table.csv").read_bytes() == TABLE


@pytest.mark.parametrize("to", ["file:///etc/hostname", "ftp://127.0.0.1/t.csv"])
def test_a_redirect_out_of_http_is_refused(server, fetch, to):
    with pytest.raises(InputError) as error:
        fetch(table=server.at("/old", status(302, Location=to)))
    assert "not an http or https address" in faults_of(error)


def test_a_redirect_in_a_circle_is_refused(server, fetch):
    with pytest.raises(InputError) as error:
        fetch(table=server.at("/old", status(302, Location="/old")))
    assert "without end" in faults_of(error)


def test_a_server_that_is_not_there_is_a_fault(fetch):
    with pytest.raises(InputError) as error:
        fetch(table="http://127.0.0.1:9/t.csv")
    assert "could not be reached" in faults_of(error)


def test_a_server_that_is_not_there_is_tried_once_for_its_other_files(fetch, waits):
    with pytest.raises(InputError) as error:
        fetch(a="http://127.0.0.1:9/a.csv", b="http://127.0.0.1:9/b.csv")
    assert len(waits) == 3 and "tried once" in str(error.value.faults[1])


def test_a_redirect_from_https_to_http_is_refused():
    """There is no https server in the tests, so the answer is made by hand."""

    class Downgraded:
        def get(self, address, **_):
            first, last = requests.Response(), requests.Response()
            first.url, last.url, last.history = address, "http://127.0.0.1/t.csv", [first]
            first.raw = last.raw = io.BytesIO()
            last.status_code = 200
            return last

    with pytest.raises(CannotFetch, match="without protection"):
        ask(Downgraded(), "https://example.org/t.csv", Patience())


# --- Content that is not what it should be ---------------------------------------------------------------------------


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("save_as", "content", "said"),
    [
        ("a.csv", PAGE, "web page"),
        ("a.csv", b"\xef\xbb\xbf\r\n <HTML>", "web page"),
        ("a.csv", b'{"error": "no, sorry"}', "JSON"),
        ("a.csv", zipped(a__csv=TABLE), "compressed"),
        ("a.csv", b"code\r\nX1\r\n", "no comma"),
        ("a.csv", b"", "empty"),
        ("a.zip", PAGE, "web page"),
        ("a.zip", zipped(a__csv=TABLE)[:2000], "truncated"),
        ("a.zip", zipped(a__csv=TABLE).replace(b"Nowhere 7\r", b"Nowhere 8\r", 1), "checksum"),
        ("a.xlsx", PAGE, "web page"),
        ("a.xlsx", zipped(a__csv=TABLE), "[Content_Types].xml"),
        ("a.ods", zipped(a__csv=TABLE)[:2000], "truncated"),
        ("a.csv.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x01\x02", "gzip"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "cut short"),
        ("a.gpkg", b"code,name\r\n", "GeoPackage"),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(server, fetch, save_as, content, said):
    with pytest.raises(InputError) as error:
        fetch(table={"address": server.at("/t", whole(content)), "save_as": save_as})
    assert said in faults_of(error)
    assert not fetch.folder.exists()


def test_a_table_cut_short_by_a_server_that_names_no_length_is_refused(server, fetch):
    with pytest.raises(InputError) as error:
        fetch(table=server.at("/t", whole(TABLE[:2003], length=False)))
    assert "cut short" in faults_of(error)


def test_a_windows_1252_table_is_let_through(server, fetch):
    content = "URN,Name\r\n1,Caf\xe9 College\r\n".encode("cp1252")
    fetch(table=server.at("/t", whole(content)))
    assert (fetch.folder / "table.csv").read_bytes() == content


def test_a_wrong_checksum_keeps_nothing_and_says_what_to_do(server, fetch):
    with pytest.raises(InputError) as error:
        fetch(table={"address": server.at("/t", whole(OTHER)), "sha256": hashlib.sha256(TABLE).hexdigest()})
    assert "replaced the file" in faults_of(error) and "correct `sha256`" in faults_of(error)
    assert not fetch.folder.exists()


def test_a_right_checksum_may_be_written_in_capitals(server, fetch):
    fetch(table={"address": server.at("/t", whole(TABLE)), "sha256": hashlib.sha256(TABLE).hexdigest().upper()})
    assert (fetch.folder / "table.csv").exists()


# --- ArcGIS ----------------------------------------------------------------------------------------------------------


def layer(address: str, save_as: str = "layer.csv") -> dict:
    return {"kind": "arcgis", "address": address, "save_as": save_as}


def test_all_pages_of_a_service_become_one_table(server, fetch):
    fetch(layer=layer(server.at("/query", arcgis(ROWS, most=3))))
    with (fetch.folder / "layer.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [{key: str(value) for key, value in row.items()} for row in ROWS]


def test_boundaries_become_geojson_with_every_feature(server, fetch):
    fetch(layer=layer(server.at("/query", arcgis(ROWS, most=3)), "layer.geojson"))
    read = json.loads((fetch.folder / "layer.geojson").read_text(encoding="utf-8"))
    assert [feature["properties"] for feature in read["features"]] == ROWS
    assert server.queries["/query"][1]["outSR"] == "4326"


def test_a_services_own_conditions_are_kept(server, fetch):
    fetch(layer=layer(server.at("/query", arcgis(ROWS)) + "?where=LAD25CD%3D%27E07000138%27&outFields=LSOA21CD&f=json"))
    assert {query["where"] for query in server.queries["/query"]} == {"LAD25CD='E07000138'"}


def test_an_error_inside_a_200_answer_is_a_fault(server, fetch):
    with pytest.raises(InputError) as error:
        fetch(layer=layer(server.at("/query", json_body({"error": {"code": 400, "message": "Invalid URL"}}))))
    assert "error 400 Invalid URL" in faults_of(error)


def test_a_passing_error_inside_a_200_answer_is_tried_again(server, fetch, waits):
    busy = json_body({"error": {"code": 504, "message": "Timed out"}})
    fetch(layer=layer(server.at("/query", busy, arcgis(ROWS))))
    assert waits == [1.0] and (fetch.folder / "layer.csv").exists()


def test_a_page_that_breaks_off_is_asked_for_again(server, fetch):
    broken = drops(json.dumps({"features": [{"attributes": row} for row in ROWS]}).encode(), after=60)
    fetch(layer=layer(server.at("/query", arcgis(ROWS), broken, arcgis(ROWS))))
    assert (fetch.folder / "layer.csv").read_text(encoding="utf-8").count("\n") == len(ROWS) + 1


def test_a_service_with_fewer_features_than_it_counts_is_refused(server, fetch):
    with pytest.raises(InputError) as error:
        fetch(layer=layer(server.at("/query", arcgis(ROWS, count=9))))
    assert "counts more" in faults_of(error) and not (fetch.folder / "layer.csv").exists()


def test_a_service_that_repeats_its_first_page_is_refused(server, fetch):
    with pytest.raises(InputError) as error:
        fetch(layer=layer(server.at("/query", arcgis(ROWS, most=3, moving=False))))
    assert "twice" in faults_of(error) and not fetch.folder.exists()


def test_a_service_that_answers_a_web_page_is_refused(server, fetch):
    with pytest.raises(InputError) as error:
        fetch(layer=layer(server.at("/query", whole(PAGE))))
    assert "not JSON" in faults_of(error)


# --- Nomis and GIAS --------------------------------------------------------------------------------------------------

NOMIS_HEADER = ["GEOGRAPHY_CODE", "C_AGE_NAME", "OBS_VALUE", "RECORD_COUNT"]


def nomis_rows(count: int, said: int) -> list[list[str]]:
    return [[f"E01{row:06}", "Age 16", str(row % 40), str(said)] for row in range(count)]


def test_a_nomis_query_longer_than_one_call_is_read_to_its_end(server, fetch):
    rows = nomis_rows(60_001, 60_001)
    fetch(people={"kind": "nomis", "address": server.at("/nomis.data.csv", nomis(NOMIS_HEADER, rows)) + "?gender=0"})
    with (fetch.folder / "people.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [NOMIS_HEADER, *rows]
    assert [query["recordoffset"] for query in server.queries["/nomis.data.csv"]] == ["0", "25000", "50000"]
    assert {query["gender"] for query in server.queries["/nomis.data.csv"]} == {"0"}


def test_a_nomis_query_with_rows_missing_is_refused(server, fetch):
    rows = nomis_rows(30_000, 30_009)
    with pytest.raises(InputError) as error:
        fetch(people={"kind": "nomis", "address": server.at("/nomis.data.csv", nomis(NOMIS_HEADER, rows))})
    assert "30,000 of 30,009 rows" in faults_of(error)


def test_a_nomis_query_that_does_not_count_is_read_to_a_short_page(server, fetch):
    rows = [row[:3] for row in nomis_rows(50_000, 0)]
    fetch(people={"kind": "nomis", "address": server.at("/nomis.data.csv", nomis(NOMIS_HEADER[:3], rows))})
    assert (fetch.folder / "people.csv").read_text(encoding="utf-8").count("\n") == 50_001


def test_a_nomis_query_that_is_wrong_is_refused(server, fetch):
    with pytest.raises(InputError) as error:
        fetch(people={"kind": "nomis", "address": server.at("/nomis.data.csv", whole(b"Dataset not found"))})
    assert "without a table" in faults_of(error)


@pytest.mark.parametrize("placeholder", ["{date}", "{YYYYMMDD}"])
def test_the_newest_schools_register_is_found_by_walking_back(server, fetch, placeholder):
    server.at("/edubase20261121.csv", whole(TABLE))
    report = fetch(gias={"kind": "gias", "address": f"{server.address}/edubase{placeholder}.csv"})
    assert report.files[0].address.endswith("/edubase20261121.csv")


def test_a_schools_register_that_is_nowhere_is_looked_for_on_31_days(server, fetch):
    with pytest.raises(InputError) as error:
        fetch(gias={"kind": "gias", "address": f"{server.address}/edubase{{date}}.csv"})
    assert len(server.requests) == 31 and "last 30 days" in faults_of(error)


# --- Mirrors and choices ---------------------------------------------------------------------------------------------


def test_a_mirror_folder_replaces_every_address(fetch, tmp_path):
    mirror = tmp_path / "mirror"
    (mirror / "geography").mkdir(parents=True)
    (mirror / "geography" / "layer.csv").write_bytes(TABLE)
    fetch(mirror=str(mirror), layer=layer("http://127.0.0.1:9/query", "geography/layer.csv"))
    assert (fetch.folder / "geography" / "layer.csv").read_bytes() == TABLE


def test_a_mirror_on_the_network_replaces_every_address(server, fetch):
    server.at("/copies/layer%20one.csv", whole(TABLE))
    fetch(mirror=f"{server.address}/copies/", layer=layer("http://127.0.0.1:9/query", "layer one.csv"))
    assert (fetch.folder / "layer one.csv").read_bytes() == TABLE


def test_a_file_that_a_mirror_lacks_is_a_fault(fetch, tmp_path):
    with pytest.raises(InputError) as error:
        fetch(mirror=str(tmp_path), table="http://127.0.0.1:9/t.csv")
    assert "the mirror has no file table.csv" in faults_of(error)


def test_a_truncated_file_on_a_mirror_is_refused(fetch, tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped(a__csv=TABLE)[:2000])
    with pytest.raises(InputError) as error:
        fetch(mirror=str(tmp_path), table={"address": "http://127.0.0.1:9/", "save_as": "a.zip"})
    assert "truncated" in faults_of(error)


def test_where_nothing_could_be_had_no_empty_folder_is_left(fetch, tmp_path):
    with pytest.raises(InputError):
        fetch(mirror=str(tmp_path), table={"address": "http://127.0.0.1:9/", "save_as": "deep/down/a.csv"})
    assert not fetch.folder.exists()


def test_a_source_without_an_address_is_named_and_is_no_fault(fetch):
    report = fetch(census={"kind": "manual", "title": "Census"})
    assert [source["title"] for source in report.by_hand] == ["Census"]


def test_a_source_without_an_address_is_taken_from_a_mirror_that_has_it(fetch, tmp_path):
    (tmp_path / "census.csv").write_bytes(TABLE)
    assert fetch(mirror=str(tmp_path), census={"kind": "manual"}).files[0].file == "census.csv"


def test_only_the_sources_asked_for_are_fetched(server, fetch):
    a, b = server.at("/a", whole(TABLE)), server.at("/b", whole(TABLE))
    assert [file.id for file in fetch(only=("b",), a=a, b=b).files] == ["b"]


def test_an_optional_source_is_fetched_only_when_asked_for(server, fetch):
    optional = {"address": server.at("/a", whole(TABLE)), "optional": True}
    assert fetch(a=optional).files == ()
    assert len(fetch(only=("a",), a=optional).files) == 1


def test_an_unknown_id_is_refused_with_the_known_ones(fetch):
    with pytest.raises(InputError) as error:
        fetch(only=("b",), a="http://127.0.0.1:9/")
    assert "Known: a." in faults_of(error) and not fetch.folder.exists()


def test_a_file_published_by_region_needs_a_region_that_there_is(server, fetch):
    source = {
        "address": f"{server.address}/{{region}}/",
        "save_as": "{region}.csv",
        "optional": True,
        "regions": ["east_midlands", "yorkshire"],
    }
    assert fetch(buses=source).files == ()
    with pytest.raises(InputError) as error:
        fetch(only=("buses",), buses=source)
    assert "as in --region east_midlands, which is one of east_midlands, yorkshire." in faults_of(error)
    with pytest.raises(InputError) as error:
        fetch(regions=("Yorkshire", "humber"), buses=source)
    assert "--region Yorkshire: must be written like east_midlands." in faults_of(error)
    assert "--region humber: is not a region of buses. Known: east_midlands, yorkshire." in faults_of(error)


def test_the_files_of_several_regions_are_fetched_where_they_are_named(server, fetch):
    regions = ("east_midlands", "yorkshire")
    source = {"address": f"{server.address}/{{region}}/", "save_as": "timetables/{region}.csv", "optional": True}
    server.at("/east_midlands/", whole(TABLE))
    with pytest.raises(InputError) as error:
        fetch(regions=regions, buses=source)
    assert "Correct `address` under [buses] in data/sources.toml" in faults_of(error)
    server.at("/yorkshire/", whole(TABLE))
    files = fetch(regions=regions, buses=source).files
    assert [(file.id, file.file) for file in files] == [
        (f"buses {region}", f"timetables/{region}.csv") for region in regions
    ]


@pytest.mark.parametrize("save_as", ["../a.csv", "/a.csv", "", "a\\b.csv"])
def test_a_source_cannot_be_saved_outside_the_folder(fetch, save_as):
    with pytest.raises(InputError) as error:
        fetch(a={"address": "http://127.0.0.1:9/", "save_as": save_as})
    assert "inside the folder" in faults_of(error)


@pytest.mark.parametrize("keys", [{"address": "file:///etc/hostname"}, {"kind": "torrent"}, {"address": ""}])
def test_a_source_that_cannot_be_fetched_is_refused_before_anything_is(fetch, keys):
    with pytest.raises(InputError):
        fetch(a={"address": "http://127.0.0.1:9/"} | keys)
    assert not fetch.folder.exists()


def test_a_record_that_cannot_be_read_is_a_fault(server, fetch):
    fetch.folder.mkdir()
    (fetch.folder / "downloads.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="Delete it"):
        fetch(a=server.at("/a", whole(TABLE)))


# --- The sources and the command -------------------------------------------------------------------------------------


def test_every_source_of_the_project_can_be_used(tmp_path):
    """Nothing is fetched: an empty mirror has none of them, and that is all that is wrong."""
    with pytest.raises(InputError) as error:
        download(read_sources(), tmp_path / "official", today=TODAY, mirror=str(tmp_path))
    assert all("the mirror has no file" in fault.problem for fault in error.value.faults)


def command(*arguments: str) -> subprocess.CompletedProcess:
    program = (
        "import argparse, sys; from data.download import download; from data.command_line import run; "
        "parser = argparse.ArgumentParser(); download.add_arguments(parser); "
        "sys.exit(run(download.download_command, parser.parse_args()))"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


def test_the_command_prints_one_json_object_and_nothing_else(tmp_path):
    (tmp_path / "timetables").mkdir()
    (tmp_path / "timetables" / "naptan.csv").write_bytes(TABLE)
    to = tmp_path / "official"
    done = command("--to", str(to), "--mirror", str(tmp_path), "--only", "naptan", "--json")
    assert done.returncode == 0 and done.stderr == ""
    assert json.loads(done.stdout)["files"][0]["file"] == "timetables/naptan.csv"


def test_the_command_ends_with_2_and_every_fault(tmp_path):
    done = command("--to", str(tmp_path / "official"), "--mirror", str(tmp_path), "--only", "naptan", "--only", "onspd")
    assert done.returncode == 2 and done.stdout == ""
    assert "naptan:" in done.stderr and "onspd:" in done.stderr


def test_no_bar_is_drawn_into_a_log(tmp_path):
    (tmp_path / "timetables").mkdir()
    (tmp_path / "timetables" / "naptan.csv").write_bytes(TABLE)
    done = command("--to", str(tmp_path / "official"), "--mirror", str(tmp_path), "--only", "naptan")
    assert done.returncode == 0 and "%" not in done.stderr and "timetables/naptan.csv" in done.stderr


def test_a_terminal_is_shown_how_far_it_is(server, tmp_path):
    shown = io.StringIO()
    sources = {"table": {"title": "t", "kind": "file", "save_as": "t.csv", "address": server.at("/t", whole(TABLE))}}
    download(sources, tmp_path / "official", today=TODAY, progress=partial(tqdm, file=shown, mininterval=0))
    assert "table: 100%" in shown.getvalue()
