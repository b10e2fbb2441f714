"""Payloads of every bad kind: 204 or 400, never 5xx, and the same on both databases."""

import gzip
import json

import pytest

from phasewise.store.db import Database
from tests.web.deliveries import Hook, event, signed
from tests.web.served import request, served, status

DEEP = 100_000
REFUSED: dict[str, bytes] = {
    "empty": b"",
    "a space": b" ",
    "no JSON": b"issue=5",
    "half of it": event(5)[:-3],
    "more after it": event(5) + b"{}",
    "a NUL after it": event(5) + b"\x00",
    "a list": b"[" + event(5) + b"]",
    "a text": b'"jira:issue_updated"',
    "a number": b"5",
    "null": b"null",
    "a deep list": b'{"a": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "a deep object": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "a deep start": b"[" * DEEP,
    "NaN": b'{"webhookEvent": "jira:issue_updated", "issue": {"id": NaN}}',
    "Infinity": b'{"a": Infinity}',
    "minus Infinity": b'{"a": -Infinity}',
    "a huge float": b'{"a": 1e400}',
    "5,000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "500 zeros": b'{"a": 1.' + b"0" * 5000 + b"e999}",
    "Latin 1": '{"a": "é"}'.encode("latin-1"),
    "UTF-16": event(5).decode().encode("utf-16"),
    "UTF-16 without a mark": event(5).decode().encode("utf-16-le"),
    "UTF-32": event(5).decode().encode("utf-32"),
    "a mark": b"\xef\xbb\xbf" + event(5),
    "a raw surrogate": b'{"a": "\xed\xa0\x80"}',
    "an overlong slash": b'{"a": "\xc0\xaf"}',
    "a raw line break": b'{"a": "\n"}',
    "a comment": b'{"a": 1} // no',
    "gzip": gzip.compress(event(5)),
    "a form": b"payload=%7B%7D",
    "millions of objects": b'{"a":[' + b"{}," * 600_000 + b"{}]}",
}
TAKEN: dict[str, tuple[bytes, str, str | None]] = {
    "nothing": (b"{}", "ignored", "unknown event"),
    "no event": (b'{"issue": {"id": "5"}}', "ignored", "unknown event"),
    "an event that is no text": (b'{"webhookEvent": ["jira:issue_updated"]}', "ignored", "unknown event"),
    "an unknown event": (event(5, "jira:issue_\u202eexploded"), "ignored", "unknown event"),
    "no issue": (b'{"webhookEvent": "jira:issue_updated"}', "ignored", "names no issue"),
    "an id of 64 bits and one": (event(2**63), "ignored", "names no issue"),
    "a negative id": (event(-5), "ignored", "names no issue"),
    "a NUL": (event(5, text="a\x00b"), "pending", None),
    "a NUL in the event": (event(5, "a\x00b"), "ignored", "unknown event"),
    "half of an emoji": (event(5, text="\ud83d"), "pending", None),
    "half of an emoji in the event": (event(5, "a\ud83d"), "ignored", "unknown event"),
    "doubled keys": (
        b'{"webhookEvent": "no", "webhookEvent": "jira:issue_updated", "issue": {"id": "7", "id": "5"}}',
        "pending",
        None,
    ),
    "a number of 300 digits": (event(5, number=10**300), "pending", None),
    "an odd character": (event(5, text="\u202e\ufffe\U0010ffff"), "pending", None),
    "another site": (
        json.dumps(
            {
                "webhookEvent": "jira:issue_updated",
                "issue": {"id": "5", "self": "https://other.atlassian.net/rest/api/2/issue/5"},
            }
        ).encode(),
        "ignored",
        "of another Jira site",
    ),
    "a long event": (event(5, "x" * 10_000), "ignored", "unknown event"),
    "1,000 levels": (b'{"a": ' + b"[" * 1000 + b"]" * 1000 + b"}", "ignored", "unknown event"),
    "a megabyte": (event(5, text="x" * (1 << 20)), "pending", None),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_w19_what_is_no_json_object_is_refused(sqlite_database: Database, kind: str) -> None:
    hook = Hook(sqlite_database)
    answer = hook.post(REFUSED[kind])
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert hook.stored() == []


def test_w19_what_can_be_read_is_stored_the_same_on_both_databases(database: Database) -> None:
    hook = Hook(database)
    for number, (body, _, _) in enumerate(TAKEN.values()):
        assert hook.send(body, **{"x-atlassian-webhook-identifier": str(number)}) == 204
    stored = {row.delivery_id: row for row in hook.stored()}
    for number, (kind, (_, state, reason)) in enumerate(TAKEN.items()):
        row = stored[str(number)]
        assert (kind, row.state, row.reason) == (kind, state, reason)
        assert row.issue_ids == (5,) or state == "ignored"
    events = {row.event for row in stored.values()}
    assert events >= {"a\ufffdb", "a\ufffd", "x" * 255, "", "jira:issue_\u202eexploded"}


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, identity", "x-unknown", "GZIP"])
def test_w20_a_compressed_body_is_not_unpacked(sqlite_database: Database, encoding: str) -> None:
    bomb = gzip.compress(bytes(30 << 20))
    hook = Hook(sqlite_database)
    answer = hook.post(bomb, signed(bomb, **{"content-encoding": encoding}))
    assert (answer.status_code, hook.stored()) == (415, [])


def test_a_body_that_says_it_is_not_encoded_is_taken(sqlite_database: Database) -> None:
    assert Hook(sqlite_database).send(event(5), **{"content-encoding": "Identity"}) == 204


def test_w20_the_largest_body_is_taken_and_one_byte_more_is_not(sqlite_database: Database) -> None:
    hook = Hook(sqlite_database)
    room = (25 << 20) - len(event(5, text=""))
    with served(hook) as server:
        assert status(server.exchange(request(event(5, text="x" * room)))) == 204
        assert status(server.exchange(request(event(5, text="x" * (room + 1))))) == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "text/html"])
def test_what_a_body_says_it_is_does_not_matter(sqlite_database: Database, kind: str) -> None:
    assert Hook(sqlite_database).send(event(5), **{"content-type": kind}) == 204
