"""Save the library and the counties in one file: `python -m deploy.backup --to FOLDER [--data FOLDER] [--keep-days N]`.

The library is the one that DATABASE_URL names. The app may go on running: what is saved is the state of one moment.
Official files are not saved, as they can be downloaded again; nor are secrets.
"""

import argparse
import contextlib
import datetime
import hashlib
import io
import os
import sqlite3
import sys
import tarfile
import tempfile
from pathlib import Path

import sqlalchemy as sa

from budget.store.database import address_of
from data import command_line
from data.faults import InputError
from deploy import postgres_programs
from deploy.archive import COUNTIES, LIBRARY, LISTED, NAME, STAMP, Contents, checked


def main(argv: list[str] | None = None) -> int:
    """Make a backup as the command line asks and return the exit status: 0, or 2 where it could not be made."""
    parser = argparse.ArgumentParser(prog="python -m deploy.backup", description=__doc__)
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where backups are kept")
    parser.add_argument(
        "--data", type=Path, default=Path(), metavar="FOLDER", help="where the app runs (default: here)"
    )
    parser.add_argument("--keep-days", type=int, metavar="N", help="then delete backups that are older than N days")
    return command_line.run(_command, parser.parse_args(argv))


def _command(arguments: argparse.Namespace) -> None:
    if arguments.keep_days is not None and arguments.keep_days < 1:
        raise InputError("--keep-days", ["is not a whole number above 0. Write one, such as 35."])
    now = datetime.datetime.now(datetime.UTC)
    made = back_up(arguments.to, arguments.data, now)
    command_line.show(f"Saved {made} and read it through.")
    if arguments.keep_days:
        for path in forget(arguments.to, now - datetime.timedelta(days=arguments.keep_days)):
            command_line.show(f"Deleted {path}, older than {arguments.keep_days} days.")


def back_up(to: Path, data: Path, now: datetime.datetime, url: str | None = None) -> Path:
    """Write a backup into the folder `to`, read it through and return it; nothing is left there where that fails.

    `data` is the folder with the counties, `url` as in DATABASE_URL, which is used where it is None. Raises InputError.
    """
    command_line.check_folder(to, "--to")
    command_line.check_folder(data, "--data")
    address = address_of(url)
    kind = address.get_backend_name()
    with tempfile.TemporaryDirectory(prefix=".farebridge-", dir=to) as folder:
        library, whole = Path(folder, LIBRARY[kind]), Path(folder, "whole.tar")
        (_copy_sqlite if kind == "sqlite" else _dump_postgresql)(address, library)
        parts = {library.name: library} | _counties(data)
        _pack(whole, parts, Contents(now.isoformat(timespec="seconds"), kind, _hashes(parts)))
        checked(whole)
        return whole.rename(to / f"farebridge-{now.astimezone(datetime.UTC).strftime(STAMP)}.tar")


def forget(folder: Path, before: datetime.datetime) -> list[Path]:
    """Delete the backups of a folder that were made before a moment, and return them; other files stay."""
    old = [
        path
        for path in sorted(folder.iterdir())
        if (name := NAME.fullmatch(path.name))
        and datetime.datetime.strptime(name[1], STAMP).replace(tzinfo=datetime.UTC) < before
    ]
    for path in old:
        path.unlink()
    return old


def _copy_sqlite(address: sa.URL, to: Path) -> None:
    source = Path(str(address.database))
    if not source.is_file():
        raise InputError("The library of scenarios", [f"{source} is not there. Is DATABASE_URL that of the app?"])
    try:
        with contextlib.closing(sqlite3.connect(source)) as one, contextlib.closing(sqlite3.connect(to)) as other:
            one.backup(other)
    except sqlite3.DatabaseError as error:
        raise InputError("The library of scenarios", [f"{source} cannot be read ({error})."]) from error


def _dump_postgresql(address: sa.URL, to: Path) -> None:
    postgres_programs.run("pg_dump", address, "--format=custom", "--no-owner", "--no-privileges", f"--file={to}")


def _counties(data: Path) -> dict[str, Path]:
    bundles = [place.parent for place in sorted(data.glob("*/manifest.json")) if not place.parent.name.startswith(".")]
    files = [
        path for bundle in bundles for path in sorted(bundle.rglob("*")) if path.is_file() and not path.is_symlink()
    ]
    return {f"{COUNTIES}/{path.relative_to(data).as_posix()}": path for path in files}


def _hashes(parts: dict[str, Path]) -> dict[str, str]:
    found = {}
    for name, path in parts.items():
        with path.open("rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _pack(to: Path, parts: dict[str, Path], contents: Contents) -> None:
    to.touch(mode=0o600)
    with to.open("wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
            text = contents.to_json()
            about = tarfile.TarInfo(LISTED)
            about.size = len(text)
            archive.addfile(about, io.BytesIO(text))
            for name, path in parts.items():
                about = tarfile.TarInfo(name)  # no owner, time or rights of this machine
                about.size = path.stat().st_size
                with path.open("rb") as source:
                    archive.addfile(about, source)
        file.flush()
        os.fsync(file.fileno())


if __name__ == "__main__":
    sys.exit(main())
