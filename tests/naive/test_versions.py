"""Where policies changed, the product's core and the naive reading say the same about made-up histories."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random

import pytest

from phasewise.core.calendar import TICKS_PER_DAY
from phasewise.core.findings import seen_at
from phasewise.core.model import Finding, Limits, Policy
from phasewise.core.rulebook import (
    DEFAULT_TEAM,
    EVER,
    Membership,
    PolicyVersion,
    Rulebook,
    Team,
    Timeline,
    timeline_of,
)
from phasewise.core.rules import PARKED, five_days, over_cap, over_limit
from phasewise.core.versions import by_versions
from tests.naive import facts
from tests.naive.breaches import Found, persons
from tests.naive.histories import HOUR, History, make_history
from tests.naive.judged import Core, found_of
from tests.naive.law import seen
from tests.naive.translated import limits_of, rules_of
from tests.naive.versions import Changing, ChangingDays, Version


def versions_of(history: History) -> list[Version]:
    """One to three versions of the history's policy, changed at any instant and at those of news."""
    random, policy = Random(f"versions {history.seed}"), history.world.policy
    moments = [*sorted(history.happened()), random.randrange(history.start, history.end)]
    found = [Version(0, policy)]
    for at in sorted(random.sample(moments, min(random.choice((0, 1, 1, 2)), len(moments)))):
        policy = replace(
            policy,
            one_active=random.choice((1, 2, 3)),
            five_days=random.choice((5.0, 3.0, 2.0, 1.5, 0.5)),
            grace_minutes=random.choice((15.0, 0.0, 180.0)),
            watching=random.choice((0, 1, 2)),
            weekdays=random.choice((policy.weekdays, (0, 1, 2, 3), (0, 1, 2, 3, 4, 5, 6))),
        )
        found.append(Version(at + random.choice((0, 0, 1)), policy))
    return found


def timeline(versions: list[Version]) -> Timeline:
    numbered = enumerate(versions, 1)
    return timeline_of([(one.start, version(n, one.policy)) for n, one in numbered])


def version(number: int, policy: facts.Policy) -> PolicyVersion:
    return PolicyVersion(DEFAULT_TEAM, number, EVER, Policy(limits_of(policy), rules_of(policy)))


def judged(core: Core, along: Timeline) -> Iterator[Finding]:
    for task in core.world.tasks:
        own, subtasks = core.lives[task], core.subtasks(task)
        yield from by_versions(
            along,
            lambda limits, own=own, subtasks=subtasks: five_days(  # type: ignore[misc]
                own, subtasks, along.calendar, limits, core.leave
            ),
            own,
        )
    for mine in core.held_by_person():
        yield from by_versions(along, lambda limits, mine=mine: over_limit(mine, limits))  # type: ignore[misc]
        for rule in PARKED:
            yield from by_versions(
                along,
                lambda limits, mine=mine, rule=rule: over_cap(mine, rule, limits),  # type: ignore[misc]
            )


def naive(changing: Changing) -> Iterator[Found]:
    for task in changing.view.tasks():
        yield from changing.five_days(task.id)
    for person in persons(changing.view):
        yield from changing.one_active(person)
        yield from changing.over_cap(person, "watching")
        yield from changing.over_cap(person, "paused")


def differences(seed: int) -> Iterator[str]:
    history = make_history(seed)
    versions = versions_of(history)
    along, core = timeline(versions), Core(history)
    found = list(judged(core, along))
    edges = {at + step for at in [one.start for one in versions[1:]] for step in (0, 1, HOUR)}
    for as_of in [*history.looks(3), *(at for at in edges if at > history.start)]:
        changing = Changing(seen(history.world, as_of), versions)
        cut = [one for finding in found if (one := seen_at(finding, as_of)) is not None]
        fast = {one.id: one for one in map(found_of, cut)}
        slow = {one.id: one for one in naive(changing)}
        for name in sorted(fast.keys() | slow.keys()):
            if fast.get(name) != slow.get(name):
                yield f"seed {seed}, as of {as_of}, {name}: {fast.get(name)} and {slow.get(name)}"
        for one in cut:
            if one.policy_version != changing.number(one.start) + 1:
                yield f"seed {seed}: {one.rule} of {one.start} under version {one.policy_version}"


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_findings_are_those_of_the_version_in_force(first: int) -> None:
    assert [line for seed in range(first, first + 20) for line in differences(seed)] == []


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("first", range(1000, 1300, 100))
def test_they_are_in_many_more_histories(first: int) -> None:
    assert [line for seed in range(first, first + 100) for line in differences(seed)] == []


@pytest.mark.parametrize("seed", range(30))
def test_working_time_counts_by_the_rules_in_force(seed: int) -> None:
    history, random = make_history(seed), Random(seed)
    versions = versions_of(history)
    calendar, days = timeline(versions).calendar, ChangingDays(versions)
    for _ in range(10):
        start, end = sorted(random.randrange(history.start, history.end) for _ in range(2))
        worked = days.working_days(start, end)
        assert Fraction(calendar.working_ticks(start, end), TICKS_PER_DAY) == worked
        target = Fraction(random.randrange(1, 9), 2)
        position = calendar.position(start) + int(target * TICKS_PER_DAY)
        forever = [(start, history.end + 90 * 24 * HOUR)]
        assert calendar.first_at(position) == days.reached(forever, target)
        assert calendar.first_after(position) == days.exceeded(forever, target)


TEAMS = ("red", "blue")
MARCH = 1_772_323_200_000
"""The first of March 2026, 00:00 UTC."""


def team_of(name: str, limits: list[tuple[int, int]]) -> Team:
    numbered = enumerate(limits, 1)
    versions = (PolicyVersion(name, n, start, Policy(Limits(one_active=one))) for n, (start, one) in numbered)
    return Team(name, tuple(versions))


@pytest.mark.parametrize("seed", range(100))
def test_a_person_counts_by_the_team_of_the_day(seed: int) -> None:
    random = Random(f"members {seed}")
    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(12)]
    spans = [sorted(random.sample(days, 2)) for _ in range(random.randint(0, 4))]
    members = [Membership("ann", random.choice(TEAMS), a.isoformat(), b.isoformat()) for a, b in spans]
    limits = {name: random.sample(range(1, 9), 3) for name in (*TEAMS, DEFAULT_TEAM)}
    changes = sorted(random.sample(range(12 * 24), 2))
    starts = [0, *(MARCH + hours * HOUR for hours in changes)]
    teams = [team_of(name, list(zip(starts, mine, strict=True))) for name, mine in limits.items()]
    along = Rulebook(tuple(teams), tuple(members)).for_person("ann")
    for hours in range(-12, 13 * 24, 5):
        at = MARCH + hours * HOUR
        today = datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
        team = next((m.team for m in members if m.first <= today <= m.last), DEFAULT_TEAM)  # type: ignore[operator]
        number = max(n for n, start in enumerate(starts) if start <= at)
        assert (along.at(at).team, along.limits_at(at).one_active) == (team, limits[team][number])
