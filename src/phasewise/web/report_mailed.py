"""/m/{secret}/{week}: a mail in the browser, for who gets it and has no account. Part of `reports`."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from phasewise.usecases.reports.mailed import mailed_report
from phasewise.web.deps import Given
from phasewise.web.outside import LOST, refused
from phasewise.web.report_files import MAIL_STYLES, with_pictures
from phasewise.web.visitors import client_of

router = APIRouter(include_in_schema=False)


@router.get("/m/{secret}/{week}", response_class=HTMLResponse)
def get_mailed(
    deps: Given, request: Request, secret: str, week: Annotated[str, Path(max_length=16)]
) -> HTMLResponse:
    """The mail, under the same rules as its preview."""
    try:
        mail = mailed_report(deps, secret, week, client_of(request))
    except LOST as error:
        return refused(error)
    return HTMLResponse(
        with_pictures(mail), headers={"content-security-policy": MAIL_STYLES, "x-robots-tag": "noindex"}
    )
