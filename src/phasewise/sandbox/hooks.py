"""Webhooks: who wants to hear of what, the payloads Jira sends, and their delivery in a thread of its own.

The world calls `heard` while it holds its lock: payloads are made there, so that they show that moment, and
sent later.
"""

import hashlib
import heapq
import hmac
import itertools
import re
import threading
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from phasewise.sandbox.access import Caller
from phasewise.sandbox.events import Event
from phasewise.sandbox.jql_match import compile_test
from phasewise.sandbox.jql_text import JqlError, parse
from phasewise.sandbox.jql_values import Scope
from phasewise.sandbox.render import Renderer, Selection
from phasewise.sandbox.render_history import history
from phasewise.sandbox.trouble import Trouble
from phasewise.sandbox.world import World

MAX_RETRIES = 5
MOST_AT_ONCE = 20
TIMEOUT_SECONDS = 20
_RETRIED = frozenset({408, 409, 425, 429})
_COMMENT_FIELDS = ("summary", "issuetype", "project", "assignee", "priority", "status")


@dataclass(slots=True)
class Hook:
    """One registration. `events` as Jira names them; `jql` empty: every issue."""

    id: int
    name: str
    url: str
    events: list[str]
    jql: str = ""
    secret: str | None = None
    enabled: bool = True
    exclude_body: bool = False


@dataclass(order=True, slots=True)
class Delivery:
    """One request to make at `due` (milliseconds)."""

    due: int
    number: int
    url: str = field(compare=False)
    body: bytes = field(compare=False)
    headers: dict[str, str] = field(compare=False)
    identifier: str = field(compare=False)
    attempt: int = field(compare=False, default=0)


