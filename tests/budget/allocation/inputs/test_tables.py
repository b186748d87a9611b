"""The gate of the allocation: every fault of an offers or services table, with its row."""

import numpy as np
import pandas as pd
import pytest

from budget.allocation.inputs.tables import checked_tables, read_table
from data.faults import InputError
from tests.budget.allocation.allocations import offers_of, services_of

GOOD = {"cohort": "A", "option": "x", "cost_pence": 10, "access": 1.0}


def faults_of(*rows, services=None) -> list[str]:
    with pytest.raises(InputError) as error:
        checked_tables(pd.DataFrame(list(rows)), services)
    return [str(fault) for fault in error.value.faults]


def read(tmp_path, content: bytes):
    path = tmp_path / "offers.csv"
    path.write_bytes(content)
    return checked_tables(read_table(path), subject="offers.csv").offers


def test_every_fault_is_named_at_once_with_its_row():
    found = faults_of(
        GOOD,
        GOOD,
        GOOD | {"cohort": "B", "cost_pence": -5},
        GOOD | {"cohort": "C", "cost_pence": "ten"},
        GOOD | {"cohort": "D", "access": float("inf")},
        GOOD | {"cohort": "E", "access": "NaN"},
        GOOD | {"cohort": "F", "cost_pence": 10.5},
        GOOD | {"cohort": "", "cost_pence": 1},
        GOOD | {"cohort": "G", "people": -1},
        GOOD | {"cohort": "H", "service": "m9"},
    )
    wanted = [
        "row 2: cohort A, option x is there already",
        "row 3, cost_pence: The number is negative",
        'row 4, cost_pence: "ten" is not a number',
        "row 5, access: Neither NaN nor infinity",
        "row 6, access: Neither NaN nor infinity",
        "row 7, cost_pence: Money is in whole pence",
        "row 8, cohort: The cohort is blank",
        "row 9, people: The number is negative",
        'row 10, service: "m9" is not in the services table',
    ]
    for words in wanted:
        assert any(fault.startswith(words) for fault in found), (words, found)


def test_a_missing_column_is_named_with_the_columns_there_are():
    (fault,) = faults_of({"cohort": "A", "option": "x", "access": 1})
    assert fault == "The offers table has no column cost_pence. Its columns are: cohort, option, access."


def test_columns_that_are_missing_are_named_as_in_a_sentence():
    (fault,) = faults_of({"cohort": "A"})
    assert fault == "The offers table has no column option, cost_pence or access. Its columns are: cohort."


def test_thousands_of_rows_with_one_fault_are_counted_not_listed():
    found = faults_of(*(GOOD | {"cohort": f"C{n}", "cost_pence": -1} for n in range(2_000)))
    assert len(found) == 51
    assert found[-1] == "cost_pence: 1,950 more rows have this fault."


def test_a_cost_beyond_any_council_is_refused():
    assert "£100 billion" in faults_of(GOOD | {"cost_pence": 10**13 + 1})[0]


def test_faults_of_the_services_table_are_named_as_its_own():
    services = pd.DataFrame([{"service": "m", "unit_cost_pence": 1.5, "seats_per_unit": 0, "max_units": 1.5}])
    found = faults_of(GOOD, services=services)
    assert [fault.split(":")[0] for fault in found] == [
        "services table, row 1, unit_cost_pence",
        "services table, row 1, seats_per_unit",
        "services table, row 1, max_units",
    ]


def test_people_default_to_one_and_seats_to_people():
    offers = checked_tables(pd.DataFrame([GOOD])).offers
    assert offers.loc[("A", "x"), ["people", "seats"]].tolist() == [1, 1]


def test_text_that_reads_as_a_number_is_a_number_and_codes_stay_text(tmp_path):
    offers = read(tmp_path, b"cohort,option,cost_pence,access,vehicles,district\n007,x,10,1.5,2,East\n")
    assert offers.index.tolist() == [("007", "x")]
    assert offers["cost_pence"].dtype == "int64"
    assert offers["vehicles"].tolist() == [2.0]
    assert offers["district"].tolist() == ["East"]


def test_a_byte_order_mark_and_windows_text_are_read(tmp_path):
    assert read(tmp_path, b"\xef\xbb\xbfcohort,option,cost_pence,access\nA,x,1,1\n").index.tolist() == [("A", "x")]
    windows = "cohort,option,cost_pence,access\nCafé,x,1,1\n".encode("cp1252")
    assert read(tmp_path, windows).index.tolist() == [("Café", "x")]


@pytest.mark.parametrize("content", [b"", b" \n ", b"\x00\x01\x02\x03", b'cohort,option\n"A,1\n'])
def test_what_is_not_a_table_is_refused(tmp_path, content):
    with pytest.raises(InputError):
        read(tmp_path, content)


def test_a_header_alone_is_a_table_of_no_offers(tmp_path):
    assert len(read(tmp_path, b"cohort,option,cost_pence,access\n")) == 0


def test_offers_come_out_in_the_order_of_cohort_and_option():
    table = offers_of(GOOD | {"cohort": "B"}, GOOD | {"option": "y"}, GOOD)
    assert checked_tables(table).offers.index.tolist() == [("A", "x"), ("A", "y"), ("B", "x")]


def test_a_blank_in_a_resource_is_kept_as_a_gap():
    offers = checked_tables(pd.DataFrame([GOOD | {"vehicles": "2"}, GOOD | {"cohort": "B", "vehicles": ""}])).offers
    assert np.isnan(offers.loc[("B", "x"), "vehicles"])


def test_checking_alters_neither_table():
    offers, services = offers_of(GOOD | {"cohort": "B"}, GOOD), services_of()
    before = offers.copy(deep=True)
    checked_tables(offers, services)
    pd.testing.assert_frame_equal(offers, before)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"cohort,option,cost_pence,access\nA,x,1,2,3\n", "row 2: There are more cells than the 4 columns"),
        (b"cohort,option,cost_pence,access,access\nA,x,1,2,3\n", 'row 1: There are two columns "access"'),
        (b"cohort,option,cost_pence,access\n\nA,x,1,2\n,,,\nB,x,-1,2\n", "row 5, cost_pence: The number is negative"),
        (b"cohort,option,cost_pence,access\nA,x,1\n", "row 2, access: The cell is blank"),
    ],
)
def test_a_file_of_the_wrong_shape_names_the_row_as_a_spreadsheet_shows_it(tmp_path, content, words):
    with pytest.raises(InputError) as error:
        read(tmp_path, content)
    assert words in [str(fault)[: len(words)] for fault in error.value.faults]


def test_commas_at_the_end_of_each_line_do_no_harm(tmp_path):
    assert len(read(tmp_path, b"cohort,option,cost_pence,access,\nA,x,1,2,\n")) == 1


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_decimal_comma_in_a_table_with_other_separators_is_no_number(tmp_path, mark):
    rows = [["cohort", "option", "cost_pence", "access"], ["A", "bus", "5400", "3,5"]]
    with pytest.raises(InputError, match='row 2, access: "3,5" is not a number'):
        read(tmp_path, b"\xef\xbb\xbf" + "\n".join(mark.join(row) for row in rows).encode())
