"""The library against a plain dictionary: whatever is done to both, in whatever order, they hold the same."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from budget.scenarios.scenario import Scenario
from budget.store import library
from budget.store.entries import SaveConflict
from budget.store.schema import name_key
from data.faults import InputError
from tests.budget.store.stores import whole
from tests.draws import draws

PLAIN = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
WORDS = st.text(PLAIN, min_size=1, max_size=12).filter(str.strip)
NAMES = st.sampled_from(["Base", "base ", "=Dear", "+ x"]) | WORDS
NOTES = st.text(PLAIN, max_size=30)
BUDGETS = st.integers(0, 10**12)


@dataclass
class Model:
    """A scenario as the dictionary has it."""

    name: str
    versions: list[tuple[int, str, str]]  # budget, note, author
    deleted: bool = False
    actions: list[str] = field(default_factory=list)


class LibraryAgainstModel(RuleBasedStateMachine):
    ids = Bundle("ids")

    @initialize()
    def open(self):
        self.folder = tempfile.TemporaryDirectory()
        self.library = library.open_library(f"sqlite:///{Path(self.folder.name) / 'x.sqlite'}")
        self.model: dict[str, Model] = {}

    def teardown(self):
        if hasattr(self, "library"):
            self.library.close()
            self.folder.cleanup()

    def is_taken(self, name: str, by_other_than: str = "") -> bool:
        return any(
            name_key(one.name) == name_key(name)
            for id, one in self.model.items()
            if not one.deleted and id != by_other_than
        )

    def put(self, entry: library.VersionEntry, row: tuple[int, str, str], action: str) -> str:
        assert entry.version == 1
        self.model[entry.id] = Model(entry.name, [row], actions=[action])
        return entry.id

    @rule(target=ids, name=NAMES, budget=BUDGETS, note=NOTES, author=WORDS)
    def create(self, name, budget, note, author):
        def save():
            return self.library.save(Scenario(name=name, budget_pence=budget), author=author, note=note)

        if self.is_taken(name):
            with pytest.raises(SaveConflict):
                save()
            return next(id for id, one in self.model.items() if not one.deleted)
        return self.put(save(), (budget, note, author), "created")

    @rule(id=ids, budget=BUDGETS, note=NOTES, author=WORDS, behind=st.integers(-1, 2))
    def save(self, id, budget, note, author, behind):
        one = self.model[id]
        latest = len(one.versions)

        def save():
            begun = {"id": id, "expected_version": latest - behind}
            return self.library.save(Scenario(budget_pence=budget), author=author, note=note, **begun)

        if one.deleted or behind:
            with pytest.raises(InputError):
                save()
            return
        assert save().version == latest + 1
        one.versions.append((budget, note, author))
        one.actions.append("saved")

    @rule(id=ids, name=NAMES)
    def rename(self, id, name):
        one = self.model[id]
        if one.deleted or self.is_taken(name, id):
            with pytest.raises(SaveConflict):
                self.library.rename(id, name, author="R")
            return
        assert self.library.rename(id, name, author="R").name == name
        one.name = name
        one.actions.append("renamed")

    @rule(target=ids, id=ids)
    def duplicate(self, id):
        entry = self.library.duplicate(id, author="D")
        assert not self.is_taken(entry.name)
        budget, note, _ = self.model[id].versions[-1]
        return self.put(entry, (budget, note, "D"), "duplicated")

    @rule(id=ids)
    def delete(self, id):
        one = self.model[id]
        if one.deleted:
            with pytest.raises(SaveConflict):
                self.library.delete(id, author="X")
            return
        self.library.delete(id, author="X")
        one.deleted = True
        one.actions.append("deleted")

    @rule(id=ids, data=st.data())
    def restore(self, id, data):
        one = self.model[id]
        version = data.draw(st.integers(1, len(one.versions)))
        if one.deleted and self.is_taken(one.name):
            with pytest.raises(SaveConflict):
                self.library.restore(id, version, author="V")
            return
        assert self.library.restore(id, version, author="V").version == len(one.versions) + 1
        budget, note, _ = one.versions[version - 1]
        one.versions.append((budget, note, "V"))
        one.deleted = False
        one.actions.append("restored")

    @rule(target=ids, id=ids, data=st.data())
    def send(self, id, data):
        one = self.model[id]
        version = data.draw(st.integers(1, len(one.versions)))
        entry = self.library.import_file(self.library.export(id, author="E", version=version), "I")
        one.actions.append("exported")
        budget, note, _ = one.versions[version - 1]
        return self.put(entry, (budget, note, "I"), "imported")

    @invariant()
    def the_same_is_in_both(self):
        if not hasattr(self, "library"):
            return
        alive = {id: one.name for id, one in self.model.items() if not one.deleted}
        assert {entry.id: entry.name for entry in self.library.list()} == alive
        for id, one in self.model.items():
            history = self.library.history(id)
            assert [(entry.note, entry.author) for entry in reversed(history)] == [row[1:] for row in one.versions]
            assert self.library.get(id).scenario == Scenario(name=one.name, budget_pence=one.versions[-1][0])
            assert [action.action for action in self.library.audit(id)] == one.actions

    @rule()
    def nothing_is_half(self):
        assert whole(self.library) == []


TestLibraryAgainstModel = LibraryAgainstModel.TestCase
TestLibraryAgainstModel.settings = draws(12, stateful_step_count=20, suppress_health_check=list(HealthCheck))
