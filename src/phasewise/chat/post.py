"""Posts one text to a chat, once, and says exactly how far it came.

Called by usecases/doing/posting. Before the request goes out nothing was posted; after it only the chat
knows, until it answers.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import requests
import urllib3

from phasewise import __version__
from phasewise.chat.access import ChatAccess

CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 60.0
LONGEST = 12_000
"""Slack cuts at 40,000 characters, Mattermost at 16,383, and a card of Teams may have 28 KB."""

JOINER = "\N{WORD JOINER}"
"""It cannot be seen, and keeps two signs from being read as one."""

SAID_LONGEST = 200
NOT_NOW = (408, 425, 429, 500, 503)
NOBODY_KNOWS = (502, 504)
"""Said by what stands before the chat and did not hear of it."""

WEB_ADDRESS = re.compile(r"https?://[^\s()<>\[\]]+")
BEFORE_SENDING = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.SSLError,
    requests.exceptions.ProxyError,
)


class Fate(StrEnum):
    """`later`: not posted, and may be tried again. `stopped`: we were told not to."""

    POSTED = "posted"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a post, with a line for people. `wait_seconds`: how long the chat asked to wait."""

    fate: Fate
    said: str = ""
    wait_seconds: float | None = None


class Chat:
    """One incoming webhook. Any thread may call it; each post has a connection to itself."""

    def __init__(self, access: ChatAccess, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self.access = access
        self._timeout = (CONNECT_SECONDS, answer_seconds)

    def post(self, text: str, may_send: Callable[[], bool]) -> Posted:
        """Say it there. `may_send` is asked immediately before: False leaves it unsaid."""
        body = payload_of(text, self.access)
        if not may_send():
            return Posted(Fate.STOPPED, "somebody else has taken it over")
        try:
            with requests.Session() as session:
                session.auth = _unchanged  # nothing that a .netrc may hold
                session.headers["User-Agent"] = f"phasewise/{__version__}"
                answer = session.post(
                    self.access.url, json=body, timeout=self._timeout, allow_redirects=False, stream=True
                )
                with answer:
                    return _judged(answer, _said(answer))
        except (requests.exceptions.RequestException, ValueError) as error:
            return self._unanswered(error)

    def _unanswered(self, error: Exception) -> Posted:
        if isinstance(error, BEFORE_SENDING) or _was_not_connected(error):
            return Posted(Fate.LATER, f"{self.access.host} cannot be reached: {type(error).__name__}")
        return Posted(Fate.UNKNOWN, f"{self.access.host} gave no answer: it may have been posted, or not")


def payload_of(text: str, access: ChatAccess) -> dict[str, Any]:
    """The JSON of a post. What comes from Jira must not call everybody (`@channel`, `<!here>`), nor make
    links that read as something else than where they lead."""
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    text = text.replace("](", f"]{JOINER}(")
    if not access.is_teams:
        return {"text": _harmless(text)}
    linked = WEB_ADDRESS.sub(lambda found: f"[{found[0]}]({found[0]})", text)
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [{"type": "TextBlock", "text": line, "wrap": True} for line in linked.split("\n") if line],
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


def _harmless(text: str) -> str:
    """As Slack wants it; after each @ a sign without width, so that nobody of that name is called."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("@", f"@{JOINER}")


def _judged(answer: requests.Response, said: str) -> Posted:
    status = answer.status_code
    if 200 <= status < 300:
        return Posted(Fate.POSTED)
    line = f"the chat refused it: {status} {said}".strip()
    if status in NOT_NOW:
        return Posted(Fate.LATER, line, _asked_seconds(answer.headers.get("Retry-After", "")))
    if status in NOBODY_KNOWS:
        return Posted(Fate.UNKNOWN, f"{line}: it may have been posted, or not")
    return Posted(Fate.REFUSED, line)


def _asked_seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _said(answer: requests.Response) -> str:
    """The beginning of its answer, in one line."""
    beginning = b""
    with suppress(urllib3.exceptions.HTTPError, OSError):  # what it did is told by the status already
        beginning = answer.raw.read1(4 * SAID_LONGEST, decode_content=True)
    text = "".join(sign if sign.isprintable() else " " for sign in beginning.decode("utf-8", "replace"))
    return " ".join(text.split())[:SAID_LONGEST]


def _was_not_connected(error: BaseException) -> bool:
    """Whether there never was a connection, so that nothing can have been said."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
