"""The geometry of a project's charts: SVG coordinates, x in percent, y in pixels down. By project_page.

Templates only print them. Each chart stands beside a table with the same numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from phasewise.core.model import PHASE_RANK, PHASES, Group, Instant, Limits
from phasewise.i18n.speaking import _, marked, ngettext
from phasewise.terms import phase_name
from phasewise.usecases.project import Cycle, WeekWork
from phasewise.usecases.views import TaskListed
from phasewise.web.dates import Dates
from phasewise.web.wording import comma_list, days_text, number

HEIGHT = 150
"""Pixels of the plot of a chart, without what is written below it."""

LABEL_HEIGHT = 12
"""Lines nearer than this would have their labels written over each other."""

LABEL_WIDTH = 20
"""Percent of a plot that the label of a line takes, on a narrow screen."""

HEADROOM = 1.15
"""The limit is not the upper edge: its label stands above its line."""

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Line:
    """A horizontal line at `y` with its label at one of its ends, whose baseline is at `label_y`."""

    y: float
    label_y: float
    label: str
    is_left: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """Something written below the plot at `x` percent; `anchor` is start, middle or end. What is `minor` is
    left out on narrow screens."""

    x: float
    text: str
    anchor: str
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A ticket. `tone` is bad over the limit, warn near it; `name` is written beside it, or empty."""

    x: float
    y: float
    tone: str
    title: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a bar, in the colour of the phase with this number."""

    number: int
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A plot of `height` pixels. `grid` has the horizontal lines with the numbers at their left; `bands` are
    shaded from x by a width, both in percent."""

    label: str
    height: int
    grid: tuple[tuple[float, str], ...]
    labels: tuple[Label, ...]
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    blocks: tuple[Block, ...] = ()
    bands: tuple[tuple[float, float], ...] = ()


# ------------------------------------------------------------------ cycle time


def cycle_chart(cycle: Cycle, limits: Limits, dates: Dates) -> Chart | None:
    """One dot a finished ticket, at its day and the age it had; None where none has an age."""
    known = [(one, one.days) for one in cycle.finished if one.days is not None]
    if not known or cycle.half is None or cycle.most is None:
        return None
    start = dates.as_of - cycle.weeks * 7 * DAY_MS
    y, grid = _scale(max(limits.five_days, *(age for __, age in known)))
    dots = tuple(
        Dot(
            x=_share(one.at - start, dates.as_of - start),
            y=y(age),
            tone="bad" if age > limits.five_days else "",
            title=_(
                "%(key)s: %(days)s, done %(day)s",
                key=one.ticket.key,
                days=days_text(age),
                day=dates.day(one.at),
            ),
        )
        for one, age in known
    )
    return Chart(
        label=ngettext(
            "Cycle time of %(num)s ticket: half within %(half)s, 85 %% within %(most)s",
            "Cycle time of %(num)s tickets: half within %(half)s, 85 %% within %(most)s",
            len(known),
            half=days_text(cycle.half),
            most=days_text(cycle.most),
        ),
        height=HEIGHT,
        grid=grid,
        labels=_ends(start, dates),
        lines=tuple(
            _beside(dots, line) for line in _percentiles(y(cycle.half), y(cycle.most), cycle.half, cycle.most)
        ),
        dots=dots,
    )


def _percentiles(half_y: float, most_y: float, half: float, most: float) -> tuple[Line, ...]:
    """The label of the lower line goes below it where it would touch the other's."""
    below = half_y - most_y < LABEL_HEIGHT
    return (
        Line(most_y, most_y - 4, f"85 %: {days_text(most)}"),
        Line(half_y, half_y + (11 if below else -4), f"50 %: {days_text(half)}"),
    )


def _beside(dots: Sequence[Dot], line: Line) -> Line:
    """The line with its label at the end where it lies over fewer dots."""
    near = [dot.x for dot in dots if -LABEL_HEIGHT < dot.y - line.label_y < LABEL_HEIGHT / 2]
    left, right = sum(x < LABEL_WIDTH for x in near), sum(x > 100 - LABEL_WIDTH for x in near)
    return replace(line, is_left=left < right)


def _ends(start: Instant, dates: Dates) -> tuple[Label, ...]:
    middle = (start + dates.as_of) // 2
    return (
        Label(0, dates.day(start), "start"),
        Label(50, dates.day(middle), "middle"),
        Label(100, dates.day(dates.as_of), "end"),
    )


# ------------------------------------------------------------------ age of open work

AGE_COLUMNS = (
    (Group.ACTIVE, marked("Active")),
    (Group.WATCHING, marked("Watching")),
    (Group.PAUSED, marked("Paused")),
    (Group.TODO, marked("Back to do")),
)


