"""Read the tables of a parsed TOML file and collect every fault: unknown and missing keys, wrong kinds of value."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from data.faults import Fault
from data.suggest import did_you_mean
from eligibility.rules.basis import Basis, PolicySource

NUMBER, LIST, ANY = (int, float), (list,), (object,)
WORDS = {
    (str,): "text",
    (bool,): "true or false",
    NUMBER: "a number",
    (int,): "a whole number",
    (date,): "a date such as 2026-09-01, without quotes",
    LIST: "a list in [ ]",
    (dict,): "a table",
}
BASIS = {"source": (str,), "at": (str,), "assumption": (bool,), "note": (str,)}


class TableReader:
    """Reads tables key by key; what is wrong is added to `faults`."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.sources: dict[str, PolicySource] = {}
        self.declared: dict[str, list[str]] = {}  # names by section, those of faulty entries too

    def fault(self, where: str, problem: str) -> None:
        """Add a fault."""
        self.faults.append(Fault(where, problem))

    def fields(self, data: Any, where: str, required: Mapping, optional: Mapping) -> dict[str, Any]:
        """Return the keys of a table that are allowed and of the right kind; the rest become faults."""
        if not isinstance(data, dict):
            self.fault(where, f"is {data!r}; a table is expected, such as [{where}].")
            return {}
        kinds = {**required, **optional}
        for key in data.keys() - kinds.keys():
            self.fault(joined(where, key), f"is not a key that is known here. {did_you_mean(key, kinds)}")
        for key in required:
            if key not in data:
                self.fault(where, f'lacks "{key}". Add it.')
        return {k: v for k, v in data.items() if k in kinds and self._right_kind(joined(where, k), v, kinds[k])}

    def _right_kind(self, where: str, value: Any, kinds: tuple) -> bool:
        right = isinstance(value, kinds) and (not isinstance(value, bool) or kinds in ((bool,), ANY))
        right = right and not (kinds == (date,) and isinstance(value, datetime))  # which Python counts as a date
        if not right:
            self.fault(where, f"is {value!r}; {WORDS.get(kinds, 'another kind of value')} is expected.")
        elif kinds == (str,) and not value.strip():
            self.fault(where, "is empty. Write it or remove the key.")
            return False
        return right

    def one_of(self, where: str, value: str | None, allowed: Iterable[str]) -> None:
        """Add a fault where a value that is given is not one of those allowed."""
        if value is not None and value not in allowed:
            self.fault(where, f'"{value}" is not one that is known. {did_you_mean(value, allowed)}')

    def basis(self, found: dict, where: str, *, needed: bool) -> Basis | None:
        """Read what a rule or number rests on: a source, or an assumption with a note."""
        source, assumption = found.get("source"), found.get("assumption", False)
        if source and assumption:
            self.fault(where, "has a source and is an assumption. Keep one of the two.")
        elif source:
            self.one_of(joined(where, "source"), source, self.declared["sources"])
            return Basis("published", self.sources.get(source), found.get("at", ""), found.get("note", ""))
        elif assumption and not found.get("note"):
            self.fault(where, 'is an assumption without a "note". Say why this, and that the council may replace it.')
        elif assumption:
            return Basis("assumption", note=found["note"])
        elif needed:
            self.fault(where, 'rests on nothing. Give a "source", or write assumption = true and a "note".')
        return None


def joined(where: str, key: str) -> str:
    """Return the name of a key in a table, as faults call it."""
    return f"{where}.{key}" if where else key
