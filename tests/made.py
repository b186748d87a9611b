"""What is dear to make is made when a test first asks for it, and once."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from filelock import FileLock


class Made(dict[str, Any]):
    """A dictionary whose values a function makes from their keys; `all_of` gives those of many keys."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> Any:
        self[name] = self._make(name)
        return self[name]

    def all_of(self, names: Iterable[str]) -> dict[str, Any]:
        """Return the values of these keys."""
        return {name: self[name] for name in names}


class MadeOnce(Made):
    """Files, as bytes, of which each is made once for all processes of a run: they stand in a folder that these share.

    While one process makes a file, another that asks for it waits, and then reads it.
    """

    def __init__(self, folder: Path, make: Callable[[str], bytes]) -> None:
        super().__init__(make)
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def __missing__(self, name: str) -> bytes:
        path = self._folder / name
        with FileLock(f"{path}.lock"):
            if not path.exists():
                part = path.with_suffix(".part")
                part.write_bytes(self._make(name))
                part.replace(path)  # a process that is stopped half way leaves no half of a file
        self[name] = path.read_bytes()
        return self[name]