def age_chart(tasks: Sequence[TaskListed], tones: Mapping[str, str], limits: Limits) -> Chart | None:
    """One dot an open ticket that was active, by what it is now; None where there is none. `tones` are bad
    or warn, by task, where its limit is broken or near."""
    aged = [task for task in tasks if task.age_days > 0 or task.status_group is Group.ACTIVE]
    if not aged:
        return None
    columns = [one for one in AGE_COLUMNS if one[0] is Group.ACTIVE or _in(aged, one[0])]
    y, grid = _scale(max(limits.five_days * HEADROOM, *(task.age_days for task in aged)))
    width = 100 / len(columns)
    over = sum(tones.get(task.id) == "bad" for task in aged)
    limit_y = y(limits.five_days)
    return Chart(
        label=ngettext(
            "Age of %(num)s open ticket; %(over)s over the limit of %(limit)s days",
            "Age of %(num)s open tickets; %(over)s over the limit of %(limit)s days",
            len(aged),
            over=over,
            limit=number(limits.five_days),
        ),
        height=HEIGHT,
        grid=grid,
        labels=tuple(
            Label(round((n + 0.5) * width, 1), _(word), "middle") for n, (__, word) in enumerate(columns)
        ),
        lines=(Line(limit_y, limit_y - 4, _("limit %(limit)s d", limit=number(limits.five_days))),),
        dots=tuple(
            dot
            for n, (group, __) in enumerate(columns)
            for dot in _aged(_in(aged, group), (n * width, width), y, tones)
        ),
        bands=tuple((round(n * width, 2), round(width, 2)) for n in range(0, len(columns), 2)),
    )


def _in(tasks: Sequence[TaskListed], group: Group) -> list[TaskListed]:
    return [task for task in tasks if task.status_group is group]


def _aged(
    tasks: Sequence[TaskListed],
    column: tuple[float, float],
    y: Callable[[float], float],
    tones: Mapping[str, str],
) -> list[Dot]:
    """The dots of a column (its left and its width) side by side; those over the limit with their keys."""
    left, width = column
    return [
        Dot(
            x=round(left + width * (0.1 + 0.7 * n / len(tasks)), 1),
            y=y(task.age_days),
            tone=tones.get(task.id, ""),
            title=f"{task.key}: {days_text(task.age_days)}",
            name=task.key if tones.get(task.id) == "bad" else "",
        )
        for n, task in enumerate(tasks)
    ]


# ------------------------------------------------------------------ effort by week


def weeks_chart(weeks: Sequence[WeekWork]) -> Chart | None:
    """One bar a week, the phases stacked in their order; None where nothing was worked."""
    if not any(week.total for week in weeks):
        return None
    y, grid = _scale(max(week.total for week in weeks))
    step = 100 / len(weeks)
    return Chart(
        label=ngettext(
            "Days worked in the last week: %(days)s",
            "Days worked in each of the last %(num)s weeks: %(days)s",
            len(weeks),
            days=comma_list(number(week.total) for week in weeks),
        ),
        height=HEIGHT,
        grid=grid,
        labels=tuple(
            Label(round((n + 0.5) * step, 2), week.label.partition("-")[2], "middle", n % 2 == 0)
            for n, week in enumerate(weeks)
        ),
        blocks=tuple(
            block
            for n, week in enumerate(weeks)
            for block in _stacked(week, (n + 0.18) * step, step * 0.64, y)
        ),
    )


def _stacked(week: WeekWork, x: float, width: float, y: Callable[[float], float]) -> list[Block]:
    blocks = []
    reached = 0.0
    for phase, worked in sorted(week.days.items(), key=lambda one: PHASE_RANK[one[0]]):
        top = y(reached + worked)
        title = f"{phase_name(phase)}, {week.label}: {days_text(worked)}"
        height = round(y(reached) - top, 1)
        blocks.append(Block(PHASE_RANK[phase], round(x, 2), top, round(width, 2), height, title))
        reached += worked
    return blocks


# ------------------------------------------------------------------ scales

STEPS = (1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0, 100.0, 200.0, 250.0, 500.0, 1000.0)
MOST_LINES = 5


def _scale(most: float) -> tuple[Callable[[float], float], tuple[tuple[float, str], ...]]:
    """Where a value stands, from 0 at the bottom to a round number above `most`; and the grid's lines."""
    step = next((step for step in STEPS if most <= step * MOST_LINES), most / MOST_LINES)
    top = step * max(1, -(-most // step))

    def y(value: float) -> float:
        return round(HEIGHT - value / top * HEIGHT, 1)

    return y, tuple((y(n * step), number(n * step)) for n in range(round(top / step) + 1))


def _share(part: float, whole: float) -> float:
    return round(min(100.0, max(0.0, part / whole * 100)), 1)


PHASE_ROWS = tuple(reversed(PHASES))
"""From the last phase down to the first: up is forward."""
