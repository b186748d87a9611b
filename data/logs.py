"""Write the server's log: a JSON object a line, with what failed and where, and never with what it was about.

The words of an error repeat what somebody gave (`time data '31/02/2009' does not match`), so that they are left out,
and the words of a warning too. What is left finds the fault: the kind of error, those that caused it, and each place
in the program.
"""

import datetime
import json
import logging
import os
import re
import traceback
from typing import Any

WARNING = re.compile(r".*?:\d+: \w+(?=:)")  # how Python writes where a warning comes from and its kind


def set_up() -> None:
    """Make every line that this process logs such a line, whichever library logs it.

    Where the environment variable FAREBRIDGE_LOG is "plain", all is logged as Python does, for work on made-up data.
    """
    if os.environ.get("FAREBRIDGE_LOG") == "plain":
        return
    logging.setLogRecordFactory(_record)
    logging.captureWarnings(True)


def line(level: str, logger: str, message: str, error: BaseException | None = None) -> str:
    """Return a line of the log, without its end."""
    said: dict[str, Any] = {
        "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
        "level": level,
        "logger": logger,
        "message": message,
    }
    if error is not None:
        said |= {"errors": [type(each).__name__ for each in _chain(error)], "places": _places(error)}
    return json.dumps(said, ensure_ascii=False)


def _record(*given: Any, **further: Any) -> logging.LogRecord:
    record = logging.LogRecord(*given, **further)
    error = record.exc_info[1] if record.exc_info else None
    record.msg = line(record.levelname.lower(), record.name, _message(record), error)
    record.args, record.exc_info, record.stack_info = (), None, None
    return record


def _message(record: logging.LogRecord) -> str:
    """Return the message of a record, with the kind of an error in place of the error's words."""
    record.msg = _shown(record.msg)
    if isinstance(record.args, tuple):
        record.args = tuple(map(_shown, record.args))
    message = record.getMessage()
    found = WARNING.match(message) if record.name == "py.warnings" else None
    return found[0] if found else message


def _shown(given: object) -> object:
    return type(given).__name__ if isinstance(given, BaseException) else given


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
