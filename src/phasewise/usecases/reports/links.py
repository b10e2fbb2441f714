"""Links by which a report is read without an account: a lead makes, lists and revokes them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from phasewise.errors import NotFoundError
from phasewise.i18n.languages import LANGUAGES
from phasewise.i18n.speaking import _
from phasewise.store import report_links
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.store.report_links import Comment, Link
from phasewise.usecases.accounts.throttle import digest_of
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.choices import LABEL_MOST, Choices
from phasewise.usecases.reports.recipient_fields import NOT_LISTED, RecipientFieldsError

DAYS_USUAL, DAYS_MOST = 90, 366
DAY_MS = 86_400_000
COMMENTS_LISTED = 100


def make_link(deps: Deps, choices: Choices, form: Mapping[str, str]) -> str:
    """The path of a new link: it is told this once, and only a digest is kept.

    Raises RecipientFieldsError with all that is wrong in the form.
    """
    days = _checked(choices, form)
    secret, now = secrets.token_urlsafe(32), deps.now()
    project = form.get("project", "")
    link = Link(
        link_id=uuid4().hex,
        digest=digest_of(secret),
        team=form["team"],
        project_id=int(project) if project else None,
        label=form["label"],
        language=form["language"],
        created_by=deps.asker.name[:255],
        created_at=now,
        expires_at=now + days * DAY_MS,
    )
    detail = {"team": link.team, "project": project or None, "days": days}
    with deps.database.write() as connection:
        report_links.add_link(connection, deps.site_id, link)
        entry = entry_of(deps.asker, now, "report_link.made", link.label, **detail)
        add_entry(connection, deps.site_id, entry)
    return f"/r/{secret}"


def _checked(choices: Choices, form: Mapping[str, str]) -> int:
    """For how many days it is. Raises RecipientFieldsError."""
    label, days, project = form.get("label", ""), form.get("days", ""), form.get("project", "")
    is_number = days.isascii() and days.isdigit() and len(days) < 5
    is_project = not project or (project.isascii() and project.isdigit() and len(project) < 19)
    team = form.get("team", "")
    wrong = {
        "label": ""
        if label and label.isprintable() and len(label) <= LABEL_MOST
        else _("Say whom it is for, in one line of at most %(most)s characters.", most=LABEL_MOST),
        "team": "" if team in choices.teams else _("There is no such team. Choose one of the list."),
        "project": ""
        if is_project and choices.is_theirs(int(project) if project else None, team)
        else _("This is no project of the team. Choose one of the list."),
        "language": "" if form.get("language") in LANGUAGES else _(NOT_LISTED),
        "days": ""
        if is_number and 1 <= int(days) <= DAYS_MOST
        else _("Give a number of days from 1 to %(most)s.", most=DAYS_MOST),
    }
    found = {field: text for field, text in wrong.items() if text}
    if found:
        raise RecipientFieldsError(found)
    return int(days)


def list_links(deps: Deps) -> list[Link]:
    """Every link there ever was, newest first."""
    with deps.database.read() as connection:
        return report_links.links_of(connection, deps.site_id)


def revoke_link(deps: Deps, link_id: str) -> None:
    """It opens nothing from now on. Raises NotFoundError."""
    now = deps.now()
    with deps.database.write() as connection:
        links = report_links.links_of(connection, deps.site_id)
        link = next((one for one in links if one.link_id == link_id), None)
        if link is None:
            raise NotFoundError(_("There is no such link"))
        if report_links.revoke_link(connection, deps.site_id, link_id, now):
            entry = entry_of(deps.asker, now, "report_link.revoked", link.label)
            add_entry(connection, deps.site_id, entry)


# ------------------------------------------------------------------ what came back by them


@dataclass(frozen=True, slots=True)
class CommentShown:
    """What a reader said, and the label of the link by which they read."""

    comment: Comment
    label: str


def list_comments(deps: Deps) -> list[CommentShown]:
    """What readers said, the latest of it: first what no lead has seen, then newest first."""
    with deps.database.read() as connection:
        labels = {one.link_id: one.label for one in report_links.links_of(connection, deps.site_id)}
        found = report_links.comments_of(connection, deps.site_id)
    found.sort(key=lambda one: one.read_at is not None)
    return [CommentShown(one, labels.get(one.link_id, "")) for one in found[:COMMENTS_LISTED]]


def unread_comments(deps: Deps) -> int:
    """How many of them no lead has seen."""
    with deps.database.read() as connection:
        found = report_links.comments_of(connection, deps.site_id)
    return sum(one.read_at is None for one in found)


def mark_read(deps: Deps, comment_id: str) -> None:
    """A lead has seen it."""
    now = deps.now()
    with deps.database.write() as connection:
        report_links.mark_read(connection, deps.site_id, [comment_id], now)
        add_entry(connection, deps.site_id, entry_of(deps.asker, now, "report_comment.read", comment_id))
