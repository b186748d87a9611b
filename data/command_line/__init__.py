"""What the three command lines share: exit statuses, messages on standard error, results on standard output, files."""

import argparse
import datetime
import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from data.faults import Fault, InputError, cannot_use

DONE, WRONG_INPUT, NO_PLAN = 0, 2, 3
OUTPUTS = (  # options that name a file to write, as argparse has them
    "out", "to", "letter", "letters", "save_preset", "save_scenario", "journals", "cash_profile", "template",
    "matrix_template",
)  # fmt: skip
# An output and an input that may be one file: what is written holds what was read, with its change.
RENEWED = {("out", "from_workbook"), ("save_scenario", "scenario")}
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # controls; turned text
_written: list[Path] = []  # by the command that runs


def run(command: Callable[[argparse.Namespace], int | None], arguments: argparse.Namespace) -> int:
    """Run one command and return its exit status; what went wrong is printed on standard error.

    It is 2 where the input is wrong or a file cannot be read or written, else what the command returns (None is 0).
    """
    for stream in (sys.stdout, sys.stderr):  # a locale without these letters must not stop the work
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    _written.clear()
    try:
        check_apart(arguments)
        status = command(arguments)
    except InputError as error:
        say(str(error))
        return WRONG_INPUT
    except BrokenPipeError:  # the reader, such as `head`, has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at exit
        return DONE
    except MemoryError:
        say("There is not enough memory for this. Ask for less, close other programs, or use a larger computer.")
        return WRONG_INPUT
    except OSError as error:
        error.filename = error.filename or "what is printed"  # a file that is read or written has its name
        say(str(cannot_use(error, [str(path) for path in _written])))
        return WRONG_INPUT
    return DONE if status is None else status


def check_apart(arguments: argparse.Namespace) -> None:
    """Raise InputError where a command would write over one of its own inputs, or two results to one file.

    A plan's workbook may be written over by its new plan, and a scenario by the scenario as it was planned.
    """
    given = [
        (name, Path(each))
        for name, value in vars(arguments or argparse.Namespace()).items()
        for each in (value if isinstance(value, list | tuple) else (value,))
        if isinstance(each, str | Path) and str(each)
    ]
    faults = [
        Fault(_option(name), f"{path} is given as {_option(other)} too, and would be lost. Name another file to write.")
        for number, (name, path) in enumerate(given)
        for at, (other, there) in enumerate(given)
        if name in OUTPUTS and number != at and (other not in OUTPUTS or number > at) and _is_one(path, there, other)
        if (name, other) not in RENEWED
    ]
    if faults:
        raise InputError("Nothing was done", faults)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}" if name in OUTPUTS else f"the input {name.replace('_', ' ')}"


def _is_one(path: Path, other: Path, name: str) -> bool:
    """Say whether two paths are one file, which is there or, where both are written, will be; no folder is."""
    try:
        if path.is_dir() or other.is_dir() or not (name in OUTPUTS or other.is_file()):
            return False
        is_linked = path.exists() and path.stat().st_nlink > 1  # another name of the file keeps what it holds
        return path.resolve() == other.resolve() or (path.exists() and path.samefile(other) and not is_linked)
    except (OSError, ValueError):  # a text that is no path, or one that cannot be looked at: the command tells it
        return False


def say(message: str) -> None:
    """Print a message for a person on standard error, so that standard output holds results only."""
    print(harmless(message), file=sys.stderr)


def show(text: str) -> None:
    """Print a result for a person on standard output."""
    print(harmless(text))


def harmless(text: str) -> str:
    """Return text without what a terminal obeys: a name in a file must not colour, clear or rewrite what is shown.

    >>> harmless("two\\nlines\\x1b[2J")
    'two\\nlines�[2J'
    """
    return OBEYED.sub("\ufffd", text)


def print_result(as_json: bool, json_value: Callable[[], dict], words: Callable[[], str]) -> None:
    """Print a result on standard output: one JSON object where `as_json`, else words for a person."""
    if as_json:
        print_json(json_value())
    else:
        show(words())


def print_json(value: dict) -> None:
    """Print one JSON object on standard output; NaN and infinity are refused, as JSON has neither."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    print(OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file whole or not at all: first to a temporary file beside it, which is then renamed to `path`.

    A link is followed: what it leads to is written. Raises OSError where the folder does not exist or is not writable;
    an older file at `path` then stays as it was.
    """
    path = Path(path)
    try:
        _write_beside(path.resolve() if path.is_symlink() else path, content)
        _written.append(path)
    except OSError as error:
        if error.errno:
            error.filename = str(path)  # not the temporary file, which the user did not name
        raise
    return path


def _write_beside(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def day(text: str) -> datetime.date:
    """Read a day of an option, as argparse's `type`: an error says how to write it."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day. Write it as 2026-09-01, the year first.") from None


def check_folder(folder: str | Path, subject: str) -> None:
    """Raise InputError where a folder cannot be written, so that this is known before the work.

    It makes and removes a folder there: permissions alone do not show that a network share is read-only.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(subject, [f"cannot be written: there is no folder {folder}. Make it first."])
    try:
        Path(tempfile.mkdtemp(prefix=".farebridge.", suffix=".part", dir=folder)).rmdir()
    except OSError as error:
        problem = f"cannot be written: {folder} refuses new files ({error.strerror}). Name another folder."
        raise InputError(subject, [problem]) from None


def check_output(path: Path, suffix: str, what: str, option: str = "--out") -> None:
    """Raise InputError where no file of this suffix can be written to `path`; `what` says what sort of file it is."""
    if path.suffix != suffix:
        raise InputError(option, [f"{path} does not end in {suffix}. {what}"])
    if path.is_dir():
        raise InputError(option, [f"{path} is a folder. Name a file in it, such as {path / f'result{suffix}'}."])
    check_folder(path.parent, f"{option} {path}")


def write_output(path: Path, content: bytes) -> None:
    """Write a result whole and say so on standard error."""
    write_whole(path, content)
    say(f"Wrote {path}.")
