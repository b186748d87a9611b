"""Imports flow one way, between packages and between the rooms inside them, and only the screens know Streamlit."""

from functools import cache

import grimp
import pytest

PACKAGES = ("data", "eligibility", "budget", "screens")

# Each room may import only from rooms that stand before it in its line; rooms in one tuple do not know each other.
ROOMS: dict[str, list[tuple[str, ...]]] = {
    "budget": [
        ("allocation", "offers"),
        ("scenarios",),
        ("planning",),
        ("risk", "sweep"),
        ("accounts",),
        ("monitoring",),
        ("store", "workbook"),
        ("report",),
        ("commands",),
        ("__main__",),
    ],
    "budget.allocation": [
        ("inputs",),
        ("model",),
        ("search",),
        ("aims",),
        ("result",),
        ("allocate", "answer"),
        ("price_of_fairness", "curve"),
        ("why",),
    ],
    "eligibility": [
        ("rules", "suppress"),
        ("applicants",),
        ("deciding",),
        ("runs",),
        ("letters",),
        ("commands",),
        ("__main__",),
    ],
}
MOST = {"budget": (12, 9, 47), "screens": (12, 7, 30), "eligibility": (8, 7, 17), "data": (19, 8, 55)}


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, "deploy", include_external_packages=True, cache_dir=None)


def _rooms(package: str) -> dict[str, set[str]]:
    """Return, for each room of a package (a folder or a single module), the other rooms that it imports."""
    graph = _graph()
    rooms = {child: graph.find_descendants(child) | {child} for child in graph.find_children(package)}
    room_of = {module: room for room, modules in rooms.items() for module in modules}
    return {
        room.rpartition(".")[2]: {
            room_of[imported].rpartition(".")[2]
            for module in modules
            for imported in graph.find_modules_directly_imported_by(module)
            if imported in room_of and room_of[imported] != room
        }
        for room, modules in rooms.items()
    }


def _floors(rooms: dict[str, set[str]]) -> dict[str, int]:
    """Return on which floor each room stands: one above the highest room that it imports. Raises where they circle."""
    floors: dict[str, int] = {}
    while len(floors) < len(rooms):
        ready = [room for room, below in rooms.items() if room not in floors and below <= floors.keys()]
        assert ready, f"these rooms import each other in a circle: {sorted(rooms.keys() - floors.keys())}"
        floors |= {room: 1 + max((floors[other] for other in rooms[room]), default=0) for room in ready}
    return floors


def test_imports_between_packages_flow_one_way():
    graph, order = _graph(), [*PACKAGES, "deploy", "streamlit_app"]  # the last is no package: nothing may import it
    wrong = [
        f"{module} imports {imported}"
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
        if module.partition(".")[0] in order
        and imported.partition(".")[0] in order
        and order.index(imported.partition(".")[0]) > order.index(module.partition(".")[0])
    ]
    assert wrong == []


@pytest.mark.parametrize("package", ROOMS)
def test_imports_between_rooms_flow_one_way(package):
    order = {room: place for place, rooms in enumerate(ROOMS[package]) for room in rooms}
    rooms = _rooms(package)
    assert set(rooms) == set(order), "the register of rooms in this test is not what stands in the package"
    wrong = [
        f"{package}.{room} imports {package}.{other}"
        for room, imported in rooms.items()
        for other in imported
        if order[other] >= order[room]
    ]
    assert wrong == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_keeps_few_rooms_on_few_floors(package):
    """The figures are those of the plan of the rooms: rooms tied to another, floors, and imports between rooms."""
    rooms = _rooms(package)
    tied = {room for room, below in rooms.items() if below} | set().union(*rooms.values())
    found = (len(tied), max(_floors(rooms).values()), sum(map(len, rooms.values())))
    assert all(number <= most for number, most in zip(found, MOST[package], strict=True)), found


def test_only_the_screens_import_streamlit():
    importing = _graph().find_modules_that_directly_import("streamlit")
    assert {module for module in importing if module.partition(".")[0] != "screens"} == set()


@pytest.mark.parametrize(
    "module",
    [
        "background.plan_jobs",
        "background.process",
        *(f"places.{name}" for name in ("county_jobs", "own_places", "saved_plans")),
    ],
)
def test_what_a_worker_runs_for_a_screen_loads_no_streamlit(module):
    assert "streamlit" not in _graph().find_upstream_modules(f"screens.{module}")
