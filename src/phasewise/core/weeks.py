"""Report weeks: a team's week from its first weekday to the next, under its ISO label."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from phasewise.core.calendar import Calendar
from phasewise.core.model import Instant

LABEL = re.compile(r"((?:19[7-9]|20\d|21\d)[0-9])-W([0-9]{2})", re.ASCII)
"""Of the years that calendars know."""


@dataclass(frozen=True, slots=True)
class Week:
    """`[start, end)`; `label` as in `2026-W47`. The report's instant is the end."""

    label: str
    start: Instant
    end: Instant


def report_week(at: Instant, calendar: Calendar, first_weekday: int = 0) -> Week:
    """The report week that holds `at`. It begins on `first_weekday` (0 is Monday) at midnight in the
    team's zone, and has the ISO week of its fourth day."""
    day = calendar.local_date(at)
    return _week_from(day - timedelta(days=(day.weekday() - first_weekday) % 7), calendar)


def weeks_up_to(as_of: Instant, count: int, calendar: Calendar) -> tuple[Week, ...]:
    """The last report weeks that began before `as_of`, oldest first; the last one may still be running."""
    weeks = [report_week(as_of - 1, calendar)]
    while len(weeks) < count:
        weeks.append(report_week(weeks[-1].start - 1, calendar))
    return tuple(reversed(weeks))


def week_labelled(label: str, calendar: Calendar, first_weekday: int = 0) -> Week:
    """The report week of a label. Raises ValueError, with how to write one, where there is no such week."""
    written = LABEL.fullmatch(label)
    try:
        year, number = map(int, written.groups()) if written else (0, 0)
        fourth = date.fromisocalendar(year, number, (first_weekday + 3) % 7 + 1)
    except ValueError:
        raise ValueError("There is no such week; write it like 2026-W47") from None
    return _week_from(fourth - timedelta(days=3), calendar)


def _week_from(first: date, calendar: Calendar) -> Week:
    iso = (first + timedelta(days=3)).isocalendar()
    end = calendar.midnight(first + timedelta(days=7))
    return Week(f"{iso.year}-W{iso.week:02}", calendar.midnight(first), end)
