"""A sweep of councils: bundles are built once, every council has its row, and an empty plan has its reason."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from budget.__main__ import main
from budget.planning import plan as planning
from budget.planning.coverage import PLACES
from budget.scenarios.scenario import Scenario
from budget.sweep import bundles, councils
from budget.sweep.bundles import CouncilBundle
from budget.sweep.sweep import Job
from data import bundle
from data.faults import InputError
from tests.data import official_files
from tests.opendata import FOLDER, needs_opendata

SCENARIO = Scenario(day=datetime.date(2026, 9, 1))


@pytest.fixture(scope="module")
def official(tmp_path_factory) -> Path:
    return official_files.write(tmp_path_factory.mktemp("official"))


@pytest.fixture(scope="module")
def built(official, tmp_path_factory) -> Path:
    """Return a folder of bundles of all councils in the made-up official files."""
    folder = tmp_path_factory.mktemp("bundles")
    build(["all"], official, folder)
    return folder


def build(names: list[str], official: Path, folder: Path) -> list[CouncilBundle]:
    _, missing = bundles.wanted(names, official, folder)
    return list(bundles.build_each(missing, official, lambda: ThreadPoolExecutor(1)))


def table_of(folder: Path, pence_a_head: int = 2000) -> pd.DataFrame:
    jobs, done = councils.jobs(bundles.found(folder), SCENARIO, pence_a_head)
    done |= {job.number: (job, councils.run_job(job)) for job in jobs}
    return councils.results_table(done).set_index("council")


def test_every_council_of_the_files_has_a_bundle_under_its_code_and_name(built):
    assert sorted(path.name for path in built.iterdir()) == ["E06000099-overby", "E10000099-wessmark"]
    assert bundle.load(built / "E06000099-overby").manifest.councils == ("E06000099",)


def test_a_bundle_that_is_there_is_not_built_again(built, official):
    there, missing = bundles.wanted(["all"], official, built)
    assert ([one.name for one in there], missing) == (["Overby", "Wessmark"], [])


def test_a_bundle_of_other_files_is_built_again(built, tmp_path):
    newer = official_files.write(tmp_path / "newer")
    (newer / "0.dat").write_text(official_files.file_7(idaci=False), encoding="utf-8")
    assert len(bundles.wanted(["all"], newer, built)[1]) == 2


def test_a_combined_authority_is_swept_as_its_members(tmp_path):
    folder = official_files.write(tmp_path / "official")
    (folder / "ca").write_text(
        "LAD25CD,LAD25NM,CAUTH25CD,CAUTH25NM\nE07000901,Marlow Vale,E47000099,Wess and Over\n"
        "E06000099,Overby,E47000099,Wess and Over\n"
    )
    _, missing = bundles.wanted(["Wess and Over Combined Authority"], folder, tmp_path)
    assert [one.name for one in missing] == ["Overby", "Wessmark"]


def test_an_unknown_council_is_refused_before_anything_is_built(official, tmp_path):
    with pytest.raises(InputError, match="Wesmark"):
        bundles.wanted(["Wesmark"], official, tmp_path)


def test_a_council_that_cannot_be_built_is_named_with_the_reason_and_the_others_are_built(official, tmp_path):
    two = [
        CouncilBundle(code, name, str(tmp_path / code)) for code, name in (("E06000099", "Overby"), ("X", "Nowhere"))
    ]
    done = {one.name: one for one in bundles.build_each(two, official, lambda: ThreadPoolExecutor(1))}
    assert "is not a county or unitary" in done["Nowhere"].problem
    assert done["Overby"].problem == "" and (tmp_path / "E06000099" / "manifest.json").is_file()


def test_the_budget_is_so_many_pounds_for_each_low_income_young_person(built):
    table, areas = table_of(built), bundle.load(built / "E10000099-wessmark").areas
    low_income = (areas["young_people"] * areas["low_income_rate"]).sum()
    assert table.loc["Wessmark", "low_income_young_people"] == pytest.approx(low_income, abs=0.005)
    assert table.loc["Wessmark", "budget_pence"] == round(2000 * low_income)
    assert (table["spent_pence"] <= table["budget_pence"]).all()


def test_a_plan_that_spends_nothing_says_why(built):
    table = table_of(built, pence_a_head=0)
    assert (table["spent_pence"] == 0).all()
    assert (table["why"] != "").all()


def test_a_row_without_a_bundle_has_its_problem_and_no_figures():
    jobs, done = councils.jobs([CouncilBundle("X", "Nowhere", "", "no such council")], SCENARIO, 2000)
    (row,) = councils.results_table(done).to_dict("records")
    assert (jobs, row["status"], row["problem"]) == ([], "failed", "no such council")
    assert pd.isna(row["areas"]) and pd.isna(row["spent_pence"])


def test_a_row_is_made_again_for_another_budget_or_policy_and_never_taken_for_a_scenarios(built):
    def keys(scenario: Scenario, pence: int) -> list[str]:
        return [job.key for job in councils.jobs(bundles.found(built), scenario, pence)[0]]

    same, more = keys(SCENARIO, 2000), keys(SCENARIO, 3000)
    assert keys(SCENARIO, 2000) == same and not set(same) & set(more)
    job = councils.jobs(bundles.found(built), SCENARIO, 2000)[0][0]
    assert Job(job.number, job.scenario, job.folder, job.checksum).key != job.key


def test_the_command_builds_what_is_missing_and_writes_a_row_for_each_council(official, tmp_path, capsys):
    out = tmp_path / "table.csv"
    asked = ["sweep", "--councils", "all", "--data", str(official), "--bundles", str(tmp_path / "b"), "--out", str(out)]
    assert main([*asked, "--workers", "1"]) == 0
    table = pd.read_csv(out)
    assert table["council"].tolist() == ["Overby", "Wessmark"]
    assert list(table.columns) == list(councils.COLUMNS)
    assert not out.with_name("table.csv.journal").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--councils", "all", "--out", "t.csv"], "--councils: needs --bundles"),
        (["--out", "t.parquet"], "needs SWEEP.toml"),
        (["--bundles", "b", "--councils", "all", "--out", "t.csv"], "needs --data"),
        (["--bundles", "b", "--per-head", "-1", "--out", "t.csv"], "negative"),
        (["--bundles", "b", "--out", "t.txt"], "neither .csv nor .parquet"),
        (["--bundles", "b", "--out", "t.csv"], "holds no county bundle"),
    ],
)
def test_options_that_cannot_serve_are_refused_with_what_is_lacking(options, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["sweep", *options]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@needs_opendata
def test_all_upper_tier_councils_of_england_are_found_in_the_real_files(tmp_path):
    there, missing = bundles.wanted(["all"], FOLDER, tmp_path)
    names = {one.name for one in missing}
    assert (there, len(missing)) == ([], 153)
    assert {"Cornwall", "Isles of Scilly", "Westmorland and Furness", "Isle of Wight", "Lincolnshire"} <= names


@needs_opendata
def test_hull_where_everybody_is_near_something_says_why_nothing_is_bought(real_county):
    plan = planning.make(real_county("Kingston upon Hull, City of"), Scenario(budget_pence=10_000_000), SCENARIO.day)
    row = councils.results(plan)
    assert row["spent_pence"] == 0 and "None lives in an area in target" in row["why"]
    assert sum(row[f"areas_{place}"] for place in PLACES) == row["areas"]
    people = sum(row[f"low_income_{place}"] for place in PLACES)
    assert people == pytest.approx(row["low_income_young_people"], abs=0.05)
