"""Whatever bytes a file has, what comes of it is its content or an InputError with a sentence: never a traceback.

Each way in reads good files of each of its formats with some bytes changed: `draws.number` of them, with a fixed seed.
More are tried with FAREBRIDGE_MUTATIONS=3000.
"""

import datetime
import io
import os
import random
import zipfile
from collections.abc import Callable
from functools import cache

import openpyxl
import pytest
import xlwt

from budget.allocation.inputs import limits as limits_file
from budget.allocation.inputs import tables
from budget.monitoring import actuals_file
from budget.scenarios import scenario_file
from budget.scenarios.scenario import Scenario
from budget.store import scenario_zip
from budget.workbook import prices_form
from budget.workbook.read_back import read_back
from data import bundle, example, own_files, text_tables
from data.faults import InputError
from data.opening.limits import FARES
from data.opening.toml_text import parse_json
from data.timetables import fare_files
from data.travel.matrix import read_matrix
from eligibility.applicants import applicant_file, headings, people
from eligibility.rules import library, policy_file
from eligibility.runs import decisions_file, decisions_workbook
from screens.limits import state
from tests import draws
from tests.budget.store.stores import results, scenario
from tests.data.opening import hostile
from tests.data.timetables import netex
from tests.eligibility.data import make_applicants
from tests.eligibility.example_people import DAY, ELIGIBLE, county, csv_of, rules, run_of

MUTATIONS = int(os.environ.get("FAREBRIDGE_MUTATIONS", "0")) or draws.number(64)
SEED = 20261130
ROWS = make_applicants.FILE.read_bytes().splitlines(keepends=True)[:12]
LIMITS = b'must_fund = ["E01"]\n[[limit]]\nmeasure = "spend"\nat_most = 2.5\nwhere = { district = "East" }\n'
SCENARIO = b'name = "A"\nbudget = 400000\nkinds = ["bus_pass"]\n[figures]\n"bus_pass.price" = 950\n' + LIMITS[21:]
OFFERS = b"cohort,option,people,cost_pence,access\nE01,taxi,3,9000,3\nE02,bus,5,240,4.5\n"
ACTUALS = b"period,line,amount,date\nP1,bus_pass,100.50,2026-04-30\nP2,bus_pass,-3,2026-05-31\n"
PLACES = b"destination_id,name,kind,easting_m,northing_m\na,Cafe,college,650000,410000\n"
MATRIX = b"from_id,to_id,mode,minutes,source\nE01,a,bus,12,otp\nE02,a,walk,inf,otp\n"


def grid() -> list[list[str]]:
    return text_tables.read_rows(b"".join(ROWS), "a.csv").rows


def xlsx_of_applicants() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in grid():
        book.active.append(row)
    book.active["C3"] = datetime.date(2009, 1, 31)
    book.save(out)
    return out.getvalue()


def xls_of_applicants() -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("S")
    for number, row in enumerate(grid()):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.save(out)
    return out.getvalue()


@cache
def exported() -> bytes:
    made = scenario()
    about = {"id": "a1", "name": "A", "version": 1, "note": "", "author": "A", "exported_by": "A", "fingerprint": "f"}
    day = datetime.datetime(2026, 9, 1, tzinfo=datetime.UTC)
    return scenario_zip.pack(
        about | {"saved_at": day, "exported_at": day}, scenario_file.to_text(made), results(), None
    )


def by_path(read: Callable, name: str) -> Callable:
    def from_bytes(content: bytes, folder) -> None:
        path = folder / name
        path.write_bytes(content)
        read(path)

    return from_bytes


def applicants(content: bytes, folder) -> None:
    raw = applicant_file.read_bytes(content, "a", headings.score)
    people.read_rows(raw, headings.propose(raw.headings, rules()), decided_on=DAY)


def manifest(content: bytes, folder) -> None:
    bundle._manifest(parse_json(content, "manifest.json"), folder)


def fares(content: bytes, folder) -> None:
    asked = {"stops": ["a", "b", "b2", "c"], "lines": [["cnty", "7"]], "ages": [16, 18]}
    fare_files.read_triangles(content, "f.zip", FARES, **asked)


