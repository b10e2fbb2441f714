"""When a weekly report goes out: a weekday, an hour and a zone become instants, through both clock changes.

Pure. `usecases/reports/` asks it, and says it to people.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from phasewise.core.model import Instant

SHAPE = "must be a weekday and a time like Mon 08:00"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS_LOOKED_AT = 10
"""A week, and what a zone that skipped a whole day may add to it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SendTime:
    """When a team's report is sent: weekday 0 is Monday, `minute` counts from midnight in `zone`."""

    weekday: int
    minute: int
    zone: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """Minutes of the reader's day, from `start` until before `end`, in which nothing comes. Where `end` is
    not after `start` it is of the next day; where both are the same there is no quiet."""

    start: int
    end: int


class Hitch(StrEnum):
    """Why nothing went out: nobody began it; mails wait for their server; no mail server is set."""

    NOT_BEGUN = "not_begun"
    WAITS = "waits"
    NO_SERVER = "no_server"


@dataclass(frozen=True, slots=True)
class Overdue:
    """A report that should have been sent. `team` and `week` are None where mails of any report wait."""

    hitch: Hitch
    since: Instant
    team: str | None = None
    week: str | None = None


def send_time(text: str, zone: str) -> SendTime:
    """What `Mon 08:00` says, in a zone; ValueError for anything else."""
    found = re.fullmatch(r"([a-z]{3})[a-z]* +([01]?\d|2[0-3]):([0-5]\d)", text.strip().lower())
    if found is None or found[1] not in WEEKDAYS:
        raise ValueError(SHAPE)
    return SendTime(WEEKDAYS.index(found[1]), int(found[2]) * 60 + int(found[3]), zone)


def ready_at(ended: Instant, time: SendTime) -> Instant:
    """When the report of a week that ended is due: the first such time at or after its end."""
    return _first(ended, time.minute, time.zone, time.weekday)


def due_at(ready: Instant, time: SendTime, zone: str | None = None, quiet: Quiet | None = None) -> Instant:
    """When somebody in a zone (None: the team's) gets the report that is ready: the first time it is the
    hour of the report there, at or after it is ready and so within a day; then after their quiet hours."""
    due = _first(ready, time.minute, zone or time.zone)
    return due if quiet is None else after_quiet(due, zone or time.zone, quiet)


def after_quiet(at: Instant, zone: str, quiet: Quiet) -> Instant:
    """`at`, or the end of the quiet hours it lies in."""
    if quiet.start == quiet.end:
        return at
    today = _local_date(at, zone)
    for day in (today - _DAY, today):
        start = instant_of(day, quiet.start, zone)
        end = _first(start, quiet.end, zone)
        if start <= at < end:
            return end
    return at


def next_daily(at: Instant, minute: int, zone: str) -> Instant:
    """The first instant at or after `at` at which it is that minute of the day in a zone."""
    return _first(at, minute, zone)


def instant_of(day: date, minute: int, zone: str) -> Instant:
    """The instant of a local time. One that comes twice is the first of both; one that does not exist, as
    the clocks go forward over it, is the first instant after the gap."""
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=_zone(zone))
    late, early = _seconds(local), _seconds(local.replace(fold=1))
    # Only in a gap is the reading by the clock from after it the earlier one.
    return (late if late <= early else _transition(early, late, zone)) * 1000


def _first(at: Instant, minute: int, zone: str, weekday: int | None = None) -> Instant:
    """The first instant at or after `at` of a local time, of any day or of a weekday."""
    day = _local_date(at, zone) - _DAY  # a time of yesterday that does not exist may lie in today
    days = (day + n * _DAY for n in range(_DAYS_LOOKED_AT))
    found = (instant_of(day, minute, zone) for day in days if weekday in (None, day.weekday()))
    return next(instant for instant in found if instant >= at)


def _transition(early: int, late: int, zone: str) -> int:
    """The second at which the clocks went forward, between two seconds around it."""
    before = _offset(early, zone)
    while late - early > 1:
        middle = (early + late) // 2
        early, late = (middle, late) if _offset(middle, zone) == before else (early, middle)
    return late


def _offset(at: int, zone: str) -> timedelta | None:
    return (_EPOCH + at * _SECOND).astimezone(_zone(zone)).utcoffset()


def _local_date(at: Instant, zone: str) -> date:
    return (_EPOCH + at // 1000 * _SECOND).astimezone(_zone(zone)).date()


def _seconds(local: datetime) -> int:
    return round((local - _EPOCH) / _SECOND)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
