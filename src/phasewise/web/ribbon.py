"""The geometry of the phase ribbons: a shared time axis, and bars in percent of it. Called by `present`.

Height is the phase and a dip is a return, so a bar may get wider than its visit, but never vanish.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from phasewise.core.model import PHASE_RANK, Instant, Phase
from phasewise.web.dates import MONTHS, Dates
from phasewise.web.values import Axis, Tick

DAY_MS = 86_400_000
NARROWEST = 0.3
"""Percent of the axis: bars nearer than this are drawn as one, bars narrower than this get this width."""

RIGHT_MARGIN = 0.03
"""Share of the axis right of `as_of`, so that the today line stands inside the picture."""


@dataclass(frozen=True, slots=True)
class Window:
    """The time that the axis shows: from `start` to a little after `as_of`."""

    start: Instant
    as_of: Instant
    end: Instant

    def x(self, at: Instant) -> float:
        """Where an instant stands, in percent, held inside the axis."""
        share = (at - self.start) / (self.end - self.start) * 100
        return min(100.0, max(0.0, share))


@dataclass(frozen=True, slots=True)
class Bar:
    """Visits of one phase drawn as one: `x` and `width` in percent, `start` and `end` as they really were."""

    phase: Phase
    start: Instant
    end: Instant | None
    x: float
    width: float
    visits: int
    is_return: bool


def window_of(as_of: Instant, weeks: int) -> Window:
    """The last `weeks` weeks before `as_of`."""
    length = weeks * 7 * DAY_MS
    return Window(as_of - length, as_of, as_of + round(length * RIGHT_MARGIN / (1 - RIGHT_MARGIN)))


def bars_of(visits: Iterable[tuple[Phase, Instant, Instant | None, bool]], window: Window) -> list[Bar]:
    """The bars of one project from left to right, from (phase, start, end, is_return) in any order.

    However many visits there are, a phase gets at most `100 / NARROWEST` bars.
    """
    by_phase: dict[Phase, list[Bar]] = {}
    for phase, start, end, is_return in sorted(visits, key=lambda visit: visit[1]):
        x, right = window.x(start), window.x(window.as_of if end is None else min(end, window.as_of))
        bar = Bar(phase, start, end, x, max(right - x, NARROWEST), 1, is_return)
        drawn = by_phase.setdefault(phase, [])
        if drawn and x - (drawn[-1].x + drawn[-1].width) < NARROWEST:
            drawn[-1] = _joined(drawn[-1], bar)
        else:
            drawn.append(bar)
    return sorted(chain.from_iterable(by_phase.values()), key=lambda bar: (bar.x, PHASE_RANK[bar.phase]))


def _joined(one: Bar, other: Bar) -> Bar:
    right = max(one.x + one.width, other.x + other.width)
    end = None if one.end is None or other.end is None else max(one.end, other.end)
    return Bar(
        one.phase, one.start, end, one.x, right - one.x, one.visits + 1, one.is_return or other.is_return
    )


# ------------------------------------------------------------------ the axis

STEPS = ((8, "week"), (40, "month"), (130, "quarter"))
"""Up to so many weeks the axis is ticked by that step; beyond the last one by the year."""

LABEL_ROOM, NARROW_LABEL_ROOM = 24.0, 38.0
"""Percent that a label and the pill of today need between its tick and today, on a wide and a narrow axis."""


def axis_of(window: Window, dates: Dates) -> Axis:
    """Ticks at local week, month, quarter or year starts; no label where it would touch today's pill."""
    label = dates.day(window.as_of)
    today_x = round(window.x(window.as_of), 2)
    ticks = tuple(_tick(round(window.x(at), 2), text, today_x) for at, text in tick_instants(window, dates))
    return Axis(ticks=ticks, today_x=today_x, today_label=label, pill_width=12 + 7 * len(label))


def _tick(x: float, label: str, today_x: float) -> Tick:
    room = today_x - x
    return Tick(x, label if room > LABEL_ROOM else "", near=room < NARROW_LABEL_ROOM)


def tick_instants(window: Window, dates: Dates) -> Iterable[tuple[Instant, str]]:
    """The local week, month, quarter or year starts that the axis marks, each with its label."""
    step = next((name for limit, name in STEPS if _weeks(window) <= limit), "year")
    day, last = dates.local(window.start).date(), dates.local(window.end).date()
    while day < last:
        day = _next(day, step)
        at = datetime(day.year, day.month, day.day, tzinfo=dates.zone)
        instant = round(at.timestamp() * 1000)
        if instant < window.end:
            yield instant, _tick_label(day, step)


def _weeks(window: Window) -> float:
    return (window.as_of - window.start) / (7 * DAY_MS)


def _next(day: date, step: str) -> date:
    """The first start of such a step after `day`."""
    if step == "week":
        return day + timedelta(days=7 - day.weekday())
    months = {"month": 1, "quarter": 3, "year": 12}[step]
    count = (day.year * 12 + day.month - 1) // months * months + months
    return date(count // 12, count % 12 + 1, 1)


def _tick_label(day: date, step: str) -> str:
    if step == "week":
        return f"{MONTHS[day.month - 1]} {day.day}"
    if step == "year" or day.month == 1:
        return str(day.year)
    return MONTHS[day.month - 1]


# ------------------------------------------------------------------ sparklines

SPARK_WIDTH, SPARK_HEIGHT = 55.0, 14.0


def spark_points(values: Sequence[float]) -> list[tuple[float, float]]:
    """Points of a sparkline in a box of 56 by 18, y down; a flat line runs through the middle."""
    low, high = min(values), max(values)
    step = SPARK_WIDTH / max(1, len(values) - 1)
    height = high - low
    return [
        (
            round(n * step, 1),
            round(16 - ((value - low) / height * SPARK_HEIGHT if height else SPARK_HEIGHT / 2), 1),
        )
        for n, value in enumerate(values)
    ]
