"""What an Excel 97 to 2003 workbook (.xls) says beside the values: hidden rows, merged cells, leading noughts.

The library that reads the values (calamine) gives none of these. The file is a compound file (Microsoft's [MS-CFB]): a
small file system of sectors. Its stream "Workbook" holds records ([MS-XLS]): a number, a length and data. Only the few
records named here are read; a damaged one ends the reading. It runs in a child process.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from eligibility.applicants.marks import EXCELS_MONTH, NOUGHTS, Marks, shows_a_month, with_noughts

HEADER, ENTRY, MINI = 512, 128, 64  # bytes of the header, of an entry of the directory, of a sector of small streams
SECTORS = (9, 12)  # powers of two of the bytes of a sector
LAST = 0xFFFFFFFA  # from here on a number is no sector
IN_HEADER = 109  # sectors of the table of sectors that the header names
STREAMS = ("Workbook", "Book")  # of Excel 97 and later, and of Excel 5 and 95

BEGIN, END, SHEET, FORMAT, STYLE, ROW, MERGED = 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0, 0x0208, 0x00E5
NUMBER, WHOLE, WHOLES = 0x0203, 0x027E, 0x00BD  # a number, one in four bytes, several of these
OTHERS = (0x00FD, 0x0204, 0x0006, 0x0205, 0x00D6)  # text in the table of texts, text, formula, yes or no, rich text
EXCEL_97 = 0x0600
OUT_OF_SIGHT = 0x20  # of a row's flags
LOW = 40  # twentieths of a point: of a row less high than that nothing is seen

Record = tuple[int, bytes]


def marks_of(content: bytes) -> dict[str, Marks]:
    """Return the marks of each sheet by its name; nothing for what cannot be read as such a file."""
    try:
        book = _stream(content)
        return {name: _marks(book, place, digits, months) for name, place, digits, months in _sheets(book)}
    except (struct.error, IndexError, UnicodeDecodeError):  # damaged: the reader of the values says so
        return {}


# --- The compound file ---------------------------------------------------------------------------------------------


def _stream(content: bytes) -> bytes:
    """Return the bytes of the workbook's stream; empty where there is none."""
    if _short(content, 30) not in SECTORS:
        return b""
    size = 1 << _short(content, 30)
    table = _table(content, size)
    entries = b"".join(_chain(content, table, _long(content, 48), size, HEADER))
    small = (
        struct.unpack_from(f"<{len(part) // 4}I", part)
        if (part := b"".join(_chain(content, table, _long(content, 60), size, HEADER)))
        else ()
    )
    for start in range(0, len(entries) - ENTRY + 1, ENTRY):
        entry = entries[start : start + ENTRY]
        if entry[: max(_short(entry, 64) - 2, 0)].decode("utf-16-le") not in STREAMS:
            continue
        first, length = _long(entry, 116), _long(entry, 120)
        if length >= _long(content, 56):
            return b"".join(_chain(content, table, first, size, HEADER))[:length]
        within = b"".join(
            _chain(content, table, _long(entries, 116), size, HEADER)
        )  # the first entry has all small ones
        return b"".join(_chain(within, small, first, MINI, 0))[:length]
    return b""


def _table(content: bytes, size: int) -> tuple[int, ...]:
    """Return for each sector the one that follows it."""
    named = list(struct.unpack_from(f"<{IN_HEADER}I", content, 76))
    more, seen = _long(content, 68), set[int]()
    while more < LAST and more not in seen:
        seen.add(more)
        *sectors, more = struct.unpack_from(f"<{size // 4}I", content, HEADER + more * size)
        named += sectors
    parts = [content[HEADER + sector * size :][:size] for sector in named if sector < LAST]
    joined = b"".join(parts)
    return struct.unpack_from(f"<{len(joined) // 4}I", joined)


def _chain(content: bytes, table: tuple[int, ...], sector: int, size: int, offset: int) -> Iterator[bytes]:
    """Give the sectors of a stream in order; no sector twice."""
    seen = set[int]()
    while sector < LAST and sector not in seen:
        seen.add(sector)
        yield content[offset + sector * size :][:size]
        sector = table[sector]


# --- The records ---------------------------------------------------------------------------------------------------


