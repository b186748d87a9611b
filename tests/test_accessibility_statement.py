"""docs/accessibility.md promises nothing that no test holds."""

import ast
import re

from tests import ROOT

TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
LEAST = 20  # promises; fewer would mean that the table is not read


def test_every_promise_names_a_test_that_exists():
    statement = (ROOT / "docs" / "accessibility.md").read_text("utf-8")
    table = statement.partition("| Promise | Held by |")[2].partition("\n\n")[0]
    promises = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    assert len(promises) >= LEAST
    assert [promise for promise, *held in promises if not TEST.search("".join(held))] == []
    named = TEST.findall(statement)
    assert [f"{file}::{name}" for file, name in named if name not in _tests_in(file)] == []


def _tests_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8")) if (ROOT / file).is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
