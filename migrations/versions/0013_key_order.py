"""Issues in the order of their keys, ML-9 before ML-10: an index, so that a page of tasks reads no others.

Revision ID: 0013
Revises: 0012
"""

from alembic import op
from sqlalchemy import text

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INDEX = "ix_issues_in_key_order"


def upgrade() -> None:
    op.create_index(INDEX, "issues", ["site_id", "kind", "space_key", text("length(key)"), "key"])


def downgrade() -> None:
    op.drop_index(INDEX, table_name="issues")
