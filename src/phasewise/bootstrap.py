"""The only wiring: settings become a database, a Jira client, a policy and a clock."""

import time
from typing import TYPE_CHECKING

from phasewise.chat.access import chat_access
from phasewise.chat.post import Chat
from phasewise.core.model import Instant
from phasewise.core.rights import Role
from phasewise.errors import SettingsError
from phasewise.jira.client import JiraAccess, JiraClients
from phasewise.mail.access import smtp_access
from phasewise.mail.smtp import Smtp
from phasewise.oidc.identity import ProviderAccess
from phasewise.policy_tables import policy_of
from phasewise.secret_key import kept_key
from phasewise.settings import PREFIX, Settings
from phasewise.settings_problems import MISSING
from phasewise.settings_teams import rulebook_of
from phasewise.store import sites
from phasewise.store.clock import DatabaseClock
from phasewise.store.db import Connection, Database
from phasewise.store.lock import ServingLock
from phasewise.store.migrate import upgrade
from phasewise.usecases.deps import Deps

if TYPE_CHECKING:
    from phasewise.oidc.provider import Provider

NO_URL, NO_TOKEN, NO_SCOPE = (
    f"{PREFIX}{name.upper()} {MISSING[name]}" for name in ("jira_url", "jira_token", "jira_scope")
)


def clock() -> Instant:
    """Milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


def open_database(settings: Settings) -> Database:
    """The database, migrated to this release. Raises StoreError (unreachable, locked, newer)."""
    database = Database(settings.database)
    upgrade(database)
    return database


def serving_lock(database: Database) -> ServingLock | None:
    """The lock of the one process that serves an SQLite file; None on PostgreSQL, which serves many."""
    path = database.path
    return None if path is None else ServingLock(path.with_name(f"{path.name}.serving"))


def open_deps(settings: Settings, *, jira: bool) -> Deps:
    """What use cases need. With `jira`, an address, a token and a scope must be set, else SettingsError."""
    clients = _jira_clients(settings) if jira else None
    database, now = open_database(settings), DatabaseClock(clock)
    with database.write() as connection:
        now.set_by(connection)
        site_id = _site(connection, settings)
    return Deps(
        database=database,
        site_id=site_id,
        policy=policy_of(settings),
        now=now,
        jira=clients,
        poll_seconds=settings.jira_poll_seconds,
        webhook_secrets=tuple(secret.get_secret_value().encode() for secret in settings.webhook_secret),
        jira_urls=tuple(url for url in (settings.jira_url, settings.jira_api_url) if url),
        mailer=_mailer(settings),
        chat=_chat(settings),
        report_at=settings.report_at,
        admin_email=settings.admin_email,
        base_url=settings.base_url,
        provider=_provider(settings, database),
        board_moves=settings.board_moves,
        records_in_jira=settings.records_in_jira,
        declared=rulebook_of(settings, settings.teams),
    )


def _provider(settings: Settings, database: Database) -> "Provider | None":
    """The identity provider, if one is set."""
    if settings.oidc_issuer is None:
        return None
    if settings.oidc_client_id is None or settings.oidc_client_secret is None:
        raise SettingsError(
            "PHASEWISE_OIDC_CLIENT_ID and PHASEWISE_OIDC_CLIENT_SECRET are missing: set them to what the "
            "identity provider gave you for Phasewise"
        )
    from phasewise.oidc.provider import Provider  # it loads cryptography, which takes time and memory

    access = ProviderAccess(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        name=settings.oidc_name,
        groups_claim=settings.oidc_groups_claim,
        roles={group: Role(role) for group, role in settings.oidc_roles.items()},
        secret_key=_secret_key(settings, database),
        usual=None if settings.oidc_default_role is None else Role(settings.oidc_default_role),
    )
    return Provider(access)


def _secret_key(settings: Settings, database: Database) -> str:
    """The one that is set, else the one kept beside an SQLite file; several machines need it set."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    return "" if database.path is None else kept_key(database.path.with_name(f"{database.path.name}.key"))


def _site(connection: Connection, settings: Settings) -> int:
    if settings.jira_url:
        return sites.site_of(connection, settings.jira_url)
    only = sites.only_site(connection)
    if only is None:
        raise SettingsError(NO_URL)
    return only


def _jira_clients(settings: Settings) -> JiraClients:
    if not (settings.jira_url and settings.jira_token and settings.jira_scope):
        wanted = (
            (settings.jira_url, NO_URL),
            (settings.jira_token, NO_TOKEN),
            (settings.jira_scope, NO_SCOPE),
        )
        raise SettingsError("; ".join(text for value, text in wanted if not value))
    return JiraClients(
        JiraAccess(
            url=settings.jira_url,
            api_url=settings.jira_api_url or settings.jira_url,
            email=settings.jira_email,
            token=settings.jira_token.get_secret_value(),
            scope=settings.jira_scope,
            phase_field=settings.jira_phase_field,
            flag_field=settings.jira_flag_field,
        )
    )


def _chat(settings: Settings) -> Chat | None:
    return None if settings.chat_url is None else Chat(chat_access(settings.chat_url.get_secret_value()))


def _mailer(settings: Settings) -> Smtp | None:
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    return Smtp(smtp_access(settings.smtp_url.get_secret_value(), settings.mail_from))
