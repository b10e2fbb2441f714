"""Since when a site records something: an index, so that judging reads one row for it and not all records.

Only adds: the release before goes on working beside it.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEX = "ix_project_records_site_id_noun_saved_at"


def upgrade() -> None:
    op.create_index(INDEX, "project_records", ["site_id", "noun", "saved_at"])


def downgrade() -> None:
    op.drop_index(INDEX, table_name="project_records")
