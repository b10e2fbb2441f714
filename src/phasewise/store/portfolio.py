"""The read side of the portfolio page: what it shows, bounded by what fits on it, not by history.

Called by usecases/show_portfolio and its parts.
"""

from collections import Counter
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, case, func, select

from phasewise.core.findings import UNRECORDED
from phasewise.core.model import Finding, Group, Instant, Kind, Phase, Rule, Severity, Strengths
from phasewise.core.values import value
from phasewise.store.boards import chunks, exists_at, lasts_at
from phasewise.store.derived import PHASES
from phasewise.store.finding_pages import ends, finding_of, is_open
from phasewise.store.shown import is_waived, where_visible
from phasewise.store.tables import findings, intervals, issues
from phasewise.store.teams import Ours
from phasewise.store.upsert import AS_OF, SITE, SOME, fetch_many

HINTS_AT_MOST = 500
"""A site without a phase field has a hint for every task: the page counts them and shows the latest."""

_places = select(intervals.c.issue_id, intervals.c.phase, intervals.c.project_id).where(
    intervals.c.site_id == SITE, intervals.c.issue_id.in_(SOME), lasts_at(AS_OF)
)
_is_unrecorded = findings.c.rule.in_(sorted(UNRECORDED))


_done_epics = select(intervals.c.issue_id).where(
    intervals.c.site_id == SITE,
    intervals.c.issue_id.in_(
        select(issues.c.issue_id).where(
            issues.c.site_id == SITE, issues.c.kind == Kind.PROJECT, exists_at(AS_OF)
        )
    ),
    # Not by the index of groups: nearly all issues are done, and few are projects.
    func.coalesce(intervals.c.group, "") == Group.DONE,
    lasts_at(AS_OF),
)
_known = (
    findings.c.site_id == SITE,
    findings.c.rule.in_(bindparam("rules", expanding=True)),
    findings.c.known_from < AS_OF,
    ~is_waived(AS_OF),
)
_serious = select(findings).where(*_known, is_open(AS_OF), findings.c.severity != Severity.HINT)
_hints = (
    select(findings)
    .where(*_known, is_open(AS_OF), findings.c.severity == Severity.HINT)
    .order_by(_is_unrecorded, findings.c.start.desc(), findings.c.rule, findings.c.subject)
    .limit(HINTS_AT_MOST)
)
_open_rules = tuple(select(findings.c.rule).where(*_known, end) for end in ends(AS_OF))


@value(frozen=True, slots=True)
class Place:
    """Where a task is: its phase, and its project by issue id."""

    phase: Phase
    project: int | None


def done_epics(connection: Connection, site_id: int, as_of: Instant) -> set[int]:
    """The projects that are done at `as_of`: those whose epic is."""
    return {row[0] for row in fetch_many(connection, _done_epics, site=site_id, as_of=as_of)}


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
    # Not `not_in`: a site may have more findings that are only counted than all others together.
    rules = [rule for rule in Rule if rule not in counted]
    asked = {"site": site_id, "as_of": as_of, "rules": rules}
    return [
        finding_of(row)
        for statement in (_serious, _hints)
        for row in connection.execute(where_visible(statement, strengths), asked)
    ]


def open_by_rule(
    connection: Connection,
    site_id: int,
    as_of: Instant,
    rules: Collection[Rule],
    strengths: Strengths,
    ours: Ours | None = None,
) -> dict[Rule, int]:
    """How many findings of each of these rules are open, in the projects of a team or in all."""
    asked = {"site": site_id, "as_of": as_of, "rules": list(rules)}
    counted: Counter[Rule] = Counter()
    # As one question, with `or`, it would be read by the rule: all that ever were, to find the few open ones.
    for one in _open_rules:
        one = where_visible(one, strengths)
        some = one if ours is None else one.where(ours.project(findings.c.project_id))
        counted.update(Rule(rule) for (rule,) in fetch_many(connection, some, **asked))
    return counted
