"""The map's legend: it names what is drawn, however many kinds of support a council adds."""

from types import SimpleNamespace

from screens.plan import map as county_map


def test_more_kinds_of_support_than_colours_are_all_in_the_legend():
    kinds = [SimpleNamespace(id=f"kind{n}", label=f"Kind {n}") for n in range(len(county_map.COLOURS) + 2)]
    plan = SimpleNamespace(catalogue=SimpleNamespace(kinds=kinds))
    marks = county_map._marks(plan)
    legend = county_map._legend(plan, dict.fromkeys(marks.values(), 1))
    assert [entry["label"] for entry in legend] == [kind.label for kind in kinds]
    statuses = {letter for letter, _, _ in county_map.OTHERS.values()}
    assert len(set(marks.values()) | statuses) == len(kinds) + len(statuses)
    assert {len(mark) for mark in marks.values()} == {1}
