"""The files for a server say what docs/deployment.md says of them, and its steps work in a clean folder."""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import requests
import yaml

from budget.store import library as store
from deploy import locked
from tests import ROOT
from tests.budget.store.stores import scenario
from tests.screens import serving

SERVER, CONTAINER = ROOT / "deploy" / "server", ROOT / "deploy" / "container"
UNITS = ("farebridge.service", "farebridge-backup.service", "farebridge-backup.timer")
MOST_EXPOSED = 2.0  # of 10, as `systemd-analyze security` counts; a service without any limits has 9.6
INSTRUCTIONS = {"FROM", "RUN", "COPY", "USER", "WORKDIR", "VOLUME", "ENV", "EXPOSE", "HEALTHCHECK", "CMD"}


def settings_of(unit: str) -> list[tuple[str, str]]:
    lines = (SERVER / unit).read_text(encoding="utf-8").splitlines()
    return [
        (name, value) for name, equals, value in (line.partition("=") for line in lines if line[:1] != "#") if equals
    ]


def test_the_service_may_write_to_its_state_directory_alone():
    found = settings_of("farebridge.service")
    for setting in ("ProtectSystem=strict", "ProtectHome=yes", "StateDirectory=farebridge", "NoNewPrivileges=yes"):
        assert tuple(setting.split("=")) in found
    assert not {"ReadWritePaths", "CacheDirectory", "LogsDirectory", "BindPaths"} & {name for name, _ in found}


