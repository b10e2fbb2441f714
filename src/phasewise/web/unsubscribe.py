"""/unsubscribe: the way out of the weekly mails that stands in each of them, and back. Included by `app`.

Whoever scans mail follows its links: opening this address changes nothing, only sending the form does.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from phasewise.core.rulebook import DEFAULT_TEAM
from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _
from phasewise.store.report_recipients import Recipient
from phasewise.usecases.reports.subscription import recipient_of, subscribe_again, unsubscribe
from phasewise.web.deps import Given
from phasewise.web.mailed_forms import MailedForm
from phasewise.web.outside import LOST, letter, refused
from phasewise.web.visitors import client_of

router = APIRouter(include_in_schema=False)

ONE_CLICK = "List-Unsubscribe"
"""The field that mail programs send, and so does the button of our own form."""


@dataclass(frozen=True, slots=True)
class UnsubscribePage:
    """`address` is shown in part, for links are passed on with forwarded mails; `team` is empty for the usual
    one."""

    address: str
    team: str
    is_on: bool
    action: str
    just_done: bool = False


@router.get("/unsubscribe/{secret}", response_class=HTMLResponse)
def get_unsubscribe(deps: Given, request: Request, secret: str) -> HTMLResponse:
    """The form."""
    try:
        return _shown(secret, recipient_of(deps, secret, client_of(request)))
    except LOST as error:
        return refused(error)


@router.post("/unsubscribe/{secret}", response_class=HTMLResponse)
def post_unsubscribe(deps: Given, request: Request, secret: str, form: MailedForm) -> HTMLResponse:
    """One click in a mail program, or the form's button: no more mails, or again."""
    client = client_of(request)
    try:
        if form.get(ONE_CLICK) == "One-Click":
            unsubscribe(deps, secret, client)
        elif form.get("again") == "yes":
            subscribe_again(deps, secret, client)
        else:
            raise BadRequestError(_("Say what to do: load the page again and use its button"))
        return _shown(secret, recipient_of(deps, secret, client), just_done=True)
    except LOST as error:
        return refused(error)


def _shown(secret: str, recipient: Recipient, *, just_done: bool = False) -> HTMLResponse:
    page = UnsubscribePage(
        address=hidden_address(recipient.address),
        team="" if recipient.team == DEFAULT_TEAM else recipient.team,
        is_on=recipient.unsubscribed_at is None,
        action=f"/unsubscribe/{secret}",
        just_done=just_done,
    )
    return letter("pages/unsubscribe.html", page)


def hidden_address(address: str) -> str:
    """Enough to know one's own by: `a…@example.com`."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
