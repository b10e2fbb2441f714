"""How the mail speaks: its catalogue, and numbers and dates as each language writes them. Called by all."""

from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from zoneinfo import ZoneInfo

from phasewise.core.model import Instant
from phasewise.i18n.speaking import Words, language
from phasewise.i18n.writing import DAY, DAY_OF_YEAR, FULL, MONTH, date_text, decimal, locale_of

MAIL = Words("mail")
_ = MAIL.gettext
ngettext = MAIL.ngettext
pgettext = MAIL.pgettext


def number(value: float) -> str:
    """With one decimal, or none where it would be 0."""
    return decimal(value, language())


def percent(share: float) -> str:
    """0.941 as `94.1 %`."""
    return _("%(number)s %%", number=number(share * 100))


def working_days(value: float) -> str:
    """`2.5 working days`."""
    written = number(value)
    return ngettext("%(days)s working day", "%(days)s working days", _plural(value), days=written)


def days_short(value: float) -> str:
    """`2.5 d`: working days, where there is little room."""
    return _("%(days)s d", days=number(value))


def weeks(value: float) -> str:
    """`12.6 wk`."""
    return _("%(weeks)s wk", weeks=number(value))


def _plural(value: float) -> int:
    """Which form 1.5 takes: French counts it, and 0.5, as one, the others as more."""
    shown = round(float(value), 1)
    return int(shown) if language() == "fr" or shown.is_integer() else ceil(shown) + 1


def and_more(texts: list[str], most: int = 3) -> str:
    """`A, B, C and 2 more`."""
    listed = _(", ").join(texts[:most])
    rest = len(texts) - most
    if rest <= 0:
        return listed
    return ngettext("%(listed)s and %(num)s more", "%(listed)s and %(num)s more", rest, listed=listed)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Dates in the reader's zone, seen from the report's instant."""

    zone: ZoneInfo
    instant: Instant

    def local(self, at: Instant) -> datetime:
        return datetime.fromtimestamp(at / 1000, self.zone)

    def day(self, at: Instant) -> str:
        """`Nov 19`; with the year where it is another than the report's."""
        return self.date(self.local(at).date())

    def date(self, day: date) -> str:
        """The same of a day."""
        same_year = day.year == self.local(self.instant).year
        return date_text(day, DAY if same_year else DAY_OF_YEAR, language())

    def full_day(self, at: Instant) -> str:
        """`Thursday, November 19, 2026`."""
        return date_text(self.local(at).date(), FULL, language())

    def span(self, first: Instant, last: Instant) -> str:
        """`Nov 16 – 22, 2026`."""
        # Babel takes long to import, and most processes never write a mail.
        from babel.dates import format_interval

        days = self.local(first).date(), self.local(last).date()
        return str(format_interval(*days, DAY_OF_YEAR, locale=locale_of(language())))

    def month(self, at: Instant) -> str:
        """`Nov`."""
        return date_text(self.local(at).date(), MONTH, language())

    def moment(self, at: Instant) -> str:
        """`Nov 19, 09:40`."""
        return _("%(day)s, %(time)s", day=self.day(at), time=f"{self.local(at):%H:%M}")
