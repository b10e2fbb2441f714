"""Who may come in: accounts, sessions, devices, one-time links, attempts, the audit log; whose a token is.

Only adds: the release before goes on working beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("audit_log", "attempts", "links", "devices", "sessions", "accounts")


def upgrade() -> None:
    _create_accounts()
    _create_sessions()
    _create_devices()
    _create_links()
    _create_attempts()
    _create_audit_log()
    op.add_column("tokens", sa.Column("account_id", sa.String(36)))


def downgrade() -> None:
    op.drop_column("tokens", "account_id")
    for table in TABLES:
        op.drop_table(table)


def _site_id() -> sa.Column[int]:
    return sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False)


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        _site_id(),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("email", sa.String(255), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("person_id", sa.String(255)),
        sa.Column("password", sa.String(255)),
        sa.Column("subject", sa.String(512)),
        sa.Column("invited", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("disabled_at", sa.BigInteger),
        sa.Column("signed_in_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("site_id", "account_id", name="pk_accounts"),
    )
    op.create_index("ix_accounts_site_id_email", "accounts", ["site_id", "email"], unique=True)
    op.create_index("ix_accounts_site_id_subject", "accounts", ["site_id", "subject"], unique=True)


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        _site_id(),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("session_id", sa.String(36), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "digest", name="pk_sessions"),
    )
    op.create_index("ix_sessions_site_id_account_id", "sessions", ["site_id", "account_id"])


def _create_devices() -> None:
    op.create_table(
        "devices",
        _site_id(),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "digest", name="pk_devices"),
    )
    op.create_index("ix_devices_site_id_account_id", "devices", ["site_id", "account_id"])


def _create_links() -> None:
    op.create_table(
        "links",
        _site_id(),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("account_id", sa.String(36)),
        sa.Column("body", sa.JSON),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "digest", name="pk_links"),
    )
    op.create_index("ix_links_site_id_account_id", "links", ["site_id", "account_id"])


def _create_attempts() -> None:
    op.create_table(
        "attempts",
        _site_id(),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "key", name="pk_attempts"),
    )


def _create_audit_log() -> None:
    op.create_table(
        "audit_log",
        _site_id(),
        sa.Column("entry_id", sa.String(36), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("address", sa.String(64)),
        sa.PrimaryKeyConstraint("site_id", "entry_id", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_site_id_at_entry_id", "audit_log", ["site_id", "at", "entry_id"])
