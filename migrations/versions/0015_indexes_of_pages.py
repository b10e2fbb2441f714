"""Who has what in hand, and how long tasks took: indexes that hold what is asked, so that no row is read.

They take the place of shorter ones: the release before goes on working beside them.

Revision ID: 0015
Revises: 0014
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LONGER = {
    ("intervals", ("site_id", "person")): ("start",),
    ("intervals", ("site_id", "group", "end")): ("person", "counts_as", "orphan"),
    ("completions", ("site_id", "day")): ("age_ticks",),
}
"""The columns added to each index of a table."""


def upgrade() -> None:
    for (table, columns), more in LONGER.items():
        op.create_index(_name(table, *columns, *more), table, [*columns, *more])
        op.drop_index(_name(table, *columns), table_name=table)


def downgrade() -> None:
    for (table, columns), more in LONGER.items():
        op.create_index(_name(table, *columns), table, list(columns))
        op.drop_index(_name(table, *columns, *more), table_name=table)


def _name(table: str, *columns: str) -> str:
    return f"ix_{'_'.join((table, *columns))}"
