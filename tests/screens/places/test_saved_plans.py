"""Plans saved for a county are made anew on the county of a new release, and nothing is saved."""

import datetime
from dataclasses import replace

import pytest

from budget.allocation.inputs.limits import Limits
from budget.planning import plan as plans
from budget.scenarios.scenario import Scenario
from budget.store.library import open_library
from budget.store.results import results_of
from data import bundle, example
from screens.places import saved_plans

TODAY = datetime.date(2026, 11, 30)


@pytest.fixture
def library(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'library.sqlite'}")
    return open_library()


def test_a_saved_plan_has_the_figures_it_was_saved_with_and_those_of_the_new_county(library, tmp_path):
    county = bundle.load(example.FOLDER)
    half = bundle.save(replace(county, areas=county.areas.iloc[::2]), tmp_path / "half")
    scenario = Scenario(name="Agreed", budget_pence=10_000_000, bundle=county.manifest.checksum)
    made = plans.make(county, scenario, TODAY)
    library.save(scenario, author="Ana", results=results_of(made))
    library.save(replace(scenario, name="Of the half", bundle=half.manifest.checksum), author="Ana")
    library.save(
        replace(scenario, name="Must fund an area that is gone", limits=Limits(must_fund=(county.areas.index[1],))),
        author="Ana",
    )
    found = {each.name: each for each in saved_plans.replan(example.FOLDER, tmp_path / "half", TODAY, lambda *_: None)}
    assert set(found) == {"Agreed", "Must fund an area that is gone"}
    agreed = results_of(plans.make(half, replace(scenario, bundle=""), TODAY)).summary()
    assert found["Agreed"].reach_before == results_of(made).summary()["within_reach"]
    assert (found["Agreed"].reach_after, found["Agreed"].spent_after_pence) == (
        agreed["within_reach"],
        agreed["spent_pence"],
    )
    assert found["Agreed"].reach_after < found["Agreed"].reach_before
    assert (
        county.areas.index[1] in found["Must fund an area that is gone"].problem
        and found["Must fund an area that is gone"].reach_after is None
    )
    assert len(library.list()) == 3 and all(entry.version == 1 for entry in library.list())
