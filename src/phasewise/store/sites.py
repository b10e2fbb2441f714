"""A site: how far its synchronisation is, what was asked of it, and what is known of its fields and statuses.

Called by map_site, sync_site, judge and `bootstrap`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select, text, update

from phasewise.core.model import Group, Instant, Phase, Policy, SiteMapping, Tracked, TrackedFields
from phasewise.store import tables
from phasewise.store.upsert import SITE, insert_into, insert_new

MAKING_SITES, WRITING_ISSUES, WRITING_REPORTS = 0x5068_0001, 0x5068_0002, 0x5068_0003
"""What the advisory locks of PostgreSQL are for."""

_judged_by = select(tables.sites.c.judged_by).where(tables.sites.c.site_id == SITE)
_raise_revision = (
    update(tables.sync_state)
    .where(tables.sync_state.c.site_id == SITE)
    .values(revision=tables.sync_state.c.revision + 1)
)
_statuses = (
    select(*(tables.statuses.c[name] for name in ("status_id", "name", "category", "listed")))
    .where(tables.statuses.c.site_id == SITE)
    .order_by(tables.statuses.c.status_id)
)
_phase_options = (
    select(*(tables.phase_options.c[name] for name in ("option_id", "name", "phase")))
    .where(tables.phase_options.c.site_id == SITE)
    .order_by(tables.phase_options.c.option_id)
)

CATEGORY_GROUP = {"indeterminate": Group.ACTIVE, "done": Group.DONE}
"""Status category -> group; every other category is `todo`."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """How far the synchronisation is. `watermark` and `loading_since` are instants of Jira's clock;
    `warnings` are {code, text} of the last run, `no_access` the Jira projects we may no longer see."""

    scope: str | None = None
    watermark: Instant | None = None
    loading_since: Instant | None = None
    last_success_at: Instant | None = None
    last_census_at: Instant | None = None
    polls_since_census: int = 0
    last_error: str | None = None
    last_error_at: Instant | None = None
    clock_skew_ms: int | None = None
    backfill_done: int = 0
    backfill_total: int = 0
    warnings: tuple[dict[str, str], ...] = ()
    no_access: tuple[str, ...] = ()
    revision: int = 0
    stopped_reason: str | None = None
    stopped_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """A synchronisation handed to the process that serves; `report` is what it reported, as JSON."""

    request_id: str
    requested_at: Instant
    full: bool
    started_at: Instant | None = None
    done_at: Instant | None = None
    error: str | None = None
    report: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SiteFields:
    """Which field is which, by id; `phase_candidates` are {id, name}, `epic_types` type ids (Data Center).

    `names` are the names by which histories without field ids mention a tracked field. `clauses` is the name
    of a field in JQL, in lower case -> its id; `hours_per_day` what Jira counts as a day in estimates, None
    until it was asked; `phase_is_gone`: Jira no longer lists the phase field.
    """

    phase_field: str | None = None
    phase_candidates: tuple[dict[str, str], ...] = ()
    flag_field: str | None = None
    epic_link_field: str | None = None
    epic_label_field: str | None = None
    epic_types: tuple[str, ...] = ()
    names: tuple[tuple[str, Tracked], ...] = ()
    clauses: Mapping[str, str] = field(default_factory=dict)
    hours_per_day: float | None = None
    phase_is_gone: bool = False

    @property
    def tracked(self) -> TrackedFields:
        """What the core has to know of them."""
        return TrackedFields(self.phase_field, self.flag_field, self.epic_link_field, self.names)


@dataclass(frozen=True, slots=True)
class Status:
    """`category` is new, indeterminate, done or undefined. `listed`: Jira's own list of statuses names it."""

    id: str
    name: str
    category: str
    listed: bool = True


@dataclass(frozen=True, slots=True)
class PhaseOption:
    """An option of the phase field; `phase` None: no phase was recognised in its name."""

    id: str
    name: str
    phase: Phase | None = None


# ------------------------------------------------------------------ the site and its synchronisation


def site_of(connection: Connection, url: str) -> int:
    """The id of the site that people browse at `url`, made if there is none yet."""
    url = url.rstrip("/")
    lock(connection, MAKING_SITES, 0)
    found = connection.scalar(select(tables.sites.c.site_id).where(tables.sites.c.url == url))
    if found is not None:
        return int(found)
    site_id = int(connection.scalar(select(func.coalesce(func.max(tables.sites.c.site_id), 0))) or 0) + 1
    connection.execute(tables.sites.insert().values(site_id=site_id, url=url))
    return site_id


def only_site(connection: Connection) -> int | None:
    """The id of the site, where there is exactly one."""
    found = list(connection.scalars(select(tables.sites.c.site_id).limit(2)))
    return found[0] if len(found) == 1 else None


