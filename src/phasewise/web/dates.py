"""Dates as people of the team's time zone write them. Called by present and its parts."""

from datetime import datetime
from zoneinfo import ZoneInfo

from phasewise.core.model import Instant

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
EARLIEST: Instant = -62_135_510_400_000
"""The second day of the year 1: anything before it has no date in zones west of UTC."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Dates:
    """Dates in one zone, seen from `as_of`. It remembers what it has written: a page names the same
    instant again and again."""

    def __init__(self, zone: str, as_of: Instant) -> None:
        self.zone = ZoneInfo(zone)
        self.as_of = as_of
        self._year = self.local(as_of).year
        self._written: dict[Instant, str] = {}

    def local(self, at: Instant) -> datetime:
        return datetime.fromtimestamp(max(at, EARLIEST) / 1000, self.zone)

    def day(self, at: Instant) -> str:
        """`Nov 19`; with the year, `Nov 19, 2025`, where it is not the one of `as_of`."""
        text = self._written.get(at)
        if text is None:
            moment = self.local(at)
            text = f"{MONTHS[moment.month - 1]} {moment.day}"
            text = text if moment.year == self._year else f"{text}, {moment.year}"
            self._written[at] = text
        return text

    def long_day(self, at: Instant) -> str:
        """`November 19, 2026`."""
        moment = self.local(at)
        return f"{MONTH_NAMES[moment.month - 1]} {moment.day}, {moment.year}"

    def weekday(self, at: Instant) -> str:
        return WEEKDAYS[self.local(at).weekday()]

    def time(self, at: Instant) -> str:
        """`09:40`."""
        return f"{self.local(at):%H:%M}"
