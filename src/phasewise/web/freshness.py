"""How fresh and how complete a page is: its frame, its banner, what we do not know. Called by present."""

from phasewise.core.model import Instant
from phasewise.usecases.portfolio import Gaps, SyncFacts
from phasewise.web.dates import Dates
from phasewise.web.values import Banner, Chrome, Freshness, Unknown
from phasewise.web.wording import ago, and_more, count

FROM_JIRA = "Computed from Jira's own history."
BARE_CHROME = Chrome(freshness=None, banner=None, footer=FROM_JIRA)
"""The frame of a page that shows no number."""

NO_STORE_CHROME = Chrome(
    freshness=Freshness("bad", "No database", ""),
    banner=Banner(
        "bad",
        "The database does not answer.",
        "Whoever runs Phasewise: see that it is up and can be reached; the log says what happened.",
    ),
    footer=FROM_JIRA,
)
"""The frame while nothing can be read."""

CHECK = "Run phasewise check: it names what is missing."
STOPPED = "Then restart the service, or run phasewise sync to try once more."


def chrome_of(sync: SyncFacts, now: Instant, dates: Dates, *, is_live: bool) -> Chrome:
    """The frame of a page whose numbers are those of `dates.as_of`; `is_live`: that is now, and goes on."""
    footer = (
        f"{FROM_JIRA} Numbers are as of {dates.long_day(dates.as_of)}, "
        f"{dates.time(dates.as_of)} ({dates.zone.key})."
    )
    at = dates.as_of
    return Chrome(
        freshness=freshness_of(sync, now),
        banner=banner_of(sync, now),
        footer=footer,
        revision=sync.revision if is_live else None,
        moment=f"{dates.long_day(at)} at {dates.time(at)} ({dates.zone.key})",
        day=f"{dates.local(at):%Y-%m-%d}",
        today=f"{dates.local(now):%Y-%m-%d}",
    )


def freshness_of(sync: SyncFacts, now: Instant) -> Freshness:
    """One word and one time: what the top bar shows on every page."""
    if sync.synced_at is None:
        return Freshness("warn", "Not synced yet", "")
    synced = f"synced {ago(sync.synced_at, now)}"
    if sync.stopped is not None:
        return Freshness("bad", "Stopped", synced)
    if is_broken(sync):
        return Freshness("bad", "Sync fails", synced)
    if sync.is_stale:
        return Freshness("warn", "Stale", synced)
    return Freshness("ok", "Live", synced)


def _sentence(text: str) -> str:
    """What Jira or the network said, ended like a sentence."""
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def is_broken(sync: SyncFacts) -> bool:
    """Whether the last attempt failed."""
    if sync.error is None:
        return False
    return sync.synced_at is None or sync.error_at is None or sync.error_at >= sync.synced_at


def banner_of(sync: SyncFacts, now: Instant) -> Banner | None:
    """What must not be missed: since when Jira could not be read, why, and what to do."""
    last = (
        "Jira was never read completely."
        if sync.synced_at is None
        else f"Last read {ago(sync.synced_at, now)}."
    )
    if sync.stopped is not None:
        since = "" if sync.stopped_at is None else f"It stopped {ago(sync.stopped_at, now)}. "
        text = f"{since}{_sentence(sync.stopped)} {STOPPED}"
        return Banner("bad", "Phasewise no longer asks Jira.", text)
    if is_broken(sync):
        return Banner("bad", "Jira cannot be read.", f"{last} {_sentence(sync.error or '')} {CHECK}")
    if sync.is_stale:
        todo = "See that phasewise serve is running, or run phasewise sync."
        return Banner("warn", "These numbers are old.", f"{last} {todo}")
    if sync.synced_at is None or sync.backfill_done < sync.backfill_total:
        done, total = sync.backfill_done, sync.backfill_total
        progress = f" {done:,} of {count(total, 'issue')} read so far." if total else ""
        return Banner(
            "warn", "The first synchronisation is not finished.", f"What you see is incomplete.{progress}"
        )
    return None


def unknowns_of(gaps: Gaps) -> tuple[Unknown, ...]:
    """Each gap that there is, with how to close it."""
    found = (
        (gaps.incomplete, _incomplete(gaps)),
        (gaps.without_phase, _without_phase(gaps)),
        (gaps.without_project, _without_project(gaps)),
        (len(gaps.unmapped_statuses), _unmapped(gaps.unmapped_statuses, "status", "statuses", "[statuses]")),
        (len(gaps.unmapped_options), _unmapped(gaps.unmapped_options, "phase option", None, "[phases]")),
        (len(gaps.no_access), _no_access(gaps)),
        (gaps.unreadable, _unreadable(gaps)),
    )
    return tuple(unknown for n, unknown in found if n) + tuple(Unknown(text, "") for text in gaps.warnings)


def _incomplete(gaps: Gaps) -> Unknown:
    text = f"{count(gaps.incomplete, 'ticket')} with an incomplete history"
    return Unknown(text, "shown, but left out of cycle times; phasewise sync --full reads them again")


def _without_phase(gaps: Gaps) -> Unknown:
    return Unknown(
        f"{count(gaps.without_phase, 'open ticket')} without a phase",
        "set the phase field in Jira",
        "/untidy?rule=no_phase",
    )


def _without_project(gaps: Gaps) -> Unknown:
    return Unknown(
        f"{count(gaps.without_project, 'open ticket')} without a project",
        "set the epic in Jira",
        "/untidy?rule=no_project",
    )


def _unmapped(names: tuple[str, ...], singular: str, plural: str | None, table: str) -> Unknown:
    text = f"{count(len(names), singular, plural)} not mapped: {and_more(list(names))}"
    return Unknown(text, f"map by id under {table} in phasewise.toml; phasewise check prints the lines")


def _no_access(gaps: Gaps) -> Unknown:
    text = f"No access to {and_more(list(gaps.no_access))}"
    return Unknown(text, "kept as last read; give the Jira account the permission to browse them")


def _unreadable(gaps: Gaps) -> Unknown:
    return Unknown(
        f"{count(gaps.unreadable, 'issue')} could not be read", "phasewise check lists the reasons"
    )
