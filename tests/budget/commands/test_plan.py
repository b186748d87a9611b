"""The `plan` command as a person runs it."""

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from budget.__main__ import main
from budget.commands import plan as plan_command
from data import bundle, own_files
from data.example import FOLDER as EXAMPLE
from tests import ROOT
from tests.budget.workbook import workbook_plans

R5R = ROOT / "tests" / "data" / "files_people_have" / "j4_r5r_unreachable_rows_absent.csv"


def _run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    """Run the command as `_alone` does, in this process."""
    out, said = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        try:
            status = main(["plan", *arguments])
        except SystemExit as refused:  # by argparse
            status = refused.code
    return subprocess.CompletedProcess(arguments, status, out.getvalue(), said.getvalue())


def _alone(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "budget", "plan", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=environment)


@pytest.fixture(scope="module")
def planned(tmp_path_factory) -> tuple[dict, Path]:
    out = tmp_path_factory.mktemp("plan") / "plan.xlsx"
    done = _alone("--budget", "750000", "--json", "--out", str(out))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), out


def test_json_has_the_keys_that_others_build_on(planned):
    plan, _ = planned
    assert {
        "status", "access", "bound", "gap", "spent_pence", "budget_pence", "people", "access_per_extra_1000_pounds",
        "seconds", "chosen", "services", "conflicts",
    } <= set(plan)  # fmt: skip
    assert set(plan["seconds"]) == {"build", "solve"}
    assert {"cohort", "option", "people", "cost_pence", "access"} <= set(plan["chosen"][0])
    assert {"service", "units", "cost_pence"} <= set(plan["services"][0])


def test_the_plan_is_proved_and_within_budget(planned):
    plan, _ = planned
    assert plan["status"] == "optimal"
    assert plan["gap"] <= 0.0001
    assert plan["spent_pence"] <= plan["budget_pence"] == 75_000_000


def test_chosen_offers_and_services_add_up_to_the_spend(planned):
    plan, _ = planned
    costs = [row["cost_pence"] for row in plan["chosen"] + plan["services"]]
    assert sum(costs) == plan["spent_pence"]


def test_the_workbook_shows_the_same_spend_without_recalculation(planned):
    plan, out = planned
    book = openpyxl.load_workbook(out, data_only=True)
    sheet, cell = next(iter(book.defined_names["spend_total"].destinations))
    assert round(book[sheet][cell].value * 100) == plan["spent_pence"]


def test_words_for_a_person_without_json():
    done = _run("--budget", "100000")
    assert done.returncode == 0
    assert "young people are brought within reach of college or work" in done.stdout
    assert "Proved best" in done.stdout


def test_a_budget_that_is_more_than_enough_is_said_in_words_and_in_json(tmp_path):
    path = tmp_path / "passes.toml"
    path.write_text('budget = 50000000\nkinds = ["bus_pass"]\n', encoding="utf-8")
    words = _run("--scenario", str(path)).stdout
    assert "is left, as everyone whom support can help has the offer that helps them most" in words
    assert json.loads(_run("--scenario", str(path), "--json").stdout)["left_over"] in words


def test_coverage_is_told_once_and_under_its_own_heading():
    for plan in (workbook_plans.none_in_target(), workbook_plans.with_values(budget_pence=10**10)):
        lines = plan_command.in_words(plan).splitlines()
        told = [line for line in lines if "low-income young people" in line]
        assert len(told) == 1 and told[0].startswith("Coverage    The county has ")


def test_a_plan_that_spends_nothing_has_no_range_of_spend():
    nothing = plan_command._risk_in_short(workbook_plans.none_in_target())
    assert nothing == ["Nothing is spent, so no price and no take-up can carry this plan over its budget."]


def test_what_no_plan_can_satisfy_has_no_spend_nor_people():
    lines = plan_command.in_words(workbook_plans.impossible()).splitlines()
    assert lines[1].startswith("No plan can satisfy the limits: ")
    assert [line for line in lines if line.startswith(("Spend", "People", "Reach", "Score"))] == []


def test_json_tells_the_coverage_and_its_groups_add_up(planned):
    told = planned[0]["coverage"]
    groups = [told[place]["people"] for place in ("in_target", "not_isolated", "not_settled")]
    left_out = [group["people"] for group in told["left_out"]]
    assert sum([*groups, *left_out]) == pytest.approx(told["low_income_people"])
    assert {"parameter", "notch", "now", "then", "adds_areas", "adds_people"} <= told["loosened"][0].keys()


