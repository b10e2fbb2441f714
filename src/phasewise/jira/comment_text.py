"""The text of a comment as each kind of Jira takes it: a document on Cloud, wiki text on Data Center.

`writes` calls it. What people or Jira wrote stays text, whatever it looks like; mentions and links are only
those that were asked for as such.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import orjson

from phasewise.jira.text import CONTROLS, clean

LONGEST = 32_767
"""What Jira takes, in characters; measured here in bytes of what is sent, which is never less."""
CUT = " …"


@dataclass(frozen=True, slots=True)
class Mention:
    """A person who is told. `username` is what Data Center needs; without it only the name is written."""

    person: str
    name: str
    username: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a web address."""

    text: str
    url: str


T = TypeVar("T")
Piece = str | Mention | Link
Paragraphs = Sequence[Sequence[Piece]]


def pieces_of(paragraphs: Any) -> list[list[Piece]]:
    """From JSON: a list of paragraphs, each a list of texts, `{"person", "name"}` and `{"text", "url"}`.

    ValueError for anything else.
    """
    try:
        return [[_piece(piece) for piece in paragraph] for paragraph in paragraphs]
    except (KeyError, TypeError):
        raise ValueError("no text of a comment") from None


def _piece(piece: Any) -> Piece:
    if isinstance(piece, str):
        return piece
    if "person" in piece:
        return Mention(str(piece["person"]), str(piece["name"]), piece.get("username"))
    return Link(str(piece["text"]), str(piece["url"]))


def document(paragraphs: Paragraphs) -> dict[str, Any]:
    """An Atlassian document, cut to what Jira takes."""
    return _fitting(paragraphs, _document, lambda made: len(orjson.dumps(made)))


def wiki(paragraphs: Paragraphs) -> str:
    """Wiki text, cut to what Jira takes."""
    return _fitting(paragraphs, _wiki, lambda made: len(made.encode()))


def _fitting(paragraphs: Paragraphs, make: Callable[[Paragraphs], T], size: Callable[[T], int]) -> T:
    """What is made of as many of the first characters as fit."""
    made = make(_cleaned(paragraphs))
    if size(made) <= LONGEST:
        return made
    fits, too_long = 0, LONGEST
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if size(make(_shortened(paragraphs, middle))) <= LONGEST:
            fits = middle
        else:
            too_long = middle
    return make(_shortened(paragraphs, fits))


def _cleaned(paragraphs: Paragraphs) -> list[list[Piece]]:
    return [[_text(piece) if isinstance(piece, str) else piece for piece in one] for one in paragraphs]


def _shortened(paragraphs: Paragraphs, length: int) -> list[list[Piece]]:
    """The first `length` characters of the texts; a mention or link is taken whole or not at all."""
    kept: list[list[Piece]] = []
    for paragraph in _cleaned(paragraphs):
        kept.append([])
        for piece in paragraph:
            whole = len(piece if isinstance(piece, str) else _label(piece))
            if whole > length:
                kept[-1].append((piece[:length] if isinstance(piece, str) else "") + CUT)
                return kept
            kept[-1].append(piece)
            length -= whole
    return kept


def _text(text: str) -> str:
    """One line, without what a database or XML refuses."""
    return CONTROLS.sub(" ", clean(text, LONGEST * 2))


def _label(piece: Mention | Link) -> str:
    return _text(piece.name if isinstance(piece, Mention) else piece.text)


def _is_web(url: str) -> bool:
    return url.startswith(("https://", "http://"))


# ------------------------------------------------------------------ Cloud


def _document(paragraphs: Paragraphs) -> dict[str, Any]:
    content = [
        {"type": "paragraph", "content": [node for piece in one if (node := _node(piece))]}
        for one in paragraphs
    ]
    return {"type": "doc", "version": 1, "content": content}


def _node(piece: Piece) -> dict[str, Any] | None:
    """An empty text node is no valid document."""
    if isinstance(piece, Mention):
        return {"type": "mention", "attrs": {"id": piece.person, "text": f"@{_label(piece)}"}}
    text = piece if isinstance(piece, str) else _label(piece)
    node: dict[str, Any] = {"type": "text", "text": text}
    if isinstance(piece, Link) and _is_web(piece.url):
        node["marks"] = [{"type": "link", "attrs": {"href": piece.url}}]
    return node if text else None


# ------------------------------------------------------------------ Data Center

_MARKUP = re.compile(r"[{}\[\]*_\-+^~?!|#()]")
_BACKSLASH = "&#92;"
"""Two backslashes are a new line, so that none can escape another."""
_LINE_START = re.compile(r"\s*(h[1-6]|bq)\.")
_ZERO_WIDTH_SPACE = "\u200b"


def _wiki(paragraphs: Paragraphs) -> str:
    return "\n\n".join(_line("".join(map(_marked_up, one))) for one in paragraphs)


def _line(text: str) -> str:
    """A heading or quotation begins with letters, which no backslash escapes."""
    return _ZERO_WIDTH_SPACE + text if _LINE_START.match(text) else text


def _marked_up(piece: Piece) -> str:
    if isinstance(piece, str):
        return _escaped(piece)
    if isinstance(piece, Mention):
        is_name = piece.username and not re.search(r"[\s\]|\\]", piece.username)
        return f"[~{piece.username}]" if is_name else _escaped(_label(piece))
    if not _is_web(piece.url):
        return _escaped(_label(piece))
    return f"[{_escaped(_label(piece))}|{quote(piece.url, safe=':/?#@!$&()*+,;=%~-._')}]"


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda found: "\\" + found[0], text.replace("\\", _BACKSLASH))
