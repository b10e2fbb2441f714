"""Which language somebody gets, and what is said in it."""

import threading
from contextvars import copy_context
from datetime import date

import pytest

from phasewise.i18n.catalogues import catalogue, catalogue_path
from phasewise.i18n.languages import LANGUAGES, chosen, tag_of
from phasewise.i18n.speaking import Words, language, ngettext, speak, speaking
from phasewise.i18n.writing import DAY, FULL, date_text, decimal, first_weekday, whole


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        (None, "en"),
        ("", "en"),
        ("fr", "fr"),
        ("fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5", "fr"),
        ("de, ja;q=0.5, zh-TW;q=0.7", "zh"),
        ("ZH-Hans-CN", "zh"),
        ("de-DE,it", "en"),
        ("fr;q=0, ru;q=0.1", "ru"),
        ("fr;q=abc, ja;q=2, ru;q=nan", "en"),
        ("ru" + ";" * 50_000, "en"),
    ],
)
def test_a_browser_gets_the_first_of_its_languages_that_we_speak(accepted: str | None, code: str) -> None:
    assert chosen(accepted) == code


def test_documents_name_the_script_of_chinese() -> None:
    assert [tag_of(code) for code in LANGUAGES] == ["en", "fr", "ja", "ru", "zh-Hans"]


def test_a_language_is_spoken_within_its_block_and_by_the_threads_of_it() -> None:
    heard: list[str] = []
    with speaking("ja"):
        thread = threading.Thread(target=copy_context().run, args=(lambda: heard.append(language()),))
        thread.start()
        thread.join()
    assert (heard, language()) == (["ja"], "en")


def test_a_language_noted_for_a_request_ends_with_its_context() -> None:
    copy_context().run(speak, "ru")
    assert language() == "en"


def test_english_is_said_as_it_is_written_with_its_numbers() -> None:
    assert ngettext("%(num)s ticket", "%(num)s tickets", 1) == "1 ticket"
    assert ngettext("%(num)s ticket", "%(num)s tickets", 1200) == "1,200 tickets"


def test_what_has_no_translation_stays_english() -> None:
    with speaking("fr"):
        assert Words("mail").gettext("No such %(thing)s", thing="text") == "No such text"
        assert Words("mail").gettext("") == ""
        assert Words("mail").pgettext("nowhere", "No such text") == "No such text"


def test_numbers_are_written_as_the_language_does() -> None:
    assert [decimal(7.6, code) for code in LANGUAGES] == ["7.6", "7,6", "7.6", "7,6", "7.6"]
    assert [decimal(5.0, code) for code in LANGUAGES] == ["5"] * 5
    assert [whole(12_345, code) for code in LANGUAGES] == [
        *("12,345", "12\u202f345", "12,345", "12\xa0345", "12,345")
    ]


def test_days_are_written_as_the_language_does() -> None:
    day = date(2026, 11, 19)
    assert [date_text(day, DAY, code) for code in LANGUAGES] == [
        *("Nov 19", "19 nov.", "11月19日", "19 нояб.", "11月19日")
    ]
    assert date_text(day, FULL, "zh") == "2026年11月19日星期四"


def test_weeks_begin_as_the_language_does() -> None:
    assert [first_weekday(code) for code in LANGUAGES] == [0, 0, 6, 0, 0]


@pytest.mark.parametrize("domain", ["pages", "mail"])
@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_every_language_has_its_catalogue_read_once(domain: str, code: str) -> None:
    assert catalogue_path(domain, code).is_file()
    assert catalogue(domain, code) is catalogue(domain, code)
