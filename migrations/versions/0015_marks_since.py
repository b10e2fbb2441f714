"""Marks say since when something changed; what a person held is found by when it ended.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

Indexes = tuple[tuple[str, str, list[str]], ...]

CHANGED: Indexes = (
    ("ix_intervals_site_id_person", "intervals", ["site_id", "person"]),
    ("ix_pieces_site_id_project_id_start", "pieces", ["site_id", "project_id", "start"]),
)
NOW: Indexes = (
    ("ix_intervals_site_id_person_group_end", "intervals", ["site_id", "person", "group", "end"]),
    (
        "ix_pieces_site_id_project_id_start_end_phase",
        "pieces",
        ["site_id", "project_id", "start", "end", "phase"],
    ),
)
IN_PROJECT = "ix_intervals_now_in_project"
ONLY = sa.text('"end" IS NULL AND project_id IS NOT NULL')


def upgrade() -> None:
    op.add_column("dirty", sa.Column("since", sa.BigInteger, nullable=False, server_default="0"))
    columns = ["site_id", "project_id", "group", "phase", "start", "issue_id", "end"]
    op.create_index(IN_PROJECT, "intervals", columns, sqlite_where=ONLY, postgresql_where=ONLY)
    _swap(CHANGED, NOW)


def downgrade() -> None:
    _swap(NOW, CHANGED)
    op.drop_index(IN_PROJECT, table_name="intervals")
    op.drop_column("dirty", "since")


def _swap(old: Indexes, new: Indexes) -> None:
    for name, table, columns in new:
        op.create_index(name, table, columns)
    for name, table, _ in old:
        op.drop_index(name, table_name=table)
