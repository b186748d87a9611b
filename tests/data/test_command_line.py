import argparse
import errno
import json
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

from data import command_line
from data.faults import Fault, InputError, gathered
from tests import ROOT

NOTHING = argparse.Namespace()


def test_a_reader_that_stops_early_is_not_an_error():
    endless = (
        "import sys; from data.command_line import run, show; "
        "sys.exit(run(lambda _: [show('x' * 999) for _ in range(9999)] and None, None))"
    )
    command = f'set -o pipefail; "{sys.executable}" -c "{endless}" | head -1'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0
    assert done.stderr == ""


def test_wrong_input_ends_with_status_2_and_every_fault_on_standard_error(capsys):
    def command(_):
        raise InputError("offers.csv", [Fault("row 2, people", "is negative."), Fault("", "has no rows.")])

    assert command_line.run(command, NOTHING) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "offers.csv: 2 problems\n  row 2, people: is negative.\n  has no rows.\n"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_locale_without_our_letters_stops_no_command(encoding):
    program = (
        "from data.command_line import run, say, show; "
        "run(lambda _: [show('at least \\u2265 \\u00a35, \\u0141'), say('\\u2026 \\udcff')] and None, None)"
    )
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=ROOT, env=environment, check=False)
    assert done.returncode == 0 and b"at least" in done.stdout and b"Traceback" not in done.stderr


def test_one_fault_is_one_line():
    assert str(InputError("offers.csv", [Fault("row 2", "is odd.")])) == "offers.csv: row 2: is odd."


def test_a_file_that_cannot_be_opened_is_named(capsys):
    assert command_line.run(lambda _: Path("no such folder", "file").read_text(), NOTHING) == 2
    assert "file: No such file or directory" in capsys.readouterr().err


def test_a_command_s_own_status_is_kept():
    assert command_line.run(lambda _: 3, NOTHING) == 3
    assert command_line.run(lambda _: None, NOTHING) == 0


def test_json_holds_no_nan():
    with pytest.raises(ValueError, match="not JSON compliant"):
        command_line.print_json({"gap": float("nan")})


def test_json_is_one_object(capsys):
    command_line.print_json({"name": "Ynys Môn"})
    assert json.loads(capsys.readouterr().out) == {"name": "Ynys Môn"}


def test_a_file_is_written_whole(tmp_path):
    path = command_line.write_whole(tmp_path / "plan.xlsx", b"new")
    assert path.read_bytes() == b"new"
    assert [file.name for file in tmp_path.iterdir()] == ["plan.xlsx"]


def test_a_write_that_fails_leaves_the_older_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(command_line.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        command_line.write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["plan.xlsx"]


def test_a_write_that_fails_names_the_file_that_was_asked_for(tmp_path, capsys):
    path = tmp_path / "no such folder" / "plan.xlsx"
    assert command_line.run(lambda _: command_line.write_whole(path, b"new"), NOTHING) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"{path}: No such file or directory.")
    assert ".part" not in said


def test_a_folder_that_takes_nothing_is_found_out_before_the_work(tmp_path, monkeypatch):
    def read_only(**_):
        raise OSError(30, "Read-only file system", "/a/hidden/name")

    command_line.check_folder(tmp_path, "--out plan.xlsx")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(command_line.tempfile, "mkdtemp", read_only)
    with pytest.raises(InputError, match="Read-only") as refused:
        command_line.check_folder(tmp_path, "--out plan.xlsx")
    assert str(tmp_path) in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_faults_come_back_whole_from_another_process():
    error = InputError("offers.csv", [Fault("row 2, people", "is negative.")])
    again = pickle.loads(pickle.dumps(error))
    assert (again.subject, again.faults, str(again)) == (error.subject, error.faults, str(error))


def test_faults_are_gathered_with_the_input_that_they_are_of():
    def wrong():
        raise InputError("ignored", [Fault("row 2", "is odd."), "has no rows."])

    faults = []
    assert gathered(faults, lambda: 5, 0, "a.csv") == 5
    assert gathered(faults, wrong, 0, "b.csv") == 0
    assert faults == [Fault("b.csv, row 2", "is odd."), Fault("b.csv", "has no rows.")]


def test_a_result_has_its_suffix_and_is_no_folder(tmp_path):
    command_line.check_output(tmp_path / "plan.xlsx", ".xlsx", "It is an Excel file.")
    with pytest.raises(InputError, match="does not end in .xlsx. It is an Excel file."):
        command_line.check_output(tmp_path / "plan.pdf", ".xlsx", "It is an Excel file.")
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        command_line.check_output(tmp_path / "folder.xlsx", ".xlsx", "It is an Excel file.")


