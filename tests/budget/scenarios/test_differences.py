import datetime
import os
import subprocess
import sys
from dataclasses import fields, replace
from fractions import Fraction

import pytest
from hypothesis import given

from budget.allocation.inputs.limits import Grant, Limit, Limits, PartFunding, Share
from budget.allocation.inputs.objective import Objective
from budget.offers.tickets import Ticket
from budget.scenarios import differences as scenario_compare
from budget.scenarios.differences import differences, fingerprint
from budget.scenarios.finance import Finance, LedgerCodes
from budget.scenarios.funded_journey import FundedJourney
from budget.scenarios.scenario import Scenario
from data.timetables.altering import Call, Withdrawn
from eligibility.rules import library
from tests import ROOT
from tests.budget.scenarios.any_scenario import SCENARIO
from tests.draws import draws

OTHER = Scenario(
    "Other", "b" * 64, 1, 2, ("bus_pass",), "essex", "c" * 64, datetime.date(2026, 9, 1), "logistic",
    {"bus_pass.price": 950}, "d" * 64, "low", "2026 prices", {"minimum_km_to_college": 8}, {"chance": 0.5}, 7, 0.5, 3,
    Limits(must_fund=("X",)), Objective("fair_first"), Finance(profile="months"),
)  # fmt: skip
CALLS = (Call(27_600, "stop"), Call(30_000, easting=531_200, northing=344_100))
LATER = replace(  # with what a scenario has had since the fingerprint of OTHER was settled
    OTHER,
    journeys=(FundedJourney("bus", "Bus", 1, 2, CALLS, CALLS, 150, 0.5),),
    withdrawn=(Withdrawn("53"),),
    tickets=(Ticket("Weekly", 1400, "week"),),
)


@pytest.mark.parametrize("name", [item.name for item in fields(Scenario)])
def test_every_field_but_the_name_is_in_the_fingerprint_and_among_the_differences(name):
    changed = replace(Scenario(), **{name: getattr(LATER, name)})
    assert changed != Scenario()
    assert (fingerprint(changed) == fingerprint(Scenario())) == (name == "name")
    assert len(differences(Scenario(), changed)) == (name != "name")


def test_the_fingerprint_is_the_same_for_ever():
    """What a library of scenarios holds must be found again by a later version: this number may not change."""
    assert fingerprint(Scenario()) == fingerprint(Scenario(name="Another"))
    before = Scenario(policy=library.FIRST_TARGETING)  # the default when the first library was saved
    assert fingerprint(before)[:12] == "599560a87839"
    assert fingerprint(OTHER)[:12] == "78adb627c63e"


def test_a_ledger_code_of_a_kind_that_came_later_is_in_the_fingerprint_and_its_plain_line_is_not():
    plain, coded = Finance(profile="months"), LedgerCodes(cost_centre="C9")
    with_code = replace(plain, lines={"rail_card": coded})
    assert fingerprint(Scenario(finance=with_code)) != fingerprint(Scenario(finance=plain))
    back = replace(with_code, lines={"rail_card": plain.lines["rail_card"]})
    assert fingerprint(Scenario(finance=back)) == fingerprint(Scenario(finance=plain))


def test_the_order_of_figures_and_kinds_and_how_a_number_is_written_make_no_difference():
    a = Scenario(figures={"bus_pass.price": 950, "college_minutes": 60.0}, kinds=("minibus", "bus_pass"))
    b = Scenario(figures={"college_minutes": 60, "bus_pass.price": 950.0}, kinds=("bus_pass", "minibus"))
    assert fingerprint(a) == fingerprint(b)
    assert differences(a, b) == ()


PLAN_IS_NOT_ALTERED = ("bundle", "policy_sha256", "figures_sha256", "price_base", "seed", "finance", "risk")


@draws(25)
@given(SCENARIO, SCENARIO)
def test_taking_over_each_input_that_differs_comes_to_the_other_scenario(a, b):
    a, b = replace(a, take_up_case="low"), replace(b, take_up_case="low")
    made = a
    for key in dict.fromkeys(each.key for each in differences(a, b)):
        made = scenario_compare.with_input(made, b, key) or made
    left = {each.key.partition(".")[0] for each in differences(made, b)}
    assert left <= set(PLAN_IS_NOT_ALTERED) - {"risk"}


