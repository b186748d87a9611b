"""Actuals held against a version of a scenario, guarded as the versions are; the audit log takes the word "monitored".

SQLite cannot change a constraint of a table: there the log is copied, line by line, into one that has the new word.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ACTIONS = (
    "action IN ('created', 'saved', 'renamed', 'restored', 'duplicated', 'deleted', 'exported', 'imported', "
    "'monitored')"
)
KEPT = "actuals that were kept are never changed or deleted"
LOG = "the audit log is only ever added to"


def upgrade() -> None:
    """Make the table with its guard, and let the log say that a scenario was monitored."""
    _table()
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("known_action", "scenario_audit", type_="check")
        op.create_check_constraint("known_action", "scenario_audit", ACTIONS)
        _guard_postgresql()
    else:
        _log_again()
        _guard_sqlite("scenario_actuals", KEPT, "scenario_id = NEW.scenario_id AND number = NEW.number")


def _table() -> None:
    op.create_table(
        "scenario_actuals",
        sa.Column("scenario_id", sa.String(16), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("rows", sa.LargeBinary),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["scenario_id", "version"], ["scenario_versions.scenario_id", "scenario_versions.version"]
        ),
    )


def _log_again() -> None:
    columns = "id, scenario_id, at, who, action, version, details"
    op.create_table(
        "scenario_audit_0002",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("scenario_id", sa.String(16), sa.ForeignKey("scenarios.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("action", sa.String(16), sa.CheckConstraint(ACTIONS, name="known_action"), nullable=False),
        sa.Column("version", sa.Integer),
        sa.Column("details", sa.JSON),
        sqlite_autoincrement=True,
    )
    op.execute(f"INSERT INTO scenario_audit_0002 ({columns}) SELECT {columns} FROM scenario_audit ORDER BY id")
    op.execute("DROP TABLE scenario_audit")  # with its triggers and its index
    op.execute("ALTER TABLE scenario_audit_0002 RENAME TO scenario_audit")
    op.create_index("audit_by_scenario", "scenario_audit", ["scenario_id", "id"])
    _guard_sqlite("scenario_audit", LOG, "id = NEW.id")


def _guard_sqlite(table: str, why: str, same_row: str) -> None:
    is_there = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same_row})"  # `INSERT OR REPLACE` deletes unasked
    for event, when in (("UPDATE", ""), ("DELETE", ""), ("INSERT", is_there)):
        op.execute(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} {when}\n"
            f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION scenario_actuals_is_kept() RETURNS trigger LANGUAGE plpgsql AS\n"
        f"$$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER scenario_actuals_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON scenario_actuals\n"
        "FOR EACH STATEMENT EXECUTE FUNCTION scenario_actuals_is_kept()"
    )
