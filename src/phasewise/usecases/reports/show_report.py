"""One weekly report: what was frozen, or a draft of it made now. Called by web, and by the command line."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from phasewise.core.digest import Digest, Override, ProjectDigest, Remark, ReportState, from_json
from phasewise.core.digest_views import named, people_in, without_people
from phasewise.core.model import Instant
from phasewise.core.weeks import Week, report_week, week_labelled
from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _
from phasewise.store import reports
from phasewise.store.hands import names_of
from phasewise.store.report_facts import waivers_granted
from phasewise.store.reports import Note, Report
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, moment
from phasewise.usecases.policies.naming import team_named
from phasewise.usecases.reports.build_digest import build_digest, with_totals
from phasewise.usecases.reports.ground import Wanted

FURTHEST_BACK_MS = 28 * 86_400_000
"""What changed is told of four weeks at most, however long ago the report before was."""


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A report with the names of people. `report` is what is kept of it, `notes` what leads said of projects,
    by issue id: of a frozen one both are in the digest already."""

    report: Report
    digest: Digest
    notes: Mapping[int, Note] = field(default_factory=dict)


def show_report(
    deps: Deps, week: str | None = None, team: str | None = None, as_of: Instant | None = None
) -> ReportShown:
    """The report of a team (None: the default one) for a week like `2026-W47`; None: the one that comes next,
    or with `as_of` the one of its week. With `as_of` it is never the frozen one, but made as of then.

    Stakeholders are shown no person, and of a draft nothing that leads said in it yet. Raises NotFoundError
    for a team that there is not, BadRequestError for what is no week, or one that has not begun.
    """
    with moment(deps, as_of) as at:
        name = team_named(at.policies.rulebook, team).name
        which = _week(at, name, week, as_of)
        kept = reports.report_of(at.connection, at.site_id, name, which.label)
        body = None if as_of is not None else reports.body_of(at.connection, at.site_id, name, which.label)
        notes = reports.notes_of(at.connection, at.site_id, name, which.label)
        report = kept or draft_of(at, name, which)
        if body is None:
            digest = build_digest(seen_at_end(at, which), wanted(at, name, which)).digest
            if deps.asker.sees_people or report.state is not ReportState.DRAFT:
                digest = said_in(digest, report, notes)
        else:
            digest = _with_reasons(at, from_json(body))
        digest = with_names(at, digest)
        return ReportShown(report, digest if deps.asker.sees_people else _for_stakeholders(digest), notes)


def _for_stakeholders(digest: Digest) -> Digest:
    """Without persons, and without what Jira or the network said."""
    freshness = replace(digest.freshness, error=None)
    return replace(without_people(digest), freshness=freshness)


def next_week(deps: Deps, team: str | None = None) -> str:
    """The week of the report that comes next, like `2026-W47`. Raises NotFoundError for no such team."""
    with moment(deps, None) as at:
        return _week(at, team_named(at.policies.rulebook, team).name, None, None).label


def with_names(at: Moment, digest: Digest) -> Digest:
    """The digest with the names that people have today: no frozen report knows any."""
    return named(digest, names_of(at.connection, at.site_id, people_in(digest)))


def without_reasons(digest: Digest) -> Digest:
    """As it is frozen: what is told of somebody in a waiver stays with the waiver, and goes with it."""
    return replace(digest, waivers=tuple(replace(one, reason="") for one in digest.waivers))


def _with_reasons(at: Moment, digest: Digest) -> Digest:
    granted = waivers_granted(at.connection, at.site_id, digest.since, digest.instant)
    reasons = {(":".join(map(str, one.finding)), one.decided_at): one.reason for one in granted}
    waivers = (replace(one, reason=reasons.get((one.finding_id, one.at), "")) for one in digest.waivers)
    return replace(digest, waivers=tuple(waivers))


# ------------------------------------------------------------------ which week


def week_of(at: Moment, team: str, label: str) -> Week:
    """The week of a label, as a team has it. Raises BadRequestError where it is none, or has not begun."""
    try:
        week = week_labelled(label, at.policies.rulebook.for_project(team).calendar)
    except ValueError as error:
        raise BadRequestError(str(error)) from None
    if week.start >= at.as_of:
        raise BadRequestError(_("%(label)s had not begun; choose an earlier week", label=label))
    return week


def _week(at: Moment, team: str, label: str | None, as_of: Instant | None) -> Week:
    if label is not None:
        return week_of(at, team, label)
    calendar = at.policies.rulebook.for_project(team).calendar
    running = report_week(at.as_of - 1, calendar)
    if as_of is not None:
        return running
    last = report_week(running.start - 1, calendar)
    kept = reports.report_of(at.connection, at.site_id, team, last.label)
    return last if kept is None or kept.state is ReportState.DRAFT else running


def seen_at_end(at: Moment, week: Week) -> Moment:
    """The same reading, as of the instant of the report: the end of the week, or earlier while it runs."""
    return replace(at, as_of=min(week.end, at.as_of))


def wanted(at: Moment, team: str, week: Week) -> Wanted:
    """What changed is told since the team's last report whose numbers stay; usually since the week began."""
    told = reports.last_told(at.connection, at.site_id, team, week.end)
    since = week.start if told is None else min(told, week.start)
    return Wanted(team, week, max(since, week.start - FURTHEST_BACK_MS))


def draft_of(at: Moment, team: str, week: Week) -> Report:
    """A report of which nothing is kept yet."""
    return Report(team, week.label, week.end, at.policies.rulebook.for_project(team).calendar.rules.zone)


# ------------------------------------------------------------------ what leads say in it


def said_in(digest: Digest, report: Report, notes: Mapping[int, Note]) -> Digest:
    """The digest with the remarks and healths that leads gave it."""
    remark = None
    if report.remark is not None:
        remark = Remark(report.remark, report.remark_by or "", report.remark_at or digest.instant)
    projects = tuple(_noted(one, notes.get(one.id)) for one in digest.projects)
    return with_totals(replace(digest, remark=remark, projects=projects))


def _noted(project: ProjectDigest, note: Note | None) -> ProjectDigest:
    if note is None:
        return project
    return replace(
        project,
        remark=None if note.remark is None else Remark(note.remark, note.by, note.at),
        override=None
        if note.health is None
        else Override(note.health, note.health_reason or "", note.by, note.at),
    )
