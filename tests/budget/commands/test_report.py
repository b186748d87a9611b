"""`python -m budget report`: one document, the statuses and the faults of the other commands."""

import contextlib
import io

import docx
import pytest

from budget import report
from budget.__main__ import main
from tests.budget.report.test_report import without_risk


@pytest.fixture(autouse=True)
def no_risk(monkeypatch):
    monkeypatch.setattr(report, "risk_of", without_risk)


def run(*arguments: object) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(["report", *map(str, arguments)])
    return status, out.getvalue(), err.getvalue()


def text(path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(path).paragraphs)


def test_a_budget_is_enough_for_a_report_on_the_example(tmp_path):
    status, out, err = run("--budget", "300000", "--out", tmp_path / "r.docx")
    assert status == 0 and "Wrote" in out and "Drawing" in err
    assert "The budget is £300,000." in text(tmp_path / "r.docx")
    assert [path.name for path in tmp_path.iterdir()] == ["r.docx"]


def test_two_scenarios_are_compared_with_the_budget_given_for_both(tmp_path):
    (tmp_path / "a.toml").write_text('name = "Dear"\n[figures]\n"bus_pass.price" = 1400\n')
    (tmp_path / "b.toml").write_text('name = "Now"\nbudget = 5\n')
    files = ("--scenario", tmp_path / "a.toml", "--against", tmp_path / "b.toml")
    status, _, _ = run(*files, "--budget", "400000", "--out", tmp_path / "r.docx")
    said = text(tmp_path / "r.docx")
    assert status == 0 and "Before is the plan “Now”. Now is the plan “Dear”." in said
    assert "£900 a year → £1,400 a year" in said and "£5.00" not in said


def test_every_fault_of_both_scenarios_is_told_and_nothing_is_written(tmp_path):
    (tmp_path / "a.toml").write_text("budget = -1\n")
    (tmp_path / "b.toml").write_text("colour = 3\n")
    files = ("--scenario", tmp_path / "a.toml", "--against", tmp_path / "b.toml")
    status, out, err = run(*files, "--budget", "lots", "--out", tmp_path / "r.docx")
    assert status == 2 and out == ""
    assert "a.toml" in err and "b.toml, colour" in err and "--budget" in err
    assert not (tmp_path / "r.docx").exists()


@pytest.mark.parametrize(("name", "problem"), [("r.pdf", ".docx"), ("none/r.docx", "there is no folder")])
def test_a_path_that_cannot_be_written_is_refused_before_the_work(tmp_path, name, problem):
    status, _, err = run("--out", tmp_path / name)
    assert status == 2 and problem in err and "Planning" not in err


def test_a_report_of_no_plan_is_written_and_ends_with_three(tmp_path):
    (tmp_path / "a.toml").write_text(
        'budget = 10\n[[limit]]\nmeasure = "people"\nat_least = 100000\n', encoding="utf-8"
    )
    status, _, _ = run("--scenario", tmp_path / "a.toml", "--out", tmp_path / "r.docx")
    assert status == 3 and "No plan can keep to all the limits" in text(tmp_path / "r.docx")
