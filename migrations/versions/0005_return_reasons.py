"""Why projects went back to earlier phases, as leads chose it.

Only adds: the release before goes on working beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "return_reasons",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("project_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("phase", sa.String(32), nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("chosen_by", sa.String(255), nullable=False),
        sa.Column("chosen_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "project_id", "phase", "start", name="pk_return_reasons"),
    )


def downgrade() -> None:
    op.drop_table("return_reasons")