def save_site(connection: Connection, site_id: int, **columns: str | None) -> None:
    """Keep what Jira says of itself and of us: `deployment` (cloud, datacenter), `account`, `title`,
    `base_url`."""
    connection.execute(update(tables.sites).where(tables.sites.c.site_id == site_id).values(columns))


def account_of(connection: Connection, site_id: int) -> str | None:
    """Who we are in this Jira; None before the first contact."""
    return connection.scalar(select(tables.sites.c.account).where(tables.sites.c.site_id == site_id))


def base_url_of(connection: Connection, site_id: int) -> str | None:
    """The address that Jira calls its own; None where it did not say, or was not asked yet."""
    return connection.scalar(select(tables.sites.c.base_url).where(tables.sites.c.site_id == site_id))


def judged_by(connection: Connection, site_id: int) -> str | None:
    """The digest of what everything was judged by last."""
    return connection.scalar(_judged_by, {"site": site_id})


def save_judged_by(connection: Connection, site_id: int, digest: str) -> None:
    """Everything is judged by this from now on."""
    connection.execute(update(tables.sites).where(tables.sites.c.site_id == site_id).values(judged_by=digest))


def lock(connection: Connection, purpose: int, site_id: int) -> None:
    """Wait for the other writers of the same kind, until the end of this transaction.

    SQLite has one writer at a time anyway. On PostgreSQL it keeps a mark in `dirty` from being taken
    away by a judge who did not see the rows it was written for.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:a, :b)"), {"a": purpose, "b": site_id})


def sync_state(connection: Connection, site_id: int) -> SyncState:
    """How far the synchronisation is; all empty before the first."""
    values = _row(connection, tables.sync_state, site_id)
    if values is None:
        return SyncState()
    return SyncState(**_with_tuples(values, "warnings", "no_access"))


def save_sync_state(connection: Connection, site_id: int, **columns: Any) -> None:
    """Change the named columns, and raise the revision where pages show one of them as it was."""
    before = sync_state(connection, site_id)
    _save_row(connection, tables.sync_state, site_id, columns)
    if _shown(sync_state(connection, site_id)) != _shown(before):
        raise_revision(connection, site_id)


def _shown(state: SyncState) -> tuple[object, ...]:
    """What pages show of it. When it was read last goes on by itself, so that only never counts."""
    told = (state.last_error, state.stopped_reason, state.warnings, state.no_access)
    return (state.last_success_at is None, state.backfill_done, state.backfill_total, *told)


def raise_revision(connection: Connection, site_id: int) -> None:
    """Say, in the transaction that changes what a page shows, that it does: open pages ask for it."""
    connection.execute(_raise_revision, {"site": site_id})


def revision(connection: Connection, site_id: int) -> int:
    """Another number whenever something changed that a page shows; 0 before anything did."""
    table = tables.sync_state
    return connection.scalar(select(table.c.revision).where(table.c.site_id == site_id)) or 0


# ------------------------------------------------------------------ synchronisations handed over


def add_request(connection: Connection, site_id: int, request_id: str, full: bool, at: Instant) -> None:
    """Ask for a synchronisation."""
    values = {"site_id": site_id, "request_id": request_id, "requested_at": at, "full": full}
    connection.execute(tables.sync_requests.insert().values(values))


def has_request(connection: Connection, site_id: int) -> bool:
    """Whether a request waits."""
    table = tables.sync_requests
    waiting = select(table.c.request_id).where(table.c.site_id == site_id, table.c.done_at.is_(None))
    return connection.scalar(waiting.limit(1)) is not None


def next_request(connection: Connection, site_id: int, at: Instant) -> SyncRequest | None:
    """The oldest request that is not done, marked as started. One that a killed process left comes again."""
    table = tables.sync_requests
    waiting = (table.c.site_id == site_id, table.c.done_at.is_(None))
    oldest = select(table.c.request_id).where(*waiting).order_by(table.c.requested_at, table.c.request_id)
    request_id = connection.scalar(oldest.limit(1))
    if request_id is None:
        return None
    connection.execute(table.update().where(*waiting, table.c.request_id == request_id).values(started_at=at))
    return request(connection, site_id, request_id)


def finish_request(
    connection: Connection,
    site_id: int,
    request_id: str,
    at: Instant,
    *,
    error: str | None = None,
    report: dict[str, Any] | None = None,
) -> None:
    """Say how the synchronisation went."""
    table = tables.sync_requests
    statement = table.update().where(table.c.site_id == site_id, table.c.request_id == request_id)
    connection.execute(statement.values(done_at=at, error=error, report=report))


def request(connection: Connection, site_id: int, request_id: str) -> SyncRequest | None:
    """One request, whatever became of it."""
    table = tables.sync_requests
    statement = select(table).where(table.c.site_id == site_id, table.c.request_id == request_id)
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else SyncRequest(**{n: v for n, v in row.items() if n != "site_id"})


# ------------------------------------------------------------------ the mapping that was found


def save_site_fields(connection: Connection, site_id: int, fields: SiteFields) -> None:
    """Keep which field is which."""
    _save_row(connection, tables.site_fields, site_id, asdict(fields))


def site_fields(connection: Connection, site_id: int) -> SiteFields:
    """Which field is which; all empty before `map_site` looked."""
    values = _row(connection, tables.site_fields, site_id)
    if values is None:
        return SiteFields()
    values = _with_tuples(values, "phase_candidates", "epic_types")
    return SiteFields(**{**values, "names": tuple((name, Tracked(field)) for name, field in values["names"])})


def save_statuses(connection: Connection, site_id: int, statuses: Iterable[Status]) -> None:
    """Keep the statuses. One that is only seen (not `listed`) never changes a listed one, and one seen only
    in a history (category `undefined`) never changes one seen on an issue."""
    table = tables.statuses
    rows = [
        {"site_id": site_id, "status_id": s.id, "name": s.name, "category": s.category, "listed": s.listed}
        for s in {status.id: status for status in statuses}.values()
    ]
    if not rows:
        return
    statement = insert_into(connection, table)
    new = statement.excluded
    better = or_(new.listed, table.c.listed.is_(False) & (new.category != "undefined"))
    changed = {"name": new.name, "category": new.category, "listed": new.listed}
    key = ["site_id", "status_id"]
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed, where=better), rows)


def statuses(connection: Connection, site_id: int) -> tuple[Status, ...]:
    """Every status known, in the order of ids."""
    return tuple(Status(*row) for row in connection.execute(_statuses, {"site": site_id}))


def save_phase_options(connection: Connection, site_id: int, options: Iterable[PhaseOption]) -> None:
    """Keep the options and their names. A phase that is stored stays, whatever is proposed later."""
    table = tables.phase_options
    rows = [
        {"site_id": site_id, "option_id": option.id, "name": option.name, "phase": option.phase}
        for option in {option.id: option for option in options}.values()
    ]
    if not rows:
        return
    statement = insert_into(connection, table)
    new = statement.excluded
    changed = {"name": new.name, "phase": func.coalesce(table.c.phase, new.phase)}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["site_id", "option_id"], set_=changed), rows
    )


def phase_options(connection: Connection, site_id: int) -> tuple[PhaseOption, ...]:
    """Every option known, in the order of ids."""
    rows = connection.execute(_phase_options, {"site": site_id})
    return tuple(PhaseOption(option, name, Phase(phase) if phase else None) for option, name, phase in rows)


def save_people(connection: Connection, site_id: int, names: Mapping[str, str | None]) -> None:
    """Keep the display names, by person id. None makes the person known without touching a name."""
    table = tables.people
    rows = [
        {"site_id": site_id, "person_id": person, "display_name": name, "active": True}
        for person, name in names.items()
    ]
    named = [row for row in rows if row["display_name"] is not None]
    insert_new(connection, table, [row for row in rows if row["display_name"] is None])
    if named:
        statement = insert_into(connection, table)
        changed = {"display_name": statement.excluded.display_name}
        key = ["site_id", "person_id"]
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), named)


def site_mapping(connection: Connection, site_id: int, policy: Policy) -> SiteMapping:
    """Status id -> group and option id -> phase: by category and by proposal, then what the policy says."""
    return mapping_of(statuses(connection, site_id), phase_options(connection, site_id), policy)


def mapping_of(known: Sequence[Status], options: Iterable[PhaseOption], policy: Policy) -> SiteMapping:
    """The same of statuses and options that were read."""
    groups = {status.id: CATEGORY_GROUP.get(status.category, Group.TODO) for status in known}
    phases = {option.id: option.phase for option in options if option.phase}
    return SiteMapping(
        groups={**groups, **policy.status_overrides},
        phases={**phases, **policy.phase_overrides},
        unmapped_statuses=frozenset(s.id for s in known if not s.listed) - policy.status_overrides.keys(),
    )


@lru_cache
def _row_of(table: Any) -> Select[Any]:
    return select(table).where(table.c.site_id == SITE)


def _row(connection: Connection, table: Any, site_id: int) -> dict[str, Any] | None:
    row = connection.execute(_row_of(table), {"site": site_id}).mappings().one_or_none()
    return None if row is None else {name: value for name, value in row.items() if name != "site_id"}


def _save_row(connection: Connection, table: Any, site_id: int, columns: dict[str, Any]) -> None:
    statement = insert_into(connection, table).values(site_id=site_id, **columns)
    changed = {name: statement.excluded[name] for name in columns}
    connection.execute(statement.on_conflict_do_update(index_elements=["site_id"], set_=changed))


def _with_tuples(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {**values, **{name: tuple(values[name]) for name in names}}
