"""The golden mails: a fixed week of the demo's team, word for word. `golden` says how to renew them."""

import json
import re

import pytest
from tests.mail.report.golden import FOLDER, kept_digest, mails

from phasewise.i18n.languages import LANGUAGES

MADE = mails(kept_digest())


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_mail_is_the_golden_one(name: str) -> None:
    assert MADE[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_there_is_no_golden_mail_too_many() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*MADE, "digest.json"}


def test_all_languages_tell_the_same_facts() -> None:
    """Keys of tickets, in the same order; and the same pictures."""
    told = [re.findall(r"\b(?:ML|DS)-\d+", MADE[f"{language}.txt"]) for language in LANGUAGES]
    assert len(told[0]) > 20
    assert all(keys == told[0] for keys in told)
    shown = [re.findall(r"cid:([^\"]+)", MADE[f"{language}.html"]) for language in LANGUAGES]
    assert all(sorted(cids) == sorted(json.loads(MADE["pictures.json"])) for cids in shown)
