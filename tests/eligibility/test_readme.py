"""The README shows one check and one batch, each run here as printed; only the letters of six hundred are left out."""

import json
import re
import shlex

import pytest

from eligibility.__main__ import main
from tests import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def printed(command: str) -> list[str]:
    """Return the arguments of the one command of the README that begins so, its input found from anywhere."""
    (line,) = re.findall(rf"^python -m eligibility ({command} .*)$", README, flags=re.MULTILINE)
    return [str(ROOT / part) if part.startswith("tests/") else part for part in shlex.split(line)]


def test_the_check_of_the_readme_finds_an_eligible_person_and_writes_a_letter(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(printed("check")) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("  eligible (decided on")
    assert (tmp_path / "letter.docx").is_file()


def test_the_batch_of_the_readme_accounts_for_every_row_as_it_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    arguments = printed("assess")
    assert arguments[-2:] == ["--letters", "letters.zip"]
    assert main([*arguments[:-2], "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    decided, wrong = re.search(r"600 rows (\d+) are decided and (\d+) are\s+in\s+the\s+sheet", README).groups()
    assert (found["rows"], found["decided"], found["rows_with_errors"]) == (600, int(decided), int(wrong))


@pytest.mark.parametrize("words", ["check before use", "--applicants decisions.xlsx"])
def test_the_readme_says_what_to_mind_and_what_comes_next(words):
    assert words in README
