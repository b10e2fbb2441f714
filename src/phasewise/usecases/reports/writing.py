"""A weekly report in a form that programs and people take away. Called by web/api_reports and by commands."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from enum import StrEnum
from urllib.parse import quote

from phasewise.core.digest import Digest
from phasewise.mail.report.form import Formed, form_of
from phasewise.mail.report.links import Links
from phasewise.mail.report.markdown import markdown_of
from phasewise.mail.report.reader import Audience
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.show_report import ReportShown


class Written(StrEnum):
    """The forms in which a report is written for people."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"


Writer = Callable[[Digest, str, str, str, Links], str]

WRITERS: Mapping[Written, Writer] = {
    Written.TEXT: lambda *asked: form_of(*asked).text,
    Written.MARKDOWN: markdown_of,
    Written.HTML: lambda *asked: _whole(form_of(*asked)),
}


def write_report(deps: Deps, shown: ReportShown, form: Written, language: str) -> str:
    """The report as mails have it, in the team's zone: for stakeholders without people."""
    digest, base = shown.digest, deps.base_url.rstrip("/")
    links = Links(base=base, report=f"{base}/reports/{quote(digest.team, safe='')}/{digest.week}")
    audience = Audience.TEAM if deps.asker.sees_people else Audience.STAKEHOLDER
    return WRITERS[form](digest, audience, language, digest.zone, links)


def _whole(formed: Formed) -> str:
    """The HTML with its pictures in it, for whoever shows it without the rest of the mail."""
    html = formed.html
    for image in formed.images:
        png = b64encode(image.png).decode()
        html = html.replace(f"cid:{image.cid}", f"data:image/png;base64,{png}")
    return html
