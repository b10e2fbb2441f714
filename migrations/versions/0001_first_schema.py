"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "sites",
    "sync_state",
    "sync_requests",
    "census",
    "unreadable",
    "site_fields",
    "statuses",
    "phase_options",
    "people",
    "policies",
    "issues",
    "issue_keys",
    "parents_seen",
    "changes",
    "intervals",
    "pieces",
    "visits",
    "completions",
    "findings",
    "project_figures",
    "dirty",
    "tokens",
)
CLUSTERED = {"sqlite_with_rowid": False}


def upgrade() -> None:
    _create_sync()
    _create_mapping()
    _create_issues()
    _create_intervals()
    _create_findings()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_sync() -> None:
    op.create_table(
        "sites",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("deployment", sa.String(16)),
        sa.Column("account", sa.Text),
        sa.Column("title", sa.Text),
        sa.Column("judged_by", sa.String(64)),
        sa.PrimaryKeyConstraint("site_id", name="pk_sites"),
        sa.UniqueConstraint("url", name="uq_sites_url"),
    )
    op.create_table(
        "sync_state",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("scope", sa.Text),
        sa.Column("watermark", sa.BigInteger),
        sa.Column("loading_since", sa.BigInteger),
        sa.Column("last_success_at", sa.BigInteger),
        sa.Column("last_census_at", sa.BigInteger),
        sa.Column("polls_since_census", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.Column("last_error_at", sa.BigInteger),
        sa.Column("clock_skew_ms", sa.BigInteger),
        sa.Column("backfill_done", sa.Integer, nullable=False),
        sa.Column("backfill_total", sa.Integer, nullable=False),
        sa.Column("warnings", sa.JSON, nullable=False),
        sa.Column("no_access", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("site_id", name="pk_sync_state"),
    )
    op.create_table(
        "sync_requests",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("request_id", sa.String(36), nullable=False),
        sa.Column("requested_at", sa.BigInteger, nullable=False),
        sa.Column("full", sa.Boolean, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("done_at", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.Column("report", sa.JSON),
        sa.PrimaryKeyConstraint("site_id", "request_id", name="pk_sync_requests"),
    )
    op.create_table(
        "census",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("issue_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "issue_id", name="pk_census"),
    )
    op.create_table(
        "unreadable",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("reference", sa.String(255), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "reference", name="pk_unreadable"),
    )


def _create_mapping() -> None:
    op.create_table(
        "site_fields",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("phase_field", sa.String(255)),
        sa.Column("phase_candidates", sa.JSON, nullable=False),
        sa.Column("flag_field", sa.String(255)),
        sa.Column("epic_link_field", sa.String(255)),
        sa.Column("epic_label_field", sa.String(255)),
        sa.Column("names", sa.JSON, nullable=False),
        sa.Column("epic_types", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("site_id", name="pk_site_fields"),
    )
    op.create_table(
        "statuses",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("status_id", sa.String(255), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("listed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "status_id", name="pk_statuses"),
    )
    op.create_table(
        "phase_options",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("option_id", sa.String(255), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("phase", sa.String(32)),
        sa.PrimaryKeyConstraint("site_id", "option_id", name="pk_phase_options"),
    )
    op.create_table(
        "people",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.String(255), nullable=False),
        sa.Column("display_name", sa.Text),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "person_id", name="pk_people"),
    )
    op.create_table(
        "policies",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("effective_from", sa.BigInteger, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "team", "version", name="pk_policies"),
    )


def _create_issues() -> None:
    op.create_table(
        "issues",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("issue_id", sa.BigInteger, nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("space_id", sa.String(255), nullable=False),
        sa.Column("space_key", sa.String(255), nullable=False),
        sa.Column("type_id", sa.String(255), nullable=False),
        sa.Column("type_name", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("status_id", sa.String(255), nullable=False),
        sa.Column("phase_option", sa.String(255)),
        sa.Column("assignee", sa.String(255)),
        sa.Column("parent_id", sa.BigInteger),
        sa.Column("parent_key", sa.String(255)),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("updated", sa.BigInteger, nullable=False),
        sa.Column("estimate_seconds", sa.BigInteger),
        sa.Column("content", sa.String(32), nullable=False),
        sa.Column("matched", sa.Boolean, nullable=False),
        sa.Column("history_whole", sa.Boolean, nullable=False),
        sa.Column("history_incomplete", sa.Boolean, nullable=False),
        sa.Column("removed_at", sa.BigInteger),
        sa.Column("removed_exactly", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "issue_id", name="pk_issues"),
    )
    op.create_index("ix_issues_site_id_kind_key", "issues", ["site_id", "kind", "key"])
    op.create_index("ix_issues_site_id_kind_created", "issues", ["site_id", "kind", "created"])
    op.create_index("ix_issues_site_id_parent_id", "issues", ["site_id", "parent_id"])
    op.create_index(
        "ix_issues_site_id_history_incomplete",
        "issues",
        ["site_id", "history_incomplete"],
        sqlite_where=sa.text("history_incomplete = 1"),
        postgresql_where=sa.text("history_incomplete"),
    )
    op.create_index("ix_issues_site_id_parent_key", "issues", ["site_id", "parent_key"])
    op.create_table(
        "issue_keys",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("issue_id", sa.BigInteger, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "key", name="pk_issue_keys"),
        **CLUSTERED,
    )
    op.create_table(
        "parents_seen",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("reference", sa.String(255), nullable=False),
        sa.Column("issue_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "reference", "issue_id", name="pk_parents_seen"),
        **CLUSTERED,
    )
    op.create_index("ix_parents_seen_site_id_issue_id", "parents_seen", ["site_id", "issue_id"])
    op.create_table(
        "changes",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("issue_id", sa.BigInteger, nullable=False),
        sa.Column("history_id", sa.BigInteger, nullable=False),
        sa.Column("item", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("author", sa.String(255)),
        sa.Column("field", sa.String(255), nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("before_text", sa.String(255)),
        sa.Column("after_text", sa.String(255)),
        sa.PrimaryKeyConstraint("site_id", "issue_id", "history_id", "item", name="pk_changes"),
        **CLUSTERED,
    )


def _create_intervals() -> None:
    op.create_table(
        "intervals",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("issue_id", sa.BigInteger, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger),
        sa.Column("status_id", sa.String(255), nullable=False),
        sa.Column("group", sa.String(16), nullable=False),
        sa.Column("phase", sa.String(32), nullable=False),
        sa.Column("person", sa.String(255)),
        sa.Column("project_id", sa.BigInteger),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("counts_as", sa.BigInteger),
        sa.Column("by_assignment", sa.Boolean, nullable=False),
        sa.Column("orphan", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "issue_id", "start", name="pk_intervals"),
        **CLUSTERED,
    )
    op.create_index("ix_intervals_site_id_person", "intervals", ["site_id", "person"])
    op.create_index("ix_intervals_site_id_group_end", "intervals", ["site_id", "group", "end"])
    op.create_table(
        "pieces",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("task_id", sa.BigInteger, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger),
        sa.Column("phase", sa.String(32), nullable=False),
        sa.Column("project_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("site_id", "task_id", "start", name="pk_pieces"),
        **CLUSTERED,
    )
    op.create_index("ix_pieces_site_id_project_id_start", "pieces", ["site_id", "project_id", "start"])
    op.create_table(
        "visits",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("project_id", sa.BigInteger, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("phase", sa.String(32), nullable=False),
        sa.Column("end", sa.BigInteger),
        sa.Column("is_return", sa.Boolean, nullable=False),
        sa.Column("tallies", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "project_id", "start", "phase", name="pk_visits"),
        **CLUSTERED,
    )
    op.create_index("ix_visits_site_id_project_id_end", "visits", ["site_id", "project_id", "end"])
    op.create_table(
        "completions",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("task_id", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("done_at", sa.BigInteger, nullable=False),
        sa.Column("age_ticks", sa.BigInteger),
        sa.PrimaryKeyConstraint("site_id", "task_id", "day", name="pk_completions"),
        **CLUSTERED,
    )
    op.create_index("ix_completions_site_id_day", "completions", ["site_id", "day"])


def _create_findings() -> None:
    op.create_table(
        "findings",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("known_from", sa.BigInteger, nullable=False),
        sa.Column("breach_at", sa.BigInteger),
        sa.Column("end", sa.BigInteger),
        sa.Column("person", sa.String(255)),
        sa.Column("task_id", sa.BigInteger),
        sa.Column("project_id", sa.BigInteger),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "rule", "subject", "start", name="pk_findings"),
    )
    op.create_index("ix_findings_site_id_end_rule", "findings", ["site_id", "end", "rule"])
    op.create_index("ix_findings_site_id_person", "findings", ["site_id", "person"])
    op.create_index("ix_findings_site_id_project_id", "findings", ["site_id", "project_id"])
    op.create_table(
        "project_figures",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("project_id", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "project_id", name="pk_project_figures"),
    )
    op.create_table(
        "dirty",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "what", "subject", name="pk_dirty"),
        **CLUSTERED,
    )
    op.create_table(
        "tokens",
        sa.Column("site_id", sa.Integer, nullable=False),
        sa.Column("token_id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("last_used_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("site_id", "token_id", name="pk_tokens"),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
    )
