"""What the library of scenarios promises, on SQLite and on a real PostgreSQL."""

import datetime
import pickle
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from budget.allocation.inputs.limits import Limits
from budget.scenarios.scenario import Scenario
from budget.store import library as store
from budget.store import results as store_results
from budget.store.entries import NotFound, SaveConflict
from data.faults import InputError
from tests.budget.store.stores import KINDS, new_url, results, scenario, whole

# What somebody may call a scenario, or paste into a note.
HOSTILE = [
    "=HYPERLINK(\"http://x\",\"y\")", "+1", "-1", "@SUM(A1)", "\t=1", "'quoted'; DROP TABLE scenarios; --", "#N/A",
    "a\x01b\x07c\x1b[2Jd\x7f\x9be", "two\nlines\r\nthree\u2028four", "\u202eevil", "\ufeffmark\ufffe\uffff",
    "\U0001f68c\U0001f469\u200d\U0001f9bd\U0001f3fe", "Ynys Môn – Ceredigion", "%s %(x)s {} \\0 \\u0000 \\",
    "é" * 40_000,
]  # fmt: skip
REFUSED = "only ever added to|never changed|never deleted"
NOBODYS = ["", "nobody", "a\x00b", "\ud800", "../../etc/passwd", "' OR 1=1 --", "é" * 3, "x" * 10_000]


@pytest.fixture(params=KINDS)
def library(request, tmp_path):
    with store.open_library(new_url(request.param, tmp_path)) as opened:
        yield opened


def test_what_is_saved_comes_back_equal(library):
    entry = library.save(scenario(), author="Ana Ruiz", note="as agreed", results=results())
    saved = library.get(entry.id)
    assert (saved.scenario, saved.results) == (scenario(), results())
    assert (saved.name, saved.version, saved.note, saved.author) == ("Base case", 1, "as agreed", "Ana Ruiz")
    assert library.list() == (entry,)
    assert entry.summary["spent_pence"] == results().spent_pence


def test_every_save_is_a_version_that_stays(library):
    first = library.save(scenario(), author="Ana", results=results())
    second = library.save(scenario(budget_pence=100), author="Ben", note="less", id=first.id, expected_version=1)
    assert (second.id, second.version, second.latest) == (first.id, 2, 2)
    assert library.get(first.id).scenario.budget_pence == 100
    assert library.get(first.id, 1).scenario == scenario()
    assert library.get(first.id, 1).results == results()
    assert [(one.version, one.author, one.note) for one in library.history(first.id)] == [
        (2, "Ben", "less"),
        (1, "Ana", ""),
    ]


def test_a_list_has_the_last_saved_first_and_no_deleted_one(library):
    first, second, third = (library.save(scenario(name), author="Ana") for name in ("1", "2", "3"))
    library.save(scenario("1"), author="Ana", id=first.id, expected_version=1)
    library.delete(third.id, author="Ana")
    assert [entry.name for entry in library.list()] == ["1", "2"]
    assert [entry.name for entry in library.list(deleted=True)] == ["3"]


def test_the_second_of_two_who_save_is_told_who_was_first_and_loses_nothing(library):
    entry = library.save(scenario(), author="Ana")
    library.save(scenario(budget_pence=100), author="Ben Ode", id=entry.id, expected_version=1)
    mine = scenario(budget_pence=200)
    with pytest.raises(SaveConflict) as caught:
        library.save(mine, author="Ana", id=entry.id, expected_version=1)
    conflict = caught.value
    assert (conflict.kind, conflict.who, conflict.there.version) == ("saved", "Ben Ode", 2)
    assert abs(conflict.at - datetime.datetime.now(datetime.UTC)) < datetime.timedelta(minutes=5)
    for words in ("Ben Ode saved it on", "as version 2", "after you opened version 1", "as a copy", "as version 3"):
        assert words in str(conflict)
    assert len(library.history(entry.id)) == 2  # nothing was written
    over = library.save(mine, author="Ana", id=entry.id, expected_version=conflict.there.version)
    assert (over.version, library.get(entry.id).scenario.budget_pence) == (3, 200)
    assert library.get(entry.id, 2).scenario.budget_pence == 100  # Ben's stays


def test_a_conflict_comes_back_from_another_process_as_it_was(library):
    library.save(scenario(), author="Ana")
    with pytest.raises(SaveConflict) as caught:
        library.save(scenario(), author="Ben")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.kind, again.there, again.who, str(again)) == ("name", caught.value.there, "Ana", str(caught.value))


