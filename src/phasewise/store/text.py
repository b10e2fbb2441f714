"""Text and JSON as both databases can hold them; `tables` and `db` use it.

PostgreSQL refuses NUL, and neither takes a lone surrogate; SQLite ignores lengths. Here both do the same.
"""

import json
from typing import Any

import orjson
from sqlalchemy import Dialect, types

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def clean(text: str) -> str:
    """`text` without NUL and lone surrogates: each becomes U+FFFD."""
    if text.isprintable():  # nearly all are, and neither NUL nor a surrogate is
        return text
    if "\x00" in text:
        text = text.replace("\x00", REPLACEMENT)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "".join(REPLACEMENT if "\ud800" <= c <= "\udfff" else c for c in text)
    return text


class TooLongError(ValueError):
    """A text that is an id or a name, and longer than the database has room for."""


class Text(types.TypeDecorator[str]):
    """Text of any length, cleaned on its way in."""

    impl = types.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)


class String(types.TypeDecorator[str]):
    """Text of at most `length` characters; a longer one is refused on both databases, never cut."""

    impl = types.String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.limit = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else fitting(value, self.limit)


def fitting(text: str, limit: int) -> str:
    """`text`, cleaned; TooLongError if it is longer than `limit` characters."""
    if len(text) > limit:
        raise TooLongError(f"{text[:40]!r}... is longer than {limit} characters")
    return clean(text)


def to_json(value: Any) -> str:
    """`value` as JSON text, every string in it cleaned; integers may be of any size."""
    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # a lone surrogate, or an integer beyond 64 bits
        return json.dumps(_cleaned(value), ensure_ascii=False)
    return text if "\\u0000" not in text else orjson.dumps(_cleaned(value)).decode()


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(entry) for entry in value]
    return value
