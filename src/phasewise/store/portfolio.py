"""The read side of the portfolio page: what it shows, bounded by what fits on it, not by history.

Called by usecases/show_portfolio and its parts.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, case, func, select, union_all

from phasewise.core.findings import UNRECORDED
from phasewise.core.model import Finding, Group, Instant, Kind, Phase, Rule, Severity, Strengths
from phasewise.core.stretches import FOREVER
from phasewise.core.values import value
from phasewise.store.boards import chunks, exists_at, lasts_at
from phasewise.store.derived import PHASES
from phasewise.store.finding_pages import finding_of, is_open
from phasewise.store.shown import is_waived, visible
from phasewise.store.tables import findings, intervals, issues
from phasewise.store.teams import Ours
from phasewise.store.upsert import SITE, SOME, fetch_many

HINTS_AT_MOST = 500
"""A site without a phase field has a hint for every task: the page counts them and shows the latest."""

_places = select(intervals.c.issue_id, intervals.c.phase, intervals.c.project_id).where(
    intervals.c.site_id == SITE, intervals.c.issue_id.in_(SOME), lasts_at(bindparam("as_of"))
)
_is_unrecorded = findings.c.rule.in_(sorted(UNRECORDED))


@value(frozen=True, slots=True)
class Place:
    """Where a task is: its phase, and its project by issue id."""

    phase: Phase
    project: int | None


def done_epics(connection: Connection, site_id: int, as_of: Instant) -> set[int]:
    """The projects that are done at `as_of`: those whose epic is."""
    epics = select(issues.c.issue_id).where(
        issues.c.site_id == site_id, issues.c.kind == Kind.PROJECT, exists_at(as_of)
    )
    statement = select(intervals.c.issue_id).where(
        intervals.c.site_id == site_id,
        intervals.c.issue_id.in_(epics),
        # Not by the index of groups: nearly all issues are done, and few are projects.
        func.coalesce(intervals.c.group, "") == Group.DONE,
        lasts_at(as_of),
    )
    return set(connection.scalars(statement))


def done_starts(
    connection: Connection, site_id: int, as_of: Instant, epics: Iterable[int]
) -> dict[int, Instant]:
    """Since when these epics, done at `as_of`, are done: the end of the last interval that was not."""
    starts: dict[int, Instant] = {}
    for some in chunks(sorted(set(epics))):
        open_end = func.max(case((intervals.c.group != Group.DONE, intervals.c.end)))
        statement = (
            select(intervals.c.issue_id, func.coalesce(open_end, func.min(intervals.c.start)))
            .where(intervals.c.site_id == site_id, intervals.c.issue_id.in_(some), intervals.c.start < as_of)
            .group_by(intervals.c.issue_id)
        )
        starts.update((row[0], row[1]) for row in connection.execute(statement))
    return starts


def places_at(connection: Connection, site_id: int, as_of: Instant, tasks: Iterable[int]) -> dict[int, Place]:
    """Where these tasks are at `as_of`, by task."""
    found: dict[int, Place] = {}
    for some in chunks(sorted(set(tasks))):
        rows = fetch_many(connection, _places, site=site_id, some=some, as_of=as_of)
        found.update((task, Place(PHASES[phase], project)) for task, phase, project in rows)
    return found


def open_findings(
    connection: Connection, site_id: int, as_of: Instant, counted: Collection[Rule], strengths: Strengths
) -> list[Finding]:
    """Every open warning and breach that is not waived, and the latest hints, over all known history; of
    what was never recorded only where there is room. Rules that are only `counted` are left out."""
    still_open = (
        findings.c.site_id == site_id,
        findings.c.known_from < as_of,
        is_open(as_of),
        # Not `not_in`: a site may have more findings that are only counted than all others together.
        findings.c.rule.in_([rule for rule in Rule if rule not in counted]),
        ~is_waived(as_of),
        *visible(strengths),
    )
    serious = select(findings).where(*still_open, findings.c.severity != Severity.HINT)
    hints = (
        select(findings)
        .where(*still_open, findings.c.severity == Severity.HINT)
        .order_by(_is_unrecorded, findings.c.start.desc(), findings.c.rule, findings.c.subject)
        .limit(HINTS_AT_MOST)
    )
    return [finding_of(row) for statement in (serious, hints) for row in connection.execute(statement)]


def open_by_rule(
    connection: Connection,
    site_id: int,
    as_of: Instant,
    rules: Collection[Rule],
    strengths: Strengths,
    ours: Ours | None = None,
) -> dict[Rule, int]:
    """How many findings of each of these rules are open, in the projects of a team or in all."""
    one = select(findings.c.rule).where(
        findings.c.site_id == site_id,
        findings.c.rule.in_(rules),
        findings.c.known_from < as_of,
        ~is_waived(as_of),
        *visible(strengths),
        *(() if ours is None else (ours.project(findings.c.project_id),)),
    )
    # As one question, with `or`, it would be read by the rule: all that ever were, to find the few open ones.
    later = findings.c.end.between(as_of, FOREVER)
    still_open = union_all(one.where(findings.c.end.is_(None)), one.where(later)).subquery()
    statement = select(still_open.c.rule, func.count()).group_by(still_open.c.rule)
    return {Rule(row[0]): row[1] for row in connection.execute(statement)}
