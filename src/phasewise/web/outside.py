"""Pages for whoever comes by a secret link, without an account: plain, and leading nowhere else."""

from dataclasses import dataclass

from fastapi.responses import HTMLResponse

from phasewise.errors import NotFoundError, TooOftenError
from phasewise.i18n.speaking import _
from phasewise.web.templates import render
from phasewise.web.visitors import outside

LOST = (NotFoundError, TooOftenError)
"""What a link that leads nowhere ends in."""


@dataclass(frozen=True, slots=True)
class PlainPage:
    title: str
    text: str


def letter(template: str, page: object, status: int = 200) -> HTMLResponse:
    """A page that no search engine keeps, and that shows nothing of the rest."""
    outside()
    answer = HTMLResponse(render(template, page), status)
    answer.headers["x-robots-tag"] = "noindex"
    return answer


def refused(error: NotFoundError | TooOftenError) -> HTMLResponse:
    """The one page for every link that leads nowhere, whatever the reason."""
    page = PlainPage(_("This leads nowhere"), f"{error}.")
    answer = letter("pages/plain.html", page, error.http_status)
    if isinstance(error, TooOftenError):
        answer.headers["retry-after"] = str(error.wait_seconds)
    return answer
