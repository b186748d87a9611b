"""Write the server's log: a JSON object a line, with what failed and where, and never with what it was about.

The words of an error repeat what somebody gave (`time data '31/02/2009' does not match`), so that they are left out,
and the words of a warning too. So may the texts that a library puts into its message, of whatever length (`The fragment
with id %s does not exist`): they are left out, and numbers stay. What is left finds the fault: the kind of error, those
that caused it, and each place in the program.
"""

import datetime
import json
import logging
import os
import re
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

LEFT_OUT = "…"  # in place of a text that was put into a message
LONGEST = 500  # characters of a message
MOST_ALIKE = 60  # lines a minute from one place of a program: whoever makes it fail again and again fills no disk
NO_MORE = " (More of the same is not written in this minute.)"
TO_NOBODY = -1  # the level of a line that no handler writes: theirs is 0 or more
MOST_PLACES = 30  # the last of them
WARNING = re.compile(r".*?:\d+: \w+(?=:)")  # how Python writes where a warning comes from and its kind


def set_up() -> None:
    """Make every line that this process logs such a line, whichever library logs it.

    Where the environment variable FAREBRIDGE_LOG is "plain", all is logged as Python does, for work on made-up data.
    """
    if os.environ.get("FAREBRIDGE_LOG") == "plain":
        return
    logging.setLogRecordFactory(_record)
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, error, places: _log_unhandled("An error ended the program.", error)
    sys.unraisablehook = lambda found: _log_unhandled("An error could not be raised.", found.exc_value)
    threading.excepthook = lambda found: _log_unhandled("An error ended a thread.", found.exc_value)


def _log_unhandled(message: str, error: BaseException | None) -> None:
    logging.getLogger(__name__).error(message, exc_info=error)


def line(level: str, logger: str, message: str, error: BaseException | None = None) -> str:
    """Return a line of the log, without its end."""
    said: dict[str, Any] = {
        "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
        "level": level,
        "logger": logger,
        "message": message,
    }
    if error is not None:
        said |= {"errors": [type(each).__name__ for each in _chain(error)], "places": _places(error)[-MOST_PLACES:]}
    return json.dumps(said, ensure_ascii=False)


def _record(*given: Any, **further: Any) -> logging.LogRecord:
    record = logging.LogRecord(*given, **further)
    error = record.exc_info[1] if record.exc_info else None
    times = _lately.times((record.pathname, record.lineno, *map(type, _chain(error))))
    message = _message(record) + (NO_MORE if times == MOST_ALIKE else "")
    record.msg = line(record.levelname.lower(), record.name, message, error)
    record.args, record.exc_info, record.stack_info = (), None, None
    if times > MOST_ALIKE:
        record.levelno = TO_NOBODY
    return record


class _Lately:
    """How often each place of a program logged the same kind of thing in this minute."""

    def __init__(self):
        self._minute, self._times = 0, Counter[tuple]()

    def times(self, place: tuple) -> int:
        """Count a line, and return how many there are of it in this minute."""
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._times = minute, Counter()
        self._times[place] += 1
        return self._times[place]


_lately = _Lately()


def _message(record: logging.LogRecord) -> str:
    """Return the message of a record without the texts that were put into it."""
    message, given = str(_shown(record.msg, record.msg)), record.args
    if record.name == "py.warnings":
        found = WARNING.match(message)
        return found[0] if found else LEFT_OUT
    if isinstance(given, Mapping):
        known: Any = {name: _shown(each) for name, each in given.items()}
    else:
        known = tuple(map(_shown, given or ()))
    with suppress(TypeError, ValueError, KeyError):  # a message that does not fit: whoever logged it must go on
        message = message % known if known else message
    return message if len(message) <= LONGEST else message[:LONGEST] + LEFT_OUT


def _shown(given: object, otherwise: object = LEFT_OUT) -> object:
    """Return a number as it is, an error as its kind, and anything else as `otherwise`."""
    if isinstance(given, BaseException):
        return type(given).__name__
    return given if isinstance(given, int | float) else otherwise


def _chain(error: BaseException | None) -> list[BaseException]:
    """Return an error and what caused it, the last first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _places(error: BaseException) -> list[str]:
    frames = [frame for each in reversed(_chain(error)) for frame in traceback.extract_tb(each.__traceback__)]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
