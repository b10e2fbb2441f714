"""What changed between two instants, from the same numbers that are shown of each. Called by web/changes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from phasewise.core.model import Instant
from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _, marked
from phasewise.store.boards import IssueRow, Page, issues_by_id, projects_at
from phasewise.store.finding_lists import FindingLine, Lines, finding_lines
from phasewise.store.hands import names_of
from phasewise.usecases.as_of.frame import frame_at
from phasewise.usecases.as_of.projects import figures_at, project_rows
from phasewise.usecases.as_of.scene import ticket_of
from phasewise.usecases.as_of.seeing import may_see
from phasewise.usecases.changes import Changes, Entered, ProjectChange
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, moment

WEEK_DAYS = 7
MOST = 1_000
"""Findings that are looked at: the latest."""
STATES = ("open", "waived", "closed")
REVERSED = marked("The beginning must lie before the end; choose an earlier day to begin with")


def show_changes(
    deps: Deps, since: Instant | None, until: Instant | None, team: str | None = None
) -> Changes:
    """What happened in `[since, until)`, of one team or of all; by default in the seven days of the team up
    to now, today as far as it went. Raises BadRequestError where `since` is not before `until`, or that lies
    in the future."""
    with moment(deps, until) as after:
        start = _week_before(after) if since is None else since
        if start >= after.as_of:
            raise BadRequestError(_(REVERSED))
        asked = Lines(STATES, MOST + 1, since=start)
        found = finding_lines(after.connection, after.site_id, after.as_of, after.strengths, asked)
        lines = [
            line
            for line in found[:MOST]
            if team in (None, after.policies.team_of_finding(line.as_finding()))
            and may_see(after, line.as_finding())
        ]
        projects = _projects(replace(after, as_of=start), after)
        whose = {one.ticket.id: after.policies.team_of(one.ticket.id) for one in projects}
        named = {issue for line in lines for issue in (line.task, line.project) if issue is not None}
        tickets = issues_by_id(after.connection, after.site_id, named)
        return Changes(
            frame=frame_at(deps, after),
            since=start,
            until=after.as_of,
            projects=tuple(one for one in projects if team in (None, whose[one.ticket.id])),
            opened=tuple(line for line in lines if line.start >= start),
            ended=_ended(lines, start),
            is_cut=len(found) > MOST,
            names=names_of(after.connection, after.site_id, {line.person for line in lines if line.person}),
            tickets={issue: ticket_of(after, row) for issue, row in tickets.items()},
            teams=after.policies.team_names(),
        )


def _week_before(at: Moment) -> Instant:
    """The end of a day, as it is when a day is chosen: the same is compared whether it was chosen or not."""
    last = at.calendar.local_date(at.as_of - 1)
    return at.calendar.midnight(last - timedelta(days=WEEK_DAYS - 1)) - 1


def _ended(lines: Iterable[FindingLine], since: Instant) -> tuple[FindingLine, ...]:
    ended = [line for line in lines if line.end is not None and line.end >= since]
    return tuple(sorted(ended, key=lambda line: -(line.end or 0)))


def _projects(before: Moment, after: Moment) -> tuple[ProjectChange, ...]:
    then, now = _existing(before), _existing(after)
    rows_then = {row.id: row for row in project_rows(before, list(then.values()))}
    rows_now = {row.id: row for row in project_rows(after, list(now.values()))}
    figures = figures_at(after, now, since=before.as_of)
    issues = sorted((then | now).values(), key=IssueRow.place_of)
    return tuple(
        ProjectChange(
            ticket=ticket_of(after, issue),
            before=rows_then.get(str(issue.id)),
            after=rows_now.get(str(issue.id)),
            entered=tuple(
                Entered(one.visit.phase, one.visit.start, one.visit.is_return)
                for one in (figures[issue.id].visits if issue.id in figures else ())
                if before.as_of <= one.visit.start < after.as_of
            ),
        )
        for issue in issues
    )


def _existing(at: Moment) -> dict[int, IssueRow]:
    return {issue.id: issue for issue in projects_at(at.connection, at.site_id, at.as_of, Page())}
