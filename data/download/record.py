"""Record in `downloads.json` what was downloaded into a folder, so that a second run fetches only what is missing."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from data.command_line import write_whole
from data.faults import InputError

NAME = "downloads.json"


@dataclass(frozen=True, slots=True)
class Download:
    """One official file in the folder."""

    id: str
    file: str  # its path inside the folder
    address: str  # the one that answered; "" for a file that was put there by hand
    bytes: int
    sha256: str
    fetched: str  # ISO date; "" where put there by hand
    kept: bool = False  # it was there already


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(folder: Path) -> dict[str, dict]:
    """Return the record, by path inside the folder. Raises InputError where it cannot be read."""
    path = folder / NAME
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        content = error
    if not isinstance(content, dict) or not all(isinstance(entry, dict) for entry in content.values()):
        raise InputError(str(path), ["cannot be read. Delete it; files that are there already will be kept."])
    return content


def remember(folder: Path, record: dict[str, dict], got: Download, source: Mapping) -> None:
    """Add a download to the record, in memory and on the disk."""
    entry = asdict(got) | {"source": _mark(source), "vintage": source.get("vintage", "")}
    del entry["kept"]
    record[got.file] = entry
    write_whole(folder / NAME, (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode())


def still_good(folder: Path, record: Mapping[str, dict], id: str, source: Mapping) -> Download | None:
    """Return the recorded download, None where its file or its source (such as the address) has changed."""
    entry = record.get(source["save_as"])
    path = folder / source["save_as"]
    if entry is None or entry.get("source") != _mark(source) or sha256_of(path) != entry.get("sha256"):
        return None
    address, fetched = entry.get("address", ""), entry.get("fetched", "")
    return Download(id, source["save_as"], address, path.stat().st_size, entry["sha256"], fetched, kept=True)


def _mark(source: Mapping) -> str:
    return f"{source.get('address', '')} {source.get('sha256', '')}".strip()
