"""A/B tests: refused as running without a control or a rule; clashes; check-ins; verdicts months ahead."""

from dataclasses import replace
from datetime import date

import pytest

from phasewise.core.ab_tests import (
    LAST_DAY,
    MOST_CHECK_INS,
    AbState,
    AbTest,
    CheckIn,
    clashes,
    ended_by,
    read_ab_test,
    read_check_in,
    typed_ab_test,
    verdict_due,
)
from phasewise.core.calendar import calendar_of
from phasewise.core.model import CalendarRules
from phasewise.core.typed import Typed

CALENDAR = calendar_of(CalendarRules())
BEGUN, TODAY = date(2026, 3, 2), date(2026, 4, 1)
GOOD = {
    "title": "New ranking",
    "state": "running",
    "starts_on": "2026-04-01",
    "ends_on": "2026-04-15",
    "traffic": "50",
    "control": "The old ranking",
    "reading_rule": "Clicks, two-sided, 95 %",
    "check_ins": "2026-04-03, 2026-04-08",
    "verdict_on": "2026-09-01",
}


def read(**fields: str) -> tuple[AbTest, dict[str, str]]:
    form = Typed(GOOD | fields, BEGUN, TODAY)
    return read_ab_test(form, None), dict(form.problems)


def on(start: int, end: int, traffic: float | None = 60.0, surface: str = "Home") -> AbTest:
    days = date(2026, 4, start), date(2026, 4, end)
    return AbTest("x", AbState.PLANNED, *days, surface=surface, traffic=traffic)


def test_a_test_is_read_as_it_was_typed() -> None:
    one, problems = read()
    assert problems == {}
    assert (one.traffic, one.check_ins) == (50.0, (date(2026, 4, 3), date(2026, 4, 8)))
    again = Typed(typed_ab_test(one), BEGUN, TODAY)
    assert read_ab_test(again, one) == one


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("control", "", "A test does not run without a control: say what is compared with"),
        ("reading_rule", "", "A test does not run without a reading rule: say how it will be read"),
        ("ends_on", "2026-03-31", "The test ends before it starts: give a later day"),
        ("traffic", "140", "Give percent from 0 to 100, like 50"),
        ("traffic", "-1", "Give percent from 0 to 100, like 50"),
        ("check_ins", "2026-04-03 soon", "Give a day like 2026-12-01"),
        ("check_ins", "2026-04-03 " * 31, f"Give at most {MOST_CHECK_INS} days"),
        ("starts_on", "2026-02-01", "The project began on 2026-03-02: give that day or a later one"),
        (
            "starts_on",
            "2026-04-02",
            "A test that runs has begun: give 2026-04-01 or an earlier day, or choose Planned",
        ),
        ("verdict_on", "2026-03-31", "The verdict comes before the test starts: give a later day"),
    ],
)
def test_what_cannot_run_is_refused(field: str, value: str, sentence: str) -> None:
    assert read(**{field: value})[1] == {field: sentence}


def test_a_test_that_ended_is_over() -> None:
    assert read(state="ended")[1] == {
        "ends_on": "A test that ended is over: give 2026-04-01 or an earlier day, or choose Running"
    }
    assert set(read(state="ended", starts_on="2026-04-02")[1]) == {"starts_on"}
    assert read(state="ended", ends_on="2026-04-01")[1] == {}
    assert read(state="planned", starts_on="2026-04-02")[1] == {}


def test_a_test_that_was_kept_as_ended_before_its_end_was_over_on_that_day() -> None:
    """As older records may have it: they are read as they are, and take no traffic any more."""
    early = replace(on(1, 20), state=AbState.ENDED)
    seen = ended_by(early, date(2026, 4, 7))
    assert clashes({"a": seen, "b": on(8, 20)}) == []
    assert verdict_due(seen, CALENDAR) == date(2026, 4, 21)
    assert ended_by(early, date(2026, 4, 25)) == early
    assert ended_by(on(1, 20), date(2026, 4, 7)) == on(1, 20)
    assert ended_by(early, date(2026, 3, 31)).period is None


def test_a_planned_test_may_lack_everything_and_takes_no_day_yet() -> None:
    form = Typed({}, BEGUN, TODAY)
    one = read_ab_test(form, None)
    assert (form.problems, one.title, one.period, typed_ab_test(one)["traffic"]) == ({}, "A/B test", None, "")
    assert read(starts_on="", state="planned")[1] == {
        "ends_on": "The test ends before it starts: give a later day"
    }


def test_a_test_that_runs_began_today_unless_said_otherwise_and_one_that_ended_is_over() -> None:
    assert read(starts_on="", ends_on="")[0].period == (TODAY, LAST_DAY)
    assert read(state="ended", ends_on="")[0].period == (TODAY, TODAY)
    assert read(state="cancelled")[0].period is None


def test_more_than_all_traffic_of_a_surface_is_a_clash_from_its_first_day() -> None:
    (clash,) = clashes(
        {"a": on(1, 10), "b": on(5, 20), "c": on(5, 20, surface="Search"), "d": on(6, 7, None)}
    )
    assert (clash.tests, clash.traffic) == (("a", "b"), 120.0)
    assert (clash.start, clash.end) == (date(2026, 4, 5), date(2026, 4, 10))


def test_tests_one_after_the_other_or_within_all_traffic_do_not_clash() -> None:
    assert clashes({"a": on(1, 10), "b": on(11, 20)}) == []
    assert clashes({"a": on(1, 10, 50), "b": on(1, 10, 50)}) == []
    assert len(clashes({"a": on(1, 10), "b": on(1, 10, surface=" HOME ")})) == 1


def test_a_test_without_traffic_clashes_with_none() -> None:
    (clash,) = clashes({"a": on(1, 10), "b": on(1, 10), "c": on(1, 10, 0.0)})
    assert (clash.tests, clash.traffic) == (("a", "b"), 120.0)


def test_a_check_in_is_missed_until_somebody_looks() -> None:
    one, _ = read()
    assert one.missed(date(2026, 4, 2)) == ()
    assert one.missed(date(2026, 4, 4)) == (date(2026, 4, 3),)
    looked = read_check_in(Typed({"note": "Fine"}, BEGUN, date(2026, 4, 4)), one)
    assert looked.checked == (CheckIn(date(2026, 4, 4), "Fine"),)
    assert looked.missed(date(2026, 4, 9)) == (date(2026, 4, 8),)


def test_check_ins_have_an_end() -> None:
    form = Typed({}, BEGUN, TODAY)
    read_check_in(form, AbTest("x", checked=(CheckIn(TODAY),) * 300))
    assert form.problems == {"note": "It was looked at often enough: no more is kept"}


def test_a_verdict_comes_back_by_itself() -> None:
    assert verdict_due(read()[0], CALENDAR) == date(2026, 9, 1)
    assert verdict_due(read(verdict_on="")[0], CALENDAR) is None
    assert verdict_due(read(state="cancelled")[0], CALENDAR) is None


def test_a_result_is_due_ten_working_days_after_the_end() -> None:
    ended = replace(on(1, 15), state=AbState.ENDED)
    assert verdict_due(ended, CALENDAR) == date(2026, 4, 29)
    never = calendar_of(CalendarRules(weekdays=()))
    assert verdict_due(ended, never) == date(2026, 6, 14)
