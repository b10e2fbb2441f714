"""What a lead says in a report before it is sent, or that it is not sent at all. Called by web/report_draft.

A draft is an object of its own: what is said in it is kept, its numbers are made anew until it is frozen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from phasewise.core.digest import ReportState
from phasewise.core.health import Colour
from phasewise.core.weeks import Week
from phasewise.errors import BadRequestError, ConflictError, NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store import reports, sites
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.store.boards import issues_by_id
from phasewise.store.db import Connection
from phasewise.store.reports import Note, Report
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, moment
from phasewise.usecases.own_teams import require_lead_of_team
from phasewise.usecases.policies.naming import team_named
from phasewise.usecases.reports.show_report import draft_of, week_of

REMARK_MOST, REASON_MOST = 2000, 500
"""Characters of a remark, and of the reason of a health or of skipping a week."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a lead says of a project; `health` None: the proposed one stays. A health takes a reason."""

    remark: str = ""
    health: Colour | None = None
    health_reason: str = ""


def save_remark(deps: Deps, team: str, week: str, text: str) -> None:
    """Put a remark on top of the report; an empty one is gone. Raises BadRequestError where it is too long,
    ConflictError where the report is no draft any more, ForbiddenError for who does not lead the team."""
    text = _fitting(text, REMARK_MOST)

    def work(connection: Connection, draft: Report) -> dict[str, Any]:
        said = {"remark": text or None, "remark_by": deps.asker.name[:255], "remark_at": deps.now()}
        reports.change(connection, deps.site_id, draft.team, draft.week, **said)
        return {"length": len(text)}

    _edit(deps, (team, week), "report.remark", work)


def save_note(deps: Deps, team: str, week: str, project_id: int, said: Said) -> None:
    """Say something of a project, or give it another health than the proposed one.

    Raises as `save_remark`, BadRequestError where a health has no reason, NotFoundError where there is no
    such project in the team.
    """
    remark = _fitting(said.remark, REMARK_MOST)
    reason = _fitting(said.health_reason, REASON_MOST)
    if said.health is not None and not reason:
        raise BadRequestError(_("Say why the health is another one: the reason is shown beside it"))
    note = Note(deps.asker.name, deps.now(), remark or None, said.health, reason if said.health else None)

    def work(connection: Connection, draft: Report) -> dict[str, Any]:
        reports.save_note(connection, deps.site_id, (draft.team, draft.week), project_id, note)
        return {"project": project_id, "health": note.health, "reason": note.health_reason}

    _edit(deps, (team, week), "report.note", work, project_id)


def skip_report(deps: Deps, team: str, week: str, reason: str) -> None:
    """This week nothing is sent to the team. Raises as `save_remark`, also without a reason."""
    reason = _fitting(reason, REASON_MOST)
    if not reason:
        raise BadRequestError(_("Say why nothing is sent: the archive shows it"))

    def work(connection: Connection, draft: Report) -> dict[str, Any]:
        values = {"state": ReportState.SKIPPED, "skipped_by": deps.asker.name[:255], "skip_reason": reason}
        reports.change(connection, deps.site_id, draft.team, draft.week, **values)
        return {"reason": reason}

    _edit(deps, (team, week), "report.skipped", work)


def resume_report(deps: Deps, team: str, week: str) -> None:
    """A report that was skipped is a draft again, and sent when it is due. Raises ConflictError where it was
    not skipped."""
    with moment(deps, None) as at:
        draft = draft_of(at, *_named(deps, at, team, week))
    with deps.database.write() as connection:
        sites.lock(connection, sites.WRITING_REPORTS, deps.site_id)
        kept = reports.report_of(connection, deps.site_id, draft.team, draft.week)
        if kept is None or kept.state is not ReportState.SKIPPED:
            raise ConflictError(_("This report was not skipped; load the page again"))
        values = {"state": ReportState.DRAFT, "skipped_by": None, "skip_reason": None}
        reports.change(connection, deps.site_id, draft.team, draft.week, **values)
        _told(deps, connection, draft, "report.resumed", {})


Work = Callable[[Connection, Report], dict[str, Any]]
"""Writes something in a draft; what the audit log tells of it."""


def _edit(deps: Deps, which: tuple[str, str], action: str, work: Work, project_id: int | None = None) -> None:
    """Do it where the report is still a draft, in the audit log too."""
    with moment(deps, None) as at:
        draft = draft_of(at, *_named(deps, at, *which))
        if project_id is not None:
            _require_project(at, draft.team, project_id)

    def edit(connection: Connection) -> None:
        # With the same lock as freezing: what is said is in the report, or is refused.
        sites.lock(connection, sites.WRITING_REPORTS, deps.site_id)
        reports.begin(connection, deps.site_id, draft)
        kept = reports.report_of(connection, deps.site_id, draft.team, draft.week) or draft
        if kept.state is not ReportState.DRAFT:
            raise ConflictError(
                _("The report of %(week)s is no draft any more: it cannot be changed", week=draft.week)
            )
        _told(deps, connection, draft, action, work(connection, kept))

    deps.database.transact(edit)


def _told(deps: Deps, connection: Connection, draft: Report, action: str, detail: dict[str, Any]) -> None:
    entry = entry_of(deps.asker, deps.now(), action, f"{draft.team} {draft.week}", **detail)
    add_entry(connection, deps.site_id, entry)
    sites.raise_revision(connection, deps.site_id)


def _named(deps: Deps, at: Moment, team: str, week: str) -> tuple[str, Week]:
    """Raises ForbiddenError for whoever does not lead the team."""
    name = team_named(at.policies.rulebook, team).name
    require_lead_of_team(deps, name)
    return name, week_of(at, name, week)


def _require_project(at: Moment, team: str, project_id: int) -> None:
    there = issues_by_id(at.connection, at.site_id, [project_id])
    if project_id not in there or at.policies.team_of(project_id) != team:
        raise NotFoundError(_("There is no such project in this report; load the page again"))


def _fitting(text: str, most: int) -> str:
    text = text.strip()
    if len(text) > most:
        raise BadRequestError(
            _("Say it in at most %(most)s characters; these are %(n)s", most=most, n=len(text))
        )
    return text