@draws(25)
@given(SCENARIO, SCENARIO)
def test_scenarios_with_one_fingerprint_have_no_differences_and_differences_turn_round(a, b):
    assert differences(a, replace(a, name="again")) == ()
    there, back = differences(a, b), differences(b, a)
    assert sorted((d.key, d.before, d.after) for d in there) == sorted((d.key, d.after, d.before) for d in back)
    if fingerprint(a) == fingerprint(b):
        assert there == ()


def test_a_price_written_out_that_is_the_catalogues_own_is_no_difference():
    a, b = Scenario(), Scenario(figures={"bus_pass.price": 900})
    assert differences(a, b) == ()
    assert fingerprint(a) != fingerprint(b)


def test_differences_read_as_a_councillor_would_say_them():
    limits = Limits(
        limits=(Limit("spend", at_least=Share(Fraction(3, 20)), where={"district": ("Fen",)}, name="protect Fen"),),
        must_fund=("X01",),
        committed=(("X02", "bus_pass"),),
        committed_units={"minibus-3": 1},
        grants=(Grant("Bus grant", 12_000_000, {"kind": ("bus_pass",)}),),
        part_funding=PartFunding(4),
    )
    a = Scenario(figures={"moped_loan.price": 100})
    b = Scenario(
        budget_pence=85_000_000,
        kinds=("minibus", "bus_pass"),
        figures={"bus_pass.price": 950, "bus_pass.take_up": 0.6},
        targeting={"minimum_km_to_college": 8},
        limits=limits,
        objective=Objective("least_cost", Fraction(300)),
        finance=Finance({"bus_pass": LedgerCodes("C12", virement_pence=-5000)}, inflation=(0.03, 0.02)),
    )
    words = [each.words for each in differences(a, b)]
    assert words[0] == "Budget: £750,000 → £850,000"
    for sentence in (
        "Kinds of support: every kind → Free bus pass, Minibus",
        "Free bus pass: price a taker: £900 a year → £950 a year",
        "Free bus pass: take-up: 70% → 60%",
        "A college or sixth form is far away from: 3 miles → 4.971 miles",
        "Must be funded, added: cohort X01",
        "Promised already, added: bus_pass for cohort X02",
        "Grant, added: Bus grant, £120,000 for Free bus pass",
        "Limit, added: protect Fen (spend at least 15% of the plan's total, district Fen)",
        "Part funding: none → in 4 parts",
        "What the plan is to do: the highest access score → the least cost that reaches an access score of 300",
        "Inflation, years 2 and 3: 2%, 2% → 3%, 2%",
        "Free bus pass, virement: £0 → -£50",
    ):
        assert sentence in words


def test_what_has_no_canonical_form_is_not_hashed_by_its_address():
    with pytest.raises(TypeError, match="canonical"):
        scenario_compare.canonical(object())


def test_two_fresh_processes_give_the_same_fingerprint_plan_and_workbook(tmp_path):
    scenario = tmp_path / "a.toml"
    scenario.write_text('budget = 200000\nday = 2026-09-01\n[figures]\n"bus_pass.price" = 950\n', encoding="utf-8")
    program = (
        "import datetime, hashlib, sys; from pathlib import Path; from budget import workbook\n"
        "from budget.planning import plan; from budget.scenarios import scenario_file\n"
        "from budget.scenarios.differences import fingerprint; from data import bundle, example\n"
        "s = scenario_file.read(Path(sys.argv[1]))\n"
        "p = plan.make(bundle.load(example.FOLDER), s, datetime.date(2030, 1, 1))\n"
        "print(fingerprint(s), fingerprint(p.pinned_scenario), p.allocation.chosen.to_csv(),"
        " hashlib.sha256(workbook.to_bytes(p)).hexdigest())\n"
    )
    said = set()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", program, str(scenario)],
            env=environment, capture_output=True, text=True, check=True, cwd=tmp_path,
        )  # fmt: skip
        said.add(done.stdout)
    assert len(said) == 1
