"""What was saved comes back: the library with every version, on SQLite and on PostgreSQL, and the counties."""

import datetime
import hashlib
import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from budget.store import library as store
from data.example import FOLDER as EXAMPLE
from data.faults import InputError
from deploy import backup, postgres_programs, restore
from deploy.archive import checked
from tests import postgres
from tests.budget.store.stores import KINDS, new_url, scenario, whole

NOW = datetime.datetime(2026, 11, 30, 2, 0, tzinfo=datetime.UTC)


@pytest.fixture
def places(tmp_path):
    """The folders of an app, of its backups and of another machine."""
    for name in ("app", "backups", "other"):
        (tmp_path / name).mkdir()
    return tmp_path


def filled(url: str, app: Path) -> list:
    """Save three versions of two scenarios, one of which is deleted, and a county; return all that the library says."""
    (app / "harrow").symlink_to("/nowhere")  # a link is no county
    (app / "official").mkdir()
    (app / "official" / "large.csv").write_text("downloaded again", encoding="utf-8")
    shutil.copytree(EXAMPLE, app / "lincolnshire")
    with store.open_library(url) as library:
        entry = library.save(scenario(), author="Ana")
        library.save(scenario(), author="Ben", id=entry.id, expected_version=1)
        library.delete(library.save(scenario("Other"), author="Ana").id, author="Ana")
        return said_by(library)


def said_by(library: store.Library) -> list:
    entries = [*library.list(), *library.list(deleted=True)]
    return [(entry, library.history(entry.id), library.audit(entry.id), library.get(entry.id)) for entry in entries]


def fresh_url(kind: str, folder: Path) -> str:
    return postgres.server().new_database() if kind == "postgresql" else f"sqlite:///{folder / 'deep' / 'new.sqlite'}"


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_saved_comes_back_on_another_machine(kind, places, monkeypatch):
    if kind == "postgresql":
        monkeypatch.setenv(postgres_programs.FOLDER, str(postgres.server().programs))
    url, other = new_url(kind, places), fresh_url(kind, places)
    before = filled(url, places / "app")
    made = backup.back_up(places / "backups", places / "app", NOW, url)
    contents, _ = restore.restore(made, places / "other", other)
    assert contents.made == "2026-11-30T02:00:00+00:00"
    with store.open_library(other) as library:
        assert said_by(library) == before
        assert whole(library) == []
        assert library.save(scenario("After"), author="Ana").version == 1
    assert [path.name for path in (places / "other").iterdir()] == ["lincolnshire"]
    assert [path.name for path in (places / "backups").iterdir()] == ["farebridge-20261130T020000Z.tar"]
    assert made.stat().st_mode & 0o077 == 0


@pytest.fixture
def made(places) -> Path:
    filled(new_url("sqlite", places), places / "app")
    return backup.back_up(places / "backups", places / "app", NOW, new_url("sqlite", places))


def test_nothing_is_written_over(places, made):
    with pytest.raises(InputError) as caught:
        restore.restore(made, places / "app", new_url("sqlite", places))
    assert "names a library that is in use" in str(caught.value)
    assert "lincolnshire: is in" in str(caught.value)


def test_a_backup_of_one_kind_of_library_is_not_put_into_another(places, made):
    with pytest.raises(InputError, match="names postgresql, and the backup is of sqlite"):
        restore.restore(made, places / "other", "postgresql://me:secret@127.0.0.1:1/db")


def test_a_damaged_backup_restores_nothing_and_says_which_part(places, made):
    content = bytearray(made.read_bytes())
    with tarfile.open(made) as archive:
        start = archive.getmember("library.sqlite").offset_data
    content[start + 100] ^= 1
    for damaged, said in (
        (content, "another library.sqlite"),
        (content[: len(content) // 2], "cut short"),
        (b"x", "no backup"),
    ):
        made.write_bytes(damaged)
        with pytest.raises(InputError, match=said):
            restore.restore(made, places / "other", f"sqlite:///{places / 'new.sqlite'}")
    assert list((places / "other").iterdir()) == []
    assert not (places / "new.sqlite").exists()


@pytest.mark.parametrize("part", ["backup.json", "library.sqlite"])
def test_a_backup_made_by_hand_restores_nothing_though_its_checksums_agree(places, made, part):
    with tarfile.open(made) as archive:
        parts = {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}
    parts[part] = b"[" * 100_000 if part == "backup.json" else b"SQLite format 3\0" + bytes(4096)
    if part != "backup.json":
        listed = json.loads(parts["backup.json"])
        listed["parts"][part] = hashlib.sha256(parts[part]).hexdigest()
        parts["backup.json"] = json.dumps(listed).encode()
    with tarfile.open(made, "w") as archive:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    with pytest.raises(InputError):
        restore.restore(made, places / "other", f"sqlite:///{places / 'new.sqlite'}")
    assert list((places / "other").iterdir()) == []
    assert not (places / "new.sqlite").exists()


def test_a_part_that_leads_out_of_the_folder_is_refused(places, made):
    with tarfile.open(made) as archive:
        listed = archive.extractfile("backup.json").read()
    with tarfile.open(made, "w") as archive:
        (places / "listed").write_bytes(listed.replace(b'"library.sqlite"', b'"../library.sqlite"'))
        archive.add(places / "listed", "backup.json")
    with pytest.raises(InputError, match="no backup of Farebridge"):
        checked(made)


def test_old_backups_go_once_a_new_one_is_there_and_nothing_else_does(places, monkeypatch, capsys):
    folder = places / "backups"
    for name in ("farebridge-20200101T000000Z.tar", "farebridge-notes.tar", "letters.zip"):
        (folder / name).write_bytes(b"")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{places / 'none.sqlite'}")
    command = ["--to", str(folder), "--data", str(places / "app"), "--keep-days", "35"]
    assert backup.main(command) == 2  # there is no library, and so no new backup
    assert "none.sqlite is not there" in capsys.readouterr().err
    assert len(list(folder.iterdir())) == 3
    store.open_library().close()
    assert backup.main(command) == 0
    left = {path.name for path in folder.iterdir()}
    assert {"farebridge-notes.tar", "letters.zip"} < left
    assert len(left) == 3
    assert "farebridge-20200101T000000Z.tar" not in left


def test_a_password_goes_to_postgresqls_programs_by_the_environment_alone(monkeypatch, tmp_path):
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\necho "$PGPASSWORD $PGSSLMODE $PGHOST $*" >&2\nexit 1\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv(postgres_programs.FOLDER, str(tmp_path))
    address = sa.make_url("postgresql://me:s%40cret@host/db?sslmode=require")
    assert postgres_programs.environment_of(address)["PGPASSWORD"] == "s@cret"
    with pytest.raises(InputError) as caught:
        postgres_programs.run("pg_dump", address, "--file=x")
    assert "cret" not in str(caught.value)
    assert "is not shown" in str(caught.value)


def test_programs_that_are_not_there_are_told(monkeypatch, tmp_path):
    monkeypatch.setenv(postgres_programs.FOLDER, str(tmp_path))
    with pytest.raises(InputError, match="is not on this machine"):
        postgres_programs.run("pg_dump", sa.make_url("postgresql://host/db"))
