import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.allocation.inputs import money
from budget.scenarios import scenario_file
from data.faults import InputError


@pytest.mark.parametrize(
    ("text", "pence"), [("750000", 75_000_000), ("1,234.5", 123_450), ("£12.01", 1201), (0, 0), (19.99, 1999)]
)
def test_pounds_become_whole_pence(text, pence):
    assert money.pence(text) == pence


@pytest.mark.parametrize("text", ["", "lots", "NaN", "inf", "-1", "0.001", "1e30", "12.34.5", None])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(InputError):
        money.pence(text)


@given(st.integers(0, 10**13))
def test_every_penny_survives_the_reading(pence):
    assert money.pence(f"{pence // 100}.{pence % 100:02d}") == pence


def test_a_scenario_file_reads_whole(tmp_path):
    path = tmp_path / "dear.toml"
    path.write_text(
        'name = "Dear"\nbudget = 500000.50\nkinds = ["bus_pass"]\nday = 2026-09-01\n[figures]\n"bus_pass.price" = 950\n'
        "[targeting]\nminimum_km_to_college = 8\n",
        encoding="utf-8",
    )
    scenario = scenario_file.read(path)
    assert scenario.budget_pence == 50_000_050
    assert scenario.day == datetime.date(2026, 9, 1)
    assert scenario.figures == {"bus_pass.price": 950}
    assert scenario.targeting == {"minimum_km_to_college": 8}


def test_every_fault_of_a_scenario_is_listed():
    wrong = {
        "budjet": 1, "budget": -5, "name": 7, "kinds": "bus_pass", "day": "2026-09-01", "decay": "cliff",
        "figures": {"college_minutes": "long"}, "gap": 2, "time_limit_seconds": 0,
    }  # fmt: skip
    with pytest.raises(InputError) as caught:
        scenario_file.from_mapping(wrong, "wrong.toml")
    assert len(caught.value.faults) == len(wrong)
    assert 'Did you mean "budget"?' in str(caught.value)


def test_a_scenario_holds_limits_grants_and_an_objective():
    raw = {
        "must_fund": ["E01"],
        "limit": [{"measure": "capital", "at_most": 250.5}],
        "grant": [{"name": "bus grant", "amount": 1000, "pays_for": {"option": "bus_pass"}}],
        "objective": {"aim": "fair_first", "by": "district"},
    }
    scenario = scenario_file.from_mapping(raw, "x.toml")
    assert scenario.limits.must_fund == ("E01",)
    assert scenario.limits.limits[0].at_most == Fraction("250.5")
    assert scenario.limits.grants[0].amount_pence == 100_000
    assert scenario.objective.aim == "fair_first"


def test_the_faults_of_limits_and_objective_are_listed_with_the_others():
    wrong = {"budget": -1, "limit": [{"at_most": 1}], "objective": "cheapest"}
    with pytest.raises(InputError) as caught:
        scenario_file.from_mapping(wrong, "x.toml")
    for words in ("0 or more", "no measure", "not known"):
        assert words in str(caught.value)
