"""Tables made to take memory or hours, or that hold the wrong kind of thing, are refused by every reader."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from budget.scenarios import tickets_file
from data import bundle, example, own_files, text_tables
from data.faults import InputError
from data.official import opening
from data.timetables.services import Services
from data.travel import matrix
from eligibility.applicants.applicant_file import RawTable
from eligibility.runs import last_round

JOURNEYS = {
    "from_id": ["a", "a"],
    "to_id": ["b", "c"],
    "mode": ["walk"] * 2,
    "minutes": [1.0, 2.0],
    "source": ["x"] * 2,
}
TWO = pa.table(JOURNEYS)


def repeated(text: str, times: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.zeros(times, dtype="int32"), [text])


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (TWO.set_column(0, "from_id", pa.array([b"\xff", b"\xfe"])), "binary"),
        (TWO.set_column(3, "minutes", pa.array([[1.0], [2.0]])), "list"),
        (TWO.append_column("as_of", pa.array([1, 2], pa.timestamp("s", tz="Nowhere/Else"))), "Nowhere"),
        (TWO.append_column("mode", pa.array(["bus"] * 2)), "more than once"),
        (pa.table({"from_id": repeated("x" * 100_000, 100_000)}), "MiB of text"),
        (TWO.replace_schema_metadata({"x": "y" * 9_000_000}), "has a directory of"),
    ],
)
def test_a_parquet_file_of_the_wrong_things_is_refused_with_what_they_are(table, words, tmp_path):
    path = tmp_path / "matrix.parquet"
    pyarrow.parquet.write_table(table, path)
    with pytest.raises(InputError) as caught:
        matrix.read_matrix(path)
    assert words in str(caught.value) and "matrix.parquet" in str(caught.value)


def test_a_matrix_wrong_in_every_row_is_told_in_some_rows_and_a_count(tmp_path):
    path = tmp_path / "matrix.csv"
    path.write_text("from_id,to_id,mode,minutes,source\n" + "a,b,walk,x,\n" * 1_000)
    with pytest.raises(InputError) as caught:
        matrix.read_matrix(path)
    told = [str(fault) for fault in caught.value.faults]
    assert len(told) < 100 and "minutes: 980 more rows are wrong in this way. Correct all." in told


def test_small_tables_with_very_many_lines_are_refused_before_they_are_split(tmp_path):
    path = tmp_path / "own.csv"
    path.write_bytes(b"destination_id,name,kind\n" + b"x,y,z\r" * (own_files.MOST_LINES + 1))
    with pytest.raises(InputError, match="more than 100,000 lines"):
        own_files.read_destinations(path)
    with pytest.raises(InputError, match="more than 5,000 lines"):
        tickets_file.from_csv(b"ticket,price,period\n" + b"x,y,z\n" * tickets_file.MOST_LINES, "tickets.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_long_text_is_split_alike_in_every_encoding_and_with_every_end_of_line(encoding, end):
    """It is decoded a piece at a time, and an end of line or a letter may lie on the border of two."""
    rows = [["Café", "Zone"], *([f"é{number}", "x" * (number % 97)] for number in range(3_000))]
    content = end.join(";".join(row) for row in rows).encode(encoding)
    read = text_tables.read_rows(content, "long.csv")
    assert read.rows == rows and read.separator == ";" and read.starts == list(range(1, len(rows) + 1))


def test_a_byte_in_no_encoding_is_told_with_its_line():
    with pytest.raises(InputError, match="line 5001: is text in no encoding"):
        text_tables.read_rows(b"a,b\n" + b"1,\xe9\n" * 4_999 + b"1,\x81\n", "old.csv")


def test_a_service_of_any_length_runs_where_one_of_its_days_does():
    monday = np.array([True, *[False] * 6])
    first = 739_000 // 7 * 7 + 1  # a Monday, as an ordinal
    services = Services(
        pd.Index(list("abcde"), dtype=object),
        np.array([first, first + 1, 1, first, 1]), np.array([first, first + 6, 0, first, 10_000_000]),
        np.tile(monday, (5, 1)),
        np.array([2, 3]), np.array([first, first]), np.array([True, False]),
    )  # fmt: skip
    assert services.ever_run().tolist() == [True, False, True, False, True]
    assert services.ever_run()[:4].tolist() == [len(services.days_of(at)) > 0 for at in range(4)]


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        ("young_people", "many", "young_people: holds what is no number"),
        ("young_people", float("inf"), "young_people: holds an infinite number"),
        ("area_name", [["a"]], "area_name: holds what is no text"),
    ],
)
def test_a_column_of_a_bundle_that_holds_another_kind_of_thing_is_named(column, values, words):
    county = bundle.load(example.FOLDER)
    wrong = county.areas.assign(**{column: pd.Series([values] * len(county.areas), index=county.areas.index)})
    with pytest.raises(InputError, match=words):
        bundle.check(replace(county, areas=wrong))


def test_an_archive_of_thousands_of_files_is_no_official_one(tmp_path):
    path, out = tmp_path / "many.zip", io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(opening.MOST_MEMBERS + 1):
            archive.writestr(f"{number}.csv", b"a,b\n")
    Path(path).write_bytes(out.getvalue())
    with pytest.raises(opening.Damaged, match="holds 1,001 files"):
        list(opening.members(path))


def test_last_rounds_rows_without_their_numbers_are_compared_by_hand():
    """A formula or a date may have been written over them."""
    before = pd.DataFrame({"person_id": ["A1", "A1"], "name": ["Ann", "Bo"], "row": pd.array([pd.NA, pd.NA], "Int64")})
    last = last_round.LastRound(before, pd.DataFrame(), pd.DataFrame(), False)
    raw = RawTable(("ref",), (("A1",), ("a1",)), (2, 3), (), ())
    assert last_round.places(raw, {"person_id": 0}, last) == ({}, [(2, last_round.TWICE), (3, last_round.TWICE)])
