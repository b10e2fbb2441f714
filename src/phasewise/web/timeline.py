"""The phase timeline of a project: a row a phase, a bar a visit, and how one led to the next.

Up is forward: a thin line up leads on, a bold arrow down is a return. Called by project_page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from phasewise.core.model import PHASE_RANK
from phasewise.i18n.speaking import _, ngettext
from phasewise.terms import phase_name
from phasewise.usecases.views import VisitShown
from phasewise.web.charts import PHASE_ROWS
from phasewise.web.dates import Dates
from phasewise.web.fitting import from_width, pixels
from phasewise.web.ribbon import Bar, Window, bars_of, ticks_of
from phasewise.web.values import PhaseTag, Tick
from phasewise.web.wording import number, phase_tag

ROW = 30
BAR_TOP, BAR_HEIGHT = 8, 14
FIGURE_MARGIN, MARK_WIDTH = 3, 12
"""Pixels: what a figure keeps from the ends of its bar, and how wide a mark is."""


@dataclass(frozen=True, slots=True)
class TimelineBar:
    """A visit; `text` is its length in weeks, empty where there is no room, and else written where the
    timeline has so many pixels."""

    number: int
    x: float
    width: float
    y: int
    text: str
    title: str
    from_width: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """From the bar before to this one: a line at `x` percent from `y1` to `y2`."""

    x: float
    y1: int
    y2: int
    is_return: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that was shown to somebody: at `x` percent, in the row at `y`."""

    x: float
    y: int
    title: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """`rows` are the phases from the top down, `height` that of all of them; `frames` are the days of A/B
    tests, `marks` what was shown to somebody."""

    label: str
    height: int
    rows: tuple[PhaseTag, ...]
    ticks: tuple[Tick, ...]
    today_x: float
    bars: tuple[TimelineBar, ...]
    steps: tuple[Step, ...]
    frames: tuple[TimelineBar, ...] = ()
    marks: tuple[Mark, ...] = ()


def timeline_of(
    name: str, visits: Sequence[VisitShown], week_days: int, window: Window, dates: Dates
) -> Timeline:
    """The visits inside the window, as they are drawn; a week has so many working days."""
    bars = bars_of(((one.phase, one.start, one.end, one.is_return) for one in visits), window)
    weeks = {(one.phase, one.start): one.elapsed_days / week_days for one in visits}
    return Timeline(
        label=_label(name, visits),
        height=ROW * len(PHASE_ROWS),
        rows=tuple(phase_tag(phase) for phase in PHASE_ROWS),
        ticks=ticks_of(window, dates, 100, 0),
        today_x=round(window.x(window.as_of), 2),
        bars=tuple(_bar(bar, dates, weeks.get((bar.phase, bar.start), 0.0)) for bar in bars),
        steps=_steps(visits, window),
    )


def _label(name: str, visits: Sequence[VisitShown]) -> str:
    names = [phase_name(one.phase) for one in visits]
    shown = " → ".join(names[-12:]) or _("none yet")
    shown = f"… → {shown}" if len(names) > 12 else shown
    return _("Phases of %(project)s over time: %(phases)s", project=name, phases=shown)


def top_of(number: int) -> int:
    """The upper edge of a phase's row."""
    return (len(PHASE_ROWS) - number) * ROW


def _bar(bar: Bar, dates: Dates, weeks: float) -> TimelineBar:
    rank = PHASE_RANK[bar.phase]
    until = _("now") if bar.end is None else dates.day(bar.end)
    title = f"{phase_name(bar.phase)}: {dates.day(bar.start)} – {until}"
    title += " · " + ngettext("%(num)s visit", "%(num)s visits", bar.visits) if bar.visits > 1 else ""
    text = number(weeks) if bar.visits == 1 else ""
    least = from_width((pixels(text) + FIGURE_MARGIN, bar.width)) if text else 0
    return TimelineBar(
        number=rank,
        x=round(bar.x, 2),
        width=round(bar.width, 2),
        y=top_of(rank) + BAR_TOP,
        text="" if least is None else text,
        title=title + (" · " + _("return") if bar.is_return else ""),
        from_width=least or 0,
    )


def clear_of(marks: Sequence[Mark], bar: TimelineBar) -> TimelineBar:
    """The bar with its figure only where none of the marks is drawn over it."""
    middle, room = bar.x + bar.width / 2, (pixels(bar.text) + MARK_WIDTH) / 2
    over = [(room, abs(one.x - middle)) for one in marks if 0 <= one.y - bar.y <= BAR_HEIGHT]
    least = from_width(*over) if bar.text else 0
    if least is None:
        return replace(bar, text="")
    return replace(bar, from_width=max(bar.from_width, least))


def _steps(visits: Sequence[VisitShown], window: Window) -> tuple[Step, ...]:
    """How each visit follows from the one that began before it; a return from the latest later phase."""
    steps = []
    for n, visit in enumerate(visits):
        before = [one for one in visits[:n] if one.start < visit.start]
        rank = PHASE_RANK[visit.phase]
        if visit.is_return:
            before = [one for one in before if PHASE_RANK[one.phase] > rank]
        if not before or visit.start < window.start:
            continue
        origin = PHASE_RANK[before[-1].phase]
        if origin == rank:
            continue
        down = origin > rank
        y1 = top_of(origin) + (BAR_TOP + BAR_HEIGHT if down else BAR_TOP)
        y2 = top_of(rank) + (BAR_TOP if down else BAR_TOP + BAR_HEIGHT)
        steps.append(Step(round(window.x(visit.start), 2), y1, y2, visit.is_return))
    return tuple(steps)
