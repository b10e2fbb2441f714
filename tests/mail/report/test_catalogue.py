"""The catalogues of the mail: whole, sure of themselves, and with the values of the English text."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from phasewise.i18n.catalogues import catalogue_path
from phasewise.i18n.languages import LANGUAGES

SOURCES = Path(__file__).resolve().parents[3] / "src" / "phasewise" / "mail"
TRANSLATED = [code for code in LANGUAGES if code != "en"]
VALUE = re.compile(r"%\((\w+)\)s")


def said_in_the_sources() -> set[str]:
    keywords = {**DEFAULT_KEYWORDS, "marked": None}
    found = extract_from_dir(SOURCES, [("**.py", "python")], keywords=keywords)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def read(language: str) -> Catalog:
    with catalogue_path("mail", language).open("rb") as file:
        return read_po(file, locale=language, domain="mail")


def messages(language: str) -> Iterator[tuple[Message, tuple[str, ...], tuple[str, ...]]]:
    """Each with its English texts and its translations."""
    for one in read(language):
        if one.id:
            ids = (one.id,) if isinstance(one.id, str) else tuple(one.id)
            yield one, ids, (one.string,) if isinstance(one.string, str) else tuple(one.string)


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_is_translated_and_nothing_else(language: str) -> None:
    assert {ids[0] for _, ids, _ in messages(language)} == said_in_the_sources()
    assert [ids[0] for _, ids, said in messages(language) if not all(said)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [ids[0] for one, ids, _ in messages(language) if one.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_have_the_values_of_the_english_text(language: str) -> None:
    for _, ids, said in messages(language):
        wanted = set(VALUE.findall(ids[-1]))
        assert [set(VALUE.findall(text)) for text in said] == [wanted] * len(said), ids[0]
        assert all("%" not in VALUE.sub("", text).replace("%%", "") for text in said), ids[0]


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_counted_has_every_form_of_the_language(language: str) -> None:
    forms = read(language).num_plurals
    assert {len(said) for one, _, said in messages(language) if one.pluralizable} == {forms}
