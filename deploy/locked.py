"""Read requirements.lock: which package at which version, with which hashes, on which machines."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")  # those that Farebridge is for
MACHINES: Mapping[str, Mapping[str, str]] = {  # what a marker asks about each kind of machine
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    "macos": {
        "sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64",
    },
    "linux": {
        "sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of the lock: its name in the registry's spelling, its one version, hashes and where it is needed."""

    name: str
    version: str
    hashes: tuple[str, ...]  # as pip takes them: sha256:…
    requirement: Requirement

    def is_for(self, environment: Mapping[str, str]) -> bool:
        """Say whether a machine with these answers to markers needs it (`environment_of`)."""
        marker = self.requirement.marker
        return marker is None or marker.evaluate(dict(environment))


def environment_of(machine: str, python: str) -> dict[str, str]:
    """Return what markers ask of a kind of machine (a key of MACHINES) with this Python, such as "3.13"."""
    return dict(MACHINES[machine]) | {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }


def read(path: Path = LOCK) -> tuple[Locked, ...]:
    """Return the packages of a lock in its order. Raises ValueError where a line is no package at one version."""
    found = []
    for line in path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        hashes = tuple(word.removeprefix("--hash=") for word in words if word.startswith("--hash="))
        requirement = Requirement(" ".join(word for word in words if not word.startswith("--hash=")))
        exact = [each.version for each in requirement.specifier if each.operator == "=="]
        if len(exact) != 1 or len(requirement.specifier) != 1:
            raise ValueError(f"{path.name}: {requirement} is not at one version. Run `make lock`.")
        found.append(Locked(canonicalize_name(requirement.name), exact[0], hashes, requirement))
    return tuple(found)
