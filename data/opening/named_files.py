"""Unpack a zip file that may hold a few files of known names alone. It runs in a child: see `data.opening.child`."""

import zipfile

from data.faults import Fault, InputError
from data.opening.archive import CANNOT_UNPACK, directory
from data.opening.limits import FileLimits

CUT_SHORT = "is not a zip file that holds {what}, or was cut short. Ask for the file again."


def read_files(
    content: bytes, name: str, limits: FileLimits, most: dict[str, int], needed: list[str], what: str
) -> dict[str, bytes]:
    """Return the files by name. `most` has the bytes that each may have unpacked, `what` says what the zip should be.

    Raises InputError with every fault where it is no such zip.
    """
    with directory(content, name, CUT_SHORT.format(what=what)) as archive:
        entries = archive.infolist()
        faults = _entry_faults(entries, most, needed, what)
        files = {} if faults else {entry.filename: _read(archive, entry, most, faults) for entry in entries}
    if faults:
        raise InputError(name, faults)
    return files


def _entry_faults(entries: list[zipfile.ZipInfo], most: dict[str, int], needed: list[str], what: str) -> list[Fault]:
    """Return what is wrong with the list of files, before any of them is unpacked."""
    names = [entry.filename for entry in entries]
    faults = [Fault(name, "is missing. Ask for the file again.") for name in needed if name not in names]
    strange = sorted({repr(name)[:200] for name in names if name not in most})
    if strange:
        some = ", ".join(strange[:10]) + (", …" if len(strange) > 10 else "")
        faults.append(Fault("", f"holds {some}; {what} has only {', '.join(most)}."))
    faults += [Fault(name, "is in it more than once.") for name in most if names.count(name) > 1]
    for entry in entries:
        if entry.filename not in most:
            continue
        if entry.flag_bits & 0x1:
            faults.append(Fault(entry.filename, "is encrypted. Ask for a file without a password."))
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            faults.append(Fault(entry.filename, "is compressed in a way that Farebridge does not use."))
        if entry.file_size > most[entry.filename]:
            faults.append(Fault(entry.filename, _too_large(entry.file_size, most[entry.filename])))
    return faults


def _too_large(size: int, most: int) -> str:
    return f"unpacks to {size:,} bytes or more; at most {most:,} are read."


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: dict[str, int], faults: list[Fault]) -> bytes:
    """Unpack one file, up to its limit whatever size the zip gives."""
    limit = most[entry.filename]
    try:
        with archive.open(entry) as file:
            content = file.read(limit + 1)
    except CANNOT_UNPACK:
        faults.append(Fault(entry.filename, "is damaged and cannot be unpacked. Ask for the file again."))
        return b""
    if len(content) > limit:
        faults.append(Fault(entry.filename, _too_large(len(content), limit)))
    return content
