"""The tables of what is still to be done: Jira's deliveries, our effects, the nodes that do the work and
how their polls went; and what was done about findings, with the waivers of them.

One metadata with `tables`; only `store` imports it.
"""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, false, text

from phasewise.store.tables import metadata, site_column
from phasewise.store.text import String, Text

__all__ = ["deliveries", "effects", "ladder", "metadata", "nodes", "polls", "strengths", "waivers"]

deliveries = Table(  # the inbox: what Jira told, durable before it is answered
    "deliveries",
    metadata,
    site_column(),
    Column("delivery_id", String(255), primary_key=True),
    Column("received_at", BigInteger, nullable=False),
    Column("event", String(255), nullable=False),  # webhookEvent as it was sent; "" where there was none
    Column("issue_ids", JSON, nullable=False),  # the issues it names, to be read again
    Column("state", String(16), nullable=False),  # pending | applied | ignored | failed
    Column("reason", Text),  # why it was ignored or failed
    Column("attempts", Integer, nullable=False),
    Column("next_at", BigInteger, nullable=False),  # not to be tried before
    Column("claimed_by", String(64)),  # the node that works on it
    Column("claimed_until", BigInteger),
    Column("done_at", BigInteger),
    Column("body", LargeBinary),  # as it was sent; emptied by retention
    Index(None, "site_id", "state", "received_at"),
    Index(  # of the few that wait, so that looking for work reads no others
        "ix_deliveries_waiting",
        "site_id",
        "next_at",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
)

effects = Table(  # what we do outside: writes to Jira, mails; a row before it is done
    "effects",
    metadata,
    site_column(),
    Column("key", String(255), primary_key=True),  # of its cause: the same cause is one effect
    Column("kind", String(32), nullable=False),  # comment | edit | property | transition | mail
    Column("target", String(255), nullable=False),  # issue id as digits, or a mail address
    Column("subject", String(255)),  # of the effects that wait with the same one, only the newest is done
    Column("body", JSON, nullable=False),
    Column("state", String(16), nullable=False),  # due | claimed | done | failed | unknown
    Column("attempts", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),  # not to be done before
    Column("claimed_by", String(64)),
    Column("claimed_at", BigInteger),  # by which writes are paced
    Column("claimed_until", BigInteger),
    Column("sending_since", BigInteger),  # a mail whose last byte may have gone out
    Column("last_error", Text),
    Column("result", JSON(none_as_null=True)),  # what Jira answered: the id of the comment
    Column("done_at", BigInteger),
    Index(None, "site_id", "created_at"),
    Index(None, "site_id", "state", "created_at"),
    Index(None, "site_id", "claimed_at"),
    Index(None, "site_id", "target", "claimed_at"),
    Index(  # of those not done yet, so that looking for work reads no others
        "ix_effects_waiting",
        "site_id",
        "created_at",
        sqlite_where=text("state IN ('due', 'claimed')"),
        postgresql_where=text("state IN ('due', 'claimed')"),
    ),
    Index(
        "ix_effects_subject",
        "site_id",
        "subject",
        sqlite_where=text("subject IS NOT NULL"),
        postgresql_where=text("subject IS NOT NULL"),
    ),
)

nodes = Table(  # the processes that work on this database, by their lease
    "nodes",
    metadata,
    site_column(),
    Column("node_id", String(64), primary_key=True),  # unique for each start of a process
    Column("kind", String(16), nullable=False),  # serve | web | worker
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),  # by the database's clock
)

polls = Table(  # how the polls of a site went: one at a time over all nodes
    "polls",
    metadata,
    site_column(),
    Column("ended_at", BigInteger),  # by the clock of leases; None: one is due at once
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("refusals", Integer, nullable=False, server_default="0"),  # in a row, of one token
    Column("refused_token", String(64)),  # digest of that token, never the token
    Column("to_census", Integer, nullable=False, server_default="0"),  # polls before the next census
)

strengths = Table(  # how strong a rule is in a phase, and since when it is more than shown
    "strengths",
    metadata,
    site_column(),
    Column("rule", String(32), primary_key=True),
    Column("phase", String(32), primary_key=True),
    Column("strength", String(16), nullable=False),
    Column("since", BigInteger),  # None: it is only shown, or not even that
)

ladder = Table(  # what was done about a finding: it is derived, this is not
    "ladder",
    metadata,
    site_column(),
    Column("rule", String(32), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False),  # of the effect that is its comment
    Column("person", String(255)),  # who is addressed
    Column("issue_id", BigInteger),  # where the comment is; None: nothing is to be done about it
    Column("strength", String(16), nullable=False),  # as it was when the finding was taken up
    Column("is_dry", Boolean, nullable=False, server_default=false()),  # nothing is written, only listed
    Column("taken_at", BigInteger, nullable=False),
    Column("said", String(16)),  # what the comment says
    Column("edits", Integer, nullable=False, server_default="0"),
    Column("asked_at", BigInteger),  # since when an answer is waited for
    Column("answered", Boolean, nullable=False, server_default=false()),
    Column("hinted", Boolean, nullable=False, server_default=false()),  # how to ask for a waiver was told
    Column("heard", BigInteger),  # the newest comment that was read for answers
    Column("heard_at", BigInteger),
    Column("move", String(16), nullable=False),  # none | pending | done | refused | dropped
    Column("moved_issue", BigInteger),
    Column("moved_from", String(255)),  # status ids
    Column("moved_to", String(255)),
    Column("moved_at", BigInteger),
    Column("told", String(16)),  # why the lead is told
    Column("told_at", BigInteger),
    Column("note", Text),  # why it could not be moved
    Column("breach_at", BigInteger),  # as it was when it was last looked at
    Column("look_at", BigInteger),  # when to look again though nothing changes
    Column("closed_at", BigInteger),
    Index(None, "site_id", "person", "moved_issue"),
    Index(None, "site_id", "told_at"),
    Index(None, "site_id", "issue_id"),
    Index(  # of those that are still open, so that looking for work reads no others
        "ix_ladder_open",
        "site_id",
        "look_at",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

waivers = Table(  # who may go on with what a finding is about, why, until when
    "waivers",
    metadata,
    site_column(),
    Column("waiver_id", String(64), primary_key=True),  # of the comment by which it was asked for
    Column("rule", String(32), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("person", String(255), nullable=False),
    Column("reason", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),  # asked | granted | declined
    Column("asked_at", BigInteger, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", BigInteger),
    Index(None, "site_id", "rule", "subject", "start"),
    Index(None, "site_id", "state", "asked_at"),
)

return_reasons = Table(  # why a project went back, as a lead chose it; kept though visits are derived anew
    "return_reasons",
    metadata,
    site_column(),
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("phase", String(32), primary_key=True),  # with start: the visit that is a return
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("reason", String(32), nullable=False),
    Column("chosen_by", String(255), nullable=False),
    Column("chosen_at", BigInteger, nullable=False),
)
