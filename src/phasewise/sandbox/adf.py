"""Atlassian Document Format to and from text: version 3 of the API shows documents, version 2 wiki text."""

import re
from typing import Any

_MENTION = re.compile(r"\[~(?:accountid:)?([^\]]+)\]")
_BLOCKS = {"paragraph", "heading", "listItem", "codeBlock", "blockquote", "rule", "tableRow", "panel"}


def is_document(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "doc" and isinstance(value.get("content"), list)


def plain_text(value: Any) -> str | None:
    """The text of a document, mentions flattened to `[~accountid:...]`; text stays as it is."""
    if value is None or isinstance(value, str):
        return value
    return _text_of(value).strip("\n") if isinstance(value, dict) else str(value)


def document(value: Any) -> Any:
    """A document with the text's paragraphs and mentions; a document stays as it is."""
    if value is None or is_document(value):
        return value
    paragraphs = [
        {"type": "paragraph", "content": _inline(part)} if part else {"type": "paragraph", "content": []}
        for part in str(value).split("\n")
    ]
    return {"type": "doc", "version": 1, "content": paragraphs}


def _inline(text: str) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = []
    position = 0
    for match in _MENTION.finditer(text):
        if match.start() > position:
            nodes.append({"type": "text", "text": text[position : match.start()]})
        nodes.append({"type": "mention", "attrs": {"id": match[1], "text": f"@{match[1]}"}})
        position = match.end()
    if position < len(text):
        nodes.append({"type": "text", "text": text[position:]})
    return nodes


def _text_of(root: dict[str, Any]) -> str:
    """Walks with a stack of its own: a hostile document may be nested deeper than Python recurses."""
    parts: list[str] = []
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        if not isinstance(node, dict):
            continue
        kind = node.get("type")
        if kind == "text":
            parts.append(str(node.get("text", "")))
        elif kind == "mention":
            parts.append(f"[~accountid:{(node.get('attrs') or {}).get('id')}]")
        elif kind == "hardBreak":
            parts.append("\n")
        if kind in _BLOCKS:
            stack.append("\n")
        content = node.get("content")
        if isinstance(content, list):
            stack.extend(reversed(content))
    return "".join(parts)
