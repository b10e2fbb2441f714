"""A report for one reader: with the names of people or without people, of all projects or of one.

Called where reports are shown or sent, and where they are frozen.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from phasewise.core.ab_tests import AbState
from phasewise.core.digest import Decision, Digest, Person, Problem, ProjectDigest, Remark, Totals
from phasewise.core.due import DueKind
from phasewise.core.health import Colour
from phasewise.core.model import Rule, Severity, State
from phasewise.core.plain import changed, found_in

Facts = TypeVar("Facts")

ABOUT_SOMEBODY = frozenset(
    {Rule.ONE_ACTIVE, Rule.NOTHING_ACTIVE, Rule.WATCHING_OVER_CAP, Rule.PAUSED_OVER_CAP, Rule.FLIP_FLOP}
)
"""What is about how somebody works, and not about a task."""


OF_THE_TEAM = frozenset({DueKind.KILL_CRITERION, DueKind.CHECK_IN})
"""What is due and is the team's own: by what it would stop, and when it looks after a test."""

RECORDS_SINCE = 2
"""The version of reports from which on tests and deliverables have lists of their own."""

TOLD_APART = frozenset(
    {"plan.presented", "plan.accepted", "deliverable.reviewed", "result.complete"}
    | {f"ab_test.{state}" for state in (AbState.RUNNING, AbState.ENDED, AbState.CANCELLED)}
)
"""What those lists tell, of what the audit log has."""


def people_in(digest: Digest) -> set[str]:
    """Everybody who is named, by id."""
    return {person.id for person in found_in(digest, Person)}


def named(facts: Facts, names: Mapping[str, str]) -> Facts:
    """The same with the names that are known; without any it names nobody."""
    found: Facts = changed(facts, Person, lambda person: Person(person.id, names.get(person.id)))
    return found


def without_people(digest: Digest) -> Digest:
    """The report for stakeholders: no line of it is about a person, and nothing says who did what. What is
    counted stays the same."""
    return replace(
        digest,
        remark=_unsigned(digest.remark),
        projects=tuple(_without_people(one) for one in digest.projects),
        loose_problems=_of_tasks(digest.loose_problems),
        people=(),
        waivers=(),
        decisions=tuple(_unsigned_decision(one) for one in digest.decisions if not _is_about_person(one)),
        due=tuple(one for one in digest.due if one.kind not in OF_THE_TEAM),
    )


def of_project(digest: Digest, project_id: int) -> Digest:
    """What the report says of one project; nothing else of the team is in it."""
    projects = tuple(one for one in digest.projects if one.id == project_id)
    return replace(
        digest,
        remark=None,
        projects=projects,
        totals=totals_of(projects, (), ()),
        loose_problems=(),
        people=(),
        waivers=(),
        decisions=tuple(one for one in digest.decisions if one.project and one.project.id == project_id),
        tests=tuple(one for one in digest.tests if one.project.id == project_id),
        delivered=tuple(one for one in digest.delivered if one.project.id == project_id),
        due=tuple(one for one in digest.due if one.project.id == project_id),
        compliance=replace(
            digest.compliance,
            week=replace(digest.compliance.week, kept=None, active_days=None, over_days=None),
            before=(),
            usual=None,
        ),
        unknown=replace(
            digest.unknown,
            silent=tuple(one for one in digest.unknown.silent if one.ticket.id == project_id),
            unmapped_statuses=(),
            unmapped_options=(),
            no_access=(),
            incomplete=0,
            unreadable=0,
            without_phase=0,
            without_project=0,
        ),
        done=sum(one.state is State.DONE for one in projects),
    )


def totals_of(projects: Iterable[ProjectDigest], others: Iterable[Problem], people: Iterable[str]) -> Totals:
    """What the projects add up to, with `others`: the problems that are in no project."""
    shown = list(projects)
    problems = [*others, *(problem for one in shown for problem in one.problems)]
    severities = Counter(problem.severity for problem in problems)
    states, colours = Counter(one.state for one in shown), Counter(one.colour for one in shown)
    moves = [move for one in shown for move in one.phase_moves]
    return Totals(
        projects=len(shown),
        people=len(set(people)),
        breaches=severities[Severity.BREACH],
        warnings=severities[Severity.WARNING],
        hints=severities[Severity.HINT],
        finished=sum(len(one.finished) for one in shown),
        started=sum(len(one.started) for one in shown),
        moves=len(moves),
        returns=sum(move.is_return for move in moves),
        by_state={state: states[state] for state in State},
        by_colour={colour: colours[colour] for colour in Colour},
    )


def _without_people(project: ProjectDigest) -> ProjectDigest:
    override = project.override
    return replace(
        project,
        owner=None,
        people=(),
        problems=_of_tasks(project.problems),
        finished=tuple(replace(one, person=None) for one in project.finished),
        started=tuple(replace(one, person=None) for one in project.started),
        remark=_unsigned(project.remark),
        override=None if override is None else replace(override, by=""),
    )


def _of_tasks(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(replace(one, person=None) for one in problems if one.rule not in ABOUT_SOMEBODY)


def _unsigned(remark: Remark | None) -> Remark | None:
    return None if remark is None else replace(remark, by="")


def decisions_of(digest: Digest) -> list[Decision]:
    """Those that no list of records tells already; reports of before there were such lists tell all."""
    apart = TOLD_APART if digest.version >= RECORDS_SINCE else frozenset()
    return [one for one in digest.decisions if one.action not in apart]


def told_once(decisions: Iterable[Decision]) -> list[tuple[Decision, int]]:
    """The decisions, each kind about one thing only once: the last of them, and how many there were."""
    alike: dict[tuple[str, str], list[Decision]] = {}
    for one in decisions:
        alike.setdefault((one.action, one.subject), []).append(one)
    return [(several[-1], len(several)) for several in alike.values()]


def _is_about_person(decision: Decision) -> bool:
    """What a review decided about somebody is between them and their lead."""
    return decision.action.startswith("review.") and decision.project is None


def _unsigned_decision(decision: Decision) -> Decision:
    return replace(decision, by="", detail={})
