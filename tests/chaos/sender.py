"""A Jira that sends signed deliveries from many threads and, as Jira does, sends again what was not taken."""

import hashlib
import hmac
import http.client
import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import orjson

PATH = "/webhooks/jira"
PAUSE_SECONDS = 0.05
TIMEOUT_SECONDS = 20


class Sender:
    """Sends `updated` deliveries about the issues, each until it is acknowledged (204).

    `address` gives the host and port to send to, drawn again for each connection. `acknowledged` are the ids
    of the deliveries that were taken, `answers` how often each status came; 0 is a connection that failed.
    """

    def __init__(
        self,
        address: Callable[[], tuple[str, int]],
        secret: str,
        issues: Sequence[tuple[int, str]],
        jira: str,
    ) -> None:
        self._address, self._secret, self._issues, self._jira = address, secret, issues, jira
        self._numbers = itertools.count(1)
        self._over = threading.Event()
        self._pause_seconds = 0.0
        self._lock = threading.Lock()
        self.acknowledged: list[str] = []
        self.answers: dict[int, int] = {}

    @contextmanager
    def sending(self, threads: int, total: int, per_second: float) -> Iterator[None]:
        """Send so many a second at most, until `total` were acknowledged or the block ends."""
        self._pause_seconds = threads / per_second
        working = [threading.Thread(target=self._work, args=(total, seed)) for seed in range(threads)]
        for thread in working:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in working:
                thread.join()

    def _work(self, total: int, seed: int) -> None:
        connection = self._send_all(total, random.Random(seed))
        if connection is not None:
            connection.close()

    def _send_all(self, total: int, draw: random.Random) -> http.client.HTTPConnection | None:
        connection: http.client.HTTPConnection | None = None
        while not self._over.is_set() and (number := next(self._numbers)) <= total:
            body, headers = self._delivery(number, draw)
            status = 0
            while status != 204 and not self._over.is_set():
                status, connection = self._sent(connection, body, headers)
                with self._lock:
                    self.answers[status] = self.answers.get(status, 0) + 1
                if status != 204:
                    time.sleep(PAUSE_SECONDS)
            if status == 204:
                with self._lock:
                    self.acknowledged.append(headers["X-Atlassian-Webhook-Identifier"])
            self._over.wait(self._pause_seconds)
        return connection

    def _sent(
        self, connection: http.client.HTTPConnection | None, body: bytes, headers: dict[str, str]
    ) -> tuple[int, http.client.HTTPConnection | None]:
        try:
            if connection is None:
                host, port = self._address()
                connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
            connection.request("POST", PATH, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status, connection
        except (OSError, http.client.HTTPException):
            if connection is not None:
                connection.close()
            return 0, None

    def _delivery(self, number: int, draw: random.Random) -> tuple[bytes, dict[str, str]]:
        issue_id, key = draw.choice(self._issues)
        body = orjson.dumps(
            {
                "timestamp": time.time_ns() // 1_000_000,
                "webhookEvent": "jira:issue_updated",
                "issue_event_type_name": "issue_generic",
                "issue": {
                    "id": str(issue_id),
                    "self": f"{self._jira}/rest/api/2/issue/{issue_id}",
                    "key": key,
                },
                "number": number,
            }
        )
        digest = hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()
        return body, {
            "Content-Type": "application/json; charset=UTF-8",
            "X-Atlassian-Webhook-Identifier": f"chaos-{number}",
            "X-Hub-Signature": f"sha256={digest}",
        }
