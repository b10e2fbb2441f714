"""What is done about findings: how strong each rule is, the ladder's memory, and waivers.

Only adds: the release before goes on working beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_strengths()
    _create_ladder()
    _create_waivers()


def downgrade() -> None:
    for table in ("waivers", "ladder", "strengths"):
        op.drop_table(table)


def _create_strengths() -> None:
    op.create_table(
        "strengths",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("phase", sa.String(32), nullable=False),
        sa.Column("strength", sa.String(16), nullable=False),
        sa.Column("since", sa.BigInteger),
        sa.PrimaryKeyConstraint("site_id", "rule", "phase", name="pk_strengths"),
    )


def _create_ladder() -> None:
    op.create_table(
        "ladder",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("person", sa.String(255)),
        sa.Column("issue_id", sa.BigInteger),
        sa.Column("strength", sa.String(16), nullable=False),
        sa.Column("is_dry", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("taken_at", sa.BigInteger, nullable=False),
        *_done_about_it(),
        sa.PrimaryKeyConstraint("site_id", "rule", "subject", "start", name="pk_ladder"),
    )
    op.create_index("ix_ladder_site_id_person_moved_issue", "ladder", ["site_id", "person", "moved_issue"])
    op.create_index("ix_ladder_site_id_told_at", "ladder", ["site_id", "told_at"])
    op.create_index("ix_ladder_site_id_issue_id", "ladder", ["site_id", "issue_id"])
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_ladder_open",
        "ladder",
        ["site_id", "look_at"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def _done_about_it() -> list[sa.Column[object]]:
    return [
        sa.Column("said", sa.String(16)),
        sa.Column("edits", sa.Integer, nullable=False, server_default="0"),
        sa.Column("asked_at", sa.BigInteger),
        sa.Column("answered", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("hinted", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("heard", sa.BigInteger),
        sa.Column("heard_at", sa.BigInteger),
        sa.Column("move", sa.String(16), nullable=False),
        sa.Column("moved_issue", sa.BigInteger),
        sa.Column("moved_from", sa.String(255)),
        sa.Column("moved_to", sa.String(255)),
        sa.Column("moved_at", sa.BigInteger),
        sa.Column("told", sa.String(16)),
        sa.Column("told_at", sa.BigInteger),
        sa.Column("note", sa.Text),
        sa.Column("breach_at", sa.BigInteger),
        sa.Column("look_at", sa.BigInteger),
        sa.Column("closed_at", sa.BigInteger),
    ]


def _create_waivers() -> None:
    op.create_table(
        "waivers",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("waiver_id", sa.String(64), nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("site_id", "waiver_id", name="pk_waivers"),
    )
    op.create_index(
        "ix_waivers_site_id_rule_subject_start", "waivers", ["site_id", "rule", "subject", "start"]
    )
    op.create_index("ix_waivers_site_id_state_asked_at", "waivers", ["site_id", "state", "asked_at"])
