"""Which findings are shown at all, and which a waiver silences: conditions on rows of `findings`."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, exists, func, not_, or_, select

from phasewise.core.ladder import Grant
from phasewise.core.model import Instant, Phase, Rule, Strength, Strengths
from phasewise.core.rulebook import StrengthsByTeam
from phasewise.store.findings import ABOUT_PERSONS, ABOUT_PROJECTS
from phasewise.store.tables import findings, intervals, project_teams
from phasewise.store.work_tables import waivers

PHASE_TICKET: ColumnElement[Any] = case(
    (findings.c.rule == Rule.ONE_ACTIVE, cast(findings.c.detail["opened_by"].as_string(), BigInteger)),
    else_=findings.c.task_id,
)
"""The ticket whose phase, when the finding began, is the finding's: its task; where a person has too many
in hand, the one that was one too many."""


def visible(strengths: Strengths) -> list[ColumnElement[bool]]:
    """That a finding is not `off` for the team whose it is; no condition at all where no rule is."""
    if not isinstance(strengths, StrengthsByTeam):
        if not strengths.rules and not strengths.phases:
            return []
        return [not_(is_off) for is_off in _off(strengths)]
    named = list(strengths.teams)
    hidden = [and_(~_is_of(named, strengths), is_off) for is_off in _off(strengths)]
    for team, theirs in strengths.teams.items():
        hidden += [and_(_is_of([team], strengths), is_off) for is_off in _off(theirs)]
    return [not_(one) for one in hidden]


def where_visible(statement: Select[Any], strengths: Strengths) -> Select[Any]:
    """The statement with these conditions; where there are none the same one, which was put together once."""
    conditions = visible(strengths)
    return statement.where(*conditions) if conditions else statement


def _off(strengths: Strengths) -> Iterator[ColumnElement[bool]]:
    """The conditions by which a finding is `off`."""
    for rule in Rule:
        off = [phase.value for phase in Phase if strengths.of(rule, phase) is Strength.OFF]
        if len(off) == len(Phase) or (_has_no_phase(rule) and strengths.rules.get(rule) is Strength.OFF):
            yield findings.c.rule == rule
        elif off and not _has_no_phase(rule):
            yield and_(findings.c.rule == rule, _began_in(off))


def _is_of(teams: Collection[str], strengths: StrengthsByTeam) -> ColumnElement[bool]:
    """That a finding is of one of these teams: its person is, or else its project."""
    members = [person for person, team in strengths.persons.items() if team in teams]
    theirs = select(project_teams.c.project_id).where(
        project_teams.c.site_id == findings.c.site_id, project_teams.c.team.in_(teams)
    )
    of_person = findings.c.rule.in_([rule.value for rule in ABOUT_PERSONS])
    project = func.coalesce(findings.c.project_id, 0)
    return case((of_person, func.coalesce(findings.c.person, "").in_(members)), else_=project.in_(theirs))


def _has_no_phase(rule: Rule) -> bool:
    return rule in (*ABOUT_PERSONS, *ABOUT_PROJECTS) and rule is not Rule.ONE_ACTIVE


def _began_in(phases: list[str]) -> ColumnElement[bool]:
    return exists().where(
        intervals.c.site_id == findings.c.site_id,
        intervals.c.issue_id == PHASE_TICKET,
        intervals.c.start <= findings.c.start,
        or_(intervals.c.end.is_(None), intervals.c.end > findings.c.start),
        intervals.c.phase.in_(phases),
    )


def is_waived(at: Instant | ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a waiver silences a finding at an instant: see `Waiver.holds_at`."""
    return exists().where(
        *(waivers.c[name] == findings.c[name] for name in ("site_id", "rule", "subject", "start")),
        waivers.c.state == Grant.GRANTED,
        waivers.c.decided_at < at,
        waivers.c.until >= at,
    )
