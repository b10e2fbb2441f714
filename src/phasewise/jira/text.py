"""Text from Jira made safe to store: no NUL, no lone surrogate, not longer than its column."""

import re

SURROGATES = re.compile("[\ud800-\udfff]")
REPLACEMENT = "\ufffd"
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def clean(text: str, size: int) -> str:
    """`text` cut to `size` characters, with U+FFFD where a database would refuse a character."""
    if len(text) > size:
        text = text[:size]
    if "\x00" in text:
        text = text.replace("\x00", REPLACEMENT)
    return text if text.isascii() else SURROGATES.sub(REPLACEMENT, text)


def one_line(text: str, size: int = 200) -> str:
    """What Jira said, fit for one line of a log or a terminal."""
    return clean(CONTROLS.sub(" ", text).strip(), size)
