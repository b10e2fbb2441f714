"""The table of what Jira cannot hold: plans, deliverables, decisions, A/B tests, results. Nothing in it is
ever changed: each edit is a row more. One metadata with `tables`; only `store` imports it.
"""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Table

from phasewise.store.tables import site_column
from phasewise.store.text import String
from phasewise.store.work_tables import metadata

__all__ = ["metadata", "project_records"]

project_records = Table(
    "project_records",
    metadata,
    site_column(),
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),  # the epic, whatever its key
    Column("noun", String(32), primary_key=True),  # plan | deliverable | decision | ...
    Column("name", String(64), primary_key=True),  # which of several: a slot, an id; "" where there is one
    Column("edit", Integer, primary_key=True, autoincrement=False),  # 1, 2, ...: the last one counts
    Column("state", String(16), nullable=False),  # as the body has it; "" where it has none
    Column(
        "saved_at", BigInteger, nullable=False
    ),  # by Jira's clock, as history is; never before the edit before
    Column("saved_by", String(255), nullable=False),
    Column("body", JSON, nullable=False),
    Index(None, "site_id", "noun", "state"),
    Index(None, "site_id", "noun", "saved_at"),
)
