"""Years ahead by ageing cohorts: by the young people of each area then and now, with whole vehicles and inflation."""

import json
from dataclasses import replace
from fractions import Fraction
from math import ceil

import pytest

from budget.__main__ import main
from budget.accounts import statement
from budget.accounts.ahead import years_ahead
from budget.allocation.inputs.limits import Limit, Limits
from budget.offers.catalogue import default_catalogue
from budget.planning.plan import replan
from data.bundle import County
from data.faults import InputError
from tests.budget.monitoring.test_ledgers import FILES, plan


def content() -> statement.Content:
    return statement.draw_up(plan())


def younger(by: int, times: float) -> County:
    """Return the county of the plan with the ages of a cohort so many years younger, and so many times as many."""
    county = plan().county
    low, high = county.manifest.ages
    areas = county.areas.assign(young_people=county.areas["young_people"] * times)
    return replace(county, areas=areas, manifest=replace(county.manifest, ages=(low - by, high - by)))


NO_INFLATION = {kind.id: (0.0,) for kind in default_catalogue().kinds}


def test_the_year_of_the_plan_costs_what_the_plan_spends():
    now, same = years_ahead(content(), [younger(1, 1.0)], NO_INFLATION)
    assert now.total_pence == plan().allocation.spent_pence
    riders = content().funded.groupby("service_key")["people_micro"].sum()
    seats = content().services.set_index("key")
    fewest = sum(
        ceil(riders.get(key, 0) / 1_000_000 / row["seats_each"]) * row["price_pence"] for key, row in seats.iterrows()
    )
    offers = int(content().funded["cost_pence"].sum())
    assert same.total_pence == offers + fewest


def test_a_vehicle_that_a_limit_promises_is_paid_for_in_each_year_riders_or_none():
    bought = int(content().services["units"].sum())
    promise = Limit("vehicles", at_least=Fraction(bought + 2))
    promised = replan(plan(), replace(plan().scenario, limits=Limits((promise,))))
    assert promised.allocation.services["units"].sum() >= bought + 2
    now, fewer = years_ahead(statement.draw_up(promised), [younger(1, 0.01)], NO_INFLATION)
    assert now.total_pence == promised.allocation.spent_pence
    assert fewer.total_pence > promised.allocation.services["cost_pence"].sum() / 2


def test_twice_as_many_young_people_have_twice_the_takers_and_each_kind_its_own_inflation():
    rates = NO_INFLATION | {"bus_pass": (0.1, 0.2)}
    now, first, third = years_ahead(content(), [younger(3, 2.0), younger(1, 2.0)], rates)
    assert (first.year, third.year) == (now.year + 1, now.year + 3)
    assert first.takers == pytest.approx(2 * now.takers, abs=1e-4)
    rows = len(content().funded)
    assert abs(first.pence["bus_pass"] - now.pence["bus_pass"] * 2 * 1.1) <= rows
    assert abs(third.pence["bus_pass"] - now.pence["bus_pass"] * 2 * 1.1 * 1.2 * 1.2) <= rows


def test_a_bundle_of_another_cohort_or_without_the_areas_is_refused():
    short = younger(1, 1.0)
    with pytest.raises(InputError) as caught:
        years_ahead(content(), [younger(4, 1.0), replace(short, areas=short.areas.iloc[:1])], {})
    assert len(caught.value.faults) == 2 and "--ages 15-17" in str(caught.value)


def test_the_command_says_growth_against_what_is_spent_today(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = (FILES / "agreed.toml").read_text().replace('income_subjective = "94100"', "baseline = 100000")
    (tmp_path / "s.toml").write_text(text)
    assert main(["ahead", "--scenario", "s.toml", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["baseline_pence"] == 10_000_000
    assert told["years"][0]["growth_pence"] == told["years"][0]["total_pence"] - 10_000_000
    assert main(["ahead", "--scenario", "s.toml"]) == 0
    said = capsys.readouterr().out
    assert "Growth, or saving" in said and "give --cohort BUNDLE for each year ahead" in said
    assert main(["ahead", "--inflation", "bus=0.1"]) == 2