@pytest.mark.parametrize("other", ["base  CASE ", "Ｂase case", "Base case"])
def test_two_scenarios_cannot_have_one_name(library, other):
    there = library.save(scenario(), author="Ana")
    with pytest.raises(SaveConflict, match="Ana saved it"):
        library.save(scenario(other), author="Ben")
    third = library.save(scenario("Third"), author="Ben")
    with pytest.raises(SaveConflict):
        library.rename(third.id, other, author="Ben")
    with pytest.raises(SaveConflict):
        library.duplicate(third.id, author="Ben", name=other)
    assert [entry.name for entry in library.list()] == ["Third", "Base case"]
    assert len(library.audit()) == 2
    library.delete(there.id, author="Ana")
    library.save(scenario(other), author="Ben")  # the name is free again
    with pytest.raises(SaveConflict):
        library.restore(there.id, 1, author="Ana")  # and is not any more


def test_a_new_name_leaves_every_version_as_it_was(library):
    entry = library.save(scenario(), author="Ana")
    text = library.get(entry.id).text
    renamed = library.rename(entry.id, "Basis", author="Ben")
    assert (renamed.id, renamed.name, renamed.version) == (entry.id, "Basis", 1)
    assert library.get(entry.id).text == text
    assert library.get(entry.id).scenario.name == "Basis"
    assert library.find("basis").id == library.find(entry.id).id == entry.id


def test_a_copy_has_a_free_name_and_says_what_it_is_a_copy_of(library):
    entry = library.save(scenario(), author="Ana", note="why", results=results())
    copies = [library.duplicate(entry.id, author="Ben") for _ in range(3)]
    assert [copy.name for copy in copies] == ["Base case (copy)", "Base case (copy) (2)", "Base case (copy) (3)"]
    assert len({entry.id, *(copy.id for copy in copies)}) == 4
    saved = library.get(copies[0].id)
    assert (saved.note, saved.results, saved.author) == ("why", results(), "Ben")
    assert saved.origin == {"duplicated": entry.id, "version": 1}
    long = library.save(scenario("x" * 500), author="Ana")
    assert library.duplicate(long.id, author="Ben").name == "x" * 493 + " (copy)"


def test_an_old_version_is_restored_as_a_new_one(library):
    entry = library.save(scenario(), author="Ana", note="first", results=results())
    library.save(scenario(budget_pence=100), author="Ben", id=entry.id, expected_version=1)
    restored = library.restore(entry.id, 1, author="Cy")
    assert (restored.version, restored.note, restored.author, restored.origin) == (3, "first", "Cy", {"restored": 1})
    assert (library.get(entry.id).text, library.get(entry.id).results) == (library.get(entry.id, 1).text, results())
    with pytest.raises(SaveConflict):
        library.restore(entry.id, 2, author="Di", expected_version=2)  # another restored in between
    assert whole(library) == []


def test_a_deletion_can_be_undone_for_thirty_days_and_longer(library):
    entry = library.save(scenario("Base case"), author="Ana")
    library.delete(entry.id, author="Ben Ode")
    later = store.Library(library.engine, clock=lambda: library.now() + datetime.timedelta(days=31))
    assert [each.id for each in later.list(deleted=True)] == [entry.id]
    assert later.deletion(entry.id).who == "Ben Ode"
    later.restore(entry.id, 1, author="Ana")
    assert later.get(entry.id).deleted_at is None


def test_a_deleted_scenario_is_hidden_refused_and_can_be_brought_back(library):
    entry = library.save(scenario(), author="Ana")
    library.delete(entry.id, author="Ben Ode")
    assert library.list() == ()
    assert library.get(entry.id).deleted_at is not None  # a colleague's address still says what became of it
    with pytest.raises(NotFound):
        library.find("Base case")
    for late in (
        lambda: library.save(scenario(), author="Ana", id=entry.id, expected_version=1),
        lambda: library.rename(entry.id, "x", author="Ana"),
        lambda: library.delete(entry.id, author="Ana"),
    ):
        with pytest.raises(SaveConflict, match="Ben Ode deleted it") as caught:
            late()
        assert caught.value.kind == "deleted"
    assert library.restore(entry.id, 1, author="Ana").version == 2
    assert [one.name for one in library.list()] == ["Base case"]
    assert whole(library) == []


def test_who_deletes_what_another_has_just_saved_is_told(library):
    entry = library.save(scenario(), author="Ana")
    library.save(scenario(), author="Ben", id=entry.id, expected_version=1)
    with pytest.raises(SaveConflict, match="Ben saved it"):
        library.delete(entry.id, author="Ana", expected_version=1)
    assert len(library.list()) == 1


