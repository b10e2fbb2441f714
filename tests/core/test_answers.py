"""What counts as a waiver that is asked for, in five languages, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.core.answers import WEEKDAYS, Answer, answer_in
from phasewise.core.calendar import calendar_of
from phasewise.core.model import CalendarRules

CALENDAR = calendar_of(CalendarRules(zone="Europe/Paris"))
MONDAY = 1_772_452_800_000  # 2 March 2026, 13:00 in Paris
DAY = 86_400_000
PARIS_MIDNIGHT = 1_772_406_000_000


def until(days: int) -> int:
    """The end of the day so many days after Monday, in Paris."""
    return PARIS_MIDNIGHT + (days + 1) * DAY


@pytest.mark.parametrize(
    "text",
    [
        "ok until 2026-03-06: the labels come late",
        "OK, until Friday: the labels come late",
        "thanks!\nok until friday:the labels come late",
        "ok jusqu'au 2026-03-06 : the labels come late",
        "ok jusqu’à vendredi : the labels come late",
        "ok 2026-03-06まで: the labels come late",
        "ok 金曜日まで：the labels come late",
        "ок до пятницы: the labels come late",
        "ok до 2026-03-06: the labels come late",
        "ok 到周五：the labels come late",
        "ok 直到星期五：the labels come late",
        "ok until 2026-3-6: the labels\ncome late",
    ],
)
def test_an_answer_is_understood(text: str) -> None:
    assert answer_in(text, MONDAY, CALENDAR) == Answer(until(4), "the labels come late")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I need both",
        "ok",
        "ok until friday",
        "ok until friday: ",
        "until friday: reason",
        "ok until 2026-02-30: no such day",
        "ok until 2026-03-01: it is over",
        "ok until 9999-12-31: for ever",
        "ok until someday: reason",
        "not ok until friday: reason",
    ],
)
def test_anything_else_is_not(text: str) -> None:
    assert answer_in(text, MONDAY, CALENDAR) is None


@given(st.sampled_from(range(7)), st.data())
def test_a_weekday_is_the_next_of_its_name_after_today(day: int, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(WEEKDAYS[day]))
    found = answer_in(f"ok until {name}: reason", MONDAY, CALENDAR)
    assert found == Answer(until(day or 7), "reason")


def test_today_counts_to_its_end() -> None:
    assert answer_in("ok until 2026-03-02: today", MONDAY, CALENDAR) == Answer(until(0), "today")


@given(st.text(max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    found = answer_in(f"ok until friday: {text}", MONDAY, CALENDAR)
    assert found is None or found.until == until(4)


def test_a_text_made_to_be_slow_is_not() -> None:
    assert answer_in("\n" * 9000 + "ok until " * 2000, MONDAY, CALENDAR) is None
