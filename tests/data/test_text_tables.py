"""Every door through which a text table comes in reads the same files in the same way."""

import pytest

from budget.allocation.inputs import tables
from data import own_files, text_tables, travel
from data.faults import InputError
from data.official import recognise
from data.official import tables as official_tables
from eligibility.applicants import applicant_file
from tests.data import official_files

ROWS = [
    ["destination_id", "name", "kind", "easting_m", "northing_m"],
    ["a", "Café, the; first", "college", "650000", "410000"],
    ["b", "Two\nlines", "sixth_form", "651000", "411000"],
]
NAMES = ["Café, the; first", "Two\nlines"]


def written(separator: str, rows: list[list[str]] = ROWS) -> str:
    return "\n".join(separator.join('"' + cell + '"' for cell in row) for row in rows) + "\n"


@pytest.fixture(params=["text_tables", "offers", "destinations", "applicants"])
def door(request, tmp_path):
    """Return a function from the bytes of a file to the names in its rows, by one of the ways in."""
    path = tmp_path / "own.csv"

    def read(content: bytes) -> list[str]:
        path.write_bytes(content)
        if request.param == "text_tables":
            return text_tables.read_table(content, path.name)["name"].tolist()
        if request.param == "offers":
            return tables.read_table(path)["name"].tolist()
        if request.param == "destinations":
            return own_files.read_destinations(path)["name"].tolist()
        raw = applicant_file.read_file(path, lambda cells: len(set(cells) & set(ROWS[0])))
        return [row[raw.headings.index("name")] for row in raw.rows]

    return read


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_door_reads_every_separator_in_every_encoding(door, separator, encoding):
    assert door(written(separator).encode(encoding)) == NAMES


def test_every_door_obeys_excel_s_own_line_about_the_separator(door):
    assert door(("sep=;\r\n" + written(";")).encode()) == NAMES


def test_every_door_reads_text_behind_a_space_and_lines_that_end_as_on_windows(door):
    assert door(written(", ").replace("\n", "\r\n").replace("Two\r\n", "Two\n").encode()) == NAMES


@pytest.mark.parametrize("content", [b"", b" \n", b"\x00\x01", b"%PDF-1.4 name,kind", b"name,kind\nA\x81,b\n"])
def test_every_door_refuses_what_is_no_text(door, content):
    with pytest.raises(InputError, match=r"own\.csv"):
        door(content)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_an_official_file_is_read_with_every_separator_too(tmp_path, separator, encoding):
    text = official_files.lookup_district().replace(",", separator).replace("Marlow", "Märlow")
    (tmp_path / "lookup").write_bytes(text.encode(encoding))
    (found,) = recognise.recognise(tmp_path).found
    names = official_tables.read(found, {"name": "ltla24_name"})["name"]
    assert names.tolist() == [row["ltla24_name"] for _, row in text_tables.read_table(text.encode(), "").iterrows()]


def test_the_other_official_doors_of_a_council_agree_on_a_matrix(tmp_path):
    rows = [["from_id", "to_id", "mode", "minutes", "source"], ["P0", "D0", "bus", "25", "routé"]]
    path = tmp_path / "matrix.csv"
    for separator in (",", ";", "\t"):
        path.write_bytes(written(separator, rows).encode("cp1252"))
        assert travel.read_matrix(path)["source"].tolist() == ["routé"]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b'a,b\n1,2\n3,"4\n5,6\n', "line 3"),
        (b"a,b\n1,2\n3,\x81\n", "line 3"),
        (b"a,b\n\n1,2,3\n", "row 3"),
        (b"a,a\n1,2\n", "row 1"),
    ],
)
def test_a_fault_of_shape_names_its_line_or_row(content, where):
    with pytest.raises(InputError) as refused:
        text_tables.read_table(content, "own.csv")
    assert [fault.where for fault in refused.value.faults] == [where]


def test_rows_are_numbered_as_a_spreadsheet_shows_them_and_blank_ones_left_out():
    table = text_tables.read_table(b"a,b,\n\n 1 ,2,\n,,\n3\n", "own.csv")
    assert table.index.tolist() == [3, 5]
    assert table.to_numpy().tolist() == [["1", "2"], ["3", ""]]


def test_a_thousand_rows_with_one_fault_are_counted():
    with pytest.raises(InputError) as refused:
        text_tables.read_table(b"a,b\n" + b"1,2,3\n" * 1000, "own.csv")
    assert str(refused.value.faults[-1]) == "950 more rows have this fault."


@pytest.mark.parametrize("twin", ["From_ID", "from id", " FROM ID "])
def test_two_headings_that_become_one_are_refused_by_name_in_each_table_of_a_council(tmp_path, twin):
    matrix, sites = tmp_path / "matrix.csv", tmp_path / "sites.csv"
    matrix.write_text(f"from_id,{twin},to_id,mode,minutes,source\nX0001,X0001,X-C1,bus,30,s\n")
    sites.write_text("destination_id,name,kind,size,Size,postcode\nA,x,college,1,2,XM15 1AA\n")
    for read, path, column in (
        (travel.read_matrix, matrix, "from_id"),
        (own_files.read_destinations, sites, "size"),
    ):
        with pytest.raises(InputError) as caught:
            read(path)
        assert [f'"{column}" and ' in fault.where for fault in caught.value.faults] == [True]
