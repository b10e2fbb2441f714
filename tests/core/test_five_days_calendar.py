"""The five-day task, where the days are not just Monday to Friday: one sentence each."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.builders import (
    ANA,
    BEN,
    CLEO,
    DOING,
    MAPPING,
    PARIS,
    SUBTASK,
    TASK,
    TODO,
    change,
    issue,
    life,
    moves,
    paris,
)
from tests.core.derivation import derive
from tests.core.strategies import Team, teams

from phasewise.core.calendar import calendar_of, days
from phasewise.core.completions import completions_of
from phasewise.core.leave import Leave, leave_of
from phasewise.core.model import CalendarRules, Group, Interval, Limits, Tracked
from phasewise.core.rules import age_ticks, five_days
from phasewise.core.timeline import intervals_of

CALENDAR = calendar_of(PARIS)
ACTIVE, DONE, IDLE = Group.ACTIVE, Group.DONE, Group.TODO

Life = tuple[Interval, ...]


def task(*steps: tuple[str, Group], until: str | None = None, **more: object) -> Life:
    end = None if until is None else paris(until)
    return life(*((paris(start), group) for start, group in steps), until=end, **more)


def found(
    own: Life, *subtasks: Life, leave: Leave | None = None, rules: CalendarRules = PARIS
) -> tuple[str, str]:
    """When the only finding warns and when it is a breach, on a clock in Paris."""
    (finding,) = five_days(own, subtasks, calendar_of(rules), Limits(), leave or {})
    return finding.start, finding.breach_at


def at(warning: str, breach: str) -> tuple[int, int]:
    return paris(warning), paris(breach)


def away(*spans: str, person: str = ANA) -> Leave:
    """Days of leave, each as `first/last`."""
    return leave_of({person: [(span[:10], span[-10:]) for span in spans]}, CALENDAR)


def test_a_public_holiday_is_no_day_of_the_five() -> None:
    own = task(("2026-04-28 10:00", ACTIVE))  # a Tuesday; Friday is the first of May
    assert found(own) == at("2026-05-05 10:00", "2026-05-06 10:00")


def test_t1_the_day_on_which_the_clocks_change_is_one_of_the_five() -> None:
    every_day = CalendarRules(zone="Europe/Paris", weekdays=tuple(range(7)))
    own = task(("2026-03-26 12:00", ACTIVE))  # a Thursday; Sunday has 23 hours
    assert found(own, rules=every_day) == at("2026-03-30 12:00", "2026-03-31 12:00")


def test_t1_the_clock_time_stays_over_a_weekend_on_which_the_clocks_change() -> None:
    assert found(task(("2026-03-25 10:00", ACTIVE))) == at("2026-03-31 10:00", "2026-04-01 10:00")


def test_a_team_that_works_from_sunday_to_thursday_rests_on_friday_and_saturday() -> None:
    rules = CalendarRules(zone="Europe/Paris", weekdays=(6, 0, 1, 2, 3))
    own = task(("2026-03-04 10:00", ACTIVE))  # a Wednesday
    assert found(own, rules=rules) == at("2026-03-10 10:00", "2026-03-11 10:00")


def test_leave_of_whose_it_is_stops_the_age() -> None:
    own = task(("2026-03-02 10:00", ACTIVE))
    assert found(own, leave=away("2026-03-04/2026-03-05")) == at("2026-03-10 10:00", "2026-03-11 10:00")
    age = age_ticks(own, (), CALENDAR, paris("2026-03-06 00:00"), away("2026-03-04/2026-03-05"))
    assert days(age) == 1.583


def test_leave_on_days_that_nobody_works_changes_nothing() -> None:
    own = task(("2026-03-05 10:00", ACTIVE))
    assert found(own, leave=away("2026-03-07/2026-03-08")) == found(own)


def test_leave_that_is_told_twice_counts_once() -> None:
    own = task(("2026-03-02 10:00", ACTIVE))
    twice = away("2026-03-05/2026-03-05", "2026-03-04/2026-03-05")
    assert found(own, leave=twice) == found(own, leave=away("2026-03-04/2026-03-05"))


def test_leave_of_another_stops_no_age_and_of_the_next_only_once_it_is_theirs() -> None:
    early = task(("2026-03-02 10:00", ACTIVE), until="2026-03-04 10:00")
    own = (*early, *task(("2026-03-04 10:00", ACTIVE), person=BEN))
    assert found(own, leave=away("2026-03-05/2026-03-05")) == found(own)
    assert found(own, leave=away("2026-03-03/2026-03-05", person=BEN)) == at(
        "2026-03-10 00:00", "2026-03-11 00:00"
    )
    assert found(own, leave=away("2026-03-02/2026-03-31", person=CLEO)) == found(own)


def test_leave_of_the_task_s_own_assignee_counts_where_a_sub_task_is_active() -> None:
    own = task(("2026-03-01 10:00", IDLE))
    sub = task(("2026-03-02 10:00", ACTIVE), issue=SUBTASK, person=BEN)
    assert found(own, sub, leave=away("2026-03-03/2026-03-03", person=BEN)) == found(own, sub)
    assert found(own, sub, leave=away("2026-03-03/2026-03-03")) == at("2026-03-09 10:00", "2026-03-10 10:00")


def test_what_nobody_has_ages_whoever_is_away() -> None:
    own = task(("2026-03-02 10:00", ACTIVE), person=None)
    assert found(own, leave=away("2026-03-03/2026-03-03")) == found(own)


def test_leave_closes_nothing_and_the_age_of_a_finished_task_is_without_it() -> None:
    own = task(("2026-03-02 00:00", ACTIVE), ("2026-03-12 00:00", DONE))
    leave = away("2026-03-10/2026-03-10")
    (finding,) = five_days(own, (), CALENDAR, Limits(), leave)
    assert (finding.breach_at, finding.end) == (paris("2026-03-09 00:00"), paris("2026-03-12 00:00"))
    (done,) = completions_of(own, (), CALENDAR, leave, incomplete=False)
    assert days(done.age_ticks or 0) == 7.0


def test_a_flag_stops_the_age_and_without_it_the_age_goes_on() -> None:
    flagged = (
        change(paris("2026-03-03 10:00"), Tracked.FLAG, "", "[10019]"),
        change(paris("2026-03-05 10:00"), Tracked.FLAG, "[10019]", ""),
    )
    started = moves((paris("2026-03-02 10:00"), DOING), since=TODO)
    own = intervals_of(
        issue(TASK, created=paris("2026-03-01 10:00"), changes=(*started, *flagged)), MAPPING, ()
    )
    assert found(own) == at("2026-03-10 10:00", "2026-03-11 10:00")


# ------------------------------------------------------------------ on made-up teams

spans = st.builds(
    lambda start, length: tuple(
        (date(2026, 3, 18) + timedelta(days=n)).isoformat() for n in (start, start + length)
    ),
    st.integers(0, 25),
    st.integers(0, 10),
)
leaves = st.dictionaries(st.sampled_from((ANA, BEN, CLEO)), st.lists(spans, max_size=3))


@settings(deadline=None, max_examples=40)
@given(teams(), st.lists(spans, max_size=2))
def test_without_leave_of_theirs_nothing_changes(team: Team, some: list[tuple[str, str]]) -> None:
    nobody = {"5b10:nobody": some, ANA: []}
    assert derive(replace(team, leave=nobody)) == derive(team)


@settings(deadline=None, max_examples=40)
@given(teams(), leaves)
def test_leave_changes_nothing_but_the_findings_about_the_age(
    team: Team, leave: dict[str, list[tuple[str, str]]]
) -> None:
    plain, with_leave = derive(team), derive(replace(team, leave=leave))
    assert (with_leave.intervals, with_leave.pieces) == (plain.intervals, plain.pieces)
    assert with_leave.figures == plain.figures
    rest = [
        {key: one for key, one in some.findings.items() if key[0] != "five_days"}
        for some in (plain, with_leave)
    ]
    assert rest[0] == rest[1]
