"""A report as PDF: what the mail says, to print or to keep. Called by whoever hands out reports."""

from phasewise.core.digest import Digest
from phasewise.i18n.speaking import speaking
from phasewise.mail.report.form import reader_of
from phasewise.mail.report.letter import letter_of
from phasewise.mail.report.links import Links


def pdf_of(digest: Digest, audience: str, language: str, zone: str, links: Links) -> bytes:
    """The report on A4; the same arguments give the same bytes. ValueError for no such audience."""
    # ReportLab takes 0.1 s and 10 MB to load, and few processes ever print.
    from phasewise.mail.report.layout import printed

    with speaking(language):
        letter = letter_of(reader_of(digest, audience, zone, links))
    return printed(letter)