def test_the_log_says_who_did_what_to_which_scenario(library):
    entry = library.save(scenario(), author="Ana")
    library.save(scenario(), author="Ben", id=entry.id, expected_version=1)
    library.rename(entry.id, "Basis", author="Cy")
    copy = library.duplicate(entry.id, author="Di")
    library.restore(entry.id, 1, author="Ed")
    there = library.import_file(library.export(entry.id, author="Flo", version=2), "Gus")
    library.delete(entry.id, author="Hal")
    said = [(action.who, action.action, action.version) for action in library.audit(entry.id)]
    assert said == [
        ("Ana", "created", 1), ("Ben", "saved", 2), ("Cy", "renamed", None), ("Ed", "restored", 3),
        ("Flo", "exported", 2), ("Hal", "deleted", None),
    ]  # fmt: skip
    assert library.audit(entry.id)[2].details == {"from": "Base case", "to": "Basis"}
    assert [(one.who, one.action) for one in library.audit(copy.id)] == [("Di", "duplicated")]
    imported = library.audit(there.id)[0]
    assert (imported.action, imported.details["imported"], imported.details["saved_by"]) == (
        "imported",
        entry.id,
        "Ben",
    )
    assert [one.number for one in library.audit()] == sorted(one.number for one in library.audit())
    assert len(library.audit()) == 8


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE scenario_audit SET who = 'nobody'",
        "DELETE FROM scenario_audit",
        "UPDATE scenario_versions SET note = 'another'",
        "DELETE FROM scenario_versions",
        "DELETE FROM scenarios",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_saved_or_logged(library, change):
    library.save(scenario(), author="Ana")
    with (
        pytest.raises(exc.DBAPIError, match="only ever added to|never changed|never deleted"),
        library.engine.begin() as it,
    ):
        it.execute(sa.text(change))
    assert [action.who for action in library.audit()] == ["Ana"]
    assert whole(library) == []


@pytest.mark.parametrize("table", ["scenario_audit", "scenario_versions", "scenarios"])
def test_no_way_round_the_refusal_is_left_open(library, table):
    library.save(scenario(), author="Ana")
    is_sqlite = library.engine.dialect.name == "sqlite"
    columns = {"scenario_audit": "(id, scenario_id, at, who, action)", "scenario_versions": "", "scenarios": ""}[table]
    picked = columns.strip("()") or "*"
    change = (
        f"INSERT OR REPLACE INTO {table} {columns} SELECT {picked} FROM {table}"
        if is_sqlite
        else f"TRUNCATE {table} CASCADE"
    )
    with (
        pytest.raises(exc.DBAPIError, match="only ever added to|never changed|never deleted"),
        library.engine.begin() as it,
    ):
        it.execute(sa.text(change))
    assert whole(library) == []


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_names_and_notes_come_back_to_the_letter(library, text):
    name = text[:500]
    entry = library.save(scenario(name), author=name[:200], note=text)
    saved = library.get(entry.id)
    assert (saved.name, saved.author, saved.note, saved.scenario.name) == (name, name[:200], text, name)
    assert library.find(name).id == entry.id
    assert library.audit()[0].who == name[:200]
    again = library.import_file(library.export(entry.id, author="Ana"), "Ben")
    assert (again.name, again.note) == (name[: 500 - 4] + " (2)", text)


def test_names_of_places_in_the_results_come_back_to_the_letter(library):
    kept = results().model_copy(update={"county": "=Marrow\x00\x1bshire 🚌"})
    entry = library.save(scenario(), author="Ana", results=kept)
    assert library.list()[0].summary["county"] == "=Marrow\x00\x1bshire 🚌"
    assert library.get(entry.id).results == kept


@pytest.mark.parametrize(
    ("text", "said"),
    [("a\x00b", "the character NUL in place 2"), ("ab\ud83d", "half a character in place 3")],
)
def test_what_no_database_keeps_is_refused_in_words_and_never_dropped(library, text, said):
    with pytest.raises(InputError) as caught:
        library.save(scenario(text), author=text, note=text)
    assert [fault.where for fault in caught.value.faults][:3] == ["note", "author", "name"]
    assert all(said in fault.problem for fault in caught.value.faults[:3])
    entry = library.save(scenario(), author="Ana")
    with pytest.raises(InputError, match=said):
        library.rename(entry.id, text, author="Ana")
    assert [one.name for one in library.list()] == ["Base case"]


def test_a_text_within_the_scenario_that_holds_nul_survives_as_toml_writes_it(library):
    entry = library.save(scenario(price_base="2026\x00 prices"), author="Ana")
    assert library.get(entry.id).scenario.price_base == "2026\x00 prices"


