"""What the packages consist of is written down, and what is known against them is not overlooked."""

import json
import subprocess
import sys

import pytest

from deploy import audit, locked
from tests import ROOT

CLEAN = {"name": "six", "version": "1.17.0", "vulns": []}
BROKEN = {"name": "old", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}]}
UNMENDED = {"name": "lost", "version": "2.0", "vulns": [{"id": "PYSEC-2026-2", "fix_versions": []}]}
UNSEEN = {"name": "far", "skip_reason": "Dependency not found"}


def test_a_known_vulnerability_fails_and_says_what_mends_it():
    status, lines = audit.verdict([CLEAN, BROKEN, UNMENDED, UNSEEN])
    assert status == audit.VULNERABLE
    assert "old 1.0: PYSEC-2026-1. Mended in 1.1." in lines
    assert "lost 2.0: PYSEC-2026-2. No version mends it yet." in lines
    assert any("Nothing is known about far." in line for line in lines)


@pytest.mark.parametrize(("report", "what"), [([UNSEEN], "any package"), ([], "any package"), ([CLEAN, UNSEEN], "far")])
def test_a_package_that_was_not_looked_up_is_no_all_clear(report, what):
    status, lines = audit.verdict(report)
    assert status == audit.NOT_LOOKED_UP
    assert f"Nothing is known about {what}." in lines[0]


def test_an_all_clear_says_of_how_many_packages():
    assert audit.verdict([CLEAN]) == (audit.CLEAN, ["None of 1 packages is known to be vulnerable."])


def test_a_source_that_cannot_be_reached_is_said_in_a_sentence(monkeypatch, capsys):
    unreached = subprocess.CompletedProcess([], 1, stdout="", stderr="ConnectionError: no such host")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_more: unreached)
    assert audit.main() == audit.NOT_LOOKED_UP
    assert "could not be reached" in capsys.readouterr().err


def test_the_bill_of_materials_has_every_locked_package_with_its_hashes(tmp_path):
    bill = tmp_path / "bill.json"
    made = next(line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if "cyclonedx-py" in line)
    options = (
        made.split("cyclonedx-py ")[1]
        .replace("farebridge.cdx.json", str(bill))
        .replace("--validate", "--no-validate")
        .split()
    )  # which takes 3 s
    subprocess.run([sys.executable, "-m", "cyclonedx_py", *options], cwd=ROOT, check=True, capture_output=True)
    parts = json.loads(bill.read_text(encoding="utf-8"))["components"]
    listed = {
        (part["name"], part["version"]): {
            found["content"] for each in part["externalReferences"] for found in each.get("hashes", ())
        }
        for part in parts
    }
    for each in locked.read():
        assert {text.removeprefix("sha256:") for text in each.hashes} <= listed[each.requirement.name, each.version]
