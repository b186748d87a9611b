"""`python -m budget allocate`: exit statuses, what goes to which stream, and the contract's JSON."""

import argparse
import doctest
import json
import subprocess
import sys

import pytest

from budget.allocation.inputs import money, tables
from budget.allocation.inputs.money import pence
from budget.allocation.search import infeasibility
from budget.commands import allocate as allocate_command
from budget.commands.allocate import add_arguments, command
from data.command_line import run
from data.faults import InputError

OFFERS = """cohort,option,people,cost_pence,access,district,vehicles,service
A,bus_pass,6,540000,3,East,0,
A,minibus,5,0,3.9,East,0,m1
B,moped,1,90000,1,West,1,
"""
SERVICES = "service,unit_cost_pence,seats_per_unit,max_units\nm1,300000,8,2\n"


@pytest.fixture
def allocate(tmp_path, capsys):
    (tmp_path / "offers.csv").write_text(OFFERS)
    (tmp_path / "services.csv").write_text(SERVICES)

    def call(*arguments, **files):
        for name, text in files.items():
            path = tmp_path / (f"{name}.toml" if name == "limits" else f"{name}.csv")
            path.write_text(text)
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        paths = ["--offers", str(tmp_path / "offers.csv"), "--services", str(tmp_path / "services.csv")]
        if (tmp_path / "limits.toml").exists():
            paths += ["--limits", str(tmp_path / "limits.toml")]
        status = run(command, parser.parse_args([*paths, *arguments]))
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call


def test_the_json_is_one_object_and_nothing_else_on_standard_output(allocate):
    status, out, _ = allocate("--budget", "4000", "--json")
    plan = json.loads(out)
    assert status == 0
    assert plan["status"] == "optimal"
    assert plan["spent_pence"] == 390_000
    assert plan["chosen"][0] == {"cohort": "A", "option": "minibus", "people": 5, "cost_pence": 0, "access": 3.9}
    assert plan["services"] == [{"service": "m1", "units": 1, "cost_pence": 300_000}]


def test_without_json_a_person_reads_the_plan_on_standard_output(allocate):
    status, out, err = allocate("--budget", "4000")
    assert status == 0
    assert "spending £3,900 of £4,000" in out
    assert "Proved best: no plan can bring more than 4.9." in out
    assert "spending" not in err


def test_large_numbers_are_written_out_in_words_for_a_person(allocate):
    _, out, _ = allocate("--budget", "9000", offers="cohort,option,cost_pence,access\nA,pass,540000,1234567.25\n")
    assert "Access 1,234,567.25 for 1 people" in out


def test_a_reserve_is_left_unspent(allocate):
    _, out, _ = allocate("--budget", "4000", "--reserve", "1000", "--json")
    assert json.loads(out)["spent_pence"] == 300_000


def test_limits_that_cannot_be_kept_end_with_status_3_and_their_names(allocate):
    status, out, _ = allocate("--budget", "100", "--json", limits='must_fund = ["A"]\n')
    plan = json.loads(out)
    assert status == 3
    assert plan["status"] == "infeasible"
    assert "the budget is £2,900 short of what must be funded" in plan["conflicts"]


def test_faults_of_every_input_are_listed_at_once_with_status_2(allocate):
    status, out, err = allocate(
        "--budget",
        "-5",
        "--gap",
        "small",
        offers=OFFERS + "A,bus_pass,6,-1,x,East,0,\n",
        limits='[[limit]]\nmeasure = "vehicles"\n',
    )
    assert (status, out) == (2, "")
    for words in ("negative", "not a number", "row 5", "at_most or at_least", "is there already"):
        assert words in err


def test_a_file_that_is_not_there_is_named_with_status_2(allocate):
    status, _, err = allocate("--budget", "5", "--offers", "nowhere.csv")
    assert status == 2
    assert "nowhere.csv" in err


def test_pounds_are_read_as_pence_exactly():
    given = ("750000", "£750,000", "0.1", "12.50", "750000.00")
    assert [pence(text, "") for text in given] == [75_000_000, 75_000_000, 10, 1250, 75_000_000]


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "", "ten", "0.001", "100000000000.01", "1e300"])
def test_amounts_that_are_no_budget_are_refused(text):
    with pytest.raises(InputError):
        pence(text, "--budget")


@pytest.mark.parametrize("module", [allocate_command, infeasibility, money, tables])
def test_the_examples_in_the_docstrings_are_true(module):
    assert doctest.testmod(module).failed == 0


EVERYTHING = """
must_fund = ["A"]
[objective]
aim = "least_cost"
access = 4
[[grant]]
name = "bus grant"
amount = 3000
pays_for = { option = ["bus_pass", "minibus"] }
[[limit]]
measure = "vehicles"
at_most = 2
"""


def test_a_limits_file_may_hold_an_objective_and_grants(allocate):
    status, out, _ = allocate("--budget", "6000", "--json", limits=EVERYTHING)
    plan = json.loads(out)
    assert status == 0
    assert (plan["aim"], plan["spent_pence"], plan["bound"]) == ("least_cost", 390_000, 3900.0)
    assert plan["grants"] == [{"grant": "bus grant", "amount_pence": 300_000, "used_pence": 300_000}]
    assert plan["limits"][0] | {"access_per_unit": None} == {
        "limit": "vehicles at most 2", "measure": "vehicles", "sense": "<=", "value": 1.0, "bound": 2.0, "slack": 1.0,
        "met": True, "access_per_unit": None,
    }  # fmt: skip


def test_a_person_reads_each_limit_with_what_is_to_spare(allocate):
    _, out, err = allocate("--budget", "6000", limits=EVERYTHING)
    for words in (
        "limit vehicles at most 2: 1, to spare 1",
        "grant bus grant: £3,000 used of £3,000",
        "No plan can do it for less than £3,900.00",
    ):
        assert words in out + err


def test_faults_of_limits_and_of_the_objective_are_listed_together(allocate):
    status, _, err = allocate("--budget", "5", limits='objective = "cheapest"\n[[grant]]\nname = "x"\n')
    assert status == 2
    assert "not known" in err
    assert "what it may pay for" in err


HEAVY = {"streamlit", "geopandas", "matplotlib", "sqlalchemy", "openpyxl", "shapely", "scipy", "numba"}
HEAVY |= {"budget.offers", "data.travel"}


def test_the_command_imports_only_what_it_uses(tmp_path):
    """Most of what a small problem takes is imports, which is why a heavy library must not come in by the way."""
    (tmp_path / "offers.csv").write_text(OFFERS.replace("m1", ""))
    program = f"""
import sys
from budget.__main__ import main
status = main(["allocate", "--offers", {str(tmp_path / "offers.csv")!r}, "--budget", "6000"])
print(status, sorted({HEAVY!r} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"
