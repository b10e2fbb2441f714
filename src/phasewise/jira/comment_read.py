"""Comments that people wrote, as plain text, from Cloud's documents and Data Center's wiki. For `writes`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from phasewise.core.model import Instant
from phasewise.jira.reading import PERSON_IDS, Row
from phasewise.jira.text import clean

LONGEST = 20_000
DEEPEST = 30
BLOCKS = frozenset({"paragraph", "heading", "listItem", "blockquote", "hardBreak", "codeBlock", "tableCell"})
_MENTION = re.compile(r"\[~[^\]]{0,255}\]|\A\s{0,9}@\S{0,255}")
_LINK = re.compile(r"\[([^\]|]{0,255})\|[^\]]{0,2000}\]")
_ESCAPE = re.compile(r"\\([{}\[\]*_\-+^~?!|#()])")


@dataclass(frozen=True, slots=True)
class Reply:
    """A comment, without the people it mentions; `author` by account id or user key."""

    id: int
    author: str | None
    text: str
    created: Instant


def reply_of(comment: Row, created: Instant) -> Reply:
    """A comment as Jira shows it."""
    author = comment.get("author")
    known = author if isinstance(author, dict) else {}
    named = next((str(known[name]) for name in PERSON_IDS if known.get(name)), None)
    return Reply(int(comment["id"]), named, plain_text(comment.get("body")), created)


def plain_text(body: Any) -> str:
    """What a comment says, cut to what anybody reads."""
    if isinstance(body, str):
        text = _ESCAPE.sub(r"\1", _LINK.sub(r"\1", _MENTION.sub(" ", body[:LONGEST])))
    else:
        text = "".join(_texts(body, 0))[:LONGEST]
    return "\n".join(clean(line, LONGEST).strip() for line in text.splitlines()).strip()


def _texts(node: Any, depth: int) -> Iterator[str]:
    if not isinstance(node, dict) or depth > DEEPEST:
        return
    if isinstance(node.get("text"), str):
        yield node["text"]
    content = node.get("content")
    for child in content if isinstance(content, list) else ():
        yield from _texts(child, depth + 1)
    if node.get("type") in BLOCKS:
        yield "\n"
