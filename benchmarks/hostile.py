"""What each hostile file costs: peak memory and processor seconds, of the command line and of the child that opens it.

Alternative: none, for what a plain reader does with these is to end, hang, or fill the machine. The figures are those
that the system counts. `python -m benchmarks.hostile [FOLDER with more samples]`.
"""

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from data.opening.child import ROOT
from tests.data.opening import hostile

MEASURED = """
import resource, subprocess, sys
ended = subprocess.run(sys.argv[1:], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(ended.returncode, used.ru_maxrss, used.ru_utime + used.ru_stime)
print(ended.stderr.splitlines()[0] if ended.stderr else "")
"""
OPENED = """
import resource, sys
from pathlib import Path
from data.faults import InputError
from data.opening.child import opened
path = Path(sys.argv[1])
content = path.read_bytes()
book = content[:2] in (b"PK", b"\\xd0\\xcf")
task = "data.opening.workbook:read_workbook" if book else "data.text_tables:split_text"
try:
    opened(task, content, path.name, **({} if book else {"header_within": 1}))
    told = "read"
except InputError as error:
    told = str(error)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(0, used.ru_maxrss, used.ru_utime + used.ru_stime)
print(told)
"""
WRITTEN = 1 << 24  # bytes at a time
SENTENCE = 110  # characters


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 and Path(sys.argv[1]).is_dir() else None
    print(f"hostile: load {os.getloadavg()[0]:.1f}")
    print("| file | kB | opening: MB | s | command: MB | s | status | sentence |\n|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        for name, path in [*_made(Path(place)), *_given(folder)]:
            command = [sys.executable, "-m", "eligibility", "assess", str(path), "--policy", "post16-default"]
            whole = _measured(MEASURED, *command, "--out", f"{place}/decisions.xlsx")
            alone = _measured(OPENED, str(path))
            figures = f"{path.stat().st_size / 1000:,.1f} | {alone[1]} | {alone[2]} | {whole[1]} | {whole[2]}"
            print(f"| {name} | {figures} | {whole[0]} | {whole[3][:SENTENCE]} |", flush=True)


def _made(folder: Path) -> Iterator[tuple[str, Path]]:
    for number, name in enumerate(hostile.WORDS):
        path = folder / f"file{number}.xlsx"
        path.write_bytes(hostile.REFUSED[name])
        yield name, path
    rows = folder / "rows.csv"
    rows.write_bytes(b"Reference,DOB\n" + b"x,1/1/2009\n" * 10_000_000)
    yield "10 million rows", rows
    zeros = folder / "zeros.xlsx"
    zeros.write_bytes(hostile.xlsx())
    with (
        zipfile.ZipFile(zeros, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/x.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(3_000_000_000 // WRITTEN):
            part.write(bytes(WRITTEN))
    yield "3 GB in 3 MB", zeros


def _given(folder: Path | None) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.iterdir()) if folder else ():
        if path.suffix in (".xlsx", ".csv", ".xls", ".ods"):
            yield path.name, path


def _measured(program: str, *arguments: str) -> tuple[str, str, str, str]:
    """Return the exit status, the megabytes, the processor seconds and what was said."""
    told = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    ).stdout.splitlines()  # fmt: skip
    status, kib, seconds = told[0].split()
    return status, f"{int(kib) / 1024:,.0f}", f"{float(seconds):.1f}", told[1] if len(told) > 1 else ""


if __name__ == "__main__":
    main()
