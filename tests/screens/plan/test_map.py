"""The map's legend: it names what is drawn, however many kinds of support a council adds."""

from types import SimpleNamespace

from screens.plan import map as county_map


def test_more_kinds_of_support_than_colours_are_all_in_the_legend():
    kinds = [SimpleNamespace(id=f"kind{n}", label=f"Kind {n}") for n in range(len(county_map.COLOURS) + 2)]
    numbers = {kind.id: place for place, kind in enumerate(kinds, 1)}
    plan = SimpleNamespace(catalogue=SimpleNamespace(kinds=kinds))
    legend = county_map._legend(plan, numbers, dict.fromkeys(map(str, numbers.values()), 1))
    assert [entry["label"] for entry in legend] == [kind.label for kind in kinds]
