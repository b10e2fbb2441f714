"""How fresh and how complete a page is: its frame, its banner, what we do not know. Called by present."""

from phasewise.core.model import Instant
from phasewise.core.send_times import Hitch, Overdue
from phasewise.i18n.speaking import _, ngettext
from phasewise.usecases.as_of.frame import Frame
from phasewise.usecases.moment import TOLERATED_SKEW_MS
from phasewise.usecases.portfolio import Gaps, SyncFacts
from phasewise.web.dates import Dates
from phasewise.web.here import address, current_here
from phasewise.web.retold import retold
from phasewise.web.values import Banner, Chrome, Freshness, Unknown
from phasewise.web.wording import ago, and_more

BARE_CHROME = Chrome(freshness=None, banner=None, footer="")
"""The frame of a page for which nothing is read."""


def plain_chrome(frame: Frame) -> Chrome:
    """The frame of a page that shows no number, but says whether those of the others are fresh."""
    return Chrome(freshness_of(frame.sync, frame.now), banner_of(frame.sync, frame.now), footer="")


def no_store_chrome() -> Chrome:
    """The frame while nothing can be read."""
    todo = _("Whoever runs Phasewise: see that it is up and can be reached; the log says what happened.")
    banner = Banner("bad", _("The database does not answer."), todo)
    return Chrome(freshness=Freshness("bad", _("No database"), ""), banner=banner, footer="")


def chrome_of(sync: SyncFacts, now: Instant, dates: Dates, *, is_live: bool) -> Chrome:
    """The frame of a page whose numbers are those of `dates.as_of`; `is_live`: that is now, and goes on."""
    footer = _(
        "Computed from Jira’s own history. Numbers are as of %(day)s, %(time)s (%(zone)s).",
        day=dates.long_day(dates.as_of),
        time=dates.time(dates.as_of),
        zone=dates.zone.key,
    )
    at = dates.as_of
    return Chrome(
        freshness=freshness_of(sync, now),
        banner=banner_of(sync, now),
        footer=footer,
        revision=sync.revision if is_live else None,
        moment=_(
            "%(day)s at %(time)s (%(zone)s)", day=dates.long_day(at), time=dates.time(at), zone=dates.zone.key
        )
        if current_here().instant == at or at < now - TOLERATED_SKEW_MS
        else "",
        day=f"{dates.local(at):%Y-%m-%d}",
        today=f"{dates.local(now):%Y-%m-%d}",
    )


def freshness_of(sync: SyncFacts, now: Instant) -> Freshness:
    """One word and one time: what the top bar shows on every page."""
    if sync.synced_at is None:
        return Freshness("warn", _("Not synced yet"), "")
    synced = _("synced %(ago)s", ago=ago(sync.synced_at, now))
    if sync.stopped is not None:
        return Freshness("bad", _("Stopped"), synced)
    if is_broken(sync):
        return Freshness("bad", _("Sync fails"), synced)
    if sync.is_stale:
        return Freshness("warn", _("Stale"), synced)
    return Freshness("ok", _("Live"), synced)


def _sentence(text: str) -> str:
    """What Jira or the network said, ended like a sentence."""
    text = retold(text)
    return text if not text or text.endswith((".", "!", "?", "。")) else f"{text}."


def is_broken(sync: SyncFacts) -> bool:
    """Whether the last attempt failed."""
    if sync.error is None:
        return False
    return sync.synced_at is None or sync.error_at is None or sync.error_at >= sync.synced_at


def banner_of(sync: SyncFacts, now: Instant) -> Banner | None:
    """What must not be missed: since when Jira could not be read, why, and what to do."""
    last = (
        _("Jira was never read completely.")
        if sync.synced_at is None
        else _("Last read %(ago)s.", ago=ago(sync.synced_at, now))
    )
    if sync.stopped is not None:
        since = "" if sync.stopped_at is None else _("It stopped %(ago)s.", ago=ago(sync.stopped_at, now))
        todo = _("Then restart the service, or run phasewise sync to try once more.")
        text = f"{since} {_sentence(sync.stopped)} {todo}".strip()
        return Banner("bad", _("Phasewise no longer asks Jira."), text)
    if is_broken(sync):
        todo = _("Run phasewise check: it names what is missing.")
        return Banner("bad", _("Jira cannot be read."), f"{last} {_sentence(sync.error or '')} {todo}")
    if sync.overdue is not None:
        return overdue_banner(sync.overdue, now)
    if sync.is_stale:
        todo = _("See that phasewise serve is running, or run phasewise sync.")
        return Banner("warn", _("These numbers are old."), f"{last} {todo}")
    if sync.synced_at is None or sync.backfill_done < sync.backfill_total:
        done, total = sync.backfill_done, sync.backfill_total
        progress = (
            ngettext(
                "%(done)s of %(num)s issue read so far.",
                "%(done)s of %(num)s issues read so far.",
                total,
                done=done,
            )
            if total
            else ""
        )
        incomplete = _("What you see is incomplete.")
        text = f"{incomplete} {progress}".strip()
        return Banner("warn", _("The first synchronisation is not finished."), text)
    return None


