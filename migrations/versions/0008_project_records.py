"""What Jira cannot hold of a project: plans, deliverables, decisions, A/B tests, results, edit by edit.

Only adds: the release before goes on working beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "project_records",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("project_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("noun", sa.String(32), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("edit", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("saved_at", sa.BigInteger, nullable=False),
        sa.Column("saved_by", sa.String(255), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "project_id", "noun", "name", "edit", name="pk_project_records"),
    )
    op.create_index("ix_project_records_site_id_noun_state", "project_records", ["site_id", "noun", "state"])


def downgrade() -> None:
    op.drop_table("project_records")
