"""The axis of the phase ribbons, ticks and the pill of today; the points of sparklines. Called by `present`.

The geometry of the ribbons themselves is in core, and is given on from here.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from phasewise.core.model import Instant
from phasewise.core.ribbon import DAY_MS, NARROWEST, RIGHT_MARGIN, Bar, Window, bars_of, window_of
from phasewise.i18n.speaking import language
from phasewise.i18n.writing import DAY, MONTH, date_text
from phasewise.web.dates import Dates
from phasewise.web.values import Axis, Tick

__all__ = [
    "DAY_MS",
    "NARROWEST",
    "RIGHT_MARGIN",
    "Bar",
    "Window",
    "axis_of",
    "bars_of",
    "spark_points",
    "tick_instants",
    "window_of",
]

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
        return date_text(day, DAY, language())
    if step == "year" or day.month == 1:
        return str(day.year)
    return date_text(day, MONTH, language())


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
