"""A report as a mail: subject, text, HTML and pictures. Called by whoever sends or shows reports."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Template

from phasewise.core.digest import Digest
from phasewise.core.digest_views import without_people
from phasewise.i18n.speaking import speaking
from phasewise.mail.message import Image
from phasewise.mail.report.letter import letter_of
from phasewise.mail.report.links import Links
from phasewise.mail.report.pictures import environment
from phasewise.mail.report.reader import ROOM, Audience, Occasion, Reader
from phasewise.mail.report.speech import Calendar
from phasewise.mail.report.values import Letter

LARGEST_BYTES = 100_000
"""Of the HTML in UTF-8: Gmail cuts a mail off at 102 KB."""


@dataclass(frozen=True, slots=True)
class Formed:
    """What is sent. The HTML shows each picture by its cid."""

    subject: str
    text: str
    html: str
    images: tuple[Image, ...]


def form_of(
    digest: Digest,
    audience: str,
    language: str,
    zone: str,
    links: Links,
    occasion: Occasion = Occasion.DUE,
) -> Formed:
    """The report in the reader's language (en, fr, ja, ru, zh) and time zone. The same arguments give the
    same mail. ValueError for an audience that there is not, KeyError for such a zone."""
    with speaking(language):
        reader = reader_of(digest, audience, zone, links, occasion)
        letter = letter_of(reader)
        html = _html(letter)
        while len(html.encode()) > LARGEST_BYTES and reader.room.projects:
            reader = replace(reader, room=reader.room.less())
            letter = letter_of(reader)
            html = _html(letter)
    images = tuple(row.ribbon for row in letter.rows if row.ribbon is not None)
    return Formed(letter.subject, _text(letter), html, images)


def reader_of(
    digest: Digest, audience: str, zone: str, links: Links, occasion: Occasion = Occasion.DUE
) -> Reader:
    """For whom it is written."""
    chosen = Audience(audience)
    dates = Calendar(ZoneInfo(zone), digest.instant)
    shown = digest if chosen is Audience.TEAM else without_people(digest)
    return Reader(shown, chosen, dates, links, ROOM[chosen], occasion)


def _html(letter: Letter) -> str:
    return _compiled("report").render(x=letter)


def _text(letter: Letter) -> str:
    return environment().get_template("mail/report.txt.j2").render(x=letter).strip() + "\n"


@cache
def _compiled(name: str) -> Template:
    """The template, made HTML by MJML once: MJML never sees what people wrote, and Jinja escapes it."""
    # It takes 10 ms to load, and most processes never write a mail.
    from mjml import mjml2html

    jinja = environment()
    loader: Any = jinja.loader
    source, _, _ = loader.get_source(jinja, f"mail/{name}.mjml.j2")
    # MJML calls the whole of it an article; what reads pages aloud looks for the main part.
    html = mjml2html(source).replace(' aria-roledescription="email"', "").replace('"article"', '"main"')
    template = jinja.from_string(html)
    template.globals["parts"] = jinja.get_template("mail/parts.html").module
    return template
