"""Each way in which a timetable is wrong gets one sentence that says so, or is counted, and is never routed."""

import io
import zipfile
from datetime import date

import pytest

from data import timetables
from data.faults import InputError
from data.timetables import tables as csv_tables
from tests.data.timetables.feeds import DAY, Tables, calendar, csv_bytes, plain_tables, stop, visit, write


def refusal(path, day=DAY) -> str:
    with pytest.raises(InputError) as refused:
        timetables.read(path, day)
    return str(refused.value)


def told(path, kind: str) -> timetables.Counted:
    """Return what is said of a kind, of a feed whose good journeys are read all the same."""
    read = timetables.read(path, DAY)
    assert {"t1", "t2"} <= set(read.trips["trip_id"])
    return next(each for each in read.warnings if each.kind == kind)


def with_journey(trip: str, visits: list, **more) -> Tables:
    tables = plain_tables()
    tables["trips.txt"].append({"trip_id": trip, "route_id": "r", "service_id": "week"} | more)
    tables["stop_times.txt"] += visits
    return tables


@pytest.mark.parametrize("table", ["stops.txt", "stop_times.txt", "trips.txt", "routes.txt"])
@pytest.mark.parametrize("there", ["absent", "empty"])
def test_a_feed_without_a_table_that_it_needs_is_refused(tmp_path, table, there):
    tables = plain_tables()
    del tables[table]
    more = {table: b""} if there == "empty" else {}
    said = "has an empty" if there == "empty" else "has no"
    assert f"feed.zip: {said} {table}" in refusal(write(tmp_path / "feed.zip", tables | more))


def test_a_feed_without_a_calendar_is_refused(tmp_path):
    tables = plain_tables()
    del tables["calendar.txt"]
    assert "has neither calendar.txt nor calendar_dates.txt" in refusal(write(tmp_path / "feed.zip", tables))


def test_all_faults_of_all_files_are_told_at_once(tmp_path):
    (tmp_path / "empty.zip").touch()
    (tmp_path / "text.zip").write_text("not a zip", encoding="utf-8")
    write(tmp_path / "bare.zip", {"agency.txt": plain_tables()["agency.txt"]})
    said = refusal(tmp_path)
    assert "empty.zip: is empty (0 bytes)" in said
    assert "text.zip: cannot be opened as a zip" in said
    assert all(f"bare.zip: has no {table}" in said for table in ("stops.txt", "stop_times.txt"))


def test_a_zip_in_a_zip_is_refused_with_the_name_of_the_inner_one(tmp_path):
    inner = write(tmp_path / "inner.zip", plain_tables())
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in (write(folder / "outer.zip", {"inner.zip": inner.read_bytes()}), folder):
        assert "outer.zip: holds another zip (inner.zip). Unpack it once" in refusal(path)


@pytest.mark.parametrize("name", ["../stops.txt", "/etc/stops.txt", "a\\..\\..\\stops.txt", "C:\\stops.txt"])
def test_names_that_lead_out_of_the_zip_are_refused(tmp_path, name):
    path = write(tmp_path / "feed.zip", plain_tables())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"x")
    assert "names that lead out of the file's own folder" in refusal(path)


def test_a_zip_that_would_unpack_to_far_too_much_is_refused_unopened(tmp_path):
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("stops.txt", "w") as file:
        for _ in range(80):
            file.write(bytes(1 << 20))
    assert "more than any timetable holds. Nothing was unpacked." in refusal(path)


@pytest.mark.parametrize("at", ["first", "last"])
def test_a_quotation_mark_that_is_never_closed_is_refused_with_its_line(tmp_path, at):
    tables = plain_tables()
    lines = csv_bytes(tables["stop_times.txt"]).decode().splitlines()
    number = 1 if at == "first" else len(lines) - 1
    lines[number] = '"' + lines[number]
    broken = tables | {"stop_times.txt": "\n".join([*lines, ""]).encode()}
    said = refusal(write(tmp_path / "feed.zip", broken))
    assert f"feed, stop_times.txt: has a quotation mark that is never closed, in line {number + 1}" in said


