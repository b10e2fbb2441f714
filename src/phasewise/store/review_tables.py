"""The tables of reviews: when somebody went through what is wrong, and what they decided. Only `store`
imports it."""

from sqlalchemy import BigInteger, Column, Index, Table

from phasewise.store.tables import site_column
from phasewise.store.text import String, Text
from phasewise.store.work_tables import metadata

__all__ = ["metadata", "review_decisions", "reviews"]

reviews = Table(
    "reviews",
    metadata,
    site_column(),
    Column("review_id", String(32), primary_key=True),
    Column("team", String(64), nullable=False),
    Column("week", String(16), nullable=False),  # of the report that its decisions are in
    Column("by", String(255), nullable=False),
    Column("began_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),  # None: it goes on
    Column("seconds", BigInteger),  # how long it took, without long gaps
    Column("exceptions", BigInteger, nullable=False),  # how many there were when it began
    Index(None, "site_id", "team", "began_at"),
)

review_decisions = Table(
    "review_decisions",
    metadata,
    site_column(),
    Column("review_id", String(32), primary_key=True),
    Column("name", String(255), primary_key=True),  # what it is about: project-10001, person-<id>
    Column("choice", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("decided_at", BigInteger, nullable=False),
    Column("decided_by", String(255), nullable=False),
)
