"""Section 6 of docs/definitions.md, plainly: report weeks and compliance with the one-active rule."""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from tests.naive.breaches import held, held_at, one_active, persons
from tests.naive.law import Run, Seen, edges_of, runs
from tests.naive.worktime import DAY, Days


@dataclass(frozen=True, slots=True)
class Week:
    label: str
    start: int
    end: int


def week_of(at: int, days: Days) -> Week:
    """From Monday midnight to the next, with the ISO week of its fourth day."""
    monday = days.date_of(at)
    while monday.weekday() != 0:
        monday -= DAY
    year, number, _ = (monday + 3 * DAY).isocalendar()
    start, end = days.midnight(monday), days.midnight(monday + timedelta(days=7))
    return Week(f"{year}-W{number:02d}", start, end)


def compliance(week: Week, view: Seen) -> Fraction | None:
    """1 - (person-time over the limit) / (person-time with an active ticket), seen at the week's end."""
    active, over = shares(week, view)
    return 1 - over / active if active else None


def shares(week: Week, view: Seen) -> tuple[Fraction, Fraction]:
    """Person-days with an active ticket, and over the limit."""
    active, over = Fraction(0), Fraction(0)
    for person in persons(view):
        active += sum((_inside(run, week, view) for run in busy(person, view)), Fraction(0))
        findings = [Run(one.start, one.end, True) for one in one_active(person, view)]
        over += sum((_inside(run, week, view) for run in findings), Fraction(0))
    return active, over


def busy(person: str, view: Seen) -> list[Run[bool]]:
    """When the person had an active ticket."""
    mine = [stretch for stretch in held(person, view) if stretch.group == "active"]
    return runs(edges_of(mine), view.as_of, lambda at: bool(held_at(mine, at, view)))


def _inside(run: Run[bool], week: Week, view: Seen) -> Fraction:
    start, end = view.measured(run.start, run.end)
    start, end = max(start, week.start), min(end, week.end)
    return view.days.working_days(start, end) if start < end else Fraction(0)