def test_a_quotation_mark_that_swallows_a_thousand_lines_is_refused(tmp_path):
    lines = csv_bytes(plain_tables()["stop_times.txt"]).decode().splitlines()
    lines[2] = '"' + lines[2]
    table = "\n".join([*lines, *["a"] * 5_000, 'b"', ""])
    said = refusal(write(tmp_path / "feed.zip", plain_tables() | {"stop_times.txt": table.encode()}))
    assert "has a quotation mark that is never closed, in line 3" in said


def test_a_stream_that_is_closed_hands_on_nothing_more():
    stream = csv_tables._Lines(io.BytesIO(b"a,b\n1,2\n"))  # noqa: SLF001  Arrow reads on in a thread of its own
    assert stream.read(4) == b"a,"
    stream.close()
    assert stream.read(4) == b""


@pytest.mark.parametrize("ends", ["\n", ""])
@pytest.mark.parametrize(
    ("table", "cell", "lines"),
    [("stop_times.txt", "t", [2, 5]), ("stops.txt", "Stop", [1, 3]), ("trips.txt", "t", [1])],
)
def test_marks_that_swallow_lines_are_refused_whether_they_are_one_or_two(tmp_path, table, cell, lines, ends):
    rows = csv_bytes(plain_tables()[table]).decode().splitlines()
    for number in lines:
        rows[number] = rows[number].replace(cell, f'"{cell}', 1)
    broken = plain_tables() | {table: ("\n".join(rows) + ends).encode()}
    said = refusal(write(tmp_path / "feed.zip", broken))
    assert f"feed, {table}: has a quotation mark that is never closed, in line {lines[0] + 1}" in said


def test_quotation_marks_and_line_ends_within_names_are_read_as_they_are(tmp_path):
    tables = plain_tables()
    stops = csv_bytes(tables["stops.txt"]).decode().replace("Stop B", '"The ""Bell"",\nHigh St"')
    read = timetables.read(write(tmp_path / "feed.zip", tables | {"stops.txt": stops.encode()}), DAY)
    assert read.stops["name"].tolist() == ["Stop A", 'The "Bell",\nHigh St', "Stop C"]


def test_a_single_mark_within_a_name_is_read_as_it_is(tmp_path):
    tables = plain_tables()
    stops = csv_bytes(tables["stops.txt"]).decode().replace("Stop C", '5" gauge')
    read = timetables.read(write(tmp_path / "feed.zip", tables | {"stops.txt": stops.encode()}), DAY)
    assert read.stops["name"].tolist() == ["Stop A", "Stop B", '5" gauge']


def test_a_table_without_a_column_that_it_needs_is_refused_with_the_columns_it_has(tmp_path):
    rows = [{"trip_id": "t1", "stop": "A"}]
    said = refusal(write(tmp_path / "feed.zip", plain_tables() | {"stop_times.txt": rows}))
    assert "feed, stop_times.txt: has no column arrival_time, departure_time, stop_id, stop_sequence" in said
    assert "Its first line has trip_id, stop." in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace(b"\r\n", b"\r"), "has line ends that are neither those of Windows nor of Unix"),
        (lambda text: text.decode().encode("utf-16"), "is in UTF-16. Save it as UTF-8."),
        (lambda text: text.replace(b",", b";"), "has no column"),
    ],
)
def test_a_table_in_another_form_is_refused(tmp_path, change, said):
    tables = plain_tables()
    changed = {"stop_times.txt": change(csv_bytes(tables["stop_times.txt"]))}
    assert f"feed, stop_times.txt: {said}" in refusal(write(tmp_path / "feed.zip", tables | changed))


def test_a_damaged_zip_is_refused(tmp_path):
    path = write(tmp_path / "feed.zip", plain_tables())
    data = bytearray(path.read_bytes())
    data[data.find(b"stop_times.txt") + 40] ^= 0xFF
    path.write_bytes(bytes(data))
    assert "feed, stop_times.txt: is damaged" in refusal(path)


def test_a_feed_of_last_year_is_refused_with_its_days(tmp_path):
    path = write(tmp_path / "feed.zip", plain_tables())
    said = refusal(path, date(2027, 9, 14))
    assert "Tuesday 14 September 2027: it is outside the calendar" in said
    assert "the nearest first: Fri 2 October 2026" in said