def test_the_journeys_that_would_settle_the_rest_are_written_as_a_matrix(tmp_path):
    path = tmp_path / "journeys.csv"
    done = _run("--budget", "1000", "--matrix-template", str(path))
    assert done.returncode == 0
    assert "to measure, for 33 areas" in done.stderr
    assert path.read_text(encoding="utf-8-sig").startswith("from_id,to_id,mode,minutes,distance_km")
    assert _run("--matrix-template", str(tmp_path / "journeys.xlsx")).returncode == 2


def test_a_scenario_of_before_opens_with_its_policy_and_says_what_the_default_is_now(tmp_path):
    path = tmp_path / "before.toml"
    path.write_text('budget = 100000\npolicy = "targeting-default"\n', encoding="utf-8")
    done = _run("--scenario", str(path))
    assert done.returncode == 0
    assert 'policy = "isolated-areas"' in done.stdout and "left out by the rule" in done.stdout


@pytest.mark.parametrize("budget", ["-1", "lots", "nan", "inf", "1e15", "1.001"])
def test_an_absurd_budget_is_refused_and_nothing_written(tmp_path, budget):
    out = tmp_path / "plan.xlsx"
    done = _run(f"--budget={budget}", "--out", str(out))
    assert done.returncode == 2
    assert "--budget" in done.stderr
    assert done.stdout == ""
    assert not out.exists()


def test_every_fault_of_the_command_line_is_said_at_once():
    done = _run("--budget=-1", "--reserve=lots", "--gap=3", "--time-limit=0")
    assert done.returncode == 2
    for option in ("--budget", "--reserve", "--gap", "--time-limit"):
        assert option in done.stderr


def test_faults_of_several_inputs_are_said_at_once(tmp_path):
    scenario = tmp_path / "ours.toml"
    scenario.write_text('schema = 1\nbudget_pence = "x"\n')
    done = _run(
        "--scenario", str(scenario), "--journeys", str(tmp_path / "none.csv"), "--out", str(tmp_path / "plan.pdf")
    )
    assert done.returncode == 2
    for named in ("ours.toml", "none.csv: No such file", "plan.pdf does not end in .xlsx"):
        assert named in done.stderr


def test_an_unwritable_output_is_refused_before_the_work(tmp_path):
    for out in (tmp_path / "no such folder" / "plan.xlsx", tmp_path / "plan.pdf"):
        done = _run("--budget", "1000", "--out", str(out))
        assert done.returncode == 2
        assert out.name in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_where_nothing_can_be_put_is_named_before_the_work():
    if not Path("/proc/self").is_dir():
        pytest.skip("no folder here that takes nothing even from its owner")
    done = _run("--budget", "1000", "--out", "/proc/plan.xlsx")
    assert done.returncode == 2
    assert done.stderr.startswith("--out /proc/plan.xlsx: cannot be written: /proc refuses new files")


def test_a_folder_that_is_no_bundle_is_refused(tmp_path):
    done = _run("--bundle", str(tmp_path), "--budget", "1000")
    assert done.returncode == 2
    assert "is not a bundle" in done.stderr


def test_a_scenario_file_sets_what_the_command_line_does_not(tmp_path):
    path = tmp_path / "buses.toml"
    path.write_text('budget = 200000\nkinds = ["bus_pass"]\n[figures]\n"bus_pass.price" = 1000\n', encoding="utf-8")
    plan = json.loads(_run("--scenario", str(path), "--json").stdout)
    assert plan["budget_pence"] == 20_000_000
    assert {row["option"] for row in plan["chosen"]} == {"bus_pass"}


