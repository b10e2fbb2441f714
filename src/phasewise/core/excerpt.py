"""Parts of a weekly report: without any person in it, and of one project alone.

Called wherever a report is shown or sent to somebody who may not read the whole of it.
"""

from dataclasses import replace

from phasewise.core.digest import (
    Compliance,
    Digest,
    Override,
    ProjectDigest,
    Remark,
    Totals,
    Unknown,
    WeekShare,
)
from phasewise.core.health import Colour
from phasewise.core.model import Rule, Severity, State

ABOUT_SOMEBODY = frozenset(
    {
        Rule.ONE_ACTIVE,
        Rule.NOTHING_ACTIVE,
        Rule.WATCHING_OVER_CAP,
        Rule.PAUSED_OVER_CAP,
        Rule.FLIP_FLOP,
    }
)
"""What these rules find is about a person, not about a project."""


def without_persons(digest: Digest) -> Digest:
    """The report as stakeholders read it: nobody is named, and nothing in it is about somebody. What is
    counted stays as it is."""
    return replace(
        digest,
        remark=_unsigned(digest.remark),
        projects=tuple(_impersonal(one) for one in digest.projects),
        people=(),
        waivers=(),
        decisions=(),
    )


def _impersonal(one: ProjectDigest) -> ProjectDigest:
    problems = (problem for problem in one.problems if problem.rule not in ABOUT_SOMEBODY)
    return replace(
        one,
        owner=None,
        people=(),
        override=_unsigned_override(one.override),
        remark=_unsigned(one.remark),
        finished=tuple(replace(task, person=None) for task in one.finished),
        started=tuple(replace(task, person=None) for task in one.started),
        problems=tuple(replace(problem, person=None) for problem in problems),
    )


def _unsigned(remark: Remark | None) -> Remark | None:
    return None if remark is None else replace(remark, by="")


def _unsigned_override(override: Override | None) -> Override | None:
    return None if override is None else replace(override, by="")


def of_project(digest: Digest, project_id: int) -> Digest:
    """What the report says of one project, and nothing of the others nor of the team; without any project
    where it is not in the report."""
    projects = tuple(one for one in digest.projects if one.id == project_id)
    silent = tuple(one for one in digest.unknown.silent if one.ticket.id == project_id)
    unknown = Unknown(
        silent=silent, never_synced=digest.unknown.never_synced, is_stale=digest.unknown.is_stale
    )
    return replace(
        digest,
        remark=None,
        totals=_totals(projects),
        compliance=Compliance(WeekShare(digest.week, digest.start, digest.end, None, None, None)),
        projects=projects,
        people=(),
        waivers=(),
        decisions=(),
        unknown=unknown,
        done=0,
    )


def _totals(projects: tuple[ProjectDigest, ...]) -> Totals:
    """Counted again, of these projects alone."""
    severities = [problem.severity for one in projects for problem in one.problems]
    moves = [move for one in projects for move in one.phase_moves]
    return Totals(
        projects=len(projects),
        people=len({each.person.id for one in projects for each in one.people}),
        breaches=severities.count(Severity.BREACH),
        warnings=severities.count(Severity.WARNING),
        hints=severities.count(Severity.HINT),
        finished=sum(len(one.finished) for one in projects),
        started=sum(len(one.started) for one in projects),
        moves=len(moves),
        returns=sum(move.is_return for move in moves),
        by_state={state: sum(one.state is state for one in projects) for state in State},
        by_colour={colour: sum(one.colour is colour for one in projects) for colour in Colour},
    )
