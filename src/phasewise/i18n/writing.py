"""Numbers and dates as each language writes them, by Babel; English numbers need none of it. Called by
`speaking` and by whoever prints a date."""

from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from phasewise.i18n.languages import ENGLISH

if TYPE_CHECKING:
    from babel import Locale

LOCALES = {"en": "en", "fr": "fr_FR", "ja": "ja_JP", "ru": "ru_RU", "zh": "zh_Hans_CN"}
"""English is nobody's in particular: its weeks begin on Monday, as those of ISO 8601."""

DAY, DAY_OF_YEAR, MONTH, WEEKDAY = "MMMd", "yMMMd", "LLL", "EEEE"
SHORT_WEEKDAY, FULL, LONG = "EEE", "full", "long"


@cache
def locale_of(language: str) -> "Locale":
    """What Babel knows of a language."""
    from babel import Locale

    return Locale.parse(LOCALES[language])


def decimal(value: float, language: str, digits: int = 1, *, always: bool = False) -> str:
    """With so many decimals, and none where they would be 0: 5, 7.6 or 7,6; `always`: 5.0."""
    text = f"{value:,.{digits}f}"
    if not always and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if language == ENGLISH else _localised(text, language)


def whole(value: int, language: str) -> str:
    """`12,345` as the language groups it."""
    text = f"{value:,}"
    return text if language == ENGLISH or len(text) < 4 else _localised(text, language)


def _localised(text: str, language: str) -> str:
    group, point = _symbols(language)
    return text.replace(",", "\0").replace(".", point).replace("\0", group)


@cache
def _symbols(language: str) -> tuple[str, str]:
    symbols = locale_of(language).number_symbols["latn"]
    return str(symbols["group"]), str(symbols["decimal"])


@lru_cache(maxsize=4_096)
def date_text(day: date, form: str, language: str) -> str:
    """A day in one of the forms above. Kept: a page names the same days again and again."""
    from babel.dates import format_date, format_skeleton

    locale = locale_of(language)
    if form in (DAY, DAY_OF_YEAR):
        return format_skeleton(form, day, locale=locale)
    return format_date(day, form, locale=locale)


def first_weekday(language: str) -> int:
    """The day on which weeks begin: 0 is Monday, 6 is Sunday."""
    return int(locale_of(language).first_week_day)
