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
from phasewise.web.fitting import from_width, pixels
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
    "ticks_of",
    "window_of",
]

# ------------------------------------------------------------------ the axis

STEPS = ((8, "week"), (40, "month"), (130, "quarter"))
"""Up to so many weeks the axis is ticked by that step; beyond the last one by the year."""

LABEL_MARGIN = 8
"""Pixels between a tick and its label, and after that."""


def axis_of(window: Window, dates: Dates) -> Axis:
    """Ticks at local week, month, quarter or year starts; no label where it would touch today's pill."""
    label = dates.day(window.as_of)
    today_x, pill_width = round(window.x(window.as_of), 2), 12 + pixels(label)
    return Axis(
        ticks=ticks_of(window, dates, today_x, pill_width),
        today_x=today_x,
        today_label=label,
        pill_width=pill_width,
    )


def ticks_of(window: Window, dates: Dates, end: float, taken: int) -> tuple[Tick, ...]:
    """The ticks, with room for their labels up to `end` percent less what is `taken` there, in pixels. Where
    they would touch each other, every other one gives way."""
    marks = [(round(window.x(at), 2), text) for at, text in tick_instants(window, dates)]
    ticks = []
    for n, (x, text) in enumerate(marks):
        needs = [(pixels(text) + LABEL_MARGIN + taken, end - x)]
        if n % 2:
            around = zip(marks[n - 1 : n + 1], marks[n : n + 2], strict=False)
            needs += [(pixels(one) + LABEL_MARGIN, right - left) for (left, one), (right, _after) in around]
        least = from_width(*needs)
        ticks.append(Tick(x, "" if least is None else text, least or 0))
    return tuple(ticks)


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
