"""What people type into the forms of records, read field by field; what is wrong is said in plain sentences.

Called by the readers of each record: plan_form, deliverables, decisions, ab_tests and results.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

SHORT = 200
LONG = 2_000
"""Characters of a line, and of a text."""

ADDRESS = 2_000
AHEAD = timedelta(days=5 * 366)
"""Nobody knows dates beyond this; one that is further ahead is a slip."""

NUMBER = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?", re.ASCII)
LINK = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?", re.IGNORECASE)
Choice = TypeVar("Choice", bound=StrEnum)


def marked(text: str) -> str:
    """The text as it is, found by `make messages`: what is wrong is translated where it is printed."""
    return text


class Sentence(str):
    """What is wrong, in English; `text` and `values` are what it is made of, for other languages."""

    __slots__ = ("text", "values")
    text: str
    values: Mapping[str, object]

    def __new__(cls, text: str, **values: object) -> "Sentence":
        told = {name: f"{one:,}" if isinstance(one, int) else one for name, one in values.items()}
        made = super().__new__(cls, text % told if told else text)
        made.text, made.values = text, values
        return made


@dataclass(slots=True)
class Typed:
    """The fields of a form. What cannot be taken is in `problems`, by field, and reads as nothing.

    `begun` is the day on which the project began, where it is; `today` the day that it is there.
    """

    fields: Mapping[str, str]
    begun: date
    today: date
    problems: dict[str, Sentence] = field(default_factory=dict)

    def wrong(self, name: str, text: str, **values: object) -> None:
        """Keep what is wrong with a field: the first trouble, of several. `text` names values as %(name)s."""
        self.problems.setdefault(name, Sentence(text, **values))

    def raw(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    def is_ticked(self, name: str) -> bool:
        return bool(self.raw(name))

    def text(self, name: str, most: int = LONG, missing: str = "") -> str:
        """A text of at most so many characters; `missing` is what to say where there is none."""
        text = self.raw(name).replace("\r\n", "\n")
        if len(text) > most:
            self.wrong(
                name, marked("Write at most %(most)s characters; these are %(count)s"), **_counted(most, text)
            )
        elif missing and not text:
            self.wrong(name, missing)
        return text

    def link(self, name: str) -> str:
        """An address that a browser may open, or nothing."""
        text = self.raw(name)
        if text and not LINK.fullmatch(text):
            self.wrong(
                name, marked("Give a link that begins with https:// or http://, without a password in it")
            )
        elif len(text) > ADDRESS:
            self.wrong(
                name,
                marked("Give a link of at most %(most)s characters; these are %(count)s"),
                **_counted(ADDRESS, text),
            )
        return text

    def number(self, name: str, least: float, most: float, sentence: str) -> float | None:
        """A number with at most two decimals; a comma is one way to write the point. `sentence` says what is
        taken, from %(least)s to %(most)s."""
        text = self.raw(name)
        found = NUMBER.fullmatch(text)
        if not text:
            return None
        value = float(f"{found[1]}.{found[2] or 0}") if found else -1.0
        if not least <= value <= most:
            self.wrong(name, sentence, least=f"{least:g}", most=f"{most:g}")
            return None
        return value

    def day(self, name: str, *, has_come: bool = False) -> date | None:
        """A day like 2026-12-01, not before the project; one that `has_come` is not after today."""
        text = self.raw(name)
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.wrong(name, marked("Give a day like 2026-12-01"))
            return None
        if day < self.begun:
            self.wrong(
                name, marked("The project began on %(day)s: give that day or a later one"), day=self.begun
            )
        elif has_come and day > self.today:
            self.wrong(
                name, marked("This day has not come yet: give %(day)s or an earlier one"), day=self.today
            )
        elif day > self.today + AHEAD:
            self.wrong(name, marked("This is more than five years ahead: give an earlier day"))
        return day

    def choice(self, name: str, kind: type[Choice]) -> Choice | None:
        """One of a closed set, or nothing."""
        text = self.raw(name)
        if not text:
            return None
        if text not in set(kind):
            self.wrong(name, marked("Choose one of the list"))
            return None
        return kind(text)


def _counted(most: int, text: str) -> dict[str, object]:
    return {"most": most, "count": len(text)}
