"""Sentences that were kept or raised in English are said in the reader's language."""

import ast
import re
from pathlib import Path

import pytest

import phasewise
from phasewise.errors import JiraError
from phasewise.i18n.speaking import speaking
from phasewise.jira.access import JiraAccess
from phasewise.jira.trouble import no_json, refusal
from phasewise.web.retold import PLACE, SENTENCES, retold

ACCESS = JiraAccess("https://acme.atlassian.net", "t", "a@b.co")


def shape(template: str) -> str:
    return re.sub(r"%\(\w+\)s", "{}", template)


def said_in(file: Path) -> set[str]:
    """Every text of a module, with braces where values go."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(shape(node.value))
        elif isinstance(node, ast.JoinedStr):
            parts = [str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values]
            found.add("".join(parts))
    return found


def test_every_sentence_is_still_said_somewhere() -> None:
    files = [file for file in Path(phasewise.__file__).parent.rglob("*.py") if file.name != "retold.py"]
    said = set().union(*map(said_in, files))
    assert [one for one in SENTENCES if shape(one) not in said] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("must be a whole number", "doit être un nombre entier"),
        ("'x' must be a day like 2026-12-24", "'x' doit être un jour comme 2026-12-24"),
        ("A token is needed", "Il faut un jeton"),
        (
            "given up after 3 days: not sent: they unsubscribed",
            "abandonné après 3 jours : non envoyé : désabonné",
        ),
        (
            "the mail server refused the recipient: 550 5.1.1 nobody",
            "le serveur de courrier a refusé le destinataire : 550 5.1.1 nobody",
        ),
        (
            "the mail server broke off before the mail: it did not answer in time",
            "le serveur de courrier a interrompu avant le courriel : il n’a pas répondu à temps",
        ),
        ("something new", "something new"),
        ("", ""),
    ],
)
def test_what_is_known_is_said_and_the_rest_stays(text: str, told: str) -> None:
    assert retold(text) == text
    with speaking("fr"):
        assert retold(text) == told


@pytest.mark.parametrize(
    "error",
    [
        *(refusal(status, {}, "no <b>", ACCESS) for status in (400, 401, 403, 404, 410, 500, 302)),
        no_json(200, ACCESS),
        JiraError("the mail server cannot be reached: it did not answer"),
    ],
)
def test_what_jira_refuses_is_told_in_every_language(error: JiraError) -> None:
    for language in ("fr", "ja", "ru", "zh"):
        with speaking(language):
            told = retold(str(error))
            assert told != str(error)
            assert PLACE.search(told) is None
