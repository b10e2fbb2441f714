"""Who is on what in a report, by name: there is no order by outcome. Called by build_digest."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import takewhile

from phasewise.core.digest import InHand, Person, PersonDigest, Problem
from phasewise.core.model import Finding, Group, Instant, Interval
from phasewise.usecases.as_of import hands
from phasewise.usecases.as_of.scene import ticket_of
from phasewise.usecases.as_of.tasks import Life, seen
from phasewise.usecases.as_of.week_days import away_of, days_in
from phasewise.usecases.reports.ground import Ground
from phasewise.usecases.reports.problems import is_personal
from phasewise.usecases.reports.work import WeekWork

NOT_ACTIVE = (Group.WATCHING, Group.PAUSED, Group.TODO)


def people_of(
    ground: Ground, found: Sequence[tuple[Finding, Problem]], work: WeekWork
) -> tuple[PersonDigest, ...]:
    """The people of the team who have a task, or had one active in the last 14 days."""
    problems: defaultdict[str, list[Problem]] = defaultdict(list)
    for finding, problem in found:
        if is_personal(finding) and finding.person is not None:
            problems[finding.person].append(problem)
    return tuple(
        _person(ground, hand, hand.person, work.days.get(hand.person, 0.0), problems.get(hand.person, ()))
        for hand in ground.scene.hands
        if hand.person is not None and ground.has_member(hand.person)
    )


def loose_problems(ground: Ground, found: Iterable[tuple[Finding, Problem]]) -> tuple[Problem, ...]:
    """Those of tasks that are in no project of the report."""
    return tuple(
        problem
        for finding, problem in found
        if not is_personal(finding) and finding.project not in ground.projects
    )


def _person(
    ground: Ground, hand: hands.Hand, person: str, worked: float, problems: Iterable[Problem]
) -> PersonDigest:
    at, scene = ground.at.of_person(person), ground.scene
    waiting = Counter(held.group for held in hand.tasks)
    return PersonDigest(
        person=Person(person, None),
        days=worked,
        away_days=days_in(at, ground.wanted.week, away_of(at, person)),
        active=tuple(
            _in_hand(ground, person, held)
            for held in hand.tasks
            if held.group is Group.ACTIVE and held.task.id in scene.lives and held.task.id in scene.places
        ),
        waiting={group: waiting[group] for group in NOT_ACTIVE if waiting[group]},
        over_limit=hand.active_count > at.policies.limit_of(person, at.as_of),
        problems=tuple(problems),
    )


def _in_hand(ground: Ground, person: str, held: hands.InHand) -> InHand:
    place, life = ground.scene.places[held.task.id], ground.scene.lives[held.task.id]
    return InHand(
        ticket=ticket_of(ground.at, held.task),
        project=None if place.project is None else ground.scene.epics.get(place.project),
        phase=place.phase,
        since=_active_since(life, person, ground.at.as_of),
        age_days=life.age_days(ground.at),
    )


def _active_since(life: Life, person: str, as_of: Instant) -> Instant:
    """Since when the person has it active without a break, by itself or by one of its sub-tasks."""
    runs = (_run_start(own, person, as_of) for own in (life.own, *life.subtasks.values()))
    return min((start for start in runs if start is not None), default=as_of)


def _run_start(life: Sequence[Interval], person: str, as_of: Instant) -> Instant | None:
    begun = [one for one in life if one.start < as_of]
    if not begun or seen(begun[-1].end, as_of) is not None:
        return None
    run = list(takewhile(lambda one: one.group is Group.ACTIVE and one.person == person, reversed(begun)))
    return run[-1].start if run else None