def test_a_faulty_scenario_file_lists_every_fault(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text('budgit = 1\nreserve = -1\n[figures]\ncollege_minutes = "long"\n', encoding="utf-8")
    done = _run("--scenario", str(path))
    assert done.returncode == 2
    assert "3 problems" in done.stderr


def test_an_imported_matrix_lowers_what_rests_on_estimates(tmp_path):
    plan = json.loads(_run("--budget", "750000", "--json").stdout)
    rows = [f"{row['cohort']},{place},bus,25,,300,routed" for row in plan["chosen"] for place in ("X-C1", "X-E1")]
    path = tmp_path / "matrix.csv"
    path.write_text("from_id,to_id,mode,minutes,distance_km,fare_pence,source\n" + "\n".join(rows), encoding="utf-8")
    measured = json.loads(_run("--budget", "750000", "--journeys", str(path), "--json").stdout)
    assert measured["share_of_access_on_estimates"] < plan["share_of_access_on_estimates"] == 1


def test_a_matrix_with_faults_is_refused_row_by_row(tmp_path):
    path = tmp_path / "matrix.csv"
    path.write_text("from_id,to_id,mode,minutes,source\nA,B,rocket,-1,routed\n", encoding="utf-8")
    done = _run("--journeys", str(path), "--budget", "1000")
    assert done.returncode == 2
    assert "row 2, mode" in done.stderr
    assert "row 2, minutes" in done.stderr


def _altered(workbook: Path, to: Path, *cells: tuple[str, str, object]) -> Path:
    book = openpyxl.load_workbook(workbook)
    for sheet, place, value in cells:
        book[sheet][place] = value
    book.save(to)
    return to


def test_a_workbook_that_was_not_changed_gives_the_same_plan_and_hash(planned):
    plan, out = planned
    again = json.loads(_run("--from-workbook", str(out), "--json").stdout)
    assert again["changes"] == [] and again["not_read_back"] == []
    for key in ("scenario_sha256", "chosen", "services", "spent_pence", "access"):
        assert again[key] == plan[key], key


def test_a_changed_workbook_lists_its_changes_and_its_new_plan_is_written_over_it(planned, tmp_path):
    plan, out = planned
    changed = _altered(out, tmp_path / "plan.xlsx", ("Assumptions", "C5", 300_000), ("Assumptions", "C20", 1350))
    done = _run("--from-workbook", str(changed), "--out", str(changed))
    assert done.returncode == 0, done.stderr
    assert "Changed     Budget: £750,000 → £300,000 (Assumptions, C5)" in done.stdout
    assert "price a taker: £900 a year → £1,350 a year (Assumptions, C20)" in done.stdout
    again = json.loads(_run("--from-workbook", str(changed), "--budget", "250000", "--json").stdout)
    assert again["changes"] == [] and again["budget_pence"] == 25_000_000
    assert again["spent_pence"] <= 25_000_000 < plan["spent_pence"]


def test_what_the_command_line_says_over_a_workbook_is_said(planned):
    _, out = planned
    done = _run("--from-workbook", str(out), "--budget", "200000", "--gap", "0.01", "--time-limit", "30")
    assert "--budget £200,000 is used in place of the workbook's £750,000." in done.stderr
    assert "--gap 1% is used in place of the workbook's 0.01%." in done.stderr
    assert "--time-limit 30 seconds is used in place of the workbook's 60 seconds." in done.stderr


def test_a_damaged_workbook_is_refused_with_its_cells_and_nothing_written(planned, tmp_path):
    _, out = planned
    cells = (("Assumptions", "C20", "=900"), ("Assumptions", "C21", -3), ("Budget lines", "L5", "some"))
    changed, new = _altered(out, tmp_path / "damaged.xlsx", *cells), tmp_path / "new.xlsx"
    done = _run("--from-workbook", str(changed), "--out", str(new))
    assert done.returncode == 2 and done.stdout == "" and not new.exists()
    assert all(f"{sheet}, {place}" in done.stderr for sheet, place, _ in cells)


def test_a_workbook_of_another_bundle_or_with_a_scenario_beside_it_is_refused(planned, tmp_path):
    _, out = planned
    county = bundle.load(EXAMPLE)
    bundle.save(replace(county, areas=county.areas.iloc[:-1]), tmp_path / "other")
    done = _run("--from-workbook", str(out), "--bundle", str(tmp_path / "other"))
    assert done.returncode == 2
    assert "Scenario, bundle: the plan was made with the bundle" in done.stderr and "--any-bundle" in done.stderr
    (tmp_path / "a.toml").write_text("budget = 1\n", encoding="utf-8")
    done = _run("--from-workbook", str(out), "--scenario", str(tmp_path / "a.toml"))
    assert done.returncode == 2 and "Give one" in done.stderr


def test_one_area_is_one_area_and_what_was_left_open_is_said():
    plan = replace(workbook_plans.default(), allocation=_of_one(workbook_plans.default().allocation))
    words = plan_command.in_words(plan)
    assert "in 1 area\n" in words and "1 areas" not in words
    assert words.endswith("access: 3 figures were rounded to 6 decimals.")


def test_what_a_bundle_warns_of_is_printed_the_matrix_first_and_the_rest_counted():
    plan = workbook_plans.default()
    many = replace(plan.county.manifest, warnings=tuple(f"Warning {number}." for number in range(7)))
    county = own_files.with_journeys(replace(plan.county, manifest=many), R5R, "unreachable")
    lines = plan_command.in_words(replace(plan, county=county)).splitlines()
    told = [line for line in lines if line.startswith("Warning ")]
    assert len(told) == 5 and told[-1] == "Warning     and 5 more, which --json prints"
    assert "by bus" in told[0] and told[0].endswith("They count as having no journey.")


def _of_one(allocation):
    note = "access: 3 figures were rounded to 6 decimals."
    return replace(allocation, chosen=allocation.chosen.iloc[:1], services=allocation.services.iloc[:0], notes=(note,))
