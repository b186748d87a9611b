"""What the README prints about scenarios is run as printed; its report is made in the tests of the report."""

import re
import shlex

import pytest

from budget.__main__ import main
from tests import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = README.split("## A budget is argued over for months")[1].split("\n## ")[0]
COMMANDS = [shlex.split(line) for line in re.findall(r"^python -m budget (.+)$", SECTION, flags=re.MULTILINE)]


@pytest.fixture
def a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'library.db'}")
    return tmp_path


def test_the_scenario_of_the_readme_is_planned_compared_and_saved(a_folder, capsys):
    done = [command[0] for command in COMMANDS if command[0] != "report" and main(command) == 0]
    assert done == ["plan", "compare", "scenarios", "scenarios", "plan", "monitor"]
    assert all(
        (a_folder / name).is_file()
        for name in ("agreed.toml", "plan.xlsx", "comparison.xlsx", "again.xlsx", "actuals.csv")
    )
    assert "A. Planner" in capsys.readouterr().out
