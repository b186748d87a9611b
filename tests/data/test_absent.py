"""A pair without minutes in a travel matrix: told, and what the council says it is."""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from budget.__main__ import main as budget
from budget.commands.shared import load_county
from budget.offers.targeting import absent_rule, base_journeys, journeys_in_target
from budget.planning import plan as planning
from budget.scenarios.scenario import Scenario
from data import bundle, own_files, travel
from data.__main__ import main
from data.bundle import County
from data.example import FOLDER
from data.faults import InputError
from data.travel.absent import NO_JOURNEY
from tests.budget.planning.test_plan import DAY

EXAMPLE = bundle.load(FOLDER)
MATRIX = Path(__file__).parent / "files_people_have" / "j4_r5r_unreachable_rows_absent.csv"
LEARNING = EXAMPLE.destinations.index[EXAMPLE.destinations["kind"].isin(["college", "sixth_form"])]
HERE = "X01000001"


def _with(absent: str) -> County:
    return own_files.with_journeys(EXAMPLE, MATRIX, absent)


@pytest.fixture(scope="module")
def figures():
    return planning.make(EXAMPLE, Scenario(), DAY).catalogue.figures


def _by(journeys: pd.DataFrame, from_id: str, mode: str) -> pd.DataFrame:
    return journeys[(journeys["from_id"] == from_id) & (journeys["mode"] == mode)].set_index("to_id")


def test_how_many_pairs_have_no_minutes_is_told_by_mode():
    pairs = len(EXAMPLE.areas) * len(LEARNING)
    first, second = _with("estimate").manifest.warnings[:2]
    assert f"{pairs - 1:,} by bus, {pairs - 1:,} by walk" in first
    assert "keep their estimates" in first and "--absent unreachable" in first
    assert f"{len(EXAMPLE.areas) - 1} of {len(EXAMPLE.areas)} areas are in no row" in second


def test_an_empty_cell_counts_like_a_row_left_out_and_inf_does_not(tmp_path):
    matrix = pd.DataFrame({"from_id": HERE, "to_id": LEARNING[:3], "mode": "bus", "minutes": [np.nan, np.inf, 20.0]})
    matrix["distance_km"] = np.nan
    counts = travel.without_minutes(matrix, pd.Index([HERE]), EXAMPLE.destinations.loc[LEARNING[:3]])
    assert counts == {"bus": 1}


def test_without_a_choice_the_estimates_stay(figures):
    journeys = base_journeys(_with("estimate"), figures)["college"]
    assert absent_rule(_with("estimate")) is None
    assert np.isfinite(journeys["minutes"]).any() and (journeys["source"] == travel.ESTIMATE).any()


def test_absent_means_unreachable_for_every_area_and_the_modes_of_the_matrix(figures):
    journeys = base_journeys(_with("unreachable"), figures)["college"]
    bus = _by(journeys, HERE, "bus")
    assert bus.loc["X-C1", "minutes"] == 30
    others = journeys[journeys["mode"].isin(["bus", "walk"])].set_index(["from_id", "to_id"]).drop((HERE, "X-C1"))
    assert np.isinf(others["minutes"]).all() and set(others["source"]) == {NO_JOURNEY}
    by_car = journeys[journeys["mode"] == "car"]
    assert np.isfinite(by_car["minutes"]).all()  # the matrix says nothing of cars


def test_a_matrix_of_colleges_says_nothing_of_jobs(figures):
    work = base_journeys(_with("unreachable"), figures)["work"]
    assert set(work["source"]) == {travel.ESTIMATE}


def test_asked_cuts_only_pairs_whose_places_are_both_in_the_matrix(figures, tmp_path):
    matrix = pd.concat([pd.read_csv(MATRIX), pd.read_csv(MATRIX).assign(from_id="X01000002", to_id=LEARNING[1])])
    path = tmp_path / "m.csv"
    matrix.to_csv(path, index=False)
    journeys = base_journeys(own_files.with_journeys(EXAMPLE, path, "asked"), figures)["college"]
    cut = journeys[journeys["source"] == NO_JOURNEY]
    assert set(zip(cut["from_id"], cut["to_id"], strict=True)) == {(HERE, LEARNING[1]), ("X01000002", "X-C1")}


