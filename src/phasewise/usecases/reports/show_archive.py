"""The archive of weekly reports: which there are, what is sent next, and what became of their mails.

Called by web/report_archive. Only leads are told of mails.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from phasewise.core.model import Instant
from phasewise.core.rights import Role
from phasewise.errors import NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store import effect_pages, report_mails, report_recipients, reports
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.store.boards import Page
from phasewise.store.db import Connection
from phasewise.store.effect_pages import EffectRow
from phasewise.store.effects import EffectState
from phasewise.store.reports import REPORT_PLACE, Report
from phasewise.usecases.as_of.frame import Frame, frame_at
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment
from phasewise.usecases.paging import Paging, Place, cursor_after, cut
from phasewise.usecases.reports.due_weeks import next_ready, team_plans

__all__ = ["ARCHIVE", "REPORT_PLACE", "Archive", "MailTrouble", "NextReport", "resend_mail", "show_archive"]

ARCHIVE = "report-archive"
MAIL = "report/"
"""How the keys of their mails begin."""
TROUBLES = 50


@dataclass(frozen=True, slots=True)
class NextReport:
    """The report that a team gets next: when, and how many by mail. `is_on`: it is sent at all."""

    team: str
    week: str
    at: Instant
    zone: str
    recipients: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class MailTrouble:
    """A mail that waits for a person: to whom, of which report, and what the server said."""

    mail: EffectRow
    team: str
    week: str

    @property
    def is_unknown(self) -> bool:
        """Whether it may have arrived."""
        return self.mail.state is EffectState.UNKNOWN


@dataclass(frozen=True, slots=True)
class Archive:
    """One page of it, latest first. `counts` are of mails by state, for each team and week."""

    frame: Frame
    reports: tuple[Report, ...]
    next: str | None
    teams: tuple[str, ...]
    upcoming: tuple[NextReport, ...]
    counts: Mapping[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)
    troubles: tuple[MailTrouble, ...] = ()


def show_archive(deps: Deps, team: str | None, asked: Paging) -> Archive:
    """The reports of a team, or of all (None)."""
    is_lead = deps.asker.may(Role.LEAD)
    with moment(deps, None) as at:
        page = Page(asked.limit + 1, asked.after)
        found, last = cut(
            reports.reports_page(at.connection, at.site_id, team, page, at.as_of), asked, _place
        )
        return Archive(
            frame=frame_at(deps, at),
            reports=tuple(found),
            next=cursor_after(ARCHIVE, last, at.as_of),
            teams=tuple(one.name for one in at.policies.rulebook.teams),
            upcoming=tuple(_upcoming(deps, at.connection)),
            counts=reports.mail_counts(at.connection, at.site_id, found) if is_lead else {},
            troubles=tuple(_troubles(deps, at.connection)) if is_lead else (),
        )


def _place(report: Report) -> Place:
    return report.instant, report.team


def _upcoming(deps: Deps, connection: Connection) -> list[NextReport]:
    found = []
    for plan in team_plans(deps, connection):
        week, at = next_ready(plan, deps.now())
        mailed = report_recipients.recipients_of(connection, deps.site_id, plan.team)
        to = sum(one.is_mailed for one in mailed)
        found.append(NextReport(plan.team, week.label, at, plan.time.zone, to, plan.is_on))
    return found


def _troubles(deps: Deps, connection: Connection) -> list[MailTrouble]:
    found = report_mails.troubled_mails(connection, deps.site_id, MAIL, TROUBLES)
    return [MailTrouble(one, *_named(one.key)) for one in found]


def _named(key: str) -> tuple[str, str]:
    """Team and week in the key of a mail; a team's name may hold slashes, too."""
    team, _slash, week = key.removeprefix(MAIL).rpartition("/")[0].rpartition("/")
    return team, week


def resend_mail(deps: Deps, key: str) -> None:
    """Hand a mail over once more that failed, or of which nobody knows. Raises NotFoundError where there is
    none such."""
    states = (EffectState.FAILED, EffectState.UNKNOWN)
    with deps.database.write() as connection:
        is_mail = key.startswith(MAIL)
        if not is_mail or not effect_pages.redo(connection, deps.site_id, deps.now(), states, key):
            raise NotFoundError(_("This mail does not wait for anybody (any more); load the page again"))
        add_entry(connection, deps.site_id, entry_of(deps.asker, deps.now(), "report_mail.resent", key))
