"""Put a backup back: `python -m deploy.restore BACKUP [--data FOLDER]`, while the app is stopped.

The backup is read through first. Nothing is ever written over: the library that DATABASE_URL names must be new or
empty, and no county of the backup may be in the folder.
"""

import argparse
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from budget.store.database import address_of, open_engine, place_of
from data import bundle, command_line
from data.faults import Fault, InputError
from deploy import postgres_programs
from deploy.archive import COUNTIES, LIBRARY, Contents, checked


def main(argv: list[str] | None = None) -> int:
    """Restore as the command line asks and return the exit status: 0, or 2 where nothing was restored."""
    parser = argparse.ArgumentParser(prog="python -m deploy.restore", description=__doc__)
    parser.add_argument("backup", type=Path, metavar="BACKUP", help="a file that `python -m deploy.backup` made")
    parser.add_argument(
        "--data", type=Path, default=Path(), metavar="FOLDER", help="where the app runs (default: here)"
    )
    return command_line.run(_command, parser.parse_args(argv))


def _command(arguments: argparse.Namespace) -> None:
    contents, place = restore(arguments.backup, arguments.data)
    counties = ", ".join(counties_of(contents)) or "no county"
    command_line.show(f"Restored the state of {contents.made}: the library to {place}; {counties}.")


def counties_of(contents: Contents) -> list[str]:
    """Return the names of the counties in a backup."""
    return sorted({name.split("/")[1] for name in contents.parts if name.startswith(f"{COUNTIES}/")})


def restore(backup: Path, data: Path, url: str | None = None) -> tuple[Contents, str]:
    """Put the library and the counties of a backup in place; return its list and the place of the library.

    `data` is the folder for the counties, `url` as in DATABASE_URL, which is used where it is None. Raises InputError
    with every reason why it may not be restored, and then has changed nothing.
    """
    command_line.check_folder(data, "--data")
    contents, address = checked(backup), address_of(url)
    faults = _faults_of_library(address, contents)
    faults += [
        Fault(name, f"is in {data} already. Move it away, or restore into another folder.")
        for name in counties_of(contents)
        if (data / name).exists()
    ]
    if faults:
        raise InputError("Nothing was restored", faults)
    with tempfile.TemporaryDirectory(prefix=".farebridge-", dir=data) as folder:
        _unpack(backup, contents, Path(folder))
        for name in counties_of(contents):
            bundle.load(Path(folder, COUNTIES, name))  # raises where it is not whole
        part = Path(folder, LIBRARY[contents.library])
        if contents.library == "sqlite":
            open_engine(f"sqlite:///{part}").dispose()  # raises where it is no library
        (_put_sqlite if contents.library == "sqlite" else _put_postgresql)(address, part)
        for name in counties_of(contents):
            Path(folder, COUNTIES, name).rename(data / name)
    engine = open_engine(address.render_as_string(hide_password=False))  # and brings an older one up to date
    engine.dispose()
    return contents, place_of(engine)


def _faults_of_library(address: sa.URL, contents: Contents) -> list[Fault]:
    kind = address.get_backend_name()
    if kind != contents.library:
        return [Fault("DATABASE_URL", f"names {kind}, and the backup is of {contents.library}. Name one of that kind.")]
    is_used = Path(str(address.database)).exists() if kind == "sqlite" else _has_tables(address)
    return [Fault("DATABASE_URL", "names a library that is in use. Name a new one.")] if is_used else []


def _has_tables(address: sa.URL) -> bool:
    engine = sa.create_engine(address)
    try:
        with engine.connect() as connection:
            return bool(sa.inspect(connection).get_table_names())
    except exc.OperationalError:
        problem = "names a database that cannot be reached. Make it, empty, and check the address."
        raise InputError("Nothing was restored", [Fault("DATABASE_URL", problem)]) from None
    finally:
        engine.dispose()


def _unpack(backup: Path, contents: Contents, folder: Path) -> None:
    with tarfile.open(backup) as archive:
        for name in contents.parts:
            source = archive.extractfile(name)
            assert source is not None  # `checked` has read it
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                shutil.copyfileobj(source, file)


def _put_sqlite(address: sa.URL, part: Path) -> None:
    target = Path(str(address.database))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.chmod(0o600)
    shutil.move(part, target)


def _put_postgresql(address: sa.URL, part: Path) -> None:
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    postgres_programs.run(
        "pg_restore", address, *options, f"--dbname={postgres_programs.AS_THE_ENVIRONMENT_SAYS}", str(part)
    )


if __name__ == "__main__":
    sys.exit(main())