@pytest.mark.parametrize(
    "id", ["", "nobody", "a\x00b", "\ud800", "../../etc/passwd", "' OR 1=1 --", "é" * 3, "x" * 10_000]
)
def test_an_address_that_is_nobodys_is_not_found(library, id):
    library.save(scenario(), author="Ana")
    for ask in (
        lambda: library.get(id),
        lambda: library.history(id),
        lambda: library.save(scenario("x"), author="Ana", id=id, expected_version=1),
        lambda: library.rename(id, "x", author="Ana"),
        lambda: library.duplicate(id, author="Ana"),
        lambda: library.restore(id, 1, author="Ana"),
        lambda: library.delete(id, author="Ana"),
        lambda: library.export(id, author="Ana"),
    ):
        with pytest.raises(NotFound):
            ask()
    assert library.audit(id) == ()
    assert len(library.audit()) == 1


@pytest.mark.parametrize("version", [0, -1, 2, 2**31, 2**80])
def test_a_version_that_is_not_there_is_said_to_be_not_there(library, version):
    entry = library.save(scenario(), author="Ana")
    with pytest.raises(NotFound):
        library.get(entry.id, version)
    with pytest.raises(NotFound):
        library.restore(entry.id, version, author="Ana")
    with pytest.raises(InputError):
        library.save(scenario(), author="Ana", id=entry.id, expected_version=version)
    assert library.history(entry.id)[0].version == 1


def test_addresses_are_safe_in_a_url_and_cannot_be_guessed(library):
    ids = [library.save(scenario(str(number)), author="Ana").id for number in range(20)]
    assert all(id.isascii() and id.isalnum() and len(id) == 16 for id in ids)
    assert len({id[:6] for id in ids}) == 20  # nothing counts up


def test_moments_are_kept_in_utc_and_come_back_aware(library):
    lisbon = datetime.timezone(datetime.timedelta(hours=-11))
    at = datetime.datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=lisbon)
    there = store.Library(library.engine, clock=lambda: at)
    entry = there.save(scenario(), author="Ana")
    there.delete(entry.id, author="Ana")
    for moment in (entry.saved_at, there.get(entry.id).deleted_at, there.audit()[0].at):
        assert moment == at
        assert moment.utcoffset() == datetime.timedelta(0)
    naive = store.Library(library.engine, clock=lambda: datetime.datetime(2026, 1, 1))
    with pytest.raises(exc.StatementError, match="time zone"):
        naive.save(scenario("x"), author="Ana")


def test_every_fault_of_what_is_saved_is_listed(library):
    wrong = scenario("", figures={"bus_pas.price": 3.0}, targeting={"nothing": 1.0})
    with pytest.raises(InputError) as caught:
        library.save(wrong, author=" ", note="x" * 1_000_001, results=results())
    said = str(caught.value)
    for words in ("1,000,001 characters", "author: is empty", "name: is empty", "of another scenario", "bus_pas.price"):
        assert words in said, said
    assert library.list() == ()


def test_results_of_another_scenario_are_refused(library):
    with pytest.raises(InputError, match="of another scenario"):
        library.save(scenario(budget_pence=1), author="Ana", results=results())
    renamed = library.save(scenario("Another name"), author="Ana", results=results())  # the name changes no plan
    assert renamed.summary is not None


def test_a_version_and_where_it_began_go_together(library):
    with pytest.raises(ValueError, match="go together"):
        library.save(scenario(), author="Ana", expected_version=1)


def test_a_scenario_that_names_an_applicant_is_refused(library):
    for limits in (Limits(must_fund=("row 07",)), Limits(committed=(("row 12", "bus_pass"),))):
        with pytest.raises(InputError, match="row .. is a single applicant"):
            library.save(Scenario(limits=limits), author="Ana")
    assert library.list() == ()


def test_a_scenario_that_this_program_no_longer_knows_is_still_there_to_read(library):
    entry = library.save(scenario(), author="Ana")
    future = 'name = "x"\nnew_setting = 3\n'
    with library.engine.begin() as connection:  # as a later version would have saved it
        row = dict(connection.execute(sa.select(store.versions)).mappings().one())
        connection.execute(sa.insert(store.versions).values(row | {"version": 2, "text": future}))
        connection.execute(sa.update(store.scenarios).values(version=2))
    assert library.list()[0].version == 2
    assert library.get(entry.id).text == future
    with pytest.raises(InputError, match="new_setting"):
        _ = library.get(entry.id).scenario
    assert library.get(entry.id, 1).scenario == scenario()


def test_nothing_given_is_altered(library):
    given, kept = scenario(figures={"bus_pass.price": 900.0}), {"bus_pass.price": 900.0}
    library.save(given, author="Ana")
    assert given.figures == kept


def test_a_library_is_still_there_when_it_is_opened_again(tmp_path: Path):
    for kind in KINDS:
        url = new_url(kind, tmp_path)
        with store.open_library(url) as first:
            entry = first.save(scenario(), author="Ana", results=results())
        with store.open_library(url) as second:
            assert second.get(entry.id).results == store_results.from_json(results().to_json())
