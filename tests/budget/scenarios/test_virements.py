"""Virements recorded one by one: what balances, what is refused and how, and what is taken back."""

from datetime import date

import pytest

from budget.scenarios.finance import Finance, LedgerCodes, unbalanced_in_words
from budget.scenarios.finance_toml import finance_from, to_mapping
from budget.scenarios.virements import recorded, taken_back
from data.faults import InputError

HAS = {"bus_pass": 300_000, "minibus": 0}
MOVE = {
    "from": "bus_pass",
    "to": "minibus",
    "amount": 2500.10,
    "approved_by": "Head of Finance",
    "on": date(2026, 11, 2),
}


def refused(given, finance=None) -> dict[str, str]:
    with pytest.raises(InputError) as error:
        recorded(finance or Finance(), given, HAS)
    return {fault.where: fault.problem for fault in error.value.faults}


def test_what_one_line_gives_another_receives_to_the_penny_and_a_scenario_file_keeps_it():
    finance = recorded(recorded(Finance(), MOVE, HAS), MOVE | {"amount": 0.01}, HAS)
    assert [finance.line(kind).virement_pence for kind in HAS] == [-250_011, 250_011]
    assert unbalanced_in_words(finance) == ""
    assert finance_from(to_mapping(finance), []) == finance


def test_each_thing_that_is_missing_or_cannot_be_is_said_by_its_box():
    nothing = refused(dict.fromkeys(MOVE))
    assert set(nothing) == {"From", "To", "Pounds", "Approved by", "Approved on"}
    assert refused(MOVE | {"to": "bus_pass"}) == {"Virement": "moves money from a line to itself."}
    assert refused(MOVE | {"amount": 3000.01})["Pounds"].startswith("is more than the line has, which is £3,000.00.")
    assert refused(MOVE | {"amount": 1.005})["Pounds"].startswith("must be pounds with at most two decimals")


def test_a_line_that_says_another_virement_than_those_recorded_is_refused():
    by_hand = Finance({"bus_pass": LedgerCodes(virement_pence=-100)})
    assert "Correct one of the two" in refused(MOVE, by_hand)["finance, lines.bus_pass, virement"]


def test_a_virement_taken_back_leaves_its_lines_as_they_were_and_their_codes():
    before = Finance({"bus_pass": LedgerCodes(cost_centre="C1")})
    after = taken_back(recorded(before, MOVE, HAS), 0)
    assert after.virements == () and [after.line(kind).virement_pence for kind in HAS] == [0, 0]
    assert after.line("bus_pass").cost_centre == "C1"


def test_virements_by_hand_that_do_not_balance_are_said_in_a_sentence():
    assert "give £1.00 that no other line receives" in unbalanced_in_words(
        Finance({"bus_pass": LedgerCodes(virement_pence=-100)})
    )
    assert "receive £1.00 that no other line gives" in unbalanced_in_words(
        Finance({"bus_pass": LedgerCodes(virement_pence=100)})
    )