def test_systemd_finds_no_fault_in_the_units_and_little_exposed(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("SYSTEMD IS NOT HERE: its units were not verified")
    for unit in UNITS:
        text = (SERVER / unit).read_text(encoding="utf-8")
        (tmp_path / unit).write_text(text.replace("/opt/farebridge/venv/bin/python", sys.executable), encoding="utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", *(tmp_path / unit for unit in UNITS)], capture_output=True, text=True
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    for unit in UNITS[:2]:
        told = subprocess.run(
            ["systemd-analyze", "--offline=yes", "security", "--no-pager", tmp_path / unit],
            capture_output=True,
            text=True,
        )
        exposure = re.search(r"Overall exposure level for \S+: ([0-9.]+)", told.stdout)
        assert exposure and float(exposure[1]) < MOST_EXPOSED, told.stdout[-500:]


def test_nginx_takes_its_file(tmp_path):
    nginx = os.environ.get("FAREBRIDGE_NGINX") or shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("NGINX IS NOT HERE: its file was not tried")
    (tmp_path / "farebridge.conf").write_text(_for_trial(tmp_path), encoding="utf-8")
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/error.log;\nevents {{}}\n"
        f"http {{\nclient_body_temp_path {tmp_path}/a; proxy_temp_path {tmp_path}/b; fastcgi_temp_path {tmp_path}/c;\n"
        f"uwsgi_temp_path {tmp_path}/d; scgi_temp_path {tmp_path}/e; access_log off; include farebridge.conf;\n}}\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [nginx, "-t", "-q", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def _for_trial(folder: Path) -> str:
    """Return nginx's file with a certificate made for the trial, and its logs in a folder."""
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run(
        [*make, "-keyout", folder / "key.pem", "-out", folder / "fullchain.pem"], check=True, capture_output=True
    )
    text = (SERVER / "nginx.conf").read_text(encoding="utf-8")
    return text.replace("/etc/ssl/farebridge", str(folder)).replace("/var/log/nginx", str(folder))


def test_the_access_log_holds_nobody_and_nothing_behind_a_question_mark():
    text = (SERVER / "nginx.conf").read_text(encoding="utf-8")
    written = set(re.findall(r"\$\w+", re.search(r"log_format farebridge '([^']*)'", text)[1]))
    assert written == {"$time_iso8601", "$request_method", "$uri", "$status", "$body_bytes_sent", "$request_time"}
    logs = re.findall(r"^\s*access_log\s+(.+);", text, re.MULTILINE)
    assert all(log == "off" or log.endswith(" farebridge") for log in logs)
    assert len(logs) == text.count("server {")
    assert re.search(r"^\s*error_log\s+\S+\s+crit;", text, re.MULTILINE)


def test_the_container_is_built_from_what_is_here_and_runs_as_nobody_special():
    text = (CONTAINER / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    steps = [line.split(maxsplit=1) for line in text.splitlines() if line.strip() and line[0] != "#"]
    assert {name for name, _ in steps} == INSTRUCTIONS
    for name, rest in steps:
        if name == "COPY":
            *sources, _target = rest.split()
            assert [each for each in sources if not (ROOT / each).exists()] == []
    said = [f"{name} {rest}" for name, rest in steps]
    assert "USER farebridge" in said and said.index("USER farebridge") < len(said) - 1
    assert any("--require-hashes" in each and "requirements.lock" in each for each in said)
    assert ":latest" not in text and re.search(r"^FROM \S+:\S+$", text, re.MULTILINE)
    assert _packages_of_the_program() <= set(re.findall(r"/opt/farebridge/app/(\w+)", text))
    assert "**/secrets.toml" in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def _packages_of_the_program() -> set[str]:
    return {"budget", "data", "deploy", "eligibility", "screens"}


def test_the_containers_are_reached_from_their_own_machine_alone_and_hold_no_secret():
    services = yaml.safe_load((CONTAINER / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert [port for each in services.values() for port in each.get("ports", ())] == ["127.0.0.1:8501:8501"]
    assert services["app"]["read_only"] is True and services["app"]["cap_drop"] == ["ALL"]
    for service in services.values():
        assert service["env_file"] == "${FAREBRIDGE_SETTINGS:-/etc/farebridge}/farebridge.env"
        secret = {name: value for name, value in service["environment"].items() if "PASSWORD" in name or "URL" in name}
        assert secret and all(value == "" for value in secret.values())
    client = re.search(r"postgresql-client-(\d+)", (CONTAINER / "Dockerfile").read_text(encoding="utf-8"))[1]
    assert services["database"]["image"].startswith(f"postgres:{client}-")


@pytest.mark.parametrize("script", sorted(ROOT.glob("deploy/**/*.sh")), ids=lambda path: path.name)
def test_a_script_is_whole_and_stops_at_its_first_fault(script):
    assert subprocess.run(["bash", "-n", script], capture_output=True).returncode == 0
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
    if shellcheck := os.environ.get("FAREBRIDGE_SHELLCHECK") or shutil.which("shellcheck"):
        assert subprocess.run([shellcheck, script], capture_output=True, text=True).stdout == ""


@pytest.fixture(scope="module")
def machine(tmp_path_factory) -> Path:
    """A folder in which set_up.sh has put everything, as on a server; the packages are those of the tests."""
    folder = tmp_path_factory.mktemp("machine")
    lock = hashlib.sha256(locked.LOCK.read_bytes()).hexdigest()[:12]
    packages = folder / "opt" / "farebridge" / f"venv-{lock}"
    program(packages / "bin" / "python", f'exec {shlex.quote(sys.executable)} "$@"')
    (packages / "complete").touch()
    done = set_up(folder)
    assert done.returncode == 0, done.stderr
    return folder


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def set_up(folder: Path, python: Path | str = sys.executable) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["bash", SERVER / "set_up.sh"],
        env=os.environ | {"DESTINATION": str(folder), "PYTHON": str(python)}, capture_output=True, text=True,
    )  # fmt: skip


def started_by(unit: str, machine: Path, url: str) -> tuple[list[str], dict[str, str]]:
    """Return the command and the environment of a unit, with its absolute paths in the folder."""
    lines = settings_of(unit)
    moved = [(name, re.sub(r"(?<![\w.])/(opt|var|etc)/", rf"{machine}/\1/", value)) for name, value in lines]
    command = shlex.split(next(value for name, value in moved if name == "ExecStart"))
    words = [word for name, value in moved if name == "Environment" for word in shlex.split(value)]
    given = dict(word.replace("%d", f"{machine}/etc/farebridge").split("=", 1) for word in words)
    return command, {"PATH": os.environ["PATH"], "DATABASE_URL": url} | given


def test_the_service_starts_from_a_clean_folder_is_well_and_leaves_the_program_as_it_was(machine):
    state = machine / "var" / "lib" / "farebridge"
    command, environment = started_by("farebridge.service", machine, f"sqlite:///{state / 'library.sqlite'}")
    before = files_of(machine / "opt" / "farebridge" / "app")
    port = serving.free_port()
    command = [word.replace("8501", str(port)) for word in command]
    with (machine / "log.txt").open("w") as log:
        server = subprocess.Popen(command, cwd=state, env=environment, stdout=log, stderr=log)
        try:
            serving.wait_for(f"http://localhost:{port}/_stcore/health", server, machine / "log.txt")
            told = requests.get(f"http://localhost:{port}/_stcore/host-config", timeout=600).json()
        finally:
            server.kill()
            server.wait()
    assert told["allowedOrigins"] == []  # the program's own config.toml was read, though the folder is another
    assert files_of(machine / "opt" / "farebridge" / "app") == before


def files_of(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_setting_up_again_keeps_settings_and_data_and_takes_the_newer_program(machine):
    kept = {machine / "etc/farebridge/farebridge.env": "DATABASE_URL=mine", machine / "var/lib/farebridge/mine": "mine"}
    for path, text in kept.items():
        path.write_text(text, encoding="utf-8")
    app = machine / "opt" / "farebridge" / "app"
    (app / "streamlit_app.py").write_text("older", encoding="utf-8")
    assert set_up(machine).returncode == 0
    assert {path: path.read_text(encoding="utf-8") for path in kept} == kept
    assert (app / "streamlit_app.py").read_bytes() == (ROOT / "streamlit_app.py").read_bytes()
    assert sorted(path.name.partition("-")[0] for path in app.parent.iterdir()) == ["app", "venv", "venv"]
    assert (machine / "etc/farebridge/secrets.toml").stat().st_mode & 0o077 == 0


def test_packages_that_cannot_be_had_leave_what_runs_as_it_is(tmp_path):
    """As where the registry cannot be reached: the older packages and the older program stay."""
    place = tmp_path / "opt" / "farebridge"
    program(place / "venv-older" / "bin" / "python", "exit 0")
    (place / "venv").symlink_to("venv-older")
    (place / "app").mkdir()
    (place / "app" / "streamlit_app.py").write_text("older", encoding="utf-8")
    makes_one_without_network = (
        f'[ "$2" = venv ] || exec {shlex.quote(sys.executable)} "$@"\n'
        'mkdir -p "$3/bin" && printf "#!/bin/sh\\nexit 1\\n" > "$3/bin/python" && chmod +x "$3/bin/python"'
    )
    done = set_up(tmp_path, program(tmp_path / "python", makes_one_without_network))
    assert done.returncode == 1
    assert (place / "venv").resolve().name == "venv-older"
    assert (place / "venv" / "bin" / "python").is_file()
    assert (place / "app" / "streamlit_app.py").read_text(encoding="utf-8") == "older"


def test_the_nightly_backup_runs_from_a_clean_folder(machine):
    state = machine / "var" / "lib" / "farebridge"
    url = f"sqlite:///{state / 'nightly.sqlite'}"
    with store.open_library(url) as library:
        library.save(scenario(), author="Ana")
    command, environment = started_by("farebridge-backup.service", machine, url)
    done = subprocess.run(command, cwd=state, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [path.suffix for path in (machine / "var/backups/farebridge").iterdir()] == [".tar"]
