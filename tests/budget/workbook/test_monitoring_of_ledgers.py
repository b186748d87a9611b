"""A monitoring workbook of each layout of a ledger, of a plan with limits and grants: LibreOffice computes the same."""

import pytest

from budget import workbook
from budget.monitoring import actuals_file, forecast
from budget.monitoring.monitored import Monitored
from budget.workbook.book import Book
from budget.workbook.grid import Column, Grid
from tests.budget.monitoring.test_ledgers import ledger, monitored, plan
from tests.budget.workbook.books import one_frontier_and_risk
from tests.budget.workbook.reading import differing
from tests.libreoffice import named, needs_libreoffice, recalculated

SAP = (
    b"Cost Center;Cost Element;Fiscal Year;Period;Val.in rep.cur.;D/C;Text\n"
    b"C12341;32110;2026;006;1200.00;S;a\nC12341;32110;2026;007;(100.00);;b\n"
)
LEDGERS = ("oracle.csv", "agresso.csv", "wide.csv", "ytd.csv", "SAP")


def of_ledger(name: str) -> Monitored:
    if name != "SAP":
        return monitored(name)
    return forecast.monitor(ledger(), actuals_file.read(SAP, "sap.csv"))


@pytest.fixture(scope="module")
def books() -> dict[str, bytes]:
    with one_frontier_and_risk(plan()):
        return {name: workbook.to_bytes(plan(), actuals=of_ledger(name)) for name in LEDGERS}


@needs_libreoffice
def test_libreoffice_computes_the_monitoring_of_each_ledger_to_the_penny_and_all_checks_pass(books, tmp_path):
    computed = recalculated(books, tmp_path)
    for name, content in books.items():
        assert differing(content, computed[name]) == [], name
        assert named(computed[name], "all_checks_pass") is True, name


def test_two_tables_of_a_workbook_never_have_one_name():
    with pytest.raises(ValueError, match="both named bought"):
        workbook.together({"bought": 1, "plan": 2}, {"bought": 3})


def test_a_note_longer_than_its_table_stands_in_two_rows():
    note = "One sentence that is longer than the table beneath it. And another one that would be cut in print."
    book = Book(names={})
    sheet, grid = book.sheet("Sheet", "A title", note), Grid("Sheet", (Column("what", "What", 60, "text"),), 1)
    sheet.page_for(grid, "A")
    first, second = (sheet.worksheet[cell].value for cell in ("A2", "A3"))
    assert f"{first} {second}" == note and len(first) <= 60
