"""The weeks of an audit as bars: x in percent, y in pixels. Called by `audit`."""

from collections.abc import Sequence
from dataclasses import dataclass

from phasewise.i18n.speaking import _
from phasewise.usecases.audit import AuditWeek
from phasewise.web.dates import Dates
from phasewise.web.wording import number

HEIGHT = 110.0
TOP = 12.0
TOPS = (0.1, 0.25, 0.5, 1.0)
"""What the top of the plot may stand for."""

LAST_LABEL = 96.0
"""Percent: what begins further right is cut off by the edge of a phone."""

FEWEST = 12
"""Weeks that are shown however short the history is: fewer bars would be walls."""

GAP = 0.25
"""Share of a week's room that lies between the bars."""


@dataclass(frozen=True, slots=True)
class WeekBar:
    """A week: `room_x` and `room` are all of its place, `x` and `width` those of the bar."""

    room_x: float
    room: float
    x: float
    width: float
    y: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """Something written at `x` percent, or beside the line at `y` pixels."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class AuditChart:
    label: str
    height: float
    bottom: float
    bars: tuple[WeekBar, ...]
    lines: tuple[AxisLabel, ...]
    months: tuple[AxisLabel, ...]


def chart_of(weeks: Sequence[AuditWeek], dates: Dates) -> AuditChart | None:
    """Oldest first, from the first week with active time on; None where there is none. A later week without
    has no bar."""
    weeks = _from_the_first(weeks)
    shares = [share_over(week) for week in weeks]
    known = [share for share in shares if share is not None]
    if not known:
        return None
    top = next(one for one in TOPS if one >= max(known))
    bars = [
        _bar(n, len(weeks), week, share / top)
        for n, (week, share) in enumerate(zip(weeks, shares, strict=True))
        if share is not None
    ]
    return AuditChart(
        label=_("Share of person-days over the limit of active tickets, by week; the table has the numbers"),
        height=HEIGHT + TOP,
        bottom=HEIGHT + TOP,
        bars=tuple(bars),
        lines=tuple(
            AxisLabel(round(TOP + HEIGHT * (1 - part), 2), f"{number(100 * top * part)} %")
            for part in (1.0, 0.5)
        ),
        months=_months(weeks, dates),
    )


def _from_the_first(weeks: Sequence[AuditWeek]) -> Sequence[AuditWeek]:
    first = next((n for n, week in enumerate(weeks) if week.person_days), 0)
    return weeks[max(0, min(first, len(weeks) - FEWEST)) :]


def share_over(week: AuditWeek) -> float | None:
    """Person-days over the limit of all; None where nobody was active."""
    return week.person_days_over / week.person_days if week.person_days else None


def _bar(n: int, of: int, week: AuditWeek, part: float) -> WeekBar:
    room, height = 100 / of, HEIGHT * part
    return WeekBar(
        room_x=round(n * room, 4),
        room=round(room, 4),
        x=round((n + GAP / 2) * room, 4),
        width=round((1 - GAP) * room, 4),
        y=round(TOP + HEIGHT - height, 2),
        height=round(height, 2),
        title=_(
            "%(week)s: %(over)s of %(all)s person-days over the limit",
            week=week.label,
            over=week.person_days_over,
            all=week.person_days,
        ),
    )


def _months(weeks: Sequence[AuditWeek], dates: Dates) -> tuple[AxisLabel, ...]:
    """Every second month, at its first week."""
    labels: list[AxisLabel] = []
    before = None
    for n, week in enumerate(weeks):
        month = dates.local(week.start).month
        at = 100 * n / len(weeks)
        if before is not None and month != before and month % 2 and at <= LAST_LABEL:
            labels.append(AxisLabel(round(at, 4), dates.month(week.start)))
        before = month
    return tuple(labels)
