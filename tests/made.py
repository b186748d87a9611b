"""What is dear to make is made when a test first asks for it, and once."""

from collections.abc import Callable, Iterable
from typing import Any


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