def _records(book: bytes, place: int) -> Iterator[Record]:
    """Give the records from a place on to the end of what begins there, without charts that stand within."""
    depth = 0
    while place + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, place)
        depth += (kind == BEGIN) - (kind == END)
        if depth <= 1:
            yield kind, book[place + 4 : place + 4 + length]
        if depth == 0:
            return
        place += 4 + length


def _sheets(book: bytes) -> Iterator[tuple[str, int, dict[int, int], frozenset[int]]]:
    """Give name and place of each sheet, with the digits of the styles that show leading noughts.

    And with the styles that show a date as a month.
    """
    found, codes, styles, is_97 = [], {EXCELS_MONTH: "mmm-yy"}, list[int](), True
    for kind, data in _records(book, 0):
        if kind == BEGIN:
            is_97 = _short(data, 0) == EXCEL_97
        elif kind == SHEET:
            found.append((_text(data[6:], 1, is_97=is_97), _long(data, 0)))
        elif kind == FORMAT:
            codes[_short(data, 0)] = _text(data[2:], 2 if is_97 else 1, is_97=is_97)
        elif kind == STYLE:
            styles.append(_short(data, 2))
    shown = {style: codes.get(code, "") for style, code in enumerate(styles)}
    digits = {style: len(code) for style, code in shown.items() if NOUGHTS.fullmatch(code)}
    months = frozenset(style for style, code in shown.items() if shows_a_month(code))
    for name, place in found:
        yield name, place, digits, months


def _text(data: bytes, width: int, *, is_97: bool) -> str:
    """Return a text whose number of letters stands before it in `width` bytes; Excel 97 says how it is encoded."""
    length = int.from_bytes(data[:width], "little")
    if not is_97:
        return data[width : width + length].decode("cp1252", "replace")
    start = width + 1
    if data[width] & 1:
        return data[start : start + 2 * length].decode("utf-16-le")
    return data[start : start + length].decode("latin-1")


@dataclass(slots=True)
class _Reader:
    digits: dict[int, int]
    months: frozenset[int]
    marks: Marks = field(default_factory=Marks)
    filled: set[int] = field(default_factory=set)

    def take(self, kind: int, data: bytes) -> None:
        if kind == ROW:
            if _short(data, 12) & OUT_OF_SIGHT or _short(data, 6) & 0x7FFF < LOW:
                self.marks.hidden.append(_short(data, 0) + 1)
        elif kind == MERGED:
            for place in range(2, 2 + 8 * _short(data, 0), 8):
                first, last, column, _ = struct.unpack_from("<4H", data, place)
                self.marks.merged += [[column, first + 1, last + 1]] if last > first else []
        elif kind in (NUMBER, WHOLE, WHOLES, *OTHERS):
            self.filled.add(_short(data, 0) + 1)
            if (self.digits or self.months) and kind not in OTHERS:
                self._number(kind, data)

    def _number(self, kind: int, data: bytes) -> None:
        row, column = struct.unpack_from("<HH", data)
        if kind == NUMBER:
            cells = [(_short(data, 4), struct.unpack_from("<d", data, 6)[0])]
        else:
            last = len(data) - (2 if kind == WHOLES else 0)
            cells = [(_short(data, at), _whole(_long(data, at + 2))) for at in range(4, last - 5, 6)]
        for number, (style, value) in enumerate(cells):
            if style in self.months:
                self.marks.months.append((row, column + number))
            if style in self.digits and (text := with_noughts(repr(value), self.digits[style])):
                self.marks.noughts.append((row, column + number, text))


def _marks(book: bytes, place: int, digits: dict[int, int], months: frozenset[int]) -> Marks:
    reader = _Reader(digits, months)
    for kind, data in _records(book, place):
        reader.take(kind, data)
    reader.marks.hidden = [row for row in reader.marks.hidden if row in reader.filled]
    reader.marks.filled = sorted(reader.filled)
    return reader.marks


def _whole(packed: int) -> float:
    """Return a number that is kept in four bytes: 30 bits of a whole or of a fraction, perhaps of a hundredth."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        value = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return value / 100 if packed & 1 else value


def _short(data: bytes, place: int) -> int:
    return struct.unpack_from("<H", data, place)[0]


def _long(data: bytes, place: int) -> int:
    return struct.unpack_from("<I", data, place)[0]