DOORS = {
    "applicants in CSV": (lambda: b"".join(ROWS), applicants),
    "applicants in UTF-16": (lambda: b"".join(ROWS).decode("cp1252").encode("utf-16"), applicants),
    "applicants in xlsx": (xlsx_of_applicants, applicants),
    "applicants in xls": (xls_of_applicants, applicants),
    "applicants in ods": (lambda: hostile.ods(hostile.ODS_HEAD), applicants),
    "decisions": (
        lambda: decisions_workbook.to_bytes(run_of(csv_of(ELIGIBLE)), county()),
        lambda content, folder: decisions_file.from_bytes(content, "d.xlsx"),
    ),
    "prices": (
        lambda: prices_form.to_bytes(Scenario(), datetime.date(2026, 9, 1)),
        lambda content, folder: prices_form.read(content, "p.xlsx"),
    ),
    "plan workbook": (
        lambda: prices_form.to_bytes(Scenario(), datetime.date(2026, 9, 1)),
        lambda content, folder: read_back.from_bytes(content, "w.xlsx"),
    ),
    "actuals": (lambda: ACTUALS, lambda content, folder: actuals_file.read(content, "a.csv")),
    "offers": (lambda: OFFERS, by_path(lambda path: tables.checked_tables(tables.read_table(path)), "o.csv")),
    "limits": (lambda: LIMITS, by_path(limits_file.read_limits, "l.toml")),
    "scenario": (lambda: SCENARIO, lambda content, folder: scenario_file.from_text(content, "s.toml")),
    "policy": (
        lambda: (library.FOLDER / "isolated-areas.toml").read_bytes(),
        lambda content, folder: policy_file.parse(content, "p.toml"),
    ),
    "import": (exported, lambda content, folder: scenario_zip.unpack(content)),
    "address": (
        lambda: state.pack(Scenario()).encode(),
        lambda content, folder: state.unpack(content.decode("latin-1")),
    ),
    "places": (lambda: PLACES, by_path(own_files.read_destinations, "p.csv")),
    "matrix": (lambda: MATRIX, by_path(read_matrix, "m.csv")),
    "published fares": (lambda: netex.of_tables().encode(), fares),
    "zipped fares": (lambda: netex.zipped(netex.of_pairs()), fares),
    "manifest": (lambda: (example.FOLDER / "manifest.json").read_bytes(), manifest),
}


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return the content with a few bytes changed, taken out or put in; of a zip, mostly inside one of its parts."""
    if content.startswith(b"PK") and chance.random() < 0.7:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        name = chance.choice(sorted(parts))
        return hostile.packed(parts | {name: mutated(parts[name], chance)})
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at, kind = chance.randrange(len(changed) + 1), chance.random()
        if kind < 0.5:
            changed[at : at + 1] = bytes([chance.choice(b'\x00"<>&;,=[]{}\n9-e\xff')])
        elif kind < 0.7:
            changed[at : at + chance.randint(1, 40)] = b""
        elif kind < 0.9:
            piece = changed[at : at + chance.randint(1, 40)]
            changed[at:at] = piece * chance.randint(1, 3)
        else:
            del changed[at:]
    return bytes(changed)


@pytest.mark.parametrize("door", DOORS)
def test_a_file_with_changed_bytes_is_read_or_refused_with_a_sentence(door, tmp_path):
    make, read = DOORS[door]
    content, chance = make(), random.Random(f"{SEED} {door}")
    for number in range(MUTATIONS):
        changed = mutated(content, chance)
        try:
            read(changed, tmp_path)
        except InputError as error:
            assert error.faults and all(
                fault.problem.endswith(".") or len(fault.problem) > 20 for fault in error.faults
            ), f"mutation {number}: {error}"
        except Exception as error:
            (tmp_path / "failing").write_bytes(changed)
            raise AssertionError(f"mutation {number} of {door} raised {type(error).__name__}: {error}") from error
