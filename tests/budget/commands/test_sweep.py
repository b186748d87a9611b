"""The `sweep` command as a person runs it: on this machine, on a Dask cluster, stopped and taken up again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from budget.__main__ import main
from tests import ROOT

ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
SWEEP = """
[base]
day = 2026-09-01
[grid]
budget = [100000, 750000]
kinds = [["bus_pass", "minibus"], ["bus_pass", "shared_taxi"]]
[grid.figures]
"bus_pass.price" = [850, 950]
[[scenario]]
name = "no such figure"
figures = { "bus_pas.price" = 3 }
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> Path:
    """Return the results of the sweep in this machine's own processes."""
    out = tmp_path_factory.mktemp("sweep") / "results.parquet"
    asked = command(file_in(out.parent), out, "--groups", "--workers", "2", "--json")
    done = subprocess.run(asked, capture_output=True, text=True, encoding="utf-8", env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    out.with_suffix(".json").write_text(done.stdout, encoding="utf-8")
    out.with_suffix(".txt").write_text(done.stderr, encoding="utf-8")
    return out


def file_in(folder: Path, text: str = SWEEP) -> Path:
    path = folder / "sweep.toml"
    path.write_text(text, encoding="utf-8")
    return path


def command(file: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "budget", "sweep", str(file), "--out", str(out), *more]


def start(file: Path, out: Path, *more: str) -> subprocess.Popen:
    return subprocess.Popen(
        command(file, out, *more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        start_new_session=True,
    )


def journal_of(out: Path) -> Path:
    return out.with_name(out.name + ".journal")


PATIENCE_SECONDS = 1200  # only ends a test that would hang


def wait_for_lines(path: Path, lines: int, process: subprocess.Popen) -> None:
    """Wait until a journal holds so many outcomes."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (path.exists() and path.read_bytes().count(b"\n") >= lines):
        assert process.poll() is None, "the sweep ended before it was half done"
        assert time.monotonic() < deadline, "the sweep is not getting on"
        time.sleep(0.02)


def test_one_row_a_scenario_in_the_order_of_the_file(swept):
    table = pd.read_parquet(swept)
    assert table["number"].tolist() == list(range(1, 10))
    assert table["status"].tolist() == ["optimal"] * 8 + ["failed"]
    assert (table["spent_pence"][:8] <= table["budget_pence"][:8]).all()
    assert table["figures.bus_pass.price"][:3].tolist() == [850, 950, 850]


def test_kinds_and_districts_add_up_to_the_spend_of_each_scenario(swept):
    table = pd.read_parquet(swept).set_index("number")
    groups = pd.read_parquet(swept.with_name("results-groups.parquet"))
    spent = groups.pivot_table(index="number", columns="group", values="cost_pence", aggfunc="sum")
    for group in ("kind", "district"):
        assert (spent[group] == table.loc[spent.index, "spent_pence"]).all()


def test_a_failing_scenario_is_reported_and_not_fatal(swept):
    said = json.loads(swept.with_suffix(".json").read_text(encoding="utf-8"))
    assert (said["scenarios"], [each["number"] for each in said["failed"]]) == (9, [9])
    assert "Did you mean" in said["failed"][0]["problem"]
    assert "no such figure" in swept.with_suffix(".txt").read_text(encoding="utf-8")


def test_progress_is_shown_beside_the_results_and_not_among_them(swept):
    assert "9/9" in swept.with_suffix(".txt").read_text(encoding="utf-8")


def test_a_sweep_killed_half_way_goes_on_from_there_and_comes_to_the_same(swept, tmp_path):
    file, out = file_in(tmp_path), tmp_path / "results.parquet"
    stopped = start(file, out, "--workers", "1")
    wait_for_lines(journal_of(out), 4, stopped)
    os.killpg(stopped.pid, signal.SIGKILL)  # its own session: the sweep and its workers
    stopped.communicate()
    assert not out.exists()
    before = journal_of(out).read_bytes()
    assert main(command(file, out, "--workers", "1")[3:]) == 0
    assert out.read_bytes() == swept.read_bytes()
    assert journal_of(out).read_bytes().startswith(before[: before.rindex(b"\n") + 1])


def test_without_a_failure_nothing_is_left_beside_the_results(tmp_path):
    file, out = file_in(tmp_path, "[grid]\nbudget = [1000, 2000]\n"), tmp_path / "results.parquet"
    assert main(command(file, out, "--workers", "1")[3:]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.parquet", "sweep.toml"]


@pytest.fixture(scope="module")
def cluster() -> Iterator[dict]:
    """Yield a Dask cluster's address and its workers' process numbers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.budget.sweep.dask_cluster"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=ENVIRONMENT,
    )
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.communicate()


def test_a_dask_cluster_that_loses_a_worker_half_way_comes_to_the_same_table(swept, tmp_path, cluster):
    file, out = file_in(tmp_path), tmp_path / "results.parquet"
    sweeping = start(file, out, "--groups", "--scheduler", cluster["address"])
    wait_for_lines(journal_of(out), 4, sweeping)
    os.kill(cluster["workers"][0], signal.SIGKILL)
    _, said = sweeping.communicate()
    assert sweeping.returncode == 0, said.decode()
    assert out.read_bytes() == swept.read_bytes()
    assert (tmp_path / "results-groups.parquet").read_bytes() == swept.with_name("results-groups.parquet").read_bytes()


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("[grid]\nbudget = 5\n", (), "must be a list"),
        ("[grid]\nbudget = [5]\n", ("--workers", "0"), "--workers"),
        ("[grid]\nbudget = [5]\n", ("--bundle", "nowhere"), "nowhere"),
        ('[grid]\nbudget = [5]\n[base]\nkinds = ["rocket"]\n', ("--workers", "1"), "every scenario failed"),
        ("[grid]\nbudget = [5]\n", ("--scheduler", "tcp://127.0.0.1"), "No Dask scheduler answers"),
        ("[grid]\nbudget = [5]\n", ("--scheduler", "tcp://127.0.0.1:9"), "No Dask scheduler answers"),
    ],
)
def test_a_sweep_that_cannot_be_run_writes_nothing(tmp_path, capsys, text, options, said):
    assert main(command(file_in(tmp_path, text), tmp_path / "results.parquet", *options)[3:]) == 2
    assert said in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["sweep.toml"]


def test_results_that_cannot_be_written_are_refused_before_the_work(tmp_path, capsys):
    (tmp_path / "folder.parquet").mkdir()
    for name in ("no such folder/results.parquet", "results.csv", "folder.parquet"):
        assert main(command(file_in(tmp_path), tmp_path / name)[3:]) == 2
        assert "--out" in capsys.readouterr().err
