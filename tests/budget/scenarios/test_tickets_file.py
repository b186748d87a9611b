"""A council's own tickets are read from a small file as people write it, and kept in a scenario."""

import datetime

import pytest

from budget.offers.tickets import Ticket
from budget.scenarios import scenario_file, tickets_file
from budget.scenarios.differences import differences, fingerprint
from budget.scenarios.scenario import Scenario
from data.faults import InputError

FILE = """Ticket,Price,Period,Operator,Lines,Zone,Destinations,Source,Dated,Until
Fen weekly,£14.00,weekly,Fen Buses; Wold Coaches,,,,Price list,01/09/2026,2027-08-31
Boston term,"1,200",a term,,7;53,Boston,Boston College,,,
"""
FEN = Ticket(
    "Fen weekly",
    1400,
    "week",
    ("Fen Buses", "Wold Coaches"),
    source="Price list",
    dated=datetime.date(2026, 9, 1),
    until=datetime.date(2027, 8, 31),
)
BOSTON = Ticket("Boston term", 120_000, "term", lines=("7", "53"), zone=("Boston",), destinations=("Boston College",))


def _faults(text: str | bytes) -> list[str]:
    with pytest.raises(InputError) as error:
        tickets_file.from_csv(text.encode() if isinstance(text, str) else text, "tickets.csv")
    return [str(fault) for fault in error.value.faults]


def test_a_file_is_read_as_people_write_it():
    assert tickets_file.from_csv(FILE.encode(), "tickets.csv") == (FEN, BOSTON)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_each_encoding_and_with_semicolons_between_cells(encoding):
    text = "ticket;price;period;operators\nFen;£14;week;Fen Buses\n"
    assert tickets_file.from_csv(text.encode(encoding), "t.csv") == (Ticket("Fen", 1400, "week", ("Fen Buses",)),)


def test_every_fault_is_told_with_its_row_and_column():
    rows = ["Fen,abc,week,,", "Fen,0,week,,", ",14,fortnight,31/02/2026,", "Wold,14,,,"]
    assert _faults("\n".join(["ticket,price,period,dated,until", *rows])) == [
        "row 4, dated: '31/02/2026' is no date. Write the day as 01/09/2026 or 2026-09-01.",
        "row 2, price: 'abc' is not an amount. Write pounds, such as 750000 or 1250.50.",
        "row 3, price: must be above £0.",
        "row 4, period: is 'fortnight', and must be one of day, week, month, term, year.",
        "row 4: lacks ticket.",
        "row 5: lacks period.",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ticket,price\nFen,14\n", "lacks the columns period"),
        ("ticket,price,period,opperators\nFen,14,week,\n", 'Did you mean "operators"?'),
        ("ticket,name,price,period\nFen,Fen,14,week\n", "the heading of two columns"),
        ("ticket,price,period\n", "has no row"),
        ("ticket,price,period\nFen,14,week\nfen!,15,week\n", "is there twice"),
        ("ticket,price,period\nFen,14,week\nFen,14,week\n", "is there twice"),
        ("", "is empty"),
        (b"PK\x03\x04\x00\x00", "tickets.csv"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_do(text, words):
    with pytest.raises(InputError, match=words.replace("?", r"\?")):
        tickets_file.from_csv(text if isinstance(text, bytes) else text.encode(), "tickets.csv")


def test_a_cell_that_looks_like_a_formula_is_a_name_and_nothing_more():
    ticket = tickets_file.from_csv(b'ticket,price,period\n"=HYPERLINK(1)",14,week\n', "t.csv")[0]
    assert (ticket.name, ticket.id) == ("=HYPERLINK(1)", "hyperlink-1")


def test_a_scenario_keeps_its_tickets():
    scenario = Scenario(tickets=(FEN, BOSTON))
    assert scenario_file.from_text(scenario_file.to_text(scenario)) == scenario


def test_a_scenario_file_has_the_faults_of_its_tickets():
    with pytest.raises(InputError, match='ticket 1, opperators: is not known. Did you mean "operators"'):
        scenario_file.from_text('[[ticket]]\nname = "Fen"\nprice = 14\nperiod = "week"\nopperators = ["Fen"]')


def test_tickets_are_a_difference_between_scenarios_and_their_fingerprints():
    with_one = Scenario(tickets=(FEN,))
    assert [each.key for each in differences(Scenario(), with_one)] == ["tickets"]
    assert "Fen weekly (£14.00 a week" in differences(Scenario(), with_one)[0].words
    assert fingerprint(with_one) != fingerprint(Scenario())
