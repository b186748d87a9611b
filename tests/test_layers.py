"""Imports flow one way, and only the screens know Streamlit."""

import ast
from pathlib import Path

from tests import ROOT

LAYERS = ["data", "eligibility", "budget", "screens", "streamlit_app"]  # each may import only from its left


def _modules() -> list[Path]:
    folders = [ROOT / layer for layer in LAYERS if (ROOT / layer).is_dir()]
    return [ROOT / "streamlit_app.py", *(path for folder in folders for path in folder.rglob("*.py"))]


def _layer(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names.add(node.module.split(".")[0])
    return names


def test_imports_only_flow_one_way():
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _modules()
        for name in _imports(path)
        if name in LAYERS and LAYERS.index(name) > LAYERS.index(_layer(path))
    ]
    assert wrong == []


def test_only_the_screens_import_streamlit():
    wrong = [
        str(path.relative_to(ROOT))
        for path in _modules()
        if "streamlit" in _imports(path) and _layer(path) not in ("screens", "streamlit_app")
    ]
    assert wrong == []
