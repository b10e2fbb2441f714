"""The stylesheets hold no words: nobody would translate them."""

import re
from pathlib import Path

import pytest

STYLESHEETS = sorted((Path(__file__).parents[2] / "src/phasewise/web/static").rglob("*.css"))
WRITTEN = re.compile(r"""content:[^;}]*?(["'])(?P<text>(?:\\.|(?!\1).)*)\1""")


@pytest.mark.parametrize("path", STYLESHEETS, ids=lambda path: path.name)
def test_no_stylesheet_says_anything(path: Path) -> None:
    written = [one["text"] for one in WRITTEN.finditer(path.read_text(encoding="utf-8"))]
    assert [text for text in written if any(map(str.isalpha, text))] == [], "say it in a template"