def overdue_banner(overdue: Overdue, now: Instant) -> Banner:
    """A weekly report that should have been sent: since when, and what to do."""
    since = ago(overdue.since, now)
    if overdue.hitch is Hitch.NOT_BEGUN:
        text = _(
            "It was due %(ago)s and nobody began it. See that a worker runs, or restart the service.",
            ago=since,
        )
    elif overdue.hitch is Hitch.NO_SERVER:
        text = _("Its mails wait; it was due %(ago)s. Set PHASEWISE_SMTP_URL.", ago=since)
    else:
        text = _("Its mails wait; it was due %(ago)s. Run phasewise check: it says why.", ago=since)
    return Banner("bad", _("The weekly report is overdue."), text)


def unknowns_of(gaps: Gaps, team: str | None = None) -> tuple[Unknown, ...]:
    """Each gap that there is, with how to close it; of one team, or of all."""
    found = (
        (gaps.incomplete, _incomplete(gaps)),
        (gaps.without_phase, _without_phase(gaps, team)),
        (gaps.without_project, _without_project(gaps, team)),
        (
            len(gaps.unmapped_statuses),
            _unmapped_statuses(gaps.unmapped_statuses),
        ),
        (
            len(gaps.unmapped_options),
            _unmapped_options(gaps.unmapped_options),
        ),
        (len(gaps.no_access), _no_access(gaps)),
        (gaps.unreadable, _unreadable(gaps)),
    )
    return tuple(unknown for n, unknown in found if n) + tuple(Unknown(text, "") for text in gaps.warnings)


def _incomplete(gaps: Gaps) -> Unknown:
    text = ngettext(
        "%(num)s ticket with an incomplete history",
        "%(num)s tickets with an incomplete history",
        gaps.incomplete,
    )
    return Unknown(text, _("shown, but left out of cycle times; phasewise sync --full reads them again"))


def _without_phase(gaps: Gaps, team: str | None) -> Unknown:
    return Unknown(
        ngettext(
            "%(num)s open ticket without a phase", "%(num)s open tickets without a phase", gaps.without_phase
        ),
        _("set the phase field in Jira"),
        _untidy("no_phase", team),
    )


def _without_project(gaps: Gaps, team: str | None) -> Unknown:
    return Unknown(
        ngettext(
            "%(num)s open ticket without a project",
            "%(num)s open tickets without a project",
            gaps.without_project,
        ),
        _("set the epic in Jira"),
        _untidy("no_project", team),
    )


def _untidy(rule: str, team: str | None) -> str:
    return address("/untidy", [("rule", rule), *([("team", team)] if team else [])])


def _unmapped_statuses(names: tuple[str, ...]) -> Unknown:
    text = ngettext(
        "%(num)s status not mapped: %(names)s",
        "%(num)s statuses not mapped: %(names)s",
        len(names),
        names=and_more(list(names)),
    )
    return Unknown(text, _map_it("[statuses]"))


def _unmapped_options(names: tuple[str, ...]) -> Unknown:
    text = ngettext(
        "%(num)s phase option not mapped: %(names)s",
        "%(num)s phase options not mapped: %(names)s",
        len(names),
        names=and_more(list(names)),
    )
    return Unknown(text, _map_it("[phases]"))


def _map_it(table: str) -> str:
    return _("map by id under %(table)s in phasewise.toml; phasewise check prints the lines", table=table)


def _no_access(gaps: Gaps) -> Unknown:
    text = _("No access to %(names)s", names=and_more(list(gaps.no_access)))
    return Unknown(text, _("kept as last read; give the Jira account the permission to browse them"))


def _unreadable(gaps: Gaps) -> Unknown:
    return Unknown(
        ngettext("%(num)s issue could not be read", "%(num)s issues could not be read", gaps.unreadable),
        _("phasewise check lists the reasons"),
    )
