"""`python -m budget scenarios` as a person types it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from budget.__main__ import main
from budget.scenarios import scenario_file
from data.example import FOLDER as EXAMPLE
from tests import ROOT
from tests.budget.store.stores import KINDS, new_url


@pytest.fixture(params=KINDS)
def folder(request, tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("DATABASE_URL", new_url(request.param, tmp_path))
    return tmp_path


@pytest.fixture
def dear(folder) -> Path:
    path = folder / "dear.toml"
    path.write_text('name = "Dear"\nbudget = 500000\n', encoding="utf-8")
    return path


def run(capsys, *asked: object) -> tuple[int, str, str]:
    status = main(["scenarios", *map(str, asked)])
    said = capsys.readouterr()
    return status, said.out, said.err


def as_json(capsys, *asked: object) -> dict:
    status, out, err = run(capsys, *asked, "--json")
    assert status == 0, err
    return json.loads(out)


def test_from_a_file_to_the_library_and_back(capsys, folder, dear):
    saved = as_json(capsys, "save", dear, "--author", "Ana", "--note", "for the panel")
    assert (saved["name"], saved["version"], saved["author"]) == ("Dear", 1, "Ana")
    status, out, err = run(capsys, "show", "dear")
    assert status == 0
    assert scenario_file.from_text(out) == scenario_file.read(dear)
    assert "for the panel" in err
    listed = as_json(capsys, "list")["scenarios"]
    assert [one["id"] for one in listed] == [saved["id"]]
    assert "Dear" in run(capsys, "list")[1]


def test_with_a_bundle_the_results_are_kept(capsys, folder, dear):
    saved = as_json(capsys, "save", dear, "--author", "Ana", "--bundle", EXAMPLE)
    shown = as_json(capsys, "show", saved["id"])
    assert saved["summary"]["spent_pence"] == shown["results"]["spent_pence"] > 0
    assert f"£{saved['summary']['spent_pence'] / 100:,.2f}" in run(capsys, "list")[1]


def test_a_scenario_without_a_name_is_saved_under_that_of_its_file(capsys, folder):
    (folder / "agreed.toml").write_text("budget = 400000\n", encoding="utf-8")
    assert as_json(capsys, "save", folder / "agreed.toml", "--author", "Ana")["name"] == "agreed"


def test_a_plan_that_keeps_no_limit_is_saved_and_the_status_says_so(capsys, folder, dear):
    dear.write_text('name = "x"\nbudget = 1\n[[limit]]\nmeasure = "people"\nat_least = 5\n', encoding="utf-8")
    status, out, err = run(capsys, "save", dear, "--author", "Ana", "--bundle", EXAMPLE)
    assert (status, "Saved x" in out, "No plan can satisfy" in err) == (3, True, True)
    assert "no plan keeps every limit" in run(capsys, "list")[1]


def test_whoever_saves_over_anothers_version_is_told_and_nothing_is_written(capsys, folder, dear):
    as_json(capsys, "save", dear, "--author", "Ana")
    over = ("save", dear, "--over", "Dear", "--expected-version", "1")
    as_json(capsys, *over, "--author", "Ben Ode")
    status, out, err = run(capsys, *over, "--author", "Cy", "--json")
    assert (status, out) == (2, "")
    assert "Ben Ode saved it" in err
    assert "save it over theirs as version 3" in err
    assert len(as_json(capsys, "history", "Dear")["versions"]) == 2
    assert as_json(capsys, *over[:-1], "2", "--author", "Cy")["version"] == 3


def test_every_action_is_in_the_log(capsys, folder, dear):
    id = as_json(capsys, "save", dear, "--author", "Ana")["id"]
    as_json(capsys, "rename", "Dear", "Dearer", "--author", "Ben")
    as_json(capsys, "duplicate", "Dearer", "--name", "Copy", "--author", "Cy")
    as_json(capsys, "restore", "Dearer", "--version", "1", "--author", "Di")
    file = folder / "dear.farebridge.zip"
    as_json(capsys, "export", "Dearer", "--out", file, "--author", "Ed")
    assert as_json(capsys, "import", file, "--author", "Flo")["name"] == "Dearer (2)"
    status, _, err = run(capsys, "delete", "Dearer", "--author", "Gus")
    assert (status, f"restore {id} --version 2" in err) == (0, True)
    said = [(one["who"], one["action"]) for one in as_json(capsys, "audit")["actions"]]
    assert said == [
        ("Ana", "created"), ("Ben", "renamed"), ("Cy", "duplicated"), ("Di", "restored"), ("Ed", "exported"),
        ("Flo", "imported"), ("Gus", "deleted"),
    ]  # fmt: skip
    assert len(as_json(capsys, "audit", id)["actions"]) == 5
    assert "Gus deleted Dearer" in run(capsys, "audit")[1]
    assert [one["name"] for one in as_json(capsys, "list", "--deleted")["scenarios"]] == ["Dearer"]
    assert as_json(capsys, "restore", id, "--version", "1", "--author", "Hal")["version"] == 3


def test_what_is_wrong_is_said_with_status_2_and_nothing_on_standard_output(capsys, folder, dear):
    broken = folder / "broken.toml"
    broken.write_text("budjet = 1\nbudget = -1\n", encoding="utf-8")
    (folder / "x.zip").write_bytes(b"no zip")
    as_json(capsys, "save", dear, "--author", "Ana")
    for asked, words in (
        (("show", "nobody"), "has no scenario 'nobody'"),
        (("show", "Dear", "--version", "9"), "has no version 9"),
        (("save", broken, "--author", "Ana"), "2 problems"),
        (("save", dear, "--author", "Ana"), "There is a scenario of this name already"),
        (("save", dear, "--over", "Dear"), "--over and --expected-version: go together"),
        (("save", folder / "none.toml"), "none.toml: No such file"),
        (("save", dear, "--author", ""), "author: is empty"),
        (("import", folder / "x.zip", "--author", "Ana"), "not a zip file"),
        (("export", "Dear", "--out", folder / "x.txt"), "end in .zip"),
        (("export", "Dear", "--out", folder / "none" / "x.zip"), "there is no folder"),
    ):
        status, out, err = run(capsys, *asked, "--json")
        assert (status, out) == (2, ""), asked
        assert words in err, err
    assert len(as_json(capsys, "audit")["actions"]) == 1


def test_a_name_cannot_give_orders_to_the_terminal(capsys, folder, dear):
    dear.write_text('name = "\\u001b[2Jred\\u202e\\u0007\\nsecond"\n', encoding="utf-8")
    as_json(capsys, "save", dear, "--author", "a\x1b[31m", "--note", "\x9b1m")
    for asked in (("list",), ("audit",), ("history", "\x1b[2Jred\u202e\x07\nsecond")):
        _, out, _ = run(capsys, *asked)
        assert out.count("\n") == 1
        assert all(letter.isprintable() or letter == "\n" for letter in out)


def test_a_database_that_does_not_answer_is_said_without_its_password(tmp_path):
    environment = os.environ | {"DATABASE_URL": "postgresql://me:secret@127.0.0.1:1/council"}
    done = subprocess.run(
        [sys.executable, "-m", "budget", "scenarios", "list"],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "council on 127.0.0.1 cannot be used" in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr
