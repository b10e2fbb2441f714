"""Policies that changed, plainly: at an instant the version in force then counts, and what counts at one
instant after the other is one finding. Only limits and calendars differ between the versions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from tests.naive.breaches import (
    Found,
    entered_last,
    five_days,
    held,
    held_at,
    overlaps,
    proof,
    too_many,
    undone,
)
from tests.naive.facts import Policy
from tests.naive.law import Run, Seen, Stretch, counts_as, edges_of, is_orphan, runs, seen
from tests.naive.worktime import Days

LAST = 1 << 62


@dataclass(frozen=True, slots=True)
class Version:
    """A policy, in force from an instant on until the next one is."""

    start: int
    policy: Policy


class ChangingDays(Days):
    """Each part of a time by the version then in force; dates are those of the first."""

    def __init__(self, versions: list[Version]) -> None:
        super().__init__(versions[0].policy)
        edges = [-LAST, *(version.start for version in versions[1:]), LAST]
        self.parts = list(zip(versions, pairwise(edges), strict=True))
        self.by_version = [Days(version.policy) for version in versions]

    def worked(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        for days, (_, (frm, to)) in zip(self.by_version, self.parts, strict=True):
            if max(start, frm) < min(end, to):
                yield from days.worked(max(start, frm), min(end, to))


class Changing:
    """The world at one instant, under policies one after another."""

    def __init__(self, view: Seen, versions: list[Version]) -> None:
        self.view, self.versions = view, versions
        self.days = ChangingDays(versions)
        self.views = [self._under(version) for version in versions]

    def _under(self, version: Version) -> Seen:
        world = replace(self.view.world, policy=version.policy)
        return replace(self.view, world=world, days=self.days)

    def number(self, at: int) -> int:
        """Which version is in force, from 0."""
        return max([n for n, version in enumerate(self.versions) if version.start <= at], default=0)

    def starts(self) -> set[int]:
        return {version.start for version in self.versions[1:]}

    # -------------------------------------------------------------- what a person holds

    def one_active(self, person: str) -> list[Found]:
        active = [stretch for stretch in held(person, self.view) if stretch.group == "active"]
        limits = [view.policy.one_active for view in self.views]
        found = []
        for run in self._too_many(active, limits):
            if self._is_known(run, active):
                finding = self._over("one_active", "breach", person, run, active)
                found.append(replace(finding, started_last=entered_last(run, active, self.view)))
        return found

    def over_cap(self, person: str, group: str) -> list[Found]:
        parked = [
            s for s in held(person, self.view) if s.group == group and not is_orphan(s.issue, self.view)
        ]
        caps = [getattr(view.policy, group) for view in self.views]
        runs_over = self._too_many(parked, caps)
        return [self._over(f"{group}_over_cap", "hint", person, run, parked) for run in runs_over]

    def _too_many(self, stretches: list[Stretch], limits: list[int]) -> list[Run[bool]]:
        def is_over(at: int) -> bool:
            return len(held_at(stretches, at, self.view)) > limits[self.number(at)]

        return runs(edges_of(stretches) | self.starts(), self.view.as_of, is_over)

    def _is_known(self, run: Run[bool], active: list[Stretch]) -> bool:
        """Whether some version, while it was in force, saw it last longer than its grace."""
        return any(self._knows(n, run, active) for n in range(len(self.versions)))

    def _knows(self, n: int, run: Run[bool], active: list[Stretch]) -> bool:
        view, (_, (frm, to)) = self.views[n], self.days.parts[n]
        grace = Fraction(view.policy.grace_minutes) * 60_000
        start, end = view.measured(run.start, run.end)
        over = too_many(active, view.policy.one_active, view)
        mine = [one for one in over if overlaps_run(one, max(start, frm), min(end, to))]
        return any(max(one.start + grace, start, frm) < min(end, to) for one in mine)

    def _over(self, rule: str, severity: str, person: str, run: Run[bool], held: list[Stretch]) -> Found:
        inside = [s for s in held if overlaps(s, run.start, run.end)]
        return Found(
            rule=rule,
            severity=severity,
            start=run.start,
            end=run.end,
            person=person,
            issues=tuple(sorted({counts_as(stretch.issue, self.view) for stretch in inside})),
            evidence=proof(held, run.start, run.end),
        )

    # -------------------------------------------------------------- the five-day task

    def five_days(self, task: int) -> list[Found]:
        each = [five_days(task, view) for view in self.views]
        instants = {at for found in each for one in found for at in (one.start, one.end, one.breach_at) if at}
        instants |= self.starts()

        def now(at: int) -> Found | None:
            covering = (
                one for one in each[self.number(at)] if one.start <= at and (one.end is None or at < one.end)
            )
            return next(covering, None)

        def is_breach(at: int) -> bool:
            one = now(at)
            return one is not None and one.breach_at is not None and one.breach_at <= at

        found = []
        for run in runs(instants, self.view.as_of, lambda at: now(at) is not None):
            within = sorted(
                {run.start, *(at for at in instants if run.start <= at < (run.end or self.view.as_of))}
            )
            breach = next((at for at in within if is_breach(at)), None)
            found.append(self._too_old(task, run, breach))
        return found

    def _too_old(self, task: int, run: Run[bool], breach: int | None) -> Found:
        own = self.view.lives[task]
        home = next(stretch for stretch in own if stretch.covers(run.start))
        life = next(one for one in undone(task, self.view) if overlaps_run(one, run.start, run.start + 1))
        active = [stretch for stretch in self.view.family(task) if stretch.group == "active"]
        return Found(
            rule="five_days",
            severity="warning" if breach is None else "breach",
            start=run.start,
            end=run.end,
            task=task,
            project=home.project,
            breach_at=breach,
            issues=(task,),
            evidence=proof(active, life.start, run.end),
        )


def overlaps_run(run: Run[bool], start: int, end: int) -> bool:
    return start < end and run.start < end and (run.end is None or run.end > start)


def at_instant(history_view: Seen, as_of: int, versions: Iterable[Version]) -> Changing:
    return Changing(seen(history_view.world, as_of), list(versions))
