"""LibreOffice as a second pair of eyes: recalculates workbooks headless and gives back the values.

Each call runs with a user profile of its own beneath the test's folder, set to recalculate on every load, as it
otherwise trusts the values that a file brings along.
"""

import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

SECONDS = 1200
FORMULA_VALUE = re.compile(rb"(</f>)<v>[^<]*</v>")
DRAWING = re.compile(rb"<drawing [^>]*/>")
PRINT_TITLES = re.compile(rb"<definedName [^>]*_xlnm\.Print_Titles[^>]*>[^<]*</definedName>")
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""

needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="SKIPPED FOR WANT OF LIBREOFFICE: install libreoffice-calc to run this"
)


def recalculated(workbooks: Mapping[str, bytes], folder: Path) -> dict[str, openpyxl.Workbook]:
    """Recalculate workbooks in one run of LibreOffice; returns them by name, read with their values."""
    bare = {name: to_compute(content) for name, content in workbooks.items()}
    made = converted(bare, folder, "xlsx", "xlsx:Calc MS Excel 2007 XML")
    return {name: openpyxl.load_workbook(path, data_only=True) for name, path in made.items()}


def printed(workbooks: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """Print workbooks to PDF in one run of LibreOffice, as a person does: with the values that they bring along."""
    made = converted(workbooks, folder, "pdf", "pdf", recalculate=False)
    return {name: path.read_bytes() for name, path in made.items()}


def converted(
    documents: Mapping[str, bytes],
    folder: Path,
    suffix: str,
    form: str,
    *,
    given_as: str = "xlsx",
    recalculate: bool = True,
) -> dict[str, Path]:
    """Convert documents in one run of LibreOffice; raises RuntimeError where one does not come back."""
    profile, given, made = folder / "profile", folder / "given", folder / "made"
    for path in (profile / "user", given, made):
        path.mkdir(parents=True, exist_ok=True)
    if recalculate:
        (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    for name, content in documents.items():
        (given / f"{name}.{given_as}").write_bytes(content)
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", form, "--outdir", str(made), *(str(given / f"{name}.{given_as}") for name in documents)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    paths = {name: made / f"{name}.{suffix}" for name in documents}
    missing = [name for name, path in paths.items() if not path.is_file()]
    if missing:
        raise RuntimeError(f"LibreOffice gave no {missing} back: {done.stdout}{done.stderr}")
    return paths


def keep_pictures(documents: Mapping[str, Path | bytes]) -> None:
    """Keep PDFs and a picture of each page in the folder FAREBRIDGE_ARTEFACTS, for a person to look at."""
    if folder := os.environ.get("FAREBRIDGE_ARTEFACTS"):
        import pypdfium2  # here: only who looks at pages needs it

        Path(folder).mkdir(parents=True, exist_ok=True)
        for name, given in documents.items():
            path = Path(folder) / f"{name}.pdf"
            path.write_bytes(given if isinstance(given, bytes) else given.read_bytes())
            for number, page in enumerate(pypdfium2.PdfDocument(path), start=1):
                page.render(scale=1.5).to_pil().save(path.with_name(f"{name}-{number}.png"))


def to_compute(content: bytes) -> bytes:
    """Return a workbook whose formulas have no values, so that whatever is read afterwards was computed.

    It has no charts and no titles in print either: no formula reads them, and they take a third of the time.
    """
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/"):
                part = DRAWING.sub(b"", FORMULA_VALUE.sub(rb"\1", part))
            elif name == "xl/workbook.xml":
                part = PRINT_TITLES.sub(b"", part)
            new.writestr(name, part)
    return result.getvalue()


def saved(workbook: openpyxl.Workbook) -> bytes:
    """Return an openpyxl workbook as bytes."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def named(workbook: openpyxl.Workbook, name: str) -> object:
    """Return the value of the cell that a defined name points at."""
    sheet, cell = next(workbook.defined_names[name].destinations)
    return workbook[sheet][cell.replace("$", "")].value
