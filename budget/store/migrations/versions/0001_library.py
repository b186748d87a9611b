"""The library: scenarios, their versions and the audit log, with what keeps the last two from being changed.

A revision is never edited once released: it says the tables as they were then, not as budget/store/schema.py has them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEPT = {
    "scenarios": "a scenario is hidden, never deleted",
    "scenario_versions": "a saved version is never changed or deleted",
    "scenario_audit": "the audit log is only ever added to",
}
# `INSERT OR REPLACE` deletes without asking SQLite's delete triggers: a key that is there already is refused as well.
SAME_ROW = {
    "scenarios": "id = NEW.id",
    "scenario_versions": "scenario_id = NEW.scenario_id AND version = NEW.version",
    "scenario_audit": "id = NEW.id",
}


def upgrade() -> None:
    """Make the tables and their guards."""
    _tables()
    guard = _guard_postgresql if op.get_bind().dialect.name == "postgresql" else _guard_sqlite
    for table in KEPT:
        guard(table)


def _refused(table: str) -> tuple[str, ...]:
    return ("DELETE",) if table == "scenarios" else ("UPDATE", "DELETE")


def _tables() -> None:
    moment = sa.DateTime(timezone=True)
    living = sa.text("deleted_at IS NULL")
    op.create_table(
        "scenarios",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("deleted_at", moment),
    )
    op.create_index(
        "one_scenario_a_name", "scenarios", ["name_key"], unique=True, sqlite_where=living, postgresql_where=living
    )
    op.create_table(
        "scenario_versions",
        sa.Column("scenario_id", sa.String(16), sa.ForeignKey("scenarios.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("saved_at", moment, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("bundle", sa.Text, nullable=False),
        sa.Column("summary", sa.JSON),
        sa.Column("results", sa.LargeBinary),
        sa.Column("origin", sa.JSON),
    )
    actions = "('created', 'saved', 'renamed', 'restored', 'duplicated', 'deleted', 'exported', 'imported')"
    op.create_table(
        "scenario_audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("scenario_id", sa.String(16), sa.ForeignKey("scenarios.id"), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column(
            "action", sa.String(16), sa.CheckConstraint(f"action IN {actions}", name="known_action"), nullable=False
        ),
        sa.Column("version", sa.Integer),
        sa.Column("details", sa.JSON),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_by_scenario", "scenario_audit", ["scenario_id", "id"])


def _guard_sqlite(table: str) -> None:
    events = dict.fromkeys(_refused(table), "")
    events["INSERT"] = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {SAME_ROW[table]})"
    for event, when in events.items():
        op.execute(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} {when}\n"
            f"BEGIN SELECT RAISE(ABORT, '{KEPT[table]}'); END"
        )


def _guard_postgresql(table: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS\n"
        f"$$ BEGIN RAISE EXCEPTION '{KEPT[table]}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_is_kept BEFORE {' OR '.join(_refused(table))} OR TRUNCATE ON {table}\n"
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_kept()"
    )
