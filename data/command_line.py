"""What the three command lines have in common: exit statuses, faults on standard error, JSON on standard output."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from data.faults import InputError

DONE, WRONG_INPUT, NO_PLAN = 0, 2, 3


def run(command: Callable[[argparse.Namespace], int | None], arguments: argparse.Namespace) -> int:
    """Run one command and turn what can go wrong into an exit status and a message on standard error.

    Returns 0 when done, 2 when the input is wrong or a file cannot be read or written, or what the command returns.
    """
    try:
        status = command(arguments)
    except InputError as error:
        say(str(error))
        return WRONG_INPUT
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # somewhere for Python's last flush to go
        return DONE
    except OSError as error:
        name = error.filename or "the file"
        say(f"{name}: {error.strerror or error}. Check that the path exists and that you may read or write it.")
        return WRONG_INPUT
    return DONE if status is None else status


def say(message: str) -> None:
    """Print a message for a person on standard error, so that standard output holds results only."""
    print(message, file=sys.stderr)


def show(text: str) -> None:
    """Print a result for a person on standard output."""
    print(text)


def print_json(value: dict) -> None:
    """Print one JSON object on standard output; NaN and infinity are refused, as JSON has neither."""
    print(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1))


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file whole or not at all: to a neighbour first, then renamed over `path`.

    Raises OSError where the folder does not exist or may not be written; an older file at `path` then stays as it was.
    """
    path = Path(path)
    try:
        _write_beside(path, content)
    except OSError as error:
        if error.errno:
            error.filename = str(path)  # not the neighbour, which nobody asked for
        raise
    return path


def _write_beside(path: Path, content: bytes) -> None:
    handle, neighbour = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(neighbour).chmod(0o644)
        Path(neighbour).replace(path)
    except BaseException:
        Path(neighbour).unlink(missing_ok=True)
        raise


def check_folder(folder: str | Path, subject: str) -> None:
    """Raise InputError where nothing can be put into a folder, found out by putting something there for a moment.

    For before the work: a permission that looks right may still be refused, as on a share that is read-only.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(subject, [f"cannot be written: there is no folder {folder}. Make it first."])
    try:
        Path(tempfile.mkdtemp(prefix=".farebridge.", suffix=".part", dir=folder)).rmdir()
    except OSError as error:
        problem = f"cannot be written: {folder} does not let this be put there ({error.strerror}). Name another folder."
        raise InputError(subject, [problem]) from None
