"""Take the content of a file that somebody names, where it is a file at all and not too large."""

import stat
from pathlib import Path

from data.faults import InputError
from data.opening.child import MIB, too_large
from data.opening.limits import FileLimits, current


def content_of(path: Path, limits: FileLimits | None = None) -> bytes:
    """Return the bytes of a file. Raises InputError where it is too large or no plain file, OSError as `open` does."""
    limits = limits or current()
    with path.open("rb") as file:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(path.name, ["is not a plain file but a device or a pipe. Name a file."])
        content = file.read(limits.mib * MIB + 1)
    if len(content) > limits.mib * MIB:
        raise InputError(path.name, [too_large(path.stat().st_size, limits)])
    return content
