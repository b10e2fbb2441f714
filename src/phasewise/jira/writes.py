"""The only module that changes something in Jira; `do_effects` calls it.

Every write is sent at most once. A comment carries its marker from its first moment, so that whoever does
not know whether it was written can look.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from phasewise.core.model import Instant
from phasewise.jira.comment_read import Reply, reply_of
from phasewise.jira.comment_text import Mention, Paragraphs, document, wiki
from phasewise.jira.instants import instant_of
from phasewise.jira.reading import PERSON_IDS, Row, rows_in
from phasewise.jira.retry import Caller
from phasewise.jira.sending import Outcome, Sent, send_once
from phasewise.jira.trouble import BrokenAnswerError, RefusalError
from phasewise.jira.wire import Request

MARKER = "phasewise"
"""The name of the property that a comment of ours carries."""
COMMENTS_AT_ONCE = 50
FORBIDDEN, NOT_FOUND = 403, 404


@dataclass(frozen=True, slots=True)
class Transition:
    """A way to another status; ids differ between workflows."""

    id: str
    to_status: str


@dataclass(slots=True)
class Manners:
    """What a Jira taught us about writing to it, for as long as the process lives."""

    edits_silently: bool = True
    """Whether an edit without mails is worth asking for: only administrators may."""


class Writes:
    """Writes to one Jira. Those that send return what became of it, those that look raise JiraError; both
    ask once, and wait for nothing."""

    def __init__(self, caller: Caller, *, is_cloud: bool, manners: Manners | None = None) -> None:
        self._caller = caller
        self._manners = manners or Manners()
        self._is_cloud = is_cloud
        self._api = f"/rest/api/{3 if is_cloud else 2}"

    # ------------------------------------------------------------ comments

    def add_comment(self, issue_id: int, text: Paragraphs, key: str) -> Sent:
        """A comment that carries `key` from its first moment; the answer is its id."""
        marker = [{"key": MARKER, "value": {"effect": key}}]
        sent = self._send(
            "POST", f"/issue/{issue_id}/comment", {"body": self._body(text), "properties": marker}
        )
        return _with_id(sent)

    def addressed(self, text: Paragraphs) -> Paragraphs:
        """The text with the user names that Data Center mentions people by: only their keys last."""
        if self._is_cloud:
            return text
        return [
            [self._named(piece) if isinstance(piece, Mention) else piece for piece in one] for one in text
        ]

    def _named(self, mention: Mention) -> Mention:
        """Somebody whom Jira no longer knows is only named."""
        if mention.username is not None:
            return mention
        try:
            name = self._get("/user", {"key": mention.person}).get("name")
        except RefusalError as error:
            if error.status == NOT_FOUND:
                return mention
            raise
        return replace(mention, username=str(name) if name else None)

    def edit_comment(self, issue_id: int, comment_id: str, text: Paragraphs) -> Sent:
        """Another text for a comment of ours, without mails where Jira lets us choose."""
        path, body = f"/issue/{issue_id}/comment/{_digits(comment_id)}", {"body": self._body(text)}
        if not self._is_cloud or not self._manners.edits_silently:
            return self._send("PUT", path, body)
        sent = self._send("PUT", path, body, {"notifyUsers": "false"})
        if sent.outcome is Outcome.REFUSED and sent.status == FORBIDDEN:
            sent = self._send("PUT", path, body)
            # Refused both ways, it was about the edit and tells nothing of silence.
            self._manners.edits_silently = sent.outcome is not Outcome.APPLIED
        return sent

    def delete_comment(self, issue_id: int, comment_id: str) -> Sent:
        """One that is gone already counts as deleted."""
        return _gone_is_good(self._send("DELETE", f"/issue/{issue_id}/comment/{_digits(comment_id)}"))

    def comments_marked(self, issue_id: int, key: str, account: str, since: Instant) -> list[str]:
        """The ids of our comments that carry `key`, oldest first. Only those the account wrote since then are
        looked at, so that an issue with thousands of comments costs what is new."""
        ids = [row["id"] for row in self._comments(issue_id, since) if _is_by(row, account)]
        return sorted((one for one in ids if self._marker(one) == key), key=int)

    def _comments(self, issue_id: int, since: Instant) -> Iterator[Row]:
        """Newest first; a Jira that does not sort is read to its end."""
        start = 0
        while True:
            params = {"startAt": start, "maxResults": COMMENTS_AT_ONCE, "orderBy": "-created"}
            data = self._get(f"/issue/{issue_id}/comment", params)
            page = rows_in(data, "comments")
            times = [_created(row) for row in page]
            for row, created in zip(page, times, strict=True):
                if created >= since and str(row.get("id", "")).isdigit():
                    yield {**row, "id": str(row["id"])}
            start += len(page)
            is_past = bool(times) and times[-1] < since and times == sorted(times, reverse=True)
            if not page or is_past or start >= int(data.get("total") or 0):
                return

    def replies(self, issue_id: int, after: str, since: Instant) -> list[Reply]:
        """What others than us wrote after the comment with this id, oldest first; nothing where the issue is
        gone. `since`: an instant before that comment, by Jira's clock."""
        try:
            rows = [row for row in self._comments(issue_id, since) if int(row["id"]) > int(after)]
        except RefusalError as error:
            if error.status == NOT_FOUND:
                return []
            raise
        return sorted((reply_of(row, _created(row)) for row in rows), key=lambda reply: reply.id)

    def _marker(self, comment_id: str) -> str | None:
        try:
            value = self._get(f"/comment/{comment_id}/properties/{MARKER}").get("value")
        except RefusalError as error:
            if error.status == NOT_FOUND:
                return None
            raise
        return value.get("effect") if isinstance(value, dict) else None

    def _body(self, text: Paragraphs) -> Any:
        return document(text) if self._is_cloud else wiki(text)

    # ------------------------------------------------------------ properties and transitions

    def put_property(self, issue_id: int, name: str, value: Any) -> Sent:
        """An entity property of an issue: of neither fields nor history, and shown to nobody."""
        return self._send("PUT", f"/issue/{issue_id}/properties/{_name(name)}", value)

    def delete_property(self, issue_id: int, name: str) -> Sent:
        """One that is gone already counts as deleted."""
        return _gone_is_good(self._send("DELETE", f"/issue/{issue_id}/properties/{_name(name)}"))

    def status_of(self, issue_id: int) -> str | None:
        """The id of an issue's status; None where Jira shows no such issue."""
        try:
            data = self._get(f"/issue/{issue_id}", {"fields": "status"})
            return str(data["fields"]["status"]["id"])
        except RefusalError as error:
            if error.status == NOT_FOUND:
                return None
            raise
        except (KeyError, TypeError):
            raise BrokenAnswerError(
                f"Jira's answer for issue {issue_id} has no status", retryable=True
            ) from None

    def transitions(self, issue_id: int) -> list[Transition]:
        """The ways that lead out of the issue's status; none at all without the permission."""
        found = rows_in(self._get(f"/issue/{issue_id}/transitions"), "transitions")
        return [
            Transition(str(row["id"]), str(row["to"]["id"]))
            for row in found
            if "id" in row and isinstance(row.get("to"), dict) and "id" in row["to"]
        ]

    def transition(self, issue_id: int, transition_id: str) -> Sent:
        """Take one of the ways."""
        body = {"transition": {"id": transition_id}}
        return self._send("POST", f"/issue/{issue_id}/transitions", body)

    # ------------------------------------------------------------ the wire

    def _send(self, method: str, path: str, body: Any = None, params: Any = None) -> Sent:
        return send_once(self._caller, Request(method, self._api + path, params, body, is_write=True))

    def _get(self, path: str, params: Any = None) -> Row:
        data, _ = self._caller.once(Request("GET", self._api + path, params))
        if not isinstance(data, dict):
            raise BrokenAnswerError("Jira's answer has another shape than it should", retryable=True)
        return data


