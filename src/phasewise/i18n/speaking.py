"""Which language is being spoken, and what a text is in it. Called by everything that words something.

The language is that of the request that is being answered, or of the mail that is being written: noted once,
in one place, and the same for every thread that works on it. Who notes nothing speaks English.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from phasewise.i18n.catalogues import catalogue
from phasewise.i18n.languages import ENGLISH
from phasewise.i18n.writing import whole

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language() -> str:
    """The code of the language that is being spoken."""
    return _spoken.get()


def speak(code: str) -> None:
    """From here on, for as long as the request lasts, this language is spoken."""
    _spoken.set(code)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Within this block, this language is spoken."""
    before = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(before)


def marked(text: str) -> str:
    """The text as it is, found by `make messages`: for constants, which are translated when they are used."""
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of one domain. Texts are English, and have their values as `%(name)s`: whole numbers are
    written as the language does."""

    domain: str

    def gettext(self, text: str, **values: object) -> str:
        spoken = _spoken.get()
        said = text if spoken == ENGLISH else catalogue(self.domain, spoken).gettext(text) if text else ""
        return said % _written(values, spoken) if values else said

    def pgettext(self, context: str, text: str, **values: object) -> str:
        """`context` tells apart what is one word in English only."""
        spoken = _spoken.get()
        said = text if spoken == ENGLISH else catalogue(self.domain, spoken).pgettext(context, text)
        return said % _written(values, spoken) if values else said

    def ngettext(self, singular: str, plural: str, num: int, **values: object) -> str:
        """The form for this number, which is `%(num)s` in the text."""
        return self.plural(singular, plural, num) % _written({"num": num, **values}, _spoken.get())

    def plural(self, singular: str, plural: str, num: int) -> str:
        """The form for this number, its values not yet in it."""
        spoken = _spoken.get()
        if spoken == ENGLISH:
            return singular if num == 1 else plural
        return catalogue(self.domain, spoken).ngettext(singular, plural, num)


def _written(values: dict[str, object], spoken: str) -> dict[str, object]:
    if not any(type(value) is int for value in values.values()):
        return values
    return {name: whole(value, spoken) if type(value) is int else value for name, value in values.items()}


PAGES = Words("pages")
_ = PAGES.gettext
pgettext = PAGES.pgettext
ngettext = PAGES.ngettext
