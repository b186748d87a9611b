"""What a backup is: one file with the library, the counties and a list of what must be in it.

farebridge-20261130T020000Z.tar
  backup.json            when, of which kind of library, and the SHA-256 and size of every other part
  library.sqlite         a whole copy of the library, or
  library.dump           the same of PostgreSQL, as pg_dump writes it (custom format)
  counties/NAME/...      every county bundle of the app's folder
"""

import hashlib
import json
import re
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from data.faults import InputError

LISTED = "backup.json"
COUNTIES = "counties"
LIBRARY = {"sqlite": "library.sqlite", "postgresql": "library.dump"}
NAME = re.compile(r"farebridge-(\d{8}T\d{6}Z)\.tar")
STAMP = "%Y%m%dT%H%M%SZ"
MOST_LISTED_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Contents:
    """The list in a backup: its moment (ISO 8601, UTC), the kind of library, and each part's SHA-256 by its name."""

    made: str
    library: str  # a key of LIBRARY
    parts: Mapping[str, str]

    def to_json(self) -> bytes:
        """Return it as it stands in the backup."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()


def checked(path: Path) -> Contents:
    """Return the list of a backup after reading every part through. Raises InputError with every fault."""
    faults: list[str] = []
    try:
        with tarfile.open(path) as archive:
            members = {member.name: member for member in archive if member.isfile()}
            contents = _list_of(archive, members)
            for name, expected in contents.parts.items():
                if name not in members:
                    faults.append(f"lacks {name}.")
                elif _sha256(archive, members[name]) != expected:
                    faults.append(f"holds another {name} than was saved.")
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        faults.append("is cut short, damaged, or no backup of Farebridge.")
    if faults:
        raise InputError(str(path), [f"{fault} Take another backup." for fault in faults])
    return contents


def _list_of(archive: tarfile.TarFile, members: Mapping[str, tarfile.TarInfo]) -> Contents:
    file = archive.extractfile(members[LISTED])
    if file is None or members[LISTED].size > MOST_LISTED_BYTES:
        raise ValueError(LISTED)
    contents = Contents(**json.loads(file.read()))
    is_odd = any(PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts for name in contents.parts)
    if is_odd or LIBRARY[contents.library] not in contents.parts:
        raise ValueError(LISTED)
    return contents


def _sha256(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    digest, file = hashlib.sha256(), archive.extractfile(member)
    while file is not None and (block := file.read(1 << 20)):
        digest.update(block)
    return digest.hexdigest()
