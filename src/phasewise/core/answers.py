"""What a person answers to a question of the ladder: `ok until 2026-12-01: reason`, in five languages.

Pure; `hear_replies` calls it with what people wrote.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from phasewise.core.calendar import Calendar
from phasewise.core.model import Instant

WEEKDAYS: tuple[tuple[str, ...], ...] = (
    ("monday", "lundi", "月曜", "понедельника", "понедельник", "周一", "星期一"),
    ("tuesday", "mardi", "火曜", "вторника", "вторник", "周二", "星期二"),
    ("wednesday", "mercredi", "水曜", "среды", "среда", "周三", "星期三"),
    ("thursday", "jeudi", "木曜", "четверга", "четверг", "周四", "星期四"),
    ("friday", "vendredi", "金曜", "пятницы", "пятница", "周五", "星期五"),
    ("saturday", "samedi", "土曜", "субботы", "суббота", "周六", "星期六"),
    ("sunday", "dimanche", "日曜", "воскресенья", "воскресенье", "周日", "星期日"),
)
"""Monday first: the names that are understood, as they stand behind `until`."""

DAY_OF = {name: day for day, names in enumerate(WEEKDAYS) for name in names}
NAMES = "|".join(sorted(DAY_OF, key=len, reverse=True))
# "ok" is a Latin or a Cyrillic word; the colon of a Japanese or Chinese keyboard is a wide one.
ANSWER = re.compile(
    rf"^\W{{0,20}}(?:ok|okay|ок|окей)[\s,:]{{0,5}}(?:until|jusqu['’](?:au|à)|до|直到|到|至)?\s{{0,5}}"
    rf"(?P<when>\d{{4}}-\d{{1,2}}-\d{{1,2}}|{NAMES})日?\s{{0,5}}(?:まで)?\s{{0,5}}[:：]\s{{0,5}}(?P<reason>\S.*)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
REASON_MOST = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """A waiver that is asked for: it would hold to the end of a day, before the instant `until`."""

    until: Instant
    reason: str


def answer_in(text: str, at: Instant, calendar: Calendar) -> Answer | None:
    """The answer that a text written at `at` holds; None where it holds none, or one for a day that is over.

    The day counts whole, in the zone of the calendar. A weekday is the next of its name after today.
    """
    found = ANSWER.search(text[:10_000])
    if found is None:
        return None
    today = calendar.local_date(at)
    day = _day(found["when"].lower(), today)
    if day is None or day < today:
        return None
    return Answer(calendar.midnight(day + timedelta(days=1)), " ".join(found["reason"].split())[:REASON_MOST])


def _day(when: str, today: date) -> date | None:
    if when in DAY_OF:
        return today + timedelta(days=(DAY_OF[when] - today.weekday() - 1) % 7 + 1)
    try:
        year, month, day = map(int, when.split("-"))
        return date(year, month, day) if year < 2100 else None
    except ValueError:
        return None
