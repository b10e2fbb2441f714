"""/healthz and /readyz: for whatever starts, watches and restarts the process."""

from typing import Any

from fastapi import APIRouter, Response

from phasewise.errors import StoreError
from phasewise.usecases.show_sync import show_readiness
from phasewise.usecases.views import Readiness
from phasewise.web.deps import Given

router = APIRouter(tags=["health"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="Alive")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", summary="Ready, or why not")
def readyz(deps: Given, response: Response) -> dict[str, Any]:
    """200 when pages and API answer with fresh data; 503 with the reasons otherwise."""
    try:
        sync = show_readiness(deps)
    except StoreError:
        response.status_code = 503
        return {"ready": False, "reasons": ["The database does not answer"]}
    reasons = _reasons(sync)
    response.status_code = 503 if reasons else 200
    return {
        "ready": not reasons,
        "reasons": reasons,
        "sync": sync.model_dump(mode="json", include={"last_success_at", "lag_seconds", "backfill"}),
    }


def _reasons(sync: Readiness) -> list[str]:
    if sync.last_success_at is None:
        done, total = sync.backfill.done, sync.backfill.total
        return [
            f"The first synchronisation is not complete: {done} of {total or 'an unknown number of'} issues"
        ]
    if sync.stale and sync.lag_seconds is not None:
        return [f"Jira was last read {sync.lag_seconds / 60:.0f} minutes ago; `phasewise check` says why"]
    return []
