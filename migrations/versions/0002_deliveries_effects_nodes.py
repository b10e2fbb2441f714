"""What is still to be done: deliveries, effects and the nodes that work on them.

Only adds: the release before goes on working beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_deliveries()
    _create_effects()
    _create_nodes()
    _create_polls()
    op.add_column("sites", sa.Column("base_url", sa.Text))
    op.add_column("sync_state", sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("sync_state", sa.Column("stopped_reason", sa.Text))
    op.add_column("sync_state", sa.Column("stopped_at", sa.BigInteger))
    op.add_column("site_fields", sa.Column("clauses", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("site_fields", sa.Column("hours_per_day", sa.Float))
    is_gone = sa.Column("phase_is_gone", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("site_fields", is_gone)


def downgrade() -> None:
    for column in ("phase_is_gone", "hours_per_day", "clauses"):
        op.drop_column("site_fields", column)
    for column in ("stopped_at", "stopped_reason", "revision"):
        op.drop_column("sync_state", column)
    op.drop_column("sites", "base_url")
    for table in ("polls", "nodes", "effects", "deliveries"):
        op.drop_table(table)


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("delivery_id", sa.String(255), nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("event", sa.String(255), nullable=False),
        sa.Column("issue_ids", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("claimed_by", sa.String(64)),
        sa.Column("claimed_until", sa.BigInteger),
        sa.Column("done_at", sa.BigInteger),
        sa.Column("body", sa.LargeBinary),
        sa.PrimaryKeyConstraint("site_id", "delivery_id", name="pk_deliveries"),
    )
    op.create_index(
        "ix_deliveries_site_id_state_received_at", "deliveries", ["site_id", "state", "received_at"]
    )
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["site_id", "next_at"],
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )


def _create_effects() -> None:
    op.create_table(
        "effects",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("target", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255)),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("claimed_by", sa.String(64)),
        sa.Column("claimed_at", sa.BigInteger),
        sa.Column("claimed_until", sa.BigInteger),
        sa.Column("sending_since", sa.BigInteger),
        sa.Column("last_error", sa.Text),
        sa.Column("result", sa.JSON(none_as_null=True)),
        sa.Column("done_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("site_id", "key", name="pk_effects"),
    )
    for columns in (
        ["site_id", "created_at"],
        ["site_id", "state", "created_at"],
        ["site_id", "claimed_at"],
        ["site_id", "target", "claimed_at"],
    ):
        op.create_index("_".join(["ix_effects", *columns]), "effects", columns)
    for name, column, which in (
        ("ix_effects_waiting", "created_at", "state IN ('due', 'claimed')"),
        ("ix_effects_subject", "subject", "subject IS NOT NULL"),
    ):
        where = sa.text(which)
        op.create_index(name, "effects", ["site_id", column], sqlite_where=where, postgresql_where=where)


def _create_nodes() -> None:
    op.create_table(
        "nodes",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("node_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "node_id", name="pk_nodes"),
    )


def _create_polls() -> None:
    op.create_table(
        "polls",
        sa.Column("site_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("refusals", sa.Integer, nullable=False, server_default="0"),
        sa.Column("refused_token", sa.String(64)),
        sa.Column("to_census", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("site_id", name="pk_polls"),
    )
