"""/healthz and /readyz: for whatever starts, watches and restarts the process."""

from typing import Any

from fastapi import APIRouter, Response

from phasewise.core.model import Instant
from phasewise.core.send_times import Hitch, Overdue
from phasewise.errors import StoreError
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.reports.show_sending import show_sending
from phasewise.usecases.show_sync import show_readiness
from phasewise.usecases.views import Readiness
from phasewise.web.deps import Given

router = APIRouter(tags=["health"])

STOPPED = "Jira is asked nothing more until somebody sets it right; `phasewise check` says why"
FAILED = "Jira could not be read the last time; `phasewise check` says why"
"""Anybody may ask whether we are ready: what Jira or the network said may name hosts and accounts."""

WAITING_SECONDS = 600.0
"""A delivery is worked off within seconds, and tried again for a few minutes where Jira does not answer."""


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="Alive")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", summary="Ready, or why not")
def readyz(deps: Given, response: Response) -> dict[str, Any]:
    """200 where pages, API and deliveries can be served, with `reasons` for concern; 503 where they cannot.

    What another process would not do better must not take the pages away: Jira that refuses or is down, and
    deliveries and mails that wait, are told and leave the process ready. `last_error` alone is no reason:
    what Jira refuses once is asked again. A weekly report that nobody begins is one: nobody works any more.
    """
    try:
        ready, reports = show_readiness(deps), show_sending(deps)
    except StoreError:
        response.status_code = 503
        return {"ready": False, "reasons": ["The database does not answer"]}
    is_empty = ready.last_success_at is None
    told = (_stopped(ready), _unread(ready), _waiting(ready), overdue_text(reports.overdue))
    is_idle = reports.overdue is not None and reports.overdue.hitch is Hitch.NOT_BEGUN
    response.status_code = 503 if is_empty or is_idle else 200
    return {
        "ready": not (is_empty or is_idle),
        "reasons": [text for text in told if text],
        "sync": {
            **ready.model_dump(mode="json", include={"last_success_at", "lag_seconds", "backfill"}),
            "last_error": None if ready.last_error is None else FAILED,
            "stopped_reason": _stopped(ready),
        },
        "oldest_delivery_seconds": ready.oldest_delivery_seconds,
        "next_report_at": _stamp(reports.next_at),
        "last_report_at": _stamp(reports.last_at),
        "overdue": {
            "poll": ready.stale,
            "deliveries": _waiting(ready) is not None,
            "report": reports.overdue is not None,
        },
    }


def overdue_text(overdue: Overdue | None) -> str | None:
    """Which report should have been sent, and what to do."""
    if overdue is None:
        return None
    since = rfc3339(overdue.since)
    if overdue.hitch is Hitch.NOT_BEGUN:
        return (
            f"Report overdue: the one of {overdue.team} for {overdue.week} was due at {since} and nobody "
            "began it; see that a worker runs, or restart the service"
        )
    if overdue.hitch is Hitch.NO_SERVER:
        return f"Report overdue: its mails have waited since {since}; set PHASEWISE_SMTP_URL"
    return f"Report overdue: mails have waited since {since}; `phasewise check` says why"


def _stamp(at: Instant | None) -> str | None:
    return None if at is None else rfc3339(at)


def _stopped(ready: Readiness) -> str | None:
    return None if ready.stopped_reason is None else STOPPED


def _unread(ready: Readiness) -> str | None:
    if ready.last_success_at is None:
        done, total = ready.backfill.done, ready.backfill.total
        return (
            f"The first synchronisation is not complete: {done} of {total or 'an unknown number of'} issues"
        )
    if ready.stale and ready.lag_seconds is not None:
        return f"Jira was last read {ready.lag_seconds / 60:.0f} minutes ago; `phasewise check` says why"
    return None


def _waiting(ready: Readiness) -> str | None:
    oldest = ready.oldest_delivery_seconds
    if oldest is None or oldest <= WAITING_SECONDS:
        return None
    return f"A delivery of Jira has waited for {oldest / 60:.0f} minutes; the log says why"
