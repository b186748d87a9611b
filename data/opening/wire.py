"""Plain values as bytes, for the way between a process and its child: no object is made but those named here.

A pickle from a child that a hostile file has taken over could run anything in its parent; these bytes cannot.
"""

import datetime
import struct
from typing import Any

import msgpack

DAY, MOMENT, TIME, SPAN, NO_RESULT = range(1, 6)


class NoResult(str):
    """The text of a cell whose formula has no value: its formula, or the error that it gave."""

    __slots__ = ()

    @property
    def problem(self) -> str:
        """Return what is wrong with the cell and what to do."""
        if self.startswith("#"):
            return "is the error of a formula, not a value. Mend the formula, or write the value in its place."
        return (
            "is a formula saved without its result. Open the file in Excel or LibreOffice, save it there and give it "
            "again, or write the value in its place."
        )


def packed(value: Any) -> bytes:
    """Return a value as bytes: lists, dicts, text, bytes, numbers, dates, times, None and `NoResult`."""
    return msgpack.packb(value, default=_to_code, strict_types=True)


def unpacked(content: bytes) -> Any:
    """Return the value that `packed` made bytes of. Raises ValueError for any other bytes."""
    try:
        return msgpack.unpackb(content, ext_hook=_from_code, strict_map_key=False)
    except (msgpack.UnpackException, struct.error, OverflowError, RecursionError) as error:
        raise ValueError(f"not what a child process answers ({type(error).__name__})") from None


def _to_code(value: object) -> Any:
    if isinstance(value, NoResult):
        return msgpack.ExtType(NO_RESULT, value.encode("utf-8", "replace"))
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, datetime.timedelta):
        return msgpack.ExtType(SPAN, struct.pack(">d", value.total_seconds()))
    kinds = ((datetime.datetime, MOMENT), (datetime.date, DAY), (datetime.time, TIME))
    for kind, code in kinds:  # a datetime is a date too
        if isinstance(value, kind):
            return msgpack.ExtType(code, value.isoformat().encode())
    if isinstance(value, int):
        return str(value)  # beyond 64 bits: no count or amount
    raise TypeError(f"{type(value).__name__} is no plain value")


def _from_code(code: int, content: bytes) -> Any:
    if code == NO_RESULT:
        return NoResult(content.decode())
    if code == SPAN:
        return datetime.timedelta(seconds=struct.unpack(">d", content)[0])
    kinds: dict[int, Any] = {DAY: datetime.date, MOMENT: datetime.datetime, TIME: datetime.time}
    return kinds[code].fromisoformat(content.decode())
