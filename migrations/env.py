"""Runs the migrations in the connection that `phasewise.store.migrate` hands over, in its transaction.

From the alembic command line there is none: then the database of PHASEWISE_DATABASE_URL is opened.
"""

import os

from alembic import context
from sqlalchemy import Connection

from phasewise.store.all_tables import metadata
from phasewise.store.db import Database
from phasewise.store.migrate import past_expressions


def run(connection: Connection) -> None:
    """One transaction for all of them, on SQLite too: a kill in the middle leaves the old schema."""
    context.configure(
        connection=connection, target_metadata=metadata, transactional_ddl=True, compare_type=True
    )
    with context.begin_transaction(), past_expressions():
        context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is None:
    with Database(os.environ["PHASEWISE_DATABASE_URL"]).write() as own:
        run(own)
else:
    run(connection)
