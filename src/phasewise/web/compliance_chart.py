"""How far the team kept to one active ticket, week by week: a chart and its table. Called by pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from phasewise.i18n.speaking import _
from phasewise.usecases.views import WeekCompliance
from phasewise.web.tables import Framed
from phasewise.web.wording import comma_list, tenth

HEIGHT = 96.0
GAP = 0.28
"""Share of a week's room that lies between the bars."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A week: `x` and `width` in percent, `y` and heights in pixels from the top of the plot. What was kept
    stands below, what was over the limit on it."""

    x: float
    width: float
    centre: float
    kept_y: float
    kept_height: float
    over_height: float
    value: str
    week: str


@dataclass(frozen=True, slots=True)
class WeekRow:
    label: str
    kept: str
    active: str
    over: str


@dataclass(frozen=True, slots=True)
class ComplianceChart:
    label: str
    height: float
    bars: tuple[Bar, ...]
    table: Framed[WeekCompliance]
    rows: tuple[WeekRow, ...]
    latest: str


def chart_of(weeks: Sequence[WeekCompliance], table: Framed[WeekCompliance]) -> ComplianceChart:
    """Oldest first. A week without active time has no bar. `table` is the same as it is sorted."""
    known = [week for week in weeks if week.compliance is not None]
    told = comma_list(f"{week.label} {percent(week.compliance)}" for week in known) or _("no active time")
    return ComplianceChart(
        label=_("Person-time within the limit of active tickets, by week: %(told)s", told=told),
        height=HEIGHT,
        bars=tuple(_bar(n, week, len(weeks)) for n, week in enumerate(weeks)),
        table=table,
        rows=tuple(_row(week) for week in table.rows),
        latest=percent(known[-1].compliance) if known else "–",
    )


def percent(share: float | None) -> str:
    """`97 %`; 100 only where nothing was over."""
    if share is None:
        return "–"
    whole = round(share * 100)
    return f"{99 if whole == 100 and share < 1 else whole} %"


def _bar(n: int, week: WeekCompliance, of: int) -> Bar:
    room = 100 / of
    kept = (week.compliance or 0.0) * HEIGHT
    over = 0.0 if week.compliance is None else HEIGHT - kept
    return Bar(
        x=round((n + GAP / 2) * room, 2),
        width=round((1 - GAP) * room, 2),
        centre=round((n + 0.5) * room, 2),
        kept_y=round(HEIGHT - kept, 1),
        kept_height=round(kept, 1),
        over_height=round(over, 1),
        value=percent(week.compliance).removesuffix(" %"),
        week=week.label.partition("-")[2],
    )


def _row(week: WeekCompliance) -> WeekRow:
    return WeekRow(
        label=week.label,
        kept=percent(week.compliance),
        active=_days(week.active_person_days),
        over=_days(week.over_person_days),
    )


def _days(value: float | None) -> str:
    return "–" if value is None else tenth(value)
