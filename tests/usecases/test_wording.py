"""What is said in Jira: every text in every language, with the same names in it."""

import string

import pytest

from phasewise.core.answers import answer_in
from phasewise.core.calendar import calendar_of
from phasewise.core.ladder import Said
from phasewise.core.model import CalendarRules
from phasewise.usecases.enforcing.catalogue import CATALOGUE, ENGLISH
from phasewise.usecases.enforcing.wording import ASKS, SHARED

LANGUAGES = ["en", "fr", "ja", "ru", "zh"]
ONE_ACTIVE = (Said.NUDGE_BREACH, Said.ASK_BREACH, Said.ASK_REFUSED, Said.MOVED, Said.UNDONE, Said.CLOSED)
FIVE_DAYS = (Said.NUDGE, Said.NUDGE_BREACH, Said.ASK, Said.ASK_BREACH, Said.CLOSED)


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_there_are_five_languages() -> None:
    assert sorted(CATALOGUE) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_in_a_language(language: str) -> None:
    wanted = {f"one_active.{said}" for said in ONE_ACTIVE} | {f"five_days.{said}" for said in FIVE_DAYS}
    assert CATALOGUE[language].keys() == wanted | set(SHARED) | {"answer", "hint"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_names_the_same_in_every_language(language: str) -> None:
    for name, text in CATALOGUE[language].items():
        assert names_in(text) == names_in(ENGLISH[name]), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_short_and_says_whom_it_is_for(language: str) -> None:
    for name, text in CATALOGUE[language].items():
        assert len(text) < 300, name
        needs_nobody = name == "answer" or name.endswith("closed") or name == Said.WAIVER_GRANTED
        assert text.startswith("{person}") is not needs_nobody, name


def test_questions_end_with_how_to_answer() -> None:
    assert set(ASKS) == {said for said in Said if said.startswith("ask")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_in_the_words_of_the_hint_is_understood(language: str) -> None:
    calendar, at = calendar_of(CalendarRules()), 1_772_452_800_000
    asked = CATALOGUE[language]["answer"].format(day="2026-12-01")
    examples = CATALOGUE[language]["hint"].format(day="2026-12-01", person="Ada").split("\n")[-2:]
    answered = [asked[asked.rindex("ok" if language != "ru" else "ок ") :], *examples]
    assert all(answer_in(text, at, calendar) for text in answered), answered
