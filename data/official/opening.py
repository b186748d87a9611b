"""Open an official file, plain, gzipped or inside a zip archive: its first bytes decide which, not its name."""

import gzip
import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from data.opening.archive import entry_faults

SIDECARS = (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".shp.xml", ".qpj", ".qmd")
LARGEST_BYTES = 8 << 30  # unpacked; the Postcode Directory is 1.4 GB
LARGEST_RATIO = 300  # of unpacked to packed: tables of figures pack five to fifty times smaller
MOST_MEMBERS = 1_000  # files packed in one archive: the Postcode Directory has some hundreds
SMALL_BYTES = 64 << 20  # unpacked: below this no ratio matters
BLANK = "would unpack to more than {} times its size, as no official file does: it may be made to do harm. Remove it."
CANNOT_UNPACK = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)

OpenFile = IO[bytes] | gzip.GzipFile


class Damaged(Exception):
    """A workbook, map file or archive that cannot be read, with a message for a person."""


def magic(path: Path) -> bytes:
    """Return the first bytes of a file, which tell its form."""
    with path.open("rb") as file:
        return file.read(16)


def digest(file: OpenFile, packed: int = 0) -> str:
    """Return the SHA-256 of an open file, and close it. Raises Damaged where it is far larger than it was packed."""
    with file:
        total, read = hashlib.sha256(), 0
        while chunk := file.read(1 << 20):
            read += len(chunk)
            if packed and read > max(SMALL_BYTES, packed * LARGEST_RATIO):
                raise Damaged(BLANK.format(LARGEST_RATIO))
            total.update(chunk)
        return total.hexdigest()


def members(path: Path) -> Iterator[str]:
    """Yield "" for a file that is no archive, or each member of an archive."""
    if magic(path)[:4] != b"PK\x03\x04" or _is_workbook(path.open("rb")):
        yield ""
        return
    with zipfile.ZipFile(path) as archive:
        members = [item for item in archive.infolist() if not item.is_dir() and item.file_size]
    if faults := entry_faults(members):
        raise Damaged(" ".join(fault.problem for fault in faults))
    if len(members) > MOST_MEMBERS:
        raise Damaged(f"holds {len(members):,} files; no official archive has over {MOST_MEMBERS:,}. Remove it.")
    if sum(item.file_size for item in members) > max(SMALL_BYTES, path.stat().st_size * LARGEST_RATIO):
        raise Damaged(BLANK.format(LARGEST_RATIO))
    for item in sorted(members, key=lambda item: item.filename):
        if item.file_size > LARGEST_BYTES:
            raise Damaged(
                f"holds {item.filename} of {item.file_size >> 30} GB, more than any official file. Remove it."
            )
        yield item.filename


def _is_workbook(file: IO[bytes]) -> bool:
    with file, zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        return "xl/workbook.xml" in names or ("mimetype" in names and "content.xml" in names)


def open_file(path: Path, inside: str) -> OpenFile:
    """Open a file or a member of an archive, unpacked."""
    if inside:
        with zipfile.ZipFile(path) as archive:
            return archive.open(inside)
    return gzip.open(path) if magic(path)[:2] == b"\x1f\x8b" else path.open("rb")
