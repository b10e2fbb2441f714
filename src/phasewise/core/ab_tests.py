"""A/B tests: what was agreed before they run, when they are looked after, where they are in each other's way.

Called by usecases/records, and where tests are shown.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from phasewise.core.calendar import Calendar
from phasewise.core.typed import LONG, SHORT, Typed, marked

Key = TypeVar("Key")
WHOLE = 100.0
"""Percent of the traffic of a surface: more cannot be given to tests."""
MOST_CHECK_INS = 30
PERCENT = marked("Give percent from %(least)s to %(most)s, like 50")
NO_CONTROL = marked("A test does not run without a control: say what is compared with")
NO_RULE = marked("A test does not run without a reading rule: say how it will be read")
NOT_BEGUN = marked("A test that runs has begun: give %(day)s or an earlier day, or choose Planned")
NOT_OVER = marked("A test that ended is over: give %(day)s or an earlier day, or choose Running")
EARLY_VERDICT = marked("The verdict comes before the test starts: give a later day")
LAST_DAY = date.max
RESULTS_AFTER = 10
"""Working days after the end of a test by which its result is due."""
LONGEST_WAIT = timedelta(days=60)


class AbState(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Somebody looked at the test while it ran."""

    on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class AbTest:
    """`traffic` is the percentage of the `surface` that is in the test, None: not known. `check_ins` are the
    days on which it is to be looked at, `checked` when it was; `verdict_on` may lie months ahead."""

    title: str
    state: AbState = AbState.PLANNED
    starts_on: date | None = None
    ends_on: date | None = None
    surface: str = ""
    traffic: float | None = None
    variants: str = ""
    control: str = ""
    metrics: str = ""
    guards: str = ""
    reading_rule: str = ""
    agreed_by: str = ""
    check_ins: tuple[date, ...] = ()
    checked: tuple[CheckIn, ...] = ()
    verdict_on: date | None = None

    @property
    def period(self) -> tuple[date, date] | None:
        """Its first and its last day; None where it takes no traffic. One without an end runs on."""
        last = self.ends_on or LAST_DAY
        if self.state is AbState.CANCELLED or self.starts_on is None or last < self.starts_on:
            return None
        return self.starts_on, last

    def missed(self, today: date) -> tuple[date, ...]:
        """The check-ins up to today with nobody looking at it on that day or later."""
        last = max((one.on for one in self.checked), default=date.min)
        return tuple(day for day in self.check_ins if last < day <= today)


def ended_by(test: AbTest, day: date) -> AbTest:
    """The test as it was when it was kept, on this day: one that had ended was over, though records of before
    this was asked for may hold the end that was planned."""
    if test.state is not AbState.ENDED or test.ends_on is None or test.ends_on <= day:
        return test
    return replace(test, ends_on=day)


@dataclass(frozen=True, slots=True)
class Clash(Generic[Key]):
    """Tests that want more than all of a surface on the same days."""

    surface: str
    start: date
    end: date
    tests: tuple[Key, ...]
    traffic: float


def clashes(tests: Mapping[Key, AbTest]) -> list[Clash[Key]]:
    """Where the tests of a surface want more traffic than there is, from the first such day on; one with
    unknown traffic, or none, is left out. Tests that name no surface share one."""
    surfaces: defaultdict[str, dict[Key, AbTest]] = defaultdict(dict)
    for key, test in tests.items():
        if test.period is not None and test.traffic:
            surfaces[" ".join(test.surface.casefold().split())][key] = test
    return [clash for some in surfaces.values() for clash in _clashes_on(some)]


def _clashes_on(tests: Mapping[Key, AbTest]) -> Iterator[Clash[Key]]:
    """A clash begins where a test begins that is one too many."""
    periods = {key: test.period for key, test in tests.items()}
    for start in sorted({period[0] for period in periods.values() if period}):
        together = [key for key, period in periods.items() if period and period[0] <= start <= period[1]]
        traffic = sum(tests[key].traffic or 0.0 for key in together)
        if traffic > WHOLE:
            end = min(period[1] for key in together if (period := periods[key]))
            yield Clash(tests[together[0]].surface, start, end, tuple(together), traffic)


