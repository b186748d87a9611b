"""One scenario with its results as one file: it comes back whole, and what is not whole is refused with every fault."""

import hashlib
import io
import json
import random
import zipfile
import zlib

import pytest

from budget.store import library as store
from budget.store import scenario_zip
from budget.store.results import IMPORTED
from data.faults import InputError
from tests.budget.store.stores import results, scenario

TOO_LARGE = "unpacks to"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with store.open_library(f"sqlite:///{tmp_path_factory.mktemp('library') / 'x.sqlite'}") as opened:
        yield opened


@pytest.fixture(scope="module")
def exported(library) -> bytes:
    entry = library.save(scenario("=Exported"), author="Ana Ruiz", note="+a note\x01", results=results())
    return library.export(entry.id, author="Ben Ode", workbook=b"a workbook")


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_hashes(files: dict[str, bytes], **about) -> bytes:
    """Pack files so that about.json agrees with them, as somebody would who forges one."""
    said = json.loads(files["about.json"]) | about
    said["sha256"] = {name: hashlib.sha256(body).hexdigest() for name, body in files.items() if name != "about.json"}
    return packed(files | {"about.json": json.dumps(said).encode()})


def faults_of(content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        scenario_zip.unpack(content)
    return str(caught.value)


def test_a_file_holds_what_a_person_can_read_without_the_program(exported):
    files = parts(exported)
    assert sorted(files) == ["about.json", "chosen.csv", "plan.xlsx", "results.json", "scenario.toml"]
    about = json.loads(files["about.json"])
    assert (about["name"], about["author"], about["exported_by"]) == ("=Exported", "Ana Ruiz", "Ben Ode")
    assert about["sha256"]["scenario.toml"] == hashlib.sha256(files["scenario.toml"]).hexdigest()
    assert files["plan.xlsx"] == b"a workbook"


def test_another_library_takes_it_in_with_its_results_and_where_it_came_from(exported, tmp_path):
    about = json.loads(parts(exported)["about.json"])
    with store.open_library(f"sqlite:///{tmp_path / 'y.sqlite'}") as other:
        entry = other.import_file(exported, "Cy")
        saved = other.get(entry.id)
        assert (saved.name, saved.note, saved.author, saved.version) == ("=Exported", "+a note\x01", "Cy", 1)
        said = f"{IMPORTED} {results().proof}"  # a file from elsewhere: it is solved again here
        no_proof = results().model_copy(update={"answer": None, "proof": said})
        assert (saved.scenario, saved.results) == (scenario("=Exported"), no_proof)
        assert saved.origin["imported"] == about["id"] != entry.id
        assert (saved.origin["saved_by"], saved.origin["version"]) == ("Ana Ruiz", 1)
        again = other.import_file(exported, "Di")
        assert again.name == "=Exported (2)"


def test_a_scenario_without_results_is_one_file_too(library):
    entry = library.save(scenario("bare"), author="Ana")
    content = library.export(entry.id, author="Ana")
    assert sorted(parts(content)) == ["about.json", "scenario.toml"]
    assert library.get(library.import_file(content, "Ben").id).results is None


@pytest.mark.parametrize("name", ["scenario.toml", "results.json", "chosen.csv", "plan.xlsx"])
def test_a_file_that_was_changed_is_refused_by_its_hash(exported, name):
    files = parts(exported)
    files[name] += b" "
    assert f"{name}: is not what about.json says was exported" in faults_of(packed(files))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../../etc/cron.d/x", "'../../etc/cron.d/x'; an exported scenario has only"),
        ("/etc/passwd", "/etc/passwd"),
        ("C:\\Windows\\x", "an exported scenario has only"),
        ("results/", "'results/'"),
        ("macro.py", "'macro.py'"),
        ("scenario.toml/x", "'scenario.toml/x'"),
    ],
)
def test_what_does_not_belong_is_refused_by_name_and_written_nowhere(exported, name, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said in faults_of(packed(parts(exported) | {name: b"x"}))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_unpacks_to_more_than_it_should_is_refused_before_it_is_unpacked(exported):
    bomb = packed(parts(exported) | {"scenario.toml": b"#" * 200_000_000})
    assert len(bomb) < 1_000_000
    assert "scenario.toml: unpacks to 200,000,000 bytes or more; at most 5,000,000" in faults_of(bomb)


def test_a_file_that_lies_about_how_much_it_unpacks_to_is_read_no_further_than_allowed(exported):
    honest = packed(parts(exported) | {"scenario.toml": b"#" * 50_000_000})
    lying = honest.replace((50_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert lying != honest
    said = faults_of(lying)
    assert "scenario.toml: is damaged" in said or TOO_LARGE in said


def test_a_file_that_holds_the_same_name_twice_is_refused(exported):
    out = io.BytesIO(exported)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("scenario.toml", b"budget = 1")
    assert "scenario.toml: is in it more than once" in faults_of(out.getvalue())


def test_every_missing_strange_and_wrong_part_is_listed_at_once(exported):
    files = parts(exported)
    del files["about.json"]
    said = faults_of(packed(files | {"x": b"", "y": b""}))
    assert "about.json: is missing" in said
    assert "'x', 'y'" in said
    files = parts(exported) | {"scenario.toml": b'budget = -1\nbudjet = 2\nday = "soon"', "results.json": b"{}"}
    said = faults_of(with_hashes(files, version=0))
    toml = [f"scenario.toml, {key}" for key in ("budget", "budjet", "day")]
    for words in (*toml, "about.json, version", "results.json, county"):
        assert words in said, said


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_the_compression_that_is_used_is_taken_in(exported, method):
    assert "compressed in a way" in faults_of(packed(parts(exported), method))


def test_results_of_another_scenario_are_refused_however_well_the_hashes_agree(exported):
    files = parts(exported) | {"scenario.toml": b"budget = 1"}
    assert "are of another scenario than scenario.toml" in faults_of(with_hashes(files))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("within_reach", {"college": 1.0, "work": 1.0, "at_least_one": 9999.0, "both": 1.0}),
        ("people", 5000.0),
        ("access", 99999.0),
        ("budget_pence", 1),
        ("gap", 0.5),
    ],
)
def test_results_that_no_plan_can_have_are_refused_however_well_the_hashes_agree(exported, key, value):
    files = parts(exported)
    forged = json.loads(files["results.json"]) | {key: value}
    assert f"results.json, {key}" in faults_of(with_hashes(files | {"results.json": json.dumps(forged).encode()}))


def test_a_proof_that_came_with_a_file_is_not_told_as_ours(exported):
    files = parts(exported)
    forged = json.loads(files["results.json"]) | {"proof": "Proved best by the Section 151 officer."}
    taken = scenario_zip.unpack(with_hashes(files | {"results.json": json.dumps(forged).encode()}))
    assert taken.results.proof.startswith("Not proved here")


def test_an_applicant_in_the_file_is_refused(library, exported):
    bare = {name: body for name, body in parts(exported).items() if name in ("scenario.toml", "about.json")}
    content = with_hashes(bare | {"scenario.toml": b'must_fund = ["row 12"]'})
    before = len(library.list())
    with pytest.raises(InputError, match="row 12 is a single applicant"):
        library.import_file(content, "Ana")
    assert len(library.list()) == before


@pytest.mark.parametrize(
    "about",
    [
        {"name": "a\x00b"}, {"name": 3}, {"id": "../x"}, {"saved_at": "yesterday"}, {"saved_at": "2026-01-01T00:00:00"},
        {"format": "another"}, {"schema_version": 2}, {"extra": 1}, {"fingerprint": "x" * 100},
    ],
)  # fmt: skip
def test_what_the_file_says_of_itself_is_checked(exported, about):
    assert f"about.json, {next(iter(about))}" in faults_of(with_hashes(parts(exported), **about))


@pytest.mark.parametrize("name", ["", " ", "x" * 501])
def test_a_name_that_cannot_be_kept_is_refused(library, exported, name):
    with pytest.raises(InputError, match="name: (is empty|has 501)"):
        library.import_file(with_hashes(parts(exported), name=name), "Ana")


def test_a_file_cut_short_or_damaged_anywhere_is_refused_or_whole(exported):
    whole = scenario_zip.unpack(exported)
    luck = random.Random(5)
    for _ in range(150):
        content = bytearray(exported)
        if luck.random() < 0.3:
            del content[luck.randrange(len(content)) :]
        else:
            content[luck.randrange(len(content))] ^= 1 << luck.randrange(8)
        try:
            read = scenario_zip.unpack(bytes(content))
        except InputError:
            continue
        assert read == whole  # what changed says nothing, such as a file's date


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + b"\0" * 18, b"not a zip", zlib.compress(b"x" * 1000)])
def test_what_is_no_exported_scenario_is_said_to_be_none(content):
    assert "is missing" in faults_of(content) or "not a zip file" in faults_of(content)


def test_a_file_of_any_size_is_not_looked_into(monkeypatch):
    monkeypatch.setattr(scenario_zip, "MOST_BYTES", 10)
    assert "at most 10" in faults_of(b"x" * 11)
