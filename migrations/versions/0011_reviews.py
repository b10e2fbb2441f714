"""Reviews and what was decided in them. Only adds: the release before goes on working beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("review_id", sa.String(32), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("week", sa.String(16), nullable=False),
        sa.Column("by", sa.String(255), nullable=False),
        sa.Column("began_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("seconds", sa.BigInteger),
        sa.Column("exceptions", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "review_id", name="pk_reviews"),
    )
    op.create_index("ix_reviews_site_id_team_began_at", "reviews", ["site_id", "team", "began_at"])
    op.create_table(
        "review_decisions",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("review_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("choice", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("decided_at", sa.BigInteger, nullable=False),
        sa.Column("decided_by", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "review_id", "name", name="pk_review_decisions"),
    )


def downgrade() -> None:
    op.drop_table("review_decisions")
    op.drop_table("reviews")
