"""The catalogues of the pages: all that is said has a translation, and each translation of what is said."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from phasewise.core.model import Group, Phase, Rule, Severity, State, Strength
from phasewise.core.rights import Role
from phasewise.i18n.catalogues import catalogue_path
from phasewise.i18n.speaking import speaking
from phasewise.terms import (
    group_name,
    language_name,
    phase_name,
    phase_short,
    role_name,
    rule_name,
    severity_name,
    state_name,
    strength_name,
)

ROOT = Path(__file__).parents[2]
LANGUAGES = ("fr", "ja", "ru", "zh")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
MARKUP = re.compile(r"<[^>]+>")


@pytest.fixture(scope="session")
def said(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """What pages and errors say, as `make messages` finds it: context and text."""
    path = tmp_path_factory.mktemp("messages") / "pages.pot"
    options = ["-F", str(ROOT / "messages-pages.cfg"), "-k", "marked", "--no-location", "-o", str(path)]
    CommandLineInterface().run(["pybabel", "--quiet", "extract", *options, str(ROOT)])
    with path.open("rb") as file:
        return {key_of(message) for message in read_po(file) if message.id}


@cache
def kept(language: str) -> Catalog:
    with catalogue_path("pages", language).open("rb") as file:
        return read_po(file, locale=language)


def key_of(message: Message) -> tuple[str, str]:
    return message.context or "", texts(message.id)[0]


def texts(value: str | list[str] | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def pairs(language: str) -> Iterator[tuple[list[str], str]]:
    """The English forms of every text, with each of its forms in a language."""
    for message in kept(language):
        if message.id:
            yield from ((texts(message.id), form) for form in texts(message.string))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing_and_nothing_is_left_over(language: str, said: set[tuple[str, str]]) -> None:
    translated = {key_of(message) for message in kept(language) if message.id}
    assert said - translated == set(), "run make messages, and translate what is empty"
    assert translated - said == set(), "run make messages: these are said no more"
    assert not kept(language).obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_is_translated_and_none_is_a_guess(language: str) -> None:
    assert [english for english, form in pairs(language) if not form] == []
    assert [message.id for message in kept(language) if message.fuzzy and message.id] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_has_the_values_and_the_markup_of_its_text(language: str) -> None:
    for english, form in pairs(language):
        values = [set(PLACEHOLDER.findall(one)) for one in english]
        assert values[0] <= set(PLACEHOLDER.findall(form)) <= values[-1], form
        assert sorted(MARKUP.findall(form)) == sorted(MARKUP.findall(english[-1])), form
        assert "%(" not in PLACEHOLDER.sub("", form), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_form_for_each_number(language: str) -> None:
    plural = [message for message in kept(language) if message.pluralizable]
    assert {len(texts(message.string)) for message in plural} == {kept(language).num_plurals}


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_every_noun_of_the_field_has_its_name(language: str) -> None:
    with speaking(language):
        named = [rule_name(one) for one in Rule] + [phase_name(one) for one in Phase]
        named += [phase_short(one) for one in Phase] + [severity_name(one) for one in Severity]
        named += [group_name(one) for one in Group] + [state_name(one) for one in State]
        named += [role_name(one) for one in Role] + [strength_name(one) for one in Strength]
        named += [language_name(one) for one in ("en", *LANGUAGES)]
        assert all(named)
        assert len({rule_name(one) for one in Rule}) == len(Rule)
        assert len({phase_name(one) for one in Phase}) == len(Phase)
