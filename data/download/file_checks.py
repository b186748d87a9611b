"""Check that a downloaded file is what its name says, and whole.

A server that is in trouble often answers "200 OK" with a web page, and a broken connection can leave half a workbook.
Each check returns what is wrong in a few words, or "" where nothing is.
"""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

HEAD_BYTES = 4096
TAIL_BYTES = 1 << 16
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def what_is_wrong(path: Path, name: str, *, length_known: bool = True) -> str:
    """Say what is wrong with the content of `path`, judged by the ending of `name`; "" where nothing is.

    Where the server announced no length, a CSV's last line is compared with the line before it, since nothing else
    shows that it was cut short.
    """
    if path.stat().st_size == 0:
        return "is empty"
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    start = head.removeprefix(BYTE_ORDER_MARK).lstrip()
    if start.lower().startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "is a web page (most likely a message that the file is not to be had), not the file"
    ending = name.lower().rpartition(".")[2]
    if ending == "csv":
        return _csv(start) or ("" if length_known else _cut_short(path))
    return _BY_ENDING[ending](path, head) if ending in _BY_ENDING else ""


def _csv(start: bytes) -> str:
    if start[:1] in (b"<", b"{", b"["):
        return "is XML or JSON, where a CSV table was expected"
    if start.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        return "is a compressed file, where a CSV table was expected"
    if b"\x00" in start:
        return "is not text, where a CSV table was expected"
    return "" if b"," in start else "has no comma in its first lines, where a CSV table was expected"


def _cut_short(path: Path) -> str:
    """Say whether the last line has fewer cells than the line before it: the file broke off within a row."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        tail = file.read().decode("latin-1")  # any byte is a character here: only commas and quotes count
    if tail.endswith(("\n", "\r")):
        return ""
    rows = list(csv.reader(io.StringIO(tail, newline="")))[-2:]
    return "ends within a row: it was cut short" if len(rows) == 2 and len(rows[1]) < len(rows[0]) else ""


def _zip(path: Path, head: bytes, member: str = "") -> str:
    if not head.startswith(b"PK"):
        return "is not a zip file, as its name says"
    try:
        with zipfile.ZipFile(path) as archive:
            broken = archive.testzip()
            names = archive.namelist()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        return f"is a damaged or truncated zip file ({error})"
    if broken is not None:
        return f"is damaged: {broken} within it does not match its own checksum"
    return f"is a zip file without {member}, so not what its name says" if member and member not in names else ""


def _gzip(path: Path, head: bytes) -> str:
    try:
        with gzip.open(path) as file:
            while file.read(1 << 20):
                continue
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        return f"is a damaged or truncated gzip file ({error})"
    return ""


def _json(path: Path, head: bytes) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - HEAD_BYTES))
        last = file.read().rstrip()[-1:]
    first = head.removeprefix(BYTE_ORDER_MARK).lstrip()[:1]
    if first not in (b"{", b"["):
        return "is not JSON, as its name says"
    return "" if last == {b"{": b"}", b"[": b"]"}[first] else "is JSON that breaks off: it was cut short"


_BY_ENDING: dict[str, Callable[[Path, bytes], str]] = {
    "zip": _zip,
    "xlsx": lambda path, head: _zip(path, head, "[Content_Types].xml"),
    "ods": lambda path, head: _zip(path, head, "content.xml"),
    "gz": _gzip,
    "json": _json,
    "geojson": _json,
    "gpkg": lambda path, head: (
        "" if head.startswith(b"SQLite format 3\x00") else "is not a GeoPackage, as its name says"
    ),
}
