"""/begin: how far the first reading of Jira is, and then what it found. Whoever set up is led here."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.i18n.speaking import _, language
from phasewise.i18n.writing import whole
from phasewise.usecases.show_sync import show_sync
from phasewise.web.deps import Given
from phasewise.web.freshness import BARE_CHROME
from phasewise.web.retold import retold
from phasewise.web.templates import render
from phasewise.web.values import Chrome

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class BeginPage:
    """`percent` is how much was read, 0 while that is not known; `error` why it stands still."""

    done: str
    percent: int
    error: str | None
    chrome: Chrome = BARE_CHROME


@router.get("/begin", response_class=HTMLResponse)
def get_begin(deps: Given) -> Response:
    """The progress; once all was read, the last twelve months by the rules."""
    sync = show_sync(deps)
    if sync.last_success_at is not None:
        return RedirectResponse("/audit", 303)
    done, total = sync.backfill.done, sync.backfill.total or 0
    text = _("%(done)s of %(total)s", done=whole(done, language()), total=whole(total, language()))
    percent = min(100, round(100 * done / total)) if total else 0
    return HTMLResponse(
        render(
            "pages/begin.html",
            BeginPage(text if total else "", percent, sync.last_error and retold(sync.last_error)),
        )
    )
