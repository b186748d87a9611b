"""Start the app's own server in a folder of its own, as `streamlit run` does, and stop it at the end."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests import ROOT

PATIENCE_SECONDS = 600  # only ends a test that would hang


def command(port: int, *options: str) -> list[str]:
    """Return the command that starts the app at a port."""
    start = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), "--server.port", str(port)]
    return [*start, "--server.headless", "true", "--server.fileWatcherType", "none", *options]


def environment(home: Path) -> Mapping[str, str]:
    """Return the environment of an app at home in a folder."""
    return os.environ | {"HOME": str(home), "DATABASE_URL": f"sqlite:///{home / 'library.sqlite'}"}


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(home: Path, port: int | None = None, *options: str) -> Iterator[str]:
    """Give the address of the app, started in a folder of its own and stopped at the end; it logs to log.txt there."""
    shutil.copytree(ROOT / ".streamlit", home / ".streamlit", dirs_exist_ok=True)
    port = port or free_port()
    with (home / "log.txt").open("w") as log:
        server = subprocess.Popen(command(port, *options), cwd=home, env=environment(home), stdout=log, stderr=log)
        try:
            wait_for(f"http://localhost:{port}/_stcore/health", server, home / "log.txt")
            yield f"http://localhost:{port}/"
        finally:
            server.kill()
            server.wait()


def wait_for(health: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(health, timeout=60):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(log.read_text())
