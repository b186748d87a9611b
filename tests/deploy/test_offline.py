"""The folder for a laptop has the program, every package that Windows needs, and a file that starts it."""

import re
import subprocess
from pathlib import Path

import pytest

from deploy import locked, offline
from deploy.locked import environment_of


def made(tmp_path: Path, monkeypatch, status: int = 0, *options: str) -> tuple[int, Path, list[str]]:
    """Make a folder with a pip that downloads one file; return the exit status, the folder and pip's options."""
    asked = []

    def run(command, **_more):
        asked.extend(map(str, command))
        wheels = Path(command[command.index("--dest") + 1])
        wheels.mkdir()
        (wheels / "six-1.17.0-py2.py3-none-any.whl").write_bytes(b"x")
        return subprocess.CompletedProcess(command, status, "", "ERROR: no such file" if status else "")

    monkeypatch.setattr(subprocess, "run", run)
    return offline.main(["--to", str(tmp_path / "laptop"), *options]), tmp_path / "laptop", asked


@pytest.mark.parametrize("python", locked.PYTHONS)
def test_what_windows_alone_needs_is_in_it_and_no_marker_is_left_to_the_machine_that_makes_it(python):
    lines = offline.requirements_for(environment_of("windows", python)).splitlines()
    names = [line.partition("==")[0] for line in lines]
    assert {"colorama", "tzdata", "streamlit"} <= set(names)
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[\w.-]+==\S+( --hash=sha256:[0-9a-f]{64})+", line) for line in lines)


def test_pip_is_asked_for_wheels_of_windows_by_their_hashes(tmp_path, monkeypatch):
    status, folder, asked = made(tmp_path, monkeypatch, 0, "--python", "3.12")
    assert status == 0
    wanted = {"--require-hashes", "--only-binary=:all:", "win_amd64", "--no-deps", str(folder / "requirements.txt")}
    assert wanted <= set(asked)
    assert asked[asked.index("--python-version") + 1] == "3.12"


def test_the_folder_has_the_program_and_nothing_of_whoever_made_it(tmp_path, monkeypatch):
    _, folder, _ = made(tmp_path, monkeypatch)
    program = {str(path.relative_to(folder / "program")) for path in (folder / "program").rglob("*") if path.is_file()}
    assert {"streamlit_app.py", ".streamlit/config.toml", "data/example/bundle/manifest.json"} <= program
    assert not [path for path in program if "__pycache__" in path or path.endswith("secrets.toml")]
    assert not [path for path in program if path.startswith(("tests", ".git", ".venv"))]


def test_the_start_file_is_one_that_windows_reads_and_all_that_it_names_is_there(tmp_path, monkeypatch):
    _, folder, _ = made(tmp_path, monkeypatch, 0, "--python", "3.12")
    content = (folder / "start-farebridge.bat").read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") > 20
    text = content.decode("ascii").replace("\r\n", "\n")
    assert set(re.findall(r"goto (\w+)", text)) == set(re.findall(r"^:(\w+)$", text, re.MULTILINE))
    named = re.findall(r"%HERE%([\w.\\-]+)", text)
    assert named and all((folder / name.replace("\\", "/")).exists() for name in named)
    assert "3.13" not in text and "3.12" in text
    assert "--no-index" in text and "--require-hashes" in text
    assert "runas" not in text.lower()
    assert r"LOCALAPPDATA%\Farebridge-packages" in text  # emptied at each new version: not where scenarios are saved


def test_a_download_that_fails_leaves_nothing_and_says_what_pip_said(tmp_path, monkeypatch, capsys):
    status, folder, _ = made(tmp_path, monkeypatch, 1)
    assert status == 2
    assert not folder.exists()
    assert "ERROR: no such file" in capsys.readouterr().err


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path, monkeypatch, capsys):
    (tmp_path / "laptop").mkdir()
    status, folder, asked = made(tmp_path, monkeypatch)
    assert (status, asked, list(folder.iterdir())) == (2, [], [])
    assert "is there already" in capsys.readouterr().err
