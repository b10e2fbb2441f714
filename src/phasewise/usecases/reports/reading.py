"""Somebody without an account reads a report by a link, says so, and writes to the lead. Called by web.

A link that is unknown, revoked or has run out is answered alike, with the same work for each; who tries many
of them waits. A good one is never slowed: nobody guesses 256 bits, and others' guesses keep no owner out.
"""

from dataclasses import dataclass, replace
from uuid import uuid4

from phasewise.core.digest import Digest
from phasewise.core.digest_views import of_project
from phasewise.core.rights import Asker, Role
from phasewise.errors import BadRequestError, NotFoundError, TooOftenError
from phasewise.i18n.speaking import _, marked
from phasewise.store import report_links, reports
from phasewise.store.audit_log import Entry, add_entry
from phasewise.store.boards import Page
from phasewise.store.db import Connection
from phasewise.store.report_links import Comment, Link
from phasewise.usecases.accounts.throttle import Client, count_attempt, digest_of, key_of
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.show_report import show_report

OVER = marked("This link leads nowhere (any more); ask whoever sent it for another one")
COMMENT_MOST = 2_000
COMMENTS_A_DAY = 20
WEEKS_LISTED = 60
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever has the link: a stakeholder who only reads."""

    link: Link

    def deps(self, deps: Deps) -> Deps:
        """What use cases are given when they ask."""
        asker = Asker(Role.STAKEHOLDER, f"link: {self.link.label}", only_reads=True)
        return replace(deps, asker=asker)


def open_link(deps: Deps, secret: str, client: Client) -> Reader:
    """Whose link it is. Raises NotFoundError where it is no good one, TooOftenError after many of them."""
    with deps.database.read() as connection:
        link = _good(connection, deps, secret)
    if link is None:
        refuse(deps, client)
        raise NotFoundError(_(OVER))
    return Reader(link)


def refuse(deps: Deps, client: Client) -> None:
    """Count an address that led nowhere. Raises TooOftenError where there were many of them."""
    with deps.database.write() as connection:
        count_attempt(connection, deps.site_id, [key_of("link", client.address)], deps.now())


def say_seen(deps: Deps, secret: str, week: str, text: str, client: Client) -> None:
    """They have read the report of a week; `text` is what else they say, or empty.

    Raises as `open_link`, BadRequestError where it is too long, TooOftenError where it is the 21st of a day.
    """
    link, now = open_link(deps, secret, client).link, deps.now()
    if len(text) > COMMENT_MOST:
        raise BadRequestError(
            _("Write at most %(most)s characters; these are %(num)s", most=COMMENT_MOST, num=len(text))
        )
    with deps.database.write() as connection:
        said = report_links.comments_of(connection, deps.site_id, link.team)
        if sum(one.link_id == link.link_id and one.at > now - DAY_MS for one in said) >= COMMENTS_A_DAY:
            raise TooOftenError(_("This link was used to write often today; try again tomorrow"), 3_600)
        comment = Comment(uuid4().hex, link.link_id, link.team, week, text, now)
        report_links.add_comment(connection, deps.site_id, comment)
        report_links.note_seen(connection, deps.site_id, link.link_id, now)
        who = f"link: {link.label}"
        entry = Entry(
            now, who, "report.seen", f"{link.team} {week}", {"comment": bool(text)}, client.address[:64]
        )
        add_entry(connection, deps.site_id, entry)


def _good(connection: Connection, deps: Deps, secret: str) -> Link | None:
    link = report_links.link_by_digest(connection, deps.site_id, digest_of(secret))
    return link if link is not None and link.opens_at(deps.now()) else None


# ------------------------------------------------------------------ what they read


@dataclass(frozen=True, slots=True)
class ReadByLink:
    """A report as the owner of a link reads it, and the weeks that they may choose among, latest first."""

    link: Link
    digest: Digest
    weeks: tuple[str, ...]


def read_by_link(deps: Deps, secret: str, week: str | None, client: Client) -> ReadByLink | None:
    """The report of a week, or the newest one, without persons, and of the one project that the link is for.
    None where none was made yet. Raises as `open_link`; NotFoundError for a week that has none."""
    reader = open_link(deps, secret, client)
    link = reader.link
    with deps.database.read() as connection:
        found = reports.reports_page(connection, deps.site_id, link.team, Page(WEEKS_LISTED), deps.now())
    weeks = tuple(one.week for one in found if one.state in reports.TOLD)
    if not weeks and week is None:
        return None
    if week is not None and week not in weeks:
        raise NotFoundError(_("There is no report of this week; choose another one"))
    shown = show_report(reader.deps(deps), week or weeks[0], link.team)
    digest = shown.digest if link.project_id is None else of_project(shown.digest, link.project_id)
    return ReadByLink(link, digest, weeks)
