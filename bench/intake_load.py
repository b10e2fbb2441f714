"""Deliveries as fast as they are answered: `python -m bench.intake_load PORT CONNECTIONS SECONDS`.

A process of its own, and cheap: raw connections, one signed body of about 6 KB, another identifier each time.
Prints one line of JSON: all, answered after the first second, other (not 204), seconds, and percentiles in
milliseconds.
"""

import asyncio
import hmac
import json
import sys
import time
import uuid

from bench.intake_server import SECRET

BODY_BYTES = 6 << 10
WARM_SECONDS = 1.0


def body() -> bytes:
    """An event about an issue with a description, of the size that Jira sends."""
    person = {"accountId": "5b10a2844c20165700ede21g", "displayName": "Ada Lovelace", "active": True}
    fields = {f"customfield_{number}": None for number in range(10_000, 10_060)}
    issue = {
        "id": "10042",
        "key": "ML-42",
        "self": "https://example.atlassian.net/rest/api/2/issue/10042",
        "fields": {"summary": "Compare both encoders", "assignee": person, "reporter": person, **fields},
    }
    change = {"field": "status", "from": "1", "to": "3", "fromString": "To Do", "toString": "In Progress"}
    event = {
        "timestamp": 1_772_409_600_000,
        "webhookEvent": "jira:issue_updated",
        "issue_event_type_name": "issue_generic",
        "user": person,
        "issue": issue,
        "changelog": {"id": "10100", "items": [change]},
    }
    text = "The second one is slower, and better on long documents. "
    issue["fields"]["description"] = ""  # type: ignore[index]
    missing = BODY_BYTES - len(json.dumps(event))
    issue["fields"]["description"] = (text * 200)[:missing]  # type: ignore[index]
    return json.dumps(event).encode()


class Sender(asyncio.Protocol):
    """One connection: the next delivery as soon as the last one is answered."""

    def __init__(self, head: bytes, tail: bytes, number: int) -> None:
        self._head, self._tail = head, tail
        self._name = f"{uuid.uuid4()}-{number}"
        self._sent = 0
        self._since = 0.0
        self._got = b""
        self.seconds: list[float] = []
        self.other = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send()

    def _send(self) -> None:
        self._sent += 1
        self._since = time.perf_counter()
        self._transport.write(
            b"%b%s-%d\r\n\r\n%b" % (self._head, self._name.encode(), self._sent, self._tail)
        )

    def data_received(self, data: bytes) -> None:
        self._got += data
        if b"\r\n\r\n" not in self._got:
            return
        self.seconds.append(time.perf_counter() - self._since)
        if not self._got.startswith(b"HTTP/1.1 204"):
            self.other += 1
        self._got = b""
        self._send()


async def load(port: int, connections: int, seconds: float) -> dict[str, float]:
    """Keep every connection busy for so long; what was answered after the first second."""
    sent = body()
    signature = hmac.digest(SECRET, sent, "sha256").hex()
    head = (
        f"POST /webhooks/jira HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"content-length: {len(sent)}\r\nx-hub-signature: sha256={signature}\r\n"
        "x-atlassian-webhook-identifier: "
    ).encode()
    loop = asyncio.get_running_loop()
    senders = [Sender(head, sent, number) for number in range(connections)]
    for sender in senders:
        await loop.create_connection(lambda sender=sender: sender, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.sleep(WARM_SECONDS)
    warm = sum(len(sender.seconds) for sender in senders)
    for sender in senders:
        sender.seconds.clear()
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    taken = sorted(one for sender in senders for one in sender.seconds)
    wall = time.perf_counter() - began
    return {
        "all": warm + len(taken),
        "answered": len(taken),
        "other": sum(sender.other for sender in senders),
        "seconds": wall,
        "p50_ms": 1000 * taken[len(taken) // 2],
        "p99_ms": 1000 * taken[int(len(taken) * 0.99)],
    }


if __name__ == "__main__":
    port, connections, seconds = sys.argv[1:]
    print(json.dumps(asyncio.run(load(int(port), int(connections), float(seconds)))))
