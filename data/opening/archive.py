"""Look into the directory of a zip file before anything in it is unpacked, and read its parts within limits."""

import io
import stat
import zipfile
import zlib
from collections import Counter
from pathlib import PurePosixPath, PureWindowsPath

from data.faults import Fault, InputError
from data.opening.limits import FileLimits, setting

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CANNOT_UNPACK = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, LookupError,
)  # fmt: skip
SMALL_MIB = 20  # below this any ratio is harmless
MIB = 1 << 20
NAMED = 5  # parts in a message
DAMAGED = "cannot be opened: it is damaged or was cut short. Save it again, or ask for it again."


def directory(content: bytes, name: str, damaged: str = DAMAGED) -> zipfile.ZipFile:
    """Return a zip file of which nothing but its directory was read. Raises InputError where it has none."""
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except CANNOT_UNPACK:
        raise InputError(name, [damaged]) from None


def checked(content: bytes, name: str, limits: FileLimits) -> zipfile.ZipFile:
    """Return a zip file whose directory is harmless. Raises InputError with all that is wrong with it."""
    archive = directory(content, name)
    entries = archive.infolist()
    faults = [*_size_faults(entries, len(content), limits), *entry_faults(entries)]
    if faults:
        raise InputError(name, faults)
    return archive


def _size_faults(entries: list[zipfile.ZipInfo], packed: int, limits: FileLimits) -> list[Fault]:
    if len(entries) > limits.parts:
        problem = f"holds {len(entries):,} files; at most {limits.parts:,} are read ({setting('parts')})."
        return [Fault("", f"{problem} Save it again with what is needed alone.")]
    unpacked = sum(entry.file_size for entry in entries)
    size = f"would unpack to {max(unpacked // MIB, 1):,} MiB"
    empty = "Delete empty rows and columns that are formatted, and save it again"
    if unpacked > limits.unpacked_mib * MIB:
        most = f"at most {limits.unpacked_mib:,} MiB are read"
        return [Fault("", f"{size}; {most}. {empty}, or {setting('unpacked_mib')}.")]
    if unpacked > SMALL_MIB * MIB and unpacked > limits.ratio * packed:
        problem = f"{size}, {unpacked // max(packed, 1):,} times its size; at most {limits.ratio} times are read"
        return [Fault("", f"{problem}. {empty}, or {setting('ratio')}.")]
    return []


def entry_faults(entries: list[zipfile.ZipInfo]) -> list[Fault]:
    """Return what is wrong with the parts of a zip file whatever their size: their names, links, a password."""
    outside = [entry.filename for entry in entries if _leads_outside(entry.filename)]
    links = [entry.filename for entry in entries if stat.S_ISLNK(entry.external_attr >> 16)]
    twice = [one for one, count in Counter(entry.filename.lower() for entry in entries).items() if count > 1]
    locked = any(entry.flag_bits & 0x1 for entry in entries)
    faults = [Fault("", "is locked with a password. Save it without one.")] if locked else []
    return faults + [
        Fault("", f"holds {_named(names)}: {problem}. Do not use it; ask where it comes from.")
        for names, problem in (
            (outside, "names that lead out of the file's own folder"),
            (links, "links to other files"),
            (twice, "the same name more than once"),
        )
        if names
    ]


def _leads_outside(name: str) -> bool:
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    return posix.is_absolute() or bool(windows.drive or windows.root) or ".." in (*posix.parts, *windows.parts)


def _named(names: list[str]) -> str:
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(repr(name[:80]) for name in names[:NAMED]) + more
