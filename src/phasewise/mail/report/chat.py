"""A report as a post in a chat: a few lines of text with nothing about persons. Called by whoever posts.

Who posts makes of it what the chat takes, and keeps names in it from calling anybody.
"""

from phasewise.core.digest import Digest, InHand
from phasewise.i18n.speaking import speaking
from phasewise.mail.report.attention import attention
from phasewise.mail.report.findings import short
from phasewise.mail.report.form import reader_of
from phasewise.mail.report.letter import letter_of
from phasewise.mail.report.links import Links
from phasewise.mail.report.reader import Audience, Occasion, Reader
from phasewise.mail.report.speech import _, days_short, ngettext
from phasewise.mail.report.values import Linked

OLDEST = 5
"""Tickets that the line of a stand-up names."""


def chat_text(
    digest: Digest, language: str, zone: str, links: Links, occasion: Occasion = Occasion.DUE
) -> str:
    """The week in at most 12 lines: how it stands, what changed, the worst, and where the rest is."""
    with speaking(language):
        reader = reader_of(digest, Audience.EXECUTIVE, zone, links, occasion)
        letter = letter_of(reader)
        lines = [
            letter.subject,
            letter.remark.partition("\n")[0],
            " · ".join(one.text for one in letter.totals),
        ]
        points = attention(reader).points
        lines += [f"{point.mark} {point.lead} – {point.text} ({point.note})" for point in points]
        lines += [letter.warning, _address(letter.button)]
    return "\n".join(line for line in lines if line)


def standup_text(digest: Digest, language: str, zone: str, links: Links) -> str:
    """What is in hand at the digest's instant, the oldest first."""
    with speaking(language):
        reader = reader_of(digest, Audience.TEAM, zone, links)
        held = sorted((work for one in digest.people for work in one.active), key=lambda work: -work.age_days)
        lines = [_standup_title(len(held), reader)]
        lines += [_in_hand(work) for work in held[:OLDEST]]
        href = reader.to("board", view="standup")
        lines.append(_address(Linked(_("Open the stand-up view"), href)))
    return "\n".join(line for line in lines if line)


def _standup_title(count: int, reader: Reader) -> str:
    day = reader.dates.full_day(reader.digest.instant)
    if not count:
        return _("%(day)s: no active ticket", day=day)
    return ngettext(
        "%(day)s: %(num)s active ticket", "%(day)s: %(num)s active tickets, the oldest first", count, day=day
    )


def _in_hand(work: InHand) -> str:
    return f"· {work.ticket.key} {short(work.ticket.summary, 90)} ({days_short(work.age_days)})"


def _address(one: Linked) -> str:
    return f"{one.text} – {one.href}" if one.href else ""