def test_one_old_file_among_several_is_named(tmp_path):
    old = plain_tables() | {"calendar.txt": [calendar("week", first=date(2025, 9, 1), last=date(2025, 12, 1))]}
    write(tmp_path / "bus.zip", plain_tables())
    write(tmp_path / "rail.zip", old)
    said = refusal(tmp_path)
    assert "it is outside the calendar of rail (1 September 2025 to 1 December 2025)" in said


def test_times_without_noughts_and_a_byte_order_mark_are_read(tmp_path):
    tables = plain_tables()
    tables["stop_times.txt"][0] |= {"arrival_time": "7:0:5", "departure_time": " 7:0:5"}
    read = timetables.read(write(tmp_path / "feed.zip", tables, "utf-8-sig"), DAY)
    assert read.departure.min() == 7 * 3600 + 5
    assert read.warnings == ()


def test_names_in_windows_1252_are_read(tmp_path):
    tables = plain_tables()
    tables["stops.txt"][0]["stop_name"] = "Café – Llŷn".replace("ŷ", "y")
    tables["stops.txt"][0]["stop_id"] = tables["stop_times.txt"][0]["stop_id"] = tables["stop_times.txt"][3][
        "stop_id"
    ] = "Ä"
    read = timetables.read(write(tmp_path / "feed.zip", tables, "cp1252"), DAY)
    assert read.stops.set_index("stop_id").at["Ä", "name"] == "Café – Llyn"


def test_a_feed_in_a_folder_of_the_zip_is_read_and_what_a_mac_adds_is_not(tmp_path):
    tables = {f"gtfs/{name}": rows for name, rows in plain_tables().items()}
    path = write(tmp_path / "feed.zip", tables | {"__MACOSX/gtfs/._stops.txt": b"\x00\x05"})
    assert len(timetables.read(path, DAY).trips) == 2


def test_a_hundred_services_without_a_day_are_counted(tmp_path):
    tables = plain_tables()
    tables["calendar.txt"] += [calendar(f"never{at:03d}", "0000000") for at in range(100)]
    said = told(write(tmp_path / "feed.zip", tables), "no_day")
    assert said.count == 100
    assert said.sentence == "Services that run on no day, left out with their journeys: 100, such as never000 (feed)."


@pytest.mark.parametrize(
    ("kind", "visits"),
    [
        ("backwards", [("A", "08:00:00"), ("B", "07:59:00")]),
        ("too_long", [("A", "08:00:00"), ("B", "81:00:00")]),
        ("one_stop", [("A", "08:00:00")]),
        ("unknown_stop", [("A", "08:00:00"), ("lost", "08:05:00"), ("C", "08:10:00")]),
        ("bad_time", [("A", "08:00:00"), ("B", "soon"), ("C", "08:10:00")]),
        ("untimed_end", [("A", ""), ("B", "08:05:00"), ("C", "08:10:00")]),
        ("stop_nowhere", [("A", "08:00:00"), ("zero", "08:05:00"), ("C", "08:10:00")]),
        ("stop_nowhere", [("A", "08:00:00"), ("origin", "08:05:00"), ("C", "08:10:00")]),
        ("stop_misplaced", [("A", "08:00:00"), ("B", "08:03:00"), ("sea", "08:05:00"), ("C", "08:10:00")]),
    ],
)
def test_what_cannot_be_is_counted_and_never_routed(tmp_path, kind, visits):
    tables = with_journey("odd", [visit("odd", at, name, time) for at, (name, time) in enumerate(visits)])
    tables["stops.txt"] += [stop("zero", 0, 0) | {"stop_lat": "0", "stop_lon": "0.0"}, stop("origin", 0, 0)]
    tables["stops.txt"].append(stop("sea", 640_000, 400_000))
    path = write(tmp_path / "feed.zip", tables)
    assert told(path, kind).count == {"bad_time": 2}.get(kind, 1)
    read = timetables.read(path, DAY)
    odd = read.trip == read.trips.index[read.trips["trip_id"] == "odd"].max()
    left = [name for name, _ in visits if name in "ABC"]
    bridged = {"unknown_stop": 1, "bad_time": 2, "untimed_end": 1, "stop_nowhere": 1, "stop_misplaced": 2}
    assert odd.sum() == bridged.get(kind, 0)
    assert set(read.stops["stop_id"]) == {"A", "B", "C"} >= set(left)


