"""No file from outside kills, stops or fools the process that serves everybody: it is refused in a sentence."""

import os
import subprocess
import sys

import pytest

from budget.monitoring import actuals_file
from budget.workbook import prices_form
from budget.workbook.read_back import read_back
from data.faults import InputError
from data.opening import child, limits
from data.opening.limits import DEFAULT, FileLimits
from eligibility.applicants import applicant_file, headings
from eligibility.runs import decisions_file
from tests.data.opening import hostile

MOST_MB, MOST_CPU_SECONDS = 400, 5


def refusal(content: bytes, name: str = "applicants.xlsx") -> str:
    with pytest.raises(InputError) as caught:
        applicant_file.read_bytes(content, name, headings.score)
    return str(caught.value)


@pytest.mark.parametrize("kind", hostile.WORDS)
def test_a_hostile_file_is_refused_by_the_screens_way_in_with_what_is_wrong_and_what_to_do(kind):
    told = refusal(hostile.REFUSED[kind])
    assert hostile.WORDS[kind] in told and told.endswith(".") and "applicants.xlsx" in told


MEASURED = """
import resource, subprocess, sys
ended = subprocess.run(sys.argv[1:], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(ended.returncode, used.ru_maxrss, used.ru_utime + used.ru_stime)
print(ended.stderr)
"""


def test_the_worst_stays_within_memory_and_time_on_the_command_line_which_ends_with_status_2(tmp_path):
    """What it used is what the system counted (processor seconds, not a clock's), of the command and its child."""
    pytest.importorskip("resource")
    path = tmp_path / "corner.xlsx"
    path.write_bytes(hostile.REFUSED["a stray cell in the last corner"])
    command = [sys.executable, "-m", "eligibility", "assess", path, "--policy", "post16-default", "--out", "d.xlsx"]
    told = subprocess.run(
        [sys.executable, "-c", MEASURED, *command],
        capture_output=True, text=True, check=True, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(child.ROOT)},
    ).stdout  # fmt: skip
    status, kib, seconds = told.split()[:3]
    assert status == "2" and "row 1,048,576" in told and "Traceback" not in told
    assert not (tmp_path / "d.xlsx").exists()
    assert int(kib) < MOST_MB * 1024 and float(seconds) < MOST_CPU_SECONDS


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"rows": 1}, "at most 1 rows are read"),
        ({"columns": 1}, "at most 1 columns are read"),
        ({"cells": 3}, "at most 3 cells"),
        ({"parts": 2}, "at most 2 are read"),
    ],
)
def test_each_limit_is_a_setting_and_its_sentence_names_it(monkeypatch, setting, words):
    ((name, most),) = setting.items()
    monkeypatch.setenv(limits.PREFIX + name.upper(), str(most))
    told = refusal(hostile.xlsx())
    assert words in told and f"FAREBRIDGE_MOST_{name.upper()}" in told


def test_a_setting_that_is_no_number_is_told_and_not_taken_for_none():
    with pytest.raises(InputError, match="FAREBRIDGE_MOST_ROWS must be a whole number"):
        limits.current({"FAREBRIDGE_MOST_ROWS": "many"})
    assert limits.current({"FAREBRIDGE_MOST_ROWS": "7"}) == FileLimits(rows=7)
    assert limits.current({}) == DEFAULT


def test_a_file_larger_than_is_read_is_not_opened_at_all():
    with pytest.raises(InputError, match="at most 1 MiB are read"):
        child.opened("no.such:task", bytes(2 << 20), "big.csv", FileLimits(mib=1))


TASKS = "tests.data.opening.tasks"


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("takes_memory", "took more than 50 MiB of memory"),
        ("aborts", "took more than 50 MiB of memory"),
        ("never_ends", "took more than 1 seconds"),
        ("fails", "cannot be opened"),
        ("lies", "cannot be opened"),
    ],
)
def test_whatever_a_reader_does_ends_in_a_sentence(task, words):
    seconds = 1 if task == "never_ends" else 60  # the others end by themselves, however busy the machine is
    with pytest.raises(InputError, match=words):
        child.opened(f"{TASKS}:{task}", b"", "a.xlsx", FileLimits(memory_mib=50, seconds=seconds))


def test_a_comment_full_of_cells_is_a_comment():
    """It took the pattern that looked for cells hours."""
    comment = "<!--" + "<c a>" * 400_000 + "-->"
    read = applicant_file.read_bytes(hostile.xlsx(hostile.HEAD + comment + hostile.PERSON), "a.xlsx", headings.score)
    assert read.rows == (("x", "1/1/2009"),)
    cell = '<!-- <c r="A3"><f>1+1</f></c> -->'
    assert not applicant_file.read_bytes(
        hostile.xlsx(hostile.HEAD + hostile.PERSON + cell), "a.xlsx", headings.score
    ).broken


def test_blank_cells_that_are_formatted_do_no_harm():
    far = hostile.number_cell("XFD1048576", "")
    raw = applicant_file.read_bytes(hostile.xlsx(hostile.HEAD + hostile.PERSON + far), "a.xlsx", headings.score)
    assert len(raw.rows) == 1
    blank = hostile.ods_row(hostile.ods_cell(times=16_384), times=1_048_574)
    assert len(applicant_file.read_bytes(hostile.ods(hostile.ODS_HEAD + blank), "a.ods", headings.score).rows) == 1


def test_macros_and_links_to_other_files_are_ignored_and_said():
    book = hostile.xlsx(more={"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": "<externalLink/>"})
    notes = " ".join(applicant_file.read_bytes(book, "a.xlsm", headings.score).notes)
    assert "macros, which are not run" in notes and "not followed" in notes


def test_a_thousand_equal_headings_take_no_longer_than_they_should():
    raw = applicant_file.read_bytes(
        b",".join([b"Ref", *[b"Notes"] * 1_500]) + b"\n" + b"1," * 1_500 + b"1\n", "a.csv", len
    )
    assert len(set(raw.headings)) == 1_501 and raw.headings[-1] == "Notes (1500)"


@pytest.mark.parametrize(
    "kind",
    [
        "a stray cell in the last corner",
        "a formula without a value far away",
        "entities that expand",
        "deep in each other",
    ],
)
def test_a_workbook_that_comes_back_is_refused_alike(kind):
    for read in (read_back.from_bytes, prices_form.read, decisions_file.from_bytes, actuals_file.read):
        with pytest.raises(InputError) as caught:
            read(hostile.REFUSED[kind], "w.xlsx")
        assert hostile.WORDS[kind] in str(caught.value) or "at most 100,000 rows" in str(caught.value)
