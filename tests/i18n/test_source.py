"""What the source says is in the catalogues, wherever it says it: `make messages` reads no f-strings."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from phasewise.i18n.catalogues import catalogue_path

SOURCE = Path(__file__).parents[2] / "src" / "phasewise"
LANGUAGES = ("fr", "ja", "ru", "zh")
SAYING = {"_": 1, "gettext": 1, "ngettext": 1, "plural": 1, "marked": 1, "pgettext": 2}
"""What says or marks a text, with how many of its arguments name it: `pgettext` has a context before."""


def texts_of(source: str) -> Iterator[tuple[str, ...]]:
    """What each call names its text by, in f-strings, too; a text that is an f-string, as it is written."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and (names := SAYING.get(called_in(call))):
            named = call.args[:names]
            if named and all(isinstance(one, ast.Constant | ast.JoinedStr) for one in named):
                yield tuple(_written(one) for one in named)


def called_in(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def _written(named: ast.expr) -> str:
    return str(named.value) if isinstance(named, ast.Constant) else ast.unparse(named)


@cache
def said(domain: str) -> frozenset[tuple[str, ...]]:
    """What is said of a domain: `mail` has one of its own, and nothing below `i18n` says anything."""
    below = {path: path.relative_to(SOURCE).parts[0] for path in SOURCE.rglob("*.py")}
    own = [path for path, part in below.items() if part != "i18n" and (part == "mail") == (domain == "mail")]
    return frozenset(text for path in own for text in texts_of(path.read_text(encoding="utf-8")))


def test_a_text_is_found_wherever_it_is_said() -> None:
    source = """
HELD = marked("held")
told = f"{_('in an f-string')} · {ngettext('one', 'many', 2)} {pgettext('days', 'd')}"
more = f"{PAGES.gettext('by name')}"
made = _(f"made of {HELD}")
none = _(HELD), ngettext(one, many, 2), pgettext(context, "loose"), _(), print("nothing")
"""
    assert sorted(texts_of(source)) == [
        *(("by name",), ("days", "d"), ("f'made of {HELD}'",), ("held",), ("in an f-string",), ("one",))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", ["pages", "mail"])
def test_every_text_of_the_source_is_in_every_catalogue(domain: str, language: str) -> None:
    with catalogue_path(domain, language).open("rb") as file:
        kept = read_po(file, locale=language)
    assert said(domain)
    missing = [text for text in said(domain) if kept.get(text[-1], "".join(text[:-1]) or None) is None]
    assert missing == [], "say it outside of the f-string, run make messages, and translate what is empty"
