"""Links by which a report is read without an account, and what is written by them. For usecases/reports."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from phasewise.core.model import Instant
from phasewise.store.report_tables import report_comments, report_links


@dataclass(frozen=True, slots=True)
class Link:
    """A link to the reports of a team, or to what they say of one project. `digest` is the SHA-256 of its
    secret, hex; the secret itself is not kept."""

    link_id: str
    digest: str
    team: str
    label: str
    language: str
    created_by: str
    created_at: Instant
    expires_at: Instant
    project_id: int | None = None
    revoked_at: Instant | None = None
    first_seen_at: Instant | None = None
    last_seen_at: Instant | None = None
    seen: int = 0

    def opens_at(self, at: Instant) -> bool:
        """Whether it leads anywhere then."""
        return at < self.expires_at and (self.revoked_at is None or at < self.revoked_at)


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote to the lead by a link, about one report."""

    comment_id: str
    link_id: str
    team: str
    week: str
    text: str
    at: Instant
    read_at: Instant | None = None


def add_link(connection: Connection, site_id: int, link: Link) -> None:
    connection.execute(report_links.insert().values(site_id=site_id, **asdict(link)))


def link_by_digest(connection: Connection, site_id: int, digest: str) -> Link | None:
    """The link, also one that leads nowhere any more."""
    found = _links(connection, site_id, report_links.c.digest == digest)
    return found[0] if found else None


def links_of(connection: Connection, site_id: int, team: str | None = None) -> list[Link]:
    """The links of a team or of all, newest first; those that lead nowhere any more, too."""
    return _links(connection, site_id, *(() if team is None else (report_links.c.team == team,)))


def revoke_link(connection: Connection, site_id: int, link_id: str, at: Instant) -> bool:
    """It leads nowhere from now on; False if there is none, or it was revoked before."""
    c = report_links.c
    which = (c.site_id == site_id, c.link_id == link_id, c.revoked_at.is_(None))
    return bool(connection.execute(update(report_links).where(*which).values(revoked_at=at)).rowcount)


def note_seen(connection: Connection, site_id: int, link_id: str, at: Instant) -> None:
    """Somebody opened a report by it."""
    c = report_links.c
    values = {"first_seen_at": func.coalesce(c.first_seen_at, at), "last_seen_at": at, "seen": c.seen + 1}
    connection.execute(update(report_links).where(c.site_id == site_id, c.link_id == link_id).values(values))


def add_comment(connection: Connection, site_id: int, comment: Comment) -> None:
    connection.execute(report_comments.insert().values(site_id=site_id, **asdict(comment)))


def comments_of(
    connection: Connection, site_id: int, team: str | None = None, week: str | None = None
) -> list[Comment]:
    """Comments on the reports of a team or of all, on one week's or all, newest first."""
    c = report_comments.c
    which = [c.site_id == site_id]
    which += [] if team is None else [c.team == team]
    which += [] if week is None else [c.week == week]
    columns = [c[name] for name in Comment.__dataclass_fields__]
    statement = select(*columns).where(*which).order_by(c.at.desc(), c.comment_id)
    return [Comment(**row._mapping) for row in connection.execute(statement)]


def mark_read(connection: Connection, site_id: int, comment_ids: Iterable[str], at: Instant) -> None:
    """A lead has read them; the first time counts."""
    c = report_comments.c
    which = (c.site_id == site_id, c.comment_id.in_(list(comment_ids)), c.read_at.is_(None))
    connection.execute(update(report_comments).where(*which).values(read_at=at))


def _links(connection: Connection, site_id: int, *which: Any) -> list[Link]:
    c = report_links.c
    columns = [c[name] for name in Link.__dataclass_fields__]
    statement = select(*columns).where(c.site_id == site_id, *which)
    found = connection.execute(statement.order_by(c.created_at.desc(), c.link_id))
    return [Link(**row._mapping) for row in found]
