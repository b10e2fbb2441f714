"""The schema, once, for SQLite and PostgreSQL. Migrations create it; only `store` imports it.

Every key starts with `site_id`, so that the store can be split by site without a rewrite. Instants are
milliseconds since the epoch (BigInteger): the same number on both databases, no zone to lose.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    false,
    text,
)

from phasewise.store.text import String, Text

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}
"""For tables read and replaced by their key: SQLite then keeps the rows in the order of the key, once."""


def site_column() -> Column[int]:
    return Column("site_id", Integer, primary_key=True, autoincrement=False)


# ---------------------------------------------------------------- the site and its synchronisation

sites = Table(
    "sites",
    metadata,
    site_column(),
    Column("url", Text, nullable=False, unique=True),
    Column("deployment", String(16)),  # cloud | datacenter; None until the first contact
    Column("account", Text),  # who we are there
    Column("title", Text),
    Column("judged_by", String(64)),  # digest of the mapping, limits and calendar all was judged by
    Column("base_url", Text),  # the address Jira calls its own, where it may differ from ours for it
)

sync_state = Table(
    "sync_state",
    metadata,
    site_column(),
    Column("scope", Text),  # the JQL the store was filled by
    Column("watermark", BigInteger),  # Jira's clock when the last complete poll started
    Column("loading_since", BigInteger),  # Jira's clock when an unfinished load started
    Column("last_success_at", BigInteger),
    Column("last_census_at", BigInteger),
    Column("polls_since_census", Integer, nullable=False, default=0),
    Column("last_error", Text),
    Column("last_error_at", BigInteger),
    Column("clock_skew_ms", BigInteger),  # Jira's clock minus ours
    Column("backfill_done", Integer, nullable=False, default=0),
    Column("backfill_total", Integer, nullable=False, default=0),
    Column("warnings", JSON, nullable=False, default=list),  # [{code, text}] of the last run
    Column("no_access", JSON, nullable=False, default=list),  # Jira project keys we may no longer see
    Column("revision", BigInteger, nullable=False, server_default="0"),  # grows with every visible change
    Column("stopped_reason", Text),  # why Jira is asked nothing more until somebody sets it right
    Column("stopped_at", BigInteger),
)

sync_requests = Table(  # a command hands its synchronisation to the process that holds the file
    "sync_requests",
    metadata,
    site_column(),
    Column("request_id", String(36), primary_key=True),
    Column("requested_at", BigInteger, nullable=False),
    Column("full", Boolean, nullable=False, default=False),
    Column("started_at", BigInteger),
    Column("done_at", BigInteger),
    Column("error", Text),
    Column("report", JSON(none_as_null=True)),
)

census = Table(  # scratch: the ids that the scope matched, of the census under way
    "census",
    metadata,
    site_column(),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
)

unreadable = Table(  # what Jira sent and could not be read: set aside with its reason, never lost silently
    "unreadable",
    metadata,
    site_column(),
    Column("reference", String(255), primary_key=True),  # issue id or key, or the request
    Column("reason", Text, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

# ---------------------------------------------------------------- the mapping that was found

site_fields = Table(
    "site_fields",
    metadata,
    site_column(),
    Column("phase_field", String(255)),
    Column("phase_candidates", JSON, nullable=False, default=list),  # [{id, name}]
    Column("flag_field", String(255)),
    Column("epic_link_field", String(255)),
    Column("epic_label_field", String(255)),
    Column("names", JSON, nullable=False, default=list),  # [[name in histories, tracked field]]
    Column("epic_types", JSON, nullable=False, default=list),  # type ids known to be epics (Data Center)
    Column("clauses", JSON, nullable=False, server_default="{}"),  # {name of a field in JQL: its id}
    Column("hours_per_day", Float),  # what Jira counts as a day in estimates; None until it was asked
    Column("phase_is_gone", Boolean, nullable=False, server_default=false()),  # it is listed no more
)

statuses = Table(
    "statuses",
    metadata,
    site_column(),
    Column("status_id", String(255), primary_key=True),
    Column("name", Text, nullable=False),
    Column("category", String(32), nullable=False),  # new | indeterminate | done | undefined
    Column("listed", Boolean, nullable=False),  # False: seen only on issues or in histories
)

phase_options = Table(
    "phase_options",
    metadata,
    site_column(),
    Column("option_id", String(255), primary_key=True),
    Column("name", Text, nullable=False),
    Column("phase", String(32)),  # proposed by name once, then kept by id; None: unmapped
)

people = Table(
    "people",
    metadata,
    site_column(),
    Column("person_id", String(255), primary_key=True),
    Column("display_name", Text),
    Column("active", Boolean, nullable=False, default=True),
)

policies = Table(
    "policies",
    metadata,
    site_column(),
    Column("team", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("effective_from", BigInteger, nullable=False),
    Column("body", JSON, nullable=False),
)

project_teams = Table(  # whose each project is, as Jira matched the scopes; kept while Jira refuses one
    "project_teams",
    metadata,
    site_column(),
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("team", String(64), nullable=False),
    **CLUSTERED,
)

# ---------------------------------------------------------------- what Jira said

issues = Table(
    "issues",
    metadata,
    site_column(),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False),
    Column("summary", Text, nullable=False),
    Column("space_id", String(255), nullable=False),
    Column("space_key", String(255), nullable=False),
    Column("type_id", String(255), nullable=False),
    Column("type_name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status_id", String(255), nullable=False),
    Column("phase_option", String(255)),
    Column("assignee", String(255)),
    Column("parent_id", BigInteger),
    Column("parent_key", String(255)),  # where only a key is known; parent_id follows from it
    Column("flagged", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("estimate_seconds", BigInteger),
    Column("content", String(32), nullable=False),  # digest of the record as it was read
    Column("matched", Boolean, nullable=False),
    Column("history_whole", Boolean, nullable=False),
    Column("history_incomplete", Boolean, nullable=False, default=False),
    Column("removed_at", BigInteger),
    Column("removed_exactly", Boolean, nullable=False, default=False),
    Index(None, "site_id", "parent_id"),
    Index(None, "site_id", "kind", "key"),
    Index(None, "site_id", "kind", "created"),
    Index(None, "site_id", "parent_key"),
    Index("ix_issues_in_key_order", "site_id", "kind", "space_key", text("length(key)"), "key"),
    Index(  # of the few whose history is incomplete, so that counting them reads no others
        None,
        "site_id",
        "history_incomplete",
        sqlite_where=text("history_incomplete = 1"),
        postgresql_where=text("history_incomplete"),
    ),
)

issue_keys = Table(  # every key an issue has or had
    "issue_keys",
    metadata,
    site_column(),
    Column("key", String(255), primary_key=True),
    Column("issue_id", BigInteger, nullable=False),
    Column("current", Boolean, nullable=False),  # False: a former key
    **CLUSTERED,
)

parents_seen = Table(  # what the judging of an issue looked up: its answer changes when that parent changes
    "parents_seen",
    metadata,
    site_column(),
    Column("reference", String(255), primary_key=True),  # an issue id as digits, or a key
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Index(None, "site_id", "issue_id"),
    **CLUSTERED,
)

changes = Table(  # no foreign key to issues, which are never deleted: PostgreSQL checks it row by row
    "changes",
    metadata,
    site_column(),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("history_id", BigInteger, primary_key=True, autoincrement=False),
    Column("item", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("author", String(255)),
    Column("field", String(255), nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("before_text", String(255)),
    Column("after_text", String(255)),
    **CLUSTERED,
)

# -------------------------------------------------------------- what follows from it: rebuilt, never patched

intervals = Table(
    "intervals",
    metadata,
    site_column(),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("end", BigInteger),
    Column("status_id", String(255), nullable=False),
    Column("group", String(16), nullable=False),
    Column("phase", String(32), nullable=False),
    Column("person", String(255)),
    Column("project_id", BigInteger),
    Column("flagged", Boolean, nullable=False),
    Column("counts_as", BigInteger),  # the task it counts as for its person; None: an epic's
    Column("by_assignment", Boolean, nullable=False),  # it came to its person in the group it was in
    Column("orphan", Boolean, nullable=False),  # a sub-task without a parent in the store
    Index(None, "site_id", "person", "start"),
    # With what is asked of who has what in hand: of all that is under way no row is read for it.
    Index(None, "site_id", "group", "end", "person", "counts_as", "orphan"),
    **CLUSTERED,
)

pieces = Table(
    "pieces",
    metadata,
    site_column(),
    Column("task_id", BigInteger, primary_key=True, autoincrement=False),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("end", BigInteger),
    Column("phase", String(32), nullable=False),
    Column("project_id", BigInteger),
    Index(None, "site_id", "project_id", "start"),
    **CLUSTERED,
)

visits = Table(
    "visits",
    metadata,
    site_column(),
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("phase", String(32), primary_key=True),
    Column("end", BigInteger),
    Column("is_return", Boolean, nullable=False),
    Column("tallies", JSON, nullable=False),  # its effort, touched and elapsed time
    Index(None, "site_id", "project_id", "end"),
    **CLUSTERED,
)

findings = Table(
    "findings",
    metadata,
    site_column(),
    Column("rule", String(32), primary_key=True),
    Column("subject", String(255), primary_key=True),  # person id, or issue id as digits
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("severity", String(16), nullable=False),
    Column("known_from", BigInteger, nullable=False),
    Column("breach_at", BigInteger),
    Column("end", BigInteger),
    Column("person", String(255)),
    Column("task_id", BigInteger),
    Column("project_id", BigInteger),
    Column("policy_version", Integer, nullable=False),
    Column("evidence", JSON, nullable=False),  # [[issue, interval_start, start, end, counts_as], ...]
    Column("detail", JSON, nullable=False),
    Index(None, "site_id", "end", "rule"),
    Index(None, "site_id", "project_id"),
    Index(None, "site_id", "person"),
)

project_figures = Table(  # the read model: a project as it stood at its last change (settled_at)
    "project_figures",
    metadata,
    site_column(),
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("settled_at", BigInteger, nullable=False),
    Column("body", JSON, nullable=False),
)

completions = Table(  # a task entered done on this local day, and still was at the day's end
    "completions",
    metadata,
    site_column(),
    Column("task_id", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),  # proleptic ordinal of the local date
    Column("done_at", BigInteger, nullable=False),
    Column("age_ticks", BigInteger),  # active working time until then; None where the history is incomplete
    Index(None, "site_id", "day", "age_ticks"),
    **CLUSTERED,
)

dirty = Table(  # what must be derived again; written with its cause, removed with its result
    "dirty",
    metadata,
    site_column(),
    Column("what", String(16), primary_key=True),  # issue | project | person
    Column("subject", String(255), primary_key=True),
    **CLUSTERED,
)

# ---------------------------------------------------------------- access

tokens = Table(
    "tokens",
    metadata,
    site_column(),
    Column("token_id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the token, hex
    Column("scope", String(16), nullable=False),  # read | projects | admin
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("last_used_at", BigInteger),
    Column("account_id", String(36)),  # whose it is; None: made on the command line
)