def _with_id(sent: Sent) -> Sent:
    if sent.outcome is not Outcome.APPLIED:
        return sent
    comment_id = sent.answer.get("id") if isinstance(sent.answer, dict) else None
    if not str(comment_id or "").isdigit():
        return replace(sent, outcome=Outcome.UNKNOWN, said="Jira's answer does not name the comment")
    return replace(sent, answer=str(comment_id))


def _gone_is_good(sent: Sent) -> Sent:
    return replace(sent, outcome=Outcome.APPLIED) if sent.status == NOT_FOUND else sent


def _is_by(comment: Row, account: str) -> bool:
    author = comment.get("author")
    return isinstance(author, dict) and account in [str(author.get(name)) for name in PERSON_IDS]


def _created(comment: Row) -> Instant:
    """A comment without a date that can be read may be as new as any."""
    try:
        return instant_of(comment.get("created"))
    except ValueError:
        return 2**62


def _digits(comment_id: str) -> str:
    if not (comment_id.isascii() and comment_id.isdigit()):
        raise ValueError(f"no id of a comment: {comment_id[:40]!r}")
    return comment_id


def _name(name: str) -> str:
    if not (name.isascii() and name.replace("-", "").replace(".", "").replace("_", "").isalnum()):
        raise ValueError(f"no name of a property: {name[:40]!r}")
    return name
