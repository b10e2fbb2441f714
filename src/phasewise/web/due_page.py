"""The pages /due, what asks for somebody, and /tests, the calendar of A/B tests. Called by web/due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from phasewise.core.ab_tests import LAST_DAY
from phasewise.core.due import WHERE
from phasewise.i18n.speaking import _, ngettext
from phasewise.terms import phase_name
from phasewise.usecases.record_facts import AbTestFacts, AbTestOf
from phasewise.usecases.records.due import Due, DueFacts
from phasewise.usecases.records.lacking import Lacking
from phasewise.web.dates import Dates
from phasewise.web.due_tables import HEADS, about, clashes, columns_of_tests, due, in_clash_of, lacking
from phasewise.web.freshness import chrome_of
from phasewise.web.here import Here, path_of
from phasewise.web.record_words import day_text, mark, word
from phasewise.web.tables import Asked, AskedOne, Framed, Part, part_of
from phasewise.web.values import Chrome, Head, StateMark
from phasewise.web.wording import comma_list

BEFORE, AFTER = timedelta(weeks=4), timedelta(weeks=12)
"""What of time the calendar shows, around today."""

LABEL_MARGIN = 16.0
"""Percent of the calendar that a label needs."""


@dataclass(frozen=True, slots=True)
class DueRow:
    """`tone` is warn where the day is over."""

    day: str
    late: str
    tone: str
    kind: str
    what: str
    project: str
    key: str
    href: str


@dataclass(frozen=True, slots=True)
class LackingRow:
    """A project, and what was never recorded of it, each with the page where it is."""

    project: str
    key: str
    lacks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DuePage:
    chrome: Chrome
    part: Part[Due]
    heads: tuple[Head, ...]
    rows: tuple[DueRow, ...]
    lacking_table: Framed[Lacking]
    lacking: tuple[LackingRow, ...]
    line: str


@dataclass(frozen=True, slots=True)
class AbTestRow:
    """A test; `x` and `width` in percent of the axis, None where it has no days in it."""

    title: str
    project: str
    key: str
    href: str
    state: StateMark
    period: str
    surface: str
    traffic: str
    verdict: str
    x: float | None
    width: float
    clash: bool


@dataclass(frozen=True, slots=True)
class AbTestsPage:
    chrome: Chrome
    part: Part[AbTestOf]
    heads: tuple[Head, ...]
    rows: tuple[AbTestRow, ...]
    clashes: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]
    today_x: float


def due_page(facts: DueFacts, asked: AskedOne, here: Here) -> DuePage:
    """All that the template prints; `asked` is which of the tables is sorted, and how."""
    part, table = asked.part(due(facts), here), asked.frame(lacking(facts), here)
    late = sum(one.late_days > 0 for one in facts.due)
    return DuePage(
        chrome_of(facts.sync, facts.now, Dates(facts.zone, facts.as_of), is_live=False),
        part,
        part.heads,
        tuple(_due(one) for one in part.rows),
        table,
        tuple(_lacking(one) for one in table.rows),
        ngettext("%(num)s is late", "%(num)s are late", late) if late else _("Nothing is late"),
    )


def _due(one: Due) -> DueRow:
    late = ngettext("%(num)s day late", "%(num)s days late", one.late_days) if one.late_days else ""
    return DueRow(
        day=day_text(one.on),
        late=late,
        tone="warn" if late else "",
        kind=word(one.kind),
        what=about(one),
        project=one.project.summary,
        key=one.project.key,
        href=path_of("projects", one.project.key, WHERE[one.kind]),
    )


def _lacking(one: Lacking) -> LackingRow:
    key = one.project.key
    plan = [(_("no accepted plan"), path_of("projects", key, "plan"))] if one.plan else []
    slots = [
        (
            _("%(phase)s: %(what)s", phase=phase_name(phase), what=comma_list(map(word, slots))),
            path_of("projects", key, "deliverables"),
        )
        for phase, slots in one.slots.items()
    ]
    return LackingRow(one.project.summary, key, (*plan, *slots))


def tests_page(facts: AbTestFacts, table: Asked, here: Here) -> AbTestsPage:
    """The tests on one axis of time; those that clash are marked, and said in words."""
    part = part_of(facts.tests, columns_of_tests(facts), table, here)
    ground = facts.ground
    start, end = ground.today - BEFORE, ground.today + AFTER
    in_clash = in_clash_of(facts)
    dates = Dates(ground.zone, ground.as_of)
    return AbTestsPage(
        chrome=chrome_of(ground.sync, ground.now, dates, is_live=False),
        part=part,
        heads=part.heads[:HEADS],
        rows=tuple(_test(one, start, end, clashes(one, in_clash)) for one in part.rows),
        clashes=tuple(
            _(
                "%(tests)s: %(traffic)s %% of the traffic from %(day)s on",
                tests=_titles(clash.tests),
                traffic=f"{clash.traffic:g}",
                day=day_text(clash.start),
            )
            for clash in facts.clashes
            if clash.end >= ground.today
        ),
        ticks=tuple(_tick(_x(day, start, end), day) for day in _ticks(start, end)),
        today_x=_x(ground.today, start, end),
    )


def _titles(tests: Sequence[AbTestOf]) -> str:
    return " + ".join(f"{one.test.title} ({one.project.key})" for one in tests)


def _test(one: AbTestOf, start: date, end: date, clash: bool) -> AbTestRow:
    test, period = one.test, one.test.period
    x, width = None, 0.0
    if period is not None and period[0] <= end and period[1] >= start:
        last = end if period[1] == LAST_DAY else min(end, period[1] + timedelta(days=1))
        x = _x(max(period[0], start), start, end)
        width = round(max(0.6, _x(last, start, end) - x), 2)
    return AbTestRow(
        title=test.title,
        project=one.project.summary,
        key=one.project.key,
        href=path_of("projects", one.project.key, "tests"),
        state=mark(test.state),
        period=" – ".join(filter(None, (day_text(test.starts_on), day_text(test.ends_on)))) or "–",
        surface=test.surface,
        traffic="" if test.traffic is None else f"{test.traffic:g} %",
        verdict=day_text(test.verdict_on),
        x=x,
        width=width,
        clash=clash,
    )


def _tick(x: float, day: date) -> tuple[float, str]:
    """A month's first day; no word where there is no room for it."""
    return x, day_text(day) if x < 100 - LABEL_MARGIN else ""


def _ticks(start: date, end: date) -> list[date]:
    """The first of each month in between."""
    days = (start + timedelta(days=n) for n in range((end - start).days))
    return [day for day in days if day.day == 1]


def _x(day: date, start: date, end: date) -> float:
    return round(100 * (day - start).days / (end - start).days, 2)
