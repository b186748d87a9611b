"""The allocation as a library: its page runs as printed, and it imports nothing of the product around it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "allocation-library.md"
LEAVES = (  # only each other
    "data.faults", "data.opening", "data.scan.compiled", "data.suggest", "data.text_tables", "data.wording",
)  # fmt: skip


def test_the_page_runs_as_printed_from_an_empty_folder(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) > 4
    script = [sys.executable, "-W", "error", "-c", "\n".join(blocks)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    run = subprocess.run(
        script, cwd=tmp_path, env=environment | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "optimal 9.0 9.0 0.0 90000" in run.stdout


def test_the_page_shows_every_name_of_the_library():
    import budget.allocation

    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in budget.allocation.__all__ if not re.search(rf"\b{name}\b", page)] == []


def test_the_library_imports_nothing_of_the_product_around_it():
    graph = grimp.build_graph("data", "eligibility", "budget", cache_dir=None)
    upstream = graph.find_upstream_modules("budget.allocation", as_package=True)
    others = {module for module in upstream if not module.startswith(("budget.allocation", *LEAVES))}
    assert others <= {"budget", "data"}
