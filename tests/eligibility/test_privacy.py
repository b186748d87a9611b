"""What docs/privacy.md promises of the package that sees applicants, held to its source."""

import ast

from tests import ROOT

PACKAGE = ROOT / "eligibility"
KEEPERS = {"logging", "tempfile", "pickle", "shelve", "sqlite3", "urllib", "requests", "socket", "http"}
WRITERS = {"write_text", "write_bytes", "to_csv", "to_excel", "to_parquet", "to_pickle", "open", "mkstemp"}
# The one place where the user has said where a file is to go.
MAY_WRITE_WHOLE = {"assess_command.py", "check_command.py", "policy_edit.py"}


def parsed() -> list[tuple[str, ast.Module]]:
    return [(path.name, ast.parse(path.read_text(encoding="utf-8"))) for path in PACKAGE.glob("*.py")]


def imported(tree: ast.Module) -> set[str]:
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names}


def called(tree: ast.Module) -> set[str]:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def test_nothing_that_sees_applicants_logs_keeps_or_sends():
    assert {name: imported(tree) & KEEPERS for name, tree in parsed() if imported(tree) & KEEPERS} == {}


def test_nothing_that_sees_applicants_writes_to_disk_by_itself():
    assert {name: called(tree) & WRITERS for name, tree in parsed() if called(tree) & WRITERS} == {}


def test_files_are_written_only_where_the_user_said():
    assert {name for name, tree in parsed() if "write_whole" in called(tree)} <= MAY_WRITE_WHOLE
