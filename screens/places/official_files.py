"""The folders of official files that the app may read, and the files that somebody drops in."""

import datetime
import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Protocol

from data import access
from data.access import Right, needs
from data.faults import InputError

OFFICIAL = "official"  # the folder, beside the bundles, into which files are dropped and downloaded
ROOTS = "FAREBRIDGE_FILES"  # the variable that names further folders that may be read


class GivenFile(Protocol):
    """A file as a page receives it."""

    name: str

    def getbuffer(self) -> memoryview:
        """Return its bytes."""
        ...


@needs(Right.DATA)
def folder_of(name: str) -> Path:
    """Return the folder that somebody named. Raises InputError where it may not be read or is not there.

    Where people sign in, it must lie where the app was started or in a folder of FAREBRIDGE_FILES: the page shows the
    names of the files in it. Where nobody does, the app serves the person whose machine it is, who may name any. The
    folder for dropped files need not be there yet.
    """
    folder, here = Path(name).expanduser().resolve(), Path.cwd()
    further = [Path(root).expanduser().resolve() for root in os.environ.get(ROOTS, "").split(os.pathsep) if root]
    is_shared = access.person() is not None
    if is_shared and not (here in folder.parents or any(root in (folder, *folder.parents) for root in further)):
        problem = (
            "lies outside the folders that this app may read. Drop the files in instead, put them into a folder "
            f"beside the app, or ask whoever runs the app to name the folder in {ROOTS}."
        )
        raise InputError("Folder", [problem])
    if not folder.is_dir() and folder != here / OFFICIAL:
        raise InputError("Folder", [f"{name} is not a folder. Check its name, or drop the files in."])
    return folder


def place_for(folder: Path) -> Path:
    """Return where files dropped in beside those of a folder go: into it, or into OFFICIAL where it is only read.

    Where people sign in, the app writes into no folder of FAREBRIDGE_FILES.
    """
    official = Path(OFFICIAL).resolve()
    may_write = access.person() is None and folder.is_dir() and os.access(folder, os.W_OK)
    return folder if may_write else official


def stamp_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what stands for the content of a folder: each file's path, size and time. Empty where there is none."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            if not name.startswith(".") and name != "downloads.json" and path.is_file():
                status = path.stat()
                found.append((str(path.relative_to(folder)), status.st_size, status.st_mtime_ns))
    return tuple(sorted(found))


@needs(Right.DATA)
def put(files: Iterable[GivenFile], folder: Path, now: datetime.datetime) -> Path:
    """Write files into a new hidden folder inside `folder`, named by the time, and return it.

    Hidden folders are not read as official files until a job has looked through them and shown them.
    """
    folder.mkdir(exist_ok=True)
    incoming = folder / f".{now:%Y-%m-%d %H%M%S}"
    while incoming.exists() or incoming.with_name(incoming.name[1:]).exists():
        incoming = incoming.with_name(f"{incoming.name}+")
    incoming.mkdir()
    for number, file in enumerate(files, start=1):
        path = incoming.joinpath(*_parts(file.name))
        if path.exists():  # the same name twice
            path = path.with_name(f"{number} {path.name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as target:
            target.write(file.getbuffer())
    return incoming


def _parts(name: str) -> list[str]:
    """Return the parts of a file's path that cannot lead out of a folder or hide it.

    >>> _parts("../official\\\\.hidden/a:b.csv")
    ['official', 'hidden', 'a_b.csv']
    """
    parts = [part.lstrip(". ").replace(":", "_") for part in PurePosixPath(name.replace("\\", "/").lstrip("/")).parts]
    return [part for part in parts if part] or ["file"]
