"""Write requirements.lock anew from requirements.txt: `python -m deploy.lock [--upgrade]`, or `make lock`.

uv finds one set of versions for every platform and for every Python from 3.11, with the hashes of all their files. What
the tests need is found first, and the app keeps to it: so the tests run on the very versions that are locked.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.locked import LOCK, PYTHONS, ROOT

HEAD = """\
# Every package that Farebridge runs on, those that its packages need too, each at one version with the hashes of its
# files, for Windows, macOS and Linux and Python {first} to {last}. Made from requirements.txt by `make lock`.
"""


def main() -> int:
    """Write the lock and return 0. What uv says of a failure is shown, and its status returned."""
    parser = argparse.ArgumentParser(prog="python -m deploy.lock", description=__doc__)
    parser.add_argument(
        "--upgrade", action="store_true", help="take newer versions where requirements.txt leaves them open"
    )
    upgrade = ["--upgrade"] if parser.parse_args().upgrade else []
    with tempfile.TemporaryDirectory() as folder:
        tests = Path(folder, "tests.txt")
        made = Path(folder, "made.lock")
        if LOCK.exists():  # uv keeps to the versions that it finds where it is to write
            for copy in (tests, made):
                copy.write_text(LOCK.read_text(encoding="utf-8"), encoding="utf-8")
        try:
            _compile("requirements-dev.txt", tests, *upgrade)
            _compile("requirements.txt", made, "--generate-hashes", "--constraint", str(tests), *upgrade)
        except subprocess.CalledProcessError as error:
            return error.returncode
        head = HEAD.format(first=PYTHONS[0], last=PYTHONS[-1])
        LOCK.write_text(head + made.read_text(encoding="utf-8"), encoding="utf-8")
    return 0


def _compile(requirements: str, to: Path, *options: str) -> None:
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", PYTHONS[0]]
    command += ["--no-emit-index-url", "--no-header", "--no-annotate", *options, requirements, "--output-file", str(to)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, env=environment())


def environment() -> dict[str, str]:
    """Return the environment with the index that pip is set up to ask, if one is, for uv does not look there."""
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    address = os.environ.get("PIP_INDEX_URL") or told
    return dict(os.environ) | ({"UV_DEFAULT_INDEX": address} if address else {})


if __name__ == "__main__":
    sys.exit(main())
