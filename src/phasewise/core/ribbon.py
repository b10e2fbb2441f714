"""The geometry of the phase ribbons: bars in percent of a shared time axis. Called where they are drawn.

Height is the phase and a dip is a return, so a bar may get wider than its visit, but never vanish.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from phasewise.core.model import PHASE_RANK, Instant, Phase
from phasewise.core.values import value

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


@value(frozen=True, slots=True)
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