class Hooks:
    """The registrations of a site, and the outgoing queue."""

    def __init__(self, world: World, trouble: Trouble, renderer: Renderer) -> None:
        self.world = world
        self.trouble = trouble
        self.renderer = renderer
        self.hooks: dict[int, Hook] = {}
        self.log: list[dict[str, Any]] = []
        self._numbers = itertools.count(1)
        self._queue: list[Delivery] = []
        self._held: list[Delivery] = []
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._senders = ThreadPoolExecutor(MOST_AT_ONCE, "sandbox-webhook")
        self._sending = 0
        self._stopped = False

    # ---------------------------------------------------------------- hearing

    def heard(self, event: Event) -> None:
        """Makes the deliveries of an event for whoever wants it."""
        hooks = [hook for hook in self.hooks.values() if hook.enabled and self._wants(hook, event)]
        if not hooks or self.trouble.webhook_lost:
            return
        body = orjson.dumps(self.payload(event))
        for hook in hooks:
            self._enqueue(self._delivery(hook, event, body))

    def _wants(self, hook: Hook, event: Event) -> bool:
        if event.kind not in hook.events:
            return False
        if not hook.jql:
            return True
        scope = Scope(self.world, Caller(self.world.service_user), self.world.now(), lenient=True)
        try:
            where = parse(hook.jql).where
            return where is None or compile_test(scope, where)(event.issue)
        except JqlError:
            return False

    def _delivery(self, hook: Hook, event: Event, body: bytes) -> Delivery:
        sent = b"" if hook.exclude_body else body
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "User-Agent": "Atlassian HttpClient Sandbox",
        }
        identifier = str(uuid.uuid4())
        if self.world.cloud:
            headers |= {"X-Atlassian-Webhook-Identifier": identifier, "X-Atlassian-Webhook-Flow": "Primary"}
        if hook.secret and (self.world.cloud or not self.trouble.is_before_ten):
            digest = hmac.new(hook.secret.encode(), sent, hashlib.sha256).hexdigest()
            headers["X-Hub-Signature"] = f"sha256={digest}"
        url = _filled(hook.url, self.world, event)
        return Delivery(self.world.now(), next(self._numbers), url, sent, headers, identifier)

    def payload(self, event: Event) -> dict[str, Any]:
        """The body of an event, as the deployment writes it."""
        world, refs = self.world, self.renderer.refs
        made: dict[str, Any] = {"timestamp": event.at, "webhookEvent": event.kind}
        if event.comment is not None and event.kind.startswith("comment_"):
            made["comment"] = self.renderer.comment(event.issue, event.comment)
            if world.cloud:
                made["issue"] = self._issue(event, Selection(_COMMENT_FIELDS))
            return made
        if event.type_name:
            made["issue_event_type_name"] = event.type_name
        made["user"] = refs.kept("user", event.user)
        made["issue"] = self._issue(event, Selection((), everything=True, without=frozenset({"comment"})))
        if event.comment is not None:
            made["comment"] = self.renderer.comment(event.issue, event.comment)
        if event.changes:
            shown = history(refs, event.changes)
            made["changelog"] = {"id": shown["id"], "items": shown["items"]}
        return made

    def _issue(self, event: Event, wanted: Selection) -> dict[str, Any]:
        shown = self.renderer.issue(event.issue, wanted, in_list=False)
        shown.pop("expand", None)
        return shown

    # ---------------------------------------------------------------- sending

    def _enqueue(self, delivery: Delivery) -> None:
        copies = max(1, self.trouble.webhook_copies)
        with self._wake:
            self._held += [delivery] * copies
            if self.trouble.webhook_reorder and len(self._held) < 2:
                return
            due = min(one.due for one in self._held)
            for one in reversed(self._held) if self.trouble.webhook_reorder else self._held:
                again = replace(one, due=due, number=next(self._numbers))
                heapq.heappush(self._queue, again)
            self._held.clear()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sandbox-webhooks", daemon=True)
                self._thread.start()
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._stopped and self._pause() != 0:
                    self._wake.wait(self._pause())
                if self._stopped:
                    return
                delivery = heapq.heappop(self._queue)
                self._sending += 1
            self._senders.submit(self._attempt, delivery).add_done_callback(self._attempted)

    def _attempted(self, _: object) -> None:
        with self._wake:
            self._sending -= 1
            self._wake.notify()

    def _pause(self) -> float | None:
        """Seconds to the next delivery, never many, as the clock may be moved; None where there is none, or
        too many are on their way."""
        if not self._queue or self._sending >= min(self.trouble.webhook_at_once, MOST_AT_ONCE):
            return None
        return min(0.5, max(0.0, (self._queue[0].due - self.world.now()) / 1000))

    def _attempt(self, delivery: Delivery) -> None:
        status = send(delivery)
        seen = {"identifier": delivery.identifier, "url": delivery.url, "attempt": delivery.attempt}
        self.log.append({**seen, "status": status})
        del self.log[:-1000]
        failed = status == 0 or status >= 500 or status in _RETRIED
        # What Data Center does after a failure is not known, so a lost delivery stays lost there.
        if not failed or delivery.attempt >= MAX_RETRIES or not self.world.cloud:
            return
        attempt = delivery.attempt + 1
        headers = {**delivery.headers, "X-Atlassian-Webhook-Retry": str(attempt)}
        due = self.world.now() + self.trouble.webhook_retry_ms
        with self._wake:
            number = next(self._numbers)
            heapq.heappush(
                self._queue, replace(delivery, due=due, number=number, headers=headers, attempt=attempt)
            )
            self._wake.notify()

    def stop(self) -> None:
        """Ends the thread; what is not sent yet is lost."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(TIMEOUT_SECONDS + 5)
        self._senders.shutdown(cancel_futures=True)


def send(delivery: Delivery) -> int:
    """Posts a delivery; the status, or 0 where no answer came."""
    request = urllib.request.Request(  # noqa: S310 - registered by whoever runs this sandbox.
        delivery.url, data=delivery.body, headers=delivery.headers, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except (OSError, ValueError):
        return 0


def _filled(url: str, world: World, event: Event) -> str:
    """The URL with its variables, `{issue.id}` or `${issue.id}`."""
    values = {
        "issue.id": str(event.issue.id),
        "issue.key": world.key_of(event.issue),
        "project.id": event.issue.space,
        "project.key": world.spaces[event.issue.space].key,
    }
    return re.sub(r"\$?\{([a-z.]+)\}", lambda match: values.get(match[1], match[0]), url)
