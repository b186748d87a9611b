"""What a test needs beyond Python, found from its fixtures and from what its code reaches, and set as a mark.

`make check` runs the tests that need none of it. Nobody marks a test by hand: a test that calls LibreOffice through a
helper of a helper is found all the same.
"""

import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

FIXTURES = {
    "chromium": "browser",
    "address": "browser",
    "real_county": "national",
}
REACHED = {  # a module, or one function of a module
    "tests.libreoffice.converted": "office",
    "tests.postgres": "database",
    "tests.opendata": "national",
    "tests.budget.commands.test_sweep.command": "cluster",
    "tests.budget.sweep.dask_cluster": "cluster",
    "budget.sweep.sweep_run": "cluster",
    "data.command_line.executors": "cluster",
    "distributed": "cluster",
    "playwright.sync_api": "browser",
}
NEEDS = {
    "browser": "starts a Chromium",
    "office": "starts LibreOffice",
    "database": "starts a PostgreSQL server",
    "cluster": "starts worker processes or a Dask cluster",
    "national": "reads official files of the whole country",
}
SQLITE = "sqlite"  # a test for both kinds of database starts no server where its parameter is this one


def mark(items: list[pytest.Item]) -> None:
    """Mark each test with what it needs (a name of NEEDS)."""
    known: dict[int, set[str]] = {}
    for item in items:
        for need in _needs_of(item, known):
            item.add_marker(need)


def _needs_of(item: pytest.Item, known: dict[int, set[str]]) -> set[str]:
    needs = {FIXTURES[name] for name in item.fixturenames if name in FIXTURES}  # type: ignore[attr-defined]
    functions = [item.obj]  # type: ignore[attr-defined]
    for name in item.fixturenames:  # type: ignore[attr-defined]
        definitions = item._fixtureinfo.name2fixturedefs.get(name, ())  # type: ignore[attr-defined]
        functions += [definition.func for definition in definitions]
    for function in functions:
        needs |= _needs_of_code(inspect.unwrap(function), known)
    if any(_is_opendata(marker) for marker in item.iter_markers("skipif")):
        needs.add("national")
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    if any(isinstance(value, str) and value == SQLITE for value in parameters):
        needs.discard("database")
    return needs


def _is_opendata(marker: pytest.Mark) -> bool:
    return "REAL DATA" in marker.kwargs.get("reason", "")


def _needs_of_code(thing: Any, known: dict[int, set[str]]) -> set[str]:
    """Return what a function or class of the tests needs, by all that its code names, however far away."""
    thing = getattr(thing, "__func__", thing)
    inner = getattr(getattr(thing, "hypothesis", None), "inner_test", None)
    thing = inspect.unwrap(thing if inner is None else inner)
    if id(thing) in known:
        return known[id(thing)]
    needs = known[id(thing)] = set()
    for value in _named(thing):
        name = _place(value)
        needs |= {need for place, need in REACHED.items() if f"{name}.".startswith(f"{place}.")}
        if name.startswith("tests.") and isinstance(value, FunctionType | type):
            needs |= _needs_of_code(value, known)
    return needs


def _place(value: object) -> str:
    """Return the module of a thing and its name in there; "" for what has none."""
    if isinstance(value, ModuleType):
        return value.__name__
    places = (getattr(value, "__module__", None), getattr(value, "__qualname__", None))
    return ".".join(place for place in places if isinstance(place, str))


def _named(thing: object) -> Iterator[object]:
    """Yield the objects that the code of a function, or of the methods of a class, names in its module."""
    functions = [thing] if isinstance(thing, FunctionType) else []
    if isinstance(thing, type):
        functions = [method for method in vars(thing).values() if isinstance(method, FunctionType)]
    for function in functions:
        names = set(_names(function.__code__))
        for value in (function.__globals__[name] for name in names & function.__globals__.keys()):
            yield value
            if isinstance(value, ModuleType) and value.__name__.startswith("tests."):
                yield from (vars(value)[name] for name in names & vars(value).keys())


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
