"""What a lead says in a report before it is sent, or that it is not sent at all. Called by web/report_draft.

A draft is an object of its own: what is said in it is kept, its numbers are made anew until it is frozen.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
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


Told = tuple[str, dict[str, Any]]
"""What the audit log tells: an action, and what belongs to it."""

Work = Callable[[Connection, Report], list[Told]]
"""Writes something in a draft."""

Field = tuple[int | None, str]
"""One of what is said: of which project (None: on top of the report), and `remark`, `health` or `reason`."""


class DraftFieldsError(BadRequestError):
    """Something that is said cannot be kept, so that nothing is; `problems` says by field what is wrong."""

    def __init__(self, problems: Mapping[Field, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


def save_remark(deps: Deps, team: str, week: str, text: str) -> None:
    """Put a remark on top of the report; an empty one is gone. Raises as `save_draft`."""
    save_draft(deps, team, week, text, {})


def save_note(deps: Deps, team: str, week: str, project_id: int, said: Said) -> None:
    """Say something of a project, or give it another health than the proposed one. Raises as `save_draft`."""
    save_draft(deps, team, week, None, {project_id: said})


def save_draft(deps: Deps, team: str, week: str, remark: str | None, notes: Mapping[int, Said]) -> None:
    """Keep the remark on top (None: as it is) and what is said of projects, by id: all of it, or nothing.
    What was said before in the same words stays as it is.

    Raises DraftFieldsError where a text is too long, a health has no reason or a reason no health,
    ConflictError where the report is no draft any more, ForbiddenError for who does not lead the team,
    NotFoundError where there is no such project in the team.
    """
    remark = None if remark is None else remark.strip()
    said = {project: _stripped(one) for project, one in notes.items()}

    def work(connection: Connection, draft: Report) -> list[Told]:
        kept = reports.notes_of(connection, deps.site_id, draft.team, draft.week)
        if wrong := _problems(remark, said, kept):
            raise DraftFieldsError(wrong)
        told = [] if remark is None else _keep_remark(deps, connection, draft, remark)
        for project, one in said.items():
            told += _keep_note(deps, connection, draft, project, one, kept.get(project))
        return told

    _edit(deps, (team, week), work, said)


def _stripped(said: Said) -> Said:
    return replace(said, remark=said.remark.strip(), health_reason=said.health_reason.strip())


def _problems(remark: str | None, notes: Mapping[int, Said], kept: Mapping[int, Note]) -> dict[Field, str]:
    found: dict[Field, str] = {(None, "remark"): _too_long(remark or "", REMARK_MOST)}
    for project, said in notes.items():
        found[project, "remark"] = _too_long(said.remark, REMARK_MOST)
        found[project, "reason"] = _wrong_reason(said, kept.get(project))
    return {field: problem for field, problem in found.items() if problem}


def _wrong_reason(said: Said, kept: Note | None) -> str:
    """What is wrong with the reason of a health, or empty. One that goes with the health that is taken back
    need not be taken out by hand."""
    reason = said.health_reason
    if said.health is not None:
        missing = _("Say why the health is another one: the reason is shown beside it")
        return _too_long(reason, REASON_MOST) if reason else missing
    if not reason or (kept is not None and kept.health_reason == reason):
        return ""
    return _("Choose the health that this is the reason of, or take the reason out: it is not shown alone")


def _keep_remark(deps: Deps, connection: Connection, draft: Report, text: str) -> list[Told]:
    if text == (draft.remark or ""):
        return []
    said = {"remark": text or None, "remark_by": deps.asker.name[:255], "remark_at": deps.now()}
    reports.change(connection, deps.site_id, draft.team, draft.week, **said)
    return [("report.remark", {"length": len(text)})]


def _keep_note(
    deps: Deps, connection: Connection, draft: Report, project: int, said: Said, kept: Note | None
) -> list[Told]:
    reason = said.health_reason if said.health else None
    note = Note(deps.asker.name, deps.now(), said.remark or None, said.health, reason)
    before = (None, None, None) if kept is None else (kept.remark, kept.health, kept.health_reason)
    if (note.remark, note.health, note.health_reason) == before:
        return []
    reports.save_note(connection, deps.site_id, (draft.team, draft.week), project, note)
    return [("report.note", {"project": project, "health": note.health, "reason": note.health_reason})]


def skip_report(deps: Deps, team: str, week: str, reason: str) -> None:
    """This week nothing is sent to the team. Raises as `save_remark`, also without a reason."""
    reason = reason.strip()
    problem = _too_long(reason, REASON_MOST) if reason else _("Say why nothing is sent: the archive shows it")
    if problem:
        raise BadRequestError(problem)

    def work(connection: Connection, draft: Report) -> list[Told]:
        values = {"state": ReportState.SKIPPED, "skipped_by": deps.asker.name[:255], "skip_reason": reason}
        reports.change(connection, deps.site_id, draft.team, draft.week, **values)
        return [("report.skipped", {"reason": reason})]

    _edit(deps, (team, week), work)


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


def _edit(deps: Deps, which: tuple[str, str], work: Work, projects: Collection[int] = ()) -> None:
    """Do it where the report is still a draft, in the audit log too."""
    with moment(deps, None) as at:
        draft = draft_of(at, *_named(deps, at, *which))
        _require_projects(at, draft.team, projects)

    def edit(connection: Connection) -> None:
        # With the same lock as freezing: what is said is in the report, or is refused.
        sites.lock(connection, sites.WRITING_REPORTS, deps.site_id)
        reports.begin(connection, deps.site_id, draft)
        kept = reports.report_of(connection, deps.site_id, draft.team, draft.week) or draft
        if kept.state is not ReportState.DRAFT:
            raise ConflictError(
                _("The report of %(week)s is no draft any more: it cannot be changed", week=draft.week)
            )
        for action, detail in work(connection, kept):
            _told(deps, connection, draft, action, detail)

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


def _require_projects(at: Moment, team: str, projects: Collection[int]) -> None:
    there = issues_by_id(at.connection, at.site_id, projects)
    if any(one not in there or at.policies.team_of(one) != team for one in projects):
        raise NotFoundError(_("A project is not in this report any more: take out what is said of it"))


def _too_long(text: str, most: int) -> str:
    """What is wrong with a text that is longer than that, or empty."""
    if len(text) <= most:
        return ""
    return _("Say it in at most %(most)s characters; these are %(n)s", most=most, n=len(text))
