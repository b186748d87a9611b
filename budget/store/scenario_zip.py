"""Export one scenario with its results as a zip file, and read it back in another library.

    scenario.toml    the scenario, as a person edits it
    about.json       name, note, author, time, and the SHA-256 of every other file in it
    results.json     the results, see budget/store/results.py; absent where none were saved
    chosen.csv       what the plan chose, for a spreadsheet
    plan.xlsx        the workbook, where there is one
    actuals.json     the latest actuals of the ledger, with settings and reasons, where there are any

A file is read in memory, within limits, and compared with its own checksums. Nothing in it is run or unpacked to a
disk, and only the scenario, its results, its actuals and about.json are used.
"""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import Annotated, Literal

import pydantic
from pydantic import ConfigDict, Field

from budget.scenarios import scenario_file
from budget.scenarios.differences import fingerprint
from budget.scenarios.scenario import Scenario
from budget.store.actuals_content import KeptActuals, from_export
from budget.store.results import IMPORTED, MOST_TEXT, Results, from_json, that_cannot_be, validated
from data.faults import Fault, InputError, gathered
from data.opening.child import opened

SUFFIX = ".farebridge.zip"
MEGABYTE = 1_000_000
MOST_BYTES = 100 * MEGABYTE  # of the zip file
MOST_UNPACKED = {  # bytes
    "scenario.toml": 5 * MEGABYTE,
    "about.json": 5 * MEGABYTE,
    "results.json": 50 * MEGABYTE,
    "chosen.csv": 50 * MEGABYTE,
    "plan.xlsx": 50 * MEGABYTE,
    "actuals.json": 50 * MEGABYTE,
}
WHAT = "an exported scenario"
NEEDED = ("scenario.toml", "about.json")
ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the same for all, so that the same scenario gives the same bytes
TAMPERED = "is not what about.json says was exported (its SHA-256 differs). Ask for the file again."


Words = Annotated[str, Field(max_length=1_000_000, pattern=r"^[^\x00]*$")]  # no database can store NUL
Code = Annotated[str, Field(max_length=64, pattern=r"^[0-9A-Za-z]+$")]


class About(pydantic.BaseModel):
    """What about.json holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["farebridge-scenario"]
    schema_version: Literal[1]
    id: Code
    name: Words
    version: Annotated[int, Field(ge=1)]
    note: Words
    author: Words
    saved_at: pydantic.AwareDatetime
    fingerprint: Code
    exported_by: Words
    exported_at: pydantic.AwareDatetime
    sha256: dict[Words, Code]


@dataclass(frozen=True, slots=True)
class Package:
    """An exported file that was read and checked."""

    about: About
    scenario: Scenario
    results: Results | None
    actuals: KeptActuals | None = None


def pack(
    about: dict, text: str, results: Results | None, workbook: bytes | None, actuals: KeptActuals | None = None
) -> bytes:
    """Return the zip file. `about` has the fields of About except format, schema_version and sha256."""
    files = {"scenario.toml": text.encode()}
    if results is not None:
        files |= {"results.json": results.to_json(), "chosen.csv": results.to_csv()}
    if workbook is not None:
        files["plan.xlsx"] = workbook
    if actuals is not None:
        files["actuals.json"] = actuals.to_json()
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    whole = About(format="farebridge-scenario", schema_version=1, sha256=hashes, **about)
    files["about.json"] = whole.model_dump_json(indent=1).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".xlsx") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def unpack(content: bytes, subject: str = "the file") -> Package:
    """Read an exported file. Raises InputError with every fault, up to the first that prevents further reading."""
    if len(content) > MOST_BYTES:
        raise InputError(subject, [f"has {len(content):,} bytes; an exported scenario has at most {MOST_BYTES:,}."])
    files = opened(
        "data.opening.named_files:read_files", content, subject, most=MOST_UNPACKED, needed=list(NEEDED), what=WHAT
    )
    faults: list[Fault] = []
    about = gathered(faults, lambda: validated(About, files["about.json"], "about.json"), None, "about.json")
    if about is not None:
        faults += _hash_faults(about, files)
    scenario = gathered(faults, lambda: _scenario(files["scenario.toml"]), None, "scenario.toml")
    results = None
    if "results.json" in files:
        results = gathered(faults, lambda: from_json(files["results.json"]), None, "results.json")
    actuals = None
    if "actuals.json" in files:
        actuals = gathered(faults, lambda: from_export(files["actuals.json"]), None, "actuals.json")
    if scenario is not None and results is not None and results.fingerprint != fingerprint(scenario):
        problem = (
            "are of another scenario than scenario.toml, or of another version of Farebridge. Save scenario.toml by "
            "itself with `python -m budget scenarios save` and plan again."
        )
        faults.append(Fault("results.json", problem))
    elif scenario is not None and results is not None:
        wrong = that_cannot_be(results, scenario)
        faults += [Fault(f"results.json, {fault.where}", fault.problem) for fault in wrong]
    if faults or about is None or scenario is None:
        raise InputError(subject, faults)
    if results is not None:  # a file from elsewhere is no proof: its plan is solved here before it is called best
        results = results.model_copy(update={"answer": None, "proof": f"{IMPORTED} {results.proof}"[:MOST_TEXT]})
    return Package(about, scenario, results, actuals)


def _hash_faults(about: About, files: dict[str, bytes]) -> list[Fault]:
    """Return a fault for each file that differs from what was exported."""
    names = set(files) - {"about.json"}
    faults = [Fault(name, "is in about.json and not in the file.") for name in sorted(set(about.sha256) - names)]
    for name in sorted(names):
        if about.sha256.get(name) != hashlib.sha256(files[name]).hexdigest():
            faults.append(Fault(name, TAMPERED))
    return faults


def _scenario(content: bytes) -> Scenario:
    try:
        return scenario_file.from_text(content.decode())
    except UnicodeDecodeError:
        raise InputError("scenario.toml", ["is not text in UTF-8."]) from None
