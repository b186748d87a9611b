"""Run pg_dump and pg_restore on the library's database; the password goes by the environment, on no command line."""

import os
import shutil
import subprocess
from pathlib import Path

import sqlalchemy as sa
from psycopg import pq

from budget.store.database import VARIABLE, repeats_a_secret
from data.faults import InputError

FOLDER = "FAREBRIDGE_POSTGRES_BIN"  # the variable that names the folder of PostgreSQL's programs, where PATH has none
AS_THE_ENVIRONMENT_SAYS = "postgresql://"  # for a program's --dbname: all else comes from `environment_of`


def run(program: str, address: sa.URL, *options: str) -> None:
    """Run one of PostgreSQL's programs on a database. Raises InputError where it is not there or fails."""
    place = Path(os.environ[FOLDER], program) if os.environ.get(FOLDER) else shutil.which(program)
    if place is None or not Path(place).exists():
        problem = f"is not on this machine. Install PostgreSQL's programs of the server's version, or set {FOLDER}."
        raise InputError(program, [problem])
    done = subprocess.run(
        [place, "--no-password", *options],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment_of(address),
    )
    if done.returncode:
        said = " ".join(done.stderr.split())
        said = (
            f"what it said repeats a part of {VARIABLE} and is not shown" if repeats_a_secret(address, said) else said
        )
        raise InputError(program, [f"failed ({said or 'it said nothing'}). Nothing that was there has been changed."])


def environment_of(address: sa.URL) -> dict[str, str]:
    """Return the variables of PostgreSQL's own (PGHOST, PGPASSWORD, PGSSLMODE, …) that say what an address says."""
    names = {option.keyword.decode(): option.envvar.decode() for option in pq.Conninfo.get_defaults() if option.envvar}
    query = {key: value if isinstance(value, str) else value[-1] for key, value in address.query.items()}
    said = {
        "host": address.host,
        "port": address.port,
        "user": address.username,
        "password": address.password,
        "dbname": address.database,
    } | query
    return {names[key]: str(value) for key, value in said.items() if value is not None and key in names}
