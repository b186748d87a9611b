"""Actuals kept with a scenario, on SQLite and on a real PostgreSQL: nothing is lost, and the second of two is told."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic import command
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from budget.monitoring.lines import OwnForecast, Thresholds
from budget.monitoring.posting import Actuals, Posting
from budget.store import actuals, database
from budget.store import library as store
from budget.store.actuals import ActualsConflict, MonitoringSettings, SavedActuals
from budget.store.actuals_content import KeptActuals, from_export
from budget.store.database import writing
from budget.store.entries import NotFound, SaveConflict
from data.faults import InputError
from tests import postgres
from tests.budget.store.stores import KINDS, new_url, results, scenario, whole
from tests.draws import draws

READ = Actuals(
    "ledger.csv",
    (Posting(2, 6, "bus_pass", 9_000_000, 0, "bought late"), Posting(3, 13, "=cmd", -1, 5, "-\N{EM DASH}", 7)),
    ("Columns not read: Supplier.",),
)
LINES = {"minibus": OwnForecast(None, "+44"), "bus_pass": OwnForecast(5, "")}
TYPED = MonitoringSettings("2026 to 2027", 7, Thresholds(0.01, 0.5, 1), {"2026 to 2027": LINES, "2027 to 2028": {}})
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)


@pytest.fixture(params=KINDS)
def library(request, tmp_path):
    with store.open_library(new_url(request.param, tmp_path)) as opened:
        yield opened


@pytest.fixture
def entry(library) -> store.VersionEntry:
    return library.save(scenario(), author="Ana")


def keep(
    library, entry, after: SavedActuals | None = None, *, read=READ, typed=TYPED, author="Ana", **more
) -> SavedActuals:
    return actuals.save(
        library, entry.id, version=entry.version, actuals=read, settings=typed, author=author, after=after, **more
    )


def test_what_was_read_and_typed_comes_back_to_the_letter(library, entry):
    assert actuals.latest(library, entry.id) is None
    kept = keep(library, entry)
    assert actuals.latest(library, entry.id) == kept == actuals.get(library, entry.id, 1)
    assert (kept.actuals, kept.settings, kept.number, kept.version) == (READ, TYPED, 1, 1)


@draws(25, suppress_health_check=list(HealthCheck))
@given(st.lists(st.builds(Posting, st.integers(2, 9), st.integers(1, 13), TEXTS, st.integers(), st.integers(), TEXTS,
                          st.none() | st.integers()), max_size=4), TEXTS)  # fmt: skip
def test_any_rows_and_reasons_come_back_to_the_letter(library, postings, reason):
    made = library.save(scenario(f"any {len(library.list())}"), author="Ana")
    read, typed = (
        Actuals("a.csv", tuple(postings)),
        MonitoringSettings(entries={"2026 to 2027": {"bus_pass": OwnForecast(1, reason)}}),
    )
    keep(library, made, read=read, typed=typed)
    found = actuals.latest(library, made.id)
    assert (found.actuals, found.settings) == (read, typed)


def test_a_copy_and_an_exported_scenario_take_their_actuals_along(library, entry):
    settings = MonitoringSettings(
        "2026-27", 8, Thresholds(0.03, 0.1), {"2026 to 2027": {"minibus": OwnForecast(5, "late", "price")}},
        {"amount": "Net posted"},
    )  # fmt: skip
    rows = (Posting(2, 6, "32110", 5, 7, "why", None, 9, "closed", 2026, "32110", "C1", "P2"),)
    keep(library, entry, read=Actuals("ledger.csv", rows, ("a note",)), typed=settings)
    copy = library.duplicate(entry.id, author="Ben")
    imported = library.import_file(library.export(entry.id, author="Ana"), "Cem")
    for other in (copy, imported):
        found = actuals.latest(library, other.id)
        assert (found.number, found.actuals.postings, found.actuals.notes) == (1, rows, ("a note",))
        assert found.settings == settings


def test_actuals_in_an_exported_file_that_no_ledger_gives_are_refused():
    kept = KeptActuals(Actuals("a", (Posting(2, 6, "x", 5, 0),)), MonitoringSettings())
    assert from_export(kept.to_json()) == kept
    for before, after in ((b'"period": 6', b'"period": 99'), (b'"row": 2', b'"row": "two"'), (b'"x"', b'"x\\u0000"')):
        with pytest.raises(InputError, match="Ask for the file again"):
            from_export(kept.to_json().replace(before, after))


def test_every_save_stays_and_one_that_changes_no_row_has_those_of_the_save_before(library, entry):
    first = keep(library, entry)
    second = keep(library, entry, first, typed=MonitoringSettings(closed=3), author="Ben")
    third = keep(library, entry, second, read=Actuals("new.csv", READ.postings[:1]), author="Cy")
    fourth = keep(library, entry, third, read=third.actuals, typed=MonitoringSettings(closed=4))
    saves = actuals.history(library, entry.id)
    assert [(save.number, save.author, save.file) for save in saves] == [
        (4, "Ana", "new.csv"), (3, "Cy", "new.csv"), (2, "Ben", "ledger.csv"), (1, "Ana", "ledger.csv"),
    ]  # fmt: skip
    for kept in (first, second, third, fourth):
        assert actuals.get(library, entry.id, kept.number) == kept
    with library.engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT rows IS NULL FROM scenario_actuals ORDER BY number")).scalars().all()
    assert [bool(row) for row in rows] == [False, True, False, True]
    with pytest.raises(InputError, match="no save 5"):
        actuals.get(library, entry.id, 5)


def test_the_second_of_two_is_told_and_keeps_what_they_have(library, entry):
    first = keep(library, entry)
    theirs = keep(library, entry, first, typed=MonitoringSettings(closed=3), author="Ben")
    with pytest.raises(
        ActualsConflict, match="Ben saved on .*, after you opened save 1. Nothing was changed"
    ) as caught:
        keep(library, entry, first, author="Cy")
    assert caught.value.there == theirs == actuals.latest(library, entry.id)
    assert pickle.loads(pickle.dumps(caught.value)).there == theirs
    with pytest.raises(ActualsConflict, match="after you opened the page"):
        keep(library, entry, None, author="Cy")
    assert keep(library, entry, caught.value.there, author="Cy").number == 3


def test_of_many_that_keep_at_once_one_wins_and_every_other_is_told(library, entry):
    first = keep(library, entry)

    def save(number: int) -> str:
        try:
            keep(library, entry, first, typed=MonitoringSettings(closed=number), author=f"thread {number}")
        except ActualsConflict as outrun:
            return f"told of {outrun.there.author}"
        return "saved"

    with ThreadPoolExecutor(8) as threads:
        said = sorted(threads.map(save, range(8)))
    winner = actuals.latest(library, entry.id)
    assert said == ["saved"] + [f"told of {winner.author}"] * 7
    assert winner.number == 2 and whole(library) == []


def test_the_audit_log_has_a_line_for_each_save_and_none_for_one_that_was_refused(library, entry):
    first = keep(library, entry, did={"file": "ledger.csv"})
    with pytest.raises(ActualsConflict):
        keep(library, entry, author="Ben")
    keep(library, entry, first, author="Cy", did={"line": "bus_pass"})
    found = [(one.who, one.action, one.version, one.details) for one in library.audit(entry.id)][1:]
    assert found == [
        ("Ana", "monitored", 1, {"save": 1, "file": "ledger.csv"}),
        ("Cy", "monitored", 1, {"save": 2, "line": "bus_pass"}),
    ]


def test_a_save_that_breaks_off_leaves_neither_a_row_nor_a_line_of_the_log(library, entry, monkeypatch):
    before = library.audit()
    with monkeypatch.context() as patch:
        patch.setattr(library, "log", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            keep(library, entry)
    assert actuals.latest(library, entry.id) is None and library.audit() == before
    assert keep(library, entry).number == 1


def test_what_cannot_be_kept_is_refused_in_words(library, entry):
    for author, typed, said in (
        (" ", TYPED, "author: is empty"),
        ("Ana", MonitoringSettings(entries={"b": {"a": OwnForecast(1, "x\x00")}}), "reason: holds the character NUL"),
        ("Ana", MonitoringSettings(entries={"b": {"a": OwnForecast(1, "x" * 2001)}}), "reason: has 2,001 characters"),
    ):
        with pytest.raises(InputError, match=said):
            keep(library, entry, author=author, typed=typed)
    with pytest.raises(InputError, match="200,001 rows"):
        keep(library, entry, read=Actuals("big.csv", READ.postings[:1] * 200_001))
    with pytest.raises(NotFound):
        actuals.save(library, "nosuch", version=1, actuals=READ, settings=TYPED, author="Ana")
    with pytest.raises(NotFound):
        actuals.save(library, entry.id, version=2, actuals=READ, settings=TYPED, author="Ana")
    library.delete(entry.id, author="Ben")
    with pytest.raises(SaveConflict, match="Ben deleted it"):
        keep(library, entry)
    assert actuals.history(library, entry.id) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scenario_actuals SET author = 'x'",
        "DELETE FROM scenario_actuals",
        "UPDATE scenario_audit SET who = 'x'",
        "DELETE FROM scenario_audit",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_kept(library, entry, statement):
    kept = keep(library, entry)
    with pytest.raises((InputError, sa.exc.IntegrityError)), writing(library.engine) as connection:
        connection.execute(sa.text(statement))
    assert actuals.latest(library, entry.id) == kept


def at_the_first_schema(kind: str, folder) -> str:
    """Make a library as the version before actuals made it, with data in it, and return its address."""
    url = postgres.server().new_database() if kind == "postgresql" else f"sqlite:///{folder / 'old.sqlite'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "upgrade", lambda config, _head: _upgrade(config, "0001"))
        patch.setattr(database, "SCHEMA", "0001")
        database.open_engine(url).dispose()
    return url


_upgrade = command.upgrade


@pytest.mark.parametrize("kind", KINDS)
def test_a_library_of_before_is_brought_up_to_date_with_all_that_is_in_it(kind, tmp_path):
    url = at_the_first_schema(kind, tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "SCHEMA", "0001")
        with store.open_library(url) as old:
            first = old.save(scenario(), author="Ana", note="=1+1", results=results())
            old.save(scenario(budget_pence=5), author="Ben", id=first.id, expected_version=1)
            gone = old.save(scenario("Gone"), author="Ana")
            old.delete(gone.id, author="Cy")
            before = old.list(), old.list(deleted=True), old.history(first.id), old.audit(), old.get(first.id, 1)
            with old.engine.connect() as connection:
                assert not sa.inspect(connection).has_table("scenario_actuals")
    with store.open_library(url) as new:
        assert (new.list(), new.list(deleted=True), new.history(first.id), new.audit(), new.get(first.id, 1)) == before
        assert whole(new) == []
        keep(new, new.list()[0])
        numbers = [action.number for action in new.audit()]
        assert numbers == sorted(set(numbers)) and new.audit()[-1].action == "monitored"
        for table in ("scenario_audit", "scenario_versions"):
            with pytest.raises((InputError, sa.exc.IntegrityError)), writing(new.engine) as connection:
                connection.execute(sa.text(f"DELETE FROM {table}"))
        with new.engine.connect() as connection:
            assert {index["name"] for index in sa.inspect(connection).get_indexes("scenario_audit")} == {
                "audit_by_scenario"
            }
