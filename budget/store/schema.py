"""The tables of the library of scenarios, on SQLite and on PostgreSQL alike.

    scenarios          one row a scenario: its address, current name, latest version, whether it is deleted
    scenario_versions  every version as it was saved; the database refuses to change or delete one
    scenario_audit     who did what to which scenario; the database refuses to change or delete a line
    scenario_actuals   what the ledger paid and ordered, for a version of a scenario; each save adds a row

`budget/store/migrations` makes them, and a test compares the two. Times are in UTC, with their time zone.
"""

import datetime
import hashlib
import unicodedata

import sqlalchemy as sa

SCHEMA = "0002"  # the newest revision in budget/store/migrations/versions
SCHEMA_TABLE = "farebridge_schema"  # holds the revision a database is at
ACTIONS = ("created", "saved", "renamed", "restored", "duplicated", "deleted", "exported", "imported", "monitored")
ID_LENGTH = 16
VERSIONS = range(1, 2**31)  # what a column of whole numbers holds


class UtcTime(sa.TypeDecorator):
    """A moment with its time zone, stored as UTC; SQLite has no time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect) -> datetime.datetime | None:
        """Return the moment as the database stores it. Raises ValueError for one without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        utc = value.astimezone(datetime.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime.datetime | None, dialect) -> datetime.datetime | None:
        """Return the moment in UTC, with its time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=datetime.UTC) if value.tzinfo is None else value.astimezone(datetime.UTC)


class Address(sa.TypeDecorator):
    """A scenario's address. Text from a URL that cannot be an address is looked up as "", which none has."""

    impl = sa.String(ID_LENGTH)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect) -> str:
        """Return the address where any database can look it up, else ""."""
        return value if value and value.isascii() and value.isalnum() else ""


metadata = sa.MetaData()

scenarios = sa.Table(
    "scenarios",
    metadata,
    sa.Column("id", Address, primary_key=True),  # its address: random, safe in a URL
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.String(64), nullable=False),  # see name_key(): an index holds no name of any length
    sa.Column("version", sa.Integer, nullable=False),  # the latest; it shows whether another person has saved
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("deleted_at", UtcTime),  # a deleted scenario is hidden: its versions stay
    sa.Index("one_scenario_a_name", "name_key", unique=True, sqlite_where=sa.text("deleted_at IS NULL"),
             postgresql_where=sa.text("deleted_at IS NULL")),
)  # fmt: skip

versions = sa.Table(
    "scenario_versions",
    metadata,
    sa.Column("scenario_id", Address, sa.ForeignKey("scenarios.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("saved_at", UtcTime, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),  # the scenario file (TOML)
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("bundle", sa.Text, nullable=False),  # checksum of the bundle it was made for, "" for any
    sa.Column("summary", sa.JSON(none_as_null=True)),  # totals of the plan, for lists; null where none was saved
    sa.Column("results", sa.LargeBinary),  # the whole plan as JSON, gzip; see budget/store/results.py
    sa.Column("origin", sa.JSON(none_as_null=True)),  # where it was restored, duplicated or imported from
)

audit = sa.Table(
    "scenario_audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("scenario_id", Address, sa.ForeignKey("scenarios.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("action", sa.String(16), sa.CheckConstraint(f"action IN {ACTIONS}", name="known_action"), nullable=False),
    sa.Column("version", sa.Integer),  # the version made or exported; null for other actions
    sa.Column("details", sa.JSON(none_as_null=True)),
    sa.Index("audit_by_scenario", "scenario_id", "id"),
    sqlite_autoincrement=True,  # a number is never used twice
)

actuals = sa.Table(
    "scenario_actuals",
    metadata,
    sa.Column("scenario_id", Address, primary_key=True),
    sa.Column(
        "number", sa.Integer, primary_key=True, autoincrement=False
    ),  # 1, 2, …; it shows whether another person has saved
    sa.Column("version", sa.Integer, nullable=False),  # of the scenario whose lines they are compared with
    sa.Column("saved_at", UtcTime, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),  # its name
    sa.Column("rows", sa.LargeBinary),  # see budget/store/actuals.py; null where they are those of the previous save
    sa.Column("settings", sa.JSON, nullable=False),  # year, last closed period, thresholds, what was typed about lines
    sa.ForeignKeyConstraint(["scenario_id", "version"], ["scenario_versions.scenario_id", "scenario_versions.version"]),
)


def name_key(name: str) -> str:
    """Return a hash that is the same for names that differ only in capitals, spaces or Unicode form.

    >>> name_key("Base  Case ") == name_key("base case")
    True
    """
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return hashlib.sha256(plain.encode()).hexdigest()
