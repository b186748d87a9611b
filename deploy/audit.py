"""Ask for known vulnerabilities of what requirements.lock names: `python -m deploy.audit`, or `make audit`.

Exit status 0 says that every package was looked up and none is known to be vulnerable, 1 that one is, and 2 that some
could not be looked up. pip-audit itself ends with 0 where its source does not know a package.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from deploy.locked import LOCK

CLEAN, VULNERABLE, NOT_LOOKED_UP = 0, 1, 2
UNREACHED = (
    "The source of known vulnerabilities could not be reached, or does not know these packages. Nothing is known about "
    "{what}. Try again where the source can be reached, and do not take this for an all-clear."
)


def main() -> int:
    """Look up every locked package, print what was found and return the exit status."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--require-hashes", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        report = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        print(UNREACHED.format(what="any package"), *done.stderr.strip().splitlines()[-1:], sep="\n", file=sys.stderr)
        return NOT_LOOKED_UP
    status, lines = verdict(report)
    print(*lines, sep="\n", file=sys.stderr if status else sys.stdout)
    return status


def verdict(dependencies: Sequence[Mapping[str, Any]]) -> tuple[int, list[str]]:
    """Return the exit status and the sentences for what pip-audit reports of each package.

    `dependencies` is as in its JSON: `name`, and `version` with `vulns`, or `skip_reason`.
    """
    found = [(each, known) for each in dependencies for known in each.get("vulns", ())]
    skipped = [each["name"] for each in dependencies if "skip_reason" in each]
    lines = [
        f"{each['name']} {each['version']}: {known['id']}. "
        + (f"Mended in {', '.join(known['fix_versions'])}." if known["fix_versions"] else "No version mends it yet.")
        for each, known in found
    ]
    if skipped or not dependencies:
        lines.append(UNREACHED.format(what=", ".join(skipped) if len(skipped) < len(dependencies) else "any package"))
    if found:
        return VULNERABLE, [*lines, "Change the version in requirements.txt, then `make lock` and `make test`."]
    if skipped or not dependencies:
        return NOT_LOOKED_UP, lines
    return CLEAN, [f"None of {len(dependencies)} packages is known to be vulnerable."]


if __name__ == "__main__":
    sys.exit(main())
