"""The `compare` command as a person runs it."""

import json
import os
import subprocess
import sys

import openpyxl
import pytest

from budget.__main__ import main
from tests import ROOT

KINDS = 'kinds = ["bus_pass", "bus_discount", "moped_loan"]\n'  # soon planned
BASE = f'budget = 120000\nday = 2026-09-01\nname = "As now"\n{KINDS}'
MORE = f"budget = 300000\nday = 2026-09-01\n{KINDS}"


@pytest.fixture
def written(tmp_path):
    def write(**files: str) -> list[str]:
        paths = []
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
            paths.append(str(tmp_path / f"{name}.toml"))
        return paths

    return write


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(["compare", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_scenarios_side_by_side_as_json_and_as_a_workbook(written, tmp_path):
    out = tmp_path / "comparison.xlsx"
    files = written(a=BASE, more=MORE, tight=f'budget = 1\n{KINDS}must_fund = ["X01000012"]\n')
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "budget", "compare", *files, "--out", str(out), "--json"],
        capture_output=True, text=True, encoding="utf-8", env=environment, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert [each["scenario"] for each in said["scenarios"]] == ["As now", "more", "tight"]
    assert [each["status"] for each in said["scenarios"]] == ["optimal", "optimal", "infeasible"]
    assert said["scenarios"][2]["spent_pence"] is None
    assert said["scenarios"][2]["conflicts"]
    spent = sum(row["cost_pence"] for row in said["by_district"] if row["scenario"] == "more")
    assert spent == said["scenarios"][1]["spent_pence"]
    pair = said["pairs"][0]
    assert (pair["from"], pair["to"], pair["compared"]) == ("As now", "more", True)
    assert pair["inputs"][0]["words"] == "Budget: £120,000 → £300,000"
    assert pair["gains"]["areas"] == sum(change["effect"] == "gains" for change in pair["changes"]) > 0
    assert (said["pairs"][1]["compared"], said["pairs"][1]["changes"]) == (False, [])
    book = openpyxl.load_workbook(out, data_only=True)
    assert round(book["Comparison"]["E10"].value * 100) == said["scenarios"][1]["spent_pence"]


def test_cases_plan_each_scenario_at_low_central_and_high_take_up(written, capsys):
    code, out, _ = run(capsys, *written(a=BASE), "--cases", "--json")
    said = json.loads(out)
    assert code == 0
    assert [each["scenario"] for each in said["scenarios"]] == [
        f"As now, {case} take-up" for case in ("low", "central", "high")
    ]
    assert said["base"] == "As now, central take-up"
    assert [pair["inputs"][0]["words"] for pair in said["pairs"]] == [
        "Case of take-up: central → low", "Case of take-up: central → high",
    ]  # fmt: skip


def test_in_words_it_says_who_gains_and_which_input_differed(written, capsys):
    code, out, _ = run(capsys, *written(a=BASE, b=MORE), "--why")
    assert code == 0
    assert "(alone: £" in out
    assert "From “As now” to “b”" in out
    assert "Budget: £120,000 → £300,000" in out
    assert " gain by the access score: " in out


def test_where_no_scenario_has_a_plan_the_exit_status_says_so(written, capsys):
    tight = f'budget = 1\n{KINDS}must_fund = ["X01000012"]\n'
    code, out, _ = run(capsys, *written(a=tight, b=tight))
    assert code == 3
    assert out.count("no plan can satisfy its limits") == 2


def test_the_faults_of_every_file_are_listed_at_once_and_nothing_is_written(written, capsys, tmp_path):
    out = tmp_path / "comparison.xlsx"
    files = written(a="budjet = 1\n[figures]\ncolege_minutes = 5\n", b='kinds = ["bus"]\n')
    code, said, err = run(capsys, *files, str(tmp_path / "none.toml"), "--out", str(out))
    assert (code, said, out.exists()) == (2, "", False)
    for words in ("a.toml, budjet", "a.toml, colege_minutes", "b.toml, kinds", "none.toml: cannot be read"):
        assert words in err
    assert "Check that the path exists" in err


def test_one_scenario_alone_is_refused(written, capsys):
    code, _, err = run(capsys, *written(a=BASE))
    assert code == 2
    assert "--cases" in err


def test_a_scenario_for_another_bundle_is_refused_unless_any_is_asked_for(written, capsys):
    files = written(a=BASE, b=BASE + f'bundle = "{"0" * 64}"\n')
    code, _, err = run(capsys, *files)
    assert code == 2
    assert "another bundle (000000000000…)" in err
    code, _, err = run(capsys, *files, "--any-bundle")
    assert code == 0
    assert "another bundle" in err


def test_a_saved_scenario_brings_the_same_plan_back(written, capsys, tmp_path):
    saved = tmp_path / "saved.toml"
    (file,) = written(a=f'budget = 120000\n{KINDS}[figures]\n"bus_pass.price" = 950\n')
    assert main(["plan", "--scenario", file, "--save-scenario", str(saved), "--json"]) == 0
    before = json.loads(capsys.readouterr().out)
    assert main(["plan", "--scenario", str(saved), "--json"]) == 0
    after = json.loads(capsys.readouterr().out)
    assert before["scenario_sha256"] == after["scenario_sha256"]
    assert before["chosen"] == after["chosen"]
    text = saved.read_text(encoding="utf-8")
    for line in ("day = ", "bundle = ", "policy_sha256 = ", "figures_sha256 = "):
        assert line in text


def test_a_robust_plan_starts_from_central_take_up_and_refuses_another(written, capsys):
    (file,) = written(a='take_up_case = "low"\n')
    assert main(["plan", "--scenario", file, "--robust", "5"]) == 2
    assert "central take-up" in capsys.readouterr().err


def test_a_cautious_plan_can_have_its_risk_looked_at(written, capsys):
    (file,) = written(a='budget = 100000\nkinds = ["bus_pass"]\ntake_up_case = "low"\n')
    assert main(["plan", "--scenario", file, "--risk", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["risk"]
