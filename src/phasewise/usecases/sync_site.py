"""One synchronisation with Jira: who is there, what changed, what is gone; read whole and stored.

The poller and the command line call it. It never computes: `judge` derives what follows afterwards. The first
load, the resumption after a kill and the healing of gaps are the same steps.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from phasewise.core.model import Instant, Policy
from phasewise.errors import JiraError, SettingsError, StoreError
from phasewise.jira import jql
from phasewise.jira.ahead import Asking
from phasewise.jira.client import JiraClient
from phasewise.jira.stream import in_parallel
from phasewise.store import census as census_store
from phasewise.store import closure, issues, sites
from phasewise.store.census import Ids, in_order
from phasewise.store.sites import SyncState
from phasewise.usecases.bring_epics import bring_epics
from phasewise.usecases.deps import Deps
from phasewise.usecases.map_site import Warned, ask_site, map_site
from phasewise.usecases.moment import skew_sentence
from phasewise.usecases.place_projects import place_projects
from phasewise.usecases.sweep_ids import sweep, sweep_along, take_census
from phasewise.usecases.sync_run import OnProgress, SyncRun, begin_listing, without_hidden

OVERLAP_MS = 10 * 60_000
CENSUS_OVERLAP_MS = 24 * 3_600_000
"""How far behind the last start a poll looks: a search index lags by seconds, at times by hours."""
SAME_SECOND_MS = 2_000
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a synchronisation did. `clock_skew_ms` is Jira's clock minus ours."""

    census: bool
    issues_read: int
    issues_new: int
    issues_changed: int
    removed: int
    unreadable: int
    requests: int
    duration_seconds: float
    clock_skew_ms: int
    warnings: tuple[Warned, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def sync_site(
    deps: Deps, *, census: bool, full: bool = False, on_progress: OnProgress | None = None
) -> SyncReport:
    """Bring the store up to date with Jira.

    `census` also compares the ids; without one it is taken where it must be (first load, changed scope).
    `full` reads every issue again. `on_progress` gets (done, total) of the issues being read. JiraError,
    SettingsError, StoreError end it; what was stored until then stays, and the next run goes on from there.
    """
    if deps.jira is None:
        raise SettingsError("PHASEWISE_JIRA_URL and PHASEWISE_JIRA_TOKEN are missing: set both")
    client = deps.jira.client()
    started, requests = deps.now(), client.requests
    try:
        with Asking() as asking:
            run, state, skew = _connect(deps, client, asking, census=census, full=full)
            try:
                _synchronise(run, state, full=full, on_progress=on_progress)
            except JiraError as error:
                run = without_hidden(run, error)
                _synchronise(run, state, full=full, on_progress=on_progress)
    except Exception as error:
        _note_failure(deps, error)
        raise
    tally = run.tally
    return SyncReport(
        census=run.listing is not None,
        issues_read=tally.read,
        issues_new=tally.new,
        issues_changed=tally.changed,
        removed=tally.removed,
        unreadable=tally.unreadable,
        requests=client.requests - requests,
        duration_seconds=round((deps.now() - started) / 1000, 3),
        clock_skew_ms=skew,
        warnings=tuple(tally.warnings),
    )


def _note_failure(deps: Deps, error: Exception) -> None:
    if isinstance(error, StoreError):
        return  # there is nowhere to note it
    text = str(error) or type(error).__name__
    with deps.database.write() as connection:
        sites.save_sync_state(connection, deps.site_id, last_error=text, last_error_at=deps.now())


def _must_count(deps: Deps, client: JiraClient) -> bool:
    """Whether only a census tells what to read: on the first load, and when the scope or a field changed."""
    with deps.database.read() as connection:
        state = sites.sync_state(connection, deps.site_id)
    return state.watermark is None or state.scope != client.access.scope


def _connect(
    deps: Deps, client: JiraClient, asking: Asking, *, census: bool, full: bool
) -> tuple[SyncRun, SyncState, int]:
    """Ask who we are before anything is believed: to a stranger Jira shows nothing, and all would seem gone.

    One request goes out alone, so that a token that is wrong is refused once and not five times.
    """
    clause = jql.scope_clause(client.access.scope)
    server = client.server()
    skew = server.time - deps.now()
    counts = census or full or _must_count(deps, client)
    listing = begin_listing(client, clause, asking) if counts else None
    asked = ask_site(client, asking, listing.projects if listing else None)
    me = client.myself()
    account = str(me.get("accountId") or me.get("key") or me.get("name"))
    mapped = map_site(deps, client, clause, asked, thoroughly=census)
    if listing is None and _must_count(deps, client):
        listing = begin_listing(client, clause, asking)
    with deps.database.write() as connection:
        state = sites.sync_state(connection, deps.site_id)
        sites.save_site(
            connection,
            deps.site_id,
            deployment=client.deployment,
            account=account,
            title=server.title,
            base_url=server.base_url,
        )
        sites.save_sync_state(connection, deps.site_id, clock_skew_ms=skew)
        if state.watermark is None and state.loading_since is None:
            sites.save_sync_state(connection, deps.site_id, loading_since=server.time)
    seen_until = state.last_census_at or 0
    run = SyncRun(deps, client, asking, clause, mapped, server.time, seen_until, listing)
    run.tally.warnings.extend(mapped.warnings)
    if sentence := skew_sentence(skew):
        run.warn("clock_skew", sentence)
    return run, state, skew


def _synchronise(run: SyncRun, state: SyncState, *, full: bool, on_progress: OnProgress | None) -> None:
    scope_changed = state.scope is not None and state.scope != run.client.access.scope
    was_mapped_otherwise = state.scope is None and state.watermark is not None
    read_again = full or run.mapped.is_changed or was_mapped_otherwise
    is_whole = False
    if run.listing is not None:
        is_whole = take_census(run, run.listing)
        _read_missing(run, state, all_of_them=read_again, on_progress=on_progress)
    _poll(run, state, census=run.listing is not None, on_progress=on_progress)
    bring_epics(run)
    hidden = _sweep(run, census=is_whole, scope_changed=scope_changed)
    place_projects(run, None if run.listing is not None else (state.watermark or 0) - SAME_SECOND_MS)
    _warn_of_data(run)
    _finish(run, state, census=is_whole, hidden=hidden if is_whole else state.no_access)


def _read_missing(
    run: SyncRun, state: SyncState, *, all_of_them: bool, on_progress: OnProgress | None
) -> None:
    """Read what the census names and the store does not have, and try again what could not be read."""
    with run.deps.database.read() as connection:
        total = closure.census_count(connection, run.site_id)
        unread = census_store.ids_counted if all_of_them else census_store.ids_missing
        todo = unread(connection, run.site_id)
        aside = [int(ref) for ref, _ in closure.unreadables(connection, run.site_id) if ref.isdecimal()]
        again = run.tally.renamed | census_store.in_census(connection, run.site_id, aside)
    if not all_of_them:
        todo = _really_back(run, todo, again)
    is_load = state.watermark is None or all_of_them
    run.read(todo, matched=True, on_progress=on_progress, backfill=total if is_load else 0)


def _really_back(run: SyncRun, ids: "Ids[int]", more: Collection[int] = ()) -> "Ids[int]":
    """The ids without those that were removed and that only a lagging index still believes in scope; and
    `more`. In order."""
    with run.deps.database.read() as connection:
        removed = closure.removed_ids(connection, run.site_id, ids)
    try:
        back = run.client.matching(run.clause, sorted(removed))
    except JiraError as error:
        if error.status != 400:  # an id that is gone may make Jira refuse the question: so it is not back
            raise
        back = set()
    if not removed and not more:
        return ids
    return in_order({*ids} - removed | back | {*more})


def _poll(run: SyncRun, state: SyncState, *, census: bool, on_progress: OnProgress | None) -> None:
    """Read what changed since the last start, as far as the store does not have it already."""
    start = state.watermark or state.loading_since or run.jira_now
    doubtful = start - SAME_SECOND_MS
    changed: set[int] = set()
    for page in run.client.changed_ids(run.clause, start - (CENSUS_OVERLAP_MS if census else OVERLAP_MS)):
        changed.update(_unknown(run, page, doubtful))
    run.read(_really_back(run, in_order(changed)), matched=True, on_progress=on_progress)
    if not census:  # a census looks at each of them anyway
        _poll_along(run, doubtful)


def _poll_along(run: SyncRun, doubtful: Instant) -> None:
    """Read those that changed of the epics and sub-tasks that the scope itself does not match."""
    with run.deps.database.read() as connection:
        along = census_store.ids_along(connection, run.site_id)
    moved: list[int] = []
    for updates in in_parallel(run.client.updates, along, run.client.ids_per_read):
        moved += _unknown(run, updates.items(), doubtful)
    run.read(moved, matched=False)


def _unknown(run: SyncRun, page: Iterable[tuple[int, Instant | None]], doubtful: Instant) -> list[int]:
    """Those whose `updated` is newer than the stored one.

    Some databases keep whole seconds: what changed about when the last run began is read once more.
    """
    found = dict(page)
    with run.deps.database.read() as connection:
        known = issues.known_updates(connection, run.site_id, found)
    return [
        issue_id
        for issue_id, updated in found.items()
        if issue_id not in known or updated is None or updated > known[issue_id] or updated >= doubtful
    ]


def _sweep(run: SyncRun, *, census: bool, scope_changed: bool) -> tuple[str, ...]:
    with run.deps.database.read() as connection:
        vanished = set(census_store.ids_vanished(connection, run.site_id)) if census else set()
        vanished |= issues.known_updates(connection, run.site_id, run.tally.gone).keys()
    hidden = sweep(run, sorted(vanished), scope_changed=scope_changed)
    return tuple(sorted({*hidden, *(sweep_along(run) if census else ())}))


def _warn_of_data(run: SyncRun) -> None:
    """What the data lacks, so that no number looks whole that is not."""
    with run.deps.database.read() as connection:
        aside = closure.unreadables(connection, run.site_id)
        policy = run.deps.rulebook(connection).default.newest.policy
        mapping = sites.site_mapping(connection, run.site_id, policy)
        options = sites.phase_options(connection, run.site_id)
        names = {status.id: status.name for status in sites.statuses(connection, run.site_id)}
    if aside:
        first = "; ".join(f"{reference}: {reason}" for reference, reason in aside[:3])
        what = "1 issue" if len(aside) == 1 else f"{len(aside)} issues"
        run.warn("unreadable", f"{what} could not be read, and left out: {first}")
    if unmapped := [option for option in options if option.id not in mapping.phases]:
        listed = ", ".join(f'"{option.id}" ({option.name})' for option in unmapped[:10])
        run.warn(
            "unmapped_phase_options",
            f"Tasks with these phase options count in none: {listed}. Give them a phase in [phases] of "
            "phasewise.toml",
        )
    _warn_of_unknown(run, policy, {option.id for option in options}, names.keys())
    if mapping.unmapped_statuses:
        listed = ", ".join(
            f'"{status}" ({names.get(status, "?")})' for status in sorted(mapping.unmapped_statuses)[:10]
        )
        run.warn(
            "unmapped_statuses",
            f"Jira does not list these statuses, their category is a guess: {listed}. Give them a group in "
            "[statuses] of phasewise.toml",
        )


def _warn_of_unknown(
    run: SyncRun, policy: Policy, options: Collection[str], statuses: Collection[str]
) -> None:
    """Ids in phasewise.toml that this Jira does not have: a typing error would do nothing, silently."""
    for table, given, known in (
        ("phases", policy.phase_overrides, options),
        ("statuses", policy.status_overrides, statuses),
    ):
        if unknown := sorted(given.keys() - known):
            listed = ", ".join(f'"{one}"' for one in unknown[:10])
            run.warn(
                f"unknown_{table}",
                f"[{table}] of phasewise.toml names ids that this Jira does not have: {listed}. "
                "`phasewise check` prints those it has",
            )


def _finish(run: SyncRun, state: SyncState, *, census: bool, hidden: tuple[str, ...]) -> None:
    """Say that all came. Only now the watermark moves, and only to where this run began."""
    if hidden:
        run.warn(
            "no_access",
            f"The account can no longer see the Jira projects {', '.join(hidden)}: what is known of them is "
            "kept and grows old; give it the Browse Projects permission, or take them out of the scope",
        )
    with run.deps.database.write() as connection:
        total = closure.census_count(connection, run.site_id)
        sites.save_sync_state(
            connection,
            run.site_id,
            scope=run.client.access.scope,
            watermark=run.jira_now,
            loading_since=None,
            last_success_at=run.deps.now(),
            last_census_at=run.jira_now if census else state.last_census_at,
            polls_since_census=0 if census else state.polls_since_census + 1,
            last_error=None,
            last_error_at=None,
            backfill_done=total,
            backfill_total=total,
            warnings=[warning.as_dict() for warning in run.tally.warnings],
            no_access=list(hidden),
        )
