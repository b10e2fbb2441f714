"""What somebody searches for, as the words that have to be there. Called by show_search.

In Chinese and Japanese nothing separates words.
"""

import re
import unicodedata
from collections.abc import Iterator

HAN, HIRAGANA = r"\u3005\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff", r"\u3041-\u309f"
RUNS = re.compile(rf"(?P<han>[{HAN}]+)|(?P<hiragana>[{HIRAGANA}]+)|[^{HAN}{HIRAGANA}]+")
"""Stretches of one script: Chinese characters, hiragana, and the rest (katakana, letters, digits)."""


def words_of(text: str) -> list[str]:
    """The words of a text, with letters and digits in their usual width.

    A run of Chinese characters is taken apart into words of two, the length of most: so it is found in
    another order, too. Hiragana between other words bends or joins them, and is no word.
    """
    return [word for part in unicodedata.normalize("NFKC", text).split() for word in _parts(part)]


def _parts(part: str) -> Iterator[str]:
    runs = [*RUNS.finditer(part)]
    for run in runs:
        if run["han"]:
            yield from (run[0][n : n + 2] for n in range(0, len(run[0]), 2))
        elif not run["hiragana"] or len(runs) == 1:
            yield run[0]
