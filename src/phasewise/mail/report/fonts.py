"""The fonts of a printed report, and which of them has a character. Called by layout.

Inter is at hand for Latin and Cyrillic letters. For Chinese, Japanese and Korean the reader's own fonts are
named, so that no font of many megabytes is carried along.
"""

import re
from functools import cache
from itertools import groupby
from pathlib import Path
from unicodedata import category
from xml.sax.saxutils import escape

from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import getFont, registerFont
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).resolve().parent / "inter"
PLAIN, BOLD, SIGNS = "Inter", "Inter-SemiBold", "ZapfDingbats"
JAPANESE, CHINESE, KOREAN = "HeiseiKakuGo-W5", "STSong-Light", "HYGothic-Medium"
HAS_SIGNS = frozenset("■▲●✓→")
KANA, HANGUL = re.compile("[\u3040-\u30ff]"), re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
LAST_OF_PLANE = "\uffff"
UNKNOWN = "□"


@cache
def register() -> None:
    """Make the fonts known, once in a process."""
    registerFont(TTFont(PLAIN, FOLDER / "Inter-Regular.ttf"))
    registerFont(TTFont(BOLD, FOLDER / "Inter-SemiBold.ttf"))
    for name in (JAPANESE, CHINESE, KOREAN):
        registerFont(UnicodeCIDFont(name))


def marked_up(text: str, lang: str, font: str = PLAIN) -> str:
    """`text` as ReportLab's markup, each stretch of it in a font that has its characters. None of it is
    markup of its own."""
    has = _letters(font)
    seen = [one for one in text if category(one) != "Cf"]  # signs that print nothing, as those of direction
    parts = []
    for name, stretch in groupby(seen, key=lambda one: _font_of(one, lang, font, has)):
        said = "".join(one if one <= LAST_OF_PLANE else UNKNOWN for one in stretch)
        parts.append(f'<font name="{name}">{escape(said)}</font>')
    return "".join(parts)


@cache
def _letters(font: str) -> frozenset[int]:
    register()
    return frozenset(getFont(font).face.charToGlyph)


def _font_of(letter: str, lang: str, font: str, has: frozenset[int]) -> str:
    if letter.isspace() or ord(letter) in has:
        return font
    if letter in HAS_SIGNS:
        return SIGNS
    if HANGUL.match(letter):
        return KOREAN
    return CHINESE if lang.startswith("zh") and not KANA.match(letter) else JAPANESE
