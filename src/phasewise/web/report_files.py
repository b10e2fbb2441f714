"""A weekly report at its address: the page, the same as files, the mail as it is sent. Part of `reports`."""

import re
from base64 import b64encode
from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from phasewise.errors import ForbiddenError, NotFoundError
from phasewise.i18n.languages import known
from phasewise.i18n.speaking import _, language
from phasewise.mail.message import Mail, rendered
from phasewise.mail.report.links import Links
from phasewise.mail.report.pdf import pdf_of
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.as_json import report_json
from phasewise.usecases.reports.preview import ADDRESS, ReadAs, preview_mail
from phasewise.usecases.reports.show_report import ReportShown, show_report
from phasewise.usecases.reports.writing import Written, write_report
from phasewise.web.deps import Given
from phasewise.web.here import here_of
from phasewise.web.report_page import report_page, report_path
from phasewise.web.report_tables import Ordered, Which, table_of
from phasewise.web.tables import AskedOne, TableAsked
from phasewise.web.tables import file_of as sheet_of
from phasewise.web.templates import render

router = APIRouter(include_in_schema=False)

TeamInPath = Annotated[str, Path(max_length=64)]
WeekInPath = Annotated[str, Path(max_length=16)]
Part = Literal["html", "text", "eml"]
NAMED = re.compile(r"(\d{4}-W\d\d)(?:\.(pdf|md|txt|json))?", re.ASCII)
MAIL_STYLES = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""For a page that is a mail: its styles stand in it; nothing in it runs, and nothing is fetched for it."""


@router.get("/reports/{team}/{week}", response_class=HTMLResponse)
def get_report(
    request: Request,
    deps: Given,
    team: TeamInPath,
    week: WeekInPath,
    asked: TableAsked,
    table: Which = Which.PROJECTS,
) -> Response:
    """The report; `2026-W47.pdf` and the like are the same as a file. `table` is the one that is sorted, or
    that a file is of."""
    found = NAMED.fullmatch(week)
    if found is None:
        raise NotFoundError(_("There is no such report: name a week like 2026-W47"))
    shown = show_report(deps, found[1], team)
    if found[2] is not None:
        return file_of(deps, shown, found[2])
    if asked.format is not None:
        sheet = table_of(table, shown.digest, sees_people=deps.asker.sees_people)
        return sheet_of(f"report-{found[1]}-{table}", sheet.rows, sheet.columns, asked)
    ordered = Ordered(AskedOne(table, asked), here_of(request.scope))
    return HTMLResponse(render("pages/report.html", report_page(deps, shown, ordered)))


def file_of(deps: Deps, shown: ReportShown, ending: str) -> Response:
    """The report as a file, for who asks and in the language that they are spoken to."""
    kind, made = FILES[ending]
    name = f"report-{shown.report.week}.{ending}"
    answer = Response(made(deps, shown), media_type=kind)
    answer.headers["content-disposition"] = f'attachment; filename="{name}"'
    return answer


def _pdf(deps: Deps, shown: ReportShown) -> bytes:
    digest, report = shown.digest, shown.report
    audience = "team" if deps.asker.sees_people else "stakeholder"
    address = f"{deps.base_url}{report_path(report.team, report.week)}"
    links = Links(base=deps.base_url, report=address, lists=deps.asker.sees_people)
    return pdf_of(digest, audience, language(), digest.zone, links)


def _written(form: Written) -> Callable[[Deps, ReportShown], bytes]:
    return lambda deps, shown: write_report(deps, shown, form, language()).encode()


FILES: dict[str, tuple[str, Callable[[Deps, ReportShown], bytes]]] = {
    "pdf": ("application/pdf", _pdf),
    "md": ("text/markdown; charset=utf-8", _written(Written.MARKDOWN)),
    "txt": ("text/plain; charset=utf-8", _written(Written.TEXT)),
    "json": ("application/json", lambda _, shown: report_json(shown).model_dump_json(indent=1).encode()),
}


# ------------------------------------------------------------------ as the mail


@router.get("/reports/{team}/{week}/mail", response_class=HTMLResponse)
def get_mail(
    deps: Given,
    team: TeamInPath,
    week: WeekInPath,
    audience: Literal["team", "stakeholder", "executive"] | None = None,
    part: Part = "html",
    lang: Annotated[str, Query(max_length=8)] = "",
) -> Response:
    """What is sent, byte for byte but for the recipient: its HTML, its text, or the whole of it as a file."""
    if audience == "team" and not deps.asker.sees_people:
        raise ForbiddenError(_("The form for the team names people; look at the one for stakeholders"))
    shown = show_report(deps, week, team)
    theirs = audience or ("team" if deps.asker.sees_people else "stakeholder")
    mail = preview_mail(deps, shown, ReadAs(theirs, known(lang) or language()))
    if part == "text":
        return Response(f"{mail.subject}\n\n{mail.text}", media_type="text/plain; charset=utf-8")
    if part == "eml":
        return _whole(deps, mail, shown.report.week)
    answer = HTMLResponse(with_pictures(mail))
    answer.headers["content-security-policy"] = MAIL_STYLES
    return answer


def _whole(deps: Deps, mail: Mail, week: str) -> Response:
    sender = ADDRESS if deps.mailer is None else deps.mailer.access.sender
    answer = Response(rendered(mail, sender, deps.now()), media_type="message/rfc822")
    answer.headers["content-disposition"] = f'attachment; filename="report-{week}.eml"'
    return answer


def with_pictures(mail: Mail) -> str:
    """The HTML of a mail with the pictures in it that it brings along."""
    html = mail.html or ""
    for image in mail.images:
        html = html.replace(f"cid:{image.cid}", f"data:image/png;base64,{b64encode(image.png).decode()}")
    return html
