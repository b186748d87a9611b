"""Each promise of docs/security.md and docs/deployment.md names tests that there are."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests import ROOT

ACCESS = "tests/screens/access"  # the folder of files that docs/security.md names without one
NAMED = re.compile(r"`((?:tests/)?[\w/]*test_\w+\.py)`|(test_\w+)(…?)|(the same)")


def promises() -> list[tuple[str, str]]:
    """Return each promise with what is said to hold it, from the tables of the two pages."""
    lines = [
        line
        for page in ("security.md", "deployment.md")
        for line in (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    ]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [(row[0], row[-1]) for row in cells if "test_" in row[-1] or "the same" in row[-1]]


@cache
def named_in(path: Path) -> tuple[str, ...]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return tuple(node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[:5] == "test_")


def file_of(path: str, last: Path) -> Path:
    """Return the file that a page names: whole, or beside the last one that it named, or of the folder ACCESS."""
    places = [ROOT / path] if path.startswith("tests/") else [last.parent / path, ROOT / ACCESS / path]
    return next((place for place in places if place.is_file()), places[0])


def faults() -> list[str]:
    found, file = [], ROOT
    for promise, held_by in promises():
        for path, name, is_beginning, same in NAMED.findall(held_by):
            if path:
                file = file_of(path, file)
                if not file.is_file():
                    found.append(f"{promise}: there is no {path}")
            elif name and file.is_file():
                known = named_in(file)
                if not (any(each.startswith(name) for each in known) if is_beginning else name in known):
                    found.append(f"{promise}: {file.name} has no {name}")
            elif not same:
                found.append(f"{promise}: {name} is in no file that is named before it")
    return found


def test_every_test_that_a_promise_names_is_there():
    assert len(promises()) > 40
    assert faults() == []


@pytest.mark.parametrize("page", ["security.md", "deployment.md"])
def test_every_promise_says_what_holds_it(page):
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    rows, is_table = [], False
    for line in lines:
        is_table = line.startswith("| Promise") or (is_table and line.startswith("|"))
        if is_table and not line.startswith(("| Promise", "|---")):
            rows.append(line)
    assert rows and [line for line in rows if "test_" not in line] == []
