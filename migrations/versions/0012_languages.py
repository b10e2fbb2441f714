"""In which language somebody wants the pages. Only adds: the release before goes on working beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("language", sa.String(8)))


def downgrade() -> None:
    op.drop_column("accounts", "language")
