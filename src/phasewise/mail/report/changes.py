"""What changed since the report before: phases, what was finished, what was begun. Called by letter."""

from phasewise.core.digest import PhaseMove, ProjectDigest, TaskDone, TaskStarted
from phasewise.mail.report.findings import short
from phasewise.mail.report.links import safe, written
from phasewise.mail.report.names import phase_name, return_reason
from phasewise.mail.report.reader import Reader
from phasewise.mail.report.speech import _, days_short, ngettext
from phasewise.mail.report.values import Linked, Point, Section


def changes(reader: Reader) -> tuple[Section, ...]:
    """Those of the three that have something; where none has, one that says so."""
    projects = reader.digest.projects
    moves = [(project, move) for project in projects for move in project.phase_moves]
    done = [(project, task) for project in projects for task in project.finished]
    begun = [(project, task) for project in projects for task in project.started]
    sections = (
        _section(_("Phases"), [_moved(*one, reader) for one in moves], reader),
        _section(_("Finished"), [_done(*one, reader) for one in done], reader),
        _section(_("Started"), [_begun(*one, reader) for one in begun], reader),
    )
    kept = tuple(section for section in sections if section.points)
    return kept or (Section(_("What changed"), (), nothing=_("Nothing changed this week.")),)


def changes_href(reader: Reader) -> str | None:
    """The page of what happened between the two reports."""
    return reader.to("changes", **{"from": written(reader.digest.since)})


def _section(title: str, points: list[Point], reader: Reader) -> Section:
    room = reader.room.changes
    rest = len(points) - room
    if rest <= 0:
        return Section(title, tuple(points))
    more = Linked(ngettext("%(num)s more change", "%(num)s more changes", rest), changes_href(reader))
    return Section(title, tuple(points[:room]), more)


def _moved(project: ProjectDigest, move: PhaseMove, reader: Reader) -> Point:
    to = phase_name(move.phase)
    if move.is_return:
        text = _("back to %(phase)s", phase=to)
        if move.reason is not None:
            text = _("back to %(phase)s: %(reason)s", phase=to, reason=return_reason(move.reason))
    elif move.came_from is None:
        text = _("begun, in %(phase)s", phase=to)
    else:
        text = _("from %(before)s to %(phase)s", before=phase_name(move.came_from), phase=to)
    return Point(
        text=text,
        mark="↓" if move.is_return else "↑",
        tone="warn" if move.is_return else "",
        lead=short(project.summary, 80),
        href=reader.to(f"projects/{project.key}"),
        note=reader.dates.day(move.at),
    )


def _done(project: ProjectDigest, task: TaskDone, reader: Reader) -> Point:
    return Point(
        text=short(task.ticket.summary),
        mark="✓",
        tone="ok",
        lead=task.ticket.key,
        href=reader.ticket(safe(task.ticket.url)),
        note=_note(project, "" if task.age_days is None else days_short(task.age_days)),
    )


def _begun(project: ProjectDigest, task: TaskStarted, reader: Reader) -> Point:
    return Point(
        text=short(task.ticket.summary),
        lead=task.ticket.key,
        href=reader.ticket(safe(task.ticket.url)),
        note=_note(project, ""),
    )


def _note(project: ProjectDigest, days: str) -> str:
    return " · ".join(part for part in (short(project.summary, 32), days) if part)
