"""Which team each project belongs to. Only adds: the release before goes on working beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "project_teams",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("project_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "project_id", name="pk_project_teams"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("project_teams")
