"""The tables of who may come in: accounts, their sessions and devices, one-time links, what was tried too
often, and the log of what was decided. One metadata with `tables`; only `store` imports it.
"""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, Table

from phasewise.store.record_tables import metadata
from phasewise.store.tables import site_column
from phasewise.store.text import String, Text

__all__ = ["accounts", "attempts", "audit_log", "devices", "erased", "links", "metadata", "sessions"]

accounts = Table(
    "accounts",
    metadata,
    site_column(),
    Column("account_id", String(36), primary_key=True),
    Column("email", String(255), nullable=False),  # folded: what people sign in with
    Column("name", String(255), nullable=False),
    Column("role", String(16), nullable=False),  # admin | lead | member | stakeholder
    Column("leads", JSON, nullable=False, server_default="[]"),  # teams that a member leads, by name
    Column("person_id", String(255)),  # who they are in Jira
    Column("password", String(255)),  # argon2id; None: none was chosen yet
    Column("subject", String(512)),  # issuer and subject of the identity provider
    Column("invited", Boolean, nullable=False),  # an admin made it, and not somebody's groups
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    Column("signed_in_at", BigInteger),
    Column("language", String(8)),  # of the pages; None: as the browser says
    Index(None, "site_id", "email", unique=True),
    Index(None, "site_id", "subject", unique=True),
)

sessions = Table(  # a browser that is signed in
    "sessions",
    metadata,
    site_column(),
    Column("digest", String(64), primary_key=True),  # SHA-256 of the cookie, hex
    Column("session_id", String(36), nullable=False),  # by which it is listed and ended
    Column("account_id", String(36), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("address", String(64), nullable=False),
    Column("browser", String(255), nullable=False),
    Index(None, "site_id", "account_id"),
)

devices = Table(  # a browser that was signed in before: others' wrong guesses do not slow it
    "devices",
    metadata,
    site_column(),
    Column("digest", String(64), primary_key=True),
    Column("account_id", String(36), nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Index(None, "site_id", "account_id"),
)

links = Table(  # one-time links: to come in first, to choose a password, back from an identity provider
    "links",
    metadata,
    site_column(),
    Column("digest", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False),  # first | password | provider
    Column("account_id", String(36)),
    Column("body", JSON(none_as_null=True)),
    Column("expires_at", BigInteger, nullable=False),
    Index(None, "site_id", "account_id"),
)

attempts = Table(  # how often something was tried and went wrong, by account, device or address
    "attempts",
    metadata,
    site_column(),
    Column("key", String(255), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)

erased = Table(  # who was erased, by the digest of their id, and what they are called instead
    "erased",
    metadata,
    site_column(),
    Column("digest", String(64), primary_key=True),
    Column("pseudonym", String(64), nullable=False),
    Column("erased_at", BigInteger, nullable=False),
)

audit_log = Table(  # who decided what: rights, policy, waivers, sign-ins; nothing in it is ever changed
    "audit_log",
    metadata,
    site_column(),
    Column("entry_id", String(36), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("address", String(64)),
    Index(None, "site_id", "at", "entry_id"),
)
