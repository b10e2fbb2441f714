"""The weekly report: what was frozen and said, who gets it, when, and by which link.

Only adds: the release before goes on working beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = (
    "report_comments",
    "report_links",
    "report_plans",
    "report_recipients",
    "report_notes",
    "reports",
)


def upgrade() -> None:
    _create_reports()
    _create_notes()
    _create_recipients()
    _create_plans()
    _create_links()
    _create_comments()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _site() -> sa.Column[int]:
    return sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False)


def _create_reports() -> None:
    op.create_table(
        "reports",
        _site(),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("instant", sa.BigInteger, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("late", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("frozen_at", sa.BigInteger),
        sa.Column("inputs_hash", sa.String(64)),
        sa.Column("body", sa.JSON),
        sa.Column("remark", sa.Text),
        sa.Column("remark_by", sa.String(255)),
        sa.Column("remark_at", sa.BigInteger),
        sa.Column("skipped_by", sa.String(255)),
        sa.Column("skip_reason", sa.Text),
        sa.Column("first_due_at", sa.BigInteger),
        sa.Column("sent_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("site_id", "team", "week", name="pk_reports"),
    )
    op.create_index("ix_reports_site_id_instant_team", "reports", ["site_id", "instant", "team"])


def _create_notes() -> None:
    op.create_table(
        "report_notes",
        _site(),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("project_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("remark", sa.Text),
        sa.Column("health", sa.String(16)),
        sa.Column("health_reason", sa.Text),
        sa.Column("by", sa.String(255), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "team", "week", "project_id", name="pk_report_notes"),
    )


def _create_recipients() -> None:
    op.create_table(
        "report_recipients",
        _site(),
        sa.Column("recipient_id", sa.String(36), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("account_id", sa.String(36)),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("zone", sa.String(64)),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("project_id", sa.BigInteger),
        sa.Column("quiet_from", sa.Integer),
        sa.Column("quiet_to", sa.Integer),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.String(255), nullable=False),
        sa.Column("unsubscribed_at", sa.BigInteger),
        sa.Column("removed_at", sa.BigInteger),
        sa.Column("bounced_at", sa.BigInteger),
        sa.Column("bounce", sa.Text),
        sa.PrimaryKeyConstraint("site_id", "recipient_id", name="pk_report_recipients"),
    )
    table = "report_recipients"
    op.create_index("ix_report_recipients_site_id_team", table, ["site_id", "team"])
    op.create_index("ix_report_recipients_site_id_secret", table, ["site_id", "secret"], unique=True)
    op.create_index("ix_report_recipients_site_id_account_id", table, ["site_id", "account_id"])


def _create_plans() -> None:
    op.create_table(
        "report_plans",
        _site(),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("minute_of_day", sa.Integer, nullable=False),
        sa.Column("zone", sa.String(64)),
        sa.Column("is_on", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("reply_to", sa.String(255)),
        sa.Column("standup_minute", sa.Integer),
        sa.Column("changed_by", sa.String(255), nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "team", name="pk_report_plans"),
    )


def _create_links() -> None:
    op.create_table(
        "report_links",
        _site(),
        sa.Column("link_id", sa.String(36), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("project_id", sa.BigInteger),
        sa.Column("label", sa.String(255), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("created_by", sa.String(255), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("first_seen_at", sa.BigInteger),
        sa.Column("last_seen_at", sa.BigInteger),
        sa.Column("seen", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("site_id", "link_id", name="pk_report_links"),
    )
    op.create_index("ix_report_links_site_id_digest", "report_links", ["site_id", "digest"], unique=True)
    op.create_index("ix_report_links_site_id_team", "report_links", ["site_id", "team"])


def _create_comments() -> None:
    op.create_table(
        "report_comments",
        _site(),
        sa.Column("comment_id", sa.String(36), nullable=False),
        sa.Column("link_id", sa.String(36), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("read_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("site_id", "comment_id", name="pk_report_comments"),
    )
    op.create_index("ix_report_comments_site_id_team_at", "report_comments", ["site_id", "team", "at"])
