"""The tables of the weekly report: what was frozen and said, who gets it, when, and by which link.

One metadata with `tables`; only `store` imports it.
"""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, Table, false, true

from phasewise.store.account_tables import metadata
from phasewise.store.tables import site_column
from phasewise.store.text import String, Text

__all__ = [
    "metadata",
    "report_comments",
    "report_links",
    "report_notes",
    "report_plans",
    "report_recipients",
    "reports",
]

reports = Table(  # the report of a team for a week: a draft until it is frozen
    "reports",
    metadata,
    site_column(),
    Column("team", String(64), primary_key=True),
    Column("week", String(8), primary_key=True),  # as in 2026-W47
    Column("instant", BigInteger, nullable=False),  # the end of the week
    Column("zone", String(64), nullable=False),
    Column("state", String(16), nullable=False),  # draft | frozen | sent | skipped | archived
    Column("late", Boolean, nullable=False, server_default=false()),
    Column("frozen_at", BigInteger),
    Column("inputs_hash", String(64)),  # SHA-256, hex
    Column("body", JSON(none_as_null=True)),  # the frozen digest, without the names of people
    Column("remark", Text),
    Column("remark_by", String(255)),
    Column("remark_at", BigInteger),
    Column("skipped_by", String(255)),
    Column("skip_reason", Text),
    Column("first_due_at", BigInteger),
    Column("sent_at", BigInteger),
    Index(None, "site_id", "instant", "team"),
)

report_notes = Table(  # what a lead says of one project in one report
    "report_notes",
    metadata,
    site_column(),
    Column("team", String(64), primary_key=True),
    Column("week", String(8), primary_key=True),
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("remark", Text),
    Column("health", String(16)),  # red | amber | green: in the place of the proposed one
    Column("health_reason", Text),
    Column("by", String(255), nullable=False),
    Column("at", BigInteger, nullable=False),
)

report_recipients = Table(  # who gets the mails, with an account or without
    "report_recipients",
    metadata,
    site_column(),
    Column("recipient_id", String(36), primary_key=True),
    Column("team", String(64), nullable=False),
    Column("address", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("account_id", String(36)),
    Column("audience", String(16), nullable=False),  # team | stakeholder | executive
    Column("language", String(8), nullable=False),
    Column("zone", String(64)),  # None: the team's
    Column("format", String(8), nullable=False),  # html | text
    Column("project_id", BigInteger),  # None: all projects of the team
    Column("quiet_from", Integer),  # minutes of the day, in the recipient's zone
    Column("quiet_to", Integer),
    Column("secret", String(64), nullable=False),  # of the link by which they unsubscribe
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", String(255), nullable=False),
    Column("unsubscribed_at", BigInteger),
    Column("removed_at", BigInteger),
    Column("bounced_at", BigInteger),
    Column("bounce", Text),  # the server's words
    Index(None, "site_id", "team"),
    Index(None, "site_id", "secret", unique=True),
    Index(None, "site_id", "account_id"),
)

report_plans = Table(  # when a team's report is sent; without a row as the settings say
    "report_plans",
    metadata,
    site_column(),
    Column("team", String(64), primary_key=True),
    Column("weekday", Integer, nullable=False),  # 0 is Monday
    Column("minute_of_day", Integer, nullable=False),
    Column("zone", String(64)),  # None: the team's
    Column("is_on", Boolean, nullable=False, server_default=true()),
    Column("reply_to", String(255)),
    Column("standup_minute", Integer),  # None: there is no stand-up line
    Column("changed_by", String(255), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

report_links = Table(  # by which a report is read without an account
    "report_links",
    metadata,
    site_column(),
    Column("link_id", String(36), primary_key=True),
    Column("digest", String(64), nullable=False),  # SHA-256 of the secret, hex
    Column("team", String(64), nullable=False),
    Column("project_id", BigInteger),  # None: all projects of the team
    Column("label", String(255), nullable=False),
    Column("language", String(8), nullable=False),
    Column("created_by", String(255), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("first_seen_at", BigInteger),
    Column("last_seen_at", BigInteger),
    Column("seen", Integer, nullable=False, server_default="0"),  # how often
    Index(None, "site_id", "digest", unique=True),
    Index(None, "site_id", "team"),
)

report_comments = Table(  # what was written to the lead by such a link
    "report_comments",
    metadata,
    site_column(),
    Column("comment_id", String(36), primary_key=True),
    Column("link_id", String(36), nullable=False),
    Column("team", String(64), nullable=False),
    Column("week", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("read_at", BigInteger),
    Index(None, "site_id", "team", "at"),
)
