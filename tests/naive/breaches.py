"""Section 4 of docs/definitions.md, plainly: one active ticket, the five-day task, and the two caps."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.naive.law import Run, Seen, Stretch, counts_as, edges_of, is_orphan, runs, stretch_at
from tests.naive.worktime import DAY, Span


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as seen at one instant. `end` and `breach_at` are None when they have not come. `phases` are
    those that still lack what they deliver."""

    rule: str
    severity: str
    start: int
    end: int | None
    person: str | None = None
    task: int | None = None
    project: int | None = None
    breach_at: int | None = None
    issues: tuple[int, ...] = ()
    started_last: int | None = None
    evidence: frozenset[tuple[int, int]] = frozenset()
    phases: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        return next(str(one) for one in (self.task, self.person, self.project) if one is not None)

    @property
    def id(self) -> str:
        return f"{self.rule}:{self.subject}:{self.start}"


def persons(view: Seen) -> list[str]:
    return sorted({s.person for life in view.lives.values() for s in life if s.person is not None})


def held(person: str, view: Seen) -> list[Stretch]:
    """Every interval of a task or sub-task while assigned to the person."""
    kinds = ("task", "subtask")
    ids = [ticket.id for ticket in view.tickets.values() if ticket.kind in kinds]
    return [stretch for issue in ids for stretch in view.lives[issue] if stretch.person == person]


def held_at(stretches: list[Stretch], at: int, view: Seen) -> frozenset[int]:
    """The tasks that these intervals make the person hold at `at`, sub-tasks as their parent."""
    return frozenset(counts_as(stretch.issue, view) for stretch in stretches if stretch.covers(at))


def overlaps(stretch: Stretch, start: int, end: int | None) -> bool:
    ends_after = stretch.end is None or stretch.end > start
    return ends_after and (end is None or stretch.start < end)


def proof(stretches: list[Stretch], start: int, end: int | None) -> frozenset[tuple[int, int]]:
    """The ids of those of the intervals that have time in `[start, end)`."""
    return frozenset((s.issue, s.start) for s in stretches if overlaps(s, start, end))


def one_active(person: str, view: Seen) -> list[Found]:
    active = [stretch for stretch in held(person, view) if stretch.group == "active"]
    grace = Fraction(view.policy.grace_minutes) * 60_000
    found = []
    for run in too_many(active, view.policy.one_active, view):
        start, end = view.measured(run.start, run.end)
        if end - start > grace:
            found.append(_stretch_over("one_active", "breach", person, run, active, view))
    return found


def over_cap(person: str, group: str, view: Seen) -> list[Found]:
    """`watching_over_cap` or `paused_over_cap`: a hint from the first moment, without grace."""
    cap = view.policy.watching if group == "watching" else view.policy.paused
    parked = [s for s in held(person, view) if s.group == group and not is_orphan(s.issue, view)]
    rule = f"{group}_over_cap"
    return [_stretch_over(rule, "hint", person, run, parked, view) for run in too_many(parked, cap, view)]


def too_many(stretches: list[Stretch], limit: int, view: Seen) -> list[Run[bool]]:
    instants = edges_of(stretches)
    return runs(instants, view.as_of, lambda at: len(held_at(stretches, at, view)) > limit)


def _stretch_over(
    rule: str, severity: str, person: str, run: Run[bool], stretches: list[Stretch], view: Seen
) -> Found:
    inside = [s for s in stretches if overlaps(s, run.start, run.end)]
    issues = sorted({counts_as(stretch.issue, view) for stretch in inside})
    return Found(
        rule=rule,
        severity=severity,
        start=run.start,
        end=run.end,
        person=person,
        breach_at=None,
        issues=tuple(issues),
        started_last=entered_last(run, stretches, view) if rule == "one_active" else None,
        evidence=proof(stretches, run.start, run.end),
    )


def entered_last(run: Run[bool], stretches: list[Stretch], view: Seen) -> int:
    """Of all that were in the set during the run, the one that entered it last (ties: the greater id)."""
    entries: list[tuple[int, int]] = []
    earlier: frozenset[int] = frozenset()
    for at in sorted(edges_of(stretches)):
        holds = held_at(stretches, at, view)
        if run.end is None or at < run.end:
            entries += [(at, task) for task in holds - earlier]
        earlier = holds
    during = {counts_as(s.issue, view) for s in stretches if overlaps(s, run.start, run.end)}
    return max((at, task) for at, task in entries if task in during)[1]


def undone(task: int, view: Seen) -> list[Run[bool]]:
    """The times in which the task itself is not done; each begins its age anew."""
    own = view.lives[task]
    return runs(edges_of(own), view.as_of, lambda at: _is_undone(stretch_at(own, at)))


def _is_undone(stretch: Stretch | None) -> bool:
    return stretch is not None and stretch.group != "done"


def active_within(task: int, run: Run[bool], view: Seen) -> list[Span]:
    """When the task or one of its sub-tasks was active in that time, while whose it is was there."""
    own = view.lives[task]
    active = [stretch for stretch in view.family(task) if stretch.group == "active"]
    start, end = view.measured(run.start, run.end)
    edges = edges_of([*own, *active]) | leave_edges(view)
    instants = {start} | {at for at in edges if start < at < end}

    def ages(at: int) -> bool:
        home = stretch_at(own, at)
        there = home is None or not is_away(home.person, at, view)
        return there and any(stretch.covers(at) for stretch in active)

    found = runs(instants, end, ages)
    return [(one.start, end if one.end is None else one.end) for one in found]


def is_away(person: str | None, at: int, view: Seen) -> bool:
    day = view.days.date_of(at).isoformat()
    return any(first <= day <= last for first, last in view.policy.leave.get(person or "", ()))


def leave_edges(view: Seen) -> set[int]:
    """Every midnight at which somebody's leave may begin or end."""
    days = {
        edge
        for some in view.policy.leave.values()
        for first, last in some
        for edge in (date.fromisoformat(first), date.fromisoformat(last) + DAY)
    }
    return {view.days.midnight(day) for day in days}


def age(task: int, view: Seen) -> Fraction:
    """Working days of active time since the task last left done, or ever if it never was."""
    lives = undone(task, view)
    return view.days.total(active_within(task, lives[-1], view)) if lives else Fraction(0)


def five_days(task: int, view: Seen) -> list[Found]:
    found = [_too_old(task, run, view) for run in undone(task, view)]
    return [one for one in found if one is not None]


def _too_old(task: int, run: Run[bool], view: Seen) -> Found | None:
    """The finding of one life of a task, from when it left done (or was created) until it is done."""
    limit = Fraction(view.policy.five_days)
    spans = active_within(task, run, view)
    start = view.days.reached(spans, limit - 1)
    if limit <= 1 and spans:
        start = spans[0][0]  # with less than a day to go, the warning comes with the first active time
    if start is None or start >= view.measured(run.start, run.end)[1]:
        return None
    breach = view.days.exceeded(spans, limit)
    home = stretch_at(view.lives[task], start)
    active = [stretch for stretch in view.family(task) if stretch.group == "active"]
    return Found(
        rule="five_days",
        severity="warning" if breach is None else "breach",
        start=start,
        end=run.end,
        task=task,
        project=home.project if home else None,
        breach_at=breach,
        issues=(task,),
        evidence=proof(active, run.start, run.end),
    )
