import io
import tomllib
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.monitoring import layouts
from budget.monitoring.actuals_file import read, template
from budget.monitoring.ledger_cells import pence_of, period_of
from data.faults import InputError


def faults_of(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(text.encode(), "actuals.csv")
    return [str(fault) for fault in caught.value.faults]


def test_columns_may_stand_in_any_order_and_under_the_ledgers_own_headings():
    usual = read(b"period,line,amount,committed,reason\n6,bus_pass,12.50,3,late\n", "a.csv")
    other = read(b"Comments;Actual;Scheme;On order;Month\nlate;12.50;bus_pass;3;September\n", "a.csv")
    assert usual.postings == other.postings
    assert (usual.postings[0].amount_pence, usual.postings[0].committed_pence) == (1250, 300)


@pytest.mark.parametrize(
    ("written", "period"),
    [("5", 5), ("P5", 5), ("p05", 5), ("Period 5", 5), ("August", 5), ("aug-26", 5), ("Sept 2026", 6), ("13", 13)]
    + [("Adjustments", 13), ("March", 12), ("April", 1), ("14", None), ("0", None), ("soon", None), ("", None)],
)
def test_a_period_is_read_as_ledgers_write_it(written, period):
    assert period_of(written) == period


@pytest.mark.parametrize(
    ("written", "pence"),
    [("£1,234.50", 123450), ("(1,234.50)", -123450), ("-12", -1200), ("12-", -1200), ("−12", -1200), ("£ -3.5", -350)]
    + [("12.345", None), ("1,23", None), ("(-3)", None), ("abc", None), ("1e5", None), ("nan", None), ("", 0)]
    + [(0.1 + 0.2, 30), (-1234.1, -123410), (1e-9, 0), ("200000000000", None), ("3.00CR", -300)]
    + [(1e25, None), (float("inf"), None), (float("nan"), None)],
)
def test_an_amount_is_read_as_ledgers_write_it(written, pence):
    assert pence_of(written) == pence


@given(st.integers(-(10**12), 10**12))
def test_every_amount_comes_back_however_it_is_written(pence):
    size = f"{abs(pence) // 100:,}.{abs(pence) % 100:02d}"
    forms = [f"({size})", f"-£{size}", f"{size}-"] if pence < 0 else [size, f"£{size}", size.replace(",", "")]
    assert {pence_of(form) for form in forms} == {pence}
    assert pence_of(pence / 100) == pence  # as a workbook holds it


def test_every_fault_is_told_at_once_with_its_row_column_value_and_how_to_write_it():
    found = faults_of("period,line,amount,committed\nP14,bus_pass,12.345,\n,x,abc,1\n5,,1,oops\n6,minibus,10,0\n")
    assert [fault.partition(":")[0] for fault in found] == [
        "row 2, period", "row 2, amount", "row 3, period", "row 3, amount", "row 4, line", "row 4, committed",
    ]  # fmt: skip
    assert '"P14"' in found[0] and "13 for adjustments" in found[0]
    assert '"12.345"' in found[1] and "at most two decimals" in found[1]


def test_a_column_that_is_missing_or_there_twice_is_named():
    assert any("no column amount" in fault for fault in faults_of("period,line,cost\n5,bus_pass,1\n"))
    assert any("is amount too" in fault for fault in faults_of("period,line,amount,actual\n5,bus_pass,1,1\n"))


def test_a_file_that_is_empty_is_said_to_hold_no_amounts_rather_than_no_applicants():
    assert "an amount" in faults_of("   ")[0] and "applicant" not in faults_of("   ")[0]


def test_a_workbook_gives_the_same_postings_as_a_text_file():
    book = openpyxl.Workbook()
    for row in (("period", "line", "amount", "committed"), ("P6", "bus_pass", 1234.1, None), (7, "minibus", -5, 2)):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    text = b"period,line,amount,committed\nP6,bus_pass,1234.10,\n7,minibus,-5,2\n"
    assert read(buffer.getvalue(), "a.xlsx").postings == read(text, "a.csv").postings


def test_the_empty_file_reads_back_as_no_actuals_and_holds_no_formula():
    content = template(["=1+1", "Free bus pass"], (6, 7, 13))
    assert read(content, "t.csv").postings == ()
    assert "\nP6,=" not in content.decode().replace("\r", "")
    filled = content.decode("utf-8-sig").replace("P6,'=1+1,", "P6,'=1+1,5").encode()
    assert [posting.line for posting in read(filled, "t.csv").postings] == ["=1+1"]


def test_columns_that_are_not_read_are_named():
    notes = read(b"period,line,amount,officer\n5,bus_pass,1,A\n", "a.csv").notes
    assert "Columns not read: officer." in notes


def test_what_a_column_may_be_called_names_one_column_only():
    tables = tomllib.loads(Path(layouts.__file__).with_name("layouts.toml").read_text())
    for roles in (tables["usual"], *tables["layouts"].values()):
        names = [name for known in roles.values() for name in known]
        assert len(names) == len(set(names))
        assert all(layouts.words_of(name) == name for name in names)