def asked(**options) -> argparse.Namespace:
    return argparse.Namespace(**options)


def test_no_result_is_written_over_what_it_was_made_from_nor_over_another_result(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("ledger.csv").write_text("6,Shared taxi,1")
    Path("link.csv").symlink_to("ledger.csv")
    done = []
    for options in (
        {"actuals": Path("ledger.csv"), "journals": tmp_path / "ledger.csv"},
        {"actuals": "ledger.csv", "template": Path("link.csv")},
        {"file": ["other.csv", "ledger.csv"], "out": Path("./ledger.csv")},
        {"template": Path("new.csv"), "cash_profile": tmp_path / "new.csv"},
    ):
        assert command_line.run(done.append, asked(**options)) == 2
        said = capsys.readouterr().err
        assert "would be lost" in said and len(said.splitlines()) == 1
    assert done == []


def test_results_of_other_names_are_written_and_a_folder_may_be_given_twice(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("ledger.csv").write_text("6,Shared taxi,1")
    os.link("ledger.csv", "copy.csv")
    Path("bundle").mkdir()
    for options in (
        {"actuals": Path("ledger.csv"), "out": Path("new.xlsx"), "journals": Path("j.csv"), "policy": "post16-default"},
        {
            "since": "ledger.csv",
            "out": Path("copy.csv"),
        },  # the first name keeps what it held
        {"bundle": "bundle", "to": "bundle"},
        {"author": "new.xlsx", "out": Path("new.xlsx")},
        {"column": ["a=\0", "x" * 5000], "out": Path("new.xlsx")},
    ):
        assert command_line.run(lambda _: None, asked(**options)) == 0


def test_a_disk_that_is_full_for_the_second_result_does_not_hide_that_the_first_was_written(
    tmp_path, monkeypatch, capsys
):
    def command(_):
        command_line.write_output(tmp_path / "decisions.xlsx", b"1")
        raise OSError(errno.ENOSPC, "No space left", str(tmp_path / "letters.zip"))

    def alone(_):
        raise OSError(errno.ENOSPC, "No space left", str(tmp_path / "letters.zip"))

    assert command_line.run(command, NOTHING) == 2
    said = capsys.readouterr().err
    assert f"Written before: {tmp_path / 'decisions.xlsx'}." in said and "Nothing was changed" not in said
    assert command_line.run(alone, NOTHING) == 2
    assert "Nothing was changed." in capsys.readouterr().err


def test_a_link_is_written_through_and_stays_a_link(tmp_path):
    real, link = tmp_path / "real.xlsx", tmp_path / "current.xlsx"
    real.write_bytes(b"old")
    link.symlink_to(real)
    command_line.write_whole(link, b"new")
    assert link.is_symlink() and real.read_bytes() == b"new"


def test_want_of_memory_is_a_sentence(capsys):
    def command(_):
        raise MemoryError

    assert command_line.run(command, NOTHING) == 2
    assert "not enough memory" in capsys.readouterr().err


def test_a_terminal_that_takes_no_more_is_named(capsys):
    def command(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    assert command_line.run(command, NOTHING) == 2
    assert "what is printed: No space left on device" in capsys.readouterr().err


def test_what_a_file_holds_is_shown_and_never_obeyed_by_the_terminal(capsys):
    hostile = "\x1b[1A\x1b[2K\x9b2J\u202eName\r"
    command_line.say(f"{hostile} is no column.\n\tGive one.")
    command_line.show(hostile)
    command_line.print_json({"name": hostile})
    shown = capsys.readouterr()
    assert not re.search(r"[\x1b\x9b\r\u202e]", shown.out + shown.err)
    assert shown.err.endswith("Name\ufffd is no column.\n\tGive one.\n")
    assert json.loads(shown.out.partition("\n")[2]) == {"name": hostile}


def test_a_scenario_may_be_saved_over_itself_and_over_no_other_input(tmp_path):
    agreed = tmp_path / "agreed.toml"
    agreed.write_text("")
    command_line.check_apart(argparse.Namespace(scenario=agreed, save_scenario=agreed))
    with pytest.raises(InputError, match="would be lost"):
        command_line.check_apart(argparse.Namespace(scenario=agreed, out=agreed))
