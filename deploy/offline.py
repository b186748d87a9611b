"""Make a folder to copy to a machine without internet: `python -m deploy.offline --to FOLDER`, or `make windows`.

It has the program, its packages as wheels with their hashes, and for Windows a file that starts it. Nothing there needs
administrator rights, a compiler or make. It can be made on any system. `--here` makes it for a machine like this one.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from packaging.markers import default_environment

from data import command_line
from data.faults import InputError
from deploy import locked
from deploy.locked import PYTHONS, ROOT, environment_of

PROGRAM = (
    "budget", "data", "deploy", "docs", "eligibility", "screens", ".streamlit/config.toml", "streamlit_app.py",
    "requirements.lock", "LICENSE", "README.md", "CHANGELOG.md",
)  # fmt: skip
START = Path(__file__).parent / "windows" / "start-farebridge.bat"
READ_ME = Path(__file__).parent / "windows" / "READ-ME.txt"
TAGS = ("--platform", "win_amd64", "--implementation", "cp")


def main(argv: list[str] | None = None) -> int:
    """Make the folder and return the exit status: 0, or 2 where it could not be made."""
    parser = argparse.ArgumentParser(prog="python -m deploy.offline", description=__doc__)
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="a new folder")
    parser.add_argument("--python", choices=PYTHONS, default="3.13", help="the Python of the laptops (%(default)s)")
    parser.add_argument("--here", action="store_true", help="for this system and this Python instead of Windows")
    return command_line.run(_command, parser.parse_args(argv))


def _command(arguments: argparse.Namespace) -> None:
    folder: Path = arguments.to
    if folder.exists():
        raise InputError("--to", [f"{folder} is there already. Name a new folder."])
    command_line.check_folder(folder.absolute().parent, "--to")
    for part in PROGRAM:
        _copy(ROOT / part, folder / "program" / part)
    own = {name: str(value) for name, value in default_environment().items()}
    text = requirements_for(own if arguments.here else environment_of("windows", arguments.python))
    (folder / "requirements.txt").write_text(text, encoding="utf-8", newline="\n")
    _download(folder, () if arguments.here else (*TAGS, "--python-version", arguments.python))
    if not arguments.here:
        for source in (START, READ_ME):
            words = source.read_text(encoding="ascii").replace("3.13", arguments.python)
            (folder / source.name).write_text(words, encoding="ascii", newline="\r\n")
    count = len(list((folder / "wheels").iterdir()))
    command_line.show(f"{folder} is ready: {count} packages, {_size(folder) // 10**6} MB. Copy the whole folder.")


def requirements_for(environment: dict[str, str]) -> str:
    """Return what a machine with these answers to markers needs of the lock, with hashes and without markers.

    pip would answer markers for the machine that it runs on, and leave out what Windows alone needs.
    """
    lines = [
        f"{each.requirement.name}=={each.version} {' '.join(f'--hash={text}' for text in each.hashes)}"
        for each in locked.read()
        if each.is_for(environment)
    ]
    return "\n".join(lines) + "\n"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", "secrets.toml"))
    else:
        shutil.copyfile(source, target)


def _download(folder: Path, options: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", *options, "--dest", str(folder / "wheels")]
    done = subprocess.run(
        [*command, "--requirement", str(folder / "requirements.txt")], capture_output=True, text=True, check=False
    )
    if done.returncode:
        shutil.rmtree(folder)
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [done.stderr.strip()[-300:]]
        raise InputError("pip", [f"could not download the packages ({' '.join(errors)}). Nothing was made."])


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    sys.exit(main())