def read_ab_test(typed: Typed, before: AbTest | None) -> AbTest:
    """A test as it was typed. One is refused as running without a control or a rule how it will be read, and
    with days that are not those of its state."""
    state = typed.choice("state", AbState) or AbState.PLANNED
    starts, ends = _read_period(typed, state)
    verdict = typed.day("verdict_on")
    if verdict and starts and verdict < starts:
        typed.wrong("verdict_on", EARLY_VERDICT)
    is_running = state is AbState.RUNNING
    return AbTest(
        title=typed.text("title", SHORT) or "A/B test",
        state=state,
        starts_on=starts,
        ends_on=ends,
        surface=typed.text("surface", SHORT),
        traffic=typed.number("traffic", 0, WHOLE, PERCENT),
        variants=typed.text("variants"),
        control=typed.text("control", LONG, NO_CONTROL if is_running else ""),
        metrics=typed.text("metrics"),
        guards=typed.text("guards"),
        reading_rule=typed.text("reading_rule", LONG, NO_RULE if is_running else ""),
        agreed_by=typed.text("agreed_by", SHORT),
        check_ins=_read_days(typed, "check_ins"),
        checked=before.checked if before else (),
        verdict_on=verdict,
    )


def _read_period(typed: Typed, state: AbState) -> tuple[date | None, date | None]:
    """The first and the last day: of a test that runs or is over, and of one that is over, they have come."""
    is_on, is_over = state in (AbState.RUNNING, AbState.ENDED), state is AbState.ENDED
    starts, ends = typed.day("starts_on"), typed.day("ends_on")
    starts = starts or (typed.today if is_on else None)
    ends = ends or (typed.today if is_over else None)
    if is_on and starts and starts > typed.today:
        typed.wrong("starts_on", NOT_BEGUN, day=typed.today)
    elif is_over and ends and ends > typed.today:
        typed.wrong("ends_on", NOT_OVER, day=typed.today)
    elif ends and (starts is None or ends < starts):
        typed.wrong("ends_on", marked("The test ends before it starts: give a later day"))
    return starts, ends


def read_check_in(typed: Typed, before: AbTest) -> AbTest:
    """The test with one more look at it, today."""
    if len(before.checked) >= 10 * MOST_CHECK_INS:
        typed.wrong("note", marked("It was looked at often enough: no more is kept"))
    return replace(before, checked=(*before.checked, CheckIn(typed.today, typed.text("note", SHORT))))


def _read_days(typed: Typed, name: str) -> tuple[date, ...]:
    """Days with blanks or commas between them."""
    words = [word for word in re.split(r"[\s,;]+", typed.raw(name)) if word]
    if len(words) > MOST_CHECK_INS:
        typed.wrong(name, marked("Give at most %(most)s days"), most=MOST_CHECK_INS)
        return ()
    each = Typed({str(n): word for n, word in enumerate(words)}, typed.begun, typed.today)
    days = {day for n in each.fields if (day := each.day(n))}
    for sentence in each.problems.values():
        typed.wrong(name, sentence.text, **sentence.values)
    return tuple(sorted(days))


def verdict_due(test: AbTest, calendar: Calendar) -> date | None:
    """The day on which its result is due: the one that was agreed, or ten working days after its end."""
    if test.state is AbState.CANCELLED:
        return None
    if test.verdict_on is not None:
        return test.verdict_on
    if test.state is not AbState.ENDED or test.ends_on is None:
        return None
    day, left = test.ends_on, RESULTS_AFTER
    # A calendar without any working day must not keep us here.
    while left and day < test.ends_on + LONGEST_WAIT:
        day += timedelta(days=1)
        left -= calendar.is_working(day)
    return day


def typed_ab_test(one: AbTest) -> dict[str, str]:
    days = {"starts_on": one.starts_on, "ends_on": one.ends_on, "verdict_on": one.verdict_on}
    texts = ("title", "surface", "variants", "control", "metrics", "guards", "reading_rule", "agreed_by")
    return {
        **{name: getattr(one, name) for name in texts},
        **{name: day.isoformat() if day else "" for name, day in days.items()},
        "state": one.state.value,
        "traffic": "" if one.traffic is None else f"{one.traffic:g}",
        "check_ins": " ".join(day.isoformat() for day in one.check_ins),
    }
