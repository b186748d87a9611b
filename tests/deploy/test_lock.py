"""requirements.lock is all that requirements.txt asks for, with hashes, and can be had without a compiler."""

import importlib.metadata
import subprocess
import sys

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy import lock as lock_module
from deploy import locked
from deploy.locked import MACHINES, PYTHONS, environment_of
from tests import ROOT

PLATFORMS = ("x86_64-pc-windows-msvc", "aarch64-apple-darwin", "x86_64-manylinux_2_28")
OLDEST_MACOS = "14.0"  # pyproj's wheels for Apple's own processors begin there
UNREACHED = ("client error (Connect)", "dns error", "error sending request", "Failed to fetch", "timed out")


@pytest.fixture(scope="module")
def lock():
    return locked.read()


def asked_for() -> list[Requirement]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(text) for line in lines if (text := line.split("#")[0].strip())]


def test_every_pin_is_in_the_lock_at_its_version(lock):
    versions = {(each.name, each.version) for each in lock}
    missing = [
        str(pin)
        for pin in asked_for()
        if (canonicalize_name(pin.name), str(pin.specifier).removeprefix("==")) not in versions
    ]
    assert missing == [], "run `make lock`"


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("python", PYTHONS)
def test_whatever_a_package_needs_is_locked_too_once(lock, machine, python):
    """The needs are those that the packages installed here state, answered for each platform and Python."""
    environment = environment_of(machine, python)
    here = [each.name for each in lock if each.is_for(environment)]
    assert len(here) == len(set(here))
    unseen, seen = asked_for(), set()
    while unseen:
        need = unseen.pop()
        name = canonicalize_name(need.name)
        if (name, frozenset(need.extras)) in seen:
            continue
        seen.add((name, frozenset(need.extras)))
        assert name in here, f"{need} is needed and not locked: run `make lock`"
        if name in INSTALLED:
            unseen += [further for further in _needs_of(name) if _applies(further, environment, need.extras)]


INSTALLED = {canonicalize_name(each.metadata["Name"]) for each in importlib.metadata.distributions()}


def _needs_of(name: str) -> list[Requirement]:
    return [Requirement(text) for text in importlib.metadata.requires(name) or ()]


def _applies(need: Requirement, environment: dict[str, str], extras: set[str]) -> bool:
    return need.marker is None or any(need.marker.evaluate(environment | {"extra": each}) for each in ("", *extras))


def test_every_package_is_held_to_hashes_and_to_no_address(lock):
    assert all(each.hashes and all(text.startswith("sha256:") for text in each.hashes) for each in lock)
    text = locked.LOCK.read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text and "--find-links" not in text


def test_a_line_that_leaves_the_version_open_is_refused(tmp_path):
    open_lock = tmp_path / "open.lock"
    open_lock.write_text("six>=1.17.0 --hash=sha256:00\n", encoding="utf-8")
    with pytest.raises(ValueError, match="not at one version"):
        locked.read(open_lock)


def test_every_locked_package_comes_ready_made_for_windows_macos_and_linux(tmp_path):
    """The registry is asked for the files of the first and the last Python that are claimed; nothing is downloaded."""
    environment = lock_module.environment() | {"MACOSX_DEPLOYMENT_TARGET": OLDEST_MACOS}
    for platform in PLATFORMS:
        for python in (PYTHONS[0], PYTHONS[-1]):
            done = subprocess.run(
                [sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--require-hashes", "--no-build", "--quiet",
                 "--python-platform", platform, "--python-version", python, "--target", tmp_path / "none",
                 "--requirements", locked.LOCK],
                capture_output=True, text=True, env=environment,
            )  # fmt: skip
            if any(words in done.stderr for words in UNREACHED):
                pytest.skip("THE REGISTRY CANNOT BE REACHED: whether each package has its wheels was not seen")
            assert done.returncode == 0, f"{platform}, Python {python}: {done.stderr}"
