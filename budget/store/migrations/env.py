"""How Alembic migrates the library of scenarios: on the connection, and in the transaction, that it is given.

`budget.store.database` calls it with a lock held. To write a new revision see docs/decisions/0028.
"""

from alembic import context

from budget.store.schema import SCHEMA_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=SCHEMA_TABLE,
    transactional_ddl=True,  # on SQLite too: all of a migration, or nothing
)
context.run_migrations()