def test_stops_in_wales_are_read_like_any_other(tmp_path):
    tables = with_journey("wales", [visit("wales", 0, "W1", "08:00:00"), visit("wales", 1, "W2", "08:09:00")])
    tables["stops.txt"] += [stop("W1", 330_000, 362_000), stop("W2", 333_000, 362_000)]
    read = timetables.read(write(tmp_path / "feed.zip", tables), DAY)
    assert {"W1", "W2"} <= set(read.stops["stop_id"])
    assert read.warnings == ()


def test_a_row_with_too_many_cells_is_counted(tmp_path):
    tables = plain_tables()
    rows = csv_bytes(tables["stop_times.txt"]) + b"t1,9,C,08:00:00,08:00:00,surplus\r\n"
    assert told(write(tmp_path / "feed.zip", tables | {"stop_times.txt": rows}), "broken_row").count == 1


def test_a_broken_row_in_windows_1252_is_counted_too(tmp_path):
    tables = plain_tables()
    rows = csv_bytes(tables["stops.txt"]) + "D,Caf\u00e9".encode("cp1252")
    assert "Café" in told(write(tmp_path / "feed.zip", tables | {"stops.txt": rows}), "broken_row").example


def test_a_number_that_two_stops_of_a_journey_share_is_counted(tmp_path):
    tables = plain_tables()
    tables["stop_times.txt"].append(visit("t1", 1, "C", "07:15:00"))
    assert told(write(tmp_path / "feed.zip", tables), "repeated_sequence").count == 1


def test_an_id_on_two_rows_that_differ_is_counted_and_one_on_two_that_are_the_same_is_not(tmp_path):
    tables = plain_tables()
    tables["stops.txt"] += [tables["stops.txt"][0], tables["stops.txt"][1] | {"stop_name": "Another"}]
    assert told(write(tmp_path / "feed.zip", tables), "repeated_id").example == "B (feed, stops.txt)"


def test_other_zips_and_copies_in_a_folder_are_passed_over_and_told(tmp_path):
    path = write(tmp_path / "feed.zip", plain_tables())
    (tmp_path / "again.zip").write_bytes(path.read_bytes())
    write(tmp_path / "map.zip", {"map.shp": b"x"})
    assert told(tmp_path, "not_a_feed").example == "map.zip"
    assert told(tmp_path, "same_file").count == 1


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("routes.txt", {"route_type": 1700}, "no mode of travel.toml covers, left out: 2, such as route type 1700."),
        ("calendar.txt", {"end_date": "31/10/2026"}, "not written like 20260915, left out: 1, such as '31/10/2026'."),
        ("trips.txt", {"service_id": "other"}, "Journeys of a service that no calendar has, left out: 2, such as t1."),
    ],
)
def test_where_nothing_runs_what_was_left_out_says_why(tmp_path, table, change, said):
    tables = plain_tables()
    for row in tables[table]:
        row.update(change)
    told_of = refusal(write(tmp_path / "feed.zip", tables))
    assert "No service runs on any day" in told_of and said in told_of


def test_a_feed_with_latitude_and_longitude_swapped_is_told_with_what_it_has(tmp_path):
    tables = plain_tables()
    for row in tables["stops.txt"]:
        row["stop_lat"], row["stop_lon"] = row["stop_lon"], row["stop_lat"]
    write(tmp_path / "other.zip", tables)
    write(tmp_path / "feed.zip", plain_tables())
    assert "other (latitude '-0." in told(tmp_path, "feed_elsewhere").sentence


def test_a_route_type_as_a_spreadsheet_writes_it_is_read(tmp_path):
    tables = plain_tables()
    tables["routes.txt"][0]["route_type"] = "3.0"
    assert set(timetables.read(write(tmp_path / "feed.zip", tables), DAY).trips["mode"]) == {"bus"}


def test_nothing_to_read_is_told(tmp_path):
    assert "No timetable was found" in refusal(tmp_path)
    (tmp_path / "stops.txt").touch()
    assert "There are stops.txt outside of a zip: put all tables of it into one." in refusal(tmp_path)
    assert "is not there. Name a GTFS zip" in refusal(tmp_path / "absent.zip")
    assert "is not a timetable" in refusal(write(tmp_path / "map.zip", {"map.shp": b"x"}))
