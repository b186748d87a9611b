"""A hundred thousand applications, from CSV to a workbook of decisions: seconds by stage, memory, and alternatives.

Two alternatives in the same run: the same pydantic types as a model row by row, where we read each distinct cell of a
column once; and openpyxl reading the same rows from .xlsx, where we use calamine.
"""

import csv
import io
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import numpy as np
import openpyxl
import pandas as pd
from pydantic import ConfigDict, ValidationError, create_model

from data import bundle, example
from eligibility.applicants import headings
from eligibility.applicants.applicant_file import RawTable, read_bytes
from eligibility.applicants.measure import measure
from eligibility.applicants.people import errors_table, field, read_rows
from eligibility.rules import library
from eligibility.rules.policy import Rules
from eligibility.runs.applications import Prepared, decide_all
from eligibility.runs.decisions_workbook import to_bytes

ROWS, SEED, DAY, POLICY = 100_000, 20261124, date(2026, 9, 1), "post16-default"
XLSX_ROWS = 20_000  # of them, for the two readers of .xlsx
YES_OR_NO = ("full_time", "publicly_funded", "paid_apprentice", "nearest_suitable", "income_support", "uc_award",
             "looked_after", "care_leaver", "young_carer", "own_benefits", "ehcp")  # fmt: skip
HEADINGS = ["Ref", "Name", "DOB", "Postcode", "College", "Course start", "UC earnings", *YES_OR_NO]
GAPS, FAULTS = 0.1, 0.02


def main() -> None:
    county, rules = bundle.load(example.FOLDER), library.find(POLICY).on(DAY)
    rows = applicants(county.postcodes.index.to_numpy(), county.destinations["name"].to_numpy()[:5])
    content = as_csv(rows)
    measure(
        read_rows(*_read(content[:5000], rules), decided_on=DAY).table, county
    )  # the list of postcodes is read once
    print(f"applicants: {ROWS:,} rows x {len(HEADINGS)} columns, {len(content) / 1e6:.1f} MB of CSV, policy {POLICY}")
    with stage("read the file"):
        raw, mapping = _read(content, rules)
    with stage("read the cells, each distinct cell once") as ours:
        people = read_rows(raw, mapping, decided_on=DAY)
    with stage("find places, bound distances"):
        measured = measure(people.table, county)
    wrong = {row for row, *_ in measured.problems}
    table = measured.table.drop(index=list(wrong))
    found = [(row, column, "", problem) for row, column, problem in measured.problems]
    errors = errors_table([*people.errors.itertuples(index=False, name=None), *found])
    notes = errors_table([]).rename(columns={"problem": "note"})
    prepared = Prepared(table, errors, people.duplicates, notes, (), "", people.rows_in)
    with stage("decide"):
        run = decide_all(prepared, mapping, rules, county, decided_on=DAY)
    with stage("write the workbook"):
        workbook = to_bytes(run, county)
    print(f"  workbook {len(workbook) / 1e6:.1f} MB; {len(table):,} decided, {errors['row'].nunique():,} in error")
    print(f"  most memory of the process so far {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:,.0f} MB")
    with stage("alternative: a pydantic model row by row") as theirs:
        in_error = row_by_row(raw, mapping)
    mine = set(people.errors["row"])
    assert mine == in_error, "the two ways disagree about which rows can be read"
    print(f"  ours takes {ours[0] / theirs[0]:.2f} times the time of a model row by row")
    compare_readers(rows[:XLSX_ROWS])


def _read(content: bytes, rules: Rules) -> tuple[RawTable, headings.ColumnMapping]:
    raw = read_bytes(content, "applicants.csv", headings.score)
    return raw, headings.propose(raw.headings, rules)


@contextmanager
def stage(name: str) -> Iterator[list[float]]:
    begun, taken = time.perf_counter(), [0.0]
    yield taken
    taken[0] = time.perf_counter() - begun
    print(f"  {taken[0]:7.2f} s  {name}", flush=True)


def applicants(postcodes: np.ndarray, colleges: np.ndarray) -> list[list[str]]:
    """Make rows of which a tenth of the cells are gaps and some hundredths cannot be read."""
    draw = np.random.default_rng(SEED)
    days = [(date(2006, 9, 1) + timedelta(days=n)).strftime("%d/%m/%Y") for n in range(1400)]
    columns = [
        [f"T{n:06d}" for n in range(ROWS)],
        [f"Person {n}" for n in range(ROWS)],
        spoilt(draw.choice(days, ROWS), "31/02/2008", draw),
        spoilt(draw.choice(postcodes, ROWS), "XM1", draw),
        draw.choice(colleges, ROWS).tolist(),
        spoilt(np.full(ROWS, "07/09/2026"), "soon", draw),
        spoilt(np.char.mod("£%.2f", draw.uniform(0, 1500, ROWS)), "£1.234,50", draw),
        *(spoilt(draw.choice(["yes", "no", "Y", "N"], ROWS), "maybe", draw, FAULTS / 20) for _ in YES_OR_NO),
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def spoilt(values: np.ndarray, wrong: str, draw: np.random.Generator, share: float = FAULTS / 4) -> list[str]:
    chance = draw.random(len(values))
    return np.where(chance < share, wrong, np.where(chance < share + GAPS, "n/a", values.astype(object))).tolist()


def as_csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADINGS, *rows])
    return text.getvalue().encode()


def row_by_row(raw: RawTable, mapping: headings.ColumnMapping) -> set[int]:
    """Return the rows in which a model of the same types finds a fault; makes a table and messages, as we do."""
    taken = mapping.taken
    fields = {name: (field(mapping.targets[name], match.unit), None) for name, match in taken.items()}
    model = create_model("Applicant", __config__=ConfigDict(hide_input_in_errors=True), **fields)
    places = [(name, raw.headings.index(match.heading)) for name, match in taken.items()]
    wrong, read, messages = set(), [], []
    for number, row in zip(raw.row_numbers, raw.rows, strict=True):
        try:
            read.append(model.model_validate({name: row[place] for name, place in places}).model_dump())
        except ValidationError as error:
            wrong.add(number)
            messages += [(number, fault["loc"][0], fault["msg"]) for fault in error.errors(include_input=False)]
    pd.DataFrame(read)
    return wrong


def compare_readers(rows: list[list[str]]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [HEADINGS, *rows]:
        sheet.append(row)
    saved = io.BytesIO()
    book.save(saved)
    print(f"  the first {len(rows):,} rows from .xlsx:")
    with stage("read by calamine") as ours:
        read_bytes(saved.getvalue(), "applicants.xlsx", headings.score)
    with stage("alternative: read by openpyxl, read-only") as theirs:
        list(openpyxl.load_workbook(saved, read_only=True).active.iter_rows(values_only=True))
    print(f"  calamine takes {ours[0] / theirs[0]:.2f} times the time of openpyxl")


if __name__ == "__main__":
    main()