def test_a_derived_mode_follows_a_base_mode_that_was_cut(figures, tmp_path):
    path = tmp_path / "m.csv"
    pd.read_csv(MATRIX).assign(mode="car").drop_duplicates("mode").to_csv(path, index=False)
    county = own_files.with_journeys(EXAMPLE, path, "unreachable")
    area = pd.Index(["X01000002"])
    every = journeys_in_target(county, area, figures, base_journeys(county, figures))["academic"]
    derived = [mode.id for mode in travel.all_modes().values() if mode.derived_from == "car"]
    assert derived and np.isinf(every.loc[every["mode"].isin(derived), "minutes"]).all()


def test_a_choice_is_about_the_bundles_own_matrix_where_no_other_is_given(tmp_path, capsys):
    bundle.save(_with("estimate"), tmp_path / "b")
    options = argparse.Namespace(bundle=tmp_path / "b", journeys=None, absent="unreachable")
    county, direct = load_county(options), _with("unreachable")
    assert county.manifest.absent_journeys == "unreachable"
    assert county.manifest.warnings == direct.manifest.warnings
    options.absent = None
    assert load_county(options).manifest.absent_journeys == "estimate"


@pytest.mark.parametrize("command", ["plan", "frontier"])
def test_a_choice_without_any_matrix_is_refused(command, capsys):
    assert budget([command, "--absent", "unreachable"]) == 2
    assert "--absent: says what a pair without minutes" in capsys.readouterr().err


def test_a_build_with_a_choice_and_no_matrix_is_refused_before_the_work(tmp_path, capsys):
    options = ["--council", "Lincolnshire", "--from", str(tmp_path), "--to", str(tmp_path / "b")]
    assert main(["build", *options, "--absent", "asked"]) == 2
    assert "there is no matrix. Give one with --journeys" in capsys.readouterr().err


def test_the_bundle_keeps_the_choice_and_its_checksum_tells_it(tmp_path):
    kept = [bundle.save(_with(choice), tmp_path / choice).manifest for choice in ("estimate", "unreachable")]
    assert [bundle.load(tmp_path / m.absent_journeys).manifest.absent_journeys for m in kept] == [
        "estimate",
        "unreachable",
    ]
    assert kept[0].checksum != kept[1].checksum


def test_a_bundle_without_the_choice_opens_as_before():
    assert EXAMPLE.manifest.absent_journeys == "estimate"
    tables = EXAMPLE.manifest.tables
    assert replace(EXAMPLE.manifest, tables=tables, absent_journeys="asked").checksum != EXAMPLE.manifest.checksum


def test_a_plan_on_measured_noes_differs_from_one_on_estimates():
    plans = {choice: planning.make(_with(choice), Scenario(), DAY) for choice in ("estimate", "unreachable")}
    isolated = {choice: len(plan.targeting.in_target) for choice, plan in plans.items()}
    assert isolated["unreachable"] > isolated["estimate"]  # no bus reaches a college
    assert plans["estimate"].allocation.access != plans["unreachable"].allocation.access


def test_the_command_takes_the_choice_and_show_says_it(tmp_path, capsys):
    folder = bundle.save(_with("asked"), tmp_path / "b") and tmp_path / "b"
    assert main(["show", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["absent_journeys"] == "asked"


def test_a_choice_that_does_not_exist_is_a_damaged_manifest(tmp_path):
    bundle.save(_with("asked"), tmp_path / "b")
    path = tmp_path / "b" / "manifest.json"
    path.write_text(path.read_text().replace('"absent_journeys": "asked"', '"absent_journeys": "never"'))
    with pytest.raises(InputError, match="absent_journeys"):
        bundle.load(tmp_path / "b")
