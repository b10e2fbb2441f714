"""A weekly report as mails and as a post, formed once for all who read it in the same way.

Called by usecases/doing/reporting, and by whoever previews a mail.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote

from phasewise.core.digest import Digest
from phasewise.core.digest_views import of_project, without_people
from phasewise.mail.message import Mail
from phasewise.mail.report.chat import chat_text
from phasewise.mail.report.form import Formed, form_of
from phasewise.mail.report.links import Links
from phasewise.mail.report.reader import Audience, Occasion
from phasewise.store.report_recipients import Recipient

FORMS_KEPT = 16
"""Ways to read a report whose mails lie in memory while it is sent, each at most some hundred kilobytes."""

SOMEBODY = "0" * 43
"""Stands in a form where each recipient's own secret goes, and is as long."""


@dataclass(frozen=True, slots=True)
class Way:
    """In which way somebody reads it: who reads it in the same gets the same, but for their name."""

    audience: str
    language: str
    zone: str
    project: int | None = None
    has_account: bool = True
    occasion: Occasion = Occasion.DUE


class Forms:
    """The mails of one report. Its digest names people; answers go to `reply_to`."""

    def __init__(self, digest: Digest, base_url: str, reply_to: str | None = None) -> None:
        self._digest = digest
        self._base = base_url.rstrip("/")
        self._reply_to = reply_to
        self._formed = lru_cache(maxsize=FORMS_KEPT)(self._form)

    def mail(self, key: str, recipient: Recipient, occasion: Occasion) -> Mail:
        """What is sent to somebody, with their own way out of it. ValueError where it cannot be made."""
        zone = recipient.zone or self._digest.zone
        has_account = recipient.account_id is not None
        way = Way(recipient.audience, recipient.language, zone, recipient.project_id, has_account, occasion)
        formed = self._formed(way)

        def own(text: str) -> str:
            return text.replace(SOMEBODY, recipient.secret)

        is_html = recipient.format == "html"
        return Mail(
            key=key,
            recipient=recipient.address,
            subject=formed.subject,
            text=own(formed.text),
            html=own(formed.html) if is_html else None,
            images=formed.images if is_html else (),
            name=recipient.name,
            reply_to=self._reply_to,
            unsubscribe=f"{self._base}/unsubscribe/{recipient.secret}" if recipient.secret else None,
            own=recipient.secret,
        )

    def post(self, language: str) -> str:
        """What is posted to the chat of the team."""
        links = replace(self._links(), preferences=None, unsubscribe=None)
        return chat_text(self._digest, language, self._digest.zone, links)

    def _form(self, way: Way) -> Formed:
        digest, links = self._digest, self._links()
        if way.project is not None:
            digest = of_project(digest, way.project)
        if way.audience != Audience.TEAM:
            digest = without_people(digest)
        if not way.has_account:
            # The pages would ask them to sign in: they are shown their mail.
            mailed = f"{self._base}/m/{SOMEBODY}/{digest.week}"
            links = replace(links, report=mailed, preferences=None, lists=False)
        if way.occasion is Occasion.TEST:
            links = replace(links, report=self._links().report, unsubscribe=None)
        return form_of(digest, way.audience, way.language, way.zone, links, way.occasion)

    def _links(self) -> Links:
        return Links(
            base=self._base,
            report=f"{self._base}/reports/{quote(self._digest.team, safe='')}/{self._digest.week}",
            preferences=f"{self._base}/account/report",
            unsubscribe=f"{self._base}/unsubscribe/{SOMEBODY}",
        )
