"""The only wiring: settings become a database, a Jira client, a policy and a clock."""

import time
from collections.abc import Mapping

from phasewise.core.model import (
    CalendarRules,
    Group,
    Instant,
    Limits,
    Phase,
    Policy,
    Rule,
    Strength,
    Strengths,
)
from phasewise.errors import SettingsError
from phasewise.jira.client import JiraAccess, JiraClients
from phasewise.mail.access import smtp_access
from phasewise.mail.message import mail_address
from phasewise.mail.smtp import Smtp
from phasewise.settings import Settings
from phasewise.store import sites
from phasewise.store.db import Connection, Database
from phasewise.store.lock import ServingLock
from phasewise.store.migrate import upgrade
from phasewise.usecases.deps import Deps

NO_URL = "PHASEWISE_JIRA_URL is missing: set it to the address where people open Jira"
NO_TOKEN = "PHASEWISE_JIRA_TOKEN is missing: set it to an API token that can browse the projects"  # noqa: S105
NO_SCOPE = "PHASEWISE_JIRA_SCOPE is missing: set it to the JQL of your projects, like project = MLP"


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
    mailer, admin_email = _mailer(settings), _address("ADMIN_EMAIL", settings.admin_email)
    clients = _jira_clients(settings) if jira else None
    database = open_database(settings)
    with database.write() as connection:
        site_id = _site(connection, settings)
    return Deps(
        database=database,
        site_id=site_id,
        policy=policy_of(settings),
        now=clock,
        jira=clients,
        poll_seconds=settings.jira_poll_seconds,
        webhook_secrets=tuple(secret.get_secret_value().encode() for secret in settings.webhook_secret),
        jira_urls=tuple(url for url in (settings.jira_url, settings.jira_api_url) if url),
        mailer=mailer,
        admin_email=admin_email,
    )


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


def _mailer(settings: Settings) -> Smtp | None:
    sender = _address("MAIL_FROM", settings.mail_from)
    if settings.smtp_url is None:
        return None
    if sender is None:
        raise SettingsError("PHASEWISE_MAIL_FROM is missing: set it to the address that mails come from")
    try:
        return Smtp(smtp_access(settings.smtp_url.get_secret_value(), sender))
    except ValueError as error:
        raise SettingsError(f"PHASEWISE_SMTP_URL {error}") from None


def _address(name: str, value: str | None) -> str | None:
    try:
        return None if value is None else mail_address(value)
    except ValueError:
        raise SettingsError(f"PHASEWISE_{name} must be a mail address like team@example.com") from None


def policy_of(settings: Settings) -> Policy:
    """The policy of the one team there is until teams can be set up."""
    country, subdivision = settings.holiday_country
    rules = settings.rules
    return Policy(
        limits=Limits(
            one_active=rules.one_active,
            five_days=rules.five_days,
            grace_minutes=rules.grace_minutes,
            watching=rules.watching,
            paused=rules.paused,
            private_days=rules.private_days,
        ),
        calendar=CalendarRules(
            zone=settings.timezone,
            weekdays=settings.calendar.weekday_numbers,
            country=country,
            subdivision=subdivision,
            extra=tuple(day.isoformat() for day in settings.calendar.extra),
            removed=tuple(day.isoformat() for day in settings.calendar.removed),
        ),
        leave={
            person: tuple((first.isoformat(), last.isoformat()) for first, last in days)
            for person, days in settings.leave.items()
        },
        status_overrides={status: Group(group) for status, group in settings.statuses.items()},
        phase_overrides={option: Phase(phase) for option, phase in settings.phases.items()},
        strengths=_strengths(settings),
        language=rules.language,
        dry_run=rules.dry_run,
    )


def _strengths(settings: Settings) -> Strengths:
    """`[strength]`, with the rules that there are; all others are refused by their line."""
    tables = {name: table for name, table in settings.strength.items() if isinstance(table, dict)}
    plain = {name: value for name, value in settings.strength.items() if not isinstance(value, dict)}
    named = [*plain, *(f"{phase}.{rule}" for phase, table in tables.items() for rule in table)]
    unknown = [line for line in named if line.rpartition(".")[2] not in list(Rule)]
    if unknown:
        raise SettingsError(f"phasewise.toml [strength]: no such rule: {', '.join(unknown)}")
    return Strengths(
        rules=_by_rule(plain), phases={Phase(phase): _by_rule(table) for phase, table in tables.items()}
    )


def _by_rule(table: Mapping[str, str]) -> dict[Rule, Strength]:
    return {Rule(rule): Strength(strength) for rule, strength in table.items()}
